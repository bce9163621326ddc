"""Merging of rows of one account, post or link into one row: first inside each source, then between sources.

Only what several rows speak of comes here; everything else is read straight.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

PLACE, ORD = "__place", "__ord"  # the source's place in the case, the row's in the source
_WHEN = {"account_uid": "last_seen", "post_uid": "collected_at"}
LINK_ORDER = ("post_uid", "position", "kind", "target_key", "target_raw")


def resolve(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """Each account or post once: latest collected first, then source order; what it does not know from the next.

    Parameters
    ----------
    rows : polars.DataFrame
        The columns of the table plus ``__place`` and ``__ord``.
    key : str
        account_uid or post_uid.

    Returns
    -------
    polars.DataFrame
        One row a key, ``__place`` of the row that won, and for accounts ``__places`` of all, by key.

    Examples
    --------
    >>> from datetime import datetime
    >>> rows = pl.DataFrame({"post_uid": ["x:1", "x:1"], "text": ["old", None], "lang": ["de", "en"],
    ...     "collected_at": [None, datetime(2024, 1, 1)], "__place": [1, 2], "__ord": [0, 0]})
    >>> resolve(rows, "post_uid").select("text", "lang", "__place").rows()
    [('old', 'en', 2)]
    """
    when = _WHEN[key]
    fields = [name for name in rows.columns if name not in (key, PLACE, ORD)]
    inside = _merge(
        rows.sort(key, PLACE, when, ORD, descending=[False, False, True, False], nulls_last=True), [key, PLACE], fields
    )
    ranked = inside.sort(key, when, PLACE, descending=[False, True, False], nulls_last=True)
    extra = [pl.col(PLACE).first()] + ([pl.col(PLACE).sort().alias("__places")] if key == "account_uid" else [])
    return _merge(ranked, [key], fields, extra).sort(key)


def _merge(ranked: pl.DataFrame, keys: list[str], fields: Sequence[str], extra: Sequence[pl.Expr] = ()) -> pl.DataFrame:
    first = [_first(name) for name in fields]
    return ranked.group_by(keys, maintain_order=True).agg(*first, *extra)


def _first(name: str) -> pl.Expr:
    if name == "first_seen":
        return pl.col(name).min()
    if name == "last_seen":
        return pl.col(name).max()
    return pl.col(name).drop_nulls().first()


def merge_links(links: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Links of the same post, kind and target once, with the author and time of their post.

    Parameters
    ----------
    links : polars.DataFrame
        The columns of ``LINKS`` plus ``__place`` and ``__ord``.
    posts : polars.DataFrame
        ``post_uid``, ``account_uid`` and ``created_at`` of the resolved posts.
    """
    unknown_target = pl.when(pl.col("target_key").is_null()).then(pl.col("target_raw")).alias("__raw")
    known = ("account_uid", "at", "target_raw", "target_account_uid", "position")
    merged = (
        links.sort(PLACE, ORD)
        .with_columns(unknown_target)
        .group_by("post_uid", "kind", "target_key", "__raw", maintain_order=True)
        .agg(
            *(pl.col(name).drop_nulls().first() for name in known),
            _any("resolved"),
            _all("inherited"),
        )
        .drop("__raw")
    )
    authors = posts.select("post_uid", pl.col("account_uid").alias("__author"), pl.col("created_at").alias("__at"))
    return (
        merged.join(authors, on="post_uid", how="left")
        .with_columns(
            pl.coalesce("__author", "account_uid").alias("account_uid"), pl.coalesce("__at", "at").alias("at")
        )
        .drop("__author", "__at")
    )


def _any(name: str) -> pl.Expr:
    return pl.col(name).max()  # over booleans, nulls left out: null only where nobody says


def _all(name: str) -> pl.Expr:
    return pl.col(name).min()
