"""Parler posts and comments as CSV (Aliapoulios et al.)."""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Table, filled, inside, post, says, tags, value

_DIGITS = r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$"

_COMMENT = says("datatype", "comments", "comment")

READER = Table(
    name="parler_csv",
    title="Parler CSV",
    platform="parler",
    carries=("repost", "reply", "url", "hashtag", "mention"),
    lacks="Handles of those who were deleted are missing.",
    signatures=(
        frozenset({"createdAt", "creator", "body", "upvotes"}),
        frozenset({"createdAtformatted", "creator", "body"}),
    ),
    account={"native_id": "creator", "handle": "username", "followers": "followers", "following": "following"},
    derived={
        "createdAt": value("createdAt").str.replace(_DIGITS, "$1-$2-$3 $4:$5:$6"),
        "__echoed": pl.when(~_COMMENT.fill_null(False)).then(value("parent")),
        "__answered": pl.when(_COMMENT).then(value("parent")),
    },
    post={
        "native_id": "id",
        "text": ("body", "bodywithurls"),
        "like_count": "upvotes",
        "repost_count": "reposts",
        "reply_count": "comments",
        "view_count": "impressions",
    },
    time=("createdAtformatted", "createdAt"),
    zone="UTC",
    kinds=(("comment", _COMMENT), ("repost", filled("__echoed"))),
    links=(
        post("repost", "__echoed"),
        post("reply", "__answered"),
        inside("url", "urls", r"""https?://[^\s'",\]}]+""", to="raw"),
        tags("hashtags"),
    ),
    in_text=("url", "mention"),
)
