"""Ties of a run as tables, with the pairs of posts behind each."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl

from graph.described.methods import METHODS
from graph.networks.tie_network import PAIR, post_pairs_of, standing_alone
from graph.report.run import RunTables, as_pandas
from graph.settings import Narrow
from graph.traces import TRACES
from ingest.errors import UsageError


class TieTables(RunTables):
    """The ties of a run; see ``graph.report.report.Report``."""

    def ties(self, group_id: str | None = None) -> pd.DataFrame:
        """Ties, strongest first, with ``layers``, ``labels``, codes and platforms of both accounts.

        Parameters
        ----------
        group_id : str, optional
            Only those of one group.

        Returns
        -------
        pandas.DataFrame
            Columns of ``TIES`` (``window_s`` and ``median_lag_s`` in seconds, times in UTC), ``layers``, ``labels``, ``code_a``, ``platform_a``,
            ``code_b``, ``platform_b``.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.ties()[["code_a", "code_b", "observed", "median_lag_s", "level"]].head(2).values.tolist()
        [['A-41', 'A-42', 10, 7.5, 'far'], ['A-41', 'A-43', 10, 3.5, 'far']]
        """
        return as_pandas(self._ties.filter(pl.col("group_id") == group_id) if group_id else self._ties)

    def pairs(self) -> pd.DataFrame:
        """Pairs of accounts that are tied and belong to no group, strongest first, one row each.

        Returns
        -------
        pandas.DataFrame
            Columns as of ``ties``, of the pair's strongest layer; ``layers`` names all that tie the two.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.pairs().empty
        True
        """
        alone = standing_alone(self._ties, self._members)
        return as_pandas(alone.unique(PAIR, keep="first", maintain_order=True))

    def combined(self) -> pd.DataFrame:
        """Pairs that all layers together hold, smallest q first; empty for a run with one trace.

        Returns
        -------
        pandas.DataFrame
            Columns of ``COMBINED`` with codes and platforms.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.combined().empty
        True
        """
        rows = self._table("combined")
        return as_pandas(self.known.with_codes(rows))

    def all_pairs(self) -> pd.DataFrame:
        """Every pair with two or more meetings, where the run was asked to keep them; else empty.

        Returns
        -------
        pandas.DataFrame
            Columns of ``PAIRS``.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.all_pairs().empty
        True
        """
        return as_pandas(self._table("pairs"))

    def tie(
        self, account_a: str, account_b: str, trace: str | None = None, window_s: float | None = None
    ) -> dict[str, Any]:
        """All there is to say of the strongest tie of two accounts, or of that of one layer.

        Parameters
        ----------
        account_a, account_b : str
            Uids, in any order.
        trace : str, optional
        window_s : float, optional
            In seconds. Without these two, the strongest layer.

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

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> one, two = report.ties().loc[0, ["account_a", "account_b"]]
        >>> tie = report.tie(two, one)
        >>> tie["observed"], tie["layers"], tie["post_pairs"][0]["object"], tie["post_pairs"][0]["lag_s"]
        (10, ['link 60 s'], 'larkspur.example/0', 5.0)
        """
        rows = self._between(self._ties, account_a, account_b, trace, window_s)
        if not rows.height:
            raise UsageError(f"Run {self.name} has no tie between these two accounts: chance explains what they share.")
        tie = rows.row(0, named=True)
        behind = self._between(self._evidence, account_a, account_b, tie["trace"], tie["window_s"])
        return {**tie, "post_pairs": next(iter(post_pairs_of(behind).values()), [])}

    def tie_layers(self, account_a: str, account_b: str) -> pd.DataFrame:
        """All layers that tie two accounts, strongest first.

        Parameters
        ----------
        account_a, account_b : str
            Uids, in any order.

        Returns
        -------
        pandas.DataFrame
            Columns as of ``ties``; empty where chance explains the pair.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> one, two = report.ties().loc[0, ["account_a", "account_b"]]
        >>> report.tie_layers(one, two)[["trace", "window_s"]].values.tolist()
        [['link', 60.0]]
        """
        return as_pandas(self._between(self._ties, account_a, account_b, None, None))

    def evidence(
        self, account_a: str, account_b: str, trace: str | None = None, window_s: float | None = None
    ) -> pd.DataFrame:
        """The pairs of posts behind a tie, by time.

        Parameters
        ----------
        account_a, account_b : str
            Uids, in any order.
        trace : str, optional
        window_s : float, optional
            In seconds. Without these two, the strongest layer.

        Returns
        -------
        pandas.DataFrame
            Columns of ``POST_PAIRS`` (``lag_s`` in seconds, negative where b was first) with ``object_words``, and ``text_a``, ``url_a``,
            ``text_b``, ``url_b`` as the data have them.

        Raises
        ------
        UsageError
            If chance explains the pair.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> one, two = report.ties().loc[0, ["account_a", "account_b"]]
        >>> report.evidence(one, two)[["object_words", "lag_s", "text_a"]].head(2).values.tolist()
        [['larkspur.example/5', -2.0, 'read this'], ['larkspur.example/3', 3.0, 'read this']]
        """
        tie = self.tie(account_a, account_b, trace, window_s)
        rows = self._between(self._evidence, account_a, account_b, tie["trace"], tie["window_s"]).sort(
            "at_a", "at_b", "object"
        )
        return as_pandas(self.known.with_posts(rows))

    def common(self, account_a: str, account_b: str, trace: str, window_s: float | None = None) -> pd.DataFrame:
        """All objects both acted on at any time, with the two actions nearest to each other.

        Parameters
        ----------
        account_a, account_b : str
            Uids; sides a and b of the answer.
        trace : str
        window_s : float, optional
            In seconds; the first window of the run when not given.

        Returns
        -------
        pandas.DataFrame
            ``object``, ``object_words``, ``post_a``, ``post_b``, ``at_a``, ``at_b``, ``lag_s`` (b - a), ``within``, texts and
            addresses; sides a and b are the accounts as given.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> one, two = report.ties().loc[0, ["account_a", "account_b"]]
        >>> report.common(one, two, "link")[["object_words", "lag_s", "within"]].head(2).values.tolist()
        [['larkspur.example/5', -2.0, True], ['larkspur.example/3', 3.0, True]]
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
        """Days on which each two accounts of a layer first shared each object, in no order.

        Parameters
        ----------
        trace : str
        window_s : float
            In seconds.

        Returns
        -------
        polars.DataFrame
            ``account_a``, ``account_b``, ``object``, ``day`` (UTC). As many rows for a tie as its ``observed``.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.first_meetings("link", 60.0).height, int(report.ties()["observed"].sum())
        (60, 60)
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


class DescribedTables(RunTables):
    """The described layers of a run; see ``graph.report.report.Report``."""

    def described_layers(self, method: str | None = None) -> pd.DataFrame:
        """Rows on what each described method read and gave: one per method, trace and window; empty where none was described.

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
