"""Apify's TikTok actors: clockworks/tiktok-scraper with its relatives (videos), clockworks/tiktok-comments-scraper (comments).

Field names: the actors' own examples of output and data sets that users published. A data set downloaded as its "Overview"
holds neither the number of the video nor that of its author: the first is read from the address, the second is not known.
"""

from __future__ import annotations

from ingest.mapping.contract import Context, Item, Record
from ingest.mapping.flattened import Flattened
from ingest.mapping.json_fields import at, identifier, objects, words
from ingest.mapping.record import Shape, keys, mention, post, tags
from ingest.normalize import text as texts
from ingest.readers._shared.apify import first, in_seconds, results, within

_NUMBER = within(r"/(?:video|photo)/(\d+)", "webVideoUrl", "submittedVideoUrl")
_ANSWERED = within(r"/(?:video|photo)/(\d+)", "videoWebUrl", "submittedVideoUrl")


def _mentions(record: Record) -> list[Record]:
    """Accounts mentioned, by their ids where the actor gives them."""
    detailed = [(identifier(one, "id"), identifier(one, "name")) for one in objects(record, "detailedMentions")]
    names = at(record, "mentions")
    plain = [(None, name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
    text = [(None, name) for name in texts.mentions_in(words(record, "text"))]
    return [made for number, name in detailed or plain or text if (made := mention("tiktok", number, name))]


VIDEO = Shape(
    platform="tiktok",
    account={
        "native_id": "authorMeta.id",
        "handle": ("authorMeta.name", "authorMeta.uniqueId"),
        "display_name": "authorMeta.nickName",
        "verified": "authorMeta.verified",
        "description": "authorMeta.signature",
        "followers": "authorMeta.fans",
        "following": "authorMeta.following",
        "posts_count": "authorMeta.video",
    },
    post={
        "native_id": first("id", _NUMBER),
        "text": ("text", "desc"),
        "lang": "textLanguage",
        "lang_basis": lambda record: "platform" if words(record, "textLanguage") else None,
        "url": "webVideoUrl",
        "like_count": "diggCount",
        "reply_count": "commentCount",
        "repost_count": "shareCount",
        "view_count": "playCount",
        "is_ad": ("isAd", "isSponsored"),
    },
    time=("createTimeISO", "createTime"),
    in_text=("url", "hashtag"),
    links=(
        tags("hashtags", "name"),
        _mentions,
        keys("track", "musicMeta.musicId"),
        keys("object", lambda record: [f"effect:{number}" for one in objects(record, "effectStickers") if (number := identifier(one, "ID"))]),
    ),
)  # fmt: skip
COMMENT = Shape(
    platform="tiktok",
    account={"native_id": "uid", "handle": "uniqueId"},
    post={
        "native_id": "cid",
        "text": "text",
        "conversation_uid": _ANSWERED,
        "like_count": "diggCount",
        "reply_count": "replyCommentTotal",
    },
    time=("createTimeISO", "createTime"),
    kind="comment",
    in_text=("url", "hashtag"),
    links=(post("reply", _ANSWERED), post("reply", "repliesToId"), _mentions),
)


def _is_video(record: Record) -> bool:
    return "webVideoUrl" in record and isinstance(record.get("authorMeta"), dict)


def _is_comment(record: Record) -> bool:
    return {"cid", "uniqueId"} <= record.keys() and bool({"videoWebUrl", "replyCommentTotal"} & record.keys())


def _read(record: Record, context: Context) -> Item:
    if _is_comment(record):
        return in_seconds(COMMENT.item(record, context))
    item = in_seconds(VIDEO.item(record, context))
    if not item.account.get("native_id") and item.account.get("handle"):
        context.warn(
            "The file names accounts by their handles alone, which people change: an export of all fields holds their numbers."
        )
    return item


READER = Flattened(
    name="apify_tiktok",
    title="Apify TikTok actors (JSON, CSV)",
    platform="tiktok",
    carries=("url", "domain", "hashtag", "mention", "reply", "text", "track", "object"),
    lacks="It does not say which video a duet or stitch answers; the console's overview leaves out the numbers of accounts.",
    where=lambda record: _is_video(record) or _is_comment(record),
    read=results(_read),
    texts=("text", "desc", "name", "nickName", "signature", "musicName"),
    named=(
        ("account", ("authorMeta.id", "authorMeta.name", "uid", "uniqueId")),
        ("id", ("id", "cid", "webVideoUrl")),
        ("time", ("createTimeISO", "createTime")),
    ),
)
