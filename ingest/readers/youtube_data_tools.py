"""YouTube Data Tools: lists of videos, and comments whose video is only in the name of the file."""

from __future__ import annotations

import re

import polars as pl

from ingest.mapping.contract import Context
from ingest.mapping.table import Family, Links, Table, filled, html_links, html_text, post, value

RENAMED = "Which video the comments stand under is only in the name of the file, and this file was renamed."
PSEUDONYMS = "Names were replaced by unsalted SHA-1 hashes, which can be turned back by trying names."
_NAME = re.compile(r"videoinfo_UC[\w-]{22}_([\w-]{11})_")
_SHA1 = r"^[0-9a-f]{40}$"


def _of_video(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    found = _NAME.search(context.file_name)
    if not found:
        context.warn(RENAMED)
    if frame["authorName"].str.contains(_SHA1).any():
        context.warn(PSEUDONYMS)
    return frame.with_columns(pl.lit(found[1] if found else None, pl.String).alias("__video"))


_VIDEOS = Table(
    name="youtube_data_tools",
    title="YouTube Data Tools: videos",
    platform="youtube",
    carries=(),
    lacks="",
    signatures=(
        frozenset({"videoId", "channelId", "publishedAtSQL"}),
        frozenset({"videoId", "channelId", "videoTitle"}),
    ),
    account={"native_id": "channelId", "display_name": "channelTitle", "account_type": pl.lit("channel")},
    post={
        "native_id": "videoId",
        "text": pl.concat_str(value("videoTitle"), value("videoDescription"), separator="\n", ignore_nulls=True),
        "lang": ("defaultLanguage", "defaultLAudioLanguage"),
        "url": "https://www.youtube.com/watch?v=" + value("videoId"),
        "like_count": "likeCount",
        "reply_count": "commentCount",
        "view_count": "viewCount",
    },
    time=("publishedAt", "publishedAtSQL"),
    links=(Links("hashtag", "tags", lambda cell: cell.split(",")),),
    in_text=("url", "hashtag", "mention"),
    kept=("videoCategoryLabel",),
)
_SHA = pl.col("authorName").str.contains(_SHA1)
_COMMENTS = Table(
    name="youtube_data_tools",
    title="YouTube Data Tools: comments",
    platform="youtube",
    carries=(),
    lacks="",
    signatures=(frozenset({"authorName", "isReply", "isReplyTo"}), frozenset({"authorName", "isReply", "isReplyToId"})),
    check=_of_video,
    account={
        "native_id": pl.coalesce(value("authorChannelId"), pl.when(_SHA).then(pl.col("authorName"))),
        "handle": pl.when(~_SHA & (~filled("authorChannelId") | pl.col("authorName").str.starts_with("@")))
        .then(value("authorName")),
        "display_name": pl.when(~_SHA).then(value("authorName")),
        "uid_from": pl.when(~filled("authorChannelId") & _SHA).then(pl.lit("hash")),
    },
    post={
        "native_id": "id",
        "text": html_text("text"),
        "conversation_uid": "__video",
        "like_count": "likeCount",
        "reply_count": "replyCount",
    },
    time=("publishedAt",),
    kinds=(("comment", pl.lit(True)),),
    links=(post("reply", "__video"), post("reply", ("isReplyTo", "isReplyToId")), html_links("text")),
    in_text=("hashtag", "mention"),
)  # fmt: skip

READER = Family(
    name="youtube_data_tools",
    title="YouTube Data Tools CSV (videos, comments)",
    carries=("reply", "url", "hashtag", "mention"),
    lacks="Comments carry the zone of the server in their times, and their video only in the file's name.",
    members=(_VIDEOS, _COMMENTS),
)
