"""CrowdTangle API JSON: Facebook and Instagram posts of pages and groups, until 2024."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.mapping.contract import Context, Item, Record
from ingest.mapping.json_fields import at, identifier, words
from ingest.mapping.record import Records, Shape, urls

_TAIL = re.compile(
    r"(?:posts|videos|permalink|photos/[^/]+|reel)/(\d+)|[?&](?:story_fbid|fbid|v)=(\d+)|/(?:p|reel|tv)/([\w-]+)"
)


def _number(record: Record) -> str | None:
    """The post's number as its address ends, as CSV files of the same posts have it."""
    found = _TAIL.search(words(record, "postUrl") or "")
    if found:
        return found[1] or found[2] or found[3]
    return (identifier(record, "platformId") or "").rpartition("_")[2] or identifier(record, "id")


def _words(record: Record) -> str | None:
    return words(record, "message") or words(record, "description") or words(record, "title")


FACEBOOK = Shape(
    platform="facebook",
    account={
        "native_id": ("account.platformId", "account.id"),
        "handle": "account.handle",
        "display_name": "account.name",
        "followers": ("account.subscriberCount", "subscriberCount"),
        "verified": "account.verified",
        "url": "account.url",
        "account_type": lambda record: "group" if "group" in str(at(record, "account.accountType")) else "page",
    },
    post={
        "native_id": _number,
        "text": _words,
        "lang": "languageCode",
        "lang_basis": lambda record: "platform" if words(record, "languageCode") else None,
        "url": "postUrl",
        "like_count": ("statistics.actual.likeCount", "statistics.actual.favoriteCount"),
        "repost_count": "statistics.actual.shareCount",
        "reply_count": "statistics.actual.commentCount",
        "view_count": ("statistics.actual.videoTotalViewCount", "statistics.actual.videoPostViewCount"),
        "is_ad": lambda record: True if isinstance(at(record, "brandedContentSponsor"), dict) else None,
        "collected_at": "updated",
    },
    time="date",
    in_text=("url", "hashtag", "mention"),
    links=(
        urls("expandedLinks", "expanded", "original"),
        urls(lambda record: at(record, "link") if not at(record, "expandedLinks") else None),
    ),
)
INSTAGRAM = replace(FACEBOOK, platform="instagram")


def _read(record: Record, context: Context) -> Item:
    where = str(at(record, "platform", "account.platform")).casefold()
    return (INSTAGRAM if where == "instagram" else FACEBOOK).item(record, context)


READER = Records(
    name="crowdtangle_json",
    title="CrowdTangle API JSON",
    carries=("url", "domain", "hashtag", "mention", "text"),
    lacks="It does not say which post a share repeats; only pages, public groups and verified people are in it.",
    where=lambda record: "postUrl" in record and isinstance(record.get("account"), dict) and "date" in record,
    read=_read,
    pages=("result.posts", "posts"),
    containers=("result.posts.item", "posts.item", "item", ""),
)
