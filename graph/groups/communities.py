"""Communities of large groups: the parts that stay together over many random seeds.

One run of any method is one of many possible results. So Leiden's method runs from many seeds; accounts that share a
community in half of the runs or more stay together; each account has the share of runs that put it there. Modularity is
high by chance where ties are few (Guimerà and others 2004, Physical Review E 70:025101), so parts count as found only when
theirs is above that of the same network rewired: each account keeps its number of ties, the weights are shuffled. Where
Leiden's finds none, labels are propagated; parts are asked again until none has parts of its own.
Sources: Traag, Waltman and van Eck (2019), Scientific Reports 9:5233, as in graspologic-native; fast label propagation of Traag
and Šubelj (2023), Scientific Reports 13:2701, as in NetworkX; consensus after Lancichinetti and Fortunato (2012), Scientific
Reports 2:336. Louvain's method (Blondel and others 2008, Journal of Statistical Mechanics P10008) is there for the papers that
use it; Infomap (GPL, optional) can take their place. How they were chosen: README of the package ``graph``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import networkx as nx
import numpy as np
from graspologic_native import leiden

from ingest.errors import UsageError, did_you_mean

SEEDS = 20
REWIRED = 19  # networks that parts are held against: by chance the data is the clearest of twenty in 1 of 20
TOGETHER = 0.5  # part of the seeds in which two accounts must share a community

Partition = dict[str, int]


@dataclass(frozen=True)
class Community:
    """Accounts of one community, and how surely each belongs to it.

    Attributes
    ----------
    members : tuple of str
        Sorted.
    share : dict of str to float
        Part of the seeds that put the account with most of these members.
    """

    members: tuple[str, ...]
    share: dict[str, float]


def communities(
    ties: Iterable[tuple[str, str, float]],
    seed: int = 7,
    seeds: int = SEEDS,
    together: float = TOGETHER,
    method: str = "label_propagation",
) -> list[Community]:
    """Consensus communities of a network of ties.

    Parameters
    ----------
    ties : iterable of (account, account, weight)
        Such as pairs with their number of objects.
    seed : int
    seeds : int
        Runs of the method.
    together : float
        Part of the runs in which two tied accounts must share a community to stay together.
    method : str
        A name of ``METHODS``. It is never chosen by what is installed, so that a run can be repeated elsewhere.

    Returns
    -------
    list of Community
        Largest first; one of a single account is an account that belongs nowhere.

    Raises
    ------
    UsageError
        If the method is unknown or not installed.

    Examples
    --------
    >>> ring = [("a", "b", 3), ("b", "c", 3), ("a", "c", 3), ("c", "d", 1), ("d", "e", 3), ("e", "f", 3), ("d", "f", 3)]
    >>> [(part.members, part.share["c" if "c" in part.members else "d"]) for part in communities(ring)]
    [(('a', 'b', 'c'), 1.0), (('d', 'e', 'f'), 1.0)]
    """
    network = _network(ties)
    runs = _runs(network, method, seed, seeds)
    return [_community(part, runs) for part in _consensus(network, runs, together)]


def split(
    ties: Iterable[tuple[str, str, float]],
    smallest: int,
    seed: int = 7,
    methods: Sequence[str] = ("leiden", "label_propagation"),
) -> list[Community]:
    """Consensus communities with nobody left over: an account of no community joins the one it has most ties to.

    Parameters
    ----------
    smallest : int
        Accounts from which a community stands by itself.
    seed : int
    methods : sequence of str
        Names of ``METHODS``; the next is asked where one finds no parts. Parts are asked again until none has parts of its own:
        one round of such a method merges small groups of a large network (Fortunato and Barthélemy 2007, PNAS 104:36).

    Returns
    -------
    list of Community
        Largest first; a single one when no method finds parts, none without ties.

    Examples
    --------
    >>> from itertools import combinations
    >>> teams = [[*combinations(team, 2)] for team in ("abcde", "fghij", "klmno")]
    >>> ties = [(one, two, 3.0) for team in teams for one, two in team] + [("e", "f", 1.0), ("j", "k", 1.0), ("c", "z", 1.0)]
    >>> ["".join(part.members) for part in split(ties, 3)]
    ['abcdez', 'fghij', 'klmno']
    >>> ["".join(part.members) for part in split([(one, two, 1.0) for one, two in combinations("abcdef", 2)], 3)]
    ['abcdef']
    """
    network = _network(ties)
    if not network:
        return []
    found = next(filter(None, (_parts(network, method, smallest, seed) for method in methods)), None)
    if found is None:
        return [Community(tuple(sorted(network)), dict.fromkeys(network, 1.0))]
    made = [part for one in found for part in _again(network, one, smallest, seed, methods)]
    return sorted(made, key=lambda part: (-len(part.members), part.members))


def _again(network: Any, one: Community, smallest: int, seed: int, methods: Sequence[str]) -> list[Community]:
    """Parts of a community, or itself where it has none; each account with its share in both rounds."""
    parts = split(network.subgraph(one.members).edges(data="weight"), smallest, seed, methods)
    if len(parts) < 2:
        return [one]
    return [replace(part, share={a: part.share[a] * one.share[a] for a in part.members}) for part in parts]


def _parts(network: Any, method: str, smallest: int, seed: int) -> list[Community] | None:
    """Two or more communities beyond those of rewired networks, nobody left over; None where there are none."""
    runs = _runs(network, method, seed, SEEDS)
    parts = _consensus(network, runs, TOGETHER)
    whole = [set(part) for part in parts if len(part) >= smallest]
    if len(whole) < 2:
        return None
    core = [sorted(part) for part in whole]
    _gather(network, whole, {account for part in parts if len(part) < smallest for account in part})
    if nx.community.modularity(network, whole) <= _by_chance(network, seed):
        return None
    return [_community(sorted(part), runs, middle) for part, middle in zip(whole, core, strict=True)]


def _by_chance(network: Any, seed: int) -> float:
    """The highest modularity that Leiden's method finds in the network rewired so many times."""
    rewired = (_edges(_rewired(network, seed + number)) for number in range(REWIRED))
    return max([0.0, *(leiden(edges, seed=seed)[0] for edges in rewired if edges)])


def _rewired(network: Any, seed: int) -> Any:
    """Network whose accounts have as many ties to anybody, weights shuffled; loops and doubles fall together.

    Source: the configuration model (Molloy and Reed 1995, Random Structures and Algorithms 6:161).
    """
    draw = np.random.default_rng(seed)
    ends = np.array([node for node, degree in network.degree for _ in range(degree)])
    weights = draw.permutation([weight for *_, weight in network.edges(data="weight")])
    other = nx.Graph()
    other.add_nodes_from(network)
    for (a, b), weight in zip(draw.permutation(ends).reshape(-1, 2).tolist(), weights.tolist(), strict=True):
        if a != b:
            other.add_edge(a, b, weight=weight)
    return other


def _gather(network: Any, whole: list[set[str]], loose: set[str]) -> None:
    """Put loose accounts to the parts, ring by ring, so that each is asked once; whom nothing ties joins the largest."""
    place = {account: number for number, part in enumerate(whole) for account in part}
    ring = {account for account in loose if any(other in place for other in network[account])}
    while loose:
        there = {account: _strongest(network, account, place) for account in ring or loose}
        for account, number in there.items():
            whole[number].add(account)
        place |= there
        loose -= set(there)
        ring = {other for account in there for other in network[account] if other in loose}


def _strongest(network: Any, account: str, place: Mapping[str, int]) -> int:
    """The part an account has most ties to, the first of several."""
    pull: Counter[int] = Counter()
    for other, tie in network[account].items():
        if other in place:
            pull[place[other]] += tie["weight"]
    return min(pull, key=lambda number: (-pull[number], number), default=0)


def _network(ties: Iterable[tuple[str, str, float]]) -> Any:
    network = nx.Graph()
    network.add_weighted_edges_from(sorted((min(a, b), max(a, b), weight) for a, b, weight in ties))
    return network


def _runs(network: Any, method: str, seed: int, seeds: int) -> list[Partition]:
    if method not in METHODS:
        raise UsageError(f"There is no way to split called {method!r}.", hint=did_you_mean(method, list(METHODS)))
    return [METHODS[method](network, seed + number) for number in range(seeds)]


def _consensus(network: Any, runs: list[Partition], together: float) -> list[list[str]]:
    """Accounts that tied accounts of enough runs hold together, largest first."""
    held = nx.Graph()
    held.add_nodes_from(network)
    for a, b in network.edges:
        if sum(run[a] == run[b] for run in runs) >= together * len(runs):
            held.add_edge(a, b)
    return sorted((sorted(part) for part in nx.connected_components(held)), key=lambda part: (-len(part), part))


def _community(members: list[str], runs: list[Partition], middle: list[str] | None = None) -> Community:
    """Community with the share of runs that put each member where most members, or most of its core, were."""
    hits: Counter[str] = Counter()
    for run in runs:
        most = Counter(run[account] for account in middle or members).most_common(1)[0][0]
        hits.update(account for account in members if run[account] == most)
    return Community(tuple(members), {account: hits[account] / len(runs) for account in members})


def stability(parts: Iterable[Community]) -> float:
    """Mean share over all accounts: 1 when every seed gave the same communities.

    Examples
    --------
    >>> stability([Community(("a", "b"), {"a": 1.0, "b": 0.5})])
    0.75
    """
    shares = [share for part in parts for share in part.share.values()]
    return sum(shares) / len(shares) if shares else 1.0


def _label_propagation(network: Any, seed: int) -> Partition:
    found = nx.community.fast_label_propagation_communities(network, weight="weight", seed=seed)
    return {account: number for number, part in enumerate(found) for account in part}


def _infomap(network: Any, seed: int) -> Partition:
    try:
        library = import_module("infomap")
    except ModuleNotFoundError as error:
        raise UsageError("Infomap is not installed.", hint="pip install infomap (its licence is GPL).") from error
    search = library.Infomap(two_level=True, silent=True, seed=seed)
    names = search.add_networkx_graph(network, weight="weight")
    search.run()
    return {names[node]: module for node, module in search.modules}


def _edges(network: Any) -> list[tuple[str, str, float]]:
    return [(a, b, float(weight)) for a, b, weight in network.edges(data="weight")]


def _leiden(network: Any, seed: int) -> Partition:
    """Communities by modularity; an account without a tie is one of its own."""
    edges = _edges(network)
    found: Partition = leiden(edges, seed=seed)[1] if edges else {}
    alone = sorted(set(network) - set(found))
    return found | {account: len(found) + number for number, account in enumerate(alone)}


def _louvain(network: Any, seed: int) -> Partition:
    turned: Any = nx.Graph()  # of two communities as near, the one whose tie comes first is taken
    turned.add_nodes_from(np.random.default_rng(seed).permutation(list(network)).tolist())
    turned.add_weighted_edges_from(network.edges(data="weight"))
    found = nx.community.louvain_communities(turned, weight="weight", seed=seed)
    return {account: number for number, part in enumerate(found) for account in part}


METHODS: dict[str, Callable[[Any, int], Partition]] = {
    "leiden": _leiden,
    "louvain": _louvain,
    "label_propagation": _label_propagation,
    "infomap": _infomap,
}
