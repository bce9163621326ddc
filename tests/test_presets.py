"""Published methods on published data: the figures of the papers, to the digit."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from fixtures_worlds import random_actions

from graph.case.load import load
from graph.pairing.actions import Actions
from graph.presets import PRESETS, CooRTweet
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.settings import Narrow, Settings
from graph.stores import open_case
from graph.stores.base import Store
from graph.toy_data import actions_table
from graph.traces import TRACES
from ingest.errors import UsageError


@pytest.fixture(scope="module")
def russian(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """CooRTweet's own data as a case."""
    store = open_case(str(tmp_path_factory.mktemp("russian") / "case"), create=True)
    outcome = load(store, [shared / "data" / "russian_coord_tweets.csv"])[0]
    source = outcome.source
    assert [source[name] for name in ("rows_in", "rows_kept", "rows_merged", "rows_skipped")] == [35_125, 35_124, 1, 0]
    assert source["posts"] == 35_085
    return store


@pytest.fixture(scope="module")
def reposts(russian: Store) -> Actions:
    return Actions.from_table(TRACES["object"].actions(russian, Narrow()))


def of(pairs: pl.DataFrame, account: str) -> pl.DataFrame:
    return pairs.filter((pl.col("account") == f"unknown:{account}") | (pl.col("account_y") == f"unknown:{account}"))


def test_vignette_of_2023(reposts: Actions) -> None:
    pairs = CooRTweet().pairs(reposts, 10, {"min_participation": 5})
    account = "dcaec387c76f1d26a0d51f61227fdac0"
    own = of(pairs, account)
    posts = own.select(pl.when(pl.col("account") == f"unknown:{account}").then("post").otherwise("post_y"))
    assert posts.to_series().n_unique() == 6
    assert own["delta_s"].mean() == pytest.approx(4.333, abs=1e-3)
    object_ = pairs.filter(pl.col("object") == "4a5c13a7f533d6ebc27bec5581ad5a9f")
    assert pl.concat([object_["account"], object_["account_y"]]).n_unique() == 2
    assert object_["delta_s"].mean() == 2.0


def test_vignette_of_2024(reposts: Actions) -> None:
    edges = CooRTweet().edges(reposts, 600, {"edge_weight": 0.99})
    kept = edges.filter("preset_keeps")
    assert kept["preset_weight"].min() == 3
    assert kept.height == 215
    assert pl.concat([kept["account_a"], kept["account_b"]]).n_unique() == 233


def test_figures_at_a_minute(reposts: Actions) -> None:
    pairs, edges = CooRTweet().pairs(reposts, 60), CooRTweet().edges(reposts, 60, {})
    assert pairs.height == 3_791
    assert pl.concat([pairs["account"], pairs["account_y"]]).n_unique() == 2_110
    assert edges.height == 3_721
    assert edges["preset_keeps"].sum() == 60


def test_loops(reposts: Actions) -> None:
    account = "9fa51ef17278c01d13d313741eddfc0b"
    assert of(CooRTweet().pairs(reposts, 10), account).height == 0
    assert of(CooRTweet().pairs(reposts, 10, {"remove_loops": 0}), account).height == 27


def test_the_run_says_how_many_of_the_presets_ties_chance_explains(russian: Store) -> None:
    found = find(russian, Settings(windows_s=(60.0,), preset="coortweet"))
    counts = found.run["counts"]["preset"]
    assert (counts["ties"], counts["kept"], counts["accounts"]) == (3_721, 60, 2_110)
    assert counts["explained"] == 3_721 - found.run["counts"]["ties"]
    assert 0 < counts["kept_explained"] <= 60
    pairs = Report(russian).all_pairs()
    assert len(pairs) == 3_721
    assert int(pairs["preset_weight"].sum()) == 3_791


def test_weight_does_not_count_a_busy_account_twice_the_way_peers_do() -> None:
    """CooRTweet's weight counts pairs of posts; what we observe counts distinct objects."""
    rows = [
        ("x:a", "o1", 0.0),
        *[("x:b", "o1", float(n)) for n in range(1, 11)],
        ("x:a", "o2", 5_000),
        ("x:b", "o2", 5_001),
    ]
    actions = Actions.from_table(actions_table(rows))
    assert CooRTweet().edges(actions, 60, {"min_participation": 1})["preset_weight"].to_list() == [11]


@pytest.mark.parametrize("window_s", [1, 60])
def test_edges_are_the_pairs_by_account(window_s: float) -> None:
    actions = random_actions(1)
    pairs, edges = CooRTweet().pairs(actions, window_s), CooRTweet().edges(actions, window_s, {})
    assert edges["preset_weight"].sum() == pairs.height


def test_unknown_options_and_presets_are_named() -> None:
    with pytest.raises(UsageError, match="Did you mean 'edge_weight'"):
        CooRTweet().dials({"edge_wait": 1})
    assert set(PRESETS) == {
        "coortweet",
        "coornet",
        "qut",
        "pacheco",
        "keller-schoch",
        "luceri",
        "cinus",
        "nizzoli",
        "iannucci",
    }
