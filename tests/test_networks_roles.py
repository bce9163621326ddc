"""Roles against counts by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import networkx as nx
import numpy as np
import polars as pl
import pytest

from graph.networks.roles import ROLES, bridges, member_roles, roles
from graph.report.report import Report
from graph.stores.base import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def evidence(*rows: tuple[str, str, str, float, float]) -> pl.DataFrame:
    """Rows of account a, account b, object, seconds of a, seconds of b."""
    return pl.DataFrame(
        {
            "account_a": [row[0] for row in rows],
            "account_b": [row[1] for row in rows],
            "object": [row[2] for row in rows],
            "at_a": [NOON + timedelta(seconds=row[3]) for row in rows],
            "at_b": [NOON + timedelta(seconds=row[4]) for row in rows],
        },
        schema={
            "account_a": pl.String,
            "account_b": pl.String,
            "object": pl.String,
            "at_a": pl.Datetime("us", "UTC"),
            "at_b": pl.Datetime("us", "UTC"),
        },
    )


def test_first_movers_leaders_and_lags() -> None:
    """Ann leads twice and ties once; Cem is first on one object that Ben alone followed."""
    found = roles(
        evidence(
            ("ann", "ben", "1", 0, 10),
            ("ann", "cem", "1", 0, 30),
            ("ben", "cem", "1", 10, 30),
            ("ann", "ben", "2", 5, 5),
            ("ben", "cem", "3", 40, 20),
        )
    )
    row = {r["account"]: r for r in found.iter_rows(named=True)}
    assert row["ann"]["leads"] == 2 and row["ann"]["follows"] == 0
    assert row["ann"]["first_share"] == 0.5  # of two objects, one at equal times
    assert row["ben"]["leads"] == 1 and row["ben"]["follows"] == 2
    assert row["ben"]["leader"] == pytest.approx(1 / 3)
    assert row["ben"]["first_share"] == 0
    assert row["ben"]["median_lag_s"] == 5  # 10, 0 (led), 0 (equal), 20
    assert row["cem"]["first_share"] == 0.5
    assert {r["core"] for r in row.values()} == {2}


def test_repeats_are_one_meeting() -> None:
    once, twice = ("ann", "ben", "1", 0, 10), ("ann", "ben", "1", 0, 40)
    assert roles(evidence(once, twice)).equals(roles(evidence(once)))


def test_core_number_tells_the_middle_from_the_edge() -> None:
    four = [(a, b, "1", 0.0, 1.0) for n, a in enumerate("abcd") for b in "abcd"[n + 1 :]]
    found = roles(evidence(*four, ("d", "e", "2", 0, 1)))
    assert dict(found.select("account", "core").iter_rows()) == {"a": 3, "b": 3, "c": 3, "d": 3, "e": 1}


def test_bridges_equal_the_formula() -> None:
    draw = np.random.default_rng(3)
    network = nx.gnp_random_graph(30, 0.2, seed=4)
    network = nx.relabel_nodes(network, {n: f"x:{n}" for n in network})
    of = {name: "ABC"[draw.integers(3)] for name in network}
    found = {r["account"]: r for r in bridges(network, of).iter_rows(named=True)}
    inside = {n: sum(of[m] == of[n] for m in network[n]) for n in found}
    for name, row in found.items():
        parts = [sum(of[m] == c for m in network[name]) / network.degree(name) for c in "ABC"]
        assert row["participation"] == pytest.approx(1 - sum(p**2 for p in parts))
        own = [inside[n] for n in inside if of[n] == of[name]]
        assert row["within_z"] == pytest.approx((inside[name] - np.mean(own)) / np.std(own))


def test_members_have_roles_in_their_group_and_in_the_run() -> None:
    """Cem stands between two groups; object 2 is the group's own."""
    own = evidence(("ann", "ben", "1", 0, 1), ("ben", "cem", "2", 0, 1))
    objects = pl.DataFrame({"object": ["1", "2"], "others": [4, 0]})
    ties = evidence(("ann", "ben", "1", 0, 1), ("ben", "cem", "2", 0, 1), ("cem", "dan", "3", 1, 0))
    found = member_roles(own, objects, ties, {"ann": "g", "ben": "g", "cem": "g", "dan": "h"})
    row = {r["account"]: r for r in found.iter_rows(named=True)}
    assert {a: r["participation"] for a, r in row.items()} == {"ann": 0, "ben": 0, "cem": 0.5}
    assert {a: r["only_share"] for a, r in row.items()} == {"ann": 0, "ben": 0.5, "cem": 1}
    assert [r["leads"] for r in row.values()] == [1, 1, 0] and row["cem"]["follows"] == 1


def test_a_run_gives_the_roles_of_every_member(demo_store: Store) -> None:
    report = Report(demo_store)
    for key in report.groups()["group_id"]:
        members, found = report.members(key), report.roles(key)
        assert set(found["account"]) <= set(members["account"]) and len(found) >= 3
        assert found["leads"].sum() == found["follows"].sum()
        assert found["code"].str.startswith("A-").all()


def test_no_evidence_no_roles() -> None:
    assert roles(evidence()).schema == pl.Schema(ROLES)


def test_no_evidence_gives_no_roles() -> None:
    text, time = pl.String, pl.Datetime("us", "UTC")
    none = pl.DataFrame(schema={"account_a": text, "account_b": text, "object": text, "at_a": time, "at_b": time})
    objects = pl.DataFrame(schema={"object": text, "others": pl.Int64})
    assert roles(none).schema == ROLES
    assert member_roles(none, objects, none, {}).columns == [*ROLES, "only_share"]
    assert bridges(nx.Graph(), {}).rows() == []
