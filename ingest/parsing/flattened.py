"""Records that a tool also writes as a table, with a column for each path to a value: ``author/userName``, ``urls.0.url``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from ingest.mapping.contract import ROW, Context, Frames, Item, Record, Sample, Skip
from ingest.mapping.frames import nothing
from ingest.mapping.json_fields import page
from ingest.mapping.record import Records
from ingest.parsing.json_stream import loads
from ingest.parsing.record_frames import gathered

WITHIN = "{n} posts that stand within the rows of others were left out: the JSON export is read with them."
_FLAGS = {"true": True, "false": False}
_NOTHING: Record = {}


def nested(flat: Mapping[str, Any]) -> Record:
    """The object whose values stand under the paths; names without a path stay as they are.

    Examples
    --------
    >>> nested({"author/id": "7", "tags/1/name": "b", "tags/0/name": "a", "text": "x"})
    {'author': {'id': '7'}, 'tags': [{'name': 'a'}, {'name': 'b'}], 'text': 'x'}
    >>> nested({"author.name": "Ann", "author.id": "7"})
    {'author': {'name': 'Ann', 'id': '7'}}
    """
    out: Record = {}
    lists = False
    for name, value in flat.items():
        *around, last = name.split("/" if "/" in name else ".")
        place = out
        for step in around:
            inner = place.get(step)
            if type(inner) is not dict:
                inner = place[step] = {}
            place = inner
            lists = lists or step.isdigit()
        lists = lists or (bool(around) and last.isdigit())
        if type(place.get(last)) is not dict:
            place[last] = value
    return {key: _listed(value) for key, value in out.items()} if lists else out


def _listed(value: Any) -> Any:
    """Objects whose keys are numbers as lists."""
    if type(value) is not dict:
        return value
    inner = {key: _listed(one) for key, one in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def cell(text: str, is_text: bool) -> Any:
    """The value a cell stands for: flags, lists and objects written as JSON; anything else is a text.

    Examples
    --------
    >>> cell("TRUE", False), cell('["a"]', False), cell("[sic]", False), cell("true", True)
    (True, ['a'], '[sic]', 'true')
    """
    if is_text:
        return text
    if text[:1] in "[{":
        try:
            return loads(text.encode("utf-8", "replace"))
        except ValueError:
            return text
    return _FLAGS.get(text.casefold(), text) if len(text) < 6 else text


@dataclass(frozen=True)
class Flattened(Records):
    """A reader of records that stand in JSON or, one a row, in a table whose columns are paths.

    Attributes
    ----------
    texts : tuple of str
        Names of what people wrote: read as it stands, whatever it looks like.
    named : tuple of (str, tuple of str)
        ``account``, ``id`` and ``time`` with the columns that may hold them, so that a skipped row can name its column.
    """

    texts: tuple[str, ...] = ("text",)
    named: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def recognises(self, sample: Sample) -> bool:
        """By the names that stand in the records, or in the header."""
        if sample.shape == "csv":
            return len(sample.header) > 2 and self.where(nested(dict.fromkeys(sample.header, "")))
        return any(
            self.where(one)
            for record in sample.records
            for one in page(_unfolded(record), *self.pages)[:5]
            if isinstance(one, dict)
        )

    def items(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        """The posts of one record, however deep its names go."""
        for what, names in self.named:
            context.columns.setdefault(what, names[0])
        return super().items(_unfolded(record), context)

    def tables(self, frame: pl.DataFrame, context: Context) -> Frames:
        """The posts of one batch of rows, one a row."""
        there = [name for name in frame.columns if name != ROW]
        for what, names in self.named:
            plain = {name.replace("/", "."): name for name in there}
            context.columns[what] = next((plain[name] for name in names if name in plain), names[0])
        numbers, records = frame[ROW].to_list(), _records(frame.select(there), self.texts)
        found = ((row, record, _NOTHING) for row, record in zip(numbers, records, strict=True))
        for part in gathered(self._first, found, context, frame.height + 1):
            assert part.numbers is not None
            return Frames(*(_at_rows(made, part.numbers) for made in part.frames))
        return Frames(nothing("accounts"), nothing("posts"), nothing("links"), nothing("skipped"))

    def _first(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        """One post for one row: those of its comments that stand beside it have no row of their own."""
        found = list(super().items(record, context))
        posts = [item for item in found if isinstance(item, Item)]
        context.count(WITHIN, len(posts) - 1 if posts else 0)
        yield from posts[:1] or found[:1]


def _unfolded(record: Record) -> Record:
    return nested(record) if any("/" in name or "." in name for name in record) else record


def _records(frame: pl.DataFrame, texts: tuple[str, ...]) -> Iterator[Record]:
    """The rows as records, without what is blank."""
    some = [name for name in frame.columns if frame[name].null_count() < frame.height]
    last = [re.split("[/.]", name)[-1] in texts for name in some]
    for row in frame.select(some).iter_rows() if some else ((),) * frame.height:
        yield nested({
            name: cell(value, is_text)
            for name, value, is_text in zip(some, row, last, strict=True)
            if value is not None and not value.isspace() and value
        })  # fmt: skip


def _at_rows(frame: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """A frame whose rows counted items, with the rows of the file."""
    return frame.with_columns(numbers.gather(frame[ROW]).alias(ROW)) if frame.height else frame
