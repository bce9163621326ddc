"""Runs by their names: one rule for command, dashboard and notebook."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from graph.report.run import find_run
from ingest.errors import UsageError

RUNS = [
    {"number": 1, "run_id": "abcd11111111"},
    {"number": 2, "run_id": "abcd22222222"},
    {"number": 12, "run_id": "ef0000000000"},
]


def case(runs: list[dict[str, Any]]) -> Any:
    return SimpleNamespace(runs=lambda: runs)


@pytest.mark.parametrize(
    ("name", "number"),
    [(None, 12), ("", 12), ("R-1", 1), ("r-12", 12), ("abcd1", 1), ("ABCD2", 2), ("ef", 12), ("abcd22222222", 2)],
)
def test_a_run_is_found_by_its_name_or_the_start_of_its_id(name: str | None, number: int) -> None:
    assert find_run(case(RUNS), name)["number"] == number


@pytest.mark.parametrize(
    ("runs", "name", "said"),
    [
        (RUNS, "abcd", r"2 runs begin with abcd: R-1 \(abcd11111111\), R-2 \(abcd22222222\)"),
        (RUNS, "R-3", "no run R-3.*R-1, R-2, R-12"),
        (RUNS, "d1", "no run d1"),
        ([], None, "no run yet"),
        ([], "ef", "no run yet"),
    ],
)
def test_a_name_without_one_run_is_refused_with_the_candidates(runs: Any, name: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        find_run(case(runs), name)
