"""The bench of pages runs, and its cases are what they say they are."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bench_pages
import pytest
from fixtures_sizes import FORTY, case_of

from dashboards.components.base import State
from dashboards.figures.groups.group_map import group_map
from dashboards.figures.object_timeline import DRAWN, carrying
from dashboards.pages.group import page as group
from dashboards.pages.groups import page as groups
from dashboards.pages.start import page as start
from dashboards.server.app import create_app
from graph.report.report import Report


@pytest.mark.browser
def test_a_page_is_measured(browser: Any, tmp_path: Path) -> None:
    store = case_of(tmp_path / "case", [20])
    with bench_pages.served(create_app(store)) as address:
        found = bench_pages.measure(
            browser, f"{address}/group", bench_pages.READY, {"slider": bench_pages.SLIDE, "days": bench_pages.BRUSH}, 1
        )
    assert found["cpu_s"] > 0 and found["answers_ms"]["slider"] > 0 and found["answers_ms"]["days"] > 0
    table = bench_pages.markdown([bench_pages.Measured("Group", 20, 40, **found)])
    assert table.splitlines()[2].startswith("| Group | 20 | 40 |")
    store.close()


def test_a_case_of_any_size_says_its_numbers_on_its_pages(tmp_path: Path) -> None:
    store = case_of(tmp_path / "case", [40, 9, 3], accounts=200, platforms=FORTY, headings=("groups", "closed"))
    report = Report(store)
    assert list(report.groups()["accounts"]) == [40, 3, 9] and report.overview()["accounts"] == 200
    assert report.groups()["observed"].sum() == len(report.store.run_table(report.run_id, "post_pairs"))
    days = sum(int(report.days(g)["meetings"].sum()) for g in report.groups()["group_id"])
    assert days == report.groups()["observed"].sum()
    for page in (groups, group):
        page.layout(report, State(page.PATH, {}))
    store.close()


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    """A picture of the first posts is never titled as if it held all; platforms without a mark of their own are one."""
    at = [f"2026-08-14T10:{k // 60:02}:{k % 60:02}Z" for k in range(DRAWN + 1)]
    rows = [{"at": t, "code": "A-1", "platform": "x", "group_id": None} for t in at]
    assert carrying(rows[:9]).title == "All posts within 8 s"
    first = carrying(rows, posts=702)
    assert first.title == "The first 400 posts within 7 min" and first.note.startswith("400 of 702 posts are drawn.")
    store = case_of(tmp_path / "case", [80], platforms=FORTY)
    key = [said for _, said in group_map(Report(store).groups(), {}).key]
    assert key[:4] == ["X", "Telegram", "Facebook", "Mastodon"] and key[4].endswith("other platforms")
    store.close()


def test_a_long_table_is_cut_on_the_page_and_whole_as_a_file(tmp_path: Path) -> None:
    """Roles of 300 accounts: the first 200 on the page, a link to all of them; what they are is worked out once."""
    store = case_of(tmp_path / "case", [300], accounts=300)
    report, client = Report(store), create_app(store).server.test_client()
    shown = str(group.layout(report, State("/group", {})))
    assert shown.count("/files/group.csv?group=g0&figure=roles") == 1
    answer = client.get("/files/group.csv?group=g0&figure=roles", headers={"Host": "127.0.0.1:8050"})
    assert answer.status_code == 200 and len(answer.text.splitlines()) == 301
    for wrong in ("group=g0&figure=secrets", "group=g9&figure=roles", "figure=change"):
        assert client.get(f"/files/group.csv?{wrong}", headers={"Host": "127.0.0.1:8050"}).status_code == 404
    assert report.roles("g0").equals(report.roles("g0")) and report._kept.keys() >= {("roles", "g0"), ("change", "g0")}
    store.close()


def test_another_case_that_is_damaged_does_not_stop_the_first_page(tmp_path: Path) -> None:
    case_of(tmp_path / "torn", [3]).close()
    for run in (tmp_path / "torn" / "runs").glob("*/run.json"):
        run.write_text("{")
    reports: Any = SimpleNamespace(address="elsewhere")
    assert start._facts(reports, str(tmp_path / "torn")) == {"name": "torn", "posts": None, "last": start.DAMAGED}
    assert start._facts(reports, str(tmp_path / "gone")) is None
