"""Frames with the columns of the tables: what is missing is null, rows stay in their order."""

from __future__ import annotations

import polars as pl
import pytest

from ingest.mapping.frames import arrow, beside, complete, nothing, schema_of, skips
from ingest.tables import ACCOUNTS, LINKS, POSTS, ROW, SKIPPED

TABLES = {"accounts": ACCOUNTS, "posts": POSTS, "links": LINKS, "skipped": SKIPPED}


@pytest.mark.parametrize("name", TABLES)
def test_a_frame_has_every_column_of_its_table(name: str) -> None:
    assert list(schema_of(name)) == [*TABLES[name].names, ROW]
    empty = nothing(name)
    assert empty.height == 0 and dict(empty.schema) == schema_of(name)
    assert arrow(empty, TABLES[name]).schema == TABLES[name]


def test_missing_columns_are_null_and_types_are_the_tables() -> None:
    frame = complete(pl.DataFrame({ROW: [1, 2], "native_id": [7, None], "like_count": ["3", "4"]}), "posts")
    assert frame["native_id"].to_list() == ["7", None] and frame["like_count"].to_list() == [3, 4]
    assert frame["text"].null_count() == 2 and frame[ROW].to_list() == [1, 2]


def test_a_skip_without_a_column_or_a_value_says_so_by_null() -> None:
    assert skips(pl.DataFrame({ROW: [3], "reason": ["There is no time."]})).row(0, named=True) == {
        ROW: 3,
        "column": None,
        "reason": "There is no time.",
        "found": None,
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([1, 2, 3], ["a", "b", "c"]),  # the same rows
        ([3, 1], ["c", "a"]),
        ([2, 9], ["b", None]),  # a row the other does not know
        ([2, 2], ["b", "b"]),
    ],
)
def test_the_other_frame_says_what_it_knows_of_each_row(rows: list[int], said: list[str | None]) -> None:
    other = pl.DataFrame({ROW: [1, 2, 3], "name": ["a", "b", "c"]})
    found = beside(pl.DataFrame({ROW: rows}), other)
    assert found[ROW].to_list() == rows and found["name"].to_list() == said


def test_of_two_sayings_about_a_row_the_first_counts() -> None:
    other = pl.DataFrame({ROW: [1, 1], "name": ["first", "second"]})
    assert beside(pl.DataFrame({ROW: [1]}), other)["name"].to_list() == ["first"]
