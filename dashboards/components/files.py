"""Files that a page offers: a CSV that no spreadsheet runs, and 404 where there is nothing to save."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from flask import Response
from werkzeug.exceptions import NotFound

from dashboards import words
from dashboards.components.base import Reports
from graph.privacy import sanitize
from graph.privacy.small_counts import safe_counts
from graph.privacy.times import coarse
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report


def csv_file(frame: pl.DataFrame, name: str, run: Mapping[str, Any]) -> Response:
    """A CSV no spreadsheet takes for formulas, with its run in every row and in its name; times to the minute, see ``graph.privacy.times``."""
    frame = coarse(frame)
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    flat = frame.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join("; ") for name in lists)
    stamped = safe_counts(flat).with_columns(pl.lit(words.run_line(run)).alias("run"))
    body = "\ufeff" + sanitize.csv_safe(stamped).write_csv()
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{words.run_name(run)}.csv"'
    return answer


def report_or_404(reports: Reports, run: str | None) -> Report:
    """The report of a run for a file; without such a run there is no such file."""
    try:
        report = reports.of(run)
    except UsageError as error:
        raise NotFound(str(error)) from None
    if report is None or report.run is None:
        raise NotFound("This case has no run yet.")
    return report
