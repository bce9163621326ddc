"""``case.json``: what counts in a folder case. Whatever it does not name is not there."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from graph.stores.locks import not_writable
from ingest.errors import CaseError
from ingest.locks import Lock
from ingest.tables import SOURCES, to_arrow, to_rows

FORMAT = 2
"""The newest format this version reads. A case is of format 1 until a note of it was rewritten: older versions would lose it."""
MANIFEST = "case.json"


@dataclass(frozen=True)
class SourceEntry:
    """One source as the manifest knows it.

    Attributes
    ----------
    record : dict
        The columns of ``SOURCES``; times as ISO strings.
    parts : dict of str to str
        Table to the one Parquet file under ``parts/`` that holds this source's rows; tables without rows are missing.
    rows : dict of str to int
        Rows per table.
    link_kinds : dict of str to int
        Rows of links per kind.
    """

    record: dict[str, Any]
    parts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    link_kinds: dict[str, int] = field(default_factory=dict)

    @property
    def source_id(self) -> str:
        return str(self.record["source_id"])


@dataclass(frozen=True)
class Summary:
    """Numbers that every page needs first, worked out once for the sources a case has; see ``view.summarised``.

    Attributes
    ----------
    rows : dict of str to int
        Rows per table, each account, post and link once.
    link_kinds : dict of str to int
        Rows of links per kind.
    days : str
        File under ``parts/`` with the posts per source, platform and day.
    overlaps : dict of str to str
        Table to the file under ``parts/`` with the keys that several sources hold; tables without any are missing.
    """

    rows: dict[str, int]
    link_kinds: dict[str, int]
    days: str
    overlaps: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """A case at one instant.

    Attributes
    ----------
    name, created_at, key_fingerprint, format
        As in ``Store.info``.
    revision : int
        Counts the manifests this case has had.
    sources : tuple of SourceEntry
        In the order they came in.
    codes : tuple of str
        Files under ``parts/`` with the codes given so far; they stay when sources leave.
    next_code : int
        The n of the next A-n.
    runs : tuple of dict
        ``run_id`` and ``number`` of each finished run, oldest first.
    tombstones : tuple of str
        Kept for people who asked to be taken out.
    summary : Summary, optional
        Of these very sources; none until somebody reads them.
    rewritten : dict of str to int
        Notes that somebody was taken out of: name of the file to the revision whose file, ``<name>.<revision>``, counts.
    unfinished : str, optional
        Where the case is being copied from, until all of it is here.
    codes_settled : bool
        No account that left stands in ``codes`` by its id; see ``graph.stores.kept_codes``. Older versions did not see to it.
    """

    name: str
    created_at: str
    format: int = 1
    revision: int = 0
    key_fingerprint: str | None = None
    sources: tuple[SourceEntry, ...] = ()
    codes: tuple[str, ...] = ()
    next_code: int = 1
    runs: tuple[dict[str, Any], ...] = ()
    tombstones: tuple[str, ...] = ()
    summary: Summary | None = None
    rewritten: dict[str, int] = field(default_factory=dict)
    unfinished: str | None = None
    codes_settled: bool = False

    def source(self, source_id: str) -> SourceEntry | None:
        """The entry of a source, if it is in the case."""
        return next((entry for entry in self.sources if entry.source_id == source_id), None)

    def files(self) -> set[str]:
        """Every file under ``parts/`` that counts."""
        summed = [self.summary.days, *self.summary.overlaps.values()] if self.summary else []
        return {*self.codes, *summed, *(part for entry in self.sources for part in entry.parts.values())}

    def with_sources(self, sources: Sequence[SourceEntry]) -> Manifest:
        """The case with other sources, which nobody has summed up yet; where rows of accounts left, their codes are to be settled."""
        held = {entry.parts.get("accounts") for entry in sources}
        settled = self.codes_settled and all(entry.parts.get("accounts") in {None, *held} for entry in self.sources)
        return replace(self, sources=tuple(sources), summary=None, codes_settled=settled)


def new_manifest(name: str) -> Manifest:
    """The manifest of an empty case."""
    return Manifest(name=name, created_at=datetime.now(UTC).isoformat(timespec="seconds"), codes_settled=True)


def read_manifest(case: Path) -> Manifest:
    """The manifest in ``case.json``.

    Raises
    ------
    CaseError
        If it cannot be read, is not a case's, or was written by a newer version.
    """
    path = case / MANIFEST
    try:
        said = json.loads(path.read_bytes())
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("format"), int) or "sources" not in said:
        raise CaseError(f"{path} is not a case's manifest.", hint="Choose the folder of a case.")
    if said["format"] > FORMAT:
        raise CaseError(
            f"The case {case.name} has format {said['format']}; this version reads formats up to {FORMAT}.",
            hint="Update Lockstep, or copy the case with the version that wrote it.",
        )
    return _from_json(said)


def change_manifest(case: Path, change: Callable[[Manifest], Manifest]) -> Manifest:
    """Replace the manifest by what ``change`` makes of the newest one; gives it back.

    Short: the lock is held only while ``change`` runs, so runs can be kept while a file comes in.
    """
    lock = Lock(case / ".manifest.lock")
    try:
        if not lock.acquire(wait_s=30):
            raise CaseError(f"The case {case.name} stays locked by another process.", hint="Run this again.")
        try:
            old = read_manifest(case)
            new = change(old)
            if new is not old:
                new = replace(new, revision=old.revision + 1)
                write_manifest(case, new)
            return new
        finally:
            lock.release()
    except OSError as error:
        raise not_writable(case, error) from None


def write_manifest(case: Path, manifest: Manifest) -> None:
    """Put a manifest in place: wholly, or not at all."""
    write_beside(case / MANIFEST, json.dumps(asdict(manifest), indent=1).encode())


def write_beside(path: Path, content: bytes) -> None:
    """Write a file next to its place and rename it there, on disk before and after."""
    beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until a finished file is on disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on disk. Windows does this by itself."""
    if os.name == "nt":
        return
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def check_name(name: str) -> str:
    """An id of a source or run that is safe as part of a file's name.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", name):
        raise ValueError(f"ids are made of letters, digits, - and _, not {name!r}")
    return name


def plain_record(source: Mapping[str, Any]) -> dict[str, Any]:
    """A source's record as JSON can hold it.

    Raises
    ------
    ValueError
        If it has a column ``SOURCES`` does not know.
    """
    unknown = set(source) - set(SOURCES.names)
    if unknown:
        raise ValueError(f"columns {sorted(unknown)} are not in the schema of sources")
    row = to_rows(to_arrow([source], SOURCES))[0]
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def rich_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """A source's record with its times as times."""
    times = [column.name for column in SOURCES if pa.types.is_timestamp(column.type)]
    return {**record, **{name: datetime.fromisoformat(record[name]) for name in times if record.get(name)}}


def _from_json(said: dict[str, Any]) -> Manifest:
    known = {name: said[name] for name in Manifest.__dataclass_fields__ if name in said}
    known["sources"] = tuple(SourceEntry(**entry) for entry in said["sources"])
    for name in ("codes", "runs", "tombstones"):
        known[name] = tuple(said.get(name, ()))
    known["summary"] = Summary(**said["summary"]) if said.get("summary") else None
    return Manifest(**known)
