"""Tables of a page: columns, rows and cells that read one way on screen and another in a CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Children, attributes
from graph.privacy.small_counts import MINIMUM


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers (set to the right)."""

    label: Children
    number: bool = False
    hint: str | None = None
    class_name: str = ""


@dataclass(frozen=True)
class Value:
    """A cell that reads one way on screen and another in a CSV: ``Value("1,324", 1324)``."""

    shown: Children
    raw: Any

    def __post_init__(self) -> None:
        """Keep no number behind words that withhold it."""
        if (
            isinstance(self.shown, str)
            and self.shown.startswith(f"<{MINIMUM.get()}")
            and isinstance(self.raw, int | float)
        ):
            object.__setattr__(self, "raw", self.shown)


@dataclass(frozen=True)
class Row:
    """A table row with a class, or one that ``J``, ``K`` and ``Enter`` reach: its first link is what Enter opens."""

    cells: Sequence[Children | Value]
    class_name: str = ""
    reachable: bool = False


Cells = Sequence[Children | Value] | Row


def number(value: object) -> Value:
    """A count for a table: thousands on screen, plain in a CSV, a dash when unknown.

    Examples
    --------
    >>> number(1324)
    Value(shown='1,324', raw=1324)
    """
    return Value(words.count(value), value if words.known(value) else "")


def share(value: float | None) -> Value:
    """A share of rows for a table: a small bar and whole percent; none in words."""
    if not value:
        return Value(html.Span("none", className="warnword"), 0)
    bar = html.I(className="covbar", style={"--v": f"{100 * value:.0f}%"}, **attributes(aria_hidden="true"))
    return Value([bar, words.share(value, 1)], round(value, 4))


def table(
    columns: Sequence[Column | str],
    rows: Sequence[Cells],
    *,
    caption: str | None = None,
    class_name: str = "",
    wide: bool = False,
    name: str | None = None,
) -> Component:
    """A plain table. ``wide`` lets it scroll sideways in a region that the keyboard reaches."""
    heads = [c if isinstance(c, Column) else Column(c) for c in columns]
    made = html.Table(
        [
            html.Caption(caption) if caption else None,
            html.Thead(html.Tr([_head(c) for c in heads])),
            html.Tbody([_row(row, heads) for row in rows]),
        ],
        className=f"t {class_name}".strip(),
        **attributes(data_name=name),
    )
    if wide:
        label = attributes(aria_label=caption or name or "Table")
        return html.Div(made, className="scroll", tabIndex=0, role="region", **label)
    return made


def _head(column: Column) -> Component:
    classes = f"{'r ' if column.number else ''}{column.class_name}".strip()
    return html.Th(column.label, className=classes or None, title=column.hint, scope="col")


def _row(row: Cells, heads: Sequence[Column]) -> Component:
    row = row if isinstance(row, Row) else Row(row)
    cells = [_cell(cell, head) for cell, head in zip(row.cells, heads, strict=True)]
    return html.Tr(cells, className=row.class_name or None, **attributes(data_row="1" if row.reachable else None))


def _cell(cell: Children | Value, head: Column) -> Component:
    classes = f"{'r ' if head.number else ''}{head.class_name}".strip() or None
    label = head.label if isinstance(head.label, str) else None  # said in front where columns have no room
    if isinstance(cell, Value):
        return html.Td(cell.shown, className=classes, **attributes(data_value=str(cell.raw), data_label=label))
    return html.Td(cell, className=classes, **attributes(data_label=label))
