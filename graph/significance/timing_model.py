"""Timing model (test B): meetings that two accounts would have if they were as fast as everyone else on the same objects.

Accounts that like the same things share them, and by chance some do so at close times. The expected number follows from
each object's rate: the part of all pairs of actions on it that lie within the window. The two accounts' own group is left
out of that rate, so that a campaign that pushes its own links does not explain itself away. Repeated actions of one account
are corrected for. This is the Poisson approximation of shuffling times within objects.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats, Ints
from graph.pairing.engine import Engine
from graph.pairing.pairs import Pairs
from graph.pairing.parallel import each
from graph.significance.bipartite import Incidence
from graph.significance.poisson import poisson_tail

_COMPARED = 100_000  # objects of pairs compared at once, on each core: what is looked up for them stays in its cache


@dataclass(frozen=True)
class Rates:
    """Rate of each object: its pairs of actions within the window over those at any time, with and without a group.

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
        """Sums m and D among the members of a component, per row; 0 where the component is -1."""
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

    def between(self) -> Rates:
        """Rates between components: the pairs inside every one are left out, not only those inside a pair's own."""
        object_ = self.inside_key % max(self.objects, 1)
        rapid, possible = (
            np.bincount(object_, weights=inside, minlength=self.objects).astype(float)[object_]
            for inside in (self.inside_rapid, self.inside_possible)
        )
        number = len(self.component_rapid)
        return replace(
            self,
            inside_rapid=rapid,
            inside_possible=possible,
            component_rapid=np.full(number, self.inside_rapid.sum()),
            component_possible=np.full(number, self.inside_possible.sum()),
        )


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
    """Result of test B for each pair.

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
    """Result of test B for every pair, its component left out, or the pair itself where it is in none."""
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
    """Number of pairs of actions within the window behind each wanted key; 0 for keys that are not there."""
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
