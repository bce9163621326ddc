"""Keyed codes in place of names, on the way in: what comes out of it never held the platform's own ids.

The same key gives the same codes, so a second file about the same people joins the first. Numbers stay, words stay but for
names in them; what cannot be made safe (addresses of posts and profiles, bios, places, whatever has no column) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

import polars as pl
import pyarrow as pa

from ingest.normalize import profiles
from ingest.privacy.keys import Key
from ingest.tables import Batch

ASSUMPTION = (
    "Ids, handles and names were replaced by codes of the case's key; addresses of posts and profiles, bios, places and"
    " fields without a column were left out."
)
_TO_POSTS = ("repost", "reply", "quote")


def pseudonymised(batch: Batch, key: Key) -> Batch:
    """The batch with codes for names; as many rows as before.

    Examples
    --------
    >>> from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, to_arrow
    >>> nora = {"account_uid": "x:12", "platform": "x", "native_id": "12", "handle": "Nora", "followers": 7}
    >>> batch = Batch(to_arrow([nora], ACCOUNTS), *(to_arrow([], s) for s in (POSTS, LINKS, SKIPPED)), 0, 0, 0)
    >>> found = pseudonymised(batch, Key(bytes(32))).accounts.to_pylist()[0]
    >>> found["account_uid"], found["followers"], found["handle"][:2]
    ('x:p_moni3fgchz6wwon4xvtxwf5vwi', 7, 'p_')
    """
    return Batch(
        _table(_accounts(_frame(batch.accounts), key), batch.accounts),
        _table(_posts(_frame(batch.posts), key), batch.posts),
        _table(_links(_frame(batch.links), key), batch.links),
        _table(_frame(batch.skipped).with_columns(found=pl.lit(None, pl.String)), batch.skipped),
        batch.rows_in,
        batch.rows_kept,
        batch.rows_merged,
    )


def _accounts(accounts: pl.DataFrame, key: Key) -> pl.DataFrame:
    by_id = accounts.select(pl.col("platform") + ":" + pl.col("native_id")).to_series()
    by_handle = accounts.select(
        pl.col("platform") + ":@" + pl.coalesce("handle_key", pl.col("handle").str.to_lowercase())
    ).to_series()
    by_name = accounts.select(pl.col("platform") + ":name\x1f" + pl.col("display_name")).to_series()
    handles = _each(by_handle, key.pseudonym)
    return accounts.with_columns(
        _each(accounts["account_uid"], key.account_uid).alias("account_uid"),
        _each(by_id, key.pseudonym).alias("native_id"),
        handles.alias("handle"),
        handles.alias("handle_key"),
        _each(by_name, key.pseudonym).alias("display_name"),
        pl.lit(True).alias("is_hashed"),
        *(pl.lit(None, pl.String).alias(name) for name in ("description", "url", "location")),
    )


def _posts(posts: pl.DataFrame, key: Key) -> pl.DataFrame:
    by_id = posts.select(pl.col("platform") + ":" + pl.col("native_id")).to_series()
    return posts.with_columns(
        _each(posts["post_uid"], key.post_uid).alias("post_uid"),
        _each(by_id, key.post).alias("native_id"),
        _each(posts["account_uid"], key.account_uid).alias("account_uid"),
        _each(posts["channel_uid"], key.account_uid).alias("channel_uid"),
        _each(posts["conversation_uid"], key.post_uid).alias("conversation_uid"),
        _texts(posts, key).alias("text"),
        *(pl.lit(None, pl.String).alias(name) for name in ("url", "extra")),
    )


def _links(links: pl.DataFrame, key: Key) -> pl.DataFrame:
    kind, target = links["kind"], links["target_key"]
    address = links.select(pl.when(pl.col("kind") == "url").then(pl.coalesce("target_raw", "target_key"))).to_series()
    addresses = _each(address, lambda link: _address(link, key))
    raw = pl.when(pl.col("kind").is_in(["mention", *_TO_POSTS, "media"]) | addresses.is_not_null()).then(None)
    return links.with_columns(
        _each(links["post_uid"], key.post_uid).alias("post_uid"),
        _each(links["account_uid"], key.account_uid).alias("account_uid"),
        _each(links["target_account_uid"], key.account_uid).alias("target_account_uid"),
        pl.when(kind == "mention")
        .then(_each(target.filter(kind == "mention"), key.account_uid, target))
        .when(kind.is_in(_TO_POSTS))
        .then(_each(target.filter(kind.is_in(_TO_POSTS)), key.post_uid, target))
        .otherwise(pl.coalesce(addresses, "target_key"))
        .alias("target_key"),
        raw.otherwise("target_raw").alias("target_raw"),
    )


def _texts(posts: pl.DataFrame, key: Key) -> pl.Series:
    pairs = posts.select("platform", "text")
    some = pairs.filter(pl.col("text").str.contains("@") | pl.col("text").str.contains(profiles.MAYBE)).unique()
    new = [renamed(text, platform, key) for platform, text in some.iter_rows()]
    changed = some.with_columns(new=pl.Series(new, dtype=pl.String))
    found = pairs.join(changed, on=["platform", "text"], how="left", nulls_equal=True, maintain_order="left")
    return found.select(pl.coalesce("new", "text")).to_series()


def renamed(text: str, platform: str | None, key: Key) -> str:
    """A text with codes for handles, and for links that lead to a profile or a post.

    Examples
    --------
    >>> renamed("Hi @Nora", "x", Key(bytes(32))) == "Hi @" + Key(bytes(32)).pseudonym("x:@nora")
    True
    """
    text = profiles.replaced(text, lambda who: _code(who, key))
    return profiles.MENTION.sub(lambda found: _handle(found[1], platform, key), text)


def _handle(handle: str, platform: str | None, key: Key) -> str:
    coded = re.fullmatch(r"p_[a-z2-7]{26}", handle)
    return f"@{handle}" if coded else f"@{key.pseudonym(f'{platform}:@{handle.casefold()}')}"


def _code(who: profiles.Owner, key: Key) -> str:
    """A link to a post becomes the post's code, one to a profile the account's."""
    platform = (who.post or who.account).partition(":")[0]
    return f"{platform}/{key.post(who.post) if who.post else key.pseudonym(who.account)}"


def _address(link: str, key: Key) -> str | None:
    who = profiles.owner(link)
    return _code(who, key) if who else None


def _each(values: pl.Series, code: Callable[[str], str | None], onto: pl.Series | None = None) -> pl.Series:
    """A code per distinct value, not per row; ``onto`` is the column to write them to where it is longer."""
    known = values.drop_nulls().unique().to_list()
    codes = [code(value) for value in known]
    return (values if onto is None else onto).replace_strict(known, codes, default=None, return_dtype=pl.String)


def _frame(table: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table))


def _table(frame: pl.DataFrame, like: pa.Table) -> pa.Table:
    return frame.to_arrow().cast(like.schema)
