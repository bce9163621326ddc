"""Groups without the accounts that only a comparison knows, unless they are tied to an account of the case.

Ties and groups are found among all accounts, so that a crowd is seen as the crowd it is. Then the ties between two accounts of
the comparison leave, and with them whoever has no other tie.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.groups.merge import Group, Whole, inside
from graph.pairing.arrays import Mask
from graph.ties.table import TiedLayer
from graph.ties.validation import ValidatedLayer


@dataclass(frozen=True)
class Unshown:
    """Numbers of what stands among accounts of the comparison only: pairs of accounts that are tied, and groups."""

    ties: int = 0
    groups: int = 0

    def sentences(self) -> list[str]:
        """Sentences for the run's notes.

        Examples
        --------
        >>> Unshown(412, 1).sentences()
        ['412 ties among comparison accounts are not shown.', '1 group of comparison accounts only is not shown.']
        """
        ties = f"{self.ties:,} {'tie' if self.ties == 1 else 'ties'} among comparison accounts"
        groups = f"{self.groups:,} {'group' if self.groups == 1 else 'groups'} of comparison accounts only"
        return [
            f"{words} {'is' if number == 1 else 'are'} not shown."
            for number, words in ((self.ties, ties), (self.groups, groups))
            if number
        ]


def among(validated: ValidatedLayer, others: Set[str]) -> Mask:
    """Mask of a layer's pairs of which both accounts are of the comparison."""
    pairs = validated.layer.pairs
    known = pa.array(sorted(others), pa.string())
    other = pc.is_in(validated.layer.actions.accounts, value_set=known).to_numpy(zero_copy_only=False)
    return np.asarray(other[pairs.a] & other[pairs.b], bool)


def without_pairs(table: pl.DataFrame, others: Set[str]) -> pl.DataFrame:
    """Rows of ``account_a`` and ``account_b`` of which at least one is of the case.

    Examples
    --------
    >>> pairs = pl.DataFrame({"account_a": ["x:1", "x:2"], "account_b": ["x:2", "x:3"]})
    >>> without_pairs(pairs, {"x:2", "x:3"}).rows()
    [('x:1', 'x:2')]
    """
    if not table.width or not others:
        return table
    named = pl.Series(sorted(others), dtype=pl.String).implode()
    return table.filter(~(pl.col("account_a").is_in(named) & pl.col("account_b").is_in(named)))


def shown(layers: Sequence[TiedLayer], others: Set[str]) -> tuple[list[TiedLayer], int]:
    """Layers without the ties between two accounts of the comparison, and how many pairs of accounts those were."""
    left = set[tuple[str, str]]()
    kept = []
    for one in layers:
        ties = without_pairs(one.ties, others)
        gone = one.ties.join(ties.select("account_a", "account_b"), on=["account_a", "account_b"], how="anti")
        left |= {(a, b) for a, b in gone.select("account_a", "account_b").iter_rows()}
        hidden = among(one.validated, others)
        validated = replace(one.validated, stands=one.validated.stands & ~hidden, hidden=hidden & one.validated.stands)
        kept.append(TiedLayer(validated, ties, without_pairs(one.evidence, others)))
    return kept, len(left)


def of_case(
    groups: Sequence[Group], layers: Sequence[TiedLayer], others: Set[str], least: int
) -> tuple[list[Group], int]:
    """Groups that hold accounts of the case, and how many were of the comparison only.

    A group that only the comparison's ties held together is shown as its parts of at least so many accounts.

    Parameters
    ----------
    layers : sequence of TiedLayer
        As ``shown`` gives them.
    least : int
        Accounts that make a group.
    """
    kept, left = list[Group](), 0
    for group in groups:
        if others.isdisjoint(group.members):
            kept.append(group)
            continue
        left += others >= set(group.members)
        parts = nx.connected_components(_network(group, layers, others))
        kept += [replace(group, members=tuple(sorted(part))) for part in parts if len(part) >= least]
    return _with_wholes(kept, others), left


def _with_wholes(groups: Sequence[Group], others: Set[str]) -> list[Group]:
    """Parts of large sets, each set with its accounts of the case and those of the comparison that a part still lists."""
    listed: dict[Whole, set[str]] = {}
    for group in groups:
        if group.whole:
            listed.setdefault(group.whole, set()).update(group.members)
    wholes = {
        whole: replace(whole, members=tuple(uid for uid in whole.members if uid in names or uid not in others))
        for whole, names in listed.items()
    }
    return [replace(group, whole=wholes[group.whole]) if group.whole else group for group in groups]


def _network(group: Group, layers: Sequence[TiedLayer], others: Set[str]) -> nx.Graph:
    """The ties of a group that hold an account of the case."""
    network = nx.Graph()
    for number in group.layers:
        network.add_edges_from(inside(layers[number].ties, group.members).select("account_a", "account_b").iter_rows())
    there = set(group.members)
    held = group.tested.ties if group.tested else ()
    network.add_edges_from(pair for pair in held if there.issuperset(pair) and not others >= set(pair))
    return network
