"""Taking a source in and out. Nothing a reader sees changes until one small transaction turns the source's state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from types import TracebackType
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt, HeldLock
from graph.stores.neo4j_store.cypher import ACCOUNT, POST, Spoken
from graph.stores.neo4j_store.left_accounts import coming_back, settle_codes
from graph.stores.neo4j_store.reader import Reader, Sources
from graph.stores.neo4j_store.resolve import ORD, PLACE, merge_links, resolve
from graph.stores.neo4j_store.rows import BATCH, arrow, filled, frame, short_keys, slices, to_rows
from ingest.errors import CaseError, Unreachable, UsageError
from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, SOURCES, Batch, conform, to_arrow


class Neo4jWriter:
    """Takes one source in; see ``graph.stores.base.Writer``.

    Parameters
    ----------
    bolt : Bolt
    source_id : str
    replaces : str, optional
        The source that leaves when this one comes in.
    failed : callable
        Told what broke the load.
    """

    def __init__(
        self,
        bolt: Bolt,
        source_id: str,
        replaces: str | None = None,
        failed: Callable[[BaseException], object] = lambda _: None,
    ) -> None:
        self._bolt, self._source_id, self._replaces, self._failed = bolt, source_id, replaces, failed
        self._accounts: list[pl.DataFrame] = []
        self._rows: dict[str, int] = {}
        self._lock: HeldLock | None = None
        self._n = 0
        self._finished = False

    def __enter__(self) -> Neo4jWriter:
        self._lock = self._bolt.hold(cypher.LOCK)
        try:
            tidy(self._bolt)
            if self._replaces is not None:
                known_source(Sources(self._bolt), self._replaces)
            self._n = self._bolt.write((cypher.BEGIN_SOURCE, {}))[0][0]["n"]
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._lock is not None
        try:
            if not self._finished:
                self._give_up(error)
        finally:
            self._lock.release()

    def _give_up(self, error: BaseException | None) -> None:
        if error is not None:
            self._failed(error)
        clear_away(self._bolt, error)

    def write(self, batch: Batch) -> None:
        """Stage one batch."""
        if self._finished:
            raise CaseError("This source is finished: nothing can be added to it.")
        assert self._lock is not None
        self._lock.check()
        posts = conform(batch.posts, POSTS)
        self._write_spoken(POST, posts)
        self._write_links(conform(batch.links, LINKS), posts)
        self._write_skipped(conform(batch.skipped, SKIPPED))
        self._keep_accounts(conform(batch.accounts, ACCOUNTS))

    @classmethod
    def beside(cls, bolt: Bolt, source_id: str, lock: HeldLock) -> Neo4jWriter:
        """One of several writers of somebody who holds the lock; what it stages counts once its steps are run."""
        writer = cls(bolt, source_id)
        writer._lock = lock
        writer._n = bolt.write((cypher.BEGIN_SOURCE, {}))[0][0]["n"]
        return writer

    def finish(self, source: Mapping[str, Any]) -> None:
        """Make everything staged part of the case at once."""
        if self._finished:
            raise CaseError("This source is finished already.")
        self._bolt.write(*self.steps(source))
        self._finished = True
        tidy(self._bolt)

    def steps(self, source: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
        """Statements that make everything staged part of the case, for one transaction."""
        if source.get("source_id", self._source_id) != self._source_id:
            raise ValueError(f"the record is of source {source['source_id']}, the writer of {self._source_id}")
        if unknown := set(source) - set(SOURCES.names):
            raise ValueError(f"columns {sorted(unknown)} are not in the schema of sources")
        accounts = self._merged_accounts()
        self._write_spoken(ACCOUNT, accounts)
        codes, back = self._give_codes(accounts)
        record = to_arrow([{**source, "source_id": self._source_id}], SOURCES)
        assert self._lock is not None
        self._lock.check()
        return [(cypher.GIVE_CODE_BACK, {"rows": back}), *self._turn(to_rows(record.columns)[0], codes)]

    def _turn(self, row: list[Any], codes: int) -> list[tuple[str, Mapping[str, Any]]]:
        """The instant in which the source comes in and the one it replaces leaves."""
        before = self._bolt.read(cypher.SOURCE_PLACE, id=self._source_id)
        place = before[0]["place"] if before else self._n
        return [
            *((cypher.RETIRE_SOURCE, {"id": gone}) for gone in {self._source_id, self._replaces} - {None}),
            (cypher.FINISH_SOURCE, {"n": self._n, "row": row, "place": place, "codes": codes}),
        ]

    def _write_spoken(self, kind: Spoken, table: pa.Table) -> None:
        """Accounts or posts: values on the node where nobody spoke of it before, else kept beside it."""
        first_ord = self._number(kind.label.lower() + "s", table.num_rows)
        for start in range(0, table.num_rows, BATCH):
            self._write_some(kind, table.slice(start, BATCH).combine_chunks(), first_ord + start)

    def _write_some(self, kind: Spoken, table: pa.Table, first_ord: int) -> None:
        uids, columns = table.column(kind.uid), filled(table, kind.columns)
        spoken, there = self._bolt.page(cypher.known(kind), uids=pc.unique(uids).to_pylist())
        order = pa.array(range(first_ord, first_ord + table.num_rows), pa.int64())
        rows = to_rows([uids, order, *(table.column(name) for name in columns)])
        unheard, here = _unheard(uids, spoken), set(there)
        first = [row for row, new in zip(rows, unheard, strict=True) if new]
        again = [row for row, new in zip(rows, unheard, strict=True) if not new]
        stubs = [row for row in first if row[0] in here] if here else []
        new = [row for row in first if row[0] not in here] if stubs else first
        steps: list[tuple[str, Mapping[str, Any]]] = [
            (cypher.write_first(kind, columns, there=known), {"rows": some, "n": self._n})
            for some, known in ((new, False), (stubs, True))
            if some
        ]
        if "channel_uid" in columns:
            steps += _placed(cypher.IN_CHANNEL, first, 2 + columns.index("channel_uid"))
        if again:
            steps.append((cypher.write_again(kind, columns), {"rows": again, "n": self._n}))
        self._bolt.write(*steps)

    def _write_links(self, table: pa.Table, posts: pa.Table) -> None:
        links = _each_once(table, posts)
        if not links.num_rows:
            return
        first = self._number("links", links.num_rows)
        order = pa.array(range(first, first + links.num_rows), pa.int64())
        strangers = pc.unique(
            links.column("post_uid").filter(
                pc.invert(pc.is_in(links.column("post_uid"), value_set=posts.column("post_uid").combine_chunks()))
            )
        )
        for some in slices(strangers.to_pylist()):
            self._bolt.write((cypher.BARE_POSTS, {"n": self._n, "uids": list(some)}))
        numbered = links.append_column("i", order)
        for kind in pc.unique(links.column("kind")).to_pylist():
            self._write_kind(kind, numbered.filter(pc.equal(links.column("kind"), kind)).combine_chunks())
        self._write_domains(links)

    def _write_kind(self, kind: str, links: pa.Table) -> None:
        lost = pc.is_null(links.column("target_key"))
        if pc.any(lost).as_py():
            self._write_rows(cypher.write_nowhere, links.filter(lost), ("kind",))
            links = links.filter(pc.invert(lost)).combine_chunks()
        keys, full = short_keys(links.column("target_key").combine_chunks())
        links = links.set_column(links.column_names.index("target_key"), "target_key", full)
        self._write_rows(partial(cypher.write_links, cypher.LINK_TYPES[kind]), links, ("target_key",), keys)

    def _write_rows(
        self,
        statement: Callable[[Sequence[str]], str],
        links: pa.Table,
        more: Sequence[str],
        keys: pa.Array | None = None,
    ) -> None:
        columns = filled(links, (*cypher.LINK_COLUMNS, *more))
        key = pa.nulls(links.num_rows) if keys is None else keys
        rows = to_rows([links.column("post_uid"), key, *(links.column(name) for name in ("i", *columns))])
        self._in_batches(statement(columns), rows)

    def _write_domains(self, links: pa.Table) -> None:
        """Write the domain each link is on, as far as the rows of one post tell: a host that is or ends in the domain."""
        read = frame(links.select(["post_uid", "kind", "target_key"])).drop_nulls()
        urls = read.filter(pl.col("kind") == "url").with_columns(
            host=pl.col("target_key").str.extract(r"^(?:[a-zA-Z][\w+.-]*://)?([^/?#:]+)").str.to_lowercase()
        )
        domains = read.filter(pl.col("kind") == "domain").select("post_uid", pl.col("target_key").alias("domain"))
        pairs = (
            urls.join(domains, on="post_uid")
            .filter((pl.col("host") == pl.col("domain")) | pl.col("host").str.ends_with("." + pl.col("domain")))
            .select("target_key", "domain")
            .unique(maintain_order=True)
        )
        keys, _ = short_keys(pairs.get_column("target_key").to_arrow().cast(pa.string()))
        self._in_batches(cypher.URL_DOMAINS, to_rows([keys, pairs.get_column("domain").to_arrow()]))

    def _write_skipped(self, skipped: pa.Table) -> None:
        first = self._number("skipped", skipped.num_rows)
        order = pa.array(range(first, first + skipped.num_rows), pa.int64())
        self._in_batches(cypher.WRITE_SKIPPED, to_rows([order, *(skipped.column(name) for name in SKIPPED.names[1:])]))

    def _in_batches(self, statement: str, rows: Sequence[list[Any]]) -> None:
        for some in slices(rows):
            self._bolt.write((statement, {"n": self._n, "rows": list(some)}))

    def _number(self, table: str, rows: int) -> int:
        """The place of the first of these rows among all of the source."""
        first = self._rows.get(table, 0)
        self._rows[table] = first + rows
        return first

    def _keep_accounts(self, accounts: pa.Table) -> None:
        """An account stands in many batches: its rows are kept here, merged and written once."""
        first = self._number("accounts_read", accounts.num_rows)
        rows = frame(accounts.drop_columns(["source_ids", "code"]))
        order = pl.int_range(first, first + rows.height, dtype=pl.Int64).alias(ORD)
        self._accounts.append(rows.with_columns(pl.lit(0, pl.Int64).alias(PLACE), order))

    def _merged_accounts(self) -> pa.Table:
        """The source's accounts, each once, in the order they were first seen in the file."""
        if not self._accounts:
            return ACCOUNTS.empty_table()
        rows = pl.concat(self._accounts)
        order = rows.group_by("account_uid").agg(pl.col(ORD).min().alias("__first"))
        merged = resolve(rows, "account_uid").join(order, on="account_uid").sort("__first")
        return conform(
            arrow(merged, pa.schema([f for f in ACCOUNTS if f.name not in ("source_ids", "code")])), ACCOUNTS
        )

    def _give_codes(self, accounts: pa.Table) -> tuple[int, list[list[str]]]:
        """Codes for accounts without one; nobody sees them before the source is finished. The last code given.

        Accounts that come back get the code they had when the source comes in, since everybody sees that one at once: each
        with its keyed hash.
        """
        last: int = self._bolt.read(cypher.CASE)[0]["codes"]
        back: list[list[str]] = []
        for some in slices(accounts.column("account_uid").to_pylist()):
            without = set(self._bolt.page(cypher.UNCODED, uids=list(some))[0])
            again = coming_back(self._bolt, sorted(without))
            back += again
            without -= {uid for uid, _ in again}
            rows = [[uid, last + i] for i, uid in enumerate((uid for uid in some if uid in without), start=1)]
            self._bolt.write((cypher.CODES, {"rows": rows}))
            last += len(rows)
        return last, back


def _unheard(uids: pa.ChunkedArray, spoken: Sequence[str]) -> list[bool]:
    """Per row, whether it is the first to speak of its node."""
    here = pl.Series(uids)
    return (here.is_first_distinct() & ~here.is_in(pl.Series(spoken, dtype=pl.String).implode())).to_list()


def _each_once(table: pa.Table, posts: pa.Table) -> pa.Table:
    """The links of a batch, those said twice of one post merged."""
    links = frame(table)
    raw = pl.when(pl.col("target_key").is_null()).then(pl.col("target_raw"))
    twice = pl.struct("post_uid", "kind", "target_key", raw.alias("raw")).is_duplicated()
    repeated = links.filter(twice).get_column("post_uid").unique()
    if not repeated.len():
        return table
    several = pl.col("post_uid").is_in(repeated.implode())
    numbered = links.with_columns(pl.lit(0).alias(PLACE), pl.int_range(pl.len()).alias(ORD))
    said = frame(posts.select(["post_uid", "account_uid", "created_at"])).unique("post_uid", keep="first")
    merged = merge_links(numbered.filter(several), said).select(links.columns)
    return arrow(pl.concat([links.filter(~several), merged]), LINKS)


def placed_by(rows: Sequence[Sequence[Any]], first: int) -> list[tuple[str, Mapping[str, Any]]]:
    """Statements that set author and channel: steps for rows of posts whose columns begin at ``first``."""
    author, channel = (first + POST.columns.index(name) for name in ("account_uid", "channel_uid"))
    return [*_placed(cypher.POSTED, rows, author), *_placed(cypher.IN_CHANNEL, rows, channel)]


def _placed(statement: str, rows: Sequence[Sequence[Any]], at: int) -> list[tuple[str, Mapping[str, Any]]]:
    """A post and what it hangs on, where that is known."""
    pairs = [[row[0], row[at]] for row in rows if row[at] is not None]
    return [(statement, {"rows": pairs})] if pairs else []


def remove(bolt: Bolt, source_id: str) -> None:
    """Take a source out."""
    lock = bolt.hold(cypher.LOCK)
    try:
        tidy(bolt)
        known_source(Sources(bolt), source_id)
        bolt.write((cypher.RETIRE_SOURCE, {"id": source_id}))
        tidy(bolt)
    finally:
        lock.release()


def known_source(sources: Sources, source_id: str) -> None:
    """Raises UsageError if the source is not in the case."""
    if source_id not in sources.ids:
        held = ", ".join(sources.ids) or "none"
        raise UsageError(f"There is no source {source_id!r} in the case.", hint=f"Its sources: {held}.")


def clear_away(bolt: Bolt, error: BaseException | None) -> None:
    """Tidy after what broke off, as far as there is a server; what broke it says more than what breaks here."""
    if isinstance(error, Unreachable):
        return  # the next writer clears the rest away
    with suppress(CaseError) if error is not None else nullcontext():
        tidy(bolt)


def finish(bolt: Bolt) -> None:
    """Do what a killed command left undone, unless somebody writes just now or this account of the server may only read."""
    if Sources(bolt).doomed:
        with suppress(CaseError):
            lock = bolt.hold(cypher.LOCK)
            try:
                tidy(bolt)
            finally:
                lock.release()


def tidy(bolt: Bolt) -> None:
    """Clear away what no finished source says, and bring what graph users see up to date.

    Every step can be repeated: whoever holds the lock next does what a broken writer left undone. Needs the lock.
    """
    sources = Sources(bolt)
    for n in sources.doomed:
        for statement in (cypher.DROP_POSTS_OF, cypher.DROP_ACCOUNTS_OF, cypher.DROP_SKIPPED_OF):
            bolt.in_transactions(statement, n=n)
    if not (sources.doomed or sources.settling):
        settle_codes(bolt)
        return
    reader = Reader(bolt, sources)
    for kind in (POST, ACCOUNT):
        _settle(bolt, reader, sources.numbers, kind)
    if sources.doomed:
        bolt.write((cypher.FORGET_CODES, {"codes": bolt.read(cypher.CASE)[0]["codes"]}))
        for statement in cypher.DROP_LONELY:
            bolt.in_transactions(statement)
    settle_codes(bolt, again=bool(sources.doomed))
    for n in sources.doomed:
        bolt.write((cypher.DROP_SOURCE, {"n": n}))
    bolt.write((cypher.SETTLED_SOURCES, {}))


def _settle(bolt: Bolt, reader: Reader, ready: list[int], kind: Spoken) -> None:
    """Put onto nodes what their sources say together."""
    while True:
        uids = [record["uid"] for record in bolt.read(cypher.unsettled(kind), limit=BATCH // 2)]
        if not uids:
            return
        said = reader.words(kind, uids, ready)
        counts = dict(said.group_by(kind.uid).len().rows())
        alone = [uid for uid in uids if counts.get(uid) == 1]
        several = [uid for uid in uids if counts.get(uid, 0) > 1]
        merged = resolve(said, kind.uid)
        rows = to_rows([merged.get_column(name).to_arrow() for name in (kind.uid, *kind.columns)])
        steps: list[tuple[str, Mapping[str, Any]]] = [
            (cypher.fix_words(kind), {"uids": uids}),
            (cypher.settle_alone(kind), {"uids": alone}),
            (cypher.settle_silent(kind), {"uids": [uid for uid in uids if uid not in counts]}),
            (cypher.settle_several(kind), {"rows": [row for row in rows if counts[row[0]] > 1] if several else []}),
        ]
        if kind is POST:
            steps += [(cypher.UNPOSTED, {"uids": uids}), (cypher.OUT_OF_CHANNEL, {"uids": uids}), *placed_by(rows, 1)]
        bolt.write(*steps)
