"""Staging: the actions of a trace as Parquet files, for engines that read a disk or an object store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.settings import Narrow
from graph.stores.base import Scan, Store
from graph.traces.base import COLUMNS, LinkTrace, Trace, own_rows
from ingest.errors import Progress

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

FILE_ROWS = 4_000_000  # so that the machines of a cluster can share the work
SCHEMA = pa.schema([("account", pa.string()), ("object", pa.string()), ("t", pa.int64()), ("post", pa.string())])


@contextmanager
def staged(trace: Trace, store: Store, narrow: Narrow, at: str, say: Progress) -> Iterator[str]:
    """A trace's actions as Parquet files, removed when done: they are a copy of what people posted.

    Parameters
    ----------
    at : str
        A folder, or an address fsspec can write to, such as ``s3://bucket/folder``.
    say : callable
        Progress: words and rows so far. It may raise ``Cancelled``.

    Yields
    ------
    str
        The address of the files: ``account``, ``object``, ``t`` (microseconds since 1970, UTC), ``post``.
    """
    from fsspec.core import url_to_fs

    files, root = url_to_fs(at)
    folder = f"{root.rstrip('/')}/{trace.name}-{uuid4().hex[:12]}"
    files.makedirs(folder)
    try:
        parts = _Parts(files, folder)
        rows = 0
        try:
            for table in _batches(trace, store, narrow, say):
                parts.write(_as_staged(table))
                rows += table.num_rows
                say(f"Staging {trace.words.many}", rows, None)
        finally:
            parts.close()
        yield f"{files.unstrip_protocol(folder) if '://' in at else folder}/*.parquet"
    finally:
        files.rm(folder, recursive=True)


def _batches(trace: Trace, store: Store, narrow: Narrow, say: Progress) -> Iterator[pa.Table]:
    """Actions of a trace in batches; link traces come as they are read, all others from memory."""
    if not isinstance(trace, LinkTrace):
        yield trace.actions(store, narrow, say)
        return
    for batch in store.scan("links", Scan(columns=COLUMNS, kinds=trace.kinds, narrow=narrow)):
        yield trace.renamed(own_rows(pa.Table.from_batches([batch])))


def _as_staged(actions: pa.Table) -> pa.Table:
    """Rows without an account, object or time cannot be paired and are left out, as ``Actions.from_table`` does."""
    columns = [actions.column(name) for name in ("account_uid", "object", "at", "post_uid")]
    known = pc.and_(pc.and_(pc.is_valid(columns[0]), pc.is_valid(columns[1])), pc.is_valid(columns[2]))
    columns[2] = columns[2].cast(pa.int64())
    return pa.Table.from_arrays(
        [column.cast(field.type) for column, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    ).filter(known)


class _Parts:
    """Files of a bounded number of rows each; there is always one, so that no rows can be read too."""

    def __init__(self, files: AbstractFileSystem, folder: str) -> None:
        self._files, self._folder, self._number, self._rows = files, folder, 0, 0
        self._writer = self._next()

    def write(self, table: pa.Table) -> None:
        if self._rows >= FILE_ROWS:
            self._writer.close()
            self._writer, self._rows = self._next(), 0
        self._writer.write_table(table)
        self._rows += table.num_rows

    def close(self) -> None:
        self._writer.close()

    def _next(self) -> pq.ParquetWriter:
        self._number += 1
        return pq.ParquetWriter(
            f"{self._folder}/{self._number:05d}.parquet", SCHEMA, filesystem=self._files, compression="zstd"
        )
