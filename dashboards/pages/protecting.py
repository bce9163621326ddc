"""Forms that protect people: the menu of harm areas on Start, and the button that seals an item."""

from __future__ import annotations

from collections.abc import Mapping

import dash_mantine_components as dmc
from dash import MATCH, Dash, Input, Output, State, html
from dash.development.base_component import Component

from dashboards.components import author
from dashboards.components.base import Reports
from dashboards.components.layout import block, points
from dashboards.local.addresses import meant
from graph.case.area import set_area
from graph.case.seals import seal
from graph.privacy.areas import PROFILES, profile
from ingest.errors import LockstepError

HIDES = "It is hidden on every page and in every export, briefing and notebook. Only a reason undoes it."
ASKS = "A reason is needed to let out what was withheld, and to seal. It is kept with your name and the time."


def area_menu(reports: Reports) -> Component:
    """Block with the harm area of the case: a menu, what changes with each area, and where to turn."""
    now = profile(reports.store)
    menu = dmc.Select(
        id="area-choice",
        label="Harm area",
        data=[{"value": one.name, "label": one.title} for one in PROFILES.values()],
        value=now.name,
        allowDeselect=False,
    )
    form = [
        menu,
        points([html.Span([html.B(f"{one.title}: "), one.about]) for one in PROFILES.values()]),
        dmc.TextInput(id="area-reason", label="Reason", description=ASKS),
        dmc.TextInput(id="area-by", label="Your name or initials", value=author.name(), w="14rem"),
        html.P(html.Button("Set the area", id="area-set", className="btn", type="button", n_clicks=0), className="row"),
        html.P(id="area-said", role="status", className="said"),
    ]
    return block(
        "Harm area",
        html.P([html.B(now.title), f". {now.about}"]),
        points([fact.words for fact in now.turn_to]) if now.turn_to else None,
        html.Details([html.Summary("Change it"), *form], className="twin"),
    )


def seal_form(item: str, what: str) -> Component:
    """A folded form that seals an item, such as ``A-104``: hidden everywhere from then on.

    Examples
    --------
    >>> seal_form("A-104", "account A-104").children[0].children
    'Seal account A-104'
    """
    ids = {"item": item}
    return html.Details(
        [
            html.Summary(f"Seal {what}"),
            html.P(HIDES),
            dmc.TextInput(id={"type": "seal-reason", **ids}, label="Reason", description=ASKS),
            dmc.TextInput(id={"type": "seal-by", **ids}, label="Your name or initials", value=author.name(), w="14rem"),
            html.P(
                html.Button(f"Seal {what}", id={"type": "seal", **ids}, className="btn", type="button", n_clicks=0),
                className="row",
            ),
            html.P(id={"type": "seal-said", **ids}, role="status", className="said"),
        ],
        className="twin",
    )


def seal_one_of(what: str, items: Mapping[str, str]) -> Component:
    """A folded form that seals one of several items, chosen from a menu.

    Parameters
    ----------
    what : str
        Kind of the items, such as ``post``; one form of a kind on a page.
    items : mapping of str to str
        An item as ``graph.case.seals.item`` takes it, to words for the menu.

    Examples
    --------
    >>> seal_one_of("post", {"x:1": "A-1, 10:00"}).children[0].children
    'Seal a post'
    """
    ids = {"kind": what}
    menu = [{"value": item, "label": label} for item, label in items.items()]
    return html.Details(
        [
            html.Summary(f"Seal a {what}"),
            html.P(HIDES),
            dmc.Select(id={"type": "seal-which", **ids}, label=what.capitalize(), data=menu, searchable=True),
            dmc.TextInput(id={"type": "seal-why", **ids}, label="Reason", description=ASKS),
            dmc.TextInput(
                id={"type": "seal-who", **ids}, label="Your name or initials", value=author.name(), w="14rem"
            ),
            html.P(
                html.Button(
                    f"Seal this {what}", id={"type": "seal-one", **ids}, className="btn", type="button", n_clicks=0
                ),
                className="row",
            ),
            html.P(id={"type": "seal-one-said", **ids}, role="status", className="said"),
        ],
        className="twin",
    )


def register(app: Dash, reports: Reports) -> None:
    """Set an area, seal an item: each writes one note."""

    @app.callback(
        Output("area-said", "children"),
        Input("area-set", "n_clicks"),
        State("area-choice", "value"),
        State("area-reason", "value"),
        State("area-by", "value"),
        prevent_initial_call=True,
    )
    def choose(_: int, name: str, reason: str | None, by: str | None) -> str:
        return chosen(reports, name, reason, by)

    @app.callback(
        Output({"type": "seal-said", "item": MATCH}, "children"),
        Input({"type": "seal", "item": MATCH}, "n_clicks"),
        State({"type": "seal", "item": MATCH}, "id"),
        State({"type": "seal-reason", "item": MATCH}, "value"),
        State({"type": "seal-by", "item": MATCH}, "value"),
        prevent_initial_call=True,
    )
    def hide(pressed: int, which: dict[str, str], reason: str | None, by: str | None) -> str:
        return sealed(reports, which["item"], reason, by) if pressed else ""

    @app.callback(
        Output({"type": "seal-one-said", "kind": MATCH}, "children"),
        Input({"type": "seal-one", "kind": MATCH}, "n_clicks"),
        State({"type": "seal-which", "kind": MATCH}, "value"),
        State({"type": "seal-why", "kind": MATCH}, "value"),
        State({"type": "seal-who", "kind": MATCH}, "value"),
        prevent_initial_call=True,
    )
    def hide_one(pressed: int, item: str | None, reason: str | None, by: str | None) -> str:
        return sealed(reports, item or "", reason, by) if pressed else ""


def chosen(reports: Reports, name: str, reason: str | None, by: str | None) -> str:
    """Set the harm area; a sentence on what holds now, or why it does not."""
    try:
        now = set_area(reports.store, name, (by or "").strip() or author.signature(), reason or "")
    except LockstepError as error:
        return str(error)
    return f"{now.title}: set. Load the page again to see it."


def sealed(reports: Reports, item: str, reason: str | None, by: str | None) -> str:
    """Seal an item; a sentence on what happened."""
    try:
        note = seal(reports.store, meant(item), reason or "", (by or "").strip() or author.signature())
    except LockstepError as error:
        return str(error)
    return f"Sealed as {note['code']}. lockstep seal {note['code']} --undo --reason WORDS shows it again."
