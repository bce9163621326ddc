"""X posts as its own pages load them (GraphQL), brought into the shape of API v1.1, which they grew out of."""

from __future__ import annotations

import re

from ingest.mapping.contract import Context, Item, Record
from ingest.mapping.json_fields import at, count, identifier, objects, without_nulls, words
from ingest.normalize import text as texts
from ingest.readers._shared.x_words import by_words
from ingest.readers.x_v1 import SHAPE

_USER = (
    "core.user_results.result", "core.user_result.result", "core.userResults.result", "author_results.result", "user_results.result"
)  # fmt: skip
_REPOSTED = ("retweeted_status_result.result", "repostedStatusResults.result", "retweeted_status_results.result")
_QUOTED = ("quoted_status_result.result", "quotedPostResults.result", "quoted_tweet_results.result")
_COUNTS = ("favorite_count", "retweet_count", "reply_count", "quote_count", "bookmark_count")
_HANDLE = re.compile(r"https?://(?:\w+\.)?(?:twitter|x)\.com/(\w{1,15})/status/")
NO_TEXT = (
    "{n} posts of X came without a text: X keeps it in none of the places known. Their numbers, authors and times were kept; "
    "whether they repeat another post is not known."
)
NO_ADDRESSES = "{n} posts of X name no addresses behind their short links; those (t.co) were kept, and --short-links can say where they lead."


def item(record: Record, context: Context) -> Item:
    """A captured post, of any age. Its number is ``rest_id``: ``id`` went through JavaScript and lost digits."""
    told = as_v1(record)
    made = by_words(SHAPE.item(told, context), words(told, "full_text"))
    text = made.post.get("text")
    context.count(NO_TEXT, not text)
    known = at(record, "legacy.entities", "tweet.legacy.entities", "note_tweet") or at(told, "entities.urls")
    if text and known is None:
        raw = [{"kind": "url", "target_raw": address} for address in texts.urls_in(text)]
        context.count(NO_ADDRESSES, bool(raw))
        made = made._replace(links=[*made.links, *raw])
    return made


def as_v1(node: Record) -> Record:
    """The post as API v1.1 would tell it; what is not there stays away.

    Up to 2026 most of it stands in ``legacy``, and since then, post by post, in ``details``, ``counts`` and lists beside them.

    Examples
    --------
    >>> as_v1({"rest_id": "9", "id": 8, "legacy": {"full_text": "a", "user_id_str": "7"}})
    {'full_text': 'a', 'user_id_str': '7', 'id_str': '9', 'user': {'id_str': '7'}}
    >>> as_v1({"rest_id": "9", "details": {"full_text": "a", "created_at_ms": 5000}, "counts": {"favorite_count": 2}})
    {'id_str': '9', 'full_text': 'a', 'created_at': 5, 'favorite_count': 2}
    """
    post = at(node, "tweet") if isinstance(at(node, "tweet"), dict) and "rest_id" not in node else node
    legacy = post["legacy"] if isinstance(post.get("legacy"), dict) else {}
    note = "note_tweet.note_tweet_results.result"
    told = {
        "id_str": identifier(post, "rest_id") or identifier(legacy, "id_str"),
        "full_text": words(post, f"{note}.text", f"{note}.rich_text.text", "legacy.full_text", "details.full_text", "details.text"),
        "created_at": legacy.get("created_at") or _moment(post),
        "lang": words(post, "legacy.lang", "details.lang", "lang"),
        "entities": at(post, f"{note}.entity_set") or legacy.get("entities") or _entities(post),
        "extended_entities": legacy.get("extended_entities") or _media(post),
        "user": _user(post, legacy),
        "retweeted_status": _other(legacy, *_REPOSTED) or _other(post, *_REPOSTED),
        "quoted_status": _other(post, *_QUOTED) or _other(legacy, *_QUOTED),
        "views": post.get("views") or at(post, "view_count_info"),
        "promoted": post.get("promoted") or at(post, "content_disclosure.advertising_disclosure.is_paid_promotion"),
        "in_reply_to_status_id_str": identifier(
            post, "legacy.in_reply_to_status_id_str", "reply_to_results.rest_id", "reply_to_results.result.rest_id"
        ),
        "in_reply_to_user_id_str": identifier(
            post, "legacy.in_reply_to_user_id_str", "reply_to_user_results.rest_id", "reply_to_user_results.result.rest_id"
        ),
        "in_reply_to_screen_name": identifier(
            post, "legacy.in_reply_to_screen_name", "reply_to_user_results.result.core.screen_name"
        ),
        **{name: count(post, f"legacy.{name}", f"counts.{name}") for name in _COUNTS},
    }  # fmt: skip
    return {**legacy, "id": None, **without_nulls(told)} if legacy.get("id") else {**legacy, **without_nulls(told)}


def _moment(post: Record) -> int | None:
    """Seconds where that is all the milliseconds say."""
    found = identifier(post, "details.created_at_ms") or ""
    if not found.isdigit():
        return None
    return int(found) // 1_000 if found.endswith("000") else int(found)


def _listed(post: Record, name: str) -> list[Record] | None:
    """A list of entities, beside the details or among them; None where there is no such list."""
    found = at(post, name, f"details.{name}")
    return objects(post, name, f"details.{name}") if isinstance(found, list) else None


def _entities(post: Record) -> Record | None:
    """Addresses, hashtags and mentions as API v1.1 groups them."""
    mentioned = _listed(post, "mention_entities")
    told = {
        "urls": _listed(post, "url_entities"),
        "hashtags": _listed(post, "hashtag_entities"),
        "user_mentions": None if mentioned is None else [_mentioned(one) for one in mentioned],
    }
    return without_nulls(told) or None


def _mentioned(entity: Record) -> Record:
    known = {
        "id_str": identifier(entity, "id_str", "user_results.rest_id", "user_results.result.rest_id"),
        "screen_name": identifier(entity, "screen_name", "user_results.result.core.screen_name"),
    }
    return without_nulls(known)


def _media(post: Record) -> Record | None:
    """Pictures and videos by the numbers in their keys: ``3_<number>``."""
    keys = [
        identifier(one, "media_key", "media_results.result.media_key", "id_str")
        for one in _listed(post, "media_entities") or ()
    ]
    return {"media": [{"id_str": key.rpartition("_")[2]} for key in keys if key]} if any(keys) else None


def _user(post: Record, legacy: Record) -> Record | None:
    user = at(post, *_USER, "user")
    user = user if isinstance(user, dict) else {}
    user = user["user"] if isinstance(user.get("user"), dict) else user  # behind a notice on who may see it
    old = user["legacy"] if isinstance(user.get("legacy"), dict) else user
    told = {
        "id_str": identifier(user, "rest_id", "id_str") or identifier(legacy, "user_id_str"),
        "screen_name": identifier(user, "core.screen_name") or identifier(old, "screen_name") or _from_media(post),
        "name": words(user, "core.name") or words(old, "name"),
        "created_at": at(user, "core.created_at", "core.created_at_ms") or at(old, "created_at"),
        "followers_count": count(old, "followers_count") or count(user, "relationship_counts.followers"),
        "friends_count": count(old, "friends_count") or count(user, "relationship_counts.following"),
        "statuses_count": count(old, "statuses_count") or count(user, "tweet_counts.tweets"),
        "description": words(old, "description") or words(user, "profile_bio.description"),
        "location": words(user, "location.location") or words(old, "location"),
        "verified": at(old, "verified") or at(user, "verification.is_blue_verified"),
    }
    plain = {} if old is user and "core" in user else old
    return {**plain, **without_nulls(told)} or None


def _from_media(post: Record) -> str | None:
    """The handle named by the address of a post's own pictures, for posts whose user is missing."""
    places = ("legacy.extended_entities.media", "legacy.entities.media", "media_entities", "details.media_entities")
    found = _HANDLE.match(words(post, *(f"{place}.0.expanded_url" for place in places)) or "")
    return found[1] if found else None


def _other(record: Record, *paths: str) -> Record | None:
    node = at(record, *paths)
    there = ("rest_id", "tweet.rest_id", "legacy", "details")
    return as_v1(node) if isinstance(node, dict) and at(node, *there) else None
