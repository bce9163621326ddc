"""Communities of large groups: the parts that stay together over many random seeds.

Coordinated groups are many and small. Methods that maximise modularity merge them (resolution limit), and one run of any
method is one of many possible results. So labels are propagated from many seeds; accounts that share a community in half of
the runs or more stay together; each account has the share of runs that put it there.
Source: fast label propagation of Traag and Šubelj (2023), Scientific Reports 13:2701, as in NetworkX; consensus after
Lancichinetti and Fortunato (2012), Scientific Reports 2:336. Infomap (GPL, optional) can take its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import networkx as nx

from ingest.errors import UsageError, did_you_mean

SEEDS = 20
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
    ties: Iterable[tuple[str, str, float]], smallest: int, seed: int = 7, method: str = "label_propagation"
) -> list[Community]:
    """Consensus communities with nobody left over: an account of no community joins the one it has most ties to.

    Parameters
    ----------
    smallest : int
        Accounts from which a community stands by itself.

    Returns
    -------
    list of Community
        Largest first; a single one when there is nothing to split, none without ties.

    Examples
    --------
    >>> ring = [("a", "b", 3), ("b", "c", 3), ("a", "c", 3), ("d", "e", 3), ("e", "f", 3), ("d", "f", 3), ("c", "z", 1)]
    >>> [part.members for part in split([*ring, ("z", "y", 1)], 3)]
    [('a', 'b', 'c', 'y', 'z'), ('d', 'e', 'f')]
    """
    network = _network(ties)
    if not network:
        return []
    runs = _runs(network, method, seed, SEEDS)
    parts = _consensus(network, runs, TOGETHER)
    whole = [set(part) for part in parts if len(part) >= smallest]
    loose = {account for part in parts if len(part) < smallest for account in part}
    if not whole:
        return [_community(sorted(network), runs)]
    core = [sorted(part) for part in whole]
    _gather(network, whole, loose)
    found = [_community(sorted(part), runs, middle) for part, middle in zip(whole, core, strict=True)]
    return sorted(found, key=lambda part: (-len(part.members), part.members))


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


METHODS: dict[str, Callable[[Any, int], Partition]] = {"label_propagation": _label_propagation, "infomap": _infomap}
