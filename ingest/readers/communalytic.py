"""Communalytic CSV: a bare table, known by the name of its file or by Bluesky's addresses as ids."""

from __future__ import annotations

import polars as pl

from ingest.mapping.contract import Sample
from ingest.mapping.table import Table, value

_COLUMNS = ("id", "date", "username", "text")


def _is_communalytic(sample: Sample) -> bool:
    if not sample.has_columns(*_COLUMNS):
        return False
    place = sample.header.index("id")
    ids = [row[place] for row in sample.rows if place < len(row)]
    return "communalytic" in sample.file_name.lower() or (bool(ids) and all(one.startswith("at://") for one in ids))


READER = Table(
    name="communalytic",
    title="Communalytic CSV",
    carries=("url", "hashtag", "mention"),
    lacks="It says neither what a post repeats nor what it answers.",
    signatures=(),
    where=_is_communalytic,
    account={
        "platform": pl.when(pl.col("id").str.starts_with("at://")).then(pl.lit("bluesky")),
        "native_id": pl.col("id").str.extract(r"^at://(did:[^/]+)/", 1),
        "handle": "username",
    },
    post={"native_id": "id", "text": "text", "url": value("url"), "lang": "language"},
    time=("date",),
    in_text=("url", "hashtag", "mention"),
)
