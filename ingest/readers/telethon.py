"""Telethon messages (``to_json``, ``to_dict``), and 4CAT's Telegram NDJSON, which are the same with ``_type`` for ``_``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest import times
from ingest.paths import at, count, identifier, moment, objects, without_nulls, words
from ingest.readers.base import Context, Item, Record, Skip, handle_uid, uid
from ingest.readers.shape import Records
from ingest.readers.telegram_desktop import NO_AUTHOR, NO_PLACE, PRIVATE_CHAT, SERVICE, forwarded_by_name

ALBUM = "A further picture of an album that was read as one post."
CLOSED = "The file holds small groups, which are never public: mind on what basis you keep what was not said in public."
# kind of peer: where its number stands, and the word before it in ids, as Telegram Desktop writes them
PEERS = {"PeerUser": ("user_id", "user"), "PeerChannel": ("channel_id", "channel"), "PeerChat": ("chat_id", "chat")}


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
        for key, word in PEERS.values():
            if number := identifier(given, key):
                return f"{word}{number.removeprefix('-100') if word == 'channel' else number.lstrip('-')}"
        return None
    number = identifier({"": given}, "") or ""
    if not number.lstrip("-").isdigit():
        return None
    if number.startswith("-100") and len(number) > 10:
        return f"channel{number[4:]}"
    return f"chat{number[1:]}" if number.startswith("-") else f"user{number}"


def _digits(place: str) -> str:
    """Posts are named by the bare number of their chat."""
    return re.sub(r"\D", "", place)


def _read(record: Record, context: Context) -> Item:
    if kind_of(record) != "Message":
        raise Skip(SERVICE, "_", kind_of(record))
    place, number = peer(at(record, "peer_id", "chat_id")), identifier(record, "id")
    if not place or not number:
        raise Skip(NO_PLACE, "peer_id")
    if place.startswith("user"):
        raise Skip(PRIVATE_CHAT, "peer_id")
    if place.startswith("chat"):
        context.warn(CLOSED)
    native_id = f"{_digits(place)}:{number}"
    text, links = words(record, "message", "text"), list(_entities(record))
    album = identifier(record, "grouped_id")
    if album:
        first = context.memory.setdefault(("album", place, album), native_id)
        if first != native_id and not text:
            raise Skip(ALBUM, "grouped_id", album)
        native_id = first  # the words may stand under any of the pictures
    forward = at(record, "fwd_from")
    reply = None if forward else _reply(record, place)
    links += _media(record)
    if isinstance(forward, dict):
        links = [link | {"inherited": True} for link in links] + _forward(forward, text or "")
    account = _account(record, place)
    post = {
        "native_id": native_id,
        "channel_uid": uid("telegram", place),
        "kind": "repost" if forward else "reply" if reply else "original",
        "text": text,
        "text_is_inherited": bool(forward),
        "edited_at": moment(record, "edit_date"),
        "url": f"https://t.me/{name}/{number}" if (name := _name(record, "_chat")) else None,
        "view_count": count(record, "views"),
        "repost_count": None if forward else count(record, "forwards"),
        "reply_count": count(record, "replies.replies"),
    }
    more = [_channel(record, place)] if account["native_id"] != place and place.startswith("channel") else []
    return Item(account, without_nulls(post | _when(record)), links + ([reply] if reply else []), more)


def _when(record: Record) -> Record:
    created_at, precision = times.parse(at(record, "date"))
    return {"created_at": created_at, "created_at_precision": "s" if precision else None}  # Telegram counts seconds


def _name(record: Record, entity: str) -> str | None:
    return identifier(record, f"{entity}.username", f"{entity}.usernames.0.username")


def _channel(record: Record, place: str) -> Record:
    return without_nulls({
        "native_id": place,
        "handle": _name(record, "_chat"),
        "display_name": words(record, "_chat.title"),
        "account_type": "channel" if at(record, "_chat.broadcast") is not False and at(record, "from_id") is None else "group",
    })  # fmt: skip


def _account(record: Record, place: str) -> Record:
    """The sender; in a channel, and for admins who write in its name, the channel itself."""
    sender = peer(at(record, "from_id")) or place
    if sender == place:
        return _channel(record, place)
    if not sender:
        raise Skip(NO_AUTHOR, "from_id")
    parts = (words(record, "_sender.first_name"), words(record, "_sender.last_name"))
    kind = "bot" if at(record, "_sender.bot") is True else "person" if sender.startswith("user") else "channel"
    name = " ".join(part for part in parts if part) or words(record, "_sender.title")
    return without_nulls(
        {"native_id": sender, "handle": _name(record, "_sender"), "display_name": name, "account_type": kind}
    )


def _entities(record: Record) -> Iterator[Record]:
    """Offsets count units of UTF-16, not letters."""
    units = (words(record, "message", "text") or "").encode("utf-16-le", "surrogatepass")
    for entity in objects(record, "entities"):
        start, length = count(entity, "offset") or 0, count(entity, "length") or 0
        part = units[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")
        kind = kind_of(entity).removeprefix("MessageEntity")
        if kind == "Url" and part:
            yield {"kind": "url", "target_raw": part}
        elif kind == "TextUrl" and words(entity, "url"):
            yield {"kind": "url", "target_raw": words(entity, "url")}
        elif kind == "Hashtag" and part:
            yield {"kind": "hashtag", "target_raw": part.partition("@")[0]}
        elif kind == "Mention" and len(part) > 1:
            yield {"kind": "mention", "target_key": handle_uid("telegram", part), "target_raw": part}
        elif kind == "MentionName" and identifier(entity, "user_id"):
            key = uid("telegram", f"user{identifier(entity, 'user_id')}")
            yield {"kind": "mention", "target_key": key, "target_raw": part}
    if card := words(record, "media.webpage.url"):
        yield {"kind": "url", "target_raw": card}


def _media(record: Record) -> list[Record]:
    number = identifier(record, "media.photo.id", "media.document.id")
    return [{"kind": "media", "target_key": uid("telegram", number)}] if number else []


def _reply(record: Record, place: str) -> Record | None:
    number = identifier(record, "reply_to.reply_to_msg_id")
    where = peer(at(record, "reply_to.reply_to_peer_id")) or place
    return {"kind": "reply", "target_key": uid("telegram", f"{_digits(where)}:{number}")} if number else None


def _forward(forward: Record, text: str) -> list[Record]:
    """The forwarded message: exact from a channel; from a person, or somebody hidden, guessed from who and when."""
    origin, number = peer(at(forward, "from_id", "from_peer")), identifier(forward, "channel_post")
    author = uid("telegram", origin) if origin else None
    if origin and number:
        key = uid("telegram", f"{_digits(origin)}:{number}")
        return [{"kind": "repost", "target_key": key, "target_account_uid": author}]
    if origin:
        key = uid("telegram", f"forward:{origin}:{moment(forward, 'date')}")
        return [{"kind": "repost", "target_key": key, "target_account_uid": author, "resolved": False}]
    return forwarded_by_name(words(forward, "from_name") or "", text)


READER = Records(
    name="telethon",
    title="Telethon and 4CAT Telegram JSON",
    platform="telegram",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "text", "media"),
    lacks="Handles stand only where sender and chat were stored with the message (4CAT does).",
    where=lambda record: kind_of(record) in ("Message", "MessageService") and "peer_id" in record,
    read=_read,
    containers=("messages.item", "item", ""),
    in_order=True,  # of an album the first picture is the post
)
