"""USC's collection of posts on X about the US election of 2024. Its ``user_id`` went through floats; ``user`` did not."""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Table, filled, inside, post, value
from ingest.readers._shared.x_tables import ADDRESS, unprefixed

AN_AD = "An advertisement without author, id or time."
_ID = r"['\"](?:id_str|id|rest_id)['\"]: ?['\"]?(\d{1,20})(?:['\"]|[,}])"


def _in_user(*keys: str) -> pl.Expr:
    """A value of the dictionary in ``user``, which is Python's way of writing one. It is searched, never run."""
    names = "|".join(keys)
    return pl.col("user").str.extract(rf"""['"](?:{names})['"]: ?(?:'([^']*)'|"([^"]*)"|(\d+))""", 1)


def _number_in_user(*keys: str) -> pl.Expr:
    return pl.col("user").str.extract(rf"""['"](?:{"|".join(keys)})['"]: ?(\d+)""", 1).cast(pl.Int64, strict=False)


def _sound(column: str) -> pl.Expr:
    return pl.when(value(column).str.contains(r"^\d+$")).then(value(column))


READER = Table(
    name="usc_x24",
    title="USC X-24 US election CSV",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention"),
    lacks="Ids of accounts are taken from the column user; rows of advertisements hold nothing but a text.",
    signatures=(frozenset({"rawContent", "retweetedTweetID", "epoch"}),),
    account={
        "native_id": "__author",
        "handle": "__handle",
        "display_name": _in_user("displayname", "name"),
        "created_at": "__created",
        "followers": _number_in_user("followersCount", "followers_count"),
        "following": _number_in_user("friendsCount", "friends_count"),
    },
    derived={
        "__author": pl.coalesce(pl.col("user").str.extract(_ID, 1), _sound("user_id")),
        "__handle": _in_user("username", "screen_name"),
        "__created": _in_user("created", "created_at"),
        "__retweeted": pl.coalesce(_sound("retweetedTweetID"), pl.col("retweetedTweet").str.extract(_ID, 1)),
        "__retweeted_user": _sound("retweetedUserID"),
        "__quoted": pl.col("quotedTweet").str.extract(_ID, 1),
    },
    post={
        "native_id": ("id_str", "id"),
        "text": unprefixed("rawContent").fill_null(value("text")),
        "lang": "lang",
        "url": "url",
        "conversation_uid": ("conversationIdStr", "conversationId"),
        "like_count": "likeCount",
        "repost_count": "retweetCount",
        "reply_count": "replyCount",
        "quote_count": "quoteCount",
        "view_count": "viewCount",
    },
    time=("epoch", "date"),
    zone="UTC",
    shared_counts=True,
    kinds=(
        ("repost", filled("__retweeted")),
        ("reply", filled("in_reply_to_status_id_str")),
        ("quote", filled("__quoted")),
    ),
    links=(
        post("repost", "__retweeted", "__retweeted_user"),
        post("reply", "in_reply_to_status_id_str", "in_reply_to_user_id_str", "in_reply_to_screen_name"),
        post("quote", "__quoted"),
        inside("url", "links", r"""https?://[^\s'",\]}]+""", to="raw"),
        inside("hashtag", "hashtags", r"""(?<=['"])(?!text['"]|indices['"])#?(\w+)(?=['"])""", to="raw"),
        inside("mention", "mentionedUsers", r"""['"](?:username|screen_name)['"]: ?['"](\w+)['"]""", to="handle"),
    ),
    recovered={"id": ("url", ADDRESS), "id_str": ("url", ADDRESS)},
    nothing=("nan", "None", "{}", "[]"),
    skips=((~filled("user", "user_id") & ~filled("epoch", "date"), AN_AD, "text"),),
    licence="CC BY-NC-SA 4.0 (USC)",
)
