"""The network of a group with its slider, its ties as a table, and the time line that narrows it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, State, attributes
from dashboards.components.figure_tables import twin
from dashboards.components.layout import drawing, panel, source_line
from dashboards.components.marks import TIE, level_mark, tie_cells, tie_ends
from dashboards.components.network_data import (
    LANES,
    MOST_ACCOUNTS,
    layer_ties,
    parts_of,
    period,
    precision_of_layer,
    set_of,
    tie_href,
    tie_key,
    whole_members,
    whole_of,
)
from dashboards.components.tables import Column, Row, Value, number, table
from dashboards.figures.bars import by_day
from dashboards.figures.groups.network import Opening, finding, opening
from dashboards.network_view import NetworkView
from dashboards.pages.group.panels import LISTED
from dashboards.words import groups

if TYPE_CHECKING:
    from graph.report.report import Report


def leading(members: pd.DataFrame, group: Mapping[str, Any], layer: tuple[str, float]) -> str:
    """Title of the network: who posted first."""
    top = groups.clear_leaders(members)[:3]
    whole, noun = int(group["objects"]), words.noun(layer[0], group["objects"])
    if not top:
        return f"{groups.NOBODY_LEADS} on their {words.count(whole)} {noun}"
    names = words.listed([words.code(m["code"]) for m in top])
    return f"{names} posted first on {words.count(sum(int(m['first']) for m in top))} of {words.count(whole)} {noun}"


def network_panel(
    report: Report,
    state: State,
    group: Mapping[str, Any],
    layer: tuple[str, float],
    members: pd.DataFrame,
    ties: pd.DataFrame,
) -> Component:
    period(state)  # says so where the address holds no day
    name = f"group-{group['rank']}-network"
    shown, several = set_of(report, group, state), state.get("set") == "whole" and whole_of(report, group) is not None
    if several:
        members, ties = whole_members(report, shown), layer_ties(report, group, layer, shown)
    query = {
        "group": group["group_id"],
        "trace": layer[0],
        "window": f"{layer[1]:g}",
        "set": "whole" if several else None,
        "blind": state.get("blind"),
    }
    many, precision = len(group["platforms"]), precision_of_layer(report, layer)
    opened = Opening("network") if several else opening(list(members["median_delay_s"]), precision)
    network = (state.get("layout") or opened.layout) != "delay"
    parts = parts_of(report, shown) if several else {}
    heading = finding(members, ties, parts) if network else leading(members, group, layer)
    view = NetworkView(
        id="network",
        url=state.href("/data/network", **query),
        keep=None if several else state.href("/acts/layout", **query),
        minimum=_whole(state.get("min")),
        selected=selected(state, ties),
        title=heading,
        description=f"{words.counted(min(len(members), MOST_ACCOUNTS), 'account')}; as a network, accounts with ties near each other, or placed by their usual delay after the group's first post; lines are ties, thicker with more {words.noun(layer[0])} together.",
        stamp=words.run_line(report.run),
        height=_height(min(len(members), MOST_ACCOUNTS), min(many, LANES + 1)),
        opening=opened.layout,
        because=opened.because,
        gexf=state.href("/files/network.gexf", **query),
    )  # fmt: skip
    levels = [level for level in ("far", "beyond", "group") if (ties["level"] == level).any()]
    key: list[Child] = [level_mark(level) for level in levels]
    key.append(html.Span(f"thicker: more {words.noun(layer[0])} together"))
    days = report.days(group["group_id"])
    return panel(
        name,
        heading,
        [_too_many(len(members)), _layers(report, state, group, layer), _sets(report, state, group), view],
        twin=_ties_table(state, ties, precision, report.comparison_accounts()),
        csv=state.href("/files/ties.csv", group=group["group_id"]),
        key=key,
        more=_time_line(report, state, days),
        pin=pins.pin("figure", **query, figure="network", title=heading),
        source=source_line(
            report,
            f"{words.trace(layer[0])} within {words.window(layer[1])}.",
            *_elsewhere(members, ties),
            "Days in UTC. The table has the same ties with links to their posts.",
        ),
    )


def _too_many(accounts: int) -> Component | None:
    """Above so many accounts a picture shows nobody anything: it says whom it leaves out."""
    if accounts <= MOST_ACCOUNTS:
        return None
    told = (
        f"The picture shows the {words.count(MOST_ACCOUNTS)} accounts with most ties, of {words.count(accounts)}."
        " The table and the CSV have all ties."
    )
    return html.P(told, className="warnword", role="status")


NO_PARTS = "No parts: no method finds parts in this set of accounts, by any of its seeds."


def _sets(report: Report, state: State, group: Mapping[str, Any]) -> Component | None:
    """Choice between a part and the whole set it belongs to; the sentence for a large set without parts."""
    whole = whole_of(report, group)
    if whole is None:
        return html.P(NO_PARTS, className="src") if words.known(group.get("parts")) else None
    asked = state.get("set") == "whole"
    options = [
        html.Option(
            label, value=state.here(set=value, min=None, tie=None), selected="selected" if asked == chosen else None
        )
        for label, value, chosen in (
            (f"this group: {words.count(group['accounts'])}", None, False),
            (f"the whole set in {len(whole.groups)} parts: {words.count(group['whole_accounts'])}", "whole", True),
        )
    ]
    return html.P(
        [
            html.Label(["Accounts ", html.Select(options, **attributes(data_go="1"))]),
            html.Span(groups.PART, className="dim"),
        ],
        className="row layerpick",
    )


def _elsewhere(members: pd.DataFrame, ties: pd.DataFrame) -> list[str]:
    """Sentence on members tied only by another behaviour, which are drawn faintly."""
    tied = members["account"].isin(ties["account_a"]) | members["account"].isin(ties["account_b"])
    number = int((~tied).sum())
    return [f"{words.counted(number, 'account')}, drawn faintly, tied by another behaviour only."] if number else []


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _height(accounts: int, lanes: int) -> int:
    """Room for the names: more accounts, more height, up to a screen."""
    return max(300, min(720, 170 + 22 * accounts + 16 * lanes))


def selected(state: State, ties: pd.DataFrame) -> str | None:
    """The tie opened last, else the strongest between platforms, else the strongest."""
    if state.get("tie"):
        return state.get("tie")
    across = ties[ties["platform_a"] != ties["platform_b"]]
    best = across if len(across) else ties
    return tie_key(best["code_a"].iloc[0], best["code_b"].iloc[0]) if len(best) else None


def _layers(report: Report, state: State, group: Mapping[str, Any], layer: tuple[str, float]) -> Component | None:
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
        html.Label(["Behaviour ", html.Select(options, **attributes(data_go="1"))]), className="row layerpick"
    )


def _ties_table(state: State, ties: pd.DataFrame, precision: str | None, compared: Set[str] = frozenset()) -> Component:
    head = [Column("Rank", True), Column("Tie"), *TIE[1:], Column("Median delay", True)]
    rows = [
        _tie_row(state, k, tie, precision, compared)
        for k, tie in enumerate(ties.head(LISTED).to_dict("records"), start=1)
    ]
    more = (
        html.P(f"The strongest {words.count(LISTED)} of {words.count(len(ties))}; the CSV has all.", className="src")
        if len(ties) > LISTED
        else None
    )
    return html.Div(
        [
            html.Div(
                table(head, rows, name="ties"),
                className="box",
                tabIndex=0,
                role="region",
                **attributes(aria_label="Ties"),
            ),
            more,
        ]
    )


def _tie_row(state: State, rank: int, tie: Mapping[Any, Any], precision: str | None, compared: Set[str]) -> Row:
    return Row(
        [
            number(rank),
            Value(tie_link(state, tie, compared), tie_key(tie["code_a"], tie["code_b"])),
            *tie_cells(tie)[1:],
            Value(words.lag(tie["median_lag_s"], precision), tie["median_lag_s"]),
        ]
    )


def tie_link(state: State, tie: Mapping[Any, Any], compared: Set[str] = frozenset()) -> Component:
    """Link to the posts behind a tie."""
    return dcc.Link(tie_ends(tie, compared), href=tie_href(state, tie), className="tielink")


def _time_line(report: Report, state: State, days: pd.DataFrame) -> Component | None:
    if days.empty:
        return None
    picture = by_day(days, height=140)
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
            html.H3("Coincidences by day"),
            html.Label(["From ", dmc.DateInput(id="from-day", value=start, **dates, **attributes(aria_label="From"))]),
            html.Label(["to ", dmc.DateInput(id="to-day", value=end, **dates, **attributes(aria_label="to"))]),
            whole,
        ],
        className="brushhead",
    )
    chart = html.Div(
        drawing(picture.svg),
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
    narrow = html.Div(drawing(by_day(days, height=140, width=340).svg), className="narrowonly")
    return html.Div(
        [head, chart, narrow, html.P(picture.note, className="src") if picture.note else None, table],
        className="brushbox",
    )
