"""snscrape JSON Lines: posts of X and of Telegram's public channels, collected until 2023."""

from __future__ import annotations

import re

from ingest.mapping.contract import Context, Item, Record, Skip
from ingest.mapping.json_fields import at, identifier, words
from ingest.mapping.record import Records, Shape, keys, mentions, post, tags, urls

OTHER = "From a platform that snscrape files are not read for."
_TELEGRAM = re.compile(r"t\.me/(?:s/)?(\w+)/(\d+)")
_PREFIX = re.compile(r"^RT @\w+: ?")

X = Shape(
    platform="x",
    account={
        "native_id": ("user.id", "user.id_str"),
        "handle": "user.username",
        "display_name": ("user.displayname", "user.displayName"),
        "created_at": "user.created",
        "followers": "user.followersCount",
        "following": "user.friendsCount",
        "posts_count": "user.statusesCount",
        "verified": "user.verified",
        "description": ("user.rawDescription", "user.description"),
        "location": "user.location",
    },
    post={
        "native_id": ("id_str", "id"),
        "text": lambda record: _PREFIX.sub("", text) if (text := words(record, "rawContent", "content")) else None,
        "lang": "lang",
        "lang_basis": lambda record: "platform" if words(record, "lang") else None,
        "url": "url",
        "conversation_uid": ("conversationIdStr", "conversationId"),
        "like_count": "likeCount",
        "repost_count": "retweetCount",
        "reply_count": "replyCount",
        "quote_count": "quoteCount",
        "view_count": "viewCount",
    },
    time="date",
    origin="retweetedTweet",
    quoted="quotedTweet",
    links=(
        post("reply", "inReplyToTweetId", "inReplyToUser.id", "inReplyToUser.username"),
        urls("links", "url"),
        urls(lambda record: at(record, "outlinks") if "links" not in record else None),
        tags("hashtags"),
        mentions("mentionedUsers", id=("id",), handle=("username",)),
        keys("media", "media", "id"),
    ),
)


def _place(record: Record) -> tuple[str, str] | None:
    found = _TELEGRAM.search(words(record, "url") or "")
    return (found[1], found[2]) if found else None


TELEGRAM = Shape(
    platform="telegram",
    account={
        "handle": lambda record: place[0] if (place := _place(record)) else identifier(record, "channel.username"),
        "display_name": "channel.title",
        "account_type": lambda record: "channel",
    },
    post={
        "native_id": lambda record: f"{place[0].casefold()}:{place[1]}" if (place := _place(record)) else None,
        "channel_uid": lambda record: f"@{place[0].casefold()}" if (place := _place(record)) else None,
        "text": "content",
        "url": "url",
        "view_count": "viewCount",
    },
    time="date",
    in_text=("hashtag", "mention"),
    links=(
        urls("outlinks"),
        urls("linkPreview.href"),
        post("repost", lambda record: ":".join(found.groups()).casefold() if (found := _TELEGRAM.search(words(record, "forwardedUrl") or "")) else None),
    ),
)  # fmt: skip


def _read(record: Record, context: Context) -> Item:
    kind = str(record.get("_type"))
    if "twitter" in kind or "rawContent" in record:
        return X.item(record, context)
    if "telegram" in kind or _place(record):
        return TELEGRAM.item(record, context)
    raise Skip(OTHER, "_type", kind)


def _is_snscrape(record: Record) -> bool:
    if str(record.get("_type")).startswith("snscrape.modules."):
        return True
    old = {"url", "date", "content"} <= record.keys()
    return (old and bool(record.keys() & {"outlinks", "renderedContent"})) or {
        "rawContent",
        "date",
        "user",
    } <= record.keys()


READER = Records(
    name="snscrape",
    title="snscrape JSON Lines (X, Telegram)",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media"),
    lacks="Retweets are rare in it, because searches left them out; Telegram posts name only the channel.",
    where=_is_snscrape,
    read=_read,
)
