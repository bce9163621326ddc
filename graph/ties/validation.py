"""Statistically validated layers: the pairs of accounts that both tests call ties.

A pair is a tie when the configuration model (test A) and the timing model (test B) both reject it. Each test has its own
family of hypotheses, pooled over all layers of the run. A pair that meets no more often than two accounts that are always this
fast is no tie: the timing model takes all accounts to be equally fast, so the fastest of an audience fail it together.
What belongs to accounts rather than to moments (handles, contacts) has no timing: there a pair on two platforms is a tie when the
rarity model (test C) rejects it, corrected for all pairs of accounts on two platforms in all such layers of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from graph.pairing.arrays import Floats, Ints, Mask
from graph.pairing.engine import Engine
from graph.settings import Settings
from graph.significance.bipartite import components
from graph.significance.configuration_model import expected_a
from graph.significance.family_size import family_b
from graph.significance.multiple_testing import benjamini_hochberg
from graph.significance.outside import EVERYBODY, Outside, held
from graph.significance.poisson import poisson_tail
from graph.significance.rarity import expected_c
from graph.significance.timing_model import TestB, rates, test_b
from graph.ties.layer import Layer
from graph.ties.response_times import OWN_SPEED, own_speeds
from ingest.errors import Progress

SET = 4  # accounts from which a set is tested as a set
MAJORITY = 0.5  # part of the ties of a component above which they decide what it is

Split = Callable[[Layer, Mask], Ints]


@dataclass(frozen=True)
class ValidatedLayer:
    """A layer with both tests' results for each of its pairs.

    Attributes
    ----------
    expected_a, p_a, q_a, q_b, q : float arrays of shape (pairs,)
    b : TestB
    family_b : int
    family_is_exact : bool
        False where the family of B was estimated from above because counting it would have taken too long.
    own_speed : bool array of shape (pairs,)
        Both tests find them, but not once test B takes each account to be as fast as it always is: no ties, see
        ``graph.ties.response_times``.
    stands : bool array of shape (pairs,)
        The ties of this layer.
    explained_in_sample : bool array of shape (pairs,)
        Test B with nobody left out does not find them: everyone who shares these objects is this fast.
    ties_shuffled : float, optional
        How many ties stand with times shuffled within objects, see ``graph.ties.shuffle_check``; None where that was not tried.
    outside : Outside
        Accounts that its pairs were compared with in test B.
    hidden : bool array of shape (pairs,), optional
        Ties that are not shown, because both accounts are of a comparison (``graph.groups.comparison``); not in ``stands``.
    """

    layer: Layer
    expected_a: Floats
    p_a: Floats
    q_a: Floats
    b: TestB
    q_b: Floats
    family_b: int
    family_is_exact: bool
    own_speed: Mask
    stands: Mask
    explained_in_sample: Mask
    ties_shuffled: float | None = None
    outside: Outside = field(default_factory=Outside)
    hidden: Mask | None = None

    @property
    def timed(self) -> bool:
        """True where tests A and B were made, not test C."""
        return self.layer.rarity is None

    @property
    def closed(self) -> int:
        """Ties on objects that hardly anyone else acted on."""
        return int((self.stands & self.b.closed).sum())

    @property
    def q(self) -> Floats:
        return np.maximum(self.q_a, self.q_b)

    @property
    def expected(self) -> Floats:
        """Expected number by the test with the larger p."""
        return np.where(self.b.p > self.p_a, self.b.expected, self.expected_a)


@dataclass(frozen=True)
class Thresholds:
    """Largest p that a tie of this run may have in each test: alpha x pairs that pass / pairs in the family."""

    a: float
    b: float

    @classmethod
    def of(cls, validated: Sequence[ValidatedLayer], alpha: float) -> Thresholds:
        passed_a = sum(int((one.q_a <= alpha).sum()) for one in validated)
        passed_b = sum(int((one.q_b <= alpha).sum()) for one in validated)
        family_a, family_b = sum(one.layer.family_a for one in validated), sum(one.family_b for one in validated)
        return cls(alpha * max(passed_a, 1) / max(family_a, 1), alpha * max(passed_b, 1) / max(family_b, 1))


def validate_layers(
    layers: Sequence[Layer],
    settings: Settings,
    engine: Engine,
    progress: Progress | None = None,
    split: Split | None = None,
) -> list[ValidatedLayer]:
    """Layers with every pair tested, the families pooled over the layers.

    Parameters
    ----------
    split : callable, optional
        Gives the community of each account from a layer and the mask of its pairs that pass test A; asked where these hold
        (almost) everybody, so that leaving out a component leaves nobody. Without it components are always left out.

    Source: Benjamini and Hochberg per family; test A decides whose component is left out of test B.
    """
    by_time = iter(
        _validate_timed([layer for layer in layers if layer.rarity is None], settings, engine, progress, split)
    )
    by_rarity = iter(_validate_rare([layer for layer in layers if layer.rarity is not None], settings))
    return [next(by_time if layer.rarity is None else by_rarity) for layer in layers]


def _validate_rare(layers: Sequence[Layer], settings: Settings) -> list[ValidatedLayer]:
    """Layers of what belongs to accounts, by test C; q as of both tests, because only one was asked."""
    means = [expected_c(layer.pairs, layer.incidence, layer.rarity) for layer in layers if layer.rarity]
    p_c = [poisson_tail(layer.pairs.observed, mean) for layer, mean in zip(layers, means, strict=True)]
    q_c = _pooled(p_c, sum(layer.family_a for layer in layers))
    return [
        ValidatedLayer(
            layer=layer,
            expected_a=mean,
            p_a=p,
            q_a=q,
            b=TestB(layer.pairs.observed, mean, p, p, np.ones(len(p), bool)),
            q_b=q,
            family_b=0,
            family_is_exact=True,
            own_speed=np.zeros(len(p), bool),
            stands=q <= settings.alpha,
            explained_in_sample=np.zeros(len(p), bool),
        )
        for layer, mean, p, q in zip(layers, means, p_c, q_c, strict=True)
    ]


def _validate_timed(
    layers: Sequence[Layer], settings: Settings, engine: Engine, progress: Progress | None, split: Split | None
) -> list[ValidatedLayer]:
    means, p_a, q_a = test_a(layers)
    passed = [q <= settings.alpha for q in q_a]
    layers, outside = _with_outside(layers, passed, split)
    tests, families = [], []
    for number, layer in enumerate(layers):
        if progress:
            progress(f"Testing {layer.trace} within {layer.window_s:g} s against chance", number, len(layers))
        tests.append(test_layer(layer, passed[number], settings, engine))
        size, exact = family_b(layer.incidence, settings.family_b_objects)
        families.append((size * layer.looked, exact))
    whole_family = sum(size for size, _ in families)
    explained = [q > settings.alpha for q in _pooled([test.p_in_sample for test in tests], whole_family)]
    at_their_pace = _pooled([test.p for test in tests], whole_family)
    found = [a & (q <= settings.alpha) for a, q in zip(passed, at_their_pace, strict=True)]
    own = [_own_speeds(*one, settings.crowd_min) for one in zip(layers, found, tests, explained, outside, strict=True)]
    tests = [_as_fast(*one) for one in zip(tests, layers, own, strict=True)]
    own_pace = _pooled([test.p for test in tests], whole_family)
    q_b = [np.where(n > 0, two, one) for n, one, two in zip(own, at_their_pace, own_pace, strict=True)]
    fast = [
        both & ((q > settings.alpha) | (number > OWN_SPEED * layer.pairs.observed))
        for both, q, number, layer in zip(found, q_b, own, layers, strict=True)
    ]
    return [
        ValidatedLayer(
            layer=layer,
            expected_a=means[n],
            p_a=p_a[n],
            q_a=q_a[n],
            b=tests[n],
            q_b=q_b[n],
            family_b=families[n][0],
            family_is_exact=families[n][1],
            own_speed=fast[n],
            stands=found[n] & ~fast[n],
            explained_in_sample=explained[n],
            outside=outside[n],
        )
        for n, layer in enumerate(layers)
    ]


def _with_outside(
    layers: Sequence[Layer], passed: Sequence[Mask], split: Split | None
) -> tuple[list[Layer], list[Outside]]:
    """Layers with their communities where the tied accounts are (almost) everybody, and the outside of each."""
    found, outside = [], []
    for layer, passed_a in zip(layers, passed, strict=True):
        pairs = layer.pairs
        label = components(len(layer.actions.accounts), pairs.a[passed_a], pairs.b[passed_a])
        part = held(label, layer.incidence)
        parts = split(layer, passed_a) if split and part > EVERYBODY else None
        several = parts is not None and len(np.unique(parts[parts >= 0])) > 1
        name = "component" if part <= EVERYBODY else "community" if several else "none"
        found.append(replace(layer, communities=parts) if several else layer)
        outside.append(Outside(name, part))
    return found, outside


def _own_speeds(layer: Layer, found: Mask, test: TestB, explained: Mask, outside: Outside, crowd_min: int) -> Floats:
    """Meetings that own speeds give each found pair, 0 for pairs that are not asked.

    A fast crowd is set aside whole (``graph.groups.merge``): taken apart, its remains would be shown. Where everybody was chosen
    beforehand, sets are judged by their speeds as sets (``graph.groups.describe``). Closed ties are not asked: where hardly
    anyone else acted, there is no speed to compare with.
    """
    pairs, own = layer.pairs, np.zeros(len(found))
    label = components(len(layer.actions.accounts), pairs.a[found], pairs.b[found])
    accounts = np.bincount(label[label >= 0], minlength=1)
    if outside.name == "component":
        ties, crowd = (
            np.bincount(label[pairs.a[some]], minlength=len(accounts)) for some in (found, found & explained)
        )
        spared = (accounts > crowd_min) & (crowd > MAJORITY * ties)
    else:
        spared = accounts >= SET
    asked = np.flatnonzero(found & ~test.closed)
    asked = asked[~spared[label[pairs.a[asked]]]]
    if len(asked):
        own[asked] = own_speeds(layer, pairs.a[asked], pairs.b[asked], label, test.expected[asked])
    return own


def _as_fast(test: TestB, layer: Layer, own: Floats) -> TestB:
    """Test B with the larger of two expected numbers: at everyone's pace, and at the two accounts' own speeds.

    Own speeds need not give most of the meetings: of many pairs of fast accounts those are found that were lucky besides.
    """
    more = own > test.expected
    p = np.where(more, np.maximum(test.p, poisson_tail(layer.pairs.observed, own)), test.p)
    return replace(test, expected=np.where(more, own, test.expected), p=p)


def test_a(layers: Sequence[Layer]) -> tuple[list[Floats], list[Floats], list[Floats]]:
    """Result of test A for every pair of every layer: expected number, p, and q with the family pooled over the layers."""
    means = [expected_a(layer.pairs, layer.incidence) for layer in layers]
    p_a = [poisson_tail(layer.pairs.observed, mean) for layer, mean in zip(layers, means, strict=True)]
    return means, p_a, _pooled(p_a, sum(layer.family_a for layer in layers))


def test_layer(layer: Layer, passed_a: Mask, settings: Settings, engine: Engine, only: Mask | None = None) -> TestB:
    """Result of test B for a layer's pairs, or only for some; left out is the pair's component of those that pass A, or its community."""
    pairs, incidence = layer.pairs, layer.incidence
    label = layer.communities
    if label is None:
        label = components(len(layer.actions.accounts), pairs.a[passed_a], pairs.b[passed_a])
    audience = rates(engine, layer.actions, incidence, pairs, layer.window_s, label, settings.shrink_pairs)
    if layer.communities is not None:
        audience = audience.between()
    asked = pairs if only is None else pairs.where(only)
    return test_b(asked, incidence, audience, label, settings.family_b_objects, settings.outside_pairs)


test_a.__test__ = test_layer.__test__ = False  # type: ignore[attr-defined]  # statistical tests, not for pytest


def _pooled(p: Sequence[Floats], family: int) -> list[Floats]:
    """q-values of several layers as one family."""
    joined = benjamini_hochberg(np.concatenate(p), family) if p else np.zeros(0)
    return np.split(joined, np.cumsum([len(part) for part in p])[:-1]) if p else []
