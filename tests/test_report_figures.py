"""Figures for notebooks hold the numbers of the run's tables, in the colours of the pages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import polars as pl
import pytest

from dashboards.figures.theme import tokens
from graph import Report, Settings, find, toy_case
from graph.report.figures import COLOURS, FIGURES, _short
from ingest.errors import UsageError


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    case = toy_case(tmp_path_factory.mktemp("toy"))
    return Report(case, find(case, Settings(traces=("link",), sweep=True, worlds=19)).run["run_id"])


def test_colours_are_those_of_the_pages() -> None:
    light = tokens("light")
    own = {name: light["surface" if name == "page" else name] for name in COLOURS}
    assert own == COLOURS


@pytest.mark.parametrize(
    ("name", "table", "expected", "observed"),
    [("groups", "groups", "expected", "observed"), ("chance", "layers", "chance_met_2", "pairs_met_2")],
)
def test_observed_stands_beside_chance(report: Report, name: str, table: str, expected: str, observed: str) -> None:
    chance, seen = report.figure(name).data
    numbers = getattr(report, table)().iloc[::-1]
    assert list(chance.x) == pytest.approx(numbers[expected].tolist())
    assert list(seen.x) == pytest.approx(numbers[observed].tolist())


def test_the_range_of_chance_is_drawn_around_it(report: Report) -> None:
    chance, group = report.figure("groups").data[0], report.groups().iloc[0]
    assert chance.x[0] - chance.error_x.arrayminus[0] == pytest.approx(group["expected_lo"])
    assert chance.x[0] + chance.error_x.array[0] == pytest.approx(group["expected_hi"])


def test_days_add_up_to_what_ties_observed(report: Report) -> None:
    bars = report.figure("ties").data[0]
    assert sum(bars.y) == report.ties()["observed"].sum()


def test_windows_are_all_there_and_the_chosen_one_is_large(report: Report) -> None:
    windows, seen = report.windows(), report.figure("windows").data[0]
    assert list(seen.x) == windows["window_s"].tolist() and list(seen.y) == windows["observed"].tolist()
    assert [size == 12 for size in seen.marker.size] == windows["suggested"].tolist()


def test_hosts_are_those_of_the_table(report: Report) -> None:
    hosts, bars = report.outlinks().hosts.reverse(), report.figure("outlinks").data[0]
    assert list(bars.x) == hosts["links"].to_list()
    assert list(bars.y) == ["1 larkspur[.]example"]


def test_other_colours_can_be_given(report: Report) -> None:
    assert report.figure("ties", {"ev-far": "#112233"}).data[0].marker.color == "#112233"


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_to_draw_is_said(name: str) -> None:
    tables: dict[str, Any] = {
        "groups": pd.DataFrame({"heading": []}),
        "layers": pd.DataFrame(),
        "days": pd.DataFrame(),
        "windows": pd.DataFrame(),
        "outlinks": SimpleNamespace(hosts=pl.DataFrame()),
    }
    empty: Any = SimpleNamespace(**{table: lambda frame=frame: frame for table, frame in tables.items()})
    with pytest.raises(UsageError):
        FIGURES[name](empty, COLOURS)


def test_an_unknown_figure_is_refused(report: Report) -> None:
    with pytest.raises(UsageError, match=r"no figure 'group'.*Did you mean 'groups'"):
        report.figure("group")


def test_names_on_figures_name_nobody_and_carry_no_markup() -> None:
    shown = _short("<b>see @nora</b> https://larkspur.example/a")
    assert "nora" not in shown and "<" not in shown and "https://larkspur.example" not in shown
