"""Taking people, or old posts, out of what a case holds: what of each table, run and note stays. Both stores do the same.

A store hands over its rows source by source, as each source spoke, and keeps what it gets back, all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, cast

import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.stores.base import Scan, Store, Tally
from graph.stores.kept_codes import any_kept, kept, key_here
from ingest.privacy.erasure import (
    REASON,
    Gone,
    accounts_without,
    file_unnamed,
    links_without,
    objects,
    posts_without,
    silenced,
    skipped_without,
    value_without,
)
from ingest.tables import SKIPPED

_ACCOUNTS, _POSTS = ("account_a", "account_b", "account"), ("post_a", "post_b")
PARTS = ("links", "posts", "accounts", "skipped")
"""In this order: what is done to a post may depend on its links, the skipped rows on the posts that left."""


class Change(Protocol):
    """A change of a case, as the rows, runs and notes that stay."""

    codes: frozenset[str]
    """Accounts whose codes are taken back, never to be given again."""
    reason: str
    """Of the skipped rows that take the place of posts."""

    def touches(self, source_id: str) -> bool:
        """True if rows of this source may change."""
        ...

    def rows(self, table: str, rows: pl.DataFrame, source: Mapping[str, Any]) -> pl.DataFrame:
        """Rows of a source that stay, of some; the tables come in the order of ``PARTS``."""
        ...

    def run(
        self, record: Mapping[str, Any], tables: Mapping[str, pa.Table]
    ) -> tuple[dict[str, Any], dict[str, pa.Table]]:
        """A run after the change."""
        ...

    def note(self, note: Mapping[str, Any]) -> dict[str, Any]:
        """A note after the change."""
        ...


class Forget:
    """Accounts leave, with everything about them.

    Parameters
    ----------
    store : Store
    account_uids : iterable of str
        By every name the case knows them under.
    """

    reason = REASON

    def __init__(self, store: Store, account_uids: Iterable[str]) -> None:
        uids = sorted(set(account_uids))
        key = key_here(store) if any_kept(store.codes()) else None
        self.codes = frozenset(uids) | (frozenset(kept(uid, key) for uid in uids) if key else frozenset())
        self._people = len(uids)
        self._platforms = sorted({uid.partition(":")[0] for uid in uids})
        self.posts = own_posts(store, uids)
        self.gone = Gone(uids, names=names_shown(store, uids), posts=self.posts)
        self._silent: set[str] = set()

    def touches(self, source_id: str) -> bool:
        """Anyone may mention them."""
        return bool(self.gone)

    def rows(self, table: str, rows: pl.DataFrame, source: Mapping[str, Any]) -> pl.DataFrame:
        """Rows without them."""
        if table == "links":
            self._silent |= silenced(rows, self.gone)
            return links_without(rows, self.gone)
        if table == "posts":
            return posts_without(rows, self.gone, self._silent)
        if table == "accounts":
            return accounts_without(rows, self.gone)
        return skipped_without(rows, self.gone, self._platforms)

    def run(
        self, record: Mapping[str, Any], tables: Mapping[str, pa.Table]
    ) -> tuple[dict[str, Any], dict[str, pa.Table]]:
        """The run without their ties, their places in groups and their posts."""
        kept = {name: _like(self._run_rows(_frame(table)), table) for name, table in tables.items()}
        plain = cast(dict[str, Any], value_without(dict(record), self.gone, self._platforms))
        left = {name: tables[name].num_rows - kept[name].num_rows for name in tables}
        if plain == dict(record) and all(kept[name].equals(tables[name]) for name in tables):
            return dict(record), dict(tables)
        words = f"{left.get('ties', 0):,} ties and {left.get('post_pairs', 0):,} pairs of posts"
        sentence = f"{_today()}: somebody was taken out of this run on request, with {words}. Counts are those of the day it was made."
        return _with_sentence(plain, sentence), kept

    def _run_rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        for columns, each in ((_ACCOUNTS, self.gone.each), (_POSTS, self.gone.each_post)):
            for column in columns:
                if column in rows.columns:
                    rows = rows.filter(~each(rows[column]))
        if "object" in rows.columns:
            rows = rows.filter(~objects(rows["object"], self.gone))
        if "sample_post" in rows.columns:
            theirs = self.gone.each_post(rows["sample_post"])
            rows = rows.with_columns(pl.when(~theirs).then("sample_post").alias("sample_post"))
        for column in ("viral", "objects"):
            if isinstance(rows.schema.get(column), pl.List):
                kept = [None if some is None else self._without(some) for some in rows[column].to_list()]
                rows = rows.with_columns(pl.Series(column, kept, dtype=pl.List(pl.String)))
        return rows

    def _without(self, keys: list[str]) -> list[str]:
        gone = objects(pl.Series(keys, dtype=pl.String), self.gone)
        return [key for key, left in zip(keys, gone, strict=True) if not left]

    def note(self, note: Mapping[str, Any]) -> dict[str, Any]:
        """The note, or a source's record, without them among its members and without their names in its words."""
        plain = cast(dict[str, Any], value_without(dict(note), self.gone, self._platforms))
        named = (
            {"file_name": file_unnamed(note["file_name"], self._platforms, self.gone)} if note.get("file_name") else {}
        )
        return plain | named


class Purge:
    """Old posts leave, with their links and the accounts nobody refers to any more.

    Parameters
    ----------
    store : Store
    before : datetime
        Posts of this moment and later stay, as do those without a time.
    source_id : str, optional
        Only what this source says.
    """

    codes: frozenset[str] = frozenset()

    def __init__(self, store: Store, before: datetime, source_id: str | None = None) -> None:
        self._before, self._source = before, source_id
        self.reason = f"Purged: from before {before:%Y-%m-%d}."
        self._old, self._accounts = self._find(store)

    def _find(self, store: Store) -> tuple[pl.Series, pl.Series]:
        """The posts that leave, and the accounts that only they and their links referred to."""
        names = ("post_uid", "account_uid", "channel_uid", "created_at")
        old, stay, leave = _none(), _none(), _none()
        sources = [str(source) for source in store.sources().column("source_id").to_pylist()]
        for source in sources:
            for rows in _scan(store, "posts", Scan(columns=names, source_id=source)):
                past = rows.filter(self._is_old(rows, source))
                old = pl.concat([old, past["post_uid"]])
                leave = pl.concat([leave, past["account_uid"], past["channel_uid"]])
                rest = rows.join(past.select("post_uid"), on="post_uid", how="anti")
                stay = pl.concat([stay, rest["account_uid"], rest["channel_uid"]])
        for source in sources:
            columns = ("post_uid", "account_uid", "kind", "target_key", "target_account_uid")
            for rows in _scan(store, "links", Scan(columns=columns, source_id=source)):
                mention = pl.when(pl.col("kind") == "mention").then("target_key")
                to = rows.select("post_uid", "account_uid", "target_account_uid", mention.alias("mentioned"))
                past = to.filter(pl.col("post_uid").is_in(old.implode()) if self._touched(source) else pl.lit(False))
                rest = to.join(past.select("post_uid"), on="post_uid", how="anti")
                for column in ("account_uid", "target_account_uid", "mentioned"):
                    leave, stay = pl.concat([leave, past[column]]), pl.concat([stay, rest[column]])
        leave, stay = leave.drop_nulls().unique(), stay.drop_nulls().unique()
        return old.unique(), leave.filter(~leave.is_in(stay.implode()))

    def _touched(self, source_id: str) -> bool:
        return self._source in (None, source_id)

    def _is_old(self, rows: pl.DataFrame, source_id: str) -> pl.Series:
        if not self._touched(source_id):
            return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
        return (rows["created_at"] < self._before).fill_null(False)

    def touches(self, source_id: str) -> bool:
        """Only the source named, where one is."""
        return self._touched(source_id) and bool(self._old.len())

    def rows(self, table: str, rows: pl.DataFrame, source: Mapping[str, Any]) -> pl.DataFrame:
        """Rows that are young enough."""
        if table in ("posts", "links"):
            return rows.filter(~pl.col("post_uid").is_in(self._old.implode()).fill_null(False))
        if table == "accounts":
            return rows.filter(~pl.col("account_uid").is_in(self._accounts.implode()).fill_null(False))
        return rows

    def run(
        self, record: Mapping[str, Any], tables: Mapping[str, pa.Table]
    ) -> tuple[dict[str, Any], dict[str, pa.Table]]:
        """The run with all it found; posts that are purged leave its evidence."""
        kept = dict(tables)
        if self._source is None:
            pairs = _frame(tables["post_pairs"])
            past = pl.col("post_a").is_in(self._old.implode()) | pl.col("post_b").is_in(self._old.implode())
            kept["post_pairs"] = _like(pairs.filter(~past.fill_null(False)), tables["post_pairs"])
            sample = pl.when(~pl.col("sample_post").is_in(self._old.implode())).then("sample_post").alias("sample_post")
            for name in ("objects", "described_objects"):
                kept[name] = _like(_frame(tables[name]).with_columns(sample), tables[name])
        if all(kept[name].equals(tables[name]) for name in tables):
            return dict(record), kept
        left = tables["post_pairs"].num_rows - kept["post_pairs"].num_rows
        sentence = (
            f"{_today()}: posts from before {self._before:%Y-%m-%d} were purged, and {left:,} pairs of them left the"
            " evidence. Ties and groups are as they were found."
        )
        return _with_sentence(dict(record), sentence), kept

    def note(self, note: Mapping[str, Any]) -> dict[str, Any]:
        """Notes stay."""
        return dict(note)


@dataclass
class Rewritten:
    """Counts of one source's rows while they go through a change.

    Examples
    --------
    >>> Rewritten({"rows_kept": 3, "rows_skipped": 0, "posts": 3}, None).changed
    False
    """

    source: Mapping[str, Any]
    change: Change | None
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    changed: bool = False
    _left: list[pl.DataFrame] = field(default_factory=list)
    _skipped: list[pl.DataFrame] = field(default_factory=list)
    _times: list[pl.Series] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.changed = self.change is not None and self._named() != dict(self.source)

    def _named(self) -> dict[str, Any]:
        """The source's record without the people who leave."""
        assert self.change is not None
        return self.change.note(self.source)

    def rows(self, table: str, rows: pa.Table) -> pa.Table:
        """Rows that stay, of some; those of skipped come with ``skipped``, all at once."""
        assert self.change is not None
        frame = _frame(rows)
        kept = self.change.rows(table, frame, self.source)
        self.before[table] = self.before.get(table, 0) + frame.height
        self.after[table] = self.after.get(table, 0) + kept.height
        if table == "posts":
            self._left.append(frame.join(kept.select("post_uid"), on="post_uid", how="anti").select("raw_row"))
            self._times.append(
                pl.Series([kept["created_at"].min(), kept["created_at"].max()], dtype=kept["created_at"].dtype)
            )
        if table == "links":
            for kind, count in kept["kind"].value_counts().iter_rows():
                self.kinds[kind] = self.kinds.get(kind, 0) + count
        if table == "skipped":
            self._skipped.append(kept)
        same = kept.height == frame.height and kept.equals(frame)
        self.changed |= not same
        return rows if same else _like(kept, rows)

    def skipped(self) -> pa.Table:
        """The skipped rows, with one for each post that left: rows in = kept + merged + skipped still holds."""
        assert self.change is not None
        named = {"source_id": pl.lit(str(self.source["source_id"])), "reason": pl.lit(self.change.reason)}
        posts = [part.select(pl.col("raw_row").alias("row"), **named) for part in self._left]
        rows = pl.concat([_frame(SKIPPED.empty_table()), *self._skipped, *posts], how="diagonal")
        return rows.sort("row", "column", "reason", "found", nulls_last=True).to_arrow().cast(SKIPPED)

    def record(self) -> dict[str, Any]:
        """The source's record with its counts as they are now; what the file did not say stays unknown."""
        assert self.change is not None
        gone = sum(part.height for part in self._left)
        record = self._named()
        for name, less in (("rows_kept", gone), ("rows_skipped", -gone)):
            record[name] = None if record[name] is None else max(0, record[name] - less)
        for table in ("posts", "accounts", "links"):
            left = self.before.get(table, 0) - self.after.get(table, 0)
            record[table] = None if record[table] is None else max(0, record[table] - left)
        if gone:
            times = pl.concat(self._times)
            record["first_at"], record["last_at"] = times.min(), times.max()
            record["warnings"] = [*(record["warnings"] or []), f"{gone:,} skipped: {self.change.reason}"]
        return record

    def count(self, tally: Tally) -> None:
        """Add what left to the tally."""
        tally.sources += self.changed
        for table in ("posts", "accounts", "links"):
            setattr(tally, table, getattr(tally, table) + self.before.get(table, 0) - self.after.get(table, 0))


def own_posts(store: Store, uids: Sequence[str]) -> list[str]:
    """The posts of these accounts, as any source says."""
    found = _none()
    for source in store.sources().column("source_id").to_pylist() if uids else ():
        what = Scan(columns=("post_uid",), narrow=Narrow(accounts=tuple(uids)), source_id=source)
        for rows in _scan(store, "posts", what):
            found = pl.concat([found, rows["post_uid"]])
    return found.drop_nulls().unique().sort().to_list()


def names_shown(store: Store, uids: Sequence[str]) -> set[str]:
    """The names that sources show for these accounts."""
    found = _none()
    for source in store.sources().column("source_id").to_pylist() if uids else ():
        for rows in _scan(store, "accounts", Scan(columns=("account_uid", "display_name"), source_id=source)):
            found = pl.concat([found, rows.filter(pl.col("account_uid").is_in(list(uids)))["display_name"]])
    return set(found.drop_nulls().to_list())


def _with_sentence(record: dict[str, Any], sentence: str) -> dict[str, Any]:
    return {**record, "notes": [*(record.get("notes") or []), sentence]}


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _scan(store: Store, table: str, what: Scan) -> Iterable[pl.DataFrame]:
    return (_frame(pa.Table.from_batches([batch])) for batch in store.scan(table, what))


def _none() -> pl.Series:
    return pl.Series([], dtype=pl.String)


def _frame(table: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table))


def _like(frame: pl.DataFrame, table: pa.Table) -> pa.Table:
    return frame.to_arrow().cast(table.schema)
