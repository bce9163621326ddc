"""First sentences of a run whose accounts were all chosen beforehand, in the command, on pages, in print and in notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboards.briefing.run_summary import RunSummary
from dashboards.commands.summary import run_lines
from graph.case.load import load
from graph.report.report import Report
from graph.runs.caveats import NO_COMPARISON
from graph.runs.chosen import TO_DO, said_first
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case

CHOSEN = f"There is {NO_COMPARISON}. And so on."


@pytest.mark.parametrize(
    ("run", "begins"),
    [
        (
            {"notes": [CHOSEN], "counts": {"groups": 2, "pairs": 1}},
            "All accounts here were chosen beforehand: 3 sets of",
        ),
        ({"notes": [CHOSEN], "counts": {}}, "All accounts here were chosen beforehand: none of them stands out"),
        (
            {"outside": {"link 60 s": {"outside": "none", "held": 0.9}}},
            "Most of what was done here was done by accounts",
        ),
        ({"outside": {"link 60 s": {"outside": "component", "held": 0.1}}, "notes": ["Times are coarse."]}, None),
    ],
)
def test_sentences_come_only_where_nobody_is_left_to_compare_with(run: dict[str, Any], begins: str | None) -> None:
    said = said_first(run)
    assert said == [] if begins is None else (said[0].startswith(begins) and said[1] == TO_DO)


def test_the_hoaxers_begin_with_what_is_not_known(shared: Path, tmp_path: Path) -> None:
    case = open_case(str(tmp_path / "case"), create=True)
    load(case, [shared / "data" / "ira_fearmonger_tweets.csv"])
    find(case, Settings(traces=("text",), worlds=0))
    report = Report(case)
    said = said_first(report.run)
    assert len(said) == 2 and "ingest --as comparison" in said[1]
    assert run_lines(report)[:2] == said == RunSummary(report).lead()[:2]
    assert report._repr_html_().index("chosen beforehand") < report._repr_html_().index("<b>Run")
