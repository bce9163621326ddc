"""X API v2 JSON: response pages with their includes, posts flattened by twarc, streams, pretty-printed lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from ingest.mapping.contract import Context, Item, Record, Sample, Skip, handle_uid, uid
from ingest.mapping.json_fields import (
    as_count,
    as_flag,
    as_identifier,
    as_is,
    as_moment,
    as_words,
    at,
    compiled,
    identifier,
    moment,
    objects,
    several,
    words,
)
from ingest.normalize import times

ERROR = "An error message of the platform, not a post."
COMPLIANCE = "A compliance notice (deleted or protected), not a post."
NO_POST = "Not a post: it has no id, or neither text nor author."

KINDS = {"retweeted": "repost", "replied_to": "reply", "quoted": "quote"}
_CUT = re.compile(r"…(?:\s*https://t\.co/\w+)?$")
_PREFIX = re.compile(r"^RT @\w+: ?")
OWN_ADDRESS = re.compile(
    r"https?://(?:\w+\.)?(?:twitter|x)\.com/(?:i/web|[^/]+)/status/(\d+)(?:/(photo|video)/\d+)?", re.IGNORECASE
)

# column of accounts: where it may stand in a user
ACCOUNT = compiled({
    "native_id": (as_identifier, "id"),
    "handle": (as_identifier, "username"),
    "display_name": (as_words, "name"),
    "created_at": (as_moment, "created_at"),
    "followers": (as_count, "public_metrics.followers_count"),
    "following": (as_count, "public_metrics.following_count"),
    "posts_count": (as_count, "public_metrics.tweet_count"),
    "verified": (as_flag, "verified"),
    "description": (as_words, "description"),
    "location": (as_words, "location"),
})  # fmt: skip
# column of posts: where its count stands; a repost shows the counts of the original, so it gets none
COUNTS = compiled({
    "like_count": (as_count, "public_metrics.like_count"),
    "repost_count": (as_count, "public_metrics.retweet_count"),
    "reply_count": (as_count, "public_metrics.reply_count"),
    "quote_count": (as_count, "public_metrics.quote_count"),
    "view_count": (as_count, "public_metrics.impression_count"),
})  # fmt: skip

AUTHOR = several((as_identifier, "author_id"), (as_is, ("author", "author_user")))
TOLD = several(
    (as_is, "created_at"), (as_words, "lang"), (as_identifier, "conversation_id"), (as_is, "edit_history_tweet_ids")
)
TEXT = several((as_words, ("note_tweet.text", "text")), (as_is, "note_tweet.text"))


class Page:
    """Facts of a page beside its posts: users, referenced posts, when it was collected."""

    def __init__(self, record: Record) -> None:
        there = "includes" in record  # lines of single posts have none
        self.users = {identifier(u, "id"): u for u in objects(record, "includes.users")} if there else {}
        self.posts = {identifier(t, "id"): t for t in objects(record, "includes.tweets")} if there else {}
        self.collected_at = moment(record, "__twarc.retrieved_at")

    def author(self, post: Record) -> Record:
        """The account of a post: included, written into the post, or only its id."""
        native_id, inline = AUTHOR(post)
        known = inline if isinstance(inline, dict) else self.users.get(native_id)
        account = ACCOUNT(known) if known else {}
        if native_id:
            account["native_id"] = native_id
        return account

    def referenced(self, post: Record) -> list[tuple[str, str, Record]]:
        """(kind, id, what is known of it) of each post this one refers to."""
        found = []
        for reference in objects(post, "referenced_tweets"):
            native_id, kind = identifier(reference, "id"), KINDS.get(str(reference.get("type")))
            if native_id and kind:
                full = reference if at(reference, "text") is not None else self.posts.get(native_id, reference)
                found.append((kind, native_id, full))
        return found


class XV2:
    """X API v2 (twarc2, academic access, streams)."""

    name = "x_v2"
    title = "X API v2 JSON (twarc)"
    version = 1
    platform: str | None = "x"
    carries = ("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media")
    lacks = "Long posts are cut at 280 characters unless note_tweet was asked for; short links unless expanded by X."
    containers = ("item", "")

    def recognises(self, sample: Sample) -> bool:
        return sample.shape != "csv" and any(_is_v2(record) for record in sample.records)

    def items(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        page = Page(record)
        for post in _posts(record):
            try:
                yield item(post, page)
            except Skip as skip:
                yield skip


_FIELDS = frozenset(
    [
        "attachments",
        "author",
        "author_id",
        "card_uri",
        "community_id",
        "context_annotations",
        "conversation_id",
        "created_at",
        "display_text_range",
        "edit_controls",
        "edit_history_tweet_ids",
        "entities",
        "geo",
        "id",
        "in_reply_to_user",
        "in_reply_to_user_id",
        "lang",
        "media_metadata",
        "note_tweet",
        "possibly_sensitive",
        "public_metrics",
        "referenced_tweets",
        "reply_settings",
        "scopes",
        "source",
        "text",
        "username",
        "withheld",
        "__twarc",
    ]
)
"""Fields of a post that the API gives, and those that twarc adds when it flattens."""


def _is_v2(record: Record) -> bool:
    data = record.get("data")
    if data is not None and ({"includes", "meta", "matching_rules", "__twarc"} & record.keys()):
        first = data[0] if isinstance(data, list) and data else data
        return isinstance(first, dict) and {"id", "text"} <= first.keys()
    flat = {"author_id", "text"} <= record.keys() and (
        {"conversation_id", "public_metrics"} <= record.keys()
        or ("id" in record and bool({"edit_history_tweet_ids", "referenced_tweets"} & record.keys()))
        or ({"id", "created_at"} <= record.keys() <= _FIELDS)  # as few fields as somebody asked for
    )
    return flat or ({"id", "action", "created_at"} <= record.keys() and "text" not in record)


def _posts(record: Record) -> list[Record]:
    data = record.get("data")
    if isinstance(data, dict):
        return [data]
    if isinstance(data, list):
        return [post if isinstance(post, dict) else {} for post in data]
    if "id" in record and "action" not in record:
        return [record]
    if "action" in record:
        raise Skip(COMPLIANCE, "action", record["action"])
    raise Skip(ERROR if record.keys() & {"errors", "error", "title", "status"} else NO_POST)


def item(post: Record, page: Page) -> Item:
    """One post as an item, with what its page tells of it."""
    native_id, account = identifier(post, "id"), page.author(post)
    if not native_id or not (account or "text" in post):
        raise Skip(NO_POST)
    references = page.referenced(post)
    named = {kind for kind, _, _ in references}
    kind = next((kind for kind in ("repost", "reply", "quote") if kind in named), "original")
    repost = next(full for kind, _, full in references if kind == "repost") if kind == "repost" else {}
    content = repost if "text" in repost else post
    links = [_reference(kind, target, full, post) for kind, target, full in references]
    inside = references if content is post else page.referenced(content)
    quoted = {target for kind, target, _ in inside if kind == "quote"}
    links += _entities(content, quoted | {native_id, identifier(content, "id") or ""}, kind == "repost")
    said = _post(post, content, kind, account, native_id)
    if page.collected_at is not None:
        said["collected_at"] = page.collected_at
    others = [page.author(full) for _, _, full in references]
    return Item(account, said, links, [other for other in others if other.get("native_id")])


def _post(post: Record, content: Record, kind: str, account: Record, native_id: str) -> Record:
    created, lang, conversation, versions = TOLD(post)
    created_at, precision = times.parse(created)
    if precision == "ms" and created_at is not None and created_at % 1_000_000 == 0:
        precision = "s"  # X writes .000Z
    text, long = TEXT(content)
    said = {} if kind == "repost" else COUNTS(post)
    said |= {
        "native_id": native_id,
        "created_at": created_at,
        "created_at_precision": precision,
        "kind": kind,
        "text_is_inherited": kind == "repost",
        "lang": lang,
        "lang_basis": "platform" if lang else None,
        "url": f"https://x.com/{account.get('handle', 'i')}/status/{native_id}" if native_id.isdigit() else None,
        "conversation_uid": uid("x", conversation) if conversation else None,
    }
    if text is not None:
        said["text"] = unescape(_PREFIX.sub("", text) if kind == "repost" else text)
        said["text_is_truncated"] = "…" in text and bool(_CUT.search(text)) and long is None
    if isinstance(versions, list) and versions and str(versions[0]) != native_id:
        said["edited_at"], said["extra"] = created_at, {"first_version": str(versions[0])}
    return said


def _reference(kind: str, native_id: str, full: Record, post: Record) -> Record:
    author = identifier(full, "author_id", "author.id", "author_user.id")
    if author is None and kind == "reply":
        author = identifier(post, "in_reply_to_user_id", "in_reply_to_user.id")
    return {"kind": kind, "target_key": uid("x", native_id), "target_account_uid": uid("x", author) if author else None}


def _entities(content: Record, known: set[str], inherited: bool) -> list[Record]:
    """Links, hashtags, mentions and media of the content, own pictures and the quoted post's address left out."""
    found: list[Record] = []
    for there in (at(content, "note_tweet.entities"), content.get("entities")):
        if isinstance(there, dict):
            found += [{"kind": "url", "target_raw": raw} for e in objects(there, "urls") if (raw := _address(e, known))]
            tags = [words(entity, "tag") for entity in objects(there, "hashtags")]
            found += [{"kind": "hashtag", "target_raw": tag} for tag in tags if tag]
            found += [m for e in objects(there, "mentions") if (m := _mention(e))]
    if "attachments" in content:
        keys = at(content, "attachments.media_keys") or [
            m.get("media_key") for m in objects(content, "attachments.media")
        ]
        listed = keys if isinstance(keys, list) else []
        media = [key if isinstance(key, str) else identifier(key, "media_key") for key in listed]
        found += [{"kind": "media", "target_key": uid("x", key)} for key in media if key]
    for link in found:
        link["inherited"] = inherited
    return found


def _address(entity: Record, known: set[str]) -> str | None:
    raw = words(entity, "unwound_url", "expanded_url", "url")
    if raw is None or "media_key" in entity:
        return None
    own = OWN_ADDRESS.match(raw)
    return None if own and (own[1] in known) else raw


def _mention(entity: Record) -> Record | None:
    native_id, handle = identifier(entity, "id"), identifier(entity, "username")
    if not native_id and not handle:
        return None
    key: Any = uid("x", native_id) if native_id else handle_uid("x", str(handle))
    return {"kind": "mention", "target_key": key, "target_raw": handle}


READER = XV2()
