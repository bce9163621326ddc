"""Tweets of the Internet Research Agency as fivethirtyeight published them, also after a spreadsheet had its way with them."""

from __future__ import annotations

import polars as pl

from ingest.mapping import columns
from ingest.mapping.contract import ROW, Context, Frames, Sample
from ingest.normalize.rounded_ids import MANGLED
from ingest.tables import CHOSEN_BEFOREHAND

_ADDRESS = r"(?i)(?:twitter|x)\.com/(\d+)/status(?:es)?/(\d+)"
_MEDIA = r"(?i)(?:twitter|x)\.com/([A-Za-z0-9_]+)/status(?:es)?/(\d+)"
_STEPS = ("tco1_step1", "tco2_step1", "tco3_step1")
_RELATIVE = ("author_id", "publish_date", "post_type", "retweet")
_RENAMED = {"author_id": "author", "cat": "account_category"}
_USED = [
    "external_author_id",
    "author",
    "content",
    "language",
    "publish_date",
    "harvested_date",
    "following",
    "followers",
    "updates",
    "retweet",
    "alt_external_id",
    "tweet_id",
    "article_url",
    *list(_STEPS),
]


class Ira538:
    """The IRA tweets on GitHub."""

    name = "ira_538"
    title = "fivethirtyeight's Russian troll tweets (CSV)"
    version = 2
    platform: str | None = "x"
    carries: tuple[str, ...] = ("repost", "url", "hashtag", "mention")
    lacks = "Times are to the minute unless the tweet id survived; what a retweet repeats is only known where its media say so."

    def recognises(self, sample: Sample) -> bool:
        """By the three columns only this file has, or those of its shortened relatives, which name authors by handle."""
        relative = sample.has_columns(*_RELATIVE) and bool({"cat", "account_category"} & set(sample.header))
        return relative or sample.has_columns("external_author_id", "publish_date", "account_category")

    def tables(self, frame: pl.DataFrame, context: Context) -> Frames:
        """One post per row; ids from ``article_url``, which spreadsheets leave alone."""
        context.warn(CHOSEN_BEFOREHAND)
        if "author" not in frame.columns:
            frame = frame.rename(
                {c: to for c, to in _RENAMED.items() if c in frame.columns and to not in frame.columns}
            )
        missing = [c for c in (*_USED, "post_type", "region") if c not in frame.columns]
        frame = frame.with_columns(pl.lit(None, pl.String).alias(c) for c in missing)
        frame = _with_ids(frame, context)
        context.columns |= {"account": "external_author_id", "id": "tweet_id"}
        times, skipped = columns.moments(frame, "publish_date", context)
        posts = columns.timed(_posts(frame), times)
        return Frames(_accounts(frame), posts, columns.of_reposts(_links(frame, context), posts), skipped)


def _with_ids(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The ids a spreadsheet rounded, taken from the address of the tweet; the handle where that is gone too."""
    author = pl.col("external_author_id").str.strip_chars()
    sound_author = pl.when(~author.str.contains(MANGLED) & (author != "")).then(author)
    frame = frame.with_columns(
        __author=pl.coalesce(pl.col("article_url").str.extract(_ADDRESS, 1), sound_author),
        __tweet=pl.coalesce(pl.col("article_url").str.extract(_ADDRESS, 2), pl.col("tweet_id").str.strip_chars()),
        __text=_unguarded(pl.col("content")),
        __kind=_kind(),
    )
    if frame["tweet_id"].str.contains(MANGLED).any() or frame["external_author_id"].str.contains(MANGLED).any():
        context.assume("Ids that a spreadsheet rounded (9.06E+17) were taken from article_url.")
    return frame


def _unguarded(content: pl.Expr) -> pl.Expr:
    """The tweet without the quotes put around a leading @, and with its ampersands."""
    plain = (
        pl.when(content.str.contains(r"(?s)^'[@=+-].*'$"))
        .then(content.str.slice(1, content.str.len_chars() - 2))
        .otherwise(content)
    )
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.str.replace_all(written, meant, literal=True)
    return pl.when(plain != "").then(plain)


def _kind() -> pl.Expr:
    kind = pl.col("post_type").str.to_uppercase()
    return (
        pl.when(kind == "QUOTE_TWEET").then(pl.lit("quote"))
        .when((kind == "RETWEET") | columns.flag("retweet")).then(pl.lit("repost"))
        .otherwise(pl.lit("original"))
    )  # fmt: skip


def _accounts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        ROW,
        native_id="__author",
        handle="author",
        followers=columns.number("followers"),
        following=columns.number("following"),
        posts_count=columns.number("updates"),
    )


def _posts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        ROW,
        native_id="__tweet",
        kind="__kind",
        text="__text",
        text_is_inherited=pl.col("__kind") == "repost",
        lang=columns.language("language"),
        lang_basis=pl.when(columns.language("language").is_not_null()).then(pl.lit("reported")),
        url=pl.when(pl.col("article_url") != "").then(pl.col("article_url")),
        extra=columns.extra(frame, _USED),
    )


def _links(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    steps = columns.stacked(*(columns.exploded(frame, step, columns.split_urls, "url") for step in _STEPS))
    steps = steps.join(frame.select(ROW, "__tweet", "__kind"), on=ROW, how="left", maintain_order="left").with_columns(
        pl.col("target_raw").str.extract(_MEDIA, 2).alias("shown"),
        pl.col("target_raw").str.extract(_MEDIA, 1).alias("whose"),
    )
    own = (pl.col("shown") == pl.col("__tweet")).fill_null(False)
    of_others = steps.filter(pl.col("shown").is_not_null() & ~own & (pl.col("__kind") == "repost"))
    reposts = of_others.unique(ROW, keep="first", maintain_order=True).select(
        ROW, "target_raw", kind=pl.lit("repost"), target_key="x:" + pl.col("shown"), resolved=pl.lit(False)
    )
    bare = frame.filter(~pl.col(ROW).is_in(steps[ROW].implode()))
    return columns.stacked(
        reposts,
        steps.filter(~own).select(ROW, "kind", "target_raw"),
        columns.urls_in_text(bare, "__text"),
        columns.tags_in_text(frame, "__text"),
        columns.mentions_in_text(frame, "__text", "x"),
    )


READER = Ira538()
