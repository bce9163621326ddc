"""Taking people or old posts out of a folder case: new files beside the old ones, and one manifest that names them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.schema import RUN_TABLES
from graph.stores.base import Tally
from graph.stores.erasure import PARTS, Change, Rewritten
from graph.stores.folder_store.manifest import (
    FORMAT,
    Manifest,
    SourceEntry,
    change_manifest,
    plain_record,
    rich_record,
    sync_folder,
    write_beside,
)
from graph.stores.folder_store.part_file import part_writer
from graph.stores.folder_store.runs import note_files, read_run, run_folder, runs_there, write_tables
from graph.stores.folder_store.writer import place
from graph.stores.locks import not_writable
from ingest.tables import TABLES, conform

_ROWS = 65_536


def rewrite(case: Path, manifest: Manifest, change: Change, tombstones: Sequence[str] = ()) -> tuple[Manifest, Tally]:
    """Write a case as it is after a change. Only for the holder of the writer's lock."""
    tally = Tally()
    try:
        with _staging(case) as staging:
            entries = {entry.source_id: _source(case, staging, entry, change, tally) for entry in manifest.sources}
            codes = _codes(case, staging, manifest, change)

            def take_out(now: Manifest) -> Manifest:
                there = runs_there(case, now)
                runs = tuple(_run(case, run, now.revision + 1, change) for run in there)
                tally.runs = sum(new != old for new, old in zip(runs, there, strict=True))
                rewritten = _notes(case, now, change)
                tally.notes = len(rewritten)
                graves = tuple(sorted({*now.tombstones, *tombstones}))
                sources = tuple(entries[entry.source_id] for entry in now.sources)
                rest = now if sources == now.sources else now.with_sources(sources)
                new = replace(rest, codes=codes, runs=runs, tombstones=graves)
                if rewritten:
                    new = replace(new, rewritten={**now.rewritten, **rewritten}, format=FORMAT)
                return now if new == now else new

            return change_manifest(case, take_out), tally
    except OSError as error:
        raise not_writable(case, error) from None


def retain(case: Path, source_id: str, until: datetime | None) -> Manifest:
    """Write into a source's record until when it may be kept."""

    def keep(now: Manifest) -> Manifest:
        def dated(entry: SourceEntry) -> SourceEntry:
            if entry.source_id != source_id:
                return entry
            return replace(entry, record=plain_record({**rich_record(entry.record), "retain_until": until}))

        return replace(now, sources=tuple(dated(entry) for entry in now.sources))

    return change_manifest(case, keep)


@contextmanager
def _staging(case: Path) -> Iterator[Path]:
    folder = case / "parts" / f".staging-{uuid4().hex[:12]}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _source(case: Path, staging: Path, entry: SourceEntry, change: Change, tally: Tally) -> SourceEntry:
    """The entry of a source with parts that hold only what stays; the same entry where everything does."""
    if not change.touches(entry.source_id):
        return entry
    told = Rewritten(rich_record(entry.record), change)
    counts = {table: _part(case, staging, entry, table, told) for table in PARTS}
    if not told.changed:
        return entry
    told.count(tally)
    parts = {
        table: place(case, table, entry.source_id, staging / f"{table}.parquet")
        for table, rows in counts.items()
        if rows
    }
    return SourceEntry(plain_record(told.record()), parts, counts, dict(sorted(told.kinds.items())))


def _part(case: Path, staging: Path, entry: SourceEntry, table: str, told: Rewritten) -> int:
    """Write what stays of one part, in the order it has; how many rows."""
    rows = 0
    with part_writer(staging / f"{table}.parquet", table, TABLES[table]) as part:
        for some in _kept(case, entry, table, told):
            part.write_table(some)
            rows += some.num_rows
    return rows


def _kept(case: Path, entry: SourceEntry, table: str, told: Rewritten) -> Iterator[pa.Table]:
    for some in _rows(case, entry, table):
        kept = told.rows(table, some)
        if table != "skipped":
            yield kept
    if table == "skipped":
        yield told.skipped()


def _rows(case: Path, entry: SourceEntry, table: str) -> Iterator[pa.Table]:
    if table in entry.parts:
        with pq.ParquetFile(case / "parts" / entry.parts[table]) as part:
            for batch in part.iter_batches(_ROWS):
                yield conform(pa.Table.from_batches([batch]), TABLES[table])


def _codes(case: Path, staging: Path, manifest: Manifest, change: Change) -> tuple[str, ...]:
    """The files with codes; one new one where codes are taken back."""
    gone = pa.array(sorted(change.codes), pa.string())
    files = [pq.ParquetFile(case / "parts" / part).read() for part in manifest.codes]
    if not files or not len(gone):
        return manifest.codes
    codes = pa.concat_tables(files)
    kept = codes.filter(pc.invert(pc.is_in(codes["account_uid"], gone)))
    if kept.num_rows == codes.num_rows:
        return manifest.codes
    pq.write_table(kept, staging / "codes.parquet", compression="zstd")
    return (place(case, "codes", "kept", staging / "codes.parquet"),)


def _run(case: Path, run: dict[str, Any], revision: int, change: Change) -> dict[str, Any]:
    """A run as the manifest names it: where something of it leaves, a folder of its own beside the old one."""
    record, tables = read_run(case, run)
    new, kept = change.run(record, tables)
    if new == record and all(kept[name].equals(tables[name]) for name in RUN_TABLES):
        return run
    named = {**run, "folder": f"{run['run_id']}.{revision}"}
    home = case / "runs" / run_folder(named)
    shutil.rmtree(home, ignore_errors=True)  # of a writer that died before the manifest named it
    write_tables(home, kept)
    write_beside(home / "run.json", json.dumps(new, indent=1).encode())
    sync_folder(home.parent)
    return named


def _notes(case: Path, now: Manifest, change: Change) -> dict[str, int]:
    """Write the notes that change beside the old ones; their names, with the revision that will name the new files."""
    changed: dict[str, int] = {}
    revision = now.revision + 1
    for name, path in note_files(case, now).items():
        note = json.loads(path.read_bytes())
        kept = change.note(note)
        if kept != note:
            write_beside(case / "notes" / f"{name}.{revision}", json.dumps(kept, indent=1).encode())
            changed[name] = revision
    return changed
