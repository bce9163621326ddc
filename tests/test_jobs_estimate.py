"""Counts before a run: from the records of the sources alone, and from the actions where that is quick."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from dashboards.jobs.estimate import AT_ONCE, cheap, kinds_in, measured, roughly
from graph.settings import Settings
from graph.stores.base import Store


def case_of(*sources: tuple[int, dict[str, float]]) -> Any:
    rows = [{"rows_kept": kept, "field_coverage": json.dumps(shares)} for kept, shares in sources]
    return SimpleNamespace(sources=lambda: pa.Table.from_pylist(rows) if rows else pa.table({"rows_kept": []}))


@pytest.mark.parametrize(
    ("sources", "kinds"),
    [
        ([], {}),
        ([(100, {"url": 0.5, "language": 1.0})], {"url": 50}),
        ([(100, {"url": 0.5}), (10, {"url": 1.0, "hashtag": 0.2})], {"url": 60, "hashtag": 2}),
        ([(10, {"url": 0.001})], {"url": 1}),  # some is never none
        ([(10, {"url": 0.0})], {}),
    ],
)
def test_kinds_of_links_are_estimated_from_sources(
    sources: list[tuple[int, dict[str, float]]], kinds: dict[str, int]
) -> None:
    assert kinds_in(case_of(*sources)) == kinds


def test_what_takes_only_a_moment() -> None:
    assert roughly({"url": 7, "hashtag": 5}, "link") == 7
    assert cheap({"url": AT_ONCE}, ["link"]) and not cheap({"url": AT_ONCE + 1}, ["link"])


def test_each_window_sees_at_least_what_a_shorter_one_sees(quiet_store: Store) -> None:
    seen = measured(quiet_store, "link", Settings())
    pairs = [window["rapid_pairs"] for window in seen["windows"]]
    assert seen["actions"] >= seen["accounts"] > 0 and seen["objects"] > 0
    assert [w["window_s"] for w in seen["windows"]] == sorted(w["window_s"] for w in seen["windows"])
    assert pairs == sorted(pairs) and pairs[-1] > 0
