"""Writing of a case's Parquet files: repeated values as a dictionary, rising numbers as differences, limits where they are used.

A dictionary of values that hardly repeat is built and thrown away: without one, ids cost a third less time and half the
room. Times and row numbers mostly rise, so their differences are small.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ONCE = {  # hardly ever the same in two rows
    "accounts": {"account_uid", "native_id", "handle", "handle_key", "display_name", "description", "url"},
    "posts": {"post_uid", "native_id", "text", "url", "extra"},
    "links": {"post_uid"},
}
LIMITS = (
    "post_uid",
    "account_uid",
    "created_at",
    "at",
    "code",
)  # what readers look up, and their files are in order of
_COUNTED = (pa.types.is_timestamp, pa.types.is_integer)


def part_writer(path: Path, table: str, schema: pa.Schema, compression: str = "zstd") -> pq.ParquetWriter:
    """A writer of one part.

    Parameters
    ----------
    path : Path
    table : str
        Name of a table; of one that is not known every word may repeat.
    schema : pyarrow.Schema
    compression : str
        lz4 for what is read once and thrown away.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> rows = pa.table({"post_uid": ["x:1", "x:2"], "kind": ["quote", "quote"]})
    >>> with TemporaryDirectory() as folder:
    ...     with part_writer(Path(folder, "posts.parquet"), "posts", rows.schema) as part:
    ...         part.write_table(rows)
    ...     said = pq.read_metadata(Path(folder, "posts.parquet")).row_group(0)
    >>> [said.column(n).has_dictionary_page for n in range(2)], [said.column(n).is_stats_set for n in range(2)]
    ([False, True], [True, False])
    """
    return pq.ParquetWriter(path, schema, compression=compression, **_options(table, schema))


def _options(table: str, schema: pa.Schema) -> dict[str, Any]:
    once = ONCE.get(table, set())
    counted = [field.name for field in schema if any(holds(field.type) for holds in _COUNTED)]
    words = [_leaf(field) for field in schema if field.name not in once and field.name not in counted]
    return {
        "use_dictionary": words,
        "column_encoding": dict.fromkeys(counted, "DELTA_BINARY_PACKED"),
        "write_statistics": [name for name in schema.names if name in LIMITS],
    }


def _leaf(field: pa.Field) -> str:
    """The name of the column that holds the values."""
    return f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name
