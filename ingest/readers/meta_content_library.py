"""Meta Content Library CSV: Facebook and Instagram posts with ids of its own, which lead to nothing else."""

from __future__ import annotations

import polars as pl

from ingest.mapping.table import Family, Table, filled, inside, post, says, tags, urls, value, variant

HEADER_AGAIN = "The row repeats the header."
_TYPES = {"page": "page", "group": "group", "profile": "person", "user": "person", "event": "page"}
_OWNER = pl.col("post_owner.type").str.to_lowercase().replace_strict(_TYPES, default=None, return_dtype=pl.String)

_INSTAGRAM = Table(
    name="meta_content_library",
    title="Meta Content Library CSV (Instagram)",
    platform="instagram",
    carries=(),
    lacks="",
    signatures=(frozenset({"creation_time", "post_owner.id"}), frozenset({"creation_time", "mcl_url"})),
    account={
        "native_id": "post_owner.id",
        "handle": "post_owner.username",
        "display_name": "post_owner.name",
        "account_type": _OWNER,
    },
    post={
        "native_id": "id",
        "text": "text",
        "lang": "lang",
        "url": "mcl_url",
        "edited_at": "modified_time",
        "channel_uid": pl.when(value("surface.id") != value("post_owner.id")).then(value("surface.id")),
        "like_count": ("statistics.like_count", "statistics.reaction_count"),
        "repost_count": "statistics.share_count",
        "reply_count": "statistics.comment_count",
        "view_count": "statistics.views",
        "is_ad": "is_branded_content",
        "text_is_inherited": pl.lit(False),
    },
    time=("creation_time",),
    zone="UTC",
    kinds=(("repost", filled("shared_post_id")),),
    links=(
        post("repost", "shared_post_id"),
        urls("link_attachment.link"),
        tags("hashtags"),
        inside("media", "multimedia", r"(?:^|\D)(\d{8,})"),
    ),
    in_text=("url", "hashtag", "mention"),
    skips=((says("creation_time", "creation_time"), HEADER_AGAIN, "creation_time"),),
    kept=("content_type", "surface.name", "surface.type"),
    licence="Meta Content Library terms",
)
_FACEBOOK = variant(
    _INSTAGRAM,
    title="Meta Content Library CSV (Facebook)",
    platform="facebook",
    signatures=tuple(
        frozenset({"creation_time", "post_owner.id", column})
        for column in ("surface.id", "shared_post_id", "link_attachment.link", "statistics.share_count")
    ),
)

READER = Family(
    name="meta_content_library",
    title="Meta Content Library CSV (Facebook, Instagram)",
    carries=("repost", "url", "hashtag", "mention", "media"),
    lacks="Ids are the library's own and join with no other export; whose post was shared is not said.",
    members=(_FACEBOOK, _INSTAGRAM),
)
