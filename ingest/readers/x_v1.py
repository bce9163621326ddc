"""X API v1.1 JSON (twarc 1, streams, Hydrator), and the same objects as X's own pages load them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.mapping.contract import Record
from ingest.mapping.json_fields import at, flag, identifier, objects, words
from ingest.mapping.record import Records, Shape, keys, mentions, post, unescaped
from ingest.normalize import text as texts
from ingest.readers._shared.x_words import by_words
from ingest.readers.x_v2 import OWN_ADDRESS

_PREFIX = re.compile(r"^RT @\w+: ?")
_CLOCK = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} ")
_ENTITIES = ("extended_tweet.entities", "entities")
_MEDIA = ("extended_tweet.extended_entities.media", "extended_entities.media", "entities.media")
_TEXTS = ("full_text", "extended_tweet.full_text", "text")


_URLS, _TAGS, _MENTIONS = (
    tuple(f"{where}.{name}" for where in _ENTITIES) for name in ("urls", "hashtags", "user_mentions")
)


def _text(record: Record) -> str | None:
    """Full where it is; a repost of which the original is not there loses what stands in front."""
    text = unescaped(*_TEXTS)(record)
    return _PREFIX.sub("", text) if text else text


def _address(record: Record) -> str | None:
    native_id, handle = identifier(record, "id_str", "id"), identifier(record, "user.screen_name")
    return f"https://x.com/{handle or 'i'}/status/{native_id}" if native_id else None


def _cut(record: Record) -> bool | None:
    return None if at(record, *_TEXTS[:2]) else flag(record, "truncated")


def _quote(record: Record) -> Any:
    return at(record, "quoted_status_id_str", "quoted_status_id")


def _urls(record: Record) -> Iterator[Record]:
    """Shared links, without the addresses of the own pictures and of the quoted post."""
    known = {identifier(record, "id_str"), identifier(record, "quoted_status_id_str", "quoted_status.id_str")}
    for entity in objects(record, *_URLS):
        raw = words(entity, "unwound.url", "expanded_url", "url", "display_url")
        own = OWN_ADDRESS.match(raw or "")
        if raw and not (own and own[1] in known):
            yield {"kind": "url", "target_raw": raw}


def _tags(record: Record) -> Iterator[Record]:
    """Hashtags; from the whole text where the entities, as at times, leave them out."""
    found = [tag for entity in objects(record, *_TAGS) if (tag := words(entity, "text"))]
    if not found:
        whole = None if _cut(record) else _text(record)
        found = [] if "…" in (whole or "…") else texts.hashtags(whole)
    for tag in found:
        yield {"kind": "hashtag", "target_raw": tag}


SHAPE = Shape(
    platform="x",
    account={
        "native_id": ("user.id_str", "user.id", "user_id_str"),
        "handle": "user.screen_name",
        "display_name": "user.name",
        "created_at": "user.created_at",
        "followers": "user.followers_count",
        "following": "user.friends_count",
        "posts_count": "user.statuses_count",
        "verified": "user.verified",
        "description": "user.description",
        "location": "user.location",
    },
    post={
        "native_id": ("id_str", "id"),
        "text": _text,
        "text_is_truncated": _cut,
        "lang": "lang",
        "lang_basis": lambda record: "platform" if words(record, "lang") else None,
        "url": _address,
        "conversation_uid": "conversation_id_str",
        "like_count": "favorite_count",
        "repost_count": "retweet_count",
        "reply_count": "reply_count",
        "quote_count": "quote_count",
        "view_count": "views.count",
        "is_ad": "promoted",
    },
    time=("timestamp_ms", "created_at"),
    origin="retweeted_status",
    quoted="quoted_status",
    links=(
        post("reply", ("in_reply_to_status_id_str", "in_reply_to_status_id"),
             ("in_reply_to_user_id_str", "in_reply_to_user_id"), "in_reply_to_screen_name"),
        post("quote", _quote),
        _urls,
        _tags,
        mentions(_MENTIONS, id=("id_str", "id"), handle=("screen_name",)),
        keys("media", _MEDIA, "id_str"),
    ),
)  # fmt: skip


def _is_v1(record: Record) -> bool:
    return (
        "id_str" in record
        and isinstance(record.get("user"), dict)
        and bool(_CLOCK.match(str(record.get("created_at"))))
    )


READER = Records(
    name="x_v1",
    title="X API v1.1 JSON",
    platform="x",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media"),
    lacks="Long posts are cut where the full text was not asked for; counts of replies and quotes are mostly missing.",
    where=_is_v1,
    read=lambda record, context: by_words(SHAPE.item(record, context), words(record, *_TEXTS)),
    version=2,
    pages=("statuses",),
    containers=("statuses.item", "item", ""),
)
