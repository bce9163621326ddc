"""Runs and notes in Neo4j: ties, groups and members as a graph to look at, the rest as rows kept with the run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pyarrow as pa

from graph.schema import DESCRIBED, RUN_TABLES, Findings, with_described
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.rows import BATCH, to_rows, to_table
from ingest.errors import Unreachable, UsageError, did_you_mean
from ingest.tables import conform

_PACKED_ROWS = 50_000
Step = tuple[str, Mapping[str, Any]]


def write_run(bolt: Bolt, findings: Findings) -> dict[str, Any]:
    """Keep a run under the next number, or give the record of the run already kept under this id."""
    run_id = str(findings.run["run_id"])
    known = bolt.read(cypher.RUN_STATE, run=run_id)
    if known and known[0]["state"] == "finished":
        return _record(known[0])
    for abandoned in bolt.read(cypher.ABANDONED_RUNS, run=run_id):
        _drop(bolt, abandoned["run"])
    bolt.write((cypher.BEGIN_RUN, {"run": run_id}))
    try:
        for name, schema in RUN_TABLES.items():
            for step in _table_steps(run_id, name, conform(findings.table(name), schema)):
                bolt.write(step)
        values = {
            "run": run_id,
            "record": json.dumps({**findings.run, "number": None}),
            "version": str(findings.run.get("version", "")),
            "finished_at": str(findings.run.get("finished_at", "")),
        }
        bolt.write((cypher.FINISH_RUN, values))
    except Unreachable:
        raise  # the same run again, or the next day's, clears the rest away
    except BaseException:
        _drop(bolt, run_id)
        raise
    return _record(bolt.read(cypher.RUN_STATE, run=run_id)[0])


def describe_run(bolt: Bolt, run_id: str, tables: Mapping[str, pa.Table]) -> None:
    """Put described methods beside a run, in one transaction.

    Raises
    ------
    UsageError
        If the case has no such run.
    """
    kept = with_described({name: run_table(bolt, run_id, name) for name in DESCRIBED}, tables)
    steps: list[Step] = []
    for name, table in kept.items():
        steps.append((cypher.EMPTY_RUN_ROWS, {"run": run_id, "table": name}))
        steps += _packed(run_id, name, conform(table, DESCRIBED[name]))
    bolt.write(*steps)


def runs(bolt: Bolt) -> list[dict[str, Any]]:
    """Records of the finished runs, oldest first."""
    return [_record(found) for found in bolt.read(cypher.RUNS)]


def run_table(bolt: Bolt, run_id: str, table: str) -> pa.Table:
    """One table of a run.

    Raises
    ------
    UsageError
        If the case has no such run.
    """
    schema = RUN_TABLES[table]
    known = [str(run["run_id"]) for run in runs(bolt)]
    if run_id not in known:
        raise UsageError(f"The case has no run {run_id!r}.", hint=did_you_mean(run_id, known) if known else None)
    if table in cypher.READ_RUN:
        return _read_graph(bolt, run_id, table)
    packed = bolt.read(cypher.READ_RUN_ROWS, run=run_id, table=table)
    parts = [pa.ipc.open_stream(bytes(found["arrow"])).read_all() for found in packed]
    return conform(pa.concat_tables(parts), schema) if parts else schema.empty_table()


def add_note(bolt: Bolt, note: Mapping[str, Any]) -> None:
    """One more note."""
    about = f"{note.get('run_id') or note.get('run')}/{note.get('group_id') or note.get('group')}"
    values = {"id": uuid4().hex, "about": about, "note": json.dumps(dict(note))}
    plain = {name: None if note.get(name) is None else str(note[name]) for name in ("kind", "at", "by")}
    statement = cypher.ADD_VERDICT if plain["kind"] == "verdict" else cypher.ADD_NOTE
    bolt.write((statement, {**plain, **values}))


def notes(bolt: Bolt, kind: str | None = None) -> list[dict[str, Any]]:
    """The notes, oldest first."""
    return [json.loads(found["note"]) for found in bolt.read(cypher.NOTES, kind=kind)]


def rewrite_steps(run_id: str, record: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> Iterator[Step]:
    """Statements that put another record and other tables in the place of a run's, for one transaction."""
    yield cypher.REWRITE_RUN, {"run": run_id, "record": json.dumps({**record, "number": None})}
    for name, table in tables.items():
        yield cypher.EMPTY_RUN.get(name, cypher.EMPTY_RUN_ROWS), {"run": run_id, "table": name}
        yield from _table_steps(run_id, name, table)


def _table_steps(run_id: str, name: str, table: pa.Table) -> Iterator[Step]:
    if name not in cypher.WRITE_RUN:
        yield from _packed(run_id, name, table)
        return
    for start in range(0, table.num_rows, BATCH):
        some = table.slice(start, BATCH)
        order = pa.array(range(start, start + some.num_rows), pa.int64())
        rows = to_rows([order, *(some.column(column) for column in cypher.WRITE_RUN_COLUMNS[name])])
        yield cypher.WRITE_RUN[name], {"run": run_id, "rows": rows}


def _packed(run_id: str, name: str, table: pa.Table) -> Iterator[Step]:
    """Rows that nobody walks as a graph, as Arrow streams."""
    for start in range(0, table.num_rows, _PACKED_ROWS):
        some = table.slice(start, _PACKED_ROWS)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(some)
        values = {
            "run": run_id,
            "table": name,
            "i": start,
            "rows": some.num_rows,
            "arrow": sink.getvalue().to_pybytes(),
        }
        yield cypher.WRITE_RUN_ROWS, values


def _read_graph(bolt: Bolt, run_id: str, table: str) -> pa.Table:
    schema = RUN_TABLES[table]
    order = {"ties": ["account_a", "account_b"], "members": ["account"]}.get(table, [])
    read = pa.schema([*map(schema.field, order), *(field for field in schema if field.name not in order)])
    tables, first = [schema.empty_table()], 0
    while True:
        rows = bolt.page(cypher.READ_RUN[table], run=run_id, first=first, end=first + BATCH)[0]
        tables.append(to_table(rows, read).select(schema.names))
        first += BATCH
        if len(rows) < BATCH:
            return pa.concat_tables(tables).combine_chunks()


def _drop(bolt: Bolt, run_id: str) -> None:
    for statement in cypher.DROP_RUN:
        bolt.in_transactions(statement, run=run_id)


def _record(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**json.loads(found["record"]), "number": found["number"]}
