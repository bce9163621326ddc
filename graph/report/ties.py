"""Ties of a run as tables, with the pairs of posts behind each."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl

from graph.described.methods import METHODS
from graph.networks.tie_network import PAIR, post_pairs_of, standing_alone
from graph.privacy.sanitize import defang, unlinked
from graph.report.group_activity import group_sites
from graph.report.run import RunTables, as_pandas
from graph.settings import Narrow
from graph.traces import TRACES
from ingest.errors import UsageError


def strongest_of_pairs(ties: pd.DataFrame) -> pd.DataFrame:
    """Rows of the strongest layer of each two accounts: one pair is one tie, however many behaviours and windows hold it.

    Parameters
    ----------
    ties : DataFrame
        Rows of ``TieTables.ties``, in any order.

    Returns
    -------
    pandas.DataFrame
        Columns as given, smallest q first, then most objects.

    Examples
    --------
    >>> rows = {"account_a": ["x:1", "x:1"], "account_b": ["x:2", "x:2"], "q": [0.01, 0.001], "observed": [9, 4]}
    >>> strongest_of_pairs(pd.DataFrame(rows))["observed"].tolist()
    [4]
    """
    ordered = ties.sort_values(["q", "observed"], ascending=[True, False], kind="stable")
    return ordered.drop_duplicates(["account_a", "account_b"])


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
    """The described layers of a run, five tables and a list; see ``graph.report.report.Report``.

    Every method gives an empty table with its columns where nothing was described. ``method`` is a name of
    ``graph.described.methods.METHODS`` everywhere, a community is called by its ``tag`` (D1, D2 ...) and never a group.
    """

    def described_methods(self) -> pd.DataFrame:
        """Methods described beside the run, one row each, in the order they were described.

        Returns
        -------
        pandas.DataFrame
            ``method``, ``title``, ``source`` (the publication), ``options`` (its thresholds in words), ``window_s`` (seconds;
            list), ``traces`` (those it could read; list), ``gathers`` (see ``graph.presets.base.Gathers``), ``ties`` (pairs of
            accounts, in any layer), ``passing`` (of these, ties by our tests), ``communities``, ``accounts`` (in communities), ``notes`` (list of
            sentences: why there is less than there could be).

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().described_methods().empty
        True
        """
        layers, found = self._table("described_layers"), self._table("described_communities")
        read = pl.col("trace").filter(pl.col("drawn").is_not_null()).unique(maintain_order=True)
        table = layers.group_by("method", maintain_order=True).agg(
            pl.col("options").first(),
            pl.col("window_s").unique(maintain_order=True),
            read.alias("traces"),
            pl.col("note").drop_nulls().unique(maintain_order=True).alias("notes"),
        )
        pairs = self._table("described_ties").group_by("method", *PAIR).agg(pl.col("passes").any())
        tied = pairs.group_by("method").agg(
            pl.len().cast(pl.Int64).alias("ties"), pl.col("passes").sum().cast(pl.Int64).alias("passing")
        )
        inside = found.group_by("method").agg(pl.len().cast(pl.Int64).alias("communities"), pl.col("accounts").sum())
        known = {name: METHODS[name] for name in table["method"] if name in METHODS}
        facts = pl.DataFrame(
            [(name, one.title, one.source, one.gathers) for name, one in known.items()],
            schema=dict.fromkeys(("method", "title", "source", "gathers"), pl.String),
            orient="row",
        )
        for other in (facts, tied, inside):
            table = table.join(other, on="method", how="left", maintain_order="left")
        return as_pandas(table.with_columns(pl.col("ties", "passing", "communities", "accounts").fill_null(0)))

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
            Columns of ``DESCRIBED_COMMUNITIES`` (``observed`` against ``expected`` of all pairs of members in its strongest
            layer; ``q`` the smallest of its ties, corrected for all pairs of the run: a community was not tested as a set, so it
            has no p of its own), ``tag`` (D1, D2 ...), ``name`` (the site or
            object they shared most, defanged; null where the run has no such layer),
            ``platforms`` (dict of platform to members), and the tested group that shares most accounts with it: ``group_id``,
            ``rank``, ``heading`` (null where none does), ``in_both``, ``tested_only``, ``described_only`` (accounts; the first
            and the last add up to ``accounts``).

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
        table = rows.with_columns(tags)
        ranks = self._groups.select("group_id", "rank", "heading")
        nearest = self._overlaps(members).unique(key, keep="first", maintain_order=True).join(ranks, on="group_id")
        for other in (self._described_names(method), nearest):
            table = table.join(other, on=key, how="left", maintain_order="left")
        table = table.with_columns(pl.col("in_both", "tested_only").fill_null(0))
        frame = as_pandas(table.with_columns((pl.col("accounts") - pl.col("in_both")).alias("described_only")))
        kinds = self._described_platforms(members)
        cells = [kinds.get(one, {}) for one in table.select(key).iter_rows()]
        frame["platforms"] = pd.Series(cells, index=frame.index, dtype=object)
        return frame

    def described_overlap(self, method: str) -> pd.DataFrame:
        """Tested groups by rank, each beside the described community that shares most accounts with it.

        Parameters
        ----------
        method : str

        Returns
        -------
        pandas.DataFrame
            ``group_id``, ``rank``, ``heading``, ``accounts`` (of the group), ``community`` and ``tag`` (null where the rule finds
            none of its accounts), ``in_both``, ``tested_only``, ``described_only`` (accounts; the first two add up to
            ``accounts``). Communities without any group are the rows of ``described_communities`` whose ``in_both`` is 0.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().described_overlap("coortweet")[["rank", "in_both", "tested_only", "described_only"]].values.tolist()
        [[1, 0, 4, 0]]
        """
        sizes = self._of_method("described_communities", method).select("community", pl.col("accounts").alias("size"))
        best = (
            self._overlaps(self._of_method("described_members", method))
            .sort("group_id", "in_both", "community", descending=[False, True, False])
            .unique("group_id", keep="first", maintain_order=True)
            .join(sizes, on="community")
            .select("group_id", "community", "in_both", (pl.col("size") - pl.col("in_both")).alias("described_only"))
        )
        groups = self._groups.select("group_id", "rank", "heading", "accounts")
        table = groups.join(best, on="group_id", how="left", maintain_order="left").with_columns(
            pl.format("D{}", pl.col("community")).alias("tag"), pl.col("in_both", "described_only").fill_null(0)
        )
        return as_pandas(table.with_columns((pl.col("accounts") - pl.col("in_both")).alias("tested_only")))

    def described_between(self, method: str) -> pd.DataFrame:
        """Pairs of communities that a method's ties join, the most ties first. Counts pairs of accounts.

        Parameters
        ----------
        method : str

        Returns
        -------
        pandas.DataFrame
            ``community_a`` < ``community_b``, ``ties``.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().described_between("qut").empty
        True
        """
        place = self._of_method("described_members", method).select("account", "community")
        pairs = self._of_method("described_ties", method).filter(pl.col("community").is_null()).select(PAIR).unique()
        for side in "ab":
            pairs = pairs.join(place.rename({"account": f"account_{side}", "community": side}), on=f"account_{side}")
        one, two = pl.min_horizontal("a", "b").alias("community_a"), pl.max_horizontal("a", "b").alias("community_b")
        counted = pairs.group_by(one, two).agg(pl.len().cast(pl.Int64).alias("ties"))
        return as_pandas(counted.sort("ties", "community_a", "community_b", descending=[True, False, False]))

    def described_members(self, method: str, community: int) -> pd.DataFrame:
        """Members of a described community, most ties first, with codes and names.

        Parameters
        ----------
        method : str
        community : int
            As in ``described_communities``.

        Returns
        -------
        pandas.DataFrame
            Columns of ``DESCRIBED_MEMBERS`` (``ties``: other members the rule ties it to; ``share``: of the seeds that put it
            here), and of the account ``code``, ``platform``, ``native_id``, ``handle``, ``display_name``.

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

        Parameters
        ----------
        method : str
        community : int
            As in ``described_communities``.

        Returns
        -------
        pandas.DataFrame
            Columns of ``DESCRIBED_OBJECTS`` (up to 100 objects of its strongest layer; ``meetings``: pairs of members that met on
            it) and ``words``: an address (not broken apart), tags, or a text's first words.

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
        """Names of communities as groups have them: the site they shared most, else the object."""
        rows = self._of_method("described_objects", method)
        held = rows.with_columns(pl.format("{}/{}", "method", "community").alias("group_id"))
        sites = dict(
            group_sites(held)
            .select("group_id", "domain")
            .unique("group_id", keep="first", maintain_order=True)
            .iter_rows()
        )
        first = held.unique("group_id", keep="first", maintain_order=True)
        words = self.known.object_words(first)
        names = [
            defang(sites[one]) if one in sites else unlinked(str(said))
            for one, said in zip(first["group_id"], words, strict=True)
        ]
        return first.select("method", "community").with_columns(pl.Series("name", names, dtype=pl.String))

    def _described_platforms(self, members: pl.DataFrame) -> dict[tuple[str, int], dict[str, int]]:
        known = self.known.accounts(members["account"]).select("account_uid", "platform")
        named = members.join(known, left_on="account", right_on="account_uid", how="left")
        counted = named.group_by("method", "community", "platform").len()
        found: dict[tuple[str, int], dict[str, int]] = {}
        for name, number, platform, size in counted.sort("len", "platform", descending=[True, False]).iter_rows():
            found.setdefault((name, number), {})[platform or "unknown"] = size
        return found

    def _overlaps(self, members: pl.DataFrame) -> pl.DataFrame:
        """Accounts that a community and a tested group share, and those of the group only; most shared first."""
        groups = self._members.select("group_id", "account").unique()
        sizes = groups.group_by("group_id").len("size")
        both = members.join(groups, on="account").group_by("method", "community", "group_id").len("in_both")
        table = both.join(sizes, on="group_id").with_columns(pl.col("in_both", "size").cast(pl.Int64))
        rest = (pl.col("size") - pl.col("in_both")).alias("tested_only")
        order = ["in_both", "group_id"]
        return table.sort(order, descending=[True, False]).select("method", "community", "group_id", "in_both", rest)
