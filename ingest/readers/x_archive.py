"""X's own archive of one account (``data/tweets.js`` of the zip that X sends), with what the files beside it tell.

Fields: those that timhutton/twitter-archive-parser and TheExGenesis/community-archive read; X documents none. A post is one of API v1.1
without its author, who stands in ``account.js``; all numbers are texts. Of a retweet only the beginning of its text is there; which
post it repeats is said where it carries a picture or film, else guessed from whom it names and that text. Long posts stand whole in
``note-tweet.js``, under other ids: they are told by the second and by how they begin. ``retweeted`` is always false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.mapping.contract import Context, Item, Record, Sample, Skip, an_object
from ingest.mapping.json_fields import at, identifier, objects, words
from ingest.mapping.record import target
from ingest.normalize import times
from ingest.readers._shared.x_tables import guessed_key
from ingest.readers.x_v1 import SHAPE

NO_OWNER = "X's archive names its account in account.js, which is not beside this file: give its folder or its zip."
LEFT_OUT = "Of X's own archive only the account's posts are read; likes, followers, messages and deleted posts are not."
_WHOSE = re.compile(r"(?i)^\s*RT @(\w{1,15}):\s?")
_STATUS = re.compile(r"(?i)https?://(?:\w+\.)?(?:twitter|x)\.com/(\w+)/status/(\d+)/?(?:[?#].*)?$")
_CUT = re.compile(r"\s*…?\s*(?:https://t\.co/\w+)?\s*$")
_ENTITIES = ("hashtags", "urls", "user_mentions", "media", "symbols")


@dataclass
class Owner:
    """Owner of an archive, and the account's long posts by the second they were made in."""

    user: Record = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=dict)

    def whole(self, text: str, at_us: int | None) -> str | None:
        """The long post that was made in that second and begins so."""
        begins = _CUT.sub("", text)
        some = self.notes.get((at_us or 0) // 1_000_000, ())
        return next((one for one in some if begins and one.startswith(begins) and len(one) > len(text)), None)


class XArchive:
    """X's own archive."""

    name = "x_archive"
    title = "X's own archive (tweets.js, zip)"
    version = 1
    platform: str | None = "x"
    carries = ("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media")
    lacks = "One account; what a retweet repeats is mostly guessed from whom it names and the beginning of its text."
    containers = ("item", "")

    def recognises(self, sample: Sample) -> bool:
        return sample.shape != "csv" and any(_is_archived(record) for record in sample.records)

    def companions(self, file_name: str) -> tuple[str, ...]:
        """Files that name the owner of the archive and hold the long posts."""
        return ("account.js", "manifest.js", "note-tweet.js")

    def joined(self, documents: Mapping[str, object]) -> object:
        """The owner."""
        return _owner(documents)

    def items(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        owner = context.beside if isinstance(context.beside, Owner) else Owner()
        tweet = an_object(record.get("tweet", record))
        if not owner.user:
            raise Skip(NO_OWNER)
        context.assume(LEFT_OUT)
        yield _item(tweet, owner, context)


def _is_archived(record: Record) -> bool:
    tweet = record.get("tweet", record)
    if not isinstance(tweet, dict) or "user" in tweet:
        return False
    wrapped = tweet is not record and "created_at" in tweet
    return {"id_str", "full_text"} <= tweet.keys() and (wrapped or {"retweeted", "favorited", "source"} <= tweet.keys())


def _owner(documents: Mapping[str, object]) -> Owner:
    account = at(documents.get("account.js"), "0.account")
    manifest = at(documents.get("manifest.js"), "userInfo")
    native_id = identifier(account, "accountId") or identifier(manifest, "accountId")
    handle = identifier(account, "username") or identifier(manifest, "userName")
    if not (native_id or handle):
        return Owner()
    name = words(account, "accountDisplayName") or words(manifest, "displayName")
    user = {"id_str": native_id, "screen_name": handle, "name": name, "created_at": words(account, "createdAt")}
    owner = Owner({key: said for key, said in user.items() if said})
    notes = documents.get("note-tweet.js")
    for note in notes if isinstance(notes, list) else []:
        at_us, text = times.parse(at(note, "noteTweet.createdAt"))[0], words(note, "noteTweet.core.text")
        if at_us is not None and text:
            owner.notes.setdefault(at_us // 1_000_000, []).append(text)
    return owner


def _item(tweet: Record, owner: Owner, context: Context) -> Item:
    text = words(tweet, "full_text", "text") or ""
    whose = _WHOSE.match(text)
    item = SHAPE.item({**_sound(tweet), "user": owner.user}, context)
    if tweet.get("deleted_at"):
        item.post["is_deleted"] = True
    if whose:
        return _as_repost(item, tweet, whose[1], text)
    if long := owner.whole(item.post.get("text") or "", item.post.get("created_at")):
        item.post.update(text=long, text_is_truncated=False)
    return _as_quote(item, tweet)


def _sound(tweet: Record) -> Record:
    """The post without what is not its own, and without lists that are none."""
    entities = at(tweet, "entities")
    told = {name: objects(entities, name) for name in _ENTITIES} if isinstance(entities, dict) else {}
    return {key: value for key, value in tweet.items() if key not in ("retweeted_status", "quoted_status")} | {
        "entities": told
    }


def _as_repost(item: Item, tweet: Record, whose: str, text: str) -> Item:
    """The item as a repost: of the post its picture comes from, else of one that is guessed."""
    author: dict[str, Any] = {"handle": whose}
    for one in objects(tweet, "entities.user_mentions"):
        if (identifier(one, "screen_name") or "").lower() == whose.lower():
            author["native_id"] = identifier(one, "id_str", "id")
    media = (*objects(tweet, "extended_entities.media"), *objects(tweet, "entities.media"))
    native_id = next(
        (found for one in media if (found := identifier(one, "source_status_id_str", "source_status_id"))), None
    )
    links = [link | {"inherited": True} for link in item.links if link["kind"] not in ("reply", "quote")]
    own = f"x:{author.get('native_id')}", f"x:@{whose.lower()}"
    links = [link for link in links if not (link["kind"] == "mention" and link.get("target_key") in own)]
    if native_id:
        links.append(target("x", "repost", native_id, author))
    elif guess := guessed_key(whose, text):
        links.append(target("x", "repost", guess, author) | {"resolved": False})
    post = {name: value for name, value in item.post.items() if not name.endswith("_count")}
    post |= {"kind": "repost", "text_is_inherited": True, "text_is_truncated": text.rstrip().endswith("…")}
    return item._replace(post=post, links=links)


def _as_quote(item: Item, tweet: Record) -> Item:
    """The item as a quote, where its last link leads to another post of X."""
    entities = objects(tweet, "entities.urls")
    raw = words(entities[-1], "expanded_url") if entities else None
    found = _STATUS.match(raw or "")
    if not found or found[2] == item.post.get("native_id"):
        return item
    links = [link for link in item.links if link.get("target_raw") != raw or link["kind"] != "url"]
    links.append(target("x", "quote", found[2], {"handle": found[1]}))
    kind = "quote" if item.post.get("kind") == "original" else item.post["kind"]
    return item._replace(post=item.post | {"kind": kind}, links=links)


READER = XArchive()
