"""Tables of a finished page as plain DOM, since Dash's renderer needs seconds for thousands of cells."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.network_view import Drawing, Static

_SPELLED = {"className": "class", "colSpan": "colspan", "rowSpan": "rowspan", "tabIndex": "tabindex"}


def lighten(part: Any) -> Any:
    """Part of a page with each table as one ``Static``; a table with something that a callback uses stays.

    Examples
    --------
    >>> page = html.Div([html.P("Two groups."), html.Table(html.Tbody(html.Tr(html.Td("A-1"))))])
    >>> [type(child).__name__ for child in lighten(page).children]
    ['P', 'Static']
    """
    if isinstance(part, list | tuple):
        return [lighten(child) for child in part]
    if not isinstance(part, Component):
        return part
    if isinstance(part, html.Table):
        node = _node(part)
        return part if node is None else Static([node])
    children = getattr(part, "children", None)
    if children is not None:
        part.children = lighten(children)
    return part


def _node(part: Any) -> Any:
    """``[tag, attributes, children]``, text, or None where it cannot be plain."""
    if not isinstance(part, Component):
        return str(part)
    given = dict(part.to_plotly_json()["props"])  # type: ignore[no-untyped-call]
    if isinstance(part, Drawing):
        return ["svg", {"svg": given["svg"], "class": f"drawing {given.get('className', '')}".strip()}, []]
    if "id" in given or not (isinstance(part, dcc.Link) or part._namespace == "dash_html_components"):
        return None
    children = given.pop("children", None)
    many = children if isinstance(children, list | tuple) else [children]
    nodes = [_node(child) for child in _flat(many)]
    if None in nodes:
        return None
    tag = "a" if isinstance(part, dcc.Link) else str(part._type).lower()
    return [tag, _attributes(given), nodes]


def _flat(children: Any) -> list[Any]:
    flat: list[Any] = []
    for child in children:
        if isinstance(child, list | tuple):
            flat += _flat(child)
        elif child is not None:
            flat.append(child)
    return flat


def _attributes(given: dict[str, Any]) -> dict[str, Any]:
    plain = {_SPELLED.get(k, k): v if k == "style" else str(v) for k, v in given.items() if v is not None}
    return dict(sorted(plain.items()))
