"""Texts that are nearly the same: MinHash finds who may be alike, and only what is alike in full counts.

A text is the set of its runs of five characters, in its normal form (``ingest.normalize.text.normal``), so that scripts without spaces
are read as well. MinHash signatures in bands propose pairs; the Jaccard index of the two sets decides. A text joins the first
text of a kind when it is alike to one that joined before, and to the first itself at the square of that, so that no chain of
small changes leads from one text to another. In a bucket of a band a text is held against the first text and the one before it
only: time grows with the texts, not with their pairs. Memory is about 200 bytes a text beside the texts.
Source: Broder (1997), On the resemblance and containment of documents; MinHash of datasketch.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.errors import Progress

ALIKE = 0.8
RUN = 5
BANDS, ROWS = (
    25,
    5,
)  # two texts at 0.8 meet in two bands or more 99.9 times of 100, at 0.5 once in five, at 0.3 almost never
MEETINGS = 2  # bands in which two texts must meet to be compared
_BATCH = 4_096
_ODD = np.uint64(0x9E3779B97F4A7C15)

Ints = NDArray[np.int64]


def near_duplicates(
    texts: Sequence[str], alike: float = ALIKE, seed: int = 1, progress: Progress | None = None
) -> Ints:
    """For each text the position of the first text of its kind; its own where it is the first.

    Parameters
    ----------
    texts : sequence of str
        Different from each other, in their normal form, those that stand for others first.
    alike : float
        The Jaccard index of two texts' runs of characters from which they are nearly the same, 0 to 1.
    seed : int
        Of the hash functions. Another seed may miss, or find, a pair in a thousand.
    progress : callable, optional
        Called with a step in words, texts done and texts in all. May raise ``Cancelled``.

    Returns
    -------
    int array of shape (texts,)

    Examples
    --------
    >>> first = "the polls close at nine tonight so bring a friend along and tell everybody on your street"
    >>> other = "nobody on our street was told when the polls would close and everybody is angry about it"
    >>> near_duplicates([first, first.replace("nine", "ten"), other]).tolist()
    [0, 0, 2]
    """
    centre = np.arange(len(texts))
    early, late = _candidates(_bands(texts, seed, progress))
    runs = lru_cache(maxsize=_BATCH)(lambda position: _runs(texts[position]))
    for i, j in zip(early.tolist(), late.tolist(), strict=True):
        first = int(centre[i])
        if centre[j] == j and _jaccard(runs(i), runs(j)) >= alike and _jaccard(runs(first), runs(j)) >= alike**2:
            centre[j] = first
    return centre


def _runs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + RUN] for at in range(max(len(text) - RUN + 1, 1)))


def _jaccard(one: frozenset[str], two: frozenset[str]) -> float:
    common = len(one & two)
    return common / (len(one) + len(two) - common)


def _hashes(text: str) -> list[int]:
    """A hash of each run of characters, the same on every machine."""
    letters = np.frombuffer(text.ljust(RUN).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    number = len(letters) - RUN + 1
    found = letters[:number]
    for step in range(1, RUN):
        found = found * _ODD + letters[step : step + number]
    return [int(value) for value in (found * _ODD) >> np.uint64(32)]


def _bands(texts: Sequence[str], seed: int, progress: Progress | None) -> NDArray[np.uint64]:
    """One number per text and band: equal where all rows of the band are."""
    from datasketch import MinHash  # with all of scipy.integrate, which only this trace needs

    sketch = MinHash(BANDS * ROWS, seed=seed, scheme="affine32", hashfunc=int)
    found = np.zeros((len(texts), BANDS), np.uint64)
    for start in range(0, len(texts), _BATCH):
        if progress:
            progress("Comparing texts", start, len(texts))
        some = texts[start : start + _BATCH]
        signs = np.empty((len(some), BANDS * ROWS), np.uint64)
        for row, text in enumerate(some):
            sketch.clear()
            sketch.update_batch(_hashes(text))
            signs[row] = sketch.hashvalues
        part = found[start : start + len(some)]
        for row in range(ROWS):
            part *= _ODD
            part += signs[:, row::ROWS]
    return found


def _candidates(bands: NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Pairs to compare, by the later text, the earliest partner first.

    In each bucket of a band a text is paired with the first text there and with the one before it.
    """
    size = max(len(bands), 1)
    pairs = np.zeros(0, np.int64)
    for band in range(bands.shape[1]):
        order = np.argsort(bands[:, band], kind="stable")
        value = bands[order, band]
        new = np.append(True, value[1:] != value[:-1])[: len(value)]
        first = order[np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))]
        late = ~new
        before = np.roll(order, 1)
        found = [order[late] * size + first[late], order[late] * size + before[late]]
        pairs = np.unique(np.concatenate([pairs, *found]))
    late_, early = np.divmod(pairs, size)
    often = np.concatenate(
        [
            (bands[early[at : at + _BATCH]] == bands[late_[at : at + _BATCH]]).sum(axis=1) >= MEETINGS
            for at in range(0, max(len(pairs), 1), _BATCH)
        ]
    )
    return early[often], late_[often]
