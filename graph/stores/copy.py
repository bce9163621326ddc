"""A whole case from one store into another, such as from a folder to Neo4j and back."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from graph.schema import DESCRIBED, RUN_TABLES, Findings
from graph.stores.base import Scan, Store
from ingest.errors import Progress
from ingest.tables import TABLES, Batch

_PARTS = ("accounts", "posts", "links", "skipped")


def copy_case(source: Store, target: Store, progress: Progress | None = None) -> None:
    """Copy sources with their rows, codes, runs, notes, tombstones and the key's fingerprint; what ``target`` has already stays.

    Parameters
    ----------
    source, target : Store
        ``target`` should be empty: a code that is another account's there is an error. The same copy again changes
        nothing but sources written in between.
    progress : callable, optional
        Told what is being copied, how much is done and of how much. It may raise ``Cancelled``: sources copied until then
        stay.

    Notes
    -----
    Until all is copied, the target says that it is not whole, and ``open_case`` does not open it.
    Every source is copied as it spoke, before it was resolved into the others, so that one can still leave later. Runs
    are numbered by the target, in the same order.

    Examples
    --------
    >>> import tempfile
    >>> from graph.stores import open_case
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     spring, summer = (open_case(f"{folder}/{name}", create=True) for name in ("spring", "summer"))
    ...     spring.add_note({"kind": "note", "at": "2026-03-01", "by": "me", "text": "look again"})
    ...     copy_case(spring, summer)
    ...     [note["text"] for note in summer.notes()]
    ...     spring.close(), summer.close()
    ['look again']
    (None, None)
    """
    tell = progress or _silent
    target.set_unfinished(source.address)
    fingerprint = source.info()["key_fingerprint"]
    if fingerprint:
        target.set_key_fingerprint(fingerprint)
    codes = source.codes()
    if codes.num_rows:
        target.keep_codes(codes)
    if graves := source.tombstones():
        target.forget([], graves)
    _copy_sources(source, target, tell)
    _copy_runs(source, target, tell)
    _copy_notes(source, target)
    target.set_unfinished(None)


def _copy_sources(source: Store, target: Store, tell: Progress) -> None:
    records = source.sources().to_pylist()
    for done, record in enumerate(records):
        tell("copying sources", done, len(records))
        with target.writer(record["source_id"]) as writer:
            for batch in source_batches(source, record["source_id"]):
                writer.write(batch)
            writer.finish(record)
    tell("copying sources", len(records), len(records))


def source_batches(store: Store, source_id: str) -> Iterator[Batch]:
    """Rows of one source in batches, each of one table."""
    for name in _PARTS:
        for rows in store.scan(name, Scan(source_id=source_id)):
            yield batch_of(name, pa.Table.from_batches([rows]))


def batch_of(name: str, rows: pa.Table) -> Batch:
    """A batch with rows of one table."""
    tables = {part: TABLES[part].empty_table() for part in _PARTS} | {name: rows}
    posts, skipped = tables["posts"].num_rows, tables["skipped"].num_rows
    return Batch(**tables, rows_in=posts + skipped, rows_kept=posts, rows_merged=0)


def _copy_runs(source: Store, target: Store, tell: Progress) -> None:
    records, known = source.runs(), {run["run_id"] for run in target.runs()}
    for done, record in enumerate(records):
        tell("copying runs", done, len(records))
        tables = {name: source.run_table(record["run_id"], name) for name in RUN_TABLES}
        there = record["run_id"] in known
        target.write_run(Findings({key: value for key, value in record.items() if key != "number"}, tables))
        if there and tables["described_layers"].num_rows:  # described since the run was copied
            target.describe_run(record["run_id"], {name: tables[name] for name in DESCRIBED})


def _copy_notes(source: Store, target: Store) -> None:
    there = target.notes()
    for note in source.notes():
        if note in there:
            there.remove(note)  # the same note twice is two notes
        else:
            target.add_note(note)


def _silent(step: str, done: int, total: int | None) -> None:
    """Nobody asked."""
