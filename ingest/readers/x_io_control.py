"""Control users beside X's archive of information operations: ordinary accounts on the same hashtags in the same time.

Source: Seckin, Pote, Nwala, Yin, Luceri, Flammini and Menczer (2025), Labeled Datasets for Research on Information Operations,
ICWSM 19:2567, doi:10.1609/icwsm.v19i1.35958. They are published as pandas pickles; a pickle is a program, so it is never
opened here. Written as CSV their columns are the archive's but for the target of a retweet, and lists are those of API v1.1.
"""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Links, Table, filled, post, says, value
from ingest.readers._shared.x_tables import entity_tags, mentions_in, shared_addresses, unprefixed

_RETWEETED, _OWNER = ("retweeted_tweetid", "retweet_tweetid"), "__owner"

READER = Table(
    name="x_io_control",
    title="Control users of X information operations (Seckin and others 2025, CSV)",
    platform="x",
    carries=("repost", "reply", "url", "hashtag", "mention"),
    lacks="The files are pandas pickles: write them as CSV first. Quoted posts and counts of likes are not in them.",
    signatures=(
        frozenset({"tweetid", "userid", "tweet_time", "retweeted_tweetid"}),
        frozenset({"tweetid", "userid", "tweet_time", "symbols", "tweet_client_name"}),
    ),
    account={
        "native_id": "userid",
        "handle": "user_screen_name",
        "display_name": "user_display_name",
        "created_at": "account_creation_date",
        "followers": "follower_count",
        "following": "following_count",
        "uid_from": pl.lit("id"),
    },
    post={"native_id": "tweetid", "text": unprefixed("tweet_text"), "lang": "tweet_language"},
    time=("tweet_time",),
    zone="UTC",
    kinds=(
        ("repost", says("is_retweet", "true", "1", "1.0") | filled(*_RETWEETED)),
        ("reply", filled("in_reply_to_tweetid")),
    ),
    links=(
        post("repost", _RETWEETED, _OWNER),
        post("reply", "in_reply_to_tweetid", "in_reply_to_userid"),
        Links("url", "urls", shared_addresses),
        Links("hashtag", "hashtags", entity_tags),
        *mentions_in("user_mentions"),
    ),
    derived={_OWNER: value(("retweeted_user_id", "retweet_userid"))},
    nothing=("[]", "nan", "None", "0"),
    kept=("tweet_client_name",),
)
