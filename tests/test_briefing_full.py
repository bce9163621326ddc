"""The briefing of a whole run: its parts in reading order, and what each table holds."""

from __future__ import annotations

import pandas as pd
import pytest
from fixtures_export import HandReport

from dashboards.briefing.full import gather, layer_table, power
from dashboards.briefing.outline import Outline, Table
from dashboards.briefing.run_summary import RunSummary


@pytest.fixture
def outline(hand_report: HandReport) -> Outline:
    return gather(hand_report)  # type: ignore[arg-type]


def test_parts_stand_in_reading_order(outline: Outline) -> None:
    titles = [part.title for part in outline.parts]
    wanted = [
        "What came in, and what is missing",
        "Groups",
        "Closed circles",
        "Set aside",
        "Pairs",
        "Verdicts of analysts",
    ]
    wanted += ["How this was found", "Detection limit", "What this does not show", "How to repeat this run"]
    assert [title for title in titles if title in wanted] == wanted
    assert titles.index("Set aside") < next(n for n, title in enumerate(titles) if title.startswith("Group 1"))


def test_every_row_has_a_cell_for_each_column(outline: Outline) -> None:
    tables = [block for part in outline.parts for block in part.blocks if isinstance(block, Table)]
    assert len(tables) > 5
    assert [t.caption for t in tables if any(len(row) != len(t.columns) for row in t.rows)] == []


def test_a_table_of_layers_has_a_row_for_each(hand_report: HandReport) -> None:
    summary = RunSummary(hand_report)  # type: ignore[arg-type]
    table = layer_table(summary)
    assert len(table.rows) == len(summary.layers) > 0 and "Time window" in table.columns


def test_the_detection_limit_is_said_or_how_to_test_it(
    hand_report: HandReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested = power(RunSummary(hand_report))  # type: ignore[arg-type]
    assert len(tested) > 1 and "would have been found" in tested[1]
    monkeypatch.setattr(hand_report, "power", pd.DataFrame)
    (said,) = power(RunSummary(hand_report))  # type: ignore[arg-type]
    assert said.endswith("Run lockstep power to test it.")


def test_a_run_without_a_finding_has_no_part_on_pairs_or_verdicts(empty_report: HandReport) -> None:
    titles = {part.title for part in gather(empty_report).parts}  # type: ignore[arg-type]
    assert "Expected by chance, and observed" in titles and not titles & {"Groups", "Pairs", "Closed circles"}
