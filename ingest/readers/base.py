"""The seam of the readers: what every reader says about itself, and the two kinds of reader.

A reader only says who posted what, when, and what it refers to; ``ingest.mapping.contract`` holds the parts it is shown
and yields. Everything formats have in common is done once, in ``ingest.reading`` and ``ingest.assemble``: uids, one
spelling per link, domains, text keys, folding of hashtags, duplicates, coverage.

There are two kinds. A **record reader** (JSON) turns one record into items. A **table reader** (CSV) turns a frame of
strings into frames of strings, column by column and never row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, runtime_checkable

import polars as pl

from ingest.mapping.contract import Context, Frames, Item, Record, Sample, Skip


class Reader(Protocol):
    """Facts that every reader states about itself. Members of ``ingest.readers.READERS`` are tried in order; the first wins."""

    @property
    def name(self) -> str:
        """Short word for records and ``--json``, such as ``x_v2``."""

    @property
    def title(self) -> str:
        """Name of the format, as people say it."""

    @property
    def version(self) -> int:
        """Raised when the same file would be read differently; part of the source's id."""

    @property
    def platform(self) -> str | None:
        """Platform of its posts, None where the file (or nobody) says."""

    @property
    def carries(self) -> tuple[str, ...]:
        """Kinds of links it can give, see ``ingest.tables.LINK_KINDS``."""

    @property
    def lacks(self) -> str:
        """A sentence: what the format does not hold."""

    def recognises(self, sample: Sample) -> bool:
        """True if the file is in this format, from its content."""
        ...


@runtime_checkable
class RecordReader(Reader, Protocol):
    """Reads JSON: records one by one."""

    @property
    def containers(self) -> tuple[str, ...]:
        """Places of the records in a JSON document, as dotted paths with ``item`` for elements of a list.

        ``item`` (the document is a list), ``messages.item``, ``chats.list.item.messages.item``; ``""`` when the document
        is one record. JSONL needs none: a line is a record.
        """

    def items(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        """The posts of one record. Raise `Skip` when there is none to keep."""
        ...


@runtime_checkable
class RowReader(RecordReader, Protocol):
    """Reads JSON, and the same records where a tool wrote them as the rows of a table."""

    def records(self, frame: pl.DataFrame, context: Context) -> Iterator[Record]:
        """The rows of one batch as records, in their order."""
        ...

    def first(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        """The one post of a row's record."""
        ...


@runtime_checkable
class Withdrawing(Protocol):
    """A record reader of streams, in which later lines take earlier ones back. They are looked for first."""

    @property
    def marks(self) -> tuple[bytes, ...]:
        """Bytes of a line that may take something back, for a quick look."""

    def withdrawn(self, record: Record) -> str | None:
        """Native id of the post or account that a record takes back. It stands in ``context.withdrawn`` while reading."""
        ...


@runtime_checkable
class Accompanied(Protocol):
    """A record reader of files that others beside them complete, such as posts whose authors stand in a file of their own."""

    def companions(self, file_name: str) -> tuple[str, ...]:
        """Names of those files, in the same folder; those that are not there are left out."""

    def joined(self, documents: Mapping[str, object]) -> object:
        """JSON of the companion files, by name of the file; it stands in ``context.beside`` while reading."""


@runtime_checkable
class TableReader(Reader, Protocol):
    """Reads CSV: columns of strings."""

    def tables(self, frame: pl.DataFrame, context: Context) -> Frames:
        """The rows of one batch, all columns String, plus ``__row`` (row of the file, Int64)."""
        ...
