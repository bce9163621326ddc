"""Block on the labels of a case: what there is, a file of more, and sources taken off; with the sentences of the command."""

from __future__ import annotations

from contextlib import suppress

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards import words
from dashboards.components import author
from dashboards.components.base import Child, Reports, attributes
from dashboards.components.layout import block, points
from dashboards.components.tables import Cells, Column, number, table
from dashboards.pages.groups.labels import dated, label_words
from graph.labels.by_group import NO_VERDICT
from graph.labels.given import day_of
from graph.labels.kept import Added, labelled, remove_source, summary, take_file
from graph.privacy.gate import gate
from graph.stores.base import Store
from ingest.errors import LockstepError, UsageError

ABOUT = (
    "A CSV with the columns account (or post) and label; source, date and platform if you like. Takedown lists, known lists,"
    " your own coding. Accounts by id, handle or code."
)
SHOWN = 12


def labels_block(reports: Reports) -> Component | None:
    """Labels of the case and a way to load more; None in a case without posts, and where a harm area lists nobody."""
    shown = gate(reports.store)
    if not reports.store.sources().num_rows or shown.profile.level != "person":
        return None
    form = [
        dmc.TextInput(id="labels-source", label="Source", placeholder="Takedown list of October", w="18rem"),
        dmc.TextInput(id="labels-date", label="Date of the labels", placeholder="2026-10-14", w="12rem"),
        html.P("Both are for rows that name none.", className="dim"),
        html.P(
            html.Button(
                "Choose a file of labels",
                className="btn",
                type="button",
                **attributes(data_tool="choose", data_batch="labels-batch"),
            ),
            className="row",
        ),
    ]
    return block(
        "Labels",
        html.P(ABOUT, className="dim"),
        html.Div(_kept(shown), id="labels-kept"),
        html.Details([html.Summary("Add labels from a file"), *form], className="twin"),
        html.Div(id="labels-said", role="status"),
        dcc.Store(id="labels-batch"),
        anchor="labels",
    )


def _kept(store: Store) -> list[Child]:
    """Labels that hold now, by word and source, with a way to take a source off."""
    kept = labelled(store)
    if kept.is_empty():
        return [html.P("No labels yet.")]
    counts = summary(kept)
    rows: list[Cells] = [
        [label_words(r["label"]), label_words(r["source"]), dated(r["first_day"], r["last_day"]), number(r["accounts"])]
        for r in counts.head(SHOWN).to_dicts()
    ]
    left = counts.height - SHOWN
    sources = kept["source"].unique(maintain_order=True).to_list()
    off = [
        dmc.Select(
            id="labels-off",
            label="Source",
            data=[{"value": source, "label": label_words(source)} for source in sources],
            value=sources[0],
            allowDeselect=False,
        ),
        html.P(
            html.Button("Take it off", id="labels-take-off", className="btn", type="button", n_clicks=0),
            className="row",
        ),
    ]
    return [
        table(["Label", "Source", "Its date", Column("Accounts", True)], rows, name="labels"),
        html.P(f"{words.counted(left, 'more label')}: lockstep label --list.", className="src") if left > 0 else None,
        html.P(NO_VERDICT, className="src"),
        html.Details([html.Summary("Take a source off"), *off], className="twin"),
    ]


def outcome(added: Added) -> list[Child]:
    """Words for what a file gave: the sentence, and rows that were left out."""
    said: list[Child] = [html.P(label_words(added.sentence()), className="stopword" if added.nobody else None)]
    rows = [label_words(sentence) for sentence in added.rows_left_out()]
    return [*said, points(rows) if rows else None]


def register(app: Dash, reports: Reports) -> None:
    """Load a file that was sent, and take a source off."""

    @app.callback(
        Output("labels-said", "children", allow_duplicate=True),
        Output("labels-kept", "children", allow_duplicate=True),
        Input("labels-batch", "data"),
        State("labels-source", "value"),
        State("labels-date", "value"),
        prevent_initial_call=True,
    )
    def take(batch: str | None, source: str | None, date: str | None) -> tuple[list[Child], list[Child]]:
        said: list[Child] = []
        try:
            day, name = day_of(date) if date and date.strip() else None, " ".join((source or "").split())
            for file in reports.uploads.files(batch or ""):
                added = take_file(reports.store, file, author.signature(), source=name, day=day, name=file.name)
                said += outcome(added)
        except LockstepError as error:
            said.append(html.P(label_words(error), className="stopword"))
        finally:
            with suppress(UsageError):
                reports.uploads.drop(batch or "")
        return said, _kept(gate(reports.store))

    @app.callback(
        Output("labels-said", "children", allow_duplicate=True),
        Output("labels-kept", "children", allow_duplicate=True),
        Input("labels-take-off", "n_clicks"),
        State("labels-off", "value"),
        prevent_initial_call=True,
    )
    def take_off(clicks: int | None, source: str | None) -> tuple[list[Child], list[Child]]:
        if not clicks or not source:
            raise PreventUpdate
        try:
            gone = remove_source(reports.store, source, author.signature())
        except LockstepError as error:
            return [html.P(label_words(error), className="stopword")], _kept(gate(reports.store))
        told = f"{words.counted(gone, 'label')} from {source!r} taken off. Who added and removed them stays in the case's notes."
        return [html.P(label_words(told))], _kept(gate(reports.store))
