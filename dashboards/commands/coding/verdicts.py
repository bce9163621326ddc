"""``lockstep verdicts``: agreement of coders on the groups of a run, and a colleague's verdicts from a file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from dashboards.commands.base import DONE, PARTLY, Command, add_case, add_run, chosen_case, opened, report_of
from dashboards.commands.terminal import Screen, columns
from ingest.whole_files import write_whole

if TYPE_CHECKING:
    from graph.coders.agreement import Coding
    from graph.report.report import Report


def verdicts_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``verdicts``."""
    parser.add_argument(
        "what",
        choices=("agreement", "import"),
        help="agreement of the people who coded groups, or verdicts from a file",
    )
    parser.add_argument(
        "file",
        nargs="?",
        metavar="CSV",
        help="for import: verdicts.csv of an export, or a sheet with the columns group,verdict,by (and reason, at, confidence)",
    )
    parser.add_argument("--csv", metavar="FILE", help="for agreement: write one row per group and coder to this file")
    add_case(parser)
    add_run(parser)


def verdicts(args: Namespace, screen: Screen) -> int:
    """Say how far coders agree, or take in a colleague's verdicts."""
    from ingest.errors import UsageError

    if args.what == "import" and (args.csv or not args.file):
        raise UsageError("Name the file to import.", hint="Such as: lockstep verdicts import verdicts.csv.")
    if args.what == "agreement" and args.file:
        raise UsageError(f"agreement reads no file: {args.file}.", hint="To write one: --csv FILE.")
    with opened(chosen_case(args, screen)) as store:
        report = report_of(store, args, screen)
        return _agreement(report, args, screen) if args.what == "agreement" else _import(report, args, screen)


def _agreement(report: Report, args: Namespace, screen: Screen) -> int:
    coding = report.agreement()
    screen.say(*coding.sentences(), *_listed(coding))
    if args.csv:
        screen.say(f"Written: {_written(coding, args.csv)}")
    screen.facts({"case": report.store.address, "run": report.run_id, **_facts(coding)})
    return DONE


def _listed(coding: Coding) -> list[str]:
    """Groups on which coders differ, with what each said and who decided."""
    rows = []
    for group in coding.disagreements():
        said = "; ".join(f"{one.coder}: {one.verdict} ({one.reason})" for one in coding.of(group).values())
        last = coding.decisions.get(group)
        rows.append(
            (f"Group {coding.ranks[group]}", f"{last.verdict}, decided by {last.coder}" if last else "open", said)
        )
    return columns(rows)


def _facts(coding: Coding) -> dict[str, object]:
    pairs = [
        {
            "first": one.first,
            "second": one.second,
            **vars(one.kappa),
            "confusion": one.table,
            "not_blind": one.saw,
        }
        for one in coding.pairs()
    ]
    return {
        "coders": coding.coders,
        "sentences": coding.sentences(),
        "pairs": pairs,
        "verdicts": coding.rows(),
        "disagreements": [coding.ranks[group] for group in coding.disagreements()],
        "undecided": [coding.ranks[group] for group in coding.undecided()],
    }


def _written(coding: Coding, name: str) -> str:
    from pathlib import Path

    import polars as pl

    from graph.coders.agreement import COLUMNS
    from graph.privacy.sanitize import csv_safe

    path = Path(name).expanduser().resolve()
    rows = pl.DataFrame(coding.rows(), schema=list(COLUMNS), infer_schema_length=None)
    write_whole(path, "\ufeff" + csv_safe(rows).write_csv())
    return str(path)


def _import(report: Report, args: Namespace, screen: Screen) -> int:
    from graph.exports.verdict_files import read_verdicts
    from ingest.privacy.keys import Key

    fingerprint = report.store.info().get("key_fingerprint")
    key = Key.load(fingerprint, report.store.name) if fingerprint else None
    read = read_verdicts(report, args.file, key)
    for note in read.notes:
        report.store.add_note(note)
    for error in read.wrong:
        screen.note(str(error))
    aside = [(read.known, "known already"), (read.elsewhere, "of other runs"), (len(read.wrong), "left out: see above")]
    rest = "".join(f", {number} {words}" for number, words in aside if number)
    screen.say(f"{len(read.notes)} verdicts added to {report.name}{rest}.", *report.agreement().sentences())
    facts = {"added": len(read.notes), "known": read.known, "other_runs": read.elsewhere}
    screen.facts({"case": report.store.address, "run": report.run_id, **facts, "wrong": [str(e) for e in read.wrong]})
    return PARTLY if read.wrong else DONE


VERDICTS = Command(
    "verdicts",
    "Search and look",
    "say how far the people who coded groups agree, or take in a colleague's verdicts",
    verdicts_arguments,
    verdicts,
    "lockstep verdicts agreement --case my-case",
)
