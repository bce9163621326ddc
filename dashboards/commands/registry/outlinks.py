"""``lockstep outlinks``: where accounts send people, what standing those hosts had, and how far the posts themselves say."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboards.commands.base import DONE, Command, add_case, add_run, chosen_case, opened, report_of
from dashboards.commands.terminal import Screen, columns
from ingest.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from graph.outlinks.outlinks import Outlinks
    from graph.stores.base import Store

TOP = 20
WEBSITE = "website"
HEADS = ("", "host", "kind", "accounts", "links", "share", "first seen", "standing")


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``outlinks``."""
    add_case(parser)
    add_run(parser)
    parser.add_argument(
        "--group", metavar="N", help="members of one group, by its rank (default: groups and pairs of the run)"
    )
    parser.add_argument("--all", action="store_true", help="all accounts of the case, tied or not")
    parser.add_argument("--platform", metavar="NAME", help="posts on this platform only")
    parser.add_argument("--from", dest="start", metavar="TIME", help="first time: 2026-08-03 or 2026-08-03T10:00 (UTC)")
    parser.add_argument(
        "--to", dest="end", metavar="TIME", help="last time, or last day (UTC); standing is that of this day"
    )
    parser.add_argument(
        "--top", type=int, default=TOP, metavar="N", help=f"hosts to print (default: {TOP}; --json and --csv: all)"
    )
    parser.add_argument("--csv", metavar="FILE", help="write the table of hosts to a file")


def outlinks(args: Namespace, screen: Screen) -> int:
    """Print hosts by links, with their standing."""
    from graph.outlinks.names import written
    from graph.privacy.gate import gate
    from graph.privacy.small_counts import MINIMUM
    from ingest.errors import UsageError

    if args.top < 1:
        raise UsageError(f"--top {args.top} prints nothing.", hint="Write a number above zero.")
    with opened(chosen_case(args, screen)) as case:
        store = gate(case)
        MINIMUM.set(store.profile.minimum)
        found, whose = _found(store, args, screen)
        for problem in found.problems:
            screen.note(problem)
        shown = written(found, accounts=_codes(store))
        if args.csv:
            screen.say(f"Hosts: {_write(shown, Path(args.csv).expanduser())}")
        else:
            screen.say(*_lines(shown, whose, args.top))
        screen.facts({"case": store.address, "whose": whose, **_facts(shown)})
    return DONE


def _found(store: Store, args: Namespace, screen: Screen) -> tuple[Outlinks, str]:
    """Outlinks of the accounts asked for, and whose they are in words."""
    from dashboards.commands.find import point
    from graph.outlinks.outlinks import outlinks as counted
    from ingest.errors import UsageError

    asked = {"platform": args.platform, "start": point(args.start), "end": point(args.end, whole_day=True)}
    if args.group and args.all:
        raise UsageError("--group and --all exclude each other.", hint="Name one of them.")
    if not store.runs() and not (args.group or args.run):
        screen.note("This case has no run yet: all accounts are counted.")
        return counted(store, **asked), "in the case"
    report = report_of(store, args, screen)
    found = report.outlinks(group=args.group, scope="all" if args.all else "groups", **asked)
    return found, f"in group {args.group}" if args.group else "in the case" if args.all else "in groups and pairs"


def _lines(found: Outlinks, whose: str, top: int) -> list[str]:
    from dashboards.words import outlinks as said

    if not found.totals.links:
        return [f"{said.NO_LINKS}."]
    totals, rows = found.totals, found.hosts.head(top).to_dicts()
    chips = _standing(found.standing)
    table = [HEADS, *(_row(row, chips) for row in rows)]
    names, links = [line[1] for line in table[1:4]], [row["links"] for row in rows[:3]]
    imitated = [said.host_name(name, None) for name in found.hosts["lookalike_of"].drop_nulls()]
    more = totals.hosts - len(rows)
    return [
        f"{said.title(names, links, totals.links, imitated)}.",
        said.lead(totals.accounts, whose, totals.links, totals.hosts, totals.redirected),
        "",
        *columns(table, right=(0, 3, 4, 5)),
        *([f"and {more:,} more: --top {totals.hosts}, --csv FILE or --json"] if more else []),
        "",
        *_room(found),
        f"{said.flow_title(totals.unknown_targets, totals.redirected, totals.links)}.",
        *_apart(found),
        f"{said.known_on()} {said.UNKNOWN_MEANS}",
    ]


def _row(row: Mapping[str, Any], chips: Mapping[str, str]) -> tuple[str, ...]:
    from dashboards.words import count
    from dashboards.words import outlinks as said

    first = f"{row['first_at']:%Y-%m-%d}" if row["first_at"] else "undated"
    plain = said.SITE if row["kind"] == WEBSITE else "unknown"
    last = chips.get(row["host"], plain)
    if row["lookalike_of"]:
        last = said.imitates(said.host_name(row["lookalike_of"], None), row["how"])
    name = said.host_name(row["host"], row["platform"], row["personal"])
    numbers = (count(row["accounts"]), count(row["links"]), f"{row['share']:.0%}")
    return (str(row["rank"]), name, said.kind(row["kind"]), *numbers, first, last)


def _facts(found: Outlinks) -> dict[str, Any]:
    """Everything, for programs; small counts are withheld where the harm area says so."""
    from dataclasses import replace

    from dashboards.words import count
    from graph.outlinks.outlinks import TABLES
    from graph.privacy.small_counts import safe_counts, small

    tables: dict[str, Any] = {name: safe_counts(getattr(found, name)) for name in TABLES}
    plain = replace(found, **tables).as_dict()
    totals = {
        name: count(value) if small(value) else value
        for name, value in plain["totals"].items()
        if name != "redirected_share"
    }
    return plain | {"totals": totals | {"redirected_share": plain["totals"]["redirected_share"]}}


def _room(found: Outlinks) -> list[str]:
    """Shares by list, on the day of each link."""
    from ingest.registry.standing import SCHEMES

    names = {name: scheme.name for name, scheme in SCHEMES.items()} | {"any": "At least one of the three"}
    lines = []
    for (name,), rows in found.room.group_by("list", maintain_order=True):
        told = ", ".join(f"{row['share']:.0%} {row['status']}" for row in rows.to_dicts() if row["links"])
        lines.append((names[str(name)], told))
    return ["Standing on the day of each link:", *(f"  {line}" for line in columns(lines))] if lines else []


def _apart(found: Outlinks) -> list[str]:
    from dashboards.words import count

    totals = found.totals
    told = [
        (totals.inside, "links of a platform to itself are counted apart"),
        (totals.inherited, "links that a repost only carries on are left out"),
        (totals.undated, "links have no date: standing is that of the last day"),
    ]
    return [f"{count(number)} {words}." for number, words in told if number]


def _standing(standing: pl.DataFrame) -> dict[str, str]:
    """Chips of each host in words."""
    from dashboards.words import outlinks as said

    return {
        str(host): "; ".join(f"{chip.name} {chip.since}".strip() for chip in said.chips(rows.to_dicts()))
        for (host,), rows in standing.group_by("host")
    }


def _codes(store: Store) -> Callable[[pl.Series], pl.Series]:
    """Uids to the codes people say."""
    import polars as pl

    codes = pl.DataFrame(store.codes())
    known = {uid: f"A-{code}" for uid, code in codes.iter_rows()}
    return lambda uids: uids.replace_strict(known, default="A-?", return_dtype=pl.String)


def _write(found: Outlinks, path: Path) -> Path:
    """Write every host, with addresses broken."""
    import polars as pl

    from graph.privacy.sanitize import csv_safe, defang
    from graph.privacy.small_counts import safe_counts
    from ingest.errors import UsageError

    broken = [pl.col(name).map_elements(defang, return_dtype=pl.String) for name in ("host", "lookalike_of")]
    text = csv_safe(safe_counts(found.hosts.drop("personal").with_columns(broken))).write_csv()
    try:
        write_whole(path, text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    return path.resolve()


OUTLINKS = Command(
    "outlinks",
    "Search and look",
    "say where accounts send people: hosts by links, with their standing, redirects and lookalikes",
    arguments,
    outlinks,
    "lockstep outlinks --case my-case --group 1",
)
