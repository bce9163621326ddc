"""Truth Social and Gab: Mastodon's statuses, each on one server, so that ids are enough; Gab also in its short spelling."""

from __future__ import annotations

from dataclasses import replace

from ingest.mapping.contract import Context, Item, Record, Skip
from ingest.mapping.json_fields import at, identifier, words
from ingest.mapping.record import Records, Shape, keys, mentions, post, tags, urls
from ingest.normalize.platforms import platform_of
from ingest.readers.mastodon import KEPT_PRIVATE, NOT_PUBLIC

# Gab's short spelling, as its lists of posts come: short name -> Mastodon's
SHORT = {
    "i": "id", "c": "content", "ca": "created_at", "ul": "url", "rc": "replies_count", "fbc": "favourites_count",
    "rbc": "reblogs_count", "g": "group", "m": "mentions", "tg": "tags", "rb": "reblog", "iri": "in_reply_to_id", "qi": "quote_of_id",
}  # fmt: skip
SHORT_ACCOUNT = {"i": "id", "un": "username", "ac": "acct", "dn": "display_name", "nt": "note"}

TRUTH = Shape(
    platform="truth_social",
    account={
        "native_id": "account.id",
        "handle": ("account.username", "account.acct"),
        "display_name": "account.display_name",
        "created_at": "account.created_at",
        "followers": "account.followers_count",
        "following": "account.following_count",
        "posts_count": "account.statuses_count",
        "verified": ("account.verified", "account.is_verified"),
        "url": "account.url",
    },
    post={
        "native_id": "id",
        "text": ("content", "text"),
        "edited_at": "edited_at",
        "lang": "language",
        "lang_basis": lambda record: "author" if words(record, "language") else None,
        "url": ("url", "uri"),
        "channel_uid": ("group.id", "group_id"),
        "conversation_uid": "conversation_id",
        "like_count": ("favourites_count", "reaction_count"),
        "repost_count": ("reblogs_count", "reposts_count"),
        "reply_count": "replies_count",
        "quote_count": ("quotes_count", "quote_count"),
        "is_ad": ("sponsored", "promoted"),
    },
    time="created_at",
    origin="reblog",
    quoted="quote",
    html=True,
    links=(
        post("reply", ("in_reply_to_id", "in_reply_to.id"), "in_reply_to_account_id"),
        post("quote", ("quote_id", "quote_of_id")),
        tags("tags", "name"),
        mentions("mentions", id=("id",), handle=("username", "acct")),
        urls("card.url"),
        keys("media", "media_attachments", "id"),
    ),
)  # fmt: skip
GAB = replace(TRUTH, platform="gab")


def long(record: Record) -> Record:
    """Gab's short names as the long ones.

    Examples
    --------
    >>> long({"i": "5", "c": "<p>a</p>", "ca": "2026-05-01T10:00:00Z", "author_info": {"i": "7", "un": "nora"}})
    {'id': '5', 'content': '<p>a</p>', 'created_at': '2026-05-01T10:00:00Z', 'account': {'id': '7', 'username': 'nora'}}
    """
    if not {"i", "ca"} <= record.keys():
        return record
    told = {SHORT.get(name, name): given for name, given in record.items() if name != "author_info"}
    for name in ("reblog", "quote"):
        if isinstance(told.get(name), dict):
            told[name] = long(told[name])
    author = at(record, "author_info", "account")
    if isinstance(author, dict):
        told["account"] = {SHORT_ACCOUNT.get(name, name): given for name, given in author.items()}
    return told


def truth(record: Record, context: Context) -> Item:
    """A status of Truth Social."""
    return _item(TRUTH, record, context)


def gab(record: Record, context: Context) -> Item:
    """A status of Gab, however it is spelled."""
    return _item(GAB, long(record), context)


def _item(shape: Shape, record: Record, context: Context) -> Item:
    if words(record, "visibility") in KEPT_PRIVATE:
        raise Skip(NOT_PUBLIC, "visibility", record.get("visibility"))
    return shape.item(record, context)


def _platform(record: Record) -> str | None:
    """Platform of a status: the server says."""
    if {"i", "ca"} <= record.keys() and record.keys() & {"author_info", "ul"}:
        return "gab"
    if "content" not in record or not identifier(record, "account.username", "account.acct"):
        return None
    host = platform_of(words(record, "url") or words(record, "uri") or words(record, "account.url"))
    if host in ("gab", "truth_social"):
        return host
    return "truth_social" if "quote_id" in record and ("group" in record or "upvotes_count" in record) else None


def _read(record: Record, context: Context) -> Item:
    return gab(record, context) if _platform(record) == "gab" else truth(record, context)


READER = Records(
    name="truth_gab",
    title="Truth Social and Gab JSON",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media"),
    lacks="Counts are those of the moment of collection.",
    where=lambda record: _platform(record) is not None,
    read=_read,
    pages=("statuses",),
    containers=("statuses.item", "item", ""),
)
