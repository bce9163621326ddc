"""The page Method: one paragraph to quote, every dial, every file, and how to cite the run."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from test_pages import of_type, text, title

from dashboards.components.base import State
from dashboards.pages import method
from dashboards.server.app import create_app
from dashboards.words.methods import citation
from dashboards.words.methods.citation import paragraph
from dashboards.words.settings import WORDS, settings_rows
from graph.report.report import Report


@pytest.fixture(scope="module")
def report(demo_store: Any) -> Report:
    return Report(demo_store)


def test_the_paragraph_says_what_came_in_how_and_what_came_of_it(report: Report) -> None:
    said = text(method.layout(report, State.parse("/method", "")))
    seen = report.overview()
    paragraph = next(str(q.children) for q in of_type(method.layout(report, State()), "Blockquote"))
    for needed in (
        f"{seen['posts']:,} posts",
        f"{seen['accounts']:,} accounts",
        "within a minute",
        "19 shuffles of the data",
    ):
        assert needed in paragraph
    assert f"{seen['groups']} group" in paragraph
    assert "does not say who runs the accounts" in paragraph
    assert not any(word in paragraph.lower() for word in ("inauthentic", "bot", "fake"))
    assert str(report.run["run_id"]) in said and "Coordinated does not mean inauthentic" in said


def test_every_behaviour_of_the_paragraph_has_its_own_window() -> None:
    layers = pd.DataFrame(
        {
            "trace": ["link", "link", "text", "copost"],
            "window_s": [60.0, 300.0, 300.0, 86_400.0],
            "family_a": 10,
            "precision": ["min", "min", "min", "day"],
        }
    )
    seen = {"posts": 9, "accounts": 4, "sources": 1, "first_at": None, "last_at": None}
    said = paragraph({"settings": {}}, seen, layers, 0, pd.DataFrame({"heading": []}))
    assert "act on the same objects within 5 minutes of each other or " in said
    assert said.partition(" more often")[0].endswith("within a day of each other") and "1440" not in said


def test_nothing_found_is_said_so(quiet_store: Any) -> None:
    report = Report(quiet_store)
    groups = report.groups()
    said = citation.paragraph(report.run, report.overview(), report.layers(), 19, groups[groups["heading"] == "no"])
    assert "Nothing was found beyond chance." in said or report.overview()["pairs"]


def test_every_setting_that_is_set_is_there_in_words(report: Report) -> None:
    rows = {key: value for _, value, key in settings_rows(report.run)}
    kept = {k for k, v in report.run["settings"].items() if v is not None and v is not False and v not in ([], {}, "")}
    assert set(rows) == kept
    assert rows["windows_s"] == "60 s" and rows["alpha"] == "0.05"
    assert set(rows) <= set(WORDS)


def test_every_file_stands_with_its_hash(report: Report) -> None:
    page = method.layout(report, State())
    for source in report.store.sources().to_pylist():
        assert source["file_name"] in text(page) and str(source["sha256"])[:12] in text(page)
    assert title(page) == method.TITLE


def test_the_settings_leave_as_a_csv(report: Report) -> None:
    answer = create_app(report.store).server.test_client().get("/files/method.csv", base_url="http://127.0.0.1")
    assert answer.status_code == 200
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[0] == "what,value,name,run" and any(str(report.run["run_id"]) in line for line in lines)
    assert all("Run R-1" in line for line in lines[1:])


@pytest.mark.browser
def test_a_journalist_copies_the_paragraph(page: Any, serve: Any, demo_store: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(serve(create_app(demo_store)) + "/groups")
    page.get_by_role("link", name="Method").click()
    page.locator("#paragraph").wait_for()
    page.get_by_role("button", name="Copy: The paragraph").click()
    page.get_by_text("The paragraph is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#paragraph").inner_text()
    assert page.url.endswith("/method")


def test_group_and_method_show_roles_change_and_windows(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboards.pages.group import page as group

    page = text(group.layout(report, State("/group")))
    assert "coincidences in which it posted first" in page and "over time" in page
    assert "What each window finds" not in text(method.layout(report, State()))
    row = {
        "trace": "link",
        "window_s": 60.0,
        "rapid_pairs": 9,
        "meetings": 9,
        "observed": 9,
        "expected": 2.0,
        "beyond": 4,
    }
    windows = pd.DataFrame([{**row, "shuffled": 1.0, "suggested": True}])
    monkeypatch.setattr(Report, "windows", lambda self: windows)
    assert "What each window finds" in text(method.layout(report, State()))
