"""Posts of X as DocNow's Hydrator writes them, and as ``json2csv`` of twarc 1 did at first.

Columns: DocNow/hydrator ``app/utils/twitter.js`` (``toCsv``); older ones: the history of DocNow/twarc ``utils/json2csv.py``,
which from 2014 to 2017 wrote ``reweet_id``. A retweet's text is the original's; its ``quote_id`` is what the original quotes.
"""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Fields, Table, filled, post, tags, urls, value
from ingest.readers._shared.x_tables import ADDRESS, exact, spoken, without_status

ACCOUNT: Fields = {
    "native_id": "user_id",
    "handle": "user_screen_name",
    "display_name": "user_name",
    "created_at": "user_created_at",
    "followers": "user_followers_count",
    "following": "user_friends_count",
    "posts_count": "user_statuses_count",
    "verified": "user_verified",
    "description": "user_description",
    "location": "user_location",
}
POST: Fields = {
    "native_id": "id",
    "text": spoken("text"),
    "lang": "lang",
    "url": "tweet_url",
    "like_count": "favorite_count",
    "repost_count": "retweet_count",
}

READER = Table(
    name="hydrator",
    title="DocNow Hydrator CSV",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention"),
    lacks="Mentions stand only in the text, and links of a retweet are cut; older files name accounts by handle only.",
    signatures=(
        frozenset({"tweet_url", "user_screen_name", "retweet_id"}),
        frozenset({"tweet_url", "user_screen_name", "reweet_id"}),
        frozenset({"tweet_url", "user_screen_name", "user_created_at"}),
        frozenset({"user_screen_name", "retweet_screen_name", "user_created_at"}),
    ),
    account=ACCOUNT,
    derived={
        "__repost": value(("retweet_id", "reweet_id")),
        "__quote": pl.when(~filled("retweet_id", "reweet_id")).then(value("quote_id")),
        "__reply_to": exact("in_reply_to_user_id"),
        "__reply_name": pl.when(pl.col("__reply_to").is_not_null()).then(value("in_reply_to_screen_name")),
        "__urls": without_status("urls", pl.col("__quote")),
    },
    post=POST,
    time=("created_at",),
    shared_counts=True,
    kinds=(("repost", filled("__repost")), ("reply", filled("in_reply_to_status_id")), ("quote", filled("__quote"))),
    links=(
        post("repost", "__repost", handle="retweet_screen_name"),
        post("reply", "in_reply_to_status_id", "__reply_to", "in_reply_to_screen_name"),
        post("quote", "__quote"),
        urls("__urls"),
        tags("hashtags"),
    ),
    in_text=("mention",),
    others=({"native_id": "__reply_to", "handle": "__reply_name"},),
    recovered={"id": ("tweet_url", ADDRESS)},
)
