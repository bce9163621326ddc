"""Reddit dumps (Pushshift, Arctic Shift): submissions and comments, one a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from ingest.mapping.contract import Context, Item, Record
from ingest.mapping.json_fields import flag, identifier, words
from ingest.mapping.record import Records, Shape, keys, mention, post
from ingest.normalize import text as texts
from ingest.normalize.platforms import platform_of

GONE = {"[deleted]", "[removed]", "[ Removed by Reddit ]"}
WITHDRAWN = "Some posts were deleted by their authors after they were collected; their words and links were left out."
_USER = re.compile(r"(?<![\w/])/?u/([\w-]{3,20})")


def _words(record: Record) -> str | None:
    """Title and text of a submission, text of a comment, without what stands where something was taken away."""
    parts = (words(record, name) for name in (("body",) if _is_comment(record) else ("title", "selftext")))
    return "\n\n".join(unescape(part) for part in parts if part and part not in GONE) or None


def _is_comment(record: Record) -> bool:
    return "link_id" in record or "body" in record


def _name(record: Record) -> str | None:
    number = identifier(record, "id")
    if number is None or re.match(r"t\d_", number):
        return number
    return f"{'t1' if _is_comment(record) else 't3'}_{number}"


def _links(record: Record) -> Iterator[Record]:
    """The submitted link and those in the text; not the pages of Reddit itself."""
    submitted = None if flag(record, "is_self") else words(record, "url_overridden_by_dest", "url")
    for raw in (submitted, *texts.urls_in(_words(record))):
        if raw and raw.startswith(("http", "www.")) and platform_of(raw) != "reddit":
            yield {"kind": "url", "target_raw": unescape(raw)}
    for name in _USER.findall(_words(record) or ""):
        if person := mention("reddit", None, name):
            yield person


SHAPE = Shape(
    platform="reddit",
    # names are for ever on Reddit, and older dumps know nothing else: the number (t2_…) would split accounts
    account={
        "handle": "author",
        "account_type": lambda record: "bot" if words(record, "author") == "AutoModerator" else None,
    },
    post={
        "native_id": _name,
        "text": _words,
        "channel_uid": lambda record: f"r/{name.casefold()}" if (name := words(record, "subreddit")) else None,
        "conversation_uid": lambda record: identifier(record, "link_id") or _name(record),
        "url": lambda record: f"https://www.reddit.com{path}" if (path := words(record, "permalink")) else None,
        "like_count": "score",
        "reply_count": "num_comments",
        "edited_at": "edited",
        "is_ad": "promoted",
        "is_deleted": lambda record: True if flag(record, "_meta.was_deleted_later") else None,
        "collected_at": ("retrieved_on", "retrieved_utc"),
    },
    time="created_utc",
    kind=lambda record: "comment" if _is_comment(record) else None,
    links=(
        post("repost", "crosspost_parent", handle="crosspost_parent_list.0.author"),
        post("reply", "parent_id"),
        _links,
        keys("media", "gallery_data.items", "media_id"),
    ),
)


def _read(record: Record, context: Context) -> Item:
    item = SHAPE.item(record, context)
    if item.post.get("is_deleted"):
        context.warn(WITHDRAWN)
        item.post.pop("text", None)
        return Item(item.account, item.post)
    return item


READER = Records(
    name="reddit",
    title="Reddit dumps (Pushshift, Arctic Shift)",
    platform="reddit",
    carries=("url", "domain", "mention", "repost", "reply", "text", "media"),
    lacks="What was deleted before collection has no author and is left out; reposts are known only as crossposts.",
    where=lambda record: (
        {"subreddit", "created_utc"} <= record.keys() and bool(record.keys() & {"link_id", "selftext", "title", "body"})
    ),
    read=_read,
    pages=("data",),
    containers=("data.item", "item", ""),
)
