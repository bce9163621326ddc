"""Times as people read them: spans, windows, days and clocks, all in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isfinite
from typing import Any

from dashboards.words.numbers import NONE, known
from graph.windows import ANY_TIME_S


def duration(seconds: Any) -> str:
    """A length of time in its largest sensible unit.

    Examples
    --------
    >>> [duration(s) for s in (13, 64, 2460, 75600, 259200, 0, 0.4, None)]
    ['13 s', '64 s', '41 min', '21 h', '3 days', '0 s', '0.4 s', '–']
    """
    if not known(seconds) or not isfinite(seconds):
        return NONE
    length = abs(float(seconds))
    if 0 < length < 1:
        return f"{length:.1g} s"
    for unit, size, below in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172800)):
        if length < below:
            return f"{length / size:.0f} {unit}"
    return f"{length / 86400:,.0f} days"


def window(seconds: Any) -> str:
    """The window as people set it: 60 s, 5 min, 1 h, 1 day.

    Examples
    --------
    >>> [window(s) for s in (10, 60, 300, 3600, 86400, 90)]
    ['10 s', '60 s', '5 min', '1 h', '1 day', '90 s']
    >>> window(ANY_TIME_S)
    'any length of time'
    """
    if not known(seconds):
        return NONE
    whole = float(seconds)
    if whole >= ANY_TIME_S:
        return "any length of time"
    for one, many, size in (("day", "days", 86400), ("h", "h", 3600), ("min", "min", 60)):
        if whole > 60 and whole % size == 0:
            return f"{whole / size:,.0f} {one if whole == size else many}"
    return f"{whole:,g} s"


def within(seconds: Any, precision: Any = None) -> str:
    """Closeness in time, for a sentence; times known only to the minute are named as such.

    Examples
    --------
    >>> within(60), within(60, "min"), within(10)
    ('within a minute of each other', 'in the same or the neighbouring minute', 'within 10 s of each other')
    >>> within(600, "min"), within(86400, "min")
    ('within 10 minutes of each other', 'within a day of each other')
    """
    if float(seconds) >= ANY_TIME_S:
        return "at any time"
    if precision == "min" and float(seconds) < 3600:
        minutes = int(float(seconds) // 60)
        if minutes <= 1:
            return ("in the same minute", "in the same or the neighbouring minute")[minutes]
        return f"within {minutes} minutes of each other"
    words = {60.0: "a minute", 3600.0: "an hour", 86400.0: "a day"}.get(float(seconds), window(seconds))
    return f"within {words} of each other"


def near(seconds: Any, precision: Any = None) -> str:
    """Closeness in time, short, for a note.

    Examples
    --------
    >>> near(60), near(60, "min"), near(600, "min")
    ('within 60 s', 'in the same or the neighbouring minute', 'within 10 min')
    """
    if precision == "min" and float(seconds) <= 60:
        return within(seconds, "min")
    return f"within {window(seconds)}"


def lag(seconds: Any, precision: Any = None) -> str:
    """The time between two posts; equal times say how exact the clock is.

    Examples
    --------
    >>> lag(-6), lag(0), lag(0, "min"), lag(None)
    ('6 s', 'same second', 'same minute', '–')
    """
    if known(seconds) and seconds == 0:
        same = {"min": "minute", "day": "day", "ms": "millisecond", "us": "microsecond", "approx": "time, roughly"}
        return f"same {same.get(str(precision), 'second')}"
    return duration(seconds)


def moment(value: Any) -> datetime | None:
    """A cell as an aware UTC time, from a timestamp or ISO words.

    Examples
    --------
    >>> moment("2026-08-14T10:33:53Z").hour
    10
    """
    if not known(value) or value == "":
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def day(value: Any, year: bool = False) -> str:
    """A day, in UTC.

    Examples
    --------
    >>> day("2026-08-14T10:33:53Z"), day("2026-08-14", year=True)
    ('14 Aug', '14 Aug 2026')
    """
    at = moment(value)
    if at is None:
        return NONE
    return f"{at.day} {at:%b} {at.year}" if year else f"{at.day} {at:%b}"


def clock(value: Any, precision: Any = None, year: bool = False) -> str:
    """A time as exact as it is known; UTC is said once per view, not here.

    Examples
    --------
    >>> clock("2026-08-14T10:33:53Z"), clock("2026-08-14T10:33:00Z", "min"), clock("2026-08-14T00:00:00Z", "day")
    ('14 Aug, 10:33:53', '14 Aug, 10:33', '14 Aug')
    """
    at = moment(value)
    if at is None:
        return NONE
    if precision == "day":
        return day(at, year)
    return f"{day(at, year)}, {at:%H:%M}" if precision == "min" else f"{day(at, year)}, {at:%H:%M:%S}"


def days(first: Any, last: Any, year: bool = True) -> str:
    """From one day to another, the year said once.

    Examples
    --------
    >>> days("2026-08-03", "2026-09-13"), days("2026-08-03", "2026-08-03"), days("2015-12-30", "2016-01-02", year=False)
    ('3 Aug – 13 Sep 2026', '3 Aug 2026', '30 Dec 2015 – 2 Jan 2016')
    """
    start, end = moment(first), moment(last)
    if start is None or end is None:
        return NONE
    if start.date() == end.date():
        return day(start, year)
    both = start.year != end.year
    return f"{day(start, both)} – {day(end, both or year)}"
