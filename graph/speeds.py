"""Own speed: whether accounts met because each of them is always that fast.

Shuffling times among those who acted on an object takes an account's own speed away, so the fastest of an audience seem to
meet far more often than chance allows. Here everybody keeps their own speed: an account's delays, since others first acted
on the object, are dealt out anew over the objects the set met on. Fans meet as often as before, whatever their speeds; who
acts together at moments of their own loses what they had. Two delays that were taken from one object say nothing and are
not counted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from graph.engines.base import Actions, Engine, Ints
from graph.shuffled import within
from graph.ties import Layer

MOST = 0.9  # part of the meetings that the objects looked at hold: on others a set is as slow as anybody
WORLDS = 9


def own_speed(layer: Layer, members: frozenset[int], engine: Engine, seed: int) -> float:
    """The part of a set's meetings that its accounts' own speeds explain; about 1 where they are all there is.

    Parameters
    ----------
    members : frozenset of int
        Positions in the layer's accounts.

    Examples
    --------
    >>> from graph.engines.local import LocalEngine
    >>> from graph.settings import Settings
    >>> from graph.ties import build_layer
    >>> from graph.toys import actions_table
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
        dealt = own[within(actions.account[own], np.random.default_rng([seed, world]))]
        taken = np.empty_like(dealt)
        taken[own] = dealt
        time = born[actions.object] + delay[taken]
        order = np.lexsort((actions.account, time, actions.object))
        shuffled, source = _ordered(replace(actions, time=time), order), actions.object[taken[order]]
        for early, late in engine.rapid_pairs(shuffled, layer.window_s):
            met += int((source[early] != source[late]).sum())
        possible += _pairs(shuffled, np.zeros_like(source)) - _pairs(shuffled, source)
    return met / possible * _pairs(actions, np.zeros_like(actions.object)) / real if real and possible else 0.0


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
    enough = int(np.searchsorted(np.cumsum(rapid[order]), MOST * rapid.sum())) + 1
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
