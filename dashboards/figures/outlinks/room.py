"""Bars of links by the lists their hosts stand on: one bar a list, since a host can stand on several."""

from __future__ import annotations

import pandas as pd

from dashboards import words as say
from dashboards.figures.svg import Picture, box, drawing, ink, n, said, words

_ROW, _THICK = 54.0, 14.0
_TONES = {"on": "ev-far", "near": "ev-group", "site": "ev-none", "unknown": "chance-fill"}
_LETTER = 5.4  # about how wide a letter is, in pixels, at 12 pixels


def room(parts: pd.DataFrame, links: int, title: str, source: str = "", note: str = "", width: float = 400) -> Picture:
    """Shares of links by list and standing, each bar 100% of the links.

    Parameters
    ----------
    parts : DataFrame
        ``list``, ``standing`` (in words), ``tone`` (``on``, ``near``, ``site``, ``unknown``), ``links``; in the order to draw.
    links : int
        All links that are counted.

    Examples
    --------
    >>> rows = [("EU Internet Forum", "member", "on", 4), ("On none of them", "unknown", "unknown", 96)]
    >>> made = room(pd.DataFrame(rows, columns=["list", "standing", "tone", "links"]), 100, "EUIF members: 4%")
    >>> made.alt
    'EU Internet Forum: 4% member. On none of them: 96% unknown.'
    """
    bars: dict[str, list[dict[str, object]]] = {}
    for row in parts.to_dict("records"):
        bars.setdefault(str(row["list"]), []).append({str(k): v for k, v in row.items()})
    body, y = "", 0.0
    for name, rows in bars.items():
        drawn, y = _bar(name, rows, links, y, width)
        body += drawn
    body += words(0, y + 14, f"100% = {say.counted(links, 'link')}")
    alt = " ".join(f"{name}: {_said(rows, links)}." for name, rows in bars.items())
    table = pd.DataFrame(
        {
            "List": list(parts["list"]),
            "Standing": list(parts["standing"]),
            "Links": [int(v) for v in parts["links"]],
            "Share": [say.share(int(v), links) for v in parts["links"]],
        }
    )
    return Picture(title, alt, table, source, drawing(width, y + 22, title, alt, body), note=note)


def _said(rows: list[dict[str, object]], links: int) -> str:
    return ", ".join(f"{say.share(row['links'], links)} {row['standing']}" for row in rows)


def _bar(name: str, rows: list[dict[str, object]], links: int, top: float, width: float) -> tuple[str, float]:
    """One list: its name, its bar, and its words in as many lines as they need; with the place below it."""
    y = top + 16
    body = words(0, y - 3, name, tone="ink", weight=600) + box(0, y + 3, width, _THICK, "sunken")
    x = 0.0
    for row in rows:
        wide = width * int(str(row["links"])) / links if links else 0.0
        body += _piece(str(row["tone"]), x, y + 3, wide)
        x += wide
    lines = _lines([(say.share(row["links"], links), str(row["standing"])) for row in rows], width)
    for k, line in enumerate(lines):
        body += f'<text x="0" y="{n(y + 31 + 15 * k)}" fill="{ink("ink-3")}">{line}</text>'
    return body, top + _ROW + 15 * (len(lines) - 1)


def _piece(tone: str, x: float, y: float, wide: float) -> str:
    if tone != "unknown":
        return box(x, y, wide, _THICK, _TONES[tone])
    return (
        f'<rect x="{n(x)}" y="{n(y)}" width="{n(wide)}" height="{n(_THICK)}" fill="{ink("chance-fill")}"'
        f' stroke="{ink("chance-line")}" stroke-width=".75" stroke-dasharray="2 2"/>'
    )


def _lines(shares: list[tuple[str, str]], width: float) -> list[str]:
    """Shares with their words, broken into lines where they are longer than the bar."""
    lines, long = [""], 0.0
    for share, text in shares:
        wide = (len(share) + len(text) + 4) * _LETTER
        joint = "  ·  " if lines[-1] else ""
        if joint and long + wide > width:
            lines, long, joint = [*lines, ""], 0.0, ""
        lines[-1] += f'{joint}<tspan font-weight="600" fill="{ink("ink")}">{said(share)}</tspan> {said(text)}'
        long += wide
    return lines
