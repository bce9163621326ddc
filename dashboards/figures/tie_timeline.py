"""Two accounts on two lines of time, with lines that join posts of the same thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.svg import Picture, drawing, line, mark, n, ornament, words


def two_lanes(
    accounts: Sequence[tuple[str, Any]],
    meetings: pd.DataFrame,
    source: str,
    window_s: float,
    nouns: tuple[str, str] = ("link", "links"),
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
    title = f"{say.sentence(nouns[1])} in common, {say.days(first, last)}"
    inside_words = _inside(window_s, precision)
    alt = (
        f"{accounts[0][0]} above, {accounts[1][0]} below, one stroke per post. {say.counted(met, 'line')}"
        f" {'joins' if met == 1 else 'join'} posts of the same {nouns[0]} {inside_words};"
        f" {say.counted(apart, 'dotted line')} {'joins' if apart == 1 else 'join'} posts further apart."
    )
    table = pd.DataFrame(
        {
            accounts[0][0]: [say.clock(a, precision, year=True) for a, _, _, _ in rows],
            accounts[1][0]: [say.clock(b, precision, year=True) for _, b, _, _ in rows],
            "Apart": [say.lag((b - a).total_seconds(), precision) for a, b, _, _ in rows],
            "Within the window": ["yes" if inside else "no" for _, _, inside, _ in rows],
            nouns[0].capitalize(): [text for _, _, _, text in rows],
        }
    )
    stroke = ornament(20, 12, line(1, 6, 19, 6, "ev-far", 2))
    dotted = ornament(20, 12, line(1, 6, 19, 6, "ev-group", 1.5, "1.5 2.5"))
    post = ornament(8, 12, line(4, 0, 4, 12, "ev-beyond", 1.75))
    key = [(stroke, f"{say.counted(met, 'pair')} of posts {inside_words}"), (post, "one post")]
    if apart:
        key.insert(1, (dotted, f"{say.counted(apart, 'pair')} of posts further apart"))
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
