"""Observed and expected of groups: against sums made by hand, and the same on every world and file."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from fixtures_worlds import actions_of, farm, random_actions

from graph.case.load import load
from graph.groups.coincidences import Coincidences, GroupCounter
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import find, search
from graph.settings import Settings
from graph.significance.permutations import with_times_shuffled
from graph.stores import open_case
from graph.ties.layer import Layer, build_layer
from ingest.synthetic import DEMO, Plan, World, world

SHRINK = Settings().shrink_pairs


def counted(layer: Layer, members: list[str]) -> Coincidences:
    return GroupCounter(layer, SHRINK, LocalEngine()).count(members)


def near(actions: Actions, window_s: float, accounts: set[int]) -> list[tuple[int, int, int]]:
    """Every pair of actions within the window by two of the accounts: both, and the object."""
    rows = [n for n in range(len(actions)) if actions.account[n] in accounts]
    account = actions.account
    return [
        (int(min(account[i], account[j])), int(max(account[i], account[j])), int(actions.object[i]))
        for i, j in combinations(rows, 2)
        if actions.object[i] == actions.object[j] and actions.account[i] != actions.account[j]
        if abs(int(actions.time[i] - actions.time[j])) <= window_s * 1e6
    ]


@pytest.mark.parametrize("seed", range(3))
def test_numbers_are_the_sums_over_all_pairs_of_members(seed: int) -> None:
    """Pair by pair, as the two models are written, on data with repeats and equal times."""
    actions = random_actions(seed, rows=150, accounts=10)
    layer = build_layer("link", actions, 20.0, Settings(), LocalEngine())
    own = {1, 3, 4, 8}
    found = counted(layer, [actions.accounts[n].as_py() for n in own])
    everybody, inside = near(actions, 20.0, set(range(10))), near(actions, 20.0, own)
    times: Any = np.zeros((10, len(actions.objects)))
    np.add.at(times, (actions.account, actions.object), 1)
    breadth = (times > 0).sum(axis=1)
    assert found.observed == len(set(inside)) == int(found.objects["meetings"].sum())
    met = len(set(everybody))
    pairs = list(combinations(sorted(own), 2))
    assert found.who_and_when == pytest.approx(
        sum(2 * met * breadth[a] * breadth[b] for a, b in pairs) / breadth.sum() ** 2
    )

    def at_their_pace(left_out: set[int], rapid_out: list[tuple[int, int, int]]) -> float:
        rapid = np.bincount([o for *_, o in everybody], minlength=times.shape[1]).astype(float)
        possible = np.array([sum(x * y for x, y in combinations(times[:, o], 2)) for o in range(times.shape[1])])
        rapid -= np.bincount([o for *_, o in rapid_out], minlength=times.shape[1])
        possible -= [
            sum(times[a, o] * times[b, o] for a, b in combinations(left_out, 2)) for o in range(times.shape[1])
        ]
        rate = (rapid + SHRINK * rapid.sum() / possible.sum()) / (possible + SHRINK)
        return float(sum((1 - (1 - rate) ** (times[a] * times[b])).sum() for a, b in pairs))

    assert found.outsiders == pytest.approx(at_their_pace(own, inside))
    assert found.shuffled == pytest.approx(at_their_pace(set(), []))


def test_accounts_that_a_layer_does_not_know_change_nothing() -> None:
    layer = build_layer("link", random_actions(1), 20.0, Settings(), LocalEngine())
    members = [f"x:{n}" for n in range(5)]
    assert counted(layer, [*members, "telegram:1"]).observed == counted(layer, members).observed
    nobody = counted(layer, ["telegram:1"])
    assert (nobody.observed, nobody.who_and_when, nobody.median_lag_s, nobody.left) == (0, 0.0, None, 0.0)


SMALL = Plan(accounts=4_000, actions=40_000, links=5_000, fans=300, groups=4, objects=8)
WORLDS = {
    "demo": (DEMO, 60.0),
    "popular": (replace(SMALL, exclusive=0.0, objects=5), 60.0),
    "exclusive": (replace(SMALL, exclusive=1.0), 60.0),
    "fast fans": (replace(SMALL, fan_delay_s=120.0), 60.0),
    "fans of their own speed": (replace(SMALL, fan_delay_s=120.0, fan_spread=1.0), 60.0),
    "ten minutes": (replace(SMALL, jitter_s=600.0), 600.0),
    "noise": (SMALL.noise_only(), 60.0),
}


def hold(tables: dict[str, pl.DataFrame]) -> None:
    """What must be true of every run: headings fit their numbers, and no part is more than its whole."""
    groups, ties, layers = tables["groups"], tables["ties"], tables["layers"]
    for group in groups.iter_rows(named=True):
        of_group = pl.col("group_id") == group["group_id"]
        members, objects = tables["members"].filter(of_group), tables["objects"].filter(of_group)
        if group["heading"] != "aside":
            assert group["observed"] > group["expected_hi"] >= group["expected"] > 0, group
        assert members.height == group["accounts"] and group["ties"] <= group["accounts"] * (group["accounts"] - 1) / 2
        assert members["ties"].sum() == 2 * group["ties"]
        assert objects.height == group["objects"] and objects["meetings"].sum() == group["observed"]
        lead = (pl.col("trace") == group["traces"][0]) & (pl.col("window_s") == group["windows_s"][0])
        names = members["account"].implode()
        own = ties.filter(lead & pl.col("account_a").is_in(names) & pl.col("account_b").is_in(names))
        assert own["observed"].sum() <= group["observed"], "tied pairs are some of all pairs"
    for layer in layers.iter_rows(named=True):
        assert layer["closed"] <= layer["ties"] <= layer["pairs_met_2"]
        assert layer["ties"] + layer["explained"] == layer["pairs_met_2"]


@pytest.mark.parametrize("name", WORLDS)
def test_headings_fit_their_numbers_on_worlds(name: str) -> None:
    plan, window = WORLDS[name]
    settings = Settings(traces=("link",), windows_s=(window,))
    found = search({"link": actions_of(world(3, plan))}, settings, LocalEngine(), lambda *_: None)
    tables = found.tables("s", pl.DataFrame(schema={"post_uid": pl.String, "rank": pl.Int64}))
    assert bool(tables["groups"].num_rows) == (name != "noise")
    hold({key: pl.DataFrame(table) for key, table in tables.items()})


@pytest.fixture(scope="module")
def a_farm() -> tuple[World, dict[str, pl.DataFrame]]:
    """Three teams of one farm, in one set of 120 accounts, times to the minute."""
    drawn = farm(1, teams=(60, 30, 30), objects=15, together=5, noise=30_000)
    found = search({"repost": actions_of(drawn)}, Settings(traces=("repost",)), LocalEngine(), lambda *_: None)
    tables = found.tables("min", pl.DataFrame(schema={"post_uid": pl.String, "rank": pl.Int64}))
    return drawn, {key: pl.DataFrame(table) for key, table in tables.items()}


def test_a_farm_is_shown_as_its_teams(a_farm: tuple[World, dict[str, pl.DataFrame]]) -> None:
    """Each team has twice what chance expects and more, and says of which set it is a part; one of over fifty has no parts."""
    drawn, tables = a_farm
    hold(tables)
    members = tables["members"].group_by("group_id").agg(pl.col("account").sort())
    teams = {tuple(sorted(f"x:{account}" for account in team)) for team in drawn.groups}
    assert {tuple(accounts) for accounts in members["account"]} == teams
    assert set(tables["groups"]["heading"]) == {"closed"}
    assert (tables["groups"]["observed"] >= 2 * tables["groups"]["expected"]).all()
    parts = tables["parts"]
    assert parts["part"].to_list() == [1, 2, 3] and set(parts["parts"]) == {3} and set(parts["whole_accounts"]) == {120}
    assert (parts["stability"] > 0.9).all()
    assert tables["groups"]["observed"].sum() < parts["whole_observed"][0], "meetings across teams are the whole's"
    assert tables["groups"]["ties"].sum() <= parts["whole_ties"][0]


def test_a_farm_with_its_times_shuffled_holds_no_timing(a_farm: tuple[World, dict[str, pl.DataFrame]]) -> None:
    """Communities are chosen for their coincidences: that choice alone must not look like timing."""
    actions = with_times_shuffled(actions_of(a_farm[0]), np.random.default_rng(5))
    found = search({"repost": actions}, Settings(traces=("repost",)), LocalEngine(), lambda *_: None)
    groups = found.described.groups
    assert groups.height and not (groups["heading"] == "groups").any()


@pytest.mark.parametrize(("file", "window"), [("ira_fearmonger_tweets.csv", 60.0), ("russian_coord_tweets.csv", 600.0)])
def test_headings_fit_their_numbers_on_real_files(shared: Path, tmp_path: Path, file: str, window: float) -> None:
    store = open_case(str(tmp_path / "case"), create=True)
    load(store, [shared / "data" / file])
    tables = {name: pl.DataFrame(table) for name, table in find(store, Settings(windows_s=(window,))).tables.items()}
    store.close()
    assert tables["groups"].height
    hold(tables)
