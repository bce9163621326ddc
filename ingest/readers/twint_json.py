"""Posts of X as twint wrote them as JSON, one a line: the fields of its table (see ``twint``), lists as lists.

A file grows with each run, so posts may stand in it more than once.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.mapping.contract import Context, Item, Record, Skip
from ingest.mapping.json_fields import as_identifier, at, identifier, words
from ingest.mapping.record import Records, Shape, mentions, post, tags
from ingest.normalize import times
from ingest.normalize.urls import key as link_key
from ingest.readers._shared.x_tables import ZONE_OF_IDS, same_clock
from ingest.readers.twint import NO_TIME_OF_RETWEET

_WHOSE = re.compile(r"(?i)^\s*RT @(\w{1,15}):\s?")
_STATUS = re.compile(r"(?i)(?:twitter|x)\.com/(\w+)/status/(\d+)")
_HANDLE = re.compile(r"@?\w{1,15}")


def _clock(record: Record) -> Any:
    """When it was posted: in words of a computer ("W. Europe Standard Time") the parts beside it are clearer."""
    said, parts = record.get("created_at"), [words(record, name) or "" for name in ("date", "time", "timezone")]
    odd = said is None or re.search(r"[A-Za-z]{5,}|^\d\d-\d\d-\d{4}", str(said))
    if odd and parts[0]:
        zone = parts[2] if re.fullmatch(r"[+-]\d{4}|[A-Z]{2,4}", parts[2]) else ""
        return " ".join((*parts[:2], zone)).strip()
    return said


def _answers(record: Record) -> bool:
    """True if it stands in somebody's conversation and names whom it answers; older files always name the author."""
    root, own = identifier(record, "conversation_id"), identifier(record, "id")
    return root is not None and root != own and bool(record.get("reply_to", True)) and record.get("retweet") is not True


def _quote(record: Record) -> dict[str, str]:
    found = None if record.get("retweet") is True else _STATUS.search(words(record, "quote_url") or "")
    return {"name": found[1], "id": found[2]} if found else {}


def _urls(record: Record) -> list[Record]:
    """Shared links, without the address of the quoted post, and pictures."""
    quoted, shared, pictures = _quote(record).get("id"), at(record, "urls"), at(record, "photos")
    found = [
        {"kind": "url", "target_raw": raw}
        for raw in (shared if isinstance(shared, list) else [])
        if isinstance(raw, str) and not ((own := _STATUS.search(raw)) and own[2] == quoted)
    ]
    keys = [link_key(raw) for raw in (pictures if isinstance(pictures, list) else []) if isinstance(raw, str)]
    inherited = record.get("retweet") is True
    return [link | {"inherited": inherited} for link in found] + [
        {"kind": "media", "target_key": key, "inherited": inherited} for key in keys if key
    ]


def _names(record: Record) -> list[Record]:
    """Mentions, which older files give as words."""
    given = at(record, "mentions")
    return (
        [one if isinstance(one, dict) else {"screen_name": one} for one in given if one]
        if isinstance(given, list)
        else []
    )


SHAPE = Shape(
    platform="x",
    account={"native_id": ("user_id_str", "user_id"), "handle": "username", "display_name": "name"},
    post={
        "native_id": "id",
        "text": lambda record: _WHOSE.sub("", words(record, "tweet") or "") or None,
        "text_is_inherited": lambda record: record.get("retweet") is True,
        "lang": "language",
        "lang_basis": lambda record: "platform" if words(record, "language") else None,
        "url": "link",
        "conversation_uid": lambda record: None if record.get("retweet") is True else record.get("conversation_id"),
        "like_count": ("likes_count", "nlikes"),
        "repost_count": ("retweets_count", "nretweets"),
        "reply_count": ("replies_count", "nreplies"),
    },
    time=_clock,
    kind=lambda record: "reply" if _answers(record) else "original",
    links=(
        post("quote", lambda record: _quote(record).get("id"), handle=lambda record: _quote(record).get("name")),
        _urls,
        tags("hashtags"),
        mentions(_names, id=("id",), handle=("screen_name", "username")),
    ),
)


def _read(record: Record, context: Context) -> Item:
    own, other = identifier(record, "id"), identifier(record, "retweet_id")
    retweet = record.get("retweet") is True
    number, younger = _number(own), _number(other)
    if retweet and not younger and not _WHOSE.match(words(record, "tweet") or "") and _retweeter(record):
        raise Skip(NO_TIME_OF_RETWEET, "retweet_date", record.get("retweet_date"))
    item = SHAPE.item(record, context)
    if retweet:
        item.post["kind"] = "repost"
        for count in ("like_count", "repost_count", "reply_count"):
            item.post.pop(count, None)
        if number and younger > number:  # the row is the original
            item = _as_retweeted(record, item, str(other))
        elif younger and younger != number:
            whose = _WHOSE.match(words(record, "tweet") or "")
            author = {"native_id": as_identifier(record.get("user_rt_id")), "handle": whose[1] if whose else None}
            item = _repeating(item, str(other), author)
    said = item.post.get("created_at")
    if said is not None:
        right = same_clock(said, times.from_id("x", item.post.get("native_id")))
        context.count(ZONE_OF_IDS, int(right != said))
        item.post["created_at"] = right
    return item


def _number(native_id: str | None) -> int:
    return int(native_id) if native_id and native_id.isascii() and native_id.isdigit() else 0


def _retweeter(record: Record) -> str | None:
    """Account that retweeted, where the row is the original; a later twint has the original's text there."""
    name = identifier(record, "user_rt")
    other = name and _HANDLE.fullmatch(name) and name.lower() != (identifier(record, "username") or "").lower()
    return name if other else None


def _as_retweeted(record: Record, item: Item, native_id: str) -> Item:
    author = item.account
    account = {"native_id": as_identifier(record.get("user_rt_id")), "handle": _retweeter(record), "platform": "x"}
    post = {name: value for name, value in item.post.items() if name not in ("url", "created_at")}
    at_us, precision = times.parse(record.get("retweet_date"))
    post |= {"native_id": native_id, "created_at": at_us, "created_at_precision": precision}
    return _repeating(item._replace(account=account, post=post), str(item.post["native_id"]), author)


def _repeating(item: Item, native_id: str, author: Record) -> Item:
    """The item as a repost of a post."""
    known = author.get("native_id") or (f"@{author['handle'].lower()}" if author.get("handle") else None)
    link = {"kind": "repost", "target_key": f"x:{native_id}", "target_account_uid": known and f"x:{known}"}
    more = [author | {"platform": "x"}] if author.get("native_id") else []
    return item._replace(links=[link, *item.links], more_accounts=more)


def _is_twint(record: Record) -> bool:
    return {"tweet", "username", "conversation_id"} <= record.keys() and bool(
        record.keys() & {"link", "retweet", "cashtags", "user_rt_id", "nlikes"}
    )


READER = Records(
    name="twint_json",
    title="twint JSON",
    platform="x",
    carries=("url", "domain", "hashtag", "mention", "repost", "quote", "text", "media"),
    lacks="Which post was answered is not said, only which accounts; searches left retweets out.",
    where=_is_twint,
    read=_read,
)
