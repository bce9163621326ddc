"""Ranked table of hosts: kind, accounts, links, first seen, links over time, standing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child, State, attributes
from dashboards.components.figure_tables import ROW
from dashboards.components.layout import drawing
from dashboards.components.outlinks.view import View
from dashboards.figures.outlinks.weeks import Course, strip
from dashboards.pages.outlinks.filters import address
from dashboards.words import outlinks as said
from graph.privacy.sanitize import defang

SHOWN, MORE = 50, 1_000
_HEADS = (("Host", ""), ("Kind", ""), ("Accounts", "r"), ("Links", "r"), ("First seen", ""))
_SORTED = {"Accounts": "accounts", "Links": "links", "First seen": "first"}


def hosts_table(state: State, view: View) -> Component:
    """Table of the first hosts of a view, with a way to more."""
    shown = view.hosts.head(rows_asked(state))
    rows = shown.to_dicts()
    course, most = view.course, max((int(r["links"]) for r in view.found.hosts.head(1).to_dicts()), default=1)
    order = {host: k for k, host in enumerate(view.hosts["host"], 1)}
    return html.Div(
        [
            html.Table(
                [
                    _head(state, view, course),
                    html.Tbody([_row(state, view, row, order[row["host"]], course, most) for row in rows]),
                    _foot(state, view, len(rows)),
                ],
                className="t hosts",
                **attributes(data_name="outlinks", aria_label="Hosts, ranked"),
            ),
            html.P(
                html.Span(
                    [html.Kbd("J"), " ", html.Kbd("K"), " move ", html.Kbd("↵"), " posts ", html.Kbd("C"), " copy, broken ", html.Kbd("S"), " sort"],
                    className="keys",
                ),
                className="key",
            ),
        ],
        className="scroll",
        tabIndex=0,
        role="region",
        **attributes(aria_label="Hosts, ranked"),
    )  # fmt: skip


def rows_asked(state: State) -> int:
    """Rows to show: the first ``SHOWN`` until more are asked for.

    Examples
    --------
    >>> rows_asked(State("/outlinks")), rows_asked(State("/outlinks", {"rows": "1050"}))
    (50, 1050)
    """
    asked = state.get("rows") or ""
    return max(SHOWN, int(asked)) if asked.isdigit() and len(asked) < 6 else SHOWN


def _head(state: State, view: View, course: Course) -> Component:
    heads: list[Component] = [html.Th(html.Span("Rank", className="vh"), scope="col")]
    for label, look in _HEADS:
        heads.append(
            _sorting(state, view, label, look) if label in _SORTED else html.Th(label, scope="col", className=look)
        )
    heads.append(html.Th([f"Links {course.unit}, own scale,", html.Br(), "peak at right"], scope="col"))
    heads.append(html.Th(f"Standing, {standing_days(view)}", scope="col"))
    return html.Thead(html.Tr(heads))


def _sorting(state: State, view: View, label: str, look: str) -> Component:
    """Head of a column that sorts; the one in use says so."""
    name = _SORTED[label]
    here = view.asked.sort == name
    follows = name == view.asked.next_sort()
    link = dcc.Link(
        f"{label} {'↑' if name == 'first' else '↓'}" if here else label,
        href=address(state, view.asked, sort=name),
        className="key-s" if follows else None,
    )
    direction = "ascending" if name == "first" else "descending"
    said_ = attributes(aria_sort=direction if here else None)
    return html.Th(link, scope="col", className=look, colSpan=2 if name == "links" else None, **said_)


def standing_days(view: View) -> str:
    """Days that the standing speaks of."""
    found = view.found
    first, last = view.asked.first or found.first_at, view.asked.last or found.as_of
    return words.days(first, last) if first and last else "no day known"


def _row(state: State, view: View, row: Mapping[str, Any], place: int, course: Course, most: int) -> Component:
    fake = row["lookalike_of"] is not None
    strip_ = strip(course.values(row["host"]), "stop" if fake else "ev-beyond")
    return html.Tr(
        [
            html.Td(words.count(place), className="rank"),
            html.Td(_host(state, view, row), className="host"),
            html.Td(said.kind(row["kind"]), className="kind nowrap"),
            html.Td([words.count(row["accounts"]), _unit(row["accounts"])], className="r accounts"),
            html.Td(words.count(row["links"]), className="r links"),
            html.Td(_bar(int(row["links"]), most), className="barcell"),
            html.Td(words.day(row["first_at"]), className="nowrap first", title=words.day(row["first_at"], year=True)),
            html.Td(drawing(strip_), className="stripcell"),
            html.Td(chips(view, row), className="standing"),
        ],
        className="fake" if fake else None,
        **ROW,
    )


def _host(state: State, view: View, row: Mapping[str, Any]) -> list[Child]:
    """Name of a host, a button that copies its broken address, and what it imitates."""
    name = view.name(row["host"])
    broken = view.broken(row["host"])
    code = name == broken
    imitated = row["lookalike_of"]
    return [
        dcc.Link(
            name,
            href=address(state, view.asked, host=row["host"]),
            className="name code" if code else "name",
            title=None if code else broken,
        ),
        " ",
        html.Button(
            "Copy",
            type="button",
            className="txt copy",
            **attributes(
                data_copy=broken, data_said=f"{broken} is copied (not clickable).", aria_label=f"Copy {broken}"
            ),
        ),
        html.P(said.imitates(defang(imitated), row["how"] or ""), className="why stopword") if imitated else None,
    ]


def _unit(accounts: int) -> Component:
    """Word beside a number where the table has no head."""
    return html.Span(" account" if accounts == 1 else " accounts", className="unit")


def _bar(links: int, most: int) -> Component:
    wide = 100 * links / most if most else 0
    return html.Span(html.I(style={"width": f"{wide:.1f}%"}), className="barv", **attributes(aria_hidden="true"))


def chips(view: View, row: Mapping[str, Any]) -> Child | list[Child]:
    """Standing of a host: facts with their dates; dashed where nothing is known."""
    if row["lookalike_of"] is not None:
        return html.Span("lookalike", className="chip fake")
    return [part for chip in view.chips_of(row) for part in (_chip(chip), " ")]


def _chip(chip: said.Chip) -> Component:
    if chip.name == said.SITE:
        return html.Span(chip.name, className="dim")
    if not chip.known:
        return html.Span(chip.name, className="chip unk")
    return html.Span([html.B(chip.name), f" {chip.since}" if chip.since else None], className="chip")


def _foot(state: State, view: View, shown: int) -> Component:
    left = view.hosts.height - shown
    rest = view.hosts.slice(shown)
    more = (
        dcc.Link(
            f"Show {words.counted(min(left, MORE), 'more host')}",
            href=address(state, view.asked, rows=str(shown + MORE)),
        )
        if left > 0
        else None
    )
    lists = [*view.found.problems] or [said.known_on(), said.UNKNOWN_MEANS]
    return html.Tfoot(
        html.Tr(
            [
                html.Td(""),
                html.Td(more, colSpan=3),
                html.Td(words.count(rest["links"].sum()) if left > 0 else "", className="r"),
                html.Td(" ".join(lists), colSpan=4),
            ]
        )
    )
