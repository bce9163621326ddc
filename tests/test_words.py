"""Rows of (what a run holds, what a person reads)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from dashboards import words

AT = datetime(2026, 8, 14, 10, 33, 53, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (9, "9"), (1324, "1,324"), (44_949_421, "44,949,421"), (None, "–"), (pd.NA, "–"), (np.nan, "–")],
)
def test_counts(value: object, said: str) -> None:
    assert words.count(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (180.4, "180"),
        (9.94, "9.9"),
        (9.96, "10"),
        (2.6, "2.6"),
        (0.05, "0.1"),
        (0.02, "0.02"),
        (0.0001, "0.0001"),
        (1e-9, "< 0.0001"),
        (0.0, "0.0"),
        (5190.2, "5,190"),
        (float("nan"), "–"),
    ],
)
def test_expected_by_chance(value: float, said: str) -> None:
    assert words.expected(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.00009, "q < 0.0001"),
        (0.0, "q < 0.0001"),
        (0.0001, "q = 0.0001"),
        (0.0321, "q = 0.0321"),
        (1.0, "q = 1"),
        (None, "q –"),
        (pd.NA, "q –"),
    ],
)
def test_q_of_a_tie(value: float | None, said: str) -> None:
    assert words.named("q", value) == said


@pytest.mark.parametrize(
    ("value", "worlds", "said"),
    [
        (0.05, 19, "≤ 0.05"),
        (0.01, 99, "≤ 0.01"),
        (0.02, 99, "0.02"),
        (0.5, 19, "0.5"),
        (None, None, "–"),
        (pd.NA, pd.NA, "–"),
    ],
)
def test_p_of_a_group(value: float | None, worlds: int | None, said: str) -> None:
    assert words.group_p(value, worlds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(6, "6 s"), (64, "64 s"), (119, "119 s"), (2460, "41 min"), (75600, "21 h"), (86400 * 2, "2 days"), (86400 * 400, "400 days"),
     (-30, "30 s"), (0.25, "0.2 s"), (float("inf"), "–"), (None, "–")],
)  # fmt: skip
def test_durations(seconds: float | None, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "precision", "said"),
    [
        (60, None, "within a minute of each other"),
        (60, "s", "within a minute of each other"),
        (600, "s", "within 10 min of each other"),
        (3600, None, "within an hour of each other"),
        (60, "min", "in the same or the neighbouring minute"),
        (30, "min", "in the same minute"),
        (300, "min", "within 5 minutes of each other"),
    ],
)
def test_windows_and_the_minute(seconds: float, precision: str | None, said: str) -> None:
    assert words.within(seconds, precision) == said


@pytest.mark.parametrize(
    ("value", "precision", "said"),
    [
        (AT, "s", "14 Aug, 10:33:53"),
        (pd.Timestamp(AT), None, "14 Aug, 10:33:53"),
        ("2026-08-14T12:33:53+02:00", None, "14 Aug, 10:33:53"),
        (AT, "min", "14 Aug, 10:33"),
        (AT, "day", "14 Aug"),
        (date(2026, 8, 14), "day", "14 Aug"),
        (pd.NaT, None, "–"),
        (None, None, "–"),
    ],
)
def test_times(value: object, precision: str | None, said: str) -> None:
    assert words.clock(value, precision) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-08-03", "2026-09-13", "3 Aug – 13 Sep 2026"),
        ("2015-12-30", "2016-01-02", "30 Dec 2015 – 2 Jan 2016"),
        (AT, AT, "14 Aug 2026"),
        (None, AT, "–"),
    ],
)
def test_from_to(first: object, last: object, said: str) -> None:
    assert words.days(first, last) == said


@pytest.mark.parametrize(
    ("seconds", "precision", "said"), [(0, "s", "same second"), (0, "min", "same minute"), (-64, "s", "64 s")]
)
def test_lags(seconds: float, precision: str, said: str) -> None:
    assert words.lag(seconds, precision) == said


def test_platforms_in_the_order_of_their_colours() -> None:
    assert (
        words.platforms({"bluesky": 9, "facebook": 2, "telegram": 4, "x": 8})
        == "8 X, 4 Telegram, 2 Facebook, 9 Bluesky"
    )


def test_a_run_says_number_day_and_version() -> None:
    run = {"number": 3, "run_id": "ab12", "finished_at": "2026-11-21T08:00:00+00:00", "version": "0.1.0"}
    assert words.run_line(run) == "Run R-3, 21 Nov 2026, Lockstep 0.1.0"


def test_far_is_said_only_where_every_tie_is() -> None:
    assert words.how_far(["far"]) == "far more often than chance"
    assert words.how_far(["far", "group"]) == words.how_far([]) == "more often than chance"
