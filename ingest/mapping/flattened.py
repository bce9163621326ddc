"""Records that a tool also writes as a table, with a column for each path to a value: ``author/userName``, ``urls.0.url``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from ingest.mapping.contract import ROW, Context, Item, Record, Sample, Skip
from ingest.mapping.json_fields import page
from ingest.mapping.record import Records

WITHIN = "{n} posts that stand within the rows of others were left out: the JSON export is read with them."
_FLAGS = {"true": True, "false": False}


@lru_cache(maxsize=65_536)
def _steps(name: str) -> tuple[str, ...]:
    return tuple(name.split("/" if "/" in name else "."))


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
        *around, last = _steps(name)
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
            return json.loads(text)
        except (ValueError, RecursionError):
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

    def records(self, frame: pl.DataFrame, context: Context) -> Iterator[Record]:
        """The rows of one batch as records, in their order, without what is blank."""
        names = [name for name in frame.columns if name != ROW]
        plain = {name.replace("/", "."): name for name in names}
        for what, known in self.named:
            context.columns[what] = next((plain[name] for name in known if name in plain), known[0])
        some = [name for name in names if frame[name].null_count() < frame.height]
        is_text = [re.split("[/.]", name)[-1] in self.texts for name in some]
        for row in frame.select(some).iter_rows() if some else ((),) * frame.height:
            yield nested({
                name: cell(value, whole)
                for name, value, whole in zip(some, row, is_text, strict=True)
                if value and not value.isspace()
            })  # fmt: skip

    def first(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        """One post for one row: those of its comments that stand beside it have no row of their own."""
        found = list(self.items(record, context))
        posts = [item for item in found if isinstance(item, Item)]
        context.count(WITHIN, len(posts) - 1 if posts else 0)
        yield from posts[:1] or found[:1]


def _unfolded(record: Record) -> Record:
    return nested(record) if any("/" in name or "." in name for name in record) else record
