"""Tables of Facepager: the answers of an API as a tree of nodes, with columns that its user chose.

Columns: strohne/Facepager ``src/dialogs/export.py``, ``src/widgets/datatree.py`` and the presets that come with it. Rows are nodes: only those
with data, fetched without error, may be posts; the others are what was searched for, headers and rests of pages. The post's own id is
``object_id``; the first ``id`` is Facepager's number of the node. Lists are joined by semicolons. Which platform it is, the columns tell.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from ingest.mapping.table import Family, Links, Table, filled, html_text, tags, urls, value
from ingest.mapping.table import post as to_post
from ingest.normalize import text as texts
from ingest.readers._shared.x_tables import WHOSE, cut, guess, guessed, sound, spoken

NODES = frozenset({"object_id", "object_type", "query_status", "query_type"})
NO_DATA = "A node of Facepager that is no post: what was searched for, a header or the rest of a page."
NOT_FETCHED = "A node that Facepager did not get from the platform."
CARRIES = ("repost", "reply", "quote", "url", "hashtag", "mention")
LACKS = "Only the columns its user chose; what is not among them is not in the file."
_SKIPS = (
    (~value("object_type").is_in(["data", "unpacked"]), NO_DATA, "object_type"),
    (value("query_status").str.contains("(?i)error"), NOT_FETCHED, "query_status"),
)


def _handles(cell: str) -> list[str]:
    """Names joined by semicolons; those with blanks in them are display names."""
    return [name for one in cell.split(";") if (name := one.strip().lstrip("@")) and " " not in name]


def _table(platform: str, *signatures: set[str], **changes: Any) -> Table:
    """A table of nodes of one platform."""
    usual: dict[str, Any] = {
        "name": "facepager",
        "title": "Facepager CSV",
        "carries": CARRIES,
        "lacks": LACKS,
        "skips": _SKIPS,
        "zone": "UTC",
        "platform": platform,
        "signatures": tuple(NODES | signature for signature in signatures),
    }
    return Table(**(usual | changes))


_NAMED = ("user.screen_name", "author.username", "includes.users.*.username")
_LISTS: dict[str, tuple[str, ...]] = {
    "urls": (
        "entities.urls.*.expanded_url",
        "entities.urls.*.unwound_url",
        "entities.urls.*.url",
        "entities.urls.*.display_url",
    ),
    "tags": ("entities.hashtags.*.text", "entities.hashtags.*.tag"),
    "ids": ("entities.user_mentions.*.id_str", "entities.mentions.*.id"),
    "names": ("entities.user_mentions.*.screen_name", "entities.mentions.*.username"),
}

X = _table(
    "x",
    {"text", "user.screen_name"},
    {"text", "user.id_str"},
    {"text", "author_id"},
    {"full_text", "user.screen_name"},
    {"full_text", "user.id_str"},
    account={
        "native_id": ("user.id_str", "author_id"),
        "handle": _NAMED,
        "display_name": ("user.name", "author.name"),
        "followers": "user.followers_count",
    },
    derived={
        "__whole": value(("full_text", "text")),
        "__given": pl.coalesce(
            value(("retweeted_status.id_str", "retweeted_status.id")),
            pl.col("referenced_tweets").str.extract(r'"type": ?"retweeted", ?"id": ?"(\d+)"', 1),
            pl.col("referenced_tweets").str.extract(r'"id": ?"(\d+)", ?"type": ?"retweeted"', 1),
        ),
        "__whose": pl.coalesce(value("retweeted_status.user.screen_name"), pl.col("__whole").str.extract(WHOSE, 1)),
        "__guess": pl.when(~filled("__given")).then(guess(pl.col("__whose"), pl.col("__whole"))),
        "__reply": pl.coalesce(
            value(("in_reply_to_status_id_str", "in_reply_to_status_id")),
            pl.col("referenced_tweets").str.extract(r'"type": ?"replied_to", ?"id": ?"(\d+)"', 1),
        ),
        "__replied": sound(("in_reply_to_user_id_str", "in_reply_to_user_id")),
        "__quote": pl.when(~filled("__given")).then(
            pl.coalesce(
                value(("quoted_status.id_str", "quoted_status_id_str", "quoted_status.id")),
                pl.col("referenced_tweets").str.extract(r'"type": ?"quoted", ?"id": ?"(\d+)"', 1),
            )
        ),
        "__names": pl.when(~filled(*_LISTS["ids"])).then(value(_LISTS["names"])),
    },
    post={
        "native_id": "object_id",
        "text": spoken("__whole"),
        "text_is_truncated": cut("__whole"),
        "lang": "lang",
        "url": "https://x.com/" + value(_NAMED).fill_null("i") + "/status/" + value("object_id"),
        "conversation_uid": "conversation_id",
        "like_count": ("favorite_count", "public_metrics.like_count"),
        "repost_count": ("retweet_count", "public_metrics.retweet_count"),
        "reply_count": ("reply_count", "public_metrics.reply_count"),
        "quote_count": ("quote_count", "public_metrics.quote_count"),
    },
    time=("created_at",),
    shared_counts=True,
    kinds=(("repost", filled("__given", "__whose")), ("reply", filled("__reply")), ("quote", filled("__quote"))),
    links=(
        to_post("repost", "__given", handle="__whose"),
        guessed("__guess", "__whose"),
        to_post("reply", "__reply", "__replied"),
        to_post("quote", "__quote"),
        urls(_LISTS["urls"]),
        tags(_LISTS["tags"]),
        Links("mention", _LISTS["ids"], _handles, to="id"),
        Links("mention", "__names", _handles, to="handle"),
    ),
)
_COMMENT = value("query_type").str.contains("comments").fill_null(False)

FACEBOOK = _table(
    "facebook",
    {"message", "created_time"},
    account={"native_id": ("from.id", "__page"), "handle": "from.username", "display_name": "from.name"},
    derived={  # numbers are page_post, and post_comment
        "__page": pl.when(~_COMMENT).then(value("object_id").str.extract(r"^(\d+)_\d+$", 1)),
        "__answered": pl.when(_COMMENT).then(value("object_id").str.extract(r"^(\d+)_\d+$", 1)),
    },
    kinds=(("comment", _COMMENT),),
    post={
        "native_id": value("object_id").str.extract(r"^(?:\d+_)?(\d+)$", 1),
        "text": "message",
        "url": "permalink_url",
        "like_count": ("like_count", "likes.summary.total_count", "reactions.summary.total_count"),
        "repost_count": ("shares.count", "share_count"),
        "reply_count": ("comment_count", "comments.summary.total_count"),
    },
    time=("created_time",),
    links=(
        to_post("reply", "__answered"),
        urls(("link", "attachments.data.*.unshimmed_url", "attachments.data.*.url")),
    ),
    in_text=("url", "hashtag"),
)
YOUTUBE = _table(
    "youtube",
    {"snippet.topLevelComment.snippet.textDisplay"},
    {"snippet.textDisplay", "snippet.publishedAt"},
    account={
        "native_id": ("snippet.topLevelComment.snippet.authorChannelId.value", "snippet.authorChannelId.value"),
        "handle": value("__name").str.extract(r"^@([\w.-]+)$", 1),  # a name without @ may be anybody's
        "display_name": "__name",
    },
    derived={
        "__name": value(("snippet.topLevelComment.snippet.authorDisplayName", "snippet.authorDisplayName")),
        "__said": value(
            (
                "snippet.topLevelComment.snippet.textOriginal",
                "snippet.topLevelComment.snippet.textDisplay",
                "snippet.textOriginal",
                "snippet.textDisplay",
            )
        ),
    },
    post={
        "native_id": "object_id",
        "text": html_text("__said"),
        "like_count": ("snippet.topLevelComment.snippet.likeCount", "snippet.likeCount"),
    },
    time=("snippet.topLevelComment.snippet.publishedAt", "snippet.publishedAt"),
    kinds=(("comment", filled("object_id")),),
    links=(
        to_post("reply", ("snippet.topLevelComment.snippet.videoId", "snippet.videoId")),
        to_post("reply", "snippet.parentId"),
    ),
    in_text=("url", "hashtag"),
)
MASTODON = _table(
    "mastodon",
    {"content", "account.acct"},
    account={"handle": "account.acct", "display_name": "account.display_name"},
    derived={"__said": html_text("content")},
    post={
        "native_id": ("uri", "object_id"),
        "text": "__said",
        "url": ("url", "uri"),
        "lang": "language",
        "like_count": "favourites_count",
        "repost_count": "reblogs_count",
        "reply_count": "replies_count",
    },
    time=("created_at",),
    links=(
        Links("url", "content", lambda html: texts.html_to_text(html).links),
        tags(("tags.*.name",)),
    ),
    in_text=("mention",),
)


READER = Family(
    name="facepager",
    title="Facepager CSV (X, Facebook, YouTube, Mastodon)",
    carries=CARRIES,
    lacks=LACKS,
    members=(X, FACEBOOK, YOUTUBE, MASTODON),
)
