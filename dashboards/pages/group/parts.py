"""Table of the parts of a large set: ties inside and out, the step most accounts share, and what stands out in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import State, attributes
from dashboards.components.layout import block
from dashboards.components.network_data import parts_rows, whole_of
from dashboards.components.tables import Cells, Column, number, table
from dashboards.figures.groups.network import hue
from dashboards.words.groups import PART, PART_COLUMNS, parts_title

if TYPE_CHECKING:
    from graph.report.report import Report


def parts_block(report: Report, state: State, group: Mapping[str, Any], precision: str | None) -> Component | None:
    """Table of the parts, each with a link to its page; None for a group that is not part of a large set."""
    if whole_of(report, group) is None:
        return None
    parts, cells = parts_rows(report, group, precision)
    rows: list[Cells] = [
        [_name(state, k, row), *(number(row[c]) for c in ("accounts", "inside", "out")), *said[4:]]
        for k, (row, said) in enumerate(zip(parts.to_dict("records"), cells, strict=True))
    ]
    head = [Column(name, 0 < place < 5, note or None) for place, (name, note) in enumerate(PART_COLUMNS)]
    csv = state.href("/files/group.csv", group=group["group_id"], figure="parts")
    return block(
        parts_title(len(parts)),
        html.Div(
            table(head, rows, name="parts"),
            className="box",
            tabIndex=0,
            role="region",
            **attributes(aria_label="Parts of the set"),
        ),
        html.P([f"{PART} ", html.A("CSV", href=csv)], className="src"),
        anchor="parts",
    )


def _name(state: State, place: int, row: Mapping[Any, Any]) -> Component:
    swatch = html.I(className="swatch", style={"background": f"var(--{hue(place)})"}, **attributes(aria_hidden="true"))
    link = dcc.Link(
        f"Group {words.place(row['rank'])}", href=state.href("/group", group=row["group_id"]), className="name"
    )
    return html.Span([swatch, " ", link], className="nowrap netkey")


def parts_csv(report: Report, group: Mapping[str, Any], precision: str | None) -> pd.DataFrame | None:
    """All cells of the table; None for a group that is not part of a large set."""
    parts, cells = parts_rows(report, group, precision)
    return pd.DataFrame(cells, columns=[name for name, _ in PART_COLUMNS]) if len(parts) else None
