"""Page Group: network, delays, leaders, roles, change, and what the group shared."""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import dash
import orjson
import pandas as pd
import polars as pl
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from flask import Response, abort, request

from dashboards import words
from dashboards.components import author, pins, verdict_callbacks, verdict_form, zoom
from dashboards.components.base import Child, Reports, State
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import Fact, block, button, caveats, columns, facts, page, problem
from dashboards.components.marks import PLATFORMS_SHOWN, platform_counts, tie_q
from dashboards.components.network_data import (
    first_labels,
    keep_rows,
    languages_of,
    layer_of,
    layer_ties,
    network_columns,
    parts_of,
    places,
    precision_of_layer,
    set_of,
    tie_key,
    whole_members,
)
from dashboards.components.tables import Cells, Column, Row, Value, number, table
from dashboards.figures.groups.network import rgb
from dashboards.pages.group import attribution
from dashboards.pages.group.network import network_panel, selected, tie_link
from dashboards.pages.group.panels import (
    BESIDE,
    across,
    carried,
    change_panel,
    delays_panel,
    figure_table,
    hashtags,
    leaders_panel,
    roles_panel,
    sites,
    why,
)
from dashboards.pages.group.parts import parts_block
from dashboards.pages.groups.labels import labels_of
from dashboards.pages.protecting import seal_form
from dashboards.words import alternatives
from dashboards.words import groups as group_words
from dashboards.words.caveats import first
from graph.exports.graph_files import write_gexf
from graph.exports.tables import Tables
from graph.privacy.codes import Names, case_key
from graph.privacy.times import coarse_time
from graph.report.ties import strongest_of_pairs
from ingest.errors import LockstepError

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/group"
TITLE = "Group"
NAV: str | None = None
PARENT = "/groups"


def layout(report: Report, state: State) -> Component:
    """The page of one group of a run."""
    groups = report.groups()
    group = _chosen(groups, state.get("group"))
    if group is None:
        return problem(
            "There is no such group in this run",
            "Groups belong to a run. Another run may hold the same accounts under another number.",
            [dcc.Link("Open the groups of this run", href=state.href("/groups"))],
            crumbs=[("Groups", state.href("/groups")), ("Unknown group", None)],
        )
    state = State(state.path, {**state.query, "group": group["group_id"]})
    layer = layer_of(group, state)
    members, ties = report.members(group["group_id"]), layer_ties(report, group, layer)
    precision = precision_of_layer(report, layer)
    named = {} if state.get("blind") else labels_of(report, list(members["account"]))
    judged = verdict_form.judging(
        report,
        verdict_form.about_group(report, group["group_id"]),
        "group",
        hints(report, group),
        blind=bool(state.get("blind")),
        switch=_blind_switch(state),
    )
    return page(
        title(group, layer, precision),
        " ".join([*first(report), lead(group, precision)]),
        _facts(group, layer, report.ties(group["group_id"]), precision),
        columns(
            [
                network_panel(report, state, group, layer, members, ties),
                parts_block(report, state, group, precision),
                html.Div(
                    [
                        delays_panel(report, group, layer, precision),
                        leaders_panel(report, members, group, precision, named),
                    ],
                    className="cols-2",
                ),
                across(report, state, group, precision),
                html.Div(
                    [roles_panel(report, state, group, precision), change_panel(report, state, group)],
                    className="stacked",
                ),
                html.Div(
                    [
                        carried(report, state, group, precision),
                        html.Div([sites(report, group), hashtags(report, group)]),
                    ],
                    className="cols-2 plain",
                ),
            ],
            [
                judged.verdict,
                why(report, group),
                caveats(report, str(group["group_id"])),
                judged.checks,
                _strongest(state, ties, group, report.comparison_accounts()),
                judged.notes,
                seal_form(str(group["group_id"]), f"group {group['rank']}"),
            ],
        ),
        attribution.card(report, str(group["group_id"]), blind=bool(state.get("blind"))),
        crumbs=[("Groups", state.href("/groups")), (f"Group {group['rank']}", None)],
        actions=[
            *_neighbours(groups, group, state),
            pins.pin(
                "group",
                group=group["group_id"],
                title=title(group, layer, precision),
                label="Pin to briefing",
                main=True,
            ),
        ],
    )


def _blind_switch(state: State) -> Component:
    """Link that hides what others wrote until one's own verdict is given, or shows it again."""
    if state.get("blind"):
        return html.Span(
            [
                "Blind: what others wrote is hidden until you have given your own verdict. ",
                dcc.Link("Show everything", href=state.here(blind=None)),
            ]
        )
    return html.Span(
        [
            dcc.Link("Code blind", href=state.here(blind="1")),
            ": hide what others wrote until you have given your own verdict. ",
            dcc.Link("Agreement of coders", href=state.href("/agreement")),
        ]
    )


def _chosen(groups: pd.DataFrame, wanted: str | None) -> dict[str, Any] | None:
    if groups.empty:
        return None
    found = groups[groups["group_id"] == wanted] if wanted else groups.head(1)
    if found.empty:
        found = groups[groups["rank"].astype(str) == wanted]
    return {str(k): v for k, v in found.iloc[0].items()} if len(found) else None


def title(group: Mapping[str, Any], layer: tuple[str, float], precision: str | None = None) -> str:
    """The finding: how many accounts did what, how close together.

    Examples
    --------
    >>> title({"accounts": 14, "objects": 31, "platforms": {"x": 8, "telegram": 6}}, ("link", 60.0))
    '14 accounts on two platforms shared 31 links within a minute of each other'
    """
    many = len(group["platforms"])
    where = f" on {words.small(many)} platforms" if many > 1 else ""
    what = words.counted(group["objects"], words.noun(layer[0], 1), words.noun(layer[0]))
    did = words.verb([layer[0]], past=True)
    return f"{words.counted(group['accounts'], 'account')}{where} {did} {what} {words.within(layer[1], precision)}"


def lead(group: Mapping[str, Any], precision: str | None = None) -> str:
    """Sentence with dates, the object shared most, and the median delay."""
    said = f"Between {words.day(group['first_at'])} and {words.day(group['last_at'], year=True)}"
    if words.known(group.get("name")) and group["name"]:
        said += f", mostly {group_words.called(group)}"
    half = group["median_lag_s"]
    if not words.known(half):
        return f"{said}."
    return f"{said}. Median delay: {words.lag(half, precision) if half == 0 else words.duration(half)}."


def _facts(group: Mapping[str, Any], layer: tuple[str, float], ties: pd.DataFrame, precision: str | None) -> Component:
    one = words.noun(layer[0], 1)
    article = "an" if one[0] in "aeiou" else "a"
    window = words.within(layer[1], precision).replace(" of each other", "")
    items = [
        Fact(
            "Observed",
            words.count(group["observed"]),
            f"times two of them {words.verb([layer[0]], past=True)} {article} {one} {window}",
        ),
        Fact("Expected by chance", words.expected(group["expected"]), _usual(group)),
    ]
    if words.known(group["p_group"]):
        items.append(Fact("p", words.group_p(group["p_group"], group["worlds"]), group_words.in_worlds(group)))
    items.append(Fact("Ties", words.count(group["ties"]), _levels(ties)))
    counts = dict(words.in_order(group["platforms"]))
    named = [words.platform(p) for p in counts][:PLATFORMS_SHOWN]
    rest = len(counts) - len(named)
    named += [words.counted(rest, "other")] if rest else []
    items.append(Fact("Accounts", platform_counts(counts), words.listed(named)))
    return facts(items)


def _usual(group: Mapping[str, Any]) -> str | None:
    said = words.usually(group["expected_lo"], group["expected_hi"])
    return None if said == words.NONE else said


def _levels(ties: pd.DataFrame) -> str:
    counts = strongest_of_pairs(ties)["level"].value_counts().to_dict()
    said = {
        "far": "far beyond chance",
        "beyond": "beyond",
        "combined": "only combined",
        "group": "only as a group",
    }
    return ", ".join(f"{words.count(counts[level])} {text}" for level, text in said.items() if counts.get(level))


def _neighbours(groups: pd.DataFrame, group: Mapping[str, Any], state: State) -> list[Child]:
    order = list(groups["group_id"])
    at = order.index(group["group_id"])
    moves = [("Previous", at - 1, "K"), ("Next", at + 1, "J")]
    return [
        button(text, state.href(PATH, group=order[i], blind=state.get("blind")), key)
        for text, i, key in moves
        if 0 <= i < len(order)
    ]


def _strongest(state: State, ties: pd.DataFrame, group: Mapping[str, Any], compared: Set[str]) -> Component:
    ranked = ties.assign(place=range(1, len(ties) + 1))
    across = ranked[ranked["platform_a"] != ranked["platform_b"]]
    chosen = selected(state, ties)
    rows: list[Cells] = [
        Row(
            [
                number(t["place"]),
                tie_link(state, t, compared),
                number(t["observed"]),
                Value(words.expected(t["expected"]), t["expected"]),
                tie_q(t),
            ],
            "sel" if tie_key(t["code_a"], t["code_b"]) == chosen else "",
            reachable=True,
        )
        for t in (across if len(across) else ranked).head(BESIDE).to_dict("records")
    ]
    head = [Column("Rank", True), Column("Tie"), Column("Observed", True), Column("Expected", True), Column("q", True)]
    text = f"Rank among all {words.counted(len(ties), 'tie')} of the group, strongest first. Shaded: the tie highlighted in the network."
    return block(
        "Ties across platforms" if len(across) else "Strongest ties",
        table(head, rows),
        html.P(text, className="src"),
    )


def register(app: Dash, reports: Reports) -> None:
    """Data of the network, ties as a file, and the days that were chosen."""

    def network_data() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        try:
            found = network_columns(report, State(PATH, request.args.to_dict()))
        except LockstepError as error:
            abort(404, str(error))
        return Response(orjson.dumps(found), mimetype="application/json")

    def ties_csv() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        ties = report.ties(request.args.get("group"))
        return csv_file(
            pl.from_pandas(ties.drop(columns=["account_a", "account_b"], errors="ignore")), "ties", report.run
        )

    app.server.add_url_rule("/data/network", "network_data", network_data)
    app.server.add_url_rule("/files/network.gexf", "network_gexf", lambda: network_gexf(reports))
    app.server.add_url_rule("/files/ties.csv", "ties_csv", ties_csv)

    def figure_csv() -> Response:
        report, figure = report_or_404(reports, request.args.get("run")), request.args.get("figure", "")
        try:
            group = report.group(request.args.get("group", ""))
        except LockstepError:
            abort(404)
        precision = precision_of_layer(report, layer_of(group, State(PATH, {})))
        table = figure_table(report, group, figure, precision)
        if table is None:
            abort(404)
        dated = table.select_dtypes(["datetime", "datetimetz"])
        table = table.assign(**{str(name): dated[name].map(coarse_time, na_action="ignore") for name in dated})
        return csv_file(pl.from_pandas(table.astype("string")), f"{figure}-{group['rank']}", report.run)

    app.server.add_url_rule("/files/group.csv", "figure_csv", figure_csv)

    def keep_layout() -> Response:
        sent = request.get_json(silent=True)
        rows = sent.get("rows") if isinstance(sent, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, int) for row in rows):
            abort(400, "This takes the rows of a layout.")
        report = report_or_404(reports, request.args.get("run"))
        try:
            group = report.group(request.args.get("group", ""))
            layer = layer_of(group, State(PATH, request.args.to_dict()))
            keep_rows(report, group, layer, rows, author.signature())
        except LockstepError as error:
            abort(400, str(error))
        return Response(status=204)

    app.server.add_url_rule("/acts/layout", "keep_layout", keep_layout, methods=["POST"])
    pins.register(app, reports)
    zoom.register(app)
    verdict_callbacks.register(app, reports)
    attribution.register(app, reports)
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("explore", "days"),
        Output("whole-period", "hidden"),
        Input("from-day", "value"),
        Input("to-day", "value"),
        dash.State("from-day", "minDate"),
        dash.State("to-day", "maxDate"),
        prevent_initial_call=True,
    )


def network_gexf(reports: Reports) -> Response:
    """The picture of a group as GEXF: the same accounts, places and colours, under keyed codes."""
    report, state = report_or_404(reports, request.args.get("run")), State(PATH, request.args.to_dict())
    try:
        group = report.group(state.get("group") or "")
        shown, by = set_of(report, group, state), state.get("colour")
        members = list(whole_members(report, shown)["account"])
        columns = places(report, shown, members)
        tables = Tables.of(report, Names(case_key(report.store)))
    except LockstepError as error:
        abort(404, str(error))
    spots = dict(zip(members, zip(columns.get("x", []), columns.get("y", []), strict=True), strict=False))
    of = {a: k for k, own in enumerate(parts_of(report, shown).values()) for a in own} if by == "part" else {}
    if by in ("language", "label"):
        _, of = (languages_of if by == "language" else first_labels)(report, members)
    with TemporaryDirectory() as folder:
        network = tables.network(spots, {account: rgb(k) for account, k in of.items()})
        title = f"Run {report.run['run_id']}: group {group['rank']}"
        date = str(report.run.get("finished_at") or "")[:10]
        path = write_gexf(network, Path(folder) / "network.gexf", title=title, date=date)
        sent = Response(path.read_bytes(), mimetype="application/xml")
    sent.headers["Content-Disposition"] = f'attachment; filename="group-{group["rank"]}-network.gexf"'
    return sent


def hints(report: Report, group: Mapping[str, Any]) -> dict[str, str]:
    """Sentences from the data on some innocent explanations."""
    return alternatives.hints(report, group, None)
