"""Posts of smaller platforms as their own pages load them: LinkedIn, 9GAG, Imgur, Pinterest, Douyin, Xiaohongshu."""

from __future__ import annotations

import re
from typing import Any

from ingest.mapping.contract import Context, Item, Record
from ingest.mapping.json_fields import at, identifier, words
from ingest.mapping.record import Shape, keys, mentions, post, tags, unescaped, urls

_ACTIVITY = re.compile(r"urn:li:(?:activity|ugcPost|share):(\d+)")
_PERSON = re.compile(r"linkedin\.com/(?:in|company|school|showcase)/([^/?#]+)")
_MEMBER = re.compile(r"urn:li:(?:member|company|organization|fsd_profile|fsd_company):([\w-]+)")


def _found(rule: re.Pattern[str], *paths: str) -> Any:
    """The part of the first text along the paths that the rule finds."""

    def read(record: Record) -> str | None:
        found = (rule.search(text) for path in paths if (text := words(record, path)))
        return next((match[1] for match in found if match), None)

    return read


def _title_and_text(*paths: str) -> Any:
    return lambda record: "\n\n".join(part for path in paths if (part := words(record, path))) or None


LINKEDIN = Shape(  # its page says only "3 weeks ago"; the number of the post holds the time
    platform="linkedin",
    account={
        "handle": _found(_PERSON, "actor.navigationContext.actionTarget", "actor.name.attributesV2.0.detailData.hyperlink"),
        "native_id": _found(_MEMBER, "actor.backendUrn", "actor.urn"),
        "display_name": "actor.name.text",
    },
    post={
        "native_id": _found(_ACTIVITY, "updateMetadata.urn", "preDashEntityUrn", "entityUrn"),
        "text": "commentary.text.text",
        "like_count": "socialDetail.totalSocialActivityCounts.numLikes",
        "reply_count": "socialDetail.totalSocialActivityCounts.numComments",
        "repost_count": "socialDetail.totalSocialActivityCounts.numShares",
        "is_ad": lambda record: True if "promoted" in str(at(record, "actor.subDescription.text")).casefold() else None,
    },
    time=(),
    in_text=("url", "hashtag"),
    links=(urls("content.articleComponent.navigationContext.actionTarget"),),
)  # fmt: skip

NINEGAG = Shape(
    platform="9gag",
    account={"native_id": ("creator.userId", "creator.accountId"), "handle": "creator.username", "display_name": "creator.fullName"},
    post={
        "native_id": "id",
        "text": unescaped("description", "title"),
        "url": "url",
        "like_count": "upVoteCount",
        "reply_count": "commentsCount",
        "is_ad": lambda record: at(record, "promoted") in (1, True),
    },
    time="creationTs",
    links=(urls("sourceUrl"), tags("tags", "key")),
)  # fmt: skip

IMGUR = Shape(
    platform="imgur",
    account={"native_id": ("account_id", "account.id"), "handle": "account.username"},
    post={
        "native_id": "id",
        "text": _title_and_text("title", "description"),
        "url": "url",
        "like_count": "upvote_count",
        "reply_count": "comment_count",
        "view_count": "view_count",
        "is_ad": "is_ad",
    },
    time="created_at",
    in_text=("url", "hashtag"),
    links=(keys("media", "cover.id"),),
)

PINTEREST = Shape(
    platform="pinterest",
    account={"native_id": ("pinner.entityId", "pinner.id"), "handle": "pinner.username", "display_name": ("pinner.fullName", "pinner.full_name")},
    post={
        "native_id": ("entityId", "id"),
        "text": _title_and_text("title", "description"),
        "url": lambda record: f"https://www.pinterest.com/pin/{number}" if (number := identifier(record, "entityId", "id")) else None,
        "is_ad": ("isPromoted", "is_promoted"),
    },
    time=("created_at", "createdAt"),
    in_text=("hashtag",),
    links=(urls("link"), keys("media", ("imageSignature", "image_signature"))),
)  # fmt: skip

DOUYIN = Shape(
    platform="douyin",
    account={
        "native_id": ("author_user_id", "authorUserId", "author.uid", "authorInfo.uid", "author.id"),
        "display_name": ("author.nickname", "authorInfo.nickname"),
        "followers": ("author.follower_count", "authorInfo.followerCount"),
    },
    post={
        "native_id": ("aweme_id", "awemeId"),
        "text": "desc",
        "url": lambda record: f"https://www.douyin.com/video/{number}" if (number := identifier(record, "aweme_id", "awemeId")) else None,
        "like_count": ("statistics.digg_count", "stats.diggCount"),
        "reply_count": ("statistics.comment_count", "stats.commentCount"),
        "repost_count": ("statistics.share_count", "stats.shareCount"),
        "view_count": ("statistics.play_count", "stats.playCount"),
        "is_ad": ("is_ads", "isAds"),
    },
    time=("create_time", "createTime"),
    links=(
        tags(("text_extra", "textExtra"), "hashtag_name", "hashtagName"),
        mentions(("text_extra", "textExtra"), id=("user_id", "userId")),
        keys("track", "music", "id_str", "id"),
    ),
)  # fmt: skip

XIAOHONGSHU = Shape(
    platform="xiaohongshu",
    account={
        "native_id": ("note_card.user.user_id", "note.user.userId", "user.userId", "user.user_id"),
        "display_name": ("note_card.user.nickname", "note.user.nickname", "user.nickname", "note_card.user.nick_name"),
    },
    post={
        "native_id": ("id", "note_id", "noteId"),
        "text": _title_and_text("note_card.display_title", "note_card.title", "note_card.desc", "note.title", "note.desc", "title", "desc"),
        "like_count": ("note_card.interact_info.liked_count", "note.interactInfo.likedCount"),
    },
    time=("note_card.time", "note.time", "time"),
    links=(tags(("note_card.tag_list", "note.tagList"), "name"),),
    in_text=("hashtag",),
)  # fmt: skip

XIAOHONGSHU_COMMENT = Shape(
    platform="xiaohongshu",
    account={"native_id": ("user_info.user_id", "userInfo.userId"), "display_name": ("user_info.nickname", "userInfo.nickname")},
    post={
        "native_id": "id",
        "text": "content",
        "conversation_uid": ("note_id", "noteId"),
        "like_count": ("like_count", "likeCount"),
        "reply_count": ("sub_comment_count", "subCommentCount"),
    },
    time=("create_time", "createTime"),
    kind="comment",
    links=(post("reply", ("note_id", "noteId")), post("reply", ("target_comment.id", "targetComment.id"))),
)  # fmt: skip


def xiaohongshu(record: Record, context: Context) -> Item:
    """A captured note. Lists of notes hold no time; the first eight digits of their ids do."""
    item = XIAOHONGSHU.item(record, context)
    number = str(item.post.get("native_id"))
    if "created_at" not in item.post and re.fullmatch(r"[0-9a-f]{24}", number):
        item.post.update(created_at=int(number[:8], 16) * 1_000_000, created_at_precision="s", created_at_basis="id")
        context.assume("Where Xiaohongshu's pages hold no time, it was read from the number of the note.")
    return item
