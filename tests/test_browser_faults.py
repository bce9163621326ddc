"""What broke in a day's work: small screens, a server that is gone, and the key of a picture that is saved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fixtures_browser import watched
from test_browser_find import titled
from waitress import create_server

from dashboards.server.app import create_app
from graph.stores.base import Store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(many_cases: Callable[[str], Store], serve: Any) -> Iterator[str]:
    yield serve(create_app(many_cases("all headings on forty platforms")))


@pytest.mark.parametrize("size", [(1280, 600), (720, 450)], ids=["600 px high", "200% zoom"])
def test_the_left_rail_prints_over_nothing(browser: Any, address: str, size: tuple[int, int]) -> None:
    with watched(browser, width=size[0]) as page:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(f"{address}/groups")
        titled(page, "group")
        boxes = page.evaluate(
            """() => [...document.querySelectorAll(".rail .to, .rail .runbox, .rail .railfoot")].map(e => {
                const b = e.getBoundingClientRect(); return [b.top, b.bottom]; }).sort((a, b) => a[0] - b[0])"""
        )
        assert all(upper[1] <= lower[0] + 1 for upper, lower in pairwise(boxes)), boxes


def test_a_phone_has_search_and_the_name_of_the_case(browser: Any, address: str) -> None:
    with watched(browser, width=390) as page:
        page.goto(f"{address}/groups")
        titled(page, "group")
        assert page.locator(".top .search input").is_visible() and page.locator(".case b").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shadow = page.locator(".figbody").first.evaluate("e => getComputedStyle(e).backgroundImage")
        assert shadow.count("gradient") == 4, "a shade at the edge says that a figure goes on"


def test_a_saved_picture_has_the_shapes_of_its_key(browser: Any, address: str) -> None:
    with watched(browser, width=1440) as page:
        for path, name in (("/groups", "group-map"), ("/group", "group-1-leaders")):
            page.goto(f"{address}{path}")
            card = page.locator(f"#{name}")
            card.locator(".key").wait_for()
            with page.expect_download() as download:
                card.get_by_role("button", name="SVG: ").click()
            svg = Path(download.value.path()).read_text("utf-8")
            shapes = card.locator(".key > span svg").count()
            assert shapes and svg.count("<svg") == shapes + 2, "the whole, the drawing, and each shape of the key"


def test_a_page_says_when_nobody_answers(browser: Any, many_cases: Callable[[str], Store]) -> None:
    server = create_server(create_app(many_cases("three accounts")).server, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.effective_port}/groups")
    titled(page, "group")
    page.evaluate(
        "document.querySelector('#page').append(Object.assign(document.createElement('div'), {className: 'progress'}))"
    )
    page.wait_for_timeout(2_500)
    assert not page.locator(".gone").count(), "somebody answers"
    context.route("**/*", lambda route: route.abort())
    page.locator(".gone").filter(has_text="does not answer any more").wait_for(timeout=15_000)
    context.unroute("**/*")
    page.locator(".gone").wait_for(state="detached", timeout=15_000)
    context.close()
    server.close()
