"""Posts of X as academictwitteR binds them to one table (``bind_tweets(output_format = "tidy")``), written as CSV from R.

Columns: cjbarrie/academictwitteR ``R/bind_tweets.R``. It leaves out which post was answered; R writes NA where nothing is.
"""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Table, filled, post, tags, urls, value
from ingest.readers._shared.x_tables import WHOSE, cut, spoken

_OF = "sourcetweet_type"

READER = Table(
    name="academictwitter_csv",
    title="academictwitteR tidy CSV",
    platform="x",
    carries=("repost", "quote", "url", "hashtag"),
    lacks="Which post was answered is left out, only the account is named; links need the layout tidy2.",
    signatures=(
        frozenset({"tweet_id", "user_username", "sourcetweet_type"}),
        frozenset({"tweet_id", "user_username", "sourcetweet_id"}),
        frozenset({"tweet_id", "author_id", "sourcetweet_id"}),
    ),
    account={
        "native_id": "author_id",
        "handle": "user_username",
        "display_name": "user_name",
        "created_at": "user_created_at",
        "followers": "user_followers_count",
        "following": "user_following_count",
        "posts_count": "user_tweet_count",
        "verified": "user_verified",
        "description": "user_description",
        "location": "user_location",
    },
    derived={
        "__repost": pl.when(pl.col(_OF) == "retweeted").then(value("sourcetweet_id")),
        "__quote": pl.when(pl.col(_OF) == "quoted").then(value("sourcetweet_id")),
        "__whose": pl.when(pl.col(_OF) == "retweeted").then(value("text").str.extract(WHOSE, 1)),
    },
    post={
        "native_id": "tweet_id",
        "text": pl.when(pl.col(_OF) == "retweeted")
        .then(pl.coalesce(spoken("sourcetweet_text"), spoken("text")))
        .otherwise(spoken("text")),
        "text_is_truncated": cut("text"),
        "lang": "lang",
        "url": "https://x.com/" + value("user_username").fill_null("i") + "/status/" + value("tweet_id"),
        "conversation_uid": "conversation_id",
        "like_count": "like_count",
        "repost_count": "retweet_count",
        "quote_count": "quote_count",
        "view_count": "impression_count",
    },
    time=("created_at",),
    zone="UTC",
    shared_counts=True,
    kinds=(
        ("repost", filled("__repost")),
        ("reply", value("conversation_id") != value("tweet_id")),
        ("quote", filled("__quote")),
    ),
    links=(
        post("repost", "__repost", "sourcetweet_author_id", "__whose"),
        post("quote", "__quote", "sourcetweet_author_id"),
        urls(("ext_urls_unwound", "ext_urls_expanded", "ext_urls")),
        tags("hashtags"),
    ),
    others=({"native_id": "sourcetweet_author_id", "handle": "__whose"},),
    nothing=("NA",),
)
