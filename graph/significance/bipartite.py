"""Accounts and objects as a bipartite network: who acted on what, how often, and which objects two accounts have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats, Ints, Mask

_SLOTS = 16  # per row, in the table that tells most objects apart at one look


@dataclass(frozen=True)
class Whole:
    """Totals over all accounts, for layers whose engine reads only a part of the actions.

    Attributes
    ----------
    audience : int array of shape (objects,)
        Distinct accounts per object that is read here.
    possible : float array of shape (objects,)
        Pairs of actions on it by different accounts, at any time.
    objects, actions : int
        How many there are in all.
    possible_pairs, rapid_pairs : float
        Pairs of actions by different accounts on all objects, at any time and within the window.
    family_b : (int, bool)
        See ``graph.significance.family_size``.
    """

    audience: Ints
    possible: Floats
    objects: int
    actions: int
    possible_pairs: float
    rapid_pairs: float
    family_b: tuple[int, bool]


@dataclass(frozen=True)
class Incidence:
    """Incidence of accounts and objects: the distinct (account, object) rows, sorted, with the number of actions.

    Attributes
    ----------
    account, object, times : int arrays of shape (rows,)
    start : int array of shape (accounts + 1,)
        Where each account's rows begin.
    key : int array of shape (rows,)
        ``account * number of objects + object``, rising.
    breadth : int array of shape (accounts,)
        Distinct objects per account (k of the method).
    whole : Whole, optional
        Only where the rows are not all there are.
    """

    account: Ints
    object: Ints
    times: Ints
    start: Ints
    key: Ints
    breadth: Ints
    objects: int
    whole: Whole | None = None

    @property
    def audience(self) -> Ints:
        """Distinct accounts per object (d of the method)."""
        if self.whole:
            return self.whole.audience
        return np.bincount(self.object, minlength=self.objects)

    @classmethod
    def of(cls, actions: Actions) -> Incidence:
        """The rows of a layer's actions."""
        objects = max(len(actions.objects), 1)
        key, times = np.unique(actions.account * objects + actions.object, return_counts=True)
        account, object_ = np.divmod(key, objects)
        breadth = np.bincount(account, minlength=len(actions.accounts))
        start = np.concatenate([[0], np.cumsum(breadth)])
        return cls(account, object_, times.astype(np.int64), start, key, breadth, objects)

    def common(self, a: Ints, b: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """For each pair: the objects both acted on at any time, and how often each did.

        Returns
        -------
        pair, object, times_a, times_b : int arrays of shape (rows,)
        """
        small, large = self.by_breadth(a, b)
        number = self.rows[small]
        begin = np.cumsum(number) - number
        row = np.arange(int(number.sum()), dtype=np.int32)
        row += np.repeat((self.start[small] - begin).astype(np.int32), number)
        slot = self.spread.take(row).astype(np.int64)
        slot *= np.repeat(_SLOTS * self.rows[large], number)
        slot >>= 32
        slot += np.repeat(_SLOTS * self.start[large], number)
        maybe = np.flatnonzero(self.seen.take(slot))  # most are not there: one look tells
        pair, row = np.repeat(np.arange(len(a)), number)[maybe], row[maybe]
        key = large[pair] * self.objects + self.object[row]
        at = np.minimum(np.searchsorted(self.key, key), max(len(self.key) - 1, 0))
        both = self.key[at] == key if len(self.key) else np.zeros(0, bool)
        pair, row, at = pair[both], row[both], at[both]
        mine, other = self.times[row], self.times[at]
        flip = (small != a)[pair]
        return pair, self.object[row], np.where(flip, other, mine), np.where(flip, mine, other)

    def by_breadth(self, a: Ints, b: Ints) -> tuple[Ints, Ints]:
        """Of each pair the account with fewer rows here, and the other."""
        swap = self.rows[a] > self.rows[b]
        return np.where(swap, b, a), np.where(swap, a, b)

    @cached_property
    def rows(self) -> Ints:
        """Rows per account."""
        return np.diff(self.start)

    @cached_property
    def spread(self) -> NDArray[np.uint32]:
        """A number for each row's object that is as good as random."""
        return ((self.object.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)).astype(np.uint32)

    @cached_property
    def seen(self) -> Mask:
        """Sixteen slots per row, each account's beside each other: whether one of its objects falls into a slot."""
        seen = np.zeros(_SLOTS * len(self.key) + 1, bool)
        within = (self.spread.astype(np.int64) * (_SLOTS * self.rows[self.account])) >> 32
        seen[_SLOTS * self.start[self.account] + within] = True
        return seen


def components(accounts: int, a: Ints, b: Ints) -> Ints:
    """The component each account belongs to, -1 for accounts without a tie. Numbered by smallest member.

    Examples
    --------
    >>> import numpy as np
    >>> components(5, np.array([0, 3]), np.array([1, 4])).tolist()
    [0, 0, -1, 2, 2]
    """
    if not len(a):
        return np.full(accounts, -1, np.int64)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    network = coo_array((np.ones(len(a), bool), (a, b)), shape=(accounts, accounts))
    _, label = connected_components(network, directed=False)
    tied = np.zeros(accounts, bool)
    tied[a] = tied[b] = True
    return np.where(tied, label, -1).astype(np.int64)
