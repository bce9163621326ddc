"""Small marks for table rows: observed beside chance, days of activity, one delay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.svg import LogAxis, box, chance, ink, line, n, observed, ornament, reach, words
from graph.significance.poisson import usual


def strip_axis(groups: pd.DataFrame, width: float = 150) -> LogAxis:
    """The one axis that all chance strips of a table share."""
    columns = ["observed", "expected", "expected_lo", "expected_hi"]
    return LogAxis.over([v for c in columns if c in groups for v in groups[c] if say.known(v)], width)


def strip_ticks(axis: LogAxis) -> str:
    """The axis, printed once in the header of the column."""
    body = "".join(
        line(axis.at(v), 0, axis.at(v), 3, "chance-line") + words(axis.at(v), 13, say.count(v), "middle")
        for v in axis.ticks
    )
    return ornament(axis.width, 15, body, "strip")


def chance_strip(group: Mapping[str, Any], axis: LogAxis, level: str = "far") -> str:
    """Strip of the expected range (band: 95%, tick: mean) and the observed number (diamond).

    Examples
    --------
    >>> axis = LogAxis(1, 1000)
    >>> svg = chance_strip({"observed": 90, "expected": 8, "expected_lo": 4, "expected_hi": 14}, axis)
    >>> svg.count("<rect"), svg.count("<path")
    (1, 1)
    """
    return ornament(axis.width, 22, strip(group, axis, level, 11), "strip")


def strip(group: Mapping[str, Any], axis: LogAxis, level: str, y: float, x0: float = 0) -> str:
    """Observed coincidences of a group as a mark beside the range that chance gives."""
    seen, mean = group["observed"], group.get("expected")
    low, high = _band(group)
    base = line(x0 + axis.pad - 2, y, x0 + axis.width - axis.pad + 2, y)
    at = x0 + axis.at(seen)
    if high is None or low is None:
        return base + observed(at, y, level)
    left, right = x0 + axis.at(low), x0 + axis.at(high)
    inside = seen <= high
    half = 9 if inside else 6
    return (
        base
        + chance(left, y - half, max(3, right - left), 2 * half)
        + (
            line(x0 + axis.at(mean or 0), y - 6, x0 + axis.at(mean or 0), y + 6, "chance-line", 1.5)
            if say.known(mean)
            else ""
        )
        + ("" if inside else reach(right, y, at, y, level))
        + observed(at, y, "none" if inside else level)
    )


def _band(group: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """95% of chance: from the run, or of a Poisson around its mean."""
    low, high = group.get("expected_lo"), group.get("expected_hi")
    if say.known(low) and say.known(high):
        return float(low), float(high)  # type: ignore[arg-type]
    if not say.known(group.get("expected")):
        return None, None
    return usual(float(group["expected"]))


def sparkline(days: pd.DataFrame, first: Any, last: Any, width: float = 84, height: float = 22) -> str:
    """Meetings by day between two dates; heights by square root, so that single days stay visible."""
    start, end = say.moment(first), say.moment(last)
    base = line(0, height - 0.5, width, height - 0.5)
    if start is None or end is None or days.empty:
        return ornament(width, height, base)
    span = (end.date() - start.date()).days + 1
    bars: dict[int, float] = {}
    columns = min(span, int(width / 2))
    for when, number in zip(days["day"], days["meetings"], strict=True):
        at = say.moment(when)
        if at is not None and 0 <= (at.date() - start.date()).days < span:
            k = (at.date() - start.date()).days * columns // span
            bars[k] = bars.get(k, 0) + float(number)
    top = max(bars.values(), default=1) or 1
    wide = width / columns
    body = "".join(
        box(k * wide, height - 1 - tall, max(wide - 0.5, 0.8), tall)
        for k, v in sorted(bars.items())
        for tall in [(height - 4) * (v / top) ** 0.5]
        if v
    )
    return ornament(width, height, base + body)


def share_bar(part: float, whole: float, width: float = 70) -> str:
    """Part of a whole, such as the members of a group with a label.

    Examples
    --------
    >>> share_bar(31, 118).count("<rect")
    2
    """
    filled = width * min(1.0, part / whole) if whole else 0.0
    outline = f'<rect x="0.5" y="0.5" width="{n(width - 1)}" height="7" fill="none" stroke="{ink("chance-line")}"/>'
    return ornament(width, 8, outline + box(0, 0, max(filled, 1.5), 8), "strip")


def lag_strip(lag_s: float, window_s: float, width: float = 168) -> str:
    """One meeting: how far from the first account's post the second's stands; an arrow where it is outside the window."""
    middle, room = width / 2, width / 2 - 10
    body = line(10, 13, width - 10, 13) + line(middle, 4, middle, 22, "chance-line")
    side = 1 if lag_s > 0 else -1
    if abs(lag_s) > window_s:
        tip = middle + side * (room + 6)
        return ornament(
            width,
            26,
            body
            + f'<path d="M{n(tip - side * 5)} 9L{n(tip)} 13L{n(tip - side * 5)} 17Z" fill="none" stroke="{ink("ev-beyond")}" stroke-width="1.5"/>',
        )
    x = middle + room * lag_s / window_s
    dot = f'<circle cx="{n(x)}" cy="13" r="4.5" fill="{ink("ev-far")}"/>'
    return ornament(width, 26, body + reach(middle, 13, x, 13, "far") + dot)


def lag_ticks(window_s: float, width: float = 168) -> str:
    """The axis of the lag strips: the window to both sides."""
    middle, room = width / 2, width / 2 - 10
    half = say.duration(window_s / 2).split()[0] if window_s >= 2 else ""
    labels = [(-1, say.window(window_s).split()[0]), (-0.5, half), (0, "0"), (0.5, half), (1, say.window(window_s))]
    if say.window(window_s).split()[1] != say.duration(window_s / 2).split()[1]:
        labels = [labels[0], labels[2], labels[4]]
    return ornament(width, 16, "".join(words(middle + room * k, 11, text, "middle") for k, text in labels))
