"""Ties that shuffled times still give are counted beside the real ones, and said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from fixtures_worlds import actions_of

from graph.pairing.local import LocalEngine
from graph.runs.caveats import by_rarity
from graph.runs.pipeline import search
from graph.schema import LAYERS
from graph.settings import Settings
from graph.significance.permutations import with_times_shuffled
from graph.ties.layer import build_layer
from graph.ties.shuffle_check import WORLDS, with_ties_shuffled
from graph.ties.validation import Thresholds, ValidatedLayer, test_a, test_layer, validate_layers
from ingest.synthetic import Plan, world

ENGINE = LocalEngine()
SETTINGS = Settings()
NO_POSTS = pl.DataFrame(schema={"post_uid": pl.String, "rank": pl.Int64})
SMALL = Plan(accounts=2_000, actions=15_000, links=2_000, fans=0, groups=2, objects=15)


def validated(exclusive: float, settings: Settings = SETTINGS) -> list[ValidatedLayer]:
    drawn = world(5, replace(SMALL, exclusive=exclusive))
    layers = [build_layer("link", actions_of(drawn), window, settings, ENGINE) for window in (60, 120)]
    return with_ties_shuffled(validate_layers(layers, settings, ENGINE), settings, ENGINE)


def test_objects_of_their_own_keep_their_ties_when_times_are_shuffled_and_popular_ones_do_not() -> None:
    own, popular = validated(1.0)[0], validated(0.0)[0]
    assert own.ties_shuffled is not None and popular.ties_shuffled is not None
    assert own.closed == own.stands.sum() > 20
    assert own.ties_shuffled > 0.5 * own.closed
    assert popular.closed == 0 == popular.ties_shuffled < popular.stands.sum()


def test_the_number_is_the_mean_of_what_reaches_the_bars_of_the_run_in_the_shuffled_layers() -> None:
    found = validated(1.0)
    worst = [
        max(one.p_a[one.q_a <= SETTINGS.alpha].max() for one in found),
        max(one.b.p[one.q_b <= SETTINGS.alpha].max() for one in found),
    ]
    thresholds = Thresholds.of(found, SETTINGS.alpha)
    assert thresholds.a >= worst[0] and thresholds.b >= worst[1]  # what the run rejects reaches them
    ties = np.zeros(2)
    for n in range(WORLDS):
        layers = []
        for number, one in enumerate(found):
            shuffled = with_times_shuffled(one.layer.actions, np.random.default_rng([SETTINGS.seed, n, number]))
            layers.append(build_layer("link", shuffled, one.layer.window_s, SETTINGS, ENGINE))
        for number, (layer, p_a) in enumerate(zip(layers, test_a(layers)[1], strict=True)):
            p_b = test_layer(layer, p_a <= thresholds.a, SETTINGS, ENGINE).p
            ties[number] += ((p_a <= thresholds.a) & (p_b <= thresholds.b)).sum()
    assert [one.ties_shuffled for one in found] == pytest.approx((ties / WORLDS).tolist())


def test_it_is_said_where_some_still_stand() -> None:
    own, popular = validated(1.0)[0], validated(0.0)[0]
    said = by_rarity([popular, own])
    assert said is not None and own.ties_shuffled is not None
    ties = own.stands.sum()
    assert f"{own.ties_shuffled:,.0f} of {ties} ties of accounts that shared the same link within 60 s" in said
    assert by_rarity([popular]) is None


@pytest.mark.parametrize(("worlds", "known"), [(0, False), (2, True)])
def test_a_run_holds_both_numbers_and_null_where_nothing_was_shuffled(worlds: int, known: bool) -> None:
    drawn = world(5, replace(SMALL, exclusive=1.0))
    found = search({"link": actions_of(drawn)}, replace(SETTINGS, worlds=worlds), ENGINE, lambda *_: None)
    row = dict(zip(LAYERS.names, found.tables("s", NO_POSTS)["layers"].to_pylist()[0].values(), strict=True))
    assert row["closed"] == int(found.layers[0].ties["closed"].sum()) > 20
    assert (row["ties_shuffled"] is not None) == known


def test_no_tie_leaves_it_unknown() -> None:
    noise = build_layer("link", actions_of(world(5, SMALL.noise_only())), 60, SETTINGS, ENGINE)
    assert with_ties_shuffled(validate_layers([noise], SETTINGS, ENGINE), SETTINGS, ENGINE)[0].ties_shuffled is None


@pytest.mark.parametrize(("shuffled", "remaining"), [(0.4, None), (0.6, 1), (2.0, 2), (1_000.0, None)])
def test_no_more_ties_remain_than_there_are(shuffled: float, remaining: int | None) -> None:
    """Shuffled times can give more ties than the data: of the data's, all remain."""
    own = replace(validated(1.0)[0], ties_shuffled=shuffled)
    ties = int(own.stands.sum())
    said = by_rarity([own])
    expected = ties if shuffled > ties else remaining
    assert (said is None) if expected is None else (said or "").startswith(f"{expected} of {ties} ties of accounts")
