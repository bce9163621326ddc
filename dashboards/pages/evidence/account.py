"""An account's view: its ties and its posts on what it shares with others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import pins, verdict_form
from dashboards.components.base import Child, State
from dashboards.components.layout import block, button, columns, page, problem, source_line
from dashboards.components.marks import TIE, account, glyph, tie_cells
from dashboards.components.network_data import tie_href
from dashboards.components.tables import Cells, Column, Row, number, table
from dashboards.pages.groups.labels import labels_block
from dashboards.pages.protecting import seal_form
from dashboards.words import alternatives
from dashboards.words import groups as group_words
from dashboards.words.posts import object_name, post_text
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

TIES = 200
FROM_TIES = 12  # posts come from its strongest ties
POSTS = 100


def account_page(report: Report, state: State, uid: str) -> Component:
    """Everything this run holds on one account."""
    try:
        account = report.account(uid)
    except UsageError as error:
        return problem("This case has no such account", str(error), [button("See the groups", state.href("/groups"))])
    code, platform = words.code(account.get("code")), account.get("platform")
    ties = _own(report.ties(), uid)
    groups = [report.group(g) for g in dict.fromkeys(g for g in ties["group_id"] if words.known(g))]
    others = ties["other"].nunique()
    joined = words.listed([f"group {words.place(g['rank'])}" for g in groups])
    title = (
        f"{code} is tied to {words.counted(others, 'account')} beyond chance"
        if len(ties)
        else f"{code} has no tie beyond chance in this run"
    )
    compared = group_words.of_comparison([{"code": code, "comparison": uid in report.comparison_accounts()}])
    lead: list[Child] = [
        glyph(platform if isinstance(platform, str) else None),
        f"{code} on {words.platform(platform)}" if platform else code,
        f", in {joined}." if joined else ", in no group of this run.",
        f" {compared}" if compared else None,
    ]
    judged = verdict_form.judging(
        report, verdict_form.about_account(report, uid), "account", _hints(report, groups, platform)
    )
    crumbs = [("Groups", state.href("/groups"))]
    crumbs += [(f"Group {words.place(g['rank'])}", state.href("/group", group=g["group_id"])) for g in groups[:1]]
    return page(
        title,
        lead,
        columns(
            [labels_block(report, uid), _ties(report, state, ties, uid), _posts(report, ties, uid)],
            [judged.verdict, judged.checks, judged.notes, seal_form(code, f"account {code}")],
        ),
        crumbs=[*crumbs, (code, None)],
        actions=[pins.pin("account", account=uid, title=title, label="Pin to briefing", main=True)],
    )


def _hints(report: Report, groups: list[Any], platform: object) -> dict[str, str]:
    counts = {str(platform): 1} if words.known(platform) else {}
    return alternatives.hints(report, groups[0] if groups else None, counts)


def _own(ties: pd.DataFrame, uid: str) -> pd.DataFrame:
    """The strongest tie to each account it is tied to, with the other account beside it, strongest first."""
    mine = ties[(ties["account_a"] == uid) | (ties["account_b"] == uid)]
    first = mine["account_a"] == uid
    beside = {
        "other": mine["account_b"].where(first, mine["account_a"]),
        "other_code": mine["code_b"].where(first, mine["code_a"]),
        "other_platform": mine["platform_b"].where(first, mine["platform_a"]),
        "own_first": mine["a_first"].where(first, mine["b_first"]),
    }
    ordered = mine.assign(**beside).sort_values(["q", "observed", "other_code"], ascending=[True, False, True])
    return ordered.drop_duplicates("other")


def _ties(report: Report, state: State, ties: pd.DataFrame, uid: str) -> Component | None:
    if ties.empty:
        return None
    rows = [
        Row(
            [
                dcc.Link(
                    account(words.code(t["other_code"]), t["other_platform"]),
                    href=tie_href(state, t),
                    className="name",
                ),
                *tie_cells(t),
                number(t["own_first"]),
            ],
            reachable=True,
        )
        for t in ties.head(TIES).to_dict("records")
    ]
    head = [Column("Tied to"), *TIE, Column("Was first", True)]
    left_out = f"The {words.count(TIES)} strongest of {words.count(len(ties))}. " if len(ties) > TIES else ""
    return block(
        "Its ties",
        table(head, rows, wide=True, name="ties"),
        html.P([left_out, *source_line(report)], className="src"),
    )


def _posts(report: Report, ties: pd.DataFrame, uid: str) -> Component | None:
    found: dict[Any, _Post] = {}
    for tie in ties.head(FROM_TIES).to_dict("records"):
        side = "a" if tie["account_a"] == uid else "b"
        shown = report.evidence(tie["account_a"], tie["account_b"], tie["trace"], tie["window_s"])
        for row in shown.to_dict("records"):
            name = row.get("object_words") if words.known(row.get("object_words")) else row["object"]
            new = _Post(row[f"at_{side}"], row.get("precision"), row.get(f"text_{side}"))
            found.setdefault(row.get(f"post_{side}"), new).objects[object_name(tie["trace"], name)] = None
    if not found:
        return None
    ordered = sorted(found.values(), key=lambda post: str(post.at))
    rows: list[Cells] = [
        Row([words.clock(post.at, post.precision, year=True), post_text(post.text), _with(list(post.objects))])
        for post in ordered[:POSTS]
    ]
    notes = [f"The first {words.count(POSTS)} of {words.count(len(ordered))}." if len(ordered) > POSTS else ""]
    notes.append(f"From its {words.count(FROM_TIES)} strongest ties." if len(ties) > FROM_TIES else "")
    return block(
        "Its posts that coincide with others",
        table(["Time, UTC", "Post", "Object"], rows, wide=True, name="posts", class_name="quotes"),
        html.P(" ".join(n for n in [*notes, "Names are masked, and links cannot be clicked."] if n), className="src"),
    )


@dataclass(frozen=True)
class _Post:
    """A post, and what it has in common with others' (in the order it was met)."""

    at: Any
    precision: Any
    text: Any
    objects: dict[str, None] = field(default_factory=dict)


def _with(names: list[str]) -> list[Child]:
    """Objects a post shares with others; the site of a link already listed is left out."""
    said = [
        name for name in names if not any(f"//{other}".rpartition("//")[2].startswith(f"{name}/") for other in names)
    ]
    return [html.Div(name, className="url") for name in said]
