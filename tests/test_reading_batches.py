"""Reading of one file: batches of any size hold the same, every row is counted, and the source says all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fictional_records import STATUS

from ingest.errors import InputError, UsageError
from ingest.files.inputs import Input
from ingest.reading.batches import Reading, batches, read
from ingest.tables import SOURCES, Options

HEADER = "post_id,user_id,created_at,text\n"
ROWS = "".join(f"{n},{10 + n % 3},2024-03-05 10:20:{n:02d},words of post {n}\n" for n in range(1, 8))
TWICE, TIMELESS = "3,10,2024-03-05 10:20:03,words of post 3\n", "9,10,,no time\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    path.write_text(HEADER + ROWS + TWICE + TIMELESS, "utf-8")
    return path


@pytest.mark.parametrize("rows", [1, 2, 5, 1000])
def test_batches_of_any_size_hold_the_same(file: Path, rows: int) -> None:
    reading = batches(file, options=Options(platform="x"), batch_rows=rows)
    parts = list(reading)
    uids = [uid for part in parts for uid in part.posts["post_uid"].to_pylist()]
    assert uids == [f"x:{n}" for n in range(1, 8)]
    counts = [sum(getattr(part, name) for part in parts) for name in ("rows_in", "rows_kept", "rows_merged")]
    assert counts == [9, 7, 1] and sum(part.skipped.num_rows for part in parts) == 1
    assert reading.position == reading.total == file.stat().st_size


def test_the_source_is_a_row_of_sources(file: Path) -> None:
    reading = batches(file, options=Options(platform="x"))
    assert reading.source == {}, "before the last batch it is not known"
    list(reading)
    source = reading.source
    assert set(source) == set(SOURCES.names)
    assert source["rows_in"] == source["rows_kept"] + source["rows_merged"] + source["rows_skipped"] == 9
    assert (source["posts"], source["accounts"], source["platforms"]) == (7, 3, ["x"])
    assert source["first_at"] < source["last_at"] and source["file_name"] == "posts.csv"


def test_the_same_file_read_the_same_way_is_one_source(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.csv"
    copy.write_bytes(file.read_bytes())
    first = Reading(Input(file, file.name), Options(platform="x")).source_id
    assert Reading(Input(copy, copy.name), Options(platform="x")).source_id == first
    assert Reading(Input(file, file.name), Options(platform="gab")).source_id != first
    copy.write_text(file.read_text("utf-8") + "8,10,2024-03-05 10:21:00,more\n", "utf-8")
    assert Reading(Input(copy, copy.name), Options(platform="x")).source_id != first


def test_a_notebook_gets_whole_tables(file: Path) -> None:
    tables = read(file, platform="x")
    assert list(tables.posts["native_id"]) == [str(n) for n in range(1, 8)]
    assert len(tables.accounts) == 3 and list(tables.skipped["row"]) == [10]
    assert list(tables.sources["rows_in"]) == [9]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEADER, "no row below it"),
        ((json.dumps(STATUS | {"created_at": None}) + "\n") * 2, "None of the 2 rows can be kept"),
    ],
)
def test_nothing_kept_is_an_error_that_names_the_first_row(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "posts.csv").write_text(content, "utf-8")
    with pytest.raises(InputError, match=words) as caught:
        list(batches(tmp_path / "posts.csv", options=Options(platform="x")))
    assert "posts.csv" in str(caught.value)


def test_a_folder_is_not_one_file(tmp_path: Path, file: Path) -> None:
    (tmp_path / "more.csv").write_bytes(file.read_bytes() + b"8,10,2024-03-05 10:21:00,more\n")
    with pytest.raises((InputError, UsageError)):
        batches(tmp_path)
