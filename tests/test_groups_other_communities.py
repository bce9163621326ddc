"""Where everybody was chosen beforehand: teams of a farm are judged against one another; ordinary audiences give no timing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow.compute as pc
import pytest
from fixtures_worlds import actions_of, audiences, chosen_farm

from graph.groups.other_communities import beside_others, communities_of
from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import search
from graph.runs.tables import SearchResult
from graph.settings import Settings
from graph.significance.outside import AGAINST_COMMUNITIES, NO_PACE, chosen_beforehand
from graph.significance.permutations import with_times_shuffled
from graph.ties.layer import Layer, build_layer
from graph.toy_data import actions_table
from ingest.synthetic import Plan, World, world

ENGINE, SETTINGS = LocalEngine(), Settings(traces=("repost",), worlds=0)
LAYER = "repost 60 s"


def searched(actions: Actions, trace: str = "repost") -> SearchResult:
    return search({trace: actions}, replace(SETTINGS, traces=(trace,)), ENGINE, lambda *_: None)


@pytest.fixture(scope="module")
def farm() -> World:
    return chosen_farm(1, teams=(60, 30, 20, 12, 8), loose=80)


@pytest.fixture(scope="module")
def found(farm: World) -> SearchResult:
    return searched(actions_of(farm))


def test_teams_of_a_farm_are_judged_one_by_one(farm: World, found: SearchResult) -> None:
    """No team is set aside because its own audience is itself; each says what it was tested against."""
    assert chosen_beforehand({"outside": found.outside()}) == [LAYER]
    assert found.outside()[LAYER]["outside"] == "community" and found.outside()[LAYER]["held"] > 0.5
    groups = found.described.groups
    assert groups["heading"].to_list() == ["groups"] * 4
    assert (groups["observed"] >= 2 * groups["expected"]).all()
    assert all(reason.startswith(AGAINST_COMMUNITIES) for reason in groups["reason"])
    teams = {tuple(sorted(f"x:{account}" for account in team)) for team in farm.groups[:-1]}
    members = found.described.members.group_by("group_id").agg(pl.col("account").sort())["account"]
    assert {tuple(accounts) for accounts in members} == teams


def test_shuffled_times_give_no_timing_between_communities(farm: World) -> None:
    actions = with_times_shuffled(actions_of(farm), np.random.default_rng(3))
    groups = searched(actions).described.groups
    assert not groups.height or "groups" not in set(groups["heading"])


def test_audiences_that_live_by_clocks_of_their_own_are_no_groups() -> None:
    """They meet far more within than across; the pace of ordinary audiences says that this is no sign."""
    found = searched(actions_of(audiences(1, sizes=(60, 50, 40, 30), delay_s=600.0, awake=8.0)))
    assert found.outside()[LAYER]["outside"] == "community"
    groups = found.described.groups
    assert groups.height and "groups" not in set(groups["heading"])


def test_without_a_known_pace_timing_is_not_called_the_evidence(farm: World) -> None:
    actions = actions_of(farm)
    elsewhere = pc.replace_substring(actions.accounts, "x:", "telegram:")
    found = searched(replace(actions, accounts=elsewhere))
    assert set(found.described.groups["heading"]) == {"closed"}
    assert all(NO_PACE in reason for reason in found.described.groups["reason"])


def test_a_world_with_a_public_has_an_outside() -> None:
    plan = Plan(accounts=4_000, actions=40_000, links=5_000, fans=300, groups=4, objects=5, fan_delay_s=120.0)
    found = searched(actions_of(world(1, plan)), "link")
    assert found.outside()["link 60 s"]["outside"] == "component"
    assert chosen_beforehand({"outside": found.outside()}) == []


def test_the_pace_across_is_counted_by_hand() -> None:
    """Two communities of two; one object of both, on which the second acts an hour later, and one object of the first alone."""
    account, object_ = np.array([0, 1, 2, 3, 0, 1]), np.array([0, 0, 0, 0, 1, 1])
    time = np.array([0, 10, 3_600, 3_610, 0, 10]) * 1_000_000
    layer = _layer(account, object_, time)
    layer = replace(layer, communities=np.array([0, 0, 1, 1]))
    (one,) = beside_others(layer, [["x:0", "x:1"]], replace(SETTINGS, outside_pairs=4), ENGINE)
    assert (one.met, one.part, one.objects) == (1, 0.5, 1)
    assert one.pace is not None and one.expected == pytest.approx(one.pace.high), "no pair across is within the window"
    assert not one.known, "one object says little"


def test_a_layer_without_communities_has_nothing_beside() -> None:
    layer = _layer(np.array([0, 1]), np.array([0, 0]), np.array([0, 1]))
    assert [one.known for one in beside_others(layer, [["x:0", "x:1"]], SETTINGS, ENGINE)] == [False]


def test_large_components_are_split_and_small_ones_stay(farm: World) -> None:
    layer = build_layer("repost", actions_of(farm), 60.0, SETTINGS, ENGINE)
    everyone = communities_of(layer, layer.pairs.observed >= 4, SETTINGS)
    small = communities_of(layer, layer.pairs.observed >= 4, replace(SETTINGS, crowd_min=1_000))
    assert len(set(everyone.tolist())) >= len(set(small.tolist()))
    assert ((everyone < 0) == (small < 0)).all(), "nobody is lost"


def _layer(account: Ints, object_: Ints, time: Ints) -> Layer:
    """A layer of few actions; times in microseconds."""
    rows = [(f"x:{a}", f"o{o}", t // 1_000_000) for a, o, t in zip(account, object_, time.tolist(), strict=True)]
    return build_layer("repost", Actions.from_table(actions_table(rows)), 60.0, SETTINGS, ENGINE)
