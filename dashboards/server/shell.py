"""Frame of every page: top bar, list of pages with the run in use, shortcuts, and the waiting state."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child, Reports, State, attributes
from dashboards.pages.nothing import NoRun
from dashboards.server import roles
from dashboards.server.access import READER

if TYPE_CHECKING:
    from graph.report.report import Report

_FOR_ANY_RUN = ("/", "/sources", "/groups", "/method", "/briefing", "/search")
"""Pages that can show any run."""

_KEYS = (
    ("?", "These shortcuts"),
    ("J  K", "Next, previous row, tie or group"),
    ("Enter", "Open the row in focus"),
    ("Esc", "Back to the page above this one"),
    ("T", "Table of the figure in focus"),
    ("C", "Copy the address of the row in focus, made safe to paste"),
    ("P", "Pin to the briefing"),
    ("D", "Show or hide a published method beside the groups"),
    ("1  2  3", "Verdict: confirmed, unsure, rejected; in a network: network, delay, both"),
    ("F  ← → ↑ ↓  +  −  0", "In a network: find an account, go to its partners, zoom"),
    ("[  ]", "Show more, fewer ties"),
    ("Shift ← →", "Move the days shown by one day"),
    ("Ctrl Enter", "Start, or save"),
    ("Ctrl S", "Save the draft of a report"),
)


def in_rail(pages: Sequence[ModuleType]) -> list[ModuleType]:
    """Pages listed at the side."""
    return [p for p in pages if getattr(p, "NAV", None)]


def home_link(state: State) -> Child:
    """Link to the first page."""
    return dcc.Link("Open the first page", href=state.href("/"))


def go_key(page: ModuleType) -> str:
    """Letter that opens a page after G: the page's own, or the first of its name."""
    return str(getattr(page, "KEY", page.NAV[0])).lower()


def top(reports: Reports | None, pages: Sequence[ModuleType] = ()) -> list[Child]:
    """Top bar: logo, case with its dates, search, and the note on safe handling."""
    return [
        dcc.Link("Lockstep", href="/", className="brand"),
        html.Div(_case(reports), className="case") if reports else None,
        _search(pages) if reports else None,
        html.Div(
            [html.B("Safe handling on:"), " codes instead of names, no links to click, no media."],
            className="handling",
            title="These pages never show names, working links or media",
        ),
        html.Button(
            "Menu",
            className="btn menu",
            type="button",
            **attributes(data_tool="menu", aria_expanded="false", aria_controls="railnav"),
        ),
    ]


def _search(pages: Sequence[ModuleType]) -> Component | None:
    """Search field, where there is a page ``/search`` for whoever asks."""
    if not any(page.PATH == "/search" and roles.page_allowed(page.PATH) for page in pages):
        return None
    words_ = "Search accounts, links, words"
    field = dmc.TextInput(name="q", placeholder=words_, className="searchfield", **attributes(aria_label=words_))
    return html.Form([field, html.Kbd("/")], action="/search", method="post", role="search", className="search")


def _case(reports: Reports) -> list[Child]:
    sources = reports.store.sources().select(["first_at", "last_at"]).to_pylist()
    first = min((s["first_at"] for s in sources if s["first_at"]), default=None)
    last = max((s["last_at"] for s in sources if s["last_at"]), default=None)
    return [html.B(reports.store.name), html.Span(words.days(first, last)) if first else None]


def rail(reports: Reports, report: Report | NoRun | None, state: State, pages: Sequence[ModuleType]) -> list[Child]:
    """List of pages with their counts, then the run in use."""
    counts = _counts(reports, report, pages)
    shown = [p for p in in_rail(pages) if roles.page_allowed(p.PATH)]
    current = next((p for p in pages if (state.path.rstrip("/") or "/") == p.PATH), None)
    under = getattr(current, "PARENT", None) or (current.PATH if current else None)
    return [
        *[_entry(p, counts.get(p.PATH), state, under == p.PATH) for p in shown],
        _run_box(reports, report, state) if report is not None else None,
        html.Div(
            [
                html.Button("Light or dark", className="txt", type="button", **attributes(data_tool="theme")),
                html.Button("Larger text", className="txt", type="button", **attributes(data_tool="larger")),
                html.Button(
                    ["Shortcuts ", html.Kbd("?")], className="txt", type="button", **attributes(data_tool="shortcuts")
                ),
                html.P(roles.SAID, className="dim") if roles.role() == READER else None,
                _log_out() if not reports.local else None,
            ],
            className="railfoot",
        ),
    ]


def _log_out() -> Component:
    return html.Form(html.Button("Log out", className="txt", type="submit"), action="/logout", method="post")


def _counts(reports: Reports, report: Report | NoRun | None, pages: Sequence[ModuleType]) -> dict[str, str]:
    """Counts shown beside the pages, from a page's own ``count(reports, report)`` where it has one."""
    own = {page.PATH: page.count(reports, report) for page in pages if hasattr(page, "count")}
    counts = {"/sources": words.count(reports.store.sources().num_rows)}
    if report is not None and not isinstance(report, NoRun):
        counts["/groups"] = words.count(report.overview().get("groups"))
    return counts | {path: words.count(number) for path, number in own.items() if number is not None}


def _entry(module: ModuleType, number: str | None, state: State, here: bool) -> Component:
    follows = hasattr(module, "count")  # a count that changes while people work
    own = attributes(id=f"count{module.PATH.replace('/', '-')}" if follows else None)
    label = [html.Span(module.NAV), html.Span(number, className="n", **own) if number or follows else None]
    link = dcc.Link(label, href=state.href(module.PATH), className="to here" if here else "to")
    return html.Div(link, **attributes(data_go_key=go_key(module), aria_current="page" if here else None))


def _run_box(reports: Reports, report: Report | NoRun, state: State) -> Component | None:
    if isinstance(report, NoRun):
        return None
    run = report.run
    settings = run.get("settings", {})
    traces = list(dict.fromkeys(report.layers()["trace"])) or list(settings.get("traces", []))
    said = [words.trace(t) for t in traces]
    windows = words.listed([words.window(w) for w in settings.get("windows_s", [])], "or")
    return html.Div(
        [
            html.Span(f"Run {words.run_name(run)}"),
            html.B(words.listed([said[0], *[s[:1].lower() + s[1:] for s in said[1:]]]) if said else "No behaviour"),
            html.Span(f"within {windows}") if windows else None,
            html.Span(f"seed {run.get('seed')}, {words.day(run.get('finished_at'), year=True)}"),
            _other_runs(reports, run, state),
        ],
        className="runbox",
        **attributes(data_run=words.run_name(run)),
    )


def _other_runs(reports: Reports, run: Any, state: State) -> Component | None:
    records = list(reversed(reports.store.runs()))
    if len(records) < 2:
        return None
    options = [
        html.Option(
            f"{words.run_name(r)}, {words.day(r.get('finished_at'))}: {words.how(r.get('settings', {}))}",
            value=State(state.path if state.path in _FOR_ANY_RUN else "/groups").here(run=words.run_name(r)),
            selected="selected" if r["run_id"] == run["run_id"] else None,
        )
        for r in records
    ]
    return html.Label(["Change run", html.Select(options, **attributes(data_go="1"))])


def shortcuts(pages: Sequence[ModuleType]) -> Component:
    """Panel with the keyboard shortcuts."""
    goes = [(f"G then {go_key(p).upper()}", p.NAV) for p in in_rail(pages)]
    search = [("/", "Search")] if any(p.PATH == "/search" for p in pages) else []
    rows = [html.Div([html.Dt(html.Kbd(keys)), html.Dd(what)]) for keys, what in (*goes, *search, *_KEYS)]
    return html.Dialog(
        [
            html.H2("Shortcuts"),
            html.Dl(rows),
            html.P("Single keys work only outside fields.", className="src"),
            html.P(
                [
                    html.Button("Close", className="btn", type="button", **attributes(data_tool="close")),
                    html.Button("Turn keys off", className="btn", type="button", **attributes(data_tool="keys")),
                ],
                className="row",
            ),
        ],
        id="shortcuts",
        **attributes(aria_label="Shortcuts"),
    )


def waiting() -> list[Child]:
    """Grey bars until the first answer arrives."""
    return [html.Div([html.I(), html.I(), html.I(), html.I()], className="waiting", **attributes(aria_hidden="true"))]
