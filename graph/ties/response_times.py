"""Own speed: the part of the meetings that follows from how fast each account always is.

Shuffling times among those who acted on an object removes each account's own speed, so the fastest of an audience seem to
meet far more often than chance allows. Here every account keeps its own speed: its delays after the first action of others
are shuffled over the objects the set met on. Fans meet as often as before, whatever their speed. Accounts that act together
at moments of their own lose their meetings. Two delays that come from one object are not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats, Ints
from graph.pairing.engine import Engine
from graph.significance.permutations import within
from graph.ties.layer import Layer

OWN_SPEED = 0.5  # above this part of the meetings, own speeds explain them
COVERED = 0.9  # part of the meetings on the objects used: on the others a set is as slow as anyone
FEW = 60  # pairs of delays below which two accounts' own speed is mostly taken from everyone's pace
WORLDS = 9
_NEVER = np.int64(np.iinfo(np.int64).max)


def own_speed(layer: Layer, members: frozenset[int], engine: Engine, seed: int) -> float:
    """Own speed of a set: the part of its meetings that follows from how fast each account always is; about 1 for all.

    Parameters
    ----------
    members : frozenset of int
        Positions in the layer's accounts.

    Examples
    --------
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.settings import Settings
    >>> from graph.ties.layer import build_layer
    >>> from graph.toy_data import actions_table
    >>> rows = [(f"x:{who}", f"o{n}", n * 5_000 + n * n * 100 + late) for n in range(5) for late, who in enumerate("abcd")]
    >>> rows += [("x:other", f"o{n}", n * 5_000) for n in range(5)]
    >>> layer = build_layer("link", Actions.from_table(actions_table(rows)), 60, Settings(), LocalEngine())
    >>> own_speed(layer, frozenset(range(4)), LocalEngine(), seed=7)
    0.0
    """
    actions, born = _of_members(layer, members, engine)
    real = sum(len(early) for early, _ in engine.rapid_pairs(actions, layer.window_s))
    delay = actions.time - born[actions.object]
    own = np.argsort(actions.account, kind="stable")
    met, possible = 0, 0.0
    for world in range(WORLDS):
        drawn = own[within(actions.account[own], np.random.default_rng([seed, world]))]
        taken = np.empty_like(drawn)
        taken[own] = drawn
        time = born[actions.object] + delay[taken]
        order = np.lexsort((actions.account, time, actions.object))
        shuffled, source = _ordered(replace(actions, time=time), order), actions.object[taken[order]]
        for early, late in engine.rapid_pairs(shuffled, layer.window_s):
            met += int((source[early] != source[late]).sum())
        possible += _pairs(shuffled, np.zeros_like(source)) - _pairs(shuffled, source)
    return met / possible * _pairs(actions, np.zeros_like(actions.object)) / real if real and possible else 0.0


def own_speeds(layer: Layer, a: Ints, b: Ints, label: Ints, at_pace: Floats) -> Floats:
    """Meetings of pairs of accounts that follow from how fast both always are, one expected number per pair.

    Each delay of one is held against each delay of the other that comes from another object both acted on: as often as two lie
    within the window the two would meet if they chose no moments together. Every order of the delays is counted, so nothing is
    drawn. A delay is counted from when anybody outside the pair's component first acted on the object, so that those who bring
    an object up together are not what they are fast after. Where nobody else did, there is nothing to be fast after: speeds are
    those on the other objects. Few delays say little, so ``FEW`` pairs of them at everyone's pace are added.

    Parameters
    ----------
    a, b : int arrays of shape (pairs,)
        Positions in the layer's accounts.
    label : int array of shape (accounts,)
        Component of each account, the same for both of a pair; -1 for accounts in none.
    at_pace : float array of shape (pairs,)
        Meetings that test B expects, at everyone's pace.

    Examples
    --------
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.settings import Settings
    >>> from graph.ties.layer import build_layer
    >>> from graph.toy_data import actions_table
    >>> always = [(f"x:{who}", f"o{n}", n * 5_000 + 100 + late) for n in range(4) for late, who in enumerate("ab")]
    >>> never = [(f"x:{who}", f"o{n}", n * 5_000 + n * 900 + late) for n in range(4) for late, who in enumerate("cd")]
    >>> rows = [*always, *never, *(("x:other", f"o{n}", n * 5_000) for n in range(4))]
    >>> layer = build_layer("link", Actions.from_table(actions_table(rows)), 60, Settings(), LocalEngine())
    >>> own_speeds(layer, np.array([0, 2]), np.array([1, 3]), np.array([0, 0, 1, 1, -1]), np.full(2, 0.1)).round(2).tolist()
    [0.75, 0.08]
    """
    incidence, window = layer.incidence, round(layer.window_s * 1_000_000)
    pair, object_, _, _ = incidence.common(a, b)
    common = np.bincount(pair, minlength=len(a))
    born, acted = _born(layer, label, label[a[pair]], object_), _first_acts(layer)
    pair, object_, born = pair[born != _NEVER], object_[born != _NEVER], born[born != _NEVER]
    one, two = (acted[np.searchsorted(incidence.key, who[pair] * incidence.objects + object_)] - born for who in (a, b))
    near = np.bincount(pair, weights=-1.0 * (np.abs(one - two) <= window), minlength=len(a))
    number = np.bincount(pair, minlength=len(a))
    begin = np.concatenate([[0], np.cumsum(number)])
    lowest = min(one.min(initial=0), two.min(initial=0)) - window
    span = int(max(one.max(initial=0), two.max(initial=0)) - lowest) + window + 1
    for first, last in pairwise([*range(0, len(a), max(2**62 // span, 1)), len(a)]):  # pair and delay make one number
        rows = slice(begin[first], begin[last])
        place = (pair[rows] - first) * span - lowest
        theirs, own = np.sort(place + two[rows]), place + one[rows]
        upto, before = np.searchsorted(theirs, own + window, "right"), np.searchsorted(theirs, own - window)
        near[first:last] += np.bincount(pair[rows] - first, weights=upto - before, minlength=last - first)
    return (near * common + FEW * at_pace) / (number * (number - 1) + FEW)


def _first_acts(layer: Layer) -> Ints:
    """Time of each account's first action on each object, in the rows of the layer's incidence."""
    incidence, actions = layer.incidence, layer.actions
    first = np.full(len(incidence.key), np.iinfo(np.int64).max)
    np.minimum.at(
        first, np.searchsorted(incidence.key, actions.account * incidence.objects + actions.object), actions.time
    )
    return first


def _born(layer: Layer, label: Ints, component: Ints, object_: Ints) -> Ints:
    """Time of the first action on an object from outside the component, per row; ``_NEVER`` where there is none."""
    names = layer.actions
    everybody = layer.acting_on(names.objects.take(pa.array(np.unique(object_))))
    here = _places(everybody.accounts, names.accounts, np.arange(len(everybody.accounts)))
    of_account = np.where(here < 0, -1, label[here])
    place = _places(names.objects, everybody.objects, object_)
    (first, whose), (second, _) = _earliest(everybody, of_account)
    return np.where(whose[place] == component, second[place], first[place])


def _earliest(actions: Actions, label: Ints) -> Iterator[tuple[Ints, Ints]]:
    """First action on each object, as time and component; then the first one of another component."""
    of_action = label[actions.account]
    left = np.ones(len(actions), bool)
    for _ in range(2):
        rows = np.flatnonzero(left)
        head = rows[np.diff(actions.object[rows], prepend=-1) != 0]
        when, whose = np.full(len(actions.objects), _NEVER), np.full(len(actions.objects), -1, np.int64)
        when[actions.object[head]], whose[actions.object[head]] = actions.time[head], of_action[head]
        yield when, whose
        left &= of_action != whose[actions.object]


def _places(names: pa.Array, others: pa.Array, positions: Ints) -> Ints:
    """Positions among names as positions among others, -1 where a name is not there."""
    if names is others:
        return positions
    found = pc.fill_null(pc.index_in(names.take(pa.array(positions)), value_set=others), -1)
    return found.to_numpy(zero_copy_only=False).astype(np.int64)


def _of_members(layer: Layer, members: frozenset[int], engine: Engine) -> tuple[Actions, Ints]:
    """Their actions on the objects that hold most of their meetings, and when others, or else they, first acted on each."""
    actions = layer.actions
    inside = np.zeros(len(actions.accounts), bool)
    inside[list(members)] = True
    mine = inside[actions.account]
    first, outside = (np.full(len(actions.objects), np.iinfo(np.int64).max) for _ in range(2))
    np.minimum.at(first, actions.object, actions.time)
    np.minimum.at(outside, actions.object[~mine], actions.time[~mine])
    own = actions.where(mine)
    rapid = np.zeros(len(actions.objects), np.int64)
    for early, _ in engine.rapid_pairs(own, layer.window_s):
        rapid += np.bincount(own.object[early], minlength=len(rapid))
    order = np.argsort(-rapid, kind="stable")
    enough = int(np.searchsorted(np.cumsum(rapid[order]), COVERED * rapid.sum())) + 1
    kept = own.where(np.isin(own.object, order[:enough]))
    return kept, np.where(outside < np.iinfo(np.int64).max, outside, first)


def _ordered(actions: Actions, order: Ints) -> Actions:
    return replace(
        actions,
        account=actions.account[order],
        object=actions.object[order],
        time=actions.time[order],
        post=actions.post.take(pa.array(order)),
    )


def _pairs(actions: Actions, source: Ints) -> float:
    """Pairs of actions of two accounts on one object, at any time, whose delays come from one source."""
    where = actions.object * (int(source.max(initial=0)) + 1) + source
    _, place, count = np.unique(where, return_inverse=True, return_counts=True)
    _, own = np.unique(place * len(actions.accounts) + actions.account, return_counts=True)
    return float((count.astype(float) ** 2).sum() - (own.astype(float) ** 2).sum()) / 2
