"""Block on the files that serve as a comparison, with a form that marks one or takes the mark back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html
from dash.development.base_component import Component

from dashboards.components import author
from dashboards.components.base import Reports
from dashboards.components.layout import block, points
from graph.case.comparisons import comparisons, mark, others, useless
from graph.privacy.sanitize import clean
from graph.stores.base import Store
from ingest.errors import LockstepError

ABOUT = (
    "Posts by others about the same things show what is usual. Their accounts count in every test and are listed only where they are"
    " tied to an account of the case."
)


def comparison_block(store: Store, sources: Sequence[Mapping[str, Any]]) -> Component:
    """Files that are a comparison, where they cannot serve, and the form.

    Parameters
    ----------
    sources : sequence of mapping
        Records of the case's sources.
    """
    apart = comparisons(store)
    names = {str(source["source_id"]): clean(str(source["file_name"])) for source in sources}
    said = [others(store).sentence(), *(f"{names[one]} is a comparison." for one in apart), *useless(store)]
    form = [
        dmc.Select(
            id="role-source",
            label="File",
            data=[{"value": one, "label": name} for one, name in names.items()],
            value=next(iter(names)),
            allowDeselect=False,
        ),
        dmc.Select(
            id="role-as",
            label="It is",
            data=[
                {"value": "comparison", "label": "a comparison: posts by others"},
                {"value": "case", "label": "the case's own"},
            ],
            value="comparison",
            allowDeselect=False,
        ),
        dmc.TextInput(id="role-by", label="Your name or initials", value=author.name(), w="14rem"),
        html.P(
            html.Button("Mark the file", id="role-set", className="btn", type="button", n_clicks=0), className="row"
        ),
        html.P(id="role-said", role="status", className="said"),
    ]
    return block(
        "Comparison",
        points([clean(sentence) for sentence in said]) if apart else html.P("No file is a comparison."),
        html.P(ABOUT, className="dim"),
        html.Details([html.Summary("Change it"), *form], className="twin"),
        anchor="comparison",
    )


def register(app: Dash, reports: Reports) -> None:
    """Mark a file: writes one note."""

    @app.callback(
        Output("role-said", "children"),
        Input("role-set", "n_clicks"),
        State("role-source", "value"),
        State("role-as", "value"),
        State("role-by", "value"),
        prevent_initial_call=True,
    )
    def set_role(pressed: int, source: str, role: str, by: str | None) -> str:
        return marked(reports, source, role, by) if pressed else ""


def marked(reports: Reports, source: str, role: str, by: str | None) -> str:
    """Mark a file; a sentence on what holds now, or why it does not."""
    try:
        changed = mark(reports.store, source, role, (by or "").strip() or author.signature())
    except LockstepError as error:
        return str(error)
    words = "a comparison" if role == "comparison" else "the case's own"
    return f"Now {words}. Search again for a run with it." if changed else f"It was {words} already."
