"""Groups of a run as tables: members, roles, objects, days, and change over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa

from graph.groups.merge import inside
from graph.networks.evolution import TIMELINE, days_for, evolution, named_tracks
from graph.networks.parts import USED, standing_out, ties_of_parts, words_in
from graph.networks.roles import member_roles
from graph.networks.tie_network import places
from graph.privacy.sanitize import defang, redact
from graph.report.crossing import crossing
from graph.report.group_activity import group_days, group_sites
from graph.report.run import RunTables, as_pandas
from graph.settings import Narrow
from graph.stores.base import Scan
from graph.traces import TRACES
from ingest.errors import UsageError

_TOP = 300  # objects of each part that are looked through for words
_NO_DAYS = pl.DataFrame(schema={"day": pl.Date, "meetings": pl.Int64})


class GroupTables(RunTables):
    """The groups of a run; see ``graph.report.report.Report``."""

    def groups(self, heading: str | None = None) -> pd.DataFrame:
        """Groups by rank (columns of ``GROUPS``) with what people call them.

        Parameters
        ----------
        heading : {"groups", "closed", "aside"}, optional
            Only those under one heading: groups, closed circles, or what was set aside.

        Returns
        -------
        pandas.DataFrame
            ``name`` (the site or object they mostly met on, defanged), ``top_object``, and ``platforms`` (dict of platform to
            members) besides; columns of ``PARTS``, null for all but the communities of a large set.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.groups()[["rank", "name", "accounts", "ties", "label"]].values.tolist()
        [[1, 'larkspur[.]example', 4, 6, 'timing']]
        """
        whole = self._named_groups
        return whole[whole["heading"] == heading].reset_index(drop=True) if heading else whole.copy()

    def group(self, group_id: str) -> dict[str, Any]:
        """One row of ``groups``.

        Parameters
        ----------
        group_id : str
            As in the column ``group_id`` of ``groups``.

        Returns
        -------
        dict
            Column to value.

        Raises
        ------
        UsageError
            If the run has no such group.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> group = report.groups().group_id[0]
        >>> report.group(group)["name"], report.group(group)["median_lag_s"]
        ('larkspur[.]example', 5.5)
        """
        rows = self.groups()
        found = rows[rows["group_id"] == group_id]
        if not len(found):
            raise UsageError(
                f"Run {self.name} has no group {group_id!r}.", hint="Its groups are listed on the page Groups."
            )
        return {str(name): value for name, value in found.iloc[0].items()}

    def members(self, group_id: str) -> pd.DataFrame:
        """Members of a group, most often first, with code, platform and names.

        Parameters
        ----------
        group_id : str
            As in the column ``group_id`` of ``groups``.

        Returns
        -------
        pandas.DataFrame
            Columns of ``MEMBERS`` (``median_delay_s`` in seconds), ``code``, ``platform``, ``handle``, ``display_name``,
            ``native_id``; ``comparison``: true for an account that only a comparison knows. Empty for a group the run does not
            have.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> group = report.groups().group_id[0]
        >>> report.members(group)[["code", "ties", "first", "objects", "median_delay_s"]].head(2).values.tolist()
        [['A-42', 3, 4, 10, 1.5], ['A-43', 3, 4, 10, 5.0]]
        """
        rows = self._members.filter(pl.col("group_id") == group_id)
        known = rows.join(
            self._member_accounts, left_on="account", right_on="account_uid", how="left", maintain_order="left"
        )
        return as_pandas(known.with_columns(pl.col("account").is_in(list(self._comparison)).alias("comparison")))

    def roles(self, group_id: str) -> pd.DataFrame:
        """Roles of a group's members, most often leading first.

        Read from the evidence of the group's strongest layer; ``participation`` and ``within_z`` from all ties of the run, with
        the groups as modules.

        Parameters
        ----------
        group_id : str
            As in the column ``group_id`` of ``groups``.

        Returns
        -------
        pandas.DataFrame
            Columns of ``graph.networks.roles.ROLES`` (``median_lag_s`` in seconds), ``only_share``, ``code``, ``platform``, and
            ``comparison`` as of ``members``.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> group = report.groups().group_id[0]
        >>> report.roles(group)[["code", "leads", "follows", "core"]].head(2).values.tolist()
        [['A-42', 17, 13, 3], ['A-43', 17, 13, 3]]
        """
        return as_pandas(self._once(("roles", group_id), lambda: self._roles(group_id)))

    def objects(self, group_id: str) -> pd.DataFrame:
        """Objects a group shared, most shared first, with ``words`` for people.

        Parameters
        ----------
        group_id : str
            As in the column ``group_id`` of ``groups``.

        Returns
        -------
        pandas.DataFrame
            Columns of ``OBJECTS`` (``span_s`` in seconds) and ``words``: an address, tags, or the first words of a text.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> group = report.groups().group_id[0]
        >>> report.objects(group)[["words", "accounts", "others", "span_s"]].head(2).values.tolist()
        [['larkspur.example/0', 4, 8, 6.0], ['larkspur.example/1', 4, 8, 13.0]]
        """
        rows = self._group_objects(group_id)
        return as_pandas(rows.with_columns(pl.Series("words", self.known.object_words(rows), dtype=pl.String)))

    def crossing(self, group_id: str) -> pd.DataFrame:
        """Platforms of a group: accounts and posts on each, and which had what they shared first.

        Parameters
        ----------
        group_id : str
            As in the column ``group_id`` of ``groups``.

        Returns
        -------
        pandas.DataFrame
            Columns of ``graph.report.crossing.CROSSING``: one row per platform, the one that was first most often at the top;
            ``first_at`` in UTC, ``median_lead_s`` in seconds. One row where all members are on one platform.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.crossing(report.groups().group_id[0])[["platform", "accounts", "posts", "first_code", "objects"]].values.tolist()
        [['unknown', 4, 40, 'A-43', 0]]
        """
        return as_pandas(self._once(("crossing", group_id), lambda: self._crossing(group_id)))

    def hosts(self, group_id: str) -> pd.DataFrame:
        """Sites a group met on.

        Parameters
        ----------
        group_id : str
            As in the column ``group_id`` of ``groups``.

        Returns
        -------
        pandas.DataFrame
            ``domain``, and ``objects``: the number of addresses there that the group shared.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> group = report.groups().group_id[0]
        >>> report.hosts(group).values.tolist()
        [['larkspur.example', 10]]
        """
        return as_pandas(self._sites.filter(pl.col("group_id") == group_id).drop("group_id"))

    def hashtags(self, group_id: str) -> pd.DataFrame:
        """Hashtags in the members' posts, reposts included, most used first.

        Parameters
        ----------
        group_id : str
            As in the column ``group_id`` of ``groups``.

        Returns
        -------
        pandas.DataFrame
            ``hashtag``, and the ``posts`` and ``accounts`` with it.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> group = report.groups().group_id[0]
        >>> report.hashtags(group).empty
        True
        """
        members = tuple(self._members.filter(pl.col("group_id") == group_id)["account"])
        narrow = Narrow(self.narrow.start, self.narrow.end, (), members)
        columns = ("post_uid", "account_uid", "target_key")
        batches = list(self.store.scan("links", Scan(columns=columns, kinds=("hashtag",), narrow=narrow)))
        if not batches:
            return pd.DataFrame({"hashtag": [], "posts": [], "accounts": []})
        return as_pandas(
            pl.DataFrame(pa.Table.from_batches(batches))
            .group_by(pl.col("target_key").alias("hashtag"))
            .agg(
                pl.col("post_uid").n_unique().cast(pl.Int64).alias("posts"),
                pl.col("account_uid").n_unique().cast(pl.Int64).alias("accounts"),
            )
            .sort("posts", "hashtag", descending=[True, False])
        )

    def parts(self, whole_id: str) -> pd.DataFrame:
        """Groups that a large set is shown as, with the ties inside each and to the others, and what stands out in each.

        Parameters
        ----------
        whole_id : str
            As in the column ``whole_id`` of ``groups``.

        Returns
        -------
        pandas.DataFrame
            ``group_id``, ``rank``, ``accounts``, ``inside``, ``out``, ``stands_out`` (list of hashtags, sites and words, see
            ``graph.networks.parts``) and ``most_ties`` (codes of the two accounts with most ties), by rank. Empty for a set the
            run does not have.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().parts("none").empty
        True
        """
        return as_pandas(self._parts(whole_id))  # not kept: who is forgotten meanwhile leaves no hashtag behind

    def days(self, group_id: str | None = None) -> pd.DataFrame:
        """Meetings per day in UTC; days between without any are there with 0.

        A meeting is two accounts on one object, as counted in ``observed``; of a group, in its strongest layer.

        Parameters
        ----------
        group_id : str, optional
            One group; all ties of the run when not given.

        Returns
        -------
        pandas.DataFrame
            ``day``, ``meetings``.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> group = report.groups().group_id[0]
        >>> report.days(group)["meetings"].tolist()
        [24, 12, 0, 12, 12]
        """
        per_day = self._all_days if group_id is None else self._group_days.get((group_id,), _NO_DAYS)
        return as_pandas(
            per_day.upsample("day", every="1d").with_columns(pl.col("meetings").fill_null(0))
            if per_day.height
            else per_day
        )

    def change(self, group_id: str | None = None) -> pd.DataFrame:
        """Change of a group over time, or of all groups of the run that were not set aside, in windows over its evidence.

        Parameters
        ----------
        group_id : str, optional
            One group; all that were not set aside when not given.

        Returns
        -------
        pandas.DataFrame
            Columns of ``graph.networks.evolution.TIMELINE`` and ``group_id``, the group that holds most of a track's accounts. Windows suit
            the period (``graph.networks.evolution.days_for``); ``end`` minus ``start`` is their length.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> group = report.groups().group_id[0]
        >>> report.change(group)[["event", "accounts", "meetings", "joined", "left"]].head(3).values.tolist()
        [['birth', 4, 24, 4, 0], ['continue', 4, 12, 0, 0], ['death', 0, 0, 0, 4]]
        """
        return as_pandas(self._once(("change", group_id), lambda: self._change(group_id)))

    def lags(self, group_id: str) -> pd.DataFrame:
        """Delays between two first shares of one object, counted in bins.

        Parameters
        ----------
        group_id : str
            As in the column ``group_id`` of ``groups``.

        Returns
        -------
        pandas.DataFrame
            ``from_s`` and ``to_s`` in seconds, null where open-ended; pairs in the ``group`` and among ``others``.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> group = report.groups().group_id[0]
        >>> report.lags(group).head(3).values.tolist()
        [[0.0, 5.0, 30, 0], [5.0, 10.0, 20, 0], [10.0, 20.0, 10, 0]]
        """
        return as_pandas(self._table("lags").filter(pl.col("group_id") == group_id).drop("group_id"))

    @cached_property
    def _named_groups(self) -> pd.DataFrame:
        table = self._groups.join(self._table("parts"), on="group_id", how="left", maintain_order="left")
        frame = as_pandas(table)
        platforms = [self._platforms.get(group, {}) for group in table["group_id"]]
        frame["platforms"] = pd.Series(platforms, index=frame.index, dtype=object)
        frame["name"] = [self._names.get(group, "") for group in table["group_id"]]
        tops = dict(self._objects.group_by("group_id", maintain_order=True).agg(pl.col("object").first()).iter_rows())
        frame["top_object"] = [tops.get(group) for group in table["group_id"]]
        return frame

    @cached_property
    def _platforms(self) -> dict[str, dict[str, int]]:
        named = self._members.join(self._member_accounts, left_on="account", right_on="account_uid", how="left")
        counted = named.group_by("group_id", "platform").len().sort("len", "platform", descending=[True, False])
        found: dict[str, dict[str, int]] = {}
        for group, platform, number in counted.iter_rows():
            found.setdefault(group, {})[platform or "unknown"] = number
        return found

    @cached_property
    def _member_accounts(self) -> pl.DataFrame:
        return self.known.accounts(self._members["account"])

    @cached_property
    def _names(self) -> dict[str, str]:
        """The name of each group: the site it shared most, else the object."""
        sites = self._sites.group_by("group_id", maintain_order=True).first()
        named = {group: defang(site) for group, site in sites.select("group_id", "domain").iter_rows()}
        rest = self._objects.group_by("group_id", maintain_order=True).first()
        rest = rest.filter(~pl.col("group_id").is_in(list(named)))
        return named | dict(zip(rest["group_id"], map(str, self.known.object_words(rest)), strict=True))

    @cached_property
    def _sites(self) -> pl.DataFrame:
        return group_sites(self._objects)

    def _roles(self, group_id: str) -> pl.DataFrame:
        held = {uid: str(place["group"]) for uid, place in places(self._members, self._groups).items()}
        found = member_roles(self._meetings(group_id), self._group_objects(group_id), self._raw_ties, held)
        named = self._member_accounts.select("account_uid", "code", "platform")
        roles = found.join(named, left_on="account", right_on="account_uid", how="left", maintain_order="left")
        return roles.with_columns(pl.col("account").is_in(list(self._comparison)).alias("comparison"))

    def _crossing(self, group_id: str) -> pl.DataFrame:
        members = self._members.filter(pl.col("group_id") == group_id)["account"]
        met = inside(self._evidence, members.to_list())
        return crossing(met, self._member_accounts.filter(pl.col("account_uid").is_in(members.implode())))

    def _parts(self, whole_id: str) -> pl.DataFrame:
        ids = self._table("parts").filter(pl.col("whole_id") == whole_id)["group_id"].implode()
        groups = self._groups.filter(pl.col("group_id").is_in(ids)).select("group_id", "rank", "accounts")
        own = self._members.filter(pl.col("group_id").is_in(ids)).sort("ties", "account", descending=[True, False])
        held = {group: own.filter(pl.col("group_id") == group)["account"].to_list() for group in groups["group_id"]}
        codes = dict(self._member_accounts.select("account_uid", "code").iter_rows())
        apart = standing_out(pl.concat([self._tags_used(held), self._objects_used(held)]))
        return groups.join(ties_of_parts(self._raw_ties, held), left_on="group_id", right_on="part").with_columns(
            pl.Series("stands_out", [apart.get(g, []) for g in groups["group_id"]], dtype=pl.List(pl.String)),
            pl.Series("most_ties", [[codes.get(a) for a in held[g][:2]] for g in groups["group_id"]]),
        )

    def _tags_used(self, held: Mapping[str, Sequence[str]]) -> pl.DataFrame:
        """Accounts of each part by the hashtags in their posts."""
        home = {account: part for part, accounts in held.items() for account in accounts}
        narrow = Narrow(self.narrow.start, self.narrow.end, (), tuple(home))
        scan = Scan(columns=("account_uid", "target_key"), kinds=("hashtag",), narrow=narrow)
        batches = list(self.store.scan("links", scan)) if home and self.store.link_kinds().get("hashtag") else []
        if not batches:
            return pl.DataFrame(schema=USED)
        used = pl.DataFrame(pa.Table.from_batches(batches)).unique()
        part = pl.col("account_uid").replace_strict(home, default=None, return_dtype=pl.String)
        counted = used.group_by(part.alias("part"), pl.format("#{}", "target_key").alias("item")).len("accounts")
        return counted.drop_nulls().cast(USED)  # type: ignore[arg-type]  # names and types

    def _objects_used(self, held: Mapping[str, Sequence[str]]) -> pl.DataFrame:
        """Accounts of each part by the site or the words of what they shared most; sites that all parts share stand out nowhere."""
        top = self._objects.filter(pl.col("group_id").is_in(list(held)))
        top = (
            top.sort("accounts", "object", descending=[True, False])
            .group_by("group_id", maintain_order=True)
            .head(_TOP)
        )
        rows = []
        for (part, trace, accounts), said in zip(
            top.select("group_id", "trace", "accounts").iter_rows(), self.known.object_words(top), strict=True
        ):
            shows = TRACES[trace].words.shows if trace in TRACES else "key"
            items = [str(said).partition("/")[0]] if shows == "address" else []
            items = list(words_in(redact(str(said)))) if shows in ("text", "post") and said else items
            rows += [(part, item, accounts) for item in items]
        used = pl.DataFrame(rows, schema=USED, orient="row")
        return used.group_by("part", "item").agg(pl.col("accounts").max())

    def _group_objects(self, group_id: str) -> pl.DataFrame:
        return self._objects.filter(pl.col("group_id") == group_id)

    @cached_property
    def _group_days(self) -> dict[tuple[Any, ...], pl.DataFrame]:
        days = group_days(self._evidence, self._raw_ties, self._groups)
        return days.partition_by("group_id", as_dict=True, include_key=False, maintain_order=True)

    @cached_property
    def _all_days(self) -> pl.DataFrame:
        return (
            self._evidence.group_by("trace", "window_s", "account_a", "account_b", "object")
            .agg(pl.min_horizontal("at_a", "at_b").min().alias("at"))
            .group_by(pl.col("at").dt.date().alias("day"))
            .agg(pl.len().cast(pl.Int64).alias("meetings"))
            .sort("day")
        )

    def _change(self, group_id: str | None) -> pl.DataFrame:
        aside = self._groups.filter(pl.col("heading") == "aside")["group_id"].to_list()
        rows = self._meetings(group_id) if group_id else self._grouped(aside)
        if not rows.height:
            return pl.DataFrame(schema={**TIMELINE, "group_id": pl.String})
        at = rows.select(pl.min_horizontal("at_a", "at_b").alias("at"))["at"]
        timeline = evolution(rows, *days_for(at.min(), at.max()))  # type: ignore[arg-type]  # a column of times
        wanted = self._members.filter(pl.col("group_id") == group_id) if group_id else self._members
        held = {
            group: frozenset(accounts) for group, accounts in wanted.group_by("group_id").agg("account").iter_rows()
        }
        named = named_tracks(timeline, {group: accounts for group, accounts in held.items() if group not in aside})
        track = pl.col("track").replace_strict(named, default=None, return_dtype=pl.String)
        return timeline.with_columns(track.alias("group_id"))

    def _grouped(self, aside: Sequence[str]) -> pl.DataFrame:
        """The evidence of all ties that groups hold, without those set aside."""
        held = self._raw_ties.filter(pl.col("group_id").is_not_null() & ~pl.col("group_id").is_in(list(aside)))
        return self._evidence.join(
            held.select("account_a", "account_b").unique(), on=["account_a", "account_b"], how="semi"
        )

    def _meetings(self, group_id: str | None) -> pl.DataFrame:
        if group_id is None:
            return self._evidence
        own = self._raw_ties.filter(pl.col("group_id") == group_id).select(
            "trace", "window_s", "account_a", "account_b"
        )
        row = self._groups.filter(pl.col("group_id") == group_id)
        lead = (
            (pl.col("trace") == row["traces"][0][0]) & (pl.col("window_s") == row["windows_s"][0][0])
            if row.height
            else pl.lit(False)
        )
        return self._evidence.join(own.filter(lead), on=["trace", "window_s", "account_a", "account_b"], how="semi")
