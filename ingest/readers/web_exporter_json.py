"""Posts of X as twitter-web-exporter writes them as JSON: the fields of its table (see ``web_exporter``), null where nothing is.

With "include all metadata" the page's own record stands in ``metadata``, and is read instead: it says links, mentions and authors.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.mapping.contract import Context, Item, Record
from ingest.mapping.json_fields import at, identifier, objects, words
from ingest.mapping.record import Records, Shape, post, unescaped
from ingest.normalize import text as texts
from ingest.normalize import times
from ingest.normalize.urls import key as link_key
from ingest.readers._shared import x_web
from ingest.readers._shared.x_tables import ZONE_OF_IDS, same_clock

_WHOSE = re.compile(r"(?i)^\s*RT @(\w{1,15}):\s?")
_ADDRESS = re.compile(r"(?i)(?:twitter|x)\.com/(\w+)/status/(\d+)")
_ZONED = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})\s*$")
UNTOLD = ("undefined", "null")


def _whose(record: Record) -> str | None:
    found = _WHOSE.match(words(record, "full_text") or "")
    return found[1] if found else None


def _handle(record: Record) -> str | None:
    """The handle; where a newer page hid it from an older script, the address still has it."""
    found = _ADDRESS.search(words(record, "url") or "")
    return identifier(record, "screen_name") or (found[1] if found and found[1] not in UNTOLD else None)


def _text(record: Record) -> str | None:
    text = unescaped("full_text")(record)
    return _WHOSE.sub("", text) if text and record.get("retweeted_status") else text


def _in_text(record: Record) -> list[Record]:
    """Links, hashtags and pictures: those of pictures stand in the text too."""
    text, found = _text(record) or "", []
    for one in objects(record, "media"):
        text = text.replace(words(one, "url") or "\x00", "")
        if key := link_key(words(one, "original") or ""):
            found.append({"kind": "media", "target_key": key})
    found += [{"kind": "url", "target_raw": raw} for raw in texts.urls_in(text)]
    found += [{"kind": "hashtag", "target_raw": tag} for tag in texts.hashtags(text)]
    inherited = bool(record.get("retweeted_status"))
    return [link | {"inherited": inherited} for link in found]


def _quote(record: Record) -> Any:
    return None if record.get("retweeted_status") else record.get("quoted_status")


SHAPE = Shape(
    platform="x",
    account={"native_id": "user_id", "handle": _handle, "display_name": "name"},
    post={
        "native_id": "id",
        "text": _text,
        "text_is_truncated": lambda record: True if (_text(record) or "").endswith("…") else None,
        "text_is_inherited": lambda record: bool(record.get("retweeted_status")),
        "url": "url",
        "like_count": "favorite_count",
        "repost_count": "retweet_count",
        "reply_count": "reply_count",
        "quote_count": "quote_count",
        "view_count": "views_count",
    },
    time="created_at",
    in_text=("mention",),
    links=(
        post("repost", "retweeted_status", handle=_whose),
        post("reply", "in_reply_to"),
        post("quote", _quote),
        _in_text,
    ),
)


def _read(record: Record, context: Context) -> Item:
    raw = at(record, "metadata", "metadata.result")
    if isinstance(raw, dict) and ("legacy" in raw or "tweet" in raw):
        return x_web.item(raw, context)
    item = SHAPE.item(record)
    if item.post["kind"] == "repost":
        for count in ("like_count", "repost_count", "reply_count", "quote_count", "view_count"):
            item.post.pop(count, None)
    said = item.post.get("created_at")
    if said is not None and not _ZONED.search(words(record, "created_at") or ""):
        right = same_clock(said, times.from_id("x", item.post.get("native_id")))
        context.count(ZONE_OF_IDS, int(right != said))
        item.post["created_at"] = right
    return item


def _is_exported(record: Record) -> bool:
    told = record.get("retweeted_status", record.get("quoted_status"))
    return (
        {"full_text", "screen_name", "favorite_count"} <= record.keys()
        and bool(record.keys() & {"in_reply_to", "views_count", "bookmark_count", "media_tags"})
        and not isinstance(told, dict)
    )


READER = Records(
    name="web_exporter_json",
    title="twitter-web-exporter JSON",
    platform="x",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media"),
    lacks="Links are t.co unless all metadata was included; retweets are cut; whose post was answered or quoted is not said.",
    where=_is_exported,
    read=_read,
)
