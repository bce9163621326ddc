"""X posts as its own pages load them (GraphQL), brought into the shape of API v1.1, which they grew out of."""

from __future__ import annotations

import re

from ingest.mapping.contract import Context, Item, Record
from ingest.mapping.json_fields import at, identifier, without_nulls, words
from ingest.readers.x_v1 import SHAPE

_USER = "core.user_results.result"
_HANDLE = re.compile(r"https?://(?:\w+\.)?(?:twitter|x)\.com/(\w{1,15})/status/")


def item(record: Record, context: Context) -> Item:
    """A captured post, of either age. Its number is ``rest_id``: ``id`` went through JavaScript and lost digits."""
    return SHAPE.item(as_v1(record), context)


def as_v1(node: Record) -> Record:
    """The post as API v1.1 would tell it; what is not there stays away.

    Examples
    --------
    >>> as_v1({"rest_id": "9", "id": 8, "legacy": {"full_text": "a", "user_id_str": "7"}})
    {'full_text': 'a', 'user_id_str': '7', 'id_str': '9', 'user': {'id_str': '7'}}
    """
    post = at(node, "tweet") if isinstance(at(node, "tweet"), dict) and "rest_id" not in node else node
    legacy = post["legacy"] if isinstance(post.get("legacy"), dict) else {}
    told = {
        "id_str": identifier(post, "rest_id") or identifier(legacy, "id_str"),
        "full_text": words(post, "note_tweet.note_tweet_results.result.text") or words(legacy, "full_text"),
        "entities": at(post, "note_tweet.note_tweet_results.result.entity_set") or legacy.get("entities"),
        "user": _user(post, legacy),
        "retweeted_status": _other(legacy, "retweeted_status_result.result"),
        "quoted_status": _other(post, "quoted_status_result.result"),
        "views": post.get("views"),
        "promoted": post.get("promoted"),
    }
    return {**legacy, "id": None, **without_nulls(told)} if legacy.get("id") else {**legacy, **without_nulls(told)}


def _user(post: Record, legacy: Record) -> Record | None:
    user = at(post, _USER, "user")
    user = user if isinstance(user, dict) else {}
    old = user["legacy"] if isinstance(user.get("legacy"), dict) else user
    told = {
        "id_str": identifier(user, "rest_id", "id_str") or identifier(legacy, "user_id_str"),
        "screen_name": identifier(user, "core.screen_name") or identifier(old, "screen_name") or _from_media(legacy),
        "name": words(user, "core.name") or words(old, "name"),
        "created_at": words(user, "core.created_at") or words(old, "created_at"),
    }
    return {**old, **without_nulls(told)} or None


def _from_media(legacy: Record) -> str | None:
    """Where the user is missing, the address of the own pictures still names the handle."""
    found = _HANDLE.match(
        words(legacy, "extended_entities.media.0.expanded_url", "entities.media.0.expanded_url") or ""
    )
    return found[1] if found else None


def _other(record: Record, path: str) -> Record | None:
    node = at(record, path)
    return as_v1(node) if isinstance(node, dict) and at(node, "rest_id", "tweet.rest_id", "legacy") else None
