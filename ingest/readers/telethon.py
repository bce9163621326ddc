"""Telethon messages (``to_json``, ``to_dict``), and 4CAT's Telegram NDJSON, which are the same with ``_type`` for ``_``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ingest.mapping.contract import Context, Item, Record, Skip, handle_uid, uid
from ingest.mapping.json_fields import (
    as_count,
    as_identifier,
    as_is,
    as_moment,
    as_words,
    at,
    compiled,
    flag,
    identifier,
    moment,
    objects,
    several,
    without_nulls,
    words,
)
from ingest.mapping.record import Records
from ingest.normalize import times
from ingest.readers.telegram_desktop import NO_AUTHOR, NO_PLACE, PRIVATE_CHAT, SERVICE, forwarded_by_name

ALBUM = "A further picture of an album that was read as one post."
CLOSED = "The file holds small groups, which are never public: mind on what basis you keep what was not said in public."
MESSAGE = several(
    (as_is, ("peer_id", "chat_id")),
    (as_identifier, "id"),
    (as_words, ("message", "text", "media.poll.question.text", "media.poll.question")),
    (as_identifier, "grouped_id"),
    (as_is, "fwd_from"),
    (as_is, "date"),
)
COUNTS = compiled({
    "edited_at": (as_moment, "edit_date"),
    "view_count": (as_count, "views"),
    "repost_count": (as_count, "forwards"),
    "reply_count": (as_count, "replies.replies"),
})  # fmt: skip
CHAT = several((as_words, "_chat.title"), (as_is, "_chat.broadcast"), (as_is, "from_id"))
SENDER = several(
    (as_words, "_sender.first_name"),
    (as_words, "_sender.last_name"),
    (as_words, "_sender.title"),
    (as_is, "_sender.bot"),
)
# a piece of the text: its kind, where it begins, how long it is, where it leads
ENTITY = several((as_is, ("_", "_type")), (as_count, "offset"), (as_count, "length"), (as_words, "url"))
# numbers of users, channels and small groups, and the words before them in ids, as Telegram Desktop writes them
PEER = several((as_identifier, "user_id"), (as_identifier, "channel_id"), (as_identifier, "chat_id"))
PEERS = ("user", "channel", "chat")
CHAT_NAMES = ("_chat.username", "_chat.usernames.0.username")
SENDER_NAMES = ("_sender.username", "_sender.usernames.0.username")


def kind_of(record: object) -> str:
    """The name of Telegram's type: under ``_``, in 4CAT's files under ``_type``."""
    return str(at(record, "_", "_type"))


def peer(given: object) -> str | None:
    """``channel2222222222``: marked numbers (-100…) lose their mark, bare ones are told apart by their mark.

    Examples
    --------
    >>> peer({"_": "PeerChannel", "channel_id": 22}), peer({"_type": "PeerUser", "user_id": 3}), peer(-1002222222222)
    ('channel22', 'user3', 'channel2222222222')
    """
    if isinstance(given, dict):
        for word, number in zip(PEERS, PEER(given), strict=True):
            if number:
                return f"{word}{number.removeprefix('-100') if word == 'channel' else number.lstrip('-')}"
        return None
    number = as_identifier(given) or ""
    if not number.lstrip("-").isdigit():
        return None
    if number.startswith("-100") and len(number) > 10:
        return f"channel{number[4:]}"
    return f"chat{number[1:]}" if number.startswith("-") else f"user{number}"


@lru_cache(maxsize=4_096)
def digits(place: str) -> str:
    """Posts are named by the bare number of their chat."""
    return re.sub(r"\D", "", place)


def _read(record: Record, context: Context) -> Item:
    if kind_of(record) != "Message":
        raise Skip(SERVICE, "_", kind_of(record))
    where, number, text, album, forward, date = MESSAGE(record)
    place = peer(where)
    if not place or not number:
        raise Skip(NO_PLACE, "peer_id")
    if place.startswith("user"):
        raise Skip(PRIVATE_CHAT, "peer_id")
    if place.startswith("chat"):
        context.warn(CLOSED)
    native_id = f"{digits(place)}:{number}"
    if album:
        first = context.memory.setdefault(("album", place, album), native_id)
        if first != native_id and not text:
            raise Skip(ALBUM, "grouped_id", album)
        native_id = first  # the words may stand under any of the pictures
    links = [*_entities(record, text or ""), *_media(record)]
    reply = None if forward else _reply(record, place)
    if isinstance(forward, dict):
        links = [link | {"inherited": True} for link in links] + _forward(forward, text or "")
    account, name = _account(record, place), identifier(record, *CHAT_NAMES)
    created_at, precision = times.parse(date)
    post = COUNTS(record) | {
        "native_id": native_id,
        "channel_uid": uid("telegram", place),
        "created_at": created_at,
        "created_at_precision": "s" if precision else None,  # Telegram counts seconds
        "kind": "repost" if forward else "reply" if reply else "original",
        "text": text,
        "text_is_inherited": bool(forward),
        "url": f"https://t.me/{name}/{number}" if name else None,
    }
    if forward:
        post.pop("repost_count", None)
    more = [_channel(record, place)] if account["native_id"] != place and place.startswith("channel") else []
    return Item(account, post, links + ([reply] if reply else []), more)


def _channel(record: Record, place: str) -> Record:
    title, broadcast, sender = CHAT(record)
    return without_nulls({
        "native_id": place,
        "handle": identifier(record, *CHAT_NAMES),
        "display_name": title,
        "account_type": "channel" if broadcast is not False and sender is None else "group",
    })  # fmt: skip


def _account(record: Record, place: str) -> Record:
    """The sender; in a channel, and for admins who write in its name, the channel itself."""
    sender = peer(at(record, "from_id")) or place
    if sender == place:
        return _channel(record, place)
    if not sender:
        raise Skip(NO_AUTHOR, "from_id")
    first, last, title, bot = SENDER(record)
    kind = "bot" if bot is True else "person" if sender.startswith("user") else "channel"
    name = " ".join(part for part in (first, last) if part) or title
    handle = identifier(record, *SENDER_NAMES)
    return without_nulls({"native_id": sender, "handle": handle, "display_name": name, "account_type": kind})


def _entities(record: Record, text: str) -> Iterator[Record]:
    """Offsets count units of UTF-16, not letters."""
    units = b"" if text.isascii() else text.encode("utf-16-le", "surrogatepass")
    for entity in objects(record, "entities"):
        type_, start, length, url = ENTITY(entity)
        start, end = start or 0, (start or 0) + (length or 0)
        part = units[2 * start : 2 * end].decode("utf-16-le", "replace") if units else text[start:end]
        kind = str(type_).removeprefix("MessageEntity")
        if kind == "Url" and part:
            yield {"kind": "url", "target_raw": part}
        elif kind == "TextUrl" and url:
            yield {"kind": "url", "target_raw": url}
        elif kind == "Hashtag" and part:
            yield {"kind": "hashtag", "target_raw": part.partition("@")[0]}
        elif kind == "Mention" and len(part) > 1:
            yield {"kind": "mention", "target_key": handle_uid("telegram", part), "target_raw": part}
        elif kind == "MentionName" and identifier(entity, "user_id"):
            key = uid("telegram", f"user{identifier(entity, 'user_id')}")
            yield {"kind": "mention", "target_key": key, "target_raw": part}
    if card := words(record, "media.webpage.url"):
        yield {"kind": "url", "target_raw": card}
    for row in objects(record, "reply_markup.rows"):
        for button in objects(row, "buttons"):
            if address := words(button, "url"):
                yield {"kind": "url", "target_raw": address}


def _media(record: Record) -> list[Record]:
    number = identifier(record, "media.photo.id", "media.document.id")
    return [{"kind": "media", "target_key": uid("telegram", number)}] if number else []


def _reply(record: Record, place: str) -> Record | None:
    number = identifier(record, "reply_to.reply_to_msg_id")
    if flag(record, "reply_to.forum_topic") and not identifier(record, "reply_to.reply_to_top_id"):
        return None  # it stands in that topic
    where = peer(at(record, "reply_to.reply_to_peer_id")) or place
    return {"kind": "reply", "target_key": uid("telegram", f"{digits(where)}:{number}")} if number else None


def _forward(forward: Record, text: str) -> list[Record]:
    """The forwarded message: exact from a channel; from a person, or somebody hidden, guessed from who and when."""
    origin, number = peer(at(forward, "from_id", "from_peer")), identifier(forward, "channel_post")
    author = uid("telegram", origin) if origin else None
    if origin and number:
        key = uid("telegram", f"{digits(origin)}:{number}")
        return [{"kind": "repost", "target_key": key, "target_account_uid": author}]
    if origin:
        key = uid("telegram", f"forward:{origin}:{moment(forward, 'date')}")
        return [{"kind": "repost", "target_key": key, "target_account_uid": author, "resolved": False}]
    return forwarded_by_name(words(forward, "from_name") or "", text)


READER = Records(
    name="telethon",
    title="Telethon and 4CAT Telegram JSON",
    version=2,
    platform="telegram",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "text", "media"),
    lacks="Handles stand only where sender and chat were stored with the message (4CAT does).",
    where=lambda record: kind_of(record) in ("Message", "MessageService") and "peer_id" in record,
    read=_read,
    containers=("messages.item", "item", ""),
    in_order=True,  # of an album the first picture is the post
)
