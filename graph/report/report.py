"""A finished run as tables for people: pages, briefings, exports and notebooks all read it here.

Accounts are addressed by uid and shown by code (``A-104``). Addresses and texts come as the data has them: whoever shows
them defangs and escapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import polars as pl

from graph.networks.tie_network import NOWHERE, as_network, places
from graph.report.groups import GroupTables
from graph.report.levels import levelled
from graph.report.run import as_pandas
from graph.report.summary import ShownTable, summary_html, table_html
from graph.report.ties import DescribedTables, TieTables
from ingest.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx
    import plotly.graph_objects as go

    from graph.coders.agreement import Coding
    from graph.labels.by_group import LabelCounts
    from graph.outlinks.outlinks import Outlinks
    from graph.records.legal_position import LegalPosition


@levelled
class Report(GroupTables, TieTables, DescribedTables):
    """A finished run of a case.

    Parameters
    ----------
    store : Store
    run_id : str, optional
        12 hex digits, the beginning of them, or a name such as ``R-3``; the newest run when not given.

    Raises
    ------
    UsageError
        If the case has no such run, or several that fit.

    Notes
    -----
    The methods by subject: the run as a whole in ``graph.report.run``, its groups in ``graph.report.groups``, its ties and
    their evidence in ``graph.report.ties``; here accounts, posts, the network and figures. In a notebook a report shows a
    summary, with codes and never with names; ``show`` does the same for a table, which would show names by itself.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> from graph.runs.pipeline import find
    >>> from graph.settings import Settings
    >>> case = toy_case()
    >>> run = find(case, Settings(traces=("link",)))
    >>> report = Report(case)
    >>> report.name, report.overview()["ties"], str(report.network())
    ('R-1', 6, 'MultiGraph with 4 nodes and 6 edges')
    >>> [trace.name for trace in report.figure("groups").data]
    ['expected by chance', 'observed']
    """

    def _repr_html_(self) -> str:
        return summary_html(self)

    def figure(self, name: str, colours: dict[str, str] | None = None) -> go.Figure:
        """A figure of the run, from the numbers of its tables.

        Parameters
        ----------
        name : {"groups", "chance", "ties", "windows", "outlinks"}
            ``groups``: how often members shared together, and what chance expects, with its 95% range. ``chance``: pairs of
            each layer, observed and expected. ``ties``: evidence per day (UTC). ``windows``: pairs at each window, where the
            run swept them. ``outlinks``: hosts that tied accounts send people to, by links.
        colours : dict of str to str, optional
            Other colours, by the names in ``graph.report.figures.COLOURS``.

        Returns
        -------
        plotly.graph_objects.Figure

        Raises
        ------
        UsageError
            If there is no such figure, or the run has nothing to draw in it.

        Examples
        --------
        >>> from graph import toy_report
        >>> [trace.name for trace in toy_report().figure("groups").data]
        ['expected by chance', 'observed']
        """
        from graph.report.figures import figure

        return figure(self, name, colours)

    def show(self, table: pd.DataFrame, rows: int = 20) -> ShownTable:
        """A table of this report for a notebook that others will see: codes for accounts, names left out.

        The tables themselves hold ids, handles, names and texts, and a notebook prints what it is given. This leaves out the
        columns with names, native ids, texts and addresses of posts, writes codes for accounts and ``…`` for ids of posts, masks
        names that begin with @ elsewhere, and breaks links. A name without @ in a shared text stays.

        Parameters
        ----------
        table : pandas.DataFrame
            As this report gives it: columns that were renamed are not known as names.
        rows : int
            Rows shown at most; the number of the others is said below the table.

        Returns
        -------
        ShownTable
            Its ``html`` is what notebooks show.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> members = report.members(report.groups().group_id[0])
        >>> shown = report.show(members[["account", "handle", "objects"]], rows=1)
        >>> shown.html.partition("<tbody>")[2]
        '<tr><td>A-42</td><td>10</td></tr></tbody></table><p>3 more rows.</p></div>'
        """
        return ShownTable(table_html(self, table, rows))

    def power(self) -> pd.DataFrame:
        """Share of artificial groups, planted in these data, that the run would have found; empty where it was not tried.

        Returns
        -------
        pandas.DataFrame
            ``trace`` and the columns of ``graph.runs.power.power``; ``jitter_s`` in seconds.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.power().empty
        True
        """
        from graph.runs.power import kept_power

        return as_pandas(kept_power(self.store, self.run_id))

    def legal_position(self, group_id: str | None = None) -> LegalPosition:
        """The legal position of the platforms on the last day of this run's data, or of a group's.

        Parameters
        ----------
        group_id : str, optional

        Returns
        -------
        LegalPosition
            ``sentence()``, ``frame()`` (one row per platform and scheme), ``changes``, ``conflicts``, ``unknowns()``. The
            facts are those of ``ingest/registry``, each with its source, and the case's own, marked as such.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().legal_position().unknowns()
        ['Some posts name no platform: nothing is known of theirs.']
        """
        from graph.case.standing import own_standing
        from graph.records.legal_position import legal_position, position_of

        if group_id is None:
            return position_of(self.store, self.narrow)
        group = self.group(group_id)
        return legal_position(
            dict.fromkeys(group["platforms"]),
            group["first_at"].date(),
            group["last_at"].date(),
            own_standing(self.store),
        )

    def agreement(self) -> Coding:
        """Verdicts of each person on the groups of this run, how far two agree, and who decided where they did not.

        Returns
        -------
        Coding
            ``frame()`` (one row per group and coder), ``pairs()`` with Cohen's kappa and its 95% interval,
            ``disagreements()``, ``sentences()``. See ``graph.coders.agreement``.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().agreement().sentences()
        ['No group has a verdict yet.']
        """
        from graph.coders.agreement import coding

        ranks = dict(zip(self._groups["group_id"].to_list(), self._groups["rank"].to_list(), strict=True))
        return coding(self.store.notes("verdict"), self.run_id, ranks)

    def list_matches(self, table: Literal["posts", "entries", "accounts", "days", "lists"] = "lists") -> pd.DataFrame:
        """Posts of this run's part of the case that hold entries of the analyst's own lists, or their counts.

        Parameters
        ----------
        table : {"posts", "entries", "accounts", "days", "lists"}
            ``posts``: one row per post, list and entry, with what was found and how. The others count: by entry, account, day
            (UTC) or list. See ``graph.lists.matching.ListMatches``.

        Returns
        -------
        pandas.DataFrame
            ``entry`` and ``found`` are as on the list and in the post: ``show`` leaves them out. Times in UTC.

        Examples
        --------
        >>> from graph import toy_report
        >>> from graph.lists.entries import entries_of
        >>> from graph.lists.kept import add_to_list
        >>> report = toy_report()
        >>> _ = add_to_list(report.store, "papers", "domains", entries_of("domains", ["news.example"]), "Ann")
        >>> report.list_matches()[["list", "entries", "matched", "posts", "accounts"]].values.tolist()
        [['papers', 1, 1, 600, 40]]
        """
        from graph.lists.leaving import limited
        from graph.lists.matching import list_matches

        found = limited(list_matches(self.store, self.narrow), self.gate.profile)
        return as_pandas(getattr(found, table))

    def labels(self, uids: Sequence[str] | None = None) -> pd.DataFrame:
        """Labels that files give to accounts and posts of the case: see ``lockstep label``. None is a verdict.

        Parameters
        ----------
        uids : sequence of str, optional
            Only these accounts and posts.

        Returns
        -------
        pandas.DataFrame
            ``kind`` (account or post), ``uid``, ``label``, ``source``, ``date`` (null where the source gives none), ``file``, ``by``
            and ``at`` (ISO, UTC): who loaded it, and when. In the order they were added.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().labels().columns.tolist()
        ['kind', 'uid', 'label', 'source', 'date', 'file', 'by', 'at']
        """
        from graph.labels.kept import labelled

        kept = labelled(self.store)
        return as_pandas(kept if uids is None else kept.filter(pl.col("uid").is_in(list(uids))))

    def labels_by_group(self) -> LabelCounts:
        """Labelled accounts by group, beside what chance gives with the same sizes.

        Returns
        -------
        graph.labels.by_group.LabelCounts
            ``totals`` and ``groups`` as polars DataFrames, ``sentences()``. Empty without labels, and where the harm area
            of the case lets out no rows about accounts.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().labels_by_group().sentences()
        []
        """
        from graph.labels.by_group import LabelCounts, by_group
        from graph.labels.kept import labelled

        kept = labelled(self.store).filter(pl.col("kind") == "account")
        if kept.is_empty() or self.gate.profile.level != "person":
            return LabelCounts()
        known = self.known.accounts(kept["uid"])["account_uid"]
        pairs = self._raw_ties.filter(pl.col("group_id").is_null())
        return by_group(
            kept.filter(pl.col("uid").is_in(known.implode())),
            self._members.select("account", "group_id"),
            self._groups.select("group_id", "rank", "heading"),
            {*pairs["account_a"], *pairs["account_b"]},
            self._acted,
        )

    def account(self, uid: str) -> dict[str, Any]:
        """One account as the case knows it: see ``graph.report.entities.Entities.account``.

        Parameters
        ----------
        uid : str
            Such as ``x:12``, as in the columns ``account``, ``account_a`` and ``account_b``.

        Returns
        -------
        dict
            Columns of ``ACCOUNTS``, with ``code`` as people say it (A-n).

        Raises
        ------
        UsageError
            If the case has no such account.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> account = report.account("unknown:41")
        >>> account["code"], account["native_id"]
        ('A-41', '41')
        """
        return self.known.account(uid)

    def accounts(self, uids: Sequence[str]) -> pd.DataFrame:
        """Codes and names of accounts, each once; those that are not in the case are left out.

        Parameters
        ----------
        uids : sequence of str

        Returns
        -------
        pandas.DataFrame
            ``account_uid``, ``code`` (A-n), ``platform``, ``handle``, ``display_name``, ``native_id``, by uid.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.accounts(["unknown:42", "unknown:41"])[["account_uid", "code"]].values.tolist()
        [['unknown:41', 'A-41'], ['unknown:42', 'A-42']]
        """
        return as_pandas(self.known.accounts(pl.Series(list(uids), dtype=pl.String)))

    def languages(self, uids: Sequence[str]) -> pd.DataFrame:
        """Language of accounts: that of most of their posts in this run's part of the case, where the data name one.

        Parameters
        ----------
        uids : sequence of str

        Returns
        -------
        pandas.DataFrame
            ``account`` and ``language``, by account; only those of which a language is known, as the data write it (``nl``).

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().languages(["unknown:41"]).columns.tolist()
        ['account', 'language']
        """
        return as_pandas(self.known.languages(uids, self.narrow))

    def post(self, uid: str) -> dict[str, Any]:
        """One post as the case has it: see ``graph.report.entities.Entities.post``.

        Parameters
        ----------
        uid : str
            As in the columns ``post_a``, ``post_b`` and ``sample_post``.

        Returns
        -------
        dict
            Columns of ``POSTS``, its author's ``handle`` and ``display_name``, and ``media`` (addresses, as the data have them).

        Raises
        ------
        UsageError
            If the case has no such post.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> post = report.post("unknown:601")
        >>> post["text"], post["account_uid"], f"{post['created_at']:%d %b %H:%M:%S}"
        ('read this', 'unknown:41', '05 Mar 13:32:24')
        """
        return self.known.post(uid)

    def outlinks(
        self,
        group: int | str | None = None,
        scope: Literal["groups", "all"] = "groups",
        platform: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        on: date | None = None,
    ) -> Outlinks:
        """Hosts that these accounts send people to, with their standing: see ``graph.outlinks.outlinks.outlinks``.

        Parameters
        ----------
        group : int or str, optional
            Rank or id of a group: only its members.
        scope : {"groups", "all"}
            Accounts that the run ties, in groups and pairs, or all accounts of the case.
        platform : str, optional
            Of the posts.
        start, end : datetime, optional
            UTC; start is in, end is out. That of the run when not given.
        on : date, optional
            Day of the standing; the last day of the window when not given.

        Returns
        -------
        graph.outlinks.outlinks.Outlinks
            Its tables are polars DataFrames.

        Raises
        ------
        UsageError
            If there is no such group, scope or platform, or no post in this period.

        Examples
        --------
        >>> from graph import toy_report
        >>> found = toy_report().outlinks()
        >>> found.totals.accounts, found.totals.links, found.hosts["host"][0]
        (4, 40, 'larkspur.example')
        """
        from graph.outlinks.outlinks import outlinks

        return outlinks(
            self.store,
            accounts=self.accounts_in(group, scope),
            platform=platform,
            start=start or self.narrow.start,
            end=end or self.narrow.end,
            on=on,
            groups=self.group_of_each(),
        )

    def accounts_in(self, group: int | str | None, scope: str) -> list[str] | None:
        """Uids of the accounts that ``outlinks`` means by a group or a scope; None for all.

        Examples
        --------
        >>> from graph import toy_report
        >>> len(toy_report().accounts_in(1, "groups"))
        4
        """
        if scope not in ("groups", "all"):
            raise UsageError(f"There is no scope {scope!r}.", hint="Known: groups, all.")
        if group is not None:
            known = self._groups.filter(
                pl.col("group_id").eq(str(group)) | pl.col("rank").cast(pl.String).eq(str(group))
            )
            if known.is_empty():
                ranks = [str(rank) for rank in self._groups["rank"]]
                raise UsageError(f"This run has no group {group}.", hint=f"Groups: {', '.join(ranks) or 'none'}.")
            return self._members.filter(pl.col("group_id") == known["group_id"][0])["account"].unique().sort().to_list()
        if scope == "all":
            return None
        return sorted({*self._ties["account_a"], *self._ties["account_b"], *self._members["account"]})

    def group_of_each(self) -> pl.DataFrame:
        """The best group of each member: ``account``, ``group_id``, ``rank``.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().group_of_each().columns, toy_report().group_of_each().height
        (['account', 'group_id', 'rank'], 4)
        """
        ranked = self._members.join(self._groups.select("group_id", "rank"), on="group_id").sort("rank")
        return ranked.unique("account", keep="first", maintain_order=True).select("account", "group_id", "rank")

    def layout(self, group_id: str | None = None) -> pd.DataFrame:
        """Places of accounts in a picture of their network, kept with the run: the same on a page, in an export and in print.

        Parameters
        ----------
        group_id : str, optional
            A group, or a large set that is shown as several groups (``whole_id``); all accounts of the run when not given.

        Returns
        -------
        pandas.DataFrame
            ``account``, ``x`` (to the right), ``y`` (upwards). Communities stand apart, inside them forces decide
            (``graph.networks.layout``). The distance between two groups has no meaning.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().layout(toy_report().groups().group_id[0])[["account", "x", "y"]].round(0).head(2).values.tolist()
        [['unknown:41', -37.0, -20.0], ['unknown:42', 20.0, -37.0]]
        """
        wanted = pl.col("group_id").eq_missing(pl.lit(group_id, pl.String))
        return as_pandas(self._layout.filter(wanted).drop("group_id"))

    def network(self, group_id: str | None = None, combined: bool = False) -> nx.Graph:
        """Ties as a network: one edge per layer, everything known on nodes and edges.

        Parameters
        ----------
        group_id : str, optional
            Only this group's members and ties.
        combined : bool
            One edge per pair instead, with the numbers of its strongest layer, ``observed`` summed, and all ``layers``.

        Returns
        -------
        networkx.MultiGraph, or networkx.Graph when combined

        Examples
        --------
        >>> from graph import toy_report
        >>> str(toy_report().network(combined=True))
        'Graph with 4 nodes and 6 edges'
        """
        ties = self._ties.filter(pl.col("group_id") == group_id) if group_id else self._ties
        accounts = self.known.accounts(pl.concat([ties["account_a"], ties["account_b"]]))
        known = {row.pop("account_uid"): row for row in accounts.to_dicts()}
        held = places(self._members, self._groups)
        nodes = {uid: {**row, **held.get(uid, NOWHERE)} for uid, row in known.items()}
        return as_network(ties, self._evidence, nodes, combined)
