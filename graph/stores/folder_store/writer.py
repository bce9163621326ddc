"""Taking one source in: batches are staged beside the case, put in order once, and named by the manifest last."""
# ruff: noqa: S608 - statements are put together from the names of our own schemas; values and paths go through quote()

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from graph.stores.folder_store.manifest import (
    Manifest,
    SourceEntry,
    change_manifest,
    plain_record,
    sync_file,
    sync_folder,
)
from graph.stores.folder_store.order import InOrder
from graph.stores.folder_store.part_file import part_writer
from graph.stores.folder_store.resolve import ORDERS, alike_links, parquet, quote, repeated, repeated_links, resolved
from graph.stores.kept_codes import any_kept, is_kept, with_ids, without_ids
from graph.stores.locks import not_writable
from ingest.errors import CaseError, UsageError
from ingest.prefetch import ahead
from ingest.privacy.keys import Key
from ingest.tables import TABLES, Batch, conform

ROWS = 122_880  # at once; a group of rows in the file
PARTS = ("accounts", "posts", "links", "skipped")
CODES = pa.schema([pa.field("account_uid", pa.string()), pa.field("code", pa.int64())])


class FolderWriter:
    """Stages the batches of one source; ``finish`` makes them count. Only for who holds the writer's lock.

    Parameters
    ----------
    case : Path
        The case's folder.
    source_id : str
    replaces : str, optional
        The source that leaves when this one comes in.
    connect : callable
        Gives a DuckDB cursor.
    key : callable
        Gives the case's key.
    done : callable
        Told the new manifest.
    """

    def __init__(
        self,
        case: Path,
        source_id: str,
        replaces: str | None,
        connect: Callable[[], duckdb.DuckDBPyConnection],
        key: Callable[[], Key],
        done: Callable[[Manifest], None],
    ) -> None:
        self._case, self._source_id, self._replaces = case, source_id, replaces
        self._connect, self._key, self._done = connect, key, done
        self._staging = case / "parts" / f".staging-{uuid4().hex[:12]}"
        self._staged: dict[str, pq.ParquetWriter] = {}
        self._ordered = {table: InOrder(table) for table in ("posts", "links")}
        self._finished = False

    def __enter__(self) -> FolderWriter:
        try:
            self._staging.mkdir(parents=True)
        except OSError as error:
            raise not_writable(self._case, error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a full disk must not hide what went wrong
            self._close_staged()
        shutil.rmtree(self._staging, ignore_errors=True)

    def write(self, batch: Batch) -> None:
        """Stage one batch."""
        if self._finished:
            raise CaseError("This source is finished: nothing can be added to it.")
        try:
            for table in PARTS:
                rows: pa.Table = getattr(batch, table)
                if rows.num_rows:
                    self._stage(table, conform(rows, TABLES[table]))
        except OSError as error:
            raise not_writable(self._case, error) from None

    def finish(self, source: Mapping[str, Any]) -> None:
        """Make everything staged part of the case at once."""
        if self._finished:
            raise CaseError("This source is finished already.")
        if source.get("source_id", self._source_id) != self._source_id:
            raise ValueError(f"the record is of source {source['source_id']}, the writer of {self._source_id}")
        self._close_staged()
        try:
            self._finish({**source, "source_id": self._source_id})
        except (OSError, duckdb.IOException) as error:
            raise not_writable(self._case, error if isinstance(error, OSError) else OSError(str(error))) from None
        self._finished = True

    def _finish(self, source: Mapping[str, Any]) -> None:
        # only the holder of the writer's lock changes codes, so what is read here still holds when it is replaced
        manifest = change_manifest(self._case, lambda now: now)
        with self._connect() as con:
            known = self._codes_back(con, manifest)
            codes, next_code = self._give_codes(con, manifest, known)
            rows = {table: self._settle(con, table, codes) for table in PARTS if table in self._staged}
            kinds = self._link_kinds(con)
        parts = {table: self._place(table, self._source_id) for table, count in rows.items() if count}
        old_codes = (place(self._case, "codes", "kept", Path(known[0])),) if known else ()
        new_codes = (self._place("codes", self._source_id),) if next_code > manifest.next_code else ()
        entry = SourceEntry(plain_record(source), parts, rows, kinds)

        def take_in(now: Manifest) -> Manifest:
            with_it = now.with_sources(placed(now, entry, self._replaces))
            return replace(with_it, codes=(old_codes or now.codes) + new_codes, next_code=next_code)

        self._done(change_manifest(self._case, take_in))

    def _stage(self, table: str, rows: pa.Table) -> None:
        if table in self._ordered:
            rows = self._ordered[table].take(rows)
        if table not in self._staged:
            self._staged[table] = part_writer(self._raw(table), table, TABLES[table], self._compression(table))
        if table == "posts":  # these may be the part as they are
            source = pl.repeat(self._source_id, rows.num_rows, eager=True).to_arrow().cast(pa.string())
            rows = rows.set_column(rows.column_names.index("source_id"), rows.schema.field("source_id"), source)
        self._staged[table].write_table(rows)

    def _compression(self, table: str) -> str:
        """The compression of a staged file: if its rows are in order it may become the part; all else is read once and written again."""
        return "zstd" if table in self._ordered and self._ordered[table].holds else "lz4"

    def _close_staged(self) -> None:
        for staged in self._staged.values():
            staged.close()

    def _raw(self, table: str) -> Path:
        return self._staging / f"{table}.raw.parquet"

    def _ready(self, table: str) -> Path:
        return self._staging / f"{table}.parquet"

    def _rows(self, table: str) -> str:
        return parquet([str(self._raw(table))], numbered=True)

    def _codes_back(self, con: duckdb.DuckDBPyConnection, manifest: Manifest) -> list[str]:
        """One file in place of those with codes, in which accounts of this source that had left have their ids again."""
        if "accounts" not in self._staged:
            return []
        codes = read_codes(self._case, manifest)
        if not any_kept(codes):
            return []
        known = parquet([str(self._case / "parts" / part) for part in manifest.codes])
        fresh = con.execute(
            f"SELECT DISTINCT account_uid FROM ({self._rows('accounts')}) ANTI JOIN ({known}) USING (account_uid)"
            " WHERE account_uid IS NOT NULL"
        ).fetchall()
        back = with_ids(codes, (str(uid) for (uid,) in fresh), self._key()) if fresh else codes
        if back.equals(codes):
            return []
        pq.write_table(back, self._ready("codes_back"), compression="zstd")
        return [str(self._ready("codes_back"))]

    def _give_codes(
        self, con: duckdb.DuckDBPyConnection, manifest: Manifest, known_files: list[str]
    ) -> tuple[list[str], int]:
        """Codes for accounts never seen in this case, in the order of the file; all code files and the next code."""
        files = known_files or [str(self._case / "parts" / part) for part in manifest.codes]
        if "accounts" not in self._staged:
            return files, manifest.next_code
        known = parquet(files) if files else _NO_CODES
        fresh = (
            f"SELECT account_uid, min(__ord) AS first FROM ({self._rows('accounts')})"
            f" ANTI JOIN ({known}) USING (account_uid) WHERE account_uid IS NOT NULL GROUP BY account_uid"
        )
        given = copy_to(
            con,
            f"SELECT account_uid, {manifest.next_code - 1} + row_number() OVER (ORDER BY first) AS code"
            f" FROM ({fresh}) ORDER BY code",
            self._ready("codes"),
            "accounts",
            CODES,
        )
        return [*files, str(self._ready("codes"))] if given else files, manifest.next_code + given

    def _settle(self, con: duckdb.DuckDBPyConnection, table: str, codes: list[str]) -> int:
        """One ordered file of a table, each account, post and link in it once; how many rows."""
        if self._is_settled(table):
            if table == "posts":
                con.execute("CREATE OR REPLACE TEMP TABLE posts_repeats (post_uid VARCHAR)")
            self._raw(table).rename(self._ready(table))
            return self._ordered[table].rows
        order = ", ".join(ORDERS[table])
        columns = ", ".join(_own_source(name, self._source_id) for name in TABLES[table].names)
        said = self._source_columns(table, codes)
        if table != "skipped" and self._repeated(con, table):
            posts = parquet([str(self._ready("posts"))]) if "posts" in self._staged else _NO_POSTS
            said = resolved(table, said, f"{table}_repeats", posts)
        query = f"SELECT {columns} FROM ({said}) ORDER BY {order}"
        return copy_to(con, query, self._ready(table), table, TABLES[table])

    def _is_settled(self, table: str) -> bool:
        """True if a table came in order without repeats; links also change where their post is repeated."""
        return table in self._ordered and self._ordered[table].holds and self._ordered["posts"].holds

    def _repeated(self, con: duckdb.DuckDBPyConnection, table: str) -> bool:
        """True if the source has anything twice; the keys go into a table."""
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table}_repeats AS {self._repeats(con, table)}")
        return con.execute(f"SELECT count(*) FROM {table}_repeats").fetchall() != [(0,)]

    def _repeats(self, con: duckdb.DuckDBPyConnection, table: str) -> str:
        if table != "links":
            return repeated(table, self._rows(table))
        if "posts" not in self._staged:
            con.execute("CREATE OR REPLACE TEMP TABLE posts_repeats (post_uid VARCHAR)")
        if con.execute(alike_links(self._rows("links"))).fetchall() == [(0,)]:
            return "SELECT post_uid FROM posts_repeats"
        return repeated_links(self._rows("links"), "posts_repeats")

    def _source_columns(self, table: str, codes: list[str]) -> str:
        """Staged rows with what only the case knows: the accounts' codes."""
        if table == "accounts":
            return (
                f"SELECT a.* REPLACE (c.code AS code) FROM ({self._rows(table)}) a"
                f" LEFT JOIN ({parquet(codes) if codes else _NO_CODES}) c USING (account_uid)"
            )
        return self._rows(table)

    def _link_kinds(self, con: duckdb.DuckDBPyConnection) -> dict[str, int]:
        if "links" not in self._staged:
            return {}
        ready = parquet([str(self._ready("links"))])
        counted = con.execute(f"SELECT kind, count(*) FROM ({ready}) GROUP BY kind ORDER BY kind").fetchall()
        return {str(kind): count for kind, count in counted}

    def _place(self, table: str, source_id: str) -> str:
        return place(self._case, table, source_id, self._ready(table))


_NO_CODES = "SELECT NULL::VARCHAR AS account_uid, NULL::BIGINT AS code WHERE false"
_NO_POSTS = (
    "SELECT NULL::VARCHAR AS post_uid, NULL::VARCHAR AS account_uid, NULL::TIMESTAMPTZ AS created_at WHERE false"
)


def _own_source(column: str, source_id: str) -> str:
    """A column of a part; what names the source is the same in every row, whatever the reader said."""
    own = {"source_id": quote(source_id), "source_ids": f"[{quote(source_id)}]"}
    quoted = f'"{column}"'
    return f"{own.get(column, quoted)} AS {quoted}"


def copy_to(con: duckdb.DuckDBPyConnection, query: str, path: Path, table: str, schema: pa.Schema) -> int:
    """Write a query's rows to a Parquet file while the next ones are made; how many."""
    rows = 0
    made = con.sql(query).to_arrow_reader(ROWS)
    with closing(ahead(made)) as batches, part_writer(path, table, schema) as part:
        for batch in batches:
            part.write_table(pa.Table.from_batches([batch.cast(schema)]))
            rows += batch.num_rows
    return rows


def place(case: Path, table: str, source_id: str, file: Path) -> str:
    """Move a finished file to ``parts/<table>/<source_id>-NNN.parquet``, the first number free; its path under ``parts``."""
    folder = case / "parts" / table
    folder.mkdir(exist_ok=True)
    taken = {path.name for path in folder.glob("*.parquet")}
    names = (f"{source_id}-{number:03}.parquet" for number in range(len(taken) + 1))
    name = next(name for name in names if name not in taken)
    sync_file(file)
    file.rename(folder / name)
    sync_folder(folder)
    return f"{table}/{name}"


def placed(manifest: Manifest, entry: SourceEntry, replaces: str | None) -> tuple[SourceEntry, ...]:
    """The sources with one more: in its old place if it was there, else last; without the one it replaces."""
    kept = [old for old in manifest.sources if old.source_id != replaces or replaces == entry.source_id]
    if any(old.source_id == entry.source_id for old in kept):
        return tuple(entry if old.source_id == entry.source_id else old for old in kept)
    return (*kept, entry)


def read_codes(case: Path, manifest: Manifest) -> pa.Table:
    """All codes given so far."""
    files = [pq.ParquetFile(case / "parts" / part).read(columns=CODES.names) for part in manifest.codes]
    return pa.concat_tables([pa.Table.from_batches([], CODES), *(file.cast(CODES) for file in files)])


def settle_codes(
    case: Path, con: duckdb.DuckDBPyConnection, manifest: Manifest, key: Callable[[], Key | None]
) -> Manifest:
    """Put a keyed hash in place of the id of every account with a code that no source names any more.

    Without the case's key nothing changes: whoever has it and writes next sees to it.
    """
    left = accounts_left(case, con, manifest)
    if not left:
        return change_manifest(case, lambda now: replace(now, codes_settled=True))
    secret = key()
    if secret is None:
        return manifest
    part = _codes_part(case, "kept", without_ids(read_codes(case, manifest), left, secret))
    return change_manifest(case, lambda now: replace(now, codes=(part,), codes_settled=True))


def accounts_left(case: Path, con: duckdb.DuckDBPyConnection, manifest: Manifest) -> list[str]:
    """Accounts with a code that stand by their id, and that no source names."""
    if not manifest.codes:
        return []
    codes = parquet([str(case / "parts" / part) for part in manifest.codes])
    here = [str(case / "parts" / entry.parts["accounts"]) for entry in manifest.sources if "accounts" in entry.parts]
    there = f" ANTI JOIN ({parquet(here)}) USING (account_uid)" if here else ""
    found = con.execute(f"SELECT account_uid FROM ({codes}){there}").fetchall()
    return [str(uid) for (uid,) in found if not is_kept(str(uid))]


def add_codes(case: Path, codes: pa.Table) -> Manifest:
    """Take codes given elsewhere into the case; the manifest that names them. ``codes`` is sorted by code."""
    part = _codes_part(case, "copied", codes)
    last: int = codes.column("code")[-1].as_py()
    return change_manifest(
        case, lambda now: replace(now, codes=(*now.codes, part), next_code=max(now.next_code, last + 1))
    )


def _codes_part(case: Path, name: str, codes: pa.Table) -> str:
    """A file with codes, in place; its path under ``parts``."""
    staging = case / "parts" / f".staging-{uuid4().hex[:12]}"
    try:
        staging.mkdir()
        pq.write_table(codes, staging / "codes.parquet", compression="zstd")
        return place(case, "codes", name, staging / "codes.parquet")
    except OSError as error:
        raise not_writable(case, error) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def known_source(manifest: Manifest, source_id: str) -> SourceEntry:
    """The entry of a source that must be there.

    Raises
    ------
    UsageError
        If it is not.
    """
    entry = manifest.source(source_id)
    if entry is None:
        held = ", ".join(old.source_id for old in manifest.sources) or "none"
        raise UsageError(f"There is no source {source_id!r} in the case.", hint=f"Its sources: {held}.")
    return entry
