"""X posts as twarc-csv writes them. A retweet's row holds the text, links and counts of what it repeats."""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Table, filled, ids, mentions, post, tags, unescaped, urls, value

_OLD = "referenced_tweets"


def _target(kind: str, words: str) -> pl.Expr:
    """The id of a referenced post, from its own column or, in older files, from a list of all of them."""
    either = rf'"type": ?"{words}", ?"id": ?"(\d+)"|"id": ?"(\d+)", ?"type": ?"{words}"'
    listed = pl.coalesce(pl.col(_OLD).str.extract(either, 1), pl.col(_OLD).str.extract(either, 2))
    return pl.coalesce(value(f"{_OLD}.{kind}.id"), listed)


READER = Table(
    name="twarc_csv",
    title="twarc-csv",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention", "media"),
    lacks="Posts are cut at 280 characters; counts of retweets are those of the original and are left out.",
    signatures=(
        frozenset({"author_id", "referenced_tweets.retweeted.id", "public_metrics.like_count"}),
        frozenset({"author_id", "conversation_id", "public_metrics.like_count"}),
        frozenset({"author.id", "conversation_id", "public_metrics.like_count"}),
    ),
    account={
        "native_id": ("author_id", "author.id"),
        "handle": ("author.username", "author.user_name"),
        "display_name": "author.name",
        "created_at": "author.created_at",
        "followers": "author.public_metrics.followers_count",
        "following": "author.public_metrics.following_count",
        "posts_count": "author.public_metrics.tweet_count",
        "verified": "author.verified",
    },
    derived={
        "__repost": _target("retweeted", "retweeted"),
        "__reply": _target("replied_to", "replied_to"),
        "__quote": _target("quoted", "quoted"),
        "__reply_to": value(("in_reply_to_user_id", "in_reply_to_user.id")),
        "__reply_name": value(("in_reply_to_username", "in_reply_to_user.username")),
    },
    post={
        "native_id": "id",
        "text": unescaped("text"),
        "lang": "lang",
        "conversation_uid": "conversation_id",
        "url": "https://x.com/" + value("author.username") + "/status/" + pl.col("id"),
        "collected_at": "__twarc.retrieved_at",
        "like_count": "public_metrics.like_count",
        "repost_count": "public_metrics.retweet_count",
        "reply_count": "public_metrics.reply_count",
        "quote_count": "public_metrics.quote_count",
        "view_count": "public_metrics.impression_count",
    },
    time=("created_at",),
    shared_counts=True,
    kinds=(("repost", filled("__repost")), ("reply", filled("__reply")), ("quote", filled("__quote"))),
    links=(
        post("repost", "__repost", "retweeted_user_id", "retweeted_username"),
        post("reply", "__reply", "__reply_to", "__reply_name"),
        post("quote", "__quote", "quoted_user_id", "quoted_username"),
        urls("entities.urls"),
        tags("entities.hashtags"),
        mentions("entities.mentions"),
        ids("media", "attachments.media_keys"),
    ),
    others=(
        {"native_id": "retweeted_user_id", "handle": "retweeted_username"},
        {"native_id": "quoted_user_id", "handle": "quoted_username"},
        {"native_id": "__reply_to", "handle": "__reply_name"},
    ),
)
