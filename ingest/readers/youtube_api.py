"""YouTube Data API v3 JSON: videos, search results, playlists, comment threads, comments."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.mapping.contract import Context, Item, Record, Skip, an_object
from ingest.mapping.json_fields import at, identifier, words
from ingest.mapping.record import Records, Shape, post, tags

NOT_A_POST = "A channel, playlist or another thing that is no video and no comment."
_VIDEO_ID = ("id.videoId", "snippet.resourceId.videoId", "contentDetails.videoId", "id")

VIDEO = Shape(
    platform="youtube",
    account={"native_id": ("snippet.videoOwnerChannelId", "snippet.channelId"), "display_name": ("snippet.videoOwnerChannelTitle", "snippet.channelTitle"), "account_type": lambda record: "channel"},
    post={
        "native_id": _VIDEO_ID,
        "text": lambda record: "\n\n".join(part for name in ("title", "description") if (part := words(record, f"snippet.{name}"))) or None,
        "lang": ("snippet.defaultAudioLanguage", "snippet.defaultLanguage"),
        "lang_basis": lambda record: "author" if words(record, "snippet.defaultAudioLanguage", "snippet.defaultLanguage") else None,
        "url": lambda record: f"https://www.youtube.com/watch?v={number}" if (number := identifier(record, *_VIDEO_ID)) else None,
        "like_count": "statistics.likeCount",
        "reply_count": "statistics.commentCount",
        "view_count": "statistics.viewCount",
    },
    time=("contentDetails.videoPublishedAt", "snippet.publishedAt"),
    in_text=("url", "hashtag"),
    links=(tags("snippet.tags"),),
)  # fmt: skip

COMMENT = Shape(
    platform="youtube",
    account={"native_id": ("snippet.authorChannelId.value", "snippet.authorChannelId"), "display_name": "snippet.authorDisplayName", "url": "snippet.authorChannelUrl"},
    post={
        "native_id": "id",
        "text": ("snippet.textOriginal", "snippet.textDisplay"),
        "conversation_uid": "snippet.videoId",
        "channel_uid": "snippet.channelId",
        "like_count": "snippet.likeCount",
        "edited_at": lambda record: at(record, "snippet.updatedAt") if at(record, "snippet.updatedAt") != at(record, "snippet.publishedAt") else None,
    },
    time="snippet.publishedAt",
    kind="comment",
    in_text=("hashtag",),
    html=True,
    links=(post("reply", "snippet.videoId"), post("reply", "snippet.parentId")),
)  # fmt: skip


def _read(record: Record, context: Context) -> Iterator[Item | Skip]:
    kind = str(record.get("kind")).removeprefix("youtube#")
    if kind == "commentThread":
        yield from _thread(record, context)
    elif kind == "comment":
        yield COMMENT.item(record, context)
    elif kind in ("video", "playlistItem") or (kind == "searchResult" and identifier(record, "id.videoId")):
        yield VIDEO.item(record, context)
    else:
        raise Skip(NOT_A_POST, "kind", at(record, "id.kind", "kind"))


def _thread(thread: Record, context: Context) -> Iterator[Item | Skip]:
    """A comment and the answers that came with it; only the thread always names the video."""
    top = at(thread, "snippet.topLevelComment")
    video = identifier(thread, "snippet.videoId")
    answers = at(thread, "replies.comments")
    for given in [*([top] if isinstance(top, dict) else []), *(answers if isinstance(answers, list) else [])]:
        try:
            comment = an_object(given)
            snippet = comment["snippet"] if isinstance(comment.get("snippet"), dict) else {}
            item = COMMENT.item(comment | {"snippet": {"videoId": video} | snippet}, context)
        except Skip as skip:
            yield skip
            continue
        if comment is top:
            item.post.setdefault("reply_count", at(thread, "snippet.totalReplyCount"))
        yield item


READER = Records(
    name="youtube_api",
    title="YouTube Data API JSON",
    platform="youtube",
    carries=("url", "domain", "hashtag", "reply", "text"),
    lacks="Search results cut descriptions; comments name channels, not handles.",
    where=lambda record: str(record.get("kind")).startswith("youtube#"),
    read=_read,
    pages=("items",),
    containers=("items.item", "item", ""),
)
