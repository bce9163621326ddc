"""Two sides to compare: what the address names, or the nearest there are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dashboards.components import comparison
from ingest.errors import UsageError


def report(number: int, runs: int = 2) -> Any:
    records = [{"run_id": f"{k:012x}", "number": k} for k in range(1, runs + 1)]
    return SimpleNamespace(run=records[number - 1], store=SimpleNamespace(runs=lambda: records))


def test_the_way_asked_for_comes_first() -> None:
    assert comparison.way_of(report(2), {"by": "periods"}) == "periods"
    assert comparison.way_of(report(2), {"by": "moons"}) == "runs", "an unknown way is as if none was asked for"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"from": "soon"}, "'soon' is not a day such as 2026-05-04"),
        ({"from": "2026-05-09", "to": "2026-05-05"}, "ends before it begins"),
    ],
)
def test_a_period_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch, query: dict[str, str], why: str) -> None:
    from datetime import UTC, datetime

    whole = (datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC))
    monkeypatch.setattr(comparison, "period_of", lambda report: whole)
    monkeypatch.setattr(comparison, "of_period", lambda *_: [])
    with pytest.raises(UsageError, match=why):
        comparison.sides_of(lambda run: report(1), query, "periods")
    one, two = comparison.sides_of(lambda run: report(1), {}, "periods") or (None, None)
    assert (
        one and two and one.narrow == {"from": "2026-05-04", "to": "2026-05-12"} and two.narrow["from"] == "2026-05-13"
    )
    assert comparison.asked_of(one, two, "periods")["to2"] == "2026-05-20"
