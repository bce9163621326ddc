"""The network of a group: its title, the tie shown first, and what the picture leaves out."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from fixtures_sizes import case_of

from dashboards.components.base import State
from dashboards.components.network_data import network_columns, whole_of
from dashboards.figures.groups.network import network_figure, opening
from dashboards.pages.group.network import leading, selected
from dashboards.server.app import create_app
from graph.report.report import Report

GROUP = {"objects": 31}


@pytest.mark.parametrize(
    ("first", "said"),
    [([12, 0, 0], "A-0 posted first on 12 of 31 links"), ([4, 4, 4], "No account clearly leads on their 31 links")],
)
def test_the_title_names_a_leader_only_where_there_is_one(first: list[int], said: str) -> None:
    members = pd.DataFrame({"code": [f"A-{k}" for k in range(3)], "first": first})
    assert leading(members, GROUP, ("link", 60.0)) == said


def test_the_tie_shown_is_the_one_opened_else_one_across_platforms() -> None:
    ties = pd.DataFrame({"code_a": [1, 2], "code_b": [3, 4], "platform_a": ["x", "x"], "platform_b": ["x", "telegram"]})
    assert selected(State("/group", {}), ties) == "A-2~A-4"
    assert selected(State("/group", {}), ties.head(1)) == "A-1~A-3"
    assert selected(State("/group", {"tie": "A-9~A-8"}), ties) == "A-9~A-8"
    assert selected(State("/group", {}), ties.head(0)) is None


@pytest.mark.parametrize(
    ("delays", "precision", "layout", "why"),
    [
        ([0.0, 4.0, 9.0, 31.0], "s", "delay", ""),
        ([0.0, 0.0, 0.0, 31.0], "s", "network", "75% of the accounts share one second"),
        ([0.0, 4.0, 9.0, 31.0], "min", "network", "100% of the accounts share one minute"),
        ([0.0, 60.0, 60.0, 120.0], "min", "delay", ""),
        ([0.0, 0.0, None, None], "min", "delay", ""),
        ([3_600.0 * k for k in range(9)], "day", "network", "100% of the accounts share one day"),
        ([float(k) for k in range(100)], "s", "delay", ""),
        ([float(k) for k in range(101)], "s", "network", "there are 101 accounts"),
        ([None] * 101, None, "network", "there are 101 accounts"),
        ([], "s", "delay", ""),
    ],
)
def test_the_layout_a_group_opens_with(
    delays: list[float | None], precision: str | None, layout: str, why: str
) -> None:
    opened = opening(delays, precision)
    assert opened.layout == layout and why in opened.because and bool(opened.because) == (layout == "network")


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A large set shown as three groups, times to the minute."""
    store = case_of(tmp_path_factory.mktemp("parted") / "case", [30, 24, 18], each=6, minutes=True, parts=True)
    yield store
    store.close()


def test_the_whole_set_holds_its_parts_and_the_ties_between_them(parted: Any) -> None:
    report = Report(parted)
    whole = whole_of(report, report.group("g0"))
    assert whole is not None and [rank for _, rank in whole.groups] == [1, 2, 3]
    own = network_columns(report, State("/group", {"group": "g0"}))
    data = network_columns(report, State("/group", {"group": "g0", "set": "whole"}))
    assert len(own["nodes"]["code"]) == 30 and "part" not in own and own["delays"]
    assert len(data["nodes"]["code"]) == 72 and data["delays"] and data["left"] == 0
    assert data["part"]["names"] == ["Group 1", "Group 2", "Group 3"]
    of, t = data["part"]["of"], data["ties"]
    assert [of.count(k) for k in range(3)] == [30, 24, 18]
    assert any(of[a] != of[b] for a, b in zip(t["a"], t["b"], strict=True))
    assert own["words"]["step"] == 60 and "stacked, not ranked" in own["words"]["coarse"]


def test_page_file_and_figure_show_one_picture(parted: Any, own_config: Any, tmp_path: Path) -> None:
    """The places of the page are those of its GEXF and, fitted into the sheet, those of the figure in print."""
    report, app = Report(parted), create_app(parted)
    query = {"group": "g1", "set": "whole", "colour": "part"}
    data = app.server.test_client().get("/data/network", query_string=query).get_json()
    sent = app.server.test_client().get("/files/network.gexf", query_string=query)
    assert sent.status_code == 200 and b"x:1000" not in sent.data
    space = {"g": "http://www.gexf.net/1.2draft", "viz": "http://www.gexf.net/1.2draft/viz"}
    nodes = ElementTree.fromstring(sent.data).findall(".//g:node", space)
    spots, hues = {}, {}
    for node in nodes:
        spot, hue = node.find("viz:position", space), node.find("viz:color", space)
        assert spot is not None and hue is not None
        spots[node.get("label")] = (float(spot.get("x", "")), float(spot.get("y", "")))
        hues[node.get("label")] = hue.get("r")
    shown = data["nodes"]
    assert spots == dict(zip(shown["code"], zip(shown["x"], shown["y"], strict=True), strict=True))
    part = dict(zip(shown["code"], data["part"]["of"], strict=True))
    assert {(part[code], hue) for code, hue in hues.items()} == {(0, "17"), (1, "196"), (2, "68")}  # --g1, --g2, --g3
    members = report.members("g0")
    figure = network_figure(members, report.ties("g0"), report.layout("g0"))
    assert figure is not None and len(figure.table) == 30 and "A-" in figure.alt
    kept = report.layout("g0").merge(report.layout("w0"), on="account", suffixes=("", "_whole"))
    assert (kept["x"] - kept["x_whole"]).std() < 0.02 and (kept["y"] - kept["y_whole"]).std() < 0.02
    assert network_figure(members.head(0), report.ties("g0"), report.layout("g0")) is None


def test_a_run_of_before_places_were_kept_shows_the_same_picture(parted: Any, tmp_path: Path) -> None:
    assert parted.run_table(Report(parted).run_id, "layout").num_rows == 2 * 72 + 72  # each group, the set, the run
    with closing(case_of(tmp_path / "case", [30, 24], each=6)) as older:
        assert older.run_table(Report(older).run_id, "layout").num_rows == 0
        assert Report(older).layout("g0").equals(Report(older).layout("g0")) and len(Report(older).layout()) == 54
