"""X posts as minet and twitwi write them (SciencesPo médialab): the best-formed CSV of X there is."""

from __future__ import annotations

from ingest.mapping.table import Table, filled, media, mentions, post, tags, urls
from ingest.readers._shared.x_tables import ADDRESS, unprefixed

READER = Table(
    name="minet_x",
    title="minet / twitwi X CSV",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention", "media"),
    lacks="Links and hashtags are in lower case; ids must not have passed through a spreadsheet.",
    signatures=(frozenset({"timestamp_utc", "user_screen_name", "to_tweetid"}),),
    account={
        "native_id": "user_id",
        "handle": "user_screen_name",
        "display_name": "user_name",
        "created_at": "user_timestamp_utc",
        "followers": "user_followers",
        "following": "user_friends",
        "posts_count": "user_tweets",
        "verified": "user_verified",
    },
    post={
        "native_id": "id",
        "text": unprefixed("text"),
        "lang": "lang",
        "url": "url",
        "like_count": "like_count",
        "repost_count": "retweet_count",
        "reply_count": "reply_count",
        "view_count": "impression_count",
    },
    time=("timestamp_utc",),
    shared_counts=True,
    kinds=(
        ("repost", filled("retweeted_id")),
        ("reply", filled("to_tweetid")),
        ("quote", filled("quoted_id")),
    ),
    links=(
        post("repost", "retweeted_id", "retweeted_user_id", "retweeted_user"),
        post("reply", "to_tweetid", "to_userid", "to_username"),
        post("quote", "quoted_id", "quoted_user_id", "quoted_user"),
        urls("links"),
        tags("hashtags"),
        mentions("mentioned_ids", to="id"),
        media("media_urls"),
    ),
    others=(
        {"native_id": "retweeted_user_id", "handle": "retweeted_user"},
        {"native_id": "to_userid", "handle": "to_username"},
        {"native_id": "quoted_user_id", "handle": "quoted_user"},
    ),
    recovered={"id": ("url", ADDRESS)},
)
