"""Posting at the same time without an object: nothing on noise with habits, bursts and schedules; a planted pair is found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from fixtures_stores import account, batch, post, put

from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import search
from graph.runs.tables import SearchResult
from graph.settings import Narrow, Settings
from graph.stores import open_case
from graph.traces import TRACES
from graph.traces.base import as_actions
from graph.traces.copost import hours

DAY, DAYS = 86_400.0, 14
Rows = list[tuple[str, float]]


def noise(seed: int, accounts: int = 250) -> Rows:
    """Accounts of three time zones with evenings of their own, two evenings full of news, and threads of several posts."""
    draw = np.random.default_rng(seed)
    rows: Rows = []
    for number in range(accounts):
        for _ in range(int(draw.pareto(1.5) * 12) + 5 if number else 60):
            day, hour = int(draw.integers(DAYS)), draw.normal(8 * (number % 3) + 6, 2.5) % 24
            if draw.random() < 0.1:
                day, hour = int(draw.integers(2)) + 3, 18 + float(draw.exponential(0.4))
            start = day * DAY + hour * 3_600
            rows += [(f"x:{number}", start + 15.0 * step) for step in range(int(draw.choice([1, 1, 1, 4])))]
    return rows


def together(seed: int, times: int = 30, shift_s: float = 0.0) -> Rows:
    """Two accounts that post within 40 s of each other at odd moments; the second shifted."""
    draw = np.random.default_rng([seed, 1])
    moments = draw.uniform(0, DAYS * DAY, times)
    return [("x:p1", float(at)) for at in moments] + [
        ("x:p2", float(at) + float(draw.uniform(0, 40)) + shift_s) for at in moments
    ]


def run(rows: Rows) -> SearchResult:
    posts = pl.DataFrame(rows, schema={"account_uid": pl.String, "at": pl.Float64}, orient="row").with_columns(
        (pl.col("at") * 1e6).cast(pl.Int64).cast(pl.Datetime("us", "UTC")),
        pl.format("x:{}", pl.int_range(pl.len())).alias("post_uid"),
    )
    actions = Actions.from_table(as_actions(hours(posts)))
    return search({"copost": actions}, Settings(worlds=0), LocalEngine(), lambda *step: None)


def tied(found: SearchResult) -> list[tuple[str, str]]:
    return list(found.layers[0].ties.select("account_a", "account_b").iter_rows())


@pytest.mark.parametrize("seed", range(4))
def test_habits_news_and_threads_are_chance(seed: int) -> None:
    found = run(noise(seed))
    assert len(found.layers[0].validated.layer.pairs) > 100
    assert tied(found) == []


def test_p_is_not_smaller_than_chance_on_noise() -> None:
    counts, pairs = dict.fromkeys((1e-1, 1e-2, 1e-3), 0), 0
    for seed in range(4):
        validated = run(noise(seed)).layers[0].validated
        pairs += validated.family_b
        for x in counts:
            counts[x] += int((validated.b.p <= x).sum())
    for x, number in counts.items():
        assert number / pairs / x <= 1.1, x


@pytest.mark.parametrize("seed", range(2))
def test_a_planted_pair_is_found_and_falls_when_one_is_shifted_by_a_day(seed: int) -> None:
    found = run([*noise(seed), *together(seed)])
    assert tied(found) == [("x:p1", "x:p2")]
    row = found.layers[0].ties.row(0, named=True)
    assert row["observed"] > 20 > 5 * row["expected"] and row["q"] < 0.001
    assert len(found.layers[0].evidence) >= row["observed"]
    assert tied(run([*noise(seed), *together(seed, shift_s=DAY)])) == []


def test_schedules_are_set_aside() -> None:
    """Two accounts that post on every hour, to the second, meet forty times and are not tied."""
    rows = [(f"x:s{who}", (7 * hour) % 300 * 3_600.0 + who) for who in (1, 2) for hour in range(40)]
    assert tied(run([*noise(1), *rows])) == []


def test_reposts_have_an_object_of_their_own(tmp_path: Path) -> None:
    at = datetime(2026, 3, 1, 9, 20, tzinfo=UTC)
    posts = [post("x:1", "x:ann", at), post("x:2", "x:ann", at, kind="repost"), post("x:3", "x:ben", None)]
    store = open_case(str(tmp_path / "case"), create=True)
    put(store, "s1", batch([account("x:ann"), account("x:ben")], posts))
    assert TRACES["copost"].actions(store, Narrow()).to_pylist() == [
        {"account_uid": "x:ann", "object": "2026-03-01T09", "at": at, "post_uid": "x:1"}
    ]
    store.close()
