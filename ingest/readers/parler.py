"""Parler posts and comments as NDJSON (Aliapoulios et al.)."""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.mapping.contract import Record
from ingest.mapping.json_fields import at, identifier, words
from ingest.mapping.record import Records, Shape, about, post, tags, urls

_DIGITS = re.compile(r"(20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)


def _parent(comment: bool) -> Callable[[Record], str | None]:
    """Parent: the post a comment answers, or the post an echo repeats."""
    return lambda record: identifier(record, "parent") if _is_comment(record) == comment else None


def _is_comment(record: Record) -> bool:
    return str(record.get("datatype")).startswith("comment")


def _time(record: Record) -> str | None:
    """UTC, as fourteen digits or as a date."""
    digits = _DIGITS.fullmatch(identifier(record, "createdAt") or "")
    return "{}-{}-{} {}:{}:{}".format(*digits.groups()) if digits else words(record, "createdAtformatted", "createdAt")


SHAPE = Shape(
    platform="parler",
    account={"native_id": "creator", "handle": "username", "display_name": "name", "followers": about("followers"), "following": about("following")},
    post={
        "native_id": ("id", "_id"),
        "text": ("body", "bodywithurls"),
        "like_count": about("upvotes"),
        "repost_count": about("reposts"),
        "reply_count": about("comments"),
        "view_count": about("impressions"),
    },
    time=_time,
    kind=lambda record: "comment" if _is_comment(record) else None,
    in_text=("url", "mention", "hashtag"),
    links=(
        post("repost", _parent(comment=False)),
        post("reply", _parent(comment=True)),
        urls("urls", "long", "url", "expanded", "short"),
        tags("hashtags"),
    ),
)  # fmt: skip

READER = Records(
    name="parler",
    title="Parler NDJSON",
    platform="parler",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "text"),
    lacks="Counts are rounded; handles of those who were deleted are missing.",
    where=lambda record: (
        {"creator", "body"} <= record.keys() and at(record, "createdAt", "createdAtformatted") is not None
    ),
    read=SHAPE.item,
)
