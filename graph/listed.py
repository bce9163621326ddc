"""Pairs of actions within the window, listed once whoever acted, and the pairs of accounts they make under any labelling.

A reshuffled world changes who acted, not when or on what, so its pairs are those of the list with other names on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from graph.engines._counting import collected, from_list
from graph.engines.base import Actions, Engine, Ints, Pairs, Rows
from graph.ties import Layer

BLOCK = 1 << 18  # listed pairs read at once: few enough to stay in the processor's cache


@dataclass(frozen=True)
class Listed:
    """Pairs of actions of a layer within its window, of one account too: in a world they may belong to two.

    Attributes
    ----------
    early, late : int32 arrays of shape (pairs,)
        Positions of both actions; four bytes each, for there may be many.
    rapid : int array of shape (objects,)
        Listed pairs per object.
    """

    early: Rows
    late: Rows
    rapid: Ints

    @classmethod
    def of(cls, actions: Actions, early: Ints | Rows, late: Ints | Rows) -> Listed:
        rapid = np.bincount(actions.object[early], minlength=len(actions.objects))
        return cls(early.astype(np.int32), late.astype(np.int32), rapid)

    def blocks(self) -> Iterator[tuple[Rows, Rows]]:
        """The list, some of it at a time."""
        for first, last in pairwise([0, *range(BLOCK, len(self.early), BLOCK), len(self.early)]):
            yield self.early[first:last], self.late[first:last]

    def pairs(self, actions: Actions) -> Pairs:
        """Pairs of accounts that met on two or more objects, as ``Engine.pairs`` gives them."""
        accounts, objects = len(actions.accounts), len(actions.objects)
        account, object_ = actions.account.astype(np.int32), actions.object.astype(np.int32)
        ends, alone = [], []
        for early, late in self.blocks():
            one, two = account[early], account[late]
            differ = one != two
            alone.append(object_[early[~differ]])
            ends.append((one[differ], two[differ], object_[early[differ]]))
        one, two, where = (np.concatenate(side) for side in zip(*ends, strict=True))
        rapid = self.rapid - np.bincount(np.concatenate(alone), minlength=objects)
        return collected(from_list(one.astype(np.int64), two.astype(np.int64), where, accounts, objects, 2), rapid)


def listed(layer: Layer, engine: Engine) -> Listed:
    """All pairs of actions of a layer within its window.

    Examples
    --------
    >>> from graph.engines.local import LocalEngine
    >>> from graph.settings import Settings
    >>> from graph.ties import build_layer
    >>> from graph.toys import three_friends
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, Settings(), LocalEngine())
    >>> len(listed(layer, LocalEngine()).early)
    3
    """
    rows = np.arange(len(layer.actions))
    each = replace(layer.actions, account=rows, accounts=layer.actions.post)
    none = np.zeros(0, np.int32)
    parts = [(none, none)]
    for early, late in engine.rapid_pairs(each, layer.window_s):
        parts.append((early.astype(np.int32), late.astype(np.int32)))
    early, late = (np.concatenate(side) for side in zip(*parts, strict=True))
    return Listed.of(layer.actions, early, late)
