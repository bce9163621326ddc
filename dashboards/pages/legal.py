"""Block of a page on the legal position of the platforms on the last day of the data."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboards.components.layout import block, points
from dashboards.components.tables import Column, table
from graph.records.legal_position import CHANGED, TOLD, LegalPosition

TITLE = "Legal position as of the window"


def legal_block(position: LegalPosition) -> Component:
    """Block with the sentence, what is known, what changed inside the window, conflicts, and what is unknown.

    Examples
    --------
    >>> from datetime import date
    >>> from graph.records.legal_position import legal_position
    >>> made = legal_block(legal_position({"temu": 1}, date(2024, 10, 1), date(2024, 10, 25)))
    >>> [part.children for part in made.children if type(part).__name__ == "H3"]
    ['Changes inside the window', 'Sources conflict', 'Unknown']
    """
    unsure = [f"{position.changes_of(event)}, {event.words}: {event.conflict}" for event in position.conflicts]
    return block(
        TITLE,
        html.P(position.sentence(), id="legal-sentence"),
        table(_heads(TOLD), position.told(), wide=True, name="legal-position") if position.told() else None,
        *_part("Changes inside the window", table(_heads(CHANGED), position.changed(), wide=True, name="legal-changes"))
        * bool(position.changes),
        *_part("Sources conflict", points(unsure)) * bool(unsure),
        *_part("Unknown", points(position.unknowns())) * bool(position.unknowns()),
        html.P(position.age(), className="src"),
        anchor="legal",
    )


def _heads(names: Sequence[str]) -> list[Column]:
    """Headings; short columns keep their words whole."""
    return [Column(name, class_name="" if name in ("Status", "Event", "Source") else "nowrap") for name in names]


def _part(heading: str, body: Component) -> tuple[Component, Component]:
    return html.H3(heading), body
