"""The gate knows what every column holds: a new column of words fails until somebody says."""

from __future__ import annotations

import pyarrow as pa
import pytest

from graph.privacy.columns import COLUMNS
from graph.schema import RUN_TABLES
from ingest.tables import TABLES

SCHEMAS: dict[str, pa.Schema] = {**TABLES, **RUN_TABLES}
FIXED = {
    "platform",
    "account_type",
    "lang",
    "uid_from",
    "source_ids",
    "created_at_precision",
    "created_at_basis",
    "kind",
    "lang_basis",
    "source_id",
    "reader",
    "sha256",
    "platforms",
    "field_coverage",
    "tz_assumed",
    "precision",
    "trace",
    "level",
    "heading",
    "label",
    "basis",
    "traces",
    "layers",
    "method",
    "untested",
}
"""Columns whose words come from lists of this program."""


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_column_of_words_is_classified(table: str) -> None:
    words = {f.name for f in SCHEMAS[table] if pa.types.is_string(f.type) or pa.types.is_list(f.type)}
    words -= {f.name for f in SCHEMAS[table] if pa.types.is_list(f.type) and not pa.types.is_string(f.type.value_type)}
    assert words - FIXED == set(COLUMNS[table])
