"""PDF: the web page, printed by a browser of this machine that has no access to the network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from dashboards.briefing.formats.html import WebPage
from dashboards.briefing.outline import Outline
from ingest.errors import LockstepError
from ingest.scratch import Scratch

SECONDS = 120
_COMMANDS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser"),
)
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
_ALONE = (
    *("--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--hide-scrollbars"),
)
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")


class Pdf:
    """A4 pages with headings, tags and descriptions for screen readers."""

    name = "pdf"
    title = "PDF"
    suffix = ".pdf"
    media = "application/pdf"

    def missing(self) -> str | None:
        """A browser prints it."""
        if browser():
            return None
        return "needs Chromium, Chrome or Edge on this machine. Or open the web page in any browser and print it there."

    def render(self, outline: Outline) -> bytes:
        """The pages.

        Raises
        ------
        LockstepError
            If the browser fails or takes too long.
        """
        with Scratch("pdf") as folder:
            page, made = folder / "briefing.html", folder / "briefing.pdf"
            page.write_bytes(WebPage().render(outline))
            printed(page, made, folder / "profile")
            return dated(made.read_bytes(), outline)


def browser() -> str | None:
    """A browser that prints without a window: ``LOCKSTEP_BROWSER``, or the first found here."""
    named = os.environ.get("LOCKSTEP_BROWSER")
    if named:
        return shutil.which(named)
    found = (shutil.which(command) for command in _COMMANDS)
    return next((path for path in found if path), next((place for place in _PLACES if Path(place).is_file()), None))


def printed(page: Path, target: Path, profile: Path) -> None:
    """Print a file with the browser."""
    # Chromium refuses its sandbox to root; the page runs no script and is our own.
    root = ["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else []
    command = [str(browser()), *_ALONE, *root, f"--user-data-dir={profile}", "--no-pdf-header-footer"]
    command += ["--generate-pdf-document-outline", f"--print-to-pdf={target}", page.as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LockstepError(f"The browser did not print the PDF: {type(error).__name__}.", hint=_INSTEAD) from error
    if done.returncode or not target.is_file():
        raise LockstepError(f"The browser did not print the PDF (it ended with {done.returncode}).", hint=_INSTEAD)


_INSTEAD = "Write the web page (--format html) and print it from a browser."


def dated(pdf: bytes, outline: Outline) -> bytes:
    """The file with the run's date in place of the moment of printing, at the same length."""
    when = outline.finished_at
    stamp = when.strftime("%Y%m%d%H%M%S").encode() if when else b"19800101000000"
    return _DATE.sub(lambda m: m[0].replace(re.search(rb"D:\d{14}", m[0])[0], b"D:" + stamp), pdf)  # type: ignore[index]
