"""Page Compare: two runs, two windows of a run, or two periods of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dash_mantine_components as dmc
import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request
from werkzeug.exceptions import NotFound

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, Children, Reports, State, attributes
from dashboards.components.comparison import WAYS, Side, asked_of, picture_of, sides_of, way_of
from dashboards.components.figure_tables import pictured
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import block, button, empty, page
from dashboards.components.tables import Cells, Column, Row, Value, number, table
from dashboards.figures.slopegraph import change_of
from dashboards.pages.nothing import no_run
from dashboards.words.settings import settings_rows
from graph.privacy import sanitize
from graph.report.compare import ComparedGroup, Match, compared, windows_of
from ingest.errors import LockstepError, UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/compare"
TITLE = "What stays when settings change?"
NAV = "Compare"
PARENT = "/compare"
OF_CASE = True

SHOWN = 100


def layout(reports: Reports, state: State) -> Component:
    """The page (``by`` runs, windows or periods, and which)."""
    report = reports.of(state.get("run"))
    if report.run is None:
        return no_run(report.store)
    by = way_of(report, state.query)
    try:
        sides = sides_of(reports.of, state.query, by)
    except UsageError as error:
        return _problem(reports, report, state, by, str(error))
    if sides is None:
        return empty(
            TITLE,
            _missing(by),
            _switch(state, by),
            html.P(button("Find groups with other settings", state.href("/find"), primary=True), className="row"),
        )
    one, two = sides
    found = compared(one.groups, two.groups)
    picture = picture_of(one, two)
    heading = f"{picture.title}: {one.name} and {two.name}"
    main: list[Child] = [
        pictured(
            "compared",
            picture,
            html.Span(picture.source.rstrip("."), className="run wrap"),
            csv=state.here(by=by).replace(PATH, "/files/compare.csv", 1),
        ),
        _table(state, found, one, two),
    ]
    names = [html.Span(side.name, className="nowrap") for side in sides]
    return page(
        [f"{picture.title}: ", names[0], " and ", names[1]],
        "Groups match when they share at least 30% of their members (Jaccard). Groups set aside are not compared.",
        _switch(state, by),
        _form(reports, report, state, by, sides),
        *main,
        _settings(one, two),
        actions=[pins.pin("compare", **asked_of(one, two, by), title=heading, label="Pin to briefing", main=True)],
    )


def _missing(by: str) -> str:
    return {
        "runs": "This case has one run. Run a second search, with other settings or more files, to compare the two here.",
        "windows": "This run used one window. A run over several windows shows which groups need a longer one.",
        "periods": "This run has no ties, so there is nothing to compare over time.",
    }[by]


def _said(side: Side) -> list[tuple[str, str]]:
    """Names and values that tell one side from the other."""
    if "run" not in side.narrow:
        return [("Window" if "window" in side.narrow else "Period", side.name)]
    report = side.report
    names = [
        sanitize.clean(str(s["file_name"]))
        for s in report.store.sources().to_pylist()
        if s["source_id"] in report.run["source_ids"]
    ]
    files = words.listed(names) if len(names) <= 4 else words.counted(len(names), "file")
    return [
        *((what, value) for what, value, _ in settings_rows(report.run)),
        ("Lockstep", str(report.run.get("version"))),
        ("Files", files),
    ]


# --- which two -----------------------------------------------------------------------------------------------------


def _switch(state: State, by: str) -> Component:
    links = [
        html.Span(label, className="btn small here", **attributes(aria_current="true"))
        if by == way
        else dcc.Link(label, href=state.href(PATH, by=way), className="btn small")
        for way, label in WAYS
    ]
    return html.Nav(links, className="row", **attributes(aria_label="What is compared"))


def _form(reports: Reports, report: Report, state: State, by: str, sides: tuple[Side, Side] | None) -> Component:
    """Plain fields of a form: what is chosen stands in the address."""
    fields: list[Child] = [_hidden("by", by)]
    if by == "runs":
        names = [words.run_name(r) for r in reversed(reports.store.runs())]
        chosen = [s.narrow["run"] for s in sides] if sides else [names[0], names[-1]]
        fields += [_choose("run", "First run", [(n, n) for n in names], chosen[0])]
        fields += [_choose("with", "Second run", [(n, n) for n in names], chosen[1])]
    else:
        fields.append(_hidden("run", words.run_name(report.run)))
    if by == "windows":
        there = [(f"{w:g}", words.window(w)) for w in windows_of(report)]
        fields += [_choose("one", "First window", there, state.get("one") or there[0][0])]
        fields += [_choose("two", "Second window", there, state.get("two") or there[-1][0])]
    if by == "periods":
        days = [s.narrow for s in sides] if sides else [{}, {}]
        fields += [
            _date("from", "First period from", days[0].get("from")),
            _date("to", "First period to", days[0].get("to")),
        ]
        fields += [
            _date("from2", "Second period from", days[1].get("from")),
            _date("to2", "Second period to", days[1].get("to")),
        ]
    return html.Form(
        [*fields, html.Button("Compare", type="submit", className="btn")],
        action=PATH,
        method="get",
        className="row choosefields",
    )


def _hidden(name: str, value: str) -> Component:
    return dcc.Input(id=f"compare-{name}", type="hidden", name=name, value=value)


def _choose(name: str, label: str, options: Sequence[tuple[str, str]], value: str) -> Component:
    made = [html.Option(said, value=key, selected="selected" if key == value else None) for key, said in options]
    return html.Label([html.Span(label), html.Select(made, name=name)])


def _date(name: str, label: str, value: object) -> Component:
    return dmc.TextInput(name=name, label=label, value=value, placeholder="2026-08-14", w="9rem")


def _problem(reports: Reports, report: Report, state: State, by: str, said: str) -> Component:
    return page(
        "These two cannot be compared", said, _switch(state, by), _form(reports, report, state, by, None), role="alert"
    )


# --- what came of it -----------------------------------------------------------------------------------------------


def _table(state: State, found: Sequence[Match], one: Side, two: Side) -> Component:
    rows: list[Cells] = [
        Row(
            [
                words.sentence(change_of(m)),
                _named(state, m.one, one),
                _named(state, m.two, two),
                number(m.common if m.event == "stays" else None),
                _moved(m),
                Value(words.share(m.jaccard, 1), m.jaccard) if m.jaccard is not None else words.NONE,
            ],
            reachable=True,
        )
        for m in found[:SHOWN]
    ]
    heads = [Column("Change", class_name="nowrap"), Column(one.name), Column(two.name)]
    heads += [Column("In both", True), Column("Left, joined"), Column("Overlap", True)]
    cut = (
        f"The first {words.count(SHOWN)} of {words.count(len(found))}; the CSV has all. " if len(found) > SHOWN else ""
    )
    return block(
        "Group by group",
        table(heads, rows, wide=True, name="compared-groups"),
        html.P(
            f"{cut}Overlap: accounts in both as a share of all accounts of the two groups (Jaccard).", className="src"
        ),
    )


def _named(state: State, held: ComparedGroup | None, side: Side) -> Children:
    if held is None:
        return words.NONE
    said = f"{words.sentence(held.name)}, {words.counted(len(held.members), 'account')}"
    if held.group_id is None:
        return said
    return dcc.Link(said, href=state.href("/group", group=held.group_id, **side.narrow), className="name")


def _moved(match: Match) -> str:
    if not (match.one and match.two):
        return words.NONE
    left, joined = len(match.one.members - match.two.members), len(match.two.members - match.one.members)
    return f"{words.count(left)} left, {words.count(joined)} joined"


def _settings(one: Side, two: Side) -> Component:
    first, second = (dict(_said(side)) for side in (one, two))
    names = list(dict.fromkeys([*first, *second]))
    differ = [name for name in names if first.get(name) != second.get(name)]
    rows: list[Cells] = [
        [
            html.B(name) if name in differ else name,
            *(html.B(s.get(name, "not set")) if name in differ else s.get(name, "not set") for s in (first, second)),
        ]
        for name in [*differ, *(n for n in names if n not in differ)]
    ]
    said = (
        f"{words.counted(len(differ), 'difference')}, listed first in bold." if differ else "All settings are the same."
    )
    return block(
        "The two settings",
        html.P(said, className="dim"),
        table(["Setting", one.name, two.name], rows, name="settings", wide=True),
    )


def compared_csv(found: Sequence[Match], names: tuple[str, str]) -> pl.DataFrame:
    """Every group of both sides, one row each.

    Examples
    --------
    >>> gone = Match("gone", ComparedGroup("group 1", frozenset("abc")), None)
    >>> compared_csv([gone], ("Run R-1", "Run R-2")).select("what", "group_first", "accounts_first", "in_both").rows()
    [('gone', 'group 1', 3, None)]
    """
    rows = [
        {
            "what": m.event,
            "first": names[0],
            "second": names[1],
            "group_first": m.one.name if m.one else None,
            "group_second": m.two.name if m.two else None,
            "accounts_first": len(m.one.members) if m.one else None,
            "accounts_second": len(m.two.members) if m.two else None,
            "in_both": m.common if m.event == "stays" else None,
            "jaccard": m.jaccard,
            "observed_first": m.one.observed if m.one else None,
            "observed_second": m.two.observed if m.two else None,
        }
        for m in found
    ]
    texts = dict.fromkeys(("what", "first", "second", "group_first", "group_second"), pl.String)
    counts = dict.fromkeys(("accounts_first", "accounts_second", "in_both"), pl.Int64)
    seen = dict.fromkeys(("observed_first", "observed_second"), pl.Int64)
    return pl.DataFrame(rows, schema={**texts, **counts, "jaccard": pl.Float64, **seen})


def register(app: Dash, reports: Reports) -> None:
    """Gives the comparison as a CSV."""

    def compare_file() -> Response:
        state = State(PATH, dict(request.args))
        report = report_or_404(reports, state.get("run"))
        try:
            sides = sides_of(reports.of, state.query, way_of(report, state.query))
        except LockstepError as error:
            raise NotFound(str(error)) from None
        if sides is None:
            raise NotFound("There is nothing to compare.")
        one, two = sides
        frame = compared_csv(compared(one.groups, two.groups), (one.name, two.name))
        return csv_file(frame, "compare", report.run)

    app.server.add_url_rule("/files/compare.csv", "compare_file", compare_file)
