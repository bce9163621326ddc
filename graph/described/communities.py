"""Communities of described ties, gathered as the method's paper does it. Described, not tested: never called groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np

from graph.groups.communities import Community
from graph.groups.communities import communities as consensus
from graph.presets.base import Gathers

SMALLEST = 3  # accounts of a community
SEEDS, FEW_SEEDS, MANY_TIES = 10, 3, 50_000  # runs of Louvain's method, and from how many ties on fewer

Edge = tuple[str, str, float]


def gathered(
    layers: Mapping[str, Sequence[Edge]], how: Gathers, seed: int = 7, seeds: int | None = None
) -> list[Community]:
    """Communities of three accounts or more, largest first.

    Parameters
    ----------
    layers : mapping of str to sequence of (account, account, weight)
        Ties by layer.
    how : str
        See ``graph.presets.base.Gathers``.
    seeds : int, optional
        Runs of Louvain's method whose consensus is taken: 10, or 3 where there are very many ties. Papers run it once.

    Examples
    --------
    >>> chain = [("a", "b", 1.0), ("b", "c", 1.0), ("d", "e", 1.0)]
    >>> [part.members for part in gathered({"link": chain}, "components")]
    [('a', 'b', 'c')]
    """
    found = {"components": _components, "louvain": _louvain, "multiplex": _multiplex}[how](layers, seed, seeds)
    kept = [part for part in found if len(part.members) >= SMALLEST]
    return sorted(kept, key=lambda part: (-len(part.members), part.members))


def _once(layers: Mapping[str, Sequence[Edge]]) -> list[Edge]:
    """Every two accounts once, with their largest weight."""
    most: dict[tuple[str, str], float] = {}
    for edges in layers.values():
        for a, b, weight in edges:
            most[a, b] = max(weight, most.get((a, b), 0.0))
    return [(a, b, weight) for (a, b), weight in sorted(most.items())]


def _components(layers: Mapping[str, Sequence[Edge]], seed: int, seeds: int | None) -> list[Community]:
    network = nx.Graph()
    network.add_edges_from((a, b) for a, b, _ in _once(layers))
    return [Community(tuple(sorted(part)), dict.fromkeys(part, 1.0)) for part in nx.connected_components(network)]


def _louvain(layers: Mapping[str, Sequence[Edge]], seed: int, seeds: int | None) -> list[Community]:
    ties = _once(layers)
    runs = seeds or (SEEDS if len(ties) <= MANY_TIES else FEW_SEEDS)
    return consensus(ties, seed=seed, seeds=runs, method="louvain") if ties else []


def _multiplex(layers: Mapping[str, Sequence[Edge]], seed: int, seeds: int | None) -> list[Community]:
    part = multiplex_louvain(layers, seed)
    held: dict[int, list[str]] = defaultdict(list)
    for account, number in sorted(part.items()):
        held[number].append(account)
    return [Community(tuple(members), dict.fromkeys(members, 1.0)) for members in held.values()]


def multiplex_louvain(layers: Mapping[str, Sequence[Edge]], seed: int = 7) -> dict[str, int]:
    """One partition of the accounts of several layers, by the sum of the layers' modularities.

    Each layer is compared with its own chance: the weight that two accounts would have if each kept its strength there.
    Source: Mucha and others (2010), Science 328:876, with every account in one community; moves as in Blondel and others (2008).

    Examples
    --------
    >>> from itertools import combinations
    >>> teams = [[(a, b, 1.0) for a, b in combinations(team, 2)] for team in ("abc", "def")]
    >>> found = multiplex_louvain({"link": teams[0] + teams[1] + [("c", "d", 0.2)], "text": teams[1]})
    >>> sorted("".join(a for a in sorted(found) if found[a] == number) for number in set(found.values()))
    ['abc', 'def']
    """
    names = sorted({account for edges in layers.values() for a, b, _ in edges for account in (a, b)})
    place = {account: number for number, account in enumerate(names)}
    near: list[dict[int, float]] = [{} for _ in names]
    strength = np.zeros((len(names), len(layers)))
    for layer, edges in enumerate(layers.values()):
        for a, b, weight in edges:
            one, two = place[a], place[b]
            near[one][two] = near[one].get(two, 0.0) + weight
            near[two][one] = near[two].get(one, 0.0) + weight
            strength[one, layer] += weight
            strength[two, layer] += weight
    total = np.maximum(strength.sum(axis=0), 1e-12)
    held = np.arange(len(names))
    draw = np.random.default_rng(seed)
    while True:
        part = _moved(near, strength, total, draw)
        held = part[held]
        if len(set(part.tolist())) == len(near):
            return {account: int(held[place[account]]) for account in names}
        near, strength = _joined(near, strength, part)


def _moved(
    near: list[dict[int, float]], strength: np.ndarray, total: np.ndarray, draw: np.random.Generator
) -> np.ndarray:
    """Communities, numbered from 0, after moving each node to where it gains most until none gains."""
    part, inside = np.arange(len(near)), strength.copy()
    moving = True
    while moving:
        moving = False
        for node in draw.permutation(len(near)).tolist():
            home = int(part[node])
            inside[home] -= strength[node]
            pull: dict[int, float] = {home: 0.0}
            for other, weight in near[node].items():
                if other != node:
                    there = int(part[other])
                    pull[there] = pull.get(there, 0.0) + weight
            gain = {one: weight - float((strength[node] * inside[one] / total).sum()) for one, weight in pull.items()}
            best = max(gain, key=lambda one: (gain[one], one == home, -one))
            if gain[best] <= gain[home] + 1e-12:
                best = home
            moving |= best != home
            part[node] = best
            inside[best] += strength[node]
    return np.unique(part, return_inverse=True)[1]


def _joined(
    near: list[dict[int, float]], strength: np.ndarray, part: np.ndarray
) -> tuple[list[dict[int, float]], np.ndarray]:
    """The network whose nodes are the communities."""
    size = int(part.max()) + 1
    new: list[dict[int, float]] = [{} for _ in range(size)]
    summed = np.zeros((size, strength.shape[1]))
    np.add.at(summed, part, strength)
    for node, others in enumerate(near):
        for other, weight in others.items():
            one, two = int(part[node]), int(part[other])
            if one != two:
                new[one][two] = new[one].get(two, 0.0) + weight
    return new, summed
