"""From files to a run in a real browser: what a person chooses, watches, cancels and reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fixtures_browser import watched

from dashboards.server.app import create_app
from graph.stores.base import Store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(own_store: Store, serve: Any) -> str:
    found: str = serve(create_app(own_store))
    return found


def titled(page: Any, words: str) -> str:
    """Wait for a page whose title says this."""
    title = page.locator("#page h1").filter(has_text=re.compile(words))
    title.wait_for()
    return str(title.inner_text())


def test_a_run_from_the_form_to_its_groups(page: Any, address: str, own_store: Store) -> None:
    page.goto(f"{address}/find")
    titled(page, "What counts as acting together")
    page.locator("#find-curve figure").first.wait_for()
    assert re.search(r"Within 60 s, [\d,]+ pairs? of accounts", page.locator("#find-curve h2").first.inner_text())
    page.get_by_role("checkbox", name=re.compile("^Posted the same text")).click()
    page.locator("#find-curve figure").nth(1).wait_for()
    page.wait_for_url(re.compile("ways=link%2Ctext"))
    page.reload()
    titled(page, "What counts")
    assert page.get_by_role("checkbox", name=re.compile("^Posted the same text")).is_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/find\?job="))
    titled(page, "Looking for accounts|Found")
    page.reload()
    assert "beyond chance" in titled(page, "Found")
    run = own_store.runs()[-1]
    assert run["run_id"] in page.locator(".lead").inner_text()
    page.get_by_role("link", name="Show the results").click()
    titled(page, "group|circle|pair")
    assert page.url.endswith("/groups?run=R-1") and page.locator(".runbox").get_attribute("data-run") == "R-1"


def test_a_run_is_cancelled_and_nothing_is_kept(page: Any, address: str, own_store: Store) -> None:
    before = len(own_store.runs())
    page.goto(f"{address}/find?ways=link,text,domain&windows=60,3600&worlds=99&seed=41")
    titled(page, "What counts")
    page.locator("#find-curve figure").first.wait_for()  # a click before the page is alive would be lost
    page.get_by_role("button", name=re.compile("Find groups")).click()
    page.wait_for_url(re.compile(r"/find\?job="))
    page.get_by_role("button", name="Cancel this run").click()
    titled(page, "This run was cancelled")
    assert len(own_store.runs()) == before
    page.get_by_role("link", name="Start again with these settings").click()
    titled(page, "What counts")
    assert page.locator("#find-seed").input_value() == "41"


def test_what_cannot_be_is_said_beside_the_button(page: Any, address: str) -> None:
    page.goto(f"{address}/find")
    titled(page, "What counts")
    page.locator("#find-other").fill("soon")
    page.locator("#find-size .warnword").filter(has_text="cannot be read").wait_for()
    page.get_by_role("button", name=re.compile("Find groups")).click()
    page.get_by_role("alert").filter(has_text="Write 60s, 5min, 1h or 1d").wait_for()
    page.goto(f"{address}/find?job=000000000000")
    titled(page, "This run is not running")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_clipped(browser: Any, address: str, width: int, tmp_path: Path) -> None:
    with watched(browser, width=width) as page:
        page.goto(f"{address}/find")
        page.locator("#find-curve figure").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.wait_for_timeout(300)
        if width > 700:
            assert page.locator("#find-go").is_visible()
