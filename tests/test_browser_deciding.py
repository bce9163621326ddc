"""Deciding in a real browser: verdicts of two people, what was ruled out, notes, names that are shown, pins, keys."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fixtures_browser import watched
from test_browser import network_drawn, ready

from dashboards.server.app import CaseReports, create_app
from graph.report.report import Report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def case(own_found: Any) -> Any:
    return own_found


@pytest.fixture(scope="module")
def address(case: Any, serve: Any) -> str:
    found: str = serve(create_app(case))
    return found


def decide(page: Any, verdict: str, reason: str, by: str) -> None:
    form = page.locator("details.judge")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    page.locator("#verdict-choice").get_by_text(verdict, exact=True).click()
    page.locator("#verdict-reason").fill(reason)
    page.locator("#by").fill(by)
    page.locator("#verdict-reason").press("Control+Enter")


def test_two_people_decide_at_once_and_nothing_is_lost(browser: Any, address: str, case: Any) -> None:
    with watched(browser) as ann, watched(browser) as ben:
        for page in (ann, ben):
            page.goto(f"{address}/group")
            ready(page)
        decide(ann, "Confirmed", "Same order on all platforms.", "Ann")
        ann.locator("#verdict .vd", has_text="Confirmed").wait_for()
        decide(ben, "Rejected", "One newsroom, and it says so.", "Ben")
        ben.locator("#verdict", has_text="Ann saved a verdict while you were writing.").wait_for()
        said = ben.locator("#verdict").inner_text()
        assert (
            "Both verdicts are kept. Choose the one that applies." in said
            and "Same order" in said
            and "One newsroom" in said
        )
        ann.goto(f"{address}/groups")
        ready(ann)
        assert ann.locator(".verdictcell").first.inner_text() == "Disagreement"
        ben.get_by_role("button", name="Keep Ann’s: Confirmed").click()
        ben.locator("#verdict .history").wait_for()
        assert "by Ben" in ben.locator("#verdict .given").first.inner_text()
        ann.reload()
        ready(ann)
        assert "Confirmed" in ann.locator(".verdictcell").first.inner_text()
    assert [v["verdict"] for v in case.notes("verdict")] == ["confirmed", "rejected", "confirmed"]


def test_a_verdict_without_a_reason_is_not_kept(page: Any, address: str, case: Any) -> None:
    page.goto(f"{address}/group")
    ready(page)
    before = len(case.notes("verdict"))
    decide(page, "Unsure", " ", "Ann")
    page.locator("#verdict-said", has_text="Not saved. The verdict has no reason.").wait_for()
    assert len(case.notes("verdict")) == before


def test_what_was_ruled_out_and_noted_is_there_again(page: Any, address: str, case: Any) -> None:
    page.goto(f"{address}/group")
    ready(page)
    page.locator("tr[data-row] .tielink").first.click()
    ready(page, "chance gives about")
    page.locator("details.judge summary, #by").first.wait_for()
    page.locator("#by").fill("Ann")
    page.get_by_label("An app or a feed posts for them").check()
    page.locator(".check", has_text=re.compile("Ruled out by Ann")).wait_for()
    page.locator("#remark").fill("Look at the two in May.")
    page.get_by_role("button", name="Save note").click()
    page.locator("#remarks blockquote", has_text="Look at the two in May.").wait_for()
    page.reload()
    ready(page, "chance gives about")
    assert page.get_by_label("An app or a feed posts for them").is_checked()
    assert page.locator("#remarks blockquote").inner_text() == "Look at the two in May."
    assert page.locator("#by").input_value() == "Ann"
    (note,) = case.notes("note")
    assert note["account_a"] and note["trace"] == "link" and note["by"] == "Ann"


def test_names_are_shown_for_one_post_and_hidden_again(page: Any, address: str, case: Any) -> None:
    page.goto(f"{address}/group")
    ready(page)
    page.locator("tr[data-row] .tielink").first.click()
    ready(page, "chance gives about")
    post = page.locator("td[data-post]").first
    before = post.locator("p").inner_text()
    post.get_by_role("button", name=re.compile("^Show names")).click()
    post.locator(".shown").first.wait_for()
    assert post.locator(".shown").first.inner_text().startswith("By ")
    assert page.locator(".shown").count() == post.locator(".shown").count()
    post.get_by_role("button", name=re.compile("^Hide again|^Show names")).first.click()
    assert post.locator(".shown").count() == 0 and post.locator("p").inner_text() == before
    revealed, said = str(case.notes("reveal")[-1]["post"]), str(post.get_attribute("data-post"))
    assert revealed == CaseReports(case, Report).addresses().opened("post", said)
    assert revealed.partition(":")[2] not in said


def test_keys_pin_copy_and_choose(page: Any, address: str, case: Any) -> None:
    page.goto(f"{address}/group")
    ready(page)
    network_drawn(page)
    page.keyboard.press("p")
    page.locator("button.key-p[aria-pressed=true]").wait_for()
    assert case.notes("pin")[-1]["pin"]["what"] == "group"
    page.locator("#count-briefing", has_text=re.compile(r"^\d")).wait_for()
    page.reload()
    ready(page)
    page.locator("button.key-p[aria-pressed=true]").wait_for()
    page.keyboard.press("2")
    assert page.locator("#verdict-choice input:checked").get_attribute("value") == "unsure"
    assert page.evaluate("document.activeElement.id") == "verdict-reason"
    page.keyboard.press("Escape")
    page.locator("#title").focus()
    before = page.locator(".hides").inner_text()
    page.keyboard.press("]")
    page.wait_for_function("was => document.querySelector('.hides').innerText !== was", arg=before)
    assert "min=" in page.url


def test_a_layout_with_shorter_ties_is_found_and_saved(page: Any, address: str, case: Any) -> None:
    page.goto(f"{address}/group")
    ready(page)
    network_drawn(page)
    page.get_by_role("button", name="Improve layout").click()
    page.locator(".netrefine", has_text=re.compile(r" shorter\.|No order with shorter ties")).wait_for()
    keep = page.get_by_role("button", name="Save this layout")
    if keep.count():
        keep.click()
        page.locator(".netrefine", has_text="Saved for everyone").wait_for()
        assert sorted(case.notes("layout")[-1]["order"])
