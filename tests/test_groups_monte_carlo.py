"""Groups tested as groups: planted ones are kept with the right label, noise and fans give none."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest
from bench_worlds import Scenario, measure
from fixtures_worlds import actions_of, random_actions

from graph.groups.candidates import _common, _joined, find_candidates
from graph.groups.monte_carlo import KINDS, Origin, TestedGroup, test_groups
from graph.groups.outside_rates import outside_rates
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.pairing.pair_list import BLOCK, listed
from graph.pairing.pairs import Pairs
from graph.runs.pipeline import search
from graph.schema import LABELS
from graph.settings import Settings
from graph.significance.bipartite import Incidence
from graph.ties.layer import build_layer
from graph.ties.window_sweep import Sweep
from graph.toy_data import actions_table
from ingest.synthetic import Plan, World, world

ENGINE = LocalEngine()
SETTINGS = Settings()
SMALL = Plan(accounts=4_000, actions=40_000, links=5_000, fans=300, groups=4, objects=5)


def kept_in(drawn: World, settings: Settings = SETTINGS) -> list[TestedGroup]:
    return test_groups([build_layer("link", actions_of(drawn), 60, settings, ENGINE)], settings, ENGINE)


def planted(drawn: World, kept: list[TestedGroup]) -> list[TestedGroup | None]:
    """The kept group that is each planted one, by Jaccard of a half or more."""
    found = []
    for group in drawn.groups:
        want = {f"x:{account}" for account in group}
        same = [k for k in kept if len(want & set(k.members)) / len(want | set(k.members)) >= 0.5]
        found.append(same[0] if same else None)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_five_weak_meetings_repeated_in_a_small_set_are_found_and_labelled(seed: int) -> None:
    """Half of the groups push popular links, half their own: timing, and closed circles. Full series in ``make bench``."""
    drawn = world(seed, SMALL)
    kept = kept_in(drawn)
    found = planted(drawn, kept)
    assert sum(group is not None for group in found) >= 3
    assert len([k for k in kept if k.p is not None]) == sum(group is not None for group in found)
    for group, exclusive in zip(found, drawn.exclusive, strict=True):
        if group:
            assert group.label == ("closed_circle" if exclusive else "timing")
            assert group.p is not None and group.p <= 0.05
            assert group.by_chance is not None and group.by_chance < 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_holds_no_group(seed: int) -> None:
    assert kept_in(world(seed, SMALL.noise_only())) == []


def test_fast_fans_are_a_crowd_that_shuffling_leaves_standing() -> None:
    kept = kept_in(world(1, replace(SMALL, fan_delay_s=100.0, groups=0)))
    assert [k.label for k in kept] == ["fast_crowd"]
    assert kept[0].left > 0.9
    assert kept[0].p is None
    assert len(kept[0].members) > 250


@pytest.mark.parametrize(
    ("fans", "delay", "seed", "label"), [(100, 1_800.0, 1, "own_speed"), (150, 1_200.0, 2, "fast_crowd")]
)
def test_fans_whose_speeds_differ_are_not_shown_as_groups(fans: int, delay: float, seed: int, label: str) -> None:
    """Times shuffled within objects take the fast ones' speed away; their own delays, dealt out anew, do not."""
    plan = replace(SMALL, fans=fans, fan_delay_s=delay, fan_spread=1.0, groups=0)
    kept = kept_in(world(seed, plan))
    assert [k.label for k in kept] == [label]
    assert kept[0].left < 0.5 < kept[0].own
    assert LABELS[label].heading == "aside"


SLEEPERS = Plan(accounts=6_000, actions=40_000, links=6_000, fans=700, groups=0, rhythm=0.9, zones=3, fan_spread=1.0)
ELECTION = {"bursts": 0.2, "superspreaders": 10}


@pytest.mark.parametrize(("more", "seed"), [({}, 4), ({}, 6), (ELECTION, 3), (ELECTION, 5)])
def test_fans_who_sleep_and_whose_speeds_differ_are_neither_tied_nor_shown(more: dict[str, float], seed: int) -> None:
    """Each of these showed a set, and up to 13 ties, while speeds explained only what they give most of."""
    said = measure(Scenario("sleepers", more), seed, SLEEPERS, SETTINGS)
    assert (said.false_groups, said.ties) == (0, 0)


def test_who_acts_together_is_found_among_fans_who_sleep_and_whose_speeds_differ() -> None:
    planted = {"groups": 4, "objects": 8, "exclusive": 0.5}
    said = measure(Scenario("sleepers", {**ELECTION, **planted}), 3, SLEEPERS, SETTINGS)
    assert (said.found, said.false_groups) == (4, 0) and said.false_ties <= 0.05 * said.ties
    assert sorted(said.labels) == ["closed_circle"] * 2 + ["timing"] * 2
    assert said.pairs_found >= 0.95 * said.pairs_planted


def test_own_speeds_do_not_explain_those_who_act_together() -> None:
    drawn = world(2, replace(SMALL, exclusive=0.0))
    groups = [group for group in planted(drawn, kept_in(drawn)) if group]
    assert len(groups) >= 3
    assert max(group.own for group in groups) < 0.25


@pytest.mark.parametrize("accounts", [60, 3_000])
def test_contacts_in_common_are_counted_the_same_either_way(accounts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    a, b = np.triu_indices(accounts, 1)
    some = draw.random(len(a)) < min(1, 40 / accounts)
    bits = _common(a[some], b[some], accounts)
    monkeypatch.setattr("graph.groups.candidates.ROWS", 0)
    counted = _common(a[some], b[some], accounts)
    assert bits[0].any()
    assert all(np.array_equal(*both) for both in zip(bits, counted, strict=True))


def test_fewer_than_nineteen_worlds_can_keep_nothing_and_none_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no further world can bring below alpha is not asked of one."""
    searched: list[int] = []

    def noted(*given: Any) -> Any:
        searched.append(1)
        return find_candidates(*given)

    monkeypatch.setattr("graph.groups.monte_carlo.find_candidates", noted)
    few = replace(SMALL, fans=0)
    assert kept_in(world(1, few), Settings(worlds=5)) == [] and len(searched) == 1
    assert kept_in(world(1, few), Settings(worlds=19)) != [] and len(searched) == 2 + 19 * 3


def test_the_same_seed_gives_the_same_groups() -> None:
    drawn = world(1, SMALL)
    assert kept_in(drawn) == kept_in(drawn)


def test_two_layers_pay_once() -> None:
    """A second layer of noise does not take the groups of the first away, and is searched in the same worlds."""
    drawn, noise = world(1, SMALL), world(9, SMALL.noise_only())
    layers = [build_layer(n, actions_of(w), 60, SETTINGS, ENGINE) for n, w in (("link", drawn), ("text", noise))]
    kept = test_groups(layers, SETTINGS, ENGINE)
    assert {k.layer for k in kept} == {0}
    assert sum(group is not None for group in planted(drawn, kept)) >= 3


def test_a_group_pays_for_every_window_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loosened, so that worlds hold candidates: after a sweep a world counts when it holds one at any of the windows."""
    monkeypatch.setattr("graph.groups.candidates.WEAK_P", 2e-2)
    monkeypatch.setattr("graph.groups.candidates.CLUSTER_P", 5e-2)
    every = replace(SETTINGS, alpha=1.0, worlds=6)
    layer = build_layer("link", actions_of(world(1, SMALL)), 60, every, ENGINE)
    looked = pl.DataFrame({"window_s": [30.0, 60.0, 300.0]})
    alone = {k.members: k for k in test_groups([layer], every, ENGINE)}
    swept = {k.members: k for k in test_groups([replace(layer, sweep=Sweep(looked, 60.0, [], ()))], every, ENGINE)}
    assert alone.keys() == swept.keys()
    tested = [(k, swept[k.members]) for k in alone.values() if k.p is not None]
    assert all((one.p or 0) <= (two.p or 0) and (one.by_chance or 0) <= (two.by_chance or 0) for one, two in tested)
    assert any((one.p or 0) < (two.p or 0) for one, two in tested)


@pytest.mark.parametrize("kind", KINDS)
def test_worlds_keep_what_they_promise(kind: str) -> None:
    actions = random_actions(3)
    origin = Origin.of(build_layer("link", actions, 60, SETTINGS, ENGINE), ENGINE, SETTINGS)
    shuffled, incidence, _ = KINDS[kind](origin, np.random.default_rng(1))
    assert np.array_equal(shuffled.time, actions.time)
    assert np.array_equal(shuffled.object, actions.object)
    assert not np.array_equal(shuffled.account, actions.account)
    assert np.array_equal(np.bincount(shuffled.account), np.bincount(actions.account))
    again = Incidence.of(shuffled)
    assert np.array_equal(incidence.key, again.key)
    assert np.array_equal(incidence.times, again.times)
    if kind != "accounts":
        for object_ in range(len(actions.objects)):
            own = actions.object == object_
            assert np.array_equal(np.sort(shuffled.account[own]), np.sort(actions.account[own]))


@pytest.mark.parametrize(("block", "accounts"), [(BLOCK, 1 << 40), (1_000, 1 << 40), (1_000, 7)])
def test_what_is_listed_does_not_depend_on_who_acted(
    block: int, accounts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor on how much of it is read at once, nor on how many accounts fit one key."""
    monkeypatch.setattr("graph.pairing.pair_list.BLOCK", block)
    monkeypatch.setattr("graph.pairing.pair_list.spread", lambda bits: accounts)
    actions = random_actions(3)
    pairs_of = listed(actions, 60, ENGINE)
    for who in (actions, replace(actions, account=np.roll(actions.account, 1))):
        direct, through = ENGINE.pairs(who, 60), pairs_of.pairs(who)
        assert len(through) > 20
        assert through.meetings == direct.meetings
        for field in ("a", "b", "observed", "start", "met_object", "met_actions", "rapid"):
            assert np.array_equal(getattr(through, field), getattr(direct, field)), field


def test_a_member_who_hardly_met_the_cluster_is_left_out_with_it() -> None:
    """Four that met each other, one that met half of them, one that met a quarter, and one nobody met."""
    met = np.array([[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3], [0, 4], [1, 4], [0, 5]])
    none = np.zeros(0, np.int64)
    pairs = Pairs(met[:, 0], met[:, 1], np.full(9, 2), none, none, none, none, 0)
    label = np.array([0, 0, 0, 0, -1, -1, -1])
    assert _joined(label, pairs).tolist() == [0, 0, 0, 0, 0, -1, -1]
    assert _joined(np.full(7, -1), pairs).tolist() == [-1] * 7


@pytest.mark.parametrize("seed", range(3))
def test_only_outsiders_make_the_rate_of_outsiders(seed: int) -> None:
    """Every pair with somebody of the cluster on either side is left out, of an object's rate and of the layer's."""
    actions = random_actions(seed, rows=150, accounts=9, objects=6)
    layer = build_layer("link", actions, 60, SETTINGS, ENGINE)
    label = np.array([0, 0, 0, 1, 1, -1, -1, -1, -1])
    found = outside_rates(
        listed(layer.actions, layer.window_s, ENGINE).blocks(), actions, layer.incidence, layer.pairs.rapid, label, 10.0
    )

    def counts(object_: int, without: int) -> tuple[int, int]:
        rows = np.flatnonzero((actions.object == object_) & ((label[actions.account] != without) | (without < 0)))
        two = [(x, y) for x, y in combinations(rows, 2) if actions.account[x] != actions.account[y]]
        return sum(abs(actions.time[x] - actions.time[y]) <= 60_000_000 for x, y in two), len(two)

    for cluster in (-1, 0, 1):
        left = [counts(object_, cluster) for object_ in range(6)]
        q0 = sum(rapid / (possible + 10) for rapid, possible in left) / sum(p / (p + 10) for _, p in left)
        assert found.base(np.array([cluster]))[0] == pytest.approx(q0)
        for row in np.flatnonzero(found.inside_key // 6 == cluster):
            rapid, possible = left[found.inside_key[row] % 6]
            assert found.rate()[row] == pytest.approx((rapid + 10 * q0) / (possible + 10))


def test_ties_that_only_the_group_holds_say_so_in_the_run() -> None:
    drawn = world(2, replace(SMALL, exclusive=0.0, objects=4))
    found = search({"link": actions_of(drawn)}, SETTINGS, ENGINE, lambda *_: None)
    ties, groups = found.layers[0].ties, found.described.groups
    held = ties.filter(ties["level"] == "group")
    assert held.height > 0
    assert (held["q"] > 0.05).all()
    assert set(groups["basis"]) <= {"group", "both", "ties"}
    assert (groups.filter(groups["basis"] != "ties")["p_group"] <= 0.05).all()
    evidence = found.layers[0].evidence
    for tie in held.head(20).iter_rows(named=True):
        own = evidence.filter((evidence["account_a"] == tie["account_a"]) & (evidence["account_b"] == tie["account_b"]))
        assert own["object"].n_unique() == tie["observed"] >= 2


def test_nothing_to_test() -> None:
    layer = build_layer("link", Actions.from_table(actions_table([("x:a", "1", 0)])), 60, SETTINGS, ENGINE)
    assert test_groups([layer], SETTINGS, ENGINE) == []
