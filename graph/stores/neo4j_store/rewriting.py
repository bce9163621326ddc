"""Taking people or old posts out of a Neo4j case: sources are staged anew, and one transaction makes that the case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from graph.schema import RUN_TABLES
from graph.stores.base import Scan, Store, Tally
from graph.stores.copy import batch_of
from graph.stores.erasure import PARTS, Change, Rewritten
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store import runs as run_nodes
from graph.stores.neo4j_store.bolt import Bolt, HeldLock
from graph.stores.neo4j_store.left_accounts import settle_codes
from graph.stores.neo4j_store.runs import Step
from graph.stores.neo4j_store.writer import Neo4jWriter, clear_away, tidy
from ingest.tables import TABLES

_WRITTEN = ("accounts", "posts", "links", "skipped")


def rewrite(bolt: Bolt, store: Store, find: Callable[[], Change], tombstones: Sequence[str] = ()) -> Tally:
    """Write a case as it is after a change; ``find`` makes the change once nobody else writes."""
    tally = Tally()
    lock = bolt.hold(cypher.LOCK)
    try:
        tidy(bolt)
        change = find()
        steps: list[Step] = []
        for source in store.sources().to_pylist():
            told = Rewritten(source, change)
            if change.touches(source["source_id"]) and _changes(store, told):
                told.count(tally)
                steps += _staged(bolt, store, told, lock)
        notes, runs = list(_note_steps(bolt, change)), list(_run_steps(bolt, change))
        tally.notes, tally.runs = len(notes), sum(statement == cypher.REWRITE_RUN for statement, _ in runs)
        graves = sorted({*store.tombstones(), *tombstones})
        lock.check()
        bolt.write(
            *steps,
            *notes,
            *runs,
            (cypher.TAKE_CODES_BACK, {"uids": sorted(change.codes)}),
            (cypher.SET_TOMBSTONES, {"tombstones": graves}),
            (cypher.CODES_SETTLED, {"settled": False}),
        )
        late = list(_run_steps(bolt, change))  # kept by somebody while the rest was being staged
        if late:
            bolt.write(*late)
        tidy(bolt)
        for statement in cypher.DROP_LONELY:
            bolt.in_transactions(statement)
        settle_codes(bolt)
    except BaseException as error:
        clear_away(bolt, error)
        raise
    finally:
        lock.release()
    return tally


def _rows(store: Store, source_id: str, tables: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
    for table in tables:
        for batch in store.scan(table, Scan(source_id=source_id)):
            yield table, pa.Table.from_batches([batch], schema=TABLES[table])


def _changes(store: Store, told: Rewritten) -> bool:
    """Go through a source's rows; whether any of them changes."""
    for table, rows in _rows(store, str(told.source["source_id"]), PARTS):
        told.rows(table, rows)
    return told.changed


def _staged(bolt: Bolt, store: Store, told: Rewritten, lock: HeldLock) -> list[Step]:
    """Stage what stays of a source beside it; the steps that make it count."""
    writer = Neo4jWriter.beside(bolt, str(told.source["source_id"]), lock)
    again = Rewritten(told.source, told.change)
    for table, rows in _rows(store, str(told.source["source_id"]), _WRITTEN):
        kept = again.rows(table, rows)
        if table != "skipped":
            writer.write(batch_of(table, kept))
    writer.write(batch_of("skipped", again.skipped()))
    return writer.steps(again.record())


def _run_steps(bolt: Bolt, change: Change) -> Iterator[Step]:
    for record in run_nodes.runs(bolt):
        run_id = str(record["run_id"])
        tables = {name: run_nodes.run_table(bolt, run_id, name) for name in RUN_TABLES}
        new, kept = change.run(record, tables)
        changed = {name: kept[name] for name in tables if not kept[name].equals(tables[name])}
        if changed or new != record:
            yield from run_nodes.rewrite_steps(run_id, new, changed)


def _note_steps(bolt: Bolt, change: Change) -> Iterator[Step]:
    for found in bolt.read(cypher.NOTES_BY_ID):
        note = json.loads(found["note"])
        kept = change.note(note)
        if kept != note:
            by = None if kept.get("by") is None else str(kept["by"])
            yield cypher.CHANGE_NOTE, {"id": found["id"], "note": json.dumps(kept), "by": by}
