"""Figure of who posts first where times have no seconds: accounts stacked by the step of their usual delay.

Within one step nobody knows the order, so accounts are stacked, not ranked. The twin for print of the dashboard's delay layout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.groups.network import hue, legend
from dashboards.figures.svg import Picture, box, drawing, ink, line, mark, n, ring, words
from dashboards.figures.theme import category
from dashboards.words.groups import STEPS_S, fullest_step

MOST_DOTS = 1_500  # more accounts become bars
LAST = 5  # this many steps and more share a column
_WIDTH, _HEIGHT, _TOP, _FOOT, _EDGE = 720.0, 360.0, 30.0, 46.0, 10.0


def stacked_delays(
    members: pd.DataFrame,
    precision: str | None,
    parts: Mapping[str, Sequence[str]] | None = None,
    source: str = "",
) -> Picture | None:
    """Accounts stacked by the minute or day of their usual delay; None where times are finer, or no delay is known.

    Parameters
    ----------
    members : DataFrame
        ``account``, ``code``, ``platform``, ``ties``, ``median_delay_s``.
    precision : str, optional
        Of the times, such as ``min``.
    parts : mapping of str to sequence of str, optional
        Name of each part to its accounts: colours mean parts then, else platforms.

    Examples
    --------
    >>> people = pd.DataFrame({"account": ["a", "b", "c"], "code": [1, 2, 3], "platform": "x", "ties": 2, "median_delay_s": [0.0, 0.0, 60.0]})
    >>> picture = stacked_delays(people, "min")
    >>> picture.title, picture.table["Accounts"].tolist()
    ('67% of the accounts fall into minute 0', [2, 1])
    >>> stacked_delays(people, "s") is None
    True
    """
    if precision not in STEPS_S or not members["median_delay_s"].notna().any():
        return None
    people = [{str(k): v for k, v in row.items()} for row in members.to_dict("records")]
    size, unit = STEPS_S[str(precision)]
    home = {a: k for k, own in reversed(list(enumerate((parts or {}).values()))) for a in own}
    columns = _columns(people, size, home)
    first, share = fullest_step(list(members["median_delay_s"]), precision)
    title = f"{share:.0%} of the accounts fall into {unit} {first:,}"
    told = "; ".join(f"{name}: {say.count(len(own))}" for name, own in columns)
    alt = f"{say.counted(len(people), 'account')} by their usual delay after the group's first, in {unit}s. {told}."
    note = (
        f"Times are to the {unit}. Within one {unit} the order is not known, so accounts are stacked, not ranked."
        f" Colour{'' if parts else ' and shape'}: {'part' if parts else 'platform'}."
    )
    svg = drawing(_WIDTH, _HEIGHT, title, alt, _body(columns, home, unit))
    table = pd.DataFrame(
        {f"{say.sentence(unit)}s after the first": [c for c, _ in columns], "Accounts": [len(o) for _, o in columns]}
    )
    return Picture(title, alt, table, source, svg, key=legend(people, parts or {}), note=note)


Column = tuple[str, list[dict[str, Any]]]


def _columns(people: Sequence[dict[str, Any]], size: int, home: Mapping[str, int]) -> list[Column]:
    at = [
        min(LAST, int(float(m["median_delay_s"]) // size)) if say.known(m["median_delay_s"]) else None for m in people
    ]
    most = max(1, *(k for k in at if k is not None))
    named: list[tuple[str, int | None]] = [(f"{k}+" if k == LAST else str(k), k) for k in range(most + 1)]
    named += [("unknown", None)] if None in at else []
    return [
        (name, sorted((m for m, own in zip(people, at, strict=True) if own == k), key=lambda m: _order(m, home)))
        for name, k in named
    ]


def _order(member: Mapping[str, Any], home: Mapping[str, int]) -> tuple[int, int, int, str]:
    part = home.get(str(member["account"]), len(home))
    return part, category(member["platform"]), -int(member["ties"]), str(member["code"])


def _body(columns: Sequence[Column], home: Mapping[str, int], unit: str) -> str:
    wide, room = (_WIDTH - 2 * _EDGE) / len(columns), _HEIGHT - _TOP - _FOOT
    most, base = max(len(own) for _, own in columns), _HEIGHT - _FOOT
    use, bars = min(wide - 12, 140.0), sum(len(own) for _, own in columns) > MOST_DOTS
    step = min(11.0, use / 2, sqrt(use * room / most))
    while ceil(most / max(1, int(use // step))) * step > room:
        step *= 0.97
    made = line(0, base, _WIDTH, base, "line-strong")
    for k, (name, own) in enumerate(columns):
        middle = _EDGE + wide * (k + 0.5)
        drawn, top = (_bar if bars else _dots)(own, home, middle - use / 2, base, use, room / most if bars else step)
        made += drawn + words(middle, base + 16, name, "middle")
        made += words(middle, top - 8, say.count(len(own)), "middle", "ink", 600) if own else ""
    return made + words(_WIDTH - 8, base + 36, f"{unit}s after the first of their group, median", "end")


def _dots(
    own: Sequence[Mapping[str, Any]], home: Mapping[str, int], left: float, base: float, use: float, step: float
) -> tuple[str, float]:
    across, made = max(1, int(use // step)), ""
    start = left + (use - across * step) / 2
    for k, member in enumerate(own):
        x, y = start + (k % across + 0.5) * step, base - (k // across + 0.5) * step - 2
        if (part := home.get(str(member["account"]))) is not None:
            made += f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(step * 0.42)}" fill="{ink(hue(part))}"/>'
        else:
            made += mark(member["platform"], x, y, step * 0.4)
        made += ring(x, y, step * 0.42 - 2) if member.get("comparison") is True else ""
    return made, base - ceil(len(own) / across) * step


def _bar(
    own: Sequence[Mapping[str, Any]], home: Mapping[str, int], left: float, base: float, use: float, high: float
) -> tuple[str, float]:
    """Bars on top of one another, one a part or platform."""
    counts = Counter(
        hue(home[str(m["account"])]) if str(m["account"]) in home else f"cat-{category(m['platform'])}-edge"
        for m in own
    )
    made, top = "", base
    for tone, number in counts.items():
        top -= number * high
        made += box(left, top, use, number * high, tone)
    return made, top
