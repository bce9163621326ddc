"""Posts of X as twint wrote them (2018 to 2021), as CSV, tab-separated, or its tables in pandas.

Columns: twintproject/twint ``storage/write_meta.py``, ``tweet.py``, ``panda.py`` of 2.1.20, 2.1.21 and master. There are two ages, and of
retweets their columns say opposite things. Until 2.1.21 the row is the original, ``user_rt`` who retweeted it and ``retweet_id`` the
retweet; later the row is the retweet, ``retweet_id`` the original and ``user_rt`` its text. Ids tell which: the retweet is the younger.
``reply_to`` names accounts, never a post. ``near``, ``geo`` and ``source`` are what was searched for. Clocks are the collector's own.
"""

from __future__ import annotations

import polars as pl

from ingest.mapping.columns import split_words
from ingest.mapping.contract import Context
from ingest.mapping.table import Links, Table, filled, media, says, tags, urls, value
from ingest.mapping.table import post as to_post
from ingest.readers._shared.x_tables import (
    ADDRESS,
    WHOSE,
    guess,
    guessed,
    mentioned_handles,
    mentioned_ids,
    settled_by_ids,
    sound,
    spoken,
    status,
    without_status,
)

NO_TIME_OF_RETWEET = "A retweet of which twint did not keep when it was made; the time in the row is the original's."
LOST_RETWEET = "A retweet whose id went through a spreadsheet: whose it is can no longer be told."
_settled = settled_by_ids("created_at", "__made", "link")

_number = sound("id").cast(pl.Int64, strict=False)
_other = sound("retweet_id").cast(pl.Int64, strict=False)
_is_retweet = says("retweet", "true", "1").fill_null(False)
_handle = value("user_rt").str.extract(r"^@?(\w{1,15})$", 1)
_of_original = _is_retweet & (_other > _number).fill_null(False)
_of_retweet = _is_retweet & (_other < _number).fill_null(False)


def _accounts(cell: str) -> list[str]:
    """Handles in a list of words, as older files have it, or of objects without an id."""
    return mentioned_handles(cell) if "{" in cell else split_words(cell)


def _clocks(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The batch with the time of each row's own post in one column, and whether the row answers anybody.

    Where the row is the original, the time of the retweet stands in ``retweet_date``. What ``created_at`` says in words of a
    computer ("W. Europe Standard Time") is read from ``date``, ``time`` and ``timezone``.
    """
    more = [name for name in ("created_at", "date", "time", "timezone", "retweet_date") if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in more)
    zone = pl.col("timezone").str.extract(r"^([+-]\d{4}|[A-Z]{2,4})$", 1).fill_null("")
    parted = pl.concat_str([pl.col("date"), pl.col("time"), zone], separator=" ", ignore_nulls=True)
    odd = pl.col("created_at").is_null() | pl.col("created_at").str.contains(r"[A-Za-z]{5,}|^\d{2}-\d{2}-\d{4}")
    told = pl.when(odd & pl.col("date").is_not_null()).then(parted).otherwise("created_at")
    said = context.sample is None or context.sample.has_columns("reply_to")
    frame = frame.with_columns(
        created_at=pl.when(_of_original).then("retweet_date").otherwise(told),
        __made=pl.when(_of_original).then("retweet_id").otherwise("id"),
        __answers=pl.col("reply_to").str.contains(r"\w").fill_null(False) if said else pl.lit(True),
    )
    return _settled(frame, context)


READER = Table(
    name="twint",
    title="twint CSV",
    platform="x",
    carries=("repost", "quote", "url", "hashtag", "mention", "media"),
    lacks="Which post was answered is not said, only which accounts; searches left retweets out.",
    signatures=(
        frozenset({"tweet", "username", "conversation_id"}),
        frozenset({"tweet", "username", "link", "retweet"}),
        frozenset({"tweet", "username", "nlikes"}),
        frozenset({"tweet", "username", "timezone", "likes", "retweets"}),
    ),
    account={"native_id": "__author", "handle": "__name", "display_name": pl.when(~_of_original).then(value("name"))},
    derived={
        "__author": pl.when(_of_original).then(sound("user_rt_id")).otherwise(sound(("user_id_str", "user_id"))),
        "__name": pl.when(_of_original).then(_handle).otherwise(value("username")),
        "__whose": pl.when(_is_retweet & ~_of_original & ~_of_retweet).then(
            pl.coalesce(value("tweet").str.extract(WHOSE, 1), _handle)
        ),
        "__repost": pl.when(_of_original).then(value("id")).when(_of_retweet).then(value("retweet_id")),
        "__reposted": pl.when(_of_original)
        .then(sound(("user_id_str", "user_id")))
        .when(_of_retweet)
        .then(sound("user_rt_id")),
        "__reposted_name": pl.when(_of_original)
        .then(value("username"))
        .when(_of_retweet)
        .then(value("tweet").str.extract(WHOSE, 1)),
        "__guess": guess(pl.col("__whose"), value("tweet")),
        "__quote": pl.when(~_is_retweet).then(status("quote_url")),
        "__quoted": status("quote_url", 1),
        "__urls": without_status("urls", pl.col("__quote")),
    },
    post={
        "native_id": pl.when(_of_original).then(value("retweet_id")).otherwise(value("id")),
        "text": spoken("tweet"),
        "lang": "language",
        "url": pl.when(~_of_original).then(value("link")),
        "conversation_uid": pl.when(~_is_retweet).then(value("conversation_id")),
        "like_count": ("likes_count", "nlikes", "likes"),
        "repost_count": ("retweets_count", "nretweets", "retweets"),
        "reply_count": ("replies_count", "nreplies", "replies"),
    },
    time=("created_at", "date"),
    shared_counts=True,
    kinds=(
        ("repost", _is_retweet),
        ("reply", (value("conversation_id") != value("id")) & pl.col("__answers")),
        ("quote", pl.col("__quote").is_not_null()),
    ),
    links=(
        to_post("repost", "__repost", "__reposted", "__reposted_name"),
        guessed("__guess", "__whose"),
        to_post("quote", "__quote", handle="__quoted"),
        urls("__urls"),
        tags("hashtags"),
        Links("mention", "mentions", mentioned_ids, to="id"),
        Links("mention", "mentions", _accounts, to="handle"),
        media("photos"),
    ),
    others=({"native_id": "__reposted", "handle": "__reposted_name"},),
    recovered={"id": ("link", ADDRESS)},
    check=_clocks,
    skips=(
        (
            _is_retweet
            & ~filled("retweet_id")
            & ~value("tweet").str.contains("^RT @").fill_null(False)
            & (_handle.str.to_lowercase() != value("username").str.to_lowercase()).fill_null(False),
            NO_TIME_OF_RETWEET,
            "retweet_date",
        ),
        (
            _is_retweet & _other.is_null() & filled("retweet_id") & ~value("tweet").str.contains("^RT @"),
            LOST_RETWEET,
            "retweet_id",
        ),
    ),
)
