"""Zeeschuimer NDJSON, and 4CAT's NDJSON of it: what a browser was sent while somebody scrolled, from many platforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ingest.mapping.contract import Context, Item, Record, Skip
from ingest.mapping.json_fields import at, moment
from ingest.mapping.record import Records
from ingest.normalize.platforms import platform_id
from ingest.readers import parler, truth_gab
from ingest.readers._shared import meta_web, other_web, tiktok_web, x_web

UNKNOWN = "Captured from a platform there is no reader for."

# source_platform: how an item of it is read
CAPTURES: dict[str, Callable[[Record, Context], Item]] = {
    "twitter.com": x_web.item,
    "x.com": x_web.item,
    "tiktok.com": tiktok_web.VIDEO.item,
    "tiktok-comments": tiktok_web.COMMENT.item,
    "instagram.com": meta_web.instagram,
    "threads.net": meta_web.THREADS.item,
    "threads.com": meta_web.THREADS.item,
    "facebook.com": meta_web.FACEBOOK.item,
    "truthsocial.com": truth_gab.truth,
    "gab.com": truth_gab.gab,
    "linkedin.com": other_web.LINKEDIN.item,
    "9gag.com": other_web.NINEGAG.item,
    "imgur.com": other_web.IMGUR.item,
    "pinterest.com": other_web.PINTEREST.item,
    "douyin.com": other_web.DOUYIN.item,
    "xiaohongshu.com": other_web.xiaohongshu,
    "xiaohongshu-comments": other_web.XIAOHONGSHU_COMMENT.item,
    "parler.com": parler.SHAPE.item,
}


def _unwrapped(record: Record) -> tuple[Record, dict[str, Any]]:
    """The platform's own object, and the envelope around it."""
    envelope = record.get("__import_meta")
    if isinstance(envelope, dict):
        return {name: given for name, given in record.items() if name != "__import_meta"}, envelope
    data = record.get("data")
    return (data if isinstance(data, dict) else {}), record


def _read(record: Record, context: Context) -> Item:
    data, envelope = _unwrapped(record)
    source = str(envelope.get("source_platform"))
    read = CAPTURES.get(source.removeprefix("www."))
    if read is None:
        raise Skip(UNKNOWN, "source_platform", source)
    item = read(data, context)
    item.post.setdefault("platform", item.account.get("platform") or platform_id(source))
    collected_at = moment(envelope, "last_updated", "timestamp_collected")
    if collected_at is not None:
        item.post["collected_at"] = collected_at
    return item


def _is_captured(record: Record) -> bool:
    if isinstance(record.get("__import_meta"), dict):
        return at(record, "__import_meta.source_platform") is not None
    return {"item_id", "source_platform", "data"} <= record.keys()


READER = Records(
    name="zeeschuimer",
    title="Zeeschuimer and 4CAT NDJSON",
    version=2,
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media", "track"),
    lacks="Only what the browser was shown; Instagram, Threads and LinkedIn do not say what a post answers.",
    where=_is_captured,
    read=_read,
)
