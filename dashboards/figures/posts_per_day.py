"""Posts a day per file, with gaps inside the file and days outside its dates; all strips also as one figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from dashboards import words as say
from dashboards.figures.svg import box, drawing, line, mark, n, ornament, said, words
from dashboards.figures.theme import mark as style

MOST_BARS = 92
HOLE_POSTS = 10.0
"""Days without a post are a hole when, at the file's own pace, at least this many posts would have come in them."""


@dataclass(frozen=True)
class Strip:
    """One file's posts by day.

    Attributes
    ----------
    name, platform : str
    days : mapping of date to posts
        Only days that have posts.
    """

    name: str
    platform: str
    days: Mapping[date, int]

    @property
    def first(self) -> date:
        return min(self.days)

    @property
    def last(self) -> date:
        return max(self.days)

    @property
    def peak(self) -> int:
        return max(self.days.values(), default=0)

    @property
    def span(self) -> int:
        """Days from its first to its last."""
        return (self.last - self.first).days + 1 if self.days else 0

    @property
    def sparse(self) -> bool:
        """True where fewer than half of its days have a post; such a file has no gaps, since days without posts are usual."""
        return 2 * len(self.days) < self.span

    def holes(self) -> list[tuple[date, date]]:
        """First and last day of each stretch without posts that the file's own pace does not explain.

        Examples
        --------
        >>> daily = {date(2026, 8, d): 20 for d in range(1, 31) if d not in (19, 20)}
        >>> [(a.day, b.day) for a, b in Strip("a.csv", "x", daily).holes()]
        [(19, 20)]
        >>> Strip("b.csv", "x", {date(2026, 8, 1): 1, date(2026, 8, 30): 1}).holes()
        []
        """
        pace = sorted(self.days.values())[len(self.days) // 4] if self.days else 0  # a slow day of this file
        mean = sum(self.days.values()) / max(1, (self.last - self.first).days + 1) if self.days else 0
        there = sorted(self.days)
        if self.sparse:
            return []
        gaps = [(a, b) for a, b in pairwise(there) if (b - a).days > 1]
        expected = min(pace, mean)
        return [
            (a + timedelta(days=1), b - timedelta(days=1))
            for a, b in gaps
            if expected * ((b - a).days - 1) >= HOLE_POSTS
        ]


@dataclass(frozen=True)
class Calendar:
    """The days all strips share, in at most ``MOST_BARS`` bars.

    Examples
    --------
    >>> Calendar(date(2026, 8, 3), date(2026, 9, 13)).step, Calendar(date(2014, 1, 1), date(2018, 1, 1)).step
    (1, 16)
    """

    first: date
    last: date

    @property
    def span(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def step(self) -> int:
        """Days in one bar."""
        return -(-self.span // MOST_BARS)

    @property
    def unit(self) -> str:
        return "day" if self.step == 1 else f"{self.step} days"

    def at(self, day: date, width: float) -> float:
        """Horizontal place of the start of a day."""
        return width * (day - self.first).days / self.span

    def bars(self, days: Mapping[date, int]) -> dict[date, int]:
        """Posts by the first day of their bar."""
        made: dict[date, int] = {}
        for day, posts in days.items():
            start = self.first + timedelta(days=(day - self.first).days // self.step * self.step)
            made[start] = made.get(start, 0) + posts
        return made

    def ticks(self) -> list[date]:
        """Six days or so to name on the axis."""
        stride = next((s for s in (1, 7, 14, 28, 91, 182, 365, 730) if self.span / s <= 7), max(1, self.span // 6))
        return [self.first + timedelta(days=k) for k in range(0, self.span, stride)]


def strip(one: Strip, calendar: Calendar, width: float = 368, height: float = 38) -> str:
    """One file's bars, on its own scale, with the peak at the right."""
    return ornament(width + 44, height, _bars(one, calendar, width, height), "strip")


def _bars(one: Strip, calendar: Calendar, width: float, height: float) -> str:
    bars = calendar.bars(one.days)
    peak = max(bars.values(), default=1)
    wide = width * calendar.step / calendar.span
    end = calendar.last + timedelta(days=1)
    body = f'<line class="axis" x1="0" x2="{n(width)}" y1="{n(height - 0.5)}" y2="{n(height - 0.5)}" stroke="var(--line-strong,#b7b7ae)"/>'
    for day, posts in sorted(bars.items()):
        x, tall = calendar.at(day, width), (height - 4) * posts / peak
        body += _day(style(one.platform).category, x + 0.4, height - tall, max(wide - 0.8, 0.6), tall)
    outside = [(calendar.first, one.first), (one.last + timedelta(days=1), end)]
    for a, b in outside:
        if b > a:
            body += box(
                calendar.at(a, width), 2, calendar.at(b, width) - calendar.at(a, width), height - 3, "sunken", "line"
            )
    for a, b in one.holes():
        body += _hole(calendar.at(a, width), calendar.at(b + timedelta(days=1), width), height)
    return body + words(width + 8, height - 20, say.count(peak))


def _day(category: int, x: float, y: float, wide: float, tall: float) -> str:
    fill = f"var(--cat-{category},#6b7178)"
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(wide)}" height="{n(tall)}" fill="{fill}"/>'


def _hole(left: float, right: float, height: float) -> str:
    frame = 'fill="var(--warn-soft,#fbf1dc)" stroke="var(--warn,#7d5200)" stroke-dasharray="3 2"'
    wide = max(right - left, 3)
    body = f'<rect x="{n(left)}" y="2" width="{n(wide)}" height="{n(height - 3)}" {frame}/>'
    for k in range(1, int(wide // 6) + 1):  # hatched: the same in print
        x = left + k * 6
        body += f'<line x1="{n(x)}" y1="{n(height - 1)}" x2="{n(min(x + 4, right))}" y2="2" stroke="var(--warn,#7d5200)" stroke-width=".5"/>'
    return body


def date_axis(calendar: Calendar, width: float = 368) -> str:
    """The days under all strips."""
    return ornament(width + 44, 16, _ticks(calendar, width, 12))


def _ticks(calendar: Calendar, width: float, y: float) -> str:
    long = calendar.span >= 400
    named = [(calendar.at(d, width), f"{d:%b} {d.year}" if long else say.day(d)) for d in calendar.ticks()]
    return "".join(words(x, y, text, "middle" if x > 12 else "start") for x, text in named if x < width - 16)


def figure(strips: Sequence[Strip], calendar: Calendar, title: str) -> str:
    """All strips with their names as one picture, to be saved."""
    row, left, width = 56.0, 190.0, 480.0
    body = ""
    for k, one in enumerate(strips):
        y = k * row
        body += mark(one.platform, 8, y + 34) + words(0, y + 18, one.name[:34], tone="ink", weight=500)
        body += words(20, y + 38, say.platform(one.platform))
        body += f'<g transform="translate({n(left)} {n(y + 4)})">{_bars(one, calendar, width, 40)}</g>'
        body += line(0, y + row - 4, left + width, y + row - 4, "line")
    body += f'<g transform="translate({n(left)} {n(len(strips) * row)})">{_ticks(calendar, width, 14)}</g>'
    alt = "; ".join(
        f"{said(s.name)}: {say.count(sum(s.days.values()))} posts, {say.days(s.first, s.last)}, at most {say.count(s.peak)} a day"
        for s in strips
    )
    return drawing(left + width + 48, len(strips) * row + 20, title, alt, body)
