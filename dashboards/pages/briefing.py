"""Page Briefing: pinned items in order with captions, a preview, checks and downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, ctx, dcc, html, no_update
from dash.development.base_component import Component
from flask import Response, request
from werkzeug.exceptions import NotFound

from dashboards import words
from dashboards.briefing import FORMATS, gather, rendered
from dashboards.briefing.formats.html import WebPage
from dashboards.briefing.formats.steady import archive
from dashboards.briefing.outline import Meetings, Outline, Table
from dashboards.briefing.pinned import Check, Paper, Piece, checks, paper
from dashboards.components import author
from dashboards.components.base import Child, Reports, State, attributes
from dashboards.components.figure_tables import picture_key
from dashboards.components.files import report_or_404
from dashboards.components.layout import button, drawing, empty, page
from dashboards.components.tables import Cells, Column, table
from graph.case import pins as baskets
from graph.case.notes import pinned
from graph.exports.writer import export
from ingest.errors import LockstepError
from ingest.scratch import Scratch

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/briefing"
TITLE = "What will the reader get?"
NAV = "Briefing"
PARENT = "/briefing"


def count(reports: Reports, report: Report) -> int | None:
    """Number of pins of the run, for the rail."""
    if report is None or report.run is None:
        return None
    run = report.run["run_id"]
    return sum(note.get("run_id") == run for note in pinned(report.store.notes())) or None


def layout(report: Report, state: State) -> Component:
    """The page for one run."""
    document = read(report)
    if not document.pieces:
        return empty(
            TITLE,
            "Nothing is pinned in this run yet. Press Pin beside a figure, tie, post, account or group to collect it here.",
            html.P(button("See the groups", state.href("/groups"), primary=True), className="row"),
            html.P(
                ["The whole run as a document: ", *whole_run(report, state), tables_link(state)],
                className="row",
            ),
        )
    return page(
        TITLE,
        lead(report, document),
        dcc.Store(id="briefing-run", data=words.run_name(report.run)),
        dcc.Store(id="briefing-order"),
        html.Div(
            [
                html.Div(
                    [
                        html.Ol(_items(document), id="basket", className="basket"),
                        html.P(id="briefing-said", role="status", className="warnword"),
                        html.Div(_checks(report, document), id="briefing-checks"),
                        _formats(report, state),
                    ]
                ),
                html.Article(_paper(document), id="paper", className="paper", **attributes(aria_label="Preview")),
            ],
            className="cols-brief",
        ),
    )


def read(report: Report) -> Paper:
    """The document as it stands now."""
    return paper(report, baskets.basket(report.store.notes(), str(report.run["run_id"])))


def lead(report: Report, document: Paper) -> str:
    """Sentence with the number of items and the run.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> lead(SimpleNamespace(run={"number": 3}), SimpleNamespace(pieces=["a figure"]))
    '1 item from run R-3. Accounts appear as codes, and links cannot be clicked.'
    """
    return f"{words.counted(len(document.pieces), 'item')} from run {words.run_name(report.run)}. Accounts appear as codes, and links cannot be clicked."


def whole_run(report: Report, state: State) -> list[Child]:
    """The document about all of a run in each format, and the choice to add what published methods describe."""
    return [*_ways(state, "run"), *_describing(report, state)]


def _describing(report: Report, state: State) -> list[Child]:
    """Link that adds the part on described methods to the document, or leaves it out; nothing where none was described."""
    if report.described_methods().empty:
        return []
    if state.get("described"):
        return [button("Leave out described methods", state.here(described=None))]
    return [button("Add described methods (not tested)", state.here(described="1"))]


def tables_link(state: State) -> Component:
    """Link to what ``lockstep export`` writes, as one file."""
    what = attributes(aria_label="Tables and networks of the whole run (CSV, GEXF, GraphML)")
    return html.A("Tables (CSV, GEXF)", href=state.href("/files/tables.zip"), className="btn", download="", **what)


def _ways(state: State, what: str) -> list[Child]:
    """One button per format; what this machine lacks for one is said in its place."""
    made: list[Child] = []
    more = {"described": state.get("described")} if what == "run" else {}
    for name, one in FORMATS.items():
        lacking = one.missing()
        classes = "btn primary" if what == "briefing" and name == "html" else "btn"
        if lacking is None:
            of = attributes(
                aria_label=f"{one.title} of {'the pinned items' if what == 'briefing' else 'the whole run'}"
            )
            made.append(
                html.A(
                    one.title, href=state.href(f"/files/{what}.{name}", **more), className=classes, download="", **of
                )
            )
        elif what == "briefing":
            made.append(html.Span(f"{one.title}: {lacking}", className="src"))
    return made


# --- order and captions --------------------------------------------------------------------------------------------


def _items(document: Paper) -> list[Component]:
    return [_item(piece, k, len(document.pieces)) for k, piece in enumerate(document.pieces)]


def _item(piece: Piece, place: int, whole: int) -> Component:
    fields: list[Child] = [_field("caption", "Caption", piece.id, piece.caption)]
    if piece.picture is not None:
        fields.append(_field("alt", "Alt text", piece.id, piece.alt))
    name = piece.caption or piece.title
    return html.Li(
        [
            html.Div(
                [
                    html.Span("⠿", className="grip", **attributes(aria_hidden="true")),
                    html.Div([html.Span(piece.kind, className="dim"), html.B(name)], className="what"),
                    _move(piece.id, -1, "↑", f"Move up: {name}", place == 0),
                    _move(piece.id, 1, "↓", f"Move down: {name}", place == whole - 1),
                ],
                className="itemhead",
            ),
            html.Details(
                [
                    html.Summary("Caption and alt text"),
                    *fields,
                    html.Button(
                        "Remove",
                        id={"type": "basket-out", "id": piece.id},
                        className="txt",
                        type="button",
                        n_clicks=0,
                        **attributes(aria_label=f"Remove: {name}"),
                    ),
                ],
                id={"type": "basket-fold", "id": piece.id},
            ),
        ],
        draggable="true",
        **attributes(data_pinned=piece.id),
    )


def _move(pin: str, by: int, arrow: str, label: str, last: bool) -> Component:
    which = {"type": "basket-move", "id": pin, "by": by}
    named = attributes(aria_label=label, data_move=f"{pin} {by}")
    return html.Button(arrow, id=which, className="txt", type="button", n_clicks=0, disabled=last, **named)


def _field(kind: str, label: str, pin: str, value: str) -> Component:
    return dmc.Textarea(
        id={"type": f"basket-{kind}", "id": pin}, label=label, value=value, debounce=True, autosize=True, minRows=2
    )


# --- the page itself -----------------------------------------------------------------------------------------------


def _paper(document: Paper) -> list[Component]:
    parts: list[Component] = [
        html.P(f"{document.outline.case} · {document.outline.date}", className="src"),
        html.H2(document.outline.title, className="papertitle"),
        *(html.P(sentence) for sentence in document.outline.lead),
    ]
    for piece in document.pieces:
        parts.append(html.Section(_piece(piece, document.outline.run_line)))
    limits = html.Ul([html.Li(sentence) for sentence in document.limits], className="take")
    return [*parts, html.Section([html.H3("What this does not show"), limits])]


def _piece(piece: Piece, stamp: str) -> list[Child]:
    made: list[Child] = [html.H3(piece.caption or piece.title), html.P(piece.lead) if piece.lead else None]
    if piece.picture is not None:
        made += [
            html.Div(
                drawing(piece.picture.svg),
                className="figbody",
                tabIndex=0,
                role="group",
                **attributes(aria_label=piece.title),
            )
        ]
        made += [html.P(picture_key(piece.picture.key), className="key") if piece.picture.key else None]
        made += [html.P(piece.picture.note, className="src") if piece.picture.note else None]
    made += [_meetings(one) for one in piece.meetings]
    made += [_table(piece.table, piece.title) if piece.table is not None else None]
    return [*made, html.P(f"{stamp}.", className="src")]


def _table(printed: Table, name: str) -> Component:
    heads = [Column(c, k in printed.numbers) for k, c in enumerate(printed.columns)]
    return html.Div(
        [
            table(heads, printed.rows, wide=True, name=name),
            html.P(printed.note, className="src") if printed.note else None,
        ]
    )


def _meetings(one: Meetings) -> Component:
    rows: list[Cells] = [
        [
            [r["at_a"], html.Br(), r["text_a"]],
            [r["lag"], html.Br(), r["first"]],
            [r["at_b"], html.Br(), r["text_b"]],
            r["object"],
        ]
        for r in one.rows
    ]
    heads = [one.codes[0], "Delay", one.codes[1], "Object"]
    return html.Div(
        [
            html.P(one.facts),
            table(heads, rows, wide=True, name=f"Posts of {one.title}"),
            html.P(one.note, className="src") if one.note else None,
        ]
    )


def _checks(report: Report, document: Paper) -> Component:
    found = checks(document, WebPage().render(document.outline).decode())
    return html.Section(
        [html.H2("Checks before you share it"), html.Ul([_check(one) for one in found], className="checks")],
        className="block",
    )


def _check(one: Check) -> Component:
    sign = html.Span(
        "✓" if one.holds else "!", className="okword" if one.holds else "warnword", **attributes(aria_hidden="true")
    )
    said = html.Span(one.words if one.holds else f"Check: {one.words}")
    return html.Li([sign, said])


def _formats(report: Report, state: State) -> Component:
    """The document in every format, of what is pinned and of all of the run."""
    return html.Section(
        [
            html.H2("Download"),
            html.P("The pinned items, in this order:", className="dim"),
            html.Div(_ways(state, "briefing"), className="row"),
            html.P("The whole run:", className="dim"),
            html.Div([*whole_run(report, state), tables_link(state)], className="row"),
        ],
        className="block",
    )


# --- what people do here -------------------------------------------------------------------------------------------


def register(app: Dash, reports: Reports) -> None:
    """Order, captions, and the documents."""

    @app.callback(
        Output("basket", "children"),
        Output("paper", "children"),
        Output("briefing-checks", "children"),
        Output("briefing-said", "children"),
        Input({"type": "basket-move", "id": ALL, "by": ALL}, "n_clicks"),
        Input({"type": "basket-out", "id": ALL}, "n_clicks"),
        Input("briefing-order", "data"),
        Input({"type": "basket-caption", "id": ALL}, "value"),
        Input({"type": "basket-alt", "id": ALL}, "value"),
        dash.State("briefing-run", "data"),
        prevent_initial_call=True,
    )
    def change(_moves: Any, _outs: Any, order: Any, _captions: Any, _alts: Any, run: str) -> tuple[Any, Any, Any, Any]:
        report = reports.of(run)
        pressed = ctx.triggered_id
        try:
            done = changed(report, pressed, ctx.triggered[0]["value"])
        except LockstepError as error:
            return no_update, no_update, no_update, str(error)
        if not done:
            return no_update, no_update, no_update, no_update
        document = read(report)
        typed = isinstance(pressed, dict) and pressed["type"] in ("basket-caption", "basket-alt")
        items: Any = no_update if typed else _items(document)  # whoever types keeps their place
        return items, _paper(document), _checks(report, document), ""

    def pinned_file(kind: str) -> Response:
        report = report_or_404(reports, request.args.get("run"))
        return _download(kind, lambda: read(report).outline, "briefing", report)

    def run_file(kind: str) -> Response:
        report = report_or_404(reports, request.args.get("run"))
        return _download(kind, lambda: gather(report, bool(request.args.get("described"))), "run", report)

    def tables_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        try:
            body = tables(report)
        except LockstepError as error:
            return Response(str(error), status=503, mimetype="text/plain")
        return _attached(body, "application/zip", f"tables-{words.run_name(report.run)}.zip")

    app.server.add_url_rule("/files/tables.zip", "tables_file", tables_file)
    app.server.add_url_rule("/files/briefing.<kind>", "pinned_file", pinned_file)
    app.server.add_url_rule("/files/run.<kind>", "run_file", run_file)


def changed(report: Report, pressed: Any, value: Any) -> bool:
    """Save a change to the briefing; returns False where nothing changed."""
    store, run, by = report.store, str(report.run["run_id"]), author.signature()
    there = {piece.id: piece for piece in baskets.basket(store.notes(), run)}
    if pressed == "briefing-order":
        order = [one for one in value or [] if one in there]
        if order and order != list(there):
            baskets.arrange(store, run, order, by)
        return bool(order)
    if not isinstance(pressed, dict) or pressed.get("id") not in there:
        return False
    pin, kind = there[pressed["id"]], pressed["type"]
    if kind in ("basket-caption", "basket-alt"):
        return _written(report, pin, kind, str(value or ""), by)
    if not value:
        return False
    if kind == "basket-out":
        baskets.take_out(store, run, pin.id, by)
    else:
        baskets.arrange(store, run, baskets.moved(list(there), pin.id, int(pressed["by"])), by)
    return True


def _written(report: Report, pin: baskets.Pinned, kind: str, text: str, by: str) -> bool:
    shown: Sequence[Piece] = paper(report, [pin]).pieces
    caption, alt = shown[0].caption, shown[0].alt
    new = (text, alt) if kind == "basket-caption" else (caption, text)
    if new == (caption, alt):
        return False
    baskets.describe(report.store, str(report.run["run_id"]), pin.id, *new, by)
    return True


def _download(kind: str, document: Callable[[], Outline], name: str, report: Report) -> Response:
    if kind not in FORMATS:
        raise NotFound(f"There is no briefing as {kind}.")
    try:
        body = rendered(kind, document)
    except LockstepError as error:
        return Response(f"{error.message} {error.hint or ''}", status=503, mimetype="text/plain")
    return _attached(body, FORMATS[kind].media, f"{name}-{words.run_name(report.run)}{FORMATS[kind].suffix}")


def _attached(body: bytes, media: str, name: str) -> Response:
    answer = Response(body, mimetype=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def tables(report: Report) -> bytes:
    """The tables and networks of a run as one zip, accounts as codes."""
    with Scratch("tables") as folder:
        files = export(report, folder / "tables", names="codes")
        return archive({file.name: file.read_bytes() for file in files})
