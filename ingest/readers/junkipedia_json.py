"""Junkipedia API JSON: posts of many platforms from lists of channels."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ingest.mapping.contract import Context, Item, Record
from ingest.mapping.json_fields import at, words
from ingest.mapping.record import Records, Shape, about, urls
from ingest.normalize.platforms import platform_id

_FIELDS = "attributes.search_data_fields"

SHAPE = Shape(
    platform="unknown",
    account={
        "native_id": (f"{_FIELDS}.channel_data.channel_id", "attributes.channel.channel_native_id", "attributes.channel.id"),
        "handle": (f"{_FIELDS}.channel_data.channel_name", "attributes.channel.channel_name"),
        "display_name": (f"{_FIELDS}.channel_data.channel_name", "attributes.channel.channel_name"),
        "url": f"{_FIELDS}.channel_data.channel_url_external",
    },
    post={
        "native_id": ("attributes.post_data.native_id", "id"),
        "text": (f"{_FIELDS}.sanitized_text", "attributes.post_data.text"),
        "url": "attributes.url",
        "like_count": about("attributes.engagement_data.like_count", "attributes.engagement_data.likes"),
        "repost_count": about("attributes.engagement_data.share_count", "attributes.engagement_data.shares"),
        "reply_count": about("attributes.engagement_data.comment_count", "attributes.engagement_data.comments"),
        "view_count": about("attributes.engagement_data.view_count", "attributes.engagement_data.views"),
    },
    time=("attributes.published_at", f"{_FIELDS}.published_at"),
    in_text=("url", "hashtag", "mention"),
    links=(urls("attributes.post_data.expanded_links"), urls("attributes.post_data.links")),
)  # fmt: skip


@lru_cache(maxsize=64)
def _shape(platform: str) -> Shape:
    return replace(SHAPE, platform=platform)


def _read(record: Record, context: Context) -> Item:
    platform = platform_id(words(record, f"{_FIELDS}.platform_name")) or context.platform
    item = _shape(platform).item(record, context)
    item.post["platform"] = platform
    return item


READER = Records(
    name="junkipedia_json",
    title="Junkipedia API JSON",
    carries=("url", "domain", "hashtag", "mention", "text"),
    lacks="Accounts are channels by name; what a post repeats or answers is not said.",
    where=lambda record: isinstance(at(record, _FIELDS), dict),
    read=_read,
    pages=("data",),
    containers=("data.item", "item", ""),
)
