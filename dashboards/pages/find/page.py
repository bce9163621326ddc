"""Page Find: behaviours, windows, the size of a run, and the run in progress."""

from __future__ import annotations

from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.components.base import Reports, State, attributes
from dashboards.components.layout import block, button, empty, page, pairs, points
from dashboards.jobs.estimate import kinds_in
from dashboards.pages.find import progress
from dashboards.pages.find.estimate import (
    asks_again,
    blind,
    curve,
    measure_job,
    not_counted,
    seen_before,
    superseded,
    would,
)
from dashboards.pages.find.form import FIELDS, about_run, form, mistakes, published, ways
from dashboards.words.methods.described import will_show
from graph.presets import PRESETS
from graph.traces import carried_by
from ingest.errors import LockstepError

PATH = "/find"
LIVE = True
TITLE = "What counts as acting together?"
NAV = "Find"
PARENT = "/find"
NEEDS_RUN = False
OF_CASE = True


def layout(reports: Reports, state: State) -> Component:
    """The form; or, with ``job`` in the address, that run under way."""
    if state.get("job"):
        return progress.page_of(reports, state, str(state.get("job")))
    kinds = kinds_in(reports.store)
    able = carried_by(kinds)
    if not able:
        return _nothing_to_read(reports, state)
    return page(
        TITLE,
        None,
        html.Div(
            [
                html.Div([ways(state, kinds, able), published(state)]),
                html.Div([html.Div(id="find-curve", className="curve"), form(reports.store, state)]),
                html.Aside(
                    [
                        block("This run would", html.Div(id="find-size")),
                        block("What it cannot find", html.Div(id="find-blind")),
                        _go(reports, state),
                    ],
                    className="side",
                    **attributes(aria_label="What this run would do"),
                ),
            ],
            className="cols-find",
        ),
        dcc.Interval(id="find-tick", interval=1_000),
        dcc.Store(id="find-drawn"),
        dcc.Store(id="find-counting"),
    )


def _nothing_to_read(reports: Reports, state: State) -> Component:
    if reports.store.sources().num_rows:
        title, lead = (
            "These posts have nothing to compare",
            "They contain no link, text, hashtag, repost or object.",
        )
    else:
        title, lead = (
            "There are no files yet",
            "Add files first. Then choose here what counts as acting together.",
        )
    return empty(title, lead, html.P(button("Add files", state.href("/")), className="row"))


def _go(reports: Reports, state: State) -> Component:
    under_way = [job for job in reports.jobs.all(reports.address) if job.kind == "find" and not job.over]
    return html.Div(
        [
            html.Button(["Find groups", html.Kbd("Ctrl ↵")], id="find-go", className="btn primary wide key-ctrl-enter"),
            html.P("Runs in the background. You can continue working.", className="dim"),
            html.P(id="find-said", className="stopword", role="alert"),
            *[
                html.P(dcc.Link("Show the running search", href=state.href("/find", job=job.job_id)))
                for job in under_way
            ],
        ],
        className="gobox",
    )


def register(app: Dash, reports: Reports) -> None:
    """Estimates that follow the form, the address that holds it, the button, and the run under way."""
    fields = [Input(f"find-{name}", "value") for name in FIELDS]

    @app.callback(
        Output("find-curve", "children"),
        Output("find-size", "children"),
        Output("find-blind", "children"),
        Output("find-tick", "disabled"),
        Output("find-drawn", "data"),
        Output("find-counting", "data"),
        fields,
        Input("find-tick", "n_intervals"),
        dash.State("find-drawn", "data"),
        dash.State("find-counting", "data"),
    )
    def estimate(*given: Any) -> Any:
        *values, _, drawn_before, counted_before = given
        answers = dict(zip(FIELDS, values, strict=True))
        if wrong := mistakes(answers):
            return [], html.Ul([html.Li(one) for one in wrong], className="warnword"), None, False, None, no_update
        about = about_run(answers)
        job = measure_job(reports, about["narrow"])
        superseded(reports, counted_before, job)
        measured, waiting = (job.result if job is not None else {}), asks_again(reports, job)
        drawn_now = f"{about} {sorted(measured)} {waiting} {job.state if job else None}"
        if drawn_now == drawn_before:
            return (no_update,) * 6
        pictures: list[Any] = curve(measured, about) or [not_counted(job, reports.store, about)]
        size = pairs(would(reports.store, about, measured))
        unseen = points([*blind(about), seen_before(reports)])
        return pictures, size, unseen, not waiting, drawn_now, job.job_id if job else None

    @app.callback(Output("find-shows", "children"), Input("find-preset", "value"), Input("find-describe", "value"))
    def explain(preset: str | None, describe: list[str] | None) -> str | None:
        return will_show(preset, bool(describe)) if preset in PRESETS else None

    @app.callback(
        Output("find-tick", "disabled", allow_duplicate=True),
        Input("find-count", "n_clicks"),
        [dash.State(f"find-{name}", "value") for name in FIELDS],
        prevent_initial_call=True,
    )
    def count_anyway(clicks: int | None, *given: Any) -> Any:
        if not clicks:
            return no_update
        try:
            narrow = about_run(dict(zip(FIELDS, given, strict=True)))["narrow"]
        except LockstepError:
            return no_update
        measure_job(reports, narrow, anyway=True)
        return False

    @app.callback(
        Output("go", "data", allow_duplicate=True),
        Output("find-said", "children"),
        Input("find-go", "n_clicks"),
        [dash.State(f"find-{name}", "value") for name in FIELDS],
        prevent_initial_call=True,
    )
    def begin(clicks: int | None, *given: Any) -> Any:
        if not clicks:
            return no_update, no_update
        try:
            about = about_run(dict(zip(FIELDS, given, strict=True)))
            job = reports.jobs.start("find", reports.address, about)
        except LockstepError as error:
            return no_update, str(error)
        return f"{PATH}?job={job}", None

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("lockstep", "keep"),
        Output("find-ways", "data-kept"),
        fields,
        prevent_initial_call=True,
    )
    progress.register(app, reports)
