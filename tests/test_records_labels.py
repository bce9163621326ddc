"""The table of labels of a briefing: printed where it was pinned, with chance beside it and nobody named."""

from __future__ import annotations

import re
from pathlib import Path

from dashboards.briefing import gather
from dashboards.briefing.pinned import paper
from graph.case.pins import Pinned
from graph.case.toy import toy_case
from graph.labels.given import Given, GivenLabels
from graph.labels.kept import add_labels, remove_source
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.settings import Settings

PIN = Pinned("1", {"what": "figure", "figure": "labels", "title": "Labels by group"})


def test_labels_are_printed_where_they_are_pinned_and_nowhere_else(tmp_path: Path) -> None:
    case = toy_case(tmp_path)
    find(case, Settings(traces=("link",)))
    labels = [Given("account", f"unknown:{n}", "fan of @user9", "list") for n in (41, 42, 1)]
    add_labels(case, GivenLabels(tuple(labels)), "Ann", "a.csv")
    report = Report(case)
    assert "fan of" not in str(gather(report))
    (piece,) = paper(report, [PIN]).pieces
    assert piece.table is not None and piece.table.rows[0][2:] == ["2", "0.3", "0", "0", "1", "3"]
    assert re.match(r"2 of 3 accounts labelled 'fan of A-\d+' are in a group; by chance", piece.lead)
    assert "None is a verdict." in piece.table.note and "user9" not in str(piece)
    remove_source(case, "list", "Ann")
    (gone,) = paper(Report(case), [PIN]).pieces
    assert gone.table is None and "cannot be shown any more" in gone.lead
