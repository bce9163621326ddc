"""Telegram as tables: TGForge (ISD), minet's copies of web previews, and the table of the CSDS preprocessor."""

from __future__ import annotations

import polars as pl

from ingest.mapping.contract import Context
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
_NUMBER = pl.coalesce(pl.col("Message URL").str.extract(_POST, 2), value("Message ID"))
_PLACE = pl.coalesce("__chat_number", _CHAT)
_SENDER = ("Sender User ID", "Sender Username", "Message URL")


def _with_chat_numbers(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The number of each row's chat, where any row of the file is written by the chat itself and so says it.

    Posts are then named by it, as every other export of Telegram names them, and meet theirs in a case.
    """
    if ("chats",) not in context.memory:
        context.memory["chats",] = "looked for"
        header = context.sample.header if context.sample else ()
        parts = zip(*map(context.scan, _SENDER), strict=True) if context.scan and set(_SENDER) <= set(header) else ()
        for part in parts:
            for name, number in _chats(pl.DataFrame(dict(zip(_SENDER, part, strict=True)))).iter_rows():
                context.memory["chat", name] = number
    known = {key[1]: number for key, number in context.memory.items() if key[0] == "chat"}
    number = _CHAT.replace_strict(known, default=None, return_dtype=pl.String) if known else pl.lit(None, pl.String)
    return frame.with_columns(__chat_number=number)


def _chats(rows: pl.DataFrame) -> pl.DataFrame:
    """Names and numbers of chats that write in their own name."""
    name = pl.col("Message URL").str.extract(_POST, 1).str.to_lowercase()
    own = name == pl.col("Sender Username").str.strip_chars().str.strip_prefix("@").str.to_lowercase()
    number = pl.col("Sender User ID").str.extract(r"^-100(\d+)(?:\.0)?$", 1)
    return rows.select(name=pl.when(own).then(name), number=number).drop_nulls().unique(maintain_order=True)


_TGFORGE = Table(
    name="telegram_csv",
    title="TGForge CSV",
    platform="telegram",
    carries=(),
    lacks="",
    signatures=(frozenset({"Message DateTime (UTC)", "Origin Username", "Engagement Type"}),),
    account={
        "native_id": pl.coalesce(
            _peer("Sender User ID"), pl.when(~filled("Sender User ID")).then("channel" + pl.col("__chat_number"))
        ),
        "handle": pl.coalesce(value("Sender Username"), pl.when(~filled("Sender User ID")).then(_CHAT)),
        "followers": pl.when(~filled("Sender User ID")).then(value("Subscribers").cast(pl.Int64, strict=False)),
    },
    derived={
        "__id": _PLACE + ":" + _NUMBER,
        "__parent": _PLACE + ":" + value("Parent Message ID"),
        "__origin": pl.when(says("Is Forward", "true", "yes", "1") | says("Engagement Type", "share"))
        .then(_chat_and_number("Original URL")),
    },
    post={
        "native_id": "__id",
        "channel_uid": pl.coalesce("channel" + pl.col("__chat_number"), "@" + _CHAT),
        "text": "Text",
        "url": "Message URL",
        "view_count": "Views",
        "repost_count": "Forwards",
        "reply_count": "Replies",
    },
    time=("Message DateTime (UTC)",),
    zone="UTC",
    check=_with_chat_numbers,
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
    version=2,
    members=(_TGFORGE, _MINET, _CSDS),
)
