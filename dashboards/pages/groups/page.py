"""Page Groups: all groups of a run, ranked, with a map and the linked pairs."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, Reports, State, attributes
from dashboards.components.figure_tables import picture_key, twin
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import block, caveats, columns, drawing, page, panel, points
from dashboards.components.marks import TIE, tie_cells, tie_ends
from dashboards.components.network_data import tie_href
from dashboards.components.tables import Cells, Column, Row, Value, number, table
from dashboards.figures.groups.group_map import group_map
from dashboards.pages.groups import described, labels
from dashboards.pages.groups.ranked import platforms_of, ranked, shown_of
from dashboards.pages.nothing import nothing_found
from dashboards.words.caveats import first
from dashboards.words.groups import levels_of
from dashboards.words.methods.described import difference
from graph.case.verdicts import by_group
from graph.labels.by_group import LabelCounts

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/groups"
TITLE = "Groups"
NAV: str | None = "Groups"
PARENT = "/groups"

TWIN = 200  # rows of the map's table; the CSV has all
MAPPED = 1_000  # circles on the map, strongest first


def layout(report: Report, state: State) -> Component:
    """The page for one run."""
    groups, pairs, layers = report.groups(), report.pairs(), report.layers()
    overview = report.overview()
    told, method = report.described_layers(), described.asked(state)
    levels = levels_of(groups, report.ties())
    if method and method in set(told["method"]):
        return _with_described(report, state, method, told, groups, levels, layers)
    beside = [described.switch(state, told), described.not_run(report, method) if method else None]
    if groups.empty and pairs.empty:
        return nothing_found(report, state, overview, layers, beside)
    counts = LabelCounts() if state.get("blind") else report.labels_by_group()
    main: list[Child] = [
        caveats(report),
        ranked(report, state, groups, levels, overview, layers, labels.beside(counts)),
        _pairs(state, pairs, report.comparison_accounts()),
        labels.by_group_block(report, state, counts),
        _layers(layers),
    ]
    heading = title(groups, pairs, levels)
    return page(
        heading,
        " ".join([*first(report), lead(groups, pairs, overview)]),
        *beside,
        _parted(main, _map(report, state, groups, levels)) if not groups.empty else html.Div(main),
        actions=[
            html.A("Table as CSV", href=state.href("/files/groups.csv"), className="btn", download=""),
            dcc.Link("Second coder", href=state.href("/agreement"), className="btn"),
            pins.pin("groups", title=heading, label="Pin to briefing", main=True),
        ],
    )


def _with_described(
    report: Report,
    state: State,
    method: str,
    told: pd.DataFrame,
    groups: pd.DataFrame,
    levels: Mapping[str, str],
    layers: pd.DataFrame,
) -> Component:
    """The page with a published method beside the tested groups."""
    both = described.Both(report, method, groups)
    table = described.both_table(report, state, both, levels, layers)
    drawn = len(both.communities) or (groups["heading"] != "aside").any()
    main: list[Child] = [caveats(report), table]
    return page(
        both.title,
        " ".join([*first(report), difference(method)]),
        described.switch(state, told),
        _parted(main, described.both_map(report, state, both, levels)) if drawn else html.Div(main),
        actions=[
            html.A(
                "Table as CSV", href=state.href("/files/described.csv", described=method), className="btn", download=""
            )
        ],
    )


def _parted(main: list[Child], picture: Component) -> Component:
    """List and map side by side; on a narrow screen one of them, or the table twin of the map."""
    choices = [("list", "List"), ("map", "Map"), ("table", "Table")]
    switch = html.Div(
        [
            html.Button(
                label,
                type="button",
                **attributes(data_show=part, aria_pressed="true" if part == "list" else "false"),
            )
            for part, label in choices
        ],
        className="parts",
        role="group",
        **attributes(aria_label="Show"),
    )
    return html.Div([switch, columns(main, [picture])], className="parted", **attributes(data_part="list"))


def title(groups: pd.DataFrame, pairs: pd.DataFrame, levels: Mapping[str, str]) -> str:
    """The finding. It counts what stands under the first heading, nothing else."""
    first = groups[groups["heading"] == "groups"]
    if len(first):
        does = words.together([t for traces in first["traces"] for t in traces], len(first))
        far = words.how_far([levels[str(g)] for g in first["group_id"]])
        return f"{words.counted(len(first), 'group')} {does} {far}"
    closed = int((groups["heading"] == "closed").sum())
    if closed:
        return f"No group found by timing; {words.counted(closed, 'closed circle')}"
    if len(pairs):
        number = len(pairs)
        does = words.together(list(pairs["trace"]), number)
        return f"No group; {words.counted(number, 'pair')} of accounts {does} more often than chance"
    return f"No group beyond chance; {_crowds(groups)} set aside"


def lead(groups: pd.DataFrame, pairs: pd.DataFrame, overview: Mapping[str, Any]) -> str:
    """Sentences with what the title leaves out."""
    first = groups[groups["heading"] == "groups"]
    said = []
    if len(first):
        inside, whole = overview.get("accounts_in_groups"), overview.get("accounts")
        held = overview.get("ties_in_groups", first["ties"].sum())
        ties = overview.get("ties", held)
        of_all = words.counted(held, "tie") if held == ties else f"{words.count(held)} of {words.counted(ties, 'tie')}"
        said.append(f"{words.count(inside)} of {words.counted(whole, 'account')}, linked by {of_all}.")
        said.append("Strongest evidence first." if len(first) > 1 else "")
    else:
        said.append(
            f"Searched {words.counted(overview.get('posts'), 'post')} by {words.counted(overview.get('accounts'), 'account')}."
        )
    closed, aside = (int((groups["heading"] == h).sum()) for h in ("closed", "aside"))
    apart = [words.counted(closed, "closed circle")] if closed and len(first) else []
    apart += [_crowds(groups)] if aside and (len(first) or closed or len(pairs)) else []
    if apart:
        one = closed * bool(len(first)) + aside == 1
        said.append(f"{words.sentence(words.listed(apart))} {'is' if one else 'are'} listed separately.")
    if len(pairs) and (len(first) or closed):
        said.append(f"{words.counted(len(pairs), 'linked pair')} {'is' if len(pairs) == 1 else 'are'} listed below.")
    if words.known(overview.get("explained")) and overview["explained"]:
        said.append(
            f"Chance explains {words.counted(overview['explained'], 'other pair')} of accounts that coincided more than once."
        )
    return " ".join(s for s in said if s)


def _crowds(groups: pd.DataFrame) -> str:
    """Words for what is set aside: fast crowds by name, anything else as groups."""
    labels = groups.loc[groups["heading"] == "aside", "label"]
    one, many = "group with another explanation", "groups with another explanation"
    if (labels == "fast_crowd").all():
        one, many = "fast crowd", "fast crowds"
    return f"a {one}" if len(labels) == 1 else words.counted(len(labels), one, many)


def _map(report: Report, state: State, groups: pd.DataFrame, levels: Mapping[str, str]) -> Component:
    drawn = groups.sort_values("rank").head(MAPPED)
    picture = group_map(drawn, levels, selected=state.get("group"), href=lambda key: state.href("/group", group=key))
    left_out = f" The {words.count(MAPPED)} strongest of {words.count(len(groups))}." if len(groups) > MAPPED else ""
    return panel(
        "group-map",
        picture.title,
        drawing(picture.svg),
        twin=_map_twin(picture.table, picture.title),
        csv=state.href("/files/groups.csv"),
        key=picture_key(picture.key),
        pin=pins.pin("figure", figure="group-map", title=picture.title),
        source=[f"{picture.note}{left_out} ", html.Span(words.run_line(report.run), className="run")],
    )


def _map_twin(table: pd.DataFrame, title: str) -> Component:
    left = len(table) - TWIN
    note = html.P(f"{words.count(left)} more groups are in the CSV.", className="src") if left > 0 else None
    return html.Div([twin(table.head(TWIN), title), note])


def _pairs(state: State, pairs: pd.DataFrame, compared: Set[str]) -> Component | None:
    if pairs.empty:
        return None
    ordered = pairs.sort_values(["q", "observed", "code_a", "code_b"], ascending=[True, False, True, True])
    shown = ordered.head(shown_of(state, "pairs"))
    rows = [
        Row(
            [
                dcc.Link(tie_ends(t, compared), href=tie_href(state, t), className="name"),
                *tie_cells(t),
            ],
            reachable=True,
        )
        for t in shown.to_dict("records")
    ]
    head = [Column("Accounts"), *TIE]
    more = None
    if len(shown) < len(ordered):
        more = html.P(
            [
                dcc.Link("Show more pairs", href=state.here(pairs_rows=len(shown) + 200), className="btn"),
                f" {words.count(len(shown))} of {words.count(len(ordered))} shown.",
            ],
            className="more",
        )
    return block(
        "Linked pairs",
        html.P("Linked pairs with no third account. They are not groups.", className="dim"),
        table(head, rows, wide=True, name="pairs"),
        more,
    )


def _layers(layers: pd.DataFrame) -> Component | None:
    if layers.empty:
        return None
    rows: list[Cells] = [
        [
            words.trace(r["trace"]),
            words.window(r["window_s"]),
            number(r["accounts"]),
            number(r["actions"]),
            number(r["pairs_met_2"]),
            Value(words.expected(r["chance_met_2"]), r["chance_met_2"]),
            number(r["ties"]),
        ]
        for r in layers.to_dict("records")
    ]
    head = [
        Column("Behaviour"),
        Column("Window"),
        Column("Accounts", True),
        Column("Actions", True),
        Column("Pairs that coincided twice or more", True),
        Column("Expected", True, "if random accounts posted at the same times"),
        Column("Ties", True),
    ]
    told = [
        f"{words.trace(r['trace'])}, {words.window(r['window_s'])}: {r['note']}"
        for r in layers.to_dict("records")
        if words.known(r.get("note")) and r["note"]
    ]
    return block(
        "What was tested",
        table(head, rows, wide=True, name="layers"),
        points(told) if told else None,
    )


def groups_csv(report: Report) -> pl.DataFrame:
    """The table of the page as plain columns, in the same order."""
    groups = report.groups().sort_values("rank")
    levels = levels_of(groups, report.ties())
    given = by_group(report.store.notes("verdict"), str(report.run["run_id"]))
    rows = [
        {
            "rank": g["rank"],
            "heading": g["heading"],
            "label": g["label"] if words.known(g["label"]) else None,
            "mostly_shared": words.group_name(g),
            "accounts": g["accounts"],
            "platforms": words.platforms(platforms_of(g)),
            "ties": g["ties"],
            "traces": " ".join(g["traces"]),
            "windows": " ".join(words.window(w) for w in g["windows_s"]),
            "objects": g["objects"],
            "observed": g["observed"],
            "expected": g["expected"],
            "expected_lo": g["expected_lo"],
            "expected_hi": g["expected_hi"],
            **{c: g[c] if words.known(g[c]) else None for c in ("p_group", "worlds", "by_chance", "left")},
            "basis": g["basis"],
            "level": levels[str(g["group_id"])],
            "verdict": " / ".join(str(v.get("verdict")) for v in given.get(str(g["group_id"]), ())) or "open",
            "group_id": g["group_id"],
        }
        for g in groups.to_dict("records")
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def register(app: Dash, reports: Reports) -> None:
    """Gives the page's tables as CSV."""

    def groups_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        return csv_file(groups_csv(report), "groups", report.run)

    def labels_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        return csv_file(labels.labels_csv(report.labels_by_group()), "labels", report.run)

    app.server.add_url_rule("/files/groups.csv", "groups_file", groups_file)
    app.server.add_url_rule("/files/labels.csv", "labels_file", labels_file)
    described.register(app, reports)
