"""Callbacks of the buttons beside new files: check, follow, load, cancel, discard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from dashboards.components.base import Reports
from dashboards.jobs.queue import Job
from dashboards.pages.start import files
from graph.privacy import sanitize
from ingest.errors import LockstepError, UsageError


def options_of(tz: str | None, platform: str | None, mapping: str | None) -> dict[str, Any]:
    """Options for reading files, as a job takes them.

    Raises
    ------
    UsageError
        If the columns are not pairs.

    Examples
    --------
    >>> options_of(" Europe/Oslo ", "X", "account=user, time=when"), options_of(None, "", None)
    ({'tz': 'Europe/Oslo', 'platform': 'x', 'mapping': {'account': 'user', 'time': 'when'}}, {})
    """
    pairs = {}
    for part in (p for p in (mapping or "").split(",") if p.strip()):
        field, equals, column = part.partition("=")
        if not (equals and field.strip() and column.strip()):
            raise UsageError(f"{part.strip()!r} is not a pair.", hint="Write account=user,time=when.")
        pairs[field.strip()] = column.strip()
    given = {"tz": (tz or "").strip(), "platform": (platform or "").strip().lower(), "mapping": pairs}
    return {name: value for name, value in given.items() if value}


def register(app: Dash, reports: Reports, cases: Callable[[Reports], Component]) -> None:
    """Check, follow, load, cancel, discard; ``cases`` makes the list of cases, which changes when files come in."""

    def begin(kind: str, about: Mapping[str, Any]) -> tuple[Any, Any]:
        try:
            return f"/?files={reports.jobs.start(kind, reports.address, about)}", None
        except LockstepError as error:
            return no_update, str(error)

    outputs = (Output("go", "data", allow_duplicate=True), Output("start-trouble", "children", allow_duplicate=True))

    @app.callback(*outputs, Input("start-batch", "data"), prevent_initial_call=True)
    def check_uploaded(batch: str | None) -> Any:
        try:
            sent = reports.uploads.files(batch or "")
        except LockstepError:
            sent = []
        if not sent:
            return no_update, no_update
        place = str(reports.uploads.place(str(batch)))
        return begin("check", {"paths": [str(file) for file in sent], "uploaded": place})

    @app.callback(*outputs, Input("start-check", "n_clicks"), State("start-path", "value"), prevent_initial_call=True)
    def check_here(clicks: int | None, path: str | None) -> Any:
        if not clicks or not reports.local:
            return no_update, no_update
        place = Path((path or "").strip()).expanduser()
        if not (path or "").strip() or not place.exists():
            return no_update, f"There is no file or folder {sanitize.clean(str(path or ''))!r} on this computer."
        return begin("check", {"paths": [str(place.resolve())]})

    @app.callback(
        *outputs,
        Input("start-again", "n_clicks"),
        [State(name, "value") for name in ("start-tz", "start-platform", "start-map")],
        State("start-job", "data"),
        prevent_initial_call=True,
    )
    def check_again(clicks: int | None, *given: Any) -> Any:
        job = _own(reports, given[-1])
        if not clicks or job is None:
            return no_update, no_update
        try:
            return begin("check", {**job.about, "options": options_of(*given[:3])})
        except LockstepError as error:
            return no_update, str(error)

    @app.callback(*outputs, Input("start-load", "n_clicks"), State("start-job", "data"), prevent_initial_call=True)
    def load(clicks: int | None, job_id: str | None) -> Any:
        job = _own(reports, job_id)
        return (
            begin("load", job.about) if clicks and job is not None and job.kind == "check" else (no_update, no_update)
        )

    @app.callback(*outputs, Input("start-away", "n_clicks"), State("start-job", "data"), prevent_initial_call=True)
    def away(clicks: int | None, job_id: str | None) -> Any:
        job = _own(reports, job_id)
        if not clicks or job is None:
            return no_update, no_update
        if job.about.get("uploaded"):
            reports.uploads.drop(Path(job.about["uploaded"]).name)
        return "/", None

    @app.callback(
        Output("start-view", "children"),
        Output("start-tick", "disabled"),
        Output("start-cases", "children"),
        Input("start-tick", "n_intervals"),
        State("start-job", "data"),
        prevent_initial_call=True,
    )
    def follow(_: int | None, job_id: str | None) -> Any:
        job = _own(reports, job_id)
        if job is None:
            return no_update, True, no_update
        known: Any = no_update
        if job.over and job.kind == "load":
            reports.store.refresh()
            known = cases(reports)  # with the posts that just came in
        seen = files.example_view(job) if job.kind == "example" else files.view(job, files.hashes(reports))
        return seen, job.over, known

    @app.callback(
        Output("start-cancel", "disabled"),
        Input("start-cancel", "n_clicks"),
        State("start-job", "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None, job_id: str | None) -> Any:
        job = _own(reports, job_id)
        if not clicks or job is None:
            return no_update
        reports.jobs.cancel(job.job_id)
        return True


def _own(reports: Reports, job_id: str | None) -> Job | None:
    job: Job | None = reports.jobs.of(job_id or "")
    return job if job is not None and job.case == reports.address else None
