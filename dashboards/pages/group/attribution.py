"""Card below everything on the page Group: attribution, kept apart from coordination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboards.components import author
from dashboards.components.base import Child, Reports, attributes
from dashboards.components.layout import block
from dashboards.components.verdict_form import about_group, signed
from graph.case.notes import About
from graph.coders.attribution import LEVELS, NONE, attribute, attribution_words, attributions
from graph.privacy.sanitize import clean
from ingest.errors import LockstepError

if TYPE_CHECKING:
    from graph.report.report import Report

TITLE = "Attribution, kept apart from coordination"
MEANS = (
    "That accounts act together says nothing of who is behind them. What is written here stands on a sheet of its own: in no"
    " title, label, network or machine-readable file."
)

HIDDEN = "Hidden while you code blind."


def card(report: Report, group_id: str, blind: bool = False) -> Component:
    """Attributions of a group as they stand, and a form to write one."""
    held = attributions(report.store.notes("attribution"), str(report.run["run_id"])).get(group_id, [])
    return block(
        TITLE,
        html.P(MEANS, className="dim"),
        html.Div([html.P(HIDDEN)] if blind else written(held), id="attribution-list"),
        html.Details([html.Summary("Write an attribution"), _form()], className="claim"),
        anchor="attribution",
    )


def written(held: Sequence[Mapping[str, Any]]) -> list[Child]:
    """Attributions with level, sources, author and time, or that none is made.

    Examples
    --------
    >>> [part.children for part in written([])]
    ['No attribution is made.']
    """
    if not held:
        return [html.P(NONE)]
    return [
        html.Div(
            [
                html.Blockquote(clean(claim)),
                html.P(clean(f"Level: {level}. Sources: {sources}."), className="src"),
                html.P(signed(note), className="src"),
            ],
            className="given",
        )
        for note in held
        for claim, level, sources in [attribution_words(note)]
    ]


def _form() -> Component:
    levels = dmc.SegmentedControl(
        id="attribution-level",
        data=[{"value": level, "label": label.capitalize()} for level, label in LEVELS.items()],
        value="none",
        size="xs",
        **attributes(aria_label="Level of attribution"),
    )
    return html.Div(
        [
            levels,
            dmc.Textarea(id="attribution-claim", label="Claim, in a sentence", autosize=True, minRows=1, maxRows=6),
            dmc.Textarea(
                id="attribution-sources",
                label="Named public sources, one a line: publisher, title, date",
                autosize=True,
                minRows=1,
                maxRows=8,
            ),
            dmc.TextInput(id="attribution-by", label="Name or initials", value=author.name(), w="14rem"),
            html.P(
                html.Button("Save attribution", id="attribution-save", className="btn", n_clicks=0, type="button"),
                className="row",
            ),
            html.P("", id="attribution-said", role="status", className="said"),
        ]
    )


def register(app: Dash, reports: Reports) -> None:
    """Saves an attribution and shows what now stands."""

    @app.callback(
        Output("attribution-list", "children"),
        Output("attribution-said", "children"),
        Input("attribution-save", "n_clicks"),
        State("attribution-level", "value"),
        State("attribution-claim", "value"),
        State("attribution-sources", "value"),
        State("attribution-by", "value"),
        State("about", "data"),
        prevent_initial_call=True,
    )
    def save(_: int, level: str, claim: str, sources: str, by: str, data: dict[str, Any]) -> tuple[object, object]:
        return saved(reports, data, level, claim, sources, by)


def saved(
    reports: Reports, data: Mapping[str, Any], level: str, claim: str, sources: str, by: str
) -> tuple[object, object]:
    """Write an attribution of the page's group."""
    try:
        sent = About.of(data)
        report = reports.of(sent.run_id)
        about = about_group(report, str(report.group(str(sent.group_id))["group_id"]))
        attribute(reports.store, about, level, by or "", claim=claim or "", sources=(sources or "").splitlines())
    except LockstepError as error:
        hint = getattr(error, "hint", None)
        return no_update, html.Span(f"Not saved. {error.message}{f' {hint}' if hint else ''}", className="stopword")
    author.remember(" ".join(by.split()))
    held = attributions(reports.store.notes("attribution"), about.run_id).get(str(about.group_id), [])
    return written(held), "Saved."
