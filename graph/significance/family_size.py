"""Family of the timing model (test B): its number of pairs, counted where that is quick, else estimated from above.

A pair is in the family when both accounts acted on enough of the same objects at any time. An exact count visits every two
accounts of every object, which is quadratic in an object's audience. Beyond ``COUNTED`` such visits, only the partners of
some accounts are counted: a systematic sample of accounts in order of their visits, denser where visits are many, because
partners rise with visits. Between sampled accounts the number of partners is interpolated. Nothing is random, so the same
data give the same number on every engine.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import csr_array

from graph.pairing.arrays import Ints
from graph.pairing.parallel import each
from graph.significance.bipartite import Incidence

COUNTED = 20_000_000  # visits up to which every account's partners are counted
PICKED = 2_000  # accounts whose partners are counted beyond that
_VISITS = 200_000_000  # at most, so that few accounts are picked where each has very many
_BLOCK = 4_000_000  # visits at once, on each core
_MARGIN = 3  # standard errors added to an estimate: a family too large makes q larger, never smaller


def family_b(incidence: Incidence, minimum: int) -> tuple[int, bool]:
    """Number of pairs that share at least ``minimum`` objects at any time, and True if it is exact, not an estimate from above."""
    if incidence.whole:
        return incidence.whole.family_b
    able = incidence.breadth >= minimum
    rows = np.flatnonzero(able[incidence.account])
    account, object_ = (np.cumsum(able) - 1)[incidence.account[rows]], incidence.object[rows]
    audience = np.bincount(object_, minlength=incidence.objects)
    visits = np.bincount(account, weights=audience[object_], minlength=int(able.sum())).astype(np.int64)
    start = np.searchsorted(account, np.arange(len(visits) + 1))
    acts = csr_array((np.ones(len(rows), np.int32), object_, start), shape=(len(visits), incidence.objects))
    picked = pick(visits)
    return pairs_of(visits, picked, _partners(acts, picked, visits, minimum))


def pick(visits: Ints) -> Ints:
    """Accounts whose partners to count: all of them, or some, by their visits from few to many.

    Parameters
    ----------
    visits : int array of shape (accounts,)
        Sum of the audiences of the account's objects.

    Returns
    -------
    int array
        Positions of accounts.

    Examples
    --------
    >>> pick(np.array([5, 3, 4])).tolist()
    [1, 2, 0]
    >>> len(pick(np.arange(100_000)))
    2002
    """
    order = np.argsort(visits, kind="stable")
    if visits.sum() <= COUNTED:
        return order
    weight = np.sqrt(visits[order])
    each_costs = float((weight**3).sum() / weight.sum())
    number = max(min(PICKED, int(_VISITS / each_costs)), 3)
    upto = np.cumsum(weight)
    at = np.searchsorted(upto, (np.arange(number) + 0.5) / number * upto[-1])
    return order[np.unique(np.concatenate([[0], at, [len(order) - 1]]))]


def pairs_of(visits: Ints, picked: Ints, partners: Ints) -> tuple[int, bool]:
    """Number of pairs, from the partners of the picked accounts.

    Parameters
    ----------
    visits : int array of shape (accounts,)
    picked : int array
        As ``pick`` gives it.
    partners : int array of the same length
        How many accounts each of them is in a pair with.

    Returns
    -------
    int, bool
        The number, and whether it is exact. An estimate has three standard errors on top, taken from how far each picked
        account lies off the line between its neighbours (successive differences; Wolter, Introduction to Variance
        Estimation, 2007, ch. 8).

    Examples
    --------
    >>> pairs_of(np.array([2, 2, 1]), np.array([2, 0, 1]), np.array([0, 1, 1]))
    (1, True)
    """
    count = len(visits)
    if len(picked) == count:
        return int(partners.sum()) // 2, True
    place = np.empty(count, np.int64)
    place[np.argsort(visits, kind="stable")] = np.arange(count)
    at = place[picked]
    total = float(np.interp(np.arange(count), at, partners).sum())
    off = partners[1:-1] - (partners[2:] + partners[:-2]) / 2
    stands_for = (at[2:] - at[:-2]) / 2
    error = math.sqrt(float((off**2 / 1.5 * stands_for * (stands_for - 1)).sum()))
    return min(math.ceil((total + _MARGIN * error) / 2), count * (count - 1) // 2), False


def _partners(acts: csr_array, picked: Ints, visits: Ints, minimum: int) -> Ints:
    """Number of others that share at least ``minimum`` objects with each of the picked accounts."""
    across = acts.T.tocsr()

    def count(some: Ints) -> Ints:
        shared = acts[some] @ across
        enough = np.concatenate([[0], np.cumsum(shared.data >= minimum)])
        return np.diff(enough[shared.indptr]) - 1  # everybody shares all with themselves

    cuts = np.flatnonzero(np.diff(np.cumsum(visits[picked]) // _BLOCK)) + 1
    parts = each(count, np.split(picked, cuts))
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
