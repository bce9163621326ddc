"""Backbones of weighted networks by the filters of the field: percentile, disparity, centrality.

None of them compares with chance: a percentile keeps edges of pure noise as well. They are here so that published rules can
be repeated, without known mistakes in widely copied code.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from graph.networks.projection import Weighted
from graph.pairing.arrays import Floats, Ints, Mask

ROUNDS, CLOSE = 500, 1e-12
_EQUAL = 1e-9


def from_quantile(values: Floats, quantile: float) -> Mask:
    """Mask of the values at or above their quantile (type 7).

    Examples
    --------
    >>> from_quantile(np.array([1.0, 2.0, 3.0]), 0.5).tolist()
    [False, True, True]
    """
    return at_least(values, float(np.quantile(values, quantile))) if len(values) else np.zeros(0, bool)


def at_least(values: Floats, limit: float) -> Mask:
    """Mask of the values that reach the limit; equal ones do whatever their last digit, so that all cosines of 1 are equal.

    Examples
    --------
    >>> at_least(np.array([0.1 + 0.2, 0.3, 0.29]), 0.30000000000000004).tolist()
    [True, True, False]
    """
    return values >= limit - abs(limit) * _EQUAL


def disparity(edges: Weighted, accounts: int) -> Floats:
    """Significance of each edge by the disparity filter, at the end where it is less likely.

    alpha = (1 - w / s) ** (k - 1) at each end with strength s and k > 1 neighbours, 1 at an end with one; an edge is judged by
    the smaller of both (the OR rule). Code passed on in the field keeps whichever end it visits last instead.
    Source: Serrano, Boguñá and Vespignani (2009), PNAS 106:6483.

    Examples
    --------
    >>> star = Weighted(np.array([0, 0, 0]), np.array([1, 2, 3]), np.array([8.0, 1.0, 1.0]))
    >>> disparity(star, 4).round(2).tolist()
    [0.04, 0.81, 0.81]
    """
    ends = np.concatenate([edges.a, edges.b])
    strength = np.bincount(ends, weights=np.tile(edges.weight, 2), minlength=accounts)
    degree = np.bincount(ends, minlength=accounts)
    sides = [
        np.where(degree[end] > 1, np.maximum(1 - edges.weight / strength[end], 0) ** (degree[end] - 1), 1.0)
        for end in (edges.a, edges.b)
    ]
    return np.minimum(*sides)


def centrality(edges: Weighted, accounts: int) -> Floats:
    """Eigenvector centrality by weight, in every component by itself.

    The leading vector of a component, its largest entry set to the component's leading value, so that a dense small component
    is not nothing beside a large one. In the usual form all but one component get 0 and are pruned away. 0 without an edge.

    Examples
    --------
    >>> two = Weighted(np.array([0, 0, 1, 3]), np.array([1, 2, 2, 4]), np.array([1.0, 1.0, 1.0, 0.5]))
    >>> centrality(two, 6).round(3).tolist()
    [2.0, 2.0, 2.0, 0.5, 0.5, 0.0]
    """
    if not len(edges):
        return np.zeros(accounts)
    both = (np.concatenate([edges.a, edges.b]), np.concatenate([edges.b, edges.a]))
    network = csr_array((np.tile(edges.weight, 2), both), shape=(accounts, accounts))
    number, label = connected_components(network, directed=False)
    degree = np.bincount(both[0], minlength=accounts)
    value = (degree > 0).astype(float)
    shift = np.asarray(network.sum(axis=1)).ravel()[degree > 0].mean()  # keeps stars and pairs from swinging
    for _ in range(ROUNDS):
        after = network @ value + shift * value
        after /= np.maximum(_largest(after, label.astype(np.int64), number), np.finfo(float).tiny)[label]
        done = np.abs(after - value).max() < CLOSE
        value = after
        if done:
            break
    length = np.bincount(label, weights=value**2, minlength=number)
    leading = np.bincount(label, weights=value * (network @ value), minlength=number) / np.where(length > 0, length, 1)
    return value * leading[label]


def _largest(values: Floats, label: Ints, number: int) -> Floats:
    largest = np.zeros(number)
    np.maximum.at(largest, label, values)
    return largest


def least_density(a: Ints, b: Ints, accounts: int) -> float:
    """The smallest density among the components that edges make; 0 without an edge.

    Examples
    --------
    >>> least_density(np.array([0, 1, 3]), np.array([1, 2, 4]), 6)  # a path of three, and a pair
    0.6666666666666666
    """
    if not len(a):
        return 0.0
    network = csr_array((np.ones(len(a)), (a, b)), shape=(accounts, accounts))
    number, label = connected_components(network, directed=False)
    size = np.bincount(label, minlength=number)
    inside = np.bincount(label[a], minlength=number)
    real = inside > 0
    return float((2 * inside[real] / (size[real] * (size[real] - 1))).min())
