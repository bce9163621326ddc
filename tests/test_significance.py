"""The two tests against formulas written out by hand, against shuffled data, and on noise."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import exp, factorial

import numpy as np
import pytest
from fixtures_worlds import actions_of, planted_pairs, random_actions
from scipy.stats import false_discovery_control, poisson

from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.settings import Settings
from graph.significance import family_size, timing_model
from graph.significance.bipartite import Incidence, components
from graph.significance.configuration_model import chance_count, expected_a
from graph.significance.family_size import family_b
from graph.significance.multiple_testing import benjamini_hochberg
from graph.significance.poisson import poisson_tail
from graph.ties.layer import build_layer
from graph.ties.validation import validate_layers
from graph.toy_data import actions_table
from ingest.synthetic import Plan, world

ENGINE = LocalEngine()


def test_poisson_tail_is_exact() -> None:
    for count in range(6):
        for mean in (1e-9, 0.3, 4.0):
            want = 1 - sum(exp(-mean) * mean**n / factorial(n) for n in range(count))
            assert poisson_tail(np.array([count]), np.array([mean]))[0] == pytest.approx(want, abs=1e-12)
    assert poisson_tail(np.array([3]), np.array([1e-12]))[0] == pytest.approx(1e-36 / 6, rel=1e-6)  # no rounding to 0


def test_q_values_equal_scipy_and_pay_for_the_whole_family() -> None:
    p = np.random.default_rng(0).random(50) ** 4
    assert benjamini_hochberg(p, 50) == pytest.approx(false_discovery_control(p))
    padded = np.concatenate([p, np.ones(950)])
    assert benjamini_hochberg(p, 1_000) == pytest.approx(false_discovery_control(padded)[:50])
    assert benjamini_hochberg(np.zeros(0), 10).size == 0


def by_formula(actions: Actions, window_s: float, a: int, b: int, group: set[int], shrink: float) -> float:
    """Test B's mean as the method writes it, object by object, leaving ``group`` (or the pair) out."""

    def counts(object_: int, members: set[int] | None) -> tuple[int, int]:
        rows = [
            (int(i), int(t))
            for i, o, t in zip(actions.account, actions.object, actions.time, strict=True)
            if o == object_
        ]
        rows = [row for row in rows if members is None or row[0] in members]
        pairs = [(x, y) for x, y in combinations(rows, 2) if x[0] != y[0]]
        return sum(abs(x[1] - y[1]) <= window_s * 1e6 for x, y in pairs), len(pairs)

    objects = range(len(actions.objects))
    everyone = {o: counts(o, None) for o in objects}
    inside = {o: counts(o, group if len(group) > 2 else {a, b}) for o in objects}
    base_out = {o: counts(o, group) if len(group) > 2 else (0, 0) for o in objects}
    q0 = sum(everyone[o][0] - base_out[o][0] for o in objects) / sum(everyone[o][1] - base_out[o][1] for o in objects)
    mean = 0.0
    for o in objects:
        r_a = int(((actions.account == a) & (actions.object == o)).sum())
        r_b = int(((actions.account == b) & (actions.object == o)).sum())
        q = (everyone[o][0] - inside[o][0] + shrink * q0) / (everyone[o][1] - inside[o][1] + shrink)
        mean += 1 - (1 - q) ** (r_a * r_b)
    return mean


@pytest.mark.parametrize("seed", range(3))
def test_b_leaves_the_group_or_the_pair_out(seed: int) -> None:
    actions = random_actions(seed, rows=150, accounts=9, objects=6)
    incidence, pairs = Incidence.of(actions), ENGINE.pairs(actions, 60)
    trio = {0, 1, 2}
    label = np.array([0, 0, 0] + [-1] * 6)
    audience = timing_model.rates(ENGINE, actions, incidence, pairs, 60, label, 10)
    found = timing_model.test_b(pairs, incidence, audience, label, 3, 10)
    for n, (a, b) in enumerate(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)):
        group = trio if {a, b} <= trio else {a, b}
        assert found.expected[n] == pytest.approx(by_formula(actions, 60, a, b, group, 10)), (a, b)
        both = set(actions.object[actions.account == a]) & set(actions.object[actions.account == b])
        assert found.shared[n] == len(both)
        want = poisson.sf(pairs.observed[n] - 1, found.expected[n]) if len(both) >= 3 else 1.0
        assert found.p[n] == pytest.approx(want)


@pytest.mark.parametrize("seed", range(3))
def test_family_of_b_is_every_pair_with_three_objects_in_common(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    actions = random_actions(seed, rows=200, accounts=30, objects=15)
    own = [set(actions.object[actions.account == n].tolist()) for n in range(len(actions.accounts))]
    want = sum(len(a & b) >= 3 for a, b in combinations(own, 2))
    assert family_b(Incidence.of(actions), 3) == (want, True)
    monkeypatch.setattr(family_size, "_BLOCK", 50)  # several blocks
    assert family_b(Incidence.of(actions), 3) == (want, True)


@pytest.mark.parametrize("seed", range(3))
def test_a_family_that_is_not_counted_is_estimated_from_above(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    incidence = Incidence.of(
        actions_of(world(seed, Plan(accounts=3_000, actions=30_000, links=3_000, fans=100, groups=2)))
    )
    want, _ = family_b(incidence, 3)
    monkeypatch.setattr(family_size, "COUNTED", 0)
    monkeypatch.setattr(family_size, "PICKED", 600)
    found, exact = family_b(incidence, 3)
    assert not exact
    assert want <= found <= 1.1 * want
    assert family_b(incidence, 3) == (found, False)
    monkeypatch.setattr(family_size, "_VISITS", 1)  # as few as may be
    assert family_b(incidence, 3)[0] > 0


def test_a_agrees_with_shuffled_accounts() -> None:
    """The closed form against what shuffling account labels really gives."""
    actions = actions_of(world(3, Plan(accounts=3_000, actions=30_000, links=3_000, fans=0, groups=0)))
    draw = np.random.default_rng(1)
    shuffled = [ENGINE.pairs(replace(actions, account=draw.permutation(actions.account)), 600) for _ in range(10)]
    want = float(np.mean([len(pairs) for pairs in shuffled]))
    meetings = round(float(np.mean([pairs.meetings for pairs in shuffled])))
    assert chance_count(Incidence.of(actions), meetings, 2) == pytest.approx(want, rel=0.15)


def test_chance_count_equals_a_sum_over_all_pairs() -> None:
    actions = random_actions(2)
    incidence = Incidence.of(actions)
    pairs = ENGINE.pairs(actions, 60)
    k = incidence.breadth.astype(float)
    means = [
        2 * pairs.meetings * k[i] * k[j] / k.sum() ** 2 for i, j in combinations(range(len(k)), 2) if k[i] > 1 < k[j]
    ]
    assert chance_count(incidence, pairs.meetings, 2) == pytest.approx(sum(poisson.sf(1, mean) for mean in means))
    assert expected_a(pairs, incidence)[0] == pytest.approx(
        2 * pairs.meetings * k[pairs.a[0]] * k[pairs.b[0]] / k.sum() ** 2
    )


def test_components_are_named_by_position_and_lone_accounts_have_none() -> None:
    label = components(6, np.array([0, 3]), np.array([1, 4]))
    assert label[0] == label[1] != label[3] == label[4]
    assert label[2] == label[5] == -1


@pytest.mark.parametrize("seed", [1, 2])
def test_noise_gives_no_tie_and_every_planted_pair_stands(seed: int) -> None:
    """A small sample of the series that ``make bench`` runs in full."""
    settings = Settings()
    noise = actions_of(world(seed, Plan().noise_only()))
    assert not validate_layers([build_layer("link", noise, 60, settings, ENGINE)], settings, ENGINE)[0].stands.any()
    drawn = world(seed)
    validated = validate_layers([build_layer("link", actions_of(drawn), 60, settings, ENGINE)], settings, ENGINE)[0]
    accounts = validated.layer.actions.accounts.to_pylist()
    found = {
        tuple(sorted((accounts[a], accounts[b])))
        for a, b in zip(
            validated.layer.pairs.a[validated.stands], validated.layer.pairs.b[validated.stands], strict=True
        )
    }
    planted = planted_pairs(drawn)
    assert len(found & planted) >= 0.95 * len(planted)
    assert len(found - planted) <= 0.05 * len(found)


def test_busy_accounts_that_repeat_one_link_are_not_tied() -> None:
    """Counting accounts instead of events would tie them; repeats are corrected for."""
    draw = np.random.default_rng(4)
    rows = [
        (f"x:{who}", f"o{what}", float(at))
        for who in range(12)
        for what in range(6)
        for at in draw.uniform(0, 86_400, 120)
    ]
    rows += [(f"x:y{n}", f"o{draw.integers(60)}", float(draw.uniform(0, 86_400))) for n in range(3_000)]
    settings = Settings()
    layer = build_layer("link", Actions.from_table(actions_table(rows)), 60, settings, ENGINE)
    assert len(layer.pairs) > 50
    assert not validate_layers([layer], settings, ENGINE)[0].stands.any()


def test_more_layers_make_q_larger() -> None:
    actions = actions_of(world(5, Plan(accounts=2_000, actions=15_000, links=2_000, fans=0, groups=2)))
    settings = Settings()
    one = validate_layers([build_layer("link", actions, 60, settings, ENGINE)], settings, ENGINE)[0]
    both = validate_layers([build_layer("link", actions, w, settings, ENGINE) for w in (60, 61)], settings, ENGINE)[0]
    assert (both.q >= one.q - 1e-15).all()
