"""Lines read by several processes: the same tables, sentences and accounts of every row as read by one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from big_files import bluesky, x_v1

from ingest import batches
from ingest.mapping.contract import Context
from ingest.parsing import json_stream
from ingest.parsing.record_frames import gathered, joined
from ingest.readers.bluesky import READER
from ingest.reading import processes
from ingest.tables import Batch, Options

Shared = Callable[[], None]


@pytest.fixture
def shared_out(monkeypatch: pytest.MonkeyPatch) -> Shared:
    """From now on even small files are shared out among two processes."""

    def share() -> None:
        monkeypatch.setattr(processes, "ENOUGH", 0)
        monkeypatch.setattr(processes, "processors", lambda: 2)

    return share


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Posts and reposts of Bluesky; one is deleted, one is long ago, and two lines are none at all."""
    lines = [json.dumps(record) for record in bluesky(300)]
    gone = json.loads(lines[40])
    gone["commit"] |= {"operation": "delete"}
    gone["commit"].pop("record")
    old = json.loads(lines[77])
    old["commit"]["record"]["createdAt"] = "2019-01-01T00:00:00Z"
    lines[77] = json.dumps(old)
    lines.insert(100, "no json")
    lines.insert(200, "")
    path = tmp_path / "stream.jsonl"
    path.write_text("\n".join([*lines, json.dumps(gone), '{"cut": ']), "utf-8")
    return path


def read(path: Path) -> tuple[list[Batch], dict[str, Any]]:
    reading = batches(path, batch_rows=25)
    parts = list(reading)
    return parts, {name: value for name, value in reading.source.items() if name != "ingested_at"}


def tables(parts: list[Batch]) -> dict[str, pa.Table]:
    return {
        name: pa.concat_tables([getattr(part, name) for part in parts])
        for name in ("accounts", "posts", "links", "skipped")
    }


def test_processes_read_as_one_does(file: Path, shared_out: Shared) -> None:
    alone, source = read(file)
    shared_out()
    shared, same = read(file)
    assert tables(shared) == tables(alone) and len(shared) == len(alone) > 10
    assert same == source and source["rows_in"] == 303 and source["rows_skipped"] == 3
    assert len(source["warnings"]) > 2, "what processes notice is said"


def test_blocks_put_together_are_what_one_block_gives(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    (whole,) = gathered(READER.items, json_stream.lines(lines), Context(file.name, Options(), "bluesky"), 1_000)
    context = Context(file.name, Options(), "bluesky")
    small = list(processes.in_blocks(READER, json_stream.blocks(lines, 1_000, 9_000), context))
    assert len(small) > 10 and sum(part.items for part in small) == whole.items == 303
    (together,) = joined(small, 1_000)
    assert together.numbers is not None and whole.numbers is not None
    assert together.numbers.to_list() == whole.numbers.to_list()
    for one, other in zip(together.frames, whole.frames, strict=True):
        assert one.select(sorted(other.columns)).equals(other.select(sorted(other.columns)))
    assert next(part.items for part in joined(small, 100)) <= 100 < len(lines)
    assert len(list(joined(small, 1_000, 1))) == len(small), "no larger than asked for"


def test_a_process_that_dies_costs_no_row(file: Path, shared_out: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, source = read(file)
    shared_out()
    monkeypatch.setattr(processes, "_CODE", "import sys; sys.exit(3)")
    shared, same = read(file)
    assert tables(shared) == tables(alone) and same == source


def test_who_stops_early_leaves_no_process_behind(tmp_path: Path, shared_out: Shared) -> None:
    shared_out()
    path = tmp_path / "tweets.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in x_v1(200)), "utf-8")
    started: list[processes._Process] = []
    kept = processes._Process.__init__
    with pytest.MonkeyPatch.context() as patch:

        def noted(self: processes._Process, setting: Any) -> None:
            kept(self, setting)
            started.append(self)

        patch.setattr(processes._Process, "__init__", noted)
        parts = iter(batches(path, batch_rows=10))
        assert next(parts).rows_in == 10
        parts.close()  # type: ignore[attr-defined]
    assert len(started) == 2 and all(one._running.poll() is not None for one in started)
