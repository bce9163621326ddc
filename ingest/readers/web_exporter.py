"""Posts of X as twitter-web-exporter writes them as a table (prinsss, a user script that keeps what the pages load).

Columns: ``src/components/table/columns-tweet.tsx`` and ``src/utils/exporter.ts``. ``retweeted`` and ``favorited`` are about whoever was
logged in; line ends stand as ``\\n``; the clock is the collector's own, in a form they may choose; until 2026 the word ``null`` stood for
nothing, until 2025 there was no ``user_id``. With "include all metadata" the page's own record stands in ``metadata``.
"""

from __future__ import annotations

import json
import re

import polars as pl

from ingest.mapping.json_fields import at
from ingest.mapping.table import Links, Table, filled, mapped, post, value
from ingest.normalize import text as texts
from ingest.normalize.urls import key as link_key
from ingest.readers._shared import x_web
from ingest.readers._shared.x_tables import (
    ADDRESS,
    WHOSE,
    cut,
    entity_tags,
    mentions_in,
    settled_by_ids,
    shared_addresses,
    spoken,
    status,
)

_ORIGINAL = re.compile(r'"original"\s*:\s*"([^"]+)"')
_SHORT = re.compile(r'"url"\s*:\s*"(https://t\.co/\w+)"')


def _pictures(cell: str) -> list[str]:
    """Keys of the files of pictures and films."""
    return [key for one in _ORIGINAL.findall(cell.replace("\\/", "/")) if (key := link_key(one))]


def _without_pictures(pair: str) -> str:
    """A text without the short links that lead to its own pictures."""
    text, _, media = pair.partition("\x1f")
    for address in _SHORT.findall(media.replace("\\/", "/")):
        text = text.replace(address, "")
    return text


def _entities(cell: str) -> str | None:
    """Links, hashtags and mentions of the page's own record; of a retweet as the original has them."""
    try:
        record = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    told = x_web.as_v1(record) if isinstance(record, dict) else {}
    entities = at(told, "retweeted_status.entities", "entities")
    return json.dumps(entities) if isinstance(entities, dict) else None


_HANDLE = pl.coalesce(
    value("screen_name"),
    pl.when(~status("url", 1).is_in(["undefined", "null"])).then(status("url", 1)),
)
_WRITTEN = value("full_text").str.replace_all("\\r", "", literal=True).str.replace_all("\\n", "\n", literal=True)

READER = Table(
    name="web_exporter",
    title="twitter-web-exporter CSV",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention", "media"),
    lacks="Links are t.co unless all metadata was included; retweets are cut; whose post was answered or quoted is not said.",
    signatures=(
        frozenset({"full_text", "screen_name", "in_reply_to", "retweeted_status"}),
        frozenset({"full_text", "in_reply_to", "retweeted_status", "quoted_status"}),
        frozenset({"full_text", "screen_name", "favorite_count", "views_count"}),
        frozenset({"full_text", "screen_name", "favorite_count", "bookmark_count"}),
    ),
    account={"native_id": "user_id", "handle": "__handle", "display_name": "name"},
    derived={
        "__handle": _HANDLE,
        "__whose": value("full_text").str.extract(WHOSE, 1),
        "__quote": pl.when(~filled("retweeted_status")).then(value("quoted_status")),
        "__entities": mapped("metadata", _entities),
        "__words": pl.when(pl.col("__entities").is_null()).then(
            spoken(
                pl.when(pl.col("media").str.contains("t.co", literal=True))
                .then(mapped(pl.concat_str([_WRITTEN, "media"], separator="\x1f"), _without_pictures))
                .otherwise(_WRITTEN)
            )
        ),
    },
    post={
        "native_id": "id",
        "text": spoken(_WRITTEN),
        "text_is_truncated": cut("full_text"),
        "url": "url",
        "like_count": "favorite_count",
        "repost_count": "retweet_count",
        "reply_count": "reply_count",
        "quote_count": "quote_count",
        "view_count": "views_count",
    },
    time=("created_at",),
    shared_counts=True,
    kinds=(("repost", filled("retweeted_status")), ("reply", filled("in_reply_to")), ("quote", filled("__quote"))),
    links=(
        post("repost", "retweeted_status", handle="__whose"),
        post("reply", "in_reply_to"),
        post("quote", "__quote"),
        Links("url", "__entities", shared_addresses),
        Links("hashtag", "__entities", entity_tags),
        *mentions_in("__entities"),
        Links("url", "__words", texts.urls_in),
        Links("hashtag", "__words", texts.hashtags),
        Links("mention", "__words", texts.mentions_in, to="handle"),
        Links("media", "media", _pictures, to="key"),
    ),
    recovered={"id": ("url", ADDRESS)},
    nothing=("null", "N/A"),
    check=settled_by_ids("created_at", "id", "url"),
)
