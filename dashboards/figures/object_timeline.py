"""Figure of who posted an object when: one mark per post on a time line, in lanes by platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.charts import object_chart
from dashboards.figures.svg import Picture, drawing, line, mark, n, words

DRAWN = 400
_LEFT, _WIDTH, _LANE, _FOOT = 120.0, 720.0, 34.0, 24.0


def carrying(actions: Sequence[Mapping[str, Any]], source: str = "", posts: int | None = None) -> Picture:
    """Time line of the posts of one object.

    Parameters
    ----------
    actions : sequence of mapping
        ``at``, ``code``, ``platform``, ``group_id``, by time. Those without a time are only in the table.
    posts : int, optional
        How many there are in all, where ``actions`` holds the first of them only.

    Examples
    --------
    >>> two = [{"at": f"2026-08-14T10:00:{s}Z", "code": "A-1", "platform": "x", "group_id": None} for s in ("00", "40")]
    >>> carrying(two).title
    'All posts within 40 s'
    """
    dated = [(at, a) for a in actions if (at := say.moment(a["at"])) is not None][:DRAWN]
    if not dated:
        return Picture(
            "No time is known",
            "No time is known.",
            _table(actions),
            source,
            drawing(_WIDTH, 40, "No time is known", "", ""),
        )
    first, last = dated[0][0], dated[-1][0]
    span = (last - first).total_seconds()
    counts: dict[str, int] = {}
    for _, action in dated:
        counts[str(action["platform"])] = counts.get(str(action["platform"]), 0) + 1
    lanes = {name: k for k, (name, _) in enumerate(say.in_order(counts))}
    height = len(lanes) * _LANE + _FOOT + 8

    def across(at: datetime) -> float:
        return _LEFT + 10 + (_WIDTH - _LEFT - 24) * ((at - first).total_seconds() / span if span else 0.5)

    body = "".join(_lane(name, counts[name], k) for name, k in lanes.items())
    for at, action in reversed(dated):
        y = 4 + (lanes[str(action["platform"])] + 0.5) * _LANE
        held = say.known(action["group_id"])
        drawn = mark(action["platform"], across(at), y, 6 if held else 4)
        body += drawn if held else f'<g opacity=".45">{drawn}</g>'
    body += _times(first, last, height)
    some = len(dated) == DRAWN < (posts or len(actions))
    whole = f"The first {say.count(len(dated))} posts" if some else "All posts"
    title = f"{whole} within {say.duration(span)}" if span else f"{whole} at the same time"
    alt = f"{say.counted(len(dated), 'post')} on a time line from {say.clock(first, year=True)} to {say.clock(last, year=True)}, in {say.counted(len(lanes), 'lane')} by platform."
    left_out = f"{say.count(DRAWN)} of {say.counted(posts or len(actions), 'post')} are drawn. " if some else ""
    return Picture(
        title,
        alt,
        _table(actions),
        source,
        drawing(_WIDTH, height, title, alt, body),
        note=f"{left_out}Large marks: accounts in a group of this run. Small and faint: the others.",
        chart=object_chart(actions),
    )


def _lane(platform: str, number: int, place: int) -> str:
    y = 4 + (place + 0.5) * _LANE
    head = mark(platform, 8, y) + words(
        20, y + 4, f"{say.platform(platform)} {say.count(number)}", tone="ink-2", weight=500
    )
    return line(_LEFT, y, _WIDTH, y, "line") + head


def _times(first: datetime, last: datetime, height: float) -> str:
    """Beginning, end and middle in words: a time where they lie within a day, a day where not."""
    span = last - first
    near = span.total_seconds() < 2 * 86400
    right, left = _WIDTH - 14, _LEFT + 10
    places = [(left, first, "start"), (right, last, "end")] if span else [((left + right) / 2, first, "middle")]
    if span.total_seconds() > 0:
        places.append(((left + right) / 2, first + span / 2, "middle"))
    made = "".join(line(x, 4, x, height - _FOOT, "line") for x, _, _ in places)
    return made + "".join(
        words(float(n(x)), height - 6, say.clock(at) if near else say.day(at, year=True), anchor)
        for x, at, anchor in places
    )


def _table(actions: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Time, UTC": [say.clock(a["at"], a.get("precision"), year=True) for a in actions],
            "Account": [say.code(a["code"]) for a in actions],
            "Platform": [say.platform(a["platform"]) for a in actions],
            "In a group": ["yes" if say.known(a["group_id"]) else "no" for a in actions],
        }
    )
