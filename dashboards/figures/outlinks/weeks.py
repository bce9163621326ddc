"""Links of hosts by week: bars for a table's row, small multiples, and a heatmap of hosts and weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

import pandas as pd
import polars as pl

from dashboards import words as say
from dashboards.figures.charts import base_layout
from dashboards.figures.svg import Picture, box, drawing, ink, line, n, ornament, words
from dashboards.figures.theme import tokens

MOST_BARS = 44
HEATED = 20
"""Hosts of a heatmap."""
BEGINS = "Weeks begin on Monday; days are UTC."


@dataclass(frozen=True)
class Spans:
    """Days or weeks from the first to the last, in at most ``MOST_BARS`` bars.

    Attributes
    ----------
    first, last : date
        Start of the first and of the last of them.
    days : int
        Length of one: 1 or 7.

    Examples
    --------
    >>> few = Spans(date(2026, 8, 3), date(2026, 9, 7), 7)
    >>> few.bars, few.unit, Spans(date(2020, 1, 6), date(2022, 1, 3), 7).unit
    (6, 'a week', 'in 3 weeks')
    """

    first: date
    last: date
    days: int = 7

    @property
    def step(self) -> int:
        """Number of days or weeks in one bar."""
        return -(-self._whole // MOST_BARS)

    @property
    def bars(self) -> int:
        """Number of bars."""
        return -(-self._whole // self.step)

    @property
    def unit(self) -> str:
        """Length of a bar, in words."""
        one = "day" if self.days == 1 else "week"
        return f"a {one}" if self.step == 1 else f"in {self.step} {one}s"

    @property
    def _whole(self) -> int:
        return (self.last - self.first).days // self.days + 1

    def starts(self) -> list[date]:
        """First day of each bar."""
        return [self.first + timedelta(days=k * self.step * self.days) for k in range(self.bars)]

    def values(self, links: Mapping[date, int]) -> list[int]:
        """Links in each bar.

        Examples
        --------
        >>> Spans(date(2026, 8, 3), date(2026, 8, 17)).values({date(2026, 8, 10): 4})
        [0, 4, 0]
        """
        made = [0] * self.bars
        for start, number in links.items():
            made[(start - self.first).days // self.days // self.step] += int(number)
        return made


@dataclass(frozen=True)
class Course:
    """Links of hosts over time.

    Attributes
    ----------
    spans : Spans, optional
        None where no link is dated.
    links : mapping of host to links by the start of each day or week
    """

    spans: Spans | None
    links: Mapping[str, Mapping[date, int]]

    @classmethod
    def of(cls, weeks: pl.DataFrame) -> Course:
        """Read the course of all hosts.

        Parameters
        ----------
        weeks : polars.DataFrame
            ``host``, ``start`` (date), ``days`` (1 or 7, the same in all rows), ``links``.

        Examples
        --------
        >>> made = Course.of(pl.DataFrame({"host": ["a"], "start": [date(2026, 8, 3)], "days": [7], "links": [4]}))
        >>> made.values("a"), made.values("b"), Course.of(pl.DataFrame()).values("a")
        ([4], [0], [])
        """
        if weeks.is_empty():
            return cls(None, {})
        made: dict[str, dict[date, int]] = {}
        for host, start, links in weeks.select("host", "start", "links").iter_rows():
            made.setdefault(host, {})[start] = links
        first, last, days = weeks.select(
            pl.col("start").min(), pl.col("start").max().alias("last"), pl.col("days").first()
        ).row(0)
        return cls(Spans(first, last, days), made)

    def values(self, host: str) -> list[int]:
        """Links of a host in each bar."""
        return self.spans.values(self.links.get(host, {})) if self.spans else []

    @property
    def unit(self) -> str:
        """Length of a bar, in words."""
        return self.spans.unit if self.spans else "a week"

    @property
    def starts(self) -> list[date]:
        """First day of each bar."""
        return self.spans.starts() if self.spans else []


def strip(values: Sequence[int], tone: str = "ev-beyond", width: float = 132, height: float = 26) -> str:
    """Bars of one host on its own scale, its peak at the right.

    Examples
    --------
    >>> strip([0, 4, 2]).count("<rect")
    2
    """
    return ornament(width + 44, height, _bars(values, tone, width, height), "strip")


def _bars(values: Sequence[int], tone: str, width: float, height: float) -> str:
    wide, peak = width / max(1, len(values)), max(values, default=0) or 1
    thin = 1 if wide > 4 else 0.2
    body = line(0, height - 0.5, width, height - 0.5)
    for k, value in enumerate(values):
        if value:
            tall = max(1.0, (height - 4) * value / peak)
            body += box(k * wide + thin, height - 1 - tall, wide - 2 * thin, tall, tone)
    return body + words(width + 7, 12, say.count(max(values, default=0)))


def small_multiples(hosts: pd.DataFrame, course: Course, title: str, source: str = "", width: float = 720) -> Picture:
    """Bars by day or week of each host, one row each on its own scale.

    Parameters
    ----------
    hosts : DataFrame
        ``host``, ``name`` (safe to show), ``links``, ``mark`` (``lookalike`` is red), in the order to draw.
    course : Course

    Examples
    --------
    >>> hosts = pd.DataFrame({"host": ["a"], "name": ["a[.]example"], "links": [4], "mark": [""]})
    >>> made = small_multiples(hosts, Course(Spans(date(2026, 8, 3), date(2026, 8, 3)), {"a": {date(2026, 8, 3): 4}}), "One week")
    >>> made.table.to_dict("records")
    [{'Host': 'a[.]example', 'Links': 4, '3 Aug 2026': 4}]
    """
    left, row, right = 230.0, 34.0, 60.0
    rows = _rows(hosts, course)
    body = ""
    for k, (r, values) in enumerate(rows):
        red, y = r["mark"] == "lookalike", k * row
        body += words(0, y + 22, _short(str(r["name"]), 32), tone="stop" if red else "ink", weight=500)
        body += words(left - 14, y + 22, say.count(r["links"]), "end")
        bars = _bars(values, "stop" if red else "ev-beyond", width - left - right, 26)
        body += f'<g transform="translate({n(left)} {n(y + 4)})">{bars}</g>'
    body += _axis(course.spans, left, width - right, len(rows) * row + 16)
    starts = [say.day(day, year=True) for day in course.starts]
    table = pd.DataFrame(
        [{"Host": r["name"], "Links": int(r["links"]), **dict(zip(starts, v, strict=True))} for r, v in rows]
    )
    alt = "; ".join(
        f"{r['name']}: {say.count(r['links'])}, at most {say.count(max(v, default=0))} {course.unit}" for r, v in rows
    )
    note = f"Links {course.unit}, each host on its own scale, peak at right. {BEGINS}"
    return Picture(title, alt, table, source, drawing(width, len(rows) * row + 22, title, alt, body), note=note)


def _rows(hosts: pd.DataFrame, course: Course) -> list[tuple[dict[str, Any], list[int]]]:
    """Hosts with their links in each bar."""
    return [({str(k): v for k, v in r.items()}, course.values(str(r["host"]))) for r in hosts.to_dict("records")]


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else f"{name[: letters - 1]}…"


def _axis(span: Spans | None, left: float, right: float, y: float) -> str:
    """Days under the bars, at most one in 80 pixels."""
    if span is None:
        return ""
    wide = (right - left) / span.bars
    stride = max(1, int(-(-80 // wide)))
    long = (span.last - span.first).days > 400
    return "".join(
        words(left + k * wide, y, f"{start:%b} {start.year}" if long else say.day(start))
        for k, start in enumerate(span.starts())
        if k % stride == 0 and left + k * wide < right - 20
    )


def heatmap(hosts: pd.DataFrame, course: Course, title: str, source: str = "", width: float = 720) -> Picture:
    """Hosts by days or weeks; the darker a cell, the more links, on one scale for all.

    Parameters
    ----------
    hosts, course
        As :func:`small_multiples` takes them; the first ``HEATED`` hosts are drawn.

    Examples
    --------
    >>> hosts = pd.DataFrame({"host": ["a"], "name": ["a[.]example"], "links": [4], "mark": [""]})
    >>> heatmap(hosts, Course(Spans(date(2026, 8, 3), date(2026, 8, 3)), {"a": {date(2026, 8, 3): 4}}), "One").svg.count("<rect")
    1
    """
    rows = _rows(hosts.head(HEATED), course)
    left, row, starts = 230.0, 20.0, course.starts
    top = max((v for _, values in rows for v in values), default=0) or 1
    body = "".join(_heat_row(r, values, top, k * row, left, width) for k, (r, values) in enumerate(rows))
    body += _axis(course.spans, left, width, len(rows) * row + 16)
    cells = [
        (r["name"], say.day(start, year=True), v) for r, vs in rows for start, v in zip(starts, vs, strict=True) if v
    ]
    alt = "; ".join(f"{r['name']}: {_peak(starts, values)}" for r, values in rows)
    left_out = f" The first {HEATED} of {say.count(len(hosts))} hosts." if len(hosts) > HEATED else ""
    note = f"Darker: more links {course.unit}, at most {say.count(top)}. One scale for all hosts.{left_out} {BEGINS}"
    return Picture(
        title,
        alt,
        pd.DataFrame(cells, columns=["Host", "From", "Links"]),
        source,
        drawing(width, len(rows) * row + 22, title, alt, body),
        note=note,
        chart=_heat_chart(rows, starts, course.unit) if starts else None,
    )


def _peak(starts: Sequence[date], values: Sequence[int]) -> str:
    most = max(values, default=0)
    return f"most from {say.day(starts[values.index(most)], year=True)}, {say.count(most)}" if most else "none"


def _heat_row(row: Mapping[str, Any], values: Sequence[int], top: int, y: float, left: float, width: float) -> str:
    red = row["mark"] == "lookalike"
    wide, tone = (width - left) / max(1, len(values)), ink("stop" if red else "ev-far")
    body = words(0, y + 14, _short(str(row["name"]), 32), tone="stop" if red else "ink", weight=500)
    body += line(left, y + 19.5, width, y + 19.5, "line", 0.5)
    return body + "".join(
        f'<rect x="{n(left + k * wide + 0.5)}" y="{n(y + 1)}" width="{n(max(0.8, wide - 1))}" height="18" fill="{tone}"'
        f' fill-opacity="{_shade(value, top):.2f}"/>'
        for k, value in enumerate(values)
        if value
    )


def _shade(value: int, top: int) -> float:
    """Darkness of a cell: the square root, so that small numbers can still be seen."""
    return 0.12 + 0.88 * sqrt(value / top)


def _heat_chart(
    rows: Sequence[tuple[Mapping[str, Any], list[int]]], starts: Sequence[date], unit: str
) -> dict[str, Any]:
    """Chart of the heatmap to hover and zoom, shaded by the square root as the picture is."""
    ink_ = tokens()
    data = {
        "type": "heatmap",
        "x": [start.isoformat() for start in starts],
        "y": [str(row["name"]) for row, _ in rows],
        "z": [[sqrt(value) if value else None for value in values] for _, values in rows],
        "customdata": [values for _, values in rows],
        "colorscale": [[0, ink_["chance-fill"]], [1, ink_["ev-far"]]],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": f"%{{y}}, from %{{x|%-d %b %Y}}: %{{customdata:,}} links {unit}<extra></extra>",
    }
    layout = base_layout(90 + 22 * len(rows), y={"autorange": "reversed", "type": "category", "showgrid": False})
    stride = -(-len(starts) // 12)
    named = {start.isoformat(): say.day(start) for start in starts[::stride]}
    layout["xaxis"] |= {"tickmode": "array", "tickvals": list(named), "ticktext": list(named.values())}
    return {"data": [data], "layout": layout}
