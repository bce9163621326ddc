"""Roles of accounts, platforms and hosts, as degrees in these data: a role is a use, not a property of a brand."""

from __future__ import annotations

import polars as pl

from graph.outlinks.hosts import DIRECTLY
from graph.outlinks.tables import ROLES, SEVERAL_END, UNKNOWN, Prepared
from graph.settings import Narrow
from graph.stores.base import Scan, Store

BEACON, AGGREGATOR, CONTENT_STORE, BOTH = "beacon", "aggregator", "store", "beacon and store"
ROLES_SAY = {
    BEACON: "points to other hosts",
    AGGREGATOR: "several accounts point to it, and it points to several hosts",
    CONTENT_STORE: "others point to it, and its own posts point to no other host",
    BOTH: "posts on it point to other hosts, and posts elsewhere point to it",
    UNKNOWN: "its own posts are not in these data",
}
"""Roles, and what each means. Beacon: Fisher, Prucha and Winterbotham 2019; content store: Terrorist Content Analytics Platform."""
IN_ACCOUNTS, OUT_HOSTS = 2, 3
"""An aggregator is pointed at by at least so many other accounts, and points at at least so many hosts."""

_OUT, _IN = ("out_links", "out_hosts"), ("in_links", "in_accounts")


def role(in_links: int | None, in_accounts: int | None, out_links: int | None, out_hosts: int | None) -> str:
    """Give the role that follows from the degrees of an account; unknown where one is not known.

    Examples
    --------
    >>> role(0, 0, 12, 5), role(9, 4, 12, 5), role(9, 4, 0, 0), role(9, 4, None, None)
    ('beacon', 'aggregator', 'store', 'unknown')
    """
    if None in (in_links, in_accounts, out_links, out_hosts):
        return UNKNOWN
    if (in_accounts or 0) >= IN_ACCOUNTS and (out_hosts or 0) >= OUT_HOSTS:
        return AGGREGATOR
    return BEACON if out_links else CONTENT_STORE


def roles_table(made: Prepared, store: Store, asked: frozenset[str] | None, narrow: Narrow) -> pl.DataFrame:
    """Degrees and roles of accounts, platforms and hosts, with columns of ``ROLES``.

    Parameters
    ----------
    made : Prepared
    store : Store
    asked : frozenset of str, optional
        Accounts whose posts were read; None for all.
    narrow : Narrow
        Period and platform of the posts that were read.
    """
    parts = [_accounts(made, store, asked, narrow), _platforms(made), _hosts(made)]
    order = pl.col("kind").replace_strict({"account": 0, "platform": 1, "host": 2}, return_dtype=pl.Int8)
    return pl.concat(parts).sort(
        order, "in_links", "out_links", "node", descending=[False, True, True, False], nulls_last=True
    )


def aggregators(roles: pl.DataFrame) -> list[str]:
    """Uids of the accounts that are aggregators in these data."""
    return roles.filter((pl.col("kind") == "account") & (pl.col("role") == AGGREGATOR))["node"].to_list()


def through_aggregators(made: Prepared, uids: list[str]) -> Prepared:
    """Links that lead to an aggregator's page end at the several hosts it points to, not at its platform."""
    numbers = [n for n, uid in enumerate(made.counts.accounts) if uid in set(uids)]
    passes = pl.col("target").is_in(numbers) & (pl.col("target") != pl.col("account")) & (pl.col("how") == DIRECTLY)
    passes = passes.fill_null(False)
    return made.with_away(
        made.away.with_columns(
            pl.when(passes).then(pl.lit(AGGREGATOR)).otherwise(pl.col("how")).alias("how"),
            pl.when(passes).then(pl.col("host")).otherwise(pl.col("via")).alias("via"),
            pl.when(passes).then(None).otherwise(pl.col("leads")).alias("leads"),
            pl.when(passes).then(pl.lit(SEVERAL_END)).otherwise(pl.col("end")).alias("end"),
        )
    )


def _accounts(made: Prepared, store: Store, asked: frozenset[str] | None, narrow: Narrow) -> pl.DataFrame:
    every = pl.concat([made.away, made.stays])
    others = every.filter(pl.col("target").is_not_null() & (pl.col("target") != pl.col("account")))
    into = others.group_by(pl.col("target").alias("n")).agg(
        pl.col("links").sum().alias("in_links"), pl.col("account").n_unique().alias("in_accounts")
    )
    out = made.away.group_by(pl.col("account").alias("n")).agg(
        pl.col("links").sum().alias("out_links"), pl.col("host").n_unique().alias("out_hosts")
    )
    names = pl.DataFrame({"node": list(made.counts.accounts)}, schema={"node": pl.String}).with_row_index("n")
    degrees = into.join(out, on="n", how="full", coalesce=True).join(names.cast({"n": pl.Int32}), on="n")
    silent = degrees.filter(pl.col("out_links").is_null())["node"].to_list()
    heard = _with_posts(store, [uid for uid in silent if asked is None or uid in asked], narrow)
    known = pl.col("out_links").is_not_null() | pl.col("node").is_in(heard)
    told = degrees.with_columns(
        *(pl.col(name).fill_null(0) for name in _IN),
        *(pl.when(known).then(pl.col(name).fill_null(0)).alias(name) for name in _OUT),
        pl.lit("account").alias("kind"),
    )
    roles = [role(*row) for row in told.select(*_IN, *_OUT).iter_rows()]
    return told.with_columns(pl.Series("role", roles, dtype=pl.String)).select(list(ROLES)).cast(ROLES)


def _with_posts(store: Store, uids: list[str], narrow: Narrow) -> list[str]:
    """Those of some accounts that have posts in this part of the case: a link to no post at all says nothing of what it holds."""
    if not uids:
        return []
    found: set[str] = set()
    part = Narrow(narrow.start, narrow.end, narrow.platforms, tuple(uids))
    for batch in store.scan("posts", Scan(columns=("account_uid",), narrow=part)):
        found |= set(batch.column(0).unique().to_pylist())
    return sorted(found)


def _platforms(made: Prepared) -> pl.DataFrame:
    """Platforms that posts of the case stand on: what points at them from elsewhere, and what their posts point at."""
    homes = pl.concat([made.away, made.stays])["home"].unique().to_list()
    out = made.away.group_by(pl.col("home").alias("node")).agg(
        pl.col("links").sum().alias("out_links"), pl.col("host").n_unique().alias("out_hosts")
    )
    into = (
        made.away.filter(pl.col("at").is_in(homes))
        .group_by(pl.col("at").alias("node"))
        .agg(pl.col("links").sum().alias("in_links"), pl.col("account").n_unique().alias("in_accounts"))
    )
    degrees = (
        pl.DataFrame({"node": homes}, schema={"node": pl.String})
        .join(out, on="node", how="left")
        .join(into, on="node", how="left")
    )
    told = degrees.with_columns(pl.col(*_IN, *_OUT).fill_null(0)).filter(pl.col("node") != "")
    points, pointed = pl.col("out_links") > 0, pl.col("in_links") > 0
    word = (
        pl.when(points & pointed).then(pl.lit(BOTH)).when(points).then(pl.lit(BEACON)).otherwise(pl.lit(CONTENT_STORE))
    )
    return told.with_columns(word.alias("role"), pl.lit("platform").alias("kind")).select(list(ROLES)).cast(ROLES)


def _hosts(made: Prepared) -> pl.DataFrame:
    """Hosts whose own posts are not in the case: what they point at is not known."""
    homes = made.away["home"].unique().to_list()
    away = made.away.filter(~pl.col("at").is_in(homes).fill_null(False))
    into = away.group_by(pl.col("host").alias("node")).agg(
        pl.col("links").sum().alias("in_links"), pl.col("account").n_unique().alias("in_accounts")
    )
    lacking = [pl.lit(None, pl.Int64).alias(name) for name in _OUT]
    words = [pl.lit("host").alias("kind"), pl.lit(UNKNOWN).alias("role")]
    return into.with_columns(*lacking, *words).select(list(ROLES)).cast(ROLES)
