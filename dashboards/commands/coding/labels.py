"""``lockstep label``: labels of accounts and posts from a file, such as a takedown list or somebody's coding."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from dashboards.commands.base import BAD_INPUT, DONE, PARTLY, Command, add_case, chosen_case, opened
from dashboards.commands.terminal import Screen, columns

if TYPE_CHECKING:
    from datetime import date

    from graph.stores.base import Store


def label_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``label``."""
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE.csv",
        help="with the columns account (or post) and label, and source, date and platform if you like; without it, the labels are listed",
    )
    add_case(parser)
    parser.add_argument(
        "--source",
        metavar="WORDS",
        help="where the labels are from, for rows that name no source (default: the file's name)",
    )
    parser.add_argument("--date", metavar="DAY", help="the day they were given, for rows that name none: 2026-10-14")
    parser.add_argument("--by", metavar="NAME", help="your name (default: the user logged in here)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--list", action="store_true", help="list the labels of the case, and how they lie in the newest run"
    )
    what.add_argument("--remove", metavar="SOURCE", help="take all labels of a source off")


def label(args: Namespace, screen: Screen) -> int:
    """Add labels from a file, list them, or take those of a source off."""
    from ingest.errors import UsageError

    if args.file and (args.list or args.remove):
        raise UsageError("A file is named, and something else to do.", hint="Load it first, then list or remove.")
    if not args.file and (args.source or args.date):
        raise UsageError("There is no file to load.", hint="Write: lockstep label takedown.csv --source WORDS.")
    with opened(chosen_case(args, screen)) as store:
        if args.file:
            return _add(store, args, screen)
        return _remove(store, args, screen) if args.remove else _show(store, screen)


def _add(store: Store, args: Namespace, screen: Screen) -> int:
    from getpass import getuser

    from graph.labels.kept import take_file

    taken = take_file(store, args.file, args.by or getuser(), source=args.source or "", day=_day(args.date))
    for sentence in taken.rows_left_out():
        screen.note(sentence)
    (screen.note if taken.nobody else screen.say)(taken.sentence())
    screen.facts({"case": store.address, "added": len(taken.new), "known": taken.known, "wrong": [str(e) for e in taken.refused]})  # fmt: skip
    return BAD_INPUT if taken.nobody else PARTLY if taken.refused else DONE


def _day(text: str | None) -> date | None:
    from graph.labels.given import day_of

    return day_of(text) if text else None


def _show(store: Store, screen: Screen) -> int:
    from graph.labels.kept import labelled, summary
    from graph.privacy.gate import gate

    shown = gate(store)
    kept = labelled(shown)
    counts = summary(kept).to_dicts()
    if shown.profile.level != "person":
        counts = []
        screen.say(f"Withheld: the harm area of this case ({shown.profile.title}) lists nothing about single accounts.")
    elif kept.is_empty():
        screen.say("This case has no labels. Add some: lockstep label FILE.csv.")
    screen.say(*columns([_line(row) for row in counts], right=[1]))
    screen.say(*_by_group(store))
    screen.facts({"case": store.address, "labels": [_plain(row) for row in counts]})
    return DONE


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    from dashboards.words import counted, days

    dated = days(row["first_day"], row["last_day"]) if row["first_day"] else "no date"
    many = ", ".join(counted(row[f"{kind}s"], kind) for kind in ("account", "post") if row[f"{kind}s"])
    return row["label"], many, row["source"], dated, f"added by {row['by']}"


def _by_group(store: Store) -> list[str]:
    """Sentences on how the labels lie in the newest run, where there is one."""
    from graph.report.report import Report

    if not store.runs():
        return []
    report = Report(store)
    return [f"In {report.name}: {sentence}" for sentence in report.labels_by_group().sentences()]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


def _remove(store: Store, args: Namespace, screen: Screen) -> int:
    from getpass import getuser

    from dashboards.words import counted
    from graph.labels.kept import remove_source

    gone = remove_source(store, args.remove, args.by or getuser())
    screen.say(
        f"{counted(gone, 'label')} from {args.remove!r} taken off. Who added and removed them stays in the case's notes."
    )
    screen.facts({"case": store.address, "source": args.remove, "removed": gone})
    return DONE


LABEL = Command(
    "label",
    "Search and look",
    "give accounts and posts labels from a file: takedown lists, known lists, your own coding",
    label_arguments,
    label,
    "lockstep label takedown.csv --source 'Takedown list' --date 2026-10-14 --case my-case",
)
