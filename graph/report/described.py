"""Described methods of a run as tables: what a published rule links, beside the tested groups and never mixed with them."""

from __future__ import annotations

import pandas as pd
import polars as pl

from graph.described.methods import METHODS
from graph.report.groups import GroupTables
from graph.report.run import as_pandas


class DescribedTables(GroupTables):
    """The described layers of a run; see ``graph.report.report.Report``."""

    def described_layers(self, method: str | None = None) -> pd.DataFrame:
        """What each described method read and gave: one row per method, trace and window; empty where none was described.

        Parameters
        ----------
        method : str, optional
            A name of ``graph.described.methods.METHODS``; all when not given.

        Returns
        -------
        pandas.DataFrame
            Columns of ``DESCRIBED_LAYERS`` (``window_s`` in seconds) and ``title``.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().described_layers().empty
        True
        """
        rows = self._of_method("described_layers", method)
        titles = {name: one.title for name, one in METHODS.items()}
        return as_pandas(rows.with_columns(pl.col("method").replace(titles).alias("title")))

    def described(self, method: str | None = None) -> pd.DataFrame:
        """Ties that described methods keep, heaviest first, with our p and q beside them. Described, not tested.

        Parameters
        ----------
        method : str, optional

        Returns
        -------
        pandas.DataFrame
            Columns of ``DESCRIBED_TIES`` (``window_s`` and ``median_lag_s`` in seconds, times in UTC), codes and platforms of
            both accounts. ``p`` and ``q`` are null where the pair was not tested; ``untested`` says why.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().described().empty
        True
        """
        rows = self._of_method("described_ties", method)
        order = ["method", "weight", "trace", "window_s", "account_a", "account_b"]
        return as_pandas(self.known.with_codes(rows.sort(order, descending=[False, True, False, False, False, False])))

    def described_communities(self, method: str | None = None) -> pd.DataFrame:
        """Communities of described ties, largest first, held against the tested groups. They are not groups.

        Parameters
        ----------
        method : str, optional

        Returns
        -------
        pandas.DataFrame
            Columns of ``DESCRIBED_COMMUNITIES``, ``tag`` (D1, D2 ...), ``name`` (what they shared most), and the tested group that
            shares most accounts with it: ``group_id``, ``in_both``, ``tested_only``, ``described_only``.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().described_communities().empty
        True
        """
        rows = self._of_method("described_communities", method)
        members = self._of_method("described_members", method)
        tags = pl.format("D{}", pl.col("community")).alias("tag")
        key = ["method", "community"]
        named = self._described_names(method)
        table = rows.with_columns(tags).join(named, on=key, how="left", maintain_order="left")
        table = table.join(self._nearest(members), on=key, how="left", maintain_order="left").with_columns(
            pl.col("in_both").fill_null(0), pl.col("tested_only").fill_null(0)
        )
        return as_pandas(table.with_columns((pl.col("accounts") - pl.col("in_both")).alias("described_only")))

    def described_members(self, method: str, community: int) -> pd.DataFrame:
        """Members of a described community, most ties first, with codes and names.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().described_members("qut", 1).empty
        True
        """
        rows = self._of_method("described_members", method).filter(pl.col("community") == community)
        known = self.known.accounts(rows["account"])
        return as_pandas(rows.join(known, left_on="account", right_on="account_uid", how="left", maintain_order="left"))

    def described_objects(self, method: str, community: int) -> pd.DataFrame:
        """Objects that members of a described community shared together, by name, most shared first.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().described_objects("qut", 1).empty
        True
        """
        rows = self._of_method("described_objects", method).filter(pl.col("community") == community)
        return as_pandas(rows.with_columns(pl.Series("words", self.known.object_words(rows), dtype=pl.String)))

    def _of_method(self, table: str, method: str | None) -> pl.DataFrame:
        rows = self._table(table)
        return rows if method is None else rows.filter(pl.col("method") == method)

    def _described_names(self, method: str | None) -> pl.DataFrame:
        first = (
            self._of_method("described_objects", method).group_by("method", "community", maintain_order=True).first()
        )
        words = pl.Series("name", self.known.object_words(first), dtype=pl.String)
        return first.select("method", "community").with_columns(words)

    def _nearest(self, members: pl.DataFrame) -> pl.DataFrame:
        """Per community the tested group with most of its accounts, and how many are in both and in the group only."""
        sizes = self._members.group_by("group_id").agg(pl.col("account").n_unique().alias("size"))
        both = (
            members.join(self._members.select("group_id", "account").unique(), on="account")
            .group_by("method", "community", "group_id")
            .agg(pl.col("account").n_unique().cast(pl.Int64).alias("in_both"))
            .join(sizes, on="group_id")
            .with_columns((pl.col("size").cast(pl.Int64) - pl.col("in_both")).alias("tested_only"))
            .sort("in_both", "group_id", descending=[True, False])
        )
        nearest = both.unique(["method", "community"], keep="first", maintain_order=True)
        return nearest.select("method", "community", "group_id", "in_both", "tested_only")
