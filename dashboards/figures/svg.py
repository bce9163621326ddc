"""Marks, axes and text as SVG that reads the same in the app, in a document and saved on its own.

Colours are CSS variables with the light theme's value behind them, set as attributes: in the app they follow the theme, in
a file without our style sheet the value behind stands. Everything that comes from data passes through :func:`said`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count as counting
from math import floor, log10
from typing import Any

import pandas as pd

from dashboards.figures.theme import category, tokens
from dashboards.words import known
from graph.privacy.small_counts import safe_numbers

FONT = "var(--font-cond,'IBM Plex Sans Condensed','Arial Narrow',system-ui,sans-serif)"
REACH = {"far": ("ev-far", 2.5, ""), "beyond": ("ev-beyond", 1.75, ""), "group": ("ev-beyond", 1.5, "3 2.5")}

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_VARIABLE = re.compile(r"var\(--[\w-]+,((?:[^()]|\([^()]*\))*)\)")


@dataclass(frozen=True)
class Picture:
    """A figure with all it needs to stand anywhere.

    Attributes
    ----------
    title : str
        The finding, as a sentence with its numbers.
    alt : str
        What the figure shows, for those who do not see it.
    table : pandas.DataFrame
        The same numbers in the same order.
    source : str
        What was counted, run, date, version.
    svg : str
        The drawing.
    key : tuple of (svg, words)
        Shapes and line kinds with their meaning, in the order met.
    note : str
        A sentence that must stay beside the figure.
    chart : dict, optional
        The same numbers as a plotly figure in plain JSON (``dashboards.figures.charts``), for pages that let people zoom.
    """

    title: str
    alt: str
    table: pd.DataFrame
    source: str = ""
    svg: str = ""
    key: tuple[tuple[str, str], ...] = field(default=())
    note: str = ""
    chart: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        """Draw nothing that shows small counts where the case's harm area withholds them: a sentence takes its place."""
        table, small = safe_numbers(self.table)
        if small:
            told = drawing(430, 30, self.title, NOT_DRAWN, words(0, 18, NOT_DRAWN, "ink-2"))
            for name, value in {"table": table, "svg": told, "alt": NOT_DRAWN, "key": (), "chart": None}.items():
                object.__setattr__(self, name, value)


NOT_DRAWN = "Not drawn: the harm area of this case withholds small counts."


def ink(token: str) -> str:
    """A token as a colour that also works without the style sheet.

    Examples
    --------
    >>> ink("ev-far")
    'var(--ev-far,#16181b)'
    """
    return f"var(--{token},{tokens()[token]})"


def clean(text: object) -> str:
    """Text without characters that are not seen but do something: controls and changes of direction.

    Examples
    --------
    >>> clean("a\\x00b\\u202ec")
    'abc'
    """
    return _UNSEEN.sub("", "" if text is None else str(text))


def said(text: object, limit: int | None = None) -> str:
    """Text from data, safe inside SVG: unseen characters out, shortened, escaped.

    Examples
    --------
    >>> said("<b>nordlys</b>", 8)
    '&lt;b&gt;nord…'
    """
    plain = clean(text)
    if limit is not None and len(plain) > limit:
        plain = plain[: limit - 1] + "…"
    return escape(plain)


def n(value: float) -> str:
    """A coordinate with at most one decimal.

    Examples
    --------
    >>> n(3.04), n(2.0), n(-0.01)
    ('3', '2', '0')
    """
    rounded = round(float(value), 1) + 0.0
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


def standalone(svg: str) -> str:
    """The drawing as a file of its own: no variables, colours of the light theme.

    Examples
    --------
    >>> standalone('<svg fill="var(--ink,#16181b)"></svg>')
    '<svg fill="#16181b"></svg>'
    """
    return _VARIABLE.sub(r"\1", svg)


def drawing(width: float, height: float, title: str, alt: str, body: str) -> str:
    """An SVG with a title and a description for screen readers; its ids come from its content."""
    mark_ = hashlib.sha256(f"{title}\x1f{alt}\x1f{body}".encode("utf-8", "replace")).hexdigest()[:10]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fig" viewBox="0 0 {n(width)} {n(height)}" width="{n(width)}"'
        f' height="{n(height)}" role="img" aria-labelledby="t{mark_} d{mark_}" font-family="{FONT}" font-size="12">'
        f'<title id="t{mark_}">{said(title)}</title><desc id="d{mark_}">{said(alt)}</desc>{body}</svg>'
    )


def ornament(width: float, height: float, body: str, name: str = "") -> str:
    """A small SVG beside words that say the same; screen readers pass over it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fig {name}" viewBox="0 0 {n(width)} {n(height)}" width="{n(width)}"'
        f' height="{n(height)}" aria-hidden="true" focusable="false" font-family="{FONT}" font-size="12">{body}</svg>'
    )


def words(x: float, y: float, text: object, anchor: str = "start", tone: str = "ink-3", weight: int = 400) -> str:
    """Text at a place."""
    bold = f' font-weight="{weight}"' if weight != 400 else ""
    return f'<text x="{n(x)}" y="{n(y)}" text-anchor="{anchor}" fill="{ink(tone)}"{bold}>{said(text)}</text>'


def line(
    x1: float, y1: float, x2: float, y2: float, tone: str = "line-strong", width: float = 1, dash: str = ""
) -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}" stroke="{ink(tone)}" stroke-width="{width:g}"{dashed}/>'


def box(
    x: float, y: float, width: float, height: float, tone: str = "ev-beyond", edge: str = "", radius: float = 0
) -> str:
    """A bar or band."""
    rim = f' stroke="{ink(edge)}" stroke-width=".75"' if edge else ""
    round_ = f' rx="{n(radius)}"' if radius else ""
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}" fill="{ink(tone)}"{rim}{round_}/>'


def chance(x: float, y: float, width: float, height: float) -> str:
    """A grey band or bar: where chance lands."""
    return box(x, y, width, height, "chance-fill", "chance-line", 1)


def observed(x: float, y: float, level: str, size: float = 5.5) -> str:
    """The diamond for what was observed: filled, grey or hollow by level."""
    fill = {"far": ink("ev-far"), "beyond": ink("ev-beyond")}.get(level, ink("surface"))
    edge = ink("ev-far") if level == "far" else ink("ev-beyond")
    s = size
    return (
        f'<path d="M{n(x)} {n(y - s)}L{n(x + s)} {n(y)}L{n(x)} {n(y + s)}L{n(x - s)} {n(y)}Z" fill="{fill}"'
        f' stroke="{edge}" stroke-width="1.5"/>'
    )


def reach(x1: float, y1: float, x2: float, y2: float, level: str) -> str:
    """The line from chance to what was observed."""
    tone, width, dash = REACH.get(level, REACH["group"])
    return line(x1, y1, x2, y2, tone, width, dash)


def shape(platform: object, x: float, y: float, r: float) -> str:
    """The outline of a platform's mark, without colour (see :func:`marks`)."""
    kind = category(platform)
    if kind == 2:
        s = r * 0.9
        return f'<rect x="{n(x - s)}" y="{n(y - s)}" width="{n(2 * s)}" height="{n(2 * s)}"/>'
    if kind in _CORNERS:
        points = "L".join(f"{n(x + dx * r)} {n(y + dy * r)}" for dx, dy in _CORNERS[kind])
        return f'<path d="M{points}Z"/>'
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}"/>'


_C = 0.42  # half the arm of the cross
_CORNERS: dict[int, Sequence[tuple[float, float]]] = {
    3: ((0, -1.18), (1.18, 0.95), (-1.18, 0.95)),
    4: ((0, -1.22), (1.22, 0), (0, 1.22), (-1.22, 0)),
    5: ((0, 1.18), (1.18, -0.95), (-1.18, -0.95)),
    6: ((1.1, 0), (0.55, 0.95), (-0.55, 0.95), (-1.1, 0), (-0.55, -0.95), (0.55, -0.95)),
    7: (
        (-_C, -1.1), (_C, -1.1), (_C, -_C), (1.1, -_C), (1.1, _C), (_C, _C),
        (_C, 1.1), (-_C, 1.1), (-_C, _C), (-1.1, _C), (-1.1, -_C), (-_C, -_C),
    ),
}  # fmt: skip


def marks(platform: object, shapes: Iterable[str]) -> str:
    """Outlines of one platform in its colour; other and unknown platforms are rings."""
    kind = category(platform)
    fill = ink("surface") if kind == 8 else ink(f"cat-{kind}")
    width = "1.75" if kind == 8 else "1"
    return f'<g fill="{fill}" stroke="{ink(f"cat-{kind}-edge")}" stroke-width="{width}">{"".join(shapes)}</g>'


def mark(platform: object, x: float, y: float, r: float = 4.5) -> str:
    """One account."""
    return marks(platform, [shape(platform, x, y, r)])


def ring(x: float, y: float, r: float) -> str:
    """Dashed ring around an account that only a comparison knows."""
    return (
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r + 3)}" fill="none" stroke="{ink("ink")}" stroke-width="1.25"'
        ' stroke-dasharray="2.5 2"/>'
    )


def ring_key(accounts: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Entry of a legend for that ring; empty where no account has one.

    Examples
    --------
    >>> ring_key([{"comparison": False}, {}]), ring_key([{"comparison": True}])[0][1]
    ((), 'known from a comparison only')
    """
    return (
        ((ornament(18, 14, ring(9, 7, 3)), "known from a comparison only"),)
        if any(a.get("comparison") is True for a in accounts)
        else ()
    )


def glyph(platform: object) -> str:
    """A platform's mark, to stand beside its name.

    Examples
    --------
    >>> glyph("x").count("<circle"), glyph("telegram").count("<rect")
    (1, 1)
    """
    return ornament(14, 14, mark(platform, 7, 7), "glyph")


@dataclass(frozen=True)
class LogAxis:
    """A logarithmic axis shared by all rows of a table.

    Examples
    --------
    >>> axis = LogAxis.over([180, 1324, 0.2])
    >>> axis.ticks
    [1, 10, 100, 1000]
    >>> axis.at(0) == axis.at(axis.low)
    True
    """

    low: float
    high: float
    width: float = 150
    pad: float = 6

    @classmethod
    def over(cls, values: Iterable[Any], width: float = 150) -> LogAxis:
        """An axis that holds all values; what lies below 0.5 stands at its left end."""
        positive = [float(v) for v in values if known(v) and v > 0]
        low = max(0.5, min(positive, default=1) * 0.8)
        return cls(low, max(max(positive, default=10) * 1.3, low * 20), width)

    def at(self, value: float) -> float:
        """Horizontal place of a value."""
        inside = min(max(float(value), self.low), self.high)
        return self.pad + (self.width - 2 * self.pad) * log10(inside / self.low) / log10(self.high / self.low)

    @property
    def ticks(self) -> list[int]:
        """Powers of ten on the axis, at most four."""
        powers = [10**k for k in range(10) if self.low <= 10**k <= self.high]
        return powers if len(powers) <= 4 else powers[:: -(-len(powers) // 4)]


def steps(top: float, most: int = 4) -> list[float]:
    """Round values from 0 to the top, at most ``most`` above zero.

    Examples
    --------
    >>> steps(23), steps(2.3), steps(0)
    ([0, 10, 20], [0, 1, 2], [0])
    """
    if top <= 0:
        return [0]
    sizes = (m * 10.0**power for power in counting(floor(log10(top)) - 1) for m in (1, 2, 5))
    size = next(s for s in sizes if top / s <= most)
    values = [round(k * size, 9) for k in range(int(top / size) + 1)]
    return [int(v) for v in values] if size >= 1 else values
