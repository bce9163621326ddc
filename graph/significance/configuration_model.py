"""Configuration model (test A): meetings that two accounts would have from how many objects each acts on.

Poisson approximation of the bipartite configuration model. Source: Chung and Lu (2002), Annals of Combinatorics 6:125.
"""

from __future__ import annotations

import numpy as np

from graph.pairing.arrays import Floats
from graph.pairing.pairs import Pairs
from graph.significance.bipartite import Incidence
from graph.significance.poisson import poisson_tail


def expected_a(pairs: Pairs, incidence: Incidence) -> Floats:
    """Expected meetings of each pair by test A: 2 M k_i k_j / E^2, with M meetings, k objects of an account, E their sum.

    Examples
    --------
    >>> from graph.pairing.actions import Actions
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.toy_data import three_friends
    >>> actions = Actions.from_table(three_friends())
    >>> expected_a(LocalEngine().pairs(actions, 60), Incidence.of(actions)).round(4).tolist()  # 2 * 3 * 3 * 3 / 81
    [0.6667]
    """
    total = float(incidence.breadth.sum())
    breadth = incidence.breadth.astype(float)
    return 2.0 * pairs.meetings * breadth[pairs.a] * breadth[pairs.b] / max(total, 1.0) ** 2


def chance_count(incidence: Incidence, meetings: int, minimum: int) -> float:
    """Number of pairs of accounts that test A expects to meet at least ``minimum`` times.

    Only the number of objects per account matters, so pairs are counted by classes of accounts of equal breadth;
    accounts with fewer objects than that cannot.
    """
    scale = 2.0 * meetings / max(float(incidence.breadth.sum()), 1.0) ** 2
    breadth, number = np.unique(incidence.breadth[incidence.breadth >= minimum], return_counts=True)
    total = 0.0
    for k, n in zip(breadth.tolist(), number.tolist(), strict=True):
        chance = poisson_tail(np.full(len(breadth), minimum), scale * k * breadth.astype(float))
        total += n * float((number * chance).sum()) - n * float(chance[breadth == k][0])
    return total / 2
