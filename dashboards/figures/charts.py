"""Charts to hover and zoom: plotly figures as plain JSON, from the numbers of the pictures beside them.

Pages show the SVG at once and load plotly only when somebody asks for the chart, so that nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboards import words as say
from dashboards.figures.theme import category, tokens

Chart = dict[str, Any]
"""``data`` and ``layout`` as plotly takes them."""

SYMBOLS = {
    1: "circle", 2: "square", 3: "triangle-up", 4: "diamond", 5: "triangle-down", 6: "hexagon", 7: "cross", 8: "circle-open",
}  # fmt: skip
"""Plotly's name for the shape of each platform, by its number."""


def object_chart(actions: Sequence[Mapping[str, Any]]) -> Chart:
    """Chart of the posts of one object: one mark per post on a time line, in lanes by platform.

    Parameters
    ----------
    actions : sequence of mapping
        ``at``, ``code``, ``platform``, ``group_id``; those without a time are left out.

    Examples
    --------
    >>> post = {"at": "2026-08-14T10:00:00Z", "code": "A-1", "platform": "x", "group_id": None}
    >>> [(trace["name"], trace["x"], trace["text"]) for trace in object_chart([post])["data"]]
    [('X', ['2026-08-14T10:00:00'], ['A-1'])]
    """
    lanes: dict[str, list[tuple[datetime, Mapping[str, Any]]]] = {}
    for action in actions:
        if (at := say.moment(action["at"])) is not None:
            lanes.setdefault(str(action["platform"]), []).append((at, action))
    order = [name for name, _ in say.in_order({name: len(rows) for name, rows in lanes.items()})]
    data = [_lane(name, lanes[name]) for name in order]
    return {"data": data, "layout": base_layout(90 + 44 * len(order), y={"autorange": "reversed", "fixedrange": True})}


def _lane(platform: str, rows: Sequence[tuple[datetime, Mapping[str, Any]]]) -> Chart:
    ink, kind = tokens(), category(platform)
    held = [say.known(action["group_id"]) for _, action in rows]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": say.platform(platform),
        "x": [_iso(at) for at, _ in rows],
        "y": [say.platform(platform)] * len(rows),
        "text": [say.code(action["code"]) for _, action in rows],
        "hovertemplate": "%{text}<br>%{x|%-d %b %Y, %H:%M:%S} UTC<extra></extra>",
        "marker": {
            "symbol": SYMBOLS[kind],
            "color": ink[f"cat-{kind}-edge" if kind == 8 else f"cat-{kind}"],
            "size": [12 if one else 8 for one in held],
            "opacity": [1.0 if one else 0.5 for one in held],
            "line": {"color": ink[f"cat-{kind}-edge"], "width": 1},
        },
    }


def sweep_chart(rows: Sequence[Mapping[str, Any]]) -> Chart:
    """Chart of observed over expected pairs at each window, with the 95% range of chance.

    Parameters
    ----------
    rows : sequence of mapping
        ``window``, ``observed``, ``expected``, ``usually``, and ``ratio``, ``lo``, ``hi`` over the expected number.

    Examples
    --------
    >>> row = {"window": "60 s", "observed": 174, "expected": 68.0, "usually": "usually 52 to 85", "ratio": 2.6, "lo": 0.8, "hi": 1.3}
    >>> [trace["y"] for trace in sweep_chart([row])["data"]]
    [[0.5], [2.6]]
    """
    ink, drawn = tokens(), [row for row in rows if row["ratio"]]
    windows = [row["window"] for row in drawn]
    band = {
        "type": "bar",
        "x": windows,
        "y": [round(row["hi"] - row["lo"], 6) for row in drawn],
        "base": [row["lo"] for row in drawn],
        "width": 0.5,
        "marker": {"color": ink["chance-fill"], "line": {"color": ink["chance-line"], "width": 1}},
        "hoverinfo": "skip",
    }
    seen = {
        "type": "scatter",
        "mode": "markers",
        "x": windows,
        "y": [row["ratio"] for row in drawn],
        "text": [
            f"{row['window']}: {say.count(row['observed'])} pairs observed, {say.expected(row['expected'])} expected"
            f" ({row['usually']})"
            for row in drawn
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": ["diamond" if row["ratio"] > row["hi"] else "diamond-open" for row in drawn],
            "color": ink["ev-far"],
            "size": 12,
        },
    }
    scale = {"type": "log", "ticksuffix": "×", "dtick": 1, "title": {"text": "observed / expected"}}
    return {"data": [band, seen], "layout": base_layout(340, y=scale)}


def change_chart(rows: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> Chart:
    """Chart of the accounts of each group over rolling windows.

    Parameters
    ----------
    rows : sequence of mapping
        ``track``, ``start``, ``end``, ``accounts``, ``meetings``, by time.
    names : mapping of track to what it is called

    Examples
    --------
    >>> row = {"track": 1, "start": "2026-05-04", "end": "2026-05-11", "accounts": 5, "meetings": 9}
    >>> [(trace["name"], trace["x"], trace["y"]) for trace in change_chart([row], {1: "Group 1"})["data"]]
    [('Group 1', ['2026-05-07T12:00:00'], [5])]
    """
    ink = tokens()
    data = []
    for track, name in names.items():
        own = [row for row in rows if row["track"] == track]
        spans = [(start, end) for row in own if (start := say.moment(row["start"])) and (end := say.moment(row["end"]))]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": [_iso(start + (end - start) / 2) for start, end in spans],
                "y": [int(row["accounts"]) for row in own],
                "text": [
                    f"{name}, {say.days(row['start'], row['end'])}<br>{say.counted(row['accounts'], 'account')},"
                    f" {say.counted(row['meetings'], 'coincidence')}"
                    for row in own
                ],
                "hovertemplate": "%{text}<extra></extra>",
                "line": {"color": ink["ev-far"], "width": 1.5},
                "marker": {"color": ink["ev-beyond"], "size": 7},
            }
        )
    return {"data": data, "layout": base_layout(260, y={"rangemode": "tozero", "title": {"text": "accounts"}})}


def survival_chart(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Chart:
    """Chart of the share of reported posts still online, a step line a platform.

    Parameters
    ----------
    rows : mapping of platform to its rows
        ``day``, ``at_risk``, ``offline``, ``online``.

    Examples
    --------
    >>> own = [{"day": 0, "at_risk": 2, "offline": 0, "online": 1.0}, {"day": 7, "at_risk": 2, "offline": 1, "online": 0.5}]
    >>> [(trace["name"], trace["x"], trace["y"], trace["line"]["shape"]) for trace in survival_chart({"x": own})["data"]]
    [('X', [0, 7], [1.0, 0.5], 'hv')]
    """
    ink = tokens()
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": say.platform(platform),
            "x": [row["day"] for row in own],
            "y": [row["online"] for row in own],
            "text": [
                f"{say.platform(platform)}, day {row['day']}: {say.share(row['online'], 1)} still online<br>"
                f"{say.count(row['offline'])} of {say.count(row['at_risk'])} watched found offline"
                for row in own
            ],
            "hovertemplate": "%{text}<extra></extra>",
            "line": {"color": ink[f"cat-{category(platform)}-edge"], "width": 2, "shape": "hv"},
            "marker": {"symbol": SYMBOLS[category(platform)], "size": 8},
        }
        for platform, own in rows.items()
    ]
    scale = {"range": [0, 1.05], "tickformat": ".0%", "title": {"text": "still online"}}
    made = base_layout(300, y=scale)
    made["xaxis"] |= {"title": {"text": "days since the report"}, "rangemode": "tozero"}
    return {"data": data, "layout": made}


def _iso(at: datetime) -> str:
    """A time in UTC as plotly takes it, which shows times as they are written."""
    return at.replace(tzinfo=None).isoformat()


def base_layout(height: int, *, y: Mapping[str, Any]) -> Chart:
    """The look of every chart: transparent paper, our font, hairlines; light colours, which the page changes for dark."""
    ink = tokens()
    axis = {"gridcolor": ink["line"], "linecolor": ink["line-strong"], "zeroline": False, "automargin": True}
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": ink["font-cond"].replace('"', "'"), "size": 12, "color": ink["ink-3"]},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": "zoom",
        "margin": {"l": 48, "r": 12, "t": 28, "b": 32},
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, **y},
    }
