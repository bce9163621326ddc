"""Page Outlinks: hosts that these accounts send people to, ranked, with the standing of each and the way there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request
from werkzeug.exceptions import NotFound

from dashboards import words
from dashboards.components.base import Child, Children, Reports, State
from dashboards.components.figure_tables import picture_key, pictured, twin
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import button, drawing, page, panel, problem, source_line
from dashboards.components.outlinks.asked import SCOPES, Asked
from dashboards.components.outlinks.view import View, asked_of, counted, is_counted, view_of
from dashboards.components.tables import Cells, Column, number, table
from dashboards.figures.outlinks.flow import HEADS, sums
from dashboards.figures.svg import Picture
from dashboards.pages.outlinks import host
from dashboards.pages.outlinks.filters import PATH, address, filters, pinned
from dashboards.pages.outlinks.hosts import hosts_table
from dashboards.words import outlinks as said
from graph.privacy.sanitize import defang
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

TITLE = "Where do these accounts send people?"
CHANGES_RAIL = True
NAV = "Outlinks"
KEY = "O"
PARENT = PATH

__all__ = ["KEY", "NAV", "PARENT", "PATH", "TITLE", "count", "layout", "outlinks_csv", "register"]


def layout(report: Report, state: State) -> Component:
    """The page of a view, or of one host of it (``host``)."""
    asked = Asked()
    try:
        asked = asked_of(report, state.query)
        view = view_of(report, asked)
    except UsageError as error:
        return _problem(report, state, asked, error)
    if state.get("host"):
        return host.layout(report, state, view)
    if not view.links:
        return _empty(report, state, asked, view)
    return page(
        view.title(),
        _lead(report, view),
        filters(report, state, asked, view),
        hosts_table(state, view) if view.hosts.height else _no_host(state, asked),
        _pictures(report, state, view),
        actions=[
            html.A("Table as CSV", href=_file(state), className="btn", download=""),
            pinned(view, view.title(), label="Pin to briefing", main=True),
        ],
    )


def _file(state: State) -> str:
    return state.here(rows=None).replace(PATH, "/files/outlinks.csv", 1)


def _lead(report: Report, view: View) -> str:
    totals = view.found.totals
    plain = said.lead(totals.accounts, view.whose(), totals.links, totals.hosts, totals.redirected)
    return " ".join([plain, *view.left_out()])


def _problem(report: Report, state: State, asked: Asked, error: UsageError) -> Component:
    ways: list[Children] = [dcc.Link("Show all hosts", href=state.href(PATH)), *([error.hint] if error.hint else [])]
    return problem("These links cannot be counted", error.message, ways)


def _empty(report: Report, state: State, asked: Asked, view: View) -> Component:
    """Nothing to rank: says if a wider view has links."""
    ways: list[Child] = [
        button(f"Look at {SCOPES['all'].lower()}", address(state, Asked("all")), primary=True)
    ] if asked.scope != "all" else [button("See the files", state.href("/sources"))]  # fmt: skip
    inside = view.found.totals.inside
    lead = [
        "Links of a platform to itself are not counted here"
        f" ({words.counted(inside, 'link')})." if inside else "These posts name no host on the web."
    ]  # fmt: skip
    return page(
        said.no_links(view.whose()),
        " ".join([*lead, *view.left_out()]),
        filters(report, state, asked, view),
        html.P(ways, className="row"),
    )


def _no_host(state: State, asked: Asked) -> Component:
    return html.P(
        ["No host is like this. ", dcc.Link("Clear all filters", href=address(state, Asked(asked.scope, asked.group)))],
        className="dim",
    )


def _pictures(report: Report, state: State, view: View) -> Component:
    source = source_line(report)

    def placed(name: str, picture: Picture) -> Component:
        return pictured(name, picture, source, pin=pinned(view, picture.title, figure=name))

    beside = [
        _flow(view, source),
        html.Div([placed("room", view.room_picture()), _sources(state, view)]),
    ]
    heat = placed("weeks", view.heat_picture(width=1080)) if view.course.spans and view.hosts.height else None
    return html.Div([html.Div(beside, className="cols-out"), html.Div(heat, className="stacked")])


def _flow(view: View, source: list[Child]) -> Component:
    """The flow; where it has no room, two tables take its place."""
    picture = view.flow_picture()
    tables = [_between(picture, start, end) for start, end in pairwise(HEADS)]
    return panel(
        "flow",
        picture.title,
        drawing(picture.svg),
        twin=twin(picture.table, picture.title),
        key=picture_key(picture.key),
        source=[f"{picture.note} ", html.Span(source)],
        more=html.Div(tables, className="narrowonly box"),
        pin=pinned(view, picture.title, figure="flow"),
        chart=picture.chart,
    )


def _between(picture: Picture, start: str, end: str) -> Component:
    """Table of the links between two columns of the flow."""
    rows: list[Cells] = [[a, b, number(links)] for a, b, links in sums(picture.table, start, end)]
    return table([Column(start), Column(end), Column("Links", True)], rows, name=f"{start} to {end}")


def _sources(state: State, view: View) -> Component | None:
    """Facts with their sources behind the chips, as a table of the view."""
    rows = view.found.standing.filter("known")
    if rows.is_empty():
        return None
    items = [
        html.Li(
            f"{view.name(r['host'])}: {said.SHORT_NAMES[r['scheme']]}, {r['status']}"
            + (f" since {r['since'].isoformat()}" if r["since"] else "")
            + f" ({r['basis']}). {r['source'] or ''}"
        )
        for r in rows.iter_rows(named=True)
    ]
    return html.Details(
        [html.Summary(f"{words.counted(len(items), 'fact')} with sources"), html.Ul(items, className="take")],
        className="twin",
    )


def count(reports: Reports, report: Report | None) -> int | None:
    """Number of hosts beside the page's name, once the page was opened: counting reads all links."""
    if report is None or report.run is None:
        return None
    asked = asked_of(report, {})
    return counted(report, asked).totals.hosts if is_counted(report, asked) else None


def outlinks_csv(view: View) -> pl.DataFrame:
    """Table of the page as plain columns, in its order: hosts broken, pages of people without their names."""
    rows = view.hosts
    return rows.select(
        pl.int_range(1, pl.len() + 1).alias("rank"),
        pl.Series("host", [view.broken(h) for h in rows["host"]], dtype=pl.String),
        pl.Series("name", [view.name(h) for h in rows["host"]], dtype=pl.String),
        pl.Series("kind", [said.kind(k) for k in rows["kind"]], dtype=pl.String),
        "accounts",
        "posts",
        "links",
        "share",
        "first_at",
        "last_at",
        pl.col("lookalike_of").map_elements(defang, return_dtype=pl.String),
        pl.col("how").alias("imitates_by"),
        "euif",
        "dsa",
        "dsa_proceedings",
        "gifct",
        "transparency_database",
    )


def register(app: Dash, reports: Reports) -> None:
    """Give the table, and the posts behind one host, as CSV."""

    def view_or_404(report: Report) -> View:
        try:
            return view_of(report, asked_of(report, dict(request.args)))
        except UsageError as error:
            raise NotFound(str(error)) from None

    def outlinks_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        return csv_file(outlinks_csv(view_or_404(report)), "outlinks", report.run)

    def posts_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        view = view_or_404(report)
        try:
            frame = host.posts_csv(report, view, request.args.get("host", ""))
        except UsageError as error:
            raise NotFound(str(error)) from None
        return csv_file(frame, "outlink-posts", report.run)

    app.server.add_url_rule("/files/outlinks.csv", "outlinks_file", outlinks_file)
    app.server.add_url_rule("/files/outlink-posts.csv", "outlink_posts_file", posts_file)
