"""A chart to hover and zoom in place of a picture, loaded when somebody asks for it."""

from __future__ import annotations

from typing import Any

from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboards.components.base import Children, attributes


def tool(name: str, title: Children) -> Component:
    """Button that shows the chart of a panel, and its picture again."""
    about = title if isinstance(title, str) else "this figure"
    return html.Button(
        "Zoom",
        id={"type": "zoom", "figure": name},
        className="txt",
        type="button",
        n_clicks=0,
        **attributes(aria_label=f"Zoom: {about}", aria_pressed="false"),
    )


def body(name: str, picture: Children, chart: dict[str, Any]) -> Component:
    """A panel's picture, with the place and the numbers of its chart; the picture stays until the chart is drawn."""
    return html.Div(
        [
            html.Div(picture, className="still"),
            html.Div(id={"type": "live", "figure": name}, className="live"),
            dcc.Store(id={"type": "chart", "figure": name}, data=chart),
        ]
    )


def register(app: Dash) -> None:
    """Let every Zoom button work, in the browser alone."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("lockstep", "zoom"),
        Output({"type": "live", "figure": MATCH}, "children"),
        Output({"type": "zoom", "figure": MATCH}, "aria-pressed"),
        Input({"type": "zoom", "figure": MATCH}, "n_clicks"),
        State({"type": "chart", "figure": MATCH}, "data"),
        prevent_initial_call=True,
    )
