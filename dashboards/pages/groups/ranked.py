"""Ranked table of groups: objects, accounts, observed and expected, days, verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import author, verdict_form
from dashboards.components.base import Child, State, attributes
from dashboards.components.figure_tables import ROW, picture_key
from dashboards.components.layout import drawing, precision_of, source_line
from dashboards.components.marks import platform_counts
from dashboards.figures.chance import CHANCE_KEY, OBSERVED_KEY
from dashboards.figures.strips import chance_strip, sparkline, strip_axis, strip_ticks
from dashboards.figures.svg import LogAxis
from dashboards.words.groups import chance_source, wholes, worlds_of
from graph.case.verdicts import by_group
from graph.schema import LABELS

if TYPE_CHECKING:
    from graph.report.report import Report

COLUMNS = 8
ROWS = 40  # per heading, until more are asked for
NAME = 60  # letters of a group's name; its page has all of them

SENTENCES = {
    "groups": None,
    "closed": "Few others shared the same, so timing is not the evidence.",
    "aside": "Everyone who shared these was this fast, so it is no sign of coordination. Not counted in the title.",
}


def ranked(
    report: Report,
    state: State,
    groups: pd.DataFrame,
    levels: Mapping[str, str],
    overview: Mapping[str, Any],
    layers: pd.DataFrame,
    labels: Mapping[str, Component] | None = None,
) -> Component | None:
    """Table of all groups under their headings; with a column of labels where ``labels`` holds any, by group."""
    if groups.empty:
        return None
    axis = strip_axis(groups)
    several, precision = len(layers) > 1, precision_of(layers)
    written = report.store.notes("verdict")
    given = by_group(author.own(written) if state.get("blind") else written, str(report.run["run_id"]))
    bodies, wide = [], COLUMNS + bool(labels)
    for heading, sentence in SENTENCES.items():
        part = groups[groups["heading"] == heading].sort_values("rank")
        if part.empty:
            continue
        shown = part.head(shown_of(state, heading))
        rows = [
            _row(report, state, group, axis, levels, overview, several, precision, given, labels)
            for group in shown.to_dict("records")
        ]
        bodies.append(
            html.Tbody(
                [
                    band(heading, sentence, part, wide),
                    *rows,
                    more_rows(state, heading, len(part), len(shown), wide),
                ],
                className=heading,
            )
        )
    return html.Div(
        [
            html.Table(
                [_head(axis, bool(labels)), *bodies],
                className="t ranked",
                **attributes(data_name="groups", aria_label="Groups, ranked"),
            ),
            html.P(
                [
                    *picture_key((CHANCE_KEY, OBSERVED_KEY)),
                    html.Span(
                        [html.Kbd("J"), " ", html.Kbd("K"), " move ", html.Kbd("↵"), " open ", html.Kbd("P"), " pin"],
                        className="keys",
                    ),
                ],
                className="key",
            ),
            html.P(source_line(report, *about(report.run, groups, layers)), className="src"),
        ],
        className="scroll",
        tabIndex=0,
        role="region",
        **attributes(aria_label="Groups, ranked"),
    )


def about(run: Mapping[str, Any], groups: pd.DataFrame, layers: pd.DataFrame) -> list[str]:
    """Sentences on the numbers of the table."""
    held = [float(w) for spans in groups["windows_s"] for w in list(spans)[:1]]
    minute = set(layers["precision"]) == {"min"}
    close = words.listed([words.near(w, "min" if minute else None) for w in sorted(set(held))], "or")
    noun = words.nouns([t for traces in groups["traces"] for t in list(traces)[:1]], 1)
    return [
        f"Observed: times two members coincided on one {noun} {close}.",
        *wholes(groups),
        chance_source(worlds_of(run, groups), groups),
        "q is corrected for all pairs and layers tested:"
        f" {words.counted(layers['family_a'].sum(), 'pair')}, {words.counted(len(layers), 'layer')}.",
    ]


def shown_of(state: State, heading: str, first: int = ROWS) -> int:
    """Rows of a heading that are shown: the first ones, until more are asked for."""
    asked = state.get(f"{heading}_rows") or ""
    return max(first, int(asked)) if asked.isdigit() and len(asked) < 6 else first


def _head(axis: LogAxis, labelled: bool) -> Component:
    return html.Thead(
        html.Tr(
            [
                html.Th(html.Span("Rank", className="vh"), scope="col"),
                html.Th("Mostly shared", scope="col"),
                html.Th("Accounts", scope="col"),
                html.Th("Ties", scope="col", className="r"),
                html.Th(
                    ["Shared together, against chance", drawing(strip_ticks(axis))],
                    scope="col",
                    className="striphead",
                ),
                html.Th("p", scope="col", className="r"),
                html.Th("By day", scope="col"),
                html.Th("Labelled", scope="col") if labelled else None,
                html.Th("Verdict", scope="col"),
            ]
        )
    )


def band(heading: str, sentence: str | None, part: pd.DataFrame, columns: int = 8) -> Component:
    """Row that names a heading and says what it holds."""
    name = {"groups": "Groups", "closed": "Closed circles", "aside": "Set aside"}[heading]
    reasons = [r for r in part["reason"] if words.known(r)] if heading != "groups" else []
    told = reasons[0] if len(reasons) == 1 == len(part) else sentence
    return html.Tr(html.Td([html.H2(name), html.P(told) if told else None], colSpan=columns), className="band")


def _row(
    report: Report,
    state: State,
    group: Mapping[Any, Any],
    axis: LogAxis,
    levels: Mapping[str, str],
    overview: Mapping[str, Any],
    several: bool,
    precision: str | None,
    given: Mapping[str, Sequence[Mapping[str, Any]]],
    labels: Mapping[str, Component] | None,
) -> Component:
    key = str(group["group_id"])
    aside = group["heading"] == "aside"
    days = sparkline(report.days(key), overview.get("first_at"), overview.get("last_at"))
    classes = " ".join(c for c in ("sel" if state.get("group") == key else "", "setaside" if aside else "") if c)
    return html.Tr(
        [
            *group_cells(state, group, axis, levels, several, precision),
            html.Td(drawing(days), className="days"),
            html.Td(labels.get(key, html.Span("none", className="dim")), className="labels") if labels else None,
            html.Td(
                html.Span("Set aside", className="dim")
                if aside and not given.get(key)
                else verdict_form.verdict_words(given.get(key, ())),
                className="verdictcell",
            ),
        ],
        className=classes or None,
        **ROW,
    )


def group_cells(
    state: State,
    group: Mapping[Any, Any],
    axis: LogAxis,
    levels: Mapping[str, str],
    several: bool,
    precision: str | None,
) -> list[Component]:
    """Cells of a tested group up to its p: rank, name, accounts, ties, observed against chance, p."""
    key = str(group["group_id"])
    strip = chance_strip(group, axis, levels.get(key, "far"))
    name = shortened(words.group_name(group))
    aside = group["heading"] == "aside"
    return [
        html.Td("" if aside else words.place(group["rank"]), className="rank"),
        html.Td(
            [
                dcc.Link(name, href=state.href("/group", group=key, blind=state.get("blind")), className="name"),
                html.Br(),
                html.Span(_why(group, several, precision), className="why"),
                " ",
                _tag(group),
            ]
        ),
        html.Td(platform_counts(platforms_of(group)), className="accs"),
        html.Td(words.count(group["ties"]), className="r ties"),
        html.Td([drawing(strip), against(group)], className="stripcell"),
        html.Td(words.group_p(group["p_group"], group["worlds"]), className="r p nowrap"),
    ]


def against(group: Mapping[Any, Any]) -> Component:
    """Observed against expected, in words."""
    numbers: list[Child] = [html.B(words.count(group["observed"])), " against ", words.expected(group["expected"])]
    return html.Span(numbers, className="oe")


def shortened(name: str) -> str:
    """A name that fits into its cell.

    Examples
    --------
    >>> shortened("larch[.]example"), len(shortened("x" * 99))
    ('larch[.]example', 60)
    """
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"


def platforms_of(group: Mapping[Any, Any]) -> dict[str, int | None]:
    numbers = group.get("platforms")
    known = {str(k): v for k, v in numbers.items() if v != 0} if isinstance(numbers, Mapping) else {}
    return dict(words.in_order(known or {"unknown": int(group["accounts"])}))


def _why(group: Mapping[Any, Any], several: bool, precision: str | None = None) -> str:
    """Line under a group's name: objects, median delay, and behaviours where the run searched several."""
    traces = list(dict.fromkeys(group["traces"]))
    objects = f"{words.count(group['objects'])} {words.noun(traces[0] if traces else 'object', group['objects'])}"
    half = f", half within {words.duration(group['median_lag_s'])}" if words.known(group["median_lag_s"]) else ""
    if known_zero(group["median_lag_s"]):
        half = f", half in the {words.lag(0, precision)}"
    also = f"; also {words.listed([words.noun(t) for t in traces[1:]])}" if len(traces) > 1 else ""
    windows = sorted(set(group["windows_s"]))
    spans = f" ({words.listed([words.window(w) for w in windows], 'and')})" if several and len(windows) > 1 else ""
    return objects + half + also + spans + _part(group)


def _part(group: Mapping[Any, Any]) -> str:
    """Words for the large set a group is a part of."""
    if not words.known(group.get("parts")) or int(group["parts"]) == 1:
        return ""
    whole = words.counted(group["whole_accounts"], "account")
    return f"; part {words.count(group['part'])} of {words.count(group['parts'])} of a set of {whole}"


def known_zero(value: object) -> bool:
    """True for a cell that is exactly zero, not unknown."""
    return words.known(value) and value == 0


def _tag(group: Mapping[Any, Any]) -> Component | None:
    label = LABELS.get(str(group.get("label")))
    if label is None or label.words == "timing":
        return None
    reason = group.get("reason")
    return html.Span(label.words, className="tagw", title=str(reason) if words.known(reason) else label.rule)


def more_rows(state: State, heading: str, whole: int, shown: int, columns: int = 8) -> Component | None:
    """Row with the link to more rows; None where all are shown."""
    if shown >= whole:
        return None
    link = dcc.Link(
        f"Show {min(whole - shown, 200)} more", href=state.here(**{f"{heading}_rows": shown + 200}), className="btn"
    )
    return html.Tr(
        html.Td([link, f" {words.count(shown)} of {words.count(whole)} shown."], colSpan=columns), className="morerow"
    )
