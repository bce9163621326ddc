"""Counts of links by way, account and day, from one pass over a case; what is held grows with these, not with the links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from graph.outlinks.hosts import Way, way
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from ingest.normalize.platforms import FEDIVERSE

URL = "url"
_COLUMNS = ("post_uid", "account_uid", "at", "target_key", "target_raw", "inherited")
_RAW_HOST = r"^\s*(?:\w+\[?:\]?)?[/\\]*([^/?#\\\s]+)"
_KEY_HOST = r"^(\[[^\]]*\]|[^/?#:]+)"
_FEDIVERSE = f"^{FEDIVERSE.pattern}$"
_PAIR = ["raw_host", "key_host", "has_path", "fediverse"]
_CELL = ["way", "home", "account", "day"]
_MOST = 2_000_000  # rows of counts before they are summed up

CELLS = pl.Schema({
    "way": pl.Int32(), "home": pl.String(), "account": pl.Int32(), "day": pl.Date(), "links": pl.Int64(),
    "first_at": pl.Datetime("us", "UTC"), "last_at": pl.Datetime("us", "UTC"),
})  # fmt: skip
POSTS = pl.Schema({"host": pl.String, "inside": pl.Boolean, "posts": pl.Int64})


@dataclass(frozen=True)
class Counts:
    """Links of a part of a case, counted.

    Attributes
    ----------
    ways : tuple of Way
        Every way a link took.
    accounts : tuple of str
        Uids of the accounts that set links.
    cells : polars.DataFrame
        Columns of ``CELLS``: links by way (its place in ``ways``), platform of the post, account (its place) and day (UTC).
    posts : polars.DataFrame
        ``host``, ``inside``, ``posts``: posts that link to a host, by whether it is on the post's own platform.
    all_posts : int
        Posts with at least one link that leaves its platform.
    inherited : int
        Links that a repost only carries on. They are in no other number.
    """

    ways: tuple[Way, ...]
    accounts: tuple[str, ...]
    cells: pl.DataFrame
    posts: pl.DataFrame
    all_posts: int
    inherited: int


NOTHING = Counts((), (), pl.DataFrame(schema=CELLS), pl.DataFrame(schema=POSTS), 0, 0)


def count_links(store: Store, narrow: Narrow) -> Counts:
    """Count the links of a part of a case in one pass.

    Links that a repost inherits are left out, as in every trace: who reposted did not set them.
    """
    counting = _Counting()
    for links in _whole_posts(store, narrow):
        counting.add(links)
    return counting.done()


def inside(one: Way, home: str) -> bool:
    """True for a link that stays on the platform of its post.

    Examples
    --------
    >>> inside(way("twitter.com", "x.com"), "x"), inside(way("t.co", "t.co"), "x")
    (True, False)
    """
    at = one.leads or one.host
    return at.platform == home


def _whole_posts(store: Store, narrow: Narrow) -> Iterator[pl.DataFrame]:
    """Links in batches that end with a post: one that goes on is held back, so that no post is counted twice."""
    held: pl.DataFrame | None = None
    for batch in store.scan("links", Scan(columns=_COLUMNS, kinds=(URL,), narrow=narrow)):
        rows = pl.DataFrame(pl.from_arrow(batch))
        if held is not None:
            rows = pl.concat([held, rows])
        last = rows["post_uid"][-1]
        held = rows.filter(pl.col("post_uid") == last)
        yield rows.filter(pl.col("post_uid") != last)
    if held is not None:
        yield held


class _Counting:
    def __init__(self) -> None:
        self._pairs: dict[tuple[str | None, str, bool, bool], int] = {}
        self._ways: dict[Way, int] = {}
        self._accounts: dict[str, int] = {}
        self._cells: list[pl.DataFrame] = []
        self._posts: list[pl.DataFrame] = []
        self._rows = self._all_posts = self._inherited = 0

    def add(self, links: pl.DataFrame) -> None:
        """Count some links; no post of theirs may come again."""
        own = links.filter(~pl.col("inherited").fill_null(False))
        self._inherited += links.height - own.height
        if own.is_empty():
            return
        placed = self._placed(own)
        away = placed.filter(~pl.col("inside"))
        self._all_posts += away["post_uid"].n_unique()
        self._posts.append(
            placed.unique(["host", "inside", "post_uid"])
            .group_by("host", "inside")
            .agg(pl.len().cast(pl.Int64).alias("posts"))
        )
        first, last = pl.col("at").min().alias("first_at"), pl.col("at").max().alias("last_at")
        cells = placed.group_by(_CELL).agg(pl.len().cast(pl.Int64).alias("links"), first, last)
        self._cells.append(cells.select(list(CELLS)).cast(CELLS))
        self._rows += cells.height
        if self._rows > _MOST:
            self._cells = [_summed(self._cells)]
            self._rows = 0

    def done(self) -> Counts:
        """Give what was counted."""
        posts = (
            pl.concat([pl.DataFrame(schema=POSTS), *self._posts]).group_by("host", "inside").agg(pl.col("posts").sum())
        )
        return Counts(
            tuple(self._ways), tuple(self._accounts), _summed(self._cells), posts, self._all_posts, self._inherited
        )

    def _placed(self, own: pl.DataFrame) -> pl.DataFrame:
        """Links with way, host, platform of the post, account and day."""
        key = pl.col("target_key")
        rows = own.select(
            "post_uid", "at", "account_uid",
            key.str.extract(_KEY_HOST).fill_null("").alias("key_host"),
            pl.col("target_raw").str.extract(_RAW_HOST).alias("raw_host"),
            key.str.contains("/", literal=True).alias("has_path"),
            key.str.contains(_FEDIVERSE).alias("fediverse"),
            pl.col("post_uid").str.extract(r"^([^:]*):").fill_null("").alias("home"),
            pl.col("at").dt.date().alias("day"),
        )  # fmt: skip
        pairs = rows.select(_PAIR).unique()
        taken = pairs.with_columns(pl.Series("way", [self._way(*pair) for pair in pairs.iter_rows()], dtype=pl.Int32))
        rows = rows.join(taken, on=_PAIR, nulls_equal=True)
        people = rows["account_uid"].fill_null("").unique()
        numbers = pl.DataFrame(
            {"account_uid": people, "account": [self._accounts.setdefault(uid, len(self._accounts)) for uid in people]},
            schema={"account_uid": pl.String, "account": pl.Int32},
        )
        rows = rows.with_columns(pl.col("account_uid").fill_null("")).join(numbers, on="account_uid")
        return rows.join(self._stays(rows.select("way", "home").unique()), on=["way", "home"])

    def _stays(self, pairs: pl.DataFrame) -> pl.DataFrame:
        ways = list(self._ways)
        return pairs.with_columns(
            pl.Series("inside", [inside(ways[n], home) for n, home in pairs.iter_rows()], dtype=pl.Boolean),
            pl.Series("host", [ways[n].host.name for n, _ in pairs.iter_rows()], dtype=pl.String),
        )

    def _way(self, raw: str | None, key: str, has_path: bool, fediverse: bool) -> int:
        pair = (raw, key, has_path, fediverse)
        if pair not in self._pairs:
            self._pairs[pair] = self._ways.setdefault(way(*pair), len(self._ways))
        return self._pairs[pair]


def _summed(cells: list[pl.DataFrame]) -> pl.DataFrame:
    return (
        pl.concat([pl.DataFrame(schema=CELLS), *cells])
        .group_by(_CELL)
        .agg(pl.col("links").sum(), pl.col("first_at").min(), pl.col("last_at").max())
        .sort(_CELL, nulls_last=True)
    )
