"""4CAT and Zeeschuimer CSV: the same columns for each platform, whatever separates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from ingest.mapping.contract import Context
from ingest.mapping.table import (
    Family,
    Fields,
    Links,
    Source,
    Table,
    filled,
    html_links,
    html_text,
    ids,
    inside,
    media,
    mentions,
    post,
    says,
    tags,
    urls,
    value,
)  # fmt: skip
from ingest.normalize import times
from ingest.readers._shared.x_tables import guess, guessed, unprefixed

NOTHING = ("N/A", "REDACTED", "DELETED", "REMOVED BY AUTHOR", "VIEWER BLOCKED BY AUTHOR")
Columns = dict[str, Source]
_POST: Columns = {"native_id": "id", "text": "body", "conversation_uid": "thread_id"}
_QUARTER = 900
_PSEUDONYM = r"^[0-9a-f]{48}$"


def _looked_at(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Say where the two clocks of the file disagree, and take away the pseudonym that all empty names share."""
    if {"timestamp", "unix_timestamp"} <= set(frame.columns):
        _compare(frame, context)
    for number, name in (("author_id", "author"), ("author", "author_username"), ("account_id", "account_username")):
        if {number, name} <= set(frame.columns):
            shared = (pl.col(number) == pl.col(name)) & pl.col(number).str.contains(_PSEUDONYM)
            frame = frame.with_columns(
                pl.when(shared.fill_null(False)).then(None).otherwise(c).alias(c) for c in (number, name)
            )
    return frame


def _compare(frame: pl.DataFrame, context: Context) -> None:
    some = frame.select("timestamp", "unix_timestamp").drop_nulls().head(1000)
    written, epoch = (times.parse_column(some[c], "UTC").at for c in ("timestamp", "unix_timestamp"))
    apart = (written - epoch).dt.total_seconds().drop_nulls().unique()
    if 1 <= len(apart) <= 2 and all(seconds % _QUARTER == 0 for seconds in apart.to_list()) and apart.abs().max():
        hours = " or ".join(f"{seconds / 3600:+g}" for seconds in sorted(apart.to_list()))
        context.warn(
            f"timestamp and unix_timestamp are {hours} hours apart: one is in the zone of the server that exported the file."
        )


def _table(
    platform: str | None,
    signature: str,
    account: Fields,
    posts: Mapping[str, Source | None],
    *links: Links,
    **more: Any,
) -> Table:
    told: dict[str, Any] = {
        "time": ("unix_timestamp", "timestamp"),
        "nothing": NOTHING,
        "check": _looked_at,
        "post": {k: v for k, v in (_POST | dict(posts)).items() if v is not None},
    }
    return Table(
        name="fourcat",
        title=f"4CAT or Zeeschuimer CSV: {platform}",
        platform=platform,
        carries=(),
        lacks="",
        signatures=(frozenset(signature.split()),),
        account=account,
        links=links,
        **(told | more),
    )


def _address_of(column: str) -> pl.Expr:
    """The at-address of a Bluesky post from its page; the page itself where that names a handle."""
    page = pl.col(column)
    did = page.str.replace(r"^https://bsky\.app/profile/(did:[^/]+)/post/(\w+).*$", "at://$1/app.bsky.feed.post/$2")
    return pl.when(page.str.contains(r"^(?:at://|https://)")).then(did)


_X: Columns = {"native_id": "author_id", "handle": "author", "display_name": "author_fullname"}
_X_POST: Columns = {
    "text": unprefixed("body"),
    "lang": "language_guess",
    "url": "link",
    "like_count": "like_count",
    "repost_count": "retweet_count",
    "reply_count": "reply_count",
    "quote_count": "quote_count",
    "view_count": "impression_count",
}
_X_KINDS = (
    ("repost", says("is_retweet", "yes", "true", "1")),
    ("reply", says("is_reply", "yes", "true", "1")),
    ("quote", says("is_quote_tweet", "yes", "true", "1")),
)
_X_LINKS = (guessed("__guess", "retweeted_user"), urls("urls"), tags("hashtags"), mentions("mentions"), media("images"))
_X_MORE: dict[str, Any] = {
    "kinds": _X_KINDS,
    "shared_counts": True,
    "derived": {
        "__guess": pl.when(says("is_retweet", "yes", "true", "1")).then(guess(pl.col("retweeted_user"), pl.col("body")))
    },
}
_CHAT = value("chat").str.to_lowercase()
_MASTODON: Columns = {
    "native_id": "account_id",
    "handle": "account_username",
    "display_name": "account_display_name",
    "followers": "account_followers",
    "following": "account_following",
    "verified": "account_verified",
}
_MASTODON_POST: Columns = {
    "text": html_text("body"),
    "url": "url",
    "channel_uid": "group_id",
    "like_count": "favourites_count",
    "repost_count": "reblogs_count",
    "reply_count": "replies_count",
}
_AUTHOR: Columns = {"handle": "author", "display_name": ("author_fullname", "author_name")}

MEMBERS = (
    _table(
        "x",
        "retweeted_user quote_tweet_id body thread_id",
        _X | {"verified": "verified"},
        _X_POST,
        *_X_LINKS,
        post("quote", "quote_tweet_id", handle="quote_author"),
        **_X_MORE,
    ),
    _table(  # unix_timestamp of this mapper is shifted by the offset of the server; timestamp is UTC
        "x",
        "retweeted_user quoted_user body thread_id",
        _X | {"followers": "author_followers"},
        _X_POST,
        *_X_LINKS,
        **_X_MORE,
        time=("timestamp", "unix_timestamp"),
        zone="UTC",
    ),
    _table(
        "tiktok",
        "is_comment_on_comment post_id body",
        {"handle": "author", "display_name": "author_full"},
        {
            "conversation_uid": "post_id",
            "lang": "language_guess",
            "url": "comment_url",
            "like_count": "likes",
            "reply_count": "replies",
        },
        post("reply", "post_id"),
        post("reply", "__parent"),
        derived={"__parent": pl.when(says("is_comment_on_comment", "yes", "true", "1")).then(pl.col("thread_id"))},
        kinds=(("comment", pl.lit(True)),),
        in_text=("hashtag", "mention"),
    ),
    _table(
        "tiktok",
        "music_id tiktok_url body",
        {
            "handle": "author",
            "display_name": "author_full",
            "followers": "author_followers",
            "posts_count": "author_videos",
        },
        {
            "url": "tiktok_url",
            "is_ad": "is_ad",
            "like_count": "likes",
            "reply_count": "comments",
            "repost_count": "shares",
            "view_count": "plays",
        },
        tags("hashtags"),
        tags("challenges"),
        ids("track", "music_id"),
        in_text=("mention",),
        kept=("location_created", "music_name", "effects", "is_duet"),
    ),
    _table(
        "instagram",
        "usertags media_type body timestamp",
        {
            "native_id": "author_id",
            "handle": "author",
            "display_name": "author_fullname",
            "verified": ("verified", "is_verified"),
        },
        {
            "url": "url",
            "like_count": pl.when(~says("likes_hidden", "yes", "true").fill_null(False) & ~says("partial_item", "yes", "true").fill_null(False))
            .then(value("num_likes").cast(pl.Int64, strict=False)),
            "reply_count": pl.when(~says("partial_item", "yes", "true").fill_null(False))
            .then(value("num_comments").cast(pl.Int64, strict=False)),
            "view_count": "play_count",
        },
        tags("hashtags"),
        mentions("usertags"),
        mentions("coauthors"),
        in_text=("url", "hashtag", "mention"),
    ),
    _table(
        "threads",
        "author_is_verified link_url is_paid_partnership reposts quotes body",
        {"handle": "author", "verified": "author_is_verified"},
        {"url": "url", "is_ad": "is_paid_partnership", "like_count": "likes", "repost_count": "reposts", "reply_count": "replies", "quote_count": "quotes"},
        urls("link_url"),
        tags("hashtags"),
        in_text=("url", "mention"),
    ),
    _table(
        "telegram",
        "author_forwarded_from_id chat body",
        {
            "native_id": "__author",
            "handle": pl.coalesce(value("author_username"), pl.when(~filled("author")).then(pl.col("chat"))),
            "display_name": "author_name",
            "account_type": pl.when(says("author_is_bot", "yes", "true")).then(pl.lit("bot"))
            .when(value("author_username").str.to_lowercase() == _CHAT).then(pl.lit("channel")),
        },
        {
            "native_id": "__id",
            "channel_uid": "@" + _CHAT,
            "conversation_uid": None,
            "view_count": "views",
            "edited_at": "unix_timestamp_edited",
        },
        Links("repost", "__forward", to="id", account_handle="author_forwarded_from_username", resolved=False),
        post("reply", "__reply"),
        urls("link_attached"),
        urls("entities_linked"),
        mentions("entities_mentioned"),
        inside("media", "attachment_data", r'"id": ?"?(\d+)'),
        derived={
            "__number": value("author").str.replace(r"\.0$", "").str.strip_prefix("-100"),
            "__author": pl.when(value("author_username").str.to_lowercase() == _CHAT)
            .then("channel" + pl.col("__number")).otherwise("user" + pl.col("__number")),
            "__id": _CHAT + ":" + pl.col("id").str.extract(r"(\d+)$", 1),
            "__reply": _CHAT + ":" + value("reply_to").str.extract(r"(\d+)$", 1),
            "__forward": pl.concat_str(
                pl.lit("forward"),
                value(("author_forwarded_from_id", "author_forwarded_from_username", "author_forwarded_from_name")),
                value(("unix_timestamp_forwarded_from", "timestamp_forwarded_from")),
                separator=":",
            ),
        },
        kinds=(
            ("repost", filled("author_forwarded_from_id", "author_forwarded_from_name", "author_forwarded_from_username")),
            ("reply", filled("reply_to")),
        ),
        in_text=("url", "hashtag", "mention"),
    ),
    _table(
        "bluesky",
        "replies_allowed author_id body",
        {
            "native_id": "author_id",
            "handle": "author",
            "display_name": "author_display_name",
            "created_at": "author_created_at",
        },
        {
            "lang": pl.col("languages").str.extract(r"^([A-Za-z-]+)", 1),
            "url": "link",
            "like_count": "like_count",
            "repost_count": "repost_count",
            "reply_count": "reply_count",
            "quote_count": "quote_count",
            "collected_at": "collected_at",
        },
        post("reply", "__reply"),
        post("quote", "__quote"),
        urls("links"),
        tags("tags"),
        inside("mention", "mentions", r"did:[a-z]+:[\w.%-]+"),
        inside("mention", "mentions", r"(?:^|[\s,@])((?!did:)\w[\w-]*(?:\.[\w-]+)+)", to="handle"),
        derived={"__reply": _address_of("replied_to_post"), "__quote": _address_of("quoted_post")},
        kinds=(("reply", filled("replied_to_post")), ("quote", filled("quoted_post"))),
        time=("timestamp", "created_at"),
    ),
    _table(
        "gab",
        "account_username account_account reblogs_count body",
        _MASTODON,
        _MASTODON_POST | {"like_count": ("favourites_count", "reaction_count")},
        html_links("body"),
        urls("link_url"),
        tags("tags"),
        mentions("mentions"),
        time=("timestamp", "created_at"),
    ),
    _table(
        "truth_social",
        "account_username reblogs_count body",
        _MASTODON,
        _MASTODON_POST,
        html_links("body"),
        tags("hashtags"),
        mentions("mentions"),
        time=("timestamp", "created_at"),
    ),
    _table(
        "linkedin",
        "timestamp_ago body",
        _AUTHOR,
        {
            "native_id": pl.coalesce(pl.col("id").str.extract(r"(\d{15,})", 1), pl.col("id")),
            "url": "post_url",
            "is_ad": "is_promoted",
            "like_count": "reactions",
            "reply_count": "comments",
            "repost_count": "shares",
        },
        urls("link_url"),
        tags("hashtags"),
        mentions("author_mentions"),
        from_ids=True,
    ),
    _table(
        "vk",
        "author_is_advertiser body",
        {
            "native_id": "author_id",
            "handle": "author_screen_name",
            "display_name": "author_name",
            "followers": "author_followers",
        },
        {"url": "link", "like_count": "likes", "reply_count": "post_comments", "view_count": "views"},
        post("reply", "in_reply_to_comment_id"),
        urls("links"),
        kinds=(("comment", says("item_type", "comment")),),
        in_text=("url", "hashtag"),
    ),
    _table(
        "tumblr",
        "reblog_key author body",
        _AUTHOR,
        {"like_count": "like_count", "repost_count": "reblog_count", "reply_count": "reply_count"},
        post("repost", "__parent", handle="parent_post_author"),
        urls("link_urls"),
        tags("tags"),
        derived={"__parent": pl.col("parent_post_url").str.extract(r"/(?:post/)?(\d{6,})", 1)},
        kinds=(("repost", says("is_reblog", "yes", "true", "1")),),
        in_text=("mention",),
        shared_counts=True,
    ),
    _table(
        "facebook",
        "is_in_group group_name body timestamp",
        {"native_id": "author", "display_name": "author_name"},
        {"url": "url", "channel_uid": "group_name", "conversation_uid": None},
        in_text=("url", "hashtag"),
    ),
    _table(
        "douyin",
        "author_user_id author_nickname body",
        {"native_id": "author_user_id", "display_name": "author_nickname"},
        {"url": "post_url"},
        tags("hashtags"),
        kept=("region",),
    ),
    _table(
        "9gag",
        "upvotes downvotes source_domain timestamp",
        _AUTHOR,
        {"text": ("body", "subject"), "url": "url", "like_count": "upvotes", "reply_count": "comments"},
        urls("source_url"),
        tags("tags"),
    ),
    _table("imgur", "media_url post_url subject author timestamp", _AUTHOR, {"text": ("body", "subject"), "url": "post_url"}, in_text=("url", "hashtag")),
    _table("pinterest", "author_original board body", _AUTHOR, {"text": ("body", "subject")}, urls("url"), in_text=("hashtag",)),
    _table("xiaohongshu", "ip_location replies body", _AUTHOR, {"like_count": "likes", "reply_count": "replies"}, kinds=(("comment", pl.lit(True)),), in_text=("hashtag",)),
    _table("xiaohongshu", "title body hashtags video_url likes thread_id", _AUTHOR, {"url": "url", "like_count": "likes"}, tags("hashtags")),
    _table(None, "id thread_id author body timestamp", _AUTHOR, {}, in_text=("url", "hashtag", "mention")),
)  # fmt: skip

READER = Family(
    name="fourcat",
    title="4CAT CSV and Zeeschuimer CSV",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention", "media", "track"),
    lacks="Reposts do not say which post they repeat (on X it is guessed from whom and what): use the NDJSON of the same collection.",
    members=MEMBERS,
)
