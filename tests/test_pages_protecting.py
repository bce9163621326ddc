"""The menu of harm areas and the button that seals: what they write, and what they refuse."""

from __future__ import annotations

from typing import Any

from dashboards.pages.protecting import area_menu, chosen, seal_form, seal_one_of, sealed
from dashboards.server.app import CaseReports
from graph.case.seals import seals
from graph.case.toy import toy_case
from graph.privacy.areas import PROFILES, profile


def test_the_menu_sets_and_asks_for_a_reason() -> None:
    reports: Any = CaseReports(toy_case(), lambda store, run: store)  # type: ignore[arg-type,return-value]
    said = str(area_menu(reports))
    assert all(one.about in said for one in PROFILES.values())
    assert "set" in chosen(reports, "csam", None, "Ann") and profile(reports.store).name == "csam"
    assert "INHOPE" in str(area_menu(reports))
    assert "needs a reason" in chosen(reports, "general", " ", "Ann") and profile(reports.store).name == "csam"
    assert "set" in chosen(reports, "general", "Wrong case.", "Ann") and profile(reports.store).name == "general"
    assert [note["by"] for note in reports.store.notes("area")] == ["Ann", "Ann"]


def test_the_button_seals_and_asks_for_a_reason() -> None:
    reports: Any = CaseReports(toy_case(), lambda store, run: store)  # type: ignore[arg-type,return-value]
    assert "Seal account A-41" in str(seal_form("A-41", "account A-41"))
    assert "reason" in sealed(reports, "A-41", "", "Ann") and not seals(reports.store)
    assert "Sealed as A-41" in sealed(reports, "A-41", "May be a child.", "Ann") and len(seals(reports.store)) == 1
    assert "no item" in sealed(reports, "A-999", "why", "Ann")


def test_a_post_is_chosen_from_a_menu_and_a_group_by_its_page() -> None:
    from dashboards.components.base import State
    from dashboards.pages.evidence.page import layout as evidence
    from dashboards.pages.group.page import layout as group
    from graph import toy_report

    report = toy_report()
    tie, best = report.ties().iloc[0], report.groups().iloc[0]
    posts = str(evidence(report, State("/evidence", {"a": tie.account_a, "b": tie.account_b})))
    assert "Seal a post" in posts and "'value': '" + report.evidence(tie.account_a, tie.account_b).post_a[0] in posts
    assert f"Seal group {best['rank']}" in str(group(report, State("/group", {"group": best["group_id"]})))
    assert "Seal this post" in str(seal_one_of("post", {"x:1": "A-1"}))
    reports: Any = CaseReports(toy_case(), lambda store, run: store)  # type: ignore[arg-type,return-value]
    assert "Which item?" in sealed(reports, "", "why", "Ann")
