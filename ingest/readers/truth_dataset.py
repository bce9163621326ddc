"""Posts of the Truth Social dataset (Gerard et al. 2023, Zenodo): one table of several, which refer to each other by numbers of their own.

Those numbers are no ids of the platform, so they are marked. Links, hashtags and mentions are read from the texts: the tables of
them say nothing more. What is reposted is named by its number.
"""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Table, filled, post, says, value

_MARK = "zenodo-"

READER = Table(
    name="truth_dataset",
    title="Truth Social dataset (Zenodo, truths.tsv)",
    platform="truth_social",
    carries=("repost", "url", "hashtag", "mention"),
    lacks="Accounts and posts have numbers of the dataset, which join with no other export; what a reply answers is in another table.",
    signatures=(frozenset({"is_retruth", "truth_retruthed", "author", "external_id"}),),
    account={
        "native_id": _MARK + value("author"),
        "handle": pl.col("url").str.extract(r"truthsocial\.com/@([\w.-]+)", 1),
    },
    post={
        "native_id": _MARK + value("id"),
        "text": "text",
        "url": "url",
        "like_count": "like_count",
        "repost_count": "retruth_count",
        "reply_count": "reply_count",
        "collected_at": "time_scraped",
    },
    time=("timestamp",),
    shared_counts=True,
    derived={"__target": _MARK + value("truth_retruthed")},
    kinds=(
        ("repost", says("is_retruth", "t", "true", "1") | filled("truth_retruthed")),
        ("reply", says("is_reply", "t", "true", "1")),
    ),
    links=(post("repost", "__target"),),
    in_text=("url", "hashtag", "mention"),
    nothing=("-1", "\\N"),
    licence="See the record on Zenodo",
)
