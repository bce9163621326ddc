"""Handing over in a real browser: a report with four elements, or what is missing; two weeks later the rechecks and the curve."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fixtures_browser import watched

from dashboards.server.app import create_app
from graph.case.notes import About
from graph.case.verdicts import give
from graph.report.report import Report
from graph.stores import open_case
from graph.stores.base import Store

pytestmark = pytest.mark.browser
WHY = (
    "“Polling stations close at six on Sunday, number 663” is wrong. <img src=x onerror=alert(1)> They close at eight, says the authority."
    " Whoever publishes a wrong hour of voting breaks the provision above, and keeps people from voting."
)


@pytest.fixture(scope="module")
def case(reported_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("handing") / "case"
    shutil.copytree(reported_case, folder)
    store = open_case(str(folder))
    yield store
    store.close()


@pytest.fixture(scope="module")
def address(case: Store, serve: Any) -> str:
    found: str = serve(create_app(case))
    return found


def settled(page: Any) -> None:
    page.locator("#page h1").wait_for()
    page.wait_for_load_state("networkidle")


def opened(page: Any, where: str) -> None:
    page.goto(where)
    settled(page)


def titled(page: Any, words: str) -> None:
    page.locator("h1", has_text=re.compile(words)).wait_for()


def test_step_one_is_locked_until_there_is_a_verdict(page: Any, address: str, case: Store) -> None:
    group = str(Report(case).groups().group_id[0])
    opened(page, f"{address}/handover")
    titled(page, "No report yet")
    opened(page, f"{address}/handover?group={group}&to=x")
    titled(page, "This group has no verdict yet")
    assert "Give a verdict on group 1" in page.locator("#handover-step-1").inner_text()
    assert page.get_by_role("radio").count() == 0 and page.locator("#handover-save").count() == 0


def fill_in(page: Any) -> None:
    """Everything a notice needs, but for two addresses."""
    for name, value in (
        ("law", "Election Act"),
        ("provision", "§ 12"),
        ("name", "R. S."),
        ("email", "rs@watch.example"),
    ):
        page.locator(f"#handover-{name}").fill(value)
    page.locator("#handover-explanation").fill(WHY)
    page.locator("#handover-faith").focus()
    page.keyboard.press("Space")
    page.locator("#handover-by").fill("R. S.")


def test_a_report_with_four_elements_or_what_is_missing(page: Any, address: str, case: Store) -> None:
    """Story 6, through the page; by keyboard where a person would."""
    report = Report(case)
    group = str(report.groups().group_id[0])
    members = tuple(report.members(group)["account"])
    give(case, About(report.run_id, group_id=group, members=members), "confirmed", "Same order.", "M. K.")
    opened(page, f"{address}/handover")
    page.get_by_role("link", name="Report to X").click()
    titled(page, "Illegal under which law")
    page.get_by_role("radio", name=re.compile("^Somebody")).focus()
    page.keyboard.press("Space")
    titled(page, "call the police")
    assert "112" in page.locator("#handover-fields-life").inner_text()
    page.get_by_role("radio", name=re.compile("^This law")).focus()
    page.keyboard.press("Space")
    titled(page, "things are missing")
    fill_in(page)
    titled(page, "One thing is missing: 2 of 40 posts have no exact address")
    assert "Save the draft to download it." in page.locator("#handover-send").inner_text()
    page.locator("#handover-law").focus()
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile("draft=D-1"))
    settled(page)
    titled(page, "One thing is missing: 2 of 40 posts have no exact address")
    page.locator("#count-handover", has_text="1").wait_for()
    assert page.locator("#handover-explanation").input_value() == WHY
    assert "Marked “incomplete”" in page.locator("#handover-send").inner_text()
    first = page.locator("[id*='handover-address']").first
    first.fill("javascript:alert(1)")
    page.locator("#handover-b", has_text="2 of 40").wait_for()
    first.fill("https://x.com/user44/status/991")
    titled(page, "1 of 40 posts has no exact address")
    page.locator("[id*='handover-out']").nth(1).focus()
    page.keyboard.press("Space")
    titled(page, "Nothing is missing")
    page.keyboard.press("Control+s")
    page.locator("#handover-said", has_text="Saved by R. S.").wait_for()
    page.locator("#handover-send .btn").first.wait_for()
    for name in ("Web page", "JSON"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=f"Download as {name}").click()
        body = Path(waiting.value.path()).read_text("utf-8")
        assert "https://x.com/user44/status/991" in body and "<img" not in body.partition("<body>")[2]
    assert json.loads(body)["complete"] is True and len(json.loads(body)["locations"]) == 39
    assert [(n["format"], n["by"]) for n in case.notes("report_exported")] == [("html", "R. S."), ("json", "R. S.")]
    page.locator("#handover-sent-day").fill("2026-08-28")
    page.locator("#handover-sent").click()
    titled(page, "39 posts reported, none checked since")
    assert case.notes("report_sent")[0]["by"] == "R. S."


def test_two_weeks_later_rechecks_make_a_curve(page: Any, address: str, case: Store, tmp_path: Path) -> None:
    """Story 7, through the page."""
    opened(page, f"{address}/handover")
    page.get_by_text("Add a receipt or decision").click()
    page.locator("#ledger-day").fill("2026-09-04")
    page.locator("#ledger-by").fill("R. S.")
    page.locator("#ledger-add").click()
    page.locator("#handover-ledger-said", has_text="Added to L-1").wait_for()
    sent = [item["address"] for item in case.notes("report_sent")[0]["items"]]
    rows = [f"{url},{'offline' if n < 9 else 'online'},2026-09-11" for n, url in enumerate(sent)]
    file = tmp_path / "r.csv"
    file.write_text("\n".join(["item,state,date", *rows, "<script>alert(1)</script>,online,2026-09-11"]), "utf-8")
    page.get_by_text("Import a recheck (CSV)").click()
    page.locator("#recheck-file input").set_input_files(str(file))
    page.locator(
        "#handover-ledger-said", has_text="39 rechecks taken, 1 row left out. 9 of 39 reported posts were offline"
    ).wait_for()
    assert "<script>alert(1)</script>" in page.locator("#handover-wrong").inner_text()
    curve = page.locator("#survival")
    assert "On X 9 of 39 went offline" in curve.inner_text() and "may have gone earlier" in curve.inner_text()
    curve.get_by_role("button", name=re.compile("^Zoom")).click()
    curve.locator(".main-svg").first.wait_for()
    opened(page, f"{address}/handover")
    titled(page, "9 of 39 reported posts were offline on 11 Sep 2026")


@pytest.mark.parametrize(("width", "theme"), [(390, "dark")])
def test_a_narrow_page_does_not_scroll_sideways(browser: Any, address: str, width: int, theme: str) -> None:
    with watched(browser, width=width, theme=theme) as page:
        for path in ("/handover", "/handover?draft=D-1"):
            opened(page, address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
