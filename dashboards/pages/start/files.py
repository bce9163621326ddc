"""Files on their way into a case: where they are dropped, what was found in them, how far loading is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child, Reports, State, attributes
from dashboards.components.layout import button
from dashboards.components.tables import Cells, Column, number, table
from dashboards.jobs.queue import Job
from dashboards.local import recent_cases
from graph.privacy import sanitize
from ingest.errors import UsageError

REASONS_SHOWN = 4


def is_example(address: str) -> bool:
    """True for the address of the worked example."""
    return recent_cases.full(address) == str(recent_cases.demo_case().resolve())


def case_form() -> Component:
    """Asks for the name of a new case."""
    return html.Div(
        [
            dmc.TextInput(id="start-name", label="Name", placeholder="Spring election"),
            html.Button("Create case", id="start-new", className="btn", type="button"),
        ],
        className="fromhere",
    )


def new_case(beside: str, name: str) -> str:
    """Place of a new case: next to this one, under a folder name that every system takes; the case keeps its name as typed.

    Raises
    ------
    UsageError
        If the name is none, or taken.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> Path(new_case(f"{mkdtemp()}/one", " Spring / election ")).name
    'Spring-election'
    >>> Path(new_case(f"{mkdtemp()}/one", "🌲")).name
    'case'
    """
    if not name.strip():
        raise UsageError("A case needs a name.", hint="Any words, such as Spring election.")
    plain = re.sub(r"[^\w.-]+", "-", name.strip()).strip("-.")[:60] or "case"
    folder = recent_cases.demo_case().parent if recent_cases.is_server(beside) else Path(beside).parent
    place = folder / plain
    if place.exists():
        raise UsageError(f"There is a folder {plain} already.", hint="Choose another name.")
    return str(place)


def drop_zone(reports: Reports, state: State) -> Component:
    """Drop zone for files, with the result of checking them below."""
    job = reports.jobs.of(state.get("files") or "")
    if job is not None and job.kind == "example":
        return _example_under_way(job)
    job = job if job is not None and job.case == reports.address and job.kind in ("check", "load") else None
    if is_example(reports.address) and job is None:
        return html.Section(
            [
                html.H2("Add files"),
                html.P("This is the worked example. Create a new case for your own files."),
                case_form() if reports.local else None,
            ],
            className="drop",
            **attributes(aria_label="Add files"),
        )
    return html.Section(
        [
            html.H2("Add files"),
            html.P(
                [
                    "Drop exports here or ",
                    html.Button(
                        "choose files", className="btn inline", type="button", **attributes(data_tool="choose")
                    ),
                    ". They are checked first. Nothing is loaded until you confirm",
                    ", and nothing leaves this computer." if reports.local else ".",
                ]
            ),
            html.P(className="dropsaid dim", role="status"),
            _from_here() if reports.local else None,
            html.Div(view(job, hashes(reports)) if job else None, id="start-view"),
            _another_way(job) if job and job.kind == "check" else None,
            html.P(id="start-trouble", className="stopword", role="alert"),
            dcc.Interval(id="start-tick", interval=700, disabled=job is None or job.over),
            dcc.Store(id="start-job", data=job.job_id if job else None),
            dcc.Store(id="start-batch"),
        ],
        className="drop",
        **attributes(data_drop="1", aria_label="Add files"),
    )


def _from_here() -> Component:
    """For files too large to go through a browser."""
    return html.Details(
        [
            html.Summary("Or from a folder on this computer"),
            html.Div(
                [
                    dmc.TextInput(id="start-path", label="File or folder", placeholder="/home/me/exports"),
                    html.Button("Check", id="start-check", className="btn", type="button"),
                ],
                className="fromhere",
            ),
        ]
    )


def _another_way(job: Job) -> Component:
    given = job.about.get("options", {})
    mapping = ",".join(f"{field}={column}" for field, column in given.get("mapping", {}).items())
    return html.Details(
        [
            html.Summary("Change how these files are read"),
            html.Div(
                [
                    dmc.TextInput(
                        id="start-tz",
                        label="Time zone, where a file gives none",
                        value=given.get("tz") or "",
                        placeholder="Europe/Oslo",
                    ),
                    dmc.TextInput(
                        id="start-platform",
                        label="Platform, where a file gives none",
                        value=given.get("platform") or "",
                    ),
                    dmc.TextInput(
                        id="start-map", label="Columns", value=mapping, placeholder="account=user,time=when,text=body"
                    ),
                    html.P(
                        html.Button("Check again", id="start-again", className="btn", type="button"), className="row"
                    ),
                ],
                className="form",
            ),
        ],
        open=bool(given),
    )


# ---- what was found --------------------------------------------------------------------------------------------------


def view(job: Job, inside: Collection[str] = ()) -> list[Child]:
    """Everything that changes while files are checked or loaded; ``inside``: hashes of the files in the case."""
    files = [{**file, "inside": _inside(file, inside)} for file in job.result.get("files", [])]
    table = _files(job, files) if files else None
    if not job.over:
        return [_progress(job), table]
    if job.state != "done":
        return [html.P(_ended(job), className="warnword"), table]
    return [table, _load_row(files) if job.kind == "check" else _loaded_row(files)]


def _inside(file: Mapping[str, Any], inside: Collection[str]) -> bool:
    return file["status"] == "checked" and bool(file["source"]) and file["source"].get("sha256") in inside


def hashes(reports: Reports) -> frozenset[str]:
    """SHA-256 of the files in the case."""
    return frozenset(str(one) for one in reports.store.sources()["sha256"].to_pylist() if one)


def of_a_row(trouble: Mapping[str, Any]) -> bool:
    """True where a value of one row is what is wrong, and not the file as a whole.

    Examples
    --------
    >>> of_a_row({"row": 2, "found": "9E+17"}), of_a_row({"row": 1, "found": None})
    (True, False)
    """
    return bool(trouble.get("row")) and bool(trouble.get("column") or trouble.get("found"))


def _progress(job: Job) -> Component:
    step = job.steps[-1] if job.steps else None
    share = step.done / step.total if step and step.total else None
    said = sanitize.clean(step.words) if step else "Getting ready"
    percent = f"{min(100, round(100 * share))}" if share is not None else None
    bar = html.Div(
        html.Span(style={"width": f"{percent}%"} if percent else {}),
        className="progress" if percent else "progress unknown",
        role="progressbar",
        **attributes(aria_label=said, aria_valuenow=percent, aria_valuemin="0", aria_valuemax="100"),
    )
    keeps = "Nothing is loaded yet." if job.kind == "check" else "Files already loaded are kept; the rest are not."
    stopping = job.state == "stopping"
    return html.Div(
        [
            html.P([said, f", {percent}%" if percent else "", "."], className="dim"),
            bar,
            html.P(
                [
                    html.Button(
                        "Cancelling" if stopping else "Cancel",
                        id="start-cancel",
                        className="btn stopbtn",
                        type="button",
                        disabled=stopping,
                    ),
                    html.Span(keeps, className="dim"),
                ],
                className="row",
            ),
        ],
        className="underway",
    )


def _ended(job: Job) -> str:
    inside = sum(file["status"] in ("new", "partly", "replaced") for file in job.result.get("files", []))
    kept = f"{words.counted(inside, 'file')} {'is' if inside == 1 else 'are'} in the case." if inside else ""
    if job.state == "cancelled":
        return f"Cancelled. {kept or 'Nothing was loaded.'}"
    if job.state == "lost":
        return f"The process that read these files stopped. {kept or 'Nothing was loaded.'}"
    return " ".join(s for s in (job.error.get("message"), job.error.get("hint"), kept) if s)


def _files(job: Job, files: Sequence[Mapping[str, Any]]) -> Component:
    checked = job.kind == "check"
    rows: list[Cells] = [_file(job, number, file) for number, file in enumerate(files)]
    last = "Before you load it" if checked else "Result"
    said = f"Checked{' just now' if job.over else ' so far'}, not loaded yet" if checked else "Loaded"
    head: list[Column | str] = ["File", "Format", Column("Posts", True), last]
    return table(head, rows, caption=said, wide=True, name="files")


def _file(job: Job, place: int, file: Mapping[str, Any]) -> list[Any]:
    from dashboards.pages.sources.page import reader_title

    source, trouble = file["source"], file["trouble"]
    name = html.Span(sanitize.clean(str(file["file"]).rsplit("/", 1)[-1]), className="code")
    if trouble:
        where = f" at row {words.count(trouble['row'])}" if of_a_row(trouble) else ""
        link = dcc.Link("See what was found", href=f"/?files={job.job_id}&file={place + 1}")
        return [
            name,
            words.NONE,
            words.NONE,
            [html.Span(f"Stopped{where}. " if where else "Not read. ", className="stopword"), link],
        ]
    return [
        name,
        words.sentence(reader_title(source["reader"])),
        number(source["posts"]),
        _notes(job, place, file),
    ]


def _notes(job: Job, place: int, file: Mapping[str, Any]) -> Component:
    source = file["source"]
    said: list[str] = []
    if file.get("inside"):
        said.append("Already in the case. Loading it again changes nothing.")
    if file["status"] == "same":
        said.append("Already in the case. Nothing changed.")
    elif job.kind == "load":
        said.append(f"{words.counted(source['rows_kept'], 'row')} kept, {words.count(source['rows_skipped'])} skipped.")
    span = words.days(source.get("first_at"), source.get("last_at"))
    said += [f"{span}."] if span != words.NONE else ["No post has a time."]
    for why in file["skipped"][:REASONS_SHOWN]:
        row = f", first at row {words.count(why['row'])}" if why.get("row") else ""
        said.append(f"{words.counted(why['rows'], 'row')} skipped: {why['reason'].rstrip('.')}{row}.")
    left = dcc.Link("See the skipped rows", href=f"/?files={job.job_id}&file={place + 1}") if file["skipped"] else None
    said += [words.sentence(str(a)) for a in source.get("assumptions") or ()]
    counted = {f"{why['rows']:,} skipped: {why['reason']}" for why in file["skipped"]}
    said += [words.sentence(str(w)) for w in source.get("warnings") or () if w not in counted]
    shown: list[Component] = [html.Div(sanitize.clean(one)) for one in said[: REASONS_SHOWN + 1]]
    rest = said[REASONS_SHOWN + 1 :]
    if rest:
        shown.append(
            html.Details([html.Summary(f"{len(rest)} more"), *[html.Div(sanitize.clean(one)) for one in rest]])
        )
    return html.Div([*shown, left])


def _load_row(files: Sequence[Mapping[str, Any]]) -> Component:
    good = [file for file in files if not file["trouble"]]
    bad = len(files) - len(good)
    stays = {
        0: "",
        1: f"{sanitize.clean(next((f['file'] for f in files if f['trouble']), ''))} is not loaded until fixed.",
    }
    rows, skipped = (sum(int(f["source"][which]) for f in good) for which in ("rows_kept", "rows_skipped"))
    what = f"Load {words.counted(len(good), 'file')}"
    what += f": the {words.counted(rows, 'good row')}; the rest are listed" if skipped else ""
    button = html.Button(what, id="start-load", className="btn primary", type="button")
    return html.P(
        [
            button if good else html.Span("None of these files can be loaded."),
            html.Button("Discard", id="start-away", className="btn", type="button"),
            html.Span(stays.get(bad, f"{words.count(bad)} files are not loaded until fixed."), className="dim"),
        ],
        className="row",
    )


def _loaded_row(files: Sequence[Mapping[str, Any]]) -> Component:
    inside = any(not file["trouble"] for file in files)
    return html.P(
        [
            button("Find groups", "/find", primary=True) if inside else None,
            button("See the files", "/sources") if inside else None,
            button("Add more files", "/"),
        ],
        className="row",
    )


def _example_under_way(job: Job) -> Component:
    return html.Section(
        [
            html.H2("Preparing the worked example"),
            html.Div(example_view(job), id="start-view"),
            dcc.Interval(id="start-tick", interval=700, disabled=job.over),
            dcc.Store(id="start-job", data=job.job_id),
            html.P(id="start-trouble", className="stopword", role="alert"),
        ],
        className="drop",
        **attributes(aria_label="The worked example"),
    )


def example_view(job: Job) -> list[Child]:
    """The worked example while it is made, and the way to it."""
    if not job.over:
        return [_progress(job)]
    if job.state != "done":
        return [html.P(_ended(job), className="warnword")]
    return [html.P(html.Button("Open it", id="start-example", className="btn primary", type="button"), className="row")]
