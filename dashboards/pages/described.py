"""Page of a described community, and of one of its ties: what a published rule links, with our p and q beside each tie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request
from werkzeug.exceptions import NotFound

from dashboards import words
from dashboards.components.base import Child, Children, Reports, State
from dashboards.components.figure_tables import picture_key, pictured, twin
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import (
    Fact,
    block,
    button,
    columns,
    drawing,
    facts,
    page,
    pairs,
    panel,
    points,
    problem,
    source_line,
)
from dashboards.components.marks import account, platform_counts, tie_ends
from dashboards.components.network_data import tie_href
from dashboards.components.tables import Cells, Column, Row, Value, number, table
from dashboards.components.tie import Tie
from dashboards.figures.groups.described_ties import described_ties
from dashboards.pages.evidence.side_by_side import posts_panel
from dashboards.pages.object import link_to
from dashboards.words.methods import described as said
from dashboards.words.posts import object_name
from graph.described.beside import placed
from graph.described.methods import METHODS
from graph.traces import TRACES

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/described"
TITLE = "Described community"
NAV: str | None = None
PARENT = "/groups"

TIES = 25  # on the page, until more are asked for; the CSV has all
OBJECTS = 15
MEMBERS = 50


def layout(report: Report, state: State) -> Component:
    """The page of a community (``method``, ``community``), or with ``a``, ``b`` and ``trace`` of one of its ties."""
    method, number_ = state.get("method"), number_of(state.get("community"))
    if method in METHODS:
        found = placed(report.described_communities(method), report.described_overlap(method))
    else:
        found = pd.DataFrame()
    rows = found[found["community"] == number_] if len(found) else found
    if method is None or not len(rows):
        return problem(
            "This run has no such community",
            "A described community has a number per method, such as D4. Turn on the switch on Groups to see them.",
            [button("See the groups", state.href("/groups"))],
        )
    community = {str(k): v for k, v in rows.iloc[0].items()}
    ties = report.described(method)
    a, b = state.get("a"), state.get("b")
    if a and b:
        return _tie_page(report, state, method, community, ties, sorted((a, b)))
    return _community(report, state, method, community, ties[ties["community"] == community["community"]])


def number_of(tag: str | None) -> int | None:
    """Number of a community from its tag.

    Examples
    --------
    >>> number_of("D4"), number_of("d12"), number_of("4"), number_of("D"), number_of(None)
    (4, 12, None, None, None)
    """
    text = (tag or "").strip()
    digits = text[1:]
    return int(digits) if text[:1] in ("D", "d") and digits.isdecimal() and len(digits) < 7 else None


def title(method: str, community: Mapping[Any, Any]) -> str:
    """The finding: accounts and ties of the rule, and how many of them pass our tests.

    Examples
    --------
    >>> title("coortweet", {"tag": "D4", "accounts": 10, "ties": 9, "tested": 9, "passing": 0})
    "D4: CooRTweet's rule links 10 accounts by 9 ties; none of them passes our tests"
    """
    ties, passing = words.counted(community["ties"], "tie"), community["passing"]
    if passing == community["ties"]:
        ours = "all of them pass our tests"
    elif passing:
        ours = f"{words.count(passing)} of them {'passes' if passing == 1 else 'pass'} our tests"
    else:
        ours = "none of them passes our tests" if community["tested"] else "our tests looked at none of them"
    return f"{community['tag']}: {said.rule(method)} links {words.counted(community['accounts'], 'account')} by {ties}; {ours}"


# --- a community ---------------------------------------------------------------------------------------------------


def _community(report: Report, state: State, method: str, community: dict[str, Any], ties: pd.DataFrame) -> Component:
    layers = report.described_layers(method)
    members = report.described_members(method, int(community["community"]))
    heading = title(method, community)
    lead: list[Child] = [
        "Described, not tested. Mostly shared: ",
        html.B(said.community_name(community)),
        f". {said.NEVER_A_GROUP}",
    ]
    return page(
        heading,
        lead,
        _facts(community),
        columns(
            [_picture(report, ties, members), _objects(report, state, method, community), _ties(report, state, ties)],
            [_rule(report, state, method, layers), _beside(report, state, community), _members(state, members)],
        ),
        crumbs=[
            ("Groups", state.href("/groups", described=method)),
            (f"{said.title_of(method)} {community['tag']}", None),
        ],
        actions=[html.A("Ties as CSV", href=_file(state, method, community), className="btn", download="")],
    )


def _file(state: State, method: str, community: Mapping[str, Any]) -> str:
    return state.href("/files/described_ties.csv", method=method, community=community["tag"])


def _facts(community: Mapping[str, Any]) -> Component:
    seen = words.known(community["observed"])
    strongest = f"{words.trace(community['trace'])}, {words.window(community['window_s'])}" if seen else ""
    return facts(
        [
            Fact("Accounts", platform_counts(_platforms(community), names=True)),
            Fact(
                "Ties by the rule",
                words.count(community["ties"]),
                f"{words.count(community['passing'])} pass our tests",
            ),
            Fact(
                "Shared together",
                words.count(community["observed"]),
                f"against {words.expected(community['expected'])} by chance. {strongest}" if seen else "not counted",
            ),
            Fact("Smallest q of its ties", words.probability(community["q"]), "ours; the rule itself has no test"),
        ]
    )


def _platforms(community: Mapping[str, Any]) -> dict[str, int | None]:
    known = community.get("platforms")
    return dict(
        words.in_order(known if isinstance(known, Mapping) and known else {"unknown": int(community["accounts"])})
    )


def _picture(report: Report, ties: pd.DataFrame, members: pd.DataFrame) -> Component | None:
    if ties.empty:
        return None
    picture = described_ties(ties, members)
    return panel(
        "described-ties",
        picture.title,
        drawing(picture.svg),
        twin=twin(picture.table, picture.title),
        key=picture_key(picture.key),
        source=source_line(report, picture.note),
    )


HEAD = (
    Column("Accounts"),
    Column("Behaviour"),
    Column("Weight", True, "as the method gives it"),
    Column("Observed", True, "objects that both acted on within the window of the run"),
    Column("Expected", True),
    Column("p", True, "of our tests"),
    Column("q", True, "of our tests"),
    Column("Our tests"),
)


def _ties(report: Report, state: State, ties: pd.DataFrame) -> Component:
    if ties.empty:
        return block("Its ties", html.P("Withheld, or none is stored.", className="dim"))
    asked = state.get("ties_rows") or ""
    shown = ties.head(max(TIES, int(asked)) if asked.isdigit() and len(asked) < 7 else TIES)
    rows = [Row(_cells(state, t), reachable=True) for t in shown.to_dict("records")]
    more = None
    if len(shown) < len(ties):
        more = html.P(
            [
                dcc.Link("Show more ties", href=state.here(ties_rows=len(shown) + 200), className="btn"),
                f" {words.count(len(shown))} of {words.count(len(ties))} shown; the CSV has all.",
            ],
            className="more",
        )
    reasons = [said.untested(one) for one in dict.fromkeys(ties["untested"]) if words.known(one)]
    return block(
        "Its ties, heaviest first",
        html.P("Each line leads to the posts behind it. p and q are of our tests.", className="dim"),
        table(HEAD, rows, wide=True, name="described-ties"),
        more,
        html.P(["A dash: no p. ", *[f"{reason} " for reason in reasons]], className="src") if reasons else None,
    )


def _cells(state: State, tie: Mapping[Any, Any]) -> list[Children | Value]:
    back = tie["weight_back"]
    weight = _weight(tie["weight"]) + (f" and {_weight(back)}" if words.known(back) else "")
    return [
        dcc.Link(tie_ends(tie), href=_tie_href(state, tie), className="name"),
        f"{words.trace(tie['trace'])}, {words.window(tie['window_s'])}",
        Value(weight, tie["weight"]),
        number(tie["observed"]),
        Value(words.expected(tie["expected"]), tie["expected"]),
        Value(words.probability(tie["p"]), tie["p"]),
        Value(words.probability(tie["q"]), tie["q"]),
        passes(tie),
    ]


def _weight(value: object) -> str:
    return f"{float(str(value)):,.4g}" if words.known(value) else words.NONE


def passes(tie: Mapping[Any, Any]) -> str:
    """Result of our tests for a described tie, in words.

    Examples
    --------
    >>> passes({"passes": True}), passes({"passes": False}), passes({"passes": None})
    ('a tie', 'within chance', 'not tested')
    """
    if not words.known(tie["passes"]):
        return "not tested"
    return "a tie" if tie["passes"] else "within chance"


def _tie_href(state: State, tie: Mapping[Any, Any]) -> str:
    return state.href(
        PATH,
        method=tie["method"],
        community=state.get("community"),
        a=str(tie["account_a"]),
        b=str(tie["account_b"]),
        trace=tie["trace"],
        window=f"{tie['window_s']:g}",
    )


def _objects(report: Report, state: State, method: str, community: Mapping[str, Any]) -> Component | None:
    found = report.described_objects(method, int(community["community"]))
    if found.empty:
        return None
    rows: list[Cells] = [
        Row(
            [_object(state, o), number(o["accounts"]), number(o["others"]), number(o["meetings"])],
            reachable=True,
        )
        for o in found.head(OBJECTS).to_dict("records")
    ]
    left = int(community["objects"]) - len(rows) if words.known(community["objects"]) else 0
    head = [
        Column("What they shared together"),
        Column("Accounts here", True),
        Column("Others", True),
        Column("Coincidences", True, "pairs of accounts here that coincided on it"),
    ]
    return block(
        "What they shared together",
        table(head, rows, wide=True, name="described-objects"),
        html.P(f"The {words.count(len(rows))} with most coincidences; {words.counted(left, 'other')}.", className="src")
        if left > 0
        else None,
    )


def _object(state: State, row: Mapping[Any, Any]) -> Child:
    plain = row["words"] if words.known(row["words"]) else row["object"]
    name = object_name(row["trace"], plain)
    return link_to(state, row["trace"], row["object"], name) if row["trace"] in TRACES else name


def _rule(report: Report, state: State, method: str, layers: pd.DataFrame) -> Component:
    rows: list[tuple[str, Children]] = [
        ("Method", said.title_of(method)),
        ("Looks at", said.read(layers)),
        ("Thresholds", said.thresholds(method, layers)),
        ("Source", said.source(method)),
    ]
    notes = said.notes(layers)
    return block(
        "The rule",
        pairs(rows),
        points(notes) if notes else None,
        html.P(said.NO_P, className="dim"),
        html.P(source_line(report), className="src"),
    )


def _beside(report: Report, state: State, community: Mapping[str, Any]) -> Component:
    group = community["group_id"]
    if not words.known(group) or community["heading"] == "aside":
        return block(
            "Beside the tested groups",
            html.P(f"No tested group has an account of {community['tag']}."),
            html.P(said.why(community)),
        )
    rank = report.group(str(group))
    kind = "Closed circle" if rank["heading"] == "closed" else "Group"
    link = dcc.Link(f"{kind} {words.place(rank['rank'])}", href=state.href("/group", group=str(group)))
    return block("Beside the tested groups", html.P([link, f": {said.beside_words(community)}."]))


def _members(state: State, members: pd.DataFrame) -> Component | None:
    if members.empty:
        return None
    rows: list[Cells] = [
        Row(
            [
                dcc.Link(
                    account(words.code(m["code"]), m["platform"]),
                    href=state.href("/evidence", account=str(m["account"])),
                    className="name",
                ),
                number(m["ties"]),
            ],
            reachable=True,
        )
        for m in members.head(MEMBERS).to_dict("records")
    ]
    left = len(members) - len(rows)
    return block(
        "Its accounts",
        table([Column("Account"), Column("Ties by the rule", True)], rows, name="described-members"),
        html.P(f"{words.counted(left, 'more account')} with fewer ties.", className="src") if left > 0 else None,
    )


# --- one of its ties -----------------------------------------------------------------------------------------------


def _tie_page(
    report: Report, state: State, method: str, community: Mapping[str, Any], ties: pd.DataFrame, ends: list[str]
) -> Component:
    back = state.href(PATH, method=method, community=community["tag"])
    rows = ties[(ties["account_a"] == ends[0]) & (ties["account_b"] == ends[1])]
    if trace := state.get("trace"):
        rows = rows[rows["trace"] == trace]
    if window := state.get("window"):
        rows = rows[rows["window_s"].map(lambda w: f"{w:g}") == window]
    if rows.empty:
        return problem(
            "This rule has no such tie",
            f"{said.rule(method)} does not link these two accounts.",
            [button("See the community", back)],
        )
    row = {str(k): v for k, v in rows.iloc[0].items()}
    crumbs: list[tuple[str, str | None]] = [
        ("Groups", state.href("/groups", described=method)),
        (f"{said.title_of(method)} {community['tag']}", back),
        (f"{words.code(row['code_a'])} and {words.code(row['code_b'])}", None),
    ]
    if row["trace"] not in TRACES:
        return page(
            _tie_title(method, row), said.untested("trace"), _numbers(report, state, method, row), crumbs=crumbs
        )
    tie = Tie.described(report, row)
    main: list[Child] = []
    if len(tie.meetings):
        picture = tie.lanes(object_name)
        main = [
            pictured("time-line", picture, source_line(report, "Days in UTC.")),
            posts_panel(report, state, tie),
        ]
    return page(
        _tie_title(method, row),
        f"Described, not tested: {said.title_of(method)} gives this tie a weight of {_weight(row['weight'])}.",
        columns(main, [_numbers(report, state, method, row)]),
        crumbs=crumbs,
    )


def _tie_title(method: str, tie: Mapping[str, Any]) -> str:
    a, b = words.code(tie["code_a"]), words.code(tie["code_b"])
    if not words.known(tie["observed"]):
        return f"{a} and {b}: a tie by {said.title_of(method)}"
    did = words.verb([tie["trace"]], past=True)
    close = words.within(tie["window_s"])
    expected = f"; chance gives about {words.expected(tie['expected'])}" if words.known(tie["expected"]) else ""
    return f"{a} and {b} {did} {words.count(tie['observed'])} {words.noun(tie['trace'], tie['observed'])} {close}{expected}"


def _numbers(report: Report, state: State, method: str, tie: Mapping[str, Any]) -> Component:
    rows: list[tuple[str, Children]] = [
        ("Method", said.title_of(method)),
        ("Weight", _weight(tie["weight"])),
        ("Observed", words.count(tie["observed"])),
        ("In common at any time", words.count(tie["shared"])),
        ("Expected by chance", words.expected(tie["expected"])),
        ("p", words.probability(tie["p"])),
        ("q", words.probability(tie["q"])),
        ("Our tests", passes(tie)),
    ]
    ours = None
    if words.known(tie["passes"]) and tie["passes"]:
        ours = html.P(dcc.Link("This pair is a tie by our tests: see its evidence", href=tie_href(state, tie)))
    return block(
        "This tie",
        pairs(rows),
        html.P(said.untested(tie["untested"])) if said.untested(tie["untested"]) else None,
        ours,
        html.P(source_line(report, "p and q are of our tests, beside what the rule links."), className="src"),
    )


# --- as a file -----------------------------------------------------------------------------------------------------


def ties_csv(report: Report, method: str, community: int) -> pl.DataFrame:
    """Ties of a community as plain columns: codes, the rule's weight, and our numbers."""
    ties = report.described(method)
    rows = [
        {
            "method": t["method"],
            "community": f"D{community}",
            "account_a": words.code(t["code_a"]),
            "account_b": words.code(t["code_b"]),
            **{name: t[name] if words.known(t[name]) else None for name in COPIED},
            "objects": "; ".join(
                object_name(t["trace"], name) for name in (t["objects"] if t["objects"] is not None else ())
            ),
        }
        for t in ties[ties["community"] == community].to_dict("records")
    ]
    columns = ["method", "community", "account_a", "account_b", *COPIED, "objects"]
    return pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame({name: [] for name in columns})


COPIED = (
    *("platform_a", "platform_b", "trace", "window_s", "weight", "weight_back", "observed", "shared", "expected"),
    *("p", "q", "passes", "untested", "median_lag_s", "first_at", "last_at"),
)
"""Columns of ``Report.described`` that the file has as they are."""


def register(app: Dash, reports: Reports) -> None:
    """Gives the ties of a community as a CSV."""

    def described_ties_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        method, community = request.args.get("method", ""), number_of(request.args.get("community"))
        if method not in METHODS or community is None:
            raise NotFound("There is no such community.")
        return csv_file(ties_csv(report, method, community), f"described-{method}-D{community}", report.run)

    app.server.add_url_rule("/files/described_ties.csv", "described_ties_file", described_ties_file)
