"""Page Handing over: reports that can be begun, those under way, and the ledger; or the builder of one report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import Dash, dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child, Children, Reports, State
from dashboards.components.layout import block, button, page, points
from dashboards.components.tables import Cells, Column, Row, table
from dashboards.components.verdict_form import verdict_words
from dashboards.pages.handover import builder, ledger
from dashboards.pages.nothing import no_run
from dashboards.words import handover as said
from graph.case.verdicts import by_group
from graph.handover import drafts
from graph.handover.drafts import Draft
from graph.handover.law import ANSWERS, DOCUMENTS, LEGAL, NO_REMOVAL_ORDER, QUESTION
from graph.handover.ledger import entries, line_of
from graph.handover.survival import Ledger
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/handover"
TITLE = "What goes to a platform, and what came of it?"
NAV = "Handing over"
KEY = "R"  # report; H is the first page
PARENT = "/handover"
NEEDS_RUN = False
OF_CASE = True

SHOWN = 50


def count(reports: Reports, report: Report) -> int | None:
    """Number of drafts that were not sent yet, for the rail."""
    if report is None:
        return None
    sent = {entry.draft for entry in entries(reports.store)}
    return sum(draft.number not in sent for draft in drafts.drafts(reports.store)) or None


def layout(reports: Reports, state: State) -> Component:
    """The page; with ``draft``, or ``group`` and ``to``, in the address the builder of that report."""
    report = reports.of(state.get("run"))
    if report.run is None:
        return no_run(report.store)
    draft = chosen(reports, report, state)
    if draft is not None:
        return builder.layout(reports.of(draft.run_id), draft, state)
    return _overview(reports, report, state)


def chosen(reports: Reports, report: Report, state: State) -> Draft | None:
    """The draft the address names, or a new one for the group it names; None where it names neither.

    Raises
    ------
    UsageError
        If there is no such draft, group or platform.
    """
    if state.get("draft"):
        return drafts.of_number(reports.store, line_of(str(state.get("draft"))))
    group = state.get("group")
    if not group:
        return None
    there = list(report.group(group)["platforms"])
    to = state.get("to") or str(there[0])
    if to not in there:
        raise UsageError(f"This group has no account on {to!r}.", hint=f"It is on {words.listed(there)}.")
    return Draft(run_id=report.run_id, group_id=group, to=to)


def _overview(reports: Reports, report: Report, state: State) -> Component:
    held = Ledger.of(reports.store)
    begun = [draft for draft in drafts.drafts(reports.store) if draft.number not in {e.draft for e in held.lines}]
    nothing = not held.lines and not begun
    return page(
        "No report yet" if nothing else said.outcome_words(held.outcome()) if held.lines else _begun(len(begun)),
        "Start from a group with a verdict." if nothing else said.BY_HAND,
        _begun_table(reports, begun, state) if begun else None,
        _groups(report, state),
        *([_documents()] if nothing else []),
        ledger.section(held),
    )


def _begun(number: int) -> str:
    return f"{words.counted(number, 'report')} begun, none sent"


def _begun_table(reports: Reports, begun: list[Draft], state: State) -> Component:
    rows: list[Cells] = [
        Row(
            [
                dcc.Link(draft.code, href=state.here(draft=draft.code), className="name"),
                builder.group_called(reports.of(draft.run_id), draft.group_id),
                words.platform(draft.to),
                draft.document.title if draft.document else "not chosen",
                f"{draft.by}, {words.clock(draft.at, 'min')}",
            ],
            reachable=True,
        )
        for draft in begun
    ]
    heads = ["Draft", "Group", "To", "Document", "Saved"]
    return block("Drafts", table(heads, rows, name="drafts", wide=True))


def _groups(report: Report, state: State) -> Component:
    """Groups one can report, those with a verdict first."""
    given = by_group(report.store.notes("verdict"), report.run_id)
    found = report.groups().sort_values("rank").to_dict("records")
    judged = [row for row in found if any(v.get("verdict") != "open" for v in given.get(str(row["group_id"]), ()))]
    open_ = len(found) - len(judged)
    rows: list[Cells] = [
        Row(
            [
                builder.group_called(report, str(row["group_id"])),
                verdict_words(given[str(row["group_id"])]),
                html.Span(
                    [
                        dcc.Link(
                            f"Report to {words.platform(to)}",
                            href=state.href(PATH, group=row["group_id"], to=to),
                            className="btn small",
                        )
                        for to in row["platforms"]
                    ],
                    className="row tight",
                ),
            ],
            reachable=True,
        )
        for row in judged[:SHOWN]
    ]
    body: list[Child] = [
        table([Column("Group"), Column("Verdict"), Column("Start a report")], rows, name="reportable", wide=True)
        if rows
        else None,
        html.P(f"{words.counted(open_, 'group')} without a verdict: give one first.", className="src")
        if open_
        else None,
        html.P(button("See the groups", state.href("/groups"), primary=not rows), className="row"),
    ]
    return block("Groups to report", *body)


def _documents() -> Component:
    """The question that chooses the document, before anybody has begun one."""
    fits: list[Children] = [
        [html.B(f"{answer.title}: "), DOCUMENTS[answer.document].title if answer.document else answer.hint]
        for answer in ANSWERS.values()
    ]
    return html.Div(
        [block(QUESTION, html.P(LEGAL), points(fits)), block("What Lockstep does not write", html.P(NO_REMOVAL_ORDER))]
    )


def register(app: Dash, reports: Reports) -> None:
    """The builder's and the ledger's callbacks and files."""
    builder.register(app, reports)
    ledger.register(app, reports)
