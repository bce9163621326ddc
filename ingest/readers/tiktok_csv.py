"""TikTok videos as CSV: the Research API through traktok and others, and minet."""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Family, Table, filled, ids, post, tags, value

_WHO = value(("username", "author_name"))

_RESEARCH = Table(
    name="tiktok_csv",
    title="TikTok Research API CSV",
    platform="tiktok",
    carries=(),
    lacks="",
    signatures=(
        frozenset({"video_description", "create_time", "region_code"}),
        frozenset({"video_description", "create_time", "author_name"}),
    ),
    account={"handle": _WHO},
    post={
        "native_id": ("video_id", "id"),
        "text": "video_description",
        "url": pl.coalesce(
            value("video_url"), "https://www.tiktok.com/@" + _WHO + "/video/" + value(("video_id", "id"))
        ),
        "like_count": "like_count",
        "reply_count": "comment_count",
        "repost_count": "share_count",
        "view_count": "view_count",
    },
    time=("create_time",),
    zone="UTC",
    links=(tags("hashtag_names"), ids("track", "music_id")),
    in_text=("url", "hashtag", "mention"),
    recovered={"video_id": ("video_url", r"/video/(\d+)"), "id": ("video_url", r"/video/(\d+)")},
    kept=("region_code", "voice_to_text", "effect_ids", "playlist_id"),
    licence="TikTok Research API terms",
)
_MINET = Table(
    name="tiktok_csv",
    title="minet TikTok CSV",
    platform="tiktok",
    carries=(),
    lacks="",
    signatures=(frozenset({"author_unique_id", "digg_count", "description"}),),
    account={
        "native_id": "author_id",
        "handle": "author_unique_id",
        "display_name": "author_nickname",
        "followers": "author_follower_count",
    },
    post={
        "native_id": "id",
        "text": "description",
        "url": "https://www.tiktok.com/@" + value("author_unique_id") + "/video/" + value("id"),
        "like_count": "digg_count",
        "reply_count": "comment_count",
        "repost_count": "share_count",
        "view_count": "play_count",
    },
    time=("timestamp", "utc_time"),
    zone="UTC",
    kinds=(("quote", filled("duet_from_video_id") & (pl.col("duet_from_video_id") != "0")),),
    links=(
        post("quote", "duet_from_video_id", "duet_from_user_id", "duet_from_user_name"),
        tags("challenges_titles"),
        ids("track", "music_id"),
    ),
    in_text=("url", "hashtag", "mention"),
)

READER = Family(
    name="tiktok_csv",
    title="TikTok CSV (Research API, traktok, minet)",
    carries=("quote", "url", "hashtag", "mention", "track"),
    lacks="The Research API gives handles only, which change; reposts are not in it.",
    members=(_RESEARCH, _MINET),
)
