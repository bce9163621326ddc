"""Bluesky JSON: posts as the API shows them, author feeds with reposts, and the streams (Jetstream, Tap) of raw records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.mapping.contract import Context, Item, Record, Sample, Skip, an_object, uid
from ingest.mapping.json_fields import (
    as_count,
    as_identifier,
    as_is,
    as_moment,
    as_words,
    at,
    compiled,
    count,
    identifier,
    moment,
    objects,
    page,
    several,
    without_nulls,
    words,
)
from ingest.normalize import times

POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
NO_POST = "Another kind of record, not a post."
NOT_SHOWN = "The post was not shown: not found, blocked or deleted."
NO_AUTHOR = "There is no author's DID."
OTHER_RECORDS = {
    "app.bsky.feed.like": "A like, not a post.",
    "app.bsky.graph.follow": "A follow, not a post.",
    "app.bsky.graph.block": "A block, not a post.",
    "app.bsky.actor.profile": "A profile, not a post.",
}
OTHER_EVENTS = {
    "identity": "A change of identity, not a post.",
    "account": "A change of account, not a post.",
}
DELETION = "A deletion: what was deleted is not in this record."
BACKDATED = (
    "Some posts say they were made more than a day before Bluesky saw them: imported from elsewhere, or backdated."
)
DELETED = "Some posts are deleted further on in the file: their words and links were left out."
GONE = ("deleted", "takendown")
DAY = 86_400_000_000

_AT_URI = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/([a-zA-Z.]+)/([A-Za-z0-9._:~-]+)")

# column of accounts: where it may stand in an author (camelCase of the API, snake_case of the Python SDK)
ACCOUNT = compiled({
    "display_name": (as_words, ("displayName", "display_name")),
    "created_at": (as_moment, ("createdAt", "created_at")),
    "followers": (as_count, ("followersCount", "followers_count")),
    "following": (as_count, ("followsCount", "follows_count")),
    "posts_count": (as_count, ("postsCount", "posts_count")),
    "description": (as_words, ("description",)),
})  # fmt: skip
COUNTS = compiled({
    "like_count": (as_count, ("likeCount", "like_count")),
    "repost_count": (as_count, ("repostCount", "repost_count")),
    "reply_count": (as_count, ("replyCount", "reply_count")),
    "quote_count": (as_count, ("quoteCount", "quote_count")),
})  # fmt: skip
COMMIT = several((as_is, "collection"), (as_identifier, "rkey"), (as_is, ("operation", "action")), (as_is, "record"))
RECORD = several(
    (as_words, "text"),
    (as_is, "langs"),
    (as_is, ("createdAt", "created_at")),
    (as_words, "reply.parent.uri"),
    (as_words, "reply.root.uri"),
)
# what stands behind a piece of text: $type, address, tag, account
FEATURE = several((as_is, ("$type", "py_type")), (as_words, "uri"), (as_words, "tag"), (as_words, "did"))
# where the address of a quoted post may stand
QUOTES = ("embed.record.record.uri", "embed.record.uri")


class Bluesky:
    """Bluesky API and streams."""

    name = "bluesky"
    title = "Bluesky JSON (API, author feed, Jetstream, Tap, 4CAT)"
    version = 2
    platform: str | None = "bluesky"
    carries = ("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media")
    lacks = "Search results hold no reposts; streams hold no handles and no counts."
    containers = ("posts.item", "feed.item", "item", "")
    marks = (b'"delete', b'"takendown"')  # delete, deleted

    def recognises(self, sample: Sample) -> bool:
        return sample.shape != "csv" and any(_is_bluesky(record) for record in sample.records)

    def items(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        for one in page(record, "posts", "feed"):
            try:
                yield _kept(_item(an_object(one), context), context)
            except Skip as skip:
                yield skip

    def withdrawn(self, record: Record) -> str | None:
        """The post or repost a stream deletes later on, or the account that is gone."""
        if record.get("kind") == "account" or record.get("type") in ("account", "identity"):
            status = at(record, "account.status", "identity.status", "status")
            return identifier(record, "account.did", "identity.did", "did") if status in GONE else None
        commit = record.get("commit") or record.get("record")
        if not isinstance(commit, dict) or at(commit, "operation", "action") != "delete":
            return None
        did = identifier(commit, "did") or identifier(record, "did")
        return f"at://{did}/{commit.get('collection')}/{commit.get('rkey')}"


def _kept(item: Item, context: Context) -> Item:
    """Of a post that the same file deletes, only that it was there."""
    gone = context.withdrawn
    if not gone or gone.isdisjoint((item.post.get("native_id"), item.account.get("native_id"))):
        return item
    context.warn(DELETED)
    said = {column: value for column, value in item.post.items() if column not in ("text", "lang", "lang_basis", "url")}
    return Item({"native_id": item.account["native_id"]}, said | {"is_deleted": True})


def _is_bluesky(record: Record) -> bool:
    one = next((one for one in page(record, "posts", "feed") if isinstance(one, dict)), record)
    view = one.get("post") if isinstance(one.get("post"), dict) else one
    if isinstance(view, dict) and str(view.get("uri")).startswith("at://") and "record" in view:
        return True
    if "kind" in one and "time_us" in one and str(one.get("did")).startswith("did:"):
        return True
    return one.get("type") == "record" and isinstance(at(one, "record.collection"), str)


def _item(record: Record, context: Context) -> Item:
    if "time_us" in record and "kind" in record:
        return _event(record, context)
    if record.get("type") == "record" and at(record, "record.collection"):
        return _commit(
            str(at(record, "record.did")), record["record"], moment(record, "time_us", "record.time_us"), context
        )
    if isinstance(record.get("post"), dict):
        reason = record.get("reason")
        return _view(record["post"], reason if isinstance(reason, dict) else {}, context)
    return _view(record, {}, context)


def _event(event: Record, context: Context) -> Item:
    if event.get("kind") != "commit" or not isinstance(event.get("commit"), dict):
        raise Skip(OTHER_EVENTS.get(str(event.get("kind")), NO_POST), "kind", event.get("kind"))
    return _commit(str(event.get("did")), event["commit"], moment(event, "time_us"), context)


def _commit(did: str, commit: Record, seen_at: int | None, context: Context) -> Item:
    """A raw record from a stream."""
    collection, rkey, operation, record = COMMIT(commit)
    if collection not in (POST, REPOST):
        raise Skip(OTHER_RECORDS.get(str(collection), NO_POST), "collection", commit.get("collection"))
    if operation == "delete":
        raise Skip(DELETION, "operation", "delete")
    if not isinstance(record, dict) or not rkey:
        raise Skip(NOT_SHOWN)
    if not did.startswith("did:"):
        raise Skip(NO_AUTHOR, "did", did)
    address = f"at://{did}/{collection}/{rkey}"
    account = {"native_id": did}
    if collection == POST:
        return _post(address, account, record, {}, seen_at, context)
    post = _when(address, at(record, "createdAt", "created_at"), seen_at, context)
    post["native_id"], post["kind"] = address, "repost"
    return Item(account, post, _target("repost", words(record, "subject.uri")))


def _view(view: Record, reason: Record, context: Context) -> Item:
    """A post as the API shows it, or somebody's repost of it."""
    address, record = words(view, "uri"), view.get("record")
    if not address or not isinstance(record, dict):
        raise Skip(NOT_SHOWN, "uri", address)
    account = _account(view.get("author"), address)
    original = _post(address, account, record, view, moment(view, "indexedAt", "indexed_at"), context)
    if (collected_at := moment(view, "4CAT_metadata.collected_at")) is not None:
        original.post["collected_at"] = collected_at
    if not str(at(reason, "$type", "py_type")).endswith("reasonRepost"):
        return original
    by = _account(reason.get("by"), "")
    post = {
        "native_id": words(reason, "uri") or f"{by['native_id']}/repost/{address}",
        "kind": "repost",
        "text": original.post.get("text"),
        "text_is_inherited": True,
        "lang": original.post.get("lang"),
    } | _when("", None, moment(reason, "indexedAt", "indexed_at"), context)
    inherited = [link | {"inherited": True} for link in original.links if link["kind"] not in ("reply", "quote")]
    return Item(by, without_nulls(post), _target("repost", address) + inherited, [account])


def _account(author: Any, address: str) -> Record:
    author = author if isinstance(author, dict) else {}
    owner = _AT_URI.match(address)
    did = identifier(author, "did") or (owner[1] if owner else None)
    if not did:
        raise Skip(NO_AUTHOR, "author.did")
    handle = identifier(author, "handle")
    # a handle that does not lead back to its DID is shown as handle.invalid for everybody
    return without_nulls(ACCOUNT(author) | {"native_id": did, "handle": None if handle == "handle.invalid" else handle})


def _post(address: str, account: Record, record: Record, view: Record, seen_at: int | None, context: Context) -> Item:
    text, langs, said, parent, root = RECORD(record)
    quote, lang, place = _quoted(record), _language(langs), _AT_URI.fullmatch(address)
    post = COUNTS(view) if view else {}
    post |= _when(address, said, seen_at, context)
    post |= {
        "native_id": address,
        "kind": "reply" if parent else "quote" if quote else "original",
        "text": text,
        "lang": lang,
        "lang_basis": "author" if lang else None,
        "url": f"https://bsky.app/profile/{place[1]}/post/{place[3]}" if place and place[2] == POST else None,
        "conversation_uid": uid("bluesky", root or address),
    }
    return Item(account, post, [*_target("reply", parent), *_target("quote", quote), *_references(record, text or "")])


def _language(langs: Any) -> str | None:
    """The first that is named."""
    for lang in langs if isinstance(langs, list) else []:
        if isinstance(lang, str):
            return lang
    return None


def _when(address: str, said: Any, seen_at: int | None, context: Context) -> Record:
    """The earlier of what the author's app says and when Bluesky saw it: clocks run ahead, and dates can be made up."""
    created_at, precision = times.parse(said)
    if created_at is None or (seen_at is not None and created_at > seen_at):
        hidden = times.from_id("bluesky", address) if created_at is None and seen_at is None else None
        basis = "indexed" if seen_at is not None else "id"
        return {"created_at": seen_at or hidden, "created_at_precision": "ms", "created_at_basis": basis}
    post: Record = {"created_at": created_at, "created_at_precision": precision, "created_at_basis": "reported"}
    if seen_at is not None and seen_at - created_at > DAY:
        context.warn(BACKDATED)
        post["extra"] = {"indexed_at_us": seen_at}
    return post


def _target(kind: str, address: str | None) -> list[Record]:
    found = _AT_URI.fullmatch(address or "")
    if not found:
        return []
    return [{"kind": kind, "target_key": uid("bluesky", address), "target_account_uid": uid("bluesky", found[1])}]


def _quoted(record: Record) -> str | None:
    for path in QUOTES if "embed" in record else ():
        found = _AT_URI.fullmatch(words(record, path) or "")
        if found and found[2] == POST:  # lists, feeds and starter packs can be embedded too
            return found[0]
    return None


def _references(record: Record, text: str) -> Iterator[Record]:
    """Links, tags and mentions from the facets (the text shows links shortened), cards and pictures from the embed."""
    for facet in objects(record, "facets"):
        for feature in objects(facet, "features"):
            type_, link, tag, did = FEATURE(feature)
            kind = str(type_).rpartition("#")[2]
            if kind == "link" and link:
                yield {"kind": "url", "target_raw": link}
            elif kind == "tag" and tag:
                yield {"kind": "hashtag", "target_raw": tag}
            elif kind == "mention" and did:
                yield {"kind": "mention", "target_key": uid("bluesky", did), "target_raw": _slice(text, facet)}
    tags = record.get("tags")
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, str):
            yield {"kind": "hashtag", "target_raw": tag}
    if "embed" not in record:
        return
    if card := words(record, "embed.external.uri", "embed.media.external.uri"):
        yield {"kind": "url", "target_raw": card}
    for image in objects(record, "embed.images", "embed.media.images"):
        if blob := words(image, "image.ref.$link", "image.ref.link"):
            yield {"kind": "media", "target_key": uid("bluesky", blob)}
    if video := words(record, "embed.video.ref.$link", "embed.media.video.ref.$link", "embed.video.ref.link"):
        yield {"kind": "media", "target_key": uid("bluesky", video)}


def _slice(text: str, facet: Record) -> str | None:
    """Offsets count bytes of UTF-8, not letters."""
    start, end = count(facet, "index.byteStart", "index.byte_start"), count(facet, "index.byteEnd", "index.byte_end")
    letters = text.encode("utf-8", "replace")
    if start is None or end is None or not start < end <= len(letters):
        return None
    return letters[start:end].decode("utf-8", "replace")


READER = Bluesky()
