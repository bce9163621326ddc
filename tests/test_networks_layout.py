"""Places of a run's accounts: communities apart, one picture in all of a group's pictures."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from graph.networks.layout import PLACES, network_layout, run_layout
from graph.schema import GROUPS, LAYOUT, MEMBERS, PARTS, TIES


def planted(parts: int, each: int, across: int = 6) -> tuple[pl.DataFrame, dict[str, list[str]]]:
    held = {str(k): [f"x:{k}{n:03d}" for n in range(each)] for k in range(parts)}
    rows = [(a, b, 4) for accounts in held.values() for a, b in combinations(accounts, 2)]
    draw = np.random.default_rng(3)
    everyone = sorted(a for accounts in held.values() for a in accounts)
    for one, two in draw.choice(len(everyone), (across * parts, 2)).tolist():
        if everyone[one][2] != everyone[two][2]:
            rows.append((*sorted((everyone[one], everyone[two])), 2))
    ties = pl.DataFrame(rows, schema=["account_a", "account_b", "weight"], orient="row")
    return ties.unique(["account_a", "account_b"], keep="first", maintain_order=True), held


def distances(made: pl.DataFrame, held: dict[str, list[str]]) -> tuple[float, float]:
    """Mean distance within parts, and between parts."""
    part = {account: name for name, accounts in held.items() for account in accounts}
    rows = [(part[a], x, y) for a, x, y in made.iter_rows()]
    within: list[float] = []
    between: list[float] = []
    for (p, x1, y1), (q, x2, y2) in combinations(rows, 2):
        (within if p == q else between).append(float(np.hypot(x1 - x2, y1 - y2)))
    return float(np.mean(within)), float(np.mean(between))


def test_communities_stand_apart_and_do_not_overlap() -> None:
    ties, held = planted(6, 15)
    made = network_layout(ties, held)
    within, between = distances(made, held)
    assert within < 0.5 * between
    discs = []
    for accounts in held.values():
        own = made.filter(pl.col("account").is_in(accounts)).select("x", "y").to_numpy()
        middle = own.mean(axis=0)
        discs.append((middle, np.hypot(*(own - middle).T).max()))
    assert all(np.hypot(*(m - n)) > r + s for (m, r), (n, s) in combinations(discs, 2))


def test_the_order_of_rows_does_not_matter_and_the_seed_does() -> None:
    ties, held = planted(3, 8)
    made = network_layout(ties, held)
    shuffled = {name: accounts[::-1] for name, accounts in held.items()}
    assert made.equals(network_layout(ties.reverse(), shuffled))
    assert not made.equals(network_layout(ties, held, seed=8))


@pytest.fixture
def run() -> dict[str, pl.DataFrame]:
    """Two parts of a large set, a group of its own, and a pair."""
    ties, held = planted(3, 10)
    ties = pl.concat([ties, pl.DataFrame({"account_a": ["y:1"], "account_b": ["y:2"], "weight": [3]})])
    members = [(f"g{name}", account) for name, accounts in held.items() for account in accounts]
    return {
        "ties": _like(ties.rename({"weight": "observed"}), TIES),
        "groups": _like(pl.DataFrame({"group_id": ["g0", "g1", "g2"], "rank": [1, 2, 3]}), GROUPS),
        "members": _like(pl.DataFrame(members, schema=["group_id", "account"], orient="row"), MEMBERS),
        "parts": _like(
            pl.DataFrame({"group_id": ["g0", "g1"], "whole_id": ["w", "w"], "part": [1, 2], "parts": [2, 2]}), PARTS
        ),
    }


def _like(frame: pl.DataFrame, schema: pa.Schema) -> pl.DataFrame:
    empty = pl.DataFrame(schema.empty_table())
    return pl.concat([empty, frame.cast({n: empty.schema[n] for n in frame.columns})], how="diagonal")


def test_a_group_is_the_same_in_all_its_pictures_only_moved(run: dict[str, pl.DataFrame]) -> None:
    made = run_layout(run)
    assert list(PLACES) == LAYOUT.names == made.columns
    assert dict(made["group_id"].value_counts().iter_rows()) == {None: 32, "w": 20, "g0": 10, "g1": 10, "g2": 10}
    for outer, inner in (("w", "g0"), ("w", "g1"), (None, "w"), (None, "g2")):
        one = made.filter(pl.col("group_id").eq_missing(pl.lit(outer, pl.String)))
        both = one.join(made.filter(pl.col("group_id") == inner), on="account", suffix="_in")
        moved = both.select(pl.col("x") - pl.col("x_in"), pl.col("y") - pl.col("y_in")).to_numpy()
        assert len(moved) and np.allclose(moved, moved[0], atol=0.03), (outer, inner)


def test_many_pairs_stand_in_rows_without_covering_one_another(run: dict[str, pl.DataFrame]) -> None:
    pairs = pl.DataFrame(
        {"account_a": [f"z:{k:04d}a" for k in range(500)], "account_b": [f"z:{k:04d}b" for k in range(500)]}
    ).with_columns(observed=pl.lit(3))
    made = run_layout({**run, "ties": pl.concat([run["ties"], _like(pairs, TIES)])})
    whole = made.filter(pl.col("group_id").is_null()).select("x", "y").to_numpy()
    assert len(whole) == 1_032 and len(np.unique(whole.round(), axis=0)) == 1_032


def test_ties_without_groups_are_placed_too(run: dict[str, pl.DataFrame]) -> None:
    made = run_layout({**run, **{name: run[name].head(0) for name in ("groups", "members", "parts")}})
    assert made["group_id"].unique().to_list() == [None] and made["account"].n_unique() == 32
