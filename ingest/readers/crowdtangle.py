"""CrowdTangle CSV (shut down in 2024), and minet's copies of its API."""

from __future__ import annotations

import polars as pl

from ingest.mapping.contract import Sample
from ingest.mapping.table import Family, Table, filled, mapped, media, urls, value
from ingest.normalize import platforms

SCORE = "Overperforming Score"  # the weights in brackets behind it differ from file to file
_TAIL = r"(\d{6,})/?(?:\?.*)?$"


def _has_score(sample: Sample) -> bool:
    page = {"Page Name", "Group Name"} & set(sample.header)
    return bool(page) and "URL" in sample.header and any(name.startswith(SCORE) for name in sample.header)


_FACEBOOK = Table(
    name="crowdtangle",
    title="CrowdTangle CSV (Facebook)",
    platform="facebook",
    carries=(),
    lacks="",
    signatures=(frozenset({"Facebook Id", "Total Interactions"}),),
    where=_has_score,
    account={
        "native_id": "Facebook Id",
        "handle": "User Name",
        "display_name": ("Page Name", "Group Name"),
        "account_type": pl.when(filled("Group Name")).then(pl.lit("group")).otherwise(pl.lit("page")),
        "created_at": "Page Created",
        "followers": ("Followers at Posting", "Likes at Posting"),
    },
    post={
        "native_id": pl.col("URL").str.extract(_TAIL, 1),
        "text": "Message",
        "url": "URL",
        "like_count": "Likes",
        "reply_count": "Comments",
        "repost_count": "Shares",
        "view_count": ("Post Views", "Total Views"),
    },
    time=("Post Created", "Created"),
    links=(urls(("Final Link", "Link")),),
    in_text=("url", "hashtag", "mention"),
    kept=("Type", "Total Interactions", "Sponsor Name", "Link Text"),
)
_INSTAGRAM = Table(
    name="crowdtangle",
    title="CrowdTangle CSV (Instagram)",
    platform="instagram",
    carries=(),
    lacks="",
    signatures=(
        frozenset({"Account", "Followers at Posting", "Photo"}),
        frozenset({"Account", "Total Interactions", "Photo"}),
    ),
    account={"handle": "User Name", "display_name": "Account", "followers": "Followers at Posting"},
    post={
        "native_id": pl.col("URL").str.extract(r"/(?:p|reel|tv)/([\w-]+)", 1),
        "text": ("Description", "Title"),
        "url": "URL",
        "like_count": "Likes",
        "reply_count": "Comments",
        "view_count": "Views",
    },
    time=("Post Created", "Created"),
    in_text=("url", "hashtag", "mention"),
    kept=("Type", "Total Interactions", "Sponsor Name"),
)
_MINET = Table(
    name="crowdtangle",
    title="minet CrowdTangle CSV",
    carries=(),
    lacks="",
    signatures=(frozenset({"ct_id", "account_platform", "account_handle"}),),
    account={
        "platform": mapped(("account_platform", "platform"), platforms.platform_id),
        "native_id": "account_id",
        "handle": "account_handle",
        "display_name": "account_name",
    },
    post={
        "native_id": pl.coalesce(pl.col("post_url").str.extract(_TAIL, 1), value(("id", "ct_id"))),
        "text": ("message", "caption", "title"),
        "url": "post_url",
        "like_count": "actual_like_count",
        "reply_count": "actual_comment_count",
        "repost_count": "actual_share_count",
    },
    time=("date", "datetime"),
    zone="UTC",
    links=(urls(("expanded_links", "links", "link")), media("media")),
    in_text=("hashtag", "mention"),
)

READER = Family(
    name="crowdtangle",
    title="CrowdTangle CSV (Facebook pages and groups, Instagram; minet)",
    carries=("url", "hashtag", "mention", "media"),
    lacks="It holds public pages, groups and profiles only, and not which post a post shares.",
    members=(_INSTAGRAM, _FACEBOOK, _MINET),
)
