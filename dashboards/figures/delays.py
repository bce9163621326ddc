"""Time between two posts of the same thing: this group beside everybody else who posted it."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.bars import grid
from dashboards.figures.svg import Picture, box, chance, drawing, line, ornament, steps, words

GROUP_KEY = (ornament(18, 12, box(1, 1, 16, 10)), "this group")
OTHERS_KEY = (ornament(18, 12, chance(1, 1, 16, 10)), "other accounts that posted the same")


COMMON = {
    "link": "pairs of shares", "domain": "pairs of shares", "repost": "pairs of reposts", "text": "pairs of posts",
    "hashtags": "pairs of uses",
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

    body = grid(steps(100 * high), 100 * high, base, top, left, width, "%")
    for k, name in enumerate(names):
        x = left + k * wide
        body += chance(x + wide * 0.5, base - up(theirs[k]), wide * 0.36, up(theirs[k]))
        body += box(x + wide * 0.12, base - up(mine[k]), wide * 0.36, up(mine[k]))
        short = name if width >= 500 else name.replace(" min", " m")  # so that neighbours do not touch
        body += words(x + wide / 2, height - 20, short, "middle")
    body += line(left, base, width, base, "chance-line") + words(
        width, height - 3, f"time between two actions on the same {noun}", "end"
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
    rest = (
        f"for others {say.share(slow, 1) if slow else 'none'}"
        if sum(theirs)
        else "no one outside the group posted these"
    )
    return f"{say.share(quick, 1)} of {COMMON.get(trace, 'pairs of actions')} came {close}; {rest}"


def _into(lags: pd.DataFrame, bar: int, window_s: float) -> float:
    """Share of a bar that lies inside the window, on the bars' logarithmic scale; 0 where the bar before ends with it."""
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
