"""``lockstep record``: tables for a data-access application and a data-protection record, from what a case holds."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.commands.base import DONE, Command, add_case, chosen_case, opened
from dashboards.commands.terminal import Screen
from ingest.whole_files import write_whole

if TYPE_CHECKING:
    from dashboards.briefing.outline import Outline
    from graph.stores.base import Store

ENDINGS = {"docx": ".docx", "md": ".md"}


def record_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``record``."""
    parser.add_argument(
        "--format", choices=tuple(ENDINGS), help="Word or Markdown (default: from the ending of FILE, else docx)"
    )
    parser.add_argument("--out", metavar="FILE", help="the file to write (default: NAME-record in this folder)")
    add_case(parser)


def record(args: Namespace, screen: Screen) -> int:
    """Write what a case holds, and why."""
    from dashboards.briefing.records.record import record_outline
    from graph.records.data_record import data_record

    kind = kind_of(args.out, args.format)
    with opened(chosen_case(args, screen)) as store:
        found = data_record(store)
        path = Path(args.out).expanduser() if args.out else Path(_name(store) + ENDINGS[kind])
        path = path if path.suffix else path.with_name(path.name + ENDINGS[kind])
        written = _written(record_outline(found), kind)
        write_whole(path, written)
        unused = [f"{one.table}.{one.name}" for one in found.variables if one.droppable]
        screen.say(f"Record: {path.resolve()}")
        if unused:
            screen.say(f"Could be dropped before loading: {', '.join(unused)}.")
        screen.say(*found.open_points)
        facts = {"case": store.address, "record": str(path.resolve()), "format": kind, "bytes": len(written)}
        variables = [{**vars(one), "share": one.share} for one in found.variables]
        screen.facts({**facts, "variables": variables, "could_be_dropped": unused, "open": list(found.open_points)})
    return DONE


def kind_of(out: str | None, wanted: str | None) -> str:
    """The format that is asked for, by name or by the ending of the file.

    Raises
    ------
    UsageError
        If the ending is none of a record, or another one's than the format.

    Examples
    --------
    >>> kind_of("dpia.md", None), kind_of(None, None), kind_of("dpia", "md")
    ('md', 'docx', 'md')
    """
    from ingest.errors import UsageError

    ending = Path(out or "").suffix.lower()
    meant = next((kind for kind, suffix in ENDINGS.items() if suffix == ending), None)
    if ending and meant is None:
        raise UsageError(f"No record ends in {ending}: {out}.", hint="Name a file that ends in .docx or .md.")
    if meant and wanted not in (None, meant):
        raise UsageError(
            f"{out} ends as {meant} does, and the format named is {wanted}.", hint="Leave one of them out."
        )
    return meant or wanted or "docx"


def _name(store: Store) -> str:
    return re.sub(r"[^\w.-]+", "-", store.name).strip("-.") + "-record"


def _written(outline: Outline, kind: str) -> bytes:
    from dashboards.briefing.formats.word import Word
    from dashboards.briefing.records.markdown import markdown
    from ingest.errors import UsageError

    if kind == "md":
        return markdown(outline).encode("utf-8", "replace")
    word = Word()
    if why := word.missing():
        raise UsageError(f"Word {why}", hint="Or write Markdown: --format md.")
    return word.render(outline)


RECORD = Command(
    "record",
    "Protect people",
    "write what a case holds and why, for a data-access application or a data-protection record",
    record_arguments,
    record,
    "lockstep record --case my-case --out record.docx",
)
