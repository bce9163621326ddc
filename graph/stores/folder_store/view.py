"""Reading a folder case as one manifest names it: which files, resolved where sources overlap, narrowed, in order."""
# ruff: noqa: S608 - statements are put together from the names of our own schemas; values are parameters

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from graph.settings import Narrow
from graph.stores.base import Scan
from graph.stores.folder_store.manifest import Manifest, SourceEntry, Summary
from graph.stores.folder_store.resolve import KEYS, ORDERS, parquet, repeated, resolved
from graph.stores.folder_store.writer import PARTS, copy_to, place
from ingest.tables import TABLES

BATCH_ROWS = 65_536


class View:
    """The tables of a case at one instant.

    Parameters
    ----------
    case : Path
    manifest : Manifest
    con : duckdb.DuckDBPyConnection
        An in-memory database; every query runs on a cursor of its own.
    """

    def __init__(self, case: Path, manifest: Manifest, con: duckdb.DuckDBPyConnection) -> None:
        self._case, self._con = case, con
        self.manifest = manifest
        self._overlaps: dict[str, str | None] = {}
        self._days: pa.Table | None = None
        self._lock = threading.Lock()

    def scan(self, table: str, what: Scan) -> Iterator[pa.RecordBatch]:
        """Rows of a table in Arrow batches, in order."""
        schema = TABLES[table]
        columns = tuple(schema.names if what.columns is None else what.columns)
        wanted = pa.schema([schema.field(name) for name in columns])
        entries = self._entries(table, what.source_id)
        if not entries:
            return
        cursor = self._con.cursor()
        try:
            query, values, joins = self._query(cursor, table, entries, what)
            order = "" if len(entries) == 1 and not joins else f" ORDER BY {', '.join(ORDERS[table])}"
            listed = ", ".join(f'"{name}"' for name in columns) or "NULL"
            found = cursor.sql(f"SELECT {listed} FROM ({query}){order}", params=values)
            for batch in found.to_arrow_reader(BATCH_ROWS):
                if batch.num_rows:
                    yield batch.cast(wanted) if columns else batch.select([])
        finally:
            cursor.close()

    def count(self, table: str) -> int:
        """Rows ``scan`` would give."""
        if self.manifest.summary:
            return self.manifest.summary.rows[table]
        entries = self._entries(table, None)
        if not entries:
            return 0
        if self._overlap(table) is None:
            return sum(entry.rows[table] for entry in entries)
        return int(self._value(f"SELECT count(*) FROM ({self._rows(table, entries)})"))

    def days(self) -> pa.Table:
        """Posts per source, platform and day."""
        schema = pa.schema(
            [("source_id", pa.string()), ("platform", pa.string()), ("day", pa.date32()), ("posts", pa.int64())]
        )
        entries = self._entries("posts", None)
        if not entries:
            return schema.empty_table()
        if self._days is None and self.manifest.summary:
            self._days = pq.read_table(self._case / "parts" / self.manifest.summary.days).cast(schema)
        if self._days is not None:
            return self._days
        day = "CAST(created_at AT TIME ZONE 'UTC' AS DATE)"
        with self._con.cursor() as cursor:
            found: pa.Table = cursor.sql(
                f"SELECT source_id, platform, {day} AS day, count(*) AS posts FROM ({self._rows('posts', entries)})"
                " WHERE created_at IS NOT NULL GROUP BY ALL ORDER BY ALL"
            ).to_arrow_table()
        self._days = found.cast(schema)
        return self._days

    def link_kinds(self) -> dict[str, int]:
        """Rows of links per kind, by kind."""
        if self.manifest.summary:
            return self.manifest.summary.link_kinds
        entries = self._entries("links", None)
        if not entries or self._overlap("links") is None:
            kinds = sorted({kind for entry in entries for kind in entry.link_kinds})
            return {kind: sum(entry.link_kinds.get(kind, 0) for entry in entries) for kind in kinds}
        with self._con.cursor() as cursor:
            rows = f"SELECT kind, count(*) FROM ({self._rows('links', entries)}) GROUP BY kind ORDER BY kind"
            return dict(cursor.execute(rows).fetchall())

    def codes(self) -> pa.Table:
        """Every code ever given."""
        schema = pa.schema([("account_uid", pa.string()), ("code", pa.int64())])
        files = [str(self._case / "parts" / part) for part in self.manifest.codes]
        if not files:
            return schema.empty_table()
        with self._con.cursor() as cursor:
            found: pa.Table = cursor.sql(
                f"SELECT account_uid, code FROM ({parquet(files)}) ORDER BY code"
            ).to_arrow_table()
        return found.cast(schema)

    def _entries(self, table: str, source_id: str | None) -> list[SourceEntry]:
        sources = self.manifest.sources
        return [e for e in sources if table in e.parts and source_id in (None, e.source_id)]

    def _files(self, table: str, entries: Sequence[SourceEntry]) -> list[str]:
        return [str(self._case / "parts" / entry.parts[table]) for entry in entries]

    def _query(
        self, cursor: duckdb.DuckDBPyConnection, table: str, entries: Sequence[SourceEntry], what: Scan
    ) -> tuple[str, dict[str, Any] | None, bool]:
        """The rows asked for, the values of its parameters, and whether a join may have changed their order."""
        keys = what.uids is not None and table in KEYS
        if keys:
            cursor.register("wanted_uids", pa.table({"uid": pa.array(what.uids, pa.string())}))
        rows = self._rows(table, entries, only="SELECT uid FROM wanted_uids" if keys else "")
        tests: list[str] = []
        values: dict[str, Any] = {}
        if table == "links" and what.kinds:
            tests.append("list_contains($kinds, kind)" if len(what.kinds) > 1 else "kind = $kind")
            values |= {"kinds": list(what.kinds)} if len(what.kinds) > 1 else {"kind": what.kinds[0]}
        if table in ("posts", "links") and what.narrow:
            tests += self._narrowed(cursor, table, what.narrow, values)
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        joins = keys or bool((what.narrow.accounts or what.narrow.without) and table in ("posts", "links"))
        return f"SELECT * FROM ({rows}){where}", values or None, joins

    def _narrowed(
        self, cursor: duckdb.DuckDBPyConnection, table: str, narrow: Narrow, values: dict[str, Any]
    ) -> list[str]:
        at, platform = ("created_at", "platform") if table == "posts" else ('"at"', "split_part(post_uid, ':', 1)")
        tests = []
        if narrow.start:
            tests.append(f"{at} >= $start::TIMESTAMPTZ")
            values["start"] = narrow.start
        if narrow.end:
            tests.append(f"{at} < $end::TIMESTAMPTZ")
            values["end"] = narrow.end
        if narrow.platforms:
            tests.append(f"list_contains($platforms, {platform})")
            values["platforms"] = list(narrow.platforms)
        if narrow.accounts:
            cursor.register("wanted_accounts", pa.table({"uid": pa.array(self._uids(narrow.accounts), pa.string())}))
            tests.append("account_uid IN (SELECT uid FROM wanted_accounts)")
        if narrow.without:
            cursor.register("other_accounts", pa.table({"uid": pa.array(narrow.without, pa.string())}))
            tests.append("(account_uid IS NULL OR account_uid NOT IN (SELECT uid FROM other_accounts))")
        return tests

    def _uids(self, accounts: Sequence[str]) -> list[str]:
        """Accounts as people name them (uid, A-12, @handle) as uids."""
        codes = [int(match[1]) for name in accounts if (match := re.fullmatch(r"[Aa]-(\d{1,15})", name))]
        handles = [name.removeprefix("@").casefold() for name in accounts]
        entries = self._entries("accounts", None)
        if not entries:
            return sorted(set(accounts))
        query = (
            f"SELECT account_uid FROM ({parquet(self._files('accounts', entries))})"
            " WHERE list_contains($codes::BIGINT[], code) OR list_contains($handles::VARCHAR[], handle_key)"
        )
        with self._con.cursor() as cursor:
            found = cursor.execute(query, {"codes": codes, "handles": handles}).fetchall()
        return sorted({*accounts, *(uid for (uid,) in found)})

    def _rows(self, table: str, entries: Sequence[SourceEntry], only: str = "") -> str:
        """All columns of a table, resolved where these sources overlap; ``only`` is a query for the keys wanted."""
        files = self._files(table, entries)
        overlap = self._overlap(table) if len(entries) > 1 else None
        numbered = overlap is not None or table == "skipped"
        rows = parquet(files, numbered=numbered)
        if only:
            rows = f"SELECT * FROM ({rows}) WHERE {KEYS[table]} IN ({only})"
        if overlap is None:
            return rows
        posts = ""
        if table == "links":
            posts = self._rows("posts", self._entries("posts", None), only or f"SELECT post_uid FROM {overlap}")
        return resolved(table, rows, overlap, posts)

    def _overlap(self, table: str) -> str | None:
        """The name of the table of keys that several sources hold; none when no two sources share one."""
        table = "posts" if table == "links" else table
        if table not in KEYS or len(entries := self._entries(table, None)) < 2:
            return None
        with self._lock:
            if table not in self._overlaps:
                name = f"overlap_{table}_{self.manifest.revision}"
                if self.manifest.summary and table not in self.manifest.summary.overlaps:
                    self._overlaps[table] = None
                    return None
                query = self._repeated(table, entries)
                with self._con.cursor() as cursor:
                    cursor.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")
                    found = cursor.execute(f"SELECT count(*) FROM {name}").fetchone()
                self._overlaps[table] = name if found and found[0] else None
            return self._overlaps[table]

    def _repeated(self, table: str, entries: Sequence[SourceEntry]) -> str:
        """The keys that several sources hold: a file that was kept, or the work of reading all keys."""
        if self.manifest.summary:
            return parquet([str(self._case / "parts" / self.manifest.summary.overlaps[table])])
        return repeated(table, parquet(self._files(table, entries)))

    def summarised(self) -> Summary:
        """Read every key, time and kind once, and keep what came of it beside the parts. Only for one at a time."""
        staging = self._case / "parts" / f".staging-{uuid4().hex[:12]}"
        staging.mkdir()
        try:
            days = staging / "days.parquet"
            pq.write_table(self.days(), days, compression="zstd")
            overlaps = {}
            for table in ("accounts", "posts"):
                if name := self._overlap(table):
                    with self._con.cursor() as cursor:
                        keys = pa.schema([(KEYS[table], pa.string())])
                        copy_to(cursor, f"SELECT * FROM {name}", staging / f"{table}.parquet", table, keys)
                    overlaps[table] = place(self._case, "summary", table, staging / f"{table}.parquet")
            return Summary(
                rows={table: self.count(table) for table in PARTS},
                link_kinds=self.link_kinds(),
                days=place(self._case, "summary", "days", days),
                overlaps=overlaps,
            )
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _value(self, query: str) -> Any:
        with self._con.cursor() as cursor:
            found = cursor.execute(query).fetchone()
        return found[0] if found else None
