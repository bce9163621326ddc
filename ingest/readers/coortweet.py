"""The four columns of CooRTweet and CSDS: who shared which object, in which post, when."""

from __future__ import annotations

import polars as pl

from ingest.mapping import columns
from ingest.mapping.contract import ROW, Context, Frames, Sample
from ingest.normalize.distinct import holds

HEADER = {"object_id", "account_id", "content_id", "timestamp_share"}
OLD_HEADER = {"object_id", "id_user", "content_id", "timestamp_share"}
_HASH = r"^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$"


class CooRTweet:
    """CooRTweet's input: opaque objects, no texts."""

    name = "coortweet"
    title = "CooRTweet (object_id, account_id, content_id, timestamp_share)"
    version = 1
    platform: str | None = None
    carries: tuple[str, ...] = ("object",)
    lacks = "It holds no texts, links or handles: objects are opaque, and the platform is not said."

    def recognises(self, sample: Sample) -> bool:
        """Exactly these four columns, or the older name of one of them."""
        return sample.shape == "csv" and set(sample.header) in (HEADER, OLD_HEADER)

    def tables(self, frame: pl.DataFrame, context: Context) -> Frames:
        """One post per content_id, one ``object`` link per row."""
        account = "account_id" if "account_id" in frame.columns else "id_user"
        context.columns |= {"account": account, "id": "content_id"}
        times, skipped = columns.moments(frame, "timestamp_share", context)
        hashed = holds(frame[account], lambda names: names.str.to_lowercase().str.contains(_HASH))
        accounts = frame.select(ROW, native_id=account).with_columns(
            is_hashed=pl.when(pl.col("native_id").is_not_null()).then(hashed)
        )
        posts = columns.timed(frame.select(ROW, native_id="content_id"), times)
        links = frame.select(ROW, kind=pl.lit("object"), target_key="object_id", target_raw="object_id")
        return Frames(accounts, posts, links, skipped)


READER = CooRTweet()
