"""The contract of a case store. Two kinds keep it, and one test body runs over both (``tests/test_stores.py``)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from graph.schema import Findings
from graph.settings import Narrow
from ingest.tables import Batch


@dataclass(frozen=True)
class Scan:
    """A selection of rows and columns of a table.

    Attributes
    ----------
    columns : sequence of str, optional
        All of the table's columns when not given, in the schema's order.
    kinds : sequence of str
        For ``links``: only these kinds.
    uids : sequence of str, optional
        For ``accounts`` and ``posts``: only these ``account_uid`` / ``post_uid``. For ``links``: only these ``post_uid``.
    narrow : Narrow
        For ``posts`` and ``links``: time, platform (that of the post) and accounts.
    source_id : str, optional
        Only what this source says, before sources are resolved into one another.
    """

    columns: Sequence[str] | None = None
    kinds: Sequence[str] = ()
    uids: Sequence[str] | None = None
    narrow: Narrow = Narrow()
    source_id: str | None = None


@dataclass
class Tally:
    """Numbers of rows that left the case.

    Attributes
    ----------
    accounts, posts, links : int
        Rows that left, as the sources spoke.
    sources, runs, notes : int
        How many were changed.
    """

    accounts: int = 0
    posts: int = 0
    links: int = 0
    sources: int = 0
    runs: int = 0
    notes: int = 0

    def __bool__(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True)
class Leftovers:
    """Files of a case that no longer count and are still there.

    Attributes
    ----------
    files : sequence of Path
        Files and folders; they go when nobody has the case open.
    open_by : sequence of dict
        Who else has it open: ``pid``, ``host``, ``since``, ``doing``.
    ids : int
        Accounts of removed sources that still stand by their id, since the case's key is not on this machine.
    log : str
        Words on a log of the server that keeps what left, and how to prune it; empty where there is none.
    """

    files: Sequence[Path] = ()
    open_by: Sequence[Mapping[str, Any]] = ()
    ids: int = 0
    log: str = ""


class Writer(Protocol):
    """Takes one source in. Leaving the ``with`` block without ``finish`` leaves the case as it was."""

    def write(self, batch: Batch) -> None:
        """Stage one batch."""
        ...

    def finish(self, source: Mapping[str, Any]) -> None:
        """Make everything staged part of the case at once. ``source`` has the columns of ``SOURCES``."""
        ...


class Store(Protocol):
    """A case: sources, tables, runs and notes, wherever they live.

    Rows of one post from several sources are one post: latest collected wins (unknown is oldest), then the source that
    came in first; a field the winner does not know is taken from the others. The same holds for accounts, where
    ``last_seen`` stands for the time of collection, ``source_ids`` is the union in source order, ``first_seen`` the
    earliest and ``last_seen`` the latest. Links of one post with the same kind and target are one link: raw and target
    account from the first that knows, resolved if any is, inherited if all are, its author and time those of the post.
    Repeats within one source are resolved the same way. A source written again keeps its place; one that replaces
    another comes last.
    """

    address: str
    """As a person would type it again, without secrets."""
    name: str

    def info(self) -> dict[str, Any]:
        """``name``, ``created_at`` (ISO), ``format`` (int), ``key_fingerprint`` and ``unfinished`` (or None)."""
        ...

    def set_unfinished(self, source: str | None) -> None:
        """Remember the address of the case that this one is being copied from; None when all of it is here."""
        ...

    def set_key_fingerprint(self, fingerprint: str) -> None:
        """Remember which pseudonym key this case uses."""
        ...

    def sources(self) -> pa.Table:
        """All sources, in the order they came in (schema ``SOURCES``)."""
        ...

    def writer(self, source_id: str, *, replaces: str | None = None) -> AbstractContextManager[Writer]:
        """Take a source in; ``replaces`` leaves in the same instant. Raises CaseError if another writer holds the case."""
        ...

    def remove(self, source_id: str) -> None:
        """Take a source out. Accounts keep their codes; what other sources say stays."""
        ...

    def retain(self, source_id: str, until: datetime | None) -> None:
        """Remember until when a source may be kept; nothing is removed by this."""
        ...

    def forget(self, account_uids: Sequence[str], tombstones: Sequence[str] = ()) -> Tally:
        """Take accounts out: their posts and links, what leads to them, their names in others' texts, their codes.

        Also their rows in runs (a run says so) and notes. Everything at once or nothing. ``account_uids`` are all names of
        the accounts in the case; ``tombstones`` are kept so that nothing comes back (see ``ingest.privacy.erasure``).
        """
        ...

    def tombstones(self) -> list[str]:
        """Keyed hashes of who was forgotten, sorted."""
        ...

    def purge(self, before: datetime, source_id: str | None = None) -> Tally:
        """Take out posts from before a moment, their links, and the accounts nobody refers to any more.

        All sources or one. Runs keep what they found but for the evidence made of these posts, and say so. Everything at
        once or nothing.
        """
        ...

    def codes(self) -> pa.Table:
        """Every code ever given: ``account_uid``, ``code``, by code.

        Accounts of removed sources keep theirs, beside a keyed hash instead of their uid (``graph.stores.kept_codes``).
        """
        ...

    def keep_codes(self, codes: pa.Table) -> None:
        """Take over codes given in another case (``account_uid``, ``code``), before the sources that need them."""
        ...

    def scan(self, table: str, what: Scan = Scan()) -> Iterator[pa.RecordBatch]:
        """Rows of accounts, posts, links or skipped, in batches; deterministic order (by uid; links by post and position)."""
        ...

    def count(self, table: str) -> int:
        """The number of rows ``scan`` would give, without reading them all."""
        ...

    def days(self) -> pa.Table:
        """Posts per day: ``source_id``, ``platform``, ``day`` (date32, UTC), ``posts``, in that order; undated ones left out."""
        ...

    def link_kinds(self) -> dict[str, int]:
        """Rows of links per kind: which traces the data can carry."""
        ...

    def write_run(self, findings: Findings) -> dict[str, Any]:
        """Keep a run, whole or not at all; gives its record with its ``number``. The same id again changes nothing."""
        ...

    def describe_run(self, run_id: str, tables: Mapping[str, pa.Table]) -> None:
        """Put described methods beside a run (``graph.schema.DESCRIBED``); one described before gets the new rows.

        None of the run's own tables changes. Raises UsageError if the case has no such run.
        """
        ...

    def runs(self) -> list[dict[str, Any]]:
        """Records of the finished runs, oldest first."""
        ...

    def run_table(self, run_id: str, table: str) -> pa.Table:
        """One table of a run (schema in ``graph.schema.RUN_TABLES``)."""
        ...

    def add_note(self, note: Mapping[str, Any]) -> None:
        """Append a verdict, note or allow-list entry: a JSON-able mapping with at least ``kind``, ``at``, ``by``."""
        ...

    def notes(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Notes as appended, oldest first."""
        ...

    def leftovers(self) -> Leftovers:
        """Files that no longer count and are still there, and who keeps them; a server deletes its own."""
        ...

    def refresh(self) -> None:
        """See what others wrote since the case was opened. Until then a store may show the case as it was."""
        ...

    def version(self) -> Hashable:
        """A value that changes with every change of the case, whoever makes it; None where that cannot be told at once."""
        ...

    def close(self) -> None:
        """Let go of files or connections."""
        ...
