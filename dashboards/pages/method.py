"""Page Method: settings, tests, files, versions and limits of a run, and how to cite it."""

from __future__ import annotations

import platform as machine
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request

from dashboards import words
from dashboards.briefing.method import method
from dashboards.components.base import Child, Children, Reports, State, attributes
from dashboards.components.figure_tables import pictured
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import block, columns, page, pairs, points, source_line
from dashboards.components.tables import Cells, Column, Row, Value, number, table
from dashboards.figures.window_sweep import swept
from dashboards.local import audit
from dashboards.pages.legal import legal_block
from dashboards.pages.nothing import no_run
from dashboards.words.caveats import first, limits
from dashboards.words.groups import worlds_of
from dashboards.words.methods import citation
from dashboards.words.power import answer_of
from dashboards.words.settings import settings_rows
from graph.privacy import sanitize

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/method"
LIVE = True
TITLE = "How was this found, and can I trust it?"
NAV = "Method"
PARENT = "/method"

SHOWN = 200
_LIBRARIES = ("polars", "pyarrow", "numpy", "scipy", "networkx")


def layout(report: Report, state: State) -> Component:
    """The page for one run."""
    if report.run is None:
        return no_run(state)
    run, layers, groups = report.run, report.layers(), report.groups()
    worlds = worlds_of(run, groups)
    overview = report.overview()
    said = method(run.get("settings") or {}, layers, worlds, str(run.get("method")), run, report.described_methods())
    main: list[Child] = [
        _quote(citation.paragraph(run, overview, layers, worlds, groups, answer_of(report).kind)),
        block("What the words and numbers mean", *(_folded(name, text) for name, text in said)),
        _settings(report, state),
        *_windows(report),
        _sources(report),
        legal_block(report.legal_position()),
        _runs(report, state),
    ]
    aside: list[Child] = [
        _cite(citation.citation(run, sanitize.clean(str(report.store.name)))),
        block("What this does not show", points([*first(report), *limits(report)])),
        _versions(run),
        _log(str(getattr(report.store, "address", ""))),
    ]
    return page(
        TITLE,
        f"Run {words.run_name(run)}, finished {words.clock(run.get('finished_at'), 'min', year=True)} UTC. The same settings on"
        " the same files give the same run.",
        columns(main, aside),
        actions=[html.A("Settings as CSV", href=state.href("/files/method.csv"), className="btn", download="")],
    )


def copied(text: str, what: str) -> Component:
    """A button that copies words."""
    named = attributes(data_copy=text, data_said=f"{what} is copied.", aria_label=f"Copy: {what}")
    return html.Button("Copy", type="button", className="txt", **named)


def _quote(text: str) -> Component:
    return block(
        "In one paragraph, to quote",
        html.Blockquote(text, className="quote", id="paragraph"),
        copied(text, "The paragraph"),
        anchor="quote",
    )


def _folded(name: str, text: str) -> Component:
    return html.Details([html.Summary(name), html.P(text)], className="fold", open=True)


def _settings(report: Report, state: State) -> Component:
    rows: list[Cells] = [
        [said, value, html.Span(key, className="code")] for said, value, key in settings_rows(report.run)
    ]
    layers = report.layers()
    looked: list[Cells] = [
        [
            words.trace(r["trace"]),
            words.window(r["window_s"]),
            *(number(r[c]) for c in ("accounts", "actions", "objects", "family_a", "family_b", "ties", "closed")),
            Value(words.expected(r["ties_shuffled"]), r["ties_shuffled"]),
            number(r["explained"]),
        ]
        for r in layers.to_dict("records")
    ]
    heads = ["Accounts", "Actions", "Objects", "Pairs, who-and-when test", "Pairs, timing test", "Ties"]
    head = [
        Column("Behaviour"),
        Column("Window"),
        *(Column(h, True) for h in heads),
        Column("Closed", True, "on things hardly anyone else shared"),
        Column("Shuffled", True, "ties left when posting times are shuffled"),
        Column("Explained", True, "pairs that chance explains"),
    ]
    return block(
        "Settings",
        table(["Setting", "Value", "Name"], rows, wide=True, name="settings"),
        html.H3("What was tested"),
        table(head, looked, wide=True, name="layers"),
        anchor="settings",
    )


def _windows(report: Report) -> list[Child]:
    """Figures of all windows, for a run with a window sweep."""
    pictures = swept(report.windows(), report.layers())
    if not pictures:
        return []
    lead = "The window is the longest time between two posts that count as together. This run tested several."
    panels = [pictured(f"windows-{number}", picture, source_line(report)) for number, picture in enumerate(pictures, 1)]
    return [block("What each window finds", html.P(lead), *panels, anchor="windows")]


def _sources(report: Report) -> Component:
    files = report.store.sources().to_pylist()
    used = set(report.run.get("source_ids") or [s["source_id"] for s in files])
    rows: list[Cells] = [
        [
            html.Span(sanitize.clean(str(s["file_name"])), className="code"),
            f"{s['reader']} {s['reader_version']}",
            number(s["rows_kept"]),
            number(s["rows_skipped"]),
            words.days(s["first_at"], s["last_at"]),
            Value(html.Span(f"{s['sha256'][:12]}…", className="code", title=s["sha256"]), s["sha256"])
            if s["sha256"]
            else words.NONE,
        ]
        for s in files[:SHOWN]
        if s["source_id"] in used
    ]
    gone = len(used - {s["source_id"] for s in files})
    later = len([s for s in files if s["source_id"] not in used])
    notes = [
        f"{words.counted(gone, 'file')} of this run {'was' if gone == 1 else 'were'} removed from the case since."
        if gone
        else "",
        f"{words.counted(later, 'file')} {'was' if later == 1 else 'were'} added later and {'is' if later == 1 else 'are'} not in it."
        if later
        else "",
        f"The first {words.count(SHOWN)} of {words.count(len(files))}." if len(files) > SHOWN else "",
    ]
    head = [
        *(Column(c) for c in ("File", "Read as")),
        *(Column(c, True) for c in ("Kept", "Skipped")),
        *(Column(c) for c in ("From – to, UTC", "SHA-256")),
    ]
    return block(
        "Files",
        table(head, rows, wide=True, name="files"),
        html.P(" ".join(n for n in notes if n), className="src") if any(notes) else None,
        anchor="files",
    )


def _runs(report: Report, state: State) -> Component:
    runs = list(reversed(report.store.runs()))
    rows = [
        Row(
            [
                dcc.Link(words.run_name(r), href=f"{PATH}?run={words.run_name(r)}", className="name"),
                words.how(r.get("settings") or {}) or "All behaviours in the data",
                number((r.get("counts") or {}).get("groups")),
                number((r.get("counts") or {}).get("ties")),
                words.clock(r.get("finished_at"), "min", year=True),
                html.Span(str(r["run_id"]), className="code"),
            ],
            class_name="sel" if r["run_id"] == report.run["run_id"] else "",
            reachable=True,
        )
        for r in runs[:SHOWN]
    ]
    head = [
        *(Column(c) for c in ("Run", "Searched for")),
        *(Column(c, True) for c in ("Groups", "Ties")),
        *(Column(c) for c in ("Finished, UTC", "Id")),
    ]
    cut = f"The newest {words.count(SHOWN)} of {words.count(len(runs))}. " if len(runs) > SHOWN else ""
    return block(
        "Runs of this case",
        table(head, rows, wide=True, name="runs"),
        html.P(f"{cut}A run never changes. Every search makes a new run.", className="src"),
        anchor="runs",
    )


def _cite(text: str) -> Component:
    return block("How to cite this run", html.P(text, id="citation"), copied(text, "The citation"))


def _versions(run: Mapping[str, Any]) -> Component:
    made = str(run.get("version") or words.NONE)
    now = _version("lockstep")
    rows: list[tuple[str, Children]] = [
        ("Run made by", f"Lockstep {made}; method: {run.get('method') or words.NONE}"),
        ("Shown by", f"Lockstep {now}" if now else "this checkout"),
        ("Python", machine.python_version()),
        *((name, found) for name in _LIBRARIES if (found := _version(name))),
    ]
    return block("Versions", pairs(rows))


def _log(case: str) -> Component:
    """The last lines of the case's log, and the state of its chain."""
    file = audit.log_file(case)
    try:
        state = audit.check(file).in_words()
    except OSError:
        state = "The log cannot be read."
    rows: list[Cells] = [
        [
            str(line.get("at"))[:16].replace("T", " "),
            " ".join(sanitize.clean(str(line[key])) for key in ("kind", "file", "command", "what") if line.get(key)),
            sanitize.clean(str(line.get("by"))),
            sanitize.clean(str(line.get("role"))),
        ]
        for line in audit.last_lines(file)
    ]
    heads = [Column("At, UTC"), Column("Done"), Column("By"), Column("Role")]
    shown = table(heads, rows, name="log") if rows else None
    return block("Log of logins, reveals, exports and deletions", html.P(state), shown, anchor="log")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def register(app: Dash, reports: Reports) -> None:
    """Gives settings and what is said of the run as a CSV."""

    def method_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        kept = [{"what": said, "value": value, "name": key} for said, value, key in settings_rows(report.run)]
        kept.append(
            {"what": "Citation", "value": citation.citation(report.run, str(report.store.name)), "name": "cite"}
        )
        return csv_file(pl.DataFrame(kept), "method", report.run)

    app.server.add_url_rule("/files/method.csv", "method_file", method_file)
