"""Block on the files that serve as a comparison and on accounts that were chosen beforehand, with a form for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html
from dash.development.base_component import Component

from dashboards.components import author
from dashboards.components.base import Reports
from dashboards.components.layout import block, points
from dashboards.words.caveats import chosen_words
from graph.case import beforehand
from graph.case.comparisons import listed, mark, unfit
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
    names = {str(source["source_id"]): clean(str(source["file_name"])) for source in sources}
    said = listed(store)
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
        points([clean(sentence) for sentence in said]) if said else html.P("No file is a comparison."),
        html.P(ABOUT, className="dim"),
        html.Details([html.Summary("Mark a file, or take the mark back"), *form], className="twin"),
        *_beforehand(store),
        anchor="comparison",
    )


CHOSEN = {
    "ask": "not said: files and data decide",
    "yes": "yes, such as a takedown set or a watch list",
    "no": "no, ordinary accounts are among them",
}


def _beforehand(store: Store) -> list[Component]:
    """Sentence on whether all accounts were chosen beforehand, and the form that says so."""
    form = [
        dmc.Select(
            id="chosen-answer",
            label="All accounts of this case were chosen beforehand",
            data=[{"value": answer, "label": label} for answer, label in CHOSEN.items()],
            value=str(beforehand.said(store).get("answer", "ask")),
            allowDeselect=False,
        ),
        dmc.TextInput(id="chosen-by", label="Your name or initials", value=author.name(), w="14rem"),
        html.P(html.Button("Keep it", id="chosen-set", className="btn", type="button", n_clicks=0), className="row"),
        html.P(id="chosen-said", role="status", className="said"),
    ]
    return [
        html.P(clean(chosen_words(store))),
        html.Details([html.Summary("Say if all accounts were chosen beforehand"), *form], className="twin"),
    ]


def register(app: Dash, reports: Reports) -> None:
    """Marks a file, and keeps whether all accounts were chosen beforehand: each writes one note."""

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

    @app.callback(
        Output("chosen-said", "children"),
        Input("chosen-set", "n_clicks"),
        State("chosen-answer", "value"),
        State("chosen-by", "value"),
        prevent_initial_call=True,
    )
    def set_chosen(pressed: int, answer: str, by: str | None) -> str:
        return chosen(reports, answer, by) if pressed else ""


def marked(reports: Reports, source: str, role: str, by: str | None) -> str:
    """Mark a file; a sentence on what holds now, or why it does not."""
    try:
        changed = mark(reports.store, source, role, (by or "").strip() or author.signature())
    except LockstepError as error:
        return str(error)
    words = "a comparison" if role == "comparison" else "the case's own"
    if not changed:
        return f"It was {words} already."
    cannot = unfit(reports.store).get(source, [])
    return clean(" ".join([f"Now {words}. Search again for a run with it.", *cannot]))


def chosen(reports: Reports, answer: str, by: str | None) -> str:
    """Keep whether all accounts were chosen beforehand; a sentence on what holds now, or why it does not."""
    try:
        changed = beforehand.say(reports.store, answer, (by or "").strip() or author.signature())
    except LockstepError as error:
        return str(error)
    held = clean(chosen_words(reports.store))
    return f"{held} Search again for a run with it." if changed else f"As before: {held}"
