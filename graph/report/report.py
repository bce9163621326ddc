"""A finished run as tables for people: pages, briefings, exports and notebooks all read it here.

Accounts are addressed by uid and shown by code (``A-104``). Addresses and texts come as the data has them: whoever shows
them defangs and escapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl

from graph.networks.tie_network import NOWHERE, as_network, places
from graph.report.groups import GroupTables
from graph.report.run import as_pandas
from graph.report.ties import TieTables

if TYPE_CHECKING:
    import networkx as nx


class Report(GroupTables, TieTables):
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
    their evidence in ``graph.report.ties``; here accounts, posts and the network.

    """

    def power(self) -> pd.DataFrame:
        """What artificial groups planted in these data would have been found: see ``graph.runs.power``; empty where it was not tried."""
        from graph.runs.power import kept_power

        return as_pandas(kept_power(self.store, self.run_id))

    def account(self, uid: str) -> dict[str, Any]:
        """One account as the case knows it: see ``graph.report.entities.Entities.account``."""
        return self.known.account(uid)

    def accounts(self, uids: Sequence[str]) -> pd.DataFrame:
        """``account_uid``, ``code`` (A-n), ``platform``, ``handle``, ``display_name``, ``native_id`` of these accounts."""
        return as_pandas(self.known.accounts(pl.Series(list(uids), dtype=pl.String)))

    def post(self, uid: str) -> dict[str, Any]:
        """One post as the case has it: see ``graph.report.entities.Entities.post``."""
        return self.known.post(uid)

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
        """
        ties = self._ties.filter(pl.col("group_id") == group_id) if group_id else self._ties
        accounts = self.known.accounts(pl.concat([ties["account_a"], ties["account_b"]]))
        known = {row.pop("account_uid"): row for row in accounts.to_dicts()}
        held = places(self._members, self._groups)
        nodes = {uid: {**row, **held.get(uid, NOWHERE)} for uid, row in known.items()}
        return as_network(ties, self._evidence, nodes, combined)
