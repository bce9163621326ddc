"""Charts to zoom: plotly takes them, and they say the numbers of the picture and table beside them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.figures.groups.group_timeline import lifelines
from dashboards.figures.object_timeline import DRAWN, carrying
from dashboards.figures.svg import Picture
from dashboards.figures.window_sweep import windows_against_chance

START = datetime(2026, 5, 4, 8, tzinfo=UTC)


def posts(number: int) -> list[dict[str, Any]]:
    named = [("x", "g1"), ("telegram", None), ("a_forum", None)]
    return [
        {"at": START + timedelta(seconds=k), "code": f"A-{k}", "platform": named[k % 3][0], "group_id": named[k % 3][1]}
        for k in range(number)
    ]


def sweep() -> Picture:
    row = {"rapid_pairs": 90, "observed": 66, "expected": 29.0}
    return windows_against_chance("link", {"windows": [{**row, "window_s": w} for w in (10.0, 60.0)]}, [60.0])


def change() -> Picture:
    week = timedelta(days=7)
    rows = [
        {"track": 1, "start": START + k * week, "end": START + (k + 1) * week, "accounts": 5 + k, "meetings": 9, "event": "continue"}
        | {"other": None, "joined": 0, "left": 0, "churn": None, "group_id": "g1"}
        for k in range(3)
    ]  # fmt: skip
    made = lifelines(pd.DataFrame(rows), {"g1": "Group 1"})
    assert made is not None
    return made


@pytest.mark.parametrize("picture", [carrying(posts(9)), sweep(), change()], ids=["object", "sweep", "change"])
def test_plotly_takes_every_chart(picture: Picture) -> None:
    figure = go.Figure(picture.chart)
    assert len(figure.data) >= 1 and figure.layout.height > 100 and not figure.layout.showlegend


def test_every_post_with_a_time_is_in_the_chart_also_those_the_picture_has_no_room_for() -> None:
    rows = [*posts(DRAWN + 30), {"at": None, "code": "A-x", "platform": "x", "group_id": None}]
    chart = carrying(rows).chart
    assert chart and sum(len(lane["x"]) for lane in chart["data"]) == DRAWN + 30
    assert [lane["name"] for lane in chart["data"]] == ["X", "Telegram", "A forum"]
    assert {lane["marker"]["symbol"] for lane in chart["data"]} == {"circle", "square", "circle-open"}


def test_chart_and_table_have_the_same_numbers() -> None:
    swept, changed = sweep(), change()
    assert swept.chart and swept.chart["data"][1]["x"] == list(swept.table["Window"])
    assert "66 pairs observed, 29 expected" in swept.chart["data"][1]["text"][0]
    assert changed.chart and changed.chart["data"][0]["y"] == list(changed.table["Accounts"])
