"""Page Evidence: two accounts, every coincidence of theirs, and what chance gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request

from dashboards import words
from dashboards.components import pins, verdict_form
from dashboards.components.base import Child, Reports, State
from dashboards.components.figure_tables import picture_key, twin
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import (
    block,
    button,
    caveats,
    columns,
    drawing,
    page,
    pairs,
    panel,
    points,
    problem,
    source_line,
)
from dashboards.components.marks import glyph, level_mark
from dashboards.components.network_data import layer_ties, tie_href
from dashboards.components.tie import Tie
from dashboards.figures.chance import chance_picture
from dashboards.pages.evidence.account import account_page
from dashboards.pages.evidence.side_by_side import (
    named,
    posts_panel,
)
from dashboards.pages.protecting import seal_form
from dashboards.words import alternatives, groups
from dashboards.words.caveats import first
from dashboards.words.posts import object_name, post_text
from graph.privacy.times import coarse_time
from graph.runs.caveats import SAME_IS_NOT_WHO
from graph.significance.poisson import usual
from graph.traces import TRACES
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/evidence"
TITLE = "Evidence"
NAV: str | None = None
PARENT = "/groups"


def layout(report: Report, state: State) -> Component:
    """The page of a tie (``a``, ``b``, ``trace``, ``window``) or of an account (``account``)."""
    account, a, b = state.get("account"), state.get("a"), state.get("b")
    if account:
        return account_page(report, state, account)
    if not (a and b):
        return problem(
            "No tie chosen",
            "A tie links two accounts. Choose one on a group's page or in the list of linked pairs.",
            [button("See the groups", state.href("/groups"))],
        )
    try:
        tie = Tie.load(report, a, b, state.get("trace"), state.get("window"))
    except UsageError as error:
        return problem("This run has no such tie", str(error), [button("See the groups", state.href("/groups"))])
    return _page(report, state, tie)


# --- words ---------------------------------------------------------------------------------------------------------


def title(tie: Tie) -> str:
    """The sentence with both numbers."""
    f = tie.facts
    did = words.verb([f["trace"]], past=True)
    return (
        f"{tie.a} and {tie.b} {did} {words.count(f['observed'])} {tie.noun(f['observed'])}"
        f" {words.within(tie.window_s, tie.precision)}; chance gives about {words.expected(f['expected'])}"
    )


def test_words(facts: Mapping[str, Any], noun: str) -> list[str]:
    """Sentences on both tests; the one that expects more is shown. Of what belongs to accounts, on the one there is."""
    if of_accounts(facts["trace"]):
        return [
            f"Rarity test (two unrelated accounts on two platforms have the same {noun} by chance): the rarer, the smaller p."
            " There is no timing to test.",
            SAME_IS_NOT_WHO,
        ]
    timing = words.known(facts["p_b"]) and (not words.known(facts["p_a"]) or facts["p_b"] >= facts["p_a"])
    by_timing = f"timing test (both like the same {noun}, but post at their own times)"
    by_nothing = "who-and-when test (who posts, and when, is chance)"
    a, b = words.expected(facts["expected_a"]), words.expected(facts["expected_b"])
    shown, other, other_expects = (by_timing, by_nothing, a) if timing else (by_nothing, by_timing, b)
    said = [
        f"Two baselines were tried. Shown: the one that expects more, the {shown}. The {other} expects {other_expects}.",
    ]
    in_sample = facts.get("p_b_in_sample")
    if words.known(in_sample) and in_sample is not None:
        if in_sample > 0.05:
            said.append(
                f"The timing test leaves their group out of the comparison. With the group in it, {words.named('p', in_sample)}:"
                f" few others shared these {noun}, so timing is not the evidence."
            )
        else:
            said.append(
                f"The timing test leaves their group out of the comparison. With the group in it, {words.named('p', in_sample)}:"
                " the result is the same."
            )
    if facts.get("closed") is True:
        said.append(f"Closed: most of their coincidences are on {noun} that hardly anyone else shared.")
    return said


def of_accounts(trace: str) -> bool:
    """True for what accounts have, such as a handle, rather than do."""
    return trace in TRACES and TRACES[trace].of_accounts


def family_words(layers: pd.DataFrame, noun: str, alone: bool = True) -> str:
    """Sentence on what q is corrected for; a tie shown only because of its group has no q."""
    across = layers[layers["trace"].map(of_accounts)]
    if len(across) and len(across) == len(layers):
        return (
            "The tie must pass the rarity test, corrected for all"
            f" {words.counted(across['family_a'].sum(), 'pair')} of accounts on two platforms."
        )
    if not alone:
        return (
            "A single tie must pass both tests, corrected for all"
            f" {words.counted(layers['family_a'].sum(), 'pair')} of accounts. This one does not, so it has no q of its own."
        )
    return (
        "The tie must pass both tests, each corrected for multiple comparisons: all"
        f" {words.counted(layers['family_a'].sum(), 'pair')} of accounts, and the {words.counted(layers['family_b'].sum(), 'pair')}"
        f" with 3 or more {noun} in common. q is the larger of the two and is corrected for every layer of the run."
    )


# --- the page ------------------------------------------------------------------------------------------------------


def _page(report: Report, state: State, tie: Tie) -> Component:
    f = tie.facts
    ties = _neighbours(report, f)
    group = report.group(f["group_id"]) if words.known(f.get("group_id")) else None
    where = f"Group {words.place(group['rank'])}" if group else "Linked pairs"
    crumbs = [
        ("Groups", state.href("/groups")),
        (where, state.href("/group", group=f["group_id"]) if group else None),
        (f"{tie.a} and {tie.b}", None),
    ]
    place = _place(ties, f)
    rank = _rank(group, f, ties, place)
    close = words.within(tie.window_s, "min") if tie.precision == "min" else f"within {words.window(tie.window_s)}"
    part = "all" if f["observed"] == f["shared"] else words.count(f["observed"])
    lead: list[Child] = [
        *_who(f, "a"),
        " and ",
        *_who(f, "b"),
        f". They have {words.count(f['shared'])} {tie.noun(f['shared'])} in common; {part} of them came {close}.{rank}",
    ]
    return page(
        title(tie),
        lead,
        columns(
            [_lanes(report, tie), posts_panel(report, state, tie)],
            [*_why(report, state, tie), *(seal_form(one, f"account {one}") for one in (tie.a, tie.b))],
        ),
        crumbs=crumbs,
        actions=[
            *_moves(state, ties, place),
            pins.pin("tie", **named(f), title=title(tie), label="Pin to briefing", main=True),
        ],
    )


def _who(facts: Mapping[str, Any], side: str) -> list[Child]:
    platform = facts.get(f"platform_{side}")
    on = f" on {words.platform(platform)}" if words.known(platform) and platform != "unknown" else ""
    return [glyph(platform if isinstance(platform, str) else None), f"{words.code(facts[f'code_{side}'])}{on}"]


def _rank(group: Mapping[str, Any] | None, facts: Mapping[str, Any], ties: pd.DataFrame, place: int) -> str:
    """Its place among the group's ties of the same kind, as the group's page ranks them."""
    if group is None:
        return ""
    lead = (facts["trace"], facts["window_s"]) == (group["traces"][0], group["windows_s"][0])
    kind = "" if lead else " of this behaviour"
    return f" Tie {words.count(place + 1)} of {words.count(len(ties))}{kind} in group {words.place(group['rank'])}."


def _neighbours(report: Report, facts: Mapping[str, Any]) -> pd.DataFrame:
    group = facts.get("group_id")
    if words.known(group):
        return layer_ties(report, {"group_id": group}, (str(facts["trace"]), float(facts["window_s"])))
    ties = report.pairs()
    return ties.sort_values(
        ["q", "observed", "code_a", "code_b"], ascending=[True, False, True, True], ignore_index=True
    )


def _place(ties: pd.DataFrame, facts: Mapping[str, Any]) -> int:
    same = ties[["account_a", "account_b", "trace", "window_s"]].eq(
        [facts["account_a"], facts["account_b"], facts["trace"], facts["window_s"]]
    )
    hits = same.all(axis=1).to_numpy().nonzero()[0]
    return int(hits[0]) if len(hits) else 0


def _moves(state: State, ties: pd.DataFrame, place: int) -> list[Child]:
    rows = ties.to_dict("records")
    made: list[Child] = []
    if place > 0:
        made.append(button("Previous tie", tie_href(state, rows[place - 1]), "K"))
    if place + 1 < len(rows):
        made.append(button("Next tie", tie_href(state, rows[place + 1]), "J"))
    return made


def _lanes(report: Report, tie: Tie) -> Component:
    f = tie.facts
    picture = tie.lanes(object_name)
    return panel(
        "time-line",
        picture.title,
        drawing(picture.svg),
        twin=twin(picture.table, picture.title),
        key=picture_key(picture.key),
        pin=pins.pin("figure", **named(f), figure="time-line", title=picture.title),
        source=source_line(report, f"Posts by either account with {words.one(tie.noun(1))} both used. Days in UTC."),
    )


def _why(report: Report, state: State, tie: Tie) -> list[Child]:
    f = tie.facts
    inside = words.within(tie.window_s, "min") if tie.precision == "min" else f"within {words.window(tie.window_s)}"
    picture = chance_picture(int(f["observed"]), float(f["expected"]), tie.noun(), inside)
    low, high = usual(float(f["expected"]))
    q = words.tie_q(f)
    worse = max((p for p in (f["p_a"], f["p_b"]) if words.known(p)), default=None)
    layers = report.layers()
    group = report.group(f["group_id"]) if words.known(f.get("group_id")) else None
    judged = verdict_form.judging(report, verdict_form.about_tie(report, f), "tie", _hints(report, tie, group))
    return [
        block(
            "Why this tie counts",
            drawing(picture.svg),
            pairs(
                [
                    ("Observed", f"{words.count(f['observed'])} {tie.noun(f['observed'])}"),
                    (
                        "Expected by chance",
                        f"{words.expected(f['expected'])} ({words.count(low)} to {words.count(high)})",
                    ),
                    ("p", words.probability(worse)),
                    ("q", q),
                ]
            ),
            html.P(level_mark(f["level"])),
            html.P(groups.tie_facts(f)),
            html.P(groups.group_tie(group)) if f["level"] == "group" else None,
            *[html.P(sentence) for sentence in test_words(f, tie.noun())],
            html.P(
                source_line(
                    report,
                    family_words(layers, words.nouns(list(layers["trace"])), f["level"] not in ("group", "combined")),
                    _worlds(report),
                ),
                className="src",
            ),
        ),
        judged.checks,
        judged.verdict,
        judged.notes,
        _other_layers(report, state, f),
        _group(state, group),
        caveats(report, str(group["group_id"]) if group else None, [*first(report), *_compared(report, tie)]),
        _accounts(state, tie),
    ]


def _compared(report: Report, tie: Tie) -> list[str]:
    """Sentence on the one of both that only a comparison knows."""
    known = report.comparison_accounts()
    ends = [
        {"code": code, "comparison": tie.facts[f"account_{side}"] in known}
        for side, code in (("a", tie.a), ("b", tie.b))
    ]
    return [said] if (said := groups.of_comparison(ends)) else []


def _hints(report: Report, tie: Tie, group: Mapping[str, Any] | None) -> dict[str, str]:
    """Sentences from the data on some innocent explanations of this tie."""
    f = tie.facts
    counts = Counter(str(f[side]) for side in ("platform_a", "platform_b") if words.known(f[side]))
    close = tie.meetings[tie.meetings["within"].astype(bool)]
    same = sum(
        words.known(a) and words.known(b) and str(a).strip() == str(b).strip()
        for a, b in zip(close["text_a"], close["text_b"], strict=True)
    )
    said = f"Word for word the same in {words.count(same)} of {words.count(len(close))}."
    return {**alternatives.hints(report, group, counts), "app": said}


def _worlds(report: Report) -> str:
    worlds = groups.worlds_of(report.run)
    return f"Groups are compared with {words.count(worlds)} shuffles of the data." if worlds else ""


def _group(state: State, group: Mapping[str, Any] | None) -> Component | None:
    """The numbers of the group that holds it, as its own page has them."""
    if group is None:
        return None
    facts = groups.group_facts(group)
    link = dcc.Link(f"Group {words.place(group['rank'])}", href=state.href("/group", group=group["group_id"]))
    return block(
        "Its group",
        html.P([link, f", {words.counted(group['accounts'], 'account')}, {words.counted(group['ties'], 'tie')}"]),
        pairs(
            [
                ("Observed", facts["observed"]),
                ("Expected by chance", f"{facts['expected']} ({facts['usually'].removeprefix('usually ')})"),
                ("p of the group", facts["p"]),
            ]
        ),
    )


def _other_layers(report: Report, state: State, facts: Mapping[str, Any]) -> Component | None:
    same = report.tie_layers(facts["account_a"], facts["account_b"])
    here = (facts["trace"], facts["window_s"])
    other = [t for t in same.to_dict("records") if (t["trace"], t["window_s"]) != here]
    if not other:
        return None
    return block(
        "Other behaviours of these two accounts",
        points(
            [
                [
                    dcc.Link(f"{words.trace(t['trace'])}, {words.window(t['window_s'])}", href=tie_href(state, t)),
                    f": {words.count(t['observed'])} against {words.expected(t['expected'])}",
                ]
                for t in other
            ]
        ),
    )


def _accounts(state: State, tie: Tie) -> Component:
    f = tie.facts
    return block(
        "These accounts",
        points(
            [
                dcc.Link(f"All ties of {code}", href=state.href("/evidence", account=f[f"account_{side}"]))
                for side, code in (("a", tie.a), ("b", tie.b))
            ]
        ),
    )


# --- as a file -----------------------------------------------------------------------------------------------------


def evidence_csv(tie: Tie) -> pl.DataFrame:
    """Every meeting as plain columns: codes, masked texts, broken links."""
    f = tie.facts
    rows = [
        {
            "account_a": tie.a,
            "account_b": tie.b,
            "trace": f["trace"],
            "window_s": tie.window_s,
            "object": object_name(f["trace"], name),
            "at_a": _iso(row["at_a"]),
            "at_b": _iso(row["at_b"]),
            "lag_s": row["lag_s"],
            "within_window": bool(row["within"]),
            "precision": row.get("precision") if words.known(row.get("precision")) else None,
            "text_a": post_text(row.get("text_a")),
            "text_b": post_text(row.get("text_b")),
        }
        for row, name in zip(tie.meetings.to_dict("records"), tie.objects(), strict=True)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _iso(value: object) -> str | None:
    at = words.moment(value)
    coarser = coarse_time(at)
    return coarser.isoformat() if coarser else None


def register(app: Dash, reports: Reports) -> None:
    """Gives the page's table as a CSV."""

    def evidence_file() -> Response:
        asked = request.args
        report = report_or_404(reports, asked.get("run"))
        try:
            tie = Tie.load(report, asked.get("a", ""), asked.get("b", ""), asked.get("trace"), asked.get("window"))
        except UsageError as error:
            return Response(str(error), status=404, mimetype="text/plain")
        return csv_file(evidence_csv(tie), f"evidence-{tie.a}-{tie.b}", report.run)

    app.server.add_url_rule("/files/evidence.csv", "evidence_file", evidence_file)
