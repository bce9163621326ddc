"""Telegram as tables: TGForge (ISD), minet's copies of web previews, and the table of the CSDS preprocessor."""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Family, Table, filled, mentions, post, says, tags, urls, value

_POST = r"(?i)(?:t|telegram)\.me/(?:s/)?(?:c/)?([A-Za-z0-9_]+)/(\d+)"


def _chat_and_number(column: str) -> pl.Expr:
    """``chat:number`` from an address of a post."""
    return pl.col(column).str.extract(_POST, 1).str.to_lowercase() + ":" + pl.col(column).str.extract(_POST, 2)


def _peer(column: str) -> pl.Expr:
    """Marked ids of channels (-100…) and users as Telegram's own export writes them."""
    number = value(column).str.replace(r"\.0$", "")
    return (
        pl.when(number.str.starts_with("-100")).then("channel" + number.str.strip_prefix("-100"))
        .when(number.str.contains(r"^\d+$")).then("user" + number)
    )  # fmt: skip


_CHAT = pl.coalesce(pl.col("Message URL").str.extract(_POST, 1), value("Channel")).str.to_lowercase()
_TGFORGE = Table(
    name="telegram_csv",
    title="TGForge CSV",
    platform="telegram",
    carries=(),
    lacks="",
    signatures=(frozenset({"Message DateTime (UTC)", "Origin Username", "Engagement Type"}),),
    account={
        "native_id": _peer("Sender User ID"),
        "handle": pl.coalesce(value("Sender Username"), pl.when(~filled("Sender User ID")).then(_CHAT)),
        "followers": pl.when(~filled("Sender User ID")).then(value("Subscribers").cast(pl.Int64, strict=False)),
    },
    derived={
        "__id": pl.coalesce(_chat_and_number("Message URL"), _CHAT + ":" + value("Message ID")),
        "__parent": _CHAT + ":" + value("Parent Message ID"),
        "__origin": pl.when(says("Is Forward", "true", "yes", "1") | says("Engagement Type", "share"))
        .then(_chat_and_number("Original URL")),
    },
    post={
        "native_id": "__id",
        "channel_uid": "@" + _CHAT,
        "text": "Text",
        "url": "Message URL",
        "view_count": "Views",
        "repost_count": "Forwards",
        "reply_count": "Replies",
    },
    time=("Message DateTime (UTC)",),
    zone="UTC",
    kinds=(
        ("repost", says("Is Forward", "true", "yes", "1") | says("Engagement Type", "share")),
        ("reply", filled("Parent Message ID") | says("Engagement Type", "reply")),
    ),
    links=(
        post("repost", "__origin", handle="Origin Username"),
        post("reply", "__parent"),
        urls("URLs Shared"),
        tags("Hashtags"),
        mentions("Mentioned Authors"),
    ),
    nothing=("Not Available", "Unknown", "None", "nan", "[]"),
    kept=("Message Type", "Grouped ID"),
)  # fmt: skip
_MINET = Table(
    name="telegram_csv",
    title="minet Telegram CSV",
    platform="telegram",
    carries=(),
    lacks="",
    signatures=(frozenset({"link_to_message", "could_be_displayed", "user", "text"}),),
    account={
        "handle": pl.coalesce(value("user_link").str.extract(r"t\.me/([A-Za-z0-9_]+)", 1), pl.col("link_to_message").str.extract(_POST, 1)),
        "display_name": "user",
        "account_type": pl.lit("channel"),
    },
    derived={"__id": _chat_and_number("link_to_message"), "__chat": pl.col("link_to_message").str.extract(_POST, 1).str.to_lowercase()},
    post={"native_id": "__id", "channel_uid": "@" + pl.col("__chat"), "text": "text", "url": "link_to_message", "view_count": "views"},
    time=("datetime",),
    links=(urls("links"), tags("hashtags")),
    in_text=("mention",),
)  # fmt: skip
_CSDS = Table(
    name="telegram_csv",
    title="CSDS Telegram CSV",
    platform="telegram",
    carries=(),
    lacks="",
    signatures=(frozenset({"channel_name", "channel_id", "message_id", "message_text"}),),
    account={
        "native_id": pl.coalesce(_peer("sender_id"), "channel" + value("channel_id").str.strip_prefix("-100")),
        "display_name": pl.when(~filled("sender_id")).then(value("channel_name")).otherwise(value("post_author")),
    },
    derived={
        "__chat": value("channel_id").str.strip_prefix("-100"),
        "__id": value("channel_id").str.strip_prefix("-100") + ":" + value("message_id"),
    },
    post={"native_id": "__id", "channel_uid": "__chat", "text": "message_text"},
    time=("date",),
    in_text=("url", "hashtag", "mention"),
)

READER = Family(
    name="telegram_csv",
    title="Telegram CSV (TGForge, minet, CSDS)",
    carries=("repost", "reply", "url", "hashtag", "mention"),
    lacks="Only TGForge says where a message was forwarded from.",
    members=(_TGFORGE, _MINET, _CSDS),
)
