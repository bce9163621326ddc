"""Pieces every page is made of: state in the URL, head, facts row, figure panels, tables, empty and problem states.

A page says what goes where; its look is in ``assets/app.css``, its tools are in ``assets/app.js``. Every text
handed in is text: Dash escapes it, nothing here makes markup from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import zoom
from dashboards.components.base import Child, Children, attributes
from dashboards.network_view import Drawing

if TYPE_CHECKING:
    from graph.report.report import Report


def page(
    title: Children,
    lead: Children = None,
    *body: Child,
    crumbs: Sequence[tuple[str, str | None]] = (),
    actions: Sequence[Child] = (),
    role: str | None = None,
) -> Component:
    """Page with breadcrumbs, the finding as its title, a sentence under it, and its parts."""
    head = html.Div(
        [
            html.Div([html.H1(title, id="title", tabIndex=-1), html.P(lead, className="lead") if lead else None]),
            html.Div(list(actions), className="acts") if actions else None,
        ],
        className="head",
    )
    return html.Div([_crumbs(crumbs), head, *body], role=role)


def _crumbs(steps: Sequence[tuple[str, str | None]]) -> Component | None:
    if not steps:
        return None
    made: list[Child] = []
    for text, href in steps:
        if href:
            made += [dcc.Link(text, href=href), html.Span("/", **attributes(aria_hidden="true"))]
        else:
            made.append(html.Span(text, **attributes(aria_current="page")))
    return html.Nav(made, className="crumbs", **attributes(aria_label="You are here"))


def columns(main: Children, aside: Children) -> Component:
    """Main column with a column beside it for explanations and decisions (under it below 1100 px)."""
    return html.Div(
        [html.Div(main), html.Aside(aside, className="side", **attributes(aria_label="Explanation"))],
        className="cols-main",
    )


@dataclass(frozen=True)
class Fact:
    """One cell of the facts row: label, number in serif, and what the number means."""

    label: str
    value: Children
    note: Children = None


def facts(items: Sequence[Fact]) -> Component:
    """The row of numbers under a page's title."""
    return html.Dl(
        [html.Div([html.Dt(f.label), html.Dd(f.value), html.Dd(f.note, className="u")]) for f in items],
        className="facts",
    )


def pairs(items: Sequence[tuple[str, Children]]) -> Component:
    """Names and values under each other."""
    return html.Dl([html.Div([html.Dt(k), html.Dd(v)]) for k, v in items], className="kv")


def panel(
    name: str,
    title: Children,
    body: Children,
    *,
    twin: Component | None = None,
    csv: str | None = None,
    image: bool = True,
    key: Children = None,
    source: Children = None,
    more: Children = None,
    pin: Child = None,
    chart: dict[str, Any] | None = None,
) -> Component:
    """A figure on white with its tools, its table twin and its source line.

    Parameters
    ----------
    name : str
        File name of what is saved from it, and its anchor; unique on the page.
    title : Children
        The finding, as a sentence.
    twin : Component, optional
        The same numbers as a ``table``; gives the Table tool and, without ``csv``, the CSV tool.
    csv : str, optional
        Address of a CSV made by the server, where the twin does not hold everything.
    image : bool
        Whether the body is a picture that can be saved as PNG and SVG.
    pin : Child
        The button that pins it for the briefing (``dashboards.components.pins.pin``).
    chart : mapping, optional
        The same numbers as a plotly figure: gives the Zoom tool (``dashboards.components.zoom``).
    """
    tools = [
        _tool("Table", "table", title) if twin is not None else None,
        html.A("CSV", href=csv, className="txt", download="") if csv else None,
        _tool("CSV", "csv", title) if twin is not None and not csv else None,
        zoom.tool(name, title) if chart is not None else None,
        _tool("PNG", "png", title) if image else None,
        _tool("SVG", "svg", title) if image else None,
        pin,
    ]
    return html.Figure(
        [
            html.Figcaption([html.H2(title), html.Span(tools, className="tools")]),
            _figure_body(title, body if chart is None else zoom.body(name, body, chart), image),
            html.P(key, className="key") if key else None,
            html.Details([html.Summary("Data as a table"), twin], className="twin") if twin is not None else None,
            more if not isinstance(more, Sequence) or isinstance(more, str) else html.Div(list(more)),
            html.P(source, className="src") if source else None,
        ],
        className="card",
        id=name,
        **attributes(data_name=name),
    )


def _figure_body(title: Children, body: Children, image: bool) -> Component:
    """A picture is a stop for the keyboard: on narrow screens it scrolls, and T shows the table of the one in focus."""
    if not image:
        return html.Div(body, className="figbody")
    label = title if isinstance(title, str) else "Figure"
    return html.Div(body, className="figbody", tabIndex=0, role="group", **attributes(aria_label=label))


def _tool(label: str, what: str, title: Children) -> Component:
    about = title if isinstance(title, str) else "this figure"
    names = {"table": "Show as a table", "csv": "Save as CSV", "png": "Save as PNG", "svg": "Save as SVG"}
    return html.Button(
        label,
        className="txt",
        type="button",
        **attributes(data_tool=what, aria_label=f"{label}: {names[what]}: {about}"),
    )


def block(title: str, *children: Child, anchor: str | None = None) -> Component:
    """A part of the page under a top rule, such as one of the right column; ``anchor`` lets a link lead to it."""
    named = {"id": anchor} if anchor else {}
    return html.Section([html.H2(title), *children], className="block", **attributes(**named))


def caveats(report: Report, group_id: str | None = None, before: Sequence[str] = ()) -> Component | None:
    """Block of the caveats of a run, or of those about one group; ``before`` holds what a page does not say elsewhere."""
    found = [*before, *(report.caveats(group_id) if group_id else report.caveats())]
    said = [words.sentence(str(c)) for c in found] if report.run is not None else []
    if not said:
        return None
    return html.Section([html.H2("Read it with this in mind"), points(said)], className="block caveats")


def precision_of(layers: Any) -> str | None:
    """Precision of a run's times, where all its layers agree.

    Examples
    --------
    >>> import pandas as pd
    >>> precision_of(pd.DataFrame({"precision": ["s", "s"]})), precision_of(pd.DataFrame({"precision": ["s", "min"]}))
    ('s', None)
    """
    found = {str(p) for p in layers["precision"] if words.known(p)}
    return found.pop() if len(found) == 1 else None


def points(items: Sequence[Children]) -> Component:
    """A short list of sentences."""
    return html.Ul([html.Li(item) for item in items], className="take")


def drawing(svg: str, class_name: str | None = None) -> Component:
    """An inline picture from SVG text (see ``dashboards.figures.svg``)."""
    return Drawing(svg, className=class_name) if class_name else Drawing(svg)


def source_line(report: Report, *sentences: str) -> list[Child]:
    """Source line of a figure: what was counted, then run, date and version."""
    return [" ".join([*sentences, ""]), html.Span(words.run_line(report.run), className="run")]


def button(text: str, href: str, key: str | None = None, primary: bool = False) -> Component:
    """A link that looks like a button, with the key that presses it."""
    classes = f"btn{' primary' if primary else ''}{f' key-{key.lower()}' if key else ''}"
    return dcc.Link([text, html.Kbd(key) if key else None], href=href, className=classes)


def empty(title: str, lead: Children, *body: Child) -> Component:
    """Page without content yet: what it will hold and how to fill it. "Nothing found" is a finding and has its own page."""
    return page(title, lead, *body)


def problem(
    title: str, lead: Children, ways_on: Sequence[Children] = (), crumbs: Sequence[tuple[str, str | None]] = ()
) -> Component:
    """Problem page: what did not happen, why, and what to do; never a traceback."""
    ways = block("What you can do", points(ways_on)) if ways_on else None
    body = html.Div(ways, className="cols-problem") if ways else None
    return page(title, lead, body, crumbs=crumbs, role="alert")
