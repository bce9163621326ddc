"""Page of a running search: its steps, progress and time, cancelling, and the result."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash
from dash import Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort, redirect, request
from werkzeug.wrappers import Response

from dashboards import words
from dashboards.components.base import Child, Children, Reports, State, attributes
from dashboards.components.layout import block, button, columns, page, pairs, problem
from dashboards.jobs.queue import Job, Step
from dashboards.pages.find.form import asked_again
from dashboards.words.methods.described import title_of


@dataclass(frozen=True)
class Stage:
    """A part of a run as people see it.

    Attributes
    ----------
    begins : str
        How the steps that belong to it begin.
    title, until : str
        What it does, and what is said of it before it begins.
    weight : float
        Its usual part of a run's time.
    """

    begins: str
    title: str
    until: str
    weight: float


STAGES = (
    Stage("Reading who", "Read who acted", "", 0.15),
    Stage("Pairing", "Count pairs of accounts", "accounts that coincide within the window", 0.2),
    Stage("Testing", "Test against chance", "two tests for each pair", 0.2),
    Stage("Comparing groups", "Compare groups with shuffled data", "{worlds} shuffles of each kind", 0.3),
    Stage("Reading the posts", "Read the posts behind the ties", "the evidence", 0.05),
    Stage("Holding ties", "Combine ties into groups", "", 0.05),
    Stage("Keeping", "Save the run", "saved only when complete", 0.05),
)
DESCRIBING = Stage("Describing", "Describe the published method", "its ties and communities", 0.05)
OF_RUN = (*(stage for stage in STAGES if stage.begins in ("Reading who", "Pairing", "Testing")), DESCRIBING)
"""Stages of a job that describes a method beside a run that is there."""


def stages_of(about: Mapping[str, Any]) -> tuple[Stage, ...]:
    """Stages of a job.

    Examples
    --------
    >>> [stage.title for stage in stages_of({"of_run": "0a1b", "describe": ["qut"]})][-1], len(stages_of({}))
    ('Describe the published method', 7)
    """
    if about.get("of_run"):
        return OF_RUN
    return (*STAGES, DESCRIBING) if about.get("describe") else STAGES


def page_of(reports: Reports, state: State, job_id: str) -> Component:
    """The page of a run: follows it while it runs, says what came of it afterwards."""
    job = reports.jobs.of(job_id)
    if job is None or job.kind != "find" or job.case != reports.address:
        return problem(
            "This run is not running",
            "Runs that ended long ago are not listed here. Their results are in the case.",
            [dcc.Link("See the past runs", href="/"), dcc.Link("Find groups", href="/find")],
        )
    return html.Div(
        [
            html.Div(view(job), id="job-view"),
            dcc.Interval(id="job-tick", interval=700, disabled=job.over),
            dcc.Store(id="job-id", data=job.job_id),
        ]
    )


def view(job: Job) -> Component:
    """Everything that changes while it runs."""
    crumbs = [("Find", "/find"), (f"Run {job.result['run']}" if job.result.get("run") else "A run", None)]
    if job.state == "done":
        return page(_done_title(job), _done_lead(job), _after(job), crumbs=crumbs)
    if job.state in ("cancelled", "failed", "lost"):
        return page(*_ended(job), _ways_on(job), crumbs=crumbs, role="alert")
    done, at = _stages(job)
    lead = [
        f"Step {at + 1} of {len(stages_of(job.about))}. ",
        _left(job, done),
        "You can leave this page; the run continues.",
    ]
    card = html.Section(
        [_bar(done, job), html.Ol(_rows(job, at), className="steps"), _cancel(job)],
        className="card",
        **attributes(aria_label="Steps"),
    )
    aside = [block("So far", pairs(_seen(job))), _no_results_yet()]
    return page(_doing(job.about), lead, columns(card, aside), crumbs=crumbs)


def _doing(about: Mapping[str, Any]) -> str:
    if about.get("of_run"):
        return f"Describing what {words.listed([title_of(name) for name in about['describe']])} links"
    return f"Looking for {_what(about)}"


def _what(about: Mapping[str, Any]) -> str:
    names = list(about.get("traces", ()))
    windows = words.listed([words.window(w) for w in about.get("windows_s", ())], "or")
    does = words.listed([words.together([name]) for name in names])
    return f"accounts that {does}, within {windows}"


def _stages(job: Job) -> tuple[float, int]:
    """Share done, 0 to 1, and the number of the current stage."""
    stages = stages_of(job.about)
    whole = sum(stage.weight for stage in stages)
    at = max((n for n, stage in enumerate(stages) if _steps_of(job, stage)), default=0)
    done = sum(stage.weight for stage in stages[:at])
    now = _steps_of(job, stages[at])
    if now and now[-1].total:
        done += stages[at].weight * min(1.0, now[-1].done / now[-1].total)
    return min(done / max(whole, 0.9), 0.99) if stages is not STAGES else min(done, 0.99), at


def _steps_of(job: Job, stage: Stage) -> list[Step]:
    return [step for step in job.steps if step.words.startswith(stage.begins)]


def _left(job: Job, done: float) -> str:
    """Sentence on the time left; empty until enough is done to estimate it."""
    if job.state == "stopping":
        return "Cancelling. "
    if done < 0.25 or not job.steps:
        return ""
    seconds = sum(step.seconds for step in job.steps)
    left = seconds / done * (1 - done)
    return f"About {words.duration(max(1.0, left))} left. " if left >= 2 else "Nearly done. "


def _bar(done: float, job: Job) -> Component:
    percent = round(100 * done)
    return html.Div(
        html.Span(style={"width": f"{percent}%"}),
        className="progress",
        role="progressbar",
        **attributes(aria_label="This run", aria_valuemin="0", aria_valuemax="100", aria_valuenow=str(percent)),
    )


def _rows(job: Job, at: int) -> list[Component]:
    return [_row(job, stage, number, at) for number, stage in enumerate(stages_of(job.about))]


def _row(job: Job, stage: Stage, number: int, at: int) -> Component:
    steps = _steps_of(job, stage)
    over = number < at
    seconds = sum(step.seconds for step in steps)
    if not steps or over:
        about = stage.until.format(worlds=job.about.get("worlds", 19))
    else:
        step = steps[-1]
        about = step.words if not step.total else f"{step.words}: {words.count(step.done)} of {words.count(step.total)}"
    took = words.duration(seconds) if steps and seconds >= 0.5 else ""
    return html.Li(
        [
            html.Span("✓" if over else "", className="tick", **attributes(aria_hidden="true")),
            html.B([stage.title, html.Span(" done" if over else "", className="vh")]),
            html.Span(about, className="dim"),
            html.Span(took, className="r"),
        ],
        className="done" if over else "now" if number == at else "",
        **attributes(aria_current="step" if number == at else None),
    )


def _cancel(job: Job) -> Component:
    """A form of its own and no callback: a callback's click is lost while the page around it is put in place."""
    stopping = job.state == "stopping"
    button = html.Button(
        "Cancelling" if stopping else "Cancel this run", type="submit", className="btn stopbtn", disabled=stopping
    )
    said = html.Span("A cancelled run saves nothing. The case does not change.", className="dim")
    return html.Form([button, said], action=f"/acts/cancel?job={job.job_id}", method="post", className="row")


def _seen(job: Job) -> list[tuple[str, Children]]:
    said: list[tuple[str, Children]] = [("running for", words.duration(max(1.0, time.time() - job.started)))]
    if job.memory_mb:
        said.append(("memory", f"{words.count(job.memory_mb)} MB"))
    said.append(("seed", str(job.about.get("seed", ""))))
    return said


def _no_results_yet() -> Component:
    return block(
        "No results yet",
        html.P("Results appear after testing."),
    )


def _done_title(job: Job) -> str:
    if job.about.get("of_run"):
        named = words.listed([title_of(name) for name in job.about["describe"]])
        return f"{named} is described beside run {job.result['run']}"
    return _title(job.result["counts"])


def _title(counts: Mapping[str, Any]) -> str:
    """Title of a finished run."""
    groups, circles, ties = (int(counts.get(name) or 0) for name in ("groups", "closed", "ties"))
    if groups:
        return f"Found {words.counted(groups, 'group')} beyond chance"
    if circles:
        return f"Found {words.counted(circles, 'closed circle')} and no group"
    return f"Found {words.counted(ties, 'tie')} beyond chance, and no group" if ties else "Nothing found beyond chance"


def _done_lead(job: Job) -> list[Child]:
    took = words.duration(max(1.0, sum(step.seconds for step in job.steps)))
    if job.result.get("known"):
        start = "These settings were already run on these files. This is that run. "
    else:
        start = f"Done in {took}. "
    return [start, f"Run {job.result['run']}, id ", html.Span(job.result["run_id"], className="code"), "."]


def _after(job: Job) -> Component:
    counts = job.result["counts"]
    rows: list[tuple[str, Children]] = [
        (
            "searched",
            f"{words.counted(counts.get('posts'), 'post')} by {words.counted(counts.get('accounts'), 'account')}",
        ),
        ("ties beyond chance", words.count(counts.get("ties"))),
        ("groups", words.count(counts.get("groups"))),
        ("closed circles", words.count(counts.get("closed"))),
        ("set aside", words.count(counts.get("aside"))),
        ("chance explains", f"{words.counted(counts.get('explained'), 'pair')} that coincided twice or more"),
    ]
    card = html.Section(
        [
            pairs(rows),
            html.P(
                [
                    button("Show the results", _results(job), primary=True),
                    button("Search for something else", "/find"),
                ],
                className="row",
            ),
        ],
        className="card",
    )
    kept = block(
        "Saved with its settings",
        html.P(
            "The same settings on the same files give this run again, in the dashboard, in a notebook and in a briefing."
        ),
    )
    return columns(card, kept)


def _results(job: Job) -> str:
    """Groups of the run; with the switch on where a method was described."""
    return State("/groups", {}).here(run=job.result["run"], described=next(iter(job.about.get("describe", ())), None))


def _ended(job: Job) -> tuple[str, str]:
    if job.state == "cancelled":
        return "This run was cancelled", "Nothing was saved. The case has not changed."
    if job.state == "lost":
        return (
            "This run stopped early",
            "Nothing was saved. Its process ended: the computer may have run out of memory or been switched off.",
        )
    said = [job.error.get("message") or "No reason was given.", job.error.get("hint") or ""]
    return "This run failed", f"Nothing was saved. {' '.join(s for s in said if s)}"


def _ways_on(job: Job) -> Component:
    again = State("/find", {}).here(**asked_again(job.about))
    if job.about.get("of_run"):
        again = State("/groups", {}).here(run=job.about["of_run"], described=job.about["describe"][0])
    ways: Sequence[Child] = [
        button("Start again with these settings", again, primary=True),
        button("See past runs", "/"),
    ]
    return html.P(list(ways), className="row")


def register(app: Dash, reports: Reports) -> None:
    """Follow a run, and cancel it."""

    @app.callback(
        Output("job-view", "children"),
        Output("job-tick", "disabled"),
        Input("job-tick", "n_intervals"),
        dash.State("job-id", "data"),
        prevent_initial_call=True,
    )
    def follow(_: int | None, job_id: str | None) -> Any:
        job = reports.jobs.of(job_id or "")
        if job is None or job.case != reports.address:
            return no_update, True
        return view(job), job.over

    def cancel() -> Response:
        job = reports.jobs.of(request.args.get("job", ""))
        if job is None or job.case != reports.address:
            abort(404)
        reports.jobs.cancel(job.job_id)
        return redirect(f"/find?job={job.job_id}", 303)

    app.server.add_url_rule("/acts/cancel", "cancel", cancel, methods=["POST"])
