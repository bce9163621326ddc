"""One host of Outlinks: the posts that link to it, in order, with its standing list by list. The host is never opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child, Children, State
from dashboards.components.figure_tables import pictured
from dashboards.components.layout import block, columns, page, pairs, problem, source_line
from dashboards.components.marks import account
from dashboards.components.outlinks.view import View, options
from dashboards.components.tables import Cells, Column, Row, number, table
from dashboards.pages.object import group_label
from dashboards.pages.outlinks.filters import PATH, address, pinned
from dashboards.pages.outlinks.hosts import chips
from dashboards.words import outlinks as said
from dashboards.words.posts import post_text
from graph.privacy.sanitize import defang
from graph.report.object_activity import HostPosts, posts_to_host
from ingest.errors import UsageError
from ingest.registry.standing import SCHEMES

if TYPE_CHECKING:
    from graph.report.report import Report

SHOWN = 50


def layout(report: Report, state: State, view: View) -> Component:
    """The page of one host of a view (``host``)."""
    host = str(state.get("host"))
    crumbs = [("Outlinks", address(state, view.asked)), (view.broken(host), None)]
    row = next(iter(view.found.hosts.filter(pl.col("host") == host).to_dicts()), None)
    try:
        found = posts_to_host(report, host, **options(report, view.asked))
    except UsageError as error:
        back = dcc.Link("Back to all hosts", href=address(state, view.asked))
        return problem("No post here links to this host", defang(error.message), [back], crumbs)
    if row is None:
        raise UsageError("This host is only linked from its own platform.")
    name = view.name(host)
    title = f"{words.counted(found.accounts, 'account')} set {words.counted(found.links, 'link')} to {name}"
    only = view.only(host)
    main: list[Child] = [
        pictured(
            "weeks",
            only.weeks_picture(1),
            source_line(report),
            pin=pinned(view, only.peak(), figure="weeks", host=host),
        ),
        _posts(state, view, host, found),
    ]
    return page(
        title,
        _lead(view, row),
        columns(main, [_facts(view, row, found), _standing(view, host), _groups(report, state, found)]),
        crumbs=crumbs,
        actions=[
            html.A(
                "Posts as CSV",
                href=state.here().replace(PATH, "/files/outlink-posts.csv", 1),
                className="btn",
                download="",
            )
        ],
    )


def _lead(view: View, row: Mapping[str, Any]) -> Children:
    imitated = row["lookalike_of"]
    if imitated is None:
        return [
            html.Span(view.broken(row["host"]), className="code"),
            f", {said.kind(row['kind'])}. Nothing was opened.",
        ]
    return html.Span(said.imitates(defang(imitated), row["how"] or ""), className="stopword")


def _facts(view: View, row: Mapping[str, Any], found: HostPosts) -> Component:
    shown: list[tuple[str, Children]] = [
        ("First", words.clock(row["first_at"], year=True)),
        ("Last", words.clock(row["last_at"], year=True)),
        ("Accounts", words.count(row["accounts"])),
        ("Posts", words.count(row["posts"])),
        ("Links", f"{words.count(row['links'])}, {words.share(row['links'], view.links)} of this view"),
        ("In a group", words.count(found.groups["accounts"].sum())),
        ("Standing", chips(view, row)),
    ]
    return block("At a glance", pairs(shown), html.P("Times in UTC.", className="src"))


def _standing(view: View, host: str) -> Component | None:
    """Lists one by one, with basis and source."""
    rows = view.found.standing.filter(pl.col("host") == host).to_dicts()
    if not rows:
        return None
    day = words.day(view.found.as_of.isoformat(), year=True) if view.found.as_of else "a day that is not known"
    told = [(SCHEMES[r["scheme"]].name, _fact(r)) for r in rows]
    return block(f"Standing on {day}", pairs(told), html.P(said.UNKNOWN_MEANS, className="src"))


def _fact(row: Mapping[str, Any]) -> Children:
    since = f" since {words.day(row['since'].isoformat(), year=True)}" if row["since"] else ""
    source = ". ".join(str(row[c]) for c in ("basis", "source") if row[c]) if row["known"] or row["took_part"] else ""
    return [f"{row['status']}{since}", html.Span(f" {source}", className="src") if source else None]


def _groups(report: Report, state: State, found: HostPosts) -> Component:
    ranks = {str(g["group_id"]): g for g in report.groups().to_dict("records")}
    rows: list[Cells] = [
        Row(
            [
                dcc.Link(group_label(ranks[o["group_id"]]), href=state.href("/group", group=o["group_id"]), className="name"),
                number(o["accounts"]),
                number(o["links"]),
            ],
            reachable=True,
        )
        for o in found.groups.to_dicts()
        if o["group_id"] in ranks
    ]  # fmt: skip
    if not rows:
        return block("Groups that link to it", html.P("None in this run.", className="dim"))
    return block(
        "Groups that link to it",
        table([Column("Group"), Column("Accounts", True), Column("Links", True)], rows, name="groups"),
    )


def _posts(state: State, view: View, host: str, found: HostPosts) -> Component:
    rows: list[Cells] = [
        Row(
            [
                words.clock(r["at"], r["precision"], year=True) if words.known(r["at"]) else "time unknown",
                dcc.Link(
                    account(words.code(r["code"]), r["platform"]),
                    href=state.href("/evidence", account=r["account_uid"]),
                    className="name",
                ),
                [post_text(r["text"]), html.Span(view.link(r["target"], host), className="url"), _by(view, r)],
            ],
            reachable=True,
        )
        for r in found.posts.head(SHOWN).to_dicts()
    ]
    cut = f"The first {words.count(SHOWN)} of {words.counted(found.links, 'link')}; the CSV has {words.count(found.posts.height)}. "
    return block(
        "Posts that link to it, in order",
        table(
            [Column("Time, UTC"), Column("Account"), Column("Post")],
            rows,
            wide=True,
            name="outlink-posts",
            class_name="quotes",
        ),
        html.P(
            f"{cut if len(rows) < found.links else ''}Names are masked, and links cannot be clicked.", className="src"
        ),
    )


def _by(view: View, row: Mapping[str, Any]) -> Child:
    return (
        html.Span(f"by {said.way(row['how'], view.name(row['via']) if row['via'] else None)}", className="when")
        if row["how"] != "directly"
        else None
    )


def posts_csv(report: Report, view: View, host: str) -> pl.DataFrame:
    """Posts of a host as plain columns: accounts as codes, links broken, names masked.

    Examples
    --------
    >>> from dashboards.components.outlinks.asked import Asked
    >>> from dashboards.components.outlinks.view import view_of
    >>> from graph import toy_report
    >>> report = toy_report()
    >>> posts_csv(report, view_of(report, Asked()), "larkspur.example").select("host", "code").row(0)
    ('larkspur[.]example', 'A-43')
    """
    found = posts_to_host(report, host, **options(report, view.asked))
    return found.posts.select(
        pl.lit(view.broken(host)).alias("host"),
        "at",
        pl.col("code").map_elements(words.code, return_dtype=pl.String),
        "platform",
        "group_id",
        pl.Series("link", [view.link(target, host) for target in found.posts["target"]], dtype=pl.String),
        "how",
        pl.Series("via", [view.name(via) if via else None for via in found.posts["via"]], dtype=pl.String),
        pl.col("text").map_elements(post_text, return_dtype=pl.String, skip_nulls=True),
    )
