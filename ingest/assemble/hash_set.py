"""A set of 64-bit hashes that grows to tens of millions at eight bytes each."""

from __future__ import annotations

from itertools import chain

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]


class Seen:
    """Memory of hashes, asked in batches for those that were there before.

    Sorted arrays of doubling length, so that adding a batch costs little and asking is a few binary searches. What is
    known to be new is only put aside until somebody asks.

    Examples
    --------
    >>> seen = Seen()
    >>> seen.new(np.array([3, 1, 3], dtype=np.uint64)).tolist()
    [True, True, False]
    >>> seen.new(np.array([7], dtype=np.uint64), surely=True).tolist()
    [True]
    >>> seen.new(np.array([1, 2, 7], dtype=np.uint64)).tolist(), len(seen)
    ([False, True, False], 4)
    """

    def __init__(self) -> None:
        self._levels: list[Hashes] = []
        self._aside: list[Hashes] = []

    def __len__(self) -> int:
        return sum(len(part) for part in chain(self._levels, self._aside))

    def new(self, hashes: Hashes, surely: bool = False) -> npt.NDArray[np.bool_]:
        """True for each hash that comes for the first time; from now on all of them are known.

        Nothing is looked up where it is known that ``surely`` none was there before, nor is twice among them.
        """
        if surely:
            self._aside.append(hashes)
            return np.ones(len(hashes), dtype=np.bool_)
        if self._aside:
            self._add(np.sort(np.concatenate(self._aside)))
            self._aside = []
        ordered = np.sort(hashes)  # much faster than to sort with their places, which mostly nobody needs
        if (ordered[1:] != ordered[:-1]).all() and not self._known(ordered).any():
            self._add(ordered)
            return np.ones(len(hashes), dtype=np.bool_)
        fresh, first = np.unique(hashes, return_index=True)
        unknown = ~self._known(fresh)
        mask = np.zeros(len(hashes), dtype=np.bool_)
        mask[first[unknown]] = True
        self._add(fresh[unknown])
        return mask

    def _known(self, ordered: Hashes) -> npt.NDArray[np.bool_]:
        known = np.zeros(len(ordered), dtype=np.bool_)
        for level in self._levels:
            place = np.searchsorted(level, ordered)
            place[place == len(level)] = 0
            known |= level[place] == ordered
        return known

    def _add(self, fresh: Hashes) -> None:
        while self._levels and len(self._levels[-1]) <= 2 * len(fresh):
            fresh = np.sort(np.concatenate([self._levels.pop(), fresh]), kind="stable")
        if len(fresh):
            self._levels.append(fresh)
