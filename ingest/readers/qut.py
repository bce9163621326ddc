"""The eight columns of the Coordination Network Toolkit (QUT), read by name, or by position as the toolkit does."""

from __future__ import annotations

import polars as pl

from ingest.mapping import columns
from ingest.mapping.contract import ROW, Context, Frames, Sample

COLUMNS = ("message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls")
_SECONDS = r"^\d{1,11}(?:\.\d+)?$"


class Qut:
    """The toolkit's input file."""

    name = "qut"
    title = (
        "Coordination Network Toolkit (message_id, user_id, username, repost_id, reply_id, message, timestamp, urls)"
    )
    version = 1
    platform: str | None = None
    carries: tuple[str, ...] = ("repost", "reply", "url", "hashtag", "mention")
    lacks = "It holds no followers or counts, and the platform is not said."

    def recognises(self, sample: Sample) -> bool:
        """The toolkit's names in any order, or eight columns whose seventh is seconds and whose names say nothing."""
        if sample.has_columns("message_id", "user_id", "repost_id", "reply_id", "message", "timestamp", "urls"):
            return True
        return sample.header == () and sample.shape == "csv" and _by_position(sample)

    def tables(self, frame: pl.DataFrame, context: Context) -> Frames:
        """One post per row, reposts and replies by id."""
        named = set(COLUMNS) - {"username"} <= set(frame.columns)
        if not named:
            frame = frame.rename(dict(zip([c for c in frame.columns if c != ROW], COLUMNS, strict=False)))
            context.assume("The columns were taken by position, as the Coordination Network Toolkit does.")
        context.columns |= {"account": "user_id", "id": "message_id", "time": "timestamp"}
        times, skipped = _seconds(frame) if _all_seconds(frame) else columns.moments(frame, "timestamp", context)
        accounts = frame.select(ROW, *(["username"] if "username" in frame.columns else []), native_id="user_id")
        accounts = accounts.rename({"username": "handle"}, strict=False)
        posts = columns.timed(frame.select(ROW, kind=_kind(), native_id="message_id", text=_text()), times)
        posts = posts.with_columns(text_is_inherited=pl.col("kind") == "repost")
        links = columns.stacked(
            columns.targets(frame, "repost_id", "repost", context.platform),
            columns.targets(frame, "reply_id", "reply", context.platform),
            columns.exploded(frame, "urls", columns.split_urls, "url"),
            columns.tags_in_text(frame, "message"),
            columns.mentions_in_text(frame, "message", context.platform),
        )
        return Frames(accounts, posts, columns.of_reposts(links, posts), skipped)


def _by_position(sample: Sample) -> bool:
    body = [row for row in sample.rows if len(row) == 8]
    return len(body) >= 1 and len(body) == len(sample.rows) and all(_is_data(row) for row in body)


def _is_data(row: tuple[str, ...]) -> bool:
    seconds = row[6].strip().replace(".", "", 1)
    return seconds.isdigit() and bool(row[0].strip()) and bool(row[1].strip()) and " " not in row[0].strip()


def _text() -> pl.Expr:
    return pl.when(pl.col("message") != "").then(pl.col("message"))


def _kind() -> pl.Expr:
    def filled(column: str) -> pl.Expr:
        return pl.col(column).str.strip_chars().fill_null("") != ""

    return (
        pl.when(filled("repost_id"))
        .then(pl.lit("repost"))
        .when(filled("reply_id"))
        .then(pl.lit("reply"))
        .otherwise(pl.lit("original"))
    )


def _all_seconds(frame: pl.DataFrame) -> bool:
    given = frame["timestamp"].drop_nulls()
    return bool(given.str.strip_chars().str.contains(_SECONDS).all())


def _seconds(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Seconds since 1970, also small ones: the toolkit's own examples begin at 0."""
    value = pl.col("timestamp").str.strip_chars()
    whole, part = (
        value.str.extract(r"^(\d+)", 1).cast(pl.Int64),
        value.str.extract(r"\.(\d{1,6})", 1).str.pad_end(6, "0"),
    )
    at = (whole * 1_000_000 + part.cast(pl.Int64).fill_null(0)).cast(pl.Datetime("us", "UTC"))
    fine = frame["timestamp"].str.contains(r"\.\d*[1-9]").any()
    precision = pl.when(at.is_not_null()).then(pl.lit("us" if fine else "s"))
    return frame.select(ROW, created_at=at, created_at_precision=precision), pl.DataFrame(
        schema={ROW: pl.Int64, "column": pl.String, "reason": pl.String, "found": pl.String}
    )


READER = Qut()
