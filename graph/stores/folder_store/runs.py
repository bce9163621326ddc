"""Runs and notes of a folder case: each run a folder of its own, each note a file of its own, never changed after."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from graph.schema import DESCRIBED, RUN_TABLES, Findings, with_described
from graph.stores.folder_store.manifest import (
    Manifest,
    change_manifest,
    check_name,
    read_manifest,
    sync_file,
    sync_folder,
    write_beside,
)
from graph.stores.locks import not_writable
from ingest.errors import UsageError, did_you_mean
from ingest.tables import conform

_clock = threading.Lock()
_last_us = 0


def write_run(case: Path, findings: Findings) -> dict[str, Any]:
    """Keep a run under the next number, or give the record of the run already kept under this id."""
    run_id = check_name(str(findings.run["run_id"]))
    beside = case / "runs" / f".{run_id}-{uuid4().hex[:8]}"
    try:
        write_tables(beside, {name: findings.table(name) for name in RUN_TABLES})

        def keep(now: Manifest) -> Manifest:
            there = runs_there(case, now)
            if any(run["run_id"] == run_id for run in there):
                return now
            number = max((run["number"] for run in now.runs), default=0) + 1
            write_beside(beside / "run.json", json.dumps({**findings.run, "number": number}, indent=1).encode())
            home = case / "runs" / run_id
            shutil.rmtree(home, ignore_errors=True)  # of a writer that died before the manifest named it
            beside.rename(home)
            sync_folder(home.parent)
            return replace(now, runs=(*there, {"run_id": run_id, "number": number}))

        change_manifest(case, keep)
    except OSError as error:
        raise not_writable(case, error) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return next(record for record in runs(case) if record["run_id"] == run_id)


def describe_run(case: Path, run_id: str, tables: Mapping[str, pa.Table]) -> None:
    """Put described methods beside a run, in a folder of its own beside the old one.

    Raises
    ------
    UsageError
        If the case has no such run.
    """

    def keep(now: Manifest) -> Manifest:
        named = _named(now, run_id)
        there = case / "runs" / run_folder(named)
        old = {name: _table(there, name, schema) for name, schema in DESCRIBED.items()}
        new = {**named, "folder": f"{run_id}.{now.revision + 1}"}
        home = case / "runs" / run_folder(new)
        shutil.rmtree(home, ignore_errors=True)  # of a writer that died before the manifest named it
        shutil.copytree(there, home)
        for name, table in with_described(old, tables).items():
            _write(home / f"{name}.parquet", conform(table, DESCRIBED[name]))
        sync_folder(home.parent)
        return replace(now, runs=tuple(new if run is named else run for run in now.runs))

    try:
        change_manifest(case, keep)
    except OSError as error:
        raise not_writable(case, error) from None


def _named(manifest: Manifest, run_id: str) -> dict[str, Any]:
    named = {str(run["run_id"]): run for run in manifest.runs}
    if run_id not in named:
        raise UsageError(f"The case has no run {run_id!r}.", hint=did_you_mean(run_id, list(named)) if named else None)
    return named[run_id]


def runs(case: Path) -> list[dict[str, Any]]:
    """Records of the runs the manifest names, oldest first; one whose folder somebody took away is gone, not in the way."""
    return [_record(case, run) for run in runs_there(case, read_manifest(case))]


def run_table(case: Path, run_id: str, table: str) -> pa.Table:
    """One table of a run.

    Raises
    ------
    UsageError
        If the case has no such run.
    """
    schema = RUN_TABLES[table]
    return _table(case / "runs" / run_folder(_named(read_manifest(case), run_id)), table, schema)


def run_folder(run: Mapping[str, Any]) -> str:
    """The folder of a run as the manifest names it; another than its id where somebody was taken out of it."""
    return str(run.get("folder") or run["run_id"])


def read_run(case: Path, run: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    """The record and all tables of a run as the manifest names it."""
    home = case / "runs" / run_folder(run)
    return _record(case, run), {name: _table(home, name, schema) for name, schema in RUN_TABLES.items()}


def _table(home: Path, table: str, schema: pa.Schema) -> pa.Table:
    path = home / f"{table}.parquet"
    return conform(pq.ParquetFile(path).read(), schema) if path.exists() else schema.empty_table()


def add_note(case: Path, note: Mapping[str, Any]) -> None:
    """One more note. Its file's name is the time and something random, so several people can write at once."""
    content = json.dumps(dict(note), indent=1).encode()
    try:
        write_beside(case / "notes" / f"{_stamp()}-{uuid4().hex[:8]}.json", content)
    except OSError as error:
        raise not_writable(case, error) from None


def notes(case: Path, kind: str | None = None) -> list[dict[str, Any]]:
    """The notes, oldest first."""
    try:
        said = [json.loads(path.read_bytes()) for path in note_files(case, read_manifest(case)).values()]
    except FileNotFoundError:  # somebody was taken out of one in this instant
        said = [json.loads(path.read_bytes()) for path in note_files(case, read_manifest(case)).values()]
    return [note for note in said if kind is None or note.get("kind") == kind]


def note_files(case: Path, manifest: Manifest) -> dict[str, Path]:
    """Name of each note to the file that counts, oldest first."""
    home = case / "notes"
    names = {path.name for path in home.glob("[0-9]*.json")} | set(manifest.rewritten)
    new = manifest.rewritten
    return {name: home / (f"{name}.{new[name]}" if name in new else name) for name in sorted(names)}


def write_tables(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """The tables of a run into a folder that is made for them."""
    folder.mkdir(parents=True)
    for name, schema in RUN_TABLES.items():
        _write(folder / f"{name}.parquet", conform(tables[name], schema))


def _write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd")
    sync_file(path)


def _record(case: Path, run: Mapping[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(_file(case, run).read_bytes())
    return record


def runs_there(case: Path, manifest: Manifest) -> tuple[dict[str, Any], ...]:
    """The runs a manifest names that still have their folder."""
    return tuple(run for run in manifest.runs if _file(case, run).is_file())


def _file(case: Path, run: Mapping[str, Any]) -> Path:
    return case / "runs" / run_folder(run) / "run.json"


def _stamp() -> str:
    """The time to the microsecond, never the same twice in a process, sortable as text."""
    global _last_us  # noqa: PLW0603 - the clock of the process
    with _clock:
        _last_us = max(_last_us + 1, time.time_ns() // 1000)
        at = datetime.fromtimestamp(_last_us / 1e6, UTC)
        return f"{at:%Y%m%dT%H%M%S}{_last_us % 1_000_000:06}Z"
