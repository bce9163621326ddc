"""Candidates for groups: weak ties that repeat inside a small set of accounts, under one labelling of the actions.

The steps: weak ties by test A; tight clusters among them; accounts that met half of a cluster join it; test B with the
cluster's own meetings left out of the expected number; ties in triangles; components of four or more accounts, half of whom
met on each of three or more objects. The search is the same for the data and for shuffled data.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.special import gammaincinv

from graph.groups.outside_rates import OutsideRates, outside_rates
from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats, Ints, Mask
from graph.pairing.pair_list import BLOCK, Listed
from graph.pairing.pairs import Pairs
from graph.settings import Settings
from graph.significance.bipartite import Incidence
from graph.significance.configuration_model import expected_a
from graph.significance.poisson import poisson_tail
from graph.significance.timing_model import test_b
from graph.ties.validation import SET

T = TypeVar("T")

WEAK_P = 1e-4  # test A, for a weak tie
CLUSTER_P = 1e-3  # test B, with the own cluster left out
TIGHT = 0.5  # part of their contacts that two ends of a tie must have in common
JOINED = 0.5  # part of a cluster's accounts that somebody must have met, twice each, to be left out with it
FEWEST = 5  # ties of four accounts of which each is in a triangle
OBJECTS = (
    3  # objects that half of a candidate met on: two popular ones bring unrelated accounts together within two minutes
)
ROWS = 8_000_000  # of 64 bits, for the contacts of every account

OVERLAP = 0.5  # part of the smaller set from which two sets of accounts are one

Members = frozenset[int]


def overlaps(one: Set[T], two: Set[T]) -> bool:
    """True if two sets share at least half of the smaller one.

    Examples
    --------
    >>> overlaps({"x:1", "x:2"}, {"x:2", "x:3", "x:4"}), overlaps({"x:1", "x:2", "x:3"}, {"x:3", "x:4", "x:5"})
    (True, False)
    """
    return len(one & two) >= OVERLAP * min(len(one), len(two))


@dataclass(frozen=True)
class Candidate:
    """Accounts that weak ties hold together, whether by chance or not.

    Attributes
    ----------
    members : frozenset of int
        Positions in the layer's accounts.
    ties : int array of shape (ties, 2)
        Positions of both accounts, a < b.
    strength : float
        S: the sum over the ties of -log10 of the larger p.
    expected : float array of shape (ties,)
        By test B.
    """

    members: Members
    ties: Ints
    strength: float
    expected: Floats


@dataclass(frozen=True)
class Search:
    """Result of the search under one labelling of the actions.

    Attributes
    ----------
    label : int array of shape (accounts,)
        Cluster of each account, -1 for none; crowds are not clusters.
    """

    candidates: list[Candidate]
    crowds: list[Members]
    label: Ints
    pairs: Pairs


def find_candidates(actions: Actions, incidence: Incidence, listed: Listed, settings: Settings) -> Search:
    """Candidates for groups, crowds and clusters.

    Parameters
    ----------
    incidence : Incidence
        Of these actions.
    listed : Listed
        Their pairs within the window.

    Source: methods of Pacheco et al. (2021) and Weber and Neumann (2021) for groups out of weak ties; the rest is ours.
    """
    pairs = listed.pairs(actions)
    size = len(actions.accounts)
    expected = expected_a(pairs, incidence)
    below = expected <= gammaincinv(np.arange(1.0, pairs.observed.max(initial=1) + 1), WEAK_P)[pairs.observed - 1]
    weak, p_a = pairs.where(below), poisson_tail(pairs.observed[below], expected[below])
    tight = _tight(weak, size)
    label, crowds = _clusters(weak.a[tight], weak.b[tight], size, settings.crowd_min)
    label = _joined(label, pairs)
    inside = (label[weak.a] >= 0) & (label[weak.a] == label[weak.b])
    ties, p_a = weak.where(inside), p_a[inside]
    asked = _enough(label, ties)
    ties, p_a = ties.where(asked[ties.a] >= 0), p_a[asked[ties.a] >= 0]
    found = test_b(
        ties, incidence, audience(actions, incidence, listed, asked, pairs, settings), asked, 0, settings.outside_pairs
    )
    p = np.maximum(p_a, found.p)
    kept = found.p <= CLUSTER_P
    candidates = _candidates(ties.where(kept), p[kept], found.expected[kept], size)
    return Search(candidates, crowds, label, pairs)


def stands(ties: Pairs, p: Floats, expected: Floats, members: Members, size: int) -> bool:
    """True if ties with these p in the place of test B's still hold half of a candidate's accounts together as one."""
    kept = p <= CLUSTER_P
    return any(overlaps(one.members, members) for one in _candidates(ties.where(kept), p[kept], expected[kept], size))


def audience(
    actions: Actions, incidence: Incidence, listed: Listed, label: Ints, pairs: Pairs, settings: Settings
) -> OutsideRates:
    """Rates of objects among accounts outside each cluster."""
    return outside_rates(listed.blocks(), actions, incidence, pairs.rapid, label, settings.shrink_pairs)


def _enough(label: Ints, ties: Pairs) -> Ints:
    """The clusters with as many ties as the smallest candidate needs; the others cannot hold one, so nothing is asked of them."""
    number = np.bincount(label[ties.a], minlength=int(label.max(initial=-1)) + 1)
    return np.where(np.append(number >= FEWEST, False)[label], label, -1)


def _contacts(a: Ints, b: Ints, size: int) -> csr_array:
    ones = np.ones(2 * len(a), np.int32)
    matrix = coo_array((ones, (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(size, size)).tocsr()
    return matrix


def _common(a: Ints, b: Ints, size: int) -> tuple[Ints, Ints]:
    """Contacts two ends of each tie have in common, and how many each account has."""
    degree = np.bincount(a, minlength=size) + np.bincount(b, minlength=size)
    tied = np.flatnonzero(degree)
    words = len(tied) // 64 + 1
    if len(a) * words > float((degree.astype(float) ** 2).sum()) or len(tied) * words > ROWS:
        matrix = _contacts(a, b, size)
        return np.asarray((matrix @ matrix).tocsr()[a, b]).ravel().astype(np.int64), degree
    place = np.cumsum(degree > 0) - 1  # many ties between few accounts: a bit for each contact
    one, two = place[a], place[b]
    bits = np.zeros((len(tied), words), np.uint64)
    for row, contact in ((one, two), (two, one)):
        np.bitwise_or.at(bits, (row, contact >> 6), np.uint64(1) << (contact & 63).astype(np.uint64))
    common = np.zeros(len(a), np.int64)
    step = max(1, BLOCK // words)
    for first in range(0, len(a), step):
        some = slice(first, first + step)
        common[some] = np.bitwise_count(bits[one[some]] & bits[two[some]]).sum(axis=1, dtype=np.int64)
    return common, degree


def _tight(weak: Pairs, size: int) -> Mask:
    """Ties whose ends have most of their contacts, themselves included, in common."""
    common, degree = _common(weak.a, weak.b, size)
    own = np.sqrt((degree[weak.a] + 1.0) * (degree[weak.b] + 1.0))
    return (common >= 1) & ((common + 2) / own >= TIGHT)


def _clusters(a: Ints, b: Ints, size: int, crowd_min: int) -> tuple[Ints, list[Members]]:
    """Components as a label per account; those over ``crowd_min`` accounts apart."""
    label = np.full(size, -1, np.int64)
    crowds: list[Members] = []
    number = 0
    for members in _components(a, b, size):
        if len(members) > crowd_min:
            crowds.append(frozenset(members.tolist()))
        else:
            label[members] = number
            number += 1
    return label, crowds


def _joined(label: Ints, pairs: Pairs) -> Ints:
    """Clusters with the accounts that met half of their members or more, on at least two objects each.

    A member whose own ties are too weak would otherwise be an outsider, and its meetings with the group would raise the rate
    of outsiders; so would those of a slightly slower member of a fast audience.
    """
    number = int(label.max(initial=-1)) + 1
    one, two = np.concatenate([pairs.a, pairs.b]), np.concatenate([pairs.b, pairs.a])
    near = (label[one] < 0) & (label[two] >= 0)
    key, met = np.unique(one[near] * max(number, 1) + label[two[near]], return_counts=True)
    account, cluster = np.divmod(key, max(number, 1))
    part = met / np.bincount(label[label >= 0], minlength=number)[cluster]
    enough = np.flatnonzero((part >= JOINED) & (met >= 2))
    enough = enough[np.lexsort((cluster[enough], part[enough]))]  # the last one written is the cluster it met most of
    grown = label.copy()
    grown[account[enough]] = cluster[enough]
    return grown


def _components(a: Ints, b: Ints, size: int) -> list[Ints]:
    """Members of each component of two or more accounts, by smallest member."""
    if not len(a):
        return []
    _, part = connected_components(_contacts(a, b, size), directed=False)
    tied = np.unique(np.concatenate([a, b]))
    order = np.argsort(part[tied], kind="stable")
    cuts = np.flatnonzero(np.diff(part[tied][order])) + 1
    return sorted(np.split(tied[order], cuts), key=lambda members: int(members[0]))


def _candidates(ties: Pairs, p: Floats, expected: Floats, size: int) -> list[Candidate]:
    """Ties in a triangle, as components of four or more accounts, half of whom met on each of three or more objects."""
    common, _ = _common(ties.a, ties.b, size)
    ties, p, expected = ties.where(common > 0), p[common > 0], expected[common > 0]
    found = []
    for members in _components(ties.a, ties.b, size):
        own = np.isin(ties.a, members)
        if len(members) >= SET and _wide_objects(ties.where(own), len(members) / 2) >= OBJECTS:
            strength = float(-np.log10(np.clip(p[own], 1e-300, 1.0)).sum())
            both = np.column_stack([ties.a[own], ties.b[own]])
            found.append(Candidate(frozenset(members.tolist()), both, strength, expected[own]))
    return found


def _wide_objects(ties: Pairs, least: float) -> int:
    """Objects on which at least so many accounts met."""
    ends = np.concatenate([np.repeat(ties.a, ties.observed), np.repeat(ties.b, ties.observed)])
    width = int(ends.max(initial=0)) + 1
    there = np.unique(np.tile(ties.met_object, 2) * width + ends)
    _, accounts = np.unique(there // width, return_counts=True)
    return int((accounts >= least).sum())
