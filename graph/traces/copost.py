"""Posted at the same time. Two accounts post within the window of each other, hour after hour, whatever they say.

The hour is the object. The configuration model (test A) asks if two accounts this active would coincide in so many hours,
given how busy each hour was. The timing model (test B) asks it given the hours in which both posted, so that time zones,
daily habits and busy news hours are accounted for. Reposts are left out: their object is the post they repeat. Scheduled
posts are left out too: those at a minute of the hour at which an account posts far more often than chance, because all who
post on the hour coincide every day. Windows of more than ten minutes say little, and two posts across the turn of an hour do
not count. This trace is used only when asked for by name: nearly all pairs of accounts share hours, and q is corrected for
all of them.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.significance.poisson import poisson_tail
from graph.stores.base import Scan, Store
from graph.traces.base import ACTIONS, Words, as_actions
from ingest.errors import Progress

BY_THE_CLOCK = 1e-3  # chance that an account without a schedule uses one of the sixty minutes this often
_COLUMNS = ("post_uid", "account_uid", "created_at", "kind")


class CoPost:
    """Trace of posting at the same time: hours are the objects."""

    name = "copost"
    words = Words("Posted at the same time", "hour", "hours", "post in", "posted in", "post{s} at the same times")
    kinds = ()
    finest_s = 0.0
    by_default = False
    of_accounts = False

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """One row per post that is neither a repost nor scheduled."""
        parts = [pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String)).cast({"created_at": _TIME})]
        parts += [
            pl.DataFrame(pa.Table.from_batches([batch]))
            for batch in store.scan("posts", Scan(columns=_COLUMNS, narrow=narrow))
        ]
        own = pl.concat(parts).drop_nulls(["account_uid", "created_at"]).filter(pl.col("kind") != "repost")
        return as_actions(hours(own.rename({"created_at": "at"})))


_TIME = pl.Datetime("us", "UTC")


def hours(posts: pl.DataFrame) -> pl.DataFrame:
    """Posts with their hour (UTC) as ``object``; scheduled posts are left out.

    Parameters
    ----------
    posts : polars.DataFrame
        ``account_uid``, ``at``, ``post_uid``.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = [datetime(2026, 3, 1, hour, 30, tzinfo=UTC) for hour in range(6)] + [datetime(2026, 3, 1, 9, 4, tzinfo=UTC)]
    >>> hours(pl.DataFrame({"account_uid": "x:1", "at": at, "post_uid": [f"x:{n}" for n in range(7)]}))["object"].to_list()
    ['2026-03-01T09']
    """
    named = posts.with_columns(
        pl.col("at").dt.strftime("%Y-%m-%dT%H").alias("object"), pl.col("at").dt.minute().alias("minute")
    )
    active = named.group_by("account_uid").agg(pl.col("object").n_unique().alias("active"))
    marks = named.group_by("account_uid", "minute").agg(pl.col("object").n_unique().alias("times"))
    marks = marks.join(active, on="account_uid")
    p = 60 * poisson_tail(marks["times"].to_numpy().astype(np.int64), marks["active"].to_numpy() / 60)
    regular = marks.filter(pl.Series(p < BY_THE_CLOCK))
    return named.join(regular, on=["account_uid", "minute"], how="anti").select(ACTIONS.names)


TRACE = CoPost()
