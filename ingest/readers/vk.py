"""VK walls and comments: the API's answers, single posts, and 4CAT's NDJSON of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.mapping.contract import Context, Item, Record, Skip, an_object
from ingest.mapping.json_fields import at, flag, identifier, objects, page, words
from ingest.mapping.record import Records, Shape, keys, mention, post, target, urls

_NAMED = re.compile(r"\[(id|club|public|event)(\d+)\|([^\]]*)\]")


def _key(record: Record) -> str | None:
    owner, number = identifier(record, "owner_id", "to_id"), identifier(record, "id")
    return f"{owner}_{number}" if owner and number else None


def _author(record: Record) -> str | None:
    return identifier(record, "from_id", "owner_id", "author.id")


def _known(record: Record) -> Record:
    """Facts about the author that a page or 4CAT gives beside the post."""
    author = record.get("author")
    return author if isinstance(author, dict) else {}


def _full_name(record: Record) -> str | None:
    known = _known(record)
    parts = (words(known, "first_name"), words(known, "last_name"))
    return words(known, "name") or " ".join(part for part in parts if part) or None


def _mentions(record: Record) -> Iterator[Record]:
    for kind, number, name in _NAMED.findall(words(record, "text") or ""):
        if person := mention("vk", number if kind == "id" else f"-{number}", name):
            yield person


def _reposted(record: Record) -> Iterator[Record]:
    """The direct source, the first of the chain of copies."""
    for source in objects(record, "copy_history")[:1]:
        if key := _key(source):
            yield target("vk", "repost", key, {"native_id": _author(source)})


def _answered(record: Record) -> str | None:
    """A comment answers another comment, else the post it stands under."""
    owner = identifier(record, "owner_id")
    number = identifier(record, "reply_to_comment", "in_reply_to_comment_id") or identifier(record, "post_id")
    return f"{owner}_{number}" if owner and number and not objects(record, "copy_history") else None


SHAPE = Shape(
    platform="vk",
    account={
        "native_id": _author,
        "handle": "author.screen_name",
        "display_name": _full_name,
        "followers": ("author.followers_count", "author.members_count"),
        "account_type": lambda record: "group" if (_author(record) or "").startswith("-") else None,
    },
    post={
        "native_id": _key,
        "text": lambda record: _NAMED.sub(r"\3", words(record, "text") or "") or None,
        "channel_uid": ("owner_id", "to_id"),
        "url": lambda record: f"https://vk.com/wall{key}" if (key := _key(record)) else None,
        "edited_at": "edited",
        "like_count": "likes.count",
        "repost_count": "reposts.count",
        "reply_count": "comments.count",
        "view_count": "views.count",
        "is_ad": lambda record: True if flag(record, "marked_as_ads") or at(record, "marked_as_ads") == 1 else None,
    },
    time="date",
    kind=lambda record: "comment" if record.keys() & {"post_id", "reply_to_comment"} and "copy_history" not in record else None,
    in_text=("url", "hashtag"),
    links=(
        _reposted,
        post("reply", _answered, ("reply_to_user",)),
        _mentions,
        urls("attachments", "link.url"),
        keys("media", "attachments", "photo.id", "video.id", "audio.id"),
    ),
)  # fmt: skip


def _read(record: Record, context: Context) -> Item:
    """A post. One that only passes on another has that one's words and links, marked as such."""
    source = next(iter(objects(record, "copy_history")), {})
    if not source or words(record, "text"):
        return SHAPE.item(record, context)
    own, other = SHAPE.item(record, context), SHAPE.item(source, context)
    post = own.post | {"text": other.post.get("text"), "text_is_inherited": True, "kind": "repost"}
    taken_over = [link | {"inherited": True} for link in other.links if link["kind"] not in ("repost", "reply")]
    return Item(own.account, post, [*own.links, *taken_over], [*own.more_accounts, other.account])


def _page(record: Record, context: Context) -> Iterator[Item | Skip]:
    """The posts of an answer, with the people and groups it tells of."""
    inside = record["response"] if isinstance(record.get("response"), dict) else record
    people = {identifier(person, "id"): person for person in objects(inside, "profiles")}
    people |= {f"-{identifier(group, 'id')}": group for group in objects(inside, "groups")}
    for given in page(record, "response.items", "items"):
        try:
            one = an_object(given)
            known = people.get(_author(one))
            yield _read(one | {"author": known} if known else one, context)
        except Skip as skip:
            yield skip


def _is_vk(record: Record) -> bool:
    inside = record["response"] if isinstance(record.get("response"), dict) else record
    return any({"owner_id", "from_id", "date"} <= one.keys() for one in [*objects(inside, "items")[:5], inside])


READER = Records(
    name="vk",
    title="VK wall JSON",
    platform="vk",
    carries=("url", "domain", "hashtag", "mention", "repost", "reply", "text", "media"),
    lacks="Names stand only where the answer was asked for them (extended=1).",
    where=_is_vk,
    read=_page,
)
