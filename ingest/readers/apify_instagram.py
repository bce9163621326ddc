"""Apify's Instagram actors: instagram-scraper (posts, comments, details of profiles), -post-, -reel-, -hashtag- and -comment-scraper.

Field names: the example of output in the actor's README and data sets that users published. Hidden counts are written as -1.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.mapping.contract import Context, Item, Record, Skip
from ingest.mapping.flattened import Flattened
from ingest.mapping.json_fields import identifier, objects, words
from ingest.mapping.record import Shape, keys, mentions, post, tags
from ingest.readers._shared.apify import first, in_seconds, results, within

PROFILE = "A profile, not a post."
LATEST = "{n} comments that are shown with posts were left out: they are only the latest few. The comments have an export of their own."
_CODE = within(r"instagram\.com/(?:[\w.]+/)?(?:p|reel|reels|tv)/([\w-]+)", "url", "postUrl", "commentUrl", "inputUrl")

POST = Shape(
    platform="instagram",
    account={
        "native_id": ("ownerId", "owner.id"),
        "handle": ("ownerUsername", "owner.username"),
        "display_name": ("ownerFullName", "owner.full_name"),
        "followers": "followersCount",
        "following": "followsCount",
    },
    post={
        "native_id": first("shortCode", _CODE),
        "text": "caption",
        "url": "url",
        "like_count": "likesCount",
        "reply_count": "commentsCount",
        "view_count": ("videoPlayCount", "videoViewCount"),
        "is_ad": ("paidPartnership", "isSponsored"),
    },
    time="timestamp",
    in_text=("url", "hashtag", "mention"),
    links=(
        tags("hashtags"),
        mentions("taggedUsers", id=("id", "pk"), handle=("username",)),
        mentions("coauthorProducers", id=("id", "pk"), handle=("username",)),
        keys("media", "childPosts", "id"),
        keys("track", "musicInfo.audio_id"),
    ),
)
COMMENT = Shape(
    platform="instagram",
    account={
        "native_id": ("owner.id", "owner.pk", "ownerId"),
        "handle": ("ownerUsername", "owner.username"),
        "display_name": "owner.full_name",
        "verified": "owner.is_verified",
    },
    post={
        "native_id": "id",
        "text": "text",
        "url": "commentUrl",
        "conversation_uid": _CODE,
        "like_count": "likesCount",
        "reply_count": "repliesCount",
    },
    time="timestamp",
    kind="comment",
    in_text=("url", "hashtag", "mention"),
    links=(post("reply", _CODE), post("reply", "parentId")),
)


def _is_post(record: Record) -> bool:
    return "shortCode" in record and bool({"ownerUsername", "ownerId"} & record.keys()) and "timestamp" in record


def _is_comment(record: Record) -> bool:
    whose = {"ownerUsername", "owner"} & record.keys()
    return (
        "shortCode" not in record
        and "text" in record
        and bool({"postUrl", "commentUrl"} & record.keys())
        and bool(whose)
    )


def _is_profile(record: Record) -> bool:
    return {"username", "followersCount", "postsCount"} <= record.keys()


def _read(record: Record, context: Context) -> Iterator[Item | Skip]:
    if _is_comment(record):
        yield in_seconds(COMMENT.item(record, context))
        for answer in objects(record, "replies"):
            known = {"postUrl": record.get("postUrl") or record.get("commentUrl"), "parentId": identifier(record, "id")}
            yield from _read({**known, "ownerUsername": None, "text": None, **answer}, context)
        return
    if _is_profile(record) and not words(record, "shortCode"):
        raise Skip(PROFILE, "username")
    context.count(LATEST, len(objects(record, "latestComments")))
    yield in_seconds(POST.item(record, context))


READER = Flattened(
    name="apify_instagram",
    title="Apify Instagram actors (JSON, CSV)",
    platform="instagram",
    carries=("url", "domain", "hashtag", "mention", "reply", "text", "media", "track"),
    lacks="Instagram has no reposts; of the comments under a post it shows the latest few.",
    where=lambda record: _is_post(record) or _is_comment(record) or _is_profile(record),
    read=results(_read),
    pages=("latestPosts",),
    texts=("text", "caption", "ownerFullName", "alt", "firstComment", "biography", "fullName", "full_name", "name"),
    named=(
        ("account", ("ownerId", "ownerUsername", "owner.id")),
        ("id", ("shortCode", "id")),
        ("time", ("timestamp",)),
    ),
)
