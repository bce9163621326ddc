"""A real browser on a real app: Chromium of the system, console and network watched by every test that uses ``page``."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from waitress.server import create_server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


def executable() -> str:
    """The browser of this machine; a skip that says what to install, a failure where CI promises one."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("NO BROWSER: install chromium (Debian: apt-get install chromium) to run the page tests.")
        raise AssertionError
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One headless Chromium for the session; without its sandbox only as root, where Chromium has none."""
    path = executable()
    from playwright.sync_api import sync_playwright

    alone = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *alone])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Any], str]]:
    """Serve an app on a free loopback port; gives its address."""
    with ExitStack() as stack:

        def start(app: Any) -> str:
            server = create_server(app.server, host="127.0.0.1", port=0, threads=4)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            stack.callback(thread.join, 5)
            stack.callback(server.close)
            return f"http://127.0.0.1:{server.effective_port}"

        yield start


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page 1440 wide. The test fails if anything was logged as a problem or asked of another host."""
    with watched(browser, width=1440) as found:
        yield found


class watched:
    """A browser page that remembers what went wrong on it."""

    def __init__(self, browser: Any, width: int = 1440, theme: str = "light") -> None:
        self._context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, accept_downloads=True
        )
        self.problems: list[str] = []

    def __enter__(self) -> Any:
        page = self._context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("request", self._asked)
        return page

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning") and "GPU stall" not in message.text:
            self.problems.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any) -> None:
        own_file = request.is_navigation_request() and request.url.startswith("file:")
        if not own_file and not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.problems.append(f"asked another host: {request.url}")

    def __exit__(self, *error: object) -> None:
        self._context.close()
        if error[0] is None:
            assert self.problems == []
