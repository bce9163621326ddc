"""People who asked to be taken out: what of a table is about them, and the table without it.

A case remembers them as tombstones: keyed hashes, which say nothing to whoever has no key, and by which every file that comes
in later is held against. The same rules clean what is in the case already, and what comes in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import cast

import polars as pl
import pyarrow as pa

from ingest.normalize import profiles
from ingest.privacy.keys import Key
from ingest.tables import Batch

REASON = "Forgotten on request."
SOMEBODY = "@…"
_TO_POSTS = ("repost", "reply", "quote")


class Gone:
    """Accounts and posts to be left out, by uid.

    Parameters
    ----------
    uids : iterable of str
        Accounts (``x:12``, ``x:@nora``) and posts in plain.
    tombstones : collection of str
        Keyed hashes of more of them.
    key : Key, optional
        What the tombstones were made with.

    Examples
    --------
    >>> key = Key(bytes(32))
    >>> gone = Gone(tombstones=[key.tombstone("x:@nora")], key=key)
    >>> gone.one("x:@Nora"), gone.one("x:@noor")
    (True, False)
    """

    def __init__(self, uids: Iterable[str] = (), tombstones: Collection[str] = (), key: Key | None = None) -> None:
        self._known: dict[str, bool] = dict.fromkeys(uids, True)
        self._tombstones, self._key = frozenset(tombstones), key

    def __bool__(self) -> bool:
        return bool(self._tombstones) or any(self._known.values())

    def one(self, uid: str) -> bool:
        """True if this account or post is to be left out."""
        if uid not in self._known:
            self._known[uid] = self._key is not None and self._dead(self._key, uid)
        return self._known[uid]

    def _dead(self, key: Key, uid: str) -> bool:
        """By its own name, or by the one a case with pseudonyms knows it under."""
        if not self._tombstones:
            return False
        return key.tombstone(uid) in self._tombstones or any(
            key.tombstone(name) in self._tombstones for name in (key.account_uid(uid), key.post_uid(uid))
        )

    def each(self, uids: pl.Series) -> pl.Series:
        """True for each uid of a column to be left out; unknown is not left out."""
        names = [uid for uid in uids.drop_nulls().unique().to_list() if self.one(uid)]
        return uids.is_in(names).fill_null(False)

    def accounts(self, accounts: pl.DataFrame) -> pl.Series:
        """Mask of the rows of accounts about somebody to be left out, by uid or by handle; remembers their uids."""
        named = [
            name for name in ("handle_key", "native_id") if name in accounts.columns
        ]  # some files take names for ids
        handle = pl.coalesce(named).str.to_lowercase()
        handles = accounts.select(pl.col("platform") + ":@" + handle).to_series()
        found = self.each(accounts["account_uid"]) | self.each(handles)
        self._known.update(dict.fromkeys(accounts["account_uid"].filter(found).drop_nulls().to_list(), True))
        return found


def without(batch: Batch, gone: Gone) -> Batch:
    """A reader's batch without anybody to be left out; its counts stay.

    Their posts are taken to be among the skipped already.
    """
    links = _frame(batch.links)
    return replace(
        batch,
        accounts=_table(accounts_without(_frame(batch.accounts), gone), batch.accounts),
        posts=_table(posts_without(_frame(batch.posts), gone, silenced(links, gone)), batch.posts),
        links=_table(links_without(links, gone), batch.links),
        skipped=_table(
            skipped_without(_frame(batch.skipped), gone, _frame(batch.accounts)["platform"].unique().to_list()),
            batch.skipped,
        ),
    )


def accounts_without(accounts: pl.DataFrame, gone: Gone) -> pl.DataFrame:
    """Accounts without theirs; where another's description names them, it does not any more."""
    kept = accounts.filter(~gone.accounts(accounts))
    return _unnamed(kept, "description", gone)


def posts_without(posts: pl.DataFrame, gone: Gone, silent: Collection[str] = ()) -> pl.DataFrame:
    """Posts without theirs.

    Parameters
    ----------
    posts : polars.DataFrame
    gone : Gone
    silent : collection of str
        Posts of others that repeat their words: these lose their text.
    """
    kept = posts.filter(~(gone.each(posts["account_uid"]) | gone.each(posts["post_uid"])))
    repeats = pl.col("post_uid").is_in(list(silent))
    kept = kept.with_columns(
        pl.when(gone.each(kept["channel_uid"])).then(None).otherwise("channel_uid").alias("channel_uid"),
        pl.when(gone.each(kept["conversation_uid"])).then(None).otherwise("conversation_uid").alias("conversation_uid"),
        *(pl.when(repeats).then(None).otherwise(pl.col(name)).alias(name) for name in ("text", "extra")),
    )
    for column in ("text", "extra", "url"):
        kept = _unnamed(kept, column, gone)
    return kept


def silenced(links: pl.DataFrame, gone: Gone) -> set[str]:
    """Posts that repost theirs: the words are theirs."""
    reposts = links.filter(pl.col("kind") == "repost")
    theirs = gone.each(reposts["target_account_uid"]) | gone.each(reposts["target_key"])
    return set(reposts.filter(theirs)["post_uid"].to_list())


def links_without(links: pl.DataFrame, gone: Gone) -> pl.DataFrame:
    """Links without those of their posts, and without those that lead to them."""
    theirs = gone.each(links["account_uid"]) | gone.each(links["post_uid"]) | gone.each(links["target_account_uid"])
    kept = links.filter(~theirs)
    named = pl.when(pl.col("kind").is_in(["mention", *_TO_POSTS])).then("target_key")
    kept = kept.filter(~gone.each(kept.select(named).to_series()))
    address = pl.when(pl.col("kind") == "url").then(pl.coalesce("target_raw", "target_key"))
    return kept.filter(~_leads_to(kept.select(address).to_series(), gone))


def skipped_without(skipped: pl.DataFrame, gone: Gone, platforms: Collection[str | None]) -> pl.DataFrame:
    """Skipped rows stay; what was found in them goes where it names them."""
    name = pl.col("found").str.strip_prefix("@").str.to_lowercase()
    for platform in filter(None, platforms):
        names = skipped.select(
            "found", id=pl.lit(f"{platform}:") + pl.col("found"), handle=pl.lit(f"{platform}:@") + name
        )
        theirs = gone.each(names.to_series(0)) | gone.each(names.to_series(1)) | gone.each(names.to_series(2))
        skipped = skipped.with_columns(pl.when(~theirs).then("found").alias("found"))
    return _unnamed(skipped, "found", gone)


def objects(keys: pl.Series, gone: Gone) -> pl.Series:
    """Mask of the objects that are somebody to be left out: their account, a post of theirs, a link to either."""
    return gone.each(keys) | _leads_to(keys, gone)


def _leads_to(links: pl.Series, gone: Gone) -> pl.Series:
    """True where links lead to their profiles or posts."""
    maybe = links.filter(links.str.contains(profiles.MAYBE)).unique()
    theirs = [link for link in maybe.to_list() if (who := profiles.owner(link)) and _is_gone(who, gone)]
    return links.is_in(theirs).fill_null(False)


def _is_gone(who: profiles.Owner, gone: Gone) -> bool:
    return gone.one(who.account) or (who.post is not None and gone.one(who.post))


def _unnamed(frame: pl.DataFrame, column: str, gone: Gone) -> pl.DataFrame:
    """A column of words without their handles and links; each distinct value is looked at once."""
    platforms = (
        frame["platform"] if "platform" in frame.columns else pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    )
    pairs = pl.DataFrame({"platform": platforms, "text": frame[column]})
    some = pairs.filter(pl.col("text").str.contains("@") | pl.col("text").str.contains(profiles.MAYBE)).unique()
    if not some.height:
        return frame
    new = [unnamed(text, platform, gone) for platform, text in some.iter_rows()]
    changed = some.with_columns(new=pl.Series(new, dtype=pl.String)).filter(pl.col("new") != pl.col("text"))
    if not changed.height:
        return frame
    found = pairs.join(changed, on=["platform", "text"], how="left", nulls_equal=True, maintain_order="left")
    return frame.with_columns(pl.coalesce(found["new"], found["text"]).alias(column))


def unnamed(text: str, platform: str | None, gone: Gone) -> str:
    """A text without the handles of those to be left out, and without links to them.

    Examples
    --------
    >>> unnamed("Ask @Nora or @noor, https://x.com/nora/status/1", "x", Gone(["x:@nora"]))
    'Ask @… or @noor, @…'
    """

    def nobody(found: re.Match[str]) -> str:
        handle = found[1].casefold()
        names = (f"{platform}:@{handle}", f"{platform}:@{handle.partition('@')[0]}")
        return SOMEBODY if any(gone.one(name) for name in names) else found[0]

    text = profiles.replaced(text, lambda who: SOMEBODY if _is_gone(who, gone) else None)
    return profiles.MENTION.sub(nobody, text)


def _frame(table: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table))


def _table(frame: pl.DataFrame, like: pa.Table) -> pa.Table:
    return frame.to_arrow().cast(like.schema)


def value_without(value: object, gone: Gone, platforms: Collection[str] = ()) -> object:
    """A JSON-able value, such as a note: entries of lists that are them are left out, words do not name them.

    Examples
    --------
    >>> value_without({"members": ["x:1", "x:2"], "account": "x:1", "at": 5}, Gone(["x:1"]))
    {'members': ['x:2'], 'account': None, 'at': 5}
    >>> value_without(["@Nora again"], Gone(["x:@nora"]), ["x"])
    ['@… again']
    """
    if isinstance(value, dict):
        return {
            name: value_without(said, gone, platforms)
            for name, said in value.items()
            if not (isinstance(name, str) and gone.one(name))
        }
    if isinstance(value, list):
        return [
            value_without(said, gone, platforms) for said in value if not (isinstance(said, str) and gone.one(said))
        ]
    if not isinstance(value, str):
        return value
    if gone.one(value):
        return None
    for platform in platforms:
        value = unnamed(value, platform, gone)
    return value
