"""``lockstep attribution``: claims about who is behind a group, with their sources, kept apart from coordination."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from dashboards.commands.base import DONE, Command, add_case, add_run, chosen_case, opened, report_of
from dashboards.commands.terminal import Screen

if TYPE_CHECKING:
    from graph.report.report import Report


def attribution_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``attribution``."""
    parser.add_argument(
        "what", nargs="?", choices=("list", "add"), default="list", help="list them (default), or add one"
    )
    parser.add_argument("--group", metavar="RANK", help="the group: its rank in the run, or its id")
    parser.add_argument("--level", metavar="LEVEL", help="none, suspected, or supported (by named public sources)")
    parser.add_argument("--claim", default="", metavar="WORDS", help="a sentence that says who is behind the group")
    parser.add_argument(
        "--source", action="append", default=[], metavar="WORDS", help="a named public source; may be repeated"
    )
    parser.add_argument("--by", metavar="NAME", help="your name (default: the user logged in here)")
    add_case(parser)
    add_run(parser)


def attribution(args: Namespace, screen: Screen) -> int:
    """List the attributions of a run's groups, or add one."""
    from ingest.errors import UsageError

    if args.what == "add" and not (args.group and args.level):
        raise UsageError(
            "An attribution needs a group and a level.",
            hint='lockstep attribution add --group 1 --level supported --claim "…" --source "publisher, title, date".',
        )
    if args.what == "list" and (args.level or args.claim or args.source or args.by):
        raise UsageError("list takes no claim.", hint="To write one: lockstep attribution add.")
    with opened(chosen_case(args, screen)) as store:
        report = report_of(store, args, screen)
        return _add(report, args, screen) if args.what == "add" else _list(report, args, screen)


def _add(report: Report, args: Namespace, screen: Screen) -> int:
    from getpass import getuser

    from graph.case.notes import About
    from graph.coders.attribution import attribute

    group = group_named(report, args.group)
    about = About(report.run_id, group_id=group, members=tuple(report.members(group)["account"]))
    attribute(report.store, about, args.level, args.by or getuser(), claim=args.claim, sources=args.source)
    return _list(report, args, screen)


def _list(report: Report, args: Namespace, screen: Screen) -> int:
    from graph.coders.attribution import KIND, NONE, attribution_words, attributions

    ranks = {str(row["group_id"]): int(row["rank"]) for row in report.groups().to_dict("records")}
    wanted = group_named(report, args.group) if args.group else None
    held = [
        (ranks[group], note)
        for group, notes in attributions(report.store.notes(KIND), report.run_id).items()
        for note in notes
        if group in ranks and wanted in (None, group)
    ]
    held.sort(key=lambda pair: pair[0])
    for rank, note in held:
        claim, level, sources = attribution_words(note)
        screen.say(
            f"Group {rank}: {claim} Level: {level}. Sources: {sources}. By {note['by']}, {str(note['at'])[:10]}."
        )
    if not held:
        screen.say(NONE)
    screen.say("Attribution is kept apart from coordination: no title, label, network or STIX file holds it.")
    kept = ("level", "claim", "sources", "by", "at")
    facts = [{"group": rank, **{name: note.get(name) for name in kept}} for rank, note in held]
    screen.facts({"case": report.store.address, "run": report.run_id, "attributions": facts})
    return DONE


def group_named(report: Report, word: str) -> str:
    """Id of the group a person names by its rank or its id.

    Raises
    ------
    UsageError
        If the run has no such group.
    """
    from ingest.errors import UsageError

    groups = report.groups()
    for group, rank in zip(groups["group_id"], groups["rank"], strict=True):
        if word in (str(group), str(rank)):
            return str(group)
    listed = ", ".join(str(rank) for rank in groups["rank"][:5])
    raise UsageError(f"{report.name} has no group {word!r}.", hint=f"Its groups are {listed or 'none'}.")


ATTRIBUTION = Command(
    "attribution",
    "Search and look",
    "list or write who is said to be behind a group, with sources, apart from coordination",
    attribution_arguments,
    attribution,
    'lockstep attribution add --group 1 --level supported --claim "A marketing firm." --source "Court filing, 2026"',
)
