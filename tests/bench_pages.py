"""How fast the pages are: Group at 1,000 and 5,000 accounts, Groups of a run over 50,000, beside dash-cytoscape.

    python tests/bench_pages.py --out pages.md

Every row is the same case in the same browser in the same run: figures are medians of CPU seconds (server and browser) and of
wall seconds, which say little on a busy machine. Needs Chromium and the extra ``peers``; ``--quick`` draws small cases.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np
from fixtures_browser import FLAGS, executable
from fixtures_sizes import case_of
from waitress.server import create_server

from dashboards.components.base import State
from dashboards.components.network_data import network_columns
from dashboards.server.app import create_app
from graph.report.report import Report
from graph.stores.base import Store

READY = (
    "() => document.querySelector('.network[data-ready]') && document.querySelector('.netlayer text, .netstage text')"
)
TABLE = "() => document.querySelector('.ranked [data-row] a') && document.querySelector('#group-map svg')"
DRAWN = "() => window.cy_ready === true"
FRAME = "await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));"
SLIDE = f"""async () => {{
  const slider = document.querySelector('.strength'), set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  for (let k = 0; k < 6; k++) {{
    set.call(slider, +slider.value + (k < 3 ? 1 : -1));
    slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
    {FRAME}
  }}
}}"""
BRUSH = f"""async () => {{
  const {{ first, last }} = document.querySelector('.brushable').dataset;
  for (let k = 0; k < 6; k++) {{
    const to = new Date(Date.parse(last) - k * 86400000).toISOString().slice(0, 10);
    dispatchEvent(new CustomEvent('lockstep:period', {{ detail: {{ from: first, to }} }}));
    {FRAME}
  }}
}}"""
FILTER = f"""async () => {{
  for (let k = 0; k < 6; k++) {{
    window.cy.batch(() => {{ window.cy.edges().show(); window.cy.edges(`[n < ${{4 + (k % 3)}}]`).hide(); }});
    {FRAME}
  }}
}}"""
CHANGES = 6


@dataclass(frozen=True)
class Measured:
    """One page, measured some times.

    Attributes
    ----------
    cpu_s, wall_s : float
        Median of server and browser CPU, and of the wait, from the address to a page that answers.
    answers_ms : dict
        CPU of the page's own thread for one change, drawing included: the same on a busy machine and on an idle one.
    """

    page: str
    accounts: int
    ties: int
    cpu_s: float
    wall_s: float
    heap_mb: float
    answers_ms: dict[str, float]


@contextmanager
def served(app: Any) -> Iterator[str]:
    """An app on a free loopback port."""
    server = create_server(app.server, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(5)


def measure(browser: Any, address: str, ready: str, changes: dict[str, str], rounds: int) -> dict[str, Any]:
    """Open an address some times; the first time warms the server and is not counted."""
    cpu, wall, heap = [], [], []
    answers: dict[str, list[float]] = {name: [] for name in changes}
    for k in range(rounds + 1):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.set_default_timeout(180_000)
        session = context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        start, own = perf_counter(), process_time()
        page.goto(address)
        page.wait_for_function(ready)
        took, server = perf_counter() - start, process_time() - own
        found = metrics(session)
        if k:
            wall.append(took)
            cpu.append(server + found["TaskDuration"])
            heap.append(found["JSHeapUsedSize"] / 1e6)
            for name, script in changes.items():
                before = metrics(session)["TaskDuration"]
                page.evaluate(script)
                answers[name].append(1000 * (metrics(session)["TaskDuration"] - before) / CHANGES)
        context.close()
    medians = {name: statistics.median(values) for name, values in answers.items()}
    return {
        "cpu_s": statistics.median(cpu),
        "wall_s": statistics.median(wall),
        "heap_mb": statistics.median(heap),
        "answers_ms": medians,
    }


def metrics(session: Any) -> dict[str, float]:
    """What Chromium says of a page: CPU seconds of its thread, bytes of its heap."""
    return {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}


def cytoscape_page(store: Store) -> Any:
    """The same accounts and ties as elements of dash-cytoscape, placed beforehand as its fastest settings want."""
    import dash_cytoscape as cyto
    from dash import Dash, html

    data = network_columns(Report(store), State("/group", {"group": "g0"}))
    number = len(data["nodes"]["code"])
    draw = np.random.default_rng(1)
    nodes = [
        {"data": {"id": str(k), "label": code}, "position": {"x": float(x) * 900, "y": float(y) * 600}}
        for k, (code, (x, y)) in enumerate(zip(data["nodes"]["code"], draw.random((number, 2)), strict=True))
    ]
    t = data["ties"]
    edges = [
        {"data": {"source": str(a), "target": str(b), "n": n}}
        for a, b, n in zip(t["a"], t["b"], t["observed"], strict=True)
    ]
    look = [{"selector": "edge", "style": {"curve-style": "haystack", "width": 1}}]
    app = Dash("peer", assets_folder="none")
    network = cyto.Cytoscape(
        id="peer", elements=[*nodes, *edges], layout={"name": "preset"}, stylesheet=look, style={"height": "700px"}
    )
    app.layout = html.Div([html.H1("Peer"), network])
    found = "const c = document.querySelector('#peer')?._cyreg?.cy; if (c && c.nodes().length) { window.cy = c; c.one('render', () => { window.cy_ready = true; }); c.forceRender(); } else setTimeout(look, 20);"
    app.index_string = app.index_string.replace(
        "</body>", f"<script>(function look() {{ {found} }})();</script></body>"
    )
    return app


def sizes_of_run(groups: int, seed: int = 2) -> list[int]:
    """Many small groups and a few large ones."""
    draw = np.random.default_rng(seed)
    return sorted((3 + np.floor(draw.pareto(1.4, groups) * 3)).clip(3, 400).astype(int).tolist(), reverse=True)


def run(browser: Any, folder: Path, quick: bool, rounds: int) -> list[Measured]:
    """Every row of the table."""
    rows = []
    for accounts in (60, 200) if quick else (1_000, 5_000):
        store = case_of(folder / f"group-{accounts}", [accounts], each=4)
        ties = Report(store).ties("g0").shape[0]
        with served(create_app(store)) as address:
            found = measure(browser, f"{address}/group", READY, {"slider": SLIDE, "days": BRUSH}, rounds)
            rows.append(Measured("Group", accounts, ties, **found))
        if find_spec("dash_cytoscape"):
            with served(cytoscape_page(store)) as address:
                found = measure(browser, address, DRAWN, {"hide ties": FILTER}, rounds)
                rows.append(Measured("dash-cytoscape, same network", accounts, ties, **found))
        store.close()
    for parts, size, each in ((3, 20, 4), (4, 30, 4)) if quick else ((8, 125, 95), (20, 250, 10)):
        store = case_of(folder / f"network-{parts * size}", [size] * parts, each=each, minutes=True, parts=True)
        with served(create_app(store)) as address:
            found = measure(browser, f"{address}/group?set=whole", READY, {"slider": SLIDE, "days": BRUSH}, rounds)
            rows.append(Measured("Group, network of the whole set", parts * size, len(Report(store).ties()), **found))
        store.close()
    whole = 500 if quick else 50_000
    store = case_of(folder / "run", sizes_of_run(20 if quick else 2_600), accounts=whole, headings=("groups", "closed"))
    with served(create_app(store)) as address:
        found = measure(browser, f"{address}/groups", TABLE, {}, rounds)
        rows.append(Measured("Groups", whole, Report(store).ties().shape[0], **found))
    store.close()
    return rows


def markdown(rows: Sequence[Measured]) -> str:
    """The table, and how many times less than the peer."""
    lines = [
        "| page | accounts | ties | CPU s to interactive | wall s | heap MB | one change, CPU ms |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for row in rows:
        changes = ", ".join(f"{name} {ms:.0f}" for name, ms in row.answers_ms.items()) or "–"
        lines.append(
            f"| {row.page} | {row.accounts:,} | {row.ties:,} | {row.cpu_s:.1f} | {row.wall_s:.1f} | {row.heap_mb:.0f} | {changes} |"
        )
    pairs = [(a, b) for a, b in pairwise(rows) if b.page.startswith("dash-cytoscape")]
    lines += [
        f"\nAt {a.accounts:,} accounts Group takes {a.cpu_s / b.cpu_s:.2f} times the CPU of dash-cytoscape's bare network."
        for a, b in pairs
    ]
    if not pairs:
        lines.append("\ndash-cytoscape is not installed, so nothing stands beside these: pip install '.[peers]'.")
    lines.append(
        "\nTargets: slider and days answer in 100 ms at 5,000 accounts; a network is readable in 3 s at 1,000 accounts and 45,000 ties, in 6 at 5,000; Groups readable in 3 s at 50,000."
    )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(arguments)
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=[*FLAGS, "--no-sandbox"])
        text = markdown(run(browser, Path(folder), asked.quick, asked.rounds))
        browser.close()
    if asked.out:
        asked.out.write_text(text + "\n", "utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
