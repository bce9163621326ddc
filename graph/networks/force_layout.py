"""Force-directed layout of a network: tied accounts pull together, all push apart, nobody covers anybody.

The forces are those of ForceAtlas2 (Jacomy and others 2014, PLoS ONE 9:e98679), known from Gephi: pull grows with distance
and weight, push with the number of ties of both. Steps get shorter from round to round (Fruchterman and Reingold 1991,
Software: Practice and Experience 21:1129). Above ``EXACT`` accounts the far ones push as cells of a grid. Everything is drawn
from the seed and added up in one order, so equal input gives equal places.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 120
EXACT = 700  # accounts up to which everybody pushes everybody
ROUNDS_FAR = 70  # above EXACT
LARGEST = 10_000  # accounts above which no force is worked out: a spiral, those with most ties in its middle
CELLS = 28  # of the grid, along each side
GOLDEN = 2.399963  # the golden angle
SPACING = 24.0  # between two accounts that stand beside each other


def force_layout(count: int, a: Ints, b: Ints, weight: Floats, seed: int = 7) -> Floats:
    """Places of the nodes of one network, round about (0, 0).

    Parameters
    ----------
    count : int
        Number of nodes.
    a, b : array of int
        Ends of each tie, as positions from 0.
    weight : array of float
        Strength of each tie, above 0, such as objects shared together.
    seed : int

    Returns
    -------
    array of float, shape (count, 2)
        No two nodes are much nearer than ``SPACING``; the area grows with the number of nodes.

    Examples
    --------
    >>> ends = np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0])
    >>> places = force_layout(4, *ends, np.ones(4))
    >>> places.shape, bool((places == force_layout(4, *ends, np.ones(4))).all())
    ((4, 2), True)
    """
    if count < 3:
        return np.array([(SPACING * (k - (count - 1) / 2), 0.0) for k in range(count)]).reshape(count, 2)
    degree = _summed(count, a, b, np.ones(len(a)))
    if count > LARGEST:
        return _spiral(degree)
    places = _start(count, seed)
    pull = np.sqrt(weight) / np.sqrt(weight).mean() if len(weight) else weight
    mass = 1.0 + degree
    reach = 1.0 + mass.mean()
    rounds = ROUNDS if count <= EXACT else ROUNDS_FAR
    for turn in range(rounds):
        force = _pushed(places, mass) - (mass / reach)[:, None] * places
        force += _pulled(places, a, b, pull)
        step = 0.25 * (1 - turn / rounds) ** 1.5 * _extent(places)
        long = np.hypot(force[:, 0], force[:, 1])
        places = places + force * (np.minimum(step, long / mass) / np.maximum(long, 1e-9))[:, None]
    return spread(_sized(places), SPACING)


def _start(count: int, seed: int) -> Floats:
    draw = np.random.default_rng(seed)
    turn, out = draw.random(count) * 2 * np.pi, np.sqrt(draw.random(count) * count)
    return np.column_stack((out * np.cos(turn), out * np.sin(turn)))


def _spiral(degree: Floats) -> Floats:
    """Places as in a sunflower, the node with most ties in the middle."""
    rank = np.empty(len(degree))
    rank[np.argsort(-degree, kind="stable")] = np.arange(len(degree))
    turn, out = GOLDEN * rank, SPACING * 0.6 * np.sqrt(rank)
    return np.column_stack((out * np.cos(turn), out * np.sin(turn)))


def _summed(count: int, a: Ints, b: Ints, values: Floats) -> Floats:
    return _binned(a, values, count) + _binned(b, values, count)


def _binned(at: Ints, values: Floats, count: int) -> Floats:
    return np.bincount(at, values, count).astype(np.float64)


def _pulled(places: Floats, a: Ints, b: Ints, pull: Floats) -> Floats:
    apart = (places[b] - places[a]) * pull[:, None]
    count = len(places)
    return np.column_stack(
        [_binned(a, apart[:, k], count) - _binned(b, apart[:, k], count) for k in range(2)],
    )


def _pushed(places: Floats, mass: Floats) -> Floats:
    """Push of all on each: m m' / distance."""
    centres, weights = (places, mass) if len(places) <= EXACT else _cells(places, mass)
    x = places[:, :1] - centres[:, 0]
    y = places[:, 1:] - centres[:, 1]
    x *= x
    y *= y
    x += y
    near = weights / np.maximum(x, 0.25, out=x)
    drawn = np.einsum("ij,jk->ik", near, centres)  # not by BLAS, whose last digits change with the number of threads
    return mass[:, None] * (places * near.sum(axis=1)[:, None] - drawn)


def _cells(places: Floats, mass: Floats) -> tuple[Floats, Floats]:
    """Centres of mass of a grid's cells, and their masses."""
    low, high = places.min(axis=0), places.max(axis=0)
    at = np.minimum(((places - low) / np.maximum(high - low, 1e-9) * CELLS).astype(np.int64), CELLS - 1)
    cell, whole = at[:, 0] * CELLS + at[:, 1], CELLS * CELLS
    held = _binned(cell, mass, whole)
    used = held > 0
    centres = [_binned(cell, mass * places[:, k], whole)[used] / held[used] for k in range(2)]
    return np.column_stack(centres), held[used]


def _extent(places: Floats) -> float:
    return float(sqrt((places * places).sum() / len(places)))


def _sized(places: Floats) -> Floats:
    """Places with room for everybody; those far outside are taken nearer, so that one account does not shrink the rest."""
    places = places - np.median(places, axis=0)
    out = np.hypot(places[:, 0], places[:, 1])
    edge = max(float(np.quantile(out, 0.9)), 1e-9)
    nearer = np.where(out > edge, edge * (1 + np.log(np.maximum(out / edge, 1))), out)
    room = 0.62 * SPACING * sqrt(len(places)) + SPACING / 2
    return places * (nearer / np.maximum(out, 1e-9) * (room / edge))[:, None]


def spread(places: Floats, distance: float, rounds: int = 60) -> Floats:
    """Places with nobody nearer to anybody than a distance, as far as ``rounds`` go.

    Examples
    --------
    >>> apart = spread(np.array([[0.0, 0.0], [0.1, 0.0]]), 1.0)
    >>> bool(np.hypot(*(apart[0] - apart[1])) > 0.95)
    True
    """
    made, count = places.copy(), len(places)
    turn = GOLDEN * np.arange(count)  # those on one spot part in different directions
    made += 1e-6 * distance * np.column_stack((np.cos(turn), np.sin(turn)))
    for _ in range(rounds):
        pairs = cKDTree(made).query_pairs(distance * 0.98, output_type="ndarray")
        if not len(pairs):
            break
        a, b = pairs[:, 0], pairs[:, 1]
        apart = made[b] - made[a]
        long = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-9)
        push = apart * ((distance - long) / long / 2)[:, None]
        move = [_binned(b, push[:, k], count) - _binned(a, push[:, k], count) for k in range(2)]
        made += np.clip(np.column_stack(move), -distance, distance)
    return made
