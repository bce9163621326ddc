"""One group: who does what, who first, since when?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
import orjson
import pandas as pd
import polars as pl
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash import State as Given
from dash.development.base_component import Component
from flask import Response, abort, request

from dashboards import acts, bars, group_words, judging, who, words
from dashboards.network_data import (
    LANES,
    MOST,
    columns,
    keep_rows,
    layer_of,
    layer_ties,
    period,
    precision_of_layer,
    tie_href,
    tie_key,
)
from dashboards.network_view import NetworkView
from dashboards.pages import base
from dashboards.pages.base import Cells, Child, Column, Fact, Row, State, Value, attributes
from dashboards.pages.group_beside import (
    BESIDE,
    LISTED,
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
from dashboards.pages.tables import csv_file, twin
from ingest.errors import LockstepError

PATH = "/group"
TITLE = "Group"
NAV: str | None = None
PARENT = "/groups"


def layout(report: Any, state: State) -> Component:
    """The page of one group of a run."""
    groups = report.groups()
    group = _chosen(groups, state.get("group"))
    if group is None:
        return base.problem(
            "There is no such group in this run",
            "Groups belong to a run. Another run may hold the same accounts under another number.",
            [dcc.Link("Open the groups of this run", href=state.href("/groups"))],
            crumbs=[("Groups", state.href("/groups")), ("Unknown group", None)],
        )
    state = State(state.path, {**state.query, "group": group["group_id"]})
    layer = layer_of(group, state)
    members, ties = report.members(group["group_id"]), layer_ties(report, group, layer)
    precision = precision_of_layer(report, layer)
    judged = judging.judging(report, judging.about_group(report, group["group_id"]), "group", hints(report, group))
    return base.page(
        title(group, layer, precision),
        lead(group, precision),
        _facts(group, layer, report.ties(group["group_id"]), precision),
        base.columns(
            [
                _network(report, state, group, layer, members, ties),
                html.Div(
                    [delays_panel(report, group, layer, precision), leaders_panel(report, members, group, precision)],
                    className="cols-2",
                ),
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
                base.caveats(report),
                judged.checks,
                _strongest(state, ties, group),
                judged.notes,
            ],
        ),
        crumbs=[("Groups", state.href("/groups")), (f"Group {group['rank']}", None)],
        actions=[
            *_neighbours(groups, group, state),
            acts.pin(
                "group",
                group=group["group_id"],
                title=title(group, layer, precision),
                label="Pin to briefing",
                main=True,
            ),
        ],
    )


def _chosen(groups: pd.DataFrame, wanted: str | None) -> dict[str, Any] | None:
    if groups.empty:
        return None
    found = groups[groups["group_id"] == wanted] if wanted else groups.head(1)
    if found.empty:
        found = groups[groups["rank"].astype(str) == wanted]
    return {str(k): v for k, v in found.iloc[0].items()} if len(found) else None


# --- words -----------------------------------------------------------------------------------------------------------


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
    """When, mostly what, and how fast."""
    said = f"Between {words.day(group['first_at'])} and {words.day(group['last_at'], year=True)}"
    if words.known(group.get("name")) and group["name"]:
        said += f", mostly {group_words.called(group)}"
    half = group["median_lag_s"]
    if not words.known(half):
        return f"{said}."
    close = f"in the {words.lag(0, precision)}" if half == 0 else f"within {words.duration(half)}"
    return f"{said}. Half of their meetings came {close}."


def leading(members: pd.DataFrame, group: Mapping[str, Any], layer: tuple[str, float]) -> str:
    """Who went first, as the title of the network."""
    top = group_words.clear_leaders(members)[:3]
    whole, noun = int(group["objects"]), words.noun(layer[0], group["objects"])
    if not top:
        return f"Nobody clearly goes first on their {words.count(whole)} {noun}"
    names = words.listed([words.code(m["code"]) for m in top])
    return f"{names} went first on {words.count(sum(int(m['first']) for m in top))} of {words.count(whole)} {noun}"


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
    named = [words.platform(p) for p in counts][: base.PLATFORMS_SHOWN]
    rest = len(counts) - len(named)
    named += [words.counted(rest, "other")] if rest else []
    items.append(Fact("Accounts", base.platform_counts(counts), words.listed(named)))
    return base.facts(items)


def _usual(group: Mapping[str, Any]) -> str | None:
    said = words.usually(group["expected_lo"], group["expected_hi"])
    return None if said == words.NONE else said


def _levels(ties: pd.DataFrame) -> str:
    best = ties.drop_duplicates(["account_a", "account_b"])  # sorted strongest first: one level per two accounts
    counts = best["level"].value_counts().to_dict()
    said = {
        "far": "far beyond chance",
        "beyond": "beyond",
        "combined": "only in several ways together",
        "group": "only as a group",
    }
    return ", ".join(f"{words.count(counts[level])} {text}" for level, text in said.items() if counts.get(level))


def _neighbours(groups: pd.DataFrame, group: Mapping[str, Any], state: State) -> list[Child]:
    order = list(groups["group_id"])
    at = order.index(group["group_id"])
    moves = [("Previous", at - 1, "K"), ("Next", at + 1, "J")]
    return [base.button(text, state.href(PATH, group=order[i]), key) for text, i, key in moves if 0 <= i < len(order)]


# --- the network and its time line ----------------------------------------------------------------------------------


def _network(
    report: Any,
    state: State,
    group: Mapping[str, Any],
    layer: tuple[str, float],
    members: pd.DataFrame,
    ties: pd.DataFrame,
) -> Component:
    period(state)  # says so where the address holds no day
    name = f"group-{group['rank']}-network"
    heading = leading(members, group, layer)
    query = {"group": group["group_id"], "trace": layer[0], "window": f"{layer[1]:g}"}
    many = len(group["platforms"])
    view = NetworkView(
        id="network",
        url=state.href("/data/network", **query),
        keep=state.href("/acts/layout", **query),
        minimum=_whole(state.get("min")),
        selected=_selected(state, ties),
        title=heading,
        description=f"{words.counted(min(len(members), MOST), 'account')} in lanes by platform, placed by how long after the group's first they usually act; lines are ties, thicker with more {words.noun(layer[0])} together.",
        stamp=words.run_line(report.run),
        height=_height(min(len(members), MOST), min(many, LANES + 1)),
    )  # fmt: skip
    levels = [level for level in ("far", "beyond", "group") if (ties["level"] == level).any()]
    key: list[Child] = [base.level_mark(level) for level in levels]
    key.append(html.Span(f"thicker: more {words.noun(layer[0])} together"))
    days = report.days(group["group_id"])
    return base.panel(
        name,
        heading,
        [_too_many(len(members)), _layers(report, state, group, layer), view],
        twin=_ties_table(state, ties, precision_of_layer(report, layer)),
        csv=state.href("/files/ties.csv", group=group["group_id"]),
        key=key,
        more=_time_line(report, state, days),
        pin=acts.pin("figure", **query, figure="network", title=heading),
        source=base.source_line(
            report,
            f"{words.trace(layer[0])} within {words.window(layer[1])}.",
            *_elsewhere(members, ties),
            "Days in UTC. The table holds the same ties with links to their posts.",
        ),
    )


def _too_many(accounts: int) -> Component | None:
    """Above so many accounts a picture shows nobody anything: it says whom it leaves out."""
    if accounts <= MOST:
        return None
    told = (
        f"The picture holds the {words.count(MOST)} accounts with most ties of {words.count(accounts)}."
        " The table and the CSV hold all ties."
    )
    return html.P(told, className="warnword", role="status")


def _elsewhere(members: pd.DataFrame, ties: pd.DataFrame) -> list[str]:
    """Members whom only another way of acting ties: drawn faintly, and said."""
    number = int((~members["account"].isin({*ties["account_a"], *ties["account_b"]})).sum())
    return [f"{words.counted(number, 'account')}, drawn faintly, tied in another way only."] if number else []


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _height(accounts: int, lanes: int) -> int:
    """Room for the names: more accounts, more height, up to a screen."""
    return max(300, min(720, 170 + 22 * accounts + 16 * lanes))


def _selected(state: State, ties: pd.DataFrame) -> str | None:
    """The tie opened last, else the strongest between platforms, else the strongest."""
    if state.get("tie"):
        return state.get("tie")
    across = ties[ties["platform_a"] != ties["platform_b"]]
    best = across if len(across) else ties
    return tie_key(best["code_a"].iloc[0], best["code_b"].iloc[0]) if len(best) else None


def _layers(report: Any, state: State, group: Mapping[str, Any], layer: tuple[str, float]) -> Component | None:
    ties = report.ties(group["group_id"]).groupby(["trace", "window_s"]).size().to_dict()
    layers = list(zip(group["traces"], group["windows_s"], strict=True))
    if len(layers) < 2:
        return None
    options = [
        html.Option(
            f"{words.trace(t)}, {words.window(w)}: {words.counted(ties.get((t, w), 0), 'tie')}",
            value=state.here(trace=t, window=f"{w:g}", min=None, tie=None),
            selected="selected" if (t, w) == layer else None,
        )
        for t, w in layers
    ]
    return html.P(
        html.Label(["Way of acting ", html.Select(options, **attributes(data_go="1"))]), className="row layerpick"
    )


def _ties_table(state: State, ties: pd.DataFrame, precision: str | None) -> Component:
    head = [Column("Rank", True), Column("Tie"), *base.TIE[1:], Column("Median lag", True)]
    rows = [_tie_row(state, k, tie, precision) for k, tie in enumerate(ties.head(LISTED).to_dict("records"), start=1)]
    more = (
        html.P(f"The strongest {words.count(LISTED)} of {words.count(len(ties))}; the CSV holds all.", className="src")
        if len(ties) > LISTED
        else None
    )
    return html.Div(
        [
            html.Div(
                base.table(head, rows, name="ties"),
                className="box",
                tabIndex=0,
                role="region",
                **attributes(aria_label="Ties"),
            ),
            more,
        ]
    )


def _tie_row(state: State, rank: int, tie: Mapping[Any, Any], precision: str | None) -> Row:
    return Row(
        [
            base.number(rank),
            Value(_tie_link(state, tie), tie_key(tie["code_a"], tie["code_b"])),
            *base.tie_cells(tie)[1:],
            Value(words.lag(tie["median_lag_s"], precision), tie["median_lag_s"]),
        ]
    )


def _tie_link(state: State, tie: Mapping[Any, Any]) -> Component:
    return dcc.Link(base.tie_ends(tie), href=tie_href(state, tie), className="tielink")


def _time_line(report: Any, state: State, days: pd.DataFrame) -> Component | None:
    if days.empty:
        return None
    picture = bars.by_day(days, height=140)
    first, last = str(days["day"].min())[:10], str(days["day"].max())[:10]
    start, end = state.get("from") or first, state.get("to") or last
    dates = {"minDate": first, "maxDate": last, "valueFormat": "D MMM YYYY", "size": "xs", "clearable": False}
    whole = html.Button(
        "Whole period",
        id="whole-period",
        className="txt",
        type="button",
        hidden=not (state.get("from") or state.get("to")),
        n_clicks=0,
    )
    head = html.Div(
        [
            html.H3("Meetings by day"),
            html.Label(["From ", dmc.DateInput(id="from-day", value=start, **dates, **attributes(aria_label="From"))]),
            html.Label(["to ", dmc.DateInput(id="to-day", value=end, **dates, **attributes(aria_label="to"))]),
            whole,
        ],
        className="brushhead",
    )
    chart = html.Div(
        base.drawing(picture.svg),
        className="brushable",
        **attributes(
            data_first=first,
            data_last=last,
            data_from=state.get("from"),
            data_to=state.get("to"),
            data_left="40",
            data_width="720",
        ),
    )
    table = html.Details(
        [html.Summary("Days as a table"), html.Div(twin(picture.table, picture.title), className="box")],
        className="twin days",
    )
    narrow = html.Div(base.drawing(bars.by_day(days, height=140, width=340).svg), className="narrowonly")
    return html.Div(
        [head, chart, narrow, html.P(picture.note, className="src") if picture.note else None, table],
        className="brushbox",
    )


# --- beside it -------------------------------------------------------------------------------------------------------


def _strongest(state: State, ties: pd.DataFrame, group: Mapping[str, Any]) -> Component:
    ranked = ties.assign(place=range(1, len(ties) + 1))
    across = ranked[ranked["platform_a"] != ranked["platform_b"]]
    chosen = _selected(state, ties)
    rows: list[Cells] = [
        Row(
            [
                base.number(t["place"]),
                _tie_link(state, t),
                base.number(t["observed"]),
                Value(words.expected(t["expected"]), t["expected"]),
                base.tie_q(t),
            ],
            "sel" if tie_key(t["code_a"], t["code_b"]) == chosen else "",
            reachable=True,
        )
        for t in (across if len(across) else ranked).head(BESIDE).to_dict("records")
    ]
    head = [Column("Rank", True), Column("Tie"), Column("Observed", True), Column("Expected", True), Column("q", True)]
    text = f"Rank among all {words.counted(len(ties), 'tie')} of the group, strongest first. Shaded: the tie drawn in indigo."
    return base.block(
        "Ties across platforms" if len(across) else "Strongest ties",
        base.table(head, rows),
        html.P(text, className="src"),
    )


# --- what the server answers besides -------------------------------------------------------------------------------


def register(app: Dash, reports: base.Reports) -> None:
    """Data of the network, ties as a file, and the days that were chosen."""

    def network_data() -> Response:
        found = _asked(reports)
        return Response(orjson.dumps(found), mimetype="application/json")

    def ties_csv() -> Response:
        report = _report(reports)
        ties = report.ties(request.args.get("group"))
        return csv_file(
            pl.from_pandas(ties.drop(columns=["account_a", "account_b"], errors="ignore")), "ties", report.run
        )

    app.server.add_url_rule("/data/network", "network_data", network_data)
    app.server.add_url_rule("/files/ties.csv", "ties_csv", ties_csv)

    def figure_csv() -> Response:
        report, figure = _report(reports), request.args.get("figure", "")
        try:
            group = report.group(request.args.get("group"))
        except LockstepError:
            abort(404)
        precision = precision_of_layer(report, layer_of(group, State(PATH, {})))
        table = figure_table(report, group, figure, precision)
        if table is None:
            abort(404)
        return csv_file(pl.from_pandas(table.astype("string")), f"{figure}-{group['rank']}", report.run)

    app.server.add_url_rule("/files/group.csv", "figure_csv", figure_csv)

    def keep_layout() -> Response:
        sent = request.get_json(silent=True)
        rows = sent.get("rows") if isinstance(sent, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, int) for row in rows):
            abort(400, "This takes the rows of a layout.")
        report = _report(reports)
        try:
            group = report.group(request.args.get("group"))
            layer = layer_of(group, State(PATH, request.args.to_dict()))
            keep_rows(report, group, layer, rows, who.signature())
        except LockstepError as error:
            abort(400, str(error))
        return Response(status=204)

    app.server.add_url_rule("/acts/layout", "keep_layout", keep_layout, methods=["POST"])
    acts.register(app, reports)
    judging.register(app, reports)
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("explore", "days"),
        Output("whole-period", "hidden"),
        Input("from-day", "value"),
        Input("to-day", "value"),
        Given("from-day", "minDate"),
        Given("to-day", "maxDate"),
        prevent_initial_call=True,
    )


def hints(report: Any, group: Mapping[str, Any]) -> dict[str, str]:
    """What the data say to some innocent explanations."""
    return judging.hints(report, group, None)


def _report(reports: base.Reports) -> Any:
    try:
        return reports.of(request.args.get("run"))
    except LockstepError:
        abort(404)


def _asked(reports: base.Reports) -> dict[str, Any]:
    try:
        return columns(_report(reports), State(PATH, request.args.to_dict()))
    except LockstepError as error:
        abort(404, str(error))
