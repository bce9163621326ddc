"""Bars: time between meetings, who goes first, days, sites, and layers against chance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import log
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.svg import (
    Picture,
    box,
    chance,
    drawing,
    line,
    mark,
    observed,
    ornament,
    reach,
    steps,
    words,
)
from dashboards.words.groups import clear_leaders
from graph.privacy.sanitize import defang
from graph.significance.timing_model import usual

GROUP_KEY = (ornament(18, 12, box(1, 1, 16, 10)), "this group")
OTHERS_KEY = (ornament(18, 12, chance(1, 1, 16, 10)), "others who acted on the same")


COMMON = {
    "link": "common shares", "domain": "common shares", "repost": "common reposts", "text": "common posts",
    "hashtags": "common uses",
}  # fmt: skip


def lag_histogram(
    lags: pd.DataFrame,
    within: str = "",
    source: str = "",
    noun: str = "link",
    width: float = 560,
    *,
    window_s: float | None = None,
    precision: str | None = None,
    trace: str = "",
) -> Picture:
    """Time between two actions on one object: this group, and everybody else on the same objects.

    Parameters
    ----------
    lags : DataFrame
        ``from_s``, ``to_s`` (null: open), ``group``, ``others`` (counts), in order.
    window_s : float, optional
        Marked in the picture, and the title says how much came within it.
    precision : str, optional
        With ``min``, times within a minute are one bar.
    trace : str
        How what they did is called in the title.
    """
    lags = _by_minute(lags) if precision == "min" else lags
    height, left, foot, top = 236.0, 40.0, 36.0, 30.0
    names = [_between(a, b, precision) for a, b in zip(lags["from_s"], lags["to_s"], strict=True)]
    mine, theirs = _shares(lags["group"]), _shares(lags["others"])
    high = max([*mine, *theirs, 0.01]) * 1.1
    wide, base = (width - left) / max(len(names), 1), height - foot

    def up(value: float) -> float:
        return (base - top) * value / high

    body = _grid(steps(100 * high), 100 * high, base, top, left, width, "%")
    for k, name in enumerate(names):
        x = left + k * wide
        body += chance(x + wide * 0.5, base - up(theirs[k]), wide * 0.36, up(theirs[k]))
        body += box(x + wide * 0.12, base - up(mine[k]), wide * 0.36, up(mine[k]))
        short = name if width >= 500 else name.replace(" min", " m")  # so that neighbours do not touch
        body += words(x + wide / 2, height - 20, short, "middle")
    body += line(left, base, width, base, "chance-line") + words(
        width, height - 3, f"time between two actions on one {noun}", "end"
    )
    inside = [k for k, to in enumerate(lags["to_s"]) if say.known(to) and to <= (window_s or 60.0)]
    if inside and window_s:
        x = left + (inside[-1] + 1 + _into(lags, inside[-1] + 1, window_s)) * wide
        at_right = x > left + 130
        body += line(x, 8, x, base, "ink-3", 1, "2 2") + words(
            x + (-6 if at_right else 6),
            17,
            f"within the window, {say.window(window_s)}",
            "end" if at_right else "start",
        )
    title = _how_close(lags, mine, theirs, inside, precision, trace)
    alt = "; ".join(
        f"{name}: group {say.share(m, 1)}, others {say.share(t, 1)}"
        for name, m, t in zip(names, mine, theirs, strict=True)
    )
    table = pd.DataFrame({"Apart": names, "This group": list(lags["group"]), "Others": list(lags["others"])})
    return Picture(
        title, alt, table, source, drawing(width, height, title, alt, body), key=(GROUP_KEY, OTHERS_KEY), note=within
    )


def _how_close(
    lags: pd.DataFrame,
    mine: Sequence[float],
    theirs: Sequence[float],
    inside: Sequence[int],
    precision: str | None,
    trace: str,
) -> str:
    """The finding: what part came within the window, and what part of the others'."""
    if not len(lags) or not inside or not sum(mine):
        return "No two posts to compare"
    reach = float(lags["to_s"].iloc[inside[-1]])
    close = say.within(reach, precision).replace(" of each other", "")
    quick, slow = sum(mine[k] for k in inside), sum(theirs[k] for k in inside)
    rest = f"for others {say.share(slow, 1) if slow else 'none'}" if sum(theirs) else "nobody else acted on the same"
    return f"{say.share(quick, 1)} of {COMMON.get(trace, 'common actions')} came {close}; {rest}"


def _into(lags: pd.DataFrame, bar: int, window_s: float) -> float:
    """How far into a bar the window ends, on the bars' near-logarithmic scale: 0 where it ends with the bar before."""
    if bar >= len(lags):
        return 0.0
    low, high = float(lags["from_s"].iloc[bar]), lags["to_s"].iloc[bar]
    if not low or not say.known(high) or window_s <= low:
        return 0.0
    return log(window_s / low) / log(float(high) / low)


def _by_minute(lags: pd.DataFrame) -> pd.DataFrame:
    """Bars as fine as times known to the minute allow: the same minute, the next one, and on from there."""
    rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in lags.to_dict("records")]
    fine = [row for row in rows if say.known(row["to_s"]) and row["to_s"] < 60]
    if not fine:
        return lags
    same = {"from_s": 0.0, "to_s": 0.0, **{c: sum(row[c] for row in fine) for c in ("group", "others")}}
    rest = [row if row["from_s"] >= 60 else {**row, "from_s": 0.0} for row in rows if row not in fine]
    return pd.DataFrame([same, *rest], columns=["from_s", "to_s", "group", "others"])


def _between(low: Any, high: Any, precision: str | None = None) -> str:
    """Two edges of a bar in words.

    Examples
    --------
    >>> _between(0, 5), _between(60, 300), _between(30, 60), _between(86400, None)
    ('0–5 s', '1–5 min', '30–60 s', '> 1 day')
    >>> _between(0, 0, "min"), _between(0, 60, "min")
    ('same minute', 'next')
    """
    if precision == "min" and say.known(high) and high <= 60:
        return "same minute" if high == 0 else "next"
    if not say.known(high):
        return f"> {say.window(low)}"
    for unit, size in (("h", 3600), ("min", 60)):
        if low >= size:
            return f"{low / size:g}–{high / size:g} {unit}"
    return f"{low:g}–{high:g} s" if high <= 60 else f"{say.window(low)} to {say.window(high)}"


def _shares(values: pd.Series) -> list[float]:
    numbers = [float(v) if say.known(v) else 0.0 for v in values]
    whole = sum(numbers)
    return [v / whole if whole else 0.0 for v in numbers]


def _grid(
    values: Sequence[float], top_value: float, base: float, top: float, left: float, width: float, unit: str = ""
) -> str:
    made = ""
    for value in values:
        y = base - (base - top) * value / top_value
        label = f"{value:,.0f}" if value == int(value) else f"{value:g}"
        made += line(left, y, width, y, "line") + words(left - 6, y + 4, f"{label}{unit}", "end")
    return made


def leaders(members: pd.DataFrame, source: str = "", most: int = 8, width: float = 420) -> Picture:
    """How often each account was the first of the group; the grey bar is how often it took part.

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
    if not int(members["first"].sum()):
        return "Nobody goes first"
    clear = clear_leaders(members)
    if not clear:
        return "Nobody goes first more often than taking turns would give"
    top = clear[0]
    return f"{say.code(top['code'])} was first {say.count(top['first'])} of {say.count(top['objects'])} times"


def by_day(
    days: pd.DataFrame, source: str = "", what: str = "meetings", width: float = 720, height: float = 180
) -> Picture:
    """Meetings per day; days without any stay empty, never left out.

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
    body = _grid(steps(high), high, base, top, left, width)
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
    """Which sites, or what, a group's objects belong to.

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
    title = f"{say.share(int(rows[0]['objects']), total)} of it is {rows[0]['domain']}" if rows else "No sites"
    alt = "; ".join(f"{r['domain']}: {say.count(r['objects'])}" for r in shown)
    table = pd.DataFrame({"Site": [r["domain"] for r in rows], f"{noun.capitalize()}s": [r["objects"] for r in rows]})
    more = f"{say.count(len(rows) - most)} more in the table." if len(rows) > most else ""
    return Picture(title, alt, table, source, drawing(width, len(shown) * row + 6, title, alt, body), note=more)


def layers_against_chance(layers: pd.DataFrame, source: str = "", width: float = 720) -> Picture:
    """For each layer, how many pairs of accounts met on two or more objects, over what chance gives: 1× is exactly chance.

    Parameters
    ----------
    layers : DataFrame
        ``graph.schema.LAYERS``.
    """
    rows = [_ratio(r) for r in layers.to_dict("records")]
    height, left, top, foot = 300.0, 56.0, 20.0, 58.0
    drawn = [r for r in rows if r["ratio"] is not None]
    high = min(max([2.0, *(max(r["ratio"], r["hi"]) for r in drawn)]) * 1.1, 1e9)
    base, wide = height - foot, (width - left) / max(len(rows), 1)

    def up(value: float) -> float:
        return base - (base - top) * min(value, high) / high

    body = _grid([v for v in steps(high) if v != 1], high, base, top, left, width, "×")
    body += line(left, up(1), width, up(1), "chance-line", 1.25) + words(
        left - 6, up(1) + 4, "1×" if high < 12 else "", "end"
    )
    for k, r in enumerate(rows):
        x = left + (k + 0.5) * wide
        body += words(x, height - 38, r["layer"], "middle", "ink-2") + words(x, height - 22, r["window"], "middle")
        body += words(x, height - 6, f"{say.count(r['seen'])} against {say.expected(r['mean'])}", "middle")
        if r["ratio"] is None:
            body += words(x, up(1) - 8, "chance gives none", "middle")
            continue
        out = r["ratio"] > r["hi"]
        body += chance(x - 17, up(r["hi"]), 34, max(3, up(r["lo"]) - up(r["hi"])))
        body += (reach(x, up(r["hi"]), x, up(r["ratio"]), "group") if out else "") + observed(x, up(r["ratio"]), "none")
    title = _layers_title(drawn)
    alt = "; ".join(
        f"{r['layer']}, {r['window']}: {say.count(r['seen'])} pairs observed, {say.expected(r['mean'])} expected"
        for r in rows
    )
    table = pd.DataFrame(
        {
            "Way of acting": [r["layer"] for r in rows],
            "Window": [r["window"] for r in rows],
            "Pairs that met on two or more": [r["seen"] for r in rows],
            "Expected by chance": [r["mean"] for r in rows],
            "Usually": [say.usually(r["low"], r["top"]) for r in rows],
        }
    )
    key = (
        (ornament(18, 12, chance(1, 1, 16, 10)), "where chance would land, 95%"),
        (ornament(14, 12, observed(7, 6, "none", 4.5)), "observed"),
    )
    return Picture(title, alt, table, source, drawing(width, height, title, alt, body), key=key)


def _ratio(row: dict[Any, Any]) -> dict[str, Any]:
    seen = int(row["pairs_met_2"]) if say.known(row["pairs_met_2"]) else 0
    mean = float(row["chance_met_2"]) if say.known(row["chance_met_2"]) else 0.0
    low, top = usual(mean)
    over = mean > 0
    return {
        "layer": say.trace(row["trace"]),
        "window": say.window(row["window_s"]),
        "seen": seen,
        "mean": mean,
        "low": low,
        "top": top,
        "ratio": seen / mean if over else None,
        "lo": low / mean if over else 0.0,
        "hi": top / mean if over else 0.0,
    }


def _layers_title(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "Too few meetings for a picture of chance"
    above = [r for r in rows if r["ratio"] > r["hi"]]
    if not above:
        layers, windows = {r["layer"] for r in rows}, {r["window"] for r in rows}
        where = (
            "At every window, what"
            if len(windows) > 1
            else "For every way of acting, what"
            if len(layers) > 1
            else "What"
        )
        return f"{where} we saw lies where chance would put it"
    return "More pairs meet twice than pure chance gives, but no pair is strong enough to stand on its own"
