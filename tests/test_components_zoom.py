"""The Zoom tool: plotly comes from this server, only when it is asked for, and the picture comes back."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.components import zoom
from dashboards.server.app import create_app
from graph.report.report import Report


def test_the_picture_is_there_before_the_chart() -> None:
    made = zoom.body("carried", "the picture", {"data": [], "layout": {"height": 200}})
    still, live, numbers = made.children
    assert still.children == "the picture" and live.children is None and numbers.data["layout"]["height"] == 200
    assert getattr(zoom.tool("carried", "All posts within 40 s"), "aria-label") == "Zoom: All posts within 40 s"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_takes_the_place_of_its_picture_and_gives_it_back(
    browser: Any, serve: Any, own_found: Any, theme: str
) -> None:
    from fixtures_browser import watched

    group = Report(own_found).groups().iloc[0]["group_id"]
    asked: list[str] = []
    with watched(browser, theme=theme) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{serve(create_app(own_found))}/group?group={group}")
        card = page.locator(".card[id$='-change']")
        card.locator("svg.fig").wait_for()
        assert not any("plotly" in url for url in asked), "nobody waits for what they did not ask for"
        button = card.locator(".tools button", has_text="Zoom")
        button.click()
        card.locator(".js-plotly-plot .scatterlayer path").first.wait_for()
        card.locator("svg.fig").wait_for(state="hidden")
        assert any("plotly" in url for url in asked) and button.get_attribute("aria-pressed") == "true"
        with page.expect_download() as saved:
            card.get_by_role("button", name="SVG").click()
        assert "accounts" in saved.value.path().read_text("utf-8")
        button.click()
        card.locator("svg.fig").wait_for()
