"""Tables of figures as page tables and as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Children
from dashboards.components.layout import drawing, panel
from dashboards.components.tables import Cells, Column, Value, table
from dashboards.figures.svg import Picture

TWIN_ROWS = 100  # of a figure's table on the page, where a CSV holds all
ROW: dict[str, Any] = {"data-row": "1"}  # a row that J, K and Enter reach


def twin(frame: pd.DataFrame, title: str = "this figure") -> Component:
    """A figure's table: the same numbers in the same order.

    Examples
    --------
    >>> made = twin(pd.DataFrame({"Window": ["60 s"], "Pairs": [1324]}), "pairs by window")
    >>> [cell.children for cell in made.children.children[2].children[0].children]
    ['60 s', '1,324']
    """
    numbers = [pd.api.types.is_numeric_dtype(frame[c]) for c in frame.columns]
    head = [Column(str(c), is_number) for c, is_number in zip(frame.columns, numbers, strict=True)]
    rows: list[Cells] = [[_cell(v) for v in row] for row in frame.itertuples(index=False, name=None)]
    return table(head, rows, wide=True, name=f"Data: {title}")


def _cell(value: object) -> Value | str:
    if isinstance(value, int | float) and words.known(value):
        shown = words.count(value) if float(value).is_integer() else f"{value:.4g}"
        return Value(shown, value)
    return str(value) if words.known(value) else words.NONE


def picture_key(key: Sequence[tuple[str, str]]) -> list[Component]:
    """Shapes and line kinds with their meaning, under a figure."""
    return [html.Span([drawing(shape), text]) for shape, text in key]


def pictured(
    name: str, picture: Picture, source: Children, *, csv: str | None = None, pin: Component | None = None
) -> Component:
    """A figure with its table; with ``csv``, the address of one that holds all of it, the table holds the first rows."""
    return panel(
        name,
        picture.title,
        drawing(picture.svg),
        twin=twin(picture.table.head(TWIN_ROWS) if csv else picture.table, picture.title),
        csv=csv,
        key=picture_key(picture.key) or None,
        source=[f"{picture.note} " if picture.note else "", html.Span(source)],
        pin=pin,
        chart=picture.chart,
    )
