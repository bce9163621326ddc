"""One run of a case: which one a person means, its record, and the tables every subject of a report reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa

from graph.case.comparisons import others
from graph.networks.layout import run_layout
from graph.networks.tie_network import with_labels
from graph.privacy.gate import gate
from graph.privacy.small_counts import MINIMUM
from graph.report.entities import Entities
from graph.runs.caveats import about_group
from graph.runs.chosen import said_after
from graph.schema import RUN_TABLES
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from ingest.errors import UsageError
from ingest.tables import to_pandas

TABLES_KEPT = 32  # tables of single groups that are kept once made


def find_run(store: Store, name: str | None = None) -> dict[str, Any]:
    """The record of the run a person names; the newest when they name none.

    Parameters
    ----------
    store : Store
    name : str, optional
        ``R-3``, the 12 hex digits of a run's id, or their beginning, however short.

    Raises
    ------
    UsageError
        If the case has no run, none of this name, or several whose ids begin like this; the message names them.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> records = [{"number": 1, "run_id": "ab12"}, {"number": 2, "run_id": "ac34"}]
    >>> case = SimpleNamespace(runs=lambda: records)
    >>> [find_run(case, name)["number"] for name in (None, "r-1", "ac")]
    [2, 1, 2]
    >>> find_run(case, "a")
    Traceback (most recent call last):
    ingest.errors.UsageError: 2 runs begin with a: R-1 (ab12), R-2 (ac34). Add digits, or write R-n.
    """
    runs = store.runs()
    if not runs:
        raise UsageError("This case has no run yet.", hint="Look for groups first: lockstep find --case CASE.")
    if not name:
        return runs[-1]
    named = [run for run in runs if name.upper() == f"R-{run['number']}"]
    named = named or [run for run in runs if str(run["run_id"]).startswith(name.lower())]
    if len(named) > 1:
        candidates = ", ".join(f"R-{run['number']} ({run['run_id']})" for run in named)
        raise UsageError(f"{len(named)} runs begin with {name}: {candidates}.", hint="Add digits, or write R-n.")
    if not named:
        known = ", ".join(f"R-{run['number']}" for run in runs[-5:])
        raise UsageError(f"This case has no run {name}.", hint=f"Its newest runs: {known}.")
    return named[0]


class RunTables:
    """The record and the tables of one run, each read once: a run never changes.

    Parameters
    ----------
    store : Store
    run_id : str, optional
        See ``find_run``.

    Raises
    ------
    UsageError
        If the case has no such run, or several that fit.
    """

    def __init__(self, store: Store, run_id: str | None = None) -> None:
        self.gate = gate(store)
        MINIMUM.set(self.gate.profile.minimum)
        self.store: Store = self.gate
        self.known = Entities(self.store)
        self.run: dict[str, Any] = find_run(self.store, run_id)

    @property
    def run_id(self) -> str:
        """The run's 12 hex digits."""
        return str(self.run["run_id"])

    @property
    def name(self) -> str:
        """The run's name in its case: ``R-3``."""
        return f"R-{self.run['number']}"

    @property
    def narrow(self) -> Narrow:
        """The part of the case this run looked at."""
        return Narrow.from_dict(self.run["settings"].get("narrow", {}))

    def layers(self) -> pd.DataFrame:
        """One row per trace and window (columns of ``LAYERS``): what the search looked at there, and what it kept.

        Returns
        -------
        pandas.DataFrame
            Counts of accounts, actions, pairs and ties; ``window_s`` in seconds. See ``graph.schema.LAYERS``.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.layers()[["trace", "window_s", "accounts", "actions", "ties"]].values.tolist()
        [['link', 60.0, 44, 720, 6]]
        """
        return as_pandas(self._layers)

    def windows(self) -> pd.DataFrame:
        """Pairs each window would give, where the run was asked to sweep windows (columns of ``WINDOWS``); else empty.

        Returns
        -------
        pandas.DataFrame
            One row per trace and window; ``window_s`` in seconds. ``suggested`` marks the window that the run used.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.windows().empty
        True
        """
        return as_pandas(self._table("windows"))

    def caveats(self, group_id: str | None = None) -> list[str]:
        """Sentences that must stand beside the results, without those that come first (``graph.runs.chosen.said_first``).

        Parameters
        ----------
        group_id : str, optional
            Those that are about this group: without what the run says of ties elsewhere.

        Returns
        -------
        list of str

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> report.caveats()
        []
        """
        notes = said_after(self.run)
        if group_id is None:
            return notes
        own = self._raw_ties.filter(pl.col("group_id") == group_id)
        pairs = own.unique(["account_a", "account_b"], keep="first", maintain_order=True)  # the strongest layer of each
        return about_group(notes, int(pairs["closed"].sum()), pairs.height)

    def overview(self) -> dict[str, Any]:
        """The numbers of the first line of a page or briefing.

        Returns
        -------
        dict
            Counts ``posts``, ``accounts``, ``ties``, ``groups``, ``pairs``, ``closed``, ``aside``, ``combined``, ``explained``,
            ``sources``, ``skipped`` (rows), ``accounts_in_groups`` and ``ties_in_groups`` (pairs of accounts, as ``ties``); ``first_at`` and ``last_at`` in UTC, None where nothing is dated.

        Examples
        --------
        >>> from graph import toy_report
        >>> report = toy_report()
        >>> overview = report.overview()
        >>> [overview[name] for name in ("posts", "accounts", "ties", "groups", "accounts_in_groups")]
        [720, 44, 6, 1, 4]
        """
        sources = self.store.sources().to_pylist()
        times = [s for s in sources if s["first_at"]]
        members = self._members.join(self._groups.select("group_id", "heading"), on="group_id")
        inside = members.filter(pl.col("heading") == "groups")["account"].n_unique()
        held = self._raw_ties.join(self._groups.filter(pl.col("heading") == "groups"), on="group_id", how="semi")
        return {
            **self.run["counts"],
            "sources": len(sources),
            "skipped": sum(s["rows_skipped"] or 0 for s in sources),
            "accounts_in_groups": inside,
            "ties_in_groups": held.select("account_a", "account_b").unique().height,
            "first_at": min((s["first_at"] for s in times), default=None),
            "last_at": max((s["last_at"] for s in times), default=None),
        }

    def comparison_accounts(self) -> frozenset[str]:
        """Accounts that this run lists though only comparison sources know them: see ``graph.case.comparisons``.

        Returns
        -------
        frozenset of str
            Uids; empty for a run without a comparison.

        Examples
        --------
        >>> from graph import toy_report
        >>> toy_report().comparison_accounts()
        frozenset()
        """
        return self._comparison

    @cached_property
    def _comparison(self) -> frozenset[str]:
        return frozenset(self._table("comparison")["account"]) if self.run.get("comparison") else frozenset()

    @cached_property
    def _acted(self) -> frozenset[str]:
        """Accounts that post in this run's part of the case, without those only a comparison knows."""
        uids = set[str]()
        for batch in self.store.scan("posts", Scan(columns=("account_uid",), narrow=self.narrow)):
            uids.update(batch.column("account_uid").unique().drop_null().to_pylist())
        return frozenset(uids - others(self.store).accounts if self.run.get("comparison") else uids)

    def _table(self, name: str) -> pl.DataFrame:
        table = self.store.run_table(self.run_id, name)
        return pl.DataFrame(table) if table.num_rows else pl.DataFrame(RUN_TABLES[name].empty_table())

    @cached_property
    def _layers(self) -> pl.DataFrame:
        return self._table("layers")

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
    def _layout(self) -> pl.DataFrame:
        kept = self._table("layout")
        if kept.height or not self._raw_ties.height:
            return kept
        tables = {"ties": self._raw_ties, "groups": self._groups, "members": self._members}
        return run_layout({**tables, "parts": self._table("parts")}, int(self.run["seed"]))

    @cached_property
    def _evidence(self) -> pl.DataFrame:
        return self._table("post_pairs")

    @cached_property
    def _raw_ties(self) -> pl.DataFrame:
        ties = self._table("ties").sort("q", pl.col("observed") * -1, "trace", "window_s", "account_a", "account_b")
        return with_labels(ties, self._groups, self._table("combined"))

    @cached_property
    def _ties(self) -> pl.DataFrame:
        return self.known.with_codes(self._raw_ties)

    def _once(self, key: tuple[str, str | None], made: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """A table that takes a while, kept for the groups looked at last."""
        if key not in self._kept:
            while len(self._kept) >= TABLES_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = made()
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[tuple[str, str | None], pl.DataFrame]:
        return {}


def as_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """A frame for notebooks: Arrow types, and plain strings instead of large ones.

    Examples
    --------
    >>> as_pandas(pl.DataFrame({"account": ["x:1"]})).dtypes["account"]
    string[pyarrow]
    """
    table = frame.to_arrow()
    plain = [
        f.with_type(pa.string()) if pa.types.is_large_string(f.type) or pa.types.is_string_view(f.type) else f
        for f in table.schema
    ]
    return to_pandas(table.cast(pa.schema(plain)))
