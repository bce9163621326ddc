"""Posts of X that tweepy collected from API v1.1, written as a table by pandas.

Fields: those of the API (tweepy/tweepy ``models.py``), as ``json_normalize`` writes them with dots, or as a frame of ``_json`` or of ``vars()`` has
them. Only the ids ending in ``_str`` are used: pandas made the others numbers with a fraction. Objects inside a cell are as Python writes
them: they are searched, never run.
"""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Fields, Links, Source, Table, filled, value
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


def _of(*columns: str, key: str) -> pl.Expr:
    """A value of a user or post, from its own column or from the first place in a cell that holds all of it."""
    inside = [pl.col(name).str.extract(rf"""['"]{key}['"]: ?['"]?([^'",}}]+)""", 1) for name in columns]
    return pl.coalesce(*(value(f"{name}.{key}") for name in columns), *inside)


_TEXT: Source = ("full_text", "text")
_AUTHOR: Fields = {
    "native_id": "__author",
    "handle": "__handle",
    "display_name": _of("user", "author", key="name"),
    "created_at": "user.created_at",
    "followers": _of("user", "author", key="followers_count").cast(pl.Int64, strict=False),
    "following": _of("user", "author", key="friends_count").cast(pl.Int64, strict=False),
}

READER = Table(
    name="tweepy_v1_csv",
    title="tweepy in pandas, API v1.1 (CSV)",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention"),
    lacks="Texts are cut at 140 characters where extended mode was not asked for; links of retweets are cut.",
    signatures=(
        frozenset({"id_str", "created_at", "user.screen_name"}),
        frozenset({"id_str", "created_at", "user.id_str"}),
        frozenset({"id_str", "created_at", "user", "in_reply_to_status_id_str"}),
        frozenset({"id_str", "created_at", "user", "entities"}),
        frozenset({"_json", "created_at", "user"}),
    ),
    account=_AUTHOR,
    derived={
        "__author": _of("user", "author", key="id_str"),
        "__handle": _of("user", "author", key="screen_name"),
        "__repost": _of("retweeted_status", key="id_str"),
        "__reposted": value("retweeted_status.user.id_str"),
        "__whose": pl.coalesce(value("retweeted_status.user.screen_name"), value(_TEXT).str.extract(WHOSE, 1)),
        "__guess": pl.when(~filled("__repost")).then(guess(pl.col("__whose"), value(_TEXT))),
        "__quote": pl.when(~filled("__repost")).then(
            pl.coalesce(value("quoted_status_id_str"), _of("quoted_status", key="id_str"))
        ),
        "__links": value(("entities.urls", "entities")),
        "__tags": value(("entities.hashtags", "entities")),
        "__mentions": value(("entities.user_mentions", "entities")),
    },
    post={
        "native_id": ("id_str", "id"),
        "text": spoken(("retweeted_status.full_text", "full_text", "text")),
        "text_is_truncated": cut(_TEXT),
        "lang": "lang",
        "url": "https://x.com/" + pl.col("__handle").fill_null("i") + "/status/" + sound(("id_str", "id")),
        "like_count": "favorite_count",
        "repost_count": "retweet_count",
    },
    time=("created_at",),
    zone="UTC",
    shared_counts=True,
    kinds=(
        ("repost", filled("__repost", "__whose")),
        ("reply", filled("in_reply_to_status_id_str")),
        ("quote", filled("__quote")),
    ),
    links=(
        to_post("repost", "__repost", "__reposted", "__whose"),
        guessed("__guess", "__whose"),
        to_post("reply", "in_reply_to_status_id_str", "in_reply_to_user_id_str", "in_reply_to_screen_name"),
        to_post("quote", "__quote"),
        Links("url", "__links", shared_addresses),
        Links("hashtag", "__tags", entity_tags),
        *mentions_in("__mentions"),
    ),
    others=(
        {"native_id": "__reposted", "handle": "__whose"},
        {"native_id": "in_reply_to_user_id_str", "handle": "in_reply_to_screen_name"},
    ),
)
