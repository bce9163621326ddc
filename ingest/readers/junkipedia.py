"""Junkipedia CSV: its API's answers with dotted names of columns."""

from __future__ import annotations

from ingest.mapping.contract import Sample
from ingest.mapping.table import Table, mapped, urls
from ingest.normalize import platforms

_FIELDS = "search_data_fields."


def _name(*names: str) -> tuple[str, ...]:
    """Columns with and without ``attributes.`` in front."""
    return tuple(front + name for name in names for front in ("", "attributes."))


def _is_junkipedia(sample: Sample) -> bool:
    return any(name.removeprefix("attributes.").startswith(_FIELDS) for name in sample.header)


READER = Table(
    name="junkipedia",
    title="Junkipedia CSV",
    carries=("url", "hashtag", "mention"),
    lacks="Accounts are channels by name; what a post repeats or answers is not said.",
    signatures=(),
    where=_is_junkipedia,
    account={
        "platform": mapped(_name(f"{_FIELDS}platform_name"), platforms.platform_id),
        "native_id": _name(f"{_FIELDS}channel_data.channel_id", "channel.id"),
        "handle": _name(f"{_FIELDS}channel_data.channel_name", "channel.channel_name"),
        "display_name": _name(f"{_FIELDS}channel_data.channel_name", "channel.channel_name"),
        "url": _name(f"{_FIELDS}channel_data.channel_url_external"),
    },
    post={
        "native_id": ("id",),
        "text": _name(f"{_FIELDS}sanitized_text"),
        "url": _name("url", f"{_FIELDS}url"),
        "like_count": _name("engagement_data.like_count", "engagement_data.likes"),
        "repost_count": _name("engagement_data.share_count", "engagement_data.shares"),
        "reply_count": _name("engagement_data.comment_count", "engagement_data.comments"),
        "view_count": _name("engagement_data.view_count", "engagement_data.views"),
    },
    time=_name("published_at", f"{_FIELDS}published_at"),
    links=(urls(_name("post_data.expanded_links", "post_data.links")),),
    in_text=("url", "hashtag", "mention"),
    kept=(f"{_FIELDS}post_type",),
)
