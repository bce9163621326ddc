"""Items of records gathered into frames: whatever a record is, each row becomes an item or a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from ingest.mapping.contract import OTHER_SHAPE, ROW, Context, Item, Skip
from ingest.parsing.record_frames import gathered, joined, of_rows
from ingest.tables import Options


def items(record: dict[str, Any], context: Context) -> Iterator[Item | Skip]:
    """A reader of made-up records: ``n`` posts each, or whatever ``odd`` asks for."""
    if record.get("odd") == "skip":
        raise Skip("The record is a note.", "odd", "skip")
    for n in range(record["n"]):
        post = {"native_id": f"{record['id']}{n}", "like_count": record.get("likes")}
        yield Item({"native_id": "11"}, post, [{"kind": "hashtag", "target_raw": "quay"}], [{"native_id": "12"}])


def context() -> Context:
    return Context("a.json", Options(), "x")


def found(*records: dict[str, Any] | Skip) -> list[tuple[int, Any, dict[str, Any]]]:
    return [(row, record, {}) for row, record in enumerate(records, 1)]


def test_each_item_has_a_row_and_knows_its_line() -> None:
    (part,) = gathered(items, found({"id": "a", "n": 2}, {"id": "b", "n": 1}), context(), 100)
    assert part.numbers is not None and part.numbers.to_list() == [1, 1, 2] and part.items == 3
    assert part.frames.posts.select(ROW, "native_id").rows() == [(0, "a0"), (1, "a1"), (2, "b0")]
    assert part.frames.accounts[ROW].to_list() == [0, None, 1, None, 2, None], "others told about have no row"
    assert part.frames.links[ROW].to_list() == [0, 1, 2]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"odd": "skip"}, "The record is a note."),
        ({"id": "a", "n": 0}, "There is no post in the record."),
        ({"id": "a"}, OTHER_SHAPE),
        ({"id": "a", "n": "many"}, OTHER_SHAPE),
        (Skip("This line is no JSON."), "This line is no JSON."),
    ],
)
def test_a_record_without_a_post_is_a_row_with_a_reason(record: dict[str, Any] | Skip, reason: str) -> None:
    (part,) = gathered(items, found(record), context(), 100)
    assert part.frames.skipped["reason"].to_list() == [reason] and part.frames.posts.height == 0


@pytest.mark.parametrize(
    ("likes", "kept"), [(3, 3), ("3", 3), (3.0, 3), ("many", None), ([3], None), (10**30, None), (True, None)]
)
def test_a_value_of_another_type_is_null_and_never_costs_the_post(likes: object, kept: int | None) -> None:
    (part,) = gathered(items, found({"id": "a", "n": 1, "likes": 7}, {"id": "b", "n": 1, "likes": likes}), context(), 9)
    assert part.frames.posts["like_count"].to_list() == [7, kept]


def test_parts_are_no_larger_than_asked_and_joined_they_are_the_whole() -> None:
    records = found(*({"id": f"r{n}-", "n": 2} for n in range(10)))
    parts = list(gathered(items, iter(records), context(), 4))
    assert [part.items for part in parts] == [4] * 5
    (whole,) = joined(parts, 100)
    (alone,) = gathered(items, iter(records), context(), 100)
    assert whole.numbers is not None and alone.numbers is not None
    assert whole.numbers.to_list() == alone.numbers.to_list()
    for one, other in zip(whole.frames, alone.frames, strict=True):
        assert one.select(sorted(one.columns)).equals(other.select(sorted(other.columns)))
    assert [part.items for part in joined(parts, 8)] == [8, 8, 4]
    assert len(list(joined(parts, 100, size=1))) == 5, "by bytes"


def test_rows_of_a_table_are_those_of_the_file() -> None:
    frames = of_rows([{"id": "a", "n": 1}, {"id": "b", "n": 1}], items, pl.Series([5, 9]), context())
    assert frames.posts[ROW].to_list() == [5, 9]
    assert of_rows([], items, pl.Series([], dtype=pl.Int64), context()).posts.height == 0


def test_a_column_no_table_has_is_a_fault_of_the_reader() -> None:
    def wrong(record: dict[str, Any], context: Context) -> Iterator[Item | Skip]:
        yield Item({"native_id": "1"}, {"colour": "blue"}, [])

    with pytest.raises(AssertionError, match="colour"):
        list(gathered(wrong, found({}), context(), 1))
