"""All groups of a run in order, each with what was observed beside what chance gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.chance import CHANCE_KEY, OBSERVED_KEY
from dashboards.figures.strips import strip, strip_axis
from dashboards.figures.svg import Picture, drawing, line, words
from graph.schema import HEADINGS


def ranked(groups: pd.DataFrame, levels: Mapping[str, str], source: str, title: str = "") -> Picture:
    """All groups in order, each with what was observed beside what chance gives.

    Parameters
    ----------
    groups : DataFrame
        Columns of ``graph.schema.GROUPS`` and ``name``.
    levels : mapping of group_id to level
    """
    width, row, left = 720.0, 30.0, 300.0
    axis = strip_axis(groups, width - left - 150)
    rows: list[dict[str, Any]] = [{str(k): v for k, v in r.items()} for r in groups.to_dict("records")]
    body = "".join(
        line(left + axis.at(v), 6, left + axis.at(v), 10, "chance-line")
        + words(left + axis.at(v), 22, say.count(v), "middle")
        for v in axis.ticks
    )
    y, heading = 20.0, "groups"
    for group in rows:
        if group["heading"] != heading:
            heading = group["heading"]
            y += row
            body += line(0, y - 8, width, y - 8) + words(0, y + 10, HEADINGS[heading], tone="ink", weight=600)
        y += row
        body += (
            words(20, y + 4, say.place(group["rank"]), "end", "ink", 600)
            + words(32, y + 4, _short(say.group_name(group), 28), tone="ink", weight=500)
            + words(left - 8, y + 4, say.counted(group["accounts"], "account"), "end")
            + strip(group, axis, levels.get(str(group["group_id"]), "far"), y, left)
            + words(
                width,
                y + 4,
                f"{say.count(group['observed'])} against {say.expected(group['expected'])}",
                "end",
                "ink-2",
            )
        )
    table = pd.DataFrame(
        {
            "Rank": [g["rank"] for g in rows],
            "Heading": [HEADINGS[g["heading"]] for g in rows],
            "Mostly shared": [say.group_name(g) for g in rows],
            "Accounts": [g["accounts"] for g in rows],
            "Observed": [g["observed"] for g in rows],
            "Expected": [g["expected"] for g in rows],
            "Level": [say.level(levels.get(str(g["group_id"]), "far")) for g in rows],
        }
    )
    beyond = sum(g["heading"] == "groups" for g in rows)
    name = title or f"{say.sentence(say.small(beyond))} {'group' if beyond == 1 else 'groups'} beyond chance, ranked"
    alt = "; ".join(
        f"{say.place(g['rank'])} {say.group_name(g)}: {say.count(g['observed'])} against {say.expected(g['expected'])} by chance"
        for g in rows[:12]
    )
    svg = drawing(width, y + row, name, alt, body)
    return Picture(name, alt, table, source, svg, key=(CHANCE_KEY, OBSERVED_KEY))


def _short(name: str, limit: int) -> str:
    return name if len(name) <= limit else name[: limit - 1] + "…"
