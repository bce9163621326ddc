"""Filters of Outlinks, in one line: whose links, which hosts, which days. All of them stand in the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, State, attributes
from dashboards.components.outlinks.asked import SCOPES, STANDINGS, Asked
from dashboards.words.outlinks import kind as kind_words

if TYPE_CHECKING:
    from dashboards.components.outlinks.view import View
    from graph.report.report import Report

PATH = "/outlinks"


def filters(report: Report, state: State, asked: Asked, view: View | None) -> Component:
    """Line of filters; ``view`` is None where nothing could be counted, so that a way back stays."""
    number = _narrowed(asked)
    more = html.Button(
        f"Filters ({number})" if number else "Filters",
        type="button",
        className="btn small more-filters",
        **attributes(data_tool="filters", aria_expanded="false", aria_controls="outlinks-filters"),
    )
    return html.Div([_scopes(report, state, asked), more, _form(report, state, asked, view)], className="fbar")


def address(state: State, asked: Asked, **changes: str | None) -> str:
    """Address of a view with some fields changed; None takes one out.

    Examples
    --------
    >>> address(State("/outlinks", {"run": "R-2"}), Asked(kind="website"), sort="first")
    '/outlinks?run=R-2&kind=website&sort=first'
    """
    return state.href(PATH, **{**asked.query(), **changes})


def pinned(
    view: View, title: str, *, label: str = "Pin", main: bool = False, host: str = "", figure: str | None = None
) -> Component:
    """Button that pins a view, or one figure of it, for the briefing."""
    asked = view.asked.text(**({"host": host} if host else {}))
    return pins.pin("outlinks", title=title, label=label, main=main, outlinks=asked, figure=figure)


def _scopes(report: Report, state: State, asked: Asked) -> Component:
    there = {**SCOPES} if len(report.groups()) else {k: v for k, v in SCOPES.items() if k != "group"}
    links = [
        html.Span(text, **attributes(aria_current="true"))
        if name == asked.scope
        else dcc.Link(text, href=address(state, asked, scope=name, group=None))
        for name, text in there.items()
    ]
    return html.Nav(links, className="seg", **attributes(aria_label="Whose links"))


def _form(report: Report, state: State, asked: Asked, view: View | None) -> Component:
    """A plain form: the browser sends what is chosen as the address, at once where scripts run."""
    kept = {"run": state.get("run"), "scope": asked.scope, "sort": asked.sort if asked.sort != "links" else None}
    fields: list[Child] = [_hidden(name, value) for name, value in kept.items() if value]
    if asked.scope == "group":
        fields.append(_choose("group", "Group", _groups(report), asked.group or ""))
    fields += [
        _choose("platform", "Platform", _platforms(report), asked.platform or ""),
        _choose("kind", "Kind", _kinds(view, asked), asked.kind or ""),
        _choose("standing", "Standing", [("", "all"), *STANDINGS.items()], asked.standing or ""),
        _day("from", "From", asked.first.isoformat() if asked.first else ""),
        _day("to", "to", asked.last.isoformat() if asked.last else ""),
        _lookalikes(view, asked),
        html.Button("Show", type="submit", className="btn small"),
        dcc.Link("Clear", href=address(state, Asked(asked.scope, asked.group)), className="txt")
        if _narrowed(asked)
        else None,
    ]
    named = attributes(id="outlinks-filters", data_address="1", aria_label="Filters")
    return html.Form(fields, action=PATH, method="get", **named)


def _narrowed(asked: Asked) -> int:
    """Number of filters that are set."""
    return sum(map(bool, (asked.platform, asked.kind, asked.standing, asked.first, asked.last, asked.lookalikes)))


def _groups(report: Report) -> list[tuple[str, str]]:
    rows = report.groups().sort_values("rank").to_dict("records")
    return [(str(g["group_id"]), f"{words.count(g['rank'])} {words.group_name(g)}"[:40]) for g in rows]


def _platforms(report: Report) -> list[tuple[str, str]]:
    rows = report.store.sources().select(["platforms"]).to_pylist()
    there = {str(name) for row in rows for name in row["platforms"] or []}
    return [("", "all"), *((name, words.platform(name)) for name, _ in words.in_order(dict.fromkeys(sorted(there), 1)))]


def _kinds(view: View | None, asked: Asked) -> list[tuple[str, str]]:
    there = view.found.hosts["kind"].drop_nulls().unique().to_list() if view else []
    names = sorted({*there, *([asked.kind] if asked.kind else [])}, key=kind_words)
    return [("", "all"), *((name, kind_words(name)) for name in names)]


def _lookalikes(view: View | None, asked: Asked) -> Component:
    number = f" ({words.count(view.found.totals.lookalikes)})" if view else ""
    options = [("", "with others"), ("1", f"only them{number}")]
    return _choose("lookalikes", "Lookalikes", options, "1" if asked.lookalikes else "")


def _hidden(name: str, value: str) -> Component:
    return dcc.Input(id=f"outlinks-{name}", type="hidden", name=name, value=value)


def _choose(name: str, label: str, options: Sequence[tuple[str, str]], value: str) -> Component:
    made = [html.Option(said, value=key, selected="selected" if key == value else None) for key, said in options]
    return html.Label([html.Span(label), html.Select(made, name=name)])


def _day(name: str, label: str, value: str) -> Component:
    field = dmc.TextInput(
        name=name, value=value, placeholder="2026-08-14", **attributes(aria_label=f"{label}, day in UTC")
    )
    return html.Label([html.Span(label), field])
