"""Tables of figures as page tables and as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
from dash import html
from dash.development.base_component import Component
from flask import Response
from werkzeug.exceptions import NotFound

from dashboards import words
from dashboards.components import layout
from dashboards.figures.svg import Picture
from graph.privacy import sanitize
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

TWIN_ROWS = 100  # of a figure's table on the page, where a CSV holds all
ROW: dict[str, Any] = {"data-row": "1"}  # a row that J, K and Enter reach


def attributes(name: str | None = None, label: str | None = None, **more: str) -> dict[str, Any]:
    """Names with a dash for Dash's keyword arguments."""
    named = {"data-name": name, "aria-label": label, **{f"data-{k}": v for k, v in more.items()}}
    return {key: value for key, value in named.items() if value is not None}


def twin(frame: pd.DataFrame, title: str = "this figure") -> Component:
    """A figure's table: the same numbers in the same order."""
    numbers = [pd.api.types.is_numeric_dtype(frame[c]) for c in frame.columns]
    head = [layout.Column(str(c), is_number) for c, is_number in zip(frame.columns, numbers, strict=True)]
    rows: list[layout.Cells] = [[_cell(v) for v in row] for row in frame.itertuples(index=False, name=None)]
    return layout.table(head, rows, wide=True, name=f"The numbers of: {title}")


def _cell(value: Any) -> layout.Value | str:
    if isinstance(value, int | float) and words.known(value):
        shown = words.count(value) if float(value).is_integer() else f"{value:.4g}"
        return layout.Value(shown, value)
    return str(value) if words.known(value) else words.NONE


def picture_key(key: Sequence[tuple[str, str]]) -> list[Component]:
    """Shapes and line kinds with their meaning, under a figure."""
    return [html.Span([layout.drawing(shape), text]) for shape, text in key]


def pictured(
    name: str, picture: Picture, source: layout.Children, *, csv: str | None = None, pin: Component | None = None
) -> Component:
    """A figure with its table; with ``csv``, the address of one that holds all of it, the table holds the first rows."""
    return layout.panel(
        name,
        picture.title,
        layout.drawing(picture.svg),
        twin=twin(picture.table.head(TWIN_ROWS) if csv else picture.table, picture.title),
        csv=csv,
        key=picture_key(picture.key) or None,
        source=[f"{picture.note} " if picture.note else "", html.Span(source)],
        pin=pin,
    )


def csv_file(frame: pl.DataFrame, name: str, run: Mapping[str, Any]) -> Response:
    """A CSV no spreadsheet takes for formulas, with its run in every row and in its name."""
    stamped = frame.with_columns(pl.lit(words.run_line(run)).alias("run"))
    body = "\ufeff" + sanitize.csv_safe(stamped).write_csv()
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{words.run_name(run)}.csv"'
    return answer


def report_or_404(reports: layout.Reports, run: str | None) -> Report:
    """The report of a run for a file; without such a run there is no such file."""
    try:
        report = reports.of(run)
    except UsageError as error:
        raise NotFound(str(error)) from None
    if report is None or report.run is None:
        raise NotFound("This case has no run yet.")
    return report


def post_text(text: Any) -> str:
    """A post's words, without names and with its links broken; Dash escapes them."""
    if not words.known(text) or not str(text).strip():
        return "no text"
    return sanitize.redact(str(text))


def object_name(trace: Any, name: Any, limit: int = 160) -> str:
    """What two posts have in common, as people may read it: links broken, texts masked and short."""
    plain = sanitize.clean(str(name)) if words.known(name) else words.NONE
    if words.shows([trace]) == "address":
        shown = sanitize.defang(plain)
    elif trace == "object":
        shown = plain
    else:
        shown = sanitize.redact(plain)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
