"""Telegram Desktop's ``result.json``: one chat, or every chat of an account.

Field names: ``export_output_json.cpp`` of github.com/telegramdesktop/tdesktop, in its versions since 2018. The service message
``topic_created`` gives a forum's topic its number, and messages of the topic carry it as if they answered that message: they do
not. Until June 2022 numbers of chats and authors stand in one count: small groups from 2^32 on, channels from 2^33 on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from ingest.mapping.contract import Context, Item, Record, Sample, Skip, handle_uid, uid
from ingest.mapping.json_fields import at, identifier, objects, without_nulls, words
from ingest.normalize import text as texts
from ingest.normalize import times

PRIVATE = {"personal_chat", "bot_chat", "saved_messages", "verify_codes", "replies"}
CLOSED = {"private_group", "private_supergroup", "private_channel"}
DEEPEST = 12  # blocks within blocks
OPEN = {"public_group", "public_supergroup", "public_channel"}
CHANNELS = {"public_channel", "private_channel"}

UNKNOWN_CHAT = "The chat does not say that it is a channel or a group: it is not read."
PRIVATE_CHAT = "A private chat: it is not read."
SERVICE = "A service message (joined, pinned, renamed), not a post."
UNSUPPORTED = "Telegram Desktop could not export this message."
NO_MESSAGE = "Not a message."
NO_AUTHOR = "The message has no author's id."
NO_PLACE = "The message has no id, or its chat has none."
LAID_OUT = (
    "{n} messages are laid out with headings and pictures; their words were read, in the order in which they stand."
)

_PEER = re.compile(r"(user|channel|chat)(\d+)")
SMALL_GROUPS, SUPERGROUPS = 1 << 32, 1 << 33  # where their numbers began in exports before June 2022
ADDRESSES = {"url", "auth", "web_view", "simple_web_view"}
"""Kinds of buttons under a message whose ``data`` is an address; of others it is the bot's own, or a person's number."""


class TelegramDesktop:
    """Telegram Desktop export."""

    name = "telegram_desktop"
    title = "Telegram Desktop result.json"
    version = 2
    platform: str | None = "telegram"
    carries = ("url", "domain", "hashtag", "mention", "repost", "reply", "text")
    lacks = "It does not say which message was forwarded, nor handles, views or forwards; forwards are matched by name and text."
    containers = ("messages.item", "chats.list.item.messages.item", "left_chats.list.item.messages.item")

    def recognises(self, sample: Sample) -> bool:
        document = sample.document if isinstance(sample.document, dict) else next(iter(sample.records), {})
        chats = objects(document, "chats.list") + objects(document, "left_chats.list") + [document]
        return any(_is_chat(chat) for chat in chats) or _is_account(document)

    def items(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        chat = context.parent
        kind = str(chat.get("type"))
        if kind in PRIVATE:
            context.warn(
                "The file holds private chats; none of them was read. Export only the channels and groups you need."
            )
            raise Skip(PRIVATE_CHAT, "type", kind)
        if kind not in OPEN | CLOSED:
            raise Skip(UNKNOWN_CHAT, "type", chat.get("type"))
        if kind in CLOSED:
            context.warn(
                "The file holds closed groups or channels: mind on what basis you keep what was not said in public."
            )
        if record.get("action") == "topic_created" and (number := identifier(record, "id")):
            context.memory["topic", str(_chat_number(chat, record)), number] = number
        _refuse_what_is_no_message(record)
        yield _item(record, chat, context)


def _is_chat(chat: Record) -> bool:
    messages = objects(chat, "messages")
    if not isinstance(chat.get("messages"), list) or "type" not in chat:
        return False
    return not messages or any("date" in m and m.keys() & {"from_id", "actor_id", "actor", "from"} for m in messages)


def _is_account(document: Record) -> bool:
    """True if it is everything an account holds: its chats may come megabytes behind its contacts."""
    return "about" in document and any(
        isinstance(document.get(part), dict) and document[part].keys() & {"user_id", "list"}
        for part in ("personal_information", "contacts", "frequent_contacts", "chats", "left_chats")
    )


def _refuse_what_is_no_message(message: Record) -> None:
    kind = message.get("type")
    if kind == "service":
        raise Skip(SERVICE, "action", message.get("action"))
    if kind == "unsupported":
        raise Skip(UNSUPPORTED, "type", kind)
    if kind != "message":
        raise Skip(NO_MESSAGE, "type", kind)


def _item(message: Record, chat: Record, context: Context) -> Item:
    chat_id, message_id = _chat_number(chat, message), identifier(message, "id")
    if not chat_id or not message_id:
        raise Skip(NO_PLACE, "id")
    account = _author(message, chat)
    created_at, precision = _time(message, "date", context)
    edited_at, _ = _time(message, "edited", context)
    parts = _parts(message)
    if not parts:
        parts = _laid_out(message.get("rich_message"))
        context.count(LAID_OUT, bool(parts))
    text = "".join(part for _, part, _ in parts)
    forwarded = words(message, "forwarded_from") or (
        "" if message.keys() & {"forwarded_from", "forwarded_from_id"} else None
    )
    reply = _reply(message, chat_id, context)
    shared = [link for part in parts if (link := _link(part))] + _buttons(message)
    links = [link | {"inherited": forwarded is not None} for link in shared]
    links += [reply] if reply else []
    links += _forward(message, forwarded, text) if forwarded is not None else []
    kept = {
        "media_type": words(message, "media_type"),
        "forwarded_from": forwarded or None,
        "answers": [words_of(one.get("text")) for one in objects(message, "poll.answers", "todo_list.answers")] or None,
        "signed": words(message, "author"),
    }
    post = {
        "native_id": f"{chat_id}:{message_id}",
        "channel_uid": uid("telegram", _chat_peer(chat, message)),
        "created_at": created_at,
        "created_at_precision": precision,
        "edited_at": edited_at,
        "kind": "repost" if forwarded is not None else "reply" if reply else "original",
        "text": text or None,
        "text_is_inherited": forwarded is not None,
        "extra": without_nulls(kept) or None,
    }
    where = [_channel(chat, message)] if str(chat.get("type")) in CHANNELS else []
    return Item(account, without_nulls(post), links, where)


def _number(raw: str | None, message: Record) -> str | None:
    """A bare number as it is counted today."""
    if not raw or not raw.isdigit() or "date_unixtime" in message:
        return raw
    return str(int(raw) - SUPERGROUPS) if int(raw) >= SUPERGROUPS else raw


def _chat_number(chat: Record, message: Record) -> str | None:
    raw = identifier(chat, "id")
    if chat.get("type") == "private_group" and raw and raw.isdigit() and SMALL_GROUPS <= int(raw) < SUPERGROUPS:
        return str(int(raw) - SMALL_GROUPS)
    return _number(raw, message)


def _chat_peer(chat: Record, message: Record) -> str:
    """``chat…`` for small groups; channels and supergroups share one count of ids."""
    return f"{'chat' if chat.get('type') == 'private_group' else 'channel'}{_chat_number(chat, message)}"


def _channel(chat: Record, message: Record) -> Record:
    kind = "channel" if str(chat.get("type")) in CHANNELS else "group"
    peer = _chat_peer(chat, message)
    return without_nulls({"native_id": peer, "display_name": words(chat, "name"), "account_type": kind})


def _author(message: Record, chat: Record) -> Record:
    """Author: the channel itself in a channel, else a user or whoever stands in ``from_id``.

    Exports up to early 2021 write a bare number, which is a user's unless it is the chat's own or counts as a channel's.
    Admins who stay anonymous are shown as the group they write in; a deleted account keeps its number and has no name.
    """
    if str(chat.get("type")) in CHANNELS:
        return _channel(chat, message)
    raw = identifier(message, "from_id") or ""
    number = _number(raw, message) or ""
    if raw.isdigit():
        peer = f"user{raw}" if number == raw and raw != identifier(chat, "id") else f"channel{number}"
    else:
        peer = raw
    if (raw and raw == identifier(chat, "id")) or peer == _chat_peer(chat, message):
        return _channel(chat, message)
    found = _PEER.fullmatch(peer)
    if not found:
        raise Skip(NO_AUTHOR, "from_id", at(message, "from_id"))
    kind = {"user": "person", "channel": "channel", "chat": "group"}[found[1]]
    return without_nulls({"native_id": peer, "display_name": words(message, "from"), "account_type": kind})


def _time(message: Record, name: str, context: Context) -> tuple[int | None, str | None]:
    """Unix seconds where the export has them (since June 2022), else the exporting computer's own clock."""
    epoch = identifier(message, f"{name}_unixtime") or ""
    exact = times.parse(int(epoch))[0] if re.fullmatch(r"[0-9]{9,10}", epoch) else None
    if exact is not None:
        return exact, "s"
    local = words(message, name)
    if local is None:
        return None, None
    tz = context.options.tz
    found = times.parse(local, tz)
    if found[0] is not None:
        context.tz_assumed = tz or "UTC"
        context.assume(f"Times are those of the exporting computer, without a zone; they were read as {tz or 'UTC'}.")
    return found


_Part = tuple[str, str, Record]  # type, text, the part itself


def _parts(message: Record) -> list[_Part]:
    """The text in its parts: ``text_entities`` since 2022, before that ``text`` as a string or a list; a poll's question."""
    raw: Any = at(message, "text_entities") or at(message, "text") or at(message, "poll.question", "todo_list.title")
    if isinstance(raw, str) and not at(message, "text"):
        return _as_written(raw)
    if not isinstance(raw, list):
        return [("plain", raw, {})] if isinstance(raw, str) else []
    parts: list[_Part] = []
    for part in raw:
        if isinstance(part, str):
            parts.append(("plain", part, {}))
        elif isinstance(part, dict):
            parts.append((str(part.get("type")), words(part, "text") or "", part))
    return parts


def _as_written(text: str) -> list[_Part]:
    """A text whose links and hashtags the export does not mark."""
    links: list[_Part] = [("text_link", "", {"href": raw}) for raw in texts.urls_in(text)]
    return [("plain", text, {}), *links, *(("hidden_hashtag", "", {"text": tag}) for tag in texts.hashtags(text))]


def words_of(text: Any) -> str:
    """The words of a text that is written as one, or in parts.

    Examples
    --------
    >>> words_of("yes"), words_of(["see ", {"type": "link", "text": "https://a.example"}]), words_of(None)
    ('yes', 'see https://a.example', '')
    """
    if isinstance(text, str):
        return text
    parts = text if isinstance(text, list) else []
    return "".join(one if isinstance(one, str) else words(one, "text") or "" for one in parts)


def _laid_out(part: Any, depth: int = 0) -> list[_Part]:
    """The words and links of a message made of blocks, as deep as they stand."""
    if depth > DEEPEST or not isinstance(part, dict | list):
        return []
    if isinstance(part, list):
        return [
            found
            for one in part
            for found in ([("plain", one, {})] if isinstance(one, str) else _laid_out(one, depth + 1))
        ]
    text, href = words(part, "text"), words(part, "href", "url")
    found: list[_Part] = []
    if text:
        found.append(("text_link" if href else str(part.get("type")), text, {**part, "href": href}))
    elif href and "://" in href:
        found.append(("text_link", "", {"href": href}))
    inner = [found for name, value in part.items() if name != "type" for found in _laid_out(value, depth + 1)]
    return found + inner


def _buttons(message: Record) -> list[Record]:
    """Targets of the buttons under a message."""
    rows = at(message, "inline_bot_buttons")
    buttons = (
        [one for row in rows if isinstance(row, list) for one in row if isinstance(one, dict)]
        if isinstance(rows, list)
        else []
    )
    addresses = [words(one, "data") for one in buttons if one.get("type") in ADDRESSES]
    return [{"kind": "url", "target_raw": address} for address in addresses if address]


def _link(part: _Part) -> Record | None:
    kind, text, given = part
    if kind == "link":
        return {"kind": "url", "target_raw": text}
    if kind == "text_link" and words(given, "href"):
        return {"kind": "url", "target_raw": words(given, "href")}
    if kind in ("hashtag", "hidden_hashtag"):
        return {"kind": "hashtag", "target_raw": (text or words(given, "text") or "").partition("@")[0]}
    if kind == "mention" and len(text) > 1:
        return {"kind": "mention", "target_key": handle_uid("telegram", text), "target_raw": text}
    if kind == "mention_name" and (user := identifier(given, "user_id")):
        return {
            "kind": "mention",
            "target_key": uid("telegram", f"user{user.removeprefix('user')}"),
            "target_raw": text,
        }
    return None


def _reply(message: Record, chat_id: str, context: Context) -> Record | None:
    target = identifier(message, "reply_to_message_id")
    if not target:
        return None
    peer = _PEER.fullmatch(identifier(message, "reply_to_peer_id") or "")
    if not peer and ("topic", chat_id, target) in context.memory:
        return None  # it stands in that topic
    return {"kind": "reply", "target_key": uid("telegram", f"{peer[2] if peer else chat_id}:{target}")}


def _forward(message: Record, name: str, text: str) -> list[Record]:
    origin = _PEER.fullmatch(identifier(message, "forwarded_from_id") or "")
    return forwarded_by_name(
        name or (origin[0] if origin else ""), text, uid("telegram", origin[0]) if origin else None
    )


def forwarded_by_name(name: str, text: str, author: str | None = None) -> list[Record]:
    """A guess at the forwarded message: same name, same words. The name is hashed, it never becomes an account."""
    same_words = texts.key(text)
    if not name or not same_words:
        return []
    guess = hashlib.blake2b(f"{name}\x1f{same_words}".encode("utf-8", "replace"), digest_size=12).hexdigest()
    key = uid("telegram", f"forward:{guess}")
    return [{"kind": "repost", "target_key": key, "target_account_uid": author, "resolved": False}]


READER = TelegramDesktop()
