"""The survival curve as a picture: the numbers of the table, drawn; names of the data stay text."""

from __future__ import annotations

import polars as pl

from dashboards.figures.survival import survival_figure, table
from graph.handover.survival import CURVE, Life, survival

FOUND = [Life("x", 0, 3)] * 2 + [Life("x", 3, 7)] * 14 + [Life("x", 15, None)] * 8
FOUND += [Life("telegram", 6, 13)] * 2 + [Life("telegram", 13, None)] * 13


def test_nothing_is_drawn_before_the_first_recheck() -> None:
    assert survival_figure(pl.DataFrame(schema=CURVE)) is None


def test_picture_table_and_chart_say_the_same() -> None:
    picture = survival_figure(survival(FOUND), "Run R-1.")
    assert picture is not None and picture.chart is not None
    assert picture.title == "On Telegram 2 of 15 went offline"
    assert "X: 8 of 24 online after 15 days" in picture.alt and "may have gone earlier" in picture.note
    x = [row for row in picture.table.to_dict("records") if row["Platform"] == "X"]
    assert [(row["Days since the report"], row["Still online"]) for row in x] == [
        (0, "100%"),
        (3, "92%"),
        (7, "33%"),
        (15, "33%"),
    ]
    assert [row["At least"] for row in x] == ["92%", "33%", "33%", "33%"]
    lines = {trace["name"]: trace for trace in picture.chart["data"]}
    assert (
        lines["X"]["x"] == [0, 3, 7, 15]
        and lines["X"]["line"]["shape"] == "hv"
        and lines["Telegram"]["y"][-1] == 13 / 15
    )
    assert picture.svg.count('stroke-width="2"') == 2 and picture.svg.count("stroke-dasharray") == 2


def test_a_hostile_name_of_a_platform_is_text() -> None:
    picture = survival_figure(survival([Life("<script>alert(1)</script>", 0, 2)]))
    assert picture is not None and "<script" not in picture.svg and len(table({})) == 0
