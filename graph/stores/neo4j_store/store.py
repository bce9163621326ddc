"""A case in Neo4j: the shared case, and a graph that Browser, Bloom and GDS users can walk.

    (:LsAccount)-[:POSTED]->(:LsPost)-[:LINKS_TO]->(:LsUrl)-[:ON]->(:LsDomain)      and, from posts, REPOST_OF, REPLY_TO, QUOTES,
    MENTIONS, TAGGED, LINKS_TO_DOMAIN, HAS_MEDIA, HAS_TEXT, HAS_TRACK, HAS_OBJECT, IN (a channel), FROM (a source)
    (:LsAccount)-[:TIED]->(:LsAccount)  (:LsAccount)-[:MEMBER_OF]->(:LsGroup)-[:OF]->(:LsRun)  (:LsVerdict)-[:ABOUT]->(:LsGroup)

Labels begin with ``Ls``, and a node has no plain label beside it: others' constraints on ``:Account`` or ``:Post`` would hold
for our rows too, and their statements on such labels would count or delete them. In Bloom a perspective of ``LsAccount`` and
``LsPost`` shows the same. Cases of older versions are relabelled when they are opened.

Posts and accounts that something points at and no source speaks of have ``stub: true``. Every node carries ``case``: many
cases share one database and never mix.

**Who says what.** While one row speaks of a post (or account), the node holds its values, ``n`` is the number of its source
and the relationship ``FROM`` holds only the row. When a second row speaks of it, the node gets ``several``, and each ``FROM``
holds the words of its source. Readers put such words together themselves, from finished sources only; what stands on the
node is the same, put there for people who walk the graph. Links carry the number ``n`` of their source.

**All or nothing.** A source is ``loading`` until one small transaction makes it count and lets the one it replaces go. What
readers ask for is limited to the numbers of finished sources, so they see the case before or after, never between. The
writer holds a lock in an open transaction, which the server ends with the writer's connection, however that ends; who
opens the case next clears away what a broken writer left, and the same load again gives the case a clean load gives.

Codes of accounts count up on the case's own node and stay on the account's node when its sources leave. Of a run, ties,
groups, members and layers are graph; pairs of posts and layouts are packed rows kept with the run.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any

import pyarrow as pa

from graph.schema import Findings
from graph.stores.base import Leftovers, Scan, Tally, Writer
from graph.stores.erasure import Forget, Purge
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store import runs as run_nodes
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.left_accounts import accounts_left
from graph.stores.neo4j_store.making import FORMAT, bring_up_to_date, is_older, make, unmake
from graph.stores.neo4j_store.reach import Address
from graph.stores.neo4j_store.reader import Reader, Sources
from graph.stores.neo4j_store.rewriting import rewrite
from graph.stores.neo4j_store.rows import slices, to_rows
from graph.stores.neo4j_store.summary import Summary, summed_up
from graph.stores.neo4j_store.writer import Neo4jWriter, finish, known_source, remove
from ingest.errors import CaseError, Unreachable, UsageError
from ingest.tables import TABLES, TIME

LOG_KEEPS = (
    "Neo4j's transaction log still holds what left, until it is pruned: set db.tx_log.rotation.retention_policy=keep_none and"
    " db.tx_log.rotation.size to a small size in neo4j.conf, write something, run CALL db.checkpoint() and restart the server."
    " Backups and dumps of the database hold it too."
)
"""Words on where removed rows are still to be found."""


class Neo4jStore:
    """A case in a Neo4j database; see ``graph.stores.base.Store``. Reads always show the newest finished state.

    Parameters
    ----------
    bolt : Bolt
        A connection to the case; it is closed with the store.
    made : bool
        The case was made by this opening: a first load that fails takes it away again.
    """

    def __init__(self, bolt: Bolt, made: bool = False) -> None:
        self._bolt, self._made = bolt, made
        self._failed: list[BaseException] = []
        self.address = str(bolt.address)
        self.name = bolt.address.case
        self._summed: tuple[list[int], Summary] | None = None

    @classmethod
    def open(cls, address: str, create: bool = False) -> Neo4jStore:
        """The case at ``neo4j://host[:port][/database]?case=name``; with ``create``, made if there is none.

        Raises
        ------
        UsageError
            If the address is incomplete or holds a password, no password is known, or there is no such case and none is
            to be made.
        CaseError
            If the server does not answer, does not accept the password, is too old, or has no such database.
        """
        bolt = Bolt.connect(Address.parse(address))
        try:
            made = _found_or_made(bolt, create)
            _check_format(bolt)
            finish(bolt)
        except BaseException:
            bolt.close()
            raise
        return cls(bolt, made)

    def info(self) -> dict[str, Any]:
        """Name, creation, format, key fingerprint, and where it is being copied from."""
        found = self._bolt.read(cypher.CASE)[0]
        names = ("created_at", "format", "key_fingerprint", "unfinished")
        return {"name": self.name, **{key: found[key] for key in names}}

    def set_unfinished(self, source: str | None) -> None:
        """Remember that the case is being copied, or that all of it is here."""
        self._bolt.write((cypher.SET_UNFINISHED, {"source": source}))

    def leftovers(self) -> Leftovers:
        """No files, since the server deletes its own; its transaction log keeps what left, until it is pruned."""
        settled = self._bolt.read(cypher.CASE)[0]["codes_settled"]
        return Leftovers(ids=0 if settled else len(accounts_left(self._bolt)), log=LOG_KEEPS)

    def set_key_fingerprint(self, fingerprint: str) -> None:
        """Remember which pseudonym key this case uses."""
        self._bolt.write((cypher.SET_KEY_FINGERPRINT, {"fingerprint": fingerprint}))

    def sources(self) -> pa.Table:
        """All finished sources in the order they came in."""
        return Sources(self._bolt).table

    def writer(self, source_id: str, *, replaces: str | None = None) -> AbstractContextManager[Writer]:
        """Take a source in."""
        return Neo4jWriter(self._bolt, source_id, replaces, self._failed.append)

    def remove(self, source_id: str) -> None:
        """Take a source out."""
        remove(self._bolt, source_id)

    def retain(self, source_id: str, until: datetime | None) -> None:
        """Remember until when a source may be kept."""
        known_source(Sources(self._bolt), source_id)
        since = None if until is None else pa.scalar(until, TIME).cast(pa.int64()).as_py()
        self._bolt.write((cypher.RETAIN_SOURCE, {"id": source_id, "until": since}))

    def forget(self, account_uids: Sequence[str], tombstones: Sequence[str] = ()) -> Tally:
        """Take accounts out, and keep their tombstones."""
        return rewrite(self._bolt, self, lambda: Forget(self, account_uids), tombstones)

    def tombstones(self) -> list[str]:
        """Keyed hashes of who was forgotten."""
        return sorted(self._bolt.read(cypher.TOMBSTONES)[0]["tombstones"])

    def purge(self, before: datetime, source_id: str | None = None) -> Tally:
        """Take out what is older than a moment."""
        if source_id is not None:
            known_source(Sources(self._bolt), source_id)
        return rewrite(self._bolt, self, lambda: Purge(self, before, source_id))

    def codes(self) -> pa.Table:
        """Every code ever given."""
        return self._reader().codes()

    def keep_codes(self, codes: pa.Table) -> None:
        """Take over codes given in another case; accounts that have one here keep it."""
        lock = self._bolt.hold(cypher.LOCK)
        try:
            held = self.codes()
            known = set(held.column("account_uid").to_pylist())
            rows = to_rows([codes.column("account_uid"), codes.column("code")])
            fresh = [row for row in rows if row[0] not in known]
            taken = {row[1] for row in fresh} & set(held.column("code").to_pylist())
            if taken:
                raise CaseError(
                    f"The code A-{min(taken)} is another account's in the case {self.name}.",
                    hint="Copy into a case that is empty.",
                )
            for some in slices(fresh):
                highest = max(row[1] for row in some)
                self._bolt.write((cypher.KEEP_CODES, {"rows": some}), (cypher.RAISE_CODES, {"codes": highest}))
        finally:
            lock.release()

    def scan(self, table: str, what: Scan = Scan()) -> Iterator[pa.RecordBatch]:
        """Rows of a table in batches."""
        return self._reader().scan(table, what)

    def count(self, table: str) -> int:
        """The number of rows ``scan`` would give."""
        if table not in TABLES:
            raise UsageError(f"There is no table {table!r}.", hint=f"Tables: {', '.join(TABLES)}.")
        return len(Sources(self._bolt).ids) if table == "sources" else self._summary().rows[table]

    def days(self) -> pa.Table:
        """Posts per source, platform and day."""
        return self._summary().days

    def link_kinds(self) -> dict[str, int]:
        """Rows of links per kind."""
        return dict(self._summary().link_kinds)

    def _summary(self) -> Summary:
        """Counts over the case as it is now; those of the same sources are not asked for twice."""
        sources = Sources(self._bolt)
        if self._summed and self._summed[0] == sources.numbers:
            return self._summed[1]
        summary, settled = summed_up(self._bolt, sources)
        self._summed = (sources.numbers, summary) if settled else None
        return summary

    def write_run(self, findings: Findings) -> dict[str, Any]:
        """Keep a run; also while a source comes in."""
        return run_nodes.write_run(self._bolt, findings)

    def describe_run(self, run_id: str, tables: Mapping[str, pa.Table]) -> None:
        """Put described methods beside a run."""
        run_nodes.describe_run(self._bolt, run_id, tables)

    def runs(self) -> list[dict[str, Any]]:
        """Records of the finished runs, oldest first."""
        return run_nodes.runs(self._bolt)

    def run_table(self, run_id: str, table: str) -> pa.Table:
        """One table of a run."""
        return run_nodes.run_table(self._bolt, run_id, table)

    def add_note(self, note: Mapping[str, Any]) -> None:
        """Append a note; several people can at once."""
        run_nodes.add_note(self._bolt, note)

    def notes(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Notes as appended, oldest first."""
        return run_nodes.notes(self._bolt, kind)

    def refresh(self) -> None:
        """Nothing to do: every read shows the newest finished state."""

    def version(self) -> Hashable:
        """None: a server would have to be asked for everything."""
        return None

    def close(self) -> None:
        """Let go of the connections; of a case made for a load that failed, nothing stays."""
        reached = self._failed and not isinstance(self._failed[-1], Unreachable)
        if self._made and reached:
            with suppress(CaseError):
                self._unmake_if_bare()
        self._bolt.close()

    def _unmake_if_bare(self) -> None:
        if not (self.sources().num_rows or self.codes().num_rows or self.runs() or self.notes()):
            unmake(self._bolt)

    def _reader(self) -> Reader:
        return Reader(self._bolt, Sources(self._bolt))


def _found_or_made(bolt: Bolt, create: bool) -> bool:
    """See that the case is there, brought up to date or made if need be; True if it was made."""
    if bolt.read(cypher.CASE):
        return False
    if is_older(bolt):
        bring_up_to_date(bolt)
        return False
    if create:
        make(bolt)
        return True
    there = ", ".join(record["name"] for query in (cypher.CASES, cypher.OLD_CASES) for record in bolt.read(query))
    raise UsageError(
        f"There is no case {bolt.address.case!r} at {bolt.address.uri}.",
        hint=f"Cases there: {there or 'none'}. Loading files into a new name makes it: lockstep ingest FILES --case ...",
    )


def _check_format(bolt: Bolt) -> None:
    found = int(bolt.read(cypher.CASE)[0]["format"])
    if found > FORMAT:
        raise CaseError(
            f"The case {bolt.address.case} has format {found}; this version reads formats up to {FORMAT}.",
            hint="Update Lockstep, or copy the case with the version that wrote it.",
        )
