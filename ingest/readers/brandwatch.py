"""Brandwatch CSV: mentions from many platforms below some lines about the query. X texts are often taken out."""

from __future__ import annotations

import polars as pl

from ingest.mapping.contract import Context
from ingest.mapping.table import Table, mapped, mentions, post, says, tags, urls, value
from ingest.normalize import platforms
from ingest.readers._shared.x_tables import ADDRESS, unprefixed

ZONE = "Brandwatch writes times in the zone of the project; say it with --tz where it is not UTC."


def _said(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    if not context.options.tz:
        context.warn(ZONE)
    return frame


def _sound(*names: str) -> pl.Expr:
    """Ids in full; a number in exponents is no id."""
    given = value(names).str.replace(r"\.0$", "")
    return pl.when(~given.str.contains(r"[eE]\+|\s")).then(given)


def _target(*names: str) -> pl.Expr:
    return value(names).str.extract(ADDRESS, 1)


def _author(*names: str) -> pl.Expr:
    return value(names).str.extract(r"(?i)(?:twitter|x)\.com/([^/]+)/status", 1)


_RETWEET = ("Twitter Retweet of", "X Repost of")
_REPLY = ("Twitter Reply to", "X Reply to")

READER = Table(
    name="brandwatch",
    title="Brandwatch CSV or XLSX",
    carries=("repost", "reply", "url", "hashtag", "mention"),
    lacks="Texts of X are often taken out; times are in the project's zone.",
    signatures=(frozenset({"Query Id", "Page Type", "Thread Entry Type"}),),
    account={
        "platform": pl.coalesce(
            mapped("Url", platforms.platform_of), mapped("Domain", platforms.platform_id), mapped("Page Type", platforms.platform_id),
            pl.lit("web"),
        ),
        "native_id": _sound("Twitter Author ID", "X Author ID", "Facebook Author ID", "Bluesky Author Id"),
        "handle": ("Author", "Domain"),
        "display_name": "Full Name",
        "followers": ("Twitter Followers", "X Followers"),
        "verified": "Twitter Verified",
    },
    derived={"__repost": _target(*_RETWEET), "__whose": _author(*_RETWEET), "__reply": _target(*_REPLY), "__to": _author(*_REPLY)},
    post={
        "native_id": pl.coalesce(pl.col("Url").str.extract(ADDRESS, 1), value("Resource Id")),
        "text": unprefixed("Full Text").fill_null(value(("Snippet", "Title"))),
        "lang": "Language",
        "url": ("Url", "Original Url"),
    },
    time=("Date",),
    kinds=(
        ("repost", pl.col("__repost").is_not_null() | says("Thread Entry Type", "share", "repost", "retweet")),
        ("reply", pl.col("__reply").is_not_null() | says("Thread Entry Type", "reply")),
        ("quote", says("Thread Entry Type", "quote")),
        ("comment", says("Thread Entry Type", "comment")),
    ),
    links=(
        post("repost", "__repost", handle="__whose"),
        post("reply", "__reply", handle="__to"),
        urls(("Expanded URLs", "Display URLs", "Short URLs")),
        tags("Hashtags"),
        mentions("Mentioned Authors"),
    ),
    kept=("Query Name", "Page Type", "Subreddit"),
    check=_said,
)  # fmt: skip
