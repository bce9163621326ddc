"""TikTok videos and comments as its own pages load them."""

from __future__ import annotations

from collections.abc import Callable

from ingest.mapping.contract import Record
from ingest.mapping.json_fields import identifier, words
from ingest.mapping.record import Shape, keys, mentions, post, tags

AUTHOR = ("author.uniqueId", "author.unique_id", "author")


def _handle(record: Record) -> str | None:
    return next((name for path in AUTHOR if (name := words(record, path))), None)


def _address(record: Record) -> str | None:
    native_id, handle = identifier(record, "id"), _handle(record)
    return f"https://www.tiktok.com/@{handle}/video/{native_id}" if native_id and handle else None


def _unless_zero(*paths: str) -> Callable[[Record], str | None]:
    """0 stands where there is none."""
    return lambda record: None if (native_id := identifier(record, *paths)) in (None, "0") else native_id


VIDEO = Shape(
    platform="tiktok",
    account={
        "native_id": ("author.id", "authorId"),
        "handle": _handle,
        "display_name": ("author.nickname", "nickname"),
        "verified": "author.verified",
        "description": "author.signature",
        "followers": ("authorStats.followerCount", "authorStatsV2.followerCount"),
        "following": "authorStats.followingCount",
        "posts_count": "authorStats.videoCount",
    },
    post={
        "native_id": "id",
        "text": "desc",
        "lang": "textLanguage",
        "lang_basis": lambda record: "platform" if words(record, "textLanguage") else None,
        "url": _address,
        "like_count": ("stats.diggCount", "statsV2.diggCount"),
        "reply_count": ("stats.commentCount", "statsV2.commentCount"),
        "repost_count": ("stats.shareCount", "statsV2.shareCount"),
        "view_count": ("stats.playCount", "statsV2.playCount"),
        "is_ad": ("isAd", "isAD"),
    },
    time="createTime",
    links=(
        post("quote", _unless_zero("duetInfo.duetFromId")),  # a duet answers another video by showing it
        tags("textExtra", "hashtagName"),
        tags("challenges", "title"),
        mentions("textExtra", id=("userId",), handle=("userUniqueId",)),
        keys("track", "music", "id"),
        keys("media", "video", "id"),
    ),
)

COMMENT = Shape(
    platform="tiktok",
    account={"native_id": "user.uid", "handle": "user.unique_id", "display_name": "user.nickname"},
    post={
        "native_id": "cid",
        "text": "text",
        "lang": "comment_language",
        "lang_basis": lambda record: "platform" if words(record, "comment_language") else None,
        "conversation_uid": "aweme_id",
        "like_count": "digg_count",
        "reply_count": "reply_comment_total",
    },
    time="create_time",
    kind="comment",
    in_text=("hashtag",),
    links=(
        post("reply", "aweme_id"),
        post("reply", _unless_zero("reply_id")),
        mentions("text_extra", id=("user_id",), handle=("user_unique_id",)),
    ),
)
