"""Findings to pictures: pure functions, each with its finding as a title, words for those who do not see it, and the same
numbers as a table. Wherever a count stands, what chance gives stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import exp, lgamma, log
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.bars import by_day, hosts, lag_histogram, layers_against_chance, leaders
from dashboards.figures.group_map import group_map
from dashboards.figures.svg import (
    LogAxis,
    Picture,
    box,
    chance,
    drawing,
    ink,
    line,
    mark,
    n,
    observed,
    ornament,
    reach,
    steps,
    words,
)
from graph.schema import HEADINGS
from graph.significance.timing_model import usual

__all__ = [
    "Picture",
    "by_day",
    "chance_picture",
    "chance_strip",
    "group_map",
    "hosts",
    "lag_histogram",
    "lag_strip",
    "lag_ticks",
    "layers_against_chance",
    "leaders",
    "ranked",
    "sparkline",
    "strip_axis",
    "strip_ticks",
    "two_lanes",
]

CHANCE_KEY = (ornament(18, 12, chance(1, 1, 16, 10)), "where chance would land, 95%")
OBSERVED_KEY = (ornament(14, 12, observed(7, 6, "far", 4.5)), "observed")


# --- small marks for table rows ---------------------------------------------------------------------------------------


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
    """Where chance would land (band: 95%, tick: mean) and where this landed (diamond).

    Examples
    --------
    >>> axis = LogAxis(1, 1000)
    >>> svg = chance_strip({"observed": 90, "expected": 8, "expected_lo": 4, "expected_hi": 14}, axis)
    >>> svg.count("<rect"), svg.count("<path")
    (1, 1)
    """
    return ornament(axis.width, 22, _strip(group, axis, level, 11), "strip")


def _strip(group: Mapping[str, Any], axis: LogAxis, level: str, y: float, x0: float = 0) -> str:
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


# --- groups ------------------------------------------------------------------------------------------------------------


def ranked(groups: pd.DataFrame, levels: Mapping[str, str], source: str, title: str = "") -> Picture:
    """All groups in order, each with what was observed beside what chance gives.

    Parameters
    ----------
    groups : DataFrame
        Columns of ``graph.schema.GROUPS`` and ``name``.
    levels : mapping of group_id to level
    """
    width, row, left = 720.0, 30.0, 300.0
    axis = strip_axis(groups, width - left - 150)
    rows: list[dict[str, Any]] = [{str(k): v for k, v in r.items()} for r in groups.to_dict("records")]
    body = "".join(
        line(left + axis.at(v), 6, left + axis.at(v), 10, "chance-line")
        + words(left + axis.at(v), 22, say.count(v), "middle")
        for v in axis.ticks
    )
    y, heading = 20.0, "groups"
    for group in rows:
        if group["heading"] != heading:
            heading = group["heading"]
            y += row
            body += line(0, y - 8, width, y - 8) + words(0, y + 10, HEADINGS[heading], tone="ink", weight=600)
        y += row
        body += (
            words(20, y + 4, say.count(group["rank"]), "end", "ink", 600)
            + words(32, y + 4, _short(say.group_name(group), 28), tone="ink", weight=500)
            + words(left - 8, y + 4, say.counted(group["accounts"], "account"), "end")
            + _strip(group, axis, levels.get(str(group["group_id"]), "far"), y, left)
            + words(
                width,
                y + 4,
                f"{say.count(group['observed'])} against {say.expected(group['expected'])}",
                "end",
                "ink-2",
            )
        )
    table = pd.DataFrame(
        {
            "Rank": [g["rank"] for g in rows],
            "Heading": [HEADINGS[g["heading"]] for g in rows],
            "Mostly shared": [say.group_name(g) for g in rows],
            "Accounts": [g["accounts"] for g in rows],
            "Observed": [g["observed"] for g in rows],
            "Expected": [g["expected"] for g in rows],
            "Level": [say.level(levels.get(str(g["group_id"]), "far")) for g in rows],
        }
    )
    beyond = sum(g["heading"] == "groups" for g in rows)
    name = title or f"{say.sentence(say.small(beyond))} {'group' if beyond == 1 else 'groups'} beyond chance, ranked"
    alt = "; ".join(
        f"{say.count(g['rank'])} {say.group_name(g)}: {say.count(g['observed'])} against {say.expected(g['expected'])} by chance"
        for g in rows[:12]
    )
    svg = drawing(width, y + row, name, alt, body)
    return Picture(name, alt, table, source, svg, key=(CHANCE_KEY, OBSERVED_KEY))


def _short(name: str, limit: int) -> str:
    return name if len(name) <= limit else name[: limit - 1] + "…"


# --- one tie -----------------------------------------------------------------------------------------------------------


def chance_picture(seen: int, mean: float, noun: str, within: str, source: str = "", width: float = 352) -> Picture:
    """Bars for how often chance gives 0, 1, 2 … ; one diamond for what was observed."""
    height, left, foot, top = 210.0, 8.0, 38.0, 16.0
    low, high = usual(mean)
    most = max(seen + 3, high + 4, 8)
    size = max(1, int(most // 80) + (1 if most > 80 else 0))
    bins = [(k, sum(_pmf(j, mean) for j in range(k, k + size))) for k in range(0, int(most) + 1, size)]
    wide, peak, base = (width - 2 * left) / len(bins), max(p for _, p in bins), height - foot

    def across(value: float) -> float:
        return left + (value / size + 0.5) * wide

    bars = "".join(
        chance(across(k) - wide * 0.42, base - tall, wide * 0.84, tall)
        for k, p in bins
        for tall in [(base - top) * p / peak]
        if tall > 0.4
    )
    ticks = "".join(
        line(across(v), base, across(v), base + 4, "chance-line") + words(across(v), base + 17, say.count(v), "middle")
        for v in steps(most, 6)
        if v == int(v)
    )
    x = across(seen)
    at_right = x > width * 0.6
    note_x = min(max(across(high), across(0) + wide / 2) + 12, width - 160)
    body = (
        bars
        + line(0, base, width, base, "chance-line")
        + ticks
        + words(width, height - 4, f"{noun} both shared {within}", "end")
        + words(note_x, top + 14, f"What chance gives: about {say.expected(mean)},")
        + words(note_x, top + 30, f"and rarely more than {say.count(high)}")
        + reach(x, base - 40, x, base - 12, "far")
        + observed(x, base - 8, "far" if seen > high else "none", 6.5)
        + words(
            x + (6 if at_right else -6),
            base - 48,
            f"Observed: {say.count(seen)}",
            "end" if at_right else "start",
            "ink",
            600,
        )
    )
    title = f"{say.count(seen)} observed; chance gives about {say.expected(mean)}"
    alt = (
        f"If chance alone were at work, {say.count(low)} to {say.count(high)} {noun} would be usual, about"
        f" {say.expected(mean)} on average. {say.count(seen)} were observed."
    )
    table = pd.DataFrame(
        {noun.capitalize(): [k for k, _ in bins], "How often by chance": [round(p, 6) for _, p in bins]}
    )
    return Picture(title, alt, table, source, drawing(width, height, title, alt, body))


def _pmf(k: int, mean: float) -> float:
    return exp(k * log(mean) - mean - lgamma(k + 1)) if mean > 0 else float(k == 0)


def two_lanes(
    accounts: Sequence[tuple[str, Any]],
    meetings: pd.DataFrame,
    source: str,
    window_s: float,
    noun: str = "link",
    precision: str | None = None,
    width: float = 760,
) -> Picture:
    """Two accounts' actions on what they have in common, over time; a line joins two actions on the same object.

    Parameters
    ----------
    accounts : two of (code, platform)
    meetings : DataFrame
        ``at_a``, ``at_b``, ``within`` (bool) and ``words``, one row per object or pair of posts.
    """
    left, high, low, height = 78.0, 34.0, 86.0, 128.0
    rows = [
        (a, b, bool(inside), text)
        for a, b, inside, text in zip(
            (say.moment(v) for v in meetings["at_a"]),
            (say.moment(v) for v in meetings["at_b"]),
            meetings["within"],
            meetings["words"],
            strict=True,
        )
        if a is not None and b is not None
    ]
    first, last = _span([t for a, b, _, _ in rows for t in (a, b)])
    scale = (width - left - 8) / max((last - first).total_seconds(), 1)

    def across(at: datetime) -> float:
        return left + (at - first).total_seconds() * scale

    joins: dict[tuple[str, str, bool], None] = {}
    for a, b, inside, _ in rows:
        joins.setdefault((n(across(a)), n(across(b)), inside))
    body = line(left, high, width, high) + line(left, low, width, low)
    for inside in (False, True):
        body += "".join(
            line(float(xa), high + 7, float(xb), low - 7, *(("ev-far", 1.5) if i else ("ev-group", 1.25, "1.5 2.5")))
            for xa, xb, i in joins
            if i is inside
        )
    for y, place in ((high, 0), (low, 1)):
        body += "".join(
            line(float(x), y - 7, float(x), y + 7, "ev-beyond", 1.75)
            for x in sorted({j[place] for j in joins}, key=float)
        )
        code, platform = accounts[place]
        body += mark(platform, 8, y, 5) + words(20, y + 4, code, tone="ink", weight=500)
    body += _dates(first, last, across, low + 14, height - 6, width)
    met = sum(inside for _, _, inside, _ in rows)
    apart = len(rows) - met
    title = (
        f"What both shared runs from {say.day(first)} to {say.day(last)}"
        if first.date() != last.date()
        else f"All of it came on {say.day(first, year=True)}"
    )
    inside_words = f"same {noun} {_inside(window_s, precision)}"
    alt = f"{accounts[0][0]} above, {accounts[1][0]} below, one stroke a post. {say.count(met)} lines join posts with the {inside_words}; {say.count(apart)} dotted ones are further apart."
    table = pd.DataFrame(
        {
            accounts[0][0]: [say.clock(a, precision, year=True) for a, _, _, _ in rows],
            accounts[1][0]: [say.clock(b, precision, year=True) for _, b, _, _ in rows],
            "Apart": [say.lag((b - a).total_seconds(), precision) for a, b, _, _ in rows],
            "Within the window": ["yes" if inside else "no" for _, _, inside, _ in rows],
            noun.capitalize(): [text for _, _, _, text in rows],
        }
    )
    stroke = ornament(20, 12, line(1, 6, 19, 6, "ev-far", 2))
    dotted = ornament(20, 12, line(1, 6, 19, 6, "ev-group", 1.5, "1.5 2.5"))
    post = ornament(8, 12, line(4, 0, 4, 12, "ev-beyond", 1.75))
    key = [(stroke, f"{inside_words} ({say.count(met)})"), (post, f"one post with a {noun} of both")]
    if apart:
        key.insert(1, (dotted, f"same {noun}, further apart ({say.count(apart)})"))
    return Picture(title, alt, table, source, drawing(width, height, title, alt, body), key=tuple(key))


def _inside(window_s: float, precision: str | None) -> str:
    return say.within(window_s, precision) if precision == "min" else f"within {say.window(window_s)}"


def _span(times: Sequence[datetime]) -> tuple[datetime, datetime]:
    if not times:
        now = datetime(2000, 1, 1, tzinfo=UTC)
        return now, now + timedelta(days=1)
    first, last = min(times), max(times)
    return (first, last) if last > first else (first - timedelta(hours=1), last + timedelta(hours=1))


def _dates(
    first: datetime, last: datetime, across: Callable[[datetime], float], y: float, text_y: float, width: float
) -> str:
    """Days below a time axis, or hours where it spans less than two days."""
    span = (last - first).total_seconds()
    unit = next(
        u for u in (3600, 4 * 3600, 86400, 7 * 86400, 30 * 86400, 91 * 86400, 365 * 86400, 1e12) if span / u <= 7
    )
    hours = unit < 86400
    start = (
        first.replace(minute=0, second=0, microsecond=0)
        if hours
        else first.replace(hour=0, minute=0, second=0, microsecond=0)
    )
    made, at = "", start
    while at <= last and unit < 1e12:
        x = across(at)
        if at >= first and x <= width - 24:
            text = f"{at:%H:%M}" if hours else say.day(at) if span < 400 * 86400 else f"{at:%b} {at.year}"
            made += line(x, y, x, y + 4, "chance-line") + words(x, text_y, text, "middle" if x > 30 else "start")
        at += timedelta(seconds=unit)
    return made
