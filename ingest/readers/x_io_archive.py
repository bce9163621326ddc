"""X's archive of information operations (2018 to 2021): ids of small accounts hashed, times to the minute."""

from __future__ import annotations

import polars as pl

from ingest.mapping.contract import Context
from ingest.mapping.table import Table, filled, mentions, post, tags, urls, value
from ingest.readers._shared.x_tables import unprefixed
from ingest.tables import CHOSEN_BEFOREHAND

_HASHED = (pl.col("userid") == pl.col("user_screen_name")) | ~pl.col("userid").str.contains(r"^\d+$")


def _said(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    context.warn(CHOSEN_BEFOREHAND)
    return frame


READER = Table(
    name="x_io_archive",
    title="X Information Operations archive (CSV, zip)",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention"),
    lacks="Ids and names of accounts with few followers are hashed; times are to the minute unless the tweet id is sound.",
    signatures=(frozenset({"tweetid", "userid", "tweet_time", "retweet_tweetid"}),),
    account={
        "native_id": "userid",
        "handle": pl.when(~_HASHED).then(value("user_screen_name")),
        "display_name": pl.when(~_HASHED).then(value("user_display_name")),
        "created_at": "account_creation_date",
        "followers": "follower_count",
        "following": "following_count",
        "lang": "account_language",
        "is_hashed": _HASHED,
        "uid_from": pl.when(_HASHED).then(pl.lit("hash")).otherwise(pl.lit("id")),
    },
    post={
        "native_id": "tweetid",
        "text": unprefixed("tweet_text"),
        "lang": "tweet_language",
        "like_count": "like_count",
        "repost_count": "retweet_count",
        "reply_count": "reply_count",
        "quote_count": "quote_count",
    },
    time=("tweet_time",),
    zone="UTC",
    shared_counts=True,
    kinds=(
        ("repost", pl.col("is_retweet").str.to_lowercase().is_in(["true", "1", "1.0"]) | filled("retweet_tweetid")),
        ("reply", filled("in_reply_to_tweetid")),
        ("quote", filled("quoted_tweet_tweetid")),
    ),
    links=(
        post("repost", "retweet_tweetid", "retweet_userid"),
        post("reply", "in_reply_to_tweetid", "in_reply_to_userid"),
        post("quote", "quoted_tweet_tweetid"),
        urls("urls"),
        tags("hashtags"),
        mentions("user_mentions", to="id"),
    ),
    nothing=("[]", "nan", "absent", "Not Present"),
    kept=("tweet_client_name",),
    check=_said,
)
