"""Which groups are there, how far beyond chance is each?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request

from dashboards import acts, figures, judging, words
from dashboards.drawing import LogAxis
from dashboards.group_words import chance_source, levels_of, worlds_of
from dashboards.network_data import tie_href
from dashboards.pages import base
from dashboards.pages.nothing import nothing_found
from dashboards.pages.tables import ROW, attributes, csv_file, picture_key, report_or_404, twin
from graph.results import LABELS
from graph.verdicts import by_group

PATH = "/groups"
TITLE = "Groups"
NAV: str | None = "Groups"
PARENT = "/groups"

ROWS = 40  # per heading, until more are asked for
NAME = 60  # letters of a group's name; its page has all of them
TWIN = 200  # rows of the map's table; the CSV has all
MAPPED = 1_000  # circles on the map, strongest first

SENTENCES = {
    "groups": None,
    "closed": "Shuffling times among those who shared these leaves them standing: rarity, not timing, is the evidence.",
    "aside": "Everyone who acts on these is this fast: chance explains it. Not counted in the title.",
}


def layout(report: Any, state: base.State) -> Component:
    """The page for one run."""
    groups, pairs, layers = report.groups(), report.pairs(), report.layers()
    overview = report.overview()
    if groups.empty and pairs.empty:
        return nothing_found(report, state, overview, layers)
    levels = levels_of(groups, report.ties())
    main: list[base.Child] = [
        base.caveats(report),
        _ranked(report, state, groups, levels, overview, layers),
        _pairs(state, pairs),
        _layers(layers),
    ]
    heading = title(groups, pairs, levels)
    return base.page(
        heading,
        lead(groups, pairs, overview),
        _parted(main, _map(report, state, groups, levels)) if not groups.empty else html.Div(main),
        actions=[
            html.A("Table as CSV", href=state.href("/files/groups.csv"), className="btn", download=""),
            acts.pin("groups", title=heading, label="Pin to briefing", main=True),
        ],
    )


def _parted(main: list[base.Child], picture: Component) -> Component:
    """List and map side by side; on a narrow screen one of them, or the table twin of the map."""
    choices = [("list", "List"), ("map", "Map"), ("table", "Table")]
    switch = html.Div(
        [
            html.Button(
                label,
                type="button",
                **{**attributes(show=part), "aria-pressed": "true" if part == "list" else "false"},
            )
            for part, label in choices
        ],
        className="parts",
        role="group",
        **attributes(label="Show"),
    )
    return html.Div([switch, base.columns(main, [picture])], className="parted", **attributes(part="list"))


def title(groups: pd.DataFrame, pairs: pd.DataFrame, levels: Mapping[str, str]) -> str:
    """The finding. It counts what stands under the first heading, nothing else."""
    first = groups[groups["heading"] == "groups"]
    if len(first):
        does = words.together([t for traces in first["traces"] for t in traces], len(first))
        far = words.how_far([levels[str(g)] for g in first["group_id"]])
        return f"{words.counted(len(first), 'group')} {does} {far}"
    closed = int((groups["heading"] == "closed").sum())
    if closed:
        return f"No group by timing; {words.counted(closed, 'closed circle')} held together by rarity"
    if len(pairs):
        number = len(pairs)
        does = words.together(list(pairs["trace"]), number)
        return f"No group; {words.counted(number, 'pair')} of accounts {does} more often than chance"
    return f"No group beyond chance; {_crowds(groups)} set aside"


def lead(groups: pd.DataFrame, pairs: pd.DataFrame, overview: Mapping[str, Any]) -> str:
    """What the title leaves out."""
    first = groups[groups["heading"] == "groups"]
    said = []
    if len(first):
        inside, whole = overview.get("accounts_in_groups"), overview.get("accounts")
        said.append(
            f"{words.count(inside)} of {words.counted(whole, 'account')}, held by {words.counted(first['ties'].sum(), 'tie')}."
        )
        said.append("Ranked by distance beyond chance." if len(first) > 1 else "")
    else:
        said.append(
            f"Looked at {words.counted(overview.get('posts'), 'post')} by {words.counted(overview.get('accounts'), 'account')}."
        )
    closed, aside = (int((groups["heading"] == h).sum()) for h in ("closed", "aside"))
    apart = [words.counted(closed, "closed circle")] if closed and len(first) else []
    apart += [_crowds(groups)] if aside and (len(first) or closed or len(pairs)) else []
    if apart:
        one = closed * bool(len(first)) + aside == 1
        said.append(f"{words.sentence(words.listed(apart))} {'is' if one else 'are'} listed apart.")
    if len(pairs) and (len(first) or closed):
        said.append(
            f"{words.counted(len(pairs), 'pair')} of accounts {'stands' if len(pairs) == 1 else 'stand'} alone, below."
        )
    if words.known(overview.get("explained")) and overview["explained"]:
        said.append(
            f"Chance explains {words.counted(overview['explained'], 'other pair')} of accounts that met more than once."
        )
    return " ".join(s for s in said if s)


def _crowds(groups: pd.DataFrame) -> str:
    """What is set aside: fast crowds by their name, anything else as sets."""
    labels = groups.loc[groups["heading"] == "aside", "label"]
    one, many = "set with another explanation", "sets with another explanation"
    if (labels == "fast_crowd").all():
        one, many = "fast crowd", "fast crowds"
    return f"a {one}" if len(labels) == 1 else words.counted(len(labels), one, many)


# --- the ranked table ----------------------------------------------------------------------------------------------


def _ranked(
    report: Any,
    state: base.State,
    groups: pd.DataFrame,
    levels: Mapping[str, str],
    overview: Mapping[str, Any],
    layers: pd.DataFrame,
) -> Component | None:
    if groups.empty:
        return None
    axis = figures.strip_axis(groups)
    several, precision = len(layers) > 1, base.precision_of(layers)
    given = by_group(report.store.notes("verdict"), str(report.run["run_id"]))
    bodies = []
    for heading, sentence in SENTENCES.items():
        part = groups[groups["heading"] == heading].sort_values("rank")
        if part.empty:
            continue
        shown = part.head(_shown(state, heading))
        rows = [
            _row(report, state, group, axis, levels, overview, several, precision, given)
            for group in shown.to_dict("records")
        ]
        bodies.append(
            html.Tbody(
                [_band(heading, sentence, part), *rows, _more(state, heading, len(part), len(shown))], className=heading
            )
        )
    return html.Div(
        [
            html.Table([_head(axis), *bodies], className="t ranked", **attributes("groups", "Groups, ranked")),
            html.P(
                [
                    *picture_key((figures.CHANCE_KEY, figures.OBSERVED_KEY)),
                    html.Span(
                        [html.Kbd("J"), " ", html.Kbd("K"), " move ", html.Kbd("↵"), " open ", html.Kbd("P"), " pin"],
                        className="keys",
                    ),
                ],
                className="key",
            ),
            html.P(base.source_line(report, *about(report.run, groups, layers)), className="src"),
        ],
        className="scroll",
        tabIndex=0,
        role="region",
        **attributes(label="Groups, ranked"),
    )


def about(run: Mapping[str, Any], groups: pd.DataFrame, layers: pd.DataFrame) -> list[str]:
    """What the numbers of the table are."""
    held = [float(w) for spans in groups["windows_s"] for w in list(spans)[:1]]
    minute = set(layers["precision"]) == {"min"}
    close = words.listed([words.near(w, "min" if minute else None) for w in sorted(set(held))], "or")
    noun = words.nouns([t for traces in groups["traces"] for t in list(traces)[:1]], 1)
    return [
        f"Observed: times two members met on one {noun} {close}.",
        chance_source(worlds_of(run, groups), groups),
        "A tie's q pays for every pair of accounts and every layer of the run:"
        f" {words.counted(layers['family_a'].sum(), 'pair')}, {words.counted(len(layers), 'layer')}.",
    ]


def _shown(state: base.State, heading: str) -> int:
    asked = state.get(f"{heading}_rows") or ""
    return max(ROWS, int(asked)) if asked.isdigit() and len(asked) < 6 else ROWS


def _head(axis: LogAxis) -> Component:
    return html.Thead(
        html.Tr(
            [
                html.Th(html.Span("Rank", className="vh"), scope="col"),
                html.Th("Mostly shared", scope="col"),
                html.Th("Accounts", scope="col"),
                html.Th("Ties", scope="col", className="r"),
                html.Th(
                    ["Shared together, against chance", base.drawing(figures.strip_ticks(axis))],
                    scope="col",
                    className="striphead",
                ),
                html.Th("p", scope="col", className="r"),
                html.Th("By day", scope="col"),
                html.Th("Verdict", scope="col"),
            ]
        )
    )


def _band(heading: str, sentence: str | None, part: pd.DataFrame) -> Component:
    name = {"groups": "Groups", "closed": "Closed circles", "aside": "Set aside"}[heading]
    reasons = [r for r in part["reason"] if words.known(r)] if heading != "groups" else []
    told = reasons[0] if len(reasons) == 1 == len(part) else sentence
    return html.Tr(html.Td([html.H2(name), html.P(told) if told else None], colSpan=8), className="band")


def _row(
    report: Any,
    state: base.State,
    group: Mapping[Any, Any],
    axis: LogAxis,
    levels: Mapping[str, str],
    overview: Mapping[str, Any],
    several: bool,
    precision: str | None,
    given: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Component:
    key = str(group["group_id"])
    aside = group["heading"] == "aside"
    days = figures.sparkline(report.days(key), overview.get("first_at"), overview.get("last_at"))
    strip = figures.chance_strip(group, axis, levels.get(key, "far"))
    classes = " ".join(c for c in ("sel" if state.get("group") == key else "", "setaside" if aside else "") if c)
    name = words.group_name(group)
    name = name if len(name) <= NAME else f"{name[: NAME - 1]}…"
    return html.Tr(
        [
            html.Td("" if aside else words.count(group["rank"]), className="rank"),
            html.Td(
                [
                    dcc.Link(name, href=state.href("/group", group=key), className="name"),
                    html.Br(),
                    html.Span(_why(group, several, precision), className="why"),
                    " ",
                    _tag(group),
                ]
            ),
            html.Td(base.platform_counts(_platforms(group)), className="accs"),
            html.Td(words.count(group["ties"]), className="r ties"),
            html.Td(
                [
                    base.drawing(strip),
                    html.Span(
                        [html.B(words.count(group["observed"])), " against ", words.expected(group["expected"])],
                        className="oe",
                    ),
                ],
                className="stripcell",
            ),
            html.Td(words.group_p(group["p_group"], group["worlds"]), className="r p nowrap"),
            html.Td(base.drawing(days), className="days"),
            html.Td(
                html.Span("Set aside", className="dim")
                if aside and not given.get(key)
                else judging.verdict_words(given.get(key, ())),
                className="verdictcell",
            ),
        ],
        className=classes or None,
        **ROW,
    )


def _platforms(group: Mapping[Any, Any]) -> dict[str, int]:
    numbers = group.get("platforms")
    known = {str(k): int(v) for k, v in numbers.items() if words.known(v) and v} if isinstance(numbers, Mapping) else {}
    return dict(words.in_order(known or {"unknown": int(group["accounts"])}))


def _why(group: Mapping[Any, Any], several: bool, precision: str | None = None) -> str:
    """ "31 links, half within 13 s", and the ways of acting where the run looked for several."""
    traces = list(dict.fromkeys(group["traces"]))
    objects = f"{words.count(group['objects'])} {words.noun(traces[0] if traces else 'object', group['objects'])}"
    half = f", half within {words.duration(group['median_lag_s'])}" if words.known(group["median_lag_s"]) else ""
    if known_zero(group["median_lag_s"]):
        half = f", half in the {words.lag(0, precision)}"
    also = f"; also {words.listed([words.noun(t) for t in traces[1:]])}" if len(traces) > 1 else ""
    windows = sorted(set(group["windows_s"]))
    spans = f" ({words.listed([words.window(w) for w in windows], 'and')})" if several and len(windows) > 1 else ""
    return objects + half + also + spans


def known_zero(value: Any) -> bool:
    """Whether a cell is exactly zero, not unknown."""
    return words.known(value) and value == 0


def _tag(group: Mapping[Any, Any]) -> Component | None:
    label = LABELS.get(str(group.get("label")))
    if label is None or label.words == "timing":
        return None
    reason = group.get("reason")
    return html.Span(label.words, className="tagw", title=str(reason) if words.known(reason) else label.rule)


def _more(state: base.State, heading: str, whole: int, shown: int) -> Component | None:
    if shown >= whole:
        return None
    link = dcc.Link(
        f"Show {min(whole - shown, 200)} more", href=state.here(**{f"{heading}_rows": shown + 200}), className="btn"
    )
    return html.Tr(
        html.Td([link, f" {words.count(shown)} of {words.count(whole)} shown."], colSpan=8), className="morerow"
    )


# --- beside and below it ---------------------------------------------------------------------------------------------


def _map(report: Any, state: base.State, groups: pd.DataFrame, levels: Mapping[str, str]) -> Component:
    drawn = groups.sort_values("rank").head(MAPPED)
    picture = figures.group_map(
        drawn, levels, selected=state.get("group"), href=lambda key: state.href("/group", group=key)
    )
    left_out = f" The {words.count(MAPPED)} strongest of {words.count(len(groups))}." if len(groups) > MAPPED else ""
    return base.panel(
        "group-map",
        picture.title,
        base.drawing(picture.svg),
        twin=_map_twin(picture.table, picture.title),
        csv=state.href("/files/groups.csv"),
        key=picture_key(picture.key),
        pin=acts.pin("figure", figure="group-map", title=picture.title),
        source=[f"{picture.note}{left_out} ", html.Span(words.run_line(report.run), className="run")],
    )


def _map_twin(table: pd.DataFrame, title: str) -> Component:
    left = len(table) - TWIN
    note = html.P(f"{words.count(left)} more groups are in the CSV.", className="src") if left > 0 else None
    return html.Div([twin(table.head(TWIN), title), note])


def _pairs(state: base.State, pairs: pd.DataFrame) -> Component | None:
    if pairs.empty:
        return None
    ordered = pairs.sort_values(["q", "observed", "code_a", "code_b"], ascending=[True, False, True, True])
    shown = ordered.head(_shown(state, "pairs"))
    rows = [
        base.Row(
            [
                dcc.Link(base.tie_ends(t), href=tie_href(state, t), className="name"),
                *base.tie_cells(t),
            ],
            reachable=True,
        )
        for t in shown.to_dict("records")
    ]
    head = [base.Column("Accounts"), *base.TIE]
    more = None
    if len(shown) < len(ordered):
        more = html.P(
            [
                dcc.Link("Show more pairs", href=state.here(pairs_rows=len(shown) + 200), className="btn"),
                f" {words.count(len(shown))} of {words.count(len(ordered))} shown.",
            ],
            className="more",
        )
    return base.block(
        "Pairs that stand alone",
        html.P("Two accounts beyond chance whom no tie joins to a third. They are not groups.", className="dim"),
        base.table(head, rows, wide=True, name="pairs"),
        more,
    )


def _layers(layers: pd.DataFrame) -> Component | None:
    if layers.empty:
        return None
    rows: list[base.Cells] = [
        [
            words.trace(r["trace"]),
            words.window(r["window_s"]),
            base.number(r["accounts"]),
            base.number(r["actions"]),
            base.number(r["pairs_met_2"]),
            base.Value(words.expected(r["chance_met_2"]), r["chance_met_2"]),
            base.number(r["ties"]),
        ]
        for r in layers.to_dict("records")
    ]
    head = [
        base.Column("Way of acting"),
        base.Column("Window"),
        base.Column("Accounts", True),
        base.Column("Actions", True),
        base.Column("Pairs that met twice or more", True),
        base.Column("Expected", True, "by who and when alone"),
        base.Column("Ties", True),
    ]
    told = [
        f"{words.trace(r['trace'])}, {words.window(r['window_s'])}: {r['note']}"
        for r in layers.to_dict("records")
        if words.known(r.get("note")) and r["note"]
    ]
    return base.block(
        "What was looked at",
        base.table(head, rows, wide=True, name="layers"),
        base.points(told) if told else None,
    )


# --- as a file -----------------------------------------------------------------------------------------------------


def groups_csv(report: Any) -> pl.DataFrame:
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
            "platforms": words.platforms(_platforms(g)),
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


def register(app: Dash, reports: base.Reports) -> None:
    """Gives the page's table as a CSV."""

    def groups_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        return csv_file(groups_csv(report), "groups", report.run)

    app.server.add_url_rule("/files/groups.csv", "groups_file", groups_file)
