"""Page Search: accounts, links, sites, hashtags, groups, texts and posts by words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, Children, Reports, State, attributes
from dashboards.components.files import csv_file, report_or_404
from dashboards.components.layout import block, empty, page, pairs
from dashboards.components.marks import account
from dashboards.components.tables import Cells, Column, Row, number, table
from dashboards.local.addresses import coded
from dashboards.pages.object import group_label, link_to, noun, shown_name
from dashboards.words.posts import post_text
from graph.privacy import sanitize
from graph.privacy.times import to_the_minute
from graph.report.search import MOST_ROWS, SHORTEST, SearchResult, search

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/search"
LIVE = True
TITLE = "Search"
NAV: str | None = None
PARENT = "/groups"

LONGEST = 200
GROUPS = 20


def layout(report: Report, state: State) -> Component:
    """The page for some words (``q``)."""
    asked = (state.get("q") or "").strip()[:LONGEST]
    if len(asked) < SHORTEST:
        return empty(
            "What are you looking for?",
            f"A name or code of an account, part of a link, a site, a hashtag, words of a post, or a post's id: {SHORTEST} letters or more.",
            _form(asked),
            pairs(
                [
                    ("A-12", "an account, by its code on these pages"),
                    ("example.org", "links to a site; example.org/page: one link"),
                    ("#vote", "a hashtag, or part of one"),
                    ("ferry delayed", "words of a post"),
                    ("mastodon:1093", "a post, by its id"),
                ]
            ),
        )
    found = search(report, asked, everything=state.get("all") == "1")
    counts = [
        (len(found.groups), "group"),
        (len(found.accounts), "account"),
        (len(found.objects), "link, site or hashtag"),
        (len(found.posts), "post"),
    ]
    said = [_counted(found, number, what) for number, what in counts if number]
    shown = sanitize.redact(asked)
    title = f"{words.sentence(words.listed(said))} with “{shown}”" if said else f"Nothing here has “{shown}”"
    return page(
        title,
        _lead(found, state, bool(said)),
        _form(asked),
        _groups(report, state, found),
        _accounts(state, found),
        _objects(state, found),
        _posts(report, state, found),
        actions=[html.A("CSV", href=state.here().replace(PATH, "/files/search.csv", 1), className="btn", download="")]
        if said
        else (),
    )


def _counted(found: SearchResult, number: int, what: str) -> str:
    table = {"account": "accounts", "post": "posts"}.get(what, "objects")
    many = {"link, site or hashtag": "links, sites or hashtags"}.get(what)
    return (
        f"over {words.counted(number, what, many)}"
        if table in found.more and what != "group"
        else words.counted(number, what, many)
    )


def _lead(found: SearchResult, state: State, anything: bool) -> Children:
    said: list[Child] = []
    if found.narrowed:
        said += [
            "The case is large: only accounts with ties in this run were searched. ",
            dcc.Link("Search everything", href=state.here(all="1")),
            ", which can take minutes. ",
        ]
    if found.more:
        said.append(f"The first {MOST_ROWS} of each kind are shown; type more to narrow results. ")
    if not anything:
        said.append(
            "Words must match exactly, but capital letters do not matter. Account names are searched but never shown."
        )
    return said or "Account names are searched but never shown."


def _form(asked: str) -> Component:
    return html.Form(
        [
            dmc.TextInput(name="q", value=asked, **attributes(aria_label="Words to look for")),
            html.Button("Search this case", type="submit", className="btn"),
        ],
        action=PATH,
        method="post",
        className="search row wideform",
    )


def _groups(report: Report, state: State, found: SearchResult) -> Component | None:
    if not found.groups:
        return None
    whole = {str(g["group_id"]): g for g in report.groups().to_dict("records")}
    rows: list[Cells] = [
        Row(
            [
                dcc.Link(group_label(whole[key]), href=state.href("/group", group=key), className="name"),
                words.group_name(whole[key]),
                number(whole[key]["accounts"]),
            ],
            reachable=True,
        )
        for key in found.groups[:GROUPS]
    ]
    left = len(found.groups) - len(rows)
    head = [Column("Group"), Column("Mostly shared"), Column("Accounts", True)]
    return block(
        "Groups",
        table(head, rows, wide=True, name="groups"),
        html.P(f"{words.count(left)} more.", className="src") if left > 0 else None,
        anchor="groups",
    )


def _accounts(state: State, found: SearchResult) -> Component | None:
    if found.accounts.is_empty():
        return None
    rows: list[Cells] = [
        Row(
            [
                dcc.Link(
                    account(words.code(a["code"]), a["platform"]),
                    href=state.href("/evidence", account=a["account_uid"]),
                    className="name",
                ),
                words.platform(a["platform"]),
                "Tied to others" if a["tied"] else "No tie in this run",
            ],
            reachable=True,
        )
        for a in found.accounts.to_dicts()
    ]
    return block("Accounts", table(["Account", "Platform", "In this run"], rows, name="accounts"), anchor="accounts")


def _objects(state: State, found: SearchResult) -> Component | None:
    if found.objects.is_empty():
        return None
    rows: list[Cells] = [
        Row(
            [
                words.sentence(noun(o["trace"], 1)),
                link_to(state, o["trace"], o["object"], object_words(o["trace"], o["object"])),
                number(o["accounts"]),
                number(o["posts"]),
            ],
            reachable=True,
        )
        for o in found.objects.to_dicts()
    ]
    head = [
        Column("What"),
        Column("Address or tag"),
        Column("Accounts", True),
        Column("Posts", True),
    ]
    return block("Links, sites and hashtags", table(head, rows, wide=True, name="objects"), anchor="objects")


def object_words(trace: str, key: str) -> str:
    """Name of an object in a table."""
    return shown_name(trace, f"#{key}" if trace == "hashtag" else key, 160)


def _posts(report: Report, state: State, found: SearchResult) -> Component | None:
    if found.posts.is_empty():
        return None
    may = pins.revealable(report.gate.profile)
    rows: list[Cells] = [
        Row(
            [
                words.clock(p["created_at"], p["created_at_precision"], year=True),
                dcc.Link(
                    account(words.code(p["code"]), p["platform"]),
                    href=state.href("/evidence", account=p["account_uid"]),
                    className="name",
                ),
                _post(p, "words" in may),
            ],
            reachable=True,
        )
        for p in found.posts.to_dicts()
    ]
    return block(
        "Posts",
        table(["Time, UTC", "Account", "Post"], rows, wide=True, name="posts", class_name="quotes"),
        html.P("Names and ids are masked, and links cannot be clicked. Showing them is logged.", className="src"),
        anchor="posts",
    )


def _post(post: Mapping[str, Any], revealable: bool) -> Component:
    """A post's words, with a button that shows its names and its id."""
    who = f"{words.code(post['code'])}, {words.clock(post['created_at'], post['created_at_precision'])}"
    ask = html.Span(pins.reveal(post["post_uid"], "Show names", "words", who), className="postacts")
    shown = [html.P(post_text(post["text"])), ask if revealable else None]
    return html.Div(shown, **attributes(data_post=coded("post", post["post_uid"])))


def found_csv(report: Report, asked: str, everything: bool = False) -> pl.DataFrame:
    """All that was found as one table: what it is, what it is called, accounts, posts, time."""
    found = search(report, asked, everything)
    ranks = {str(g["group_id"]): g for g in report.groups().to_dict("records")}
    rows = [
        {
            "what": "group",
            "name": group_label(ranks[key]),
            "accounts": ranks[key]["accounts"],
            "posts": None,
            "at": None,
        }
        for key in found.groups
    ]
    rows += [
        {"what": "account", "name": words.code(a["code"]), "accounts": 1, "posts": None, "at": None}
        for a in found.accounts.to_dicts()
    ]
    rows += [
        {
            "what": noun(o["trace"], 1),
            "name": object_words(o["trace"], o["object"]),
            "accounts": o["accounts"],
            "posts": o["posts"],
            "at": None,
        }
        for o in found.objects.to_dicts()
    ]
    rows += [
        {
            "what": "post",
            "name": f"{words.code(p['code'])}: {post_text(p['text'])}",
            "accounts": 1,
            "posts": 1,
            "at": words.clock(p["created_at"], to_the_minute(p["created_at_precision"]), year=True),
        }
        for p in found.posts.to_dicts()
    ]
    schema = {"what": pl.String, "name": pl.String, "accounts": pl.Int64, "posts": pl.Int64, "at": pl.String}
    return pl.DataFrame(rows, schema=schema)


def register(app: Dash, reports: Reports) -> None:
    """Gives what was found as a CSV."""

    def search_file() -> Response:
        report = report_or_404(reports, request.args.get("run"))
        asked = request.args.get("q", "").strip()[:LONGEST]
        return csv_file(found_csv(report, asked, request.args.get("all") == "1"), "search", report.run)

    app.server.add_url_rule("/files/search.csv", "search_file", search_file)
