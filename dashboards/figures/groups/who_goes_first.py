"""Figure of who posts first: accounts in lanes by platform, from usually first at the left to usually later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.svg import Picture, drawing, ink, line, mark, n, ring, ring_key, steps, words
from dashboards.words.groups import NOBODY_LEADS, clear_leaders

MOST_ACCOUNTS, MOST_TIES = 40, 60
_LEFT, _WIDTH, _ROW, _SLOTS = 108.0, 720.0, 22.0, 9
_TONES = {"far": "ev-far", "beyond": "ev-beyond", "group": "ev-group"}


def who_goes_first(members: pd.DataFrame, ties: pd.DataFrame, noun: str = "link", source: str = "") -> Picture:
    """Accounts of a group by their usual delay after the first of them, joined by their strongest ties.

    Parameters
    ----------
    members : DataFrame
        ``account``, ``code``, ``platform``, ``median_delay_s``, ``ties``, ``first``, ``objects``.
    ties : DataFrame
        ``account_a``, ``account_b``, ``observed``, ``level``.
    """
    everyone: list[dict[str, Any]] = [{str(k): v for k, v in r.items()} for r in members.to_dict("records")]
    drawn = sorted(
        (m for m in everyone if say.known(m["median_delay_s"])),
        key=lambda m: (-int(m["ties"]), float(m["median_delay_s"]), str(m["code"])),
    )[:MOST_ACCOUNTS]
    latest = max((float(m["median_delay_s"]) for m in drawn), default=0) or 1.0
    places, lanes, height = _places(drawn, _across(latest))
    kept = _strongest(ties, places)
    body = (
        _grid(latest, height)
        + _lanes(lanes)
        + "".join(_curve(tie, places) for tie in reversed(kept))
        + _accounts(drawn, places)
    )
    title = _title(members)
    alt = _alt(drawn, len(everyone))
    svg = drawing(_WIDTH, height + 44, title, alt, body + _feet(latest, height, noun))
    note = _note(len(drawn), len(everyone), len(kept), len(ties))
    return Picture(title, alt, _table(everyone), source, svg, key=ring_key(drawn), note=note)


def _across(latest: float) -> Callable[[float], float]:
    # Square root: seconds near zero are told apart, and the last account still fits.
    room = _WIDTH - _LEFT - 70
    return lambda delay: _LEFT + room * sqrt(max(delay, 0.0) / latest)


def _places(
    drawn: list[dict[str, Any]], across: Callable[[float], float]
) -> tuple[dict[str, tuple[float, float]], list[tuple[str, int, float]], float]:
    counts: dict[str, int] = {}
    for member in drawn:
        counts[str(member["platform"])] = counts.get(str(member["platform"]), 0) + 1
    places: dict[str, tuple[float, float]] = {}
    lanes, top = [], 8.0
    for platform, number in say.in_order(counts):
        lanes.append((platform, number, top))
        mine = sorted((m for m in drawn if str(m["platform"]) == platform), key=lambda m: float(m["median_delay_s"]))
        slots = min(len(mine), _SLOTS)
        for place, member in enumerate(mine):
            # Neighbours in time stand on different rows, so that their codes can be read.
            row = (place * 4) % slots if slots > 4 and slots % 2 else place % slots
            places[str(member["account"])] = (across(float(member["median_delay_s"])), top + 16 + row * _ROW)
        top += max(slots * _ROW + 12, 36)
    return places, lanes, top


def _grid(latest: float, height: float) -> str:
    across = _across(latest)
    return "".join(line(across(v), 4, across(v), height, "line") for v in steps(latest))


def _lanes(lanes: list[tuple[str, int, float]]) -> str:
    made = ""
    for place, (platform, number, top) in enumerate(lanes):
        made += line(0, top, _WIDTH, top, "line-strong") if place else ""
        made += mark(platform, 8, top + 16) + words(
            20, top + 20, f"{say.platform(platform)} {say.count(number)}", tone="ink-2", weight=500
        )
    return made


def _strongest(ties: pd.DataFrame, places: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{str(k): v for k, v in r.items()} for r in ties.to_dict("records")]
    inside = [r for r in rows if r["account_a"] in places and r["account_b"] in places]
    return sorted(inside, key=lambda r: -int(r["observed"]))[:MOST_TIES]


def _curve(tie: Mapping[str, Any], places: Mapping[str, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = places[tie["account_a"]], places[tie["account_b"]]
    bow = 0.12 * (y2 - y1) + (10 if abs(x2 - x1) < 24 else 0)
    wide = min(3.0, 0.8 + sqrt(float(tie["observed"])) / 4)
    dash = ' stroke-dasharray="3 2.5"' if tie["level"] == "group" else ""
    tone = ink(_TONES.get(str(tie["level"]), "ev-group"))
    return (
        f'<path d="M{n(x1)} {n(y1)}Q{n((x1 + x2) / 2 + bow)} {n((y1 + y2) / 2 + 0.06 * abs(x2 - x1))} {n(x2)} {n(y2)}"'
        f' fill="none" stroke="{tone}" stroke-opacity=".42" stroke-width="{n(wide)}"{dash}/>'
    )


def _accounts(drawn: list[dict[str, Any]], places: Mapping[str, tuple[float, float]]) -> str:
    made, labels = "", ""
    for member in drawn:
        x, y = places[str(member["account"])]
        made += mark(member["platform"], x, y, 6)
        made += ring(x, y, 6) if member.get("comparison") is True else ""
        labels += words(x + 10, y + 4, say.code(member["code"]), tone="ink")
    # A rim of paper keeps the codes readable where lines cross them.
    return (
        f'{made}<g stroke="{ink("surface")}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{labels}</g>'
    )


def _feet(latest: float, height: float, noun: str) -> str:
    across = _across(latest)
    ticks = "".join(words(across(v), height + 16, say.duration(v), "middle") for v in steps(latest))
    return (
        ticks
        + words(_LEFT, height + 36, "Usually first")
        + words(_WIDTH, height + 36, f"Usually later: median time after the first post with {say.one(noun)}", "end")
    )


def _title(members: pd.DataFrame) -> str:
    leading = clear_leaders(members)
    if not leading:
        return NOBODY_LEADS
    codes = say.listed([say.code(m["code"]) for m in leading[:3]])
    goes = "goes" if len(leading) == 1 else "go"
    return (
        f"{codes} usually {goes} first"
        if len(leading) <= 3
        else f"{say.count(len(leading))} accounts often go first, {codes} most"
    )


def _alt(drawn: list[dict[str, Any]], total: int) -> str:
    ordered = sorted(drawn, key=lambda m: float(m["median_delay_s"]))
    shown = "; ".join(f"{say.code(m['code'])} {say.duration(m['median_delay_s'])}" for m in ordered[:12])
    return f"{say.counted(total, 'account')} in lanes by platform, from usually first to usually later. Median time after the first: {shown}."


def _note(drawn: int, total: int, shown: int, ties: int) -> str:
    parts = []
    if drawn < total:
        parts.append(f"{say.count(drawn)} of {say.counted(total, 'account')} drawn; the table has all of them.")
    if shown < ties:
        parts.append(f"{say.count(shown)} of {say.counted(ties, 'tie')} drawn, the strongest.")
    parts.append("Height inside a lane has no meaning.")
    return " ".join(parts)


def _table(everyone: list[dict[str, Any]]) -> pd.DataFrame:
    rows = sorted(
        everyone,
        key=lambda m: (
            not say.known(m["median_delay_s"]),
            m["median_delay_s"] if say.known(m["median_delay_s"]) else 0,
        ),
    )
    return pd.DataFrame(
        {
            "Account": [say.code(m["code"]) for m in rows],
            "Platform": [say.platform(m["platform"]) for m in rows],
            "After the first, median": [say.duration(m["median_delay_s"]) for m in rows],
            "First": [m["first"] for m in rows],
            "Took part": [m["objects"] for m in rows],
            "Ties": [m["ties"] for m in rows],
        }
    )
