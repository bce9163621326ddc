"""Table of the analyst's own lists, with the posts that hold their entries."""

from __future__ import annotations

from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child
from dashboards.components.layout import block
from dashboards.components.tables import Cells, Column, Value, number, table
from graph.lists.kept import ORIGINALS, own_lists
from graph.lists.matching import ListMatches, list_matches
from graph.privacy import sanitize
from graph.report.search import BOUND
from graph.stores.base import Store

SHOWN = 20
"""Rows of lookalikes and entries on the page."""


def lists_block(store: Store) -> Component | None:
    """Lists of a case with their counts and what was found most; None where there are none.

    Parameters
    ----------
    store : Store
        The case's gate. In a large case posts are not looked through while somebody waits.
    """
    own = own_lists(store)
    if not own:
        return None
    if max(store.count("posts"), *store.link_kinds().values(), 0) > BOUND:
        said = f"{words.counted(len(own), 'list')} in this case. To match them in its posts: "
        return block("Your lists", html.P([said, html.Span("lockstep list matches", className="code")]), anchor="lists")
    found = list_matches(store)
    return block("Your lists", *_tables(found), anchor="lists")


def _tables(found: ListMatches) -> list[Child]:
    heads = [
        Column("List"), Column("Kind"), Column("Entries", True), Column("Matched", True), Column("Posts", True), Column("Accounts", True), Column("Days"),
    ]  # fmt: skip
    lists = table(heads, [_list(row) for row in found.lists.iter_rows(named=True)], wide=True, name="Your lists")
    shown = found.entries.filter(pl.col("kind") != "keywords").head(SHOWN)
    if shown.is_empty():
        return [lists]
    held = [Column("Found"), Column("Match"), Column("List"), Column("Posts", True), Column("Accounts", True)]
    rows = [_entry(row) for row in shown.iter_rows(named=True)]
    return [
        lists,
        table(held, rows, wide=True, name="Found of your lists"),
        html.P("Nothing was opened.", className="dim"),
    ]


def _list(row: dict[str, Any]) -> Cells:
    role = f"{row['kind']}, {row['role']}" if row["role"] == ORIGINALS else row["kind"]
    days = words.days(row["first_at"], row["last_at"]) if row["first_at"] else words.NONE
    counts = [number(row[name]) for name in ("entries", "matched", "posts", "accounts")]
    return [sanitize.clean(row["list"]), role, *counts, days]


def _entry(row: dict[str, Any]) -> Cells:
    safe = sanitize.defang if row["kind"] == "domains" else sanitize.clean
    held = safe(row["found"])
    how = str(row["how"]).replace(row["entry"], safe(row["entry"]))
    chip: list[Child] = [html.Span("lookalike", className="chip fake"), " "] if how.startswith("imitates") else []
    name = html.Span([*chip, html.Span(held, className="code")])
    return [Value(name, held), how, sanitize.clean(row["list"]), number(row["posts"]), number(row["accounts"])]
