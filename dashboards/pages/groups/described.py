"""Published methods beside the tested groups: the switch, the table with both, the map, and the button that runs a method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import dash
import pandas as pd
import polars as pl
from dash import Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component
from flask import Response, request
from werkzeug.exceptions import NotFound

from dashboards import words
from dashboards.components.base import Child, Children, Reports, State, attributes
from dashboards.components.figure_tables import ROW, picture_key, twin
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import drawing, panel, points, precision_of, source_line
from dashboards.components.marks import platform_counts
from dashboards.figures.chance import CHANCE_KEY, OBSERVED_KEY
from dashboards.figures.groups.described_map import described_map
from dashboards.figures.groups.hatching import KEY, beside_bar
from dashboards.figures.strips import chance_strip, strip_axis, strip_ticks
from dashboards.figures.svg import LogAxis
from dashboards.pages.groups.ranked import (
    SENTENCES,
    about,
    against,
    band,
    group_cells,
    more_rows,
    platforms_of,
    shortened,
    shown_of,
)
from dashboards.words.methods import described as said
from graph.described.beside import beside, placed
from graph.described.methods import METHODS
from graph.described.shared_objects import SHARED
from graph.privacy.small_counts import small
from ingest.errors import LockstepError

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/groups"
COMMUNITY = "/described"
FIRST = 20  # communities in no group's place, until more are asked for
FIRST_METHOD = "coortweet"
COLUMNS = 7


def asked(state: State) -> str | None:
    """The method that the address asks for; None while the switch is off."""
    name = state.get("described")
    return name if name in METHODS else None


def switch(state: State, layers: pd.DataFrame) -> Component:
    """Line with the switch, the method, its behaviours, window and thresholds, and the signs of tested and described."""
    method, there = asked(state), list(dict.fromkeys(layers["method"]))
    other = None if method else next((name for name in there if name != SHARED.name), next(iter(there), FIRST_METHOD))
    label = [
        html.I(className="knob", **attributes(aria_hidden="true")),
        html.Span(said.SWITCH),
        html.Kbd("D"),
    ]
    button = html.Button(
        label,
        type="button",
        role="switch",
        className="switch key-d",
        **attributes(data_tool="to", data_to=state.here(described=other), aria_checked="true" if method else "false"),
    )
    return html.Div([button, *(_chosen(state, layers, method) if method else _offered(there))], className="describebar")


def _offered(there: Sequence[str]) -> list[Child]:
    if not there:
        return []
    return [
        html.Span(f"Described for this run: {words.listed([said.title_of(name) for name in there])}.", className="dim")
    ]


def _chosen(state: State, layers: pd.DataFrame, method: str) -> list[Child]:
    there = list(dict.fromkeys(layers["method"]))
    names = [*there, *(name for name in METHODS if name not in there)]
    options = [
        html.Option(
            said.title_of(name) if name in there else f"{said.title_of(name)} (not run)",
            value=name,
            selected="selected" if name == method else None,
        )
        for name in names
    ]
    kept = [
        dcc.Input(id=f"described-{name}", type="hidden", name=name, value=value)
        for name in ("run", "blind")
        if (value := state.get(name))
    ]
    select = html.Label([html.Span("Method", className="dim"), html.Select(options, name="described")])
    form = html.Form(
        [*kept, select], action=PATH, method="get", **attributes(data_address="1", aria_label="Published method")
    )
    own = layers[layers["method"] == method]
    settings = " ".join(
        part for part in (f"{said.read(own)}." if len(own) else "", f"{said.thresholds(method, own)}.") if part
    )
    signs = html.Span(
        [
            html.Span([html.B("1", className="rank"), " tested"]),
            html.Span([html.Span("D1", className="dtag"), f" {said.LEGEND}"]),
        ],
        className="signs",
    )
    return [form, html.Span(settings, className="dim settings"), signs]


def not_run(report: Report, method: str) -> Component:
    """Place of a method that was not run on this run, with the button that runs it."""
    return html.Section(
        [
            html.H2(said.not_run(method, words.run_name(report.run))),
            html.P([f"{said.difference(method)} ", html.Span(f"Source: {said.source(method)}.")], className="dim"),
            html.P(
                html.Button(said.run_it(method, _took(report.run)), id="describe-run", className="btn primary"),
                className="row",
            ),
            html.P("Runs in the background. None of the run's own results changes.", className="dim"),
            html.P(id="describe-said", className="stopword", role="alert"),
        ],
        className="card notrun",
    )


def _took(run: Mapping[str, Any]) -> str:
    """Time the run took, which is the most that reading and testing it again takes; empty where it is not known."""
    try:
        started, finished = (datetime.fromisoformat(str(run[name])) for name in ("started_at", "finished_at"))
    except (KeyError, ValueError):
        return ""
    return words.duration(max(1.0, round((finished - started).total_seconds())))


class Both:
    """Everything the page shows of one method beside the groups of a run, each table read once."""

    def __init__(self, report: Report, method: str, groups: pd.DataFrame) -> None:
        self.method = method
        self.groups = groups
        self.layers = report.described_layers(method)
        overlap = report.described_overlap(method)
        self.communities = placed(report.described_communities(method), overlap)
        self.beside = beside(self.communities, overlap)
        self.between = report.described_between(method)
        only = self.communities[~self.communities["placed"].astype(bool)].sort_values("community")
        in_groups = only["in_groups"]
        self.only = only.assign(in_both=in_groups, tested_only=0, described_only=only["accounts"] - in_groups)

    @property
    def title(self) -> str:
        """The finding."""
        return said.found(self.method, self.beside, self.only)

    def row_of(self, group: Mapping[Any, Any]) -> dict[str, Any] | None:
        """Numbers beside a tested group; None for what was set aside."""
        rows = self.beside[self.beside["group_id"] == group["group_id"]].to_dict("records")
        return {str(k): v for k, v in rows[0].items()} if rows else None

    @property
    def widest(self) -> int:
        """Accounts of the longest bar."""
        sides = ["in_both", "tested_only", "described_only"]
        totals = [*self.beside[sides].sum(axis=1), *self.only["accounts"]]
        return max((int(t) for t in totals), default=1)


def both_table(report: Report, state: State, both: Both, levels: Mapping[str, str], layers: pd.DataFrame) -> Component:
    """Tested groups, each with what the rule has in its place; below a dashed rule the communities in none's place."""
    numbers = ["observed", "expected", "expected_lo", "expected_hi"]
    axis = strip_axis(pd.concat([both.groups[numbers], both.communities[numbers]]))
    several, precision = len(layers) > 1, precision_of(layers)
    bodies: list[Component] = []
    for heading, sentence in SENTENCES.items():
        part = both.groups[both.groups["heading"] == heading].sort_values("rank")
        if part.empty:
            continue
        shown = part.head(shown_of(state, heading))
        rows = [
            html.Tr(
                [*group_cells(state, g, axis, levels, several, precision), _beside(state, both, both.row_of(g))],
                className="setaside" if heading == "aside" else None,
                **ROW,
            )
            for g in shown.to_dict("records")
        ]
        more = more_rows(state, heading, len(part), len(shown), COLUMNS)
        bodies.append(html.Tbody([band(heading, sentence, part, COLUMNS), *rows, more], className=heading))
    bodies.append(_only(state, both, axis))
    about_groups = about(report.run, both.groups, layers) if len(both.groups) else []
    key = [*picture_key((CHANCE_KEY, OBSERVED_KEY)), *picture_key(tuple((svg, text) for text, svg in KEY.items()))]
    return html.Div(
        [
            html.Table(
                [_head(axis), *bodies],
                className="t ranked both",
                **attributes(data_name="described", aria_label="Tested groups and described communities"),
            ),
            html.P(key, className="key"),
            html.P(source_line(report, *_about(both), *about_groups), className="src"),
        ],
        className="scroll",
        tabIndex=0,
        role="region",
        **attributes(aria_label="Tested groups and described communities"),
    )


def _about(both: Both) -> list[str]:
    members = int(both.communities["accounts"].sum())
    told = said.whole(both.method, both.communities, both.layers, members)
    return [
        f"{told} Source: {said.source(both.method)}.",
        said.PLACE if len(both.beside) else "",
        said.NO_P,
        said.NEVER_A_GROUP,
    ]


def _head(axis: LogAxis) -> Component:
    return html.Thead(
        html.Tr(
            [
                html.Th(html.Span("Rank or tag", className="vh"), scope="col"),
                html.Th("Mostly shared", scope="col"),
                html.Th("Accounts", scope="col"),
                html.Th("Ties", scope="col", className="r"),
                html.Th(
                    ["Shared together, against chance", drawing(strip_ticks(axis))], scope="col", className="striphead"
                ),
                html.Th("p", scope="col", className="r", title=said.NO_P),
                html.Th("Members: tested and described", scope="col"),
            ]
        )
    )


def _beside(state: State, both: Both, row: Mapping[str, Any] | None) -> Component:
    """Cell with the communities in a group's place, and how many accounts are in both."""
    if row is None:
        return html.Td(html.Span("Set aside", className="dim"), className="bothcell")
    tags = [tag_link(state, both.method, int(c)) for c in row["communities"]]
    spaced: list[Child] = [part for one in tags for part in (one, " ")]
    return html.Td(
        [
            html.Span(spaced if spaced else "not found by the rule", className="dtags" if spaced else "dim"),
            drawing(bar) if (bar := _bar(row, both.widest)) else None,
            html.Span(said.beside_words(row), className="why"),
        ],
        className="bothcell",
    )


def _bar(row: Mapping[str, Any], most: int) -> str | None:
    """The bar, except where its lengths would give small counts back that are withheld."""
    parts = ("in_both", "tested_only", "described_only")
    return None if any(small(int(row[name])) for name in parts) else beside_bar(row, most)


def tag_link(state: State, method: str, community: int) -> Component:
    """A community's tag in its dashed box, as a link to its page."""
    return dcc.Link(f"D{community}", href=href_of(state, method, community), className="dtag")


def href_of(state: State, method: str, community: object) -> str:
    """Address of a community's page."""
    return state.href(COMMUNITY, method=method, community=f"D{community}")


def _only(state: State, both: Both, axis: LogAxis) -> Component:
    shown = both.only.head(shown_of(state, "described", FIRST))
    told: Child = (
        said.ONLY_RULE
        if len(both.only)
        else f"Every community of this rule is in the place of a group. {said.NEVER_A_GROUP}"
    )
    if both.communities.empty:
        told = f"{said.rule(both.method)} finds {said.NOTHING}."
    head: Children = [
        html.H2(f"Described only: {said.title_of(both.method)}"),
        html.P(told),
        points(said.notes(both.layers)) if said.notes(both.layers) else None,
    ]
    rows = [_community(state, both, c, axis) for c in shown.to_dict("records")]
    rest = said.rest_of(both.only, len(shown))
    more = None
    if rest:
        link = dcc.Link(
            f"Show {min(len(both.only) - len(shown), 200)} more",
            href=state.here(described_rows=len(shown) + 200),
            className="btn",
        )
        more = html.Tr(html.Td([link, f" {rest}"], colSpan=COLUMNS), className="morerow")
    return html.Tbody(
        [html.Tr(html.Td(head, colSpan=COLUMNS), className="band"), *rows, more], className="describedonly"
    )


def _community(state: State, both: Both, community: Mapping[Any, Any], axis: LogAxis) -> Component:
    strip: list[Child] = []
    if words.known(community["observed"]):
        strip = [drawing(chance_strip({str(k): v for k, v in community.items()}, axis, "none")), against(community)]
    name = shortened(said.community_name(community))
    return html.Tr(
        [
            html.Td(html.Span(community["tag"], className="dtag"), className="rank"),
            html.Td(
                [
                    dcc.Link(name, href=href_of(state, both.method, community["community"]), className="name"),
                    html.Br(),
                    html.Span(said.shared_what(community), className="why"),
                    html.Br(),
                    html.Span(said.why(community), className="why"),
                ]
            ),
            html.Td(platform_counts(platforms_of(community)), className="accs"),
            html.Td(words.count(community["ties"]), className="r ties"),
            html.Td(strip, className="stripcell"),
            html.Td(words.named("q", community["q"]), className="r p dim nowrap", title=said.NO_P),
            html.Td(
                [
                    drawing(bar) if (bar := _bar(community, both.widest)) else None,
                    html.Span(said.beside_words(community), className="why"),
                ],
                className="bothcell",
            ),
        ],
        className="hatched",
        **ROW,
    )


def both_map(report: Report, state: State, both: Both, levels: Mapping[str, str]) -> Component:
    """The map of both, with its table and its files."""

    def href(what: str, key: str) -> str:
        return state.href("/group", group=key) if what == "group" else href_of(state, both.method, key)

    picture = described_map(both.groups, levels, both.beside, both.communities, both.between, most=FIRST, href=href)
    return panel(
        "group-map",
        picture.title,
        drawing(picture.svg),
        twin=twin(picture.table, picture.title),
        key=picture_key(picture.key),
        source=[f"{picture.note} {said.NEVER_A_GROUP} ", html.Span(words.run_line(report.run), className="run")],
    )


def described_csv(report: Report, method: str) -> pl.DataFrame:
    """The table of the page as plain columns, in the same order; what was set aside is left to the table of groups."""
    groups = report.groups().sort_values("rank")
    both = Both(report, method, groups)
    rows: list[dict[str, Any]] = []
    for group in groups.to_dict("records"):
        row = both.row_of(group)
        if row is not None:
            tags = " ".join(f"D{c}" for c in row["communities"])
            kind = "closed circle" if group["heading"] == "closed" else "tested group"
            name = words.group_name(group)
            rows.append(
                _plain(
                    kind,
                    words.place(group["rank"]),
                    name,
                    group,
                    {**row, "p_group": group["p_group"], "in_place": tags},
                )
            )
    rows += [
        _plain("described community", str(c["tag"]), said.community_name(c), c, {**c, "q_smallest": c["q"]})
        for c in both.communities.sort_values("community").to_dict("records")
    ]
    names = ("kind", "rank", "mostly_shared", *_COPIED, "platforms", *_NUMBERS)
    return (
        pl.DataFrame(rows, schema_overrides={"p_group": pl.Float64}, infer_schema_length=None).select(names)
        if rows
        else pl.DataFrame({name: [] for name in names})
    )


_COPIED = ("accounts", "ties", "objects", "observed", "expected", "expected_lo", "expected_hi")
_NUMBERS = (
    "p_group",
    "q_smallest",
    "tested",
    "passing",
    "in_both",
    "tested_only",
    "described_only",
    "in_place",
    "group_id",
)


def _plain(kind: str, rank: str, name: str, row: Mapping[Any, Any], more: Mapping[Any, Any]) -> dict[str, Any]:
    def known(value: object) -> object:
        return value if words.known(value) else None

    return {
        "kind": kind,
        "rank": rank,
        "mostly_shared": name,
        **{column: known(row[column]) for column in _COPIED},
        "platforms": words.platforms(platforms_of(row)),
        **{column: known(more.get(column)) for column in _NUMBERS},
    }


def job_of(run: Mapping[str, Any], method: str) -> dict[str, Any]:
    """Task of the background job that describes a method beside a run: the run's settings, and which run.

    Examples
    --------
    >>> job = job_of({"run_id": "0a1b", "settings": {"traces": ["link"], "windows_s": [60.0], "seed": 7}}, "qut")
    >>> job["describe"], job["of_run"], job["windows_s"]
    (['qut'], '0a1b', [60.0])
    """
    settings = run.get("settings") or {}
    kept = {
        name: settings[name] for name in ("traces", "windows_s", "worlds", "seed") if settings.get(name) is not None
    }
    return {**kept, "describe": [method], "of_run": str(run["run_id"])}


def register(app: Dash, reports: Reports) -> None:
    """The button that runs a method, and the table as a CSV."""

    @app.callback(
        Output("go", "data", allow_duplicate=True),
        Output("describe-said", "children"),
        Input("describe-run", "n_clicks"),
        dash.State("url", "search"),
        prevent_initial_call=True,
    )
    def describe(clicks: int | None, search: str | None) -> tuple[object, object]:
        state = State.parse(PATH, search)
        method = asked(state)
        if not clicks or method is None:
            return no_update, no_update
        try:
            job = reports.jobs.start("find", reports.address, job_of(reports.of(state.get("run")).run, method))
        except LockstepError as error:
            return no_update, str(error)
        return f"/find?job={job}", None

    def described_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        method = request.args.get("described", "")
        if method not in METHODS:
            raise NotFound("There is no such method.")
        return csv_file(described_csv(report, method), f"described-{method}", report.run)

    app.server.add_url_rule("/files/described.csv", "described_file", described_file)
