"""Bluesky posts as minet writes them. Its ``text`` holds expanded links and quoted words: ``original_text`` is the post's."""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Table, filled, inside, mentions, post, tags, urls

# A post that somebody reposted is one row per reposter: the row is the repost, the columns are the original.
_REPOST = filled("repost_by_user_did")


def _one(reposter: str, author: str) -> pl.Expr:
    return pl.when(_REPOST).then(pl.col(reposter)).otherwise(pl.col(author))


def _moment() -> pl.Expr:
    """Of the repost; else what the author's app says, else when Bluesky saw it. Where neither can be, the id says it."""
    possible = pl.col("timestamp_utc").str.contains(r"^\d{9,10}(?:\.\d+)?$")
    seen = pl.when(pl.col("indexed_at_utc").str.starts_with("20")).then(pl.col("indexed_at_utc"))
    own = pl.when(possible).then(pl.col("timestamp_utc")).otherwise(seen)
    return pl.when(_REPOST).then(pl.col("repost_timestamp_utc")).otherwise(own)


READER = Table(
    name="minet_bluesky",
    title="minet Bluesky CSV",
    platform="bluesky",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention", "media"),
    lacks="Reposts are only there where a feed of an account was collected.",
    signatures=(frozenset({"cid", "did", "original_text", "user_did"}),),
    account={
        "native_id": _one("repost_by_user_did", "user_did"),
        "handle": _one("repost_by_user_handle", "user_handle"),
        "display_name": pl.when(~_REPOST).then(pl.col("user_display_name")),
    },
    derived={
        "__id": pl.when(_REPOST)
        .then(pl.col("repost_by_user_did") + "/repost/" + pl.col("uri"))
        .otherwise(pl.col("uri")),
        "__reposted": pl.when(_REPOST).then(pl.col("uri")),
        "timestamp_utc": _moment(),
        "__root": pl.coalesce("to_root_post_uri", "uri"),
    },
    post={
        "native_id": "__id",
        "text": "original_text",
        "lang": pl.col("user_langs").str.extract(r"^([A-Za-z-]+)", 1),
        "url": "url",
        "conversation_uid": "__root",
        "like_count": "like_count",
        "repost_count": "repost_count",
        "reply_count": "reply_count",
        "quote_count": "quote_count",
    },
    time=("timestamp_utc",),
    shared_counts=True,
    kinds=(("repost", _REPOST), ("reply", filled("to_post_uri")), ("quote", filled("quoted_uri"))),
    links=(
        post("repost", "__reposted", "user_did"),
        post("reply", "to_post_uri", "to_user_did"),
        post("quote", "quoted_uri", "quoted_user_did"),
        urls(("links",)),
        urls("card_link"),
        tags("hashtags"),
        mentions("mentioned_user_dids", to="id"),
        inside("media", "media_urls", r"/(baf\w{50,})"),
    ),
    others=({"native_id": "user_did", "handle": "user_handle", "display_name": "user_display_name"},),
)
