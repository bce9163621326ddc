"""Posts of X in a sheet of TAGS (Twitter Archiving Google Sheet), as CSV or as the whole workbook.

Columns: mhawksey/TAGS ``worker.gs``: any key of API v1.1 that stands in the first row of the sheet is filled, the usual ones are
those of its template. Zeros are left empty. ``time`` is in the clock of whoever made the sheet and is not used.
"""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Links, Table, filled, post, value
from ingest.readers._shared.x_tables import (
    ADDRESS,
    WHOSE,
    cut,
    entity_tags,
    guess,
    guessed,
    mentions_in,
    shared_addresses,
    spoken,
)

_TEXT = ("full_text", "text")
_LEADS_TO = pl.col("entities_str").str.replace_all("\\/", "/", literal=True)
_QUOTED = (
    r"""['"]expanded_url['"]\s*:\s*['"]https?://(?:\w+\.)?(?:twitter|x)\.com/(\w+)/status/(\d+)(?:[?#][^'"]*)?['"]"""
)

READER = Table(
    name="tags",
    title="TAGS sheet (CSV, Excel)",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention"),
    lacks="What a retweet repeats is guessed from whom it names and its text; quotes are told by their links only.",
    signatures=(
        frozenset({"id_str", "from_user", "text", "entities_str"}),
        frozenset({"id_str", "from_user", "text", "from_user_id_str"}),
        frozenset({"id_str", "from_user", "text", "status_url"}),
        frozenset({"id_str", "from_user", "full_text", "created_at"}),
    ),
    account={
        "native_id": "from_user_id_str",
        "handle": "from_user",
        "display_name": "user_name",
        "created_at": "user_created_at",
        "followers": "user_followers_count",
        "following": "user_friends_count",
        "verified": "user_verified",
        "description": "user_description",
        "location": "user_location",
    },
    derived={
        "__whose": value(_TEXT).str.extract(WHOSE, 1),
        "__guess": guess(pl.col("__whose"), value(_TEXT)),
        "__quote": pl.when(pl.col("__whose").is_null()).then(
            pl.coalesce(value("quoted_status_id_str"), _LEADS_TO.str.extract(_QUOTED, 2))
        ),
        "__quoted": _LEADS_TO.str.extract(_QUOTED, 1),
    },
    post={
        "native_id": "id_str",
        "text": spoken(_TEXT),
        "text_is_truncated": cut(_TEXT),
        "lang": "lang",
        "url": pl.coalesce(value("status_url"), "https://x.com/" + value("from_user") + "/status/" + value("id_str")),
        "like_count": "favorite_count",
        "repost_count": "retweet_count",
    },
    time=("created_at",),
    shared_counts=True,
    kinds=(
        ("repost", filled("__whose")),
        ("reply", filled("in_reply_to_status_id_str")),
        ("quote", filled("__quote")),
    ),
    links=(
        guessed("__guess", "__whose"),
        post("reply", "in_reply_to_status_id_str", "in_reply_to_user_id_str", "in_reply_to_screen_name"),
        post("quote", "__quote", handle="__quoted"),
        Links("url", "entities_str", shared_addresses),
        Links("hashtag", "entities_str", entity_tags),
        *mentions_in("entities_str"),
    ),
    others=({"native_id": "in_reply_to_user_id_str", "handle": "in_reply_to_screen_name"},),
    recovered={"id_str": ("status_url", ADDRESS)},
)
