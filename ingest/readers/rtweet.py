"""Posts of X as rtweet writes them from R (``write_as_csv``, ``save_as_csv``; up to 0.7).

Columns: ropensci/rtweet at v0.7.0, ``R/tweets_and_users.R`` and ``R/save_as_csv.R``. Ids carry an ``x`` in front, so that no
spreadsheet rounds them. A retweet's text is the original's; ``url`` is the author's home page; lists are joined by blanks.
"""

from __future__ import annotations

import re

import polars as pl

from ingest.mapping.columns import split_words
from ingest.mapping.contract import Sample
from ingest.mapping.table import Links, Source, Table, filled, media, post, says, urls, value
from ingest.readers._shared.x_tables import ADDRESS, spoken

NO_POST = "The row is about an account, not a post."
_MARKED = re.compile(r"x\d{5,}")


def _id(source: Source) -> pl.Expr:
    return value(source).str.strip_chars().str.strip_prefix("x")


def _words(cell: str) -> list[str]:
    """The words of a list in which R writes NA for what is not there."""
    return [word for word in split_words(cell) if word != "NA"]


def _ids(cell: str) -> list[str]:
    return [word.removeprefix("x") for word in _words(cell)]


def _is_marked(sample: Sample) -> bool:
    """True if the ids of posts carry the mark, whatever other columns there are."""
    if not sample.has_columns("status_id", "screen_name", "created_at"):
        return False
    place = sample.header.index("status_id")
    return any(_MARKED.fullmatch(row[place].strip()) for row in sample.rows if len(row) > place)


READER = Table(
    name="rtweet",
    title="rtweet CSV",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention", "media"),
    lacks="Links and hashtags of a retweet are cut where X cut it at 140 characters; counts of likes of a retweet are 0.",
    signatures=(
        frozenset({"status_id", "screen_name", "is_retweet"}),
        frozenset({"status_id", "screen_name", "retweet_status_id"}),
        frozenset({"status_id", "user_id", "retweet_status_id"}),
    ),
    where=_is_marked,
    account={
        "native_id": _id("user_id"),
        "handle": "screen_name",
        "display_name": "name",
        "created_at": "account_created_at",
        "followers": "followers_count",
        "following": "friends_count",
        "posts_count": "statuses_count",
        "verified": "verified",
        "description": "description",
        "location": "location",
    },
    derived={
        "__repost": _id("retweet_status_id"),
        "__reposted": _id("retweet_user_id"),
        "__reply": _id("reply_to_status_id"),
        "__replied": _id("reply_to_user_id"),
        "__quote": pl.when(~filled("retweet_status_id")).then(_id("quoted_status_id")),
        "__quoted": _id("quoted_user_id"),
        "__names": pl.when(~filled("mentions_user_id")).then(value("mentions_screen_name")),
    },
    post={
        "native_id": _id("status_id"),
        "text": spoken("text"),
        "lang": "lang",
        "url": pl.coalesce(
            value("status_url"), "https://x.com/" + value("screen_name") + "/status/" + _id("status_id")
        ),
        "like_count": "favorite_count",
        "repost_count": "retweet_count",
        "reply_count": "reply_count",
        "quote_count": "quote_count",
    },
    time=("created_at",),
    zone="UTC",
    shared_counts=True,
    kinds=(
        ("repost", says("is_retweet", "true", "1") | filled("__repost")),
        ("reply", filled("__reply")),
        ("quote", says("is_quote", "true", "1") | filled("__quote")),
    ),
    links=(
        post("repost", "__repost", "__reposted", "retweet_screen_name"),
        post("reply", "__reply", "__replied", "reply_to_screen_name"),
        post("quote", "__quote", "__quoted", "quoted_screen_name"),
        urls(("urls_expanded_url", "urls_t.co")),
        Links("hashtag", "hashtags", _words),
        Links("mention", "mentions_user_id", _ids, to="id"),
        Links("mention", "__names", _words, to="handle"),
        media(("ext_media_url", "media_url")),
    ),
    others=(
        {"native_id": "__reposted", "handle": "retweet_screen_name"},
        {"native_id": "__replied", "handle": "reply_to_screen_name"},
        {"native_id": "__quoted", "handle": "quoted_screen_name"},
    ),
    recovered={"status_id": ("status_url", ADDRESS)},
    nothing=("NA",),
    skips=((~filled("status_id") & ~filled("text"), NO_POST, "status_id"),),
)
