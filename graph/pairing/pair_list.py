"""List of all pairs of actions within the window, and the pairs of accounts they make under any labelling.

Shuffled data change who acted, not when or on what: their pairs are those of the list, with other accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints, Rows
from graph.pairing.engine import Engine
from graph.pairing.keys import Bits, collected, counted, number_bits, packed, spread
from graph.pairing.pairs import Pairs

_LEFT_OUT = -1  # the key of a pair of one account, or of one whose first account is out of the range
BLOCK = 1 << 18  # listed pairs read at once: few enough to stay in the processor's cache


@dataclass(frozen=True)
class Listed:
    """Pairs of actions of a layer within its window, of one account too: in shuffled data they may belong to two.

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

    def with_pairs(self, actions: Actions, early: Ints, late: Ints) -> Listed:
        """The list with more pairs at its end."""
        more = Listed.of(actions, early, late)
        return Listed(_joined(self.early, more.early), _joined(self.late, more.late), self.rapid + more.rapid)

    def blocks(self) -> Iterator[tuple[Rows, Rows]]:
        """The list in blocks."""
        for first, last in pairwise([0, *range(BLOCK, len(self.early), BLOCK), len(self.early)]):
            yield self.early[first:last], self.late[first:last]

    def pairs(self, actions: Actions) -> Pairs:
        """Pairs of accounts that met on two or more objects, as ``Engine.pairs`` gives them."""
        bits = number_bits(len(actions.accounts)), number_bits(len(actions.objects))
        width, met = spread(bits), []
        alone: Ints = np.zeros(len(actions.objects), np.int64)  # stays so where nobody acted
        for lowest in range(0, len(actions.accounts), width):
            key, alone = self._keys(actions, lowest, min(lowest + width, len(actions.accounts)), bits)
            met.append(counted(key, lowest, bits, 2))
        return collected(met, self.rapid - alone)

    def _keys(self, actions: Actions, lowest: int, highest: int, bits: Bits) -> tuple[Ints, Ints]:
        """A key per pair of actions of two accounts, and how many of one account there are per object."""
        account, object_ = actions.account.astype(np.int32), actions.object.astype(np.int32)
        every, key, done, alone = highest - lowest == len(actions.accounts), np.empty(len(self.early), np.int64), 0, []
        for early, late in self.blocks():
            one, two, where = (
                column.take(rows, mode="clip") for column, rows in ((account, early), (account, late), (object_, early))
            )
            some = key[done : done + len(early)]
            low, done = np.minimum(one, two), done + len(early)
            packed(low - np.int32(lowest), np.maximum(one, two), where, bits, some)
            own = np.flatnonzero(one == two)
            alone.append(where[own])
            some[own] = _LEFT_OUT
            if not every:
                some[(low < lowest) | (low >= highest)] = _LEFT_OUT
        return key[key != _LEFT_OUT], np.bincount(np.concatenate(alone), minlength=len(actions.objects))


def _joined(one: Rows, two: Rows) -> Rows:
    return np.concatenate([one, two])


def listed(actions: Actions, window_s: float, engine: Engine) -> Listed:
    """All pairs of actions on one object within the window, those of one account among them.

    Examples
    --------
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.toy_data import three_friends
    >>> len(listed(Actions.from_table(three_friends()), 60, LocalEngine()).early)
    3
    """
    rows = np.arange(len(actions))
    each = replace(actions, account=rows, accounts=actions.post)
    none = np.zeros(0, np.int32)
    parts = [(none, none)]
    for early, late in engine.rapid_pairs(each, window_s):
        parts.append((early.astype(np.int32), late.astype(np.int32)))
    early, late = (np.concatenate(side) for side in zip(*parts, strict=True))
    return Listed.of(actions, early, late)
