"""Retweets that only their words tell: ``RT @name: …`` where the reposted post is not there."""

from __future__ import annotations

import re

from ingest.mapping.contract import Item
from ingest.mapping.record import target
from ingest.readers._shared.x_tables import guessed_key

FRONT = re.compile(r"(?is)^\s*RT @(\w+):?\s+")
OWN = ("reply", "quote", "repost")


def by_words(item: Item, text: str | None, is_repost: bool = False) -> Item:
    """The item as a repost where its text begins like one, or the file says so; its target is guessed from whose words it repeats.

    Examples
    --------
    >>> said = Item({"handle": "ann"}, {"kind": "original", "text": "RT @ben: boats", "like_count": 3}, [])
    >>> by_words(said, "RT @ben: boats").post
    {'kind': 'repost', 'text': 'boats', 'text_is_inherited': True}
    >>> by_words(said, "boats").post["kind"]
    'original'
    """
    front = FRONT.match(text or "")
    if item.post["kind"] == "repost" or not (front or is_repost):
        return item
    guess = guessed_key(front[1], text or "") if front else None
    links = [link | {"inherited": True} for link in item.links if link["kind"] not in OWN]
    if front and guess:
        links = [target("x", "repost", guess, {"handle": front[1]}) | {"resolved": False}, *links]
    said = {name: value for name, value in item.post.items() if not name.endswith("_count")}
    words = {"text": FRONT.sub("", said["text"])} if said.get("text") else {}
    return item._replace(post=said | words | {"kind": "repost", "text_is_inherited": True}, links=links)
