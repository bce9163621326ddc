"""Pairs of actions to pairs of accounts: two accounts and an object in one 64-bit key, sorted, equal ones counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.pairing.arrays import Ints, Rows
from graph.pairing.pairs import Pairs

Bits = tuple[int, int]


@dataclass(frozen=True)
class Met:
    """Pairs of accounts of one block that met often enough, with each meeting.

    Attributes
    ----------
    a, b, observed : int arrays of shape (pairs,)
    object, actions : int arrays of shape (meetings,)
        As ``Pairs.met_object`` and ``Pairs.met_actions``.
    meetings : int
        Of all pairs, also those that met too seldom.
    """

    a: Ints
    b: Ints
    observed: Ints
    object: Ints
    actions: Ints
    meetings: int


def number_bits(count: int) -> int:
    """Bits that hold the numbers below ``count``.

    Examples
    --------
    >>> [number_bits(n) for n in (0, 1, 2, 3, 1024, 1025)]
    [1, 1, 1, 2, 10, 11]
    """
    return max((count - 1).bit_length(), 1)


def spread(bits: Bits) -> int:
    """Largest range of first accounts whose keys fit 63 bits. ``bits`` are those of an account and an object."""
    return 1 << max(63 - sum(bits), 0)


def packed(low: Rows, high: Rows, object_: Rows, bits: Bits, key: Ints) -> Ints:
    """Keys that sort by the first account, the second account, the object. ``bits`` are those of an account and an object.

    Written into ``key``: these are the largest arrays there are, and each one more costs.
    """
    np.copyto(key, low)
    for some, width in zip((high, object_), bits, strict=True):
        key <<= width
        key |= some
    return key


def counted(key: Ints, lowest: int, bits: Bits, minimum: int) -> Met:
    """Count keys, one per pair of actions, which are sorted in place; ``lowest`` is what was taken off the first account."""
    account_bits, object_bits = bits
    key.sort()
    pair = key >> object_bits
    again = pair[1:] == pair[:-1]  # most pairs met once: they are only a number from here on
    rows = np.flatnonzero(np.append(again, False) | np.append(False, again)) if minimum > 1 else np.arange(len(key))
    left_out = len(key) - len(rows)
    key, pair = key[rows], pair[rows]
    head = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    actions = np.diff(np.append(head, len(key)))
    met, pair = key[head] & ((1 << object_bits) - 1), pair[head]
    first = np.flatnonzero(np.append(True, pair[1:] != pair[:-1])[: len(pair)])
    observed = np.diff(np.append(first, len(pair)))
    enough = observed >= minimum
    kept = np.repeat(enough, observed)
    pair, observed = pair[first[enough]], observed[enough]
    return Met(
        a=(pair >> account_bits) + lowest,
        b=pair & ((1 << account_bits) - 1),
        observed=observed,
        object=met[kept],
        actions=actions[kept],
        meetings=len(head) + left_out,
    )


def empty() -> Met:
    """Nobody met."""
    none = np.zeros(0, np.int64)
    return Met(none, none, none, none, none, 0)


def collected(met: Sequence[Met], rapid: Ints) -> Pairs:
    """The pairs of blocks that come in rising order of the first account."""
    parts = met or [empty()]
    observed = np.concatenate([part.observed for part in parts])
    return Pairs(
        a=np.concatenate([part.a for part in parts]),
        b=np.concatenate([part.b for part in parts]),
        observed=observed,
        start=np.concatenate([[0], np.cumsum(observed)]).astype(np.int64),
        met_object=np.concatenate([part.object for part in parts]),
        met_actions=np.concatenate([part.actions for part in parts]),
        rapid=rapid,
        meetings=sum(part.meetings for part in parts),
    )
