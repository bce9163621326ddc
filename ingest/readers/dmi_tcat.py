"""Tweets as DMI-TCAT exports them. Whose tweet a retweet repeats stands in its text, which tweet does not."""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Table, filled, mentions, post, tags, urls, value
from ingest.readers._shared.x_tables import RETWEETED, guess, guessed, unprefixed

READER = Table(
    name="dmi_tcat",
    title="DMI-TCAT CSV",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention"),
    lacks="What a retweet repeats is guessed from whom it names and its text, which may be cut at 140 characters.",
    signatures=(frozenset({"from_user_name", "from_user_id", "created_at"}),),
    account={
        "native_id": "from_user_id",
        "handle": "from_user_name",
        "display_name": "from_user_realname",
        "created_at": "from_user_created_at",
        "followers": "from_user_followercount",
        "following": "from_user_friendcount",
        "posts_count": "from_user_tweetcount",
        "verified": "from_user_verified",
    },
    derived={
        "__whose": pl.col("text").str.extract(RETWEETED, 1),
        "__guess": pl.when(~filled("retweet_id")).then(guess(pl.col("__whose"), pl.col("text"))),
    },
    post={
        "native_id": "id",
        "text": unprefixed("text"),
        "text_is_truncated": value("text").str.ends_with("…"),
        "lang": "lang",
        "url": "https://x.com/" + value("from_user_name") + "/status/" + pl.col("id"),
        "like_count": "favorite_count",
        "repost_count": "retweet_count",
    },
    time=("time", "created_at"),
    zone="UTC",
    shared_counts=True,
    kinds=(
        ("repost", filled("retweet_id", "__whose")),
        ("reply", filled("in_reply_to_status_id")),
        ("quote", filled("quoted_status_id")),
    ),
    links=(
        post("repost", "retweet_id", handle="__whose"),
        guessed("__guess", "__whose"),
        post("reply", "in_reply_to_status_id", handle="to_user_name"),
        post("quote", "quoted_status_id"),
        urls(("urls_followed", "urls_expanded", "urls")),
        tags("hashtags"),
        mentions("mentions"),
    ),
)
