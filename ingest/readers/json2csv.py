"""Posts of X as twarc 1 writes them as a table (``json2csv``, ``twarc --format csv``).

Columns: DocNow/twarc ``src/twarc/json2csv.py``; in autumn 2017 it wrote ``reweet_or_quote_id``. One column names the retweeted or
the quoted post: ``tweet_type`` says which, but says reply of a reply that quotes.
"""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Table, filled, media, post, says, tags, urls, value
from ingest.readers._shared.x_tables import ADDRESS, status, without_status
from ingest.readers.hydrator import ACCOUNT, POST

_OTHER = ("retweet_or_quote_id", "reweet_or_quote_id")
_UNTOLD = pl.col("text").str.contains("^RT @") | (status("urls") != value(_OTHER)).fill_null(True)

READER = Table(
    name="json2csv",
    title="twarc 1 json2csv",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention", "media"),
    lacks="Mentions stand only in the text, and links of a retweet are cut; its text and hashtags are the original's.",
    signatures=(
        frozenset({"user_screen_name", "retweet_or_quote_id"}),
        frozenset({"user_screen_name", "reweet_or_quote_id"}),
    ),
    account=ACCOUNT,
    derived={
        "__repeats": pl.when(filled("tweet_type")).then(says("tweet_type", "retweet")).otherwise(_UNTOLD),
        "__repost": pl.when(pl.col("__repeats")).then(value(_OTHER)),
        "__quote": pl.when(~pl.col("__repeats")).then(value(_OTHER)),
        "__urls": without_status("urls", pl.col("__quote")),
    },
    post=POST,
    time=("created_at", "parsed_created_at"),
    shared_counts=True,
    kinds=(("repost", filled("__repost")), ("reply", filled("in_reply_to_status_id")), ("quote", filled("__quote"))),
    links=(
        post("repost", "__repost", "retweet_or_quote_user_id", "retweet_or_quote_screen_name"),
        post("reply", "in_reply_to_status_id", "in_reply_to_user_id", "in_reply_to_screen_name"),
        post("quote", "__quote", "retweet_or_quote_user_id", "retweet_or_quote_screen_name"),
        urls("__urls"),
        tags("hashtags"),
        media("media"),
    ),
    in_text=("mention",),
    others=(
        {"native_id": "retweet_or_quote_user_id", "handle": "retweet_or_quote_screen_name"},
        {"native_id": "in_reply_to_user_id", "handle": "in_reply_to_screen_name"},
    ),
    recovered={"id": ("tweet_url", ADDRESS)},
)
