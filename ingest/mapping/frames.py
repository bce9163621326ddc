"""The tables of ``ingest.tables`` as polars frames with the row of the file beside each row."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pyarrow as pa

from ingest.tables import ACCOUNTS, LINKS, POSTS, ROW, SKIPPED, conform


@cache
def schema_of(name: str) -> dict[str, Any]:
    """The polars types of a table of ``ingest.tables``, with ``__row``."""
    tables = {"accounts": ACCOUNTS, "posts": POSTS, "links": LINKS, "skipped": SKIPPED}
    return {**pl.Schema(tables[name]), ROW: pl.Int64}


def complete(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The frame with every column of its table, missing ones null, and ``__row``."""
    schema = schema_of(name)
    return frame.select(
        pl.col(column).cast(kind) if column in frame.columns else pl.lit(None, kind).alias(column)
        for column, kind in schema.items()
    )


def nothing(name: str) -> pl.DataFrame:
    """An empty frame of a table."""
    return pl.DataFrame(schema=schema_of(name))


def skips(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows that are left out: ``__row``, ``column``, ``reason``, ``found``; what is not said is null."""
    return frame.select(
        pl.col(ROW).cast(pl.Int64),
        *(
            pl.col(c).cast(pl.String) if c in frame.columns else pl.lit(None, pl.String).alias(c)
            for c in ("column", "reason", "found")
        ),
    )


def arrow(frame: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    """The frame as a table for the case; columns of nothing cost nothing."""
    said = [c for c in frame.columns if c in schema.names and frame[c].null_count() < frame.height]
    return conform(frame.select(said).to_arrow(), schema) if said else conform(pa.table({}), schema)


def beside(frame: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The frame with the other's columns: what it says first of each row, null of rows it does not know."""
    if frame[ROW].equals(other[ROW]) and (frame[ROW].diff().drop_nulls() > 0).all():
        return frame.hstack(other.drop(ROW))
    return frame.join(other.unique(ROW, keep="first"), on=ROW, how="left", maintain_order="left")
