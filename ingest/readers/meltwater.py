"""Meltwater CSV: often UTF-16 with tabs, junk above the header, date and time apart."""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Table, filled, mapped, says, tags, urls, value
from ingest.normalize import platforms
from ingest.readers._shared.x_tables import ADDRESS, unprefixed

READER = Table(
    name="meltwater",
    title="Meltwater CSV or XLSX",
    carries=("url", "hashtag", "mention"),
    lacks="Texts of X are withheld, and it does not say what a repost or reply refers to.",
    signatures=(frozenset({"Document ID", "Hit Sentence", "Author Handle"}),),
    account={
        "platform": pl.coalesce(
            mapped("URL", platforms.platform_of), mapped("Source Domain", platforms.platform_id), mapped("Source Name", platforms.platform_id),
            pl.lit("web"),
        ),
        "handle": ("Author Handle", "Source Domain", "Author Name"),
        "display_name": pl.when(filled("Author Handle")).then(value("Author Name")).otherwise(value("Source Name")),
    },
    derived={"Date": pl.concat_str(value("Date"), value("Time"), separator=" ", ignore_nulls=True)},
    post={
        "native_id": pl.coalesce(pl.col("URL").str.extract(ADDRESS, 1), value("Document ID")),
        "text": unprefixed("Opening Text").fill_null(value(("Hit Sentence", "Title"))),
        "lang": "Language",
        "url": "URL",
        "like_count": ("Likes", "Reactions"),
        "repost_count": ("Reposts", "Shares"),
        "reply_count": ("Replies", "Comments"),
        "quote_count": "Quotes",
        "view_count": "Views",
    },
    time=("Date",),
    kinds=(
        ("repost", says("Content Type", "repost", "retweet", "share")),
        ("reply", says("Content Type", "reply")),
        ("quote", says("Content Type", "quote")),
        ("comment", says("Content Type", "comment")),
    ),
    links=(urls("Links"), tags("Hashtags")),
    in_text=("url", "hashtag", "mention"),
    kept=("Input Name", "Information Type"),
)  # fmt: skip
