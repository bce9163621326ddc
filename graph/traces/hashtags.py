"""Used the same set of hashtags. Two posts carry the same two or more hashtags, in any order."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.stores.base import Store
from graph.traces.base import Words, as_actions, own_links
from ingest.errors import Progress

MINIMUM = 2  # one hashtag alone is a topic, not a set


class HashtagSet:
    """Trace of hashtag sets: all hashtags of a post are one object."""

    name = "hashtags"
    words = Words(
        "Used the same set of hashtags",
        "hashtag set",
        "hashtag sets",
        "use",
        "used",
        "use{s} the same sets of hashtags together",
        "tags",
    )
    kinds = ("hashtag",)
    finest_s = 0.0
    by_default = True
    of_accounts = False

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """One row per post with two or more hashtags."""
        tags = pl.DataFrame(own_links(store, self.kinds, narrow))
        sets = (
            tags.lazy()
            .group_by("post_uid")
            .agg(
                pl.col("account_uid").first(),
                pl.col("at").first(),
                pl.col("target_key").unique().sort().alias("tags"),
            )
            .filter(pl.col("tags").list.len() >= MINIMUM)
            .select("account_uid", pl.col("tags").list.join(" ").alias("object"), "at", "post_uid")
            .collect()
        )
        return as_actions(sets)


TRACE = HashtagSet()
