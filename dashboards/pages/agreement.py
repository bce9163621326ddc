"""Page Agreement: verdicts of several people on the same groups, Cohen's kappa of each two, and who decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request

from dashboards import words
from dashboards.components.base import Child, Reports, State
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import block, button, page
from dashboards.components.tables import Cells, Column, Row, Value, number, table
from dashboards.components.verdict_form import NAMES
from dashboards.pages.nothing import no_run
from graph.coders.agreement import CATEGORIES, COLUMNS, SOURCES, Agreement, Coding, Rating, two_digits
from graph.privacy.codes import names_in
from graph.privacy.sanitize import clean, redact

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/agreement"
TITLE = "Do the coders agree?"
NAV: str | None = None
PARENT = "/groups"

SHOWN = 200

HOW = (
    "Two people give their verdicts without seeing each other's: open Groups in blind mode, and what others wrote stays hidden"
    " until your own verdict is given. A verdict that somebody gives after both decides."
)


def layout(report: Report, state: State) -> Component:
    """The page for one run."""
    if report.run is None:
        return no_run(report.store)
    coding = report.agreement()
    blind = html.P(button("Code the groups blind", state.href("/groups", blind="1"), primary=True), className="row")
    crumbs = [("Groups", state.href("/groups")), ("Agreement", None)]
    if len(coding.coders) < 2:
        return page(
            TITLE, clean(" ".join(coding.sentences())), html.P(HOW), blind, _to_code(state, coding), crumbs=crumbs
        )
    return page(
        title(coding),
        clean(" ".join(coding.sentences())),
        _pairs(coding.pairs()),
        *map(_confusion, coding.pairs()),
        _groups(state, coding),
        block("A second coder", html.P(HOW), blind),
        crumbs=crumbs,
        actions=[html.A("Table as CSV", href=state.href("/files/agreement.csv"), className="btn", download="")],
    )


def _to_code(state: State, coding: Coding) -> Component:
    """Groups with the number of people who coded each; no verdict is shown to who is still to code."""
    ranked = sorted(coding.ranks, key=lambda group: coding.ranks[group])
    rows: list[Cells] = [
        Row(
            [
                dcc.Link(
                    f"Group {coding.ranks[group]}", href=state.href("/group", group=group, blind="1"), className="name"
                ),
                number(len(coding.of(group))),
            ],
            reachable=True,
        )
        for group in ranked[:SHOWN]
    ]
    left = len(ranked) - len(rows)
    return block(
        "Groups to code",
        table([Column("Group"), Column("Coded by, people", True)], rows, name="to-code"),
        html.P(f"{words.counted(left, 'more group')} on the page Groups.", className="src") if left > 0 else None,
        html.P(SOURCES, className="src"),
    )


def title(coding: Coding) -> str:
    """The finding: how many people coded how many groups, and on how many they differ."""
    differ = len(coding.disagreements())
    people, groups = len(coding.coders), words.counted(len(coding.groups), "group")
    return f"{words.sentence(words.small(people))} people coded {groups} and differ on {words.count(differ)}"


def _pairs(pairs: Sequence[Agreement]) -> Component:
    rows: list[Cells] = [
        [
            clean(f"{one.first} and {one.second}"),
            number(one.kappa.items),
            number(one.kappa.agreed),
            Value(words.share(one.kappa.share, 1) if one.kappa.share is not None else words.NONE, one.kappa.share),
            _coefficient(one.kappa.kappa),
            _interval(one),
            one.kappa.interval or one.kappa.why,
            number(one.saw),
        ]
        for one in pairs
    ]
    head = [
        Column("Coders"),
        Column("Groups", True, "coded by both"),
        Column("Agreed", True),
        Column("Share", True),
        Column("Kappa", True, "Cohen's kappa: agreement beyond what chance would give"),
        Column("95% interval", True),
        Column("How"),
        Column("Not blind", True, "groups on which one had seen the other's verdict"),
    ]
    return block(
        "Agreement of each two",
        table(head, rows, wide=True, name="agreement"),
        html.P(SOURCES, className="src"),
    )


def _coefficient(value: float | None) -> Value | str:
    return words.NONE if value is None else Value(two_digits(value), round(value, 4))


def _interval(one: Agreement) -> str:
    low, high = one.kappa.low, one.kappa.high
    return words.NONE if low is None or high is None else f"{two_digits(low)} to {two_digits(high)}"


def _confusion(one: Agreement) -> Component | None:
    if not one.kappa.items:
        return None
    rows: list[Cells] = [
        [f"{one.first}: {NAMES[category].lower()}", *map(number, counts)]
        for category, counts in zip(CATEGORIES, one.table, strict=True)
    ]
    head = [Column("Verdicts"), *(Column(f"{one.second}: {NAMES[category].lower()}", True) for category in CATEGORIES)]
    return block(
        clean(f"{one.first} (rows) and {one.second} (columns)"), table(head, rows, wide=True, name="confusion")
    )


def _groups(state: State, coding: Coding) -> Component:
    coders = coding.coders
    rows: list[Cells] = [Row(_cells(state, coding, group, coders), reachable=True) for group in coding.groups]
    head = [Column("Group"), *(Column(clean(coder)) for coder in coders), Column("Decided")]
    return block("Group by group", table(head, rows, wide=True, name="coders"))


def _cells(state: State, coding: Coding, group: str, coders: Sequence[str]) -> list[Child]:
    held = coding.of(group)
    last = coding.decisions.get(group)
    decided: Child = words.NONE
    if last:
        decided = clean(f"{NAMES[last.verdict]}, decided by {last.coder}")
    elif group in coding.disagreements():
        decided = html.Span("Open: they differ", className="warnword")
    return [
        dcc.Link(f"Group {coding.ranks[group]}", href=state.href("/group", group=group), className="name"),
        *(_verdict(held.get(coder)) for coder in coders),
        decided,
    ]


def _verdict(rating: Rating | None) -> Child:
    if rating is None:
        return words.NONE
    return html.Span([html.B(NAMES[rating.verdict]), f" {clean(rating.reason)}"])


def agreement_csv(coding: Coding, names: Mapping[str, str] | None = None) -> pl.DataFrame:
    """One row per group and coder, in the order of the page; reasons name nobody of ``names`` (see ``names_in``)."""
    rows = [{**row, "reason": redact(str(row["reason"] or ""), names, links="mask")} for row in coding.rows()]
    return pl.DataFrame(rows, schema=list(COLUMNS), infer_schema_length=None)


def register(app: Dash, reports: Reports) -> None:
    """Gives the coding as a CSV."""

    def agreement_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        return csv_file(agreement_csv(report.agreement(), names_in(report.store)), "agreement", report.run)

    app.server.add_url_rule("/files/agreement.csv", "agreement_file", agreement_file)
