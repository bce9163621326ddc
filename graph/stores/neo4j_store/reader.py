"""Reading a case: pages of rows in the order of their uids, resolved where several rows speak of one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.settings import Narrow
from graph.stores.base import Scan
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.cypher import ACCOUNT, POST, SPOKEN, Spoken
from graph.stores.neo4j_store.resolve import LINK_ORDER, ORD, PLACE, merge_links, resolve
from graph.stores.neo4j_store.rows import arrow, frame, slices, to_table
from ingest.errors import UsageError
from ingest.tables import ACCOUNTS, LINK_KINDS, LINKS, POSTS, SKIPPED, SOURCES, STR, TABLES

PAGE = 10_000
VISIBLE = ("settling", "ready")
KINDS = {row.type: kind for kind, row in cypher.LINK_TYPES.items()}


class Sources:
    """The sources of a case at one instant: the finished ones, in their order.

    Parameters
    ----------
    bolt : Bolt
    """

    def __init__(self, bolt: Bolt) -> None:
        found = bolt.read(cypher.SOURCE_LIST)
        shown = [record for record in found if record["state"] in VISIBLE]
        self.doomed = [int(record["n"]) for record in found if record["state"] not in VISIBLE]
        self.settling = [int(record["n"]) for record in shown if record["state"] == "settling"]
        self.numbers = [int(record["n"]) for record in shown]
        self.table = to_table([record["row"] for record in shown], SOURCES)
        self.ids: list[str] = self.table.column("source_id").to_pylist()

    def only(self, source_id: str | None) -> list[int]:
        """The numbers to read: all, or one source's."""
        if source_id is None:
            return self.numbers
        return [n for n, known in zip(self.numbers, self.ids, strict=True) if known == source_id]

    def places(self) -> dict[int, int]:
        """Number to place in the order."""
        return {n: place for place, n in enumerate(self.numbers)}


class Reader:
    """Reads what the finished sources say.

    Parameters
    ----------
    bolt : Bolt
    sources : Sources
        What counts while this reader reads, whatever comes in meanwhile.
    """

    def __init__(self, bolt: Bolt, sources: Sources) -> None:
        self._bolt, self._sources = bolt, sources

    def scan(self, table: str, what: Scan) -> Iterator[pa.RecordBatch]:
        """Rows of a table in batches."""
        if table not in TABLES:
            raise UsageError(f"There is no table {table!r}.", hint=f"Tables: {', '.join(TABLES)}.")
        schema = TABLES[table]
        columns = list(schema.names if what.columns is None else what.columns)
        ready = self._sources.only(what.source_id)
        for found in self._tables(table, what, columns, ready) if ready else ():
            if found.num_rows:
                yield from found.select(columns).combine_chunks().to_batches()

    def _tables(self, table: str, what: Scan, columns: list[str], ready: list[int]) -> Iterator[pa.Table]:
        if table == "sources":
            return iter([self._sources.table])
        if table == "skipped":
            return self._skipped(ready)
        if table == "links":
            return self._links(what, columns, ready)
        return self._spoken(SPOKEN[table], what, columns, ready)

    def _spoken(self, kind: Spoken, what: Scan, columns: list[str], ready: list[int]) -> Iterator[pa.Table]:
        """Accounts or posts."""
        held = [name for name in kind.columns if name in columns]
        given = pa.schema([pa.field(kind.uid, STR), pa.field("n", pa.int64()), pa.field("code", pa.int64())])
        schema = pa.schema([*given, *(kind.schema.field(name) for name in held)])
        wanted = pa.schema([kind.schema.field(name) for name in columns])
        values = self._narrowed(what.narrow)
        for _, _, several, rows in self._pages(
            lambda by_uid: cypher.page(kind, held, by_uid=by_uid), what.uids, ready=ready, **values
        ):
            alone = self._with_sources(kind, to_table(rows, schema), wanted)
            if not several:
                yield alone
                continue
            merged = _narrow(self.resolved(kind, several, ready), kind, values)
            yield (
                pa.concat_tables([alone, merged.select(columns)]).sort_by(kind.uid)
                if kind.uid in columns
                else (self._in_order(kind, to_table(rows, schema), alone, merged, columns))
            )

    @staticmethod
    def _in_order(kind: Spoken, read: pa.Table, alone: pa.Table, merged: pa.Table, columns: list[str]) -> pa.Table:
        """Rows in the order of their uids, where the uid itself is not asked for."""
        key = pa.chunked_array([*read.column(kind.uid).chunks, *merged.column(kind.uid).chunks], STR)
        both = pa.concat_tables([alone, merged.select(columns)])
        return both.take(pc.sort_indices(key))

    def _with_sources(self, kind: Spoken, read: pa.Table, wanted: pa.Schema) -> pa.Table:
        """Rows of nodes one source speaks of: its number becomes its id."""
        if "source_id" in wanted.names or "source_ids" in wanted.names:
            ids = pa.array(self._sources.ids, STR)
            places = pc.index_in(read.column("n"), value_set=pa.array(self._sources.numbers, pa.int64()))
            source = ids.take(places.combine_chunks()) if isinstance(places, pa.ChunkedArray) else ids.take(places)
            read = read.append_column("source_id", source)
            if kind is ACCOUNT:
                offsets = pa.array(range(read.num_rows + 1), pa.int32())
                read = read.append_column("source_ids", pa.ListArray.from_arrays(offsets, source))
        return read.select(wanted.names).cast(wanted)

    def resolved(self, kind: Spoken, uids: Sequence[str], ready: Sequence[int]) -> pa.Table:
        """All columns of accounts or posts that several rows speak of."""
        read = self.words(kind, uids, ready)
        known = resolve(read, kind.uid)
        ids = pl.DataFrame(
            {PLACE: range(len(self._sources.ids)), "source_id": self._sources.ids},
            schema={PLACE: pl.Int64, "source_id": pl.String},
        )
        if kind is POST:
            return arrow(known.join(ids, on=PLACE, how="left").sort("post_uid"), POSTS)
        lists = (
            known.select("account_uid", "__places").explode("__places").rename({"__places": PLACE})
            .join(ids, on=PLACE, how="left", maintain_order="left")
            .group_by("account_uid", maintain_order=True).agg(pl.col("source_id").alias("source_ids"))
        )  # fmt: skip
        return arrow(known.join(lists, on="account_uid", how="left").sort("account_uid"), ACCOUNTS)

    def words(self, kind: Spoken, uids: Sequence[str], ready: Sequence[int]) -> pl.DataFrame:
        """Rows of each source on these uids: the columns, ``__place`` and ``__ord``."""
        schema = pa.schema(
            [
                pa.field(kind.uid, STR),
                pa.field(PLACE, pa.int64()),
                pa.field(ORD, pa.int64()),
                pa.field("code", pa.int64()),
                *(kind.schema.field(name) for name in kind.columns),
            ]
        )
        rows: list[list[Any]] = []
        for some in slices(list(uids), PAGE):
            rows += self._bolt.page(cypher.words(kind), uids=list(some), ready=list(ready))[0]
        read = frame(to_table(rows, schema)).with_columns(
            pl.col(PLACE).replace_strict(self._sources.places(), default=None, return_dtype=pl.Int64)
        )
        return read if kind is ACCOUNT else read.drop("code")

    def _links(self, what: Scan, columns: list[str], ready: list[int]) -> Iterator[pa.Table]:
        """Links, read with what puts them in order even where that is not asked for."""
        order = [name for name in LINK_ORDER if name not in columns]
        asked = [*columns, *order]
        values = {**self._narrowed(what.narrow), "kinds": list(what.kinds)}
        if set(what.kinds) - set(LINK_KINDS):
            raise UsageError(f"There is no kind of link {sorted(set(what.kinds) - set(LINK_KINDS))[0]!r}.")
        for _, _, rows in self._pages(
            lambda by_uid: cypher.link_page(asked, what.kinds, by_uid=by_uid), what.uids, ready=ready, **values
        ):
            yield self._link_table(rows, asked, what, values, ready)

    def _link_table(
        self, rows: list[list[Any]], asked: list[str], what: Scan, values: dict[str, Any], ready: list[int]
    ) -> pa.Table:
        meta = [("__uid", STR), ("__several", pa.bool_()), (PLACE, pa.int64()), (ORD, pa.int64())]
        schema = pa.schema([*(pa.field(*pair) for pair in meta), *(LINKS.field(name) for name in asked)])
        read = frame(to_table(rows, schema)).with_columns(
            pl.col("kind").replace(KINDS),
        )
        several = read.filter(pl.col("__several")).get_column("__uid").unique().to_list()
        found = read.drop(name for name, _ in meta)
        if several:
            alone = read.filter(pl.col("__several").is_null()).select(asked)
            full = self.several_links(several, what, ready)
            merged = frame(_narrow(full, None, values)) if full.num_rows else frame(full)
            found = pl.concat([alone, merged.select(asked)])
        return arrow(found.sort(LINK_ORDER, nulls_last=True), pa.schema([LINKS.field(name) for name in asked]))

    def several_links(self, uids: list[str], what: Scan, ready: list[int]) -> pa.Table:
        """The links of posts that several rows speak of, each once."""
        meta = [("__uid", STR), ("__several", pa.bool_()), (PLACE, pa.int64()), (ORD, pa.int64())]
        schema = pa.schema([*(pa.field(*pair) for pair in meta), *LINKS])
        statement = cypher.link_page(LINKS.names, what.kinds, by_uid=True)
        nothing = dict.fromkeys(("start", "end", "platforms", "accounts", "without"))
        rows: list[list[Any]] = []
        for some in slices(sorted(uids), PAGE):
            rows += self._bolt.page(statement, uids=list(some), ready=ready, kinds=list(what.kinds), **nothing)[2]
        read = frame(to_table(rows, schema)).with_columns(
            pl.col("kind").replace(KINDS),
            pl.col(PLACE).replace_strict(self._sources.places(), default=None, return_dtype=pl.Int64),
        )
        posts = self.resolved(POST, uids, ready)
        return arrow(merge_links(read.drop("__uid", "__several"), frame(posts)), LINKS)

    def _skipped(self, ready: list[int]) -> Iterator[pa.Table]:
        for n in ready:
            after = -1
            while True:
                last, rows = self._bolt.page(cypher.READ_SKIPPED, n=n, after=after, limit=PAGE)
                if last is None:
                    break
                yield to_table(rows, SKIPPED)
                after = last

    def _pages(self, statement: Any, uids: Sequence[str] | None, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Pages by key, not by a long cursor: one record each, and nothing is held open on the server between them."""
        if uids is not None:
            text = statement(True)
            for some in slices(sorted(set(uids)), PAGE):
                yield self._bolt.page(text, uids=list(some), **values)
            return
        text, after = statement(False), ""
        while True:
            page = self._bolt.page(text, after=after, limit=PAGE, **values)
            yield page
            if page[1] < PAGE:
                return
            after = page[0]

    def _narrowed(self, narrow: Narrow) -> dict[str, Any]:
        """The parameters of a narrowed read."""
        return {
            "start": narrow.start,
            "end": narrow.end,
            "platforms": list(narrow.platforms) or None,
            "accounts": self._named(narrow.accounts) if narrow.accounts else None,
            "without": list(narrow.without) or None,
        }

    def _named(self, names: Sequence[str]) -> list[str]:
        """Accounts as people name them (uid, A-12, @handle) as uids."""
        codes = [int(match[1]) for name in names if (match := re.fullmatch(r"[Aa]-(\d{1,15})", name))]
        handles = [name.removeprefix("@").casefold() for name in names]
        found = self._bolt.page(cypher.NAMED_ACCOUNTS, names=list(names), codes=codes, handles=handles)[0]
        return sorted({*names, *found})

    def codes(self) -> pa.Table:
        """Every code ever given."""
        schema = pa.schema([pa.field("account_uid", STR), pa.field("code", pa.int64())])
        tables, after = [schema.empty_table()], 0
        while True:
            last, rows = self._bolt.page(cypher.ALL_CODES, after=after, limit=PAGE)
            if last is None:
                return pa.concat_tables(tables)
            tables.append(to_table(rows, schema))
            after = last

    def several(self, kind: Spoken) -> list[str]:
        """Uids that several rows speak of."""
        uids: list[str] = self._bolt.page(cypher.several(kind))[0]
        return sorted(uids)


def _narrow(table: pa.Table, kind: Spoken | None, values: dict[str, Any]) -> pa.Table:
    """Rows that are in the part of the case asked for; ``kind`` is None for links."""
    if kind is ACCOUNT:
        return table
    at = pl.col("created_at" if kind else "at")
    platform = pl.col("platform") if kind else pl.col("post_uid").str.split(":").list.first()
    found = frame(table)
    if values["start"] is not None:
        found = found.filter(at >= values["start"])
    if values["end"] is not None:
        found = found.filter(at < values["end"])
    if values["platforms"] is not None:
        found = found.filter(platform.is_in(values["platforms"]))
    if values["accounts"] is not None:
        found = found.filter(pl.col("account_uid").is_in(values["accounts"]))
    if values["without"] is not None:
        found = found.filter(~pl.col("account_uid").is_in(values["without"]).fill_null(False))
    return arrow(found, table.schema)
