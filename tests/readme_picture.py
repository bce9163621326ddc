"""The picture in the README: the page Groups of the worked example, as a browser shows it.

``python -m tests.readme_picture`` draws it anew into ``notebooks/readme.png``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from dashboards.server.app import create_app
from dashboards.server.connections import listen
from dashboards.server.serve import HOST, bound
from graph.case.load import load
from graph.runs.pipeline import find
from graph.stores import open_case
from ingest.synthetic import write_demo

PICTURE = Path(__file__).resolve().parent.parent / "notebooks" / "readme.png"
SIZE: ViewportSize = {"width": 1280, "height": 820}


def draw(picture: Path = PICTURE) -> Path:
    """Build the worked example, open its groups, keep what is seen."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_case(f"{folder}/demo", create=True)
        load(store, write_demo(Path(folder) / "files"))
        find(store)
        sock = bound(HOST, 8400)
        threading.Thread(target=listen, args=(create_app(store), sock), daemon=True).start()
        photograph(f"http://{HOST}:{sock.getsockname()[1]}/groups", picture)
        store.close()
    return picture


def photograph(url: str, picture: Path) -> None:
    """A page as PNG, once nothing moves on it any more."""
    browser_file = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as play:
        # Root has no sandbox to give.
        browser = play.chromium.launch(executable_path=browser_file, chromium_sandbox=os.getuid() != 0)
        page = browser.new_page(viewport=SIZE)
        page.goto(url)
        page.wait_for_selector("h1#title", timeout=120_000)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500)  # the map is drawn a moment after its data are there
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    print(draw())
