"""TikTok Research API JSON: videos as the API answers them."""

from __future__ import annotations

from ingest.mapping.contract import Context, Item, Record, Skip
from ingest.mapping.json_fields import at, identifier
from ingest.mapping.record import Records, Shape, keys, tags

COMMENT = "A comment of the Research API: it does not say who wrote it."

SHAPE = Shape(
    platform="tiktok",
    account={"handle": ("username", "author_name"), "display_name": "display_name", "verified": "is_verified", "followers": "follower_count"},
    post={
        "native_id": ("id", "video_id"),
        "text": "video_description",
        "url": lambda record: f"https://www.tiktok.com/@{handle}/video/{identifier(record, 'id', 'video_id')}"
        if (handle := identifier(record, "username", "author_name")) else None,
        "like_count": "like_count",
        "reply_count": "comment_count",
        "repost_count": "share_count",
        "view_count": "view_count",
        "extra": lambda record: {"region_code": at(record, "region_code")} if at(record, "region_code") else None,
    },
    time="create_time",
    in_text=("mention", "url"),
    links=(
        tags("hashtag_names"),
        tags("hashtag_info_list", "hashtag_name"),
        keys("track", "music_id"),
        keys("object", lambda record: [f"effect:{number}" for number in _effects(record)]),
    ),
)  # fmt: skip


def _effects(record: Record) -> list[str]:
    given = at(record, "effect_ids")
    return (
        [str(number) for number in given if isinstance(number, str | int) and str(number) != "0"]
        if isinstance(given, list)
        else []
    )


def _read(record: Record, context: Context) -> Item:
    if "parent_comment_id" in record and not identifier(record, "username"):
        raise Skip(COMMENT)
    return SHAPE.item(record, context)


READER = Records(
    name="tiktok_research",
    title="TikTok Research API JSON",
    platform="tiktok",
    carries=("url", "domain", "hashtag", "mention", "text", "track", "object"),
    lacks="Accounts are known by handle only; duets and stitches do not name their source; comments name no author.",
    where=lambda record: (
        "create_time" in record
        and bool(
            {"video_description", "region_code"} & record.keys() or {"parent_comment_id", "video_id"} <= record.keys()
        )
    ),
    read=_read,
    pages=("data.videos", "data.comments", "videos"),
    containers=("data.videos.item", "data.comments.item", "videos.item", "item", ""),
)
