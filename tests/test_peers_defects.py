"""Defects of published code that are not copied: one test each, in the order of the list this project works from.

Where a rule is itself the defect, such as a percentile, its preset follows the paper and the run says what chance explains.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from math import comb

import networkx as nx
import numpy as np
import polars as pl
import pytest
from fixtures_worlds import actions_of, random_actions

from graph.groups.communities import communities
from graph.networks.backbone import centrality, disparity
from graph.networks.projection import Weighted, bags, products, tf_idf
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.presets import PRESETS
from graph.presets.luceri import FAST, delays
from graph.runs.power import Size, power
from graph.settings import Settings
from graph.significance.multiple_testing import benjamini_hochberg
from graph.significance.poisson import poisson_tail
from graph.ties.layer import build_layer
from graph.ties.validation import ValidatedLayer, validate_layers
from graph.toy_data import actions_table
from ingest.normalize.urls import key
from ingest.synthetic import Plan, world
from ingest.tables import LINKS, POSTS, to_arrow

ENGINE = LocalEngine()
SETTINGS = Settings()
SMALL = Plan(accounts=2_000, actions=15_000, links=2_000, fans=0, groups=2, objects=15)


def acted(*rows: tuple[str, str, float]) -> Actions:
    return Actions.from_table(actions_table(list(rows)))


def validated(actions: Actions, window_s: float = 60.0) -> ValidatedLayer:
    return validate_layers([build_layer("link", actions, window_s, SETTINGS, ENGINE)], SETTINGS, ENGINE)[0]


def weighted(*edges: tuple[int, int, float]) -> Weighted:
    a, b, weight = zip(*edges, strict=True)
    return Weighted(np.array(a), np.array(b), np.array(weight))


def test_01_noise_has_no_tie_though_a_percentile_always_keeps_some() -> None:
    noise = validated(actions_of(world(3, SMALL.noise_only())), 600.0)
    met = noise.layer.pairs.observed
    assert (met >= np.quantile(met, 0.99)).sum() > 0
    assert not noise.stands.any()


def test_02_the_disparity_of_a_tie_is_that_of_its_better_end_whichever_comes_last() -> None:
    star = weighted((0, 1, 8.0), (0, 2, 1.0), (0, 3, 1.0), (1, 4, 1.0))
    turned = Weighted(star.b, star.a, star.weight)
    for edges in (star, turned):
        assert disparity(edges, 5)[0] == pytest.approx(min((1 - 8 / 10) ** 2, 1 - 8 / 9))


def test_03_repeating_one_object_is_one_meeting() -> None:
    """Thirty pairs of actions on two objects are two meetings; a count of pairs would say thirty."""
    rows = [(who, what, at) for who in ("x:a", "x:b") for what, n in (("o", 5), ("p", 1)) for at in range(n)]
    pairs = ENGINE.pairs(acted(*rows), 60.0)
    assert pairs.met_actions.sum() == 26
    assert pairs.observed.tolist() == [2]


def test_04_a_repost_a_day_and_five_seconds_later_is_not_fast() -> None:
    """Seconds of a difference without its days would make all three as fast as each other."""
    start = datetime(2026, 8, 3, tzinfo=UTC)
    made = [{"post_uid": f"z:{n}", "account_uid": "z:author", "created_at": start} for n in range(3)]
    late = {"x:a": timedelta(seconds=5), "x:b": timedelta(seconds=5), "x:c": timedelta(days=1, seconds=5)}
    links = [
        {"post_uid": f"{who}{n}", "account_uid": who, "at": start + delay, "kind": "repost", "target_key": f"z:{n}"}
        for who, delay in late.items()
        for n in range(3)
    ]
    posts = pl.DataFrame(to_arrow(made, POSTS)).select("post_uid", "account_uid", "created_at")
    found = delays(pl.DataFrame(to_arrow(links, LINKS)), posts)
    drawn = PRESETS["luceri"].layers({FAST: found}, 60, {"centrality": 0})[FAST]
    assert [row[:2] for row in drawn.rows()] == [("x:a", "x:b")]


def test_05_who_is_alike_does_not_depend_on_who_is_asked_first() -> None:
    """The best hundred of each account would keep a pair from one side only; all pairs are compared, both ways the same."""
    crowd = [(f"u{n:03}", what, float(n)) for n in range(150) for what in ("o", f"p{n % 7}")]
    found = products(tf_idf(bags(acted(*crowd))))
    assert len(found) == comb(150, 2)
    turned = products(tf_idf(bags(acted(*[(f"u{149 - int(who[1:]):03}", what, at) for who, what, at in crowd]))))
    assert sorted(found.weight.round(12)) == sorted(turned.weight.round(12))


def test_06_a_strong_group_apart_from_the_largest_component_is_not_pruned_away() -> None:
    crowd = [(a, b, 0.1) for a, b in combinations(range(5), 2)]
    apart = [(a, b, 0.9) for a, b in combinations(range(5, 9), 2)]
    usual = np.zeros((9, 9))
    for a, b, weight in crowd + apart:
        usual[a, b] = usual[b, a] = weight
    assert np.abs(np.linalg.eigh(usual)[1][:5, -1]).max() < 1e-9, "one component has it all"
    found = centrality(weighted(*crowd, *apart), 9)
    assert found[5:].min() > found[:5].max() > 0
    stronger = centrality(weighted(*crowd, *[(a, b, 0.45) for a, b, _ in apart]), 9)
    assert stronger[5:] == pytest.approx(found[5:] / 2), "weights count"


def test_07_few_accounts_and_objects_are_no_evidence_however_rare_the_object() -> None:
    """Among three accounts a word of two has an IDF above nought and a cosine of one; ours asks what chance gives."""
    tiny = acted(("x:a", "o", 0), ("x:b", "o", 1), ("x:a", "p", 100), ("x:b", "p", 101), ("x:c", "q", 0))
    assert products(tf_idf(bags(tiny), idf="log2")).weight.tolist() == [pytest.approx(1.0)]
    found = validated(tiny)
    assert found.layer.pairs.observed.tolist() == [2]
    assert not found.stands.any()


def test_08_one_common_object_is_a_cosine_of_one_and_no_tie() -> None:
    one = acted(("x:a", "o", 0), ("x:b", "o", 5), *[(f"x:u{n}", f"p{n}", float(n)) for n in range(50)])
    assert products(tf_idf(bags(one))).weight.tolist() == [pytest.approx(1.0)]
    assert len(validated(one).layer.pairs) == 0


def test_09_p_values_have_no_floor_that_a_number_of_shuffles_sets() -> None:
    p = poisson_tail(np.array([3, 30]), np.array([1e-3, 1e-3]))
    assert p[0] == pytest.approx(1e-9 / 6, rel=1e-2)
    assert 0 < p[1] < 1e-100
    found = validated(actions_of(world(5, SMALL)))
    assert 0 < found.p_a[found.stands].min() < 1e-12


def test_10_q_pays_for_every_pair_that_could_have_met() -> None:
    actions = random_actions(3)
    found = validated(actions)
    accounts = len(np.unique(actions.account))
    assert found.layer.family_a == comb(accounts, 2) > 0
    drawn = validated(actions_of(world(5, SMALL)))
    assert drawn.layer.family_a > 100 * len(drawn.layer.pairs)
    assert drawn.q_a == pytest.approx(benjamini_hochberg(drawn.p_a, drawn.layer.family_a))
    own = [set(drawn.layer.incidence.object[drawn.layer.incidence.account == n]) for n in range(200)]
    assert drawn.family_b >= sum(len(a & b) >= 3 for a, b in combinations(own, 2))


def ring(groups: int, size: int) -> list[tuple[str, str, float]]:
    """Groups in which everyone met on five objects, each held to the next by a loose pair."""
    inside = [(f"{g:02}-{a}", f"{g:02}-{b}", 5.0) for g in range(groups) for a, b in combinations(range(size), 2)]
    return inside + [(f"{g:02}-0", f"{(g + 1) % groups:02}-1", 1.0) for g in range(groups)]


def test_11_many_small_groups_are_not_merged() -> None:
    """Thirty groups of five in a ring: the greatest modularity merges neighbours."""
    network = nx.Graph()
    network.add_weighted_edges_from((a, b, 1.0) for a, b, _ in ring(30, 5))
    assert len(nx.community.louvain_communities(network, seed=1)) < 30
    found = communities(ring(30, 5))
    assert sorted(len(part.members) for part in found) == [5] * 30
    assert all(len({name[:2] for name in part.members}) == 1 for part in found)


def test_12_parts_are_those_of_many_seeds_and_say_how_sure_they_are() -> None:
    """An account tied alike to two groups falls to either by the seed; its share says so, and the others' do not move."""
    ties = ring(2, 6) + [("zz", f"{g:02}-{m}", 5.0) for g in range(2) for m in range(3)]
    found = communities(ties, seeds=40)
    share = {name: value for part in found for name, value in part.share.items()}
    assert share["zz"] < min(value for name, value in share.items() if name != "zz")
    network = nx.Graph()
    network.add_weighted_edges_from(ties)
    single = [nx.community.fast_label_propagation_communities(network, weight="weight", seed=n) for n in range(10)]
    assert len({frozenset(next(part for part in parts if "zz" in part)) for parts in map(list, single)}) > 1


@pytest.mark.parametrize(
    "variant",
    [
        "http://www.tidewire.example/a?utm_source=x",
        "https://tidewire.example/a/?fbclid=1",
        "HTTPS://TIDEWIRE.EXAMPLE:443/a#top",
        "https://tidewire.example/b/../a?gclid=2",
    ],
)
def test_13_spellings_of_one_address_are_one_object(variant: str) -> None:
    assert key(variant) == key("https://tidewire.example/a") != key("https://tidewire.example/b")


def test_14_pairs_outside_the_window_are_never_made() -> None:
    """20,000 actions on one object an hour apart: a join of the object with itself would make 200 million pairs."""
    number = 20_000
    rows = [(f"x:{n}", "o", 3_600.0 * n) for n in range(number)] + [("x:late", "o", 3_600.0 * number - 3_590.0)]
    seen = 0
    for early, _ in ENGINE.rapid_pairs(acted(*rows), 60.0):
        seen += len(early)
    assert seen == 1


def test_15_what_could_have_been_seen_is_tried_on_the_data_themselves() -> None:
    actions = actions_of(world(1, replace(SMALL, groups=0)))
    table = power("link", actions, SETTINGS, ENGINE, plan=(Size(8, 15), Size(8, 1)), groups=2)
    assert table["found"].to_list() == [2, 0]
    assert table["words"].to_list()[0] == "8 accounts × 15 shares: found in 2 of 2"
