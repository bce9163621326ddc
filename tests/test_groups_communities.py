"""Large groups split: planted cliques come back whole, and one run is never the answer."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest

import graph.groups.communities
from graph.groups.communities import METHODS, communities, split, stability
from graph.groups.merge import find_groups
from graph.networks.tie_network import standing_alone
from graph.settings import Settings
from ingest.errors import UsageError


def cliques(number: int, size: int, loose: int, seed: int = 1) -> list[tuple[str, str, float]]:
    """So many groups in which everyone met on five objects, and loose pairs across them that met on two."""
    draw = np.random.default_rng(seed)
    ties = {
        (f"x:{group:02}-{a:02}", f"x:{group:02}-{b:02}"): 5.0
        for group in range(number)
        for a, b in combinations(range(size), 2)
    }
    names = [f"x:{group:02}-{member:02}" for group in range(number) for member in range(size)]
    for _ in range(loose):
        a, b = sorted(draw.choice(names, 2, replace=False).tolist())
        ties.setdefault((a, b), 2.0)
    return [(a, b, weight) for (a, b), weight in ties.items()]


@pytest.mark.parametrize("method", [name for name in METHODS if name != "infomap" or find_spec("infomap")])
def test_many_small_groups_are_told_apart(method: str) -> None:
    """Twelve groups of eight that loose pairs join."""
    found = communities(cliques(12, 8, 60), method=method)
    assert [len(part.members) for part in found] == [8] * 12
    assert all(len({name[:4] for name in part.members}) == 1 for part in found)
    assert stability(found) > 0.9


def test_an_account_between_two_groups_has_a_smaller_share() -> None:
    ties = cliques(2, 6, 0) + [("x:zz", f"x:{g:02}-{m:02}", 5.0) for g in range(2) for m in range(3)]
    share = {name: value for part in communities(ties, seeds=40) for name, value in part.share.items()}
    assert share["x:zz"] <= min(value for name, value in share.items() if name != "x:zz")


def test_every_account_is_somewhere_once() -> None:
    ties = cliques(5, 6, 40)
    found = [name for part in communities(ties) for name in part.members]
    assert sorted(found) == sorted({name for a, b, _ in ties for name in (a, b)})


def test_the_same_seed_gives_the_same_parts_in_any_order() -> None:
    ties = cliques(5, 6, 40)
    turned = [(b, a, weight) for a, b, weight in reversed(ties)]
    assert communities(ties) == communities(turned)


def test_nothing_to_split_and_unknown_methods() -> None:
    assert communities([]) == []
    with pytest.raises(UsageError, match="leidn"):
        communities([], method="leidn")


@pytest.mark.skipif(find_spec("infomap") is not None, reason="Infomap is installed")
def test_a_method_that_is_not_installed_is_said_so() -> None:
    with pytest.raises(UsageError, match="not installed"):
        communities(cliques(2, 4, 0), method="infomap")


def table(ties: list[tuple[str, str, float]]) -> pl.DataFrame:
    """A layer's ties that all stand alone."""
    frame = pl.DataFrame(
        ties, schema={"account_a": pl.String, "account_b": pl.String, "observed": pl.Float64}, orient="row"
    )
    facts = {"p_a": 1e-9, "p_b": 1e-9, "level": "far", "explained_in_sample": False, "closed": False}
    return frame.with_columns(pl.lit(value).alias(name) for name, value in facts.items())


def test_nobody_is_left_over_and_the_share_says_who_hardly_belongs() -> None:
    ties = [*cliques(3, 8, 0), ("x:00-00", "x:01-00", 1.0), ("x:01-00", "x:02-00", 1.0), ("x:00-03", "x:zz", 1.0)]
    found = split([*ties, ("x:02-03", "x:zz", 1.0)], 3)
    assert sorted(len(part.members) for part in found) == [8, 8, 9]
    share = {account: share for part in found for account, share in part.share.items()}
    assert len(share) == 25 and share["x:zz"] < 1 and share["x:00-04"] == 1


def test_a_component_of_over_fifty_accounts_is_shown_as_its_parts() -> None:
    """Twelve groups of eight that loose pairs hold together; each account in one of them, with its share."""
    ties = table(cliques(12, 8, 60))
    groups = find_groups([ties], [], Settings())
    assert [len(group.members) for group in groups] == [8] * 12
    assert all(len({name[:4] for name in group.members}) == 1 for group in groups)
    assert all(set(group.share) == set(group.members) and min(group.share.values()) >= 0.5 for group in groups)
    assert {group.basis for group in groups} == {"ties"} and {group.layers for group in groups} == {(0,)}
    again = find_groups([ties.sample(fraction=1.0, shuffle=True, seed=2)], [], Settings())
    assert {group.group_id for group in again} == {group.group_id for group in groups}
    (small,) = find_groups([table(cliques(6, 8, 60))], [], Settings())
    assert len(small.members) == 48 and small.share == {}


def test_small_groups_of_a_large_network_are_not_merged() -> None:
    """One round of Leiden's method merges some of forty groups of six; asking every part again tells them apart."""
    ties = cliques(40, 6, 300)
    assert max(len(part.members) for part in communities(ties, method="leiden")) > 6
    assert [len(part.members) for part in split(ties, 3)] == [6] * 40


@pytest.mark.parametrize("number", [150, 500])
def test_a_random_network_has_no_parts(number: int) -> None:
    """Where ties are few, modularity is high by chance: such a set is left whole."""
    draw = np.random.default_rng(4)
    ends = draw.integers(0, 80, (number, 2))
    ties = {(f"x:{min(a, b):02}", f"x:{max(a, b):02}"): 3.0 for a, b in ends.tolist() if a != b}
    (whole,) = split([(a, b, weight) for (a, b), weight in ties.items()], 3)
    assert set(whole.share.values()) == {1.0} and len(whole.members) > 70


def test_a_large_set_without_parts_is_shown_as_it_is_and_says_so() -> None:
    (one,) = find_groups([table(cliques(1, 60, 0))], [], Settings())
    assert len(one.members) == 60 and one.whole is not None and one.whole.parts == 1


def test_what_ties_two_parts_is_no_pair() -> None:
    ties = pl.DataFrame({"account_a": ["a", "a", "y"], "account_b": ["b", "c", "z"], "group_id": ["g", None, None]})
    assert standing_alone(ties, pl.DataFrame({"account": ["a", "b", "c"]}))["account_a"].to_list() == ["y"]


def test_who_belongs_nowhere_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the chain that hangs on a group: looking at all the loose in every round would be quadratic."""
    asked: list[str] = []
    strongest = graph.groups.communities._strongest

    def noted(net: Any, account: str, place: Any) -> Any:
        asked.append(account)
        return strongest(net, account, place)

    monkeypatch.setattr(graph.groups.communities, "_strongest", noted)
    chain = [(f"x:{n:03}", f"x:{n + 1:03}", 1.0) for n in range(200)]
    apart = [("x:far", "x:farther", 1.0)]
    whole, loose = [{"x:000"}], {name for tie in [*chain, *apart] for name in tie[:2]} - {"x:000"}
    graph.groups.communities._gather(graph.groups.communities._network([*chain, *apart]), whole, loose)
    assert len(whole[0]) == 203 and not loose
    assert len(asked) == len(set(asked)) == 202


def test_no_ties_give_no_communities() -> None:
    assert communities([]) == split([], 3) == []
