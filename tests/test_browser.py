"""The way a person goes, in a real browser on a real case: addresses, words and tables, not pixels."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from fixtures_browser import watched

from dashboards.server.app import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(demo_store: Any, serve: Any) -> str:
    found: str = serve(create_app(demo_store))
    return found


def ready(page: Any, words: str | None = None) -> Any:
    """Wait until a page stands; gives its title."""
    title = page.locator("#page h1")
    title.wait_for()
    if words:
        title.filter(has_text=re.compile(words)).wait_for()
    page.wait_for_load_state("networkidle")
    return title


def network_drawn(page: Any) -> None:
    page.locator(".netlayer text, .netstage text").first.wait_for(state="attached")


def test_from_sources_to_the_posts_behind_a_tie(page: Any, address: str) -> None:
    page.goto(f"{address}/sources")
    assert ready(page).inner_text() == "What came in, and what is missing?"
    assert page.locator(".strips .code").count() >= 4
    page.get_by_role("link", name=re.compile("^Groups")).click()
    ready(page, "group|circle|pair")
    assert page.url.endswith("/groups")
    page.locator(".ranked [data-row] a.name").first.click()
    ready(page, "accounts")
    assert "/group?" in page.url and "group=" in page.url
    network_drawn(page)
    hides = page.locator(".hides").inner_text()
    assert re.search(
        r"Drawn: \d+ of \d+ accounts?, \d+ of \d+ ties?\. (Nothing is hidden|Hidden: .* None is deleted)\.", hides
    )
    page.locator("tr[data-row] .tielink").first.click()
    title = ready(page, "chance gives about").inner_text()
    assert "/evidence?" in page.url
    assert page.title() == f"{title} – Lockstep"
    page.go_back()
    ready(page, "accounts")


def test_the_address_holds_the_view(page: Any, address: str) -> None:
    page.goto(f"{address}/group")
    ready(page)
    network_drawn(page)
    first, last = (page.locator(".brushable").get_attribute(f"data-{end}") for end in ("first", "last"))
    slider = page.locator(".strength")
    whole = int(slider.get_attribute("max"))
    slider.focus()
    slider.press("ArrowRight")
    assert "min=" in page.url
    hidden = page.locator(".hides").inner_text()
    page.reload()
    ready(page)
    network_drawn(page)
    assert page.locator(".hides").inner_text() == hidden
    page.goto(f"{address}/group?from={first}&to={first}")
    ready(page)
    network_drawn(page)
    assert page.get_by_role("button", name="Whole period").count() == (0 if first == last else 1)
    assert int(page.locator(".strength").get_attribute("max")) < whole


def test_the_time_line_takes_a_drag(page: Any, address: str) -> None:
    page.goto(f"{address}/group")
    ready(page)
    box = page.locator(".brushable svg").bounding_box()
    page.locator(".brushable").scroll_into_view_if_needed()
    box = page.locator(".brushable svg").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Whole period").wait_for()
    assert "from=" in page.url and "to=" in page.url
    address_then, hidden = page.url, page.locator(".hides").inner_text()
    assert re.search(r"Counted (from \d+ \w+ to \d+ \w+|on \d+ \w+)\.$", hidden)
    page.reload()
    ready(page)
    network_drawn(page)
    assert page.url == address_then and page.locator(".hides").inner_text() == hidden
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function("was => location.href !== was", arg=address_then)
    page.get_by_role("button", name="Whole period").click()
    page.wait_for_function("() => !location.search.includes('from=')")
    assert "Counted" not in page.locator(".hides").inner_text()


def test_everything_by_keyboard(page: Any, address: str) -> None:
    page.goto(f"{address}/sources")
    ready(page)
    page.keyboard.press("g")
    page.keyboard.press("g")
    ready(page, "group|circle|pair")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('[data-row]') !== null")
    page.keyboard.press("Enter")
    ready(page, "accounts")
    page.keyboard.press("Escape")
    ready(page, "group|circle|pair")
    assert page.url.endswith("/groups")
    page.keyboard.press("Shift+?")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("g")
    page.keyboard.press("s")
    ready(page, "What came in")


def test_keys_can_be_turned_off(page: Any, address: str) -> None:
    page.goto(f"{address}/sources")
    ready(page)
    page.get_by_role("button", name=re.compile("Shortcuts")).click()
    page.get_by_role("button", name="Turn keys off").click()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("g")
    page.keyboard.press("g")
    page.wait_for_timeout(500)
    assert page.url.endswith("/sources")


def test_dark_is_kept(page: Any, address: str) -> None:
    page.goto(f"{address}/group")
    ready(page)
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    ready(page)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 20, 22)"


@pytest.mark.parametrize("path", ["/sources", "/groups", "/group", "/outlinks"])
def test_a_telephone_clips_nothing(browser: Any, address: str, path: str) -> None:
    with watched(browser, width=390) as page:
        page.goto(f"{address}{path}")
        ready(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not page.locator("#railnav").is_visible()
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name=re.compile("^Sources")).click()
        ready(page, "What came in")


def saved(page: Any, tool: str, panel: str, folder: Path) -> Path:
    with page.expect_download() as found:
        page.locator(f"{panel} [data-tool={tool}]").click()
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def test_figures_can_be_saved_with_their_run(page: Any, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/group")
    ready(page)
    network_drawn(page)
    panel = ".card:has(.network)"
    drawn = saved(page, "svg", panel, tmp_path)
    root = ET.parse(drawn).getroot()
    words = " ".join("".join(e.itertext()) for e in root.iter() if e.tag.endswith("}text"))
    assert "Run R-1" in words and "A-" in words and root.find("{*}title") is not None
    assert "var(--" not in drawn.read_text(encoding="utf-8")
    assert not re.search(r"""(href|src)=["']https?:""", drawn.read_text(encoding="utf-8"))
    picture = saved(page, "png", panel, tmp_path)
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and picture.stat().st_size > 10_000
    assert "R-1" in picture.name
    rows = list(csv.reader(saved(page, "csv", "figure[id$='-leaders']", tmp_path).open(encoding="utf-8-sig")))
    assert rows[0][:2] == ["Account", "First"] and rows[0][-1] == "run" and rows[1][-1] == "R-1"


def test_the_table_beside_the_network_holds_every_tie(page: Any, address: str) -> None:
    page.goto(f"{address}/group")
    ready(page)
    network_drawn(page)
    page.locator(".card:has(.network) [data-tool=table]").click()
    table = page.locator("table[data-name=ties]")
    table.wait_for()
    ties = int(re.findall(r" of ([\d,]+) ties?\.", page.locator(".hides").inner_text())[0].replace(",", ""))
    assert table.locator("tbody tr").count() == ties


def test_the_network_layout_by_keyboard_and_in_the_address(page: Any, address: str) -> None:
    page.goto(f"{address}/group")
    ready(page)
    network_drawn(page)
    assert page.get_by_role("button", name="Delay", exact=True).get_attribute("aria-pressed") == "true"
    assert page.locator(".netrefine").count() == 1
    page.locator(".netboxes").focus()
    for key, layout in (("3", "both"), ("2", "delay"), ("1", "network")):
        page.keyboard.press(key)
        page.wait_for_function(f"() => location.search.includes('layout={layout}')")
    assert "Force layout, stored with the run" in page.locator(".network").inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('node=A-')")
    code = re.findall(r"node=(A-\d+)", page.url)[0]
    assert code in page.locator(".netnote").inner_text()
    page.keyboard.press("f")
    page.keyboard.type("A-999999")
    page.keyboard.press("Enter")
    assert "No account A-999999 in this picture" in page.locator(".netnote").inner_text()
    page.reload()
    ready(page)
    network_drawn(page)
    assert page.get_by_role("button", name="Network", exact=True).get_attribute("aria-pressed") == "true"
    assert code in page.locator(".netnote").inner_text()
    with page.expect_download() as saved:
        page.locator(".card:has(.network) [data-tool=svg]").click()
    text = saved.value.path().read_text("utf-8")
    assert "Colour: platform" in text and text.count("<circle") + text.count("<path") > 8
    with page.expect_download() as saved:
        page.get_by_role("link", name="GEXF").click()
    gexf = saved.value.path().read_text("utf-8")
    assert (
        "viz:position" in gexf and "viz:color" in gexf and not re.search(r'id="(x|telegram|facebook|mastodon):', gexf)
    )


def test_a_run_that_is_not_there(page: Any, address: str) -> None:
    page.goto(f"{address}/groups?run=R-77")
    assert ready(page).inner_text() == "There is no such run"
    page.get_by_role("link", name="Open the newest run").click()
    ready(page, "group|circle|pair")
