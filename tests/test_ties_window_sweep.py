"""The curve over windows against layers built one by one, and the suggestion on planted worlds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from fixtures_worlds import actions_of, random_actions

from graph.case.load import load
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import find, search
from graph.settings import Settings
from graph.significance.configuration_model import chance_count, expected_a
from graph.significance.poisson import poisson_tail
from graph.stores import open_case
from graph.ties.layer import build_layer
from graph.ties.validation import validate_layers
from graph.ties.window_sweep import sweep
from graph.toy_data import actions_table, three_friends
from graph.windows import borne, windows_for
from ingest.errors import UsageError
from ingest.synthetic import Plan, world

ENGINE = LocalEngine()
SETTINGS = Settings()
NO_POSTS = pl.DataFrame(schema={"post_uid": pl.String, "rank": pl.Int64})
SMALL = Plan(accounts=4_000, actions=40_000, links=5_000, fans=300, groups=4, exclusive=0.0)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("block", [50, 4_000_000])
def test_one_pass_equals_a_layer_per_window(seed: int, block: int) -> None:
    actions, grid = random_actions(seed), (1.0, 5.0, 20.0, 60.0, 600.0)
    table = sweep(actions, SETTINGS, LocalEngine(block), windows_s=grid).table
    for row in table.iter_rows(named=True):
        layer = build_layer("link", actions, row["window_s"], SETTINGS, ENGINE)
        assert row["rapid_pairs"] == layer.pairs.rapid.sum()
        assert row["meetings"] == layer.pairs.meetings
        assert row["observed"] == len(layer.pairs)
        assert row["expected"] == pytest.approx(chance_count(layer.incidence, layer.pairs.meetings, 2))


def test_test_a_pays_for_every_window_of_the_grid() -> None:
    """The pairs beyond chance by hand: Benjamini and Hochberg over all pairs of accounts times the windows."""
    actions, grid = actions_of(world(5, SMALL)), (30.0, 60.0, 600.0)
    table = sweep(actions, SETTINGS, ENGINE, windows_s=grid).table
    for window, found in zip(grid, table["beyond"], strict=True):
        layer = build_layer("link", actions, window, SETTINGS, ENGINE)
        p = np.sort(poisson_tail(layer.pairs.observed, expected_a(layer.pairs, layer.incidence)))
        below = np.flatnonzero(p <= 0.05 * np.arange(1, len(p) + 1) / (len(grid) * layer.family_a))
        assert found == below[-1] + 1 > 50


@pytest.mark.parametrize(("jitter_s", "near"), [(10.0, (10.0, 30.0)), (60.0, (30.0, 60.0)), (600.0, (300.0, 600.0))])
def test_the_planted_window_is_suggested(jitter_s: float, near: tuple[float, ...]) -> None:
    seen = sweep(actions_of(world(2, replace(SMALL, jitter_s=jitter_s, fans=60))), SETTINGS, ENGINE)
    assert seen.suggested_s in near
    assert "stands out" in seen.sentence


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_window_is_suggested_for_noise_and_fans(seed: int) -> None:
    """Fans keep their pairs when times are shuffled; noise has none."""
    noise = sweep(actions_of(world(seed, SMALL.noise_only())), SETTINGS, ENGINE)
    assert noise.table["beyond"].sum() == 0
    assert noise.suggested_s is None
    fans = sweep(actions_of(world(seed, replace(SMALL, groups=0, fan_delay_s=120.0))), SETTINGS, ENGINE)
    assert (fans.table["beyond"] > 100).any()
    assert fans.suggested_s is None


def test_minutes_get_no_finer_window_than_a_minute() -> None:
    assert windows_for("ms")[0] == 10.0
    assert windows_for("min")[0] == 60.0
    assert windows_for("day") == (86_400.0,)
    seen = sweep(Actions.from_table(three_friends()), SETTINGS, ENGINE, precision="min")
    assert seen.table["window_s"].min() == 60.0
    assert seen.left_out_s == (10.0, 30.0)


def test_windows_with_too_many_pairs_are_left_out_by_name() -> None:
    actions = random_actions(4)
    within = int(build_layer("link", actions, 60, SETTINGS, ENGINE).pairs.rapid.sum())
    seen = sweep(actions, SETTINGS, ENGINE, windows_s=(10, 60, 86_400), limit=within + 500)
    assert seen.table["window_s"].to_list() == [10.0, 60.0]
    assert seen.left_out_s == (86_400,)
    assert sweep(actions, SETTINGS, ENGINE, limit=0).table.height == 0


def test_viral_objects_are_set_aside_at_every_window() -> None:
    rows = [(f"x:{n}", "viral", n * 20.0) for n in range(100)] + [("x:1", "1", 0), ("x:2", "1", 1)]
    seen = sweep(Actions.from_table(actions_table(rows)), Settings(viral_pairs=1_000), ENGINE)
    assert seen.viral == ["viral"]
    assert seen.table["rapid_pairs"].to_list() == [1] * 7


def test_the_same_seed_gives_the_same_curve() -> None:
    actions = actions_of(world(1, SMALL))
    one, two = (sweep(actions, SETTINGS, ENGINE) for _ in range(2))
    assert one.table.equals(two.table)


def test_a_run_takes_the_window_that_stands_out_and_pays_for_all() -> None:
    actions = actions_of(world(2, replace(SMALL, jitter_s=10.0, fans=60)))
    seen = {"link": sweep(actions, SETTINGS, ENGINE)}
    settings = Settings(windows_s=(600.0,), sweep=True, worlds=0)
    found = search({"link": actions}, settings, ENGINE, lambda *step: None)
    (validated,) = (one.validated for one in found.layers)
    alone = validate_layers(
        [build_layer("link", actions, seen["link"].suggested_s or 0, settings, ENGINE)], settings, ENGINE
    )[0]
    assert validated.layer.window_s == seen["link"].suggested_s == alone.layer.window_s
    assert validated.layer.looked == seen["link"].table.height == 7
    assert (validated.layer.family_a, validated.family_b) == (7 * alone.layer.family_a, 7 * alone.family_b)
    small = alone.q_a < 0.1
    assert small.any() and np.allclose(validated.q_a[small], 7 * alone.q_a[small])
    curve = found.tables("s", NO_POSTS)["windows"].to_pylist()
    assert [row["window_s"] for row in curve if row["suggested"]] == [validated.layer.window_s]
    assert [row["beyond"] for row in curve] == seen["link"].table["beyond"].to_list()


def test_where_no_window_stands_out_the_one_asked_for_holds() -> None:
    noise = actions_of(world(1, SMALL.noise_only()))
    found = search({"link": noise}, Settings(windows_s=(90.0,), sweep=True), ENGINE, lambda *step: None)
    assert [one.layer.window_s for one in found.layers] == [90.0]
    assert not found.layers[0].ties.height


@pytest.mark.parametrize(
    ("asked", "precisions", "used", "says"),
    [
        ((10.0,), ["s"], (10.0,), None),
        ((0.5,), ["s"], (1.0,), "to the second only: a window of 0.5 s was raised to 1 s"),
        ((10.0, 60.0), ["min"], (60.0,), "to the minute only: a window of 10 s was raised to 60 s"),
        ((10.0, 600.0), ["ms", "min"], (60.0, 600.0), "minute only in a part of the data"),
        ((60.0,), ["s", "day"], (60.0,), None),
        ((60.0,), ["day", "approx"], (86_400.0,), "to the day only: a window of 60 s was raised to 86400 s"),
    ],
)
def test_no_window_is_finer_than_the_clock(
    asked: tuple[float, ...], precisions: list[str], used: tuple[float, ...], says: str | None
) -> None:
    windows_s, sentence = borne(asked, precisions)
    assert windows_s == used
    assert sentence is None if says is None else says in str(sentence)


def test_a_run_of_minutes_raises_the_window_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "minutes.csv"
    rows = [f"a{n % 3},2026-03-01 10:0{n % 9},https://a.example/{n % 4}" for n in range(24)]
    file.write_text("account,time,link\n" + "\n".join(rows) + "\n")
    store = open_case(str(tmp_path / "case"), create=True)
    assert load(store, [file])[0].source["precision"] == "min"
    found = find(store, Settings(windows_s=(10.0,), traces=("link",), worlds=0))
    assert found.table("layers")["window_s"].to_pylist() == [60.0]
    assert any("a window of 10 s was raised to 60 s" in note for note in found.run["notes"])
    swept = find(store, Settings(sweep=True, traces=("link",), worlds=0))
    assert min(swept.table("windows")["window_s"].to_pylist()) == 60.0
    assert any("q and each group's p are corrected for all 5 windows tested" in note for note in swept.run["notes"])
    store.close()


def test_nothing_to_sweep_and_too_many_windows() -> None:
    empty = Actions.from_table(three_friends().slice(0, 0))
    seen = sweep(empty, SETTINGS, ENGINE)
    assert seen.table["observed"].sum() == 0
    assert seen.suggested_s is None
    with pytest.raises(UsageError, match="too many"):
        sweep(empty, SETTINGS, ENGINE, windows_s=range(1, 30))
