"""Every page as a picture, at three widths, light and dark, on cases of every size, and sheets to look at them side by side.

    python tests/pictures.py --out pictures [--case small] [--width 390] [--page group]

Needs Chromium. Nothing is compared: the pictures are for eyes, ``make axe`` and the page tests are for machines.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from bench_pages import served
from fixtures_browser import FLAGS, executable
from fixtures_cases import SMALL
from fixtures_sizes import FORTY, LONG, case_of
from PIL import Image, ImageDraw

from dashboards.pages import PAGES
from dashboards.server.app import create_app
from graph.case.load import load
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from graph.stores.base import Store
from ingest.synthetic import write_demo

WIDTHS, THEMES = (1440, 1280, 390), ("light", "dark")
TALLEST = 3_200
"""Pixels of a page that are kept: below that, tables repeat themselves."""


def demo(folder: Path) -> Store:
    """The worked example, small, with a second run so that there is something to compare."""
    store = open_case(str(folder / "case"), create=True)
    load(store, write_demo(folder / "files", seed=3, plan=SMALL))
    find(store, Settings(traces=("link",), windows_s=(60.0, 600.0)))
    find(store, Settings())
    return store


def nothing(folder: Path) -> Store:
    """Files with a run that found nothing."""
    store = open_case(str(folder / "case"), create=True)
    load(store, write_demo(folder / "files", seed=3, plan=SMALL.noise_only()))
    find(store, Settings())
    return store


CASES: dict[str, Callable[[Path], Store]] = {
    "demo": demo,
    "three": lambda folder: case_of(folder, [3], accounts=3),
    "300": lambda folder: case_of(folder, [120, 60, 40, 30, 20, 10, 8, 6, 3, 3], accounts=400),
    "parts": lambda folder: case_of(folder, [78, 66, 58, 44, 36, 30, 28], each=11, minutes=True, parts=True),
    "5000": lambda folder: case_of(folder, [5_000], accounts=5_000, each=2),
    "hosts": lambda folder: case_of(folder, [80, 30], platforms=FORTY),
    "long": lambda folder: case_of(folder, [12, 5], host=f"{LONG}.example"),
    "nothing": nothing,
    "empty": lambda folder: open_case(str(folder / "case"), create=True),
}


def addresses(store: Store) -> Iterator[tuple[str, str]]:
    """Every page, those of one thing on the first there is."""
    from graph.report.report import Report

    report = Report(store) if store.runs() else None
    for page in PAGES:
        name = page.PATH.strip("/") or "start"
        if page.PATH not in ("/evidence", "/object"):
            yield name, page.PATH
    if report is None or report.ties().empty:
        return
    if report.groups()["whole_id"].notna().any():
        yield "group-whole", "/group?set=whole"
    tie = report.ties().iloc[0]
    ends = {"a": tie["account_a"], "b": tie["account_b"], "trace": tie["trace"], "window": f"{tie['window_s']:g}"}
    yield "evidence", f"/evidence?{urlencode(ends)}"
    yield "account", f"/evidence?{urlencode({'account': tie['account_a']})}"
    if isinstance(tie["group_id"], str):
        met = report.objects(tie["group_id"]).iloc[0]
        yield "object", f"/object?{urlencode({'trace': met['trace'], 'object': met['object']})}"


def shoot(browser: Any, address: str, width: int, theme: str) -> bytes:
    """One page, whole, once it has come to rest."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    page.locator("h1").wait_for()
    with suppress(Exception):  # a page that asks again and again is shown as it is
        page.wait_for_load_state("networkidle", timeout=15_000)
    with suppress(Exception):  # what is being counted is waited for, for a while
        page.wait_for_function("() => !document.querySelector('.waiting')", timeout=15_000)
    page.wait_for_timeout(500)
    high = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
    page.set_viewport_size({"width": width, "height": max(900, high)})
    page.wait_for_timeout(300)
    taken: bytes = page.screenshot()
    context.close()
    return taken


def sheet(pictures: Sequence[tuple[str, bytes]], across: int = 4, wide: int = 480) -> Image.Image:
    """Pictures side by side, each under its name."""
    small = []
    for name, content in pictures:
        image = Image.open(io.BytesIO(content)).convert("RGB")
        small.append((name, image.resize((wide, round(image.height * wide / image.width)))))
    rows = [small[k : k + across] for k in range(0, len(small), across)]
    heights = [max(image.height for _, image in row) + 24 for row in rows]
    made = Image.new("RGB", (across * (wide + 12), sum(heights)), "#888")
    draw, top = ImageDraw.Draw(made), 0
    for row, high in zip(rows, heights, strict=True):
        for k, (name, image) in enumerate(row):
            draw.text((k * (wide + 12) + 4, top + 6), name, fill="white")
            made.paste(image, (k * (wide + 12), top + 24))
        top += high
    return made


def main() -> None:
    """Make the pictures that were asked for."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--case", action="append", choices=CASES, help="one of the cases (default: all)")
    parser.add_argument("--width", action="append", type=int, choices=WIDTHS, help="one of the widths (default: all)")
    parser.add_argument("--theme", action="append", choices=THEMES, help="light or dark (default: both)")
    parser.add_argument("--page", action="append", help="one page by its name, such as group (default: all)")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=[*FLAGS, "--no-sandbox"])
        for case in args.case or CASES:
            with TemporaryDirectory() as folder:
                store = CASES[case](Path(folder) / case)
                _case(browser, store, case, args)
                store.close()
        browser.close()


def _case(browser: Any, store: Store, case: str, args: argparse.Namespace) -> None:
    wanted = [(name, path) for name, path in addresses(store) if not args.page or name in args.page]
    with served(create_app(store)) as host:
        for width in args.width or WIDTHS:
            for theme in args.theme or THEMES:
                taken = [(name, shoot(browser, host + path, width, theme)) for name, path in wanted]
                for name, content in taken:
                    (args.out / f"{case}-{name}-{width}-{theme}.png").write_bytes(content)
                sheet(taken, wide=480 if width > 400 else 300).save(args.out / f"sheet-{case}-{width}-{theme}.png")
                print(f"{case} {width} {theme}: {len(taken)} pages", flush=True)


if __name__ == "__main__":
    main()
