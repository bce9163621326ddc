"""Posts of X that tweepy collected from API v2, written as a table by pandas.

Fields: those of the API (tweepy/tweepy ``tweet.py``), as a frame of the answers, of their ``data`` or of ``json_normalize`` has them. Objects inside a cell are as Python writes them: they are searched, never run. Users come apart from the posts in
API v2, so that mostly only their ids are known.
"""

from __future__ import annotations

import re

import polars as pl

from ingest.mapping.contract import Sample
from ingest.mapping.table import Links, Table, filled, value
from ingest.mapping.table import post as to_post
from ingest.readers._shared.x_tables import (
    WHOSE,
    cut,
    entity_tags,
    guess,
    guessed,
    mentions_in,
    shared_addresses,
    sound,
    spoken,
)

_REFERENCE = re.compile(r"ReferencedTweet id=|\{'(?:type|id)': '")
_HINTS = frozenset(
    {"referenced_tweets", "public_metrics", "edit_history_tweet_ids", "public_metrics.like_count", "entities.urls"}
)


def _referenced(kind: str) -> pl.Expr:
    """The id of the post that a cell of references names as that kind."""
    ways = (
        rf"ReferencedTweet id=(\d+) type={kind}",
        rf"""['"]type['"]: ?['"]{kind}['"], ?['"]id['"]: ?['"]?(\d+)""",
        rf"""['"]id['"]: ?['"]?(\d+)['"]?, ?['"]type['"]: ?['"]{kind}""",
    )
    return pl.coalesce(pl.col("referenced_tweets").str.extract(way, 1) for way in ways)


def _metric(name: str) -> pl.Expr:
    inside = pl.col("public_metrics").str.extract(rf"""['"]{name}['"]: ?(\d+)""", 1)
    return pl.coalesce(value((f"public_metrics.{name}", name)), inside).cast(pl.Int64, strict=False)


def _is_v2(sample: Sample) -> bool:
    """True if a table holds the posts of API v2 as they came: twarc-csv has their authors' columns beside them."""
    header = set(sample.header)
    if not {"id", "text", "author_id"} <= header or not header & _HINTS:
        return False
    if "referenced_tweets" in header:
        place = sample.header.index("referenced_tweets")
        if any(_REFERENCE.search(row[place]) for row in sample.rows if len(row) > place):
            return True
    return not any(name.startswith(("author.", "referenced_tweets.", "__twarc")) for name in header)


READER = Table(
    name="tweepy_csv",
    title="tweepy in pandas, API v2 (CSV)",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention"),
    lacks="Texts of retweets are cut at 140 characters; accounts are known by their ids only, unless names were added.",
    signatures=(),
    where=_is_v2,
    account={
        "native_id": "author_id",
        "handle": ("username", "author.username", "user.username", "screen_name"),
        "display_name": ("author.name", "user.name"),
    },
    derived={
        "__repost": _referenced("retweeted"),
        "__whose": value("text").str.extract(WHOSE, 1),
        "__named": pl.when(filled("__repost")).then(pl.col("__whose")),
        "__guess": pl.when(~filled("__repost")).then(guess(pl.col("__whose"), pl.col("text"))),
        "__reply": _referenced("replied_to"),
        "__replied": sound("in_reply_to_user_id"),
        "__quote": pl.when(~filled("__repost")).then(_referenced("quoted")),
        "__links": value(("entities.urls", "entities")),
        "__tags": value(("entities.hashtags", "entities")),
        "__mentions": value(("entities.mentions", "entities")),
    },
    post={
        "native_id": "id",
        "text": spoken("text"),
        "text_is_truncated": cut("text"),
        "lang": "lang",
        "url": "https://x.com/" + value(("username", "author.username")).fill_null("i") + "/status/" + sound("id"),
        "conversation_uid": sound("conversation_id"),
        "like_count": _metric("like_count"),
        "repost_count": _metric("retweet_count"),
        "reply_count": _metric("reply_count"),
        "quote_count": _metric("quote_count"),
        "view_count": _metric("impression_count"),
    },
    time=("created_at",),
    zone="UTC",
    shared_counts=True,
    kinds=(("repost", filled("__repost", "__whose")), ("reply", filled("__reply")), ("quote", filled("__quote"))),
    links=(
        to_post("repost", "__repost", handle="__named"),
        guessed("__guess", "__whose"),
        to_post("reply", "__reply", "__replied"),
        to_post("quote", "__quote"),
        Links("url", "__links", shared_addresses),
        Links("hashtag", "__tags", entity_tags),
        *mentions_in("__mentions"),
    ),
)
