"""Files a page offers: no spreadsheet runs them, their run is in them, and there is none where there is no run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from werkzeug.exceptions import NotFound

from dashboards.components.files import csv_file, report_or_404
from ingest.errors import UsageError

RUN = {"run_id": "0a1b2c3d4e5f", "number": 3, "version": "0.1.0"}


def test_a_csv_is_stamped_and_runs_in_no_spreadsheet() -> None:
    answer = csv_file(pl.DataFrame({"name": ["=1+1"], "posts": [-3]}), "groups", RUN)
    lines = answer.get_data(as_text=True).splitlines()
    assert lines == ["\ufeffname,posts,run", '\'=1+1,-3,"Run R-3, Lockstep 0.1.0"']
    assert answer.headers["Content-Disposition"] == 'attachment; filename="groups-R-3.csv"'


def unknown(run: str | None) -> Any:
    raise UsageError(f"There is no run {run} in this case.")


@pytest.mark.parametrize(
    ("of", "said"),
    [(unknown, "There is no run R-9"), (lambda run: None, "no run yet"), (lambda run: SimpleNamespace(run=None), "no run yet")],
)  # fmt: skip
def test_without_its_run_a_file_is_not_found(of: Any, said: str) -> None:
    with pytest.raises(NotFound, match=said):
        report_or_404(SimpleNamespace(of=of), "R-9")
