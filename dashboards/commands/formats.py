"""Formats that can be read: ``formats``."""

from __future__ import annotations

import textwrap
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from dashboards.commands.base import DONE, Command
from dashboards.commands.terminal import Screen

if TYPE_CHECKING:
    from ingest.readers.base import Reader

WIDE = 110  # letters of a line


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "word",
        nargs="?",
        metavar="WORD",
        help="only formats whose name, title or platform holds it: telegram, csv, apify",
    )


def formats(args: Namespace, screen: Screen) -> int:
    """Print the table of the readers, in the order in which they are tried."""
    from ingest.errors import UsageError
    from ingest.readers import READERS

    word = (args.word or "").casefold()
    some = [one for one in READERS if word in f"{one.name} {one.title} {one.platform or ''}".casefold()]
    if not some:
        raise UsageError(f"No format has {args.word!r} in its name.", hint="lockstep formats lists them all.")
    for one in some:
        screen.say(*_lines(one), "")
    screen.note(f"{len(some)} formats. Which one a file is in is seen from its content: lockstep check FILE says it.")
    screen.facts({"formats": [_facts(one) for one in some]})
    return DONE


def _lines(reader: Reader) -> list[str]:
    told = (("read from", ", ".join(_shapes(reader))), ("carries", ", ".join(reader.carries)), ("lacks", reader.lacks))
    lines = [f"{reader.name}: {reader.title}"]
    for label, words in told:
        lines += textwrap.wrap(words, WIDE, initial_indent=f"  {label:<10}", subsequent_indent=" " * 12)
    return lines


def _shapes(reader: Reader) -> list[str]:
    """Shapes of its files, in words."""
    from ingest.readers.base import RecordReader, RowReader, TableReader

    records, rows = isinstance(reader, RecordReader), isinstance(reader, TableReader | RowReader)
    return ["JSON"] * records + ["CSV, TSV, XLSX, Parquet"] * rows


def _facts(reader: Reader) -> dict[str, Any]:
    return {
        "name": reader.name,
        "title": reader.title,
        "platform": reader.platform,
        "read_from": _shapes(reader),
        "carries": list(reader.carries),
        "lacks": reader.lacks,
    }


FORMATS = Command(
    "formats",
    "Load files",
    "list the formats that can be read, with what each carries and lacks",
    arguments,
    formats,
    "lockstep formats telegram",
)
