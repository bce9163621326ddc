"""Used the same hashtags in the same order on one day. Two accounts use at least five hashtags in one order on one day.

Source: Pacheco et al. (2021), ICWSM, case study 3. Days are in UTC. The window is at least a day, because a sequence is made from
a whole day. Its time is that of the first post in it.
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.stores.base import Store
from graph.traces.base import Words, as_actions, own_links
from ingest.errors import Progress

MINIMUM = 5  # different hashtags


class HashtagSequence:
    """Trace of hashtag sequences: all hashtags of an account's day, in order, are one object."""

    name = "hashtag_sequence"
    words = Words(
        "Used the same hashtags in the same order on one day",
        "hashtag sequence",
        "hashtag sequences",
        "use",
        "used",
        "use{s} the same sequences of hashtags together",
        "tags",
    )
    kinds = ("hashtag",)
    finest_s = 86_400.0
    by_default = True
    of_accounts = False

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """One row per account and day with five or more different hashtags."""
        tags = pl.DataFrame(own_links(store, self.kinds, narrow)).drop_nulls(["account_uid", "at"])
        days = (
            tags.sort("at", "post_uid", "position")
            .group_by("account_uid", pl.col("at").dt.date().alias("day"), maintain_order=True)
            .agg(pl.col("target_key").alias("tags"), pl.col("at").first(), pl.col("post_uid").first())
            .filter(pl.col("tags").list.n_unique() >= MINIMUM)
        )
        return as_actions(days.with_columns(pl.col("tags").list.join(" ").alias("object")))


TRACE = HashtagSequence()
