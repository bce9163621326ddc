"""Ties that chance does not explain: two closed-form tests, each with a family of its own.

Test A asks whether who and when could be chance; test B, whether two accounts that like the same things met only because
everyone who likes them is that fast. B leaves the accounts' own group out, counts events and corrects for repetition, so
that a campaign pushing its own links does not explain itself away. Poisson approximations of Chung-Lu and of the
permutation of times within objects; false discovery rate by Benjamini and Hochberg (1995), Journal of the Royal
Statistical Society B 57:289. The families are chosen without looking at timing, and pairs that did not meet twice count
as p = 1, which can only make q larger.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats, Ints, Mask
from graph.pairing.engine import Engine
from graph.pairing.pairs import Pairs
from graph.pairing.parallel import each

_COMPARED = 100_000  # objects of pairs compared at once, on each core: what is looked up for them stays in its cache
_SLOTS = 16  # per row, in the table that tells most objects apart at one look


def poisson_tail(observed: Ints | Floats, expected: Floats) -> Floats:
    """P(X >= observed) for Poisson counts with the given means.

    Examples
    --------
    >>> import numpy as np
    >>> poisson_tail(np.array([0, 2]), np.array([1.0, 0.1])).round(6).tolist()
    [1.0, 0.004679]
    """
    from scipy.special import gammainc  # loading a case, which needs the names of traces, does without

    count = np.asarray(observed, float)
    return np.where(count <= 0, 1.0, gammainc(np.maximum(count, 1.0), expected))


def usual(mean: float) -> tuple[float, float]:
    """The range a count with this mean stays in, 95 times of 100.

    Examples
    --------
    >>> usual(2.6)
    (0.0, 6.0)
    """
    from scipy.stats import poisson  # half a second to load, which not every command needs

    return float(poisson.ppf(0.025, max(mean, 0.0))), float(poisson.ppf(0.975, max(mean, 0.0)))


def benjamini_hochberg(p: Floats, family: int) -> Floats:
    """q-values of the smallest p-values of a family; the ones not given count as 1.

    Parameters
    ----------
    p : float array
    family : int
        How many hypotheses were asked, at least ``len(p)``.

    Examples
    --------
    >>> import numpy as np
    >>> benjamini_hochberg(np.array([0.001, 0.5, 0.02]), 10).round(3).tolist()
    [0.01, 1.0, 0.1]
    """
    order = np.argsort(p, kind="stable")
    raw = p[order] * family / np.arange(1, len(p) + 1)
    q = np.empty_like(raw)
    q[order] = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    return q


@dataclass(frozen=True)
class Whole:
    """What the tests must know of everybody where an engine leaves most actions where they lie.

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
    """Which account acted on which object how often: the distinct (account, object) rows, sorted.

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


def expected_a(pairs: Pairs, incidence: Incidence) -> Floats:
    """Test A's mean: 2 M k_i k_j / E^2, with M meetings, k distinct objects of an account, E their sum."""
    total = float(incidence.breadth.sum())
    breadth = incidence.breadth.astype(float)
    return 2.0 * pairs.meetings * breadth[pairs.a] * breadth[pairs.b] / max(total, 1.0) ** 2


def chance_count(incidence: Incidence, meetings: int, minimum: int) -> float:
    """How many pairs of accounts test A expects to meet at least ``minimum`` times.

    Only the number of objects per account matters, so pairs are counted by classes of accounts of equal breadth;
    accounts with fewer objects than that cannot.
    """
    scale = 2.0 * meetings / max(float(incidence.breadth.sum()), 1.0) ** 2
    breadth, number = np.unique(incidence.breadth[incidence.breadth >= minimum], return_counts=True)
    total = 0.0
    for k, n in zip(breadth.tolist(), number.tolist(), strict=True):
        chance = poisson_tail(np.full(len(breadth), minimum), scale * k * breadth.astype(float))
        total += n * float((number * chance).sum()) - n * float(chance[breadth == k][0])
    return total / 2


def components(accounts: int, a: Ints, b: Ints) -> Ints:
    """The component each account belongs to, -1 for accounts without a tie. Numbered by smallest member."""
    if not len(a):
        return np.full(accounts, -1, np.int64)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    network = coo_array((np.ones(len(a), bool), (a, b)), shape=(accounts, accounts))
    _, label = connected_components(network, directed=False)
    tied = np.zeros(accounts, bool)
    tied[a] = tied[b] = True
    return np.where(tied, label, -1).astype(np.int64)


@dataclass(frozen=True)
class Rates:
    """How fast each object's audience is, as a whole and without a group.

    Attributes
    ----------
    rapid, possible : float arrays of shape (objects,)
        Pairs of actions by different accounts within the window (m), and at any time (D).
    inside_key : int array, sorted
        ``component * objects + object`` of the rows below.
    inside_rapid, inside_possible : float arrays
        The same counts among members of one component.
    component_rapid, component_possible : float arrays of shape (components,)
        Their sums per component.
    all_rapid, all_possible : float
        Both counts over all objects.
    shrink : float
    """

    rapid: Floats
    possible: Floats
    inside_key: Ints
    inside_rapid: Floats
    inside_possible: Floats
    component_rapid: Floats
    component_possible: Floats
    all_rapid: float
    all_possible: float
    shrink: float

    @property
    def objects(self) -> int:
        return len(self.rapid)

    def inside(self, component: Ints, object_: Ints) -> tuple[Floats, Floats]:
        """m and D among the members of a component, per row; 0 where the component is -1."""
        if not len(self.inside_key):
            return np.zeros(len(object_)), np.zeros(len(object_))
        key = component * self.objects + object_
        at = np.minimum(np.searchsorted(self.inside_key, key), len(self.inside_key) - 1)
        hit = (self.inside_key[at] == key) & (component >= 0)
        return np.where(hit, self.inside_rapid[at], 0.0), np.where(hit, self.inside_possible[at], 0.0)

    def base(self, component: Ints) -> Floats:
        """The layer's own rate without the component (q0)."""
        inside = component >= 0
        rapid = self.all_rapid - np.where(inside, self.component_rapid[component], 0.0)
        possible = self.all_possible - np.where(inside, self.component_possible[component], 0.0)
        return rapid / np.maximum(possible, 1.0)


def rates(
    engine: Engine, actions: Actions, incidence: Incidence, pairs: Pairs, window_s: float, label: Ints, shrink: float
) -> Rates:
    """Count each object's pairs of actions, all and inside components."""
    size = len(pairs.rapid)
    count = np.bincount(incidence.object, weights=incidence.times, minlength=size)
    own = np.bincount(incidence.object, weights=incidence.times.astype(float) ** 2, minlength=size)
    member = label[incidence.account] >= 0
    key = label[incidence.account[member]] * size + incidence.object[member]
    inside_key, row = np.unique(key, return_inverse=True)
    inside_count = np.bincount(row, weights=incidence.times[member], minlength=len(inside_key))
    inside_own = np.bincount(row, weights=incidence.times[member].astype(float) ** 2, minlength=len(inside_key))
    inside_rapid = np.zeros(len(inside_key))
    if len(inside_key):
        for early, late in engine.rapid_pairs(actions, window_s, label >= 0):
            one = label[actions.account[early]]
            same = one == label[actions.account[late]]
            at = np.searchsorted(inside_key, one[same] * size + actions.object[early[same]])
            inside_rapid += np.bincount(at, minlength=len(inside_key))
    inside_possible = (inside_count**2 - inside_own) / 2
    component = inside_key // max(size, 1)
    number = int(label.max(initial=0)) + 1
    whole = incidence.whole
    possible = whole.possible if whole else (count**2 - own) / 2
    return Rates(
        rapid=pairs.rapid.astype(float),
        possible=possible,
        inside_key=inside_key,
        inside_rapid=inside_rapid,
        inside_possible=inside_possible,
        component_rapid=np.bincount(component, weights=inside_rapid, minlength=number).astype(float),
        component_possible=np.bincount(component, weights=inside_possible, minlength=number).astype(float),
        all_rapid=whole.rapid_pairs if whole else float(pairs.rapid.sum()),
        all_possible=whole.possible_pairs if whole else float(possible.sum()),
        shrink=shrink,
    )


@dataclass(frozen=True)
class TestB:
    """What test B says of each pair.

    Attributes
    ----------
    shared : int array of shape (pairs,)
        Objects both acted on at any time.
    expected, p, p_in_sample : float arrays of shape (pairs,)
        p is 1 where the pair is not in the family.
    closed : bool array of shape (pairs,)
        Most meetings on objects with too few outside pairs of actions to know their rate.
    """

    shared: Ints
    expected: Floats
    p: Floats
    p_in_sample: Floats
    closed: np.ndarray[tuple[int], np.dtype[np.bool_]]


def test_b(pairs: Pairs, incidence: Incidence, rates: Rates, label: Ints, minimum: int, outside_pairs: int) -> TestB:
    """Test B for every pair: leaving its component out, or the pair itself where it is in none, and with nobody left out."""
    number = len(pairs)
    shared, left_out, in_sample = np.zeros(number, np.int64), np.zeros(number), np.zeros(number)
    own = np.zeros(number)
    met_key = np.repeat(np.arange(number), pairs.observed) * max(rates.objects, 1) + pairs.met_object
    nobody = rates.base(np.full(1, -1))
    everyone = (rates.rapid + rates.shrink * nobody) / (rates.possible + rates.shrink)

    small, large = incidence.by_breadth(pairs.a, pairs.b)
    order = np.argsort(large, kind="stable")  # pairs of one account follow each other, for the caches

    def run_test(run: tuple[int, int]) -> None:
        some = order[slice(*run)]
        a, b = pairs.a[some], pairs.b[some]
        pair, object_, times_a, times_b = incidence.common(a, b)
        repeats = (times_a * times_b).astype(float)
        component = np.where(label[a] == label[b], label[a], -1)[pair]
        inside_rapid, inside_possible = rates.inside(component, object_)
        met = _met(met_key, pairs.met_actions, some[pair] * max(rates.objects, 1) + object_)
        alone = component < 0
        inside_rapid = np.where(alone, met, inside_rapid)
        inside_possible = np.where(alone, repeats, inside_possible)
        outside = rates.possible[object_] - inside_possible
        base = rates.base(component)
        rate = (rates.rapid[object_] - inside_rapid + rates.shrink * base) / (outside + rates.shrink)
        size = len(some)
        shared[some] = np.bincount(pair, minlength=size)
        left_out[some] = np.bincount(pair, weights=_at_least_once(rate, repeats), minlength=size)
        in_sample[some] = np.bincount(pair, weights=_at_least_once(everyone[object_], repeats), minlength=size)
        own[some] = np.bincount(pair, weights=(met > 0) & (outside < outside_pairs), minlength=size)

    if number:
        incidence.seen  # noqa: B018 - made once, before the cores ask for it
    each(run_test, _bounded(incidence.rows[small][order], _COMPARED))
    family = shared >= minimum
    return TestB(
        shared=shared,
        expected=left_out,
        p=np.where(family, poisson_tail(pairs.observed, left_out), 1.0),
        p_in_sample=np.where(family, poisson_tail(pairs.observed, in_sample), 1.0),
        closed=own > pairs.observed / 2,
    )


test_b.__test__ = False  # type: ignore[attr-defined]  # a statistical test, not one for pytest
TestB.__test__ = False  # type: ignore[attr-defined]


def _at_least_once(rate: Floats, repeats: Floats) -> Floats:
    """Chance that two accounts meet at least once on an object they acted on so many times."""
    rate = np.clip(rate, 0.0, 1.0)
    several = np.flatnonzero(repeats > 1)  # few, and powers take long
    rate[several] = 1.0 - (1.0 - rate[several]) ** repeats[several]
    return rate


def _met(key: Ints, actions: Ints, wanted: Ints) -> Floats:
    """How many pairs of actions within the window stand behind each wanted key; 0 for those that are not there."""
    if not len(key):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    return np.where(key[at] == wanted, actions[at], 0).astype(float)


def _bounded(rows: Ints, size: int) -> list[tuple[int, int]]:
    """Runs of pairs whose rows add up to a bounded number."""
    total = np.cumsum(rows)
    cuts = [0]
    while cuts[-1] < len(rows):
        done = total[cuts[-1] - 1] if cuts[-1] else 0
        cuts.append(max(cuts[-1] + 1, int(np.searchsorted(total, done + size, side="right"))))
    return list(pairwise(cuts))
