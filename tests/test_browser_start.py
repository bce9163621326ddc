"""From nothing to loaded files in a real browser: a new case, files dropped, looked at, loaded, or put away."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fixtures_browser import watched
from test_browser_find import titled

from dashboards.server.app import create_app
from dashboards.server.serve import Beside
from graph.stores import open_case
from graph.stores.base import Store

pytestmark = pytest.mark.browser

GOOD = "id,author,created_at,text\n" + "".join(
    f"{n},a{n % 3},2026-05-04T08:{n:02}:00Z,Hello https://larch.example/{n // 2}\n" for n in range(40)
)
TWO = {"name": "<b>good.csv", "mimeType": "text/csv", "buffer": GOOD.encode()}
BAD = {"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 not an export"}


@pytest.fixture(scope="module")
def empty_case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A case with nothing in it."""
    store = open_case(str(tmp_path_factory.mktemp("start") / "case"), create=True)
    yield store
    store.close()


@pytest.fixture(scope="module")
def address(empty_case: Store, serve: Any) -> Iterator[str]:
    beside = Beside()
    yield serve(create_app(empty_case, beside=beside))
    beside.close()


def drop(page: Any, files: list[dict[str, Any]]) -> None:
    """Let files fall on the page, as a person would."""
    page.evaluate(
        """files => {
            const data = new DataTransfer();
            for (const file of files) data.items.add(new File([file.text], file.name));
            document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
        }""",
        [{"name": file["name"], "text": file["buffer"].decode()} for file in files],
    )


def test_files_are_checked_before_they_are_loaded(page: Any, address: str, empty_case: Store) -> None:
    page.goto(address)
    titled(page, "What do you want to find out")
    drop(page, [TWO, BAD])
    page.get_by_role("button", name="Load 1 file").wait_for()
    assert "files=" in page.url and empty_case.sources().num_rows == 0
    assert page.locator("table[data-name=files] tbody tr").count() == 2
    said = page.locator("[data-drop]").inner_text()
    assert "notes.pdf is not loaded until fixed" in said and "_b_good.csv" in said and "40" in said
    page.reload()
    page.get_by_role("link", name="See what was found").click()
    assert titled(page, "notes.pdf") == "notes.pdf could not be read"
    assert "Nothing from this file is in the case" in page.locator(".lead").inner_text()
    page.get_by_role("link", name="Back to the files").click()
    page.get_by_role("button", name="Load 1 file").click()
    page.get_by_role("link", name="Find groups").wait_for()
    page.locator("table[data-name=cases] td", has_text="40").first.wait_for()  # no reload is needed
    empty_case.refresh()
    assert empty_case.count("posts") == 40
    waiting = Path(os.environ["LOCKSTEP_STATE"]) / "uploads"
    assert not list(waiting.iterdir()), "what was uploaded is gone"
    page.get_by_role("link", name="See the files").click()
    titled(page, "What came in")
    assert "40 posts by 3 accounts from 1 file" in page.locator(".lead").inner_text()
    page.goto(address)
    titled(page, "What do you want")
    drop(page, [TWO])
    page.get_by_text("Already in the case. Loading it again changes nothing.").wait_for()


def test_files_are_read_another_way_and_put_away(page: Any, address: str, tmp_path: Path) -> None:
    uploads = Path(os.environ["LOCKSTEP_STATE"]) / "uploads"
    before = set(uploads.iterdir()) if uploads.exists() else set()  # of tests that ran before
    own = tmp_path / "odd.csv"
    own.write_text("who,said,when\nann,Hello there,2026-05-04 10:00\nben,Hello too,2026-05-04 10:01\n", "utf-8")
    page.goto(address)
    titled(page, "What do you want")
    with page.expect_file_chooser() as found:
        page.get_by_role("button", name="choose files").click()
    found.value.set_files(str(own))
    page.locator("table[data-name=files]").wait_for()
    first = page.url
    page.get_by_text("Change how these files are read").click()
    page.locator("#start-map").fill("account=who,text=said,time=when")
    page.locator("#start-tz").fill("Europe/Oslo")
    page.get_by_role("button", name="Check again").click()
    page.wait_for_url(lambda url: url != first)
    page.get_by_role("button", name="Load 1 file").wait_for()
    assert "Europe/Oslo" in page.locator("[data-drop]").inner_text()
    page.get_by_role("button", name="Discard").click()
    page.wait_for_url(re.compile(r"/$"))
    assert set(uploads.iterdir()) == before


def test_a_folder_of_this_machine(page: Any, address: str, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "one.csv").write_text(GOOD, "utf-8")
    page.goto(address)
    titled(page, "What do you want")
    page.get_by_text("Or from a folder on this computer").click()
    page.locator("#start-path").fill(str(tmp_path / "nowhere"))
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("alert").filter(has_text="no file or folder").wait_for()
    page.locator("#start-path").fill(str(tmp_path / "exports"))
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator("table[data-name=files]").wait_for()


def test_a_new_case_opens_beside_this_one(page: Any, address: str, empty_case: Store) -> None:
    page.goto(address)
    titled(page, "What do you want")
    page.get_by_text("Create a new case").click()
    page.locator("#start-name").fill("Spring – élection 🌲")
    page.get_by_role("button", name="Create case").click()
    page.locator(".case b").get_by_text("Spring – élection 🌲", exact=True).wait_for()
    assert not page.url.startswith(address)
    assert (Path(empty_case.address).parent / "Spring-élection" / "case.json").is_file()
    page.goto(address)
    page.get_by_role("button", name="Spring – élection 🌲").click()
    page.locator(".case b").get_by_text("Spring – élection 🌲", exact=True).wait_for()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_clipped(browser: Any, address: str, width: int) -> None:
    with watched(browser, width=width) as page:
        page.goto(address)
        titled(page, "What do you want")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
