"""Ties of a run as tables, with the pairs of posts behind each."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl

from graph.networks.tie_network import post_pairs_of, standing_alone
from graph.report.run import RunTables, as_pandas
from graph.settings import Narrow
from graph.traces import TRACES
from ingest.errors import UsageError


class TieTables(RunTables):
    """The ties of a run; see ``graph.report.report.Report``."""

    def ties(self, group_id: str | None = None) -> pd.DataFrame:
        """Ties, strongest first (columns of ``TIES``) with ``layers``, ``labels``, codes and platforms of both accounts."""
        return as_pandas(self._ties.filter(pl.col("group_id") == group_id) if group_id else self._ties)

    def pairs(self) -> pd.DataFrame:
        """Ties of two accounts that belong to no group."""
        return as_pandas(standing_alone(self._ties, self._members))

    def combined(self) -> pd.DataFrame:
        """Pairs that all layers together hold, smallest q first (columns of ``COMBINED``) with codes and platforms."""
        rows = self._table("combined")
        return as_pandas(self.known.with_codes(rows))

    def all_pairs(self) -> pd.DataFrame:
        """Every pair with two or more meetings, where the run was asked to keep them (columns of ``PAIRS``)."""
        return as_pandas(self._table("pairs"))

    def tie(
        self, account_a: str, account_b: str, trace: str | None = None, window_s: float | None = None
    ) -> dict[str, Any]:
        """All there is to say of the strongest tie of two accounts, or of that of one layer.

        Returns
        -------
        dict
            Columns of ``TIES`` with codes and platforms, ``layers`` (all that tie the two), ``labels``, and ``post_pairs``: the
            pairs of posts, as dicts of object, post_a, post_b, at_a, at_b and lag_s. The same numbers stand on pages, in
            briefings, in exports and on the edges of ``network``.

        Raises
        ------
        UsageError
            If chance explains the pair.
        """
        rows = self._between(self._ties, account_a, account_b, trace, window_s)
        if not rows.height:
            raise UsageError(f"Run {self.name} has no tie between these two accounts: chance explains what they share.")
        tie = rows.row(0, named=True)
        behind = self._between(self._evidence, account_a, account_b, tie["trace"], tie["window_s"])
        return {**tie, "post_pairs": next(iter(post_pairs_of(behind).values()), [])}

    def tie_layers(self, account_a: str, account_b: str) -> pd.DataFrame:
        """All layers that tie two accounts, strongest first."""
        return as_pandas(self._between(self._ties, account_a, account_b, None, None))

    def evidence(
        self, account_a: str, account_b: str, trace: str | None = None, window_s: float | None = None
    ) -> pd.DataFrame:
        """The pairs of posts behind a tie (columns of ``POST_PAIRS``) with ``object_words``, texts and addresses."""
        tie = self.tie(account_a, account_b, trace, window_s)
        rows = self._between(self._evidence, account_a, account_b, tie["trace"], tie["window_s"]).sort(
            "at_a", "at_b", "object"
        )
        return as_pandas(self.known.with_posts(rows))

    def common(self, account_a: str, account_b: str, trace: str, window_s: float | None = None) -> pd.DataFrame:
        """All objects both acted on at any time, with the two actions nearest to each other.

        Returns
        -------
        pandas.DataFrame
            ``object``, ``object_words``, ``post_a``, ``post_b``, ``at_a``, ``at_b``, ``lag_s`` (b - a), ``within``, texts and
            addresses; sides a and b are the accounts as given.
        """
        window = window_s if window_s is not None else self.run["settings"]["windows_s"][0]
        narrow = Narrow(self.narrow.start, self.narrow.end, (), (account_a, account_b))
        rows = pl.DataFrame(TRACES[trace].actions(self.store, narrow)).drop_nulls(["object", "at"])
        sides = [
            rows.filter(pl.col("account_uid") == uid).select(
                "object", pl.col("at").alias(f"at_{side}"), pl.col("post_uid").alias(f"post_{side}")
            )
            for side, uid in (("a", account_a), ("b", account_b))
        ]
        both = (
            sides[0]
            .join(sides[1], on="object")
            .with_columns(((pl.col("at_b") - pl.col("at_a")).dt.total_microseconds() / 1e6).alias("lag_s"))
            .sort(pl.col("lag_s").abs(), "at_a", "post_a", "post_b")
            .unique("object", keep="first", maintain_order=True)
            .with_columns((pl.col("lag_s").abs() <= window).alias("within"), pl.lit(trace).alias("trace"))
            .sort("at_a", "object")
        )
        return as_pandas(self.known.with_posts(both))

    def first_meetings(self, trace: str, window_s: float) -> pl.DataFrame:
        """Days on which each two accounts of a layer first shared each object: ``account_a``, ``account_b``, ``object``, ``day`` (UTC).

        As many rows for a tie as its ``observed``.
        """
        own = self._evidence.filter((pl.col("trace") == trace) & (pl.col("window_s") == window_s))
        at = pl.min_horizontal("at_a", "at_b").min().dt.date().alias("day")
        return own.group_by("account_a", "account_b", "object").agg(at)

    def _between(
        self, table: pl.DataFrame, account_a: str, account_b: str, trace: str | None, window_s: float | None
    ) -> pl.DataFrame:
        one, two = sorted((account_a, account_b))
        rows = table.filter((pl.col("account_a") == one) & (pl.col("account_b") == two))
        if trace is not None:
            rows = rows.filter(pl.col("trace") == trace)
        return rows if window_s is None else rows.filter(pl.col("window_s") == window_s)
