"""Ties to groups, on ties written by hand and on planted worlds."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest
from fixtures_worlds import actions_of
from scipy.stats import poisson

from graph.groups.merge import find_groups, group_id
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import search
from graph.runs.tables import SearchResult
from graph.schema import HEADINGS, LABELS
from graph.settings import Settings
from graph.toy_data import actions_table
from ingest.synthetic import Plan, World, world

SETTINGS = Settings(worlds=0)  # ties alone; groups tested as groups are in test_groups_monte_carlo.py


def ties(*pairs: tuple[str, str], explained: bool = False) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account_a": [a for a, _ in pairs],
            "account_b": [b for _, b in pairs],
            "explained_in_sample": [explained] * len(pairs),
            "level": ["far"] * len(pairs),
            "observed": [5] * len(pairs),
            "p_a": [1e-9] * len(pairs),
            "p_b": [1e-9] * len(pairs),
        },
        schema_overrides={
            "account_a": pl.String,
            "account_b": pl.String,
            "explained_in_sample": pl.Boolean,
            "level": pl.String,
        },
    )


def chain(first: int, last: int) -> list[tuple[str, str]]:
    return [(f"x:{n:04}", f"x:{n + 1:04}") for n in range(first, last)]


def sizes(*layers: pl.DataFrame) -> list[tuple[int, bool, tuple[int, ...]]]:
    return sorted((len(g.members), g.crowd, g.layers) for g in find_groups(layers, [], SETTINGS))


def test_two_accounts_are_a_pair_and_three_a_group() -> None:
    assert sizes(ties(("x:a", "x:b"), *chain(0, 2))) == [(3, False, (0,))]


def test_a_large_component_whose_ties_fall_in_sample_is_a_crowd() -> None:
    assert sizes(ties(*chain(0, 50), explained=True)) == [(51, True, (0,))]
    assert sizes(ties(*chain(0, 49), explained=True)) == [(50, False, (0,))]
    (whole,) = find_groups([ties(*chain(0, 50))], [], SETTINGS)  # no crowd, and a chain has no parts
    assert (len(whole.members), whole.crowd, whole.whole and whole.whole.parts) == (51, False, 1)
    teams = [pair for first in (0, 18, 36) for pair in combinations(range(first, first + 18), 2)]
    joined = [(f"x:{a:04}", f"x:{b:04}") for a, b in [*teams, (17, 18), (35, 36)]]
    assert sizes(ties(*joined)) == [(18, False, (0,))] * 3  # shown as its parts, nobody lost


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (chain(2, 4), [(5, False, (0, 1)), 1]),  # 3 accounts, 2 of them shared: half of the smaller set
        (chain(3, 6), [(4, False, (0,)), 2]),  # 4 accounts, 1 of them shared
    ],
)
def test_layers_that_share_half_of_the_smaller_set_are_one_group(
    second: list[tuple[str, str]], expected: list[object]
) -> None:
    first = chain(0, 3)
    found = sizes(ties(*first), ties(*second))
    assert len(found) == expected[1]
    assert found[0] == expected[0]


def test_no_ties_no_groups() -> None:
    assert sizes(ties()) == []


def test_a_group_is_named_by_its_members_alone() -> None:
    assert group_id(["x:2", "x:1"]) == group_id(["x:1", "x:2"]) != group_id(["x:1"])


def searched(drawn: World) -> SearchResult:
    return search({"link": actions_of(drawn)}, SETTINGS, LocalEngine(), lambda *_: None)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_planted_group_is_found_and_no_false_one(seed: int) -> None:
    """The full scenario; the exclusive half stands under closed circles. Ten seeds in ``make bench``."""
    drawn = world(seed)
    described = searched(drawn).described
    members = {group: set(part["account"]) for (group,), part in described.members.group_by("group_id")}
    headings = dict(described.groups.select("group_id", "heading").iter_rows())
    left = dict(members)
    for planted, exclusive in zip(drawn.groups, drawn.exclusive, strict=True):
        want = {f"x:{account}" for account in planted}
        best = max(left, key=lambda group: len(left[group] & want) / len(left[group] | want))
        assert len(left[best] & want) / len(left[best] | want) >= 0.8
        assert headings[best] == ("closed" if exclusive else "groups")
        del left[best]
    assert not left


def test_fans_that_are_all_fast_are_set_aside_as_a_crowd() -> None:
    drawn = world(1, Plan(fan_delay_s=120.0, passers_by=0.0))
    groups = searched(drawn).described.groups
    crowd = groups.filter(pl.col("heading") == "aside")
    assert crowd["label"].to_list() == ["fast_crowd"]
    assert crowd["accounts"][0] > 1_400
    assert (groups.filter(pl.col("heading") == "groups")["accounts"] < 20).all()
    assert groups["heading"].to_list() == sorted(groups["heading"], key=list(HEADINGS).index)


def test_numbers_of_a_group_add_up() -> None:
    found = searched(world(5, Plan(accounts=2_000, actions=15_000, links=2_000, fans=0, groups=2)))
    groups, evidence = found.described.groups, found.layers[0].evidence
    for group in groups.iter_rows(named=True):
        members = found.described.members.filter(pl.col("group_id") == group["group_id"])
        own = found.layers[0].ties.filter(pl.col("account_a").is_in(members["account"].implode()))
        assert group["observed"] >= own["observed"].sum(), "tied pairs are some of all pairs of members"
        assert group["expected_lo"] == poisson.ppf(0.025, group["expected"])
        objects = found.described.objects.filter(pl.col("group_id") == group["group_id"])
        assert group["objects"] == objects.height
        assert objects["meetings"].sum() == group["observed"]
        assert (objects["span_s"] <= 60).all()
        assert members["ties"].sum() == 2 * group["ties"]
        assert members["first"].sum() <= group["objects"]
        assert (members["median_delay_s"] >= 0).all()
        lags = found.described.lags.filter(pl.col("group_id") == group["group_id"])
        met = evidence.filter(pl.col("account_a").is_in(members["account"].implode()))
        first_shares = met.group_by("account_a", "account_b", "object").len().height
        assert (
            lags.filter(pl.col("to_s") <= 60)["group"].sum() <= met.height
        )  # first shares only; a repeat is no new lag
        assert lags.filter(pl.col("to_s") <= 60)["group"].sum() >= 0.95 * first_shares
    assert groups["rank"].to_list() == list(range(1, groups.height + 1))


def test_every_label_stands_under_a_known_heading() -> None:
    assert {label.heading for label in LABELS.values()} == set(HEADINGS)


def test_search_on_nothing() -> None:
    empty = Actions.from_table(actions_table([("x:a", "1", 0)]))
    found = search({"link": empty}, SETTINGS, LocalEngine(), lambda *_: None)
    assert found.described.groups.height == 0
