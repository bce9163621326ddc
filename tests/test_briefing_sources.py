"""The part on the data: counts of each file, gaps between its days, and what was assumed."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from dashboards.briefing.sources import assumed, missing, sources

ROW: dict[str, Any] = {
    "source_id": "s1",
    "reader": "generic_csv",
    "platforms": ["x"],
    **{"rows_in": 10, "rows_kept": 8, "rows_merged": 1, "rows_skipped": 1},
    **{"first_at": date(2026, 8, 1), "last_at": date(2026, 8, 30), "tz_assumed": None, "precision": "s"},
    **{"assumptions": [], "warnings": []},
}


def summary(row: dict[str, Any], days: dict[date, int]) -> Any:
    table = pa.table({"source_id": ["s1"] * len(days), "day": list(days), "posts": list(days.values())})
    store = SimpleNamespace(days=lambda: table)
    named = {"file": lambda source: "a.csv", "source_rows": [{**ROW, **row}], "handles": {}}
    return SimpleNamespace(report=SimpleNamespace(store=store), **named)


def every_day(posts: int, without: range) -> dict[date, int]:
    return {date(2026, 8, 1) + timedelta(n): posts for n in range(30) if n not in without}


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (range(10, 16), "a.csv: no post from 11 Aug 2026 to 16 Aug 2026 (6 days)."),
        (range(0), "No unexpected gaps in any file."),
    ],
)
def test_a_gap_is_named_with_its_days(without: range, said: str) -> None:
    assert missing(summary({}, every_day(50, without))) == [said]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, []),
        ({"tz_assumed": "Europe/Oslo"}, ["a.csv: times without a time zone were read as Europe/Oslo."]),
        ({"precision": "min"}, ["a.csv: times are known only to the minute."]),
        ({"precision": "approx"}, ["a.csv: times are known only approximately."]),
        ({"warnings": ["by @nora"]}, ["a.csv: by @…"]),
        ({"tz_assumed": "UTC", "assumptions": ["No zone."]}, ["a.csv: No zone."]),  # said once
    ],
)
def test_what_was_assumed_is_said(row: dict[str, Any], said: list[str]) -> None:
    assert assumed(summary(row, {})) == said


def test_every_row_of_a_file_is_accounted_for() -> None:
    (row,) = sources(summary({}, {})).rows
    rows_in, kept, merged, skipped = (int(cell) for cell in row[3:7])
    assert rows_in == kept + merged + skipped == 10
