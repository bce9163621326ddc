"""``lockstep find``: search a case for accounts that act together, and store the run."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.commands.base import DONE, Command, add_case, chosen_case, opened
from dashboards.commands.terminal import Screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graph.report.report import Report
    from graph.settings import Narrow, Settings
    from graph.stores.base import Store


LEAST_WORLDS = 19  # (1 + 0) / (19 + 1) = 5%


def arguments(parser: ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument(
        "--window",
        metavar="TIME[,TIME]",
        help="time window: longest time between two posts of the same object, such as 60s, 10min, 1h (default: 60s);"
        " sweep: try windows from 10 s to a day, choose the best and correct for all",
    )
    parser.add_argument(
        "--trace",
        metavar="NAME[,NAME]",
        help="behaviours to look for, such as link,text (default: those the data hold and that are quick; all: every one)",
    )
    parser.add_argument(
        "--preset",
        metavar="NAME[,NAME]",
        help="also run a published method, such as coortweet; several with --describe",
    )
    parser.add_argument(
        "--describe",
        action="store_true",
        help="store what the presets link beside the tested ties: described, not tested (shared: who did the same things)",
    )
    parser.add_argument("--set", metavar="NAME=NUMBER", action="append", default=[], help="a parameter of the preset")
    parser.add_argument("--seed", type=int, help="seed of the random numbers (default: 7)")
    parser.add_argument(
        "--worlds",
        type=int,
        metavar="N",
        help="shuffles of the data that groups are compared with: 19 to explore (default), 99 for a briefing",
    )
    parser.add_argument(
        "--pairs",
        action="store_true",
        help="store every pair of accounts that shared two or more objects, for research",
    )
    parser.add_argument("--no-groups", action="store_true", help="ties only: do not test groups against shuffled data")
    engine = parser.add_argument_group("where the pairs are counted")
    engine.add_argument(
        "--engine",
        metavar="NAME",
        default="local",
        help="local (in memory), duckdb (on disk) or spark (a cluster); duckdb and spark test ties, not groups",
    )
    engine.add_argument(
        "--engine-option",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="an option of the engine, such as memory=2GiB",
    )
    group = parser.add_argument_group("search a part of the case")
    group.add_argument("--from", dest="start", metavar="TIME", help="first time: 2026-08-03 or 2026-08-03T10:00 (UTC)")
    group.add_argument("--to", dest="end", metavar="TIME", help="last time, or last day (UTC)")
    group.add_argument("--platform", metavar="NAME[,NAME]", help="only these platforms")
    group.add_argument(
        "--most-a-day",
        type=float,
        metavar="N",
        help="exclude accounts with more than N posts a day, on the days they post",
    )
    group.add_argument(
        "--accounts",
        metavar="FILE",
        help="only the accounts in this file: one id (x:123), code (A-104) or handle per line",
    )


def find(args: Namespace, screen: Screen) -> int:
    settings = settings_of(args)
    address = chosen_case(args, screen)
    with opened(address) as store:
        check_part(store, settings.narrow)
        described = parts(args.preset) if args.describe else ()
        report = run(
            store, settings, screen, args.engine, engine_options(args.engine_option), described, dials_of(args)
        )
        say_run(report, store, screen)
    return DONE


def engine_options(words: list[str]) -> dict[str, str]:
    """Options of an engine as a dictionary.

    Examples
    --------
    >>> engine_options(["memory=2GiB"])
    {'memory': '2GiB'}
    """
    from ingest.errors import UsageError

    pairs = [word.partition("=") for word in words]
    for name, equals, value in pairs:
        if not (name.strip() and equals and value.strip()):
            raise UsageError(f"--engine-option {name!r} is not a name and a value.", hint="Write memory=2GiB.")
    return {name.strip(): value.strip() for name, _, value in pairs}


def run(
    store: Store,
    settings: Settings,
    screen: Screen,
    engine: str = "local",
    engine_options: Mapping[str, str] | None = None,
    describe: Sequence[str] = (),
    dials: Mapping[str, float] | None = None,
) -> Report:
    """Search a case, or take the stored run with the same settings and files; describe methods beside it."""
    from graph.report.report import Report
    from graph.runs.pipeline import find as find_groups

    before = {record["run_id"] for record in store.runs()}
    findings = find_groups(store, settings, screen.step, engine, engine_options, describe, dials if describe else None)
    screen.end_step()
    if findings.run["run_id"] in before:
        screen.note("This search was run before with the same settings and files. Its stored run is shown.")
    return Report(store, findings.run["run_id"])


def say_run(report: Report, store: Store, screen: Screen, briefing: Path | None = None) -> None:
    """Print the summary of a run and the place of its briefing."""
    from dashboards.commands.publish import briefing_file
    from dashboards.commands.summary import run_facts, run_lines
    from dashboards.words import run_line

    written = briefing or briefing_file(report, store)
    there = written if written.is_file() else None
    screen.say(*run_lines(report), "", f"{run_line(report.run)}, id {report.run['run_id']}.")
    screen.say(f"Briefing: {there}" if there else f"Briefing: not written yet. lockstep brief writes {written}")
    screen.facts({"case": store.address, **run_facts(report), "briefing": str(there) if there else None})


def settings_of(args: Namespace) -> Settings:
    """Settings of the run that the arguments ask for."""
    from dataclasses import replace

    from graph.settings import Settings, parse_window
    from ingest.errors import UsageError

    if args.describe and not args.preset:
        raise UsageError("--describe needs a method.", hint="Name it: --preset coortweet --describe.")
    if not args.describe and len(parts(args.preset)) > 1:
        raise UsageError(
            f"--preset {args.preset} names several methods.", hint="Add --describe, or name one whose ties are counted."
        )
    preset = None if args.describe else args.preset  # a described method changes nothing of the run
    settings = Settings(traces=parts(args.trace), narrow=narrow_of(args), pairs=args.pairs, preset=preset)
    settings = replace(settings, groups=not args.no_groups)
    if args.window == "sweep":
        settings = replace(settings, sweep=True)
    elif args.window:
        settings = replace(settings, windows_s=tuple(parse_window(word) for word in parts(args.window)))
    if args.worlds is not None:
        if args.worlds < LEAST_WORLDS:
            raise UsageError(
                f"{args.worlds} shuffles cannot show a group at the 5% level: at least {LEAST_WORLDS} are needed.",
                hint="Use --worlds 99 for a briefing, or --no-groups to test ties only.",
            )
        settings = replace(settings, worlds=args.worlds)
    if args.seed is not None:
        settings = replace(settings, seed=args.seed)
    dials = dials_of(args)
    return settings if args.describe else replace(settings, preset_options=tuple(dials.items()))


def dials_of(args: Namespace) -> dict[str, float]:
    """Parameters of presets: ``--set NAME=NUMBER``."""
    from ingest.errors import UsageError

    if args.set and not args.preset:
        raise UsageError(f"--set {args.set[0]!r} needs a preset.", hint="Name it: --preset coortweet.")
    dials = {}
    for pair in args.set:
        name, _, value = pair.partition("=")
        try:
            dials[name.strip()] = float(value)
        except ValueError:
            raise UsageError(
                f"--set {pair!r} is not a name and a number.", hint="Write --set edge_weight=0.5."
            ) from None
    return dials


def narrow_of(args: Namespace) -> Narrow:
    """Part of the case to search: ``--from --to --platform --accounts --most-a-day``."""
    from graph.settings import Narrow
    from ingest.errors import UsageError

    if args.most_a_day is not None and not args.most_a_day > 0:
        raise UsageError(
            f"--most-a-day {args.most_a_day:g} would exclude every account.",
            hint="Write a number above zero, such as 200.",
        )

    start, end = point(args.start), point(args.end, whole_day=True)
    if start and end and end <= start:
        raise UsageError(
            f"--to {args.end} is not after --from {args.start}.", hint="Name the earlier time with --from."
        )
    return Narrow(
        start=start,
        end=end,
        platforms=tuple(name.lower() for name in parts(args.platform)),
        accounts=account_list(args.accounts) if args.accounts else (),
        most_a_day=args.most_a_day,
    )


def check_part(store: Store, narrow: Narrow) -> None:
    """Refuse a platform that no file of the case has, and dates outside all files, since a search there finds nothing.

    Raises
    ------
    UsageError
        With the platforms or the dates that there are.
    """
    from dashboards.words import days
    from ingest.errors import UsageError, did_you_mean

    sources = store.sources().to_pylist()
    there = sorted({platform for source in sources for platform in source["platforms"] or ()})
    for name in narrow.platforms:
        if sources and name not in there:
            raise UsageError(f"No file of this case has posts of {name!r}.", hint=did_you_mean(name, there))
    first = min((s["first_at"] for s in sources if s["first_at"]), default=None)
    last = max((s["last_at"] for s in sources if s["last_at"]), default=None)
    if first and last and ((narrow.start and narrow.start > last) or (narrow.end and narrow.end <= first)):
        raise UsageError("No post of this case is from that time.", hint=f"Its posts are from {days(first, last)}.")


def parts(words: str | None) -> tuple[str, ...]:
    """Comma-separated words.

    Examples
    --------
    >>> parts("link, text"), parts(None)
    (('link', 'text'), ())
    """
    return tuple(word.strip() for word in (words or "").split(",") if word.strip())


def point(words: str | None, whole_day: bool = False) -> datetime | None:
    """A point in time, in UTC where no zone is named; with ``whole_day`` a day without a time means its end.

    Examples
    --------
    >>> point("2026-08-03T10:00").isoformat(), point("2026-08-03", whole_day=True).isoformat()
    ('2026-08-03T10:00:00+00:00', '2026-08-04T00:00:00+00:00')
    """
    from ingest.errors import UsageError

    if not words:
        return None
    try:
        at = datetime.fromisoformat(words.strip())
    except ValueError:
        raise UsageError(f"The time {words!r} cannot be read.", hint="Write 2026-08-03 or 2026-08-03T10:00.") from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at + timedelta(days=1) if whole_day and len(words.strip()) <= len("2026-08-03") else at


def account_list(file: str) -> tuple[str, ...]:
    """Accounts named in a file, one per line; blank lines and lines that begin with ``#`` are skipped."""
    from ingest.errors import InputError

    try:
        lines = Path(file).expanduser().read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The list of accounts cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}.",
            file=file,
        ) from None
    names = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if not names:
        raise InputError("There is no account in this list.", file=file, accepted="one uid, code or handle per line")
    return names


FIND = Command(
    "find",
    "Search and look",
    "find accounts that act together more often than chance explains",
    arguments,
    find,
    "lockstep find --case my-case --window 60s,10min --trace link,text",
)
