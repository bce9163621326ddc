"""Bars: who posts first, coincidences by day, sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd

from dashboards import words as say
from dashboards.figures.svg import (
    Picture,
    box,
    chance,
    drawing,
    line,
    mark,
    ornament,
    steps,
    words,
)
from dashboards.words.groups import NOBODY_LEADS, clear_leaders
from graph.privacy.sanitize import defang


def grid(
    values: Sequence[float], top_value: float, base: float, top: float, left: float, width: float, unit: str = ""
) -> str:
    """Horizontal lines of an axis with their values to the left."""
    made = ""
    for value in values:
        y = base - (base - top) * value / top_value
        label = f"{value:,.0f}" if value == int(value) else f"{value:g}"
        made += line(left, y, width, y, "line") + words(left - 6, y + 4, f"{label}{unit}", "end")
    return made


def leaders(members: pd.DataFrame, source: str = "", most: int = 8, width: float = 420) -> Picture:
    """Bars of the times each account posted first in the group; the grey bar is the times it took part.

    Parameters
    ----------
    members : DataFrame
        ``code``, ``platform``, ``first``, ``objects``.
    """
    rows = (
        members.sort_values(["first", "objects", "code"], ascending=[False, False, True]).head(most).to_dict("records")
    )
    high, row, left = max([int(r["objects"]) for r in rows], default=1) or 1, 24.0, 84.0

    def along(value: float) -> float:
        return (width - left - 80) * value / high

    body = ""
    for k, r in enumerate(rows):
        y, took, led = k * row + 13, int(r["objects"]), int(r["first"])
        body += mark(r["platform"], 8, y) + words(20, y + 4, say.code(r["code"]), tone="ink", weight=500)
        body += chance(left, y - 6, along(took), 12) + box(left, y - 6, along(led), 12)
        body += words(left + along(took) + 8, y + 4, f"{say.count(led)} of {say.count(took)}", tone="ink-2")
    title = _leading(members)
    alt = "; ".join(f"{say.code(r['code'])} first {say.count(r['first'])} of {say.count(r['objects'])}" for r in rows)
    table = pd.DataFrame(
        {
            "Account": [say.code(r["code"]) for r in rows],
            "Platform": [say.platform(r["platform"]) for r in rows],
            "First": [r["first"] for r in rows],
            "Took part": [r["objects"] for r in rows],
        }
    )
    key = ((ornament(18, 12, box(1, 1, 16, 10)), "was first"), (ornament(18, 12, chance(1, 1, 16, 10)), "took part"))
    return Picture(title, alt, table, source, drawing(width, len(rows) * row + 6, title, alt, body), key=key)


def _leading(members: pd.DataFrame) -> str:
    clear = clear_leaders(members)
    if not clear:
        return NOBODY_LEADS
    top = clear[0]
    return f"{say.code(top['code'])} was first {say.count(top['first'])} of {say.count(top['objects'])} times"


def by_day(
    days: pd.DataFrame, source: str = "", what: str = "coincidences", width: float = 720, height: float = 180
) -> Picture:
    """Bars of coincidences per day; days without any stay empty and are never left out.

    Parameters
    ----------
    days : DataFrame
        ``day``, ``meetings``.
    """
    found = {at.date(): float(v) for at, v in zip(map(say.moment, days["day"]), days["meetings"], strict=True) if at}
    left, foot, top = 40.0, 22.0, 10.0
    if not found:
        return Picture(
            f"No {what}",
            f"No {what}.",
            pd.DataFrame({"Day": [], what.capitalize(): []}),
            source,
            drawing(width, 40, f"No {what}", "", ""),
        )
    first, last = min(found), max(found)
    span = (last - first).days + 1
    peak_day = max(found, key=lambda d: (found[d], -d.toordinal()))
    high, base = max(found.values()), height - foot
    columns = min(span, 240)
    sums: dict[int, float] = {}
    for day, value in found.items():
        k = (day - first).days * columns // span
        sums[k] = sums.get(k, 0) + value
    high = max(sums.values()) * 1.05
    wide = (width - left) / columns
    body = grid(steps(high), high, base, top, left, width)
    body += "".join(
        box(left + k * wide + min(0.75, wide * 0.1), base - tall, max(wide - min(1.5, wide * 0.2), 0.8), tall)
        for k, v in sorted(sums.items())
        if v
        for tall in [(base - top) * v / high]
    )
    most = max(3, int(width / 85))
    stride = next(s for s in (1, 2, 7, 14, 30, 91, 182, 365, 730, 3650) if span / s <= most)
    for k in range(0, span, stride):
        x = left + (width - left) * k / span
        at = first + timedelta(days=k)
        text = say.day(at) if span < 400 else f"{at:%b} {at.year}"
        if x < width - 24:
            body += line(x, base, x, base + 4, "chance-line") + words(x, height - 4, text, "middle" if k else "start")
    title = f"{say.sentence(what)} peak on {say.day(peak_day, year=True)}: {say.count(found[peak_day])} of {say.count(sum(found.values()))}"
    alt = f"Bars by day, {say.days(first, last)}; highest {say.count(found[peak_day])}, on {say.day(peak_day, year=True)}."
    table = pd.DataFrame(
        {"Day": [d.isoformat() for d in sorted(found)], what.capitalize(): [int(found[d]) for d in sorted(found)]}
    )
    note = "" if columns == span else f"One bar is {-(-span // columns)} days or so; the table has every day."
    return Picture(title, alt, table, source, drawing(width, height, title, alt, body), note=note)


def hosts(sites: pd.DataFrame, source: str = "", noun: str = "link", most: int = 8, width: float = 420) -> Picture:
    """Bars of the sites a group's objects belong to.

    Parameters
    ----------
    sites : DataFrame
        ``domain``, ``objects``.
    """
    sites = sites.assign(domain=[defang(str(d)) for d in sites["domain"]])
    rows = sites.sort_values(["objects", "domain"], ascending=[False, True]).to_dict("records")
    shown = rows[:most]
    high, row, left = max([int(r["objects"]) for r in shown], default=1) or 1, 24.0, 190.0
    body = ""
    for k, r in enumerate(shown):
        y = k * row + 13
        name = str(r["domain"])
        body += words(0, y + 4, name if len(name) <= 30 else name[:29] + "…", tone="ink")
        body += box(left, y - 6, (width - left - 40) * int(r["objects"]) / high, 12)
        body += words(
            left + (width - left - 40) * int(r["objects"]) / high + 8, y + 4, say.count(r["objects"]), tone="ink-2"
        )
    total = sum(int(r["objects"]) for r in rows)
    title = (
        f"{say.share(int(rows[0]['objects']), total)} of {noun}s lead to {rows[0]['domain']}" if rows else "No sites"
    )
    alt = "; ".join(f"{r['domain']}: {say.count(r['objects'])}" for r in shown)
    table = pd.DataFrame({"Site": [r["domain"] for r in rows], f"{noun.capitalize()}s": [r["objects"] for r in rows]})
    more = f"{say.count(len(rows) - most)} more in the table." if len(rows) > most else ""
    return Picture(title, alt, table, source, drawing(width, len(shown) * row + 6, title, alt, body), note=more)
