"""Apify's actors for X: apidojo/tweet-scraper and its relatives, kaitoeasyapi's, twitterapi.io's pages; and quacker's.

Field names: the actors' own examples of output (apify.com/apidojo/tweet-scraper), docs.twitterapi.io/api-reference, and data
sets that users published. Most actors write the object of twitterapi.io; quacker/twitter-scraper writes the names of API v1.1
with links and hashtags at the top.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.mapping.contract import Context, Item, Record, Skip
from ingest.mapping.flattened import Flattened
from ingest.mapping.json_fields import at, objects, words
from ingest.mapping.record import Shape, keys, mentions, post, tags, unescaped
from ingest.normalize import text as texts
from ingest.readers._shared.apify import first, results, within
from ingest.readers._shared.x_words import FRONT, by_words
from ingest.readers.x_v2 import OWN_ADDRESS

STAND_IN = "A stand-in that the actor adds where it found too little, not a post."
_KINDS = {"", "tweet", "reply", "retweet", "quote"}
_STATUS = r"/status(?:es)?/(\d+)"
_TEXT = ("fullText", "full_text", "text")


def _urls(path: str) -> Any:
    """Shared links, without the addresses of the own pictures and of the quoted post."""

    def read(record: Record) -> Iterator[Record]:
        known = {_ID(record), _QUOTED(record)}
        for entity in objects(record, path):
            raw = words(entity, "expanded_url", "unwound_url", "url", "display_url")
            own = OWN_ADDRESS.match(raw or "")
            if raw and not (own and own[1] in known):
                yield {"kind": "url", "target_raw": raw}

    return read


def _words_alone(record: Record) -> str | None:
    text = unescaped(*_TEXT)(record)
    return FRONT.sub("", text) if text else text


def _whole(*paths: str) -> Any:
    """The reposted post; what the file does not say of it is what the repost shows."""

    def read(record: Record) -> Record | None:
        inner = at(record, *paths)
        if not isinstance(inner, dict) or not _ID(inner):
            return None
        shown = {
            name: record[name] for name in ("entities", "extendedEntities", "hashtags", "urls") if record.get(name)
        }
        return {
            **shown,
            "text": words(record, *_TEXT),
            **{k: v for k, v in inner.items() if v not in (None, "", {}, [])},
        }

    return read


_ID = first("id", "id_str", within(_STATUS, "url", "twitterUrl"))
_QUOTED = first(
    "quoteId", "quote.id", "quoted_tweet.id", "quoted_tweet_results.result.rest_id", "quoted_tweet.id_str", "quoted_status_id_str"
)  # fmt: skip

TWEET = Shape(
    platform="x",
    account={
        "native_id": "author.id",
        "handle": ("author.userName", "author.username"),
        "display_name": "author.name",
        "created_at": "author.createdAt",
        "followers": "author.followers",
        "following": "author.following",
        "posts_count": "author.statusesCount",
        "verified": ("author.isVerified", "author.isBlueVerified"),
        "description": ("author.description", "author.profile_bio.description"),
        "location": "author.location",
    },
    post={
        "native_id": _ID,
        "text": _words_alone,
        "lang": "lang",
        "lang_basis": lambda record: "platform" if words(record, "lang") else None,
        "url": ("url", "twitterUrl"),
        "conversation_uid": "conversationId",
        "like_count": "likeCount",
        "repost_count": "retweetCount",
        "reply_count": "replyCount",
        "quote_count": "quoteCount",
        "view_count": "viewCount",
    },
    time="createdAt",
    origin=_whole("retweet", "retweeted_tweet"),
    quoted=("quote", "quoted_tweet"),
    links=(
        post("reply", "inReplyToId", "inReplyToUserId", "inReplyToUsername"),
        post("quote", _QUOTED),
        _urls("entities.urls"),
        tags("entities.hashtags", "text"),
        mentions("entities.user_mentions", id=("id_str", "id"), handle=("screen_name",)),
        keys("media", "extendedEntities.media", "id_str"),
    ),
)  # fmt: skip
QUACKER = Shape(
    platform="x",
    account={
        "native_id": ("user.id_str", "user_id_str", "user.id"),
        "handle": "user.screen_name",
        "display_name": "user.name",
        "created_at": "user.created_at",
        "followers": "user.followers_count",
        "following": "user.friends_count",
        "verified": "user.verified",
        "description": "user.description",
        "location": "user.location",
    },
    post={
        "native_id": ("id_str", "id"),
        "text": _words_alone,
        "text_is_truncated": "is_truncated",
        "lang": "lang",
        "lang_basis": lambda record: "platform" if words(record, "lang") else None,
        "url": "url",
        "conversation_uid": "conversation_id_str",
        "like_count": "favorite_count",
        "repost_count": "retweet_count",
        "reply_count": "reply_count",
        "quote_count": "quote_count",
        "view_count": "view_count",
    },
    time="created_at",
    origin=_whole("retweeted_tweet", "retweeted_status"),
    quoted=("quoted_tweet", "quoted_status"),
    links=(
        post("reply", within(_STATUS, "replying_to_tweet"), handle=within(r"\.com/(\w+)/status", "replying_to_tweet")),
        post("quote", _QUOTED),
        _urls("urls"),
        tags("hashtags", "text"),
        mentions("user_mentions", id=("id_str",), handle=("screen_name",)),
        keys("media", "media", "id_str"),
    ),
)  # fmt: skip


def _is_quacker(record: Record) -> bool:
    return {"full_text", "is_retweet"} <= record.keys() and (
        "user_id_str" in record or isinstance(record.get("user"), dict)
    )


def _is_tweet(record: Record) -> bool:
    author = record.get("author")
    known = {"id", "twitterUrl", "url", "conversationId"} & record.keys()
    return "createdAt" in record and isinstance(author, dict) and bool(author.keys() & {"userName"}) and bool(known)


def _read(record: Record, context: Context) -> Item:
    if (kind := str(record.get("type") or "")) not in _KINDS:
        raise Skip(STAND_IN, "type", kind)
    item = (TWEET if "author" in record else QUACKER).item(record, context)
    links = list(item.links)
    if not any(link["kind"] == "hashtag" for link in links) and "…" not in (item.post.get("text") or "…"):
        links += [{"kind": "hashtag", "target_raw": tag} for tag in texts.hashtags(item.post.get("text"))]
    told = any(record.get(name) is True for name in ("isRetweet", "is_retweet"))
    return by_words(item._replace(links=links), words(record, *_TEXT), told)


READER = Flattened(
    name="apify_x",
    title="Apify X actors (JSON, CSV)",
    platform="x",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media"),
    lacks="It holds only what the search of the actor gave; some actors leave out the reposted post, which is then guessed from its words.",
    where=lambda record: _is_tweet(record) or _is_quacker(record),
    read=results(_read),
    pages=("tweets",),
    containers=("tweets.item", "item", ""),
    texts=("text", "fullText", "full_text", "name", "description"),
    named=(
        ("account", ("author.id", "author.userName", "user.id_str", "user_id_str")),
        ("id", ("id", "id_str")),
        ("time", ("createdAt", "created_at")),
    ),
)
