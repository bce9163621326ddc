"""Ledger on the page Handing over: its table, what is added to it, rechecks that come in, and the survival curve."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import author, pins
from dashboards.components.base import Child, Children, Reports, attributes
from dashboards.components.figure_tables import pictured
from dashboards.components.marks import glyph
from dashboards.components.tables import Cells, Column, Row, Value, number, table
from dashboards.figures.survival import survival_figure
from dashboards.words import handover as said
from graph.handover import ledger as book
from graph.handover.ledger import Entry
from graph.handover.rechecks import Taken, import_rechecks
from graph.handover.survival import Ledger
from graph.privacy.sanitize import clean
from ingest.errors import LockstepError, UsageError

KINDS = (("receipt", "Receipt, art. 16(4)"), ("decision", "Decision, art. 16(5)"))


def section(held: Ledger) -> Component:
    """The ledger under its heading; nothing where nothing was sent."""
    return html.Section(
        [
            html.H2("Ledger", className="h-sec") if held.lines else None,
            html.Div(body(held), id="handover-ledger"),
            html.P("", id="handover-ledger-said", role="status", className="said"),
            html.Div(id="handover-wrong"),
        ],
        className="ledger" if held.lines else None,
    )


def body(held: Ledger) -> list[Child]:
    """Table, forms and curve."""
    if not held.lines:
        return []
    picture = survival_figure(held.curve())
    panel = (
        pictured("survival", picture, EARLIER, pin=pins.pin("figure", figure="survival", title=picture.title))
        if picture is not None
        else html.P("The curve appears after the first recheck.", className="dim")
    )
    return [
        html.Div(
            [
                html.Div(
                    [
                        html.P(f"Lines are added, never changed. {said.BY_HAND}", className="dim"),
                        lines(held),
                        html.P(said.outcome_notes(held.outcome(), held.unreported()), className="src"),
                        _add_form(held.lines),
                        _import_form(),
                    ]
                ),
                panel,
            ],
            className="cols-led",
        )
    ]


EARLIER = "From the rechecks in this ledger."


def lines(held: Ledger) -> Component:
    """Table of the lines, with their sum."""
    today = datetime.now(UTC).date()
    heads = [
        Column("Line"), Column("Sent", class_name="nowrap"), Column("To"), Column("Document"), Column("Posts", True), Column("Receipt"), Column("Decision"),
        Column("Last recheck"), Column("Offline", True),
    ]  # fmt: skip
    rows: list[Cells] = [_line(held, entry, today) for entry in held.lines]
    whole = held.outcome()
    total: list[Children | Value] = [
        "",
        "",
        "",
        "All",
        number(whole.posts),
        "",
        "",
        _day(whole.on),
        said.offline_words(whole),
    ]
    return table(heads, [*rows, Row(total, "total")], name="ledger", wide=True)


def _line(held: Ledger, entry: Entry, today: date) -> Row:
    found = held.outcome(entry)
    receipt, decided = said.receipt_words(entry, today), clean(said.decision_words(entry))
    late = entry.waiting(today) is not None
    return Row(
        [
            html.B(entry.code),
            Value(words.day(entry.day), entry.day.isoformat()),
            html.Span([glyph(entry.to) if entry.document != "complaint" else None, said.receiver(entry)]),
            said.document_words(entry),
            number(len(entry.items)) if entry.items else words.NONE,
            html.Span(receipt, className="warnword") if late else receipt,
            decided,
            _day(found.on),
            said.offline_words(found),
        ]
    )


def _day(day: date | None) -> str:
    return words.day(day) if day else words.NONE


def _add_form(held: Sequence[Entry]) -> Component:
    codes = [{"value": str(entry.number), "label": f"{entry.code}, {said.receiver(entry)}"} for entry in held]
    fields = [
        dmc.Select(
            id="ledger-line", label="Line", data=codes, value=codes[-1]["value"], allowDeselect=False, w="14rem"
        ),
        dmc.Select(
            id="ledger-kind",
            label="What came",
            data=[{"value": name, "label": label} for name, label in KINDS],
            value="receipt",
            allowDeselect=False,
            w="12rem",
        ),
        dmc.TextInput(id="ledger-day", label="Day", placeholder="2026-09-04", w="8rem"),
        dmc.TextInput(id="ledger-words", label="Decision, in words", placeholder="15 removed, 9 kept", w="16rem"),
        dmc.TextInput(id="ledger-by", label="Your name or initials", value=author.name(), w="11rem"),
        html.Button("Add to the ledger", id="ledger-add", className="btn", type="button", n_clicks=0),
    ]
    return html.Details(
        [html.Summary("Add a receipt or decision"), html.Div(fields, className="row choosefields")], className="twin"
    )


def _import_form() -> Component:
    asks = "Columns: item (a code or an address), state (online, offline, restricted, unknown), date, by. Nothing is fetched."
    return html.Details(
        [
            html.Summary("Import a recheck (CSV)"),
            html.P(asks, className="dim"),
            dmc.Checkbox(
                id="recheck-unreported",
                label="These posts were not reported: same accounts, for comparison",
                size="xs",
                checked=False,
            ),
            html.Label(
                [
                    html.Span("File", className="vh"),
                    dcc.Upload(
                        html.Span("Choose a CSV", className="btn"),
                        id="recheck-file",
                        accept=".csv,.tsv,.txt",
                        className="choose",
                    ),
                ]
            ),
        ],
        className="twin",
    )


def wrong_rows(found: Taken) -> list[Child]:
    """Rows of a file that were not taken: where, what was found, and what would be accepted."""
    if not found.wrong:
        return []
    rows: list[Cells] = [
        [
            error.file,
            number(error.row),
            error.column or words.NONE,
            clean(error.found or ""),
            error.accepted or words.NONE,
        ]
        for error in found.wrong[:200]
    ]
    heads = [Column("File"), Column("Row", True), Column("Column"), Column("Found"), Column("Accepted")]
    more = len(found.wrong) - len(rows)
    return [
        html.H3("Rows that were left out"),
        table(heads, rows, name="wrong-rows", wide=True),
        html.P(f"{words.count(more)} more.", className="src") if more else None,
    ]


def register(app: Dash, reports: Reports) -> None:
    """Adding a receipt or decision, and taking in rechecks."""

    @app.callback(
        Output("handover-ledger", "children"),
        Output("handover-ledger-said", "children"),
        Input("ledger-add", "n_clicks"),
        dash.State("ledger-line", "value"),
        dash.State("ledger-kind", "value"),
        dash.State("ledger-day", "value"),
        dash.State("ledger-words", "value"),
        dash.State("ledger-by", "value"),
        prevent_initial_call=True,
    )
    def add(clicks: int | None, line: str, kind: str, day: str, said_: str, by: str) -> Any:
        if not clicks:
            return no_update, no_update
        return added(reports, line, kind, day, said_, by)

    @app.callback(
        Output("handover-ledger", "children", allow_duplicate=True),
        Output("handover-ledger-said", "children", allow_duplicate=True),
        Output("handover-wrong", "children"),
        Input("recheck-file", "contents"),
        dash.State("recheck-file", "filename"),
        dash.State("recheck-unreported", "checked"),
        prevent_initial_call=True,
    )
    def take(contents: str | None, name: str | None, unreported: bool) -> Any:
        if not contents:
            return no_update, no_update, no_update
        return taken(reports, contents, name or "file", reported=not unreported)


def added(reports: Reports, line: str, kind: str, day: str, said_: str, by: str) -> tuple[Any, Any]:
    """Add a receipt or decision; gives the ledger anew and what to say."""
    try:
        when, name = book.day_of(day or ""), " ".join((by or "").split())
        if name:
            author.remember(name)
        at = book.line_of(line or "")
        if kind == "decision":
            book.decision(reports.store, at, when, said_ or "", name)
        else:
            book.receipt(reports.store, at, when, name)
    except LockstepError as error:
        return no_update, refused(error)
    return body(Ledger.of(reports.store)), f"Added to L-{at}."


def refused(error: LockstepError) -> Component:
    """The reason why nothing was saved, and the way on."""
    return html.Span(f"Not saved. {error.message}{f' {error.hint}' if error.hint else ''}", className="stopword")


def taken(reports: Reports, contents: str, name: str, *, reported: bool) -> tuple[Any, Any, Any]:
    """Take a file of rechecks; gives the ledger anew, what to say, and the rows that were left out."""
    try:
        text = _text(contents, name)
        found = import_rechecks(reports.store, None, author.signature(), text=text, name=clean(name), reported=reported)
    except LockstepError as error:
        return no_update, refused(error), []
    held = Ledger.of(reports.store)
    known = f", {found.known} known already" if found.known else ""
    left = f", {words.counted(len(found.wrong), 'row')} left out" if found.wrong else ""
    told = f"{words.counted(found.taken, 'recheck')} taken{known}{left}. {said.outcome_words(held.outcome())}."
    return body(held), told, html.Div(wrong_rows(found), **attributes(aria_live="polite"))


def _text(contents: str, name: str) -> str:
    """The text of an upload, which comes as base64.

    Raises
    ------
    UsageError
        If it is no text in UTF-8.
    """
    try:
        return base64.b64decode(contents.partition(",")[2], validate=True).decode("utf-8-sig")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise UsageError(f"{clean(name)} is no text in UTF-8.", hint="Save it as CSV, UTF-8.") from error
