"""Layers combined: by hand, on noise with layers that depend on each other, and on a campaign spread over traces."""

from __future__ import annotations

from collections.abc import Mapping
from math import atan, pi, tan

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from fixtures_worlds import actions_of

from graph.networks.tie_network import network_of
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import search
from graph.schema import Findings
from graph.settings import Settings
from graph.ties.combine_layers import CEILING, cauchy, combine
from graph.ties.layer import build_layer
from graph.ties.validation import ValidatedLayer, validate_layers
from graph.toy_data import actions_table
from ingest.synthetic import Plan, World, world

ENGINE = LocalEngine()
SETTINGS = Settings()
NOISE = Plan(accounts=1_500, actions=15_000, links=1_500, fans=0, groups=0)


def judged_of(actions: Mapping[str, Actions], windows_s: tuple[float, ...] = (600.0,)) -> list[ValidatedLayer]:
    layers = [build_layer(n, a, w, SETTINGS, ENGINE) for n, a in actions.items() for w in windows_s]
    return validate_layers(layers, SETTINGS, ENGINE)


def link_and_domain(drawn: World) -> dict[str, Actions]:
    """Every link lies on one of a tenth as many domains, so that a meeting in one layer is one in the other."""
    sites = drawn.shares.with_columns(pl.col("link") // 10)
    return {"link": actions_of(drawn), "domain": actions_of(World(sites, drawn.groups, drawn.exclusive))}


def test_cauchy_equals_the_formula() -> None:
    p = [0.3, 1e-3, 0.02, 1.0]
    score = [tan((0.5 - min(value, CEILING)) * pi) for value in p]
    want = 0.5 - atan((sum(score) + tan((0.5 - CEILING) * pi)) / 5) / pi
    assert cauchy(np.array(p), np.array([0, 4]), np.array([5]))[0] == pytest.approx(want)


def test_very_small_p_are_not_rounded_to_nought() -> None:
    found = cauchy(np.array([1e-40, 1e-40, 1e-18]), np.array([0, 1, 2, 3]), np.array([1, 5, 2]))
    assert found == pytest.approx([1e-40, 5e-40, 2e-18])


def test_one_layer_keeps_its_own_p() -> None:
    p = np.array([1e-12, 1e-3, 0.2, 0.7])
    assert cauchy(p, np.arange(5), np.ones(4, np.int64)) == pytest.approx(p)


def test_noise_in_dependent_layers_is_calibrated() -> None:
    """P(p <= x) / x over all pairs of accounts, the mean over seeds; pairs that did not meet twice count as 1."""
    counts = dict.fromkeys((1e-2, 1e-3, 1e-4), 0)
    pairs = 0
    for seed in range(6):
        validated = judged_of(link_and_domain(world(seed, NOISE)))
        assert combine(validated, SETTINGS).height == 0
        p = combine(validated, Settings(alpha=1e9))["p"].to_numpy()
        accounts = max(part.layer.accounts for part in validated)
        pairs += accounts * (accounts - 1) // 2
        for x in counts:
            counts[x] += int((p <= x).sum())
    assert counts[1e-2] > 0
    for x, number in counts.items():
        assert number / pairs / x <= 1.1, x


def spread(objects: int, traces: tuple[str, ...], apart_s: float = 100.0, rank: int = 5) -> dict[str, Actions]:
    """Noise in every trace, and two accounts that meet on a few popular objects of each."""
    found = {}
    for number, trace in enumerate(traces):
        noise = world(20 + number, NOISE).shares
        busy = noise["link"].value_counts().sort("count", "link", descending=True)["link"][rank : rank + objects]
        extra = [
            (who, link, noise.filter(pl.col("link") == link)["at"].median() + apart_s * who)  # type: ignore[operator]
            for link in busy
            for who in (1, 2)
        ]
        rows = [(f"x:{a}", f"o{o}", at) for a, o, at in noise.select("account", "link", "at").iter_rows()]
        rows += [(f"x:planted{who}", f"o{link}", at) for who, link, at in extra]
        found[trace] = Actions.from_table(actions_table(rows))
    return found


def test_weak_layers_hold_a_tie_together_and_it_names_them() -> None:
    validated = judged_of(spread(5, ("link", "text", "repost")), (120.0,))
    found = combine(validated, SETTINGS)
    tie = found.filter(pl.col("account_a") == "x:planted1").row(0, named=True)
    assert tie["account_b"] == "x:planted2"
    assert sorted(tie["layers"]) == ["link 120 s", "repost 120 s", "text 120 s"]
    assert tie["asked"] == 3
    assert tie["alone"] is any(part.stands.any() for part in validated)
    assert tie["q"] < 0.001


def test_layers_in_which_one_of_them_never_acts_are_not_asked() -> None:
    actions = spread(6, ("link",)) | {"text": actions_of(world(30, NOISE))}
    found = combine(judged_of(actions, (120.0,)), SETTINGS)
    assert found.filter(pl.col("account_a") == "x:planted1")["asked"].to_list() == [1]


def test_order_of_layers_changes_nothing() -> None:
    actions = spread(5, ("link", "text"))
    one = combine(judged_of(actions, (120.0,)), SETTINGS)
    two = combine(judged_of(dict(reversed(actions.items())), (120.0,)), SETTINGS)
    assert one.height
    assert one.drop("layers").equals(two.drop("layers"))


def test_a_run_keeps_and_names_what_only_all_layers_hold() -> None:
    """Two objects a layer, too few for test B alone: in the ties, with its posts, on the networks, with a q of its own."""
    actions = spread(2, ("link", "text", "repost"), apart_s=4.0, rank=300)
    found = search(actions, Settings(windows_s=(5.0,), worlds=0), ENGINE, lambda *step: None)
    row = found.combined.filter(pl.col("account_a") == "x:planted1").row(0, named=True)
    assert not row["alone"] and row["q"] <= 0.05
    ties = pl.concat(one.ties for one in found.layers).filter(pl.col("account_a") == "x:planted1")
    assert ties["level"].to_list() == ["combined"] * len(row["layers"])
    assert ties["q"].min() > 0.05  # type: ignore[operator]  # a column of numbers
    assert (row["observed"], row["expected"]) == (ties["observed"].sum(), pytest.approx(ties["expected"].sum()))
    tables = found.tables("s", pl.DataFrame(schema={"post_uid": pl.String, "rank": pl.Int64}))
    network = network_of(Findings({}, tables), combined=True)
    edge = network.edges["x:planted1", "x:planted2"]
    assert edge["q"] == edge["q_combined"] == row["q"]
    assert edge["observed"] == row["observed"] and sorted(edge["layers"]) == sorted(row["layers"])
    assert len(edge["post_pairs"]) >= row["observed"]
    assert "combined" in edge["labels"]


def test_noise_in_several_ways_holds_nothing() -> None:
    for seed in range(4):
        actions = link_and_domain(world(60 + seed, NOISE)) | {"text": actions_of(world(80 + seed, NOISE))}
        found = search(actions, Settings(worlds=0), ENGINE, lambda *step: None)
        assert found.combined.height == sum(one.ties.height for one in found.layers) == 0


def test_nothing_to_combine() -> None:
    empty = Actions.from_table(pa.Table.from_batches([], actions_table([]).schema))
    assert combine(judged_of({"link": empty}), SETTINGS).height == 0


def test_no_layer_and_layers_without_pairs_combine_to_nothing() -> None:
    none = Actions.from_table(actions_table([]))
    layers = [build_layer(trace, none, 60, SETTINGS, ENGINE) for trace in ("link", "text")]
    assert combine([], SETTINGS).height == combine(validate_layers(layers, SETTINGS, ENGINE), SETTINGS).height == 0
