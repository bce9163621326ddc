"""Engine of one machine: sort once, then sweep. Memory is bounded by the pairs of actions held at once, not by the data.

Actions are sorted by object and time, so the later partners of an action are the next rows up to a bound that a binary
search finds. Two accounts and the object they met on make one 64-bit key per pair of actions. Keys are made and sorted in
blocks that fit the processor's cache, then the same range of accounts is taken from all blocks and counted for good; pairs
that met too seldom are dropped before anything else is made of them. Where there are more keys than may be held, accounts
are taken range by range. Blocks and ranges do not depend on each other: every core takes the next, and the result is the
same whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints, Mask
from graph.pairing.keys import Bits, Met, collected, counted, number_bits, packed, spread
from graph.pairing.pairs import Pairs
from graph.pairing.parallel import each
from ingest.parallel import cores

HELD = 64_000_000  # pairs of actions held at once, eight bytes each
LISTED = 4_000_000  # pairs of actions given at once by ``rapid_pairs``
_BLOCK = 250_000  # pairs whose keys are made at once
_CHUNK = 1_000_000  # rows whose bounds are looked up at once
_NOBODY = np.iinfo(np.int64).max  # the key of an account with itself; sorts last


def gaps(actions: Actions, edges_s: Sequence[float]) -> list[int]:
    """Number of pairs of actions on one object that are at most so far apart, per edge in seconds; ``inf`` counts all.

    Examples
    --------
    >>> from graph.toy_data import three_friends
    >>> gaps(Actions.from_table(three_friends()), [20.0, 3600.0, float("inf")])
    [3, 9, 9]
    """
    span = float(np.ptp(actions.time)) / 1e6 if len(actions) else 0.0
    engine = LocalEngine(threads=1)
    return [int(engine._later(actions, min(edge, span)).sum()) for edge in edges_s]


class LocalEngine:
    """numpy on one machine.

    Parameters
    ----------
    held : int
        Pairs of actions held at once, eight bytes each.
    threads : int, optional
        Cores to use; all this process may use when not given. Changes nothing but the time.

    Examples
    --------
    >>> from graph.toy_data import three_friends
    >>> actions = Actions.from_table(three_friends())
    >>> pairs = LocalEngine().pairs(actions, window_s=60)
    >>> [(actions.accounts[a].as_py(), actions.accounts[b].as_py(), int(n)) for a, b, n in zip(pairs.a, pairs.b, pairs.observed)]
    [('x:ann', 'x:ben', 3)]
    """

    def __init__(self, held: int = HELD, threads: int | None = None) -> None:
        self.held = held
        self.threads = threads or cores()
        self._ends: WeakKeyDictionary[Actions, tuple[float, Ints]] = WeakKeyDictionary()

    def viral(self, actions: Actions, window_s: float, limit: int) -> Ints:
        """Objects with more than ``limit`` pairs of actions within the window, found without listing them."""
        return np.flatnonzero(_per_object(actions, self._later(actions, window_s)) > limit)

    def rapid_pairs(self, actions: Actions, window_s: float, among: Mask | None = None) -> Iterator[tuple[Ints, Ints]]:
        """Every pair of actions of different accounts on one object within the window, in blocks of whole objects."""
        if among is not None:
            rows = np.flatnonzero(among[actions.account])
            some = actions.where(among[actions.account])
            yield from ((rows[early], rows[late]) for early, late in self.rapid_pairs(some, window_s))
            return
        counts = self._later(actions, window_s)
        for first, last in _blocks(actions.object, counts, min(self.held, LISTED)):
            number = counts[first:last]
            early = np.repeat(np.arange(first, last), number)
            late = early + 1 + _ramps(number)
            differ = actions.account[early] != actions.account[late]
            yield early[differ], late[differ]

    def pairs(self, actions: Actions, window_s: float, minimum: int = 2) -> Pairs:
        """Pairs of accounts that met on at least ``minimum`` distinct objects within the window."""
        later = self._later(actions, window_s)
        sweep = _Sweep.of(actions, later)
        alone = np.zeros(len(actions.objects), np.int64)
        met: list[Met] = []
        for lowest, highest in sweep.ranges(self.held):
            parts, own = [], []
            for key, objects in each(lambda block: sweep.keys(block, lowest, highest), sweep.blocks, self.threads):  # noqa: B023
                parts.append(key)
                own.append(objects)
            alone += np.bincount(np.concatenate(own), minlength=len(alone)) if own else 0
            met += each(
                lambda slices: counted(np.concatenate(slices), lowest, sweep.bits, minimum),  # noqa: B023
                _sliced(parts, sum(sweep.bits)),
                self.threads,
            )
        return collected(met, _per_object(actions, later) - alone)

    def _later(self, actions: Actions, window_s: float) -> Ints:
        """Number of later actions on the same object within the window, per action; kept, for a layer asks several times."""
        known = self._ends.get(actions)
        if known is None or known[0] != window_s:
            known = window_s, self._bounds(actions, window_s) - np.arange(1, len(actions) + 1)
            self._ends[actions] = known
        return known[1]

    def _bounds(self, actions: Actions, window_s: float) -> Ints:
        chunks = _chunks(actions, window_s)
        ends = each(lambda chunk: _bound(actions, window_s, *chunk), chunks, self.threads)
        return np.concatenate(ends) if ends else np.zeros(0, np.int64)


@dataclass(frozen=True)
class _Sweep:
    """Rows that have a later partner, how many each, and the blocks in which their keys are made."""

    account: NDArray[np.int32]
    object: NDArray[np.int32]
    rows: Ints
    number: Ints
    blocks: list[tuple[int, int]]
    bits: Bits

    @classmethod
    def of(cls, actions: Actions, later: Ints) -> _Sweep:
        rows = np.flatnonzero(later)
        total = np.cumsum(later[rows])
        every = np.searchsorted(total, np.arange(0, total[-1], _BLOCK)) if len(rows) else np.zeros(0, np.int64)
        blocks = list(pairwise(np.unique([*every.tolist(), len(rows)]).tolist()))
        return cls(
            account=actions.account.astype(np.int32),  # half the memory to pass through
            object=actions.object.astype(np.int32),
            rows=rows,
            number=later[rows],
            blocks=blocks,
            bits=(number_bits(len(actions.accounts)), number_bits(len(actions.objects))),
        )

    def ranges(self, held: int) -> list[tuple[int, int]]:
        """Ranges of accounts that hold about so many keys each, narrow enough for their keys to fit."""
        total, size, width = int(self.number.sum()), 1 << self.bits[0], spread(self.bits)
        passes = -(-total // held)
        if passes <= 1 and size <= width:
            return [(0, size)] if total else []
        some = self.blocks[:: max(len(self.blocks) // 64, 1)]
        low = np.sort(np.concatenate([np.minimum(*self._ends(block)[:2]) for block in some]))
        edges = low[np.linspace(0, len(low) - 1, passes + 1).astype(np.int64)[1:-1]]
        steps = np.concatenate([edges, np.arange(0, size, width), [size]])
        return list(pairwise(np.unique(steps).tolist()))

    def keys(self, block: tuple[int, int], lowest: int, highest: int) -> tuple[Ints, Ints]:
        """Sorted keys of the pairs of a block whose first account is in the range; objects of pairs of one account."""
        own, other, object_ = self._ends(block)
        low, high = np.minimum(own, other), np.maximum(own, other)
        if lowest or highest < 1 << self.bits[0]:
            inside = (low >= lowest) & (low < highest)
            low, high, object_ = low[inside] - np.int32(lowest), high[inside], object_[inside]
            own, other = own[inside], other[inside]
        key = packed(low, high, object_, self.bits, np.empty(len(low), np.int64))
        alone = np.flatnonzero(own == other)
        key[alone] = _NOBODY
        key.sort()
        return key[: len(key) - len(alone)], object_[alone].astype(np.int64)

    def _ends(self, block: tuple[int, int]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """The earlier account, the later account and the object of every pair of actions of a block."""
        rows, number = self.rows[slice(*block)], self.number[slice(*block)]
        start = np.cumsum(number) - number
        step = np.ones(start[-1] + number[-1], np.int32)
        step[0] = rows[0] + 1
        step[start[1:]] = rows[1:] + 1 - (rows[:-1] + number[:-1])
        other = self.account.take(np.cumsum(step, dtype=np.int32), mode="clip")
        return np.repeat(self.account[rows], number), other, np.repeat(self.object[rows], number)


def _sliced(parts: Sequence[Ints], bits: int) -> list[list[Ints]]:
    """Slices of all sorted parts by range of first accounts, each about a block."""
    if not parts:
        return []
    sample = np.sort(np.concatenate([part[:: len(part) // 1000 + 1] for part in parts]))
    number = sum(len(part) for part in parts) // (4 * _BLOCK) + 1
    first = sample[np.linspace(0, len(sample), number + 1).astype(np.int64)[1:-1]]
    edges = np.unique(first >> bits) << bits
    cuts = [np.concatenate([[0], np.searchsorted(part, edges), [len(part)]]).tolist() for part in parts]
    return [[part[cut[n] : cut[n + 1]] for part, cut in zip(parts, cuts, strict=True)] for n in range(len(edges) + 1)]


def _ramps(number: Ints) -> Ints:
    """0, 1, 2 ... anew for every count.

    Examples
    --------
    >>> _ramps(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    total = np.cumsum(number)
    ramp = np.arange(total[-1] if len(total) else 0)
    ramp -= np.repeat(total - number, number)
    return ramp


def _chunks(actions: Actions, window_s: float) -> list[tuple[int, int]]:
    """Runs of rows of whole objects, few enough objects for object and time to fit one 64-bit number at any precision."""
    if not len(actions):
        return []
    stride = _stride(actions, window_s)
    heads = np.append(np.flatnonzero(np.diff(actions.object, prepend=-1)), len(actions))
    cuts, at = [0], 0
    while at < len(heads) - 1:
        reach = int(np.searchsorted(heads, heads[at] + _CHUNK, side="right")) - 1
        at = min(max(reach, at + 1), at + max(2**62 // stride, 1))
        cuts.append(int(heads[at]))
    return list(pairwise(cuts))


def _stride(actions: Actions, window_s: float) -> int:
    return int(np.ptp(actions.time)) + round(window_s * 1_000_000) + 1


def _bound(actions: Actions, window_s: float, first: int, last: int) -> Ints:
    """One past the last row of the same object within the window, for each row of a chunk."""
    object_ = actions.object[first:last]
    number = np.cumsum(np.diff(object_, prepend=object_[0]) != 0)
    key = number * _stride(actions, window_s) + (actions.time[first:last] - actions.time.min())
    return np.searchsorted(key, key + round(window_s * 1_000_000), side="right") + first


def _per_object(actions: Actions, counts: Ints) -> Ints:
    return np.bincount(actions.object, weights=counts, minlength=len(actions.objects)).astype(np.int64)


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
