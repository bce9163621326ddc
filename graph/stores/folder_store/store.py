"""A case in a folder: Parquet parts that are only ever added, and a manifest that says which of them count.

    case.json                                 what counts; replaced whole, by rename
    parts/<table>/<source_id>-NNN.parquet     the rows of one source, each account, post and link once, in order
    parts/codes/...                           the codes given, kept when sources leave, then beside a keyed hash of the id
    runs/<run_id>/                            run.json and one Parquet file per table, never changed
    runs/<run_id>.<n>/                        the same run after somebody was taken out of it on request
    notes/<time>-<random>.json                one file per verdict or note
    notes/<time>-<random>.json.<n>            the same note after somebody was taken out of it on request
    .writer.lock .manifest.lock .readers.lock .open/   see ``graph.stores.locks``

A crash leaves files nobody names; whoever opens or closes the case next deletes them, as soon as nobody else has it open
(``sweeping``). DuckDB runs in memory over the parts: there is no database file in the case, so Spark, R and pandas
can read it, and many readers and one writer can use it at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import Findings
from graph.stores.base import Leftovers, Scan, Tally, Writer
from graph.stores.erasure import Change, Forget, Purge
from graph.stores.folder_store import rewriting
from graph.stores.folder_store import runs as run_files
from graph.stores.folder_store.manifest import (
    MANIFEST,
    Manifest,
    change_manifest,
    check_name,
    new_manifest,
    read_manifest,
    rich_record,
    write_manifest,
)
from graph.stores.folder_store.sweeping import strays, sweep
from graph.stores.folder_store.view import View
from graph.stores.folder_store.writer import (
    CODES,
    FolderWriter,
    accounts_left,
    add_codes,
    known_source,
    settle_codes,
)
from graph.stores.kept_codes import case_key, key_here
from graph.stores.locks import lock_writer, not_writable, sign_in, sign_out, signed_in
from ingest.errors import CaseError, UsageError
from ingest.locks import Lock
from ingest.scratch import Scratch
from ingest.scratch import sweep as sweep_scratch
from ingest.tables import SOURCES, TABLES, to_arrow

_OURS = ("parts", "runs", "notes")
_MEMORY = "1GiB"  # of DuckDB, beside what batches take; sorting and grouping go to the private folder beyond


class FolderStore:
    """A case in a folder; see ``graph.stores.base.Store``.

    Tables are read as the case stood when it was opened, refreshed or last written through this object; runs and notes
    are always the newest.

    Parameters
    ----------
    address : str
        The folder of an existing case.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._case = Path(address).expanduser()
        self._spill: Scratch | None = None
        self._con: duckdb.DuckDBPyConnection | None = None
        self._view: View | None = None
        self._sources: tuple[Manifest, pa.Table] | None = None
        self._opening = threading.RLock()
        # before the manifest is read: from here on no part it names is deleted
        self._readers: Lock | None = self._hold()
        self._signed = sign_in(self._case)
        try:
            self._manifest = read_manifest(self._case)
        except BaseException:
            self.close()
            raise
        self.name = self._manifest.name

    @classmethod
    def open(cls, address: str, create: bool = False, name: str | None = None) -> FolderStore:
        """The case in a folder; with ``create``, made if there is none, called ``name`` or as its folder.

        Raises
        ------
        UsageError
            If there is no case and none is to be made.
        CaseError
            If what is there is not a case, is newer than this version, or the folder cannot be written.
        """
        case = Path(address).expanduser()
        try:
            missing = not (case / MANIFEST).is_file()
            if missing:
                _check_place(case, create)
                _create(case, name)
        except OSError as error:
            raise not_writable(case, error) from None
        store = cls(address)
        store._tidy()
        sweep_scratch()
        return store

    def info(self) -> dict[str, Any]:
        """Name, creation, format, key fingerprint, and where it is being copied from."""
        manifest = read_manifest(self._case)
        names = ("name", "created_at", "format", "key_fingerprint", "unfinished")
        return {name: getattr(manifest, name) for name in names}

    def set_unfinished(self, source: str | None) -> None:
        """Remember that the case is being copied, or that all of it is here."""

        # the codes came before the accounts that have them
        def change(now: Manifest) -> Manifest:
            return replace(now, unfinished=source, codes_settled=now.codes_settled and source is not None)

        change_manifest(self._case, change)

    def set_key_fingerprint(self, fingerprint: str) -> None:
        """Remember which pseudonym key this case uses."""
        change_manifest(self._case, lambda now: replace(now, key_fingerprint=fingerprint))

    def sources(self) -> pa.Table:
        """All sources in the order they came in."""
        manifest = self._manifest
        if self._sources is None or self._sources[0] is not manifest:
            self._sources = manifest, to_arrow((rich_record(entry.record) for entry in manifest.sources), SOURCES)
        return self._sources[1]

    @contextmanager
    def writer(self, source_id: str, *, replaces: str | None = None) -> Iterator[Writer]:
        """Take a source in."""
        check_name(source_id)
        with self._writing():
            if replaces is not None:
                known_source(self._manifest, replaces)
            with FolderWriter(
                self._case, source_id, replaces, self._database().cursor, lambda: case_key(self), self._show
            ) as writer:
                yield writer

    def remove(self, source_id: str) -> None:
        """Take a source out."""

        def take_out(now: Manifest) -> Manifest:
            gone = known_source(now, source_id)
            return now.with_sources([entry for entry in now.sources if entry is not gone])

        with self._writing():
            self._show(change_manifest(self._case, take_out))

    def retain(self, source_id: str, until: datetime | None) -> None:
        """Remember until when a source may be kept."""
        with self._writing():
            known_source(self._manifest, source_id)
            self._show(rewriting.retain(self._case, source_id, until))

    def forget(self, account_uids: Sequence[str], tombstones: Sequence[str] = ()) -> Tally:
        """Take accounts out, and keep their tombstones."""
        with self._writing():
            return self._change(Forget(self, account_uids), tombstones)

    def tombstones(self) -> list[str]:
        """Keyed hashes of who was forgotten."""
        return sorted(read_manifest(self._case).tombstones)

    def purge(self, before: datetime, source_id: str | None = None) -> Tally:
        """Take out what is older than a moment."""
        with self._writing():
            if source_id is not None:
                known_source(self._manifest, source_id)
            return self._change(Purge(self, before, source_id))

    def _change(self, change: Change, tombstones: Sequence[str] = ()) -> Tally:
        manifest, tally = rewriting.rewrite(self._case, self._manifest, change, tombstones)
        self._show(manifest)
        return tally

    def codes(self) -> pa.Table:
        """Every code ever given."""
        with self._reading() as view:
            return view.codes()

    def keep_codes(self, codes: pa.Table) -> None:
        """Take over codes given in another case; accounts that have one here keep it.

        Raises
        ------
        CaseError
            If one of them is another account's here.
        """
        with self._writing():
            held = self.codes()
            new = codes.select(CODES.names).cast(CODES)
            new = new.filter(pc.invert(pc.is_in(new["account_uid"], held["account_uid"]))).sort_by("code")
            taken = new.filter(pc.is_in(new["code"], held["code"]))
            if taken.num_rows:
                raise CaseError(
                    f"The code A-{taken['code'][0]} is another account's in the case {self.name}.",
                    hint="Copy into a case that is empty.",
                )
            if new.num_rows:
                self._show(add_codes(self._case, new))

    def scan(self, table: str, what: Scan = Scan()) -> Iterator[pa.RecordBatch]:
        """Rows of a table in batches."""
        if table not in TABLES:
            raise UsageError(f"There is no table {table!r}.", hint=f"Tables: {', '.join(TABLES)}.")
        if table == "sources":
            yield from self.sources().select(list(what.columns or SOURCES.names)).to_batches()
            return
        with self._reading() as view:
            yield from view.scan(table, what)

    def count(self, table: str) -> int:
        """The number of rows ``scan`` would give."""
        if table == "sources":
            return len(self._manifest.sources)
        with self._reading() as view:
            return view.count(table)

    def days(self) -> pa.Table:
        """Posts per source, platform and day."""
        with self._reading() as view:
            return view.days()

    def link_kinds(self) -> dict[str, int]:
        """Rows of links per kind."""
        with self._reading() as view:
            return view.link_kinds()

    def write_run(self, findings: Findings) -> dict[str, Any]:
        """Keep a run; also while a source comes in."""
        with self._holding():
            return run_files.write_run(self._case, findings)

    def describe_run(self, run_id: str, tables: Mapping[str, pa.Table]) -> None:
        """Put described methods beside a run."""
        with self._holding():
            run_files.describe_run(self._case, run_id, tables)

    def runs(self) -> list[dict[str, Any]]:
        """Records of the finished runs, oldest first."""
        return run_files.runs(self._case)

    def run_table(self, run_id: str, table: str) -> pa.Table:
        """One table of a run."""
        return run_files.run_table(self._case, run_id, table)

    def add_note(self, note: Mapping[str, Any]) -> None:
        """Append a note; several people can at once."""
        with self._holding():
            run_files.add_note(self._case, note)

    def notes(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Notes as appended, oldest first."""
        return run_files.notes(self._case, kind)

    def refresh(self) -> None:
        """Read the case as it stands now; what was worked out of an unchanged manifest stays."""
        now = read_manifest(self._case)
        if now != self._manifest:
            self._show(now)

    def version(self) -> Hashable:
        """Stamps of the manifest, and of the folders to which a note or a run adds a file."""
        return version_of(self._case)

    def leftovers(self) -> Leftovers:
        """Give the files that no longer count and are still there, and who has the case open."""
        own = self._signed.path if self._signed else None
        manifest = read_manifest(self._case)
        with self._database().cursor() as con:
            ids = 0 if manifest.codes_settled else len(accounts_left(self._case, con, manifest))
        return Leftovers(strays(self._case, manifest), signed_in(self._case, own), ids)

    def close(self) -> None:
        """Let go of the case, and delete what nobody needs any more."""
        with self._opening:
            if self._readers is not None:
                self._tidy()
            if self._con is not None:
                self._con.close()
            if self._spill is not None:
                self._spill.close()
            if self._readers is not None:
                self._readers.release()
            sign_out(self._signed)
            self._con = self._readers = self._view = self._signed = None

    def _show(self, manifest: Manifest) -> None:
        with self._opening:
            self._manifest, self._view = manifest, None

    @contextmanager
    def _reading(self) -> Iterator[View]:
        """The tables as this store shows them. Each use holds the parts for itself: it may outlive a refresh."""
        with self._holding():
            with self._opening:
                if self._view is None or self._view.manifest is not self._manifest:
                    self._view = View(self._case, self._manifest, self._database())
                    self._keep_summary(self._view)
                view = self._view
            yield view

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """A share of the case for one use, whatever becomes of this store meanwhile."""
        hold = self._hold()
        try:
            yield
        finally:
            hold.release()

    def _keep_summary(self, view: View) -> None:
        """Sum the sources up, so that nobody has to again; whoever may not write the case, or not now, does without.

        It needs no writer's lock, so that who opens a case stands in nobody's way: what is put down is safe from being
        swept while this reader has the case open, and counts only if the sources are still the same.
        """
        if view.manifest.summary or not view.manifest.sources:
            return
        with suppress(CaseError, OSError):
            lock = Lock(self._case / ".summary.lock")
            if not lock.acquire():
                return
            try:
                summary = view.summarised()
                now = change_manifest(
                    self._case,
                    lambda now: replace(now, summary=summary) if now.sources == view.manifest.sources else now,
                )
                if now.sources == view.manifest.sources:
                    view.manifest = self._manifest = now
            finally:
                lock.release()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The right to change sources; files that no longer count go before and after."""
        lock = lock_writer(self._case)
        try:
            self._sweep()
            yield
            self._sweep()
        finally:
            lock.release()

    def _tidy(self) -> None:
        """Delete what a killed process left and what others kept in use; whoever may not write the case, or not now, does not."""
        with suppress(CaseError, OSError):
            if strays(self._case, read_manifest(self._case)):
                lock = Lock(self._case / ".writer.lock")
                try:
                    if lock.acquire():
                        self._sweep()
                finally:
                    lock.release()

    def _sweep(self) -> None:
        """Delete files that no manifest names, unless somebody still has the case open. Needs the writer's lock."""
        self.refresh()
        if not self._manifest.codes_settled:
            with self._database().cursor() as con:
                self._show(settle_codes(self._case, con, self._manifest, lambda: key_here(self)))
        with self._opening:
            if self._readers is not None:
                self._readers.release()
            alone = Lock(self._case / ".readers.lock")
            try:
                if alone.acquire():
                    sweep(self._case, self._manifest)
            finally:
                alone.release()
                self._readers = self._hold()

    def _hold(self) -> Lock:
        """A share of the case: while anyone has one, no part is deleted."""
        lock = Lock(self._case / ".readers.lock")
        try:
            lock.acquire(shared=True, wait_s=30)  # whoever deletes holds it for an instant only
        except OSError as error:
            raise CaseError(f"The case {self._case} cannot be opened: {error.strerror or error}.") from None
        return lock

    def _database(self) -> duckdb.DuckDBPyConnection:
        """DuckDB in memory, made when first needed; what does not fit goes to a private folder and never to the network."""
        with self._opening:
            if self._con is None:
                self._spill = Scratch("spill")
                self._con = duckdb.connect(
                    ":memory:",
                    config={
                        "temp_directory": str(self._spill.path),
                        "memory_limit": _MEMORY,
                        "autoinstall_known_extensions": "false",
                        "TimeZone": "UTC",
                    },
                )
            return self._con


def version_of(case: Path) -> Hashable:
    """Version of the case in a folder, which need not be open; see ``graph.stores.base.Store.version``."""
    return tuple(map(_stamp, (case / MANIFEST, case / "notes", *sorted((case / "runs").glob("*")))))


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Changes when a file is replaced, and when something is added to a folder."""
    try:
        known, held = path.stat(), len(os.listdir(path)) if path.is_dir() else 0  # noqa: PTH208 - names alone
    except OSError:
        return None
    return (known.st_ino, known.st_mtime_ns, known.st_size, held)


def _check_place(case: Path, create: bool) -> None:
    """Refuse a place where no case may be made."""
    if case.exists() and not case.is_dir():
        raise CaseError(f"{case} is a file, not a case.", hint="Give the folder of a case.")
    strangers = [path.name for path in case.iterdir() if _stranger(path)] if case.exists() else []
    if strangers:
        raise CaseError(
            f"{case} is a folder with other things in it ({sorted(strangers)[0]}), not a case.",
            hint="Give the folder of a case, or one that does not exist yet.",
        )
    if not create:
        raise UsageError(f"There is no case at {case}.", hint=f"lockstep ingest FILES --case {case} makes one.")


def _stranger(path: Path) -> bool:
    return not path.name.startswith(".") and path.name not in _OURS


def _create(case: Path, name: str | None = None) -> None:
    """An empty case, called as given or as its folder; the manifest comes last, so half a case is no case."""
    for own in _OURS:
        (case / own).mkdir(parents=True, exist_ok=True)
    lock = Lock(case / ".manifest.lock")
    lock.acquire(wait_s=30)
    try:
        if not (case / MANIFEST).exists():  # two people may make it at once
            (case / ".readers.lock").touch()
            write_manifest(case, new_manifest(name or case.resolve().name))
    finally:
        lock.release()
