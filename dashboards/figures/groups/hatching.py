"""Marks of what is described and not tested: hatched fill, dashed rim, tag in a dashed box. Never a colour.

Lines are drawn one by one, since a pattern of SVG needs an id, which a picture loses when it is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

from dashboards.figures.svg import box, ink, n, ornament, words

DASH = "4 3"
STEP = 6.0  # between the lines of a hatch
BAR = 172.0  # px: the widest bar of a table


def dashed_circle(x: float, y: float, radius: float) -> str:
    """A circle of a described community.

    Examples
    --------
    >>> svg = dashed_circle(20, 20, 10)
    >>> svg.count("<circle"), svg.count("stroke-dasharray"), svg.count("M") >= 3
    (2, 1, True)
    """
    lines = []
    count = int(radius / STEP)
    for k in range(-count, count + 1):
        away = k * STEP
        half = sqrt(max(radius * radius - away * away, 0.0))
        # lines at 45 degrees: the middle of each lies across, its ends along the other diagonal
        mx, my, dx = x + away * sqrt(0.5), y + away * sqrt(0.5), half * sqrt(0.5)
        lines.append(f"M{n(mx - dx)} {n(my + dx)}L{n(mx + dx)} {n(my - dx)}")
    return (
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{ink("surface")}"/>'
        f'<path d="{"".join(lines)}" fill="none" stroke="{ink("line-strong")}" stroke-width="1"/>'
        + dashed_rim(x, y, radius)
    )


def dashed_rim(x: float, y: float, radius: float) -> str:
    """The rim of a described community alone, to be drawn over a tested group.

    Examples
    --------
    >>> dashed_rim(20, 20, 10).count("<circle")
    1
    """
    return (
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="none" stroke="{ink("ink-3")}" stroke-width="1.25"'
        f' stroke-dasharray="{DASH}"/>'
    )


def hatched_box(x: float, y: float, width: float, height: float) -> str:
    """A bar of accounts that are described only.

    Examples
    --------
    >>> hatched_box(0, 0, 20, 8).count("<rect")
    1
    """
    lines = []
    at = STEP / 2
    while at < width + height:
        left, right = max(0.0, at - height), min(width, at)
        lines.append(f"M{n(x + left)} {n(y + at - left)}L{n(x + right)} {n(y + at - right)}")
        at += STEP / 1.5
    return (
        f'<path d="{"".join(lines)}" fill="none" stroke="{ink("ink-3")}" stroke-width=".75"/>'
        f'<rect x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}" fill="none" stroke="{ink("ink-3")}"'
        ' stroke-width=".75"/>'
    )


def beside_bar(row: Mapping[str, Any], most: int, width: float = BAR) -> str:
    """Bar of accounts in both (ink), tested only (white) and described only (hatched).

    Parameters
    ----------
    row : mapping
        ``in_both``, ``tested_only`` and ``described_only``.
    most : int
        Accounts of the widest bar.

    Examples
    --------
    >>> svg = beside_bar({"in_both": 6, "tested_only": 2, "described_only": 4}, 12)
    >>> svg.count("<rect"), svg.count("<path")
    (3, 1)
    """
    x, body = 1.0, ""
    drawn = (("tested_only", _hollow), ("in_both", _full), ("described_only", hatched_box))
    for name, draw in drawn:
        number = int(row[name] or 0)
        if number:
            wide = max(3.0, (width - 8) * number / max(most, 1))
            body += draw(x, 1.5, wide, 9)
            x += wide
    return ornament(width, 12, body, "bothbar")


def _full(x: float, y: float, width: float, height: float) -> str:
    return box(x, y, width, height, "ev-far", "ev-far")


def _hollow(x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}" fill="{ink("surface")}"'
        f' stroke="{ink("ev-far")}" stroke-width="1.25"/>'
    )


def tag(x: float, y: float, text: str) -> str:
    """A described community's tag in its dashed box, its middle at a place.

    Examples
    --------
    >>> tag(0, 0, "D4").count("stroke-dasharray")
    1
    """
    wide = tag_width(text)
    return (
        f'<rect x="{n(x - wide / 2)}" y="{n(y - 8.5)}" width="{n(wide)}" height="17" rx="3" fill="{ink("sunken")}"'
        f' stroke="{ink("ink-3")}" stroke-dasharray="3 2"/>' + words(x, y + 4, text, "middle", "ink", 600)
    )


def tag_width(text: str) -> float:
    """Width of a tag's box."""
    return 10 + 6.6 * len(text)


KEY = {
    "in both": ornament(18, 10, _full(1, 1, 16, 8)),
    "tested only": ornament(18, 10, _hollow(1, 1, 16, 8)),
    "described only": ornament(18, 10, hatched_box(1, 1, 16, 8)),
}
"""Fills of the bars by their words."""
