"""Parts of a large set: their table on the page, in print and as a file, with what stands out in each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fixtures_sizes import case_of
from test_pages import text

from dashboards.briefing.groups import parts
from dashboards.briefing.run_summary import RunSummary
from dashboards.components.base import State
from dashboards.pages.group.page import layout
from dashboards.pages.group.parts import parts_csv
from dashboards.server.app import create_app
from graph.networks.parts import USED, standing_out
from graph.report.report import Report


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A large set shown as three groups, times to the minute."""
    store = case_of(tmp_path_factory.mktemp("parted") / "case", [30, 24, 18], each=6, minutes=True, parts=True)
    yield store
    store.close()


def test_page_print_and_file_have_the_same_parts(parted: Any, own_config: Any) -> None:
    report = Report(parted)
    group = report.group("g0")
    found = parts_csv(report, group, "min")
    assert found is not None and found["Part"].tolist() == ["Group 1", "Group 2", "Group 3"]
    printed = parts(RunSummary(report), group)
    assert (
        printed is not None and printed.rows == found.to_numpy().tolist() and printed.caption == "Three parts, by rank"
    )
    assert parts(RunSummary(report), report.group("g1")) is None
    shown = text(layout(report, State.parse("/group", "?group=g1&set=whole")))
    assert "Three parts, by rank" in shown and "72 accounts in three parts" in shown and "lie inside one part" in shown
    sent = create_app(parted).server.test_client().get("/files/group.csv?group=g1&figure=parts")
    assert sent.status_code == 200 and b"Group 3" in sent.data


def test_ties_inside_and_out_add_up(parted: Any) -> None:
    report = Report(parted)
    found, ties = report.parts("w0"), report.ties().drop_duplicates(["account_a", "account_b"])
    assert int(found["inside"].sum()) + int(found["out"].sum()) // 2 == len(ties)
    assert all(len(codes) == 2 for codes in found["most_ties"])


def test_a_group_of_its_own_has_no_table_of_parts(tmp_path: Path) -> None:
    store = case_of(tmp_path / "case", [12, 5])
    report = Report(store)
    assert parts_csv(report, report.group("g0"), "s") is None
    shown = text(layout(report, State.parse("/group", "?group=g0&layout=network")))
    assert "12 accounts in one body" in shown and "by rank" not in shown
    store.close()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("1", "a", 30), ("2", "b", 30)], {"1": ["a"], "2": ["b"]}),
        ([("1", "a", 30), ("2", "a", 30)], {}),
        ([("1", "a", 2), ("2", "b", 200)], {"2": ["b"]}),
        (
            [("1", "a", 9), ("1", "b", 30), ("1", "all", 90), ("2", "c", 30), ("2", "all", 90)],
            {"1": ["b", "a"], "2": ["c"]},
        ),
        ([], {}),
    ],
)
def test_what_stands_out(rows: list[tuple[str, str, int]], said: dict[str, list[str]]) -> None:
    assert standing_out(pl.DataFrame(rows, schema=USED, orient="row")) == said
