"""Detection: which reader takes a file, how it is to be read, and what is said of files nobody reads."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path

import pytest
from fictional_records import RECORDS, STATUS

from ingest.errors import InputError
from ingest.files.inputs import Input
from ingest.reading.detect import Detected, detect
from ingest.tables import Options

TABLE = "post_id;user_id;created_at;text\n1;11;2024-03-05 10:20:30;quay\n"


def found(folder: Path, content: str | bytes, name: str = "file.csv", options: Options = Options()) -> Detected:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return detect(Input(path, name), options)


@pytest.mark.parametrize(
    ("content", "shape", "encoding", "separator"),
    [
        (TABLE.replace(";", ","), "csv", "utf-8", ","),
        (TABLE, "csv", "utf-8", ";"),
        (TABLE.replace(";", "\t"), "csv", "utf-8", "\t"),
        (TABLE.encode("utf-16"), "csv", "utf-16", ";"),
        ("\ufeff" + TABLE.replace("quay", "käi"), "csv", "utf-8", ";"),
        ((json.dumps(STATUS) + "\n") * 2, "jsonl", "utf-8", None),
        (json.dumps([STATUS]), "json", "utf-8", None),
    ],
)
def test_shape_letters_and_separator(
    tmp_path: Path, content: str | bytes, shape: str, encoding: str, separator: str | None
) -> None:
    how = found(tmp_path, content)
    assert how.shape == shape and how.encoding.name.startswith(encoding.partition("-")[0])
    assert (how.dialect.separator if how.dialect else None) == separator


@pytest.mark.parametrize("recorded", RECORDS, ids=lambda made: made.reader)
def test_a_record_goes_to_the_reader_of_its_format(tmp_path: Path, recorded: object) -> None:
    rows, reader, name = (getattr(recorded, key) for key in ("rows", "reader", "file_name"))
    text = json.dumps(rows) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
    how = found(tmp_path, text if not name.endswith(".json") or len(rows) > 1 else json.dumps(rows[0]), name)
    assert how.reader.name == reader and how.shape in ("json", "jsonl") and how.sample is not None


def test_a_header_further_down_is_found_and_said(tmp_path: Path) -> None:
    how = found(tmp_path, "Export of March;;;\n\n" + TABLE)
    assert how.dialect and how.dialect.header_row == 3
    said = " ".join(how.sentences())
    assert "row 3" in said and "semicolon" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        (bytes(range(256)) * 20, "binary"),
        ('{"a": ', "nothing in it can be read"),
        ('{"colour": "blue", "size": 3}', "colour"),
        ("colour,size\nblue,3\n", "colour"),
    ],
)
def test_a_file_nobody_reads_is_refused_with_what_it_holds(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        found(tmp_path, content)
    assert caught.value.accepted and "file.csv" in str(caught.value)


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_pickle_is_never_opened_and_the_way_out_is_named(tmp_path: Path, protocol: int) -> None:
    packed = gzip.compress(pickle.dumps([{"tweetid": number} for number in range(99)], protocol=protocol))
    with pytest.raises(InputError, match=r"Python pickle.*to_csv"):
        found(tmp_path, packed, "land_202012_tweets_control.pkl.gz")
