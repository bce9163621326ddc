"""Counts of links by way, account and day, from one pass over a case; what is held grows with these, not with the links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from graph.outlinks.hosts import Way, hosts_beside
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from ingest.normalize.platforms import FEDIVERSE, platforms
from ingest.registry.lookalikes import Originals, originals

URL = "url"
_COLUMNS = ("post_uid", "account_uid", "at", "target_key", "target_raw", "inherited")
_FEDIVERSE = f"^{FEDIVERSE.pattern}$"
_PAIR = ["raw_host", "key_host", "has_path", "fediverse", "first"]
_KNOWN = pl.Schema(
    {
        **{
            "raw_host": pl.String(),
            "key_host": pl.String(),
            "has_path": pl.Boolean(),
            "fediverse": pl.Boolean(),
            "first": pl.String(),
        },
        **{"way": pl.Int32(), "host": pl.Int32(), "platform": pl.String()},
    }
)
_PARTS = pl.col("target_raw").str.splitn("/", 5)
_RAW = (
    pl.when(_PARTS.struct[1] == "")
    .then(_PARTS.struct[2])
    .otherwise(_PARTS.struct[0])
    .str.to_lowercase()
    .str.strip_prefix("www.")
)
_PATH = pl.col("target_key").str.splitn("/", 3)
# a harm area that withholds links leaves the id of a platform, or the word site, and a code after a space
_KEY = _PATH.struct[0].str.splitn(" ", 2).struct[0].fill_null("")
# domains of platforms are imitated in the path of another site too; sites that the analyst lists are looked for in hosts only
_DOMAINS = sorted({domain for one in platforms().values() for domain in one.domains})
_HANDLE = pl.when(_PATH.struct[1] == "i").then(_PARTS.struct[3]).otherwise(_PATH.struct[1])
_PLAIN = pl.col("target_raw").str.strip_prefix("https://").str.strip_prefix("http://").str.strip_prefix("www.")
# most links are as their key has them, and are not looked at again
_AS_KEYED = (_PLAIN.str.starts_with(_KEY + "/") | (_PLAIN == _KEY)).fill_null(True)
# What is read off each link: what stands before the first slash, made a host of once for each. Patterns would take four times
# as long.
_READ = (
    "post",
    _KEY.alias("key_host"),
    pl.col("target_key").str.contains_any(["/", " "]).fill_null(False).alias("has_path"),
    pl.when(_PATH.struct[1].str.contains(".", literal=True) & _PATH.struct[1].str.contains_any(_DOMAINS))
    .then(_PATH.struct[1])
    .alias("first"),
    pl.col("target_key").str.contains(_FEDIVERSE).fill_null(False).alias("fediverse"),
    pl.col("post_uid").str.splitn(":", 2).struct[0].fill_null("").alias("home"),
    "target_key",
    "target_raw",
    pl.col("account_uid").fill_null(""),
    "at",
    pl.col("at").dt.date().alias("day"),
)
_PEOPLE = pl.Schema({"account_uid": pl.String(), "platform": pl.String(), "handle": pl.String()})
_CELL = ["way", "home", "account", "target", "day"]
_CHUNK = 250_000  # links counted at once
_MOST = 2_000_000  # rows of counts before they are summed up

CELLS = pl.Schema({
    "way": pl.Int32(), "home": pl.String(), "account": pl.Int32(), "target": pl.Int32(), "day": pl.Date(), "links": pl.Int64(),
    "first_at": pl.Datetime("us", "UTC"), "last_at": pl.Datetime("us", "UTC"),
})  # fmt: skip
LINKS_TO = pl.Schema({
    "account_uid": pl.String(), "at": pl.Datetime("us", "UTC"), "post_uid": pl.String(), "target": pl.String(), "how": pl.String(),
    "via": pl.String(),
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
        Uids of the accounts that set links, and of those of the case that links lead to.
    cells : polars.DataFrame
        Columns of ``CELLS``: links by way (its place in ``ways``), platform of the post, account and target (their places) and day
        (UTC). A target is the account of the case whose page or post a link leads to.
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


def count_links(store: Store, narrow: Narrow, known: Originals | None = None) -> Counts:
    """Count the links of a part of a case in one pass.

    Links that a repost inherits are left out, as in every trace: who reposted did not set them.
    """
    counting = _Counting(known, _people(store))
    for links in _whole_posts(store, narrow):
        counting.add(links)
    return counting.done()


def _people(store: Store) -> pl.DataFrame:
    """Accounts of a case that have a handle, each handle of a platform once."""
    parts = [pl.DataFrame(schema=_PEOPLE)]
    for batch in store.scan("accounts", Scan(columns=("account_uid", "platform", "handle_key"))):
        rows = pl.DataFrame(pl.from_arrow(batch)).rename({"handle_key": "handle"}).drop_nulls("handle")
        parts.append(rows.with_columns(pl.col("handle").str.strip_prefix("@")).select(list(_PEOPLE)))
    return pl.concat(parts).unique(["platform", "handle"], keep="first", maintain_order=True)


def links_to(store: Store, host: str, narrow: Narrow) -> pl.DataFrame:
    """Give the links of a part of a case that name a host and leave the platform of their post.

    Returns
    -------
    polars.DataFrame
        ``account_uid``, ``at``, ``post_uid``, ``target`` (the link as the post has it), ``how``, ``via``; in no order.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> found = links_to(toy_case(), "larkspur.example", Narrow())
    >>> found.height, found["how"].unique().to_list()
    (120, ['directly'])
    """
    counting, parts = _Counting(), [pl.DataFrame(schema=LINKS_TO)]
    target = pl.coalesce("target_raw", "target_key").alias("target")
    for links in _whole_posts(store, narrow):
        placed = counting.placed(links.filter(~pl.col("inherited").fill_null(False)), pl.col("post_uid"), target)
        named = placed.filter(~pl.col("inside") & (pl.col("host") == counting.hosts.get(host, -1)))
        known = list(counting.ways)
        ways = [known[number] for number in named["way"]]
        told = named.with_columns(
            pl.Series("how", [one.how for one in ways], dtype=pl.String),
            pl.Series("via", [one.via for one in ways], dtype=pl.String),
        )
        parts.append(told.select(list(LINKS_TO)).cast(LINKS_TO))
    return pl.concat(parts)


def _whole_posts(store: Store, narrow: Narrow) -> Iterator[pl.DataFrame]:
    """Links in chunks that end with a post: one that goes on is held back, so that no post is counted twice."""
    held: list[pl.DataFrame] = []
    rows = 0
    for batch in store.scan("links", Scan(columns=_COLUMNS, kinds=(URL,), narrow=narrow)):
        held.append(pl.DataFrame(pl.from_arrow(batch)))
        rows += batch.num_rows
        if rows > _CHUNK:
            chunk = pl.concat(held)
            on = chunk["post_uid"] == chunk["post_uid"][-1]
            yield chunk.filter(~on)
            held, rows = [chunk.filter(on)], int(on.sum())
    if held:
        yield pl.concat(held)


class _Counting:
    def __init__(self, known: Originals | None = None, people: pl.DataFrame | None = None) -> None:
        self._people = pl.DataFrame(schema=_PEOPLE) if people is None else people
        self._platforms = self._people["platform"].unique().to_list()
        self._places = hosts_beside(originals() if known is None else known)
        self.ways: dict[Way, int] = {}
        self.hosts: dict[str, int] = {}
        self._known = pl.DataFrame(schema=_KNOWN)
        self._accounts = pl.DataFrame(schema={"account_uid": pl.String(), "account": pl.Int32()})
        self._cells: list[pl.DataFrame] = []
        self._posts: list[pl.DataFrame] = []
        self._rows = self._all_posts = self._inherited = 0

    def add(self, links: pl.DataFrame) -> None:
        """Count some links; no post of theirs may come again."""
        own = links.filter(~pl.col("inherited").fill_null(False))
        self._inherited += links.height - own.height
        if own.is_empty():
            return
        placed = self._aimed(self.placed(own))
        self._all_posts += placed.filter(~pl.col("inside"))["post"].n_unique()
        each = placed.select("host", "inside", "post")
        each = each if each["post"].n_unique() == each.height else each.unique()
        self._posts.append(each.group_by("host", "inside").agg(pl.len().cast(pl.Int64).alias("posts")))
        self._cells.append(_counted(placed))
        self._rows += self._cells[-1].height
        if self._rows > _MOST:
            self._cells = [_summed(self._cells)]
            self._rows = self._cells[0].height // 2

    def done(self) -> Counts:
        """Give what was counted."""
        names = pl.DataFrame(
            {"name": list(self.hosts), "host": range(len(self.hosts))}, schema={"name": pl.String, "host": pl.Int32}
        )
        empty = pl.DataFrame(schema={"host": pl.Int32(), "inside": pl.Boolean(), "posts": pl.Int64()})
        posts = pl.concat([empty, *self._posts]).group_by("host", "inside").agg(pl.col("posts").sum())
        posts = posts.join(names, on="host").select(pl.col("name").alias("host"), "inside", "posts")
        accounts = tuple(self._accounts.sort("account")["account_uid"])
        return Counts(tuple(self.ways), accounts, _summed(self._cells), posts, self._all_posts, self._inherited)

    def placed(self, own: pl.DataFrame, *more: pl.Expr) -> pl.DataFrame:
        """Links with post, way, host, platform of the post, account, day, and whether they stay on their platform.

        Post, way, host and account are numbers; ``more`` are further columns.
        """
        same = own.lazy().with_columns(pl.col("post_uid").rle_id().alias("post"), _AS_KEYED.alias("as_keyed")).collect()
        alike = same.lazy().filter("as_keyed").select(*_READ, pl.lit(None, pl.String).alias("raw_host"), *more)
        others = (
            same.lazy()
            .filter(~pl.col("as_keyed"))
            .select(*_READ, pl.when(_RAW != _KEY).then(_RAW).alias("raw_host"), *more)
        )
        rows = pl.concat([alike, others]).collect()
        self._learn_ways(rows.select(_PAIR).unique())
        self._learn_accounts(rows["account_uid"].unique())
        return (
            rows.lazy()
            .join(self._known.lazy(), on=_PAIR, nulls_equal=True)
            .join(self._accounts.lazy(), on="account_uid")
            .with_columns((pl.col("platform") == pl.col("home")).fill_null(False).alias("inside"))
            .drop(_PAIR)
            .collect()
        )

    def _aimed(self, placed: pl.DataFrame) -> pl.DataFrame:
        """Links with the number of the account of the case that they lead to, as ``target``."""
        handle = _HANDLE.str.splitn("?", 2).struct[0].str.strip_prefix("@").str.to_lowercase()
        theirs = placed.filter(pl.col("platform").is_in(self._platforms)).with_columns(handle.alias("handle"))
        held = theirs.join(self._people, on=["platform", "handle"], how="left").rename({"account_uid_right": "uid"})
        self._learn_accounts(held["uid"].drop_nulls().unique().rename("account_uid"))
        named = held.join(self._accounts.rename({"account_uid": "uid", "account": "target"}), on="uid", how="left")
        others = placed.filter(~pl.col("platform").is_in(self._platforms).fill_null(False))
        return pl.concat([others, named.select(*placed.columns, "target")], how="diagonal")

    def _learn_ways(self, pairs: pl.DataFrame) -> None:
        new = pairs.join(self._known, on=_PAIR, how="anti", nulls_equal=True)
        ways = [self._places.way(*pair) for pair in new.iter_rows()]
        told = new.with_columns(
            pl.Series("way", [self.ways.setdefault(one, len(self.ways)) for one in ways], dtype=pl.Int32),
            pl.Series("host", [self.hosts.setdefault(one.host.name, len(self.hosts)) for one in ways], dtype=pl.Int32),
            pl.Series("platform", [(one.leads or one.host).platform for one in ways], dtype=pl.String),
        )
        self._known = pl.concat([self._known, told])

    def _learn_accounts(self, uids: pl.Series) -> None:
        new = uids.to_frame().join(self._accounts, on="account_uid", how="anti").sort("account_uid")
        first = self._accounts.height
        told = new.with_columns(pl.int_range(first, first + new.height, dtype=pl.Int32).alias("account"))
        self._accounts = pl.concat([self._accounts, told])


def _counted(placed: pl.DataFrame) -> pl.DataFrame:
    first, last = pl.col("at").min().alias("first_at"), pl.col("at").max().alias("last_at")
    cells = placed.group_by(_CELL).agg(pl.len().cast(pl.Int64).alias("links"), first, last)
    return cells.select(list(CELLS)).cast(CELLS)


def _summed(cells: list[pl.DataFrame]) -> pl.DataFrame:
    return (
        pl.concat([pl.DataFrame(schema=CELLS), *cells])
        .group_by(_CELL)
        .agg(pl.col("links").sum(), pl.col("first_at").min(), pl.col("last_at").max())
    )
