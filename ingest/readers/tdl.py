"""Messages of one chat as ``tdl chat export`` writes them: alone, ``--with-content``, or ``--raw`` with Telegram's own object.

Field names: ``app/chat/export.go`` and the guide of github.com/iyear/tdl; ``raw`` is the type ``tg.Message`` of
github.com/gotd/td as Go writes it, so keys are capitalised and a peer is told by its key (``{"UserID": 7}``). Nothing there
tells a link from bold letters: links, hashtags and mentions are read from the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.mapping.contract import Context, Item, Record, Skip, handle_uid, uid
from ingest.mapping.json_fields import (
    as_count,
    as_identifier,
    as_is,
    as_moment,
    as_words,
    at,
    compiled,
    identifier,
    objects,
    several,
    without_nulls,
    words,
)
from ingest.mapping.record import Records
from ingest.normalize import text as texts
from ingest.normalize import times
from ingest.readers.telegram_desktop import NO_AUTHOR, NO_PLACE, PRIVATE_CHAT, SERVICE, forwarded_by_name
from ingest.readers.telethon import CLOSED, digits

BARE = "The export was made without --with-content: it holds neither times nor texts."
NAMELESS = (
    "tdl says who wrote a message only with --raw: all messages are read as the channel's own. If this is a group, export it "
    "once more with --raw."
)
MESSAGE = several((as_identifier, "id"), (as_is, ("raw.Date", "date")), (as_words, ("raw.Message", "text")))
COUNTS = compiled({
    "edited_at": (as_moment, "raw.EditDate"),
    "view_count": (as_count, "raw.Views"),
    "repost_count": (as_count, "raw.Forwards"),
    "reply_count": (as_count, "raw.Replies.Replies"),
})  # fmt: skip
PEERS = (("user", "UserID"), ("channel", "ChannelID"), ("chat", "ChatID"))
MEDIA = ("raw.Media.Photo.ID", "raw.Media.Document.ID")


def peer(given: object) -> str | None:
    """``channel22``, as Telegram Desktop writes it.

    Examples
    --------
    >>> peer({"ChannelID": 22}), peer({"UserID": 3}), peer(None)
    ('channel22', 'user3', None)
    """
    for word, key in PEERS:
        if (number := identifier(given, key)) not in (None, "0"):
            return f"{word}{number}"
    return None


def _read(record: Record, context: Context) -> Item:
    number, date, text = MESSAGE(record)
    chat, raw = identifier(context.parent, "id"), record.get("raw")
    place = peer(at(record, "raw.PeerID")) or (f"channel{chat}" if chat else None)
    if not place or not number:
        raise Skip(NO_PLACE, "id")
    _refuse_what_is_no_post(record, place, date, context)
    native_id = f"{digits(place)}:{number}"
    forward, reply = at(record, "raw.FwdFrom"), _reply(record, place)
    forwarded = isinstance(forward, dict) and bool(forward.get("Date"))
    links = list(_links(record, text))
    if forwarded:
        links = [link | {"inherited": True} for link in links] + _forward(forward, text or "")
    account = (
        _account(record, place, context) if isinstance(raw, dict) else {"native_id": place, "account_type": "channel"}
    )
    created_at, precision = times.parse(date)
    post = COUNTS(record) | {
        "native_id": native_id,
        "channel_uid": uid("telegram", place),
        "created_at": created_at,
        "created_at_precision": "s" if precision else None,
        "kind": "repost" if forwarded else "reply" if reply else "original",
        "text": text or words(record, "raw.Media.Poll.Question.Text", "raw.Media.Poll.Question") or None,
        "text_is_inherited": forwarded,
        "extra": without_nulls({"file": words(record, "file") or None}) or None,
    }
    if forwarded:
        post.pop("repost_count", None)
    return Item(account, post, links + ([reply] if reply and not forwarded else []))


def _refuse_what_is_no_post(record: Record, place: str, date: object, context: Context) -> None:
    if place.startswith("user"):
        raise Skip(PRIVATE_CHAT, "raw.PeerID")
    if at(record, "raw.Action") is not None or record.get("type") == "service":
        raise Skip(SERVICE, "raw.Action")
    if date is None and "raw" not in record:
        raise Skip(BARE, "date")
    if place.startswith("chat"):
        context.warn(CLOSED)
    if "raw" not in record:
        context.warn(NAMELESS)


def _account(record: Record, place: str, context: Context) -> Record:
    """The sender; in a channel, and for admins who write in its name, the channel itself."""
    sender = peer(at(record, "raw.FromID")) or (
        place if at(record, "raw.Post") is True or place.startswith("channel") else None
    )
    if not sender:
        raise Skip(NO_AUTHOR, "raw.FromID")
    if sender == place:
        return {"native_id": place, "account_type": "channel" if at(record, "raw.Post") is True else "group"}
    return {"native_id": sender, "account_type": "person" if sender.startswith("user") else "channel"}


def _links(record: Record, text: str | None) -> Iterator[Record]:
    question = None if text else words(record, "raw.Media.Poll.Question.Text", "raw.Media.Poll.Question")
    for raw in texts.urls_in(text or question):
        yield {"kind": "url", "target_raw": raw}
    for entity in objects(record, "raw.Entities"):
        if address := words(entity, "URL"):
            yield {"kind": "url", "target_raw": address}
        elif user := identifier(entity, "UserID"):
            yield {"kind": "mention", "target_key": uid("telegram", f"user{user}")}
    for tag in texts.hashtags(text or question):
        yield {"kind": "hashtag", "target_raw": tag}
    for name in texts.mentions_in(text or question):
        yield {"kind": "mention", "target_key": handle_uid("telegram", name), "target_raw": name}
    if card := words(record, "raw.Media.Webpage.URL"):
        yield {"kind": "url", "target_raw": card}
    for row in objects(record, "raw.ReplyMarkup.Rows"):
        yield from (
            {"kind": "url", "target_raw": address} for one in objects(row, "Buttons") if (address := words(one, "URL"))
        )
    if (media := identifier(record, *MEDIA)) not in (None, "0"):
        yield {"kind": "media", "target_key": uid("telegram", media)}


def _reply(record: Record, place: str) -> Record | None:
    """Message that a message answers; the first message of a topic is no answer to the message that opened it."""
    number = identifier(record, "raw.ReplyTo.ReplyToMsgID")
    opens = at(record, "raw.ReplyTo.ForumTopic") is True and identifier(record, "raw.ReplyTo.ReplyToTopID") in (
        None,
        "0",
    )
    if number in (None, "0") or opens:
        return None
    where = peer(at(record, "raw.ReplyTo.ReplyToPeerID")) or place
    return {"kind": "reply", "target_key": uid("telegram", f"{digits(where)}:{number}")}


def _forward(forward: Record, text: str) -> list[Record]:
    """The forwarded message: exact from a channel, else guessed from who and when, or from the name and the words."""
    origin, number = peer(forward.get("FromID")), identifier(forward, "ChannelPost")
    author = uid("telegram", origin) if origin else None
    if origin and number not in (None, "0"):
        key = uid("telegram", f"{digits(origin)}:{number}")
        return [{"kind": "repost", "target_key": key, "target_account_uid": author}]
    if origin:
        key = uid("telegram", f"forward:{origin}:{times.parse(forward.get('Date'))[0]}")
        return [{"kind": "repost", "target_key": key, "target_account_uid": author, "resolved": False}]
    return forwarded_by_name(words(forward, "FromName") or "", text)


def _is_export(record: Record) -> bool:
    """The document, or one of its messages."""
    if "messages" in record:
        some = objects(record, "messages")
        return set(record) <= {"id", "messages"} and bool(some) and all(_is_export(one) for one in some[:5])
    number = record.get("date", record.get("id"))
    return (
        "file" in record
        and not {"from_id", "date_unixtime"} & record.keys()
        and record.get("type") == "message"
        and isinstance(number, int)
    )


READER = Records(
    name="tdl",
    title="tdl chat export JSON",
    platform="telegram",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "text", "media"),
    lacks="It holds neither names nor handles; without its option raw no authors, forwards or answers, and without with-content neither times nor texts.",
    where=_is_export,
    read=_read,
    containers=("messages.item",),
)
