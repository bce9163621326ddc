"""Instagram, Threads and Facebook posts as their own pages load them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ingest.mapping.contract import Context, Item, Record
from ingest.mapping.json_fields import at, flag, identifier, objects, words
from ingest.mapping.record import Shape, keys, mentions, urls

INSTAGRAM_EPOCH_MS = 1_314_220_021_721
_STORY = "comet_sections.content.story"
_NAME = re.compile(r"facebook\.com/(?:profile\.php\?id=|people/[^/]+/)?([\w.-]+)")


def _hidden(path: str) -> Callable[[Record], Any]:
    """A count, unless likes are hidden: then 0 stands where nothing is known."""
    return lambda record: (
        None if flag(record, "like_and_view_counts_disabled") or _partial(record) else at(record, path)
    )


def _partial(record: Record) -> bool:
    return bool(flag(record, "_zs_partial")) or "polaris" in str(record.get("__typename")).casefold()


INSTAGRAM = Shape(
    platform="instagram",
    account={
        "native_id": ("user.pk", "user.id", "owner.id"),
        "handle": ("user.username", "owner.username"),
        "display_name": ("user.full_name", "owner.full_name"),
        "verified": ("user.is_verified", "owner.is_verified"),
    },
    post={
        "native_id": ("code", "shortcode"),
        "text": ("caption.text", "edge_media_to_caption.edges.0.node.text", "caption"),
        "url": lambda record: f"https://www.instagram.com/p/{code}/" if (code := words(record, "code", "shortcode")) else None,
        "like_count": _hidden("like_count"),
        "reply_count": _hidden("comment_count"),
        "view_count": _hidden("play_count"),
        "is_ad": "is_paid_partnership",
    },
    time=("taken_at", "taken_at_timestamp"),
    in_text=("url", "hashtag", "mention"),
    links=(
        mentions("usertags.in", id=("user.pk", "user.id"), handle=("user.username",)),
        mentions("edge_media_to_tagged_user.edges", id=("node.user.id",), handle=("node.user.username",)),
        mentions("coauthor_producers", id=("pk", "id"), handle=("username",)),
        keys("media", "carousel_media", "pk", "id"),
        keys("track", "clips_metadata.music_info.music_asset_info.audio_cluster_id"),
    ),
)  # fmt: skip

THREADS = Shape(
    platform="threads",
    account={"native_id": ("user.pk", "user.id"), "handle": "user.username", "display_name": "user.full_name", "verified": "user.is_verified"},
    post={
        "native_id": "code",
        "text": "caption.text",
        "url": lambda record: f"https://www.threads.net/@{at(record, 'user.username')}/post/{code}" if (code := words(record, "code")) else None,
        "like_count": _hidden("like_count"),
        "repost_count": "text_post_app_info.repost_count",
        "reply_count": "text_post_app_info.direct_reply_count",
        "quote_count": "text_post_app_info.quote_count",
        "is_ad": "is_paid_partnership",
    },
    time="taken_at",
    origin="text_post_app_info.share_info.reposted_post",
    quoted="text_post_app_info.share_info.quoted_post",
    in_text=("url", "hashtag", "mention"),
    links=(urls("text_post_app_info.link_preview_attachment.url"),),
)  # fmt: skip


def _facebook_handle(record: Record) -> str | None:
    found = _NAME.search(words(record, f"{_STORY}.actors.0.url") or "")
    return found[1] if found else None


def _facebook_time(record: Record) -> object:
    blocks = objects(record, "comet_sections.context_layout.story.comet_sections.metadata")
    return next((found for block in blocks if (found := at(block, "story.creation_time")) is not None), None)


FACEBOOK = Shape(
    platform="facebook",
    account={
        "native_id": f"{_STORY}.actors.0.id",
        "handle": _facebook_handle,
        "display_name": f"{_STORY}.actors.0.name",
    },
    post={
        "native_id": (f"{_STORY}.post_id", "post_id"),
        "text": f"{_STORY}.message.text",
        "url": f"{_STORY}.wwwURL",
        "channel_uid": f"{_STORY}.to.id",
    },
    time=_facebook_time,
    in_text=("url", "hashtag"),
)


def instagram(record: Record, context: Context) -> Item:
    """A captured post. The feed's own pages hold no time; their numbers do."""
    item = INSTAGRAM.item(record, context)
    number = (identifier(record, "pk", "id") or "").partition("_")[0]
    if "created_at" not in item.post and re.fullmatch(r"\d{16,20}", number):
        at_ms = (int(number) >> 23) + INSTAGRAM_EPOCH_MS
        item.post.update(created_at=at_ms * 1_000, created_at_precision="ms", created_at_basis="id")
        context.assume("Where Instagram's pages hold no time, it was read from the number of the post.")
    return item
