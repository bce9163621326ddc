"""Page Object: one link, site, text or hashtag, and who posted it in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request
from werkzeug.exceptions import NotFound

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, Children, Reports, State
from dashboards.components.figure_tables import pictured
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import block, button, columns, page, pairs, problem, source_line
from dashboards.components.marks import account, platform_counts
from dashboards.components.tables import Cells, Column, Row, Value, number, table
from dashboards.figures.object_timeline import carrying
from dashboards.local.addresses import coded
from dashboards.pages.protecting import seal_form
from dashboards.words.posts import object_name, post_text
from graph.report.object_activity import MOST_ACTIONS, ObjectActivity, carried
from graph.traces import TRACES
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/object"
TITLE = "Object"
NAV: str | None = None
PARENT = "/groups"

SHOWN = 100


def layout(report: Report, state: State) -> Component:
    """The page of an object (``trace``, ``object``)."""
    trace, key = state.get("trace"), state.get("object")
    crumbs: list[tuple[str, str | None]] = [("Groups", state.href("/groups"))]
    if not (trace and key):
        return problem(
            "Nothing chosen",
            "Choose a link, text or site on the page of a group or tie, or search for it.",
            [button("See the groups", state.href("/groups"))],
        )
    try:
        found = carried(report, trace, key)
    except UsageError as error:
        return problem("This run has no such object", str(error), [button("See the groups", state.href("/groups"))])
    rows: list[dict[str, Any]] = found.actions.to_dicts()
    name = shown_name(trace, found.words)
    dated = [r for r in rows if words.known(r["at"])]
    said = title(trace, found, dated)
    picture = carrying(rows, "", found.posts)
    main: list[Child] = [
        pictured(
            "carried",
            picture,
            source_line(report),
            csv=state.here().replace(PATH, "/files/object.csv", 1),
        ),
        _table(state, rows, found),
    ]
    return page(
        said,
        [html.Span(name, className="code" if _plain(trace) else "quoted"), f" {_narrowed(found, trace)}"],
        columns(
            main,
            [
                _facts(found, dated),
                _groups(report, state, found),
                seal_form(coded("object", key, trace), f"this {noun(trace, 1)}"),
            ],
        ),
        crumbs=[*crumbs, (words.sentence(noun(trace, 1)), None)],
        actions=[pins.pin("object", trace=trace, object=key, title=said, label="Pin to briefing", main=True)],
    )


def noun(trace: str, number: object = 2) -> str:
    """Noun for it: link, site, hashtag.

    Examples
    --------
    >>> noun("link"), noun("hashtag", 1)
    ('links', 'hashtag')
    """
    if trace == "hashtag":
        return "hashtag" if number == 1 else "hashtags"
    return words.noun(trace, number)


def verb(trace: str) -> str:
    """Verb for what was done with it."""
    return "used" if trace == "hashtag" else words.verb([trace], past=True)


def shown_name(trace: str, said: str, limit: int = 400) -> str:
    """An object as it may be read: links broken, names masked."""
    return object_name("hashtags" if trace == "hashtag" else trace, said, limit)


def _plain(trace: str) -> bool:
    return trace in TRACES and TRACES[trace].words.shows == "address"


def title(trace: str, found: ObjectActivity, dated: list[dict[str, Any]]) -> str:
    """Title: how many accounts posted it, and who was first."""
    first = f", {words.code(dated[0]['code'])} first" if dated and found.accounts > 1 else ""
    if len(dated) > 1 and dated[0]["at"] == dated[1]["at"]:
        first = ", no clear first"
    return f"{words.counted(found.accounts, 'account')} {verb(trace)} this {noun(trace, 1)} in {words.counted(found.posts, 'post')}{first}"


def _narrowed(found: ObjectActivity, trace: str) -> str:
    if not found.narrowed:
        return ""
    if trace == "near_text":
        return "Similar texts are computed in each run. Only accounts with ties in this run are listed."
    return "The case is large: only accounts with ties in this run were searched."


def _facts(found: ObjectActivity, dated: list[dict[str, Any]]) -> Component:
    counts: dict[str, set[str]] = {}
    for row in found.actions.to_dicts():
        counts.setdefault(str(row["platform"] or "unknown"), set()).add(row["account_uid"])
    platforms = dict(words.in_order({name: len(uids) for name, uids in counts.items()}))
    some = found.posts > found.actions.height
    rows: list[tuple[str, Children]] = [
        ("First", words.clock(dated[0]["at"], dated[0]["precision"], year=True) if dated else words.NONE),
        (
            "Last of these" if some else "Last",
            words.clock(dated[-1]["at"], dated[-1]["precision"], year=True) if dated else words.NONE,
        ),
        ("Accounts", platform_counts(platforms, names=True)),
        ("In a group", words.count(found.actions.filter(pl.col("group_id").is_not_null())["account_uid"].n_unique())),
    ]
    return block(
        f"The first {words.count(found.actions.height)} posts" if some else "At a glance",
        pairs(rows),
        html.P("Times in UTC.", className="src"),
    )


def _groups(report: Report, state: State, found: ObjectActivity) -> Component:
    ranks = {str(g["group_id"]): g for g in report.groups().to_dict("records")}
    rows: list[Cells] = [
        Row(
            [
                dcc.Link(
                    group_label(ranks[o["group_id"]]), href=state.href("/group", group=o["group_id"]), className="name"
                ),
                number(o["accounts"]),
                number(o["meetings"]),
            ],
            reachable=True,
        )
        for o in sorted(found.groups.to_dicts(), key=lambda o: -int(o["meetings"]))
        if o["group_id"] in ranks
    ]
    if not rows:
        return block("Groups that posted it", html.P("None in this run.", className="dim"))
    head = [Column("Group"), Column("Members", True), Column("Pairs", True)]
    return block("Groups that posted it", table(head, rows, name="groups"))


def group_label(group: Mapping[Any, Any]) -> str:
    """``Group 2``, or a name by its heading.

    Examples
    --------
    >>> group_label({"heading": "closed", "rank": 2}), group_label({"heading": "aside", "rank": 3})
    ('Closed circle 2', 'Set-aside group 3')
    """
    kind = {"closed": "Closed circle", "aside": "Set-aside group"}.get(str(group["heading"]), "Group")
    return f"{kind} {words.place(group['rank'])}"


def _table(state: State, rows: list[dict[str, Any]], found: ObjectActivity) -> Component:
    start = next((r["at"] for r in rows if words.known(r["at"])), None)
    made: list[Cells] = [
        Row(
            [
                words.clock(r["at"], r["precision"], year=True) if words.known(r["at"]) else "time unknown",
                _after(r, start),
                dcc.Link(
                    account(words.code(r["code"]), r["platform"]),
                    href=state.href("/evidence", account=r["account_uid"]),
                    className="name",
                ),
                post_text(r["text"]),
            ],
            reachable=True,
        )
        for r in rows[:SHOWN]
    ]
    whole = found.posts
    cut = f"The first {words.count(SHOWN)} of {words.counted(whole, 'post')}; the CSV has {words.count(min(MOST_ACTIONS, len(rows)))}. "
    head = [Column("Time, UTC"), Column("After the first", True), Column("Account"), Column("Post")]
    return block(
        "Who posted it, in order",
        table(head, made, wide=True, name="carriers", class_name="quotes"),
        html.P(f"{cut if len(rows) > SHOWN else ''}Names are masked, and links cannot be clicked.", className="src"),
    )


def _after(row: Mapping[str, Any], start: Any) -> Value:
    if start is None or not words.known(row["at"]):
        return Value(words.NONE, "")
    seconds = (row["at"] - start).total_seconds()
    return Value("first" if seconds == 0 else words.duration(seconds), seconds)


def object_csv(report: Report, trace: str, key: str) -> pl.DataFrame:
    """The table as plain columns, accounts as codes."""
    found = carried(report, trace, key)
    name = shown_name(trace, found.words)
    return found.actions.select(
        pl.lit(name).alias("object"),
        "at",
        "code",
        "platform",
        "group_id",
        pl.col("text").map_elements(post_text, return_dtype=pl.String, skip_nulls=True),
    )


def link_to(state: State, trace: Any, key: Any, shown: Children, look: str = "name") -> Component:
    """Link to the page of an object here, never to the address it names."""
    return dcc.Link(shown, href=state.href(PATH, trace=trace, object=str(key)), className=look)


def register(app: Dash, reports: Reports) -> None:
    """Offer the posts of an object as a CSV."""

    def object_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        try:
            frame = object_csv(report, request.args.get("trace", ""), request.args.get("object", ""))
        except UsageError as error:
            raise NotFound(str(error)) from None
        return csv_file(frame, "object", report.run)

    app.server.add_url_rule("/files/object.csv", "object_file", object_file)
