"""Groups tested as groups: planted ones are kept with the right label, noise and fans give none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fixtures_worlds import actions_of, random_actions

from graph.engines.base import Actions
from graph.engines.local import LocalEngine
from graph.pipeline import search
from graph.settings import Settings
from graph.ties import build_layer
from graph.toys import actions_table
from graph.worlds import KINDS, Kept, listed, look, test_groups
from ingest.synthetic import Plan, World, world

ENGINE = LocalEngine()
SETTINGS = Settings()
SMALL = Plan(accounts=4_000, actions=40_000, links=5_000, fans=300, groups=4, objects=5)


def kept_in(drawn: World, settings: Settings = SETTINGS) -> list[Kept]:
    return test_groups([build_layer("link", actions_of(drawn), 60, settings, ENGINE)], settings, ENGINE)


def planted(drawn: World, kept: list[Kept]) -> list[Kept | None]:
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


def test_fewer_than_nineteen_worlds_can_keep_nothing() -> None:
    assert kept_in(world(1, SMALL), Settings(worlds=5)) == []


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


@pytest.mark.parametrize("kind", KINDS)
def test_worlds_keep_what_they_promise(kind: str) -> None:
    actions = random_actions(3)
    layer = build_layer("link", actions, 60, SETTINGS, ENGINE)
    pairs_of = listed(layer, ENGINE)
    data = look(actions, pairs_of, 60, SETTINGS)
    shuffled, _ = KINDS[kind](actions, pairs_of, data, np.random.default_rng(1))
    assert np.array_equal(shuffled.time, actions.time)
    assert np.array_equal(shuffled.object, actions.object)
    assert np.array_equal(np.bincount(shuffled.account), np.bincount(actions.account))
    if kind != "accounts":
        for object_ in range(len(actions.objects)):
            own = actions.object == object_
            assert np.array_equal(np.sort(shuffled.account[own]), np.sort(actions.account[own]))


def test_what_is_listed_does_not_depend_on_who_acted() -> None:
    actions = random_actions(3)
    other = replace(actions, account=np.roll(actions.account, 1))
    for who in (actions, other):
        pairs_of = listed(build_layer("link", actions, 60, SETTINGS, ENGINE), ENGINE)
        direct, through = ENGINE.pairs(who, 60), pairs_of.pairs(who, 60)
        assert np.array_equal(direct.a, through.a)
        assert np.array_equal(direct.observed, through.observed)
        assert direct.meetings == through.meetings


def test_ties_that_only_the_group_holds_say_so_in_the_run() -> None:
    drawn = world(2, replace(SMALL, exclusive=0.0, objects=4))
    found = search({"link": actions_of(drawn)}, SETTINGS, ENGINE, lambda *_: None)
    ties, groups = found.ties[0], found.described.groups
    held = ties.filter(ties["level"] == "group")
    assert held.height > 0
    assert (held["q"] > 0.05).all()
    assert set(groups["basis"]) <= {"group", "both", "ties"}
    assert groups.filter(groups["basis"] != "ties")["p_group"].max() <= 0.05
    evidence = found.evidence[0]
    for tie in held.head(20).iter_rows(named=True):
        own = evidence.filter((evidence["account_a"] == tie["account_a"]) & (evidence["account_b"] == tie["account_b"]))
        assert own["object"].n_unique() == tie["observed"] >= 2


def test_nothing_to_test() -> None:
    layer = build_layer("link", Actions.from_table(actions_table([("x:a", "1", 0)])), 60, SETTINGS, ENGINE)
    assert test_groups([layer], SETTINGS, ENGINE) == []
