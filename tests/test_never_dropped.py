"""A post with an id, an author and a time is never dropped for lack of anything else: one body over all readers.

Each field of a fixture's posts is taken away in turn, one variant a row. What held neither id nor author nor time must cost nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fictional_records import RECORDS, Recorded
from fictional_tables import MADE, Made

import ingest
from ingest import READERS
from ingest.files.encodings import Encoding
from ingest.files.inputs import Input
from ingest.normalize import times
from ingest.parsing.delimited import Dialect
from ingest.readers.base import Reader, RowReader, TableReader
from ingest.reading.detect import Detected, detect
from ingest.tables import Options

SAMPLES = {
    "coortweet": "data/russian_coord_tweets.csv",
    "qut": "samples/coordination-network-toolkit/sample_data.csv",
    "minet_x": "samples/twitwi/tweet-export.csv",
    "minet_bluesky": "samples/twitwi/bluesky-posts-export.csv",
    "ira_538": "samples/fivethirtyeight/IRAhandle_tweets_sample.csv",
    "generic_csv": "samples/generic_csv/trailing_commas.csv",
    "x_v2": "samples/twarc_v2/flat.jsonl",
    "telegram_desktop": "samples/telegram_desktop/public_channel.json",
    "mastodon": "samples/mastodon/test_hashtag_tl.json",
}
SAY_WHAT_IT_IS = {
    "_",
    "_type",
    "type",
    "kind",
    "datatype",
    "source_platform",
    "collection",
    "operation",
    "subreddit",
    "py_type",
    "action",
}
"""Fields without which nobody could tell that a record is a post, or of where."""
LEAST = 3  # posts of a sample


def variants(record: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Each key of an object, at any depth: its path, what stood there, and a copy of the whole without it."""
    inside = record.items() if isinstance(record, dict) else enumerate(record) if isinstance(record, list) else ()
    for key, value in list(inside):
        if isinstance(record, dict):
            yield (*path, key), value, {k: v for k, v in record.items() if k != key}
        for deeper, gone, copy in variants(value, (*path, str(key))):
            if isinstance(record, dict):
                yield deeper, gone, record | {key: copy}
            else:
                yield deeper, gone, [copy if n == key else v for n, v in enumerate(record)]


def words_of(value: Any) -> set[str]:
    """The words of everything that stands in a value."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return set().union(*(words_of(one) for one in inner)) if value else set()
    return {word.removeprefix("100") for word in re.findall(r"\w+", str(value).casefold())}  # Telegram marks chats so


def essential(tables: Any) -> set[str]:
    """The words of ids, authors and times of the posts."""
    found: set[str] = set()
    for column in ("native_id", "account_uid", "channel_uid"):
        found |= words_of(tables.posts[column].dropna().tolist())
    found |= words_of(tables.accounts.handle.dropna().tolist()) | words_of(tables.accounts.native_id.dropna().tolist())
    return found


def is_time(value: Any) -> bool:
    """Whether a time stands in it, or a number that may hold one."""
    inner = [value] if not isinstance(value, dict | list) else list(_leaves(value))
    return any(times.parse(one)[0] is not None or re.fullmatch(r"\d{17,20}", str(one)) for one in inner)


def _leaves(value: Any) -> Iterator[Any]:
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            yield from _leaves(one)
        else:
            yield one


def read_as(reader: Reader, path: Path, shape: str, dialect: Dialect | None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Rows the reader skips, whatever it is read from, and the words of ids and authors of the first one."""
    how = Detected(reader, shape, Encoding("utf-8"), dialect)
    monkeypatch.setattr("ingest.reading.batches.detect", lambda file, options: how)
    reading = ingest.batches(Input(path, path.name))
    batches = list(reading)
    first = [post for batch in batches for post in batch.posts.to_pylist() if post["raw_row"] == 1]
    own = words_of([[post["native_id"], post["account_uid"], post["channel_uid"]] for post in first])
    return {row["row"]: row["reason"] for batch in batches for row in batch.skipped.to_pylist()}, own


CASES = [*MADE, *RECORDS, *((name, path) for name, path in SAMPLES.items())]


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.reader}-{case.file_name}"[:40] if isinstance(case, Made) else case[0]
)
def test_nothing_but_id_author_and_time_is_needed(
    case: Made | tuple[str, str], tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = case.reader if isinstance(case, Made) else case[0]
    (reader,) = [reader for reader in READERS if reader.name == name]
    path = case.write(tmp_path) if isinstance(case, Made) else request.getfixturevalue("shared") / case[1]
    tables = ingest.read(path)
    known = essential(tables)
    if isinstance(reader, TableReader) or (isinstance(reader, RowReader) and path.suffix == ".csv"):
        lost = lost_in_table(reader, path, set(tables.posts.raw_row), known, tmp_path, monkeypatch)
    else:
        records = list(case.rows) if isinstance(case, Recorded) else records_of(path)
        lost = lost_in_records(reader, records, set(tables.posts.raw_row), known, path, tmp_path, monkeypatch)
    assert not lost


def lost_in_table(
    reader: TableReader | RowReader,
    path: Path,
    kept: set[int],
    known: set[str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> list[str]:
    """Rows that a blank cell costs."""
    how = detect(Input(path, path.name), Options())
    assert how.dialect is not None
    text = path.read_bytes().decode(how.encoding.name, "replace").removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=how.dialect.separator))
    good = [rows[number - 1] for number in sorted(kept)][:LEAST]
    header, out, told = list(how.dialect.columns), [], []
    for row in good:
        for place, (column, cell) in enumerate(zip(header, row, strict=False)):
            if cell.strip() and not words_of(cell) & known and not is_time(cell):
                out.append([*row[:place], "", *row[place + 1 :]])
                told.append(column)
    (folder / "v").mkdir()
    target = folder / "v" / path.name  # names of files say something to some readers
    with target.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *(row[: len(header)] for row in out)])
    if not out:
        return []
    skipped, _ = read_as(reader, target, "csv", Dialect(",", 1, tuple(header)), monkeypatch)
    return [f"{told[row - 2]}: {reason}" for row, reason in skipped.items()]


def records_of(path: Path) -> list[Any]:
    text = path.read_text("utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()[:LEAST]]
    document = json.loads(text)
    return document if isinstance(document, list) else [document]


def lost_in_records(
    reader: Reader,
    records: list[Any],
    kept: set[int],
    known: set[str],
    path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> list[str]:
    """Records that a missing key costs, beside those that are skipped as they are."""
    chat = records[0] if isinstance(records[0], dict) and isinstance(records[0].get("messages"), list) else None
    if chat:
        records = chat["messages"]
    lost = []
    for number, record in enumerate(records):
        some = [
            (path, gone, copy)
            for path, gone, copy in variants(record)
            if path[-1] not in SAY_WHAT_IT_IS and not words_of(gone) & known and not is_time(gone)
        ]
        copies = [record, *(copy for *_, copy in some)]
        target = folder / f"{number}.jsonl"
        target.write_text(json.dumps(chat | {"messages": copies}) if chat else "\n".join(map(json.dumps, copies)))
        try:
            skipped, own = read_as(reader, target, "json" if chat else "jsonl", None, monkeypatch)
        except ingest.errors.InputError:
            continue  # no post in it to begin with
        if 1 not in skipped:
            costly = [(*some[row - 2][:2], reason) for row, reason in skipped.items()]
            lost += [f"{'.'.join(at)}: {reason}" for at, gone, reason in costly if not words_of(gone) & own]
    return lost
