"""What a run found, as tables for people: pages, briefings, exports and notebooks all read it here.

Accounts are addressed by uid and shown by code (``A-104``). Addresses and texts come as the data has them: whoever shows
them defangs and escapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa

from graph.networks.evolution import TIMELINE, evolution, named_tracks, windows_for
from graph.networks.roles import member_roles
from graph.networks.tie_network import NOWHERE, as_network, places, post_pairs_of, standing_alone, with_labels
from graph.privacy.sanitize import defang
from graph.report.entities import Known
from graph.report.group_activity import group_days, group_sites
from graph.schema import RUN_TABLES
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from graph.traces import TRACES
from ingest.errors import UsageError
from ingest.tables import to_pandas

KEPT = 32  # tables of single groups that are kept once made
_NO_DAYS = pl.DataFrame(schema={"day": pl.Date, "meetings": pl.Int64})


class Report:
    """A finished run of a case.

    Parameters
    ----------
    store : Store
    run_id : str, optional
        12 hex digits, the beginning of them, or a name such as ``R-3``; the newest run when not given.

    Raises
    ------
    UsageError
        If the case has no such run.

    Examples
    --------
    >>> Report(open_case("cases/demo")).groups()  # doctest: +SKIP
    """

    def __init__(self, store: Store, run_id: str | None = None) -> None:
        self.store = store
        self.known = Known(store)
        self.run: dict[str, Any] = chosen_run(store, run_id)

    @property
    def run_id(self) -> str:
        return str(self.run["run_id"])

    @property
    def narrow(self) -> Narrow:
        """The part of the case this run looked at."""
        return Narrow.from_dict(self.run["settings"].get("narrow", {}))

    def _table(self, name: str) -> pl.DataFrame:
        table = self.store.run_table(self.run_id, name)
        return pl.DataFrame(table) if table.num_rows else pl.DataFrame(RUN_TABLES[name].empty_table())

    # -- the run as a whole

    def layers(self) -> pd.DataFrame:
        """One row per trace and window (columns of ``LAYERS``)."""
        return _pandas(self._layers)

    @cached_property
    def _layers(self) -> pl.DataFrame:
        return self._table("layers")

    def caveats(self) -> list[str]:
        """Sentences that must stand beside the results."""
        return list(self.run.get("notes", []))

    def overview(self) -> dict[str, Any]:
        """The numbers of the first line: posts, accounts, sources, ties, groups, pairs, closed, aside, explained ..."""
        sources = self.store.sources().to_pylist()
        times = [s for s in sources if s["first_at"]]
        members = self._members.join(self._groups.select("group_id", "heading"), on="group_id")
        inside = members.filter(pl.col("heading") == "groups")["account"].n_unique()
        return {
            **self.run["counts"],
            "sources": len(sources),
            "skipped": sum(s["rows_skipped"] or 0 for s in sources),
            "accounts_in_groups": inside,
            "first_at": min((s["first_at"] for s in times), default=None),
            "last_at": max((s["last_at"] for s in times), default=None),
        }

    # -- groups

    @cached_property
    def _groups(self) -> pl.DataFrame:
        return self._table("groups").sort("rank")

    @cached_property
    def _members(self) -> pl.DataFrame:
        return self._table("members")

    @cached_property
    def _objects(self) -> pl.DataFrame:
        return self._table("objects")

    @cached_property
    def _evidence(self) -> pl.DataFrame:
        return self._table("post_pairs")

    @cached_property
    def _ties(self) -> pl.DataFrame:
        return self.known.with_codes(self._raw_ties)

    @cached_property
    def _raw_ties(self) -> pl.DataFrame:
        ties = self._table("ties").sort("q", pl.col("observed") * -1, "trace", "window_s", "account_a", "account_b")
        return with_labels(ties, self._groups, self._table("combined"))

    def groups(self, heading: str | None = None) -> pd.DataFrame:
        """Groups by rank (columns of ``GROUPS``) with what people call them.

        Returns
        -------
        pandas.DataFrame
            ``name`` (the site or object they mostly met on, defanged), ``top_object``, and ``platforms`` (dict of platform to
            members) besides.
        """
        whole = self._named_groups
        return whole[whole["heading"] == heading].reset_index(drop=True) if heading else whole.copy()

    @cached_property
    def _named_groups(self) -> pd.DataFrame:
        table = self._groups
        frame = _pandas(table)
        platforms = [self._platforms.get(group, {}) for group in table["group_id"]]
        frame["platforms"] = pd.Series(platforms, index=frame.index, dtype=object)
        frame["name"] = [self._names.get(group, "") for group in table["group_id"]]
        tops = dict(self._objects.group_by("group_id", maintain_order=True).agg(pl.col("object").first()).iter_rows())
        frame["top_object"] = [tops.get(group) for group in table["group_id"]]
        return frame

    def group(self, group_id: str) -> dict[str, Any]:
        """One row of ``groups``. Raises UsageError if the run has no such group."""
        rows = self.groups()
        found = rows[rows["group_id"] == group_id]
        if not len(found):
            raise UsageError(
                f"Run {self.name} has no group {group_id!r}.", hint="Its groups are listed on the page Groups."
            )
        return {str(name): value for name, value in found.iloc[0].items()}

    @property
    def name(self) -> str:
        """``R-3``."""
        return f"R-{self.run['number']}"

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
        """What each group is called: its foremost site, else its foremost object."""
        sites = self._sites.group_by("group_id", maintain_order=True).first()
        named = {group: defang(site) for group, site in sites.select("group_id", "domain").iter_rows()}
        rest = self._objects.group_by("group_id", maintain_order=True).first()
        rest = rest.filter(~pl.col("group_id").is_in(list(named)))
        return named | dict(zip(rest["group_id"], map(str, self.known.object_words(rest)), strict=True))

    @cached_property
    def _sites(self) -> pl.DataFrame:
        return group_sites(self._objects)

    def members(self, group_id: str) -> pd.DataFrame:
        """Members of a group, most often first (columns of ``MEMBERS``) with code, platform and names."""
        rows = self._members.filter(pl.col("group_id") == group_id)
        return _pandas(
            rows.join(
                self._member_accounts, left_on="account", right_on="account_uid", how="left", maintain_order="left"
            )
        )

    def roles(self, group_id: str) -> pd.DataFrame:
        """What each member does, most often leading first: columns of ``graph.networks.roles.ROLES``, ``only_share``, ``code``, ``platform``.

        Read from the evidence of the group's strongest layer; ``participation`` and ``within_z`` from all ties of the run, with
        the groups as modules.
        """
        return _pandas(self._once(("roles", group_id), lambda: self._roles(group_id)))

    def _roles(self, group_id: str) -> pl.DataFrame:
        held = {uid: str(place["group"]) for uid, place in places(self._members, self._groups).items()}
        found = member_roles(self._meetings(group_id), self._group_objects(group_id), self._raw_ties, held)
        named = self._member_accounts.select("account_uid", "code", "platform")
        return found.join(named, left_on="account", right_on="account_uid", how="left", maintain_order="left")

    def _once(self, key: tuple[str, str | None], made: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """A table of a run that takes a while, kept for the groups looked at last: a run never changes."""
        if key not in self._kept:
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = made()
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[tuple[str, str | None], pl.DataFrame]:
        return {}

    def ties(self, group_id: str | None = None) -> pd.DataFrame:
        """Ties, strongest first (columns of ``TIES``) with ``layers``, ``labels``, codes and platforms of both accounts."""
        return _pandas(self._ties.filter(pl.col("group_id") == group_id) if group_id else self._ties)

    def pairs(self) -> pd.DataFrame:
        """Ties of two accounts that belong to no group."""
        return _pandas(standing_alone(self._ties, self._members))

    def combined(self) -> pd.DataFrame:
        """Pairs that all layers together hold, smallest q first (columns of ``COMBINED``) with codes and platforms."""
        rows = self._table("combined")
        return _pandas(self.known.with_codes(rows))

    def windows(self) -> pd.DataFrame:
        """What each window would have seen, where the run was asked to sweep them (columns of ``WINDOWS``)."""
        return _pandas(self._table("windows"))

    def all_pairs(self) -> pd.DataFrame:
        """Every pair with two or more meetings, where the run was asked to keep them (columns of ``PAIRS``)."""
        return _pandas(self._table("pairs"))

    def objects(self, group_id: str) -> pd.DataFrame:
        """What a group met on, most meetings first (columns of ``OBJECTS``) with ``words`` for people."""
        rows = self._group_objects(group_id)
        return _pandas(rows.with_columns(pl.Series("words", self.known.object_words(rows), dtype=pl.String)))

    def _group_objects(self, group_id: str) -> pl.DataFrame:
        return self._objects.filter(pl.col("group_id") == group_id)

    def hosts(self, group_id: str) -> pd.DataFrame:
        """Sites a group met on: ``domain``, ``objects``."""
        return _pandas(self._sites.filter(pl.col("group_id") == group_id).drop("group_id"))

    def hashtags(self, group_id: str) -> pd.DataFrame:
        """Hashtags in the members' posts, reposts included: ``hashtag``, ``posts``, ``accounts``, most used first."""
        members = tuple(self._members.filter(pl.col("group_id") == group_id)["account"])
        narrow = Narrow(self.narrow.start, self.narrow.end, (), members)
        columns = ("post_uid", "account_uid", "target_key")
        batches = list(self.store.scan("links", Scan(columns=columns, kinds=("hashtag",), narrow=narrow)))
        if not batches:
            return pd.DataFrame({"hashtag": [], "posts": [], "accounts": []})
        return _pandas(
            pl.DataFrame(pa.Table.from_batches(batches))
            .group_by(pl.col("target_key").alias("hashtag"))
            .agg(
                pl.col("post_uid").n_unique().cast(pl.Int64).alias("posts"),
                pl.col("account_uid").n_unique().cast(pl.Int64).alias("accounts"),
            )
            .sort("posts", "hashtag", descending=[True, False])
        )

    def days(self, group_id: str | None = None) -> pd.DataFrame:
        """Meetings per day in UTC: ``day``, ``meetings``; days between without any are there with 0.

        A meeting is two accounts on one object, as counted in ``observed``; of a group, in its strongest layer.
        """
        per_day = self._all_days if group_id is None else self._group_days.get((group_id,), _NO_DAYS)
        return _pandas(
            per_day.upsample("day", every="1d").with_columns(pl.col("meetings").fill_null(0))
            if per_day.height
            else per_day
        )

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

    def change(self, group_id: str | None = None) -> pd.DataFrame:
        """How a group, or all groups of the run that were not set aside, changed: windows over the period of its evidence.

        Returns
        -------
        pandas.DataFrame
            Columns of ``graph.networks.evolution.TIMELINE`` and ``group_id``, the group that holds most of a track's accounts. Windows suit
            the period (``graph.networks.evolution.windows_for``); ``end`` minus ``start`` is their length.
        """
        return _pandas(self._once(("change", group_id), lambda: self._change(group_id)))

    def _change(self, group_id: str | None) -> pl.DataFrame:
        aside = self._groups.filter(pl.col("heading") == "aside")["group_id"].to_list()
        rows = self._meetings(group_id) if group_id else self._grouped(aside)
        if not rows.height:
            return pl.DataFrame(schema={**TIMELINE, "group_id": pl.String})
        at = rows.select(pl.min_horizontal("at_a", "at_b").alias("at"))["at"]
        timeline = evolution(rows, *windows_for(at.min(), at.max()))  # type: ignore[arg-type]  # a column of times
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

    def first_meetings(self, trace: str, window_s: float) -> pl.DataFrame:
        """When each two accounts of a layer first met on each object: ``account_a``, ``account_b``, ``object``, ``day`` (UTC).

        As many rows for a tie as its ``observed``.
        """
        own = self._evidence.filter((pl.col("trace") == trace) & (pl.col("window_s") == window_s))
        at = pl.min_horizontal("at_a", "at_b").min().dt.date().alias("day")
        return own.group_by("account_a", "account_b", "object").agg(at)

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

    def lags(self, group_id: str) -> pd.DataFrame:
        """How far apart two first shares of one object lie: ``from_s``, ``to_s``, pairs in the ``group``, among ``others``."""
        return _pandas(self._table("lags").filter(pl.col("group_id") == group_id).drop("group_id"))

    # -- a tie and its posts

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
        return _pandas(self._between(self._ties, account_a, account_b, None, None))

    def evidence(
        self, account_a: str, account_b: str, trace: str | None = None, window_s: float | None = None
    ) -> pd.DataFrame:
        """The pairs of posts behind a tie (columns of ``POST_PAIRS``) with ``object_words``, texts and addresses."""
        tie = self.tie(account_a, account_b, trace, window_s)
        rows = self._between(self._evidence, account_a, account_b, tie["trace"], tie["window_s"]).sort(
            "at_a", "at_b", "object"
        )
        return _pandas(self.known.with_posts(rows))

    def _between(
        self, table: pl.DataFrame, account_a: str, account_b: str, trace: str | None, window_s: float | None
    ) -> pl.DataFrame:
        one, two = sorted((account_a, account_b))
        rows = table.filter((pl.col("account_a") == one) & (pl.col("account_b") == two))
        if trace is not None:
            rows = rows.filter(pl.col("trace") == trace)
        return rows if window_s is None else rows.filter(pl.col("window_s") == window_s)

    def post(self, uid: str) -> dict[str, Any]:
        """One post as the case has it: see ``graph.report.entities.Known.post``."""
        return self.known.post(uid)

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
        return _pandas(self.known.with_posts(both))

    # -- what could have been seen

    def power(self) -> pd.DataFrame:
        """What artificial groups planted in these data would have been found: see ``graph.runs.power``; empty where it was not tried."""
        from graph.runs.power import kept_power

        return _pandas(kept_power(self.store, self.run_id))

    # -- accounts and the network

    def account(self, uid: str) -> dict[str, Any]:
        """One account as the case knows it: see ``graph.report.entities.Known.account``."""
        return self.known.account(uid)

    def accounts(self, uids: Sequence[str]) -> pd.DataFrame:
        """``account_uid``, ``code`` (A-n), ``platform``, ``handle``, ``display_name``, ``native_id`` of these accounts."""
        return _pandas(self.known.accounts(pl.Series(list(uids), dtype=pl.String)))

    def network(self, group_id: str | None = None, combined: bool = False) -> Any:
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
        """
        ties = self._ties.filter(pl.col("group_id") == group_id) if group_id else self._ties
        accounts = self.known.accounts(pl.concat([ties["account_a"], ties["account_b"]]))
        known = {row.pop("account_uid"): row for row in accounts.to_dicts()}
        held = places(self._members, self._groups)
        nodes = {uid: {**row, **held.get(uid, NOWHERE)} for uid, row in known.items()}
        return as_network(ties, self._evidence, nodes, combined)


def chosen_run(store: Store, run_id: str | None) -> dict[str, Any]:
    """The record of the run a person means; the newest when they name none."""
    runs = store.runs()
    if not runs:
        raise UsageError("This case has no run yet.", hint="Look for groups first: lockstep find --case CASE.")
    if run_id is None:
        return runs[-1]
    named = [r for r in runs if run_id.upper() == f"R-{r['number']}"] or [
        r for r in runs if r["run_id"].startswith(run_id)
    ]
    if len(named) != 1:
        known = ", ".join(f"R-{r['number']}" for r in runs[-5:])
        raise UsageError(f"There is no one run {run_id!r} in this case.", hint=f"Its newest runs: {known}.")
    return named[0]


def _pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """With Arrow types and plain strings."""
    table = frame.to_arrow()
    plain = [
        f.with_type(pa.string()) if pa.types.is_large_string(f.type) or pa.types.is_string_view(f.type) else f
        for f in table.schema
    ]
    return to_pandas(table.cast(pa.schema(plain)))
