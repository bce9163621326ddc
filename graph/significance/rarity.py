"""Rarity model (test C): objects that two unrelated accounts on two platforms have in common by chance.

Handles, contacts, links in profiles and pictures belong to an account rather than to a moment: there is no timing to test, and
one in common may be all there is. So each pair of accounts on two platforms is one hypothesis, and what counts is how easily an
unrelated account would bear the same.

* **Names** (``graph.significance.name_model``): the chance of a name follows from its letters and from its variants.
* **Objects** (contacts, links, pictures): popularity says nothing about an object that only two accounts of the case have, for
  the configuration model always gives it to some two. The accounts of *one* platform are the comparison: how often does an
  object that one of them has turn up with exactly one other? Unrelated people share what is popular whether they are on one
  platform or on two; one person with a profile on each shares it across. An object that r more accounts on these two platforms
  have is as likely as (r + 1) / accounts. The expected number of objects in common is the sum over all that the one account
  has, by the side that expects more (Poisson, as tests A and B).

Both are our own; the estimate of the objects is Good and Turing's (Good 1953, Biometrika 40:237) with the platform left out that
is being tested, and with one added, so that it is never 0 (Phipson and Smyth 2010). Calibration:
``tests/test_significance_rarity.py``.

Limits. One object in common is a tie only where accounts of one platform hardly ever share one, and more often across platforms.
An operator with several accounts on each platform raises the expectation for everybody, and so hides. Names of public figures,
brands and stock phrases can be rare in a case and common in the world. A name can be copied to deceive: it says that the name is
the same, not that the person is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.pairing.arrays import Floats, Ints, Mask
from graph.pairing.pairs import Pairs
from graph.significance.bipartite import Incidence


@dataclass(frozen=True)
class Rarity:
    """Basis of the rarity model for one layer.

    Attributes
    ----------
    platform : int array of shape (accounts,)
        Number of the platform each account is on.
    chance : float array of shape (objects,), optional
        Chance that an unrelated account has the object; None: to be estimated from how many have it.
    """

    platform: Ints
    chance: Floats | None = None

    def across(self, a: Ints, b: Ints) -> Mask:
        """Mask of the pairs on two platforms."""
        return np.asarray(self.platform[a] != self.platform[b])

    def family(self, incidence: Incidence) -> int:
        """Number of pairs of accounts on two platforms that both have an object.

        Examples
        --------
        >>> from graph.pairing.actions import Actions
        >>> from graph.toy_data import three_friends
        >>> Rarity(np.array([0, 0, 1])).family(Incidence.of(Actions.from_table(three_friends())))
        2
        """
        active = np.bincount(self.platform[incidence.breadth > 0])
        return int((active.sum() ** 2 - (active**2).sum()) // 2)


def expected_c(pairs: Pairs, incidence: Incidence, rarity: Rarity) -> Floats:
    """Expected number of objects that each pair has in common by chance.

    Parameters
    ----------
    pairs : Pairs
        Pairs of accounts on two platforms, found with a minimum of one object.

    Examples
    --------
    >>> from graph.pairing.actions import Actions
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.toy_data import three_friends
    >>> actions = Actions.from_table(three_friends())
    >>> pairs = LocalEngine().pairs(actions, 60, minimum=1)
    >>> expected_c(pairs, Incidence.of(actions), Rarity(np.array([0, 1, 1]), np.array([0.1, 0.2, 0.3]))).round(2).tolist()
    [0.6]
    """
    row = np.repeat(np.arange(len(pairs)), pairs.observed)
    if rarity.chance is not None:
        return np.bincount(row, weights=rarity.chance[pairs.met_object], minlength=len(pairs)).astype(float)
    held = _Held.of(incidence, rarity.platform)
    sides = [held.expected(pairs, row, one, other) for one, other in ((pairs.a, pairs.b), (pairs.b, pairs.a))]
    return np.maximum(*sides)


@dataclass(frozen=True)
class _Held:
    """Accounts that have each object, by platform.

    Attributes
    ----------
    incidence : Incidence
    platform : int array of shape (accounts,)
    number : int array of shape (platforms, objects)
    accounts : int array of shape (platforms,)
    base : float
        Chance of an object that nobody else on the two platforms has.
    """

    incidence: Incidence
    platform: Ints
    number: Ints
    accounts: Ints
    base: float

    @classmethod
    def of(cls, incidence: Incidence, platform: Ints) -> _Held:
        platforms = int(platform.max(initial=0)) + 1
        key = platform[incidence.account] * incidence.objects + incidence.object
        number = np.bincount(key, minlength=platforms * incidence.objects).reshape(platforms, incidence.objects)
        accounts = np.bincount(platform[incidence.breadth > 0], minlength=platforms)
        alone, twice = (number == 1).sum(axis=1), int((number == 2).sum())
        asked = int((alone * np.maximum(accounts - 1, 0)).sum()) + 2 * twice
        return cls(incidence, platform, number, accounts, (2 * twice + 1) / (asked + 1))

    def chance(self, others: Ints, accounts: Ints) -> Floats:
        """Chance of an object that so many others have, among so many accounts."""
        return np.where(others <= 0, self.base, np.minimum((others + 1) / np.maximum(accounts, 1), 1.0))

    def expected(self, pairs: Pairs, row: Ints, one: Ints, other: Ints) -> Floats:
        """Expected objects in common, given what the first account of each pair has."""
        rows = self.incidence.account
        mine, by_platform = self.platform[rows], np.zeros((len(self.accounts), len(self.incidence.breadth)))
        for there in range(len(self.accounts)):
            others = self.number[mine, self.incidence.object] + self.number[there, self.incidence.object] - 1
            chance = self.chance(others, self.accounts[mine] + self.accounts[there])
            by_platform[there] = np.bincount(rows, weights=chance, minlength=len(self.incidence.breadth))
        own, its = self.platform[one][row], self.platform[other][row]
        others = self.number[own, pairs.met_object] + self.number[its, pairs.met_object] - 2
        among = self.accounts[own] + self.accounts[its]
        less = self.chance(others, among) - self.chance(others + 1, among)  # the other account itself is no evidence
        return by_platform[self.platform[other], one] + np.bincount(row, weights=less, minlength=len(pairs))
