"""Between Arrow tables and the rows that statements take and give: lists, with times as microseconds since 1970."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from ingest.tables import TIME

BATCH = 10_000
_LONGEST_KEY = 2_000  # characters: an index of Neo4j takes keys of some 8 kB


def to_rows(columns: Sequence[pa.ChunkedArray | pa.Array]) -> list[list[Any]]:
    """Columns to rows.

    Examples
    --------
    >>> to_rows([pa.array(["a", None]), pa.array([1, 2])])
    [['a', 1], [None, 2]]
    """
    plain = [column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column for column in columns]
    return [list(row) for row in zip(*(column.to_pylist() for column in plain), strict=True)]


def filled(table: pa.Table, names: Sequence[str]) -> list[str]:
    """The columns that say anything: the others need not travel.

    Examples
    --------
    >>> filled(pa.table({"text": ["a", None], "lang": pa.nulls(2)}), ["text", "lang"])
    ['text']
    """
    return [name for name in names if table.column(name).null_count < table.num_rows]


def to_table(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Rows to a table; nothing is guessed: every column has the schema's type.

    Examples
    --------
    >>> to_table([["x:1", 1_000_000]], pa.schema([("post_uid", pa.string()), ("at", TIME)])).to_pylist()[0]["at"].year
    1970
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table([_column(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema)


def _column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if kind == TIME:
        return pa.array(values, pa.int64()).cast(TIME)
    return pa.array(values, kind)


def slices(rows: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """Rows in batches.

    Examples
    --------
    >>> list(slices([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    return (rows[start : start + size] for start in range(0, len(rows), size))


def frame(table: pa.Table) -> pl.DataFrame:
    """An Arrow table for polars."""
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found


def arrow(found: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    """A polars frame with exactly the schema's columns."""
    return found.select(schema.names).to_arrow().cast(schema)


def short_keys(keys: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Keys that an index can hold, and beside them the full ones where they had to be shortened (else null)."""
    long = pc.fill_null(pc.greater(pc.utf8_length(keys), _LONGEST_KEY), False)
    if not pc.any(long).as_py():
        return keys, pa.nulls(len(keys), pa.string())
    import hashlib

    short = [
        f"sha256:{hashlib.sha256(key.encode()).hexdigest()}" if too_long else key
        for key, too_long in zip(keys.to_pylist(), long.to_pylist(), strict=True)
    ]
    return pa.array(short, pa.string()), pc.if_else(long, keys, pa.scalar(None, pa.string()))
