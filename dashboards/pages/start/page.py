"""Page Start: questions to begin with, files, cases and runs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import dash
from dash import ALL, Dash, Input, Output, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child, Reports, State
from dashboards.components.layout import block, drawing, page, points
from dashboards.components.tables import Cells, Column, Row, number, table
from dashboards.figures.trace_icons import drawn
from dashboards.jobs.estimate import kinds_in
from dashboards.local import recent_cases, uploads
from dashboards.pages import protecting
from dashboards.pages.start import callbacks, files, labels, problems
from graph.case.comparisons import in_short
from graph.stores.base import Store
from graph.traces import carried_by
from ingest.errors import LockstepError

PATH = "/"
LIVE = True
TITLE = "What do you want to find out?"
NAV = "Start"
KEY = "H"  # home; S is Sources
PARENT = "/"
NEEDS_RUN = False
OF_CASE = True

CASES_SHOWN = 8
RUNS_SHOWN = 8
DAMAGED = "cannot be read: its files are damaged"

QUESTIONS = (
    ("Who keeps sharing the same links at the same time?", ("link",), "link"),
    ("Who keeps posting nearly the same words?", ("near_text", "text"), "text"),
    ("Who keeps reposting the same posts?", ("repost",), "repost"),
    ("Did anything change after a date?", (), "copost"),
)
"""Each with the traces that answer it, the best first, and its drawing; the last one is about time, not about a trace."""


def layout(reports: Reports, state: State) -> Component:
    """The page; with ``files`` in the address, what is being checked or loaded; with ``file``, why one cannot be read."""
    if state.get("files") and state.get("file"):
        return problems.problem_page(reports, state)
    filled = bool(reports.store.sources().num_rows)
    asks, drop = _asks(reports, state), files.drop_zone(reports, state)
    return page(
        TITLE,
        None,
        html.Div(
            [
                html.Div([asks, drop] if filled else [drop, asks]),
                html.Div(
                    [
                        html.Div(_cases(reports), id="start-cases"),
                        _runs(reports),
                        labels.labels_block(reports),
                        protecting.area_menu(reports),
                        _example(reports),
                    ]
                ),
            ],
            className="cols-start",
        ),
    )


def _asks(reports: Reports, state: State) -> Component:
    able = carried_by(kinds_in(reports.store))
    rows = []
    for question, traces, icon in QUESTIONS:
        ways = [name for name in traces if name in able][:1]
        href = state.href("/find", ways=ways[0] if ways else None) if traces else state.href("/compare")
        rows.append(html.Li(dcc.Link([drawing(drawn(icon)), html.Span(question)], href=href)))
    return html.Ul(rows, className="asks")


def _cases(reports: Reports) -> Component:
    """The cases used here, this one first; on a shared server only this one."""
    addresses = [reports.address]
    if reports.local:
        addresses += [address for address in recent_cases.cases() if address != reports.address]
    rows: list[Cells] = []
    for address in addresses[:CASES_SHOWN]:
        facts = _facts(reports, address)
        if facts is not None:
            here = address == reports.address
            can_open = not here and facts["last"] != DAMAGED
            name = _open_button(address, facts["name"]) if can_open else html.B(facts["name"])
            rows.append([name, number(facts["posts"]), facts["last"]])
    more, said = len(addresses) - CASES_SHOWN, in_short(reports.store)
    return block(
        "Your cases" if reports.local else "This case",
        table(["Case", Column("Posts", True), "Last run"], rows, name="cases"),
        html.P([f"In this case, {said} ", dcc.Link("Sources", href="/sources#comparison")], className="src")
        if said
        else None,
        html.P(f"{words.counted(more, 'more case')}: lockstep cases lists all.", className="src") if more > 0 else None,
        _new_case() if reports.local and not files.is_example(reports.address) else None,
        html.P(id="start-said", className="stopword", role="alert"),
    )


def _open_button(address: str, name: str) -> Component:
    return html.Button(name, id={"type": "start-open", "case": address}, className="txt", type="button")


def _new_case() -> Component:
    return html.Details([html.Summary("Create a new case"), files.case_form()], className="twin")


def _facts(reports: Reports, address: str) -> dict[str, Any] | None:
    """Name, posts and last run of a case, from its manifest; None where its folder is gone."""
    if address == reports.address:
        return _facts_of(reports.store)
    if recent_cases.is_server(address):
        return {"name": address.partition("case=")[2], "posts": None, "last": "in Neo4j"}
    from graph.stores.folder_store.store import version_of

    try:
        return _facts_at(address, version_of(Path(address)))
    except LockstepError:
        return None
    except (OSError, ValueError, KeyError):  # another case that is damaged is no reason for this page to stop
        return {"name": Path(address).name, "posts": None, "last": DAMAGED}


@lru_cache(maxsize=4 * CASES_SHOWN)
def _facts_at(address: str, _version: Hashable) -> dict[str, Any]:
    """Facts of another case as it is in this version of it; opening it takes longer than all else on the page."""
    from graph.stores import open_case

    with closing(open_case(address)) as store:
        return _facts_of(store)


def _facts_of(store: Store) -> dict[str, Any]:
    run = next(iter(reversed(store.runs())), None)
    posts = sum(n or 0 for n in store.sources()["posts"].to_pylist())
    last: Child = (
        f"{words.run_name(run)}: {_short(run.get('counts', {}))}" if run else html.Span("no run yet", className="dim")
    )
    return {"name": store.name, "posts": posts, "last": last}


def _short(counts: Mapping[str, Any]) -> str:
    """Result of a run in three words.

    Examples
    --------
    >>> _short({"groups": 2}), _short({"ties": 3}), _short({})
    ('2 groups', '3 ties, no group', 'nothing beyond chance')
    """
    said = words.found_words(counts)
    return said[:1].lower() + said[1:]


def _runs(reports: Reports) -> Component | None:
    records = list(reversed(reports.store.runs()))
    if not records:
        return None
    rows: list[Cells] = [
        Row(
            [
                dcc.Link(words.run_name(run), href=f"/groups?run={words.run_name(run)}"),
                words.how(run.get("settings", {})),
                words.found_words(run.get("counts", {})),
                html.Span(words.day(run.get("finished_at")), className="nowrap"),
            ],
            reachable=True,
        )
        for run in records[:RUNS_SHOWN]
    ]
    more = len(records) - RUNS_SHOWN
    return block(
        "Past runs in this case",
        table(["Run", "Searched for", "Found", "When"], rows, name="runs"),
        html.P(f"{words.counted(more, 'older run')}: lockstep runs lists all.", className="src") if more > 0 else None,
    )


def _example(reports: Reports) -> Component | None:
    if not reports.local:
        return None
    counts = _example_counts(reports)
    here = files.is_example(reports.address)
    return block(
        "Try an example with a known answer",
        html.P(
            "Invented exports of four platforms: four planted groups of eight, and a crowd of fans who only look coordinated."
        ),
        points(
            [
                _cut_off(counts),
                "Popular links make unrelated accounts look alike. So every tie shows what chance gives.",
                "Groups that share only their own links are found too, and labelled closed circles.",
            ]
        ),
        html.P(
            "This is the worked example."
            if here
            else [
                html.Button("Open the worked example", id="start-example", className="btn", type="button"),
                html.Span("Under a minute", className="dim"),
            ],
            className="row",
        ),
    )


def _example_counts(reports: Reports) -> Mapping[str, Any]:
    """The counts of the example's first run, where it was made here."""
    place = recent_cases.demo_case()
    if files.is_example(reports.address):
        runs = reports.store.runs()
    elif (place / "case.json").is_file():
        from graph.stores import open_case

        store = open_case(str(place))
        runs = store.runs()
        store.close()
    else:
        return {}
    return runs[0].get("counts", {}) if runs else {}


def _cut_off(counts: Mapping[str, Any]) -> Child | list[Child]:
    """Sentence on what a fixed cut-off would call coordinated in the example."""
    if counts.get("explained") is None or counts.get("ties") is None:
        return "Many pairs coincide twice by chance. A fixed cut-off would call them coordinated."
    explained = counts["explained"]
    return [
        "A fixed cut-off of 2 shared things would add ",
        html.B(f"{words.counted(explained, 'pair')} that chance explains"),
        f" to the {words.counted(counts['ties'], 'tie')} Lockstep keeps.",
    ]


def register(app: Dash, reports: Reports) -> None:
    """Open a case, make one, open the worked example; bring files in."""
    protecting.register(app, reports)

    @app.callback(
        Output("go", "data", allow_duplicate=True),
        Output("start-said", "children", allow_duplicate=True),
        Input({"type": "start-open", "case": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_case_beside(clicks: list[int | None]) -> Any:
        if not any(clicks) or not reports.local or not ctx.triggered_id:
            return no_update, no_update
        address = str(ctx.triggered_id["case"])
        if address not in recent_cases.cases():
            return no_update, "This case is not in the list of this computer."
        return _opened(reports, address)

    @app.callback(
        Output("go", "data", allow_duplicate=True),
        Output("start-said", "children", allow_duplicate=True),
        Input("start-new", "n_clicks"),
        dash.State("start-name", "value"),
        prevent_initial_call=True,
    )
    def make_case(clicks: int | None, name: str | None) -> Any:
        if not clicks or not reports.local:
            return no_update, no_update
        try:
            place = files.new_case(reports.address, name or "")
        except LockstepError as error:
            return no_update, str(error)
        return _opened(reports, place, (name or "").strip())

    @app.callback(
        Output("go", "data", allow_duplicate=True),
        Output("start-said", "children", allow_duplicate=True),
        Input("start-example", "n_clicks"),
        prevent_initial_call=True,
    )
    def open_example(clicks: int | None) -> Any:
        if not clicks or not reports.local:
            return no_update, no_update
        place = recent_cases.demo_case()
        if (place / "case.json").is_file():
            return _opened(reports, str(place))
        try:
            job = reports.jobs.start("example", reports.address, {})
        except LockstepError as error:
            return no_update, str(error)
        return f"/?files={job}", None

    uploads.register(app, reports.uploads)
    callbacks.register(app, reports, _cases)
    labels.register(app, reports)


def _opened(reports: Reports, address: str, name: str | None = None) -> tuple[Any, Any]:
    """The address of another case's dashboard, which is begun beside this one; with a name, it is made."""
    if reports.beside is None:
        return no_update, f"In a terminal: lockstep serve --case {Path(address)}"
    try:
        return reports.beside.open(address, name is not None, name), None
    except LockstepError as error:
        return no_update, str(error)
