"""The items of records as frames: what one record reader says of many records, column by column."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, chain
from typing import Any, NamedTuple

import polars as pl

from ingest.mapping.contract import OTHER_SHAPE, ROW, Context, Frames, Item, Record, Skip
from ingest.mapping.frames import nothing, schema_of
from ingest.parsing.json_stream import Found

PORTION = 256  # items that are made before they become columns
TOGETHER = 8 << 20  # of columns that are finished together
_NOTHING: Record = {}
Items = Callable[[Record, Context], Iterator[Item | Skip]]  # the ``items`` of a record reader


class Gathered(NamedTuple):
    """Frames a reader made of a part of a file. Where ``__row`` counts items, ``numbers`` are their rows of the file."""

    frames: Frames
    numbers: pl.Series | None = None

    @property
    def items(self) -> int:
        """Number of items, skipped ones included; only of parts with numbers."""
        return 0 if self.numbers is None else len(self.numbers)


def gathered(items: Items, found: Iterable[Found], context: Context, most: int) -> Iterator[Gathered]:
    """Frames of what a record reader makes of records, in parts of so many items or a few more."""
    basket = _Basket()
    for row, record, parent in found:
        context.row, context.parent = row, parent
        if isinstance(record, Skip):
            basket.add(row, record)
        else:
            _gather(items, record, row, context, basket)
        if len(basket.rows) >= most:
            yield basket.taken()
            basket = _Basket()
    if basket.rows:
        yield basket.taken()


def of_rows(records: Iterable[Record], items: Items, rows: pl.Series, context: Context) -> Frames:
    """Frames of what a reader makes of the records of a table's rows: at most one post a row."""
    found = ((row, record, _NOTHING) for row, record in zip(rows.to_list(), records, strict=True))
    for part in gathered(items, found, context, sys.maxsize):
        numbers = part.numbers
        assert numbers is not None
        return Frames(*(made.with_columns(numbers.gather(made[ROW]).alias(ROW)) for made in part.frames))
    return Frames(nothing("accounts"), nothing("posts"), nothing("links"), nothing("skipped"))


def joined(parts: Iterable[Gathered], most: int, size: int = TOGETHER) -> Iterator[Gathered]:
    """Parts joined into fewer, of at most so many items and about so many bytes: whatever is done with a part has a price of its own."""
    waiting: list[Gathered] = []
    items, there = 0, 0.0
    for part in parts:
        if waiting and (items + part.items > most or there >= size):
            yield _one(waiting)
            waiting, items, there = [], 0, 0.0
        waiting.append(part)
        items += part.items
        there += sum(frame.estimated_size() for frame in part.frames)
    if waiting:
        yield _one(waiting)


def _one(parts: list[Gathered]) -> Gathered:
    """Parts as one, their items counted on."""
    if len(parts) == 1:
        return parts[0]
    starts = list(accumulate((part.items for part in parts), initial=0))
    frames = (
        [frame.with_columns(pl.col(ROW) + start) for frame, start in zip(frames, starts, strict=False) if frame.height]
        or [frames[0]]
        for frames in zip(*(part.frames for part in parts), strict=True)
    )
    numbers = pl.concat([part.numbers for part in parts if part.numbers is not None])
    return Gathered(Frames(*(pl.concat(some, how="diagonal", rechunk=True) for some in frames)), numbers)


def _gather(items: Items, record: Record, row: int, context: Context, basket: _Basket) -> None:
    empty = True
    try:
        for item in items(record, context):
            empty = False
            basket.add(row, item)
    except Skip as skip:
        basket.add(row, skip)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
        # Hostile or unknown shapes: what stands where a person expects an object may be anything.
        basket.add(row, Skip(OTHER_SHAPE, None, f"{type(error).__name__}: {error}"))
    else:
        if empty:
            basket.add(row, Skip("There is no post in the record."))


class _Basket:
    """Items until there are enough for a batch; their order is their ``__row``, ``rows`` are those of the file."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self._waiting: list[Item | Skip] = []
        self._accounts, self._posts, self._links, self._skipped = _Told(), _Told(), _Told(), _Told()

    def add(self, row: int, item: Item | Skip) -> None:
        self.rows.append(row)
        self._waiting.append(item)
        if len(self._waiting) >= PORTION:
            self._spread()

    def _spread(self) -> None:
        """Waiting statements, as columns."""
        waiting = list(enumerate(self._waiting, len(self.rows) - len(self._waiting)))
        items = [(place, item) for place, item in waiting if isinstance(item, Item)]
        self._posts.add([place for place, _ in items], [item.post for _, item in items])
        self._accounts.add(
            [owner for place, item in items for owner in (place, *[None] * len(item.more_accounts))],
            [account for _, item in items for account in (item.account, *item.more_accounts)],
        )
        self._links.add(
            [place for place, item in items for _ in item.links], [link for _, item in items for link in item.links]
        )
        skips = [(place, skip) for place, skip in waiting if isinstance(skip, Skip)]
        self._skipped.add(
            [place for place, _ in skips],
            [{"column": skip.column, "reason": skip.reason, "found": skip.found} for _, skip in skips],
        )
        self._waiting = []

    def taken(self) -> Gathered:
        self._spread()
        frames = Frames(
            self._accounts.frame("accounts"),
            self._posts.frame("posts"),
            self._links.frame("links"),
            self._skipped.frame("skipped"),
        )
        return Gathered(frames, pl.Series(self.rows, dtype=pl.Int64))


class _Told:
    """Statements about accounts, posts or links, with the places of those who make them."""

    def __init__(self) -> None:
        self._places: list[int | None] = []
        self._columns: dict[str, list[Any]] = {}

    def add(self, places: Sequence[int | None], said: Sequence[Record]) -> None:
        """More of it: a few records at a time, so that the processor still has them at hand."""
        for name in dict.fromkeys(chain(self._columns, *said)):
            column = self._columns.setdefault(name, [])
            column += [None] * (len(self._places) - len(column))
            column += [one.get(name) for one in said]
        self._places += places

    def frame(self, name: str) -> pl.DataFrame:
        """All of it as a frame; only columns that occur."""
        schema = schema_of(name)
        unknown = [key for key in self._columns if key not in schema]
        if unknown:
            raise AssertionError(f"a reader wrote the columns {unknown}, which {name} does not have")
        if not self._places:
            return nothing(name)
        columns = [_series(key, values, schema[key]) for key, values in self._columns.items()]
        return pl.DataFrame([*columns, pl.Series(ROW, self._places, dtype=pl.Int64)])


def _series(name: str, values: list[Any], kind: Any) -> pl.Series:
    if kind in (pl.Int64, pl.Int16) and bool in set(map(type, values)):
        values = [None if isinstance(value, bool) else value for value in values]  # "likes": true is no number
    try:
        return pl.Series(name, values, dtype=kind, strict=True)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        return pl.Series(name, [_fitted(value, kind) for value in values], dtype=kind, strict=False)


def _fitted(value: Any, kind: Any) -> Any:
    """The value as the column's type, or null: JSON may have anything anywhere."""
    if value is None:
        return None
    if kind == pl.String:
        return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
    if kind == pl.Boolean:
        return value if isinstance(value, bool) else None
    if kind == pl.Datetime("us", "UTC"):
        return _moment(value)
    if kind in (pl.Int64, pl.Int16):
        return _whole(value)
    return value if isinstance(value, list) else None


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(value / 1_000_000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _whole(value: Any) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if -(2**63) <= number < 2**63 else None
