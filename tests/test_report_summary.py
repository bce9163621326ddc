"""A report's summary in notebooks: counts and codes, every text escaped, nobody named."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from graph import Report, Settings, find, toy_case
from graph.report.summary import summary_html


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    case = toy_case(tmp_path_factory.mktemp("toy"))
    find(case, Settings(traces=("link",)))
    return Report(case)


def test_a_report_shows_its_summary_with_everything_escaped(report: Report) -> None:
    shown = report._repr_html_()
    assert "<b>Run R-1</b>" in shown and "larkspur[.]example" in shown and ">4<" in shown


def test_a_hostile_name_is_text_and_a_person_is_masked(report: Report) -> None:
    groups = report.groups().assign(name="<script>alert(1)</script> @nora_lind", top_object="x")
    hostile: Any = SimpleNamespace(
        run={"counts": {"ties": 1_234}},
        run_id="ab",
        name="R-1",
        groups=lambda: pd.concat([groups] * 21, ignore_index=True),
        caveats=lambda: ["Look at <b>this</b>"],
    )
    shown = summary_html(hostile)
    assert "<script" not in shown and "<b>this" not in shown and "nora_lind" not in shown
    assert "ties 1,234" in shown and "1 more: report.groups() lists all." in shown
