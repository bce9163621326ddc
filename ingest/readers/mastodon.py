"""Statuses of Mastodon's API, and of those who took it over."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ingest.mapping.contract import Context, Item, Record, Sample, Skip, an_object, handle_uid, uid
from ingest.mapping.json_fields import at, count, flag, identifier, moment, objects, page, without_nulls, words
from ingest.normalize import times, urls
from ingest.normalize.text import html_to_text

NO_STATUS = "Not a post."
NO_AUTHOR = "There is no author."
NOT_PUBLIC = "The post is not public (followers only or direct): it is not read."
UNLISTED = "Some posts are unlisted: their authors did not want them in public lists."
KEPT_PRIVATE = {"private", "direct", "limited", "mutuals_only"}

ACCOUNT = {
    "display_name": (words, "display_name"),
    "followers": (count, "followers_count"),
    "following": (count, "following_count"),
    "posts_count": (count, "statuses_count"),
    "created_at": (moment, "created_at"),
    "url": (words, "url"),
}
COUNTS = {
    "like_count": "favourites_count",
    "repost_count": "reblogs_count",
    "reply_count": "replies_count",
    "quote_count": "quotes_count",
}


class Mastodon:
    """Mastodon statuses."""

    name = "mastodon"
    title = "Mastodon statuses JSON"
    version = 1
    platform: str | None = "mastodon"
    carries = ("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media")
    lacks = "Replies name their target only by its number on the server that was asked."
    containers = ("item", "statuses.item", "")

    def recognises(self, sample: Sample) -> bool:
        return sample.shape != "csv" and any(
            _is_status(r) or any(map(_is_status, objects(r, "statuses"))) for r in sample.records
        )

    def items(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        for status in page(record, "statuses"):
            try:
                yield _item(an_object(status), context)
            except Skip as skip:
                yield skip


def _is_status(record: Record) -> bool:
    return {"uri", "content", "reblog"} <= record.keys() and at(record, "account.acct") is not None


def _item(status: Record, context: Context) -> Item:
    native_id = _key(status)
    if native_id is None or not isinstance(status.get("account"), dict) or "content" not in status:
        raise Skip(NO_STATUS)
    reblog: Record = status["reblog"] if isinstance(status.get("reblog"), dict) else {}
    seen_by = {words(status, "visibility"), words(reblog, "visibility")}
    if KEPT_PRIVATE & seen_by:
        raise Skip(NOT_PUBLIC, "visibility", status.get("visibility"))
    if "unlisted" in seen_by:
        context.warn(UNLISTED)
    account = _account(status["account"])
    if not account:
        raise Skip(NO_AUTHOR, "account.acct")
    content = reblog or status
    said = html_to_text(words(content, "content"))
    links = [link | {"inherited": bool(reblog)} for link in _references(content, said.links, said.mentions + said.tags)]
    links += _targets(status, reblog)
    post = _post(status, content, native_id, said.text) | {"kind": _kind(status, reblog)}
    if not reblog:
        post |= {column: count(status, path) for column, path in COUNTS.items()}
    more = [_account(reblog["account"])] if isinstance(reblog.get("account"), dict) else []
    return Item(account, without_nulls(post), links, [known for known in more if known])


def _key(status: Any) -> str | None:
    """The address a post has everywhere; its number is only its server's."""
    return identifier(status, "uri", "url")


def _kind(status: Record, reblog: Record) -> str:
    if reblog:
        return "repost"
    return "reply" if identifier(status, "in_reply_to_id") else "quote" if _quoted(status) else "original"


def _post(status: Record, content: Record, native_id: str, text: str) -> Record:
    created_at, precision = times.parse(status.get("created_at"))
    warning = words(content, "spoiler_text")
    return {
        "native_id": native_id,
        "created_at": created_at,
        "created_at_precision": precision,
        "edited_at": moment(status, "edited_at"),
        "text": "\n".join(part for part in (warning, text) if part),
        "text_is_inherited": content is not status,
        "lang": words(content, "language"),
        "lang_basis": "author" if words(content, "language") else None,
        "url": words(status, "url"),
    }


def _host(url: str | None) -> str | None:
    """The server, with its port where it has one."""
    key = urls.key(url)
    return None if key is None else key.partition("/")[0].partition("?")[0]


def _full_name(account: Record) -> str | None:
    """name@server: a server leaves itself out of the names of its own accounts."""
    name = identifier(account, "acct", "username")
    if name is None or "@" in name.lstrip("@"):
        return name
    host = _host(words(account, "url", "uri"))
    return f"{name}@{host}" if host else None


def _account(given: Record) -> Record:
    handle = _full_name(given)
    if handle is None:
        return {}
    kind = "bot" if flag(given, "bot") else "group" if flag(given, "group") else None
    account = {column: read(given, path) for column, (read, path) in ACCOUNT.items()}
    note = _plain(words(given, "note"))
    return without_nulls(account | {"handle": handle, "account_type": kind, "description": note or None})


@lru_cache(maxsize=4096)  # the same account stands beside each of its posts
def _plain(html: str | None) -> str:
    return html_to_text(html).text


def _references(content: Record, links: list[str], marked: list[str]) -> Iterator[Record]:
    """Links from the HTML (what it shows is shortened), the card, hashtags, mentions, media."""
    people, tags = objects(content, "mentions"), objects(content, "tags")
    known = {words(entry, "url") for entry in (*people, *tags)} | set(marked)
    for raw in (*links, words(content, "card.url")):
        if raw and raw not in known:
            yield {"kind": "url", "target_raw": raw}
    for tag in tags:
        if name := words(tag, "name"):
            yield {"kind": "hashtag", "target_raw": name}
    for person in people:
        if name := _full_name(person):
            yield {"kind": "mention", "target_key": handle_uid("mastodon", name), "target_raw": name}
    for media in objects(content, "media_attachments"):
        if file := urls.key(words(media, "remote_url", "url")):
            yield {"kind": "media", "target_key": file, "target_raw": words(media, "remote_url", "url")}


def _quoted(status: Record) -> Record | None:
    quote = at(status, "quote.quoted_status", "quote")
    return quote if isinstance(quote, dict) and _key(quote) else None


def _targets(status: Record, reblog: Record) -> list[Record]:
    targets = []
    quote = None if reblog else _quoted(status)
    for kind, target in (("repost", reblog), ("quote", quote)):
        if target and (key := _key(target)):
            author = _full_name(target["account"]) if isinstance(target.get("account"), dict) else None
            targets.append(
                {
                    "kind": kind,
                    "target_key": uid("mastodon", key),
                    "target_account_uid": handle_uid("mastodon", author) if author else None,
                }
            )
    if not reblog and (reply := _reply(status)):
        targets.append(reply)
    return targets


def _reply(status: Record) -> Record | None:
    """The target's number on the asked server; its author, where that is the same person or somebody mentioned."""
    target = identifier(status, "in_reply_to_id")
    if not target:
        return None
    author_id = identifier(status, "in_reply_to_account_id")
    known = [status["account"], *objects(status, "mentions")]
    author = next((_full_name(a) for a in known if author_id and identifier(a, "id") == author_id), None)
    return {
        "kind": "reply",
        "target_key": uid("mastodon", f"id:{target}"),
        "target_account_uid": handle_uid("mastodon", author) if author else None,
        "resolved": False,
    }


READER = Mastodon()
