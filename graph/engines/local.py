"""This machine: sort, then sweep. Memory is bounded by a block of pairs, not by the data.

Actions are sorted by object and time, so the later partners of an action are the next rows up to a bound that one
binary search finds. Blocks of those rows are expanded, counted and dropped. Where there are many pairs, a first pass
counts hashed pairs in one byte each, and the second keeps only pairs that may have met often enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from graph.engines.base import Actions, Ints, Mask, Pairs

BLOCK = 4_000_000  # pairs of actions expanded at once
HASH_BITS = 26  # one byte each
_ODD = np.uint64(0x9E3779B97F4A7C15)


def _partners(actions: Actions, window_s: float) -> Ints:
    """How many later actions lie on the same object within the window, per action.

    Times are replaced by their rank so that object and time fit one 64-bit key at any precision.
    """
    if not len(actions):
        return np.zeros(0, np.int64)
    values, rank = np.unique(actions.time, return_inverse=True)
    reach = np.searchsorted(values, actions.time + round(window_s * 1_000_000), side="right") - 1
    key = actions.object * len(values) + rank
    end = np.searchsorted(key, actions.object * len(values) + reach, side="right")
    return end - np.arange(len(actions)) - 1


def gaps(actions: Actions, edges_s: Sequence[float]) -> list[int]:
    """How many pairs of actions on one object lie at most so far apart, per edge in seconds; ``inf`` counts all.

    Examples
    --------
    >>> from graph.toys import three_friends
    >>> gaps(Actions.from_table(three_friends()), [20.0, 3600.0, float("inf")])
    [3, 9, 9]
    """
    span = float(np.ptp(actions.time)) / 1e6 if len(actions) else 0.0
    return [int(_partners(actions, min(edge, span)).sum()) for edge in edges_s]


def _per_object(actions: Actions, counts: Ints) -> Ints:
    return np.bincount(actions.object, weights=counts, minlength=len(actions.objects)).astype(np.int64)


class LocalEngine:
    """numpy on one machine.

    Parameters
    ----------
    block : int
        Pairs of actions held at once.

    Examples
    --------
    >>> from graph.toys import three_friends
    >>> actions = Actions.from_table(three_friends())
    >>> pairs = LocalEngine().pairs(actions, window_s=60)
    >>> [(actions.accounts[a].as_py(), actions.accounts[b].as_py(), int(n)) for a, b, n in zip(pairs.a, pairs.b, pairs.observed)]
    [('x:ann', 'x:ben', 3)]
    """

    def __init__(self, block: int = BLOCK) -> None:
        self.block = block

    def viral(self, actions: Actions, window_s: float, limit: int) -> Ints:
        """Objects with more than ``limit`` pairs of actions within the window, found without listing them."""
        return np.flatnonzero(_per_object(actions, _partners(actions, window_s)) > limit)

    def rapid_pairs(self, actions: Actions, window_s: float) -> Iterator[tuple[Ints, Ints]]:
        """Every pair of actions of different accounts on one object within the window, in blocks of whole objects."""
        counts = _partners(actions, window_s)
        for first, last in _blocks(actions.object, counts, self.block):
            number = counts[first:last]
            early = np.repeat(np.arange(first, last), number)
            begin = np.repeat(np.cumsum(number) - number, number)
            late = early + 1 + np.arange(len(early)) - begin
            differ = actions.account[early] != actions.account[late]
            yield early[differ], late[differ]

    def pairs(self, actions: Actions, window_s: float, minimum: int = 2) -> Pairs:
        """Pairs of accounts that met on at least ``minimum`` distinct objects within the window."""
        size = len(actions.accounts)
        rapid = np.zeros(len(actions.objects), np.int64)
        meetings = 0
        often = self._often(actions, window_s, minimum)
        found: list[tuple[Ints, Ints, Ints]] = []
        for early, late in self.rapid_pairs(actions, window_s):
            rapid += np.bincount(actions.object[early], minlength=len(rapid))
            pair, object_, number = _distinct(actions, early, late, size)
            meetings += len(pair)
            if often is not None:
                keep = often[_hash(pair)]
                pair, object_, number = pair[keep], object_[keep], number[keep]
            found.append((pair, object_, number))
        pair, object_, number = (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else _nothing()
        return _collect(pair, object_, number, rapid, meetings, size, minimum)

    def _often(self, actions: Actions, window_s: float, minimum: int) -> Mask | None:
        """Per hash of a pair, whether it may have met often enough; None when all pairs fit one block anyway."""
        if int(_partners(actions, window_s).sum()) <= 2 * self.block:
            return None
        count = np.zeros(1 << HASH_BITS, np.uint8)
        for early, late in self.rapid_pairs(actions, window_s):
            pair, _, _ = _distinct(actions, early, late, len(actions.accounts))
            slot, times = np.unique(_hash(pair), return_counts=True)
            count[slot] = np.minimum(count[slot].astype(np.int64) + times, 255)
        return count >= min(minimum, 255)


def _nothing() -> tuple[Ints, Ints, Ints]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)


def _hash(pair: Ints) -> Ints:
    return ((pair.astype(np.uint64) * _ODD) >> np.uint64(64 - HASH_BITS)).astype(np.int64)


def _blocks(objects: Ints, counts: Ints, size: int) -> Iterator[tuple[int, int]]:
    """Runs of rows of whole objects with about ``size`` pairs each."""
    if not len(objects):
        return
    edges = np.append(np.flatnonzero(np.diff(objects)) + 1, len(objects))
    total = np.cumsum(counts)[edges - 1]
    first = 0
    while first < len(objects):
        done = total[np.searchsorted(edges, first, side="right") - 1] if first else 0
        last = int(edges[min(np.searchsorted(total, done + size, side="right"), len(edges) - 1)])
        yield first, last
        first = last


def _distinct(actions: Actions, early: Ints, late: Ints, size: int) -> tuple[Ints, Ints, Ints]:
    """Pair key, object and number of action pairs, one row per pair of accounts and object of this block."""
    if not len(early):
        return _nothing()
    one, two = actions.account[early], actions.account[late]
    pair = np.minimum(one, two) * size + np.maximum(one, two)
    object_, objects = _local_sorted(actions.object[early])
    names, width = None, size * size
    if len(objects) * width >= 2**63:  # too wide for one 64-bit key: number the pairs first
        names, pair = np.unique(pair, return_inverse=True)
        width = len(names)
    distinct, number = np.unique(object_ * width + pair, return_counts=True)
    met, who = np.divmod(distinct, width)
    return who if names is None else names[who], objects[met], number.astype(np.int64)


def _local_sorted(values: Ints) -> tuple[Ints, Ints]:
    """Small codes for values that come in rising order."""
    step = np.zeros(len(values), np.int64)
    step[1:] = np.diff(values) != 0
    code = np.cumsum(step)
    return code, values[np.concatenate([[0], np.flatnonzero(step)])]


def _collect(pair: Ints, object_: Ints, number: Ints, rapid: Ints, meetings: int, size: int, minimum: int) -> Pairs:
    keys, observed = np.unique(pair, return_counts=True)
    keys, observed = keys[observed >= minimum], observed[observed >= minimum].astype(np.int64)
    at = np.minimum(np.searchsorted(keys, pair), max(len(keys) - 1, 0))
    rows = np.flatnonzero(keys[at] == pair) if len(keys) else np.zeros(0, np.int64)
    rows = rows[np.lexsort((object_[rows], pair[rows]))]
    return Pairs(
        a=keys // max(size, 1),
        b=keys % max(size, 1),
        observed=observed,
        start=np.concatenate([[0], np.cumsum(observed)]).astype(np.int64),
        met_object=object_[rows],
        met_actions=number[rows],
        rapid=rapid,
        meetings=meetings,
    )
