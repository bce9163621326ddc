"""Survival curve of reported posts: the share still online by days since the report, a step line a platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import polars as pl

from dashboards import words as say
from dashboards.figures.charts import survival_chart
from dashboards.figures.svg import Picture, drawing, ink, line, mark, n, ornament, said, steps, words
from dashboards.figures.theme import category

WIDTH, LEFT, RIGHT, TOP, PLOT = 520.0, 58.0, 156.0, 28.0, 190.0
_ROW, _APART = 16.0, 15.0
Scale = Callable[[float], float]
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
EARLIER = "Steps fall on the day of the recheck, so a post may have gone earlier."


def survival_figure(curve: pl.DataFrame, source: str = "") -> Picture | None:
    """Figure of the curve, with the numbers at risk under it; None before the first recheck.

    Parameters
    ----------
    curve : polars.DataFrame
        As ``graph.handover.survival.Ledger.curve`` gives it.

    Examples
    --------
    >>> from graph.handover.survival import Life, survival
    >>> survival_figure(survival([Life("telegram", 13, None), Life("telegram", 0, 6)])).title
    'On Telegram 1 of 2 went offline'
    """
    if not curve.height:
        return None
    rows = {
        p: own.to_dicts() for (p,), own in curve.partition_by("platform", as_dict=True, maintain_order=True).items()
    }
    last = max(1, *curve["day"].to_list())
    height = TOP + PLOT + 44 + _ROW * (len(rows) + 1)

    def across(day: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * day / last

    def up(share: float) -> float:
        return TOP + PLOT * (1 - share)

    body = _axes(up) + _at_risk(rows, last, across)
    for platform, own in rows.items():
        tone = ink(f"cat-{category(platform)}-edge")
        soonest = f"M{n(across(0))} {n(up(1))}{_steps(own, 'online_at_least', across, up)}"
        body += f'<path d="{soonest}" fill="none" stroke="{tone}" stroke-width="1" stroke-dasharray="2 3"/>'
        body += f'<path d="M{n(across(0))} {n(up(1))}{_steps(own, "online", across, up)}" fill="none" stroke="{tone}" stroke-width="2"/>'
        body += "".join(mark(platform, across(r["day"]), up(r["online"]), 4) for r in own if r["day"])
    body += _labels(rows, across, up)
    title, alt = finding(rows), _alt(rows)
    note = f"Share of reported posts still online, by days since the report. {EARLIER}"
    svg = drawing(WIDTH, height, title, alt, body)
    return Picture(title, alt, table(rows), source, svg, KEY, note, survival_chart(rows))


KEY = (
    (ornament(18, 12, line(1, 6, 17, 6, "ink-2", 2)), "still online at the recheck; marks are rechecks"),
    (ornament(18, 12, line(1, 6, 17, 6, "ink-2", 1, "2 3")), "if every post went as early as it may have"),
)


def _steps(own: Sequence[Mapping[str, Any]], column: str, across: Scale, up: Scale) -> str:
    return "".join(f"H{n(across(row['day']))}V{n(up(row[column]))}" for row in own)


def _axes(up: Scale) -> str:
    made = words(0, 12, "still online")
    for share in (0, 0.5, 1):
        made += line(LEFT, up(share), WIDTH - RIGHT, up(share), "line") + words(
            LEFT - 6, up(share) + 4, f"{share:.0%}", "end"
        )
    return made + words(WIDTH - RIGHT, up(0) + 34, "days since the report", "end")


def _at_risk(rows: Rows, last: int, across: Scale) -> str:
    """Posts still watched at each tick, a row a platform."""
    base = TOP + PLOT
    made = words(LEFT - 6, base + 34, "watched", "end")
    for day in steps(last):
        made += words(across(day), base + 16, f"{day:g}", "middle")
        for k, own in enumerate(rows.values()):
            made += words(across(day), base + 50 + k * _ROW, say.count(watched(own, day)), "middle")
    for k, platform in enumerate(rows):
        made += mark(platform, LEFT - 34, base + 46 + k * _ROW, 4)
    return made


def watched(own: Sequence[Mapping[str, Any]], day: float) -> int:
    """Posts whose end was not yet known just before a day.

    Examples
    --------
    >>> own = [{"day": 0, "at_risk": 10, "offline": 0, "not_seen_later": 1}, {"day": 7, "at_risk": 9, "offline": 4, "not_seen_later": 0}]
    >>> [watched(own, day) for day in (0, 5, 7, 8)]
    [10, 9, 9, 5]
    """
    at = next((row for row in own if row["day"] >= day), None)
    if at is not None:
        return int(at["at_risk"])
    return int(own[-1]["at_risk"] - own[-1]["offline"] - own[-1]["not_seen_later"])


def _labels(rows: Rows, across: Scale, up: Scale) -> str:
    """Names at the ends of the lines, pushed apart where two would lie on each other."""
    ends = sorted((up(own[-1]["online"]), platform) for platform, own in rows.items())
    made, below = "", TOP - _APART
    for height, platform in ends:
        below = max(height, below + _APART)
        x = across(rows[platform][-1]["day"]) + 10
        name = f'<tspan font-weight="600" fill="{ink("ink")}">{said(say.platform(platform), 16)}</tspan>'
        made += (
            f'<text x="{n(x)}" y="{n(below + 4)}" fill="{ink("ink-3")}">{name} {_left(rows[platform])} online</text>'
        )
    return made


def _left(own: Sequence[Mapping[str, Any]]) -> str:
    gone = sum(row["offline"] for row in own)
    return f"{say.count(own[0]['at_risk'] - gone)} of {say.count(own[0]['at_risk'])}"


def finding(rows: Rows) -> str:
    """The title: of one platform its numbers, of several those of the one where fewest went."""
    counted = {p: (sum(row["offline"] for row in own), int(own[0]["at_risk"])) for p, own in rows.items()}
    platform = min(counted, key=lambda p: (counted[p][0] / counted[p][1], p))
    gone, whole = counted[platform]
    return f"On {say.platform(platform)} {say.count(gone)} of {say.count(whole)} went offline"


def _alt(rows: Rows) -> str:
    return ". ".join(
        f"{say.platform(p)}: {_left(own)} online after {say.counted(own[-1]['day'], 'day')}" for p, own in rows.items()
    )


def table(rows: Rows) -> pd.DataFrame:
    """The numbers of the figure, a row a step."""
    return pd.DataFrame(
        [
            {
                "Platform": say.platform(platform),
                "Days since the report": row["day"],
                "Watched": row["at_risk"],
                "Found offline": row["offline"],
                "No later recheck": row["not_seen_later"],
                "Still online": say.share(row["online"], 1),
                "At least": say.share(row["online_at_least"], 1),
            }
            for platform, own in rows.items()
            for row in own
        ]
    )
