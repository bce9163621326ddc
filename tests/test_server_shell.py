"""The frame of every page: the list of pages, the shortcuts, and the letters that open a page."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from dashboards.components.base import State
from dashboards.pages import PAGES
from dashboards.server.app import CaseReports
from dashboards.server.shell import go_key, home_link, in_rail, rail, shortcuts, top
from graph.report.report import Report
from graph.stores.base import Store


def text(part: Any) -> str:
    if isinstance(part, list | tuple):
        return " ".join(text(child) for child in part if child is not None)
    return (
        text(getattr(part, "children", None)) if hasattr(part, "to_plotly_json") else "" if part is None else str(part)
    )


def test_every_letter_opens_one_page() -> None:
    letters = Counter(go_key(page) for page in in_rail(PAGES))
    assert letters and max(letters.values()) == 1
    panel = text(shortcuts(PAGES))
    assert all(f"G then {letter.upper()}" in panel for letter in letters)


@pytest.mark.parametrize(("nav", "key", "letter"), [("Groups", None, "g"), ("Start", "h", "h")])
def test_a_page_s_letter_is_its_own_or_its_first(nav: str, key: str | None, letter: str) -> None:
    page: Any = SimpleNamespace(NAV=nav) if key is None else SimpleNamespace(NAV=nav, KEY=key)
    assert go_key(page) == letter


def test_the_way_back_keeps_the_run() -> None:
    assert "run=R-2" in str(getattr(home_link(State.parse("/group", "?run=R-2")), "href", ""))


def test_the_frame_names_case_run_and_safe_handling(demo_store: Store) -> None:
    reports = CaseReports(demo_store, Report)
    report = reports.of(None)
    side = text(rail(reports, report, State("/groups"), PAGES))
    assert "Run R-1" in side and "within 60 s" in side and "Log out" not in side
    assert "Log out" in text(rail(CaseReports(demo_store, Report, local=False), None, State("/"), PAGES))
    assert demo_store.name in text(top(reports, PAGES)) and "codes instead of names" in text(top(None))
