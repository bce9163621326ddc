"""Part "After reporting" of a briefing: the numbers of the ledger, and no name."""

from __future__ import annotations

from dashboards.briefing.after_reporting import after_reporting
from dashboards.briefing.notice import posts_of
from dashboards.briefing.outline import Sentences, Table
from dashboards.briefing.pinned import paper
from dashboards.briefing.run_summary import RunSummary
from dashboards.figures.svg import Picture
from graph.case.pins import Pinned
from graph.handover import ledger
from graph.handover.drafts import Draft
from graph.handover.rechecks import recheck
from graph.report.report import Report
from graph.stores.base import Store


def test_the_briefing_says_what_became_of_it(handed: Store, notice: Draft) -> None:
    report = Report(handed)
    assert after_reporting(RunSummary(report)) == []
    line = ledger.sent(handed, notice, posts_of(report, notice), ledger.day_of("2026-08-28"), "R. S.")
    ledger.decision(handed, 1, ledger.day_of("2026-09-04"), "removed 1, says @user43", "R. S.")
    recheck(handed, line.items[0].code, "offline", ledger.day_of("2026-09-12"), "R. S.")
    (part,) = after_reporting(RunSummary(report))
    sentences, table, picture = part.blocks
    assert isinstance(sentences, Sentences) and isinstance(table, Table) and isinstance(picture, Picture)
    assert sentences.words[0] == "1 of 38 reported posts was offline on 12 Sep 2026."
    assert "Offline does not say who removed it" in sentences.words[1]
    assert table.rows[0][:6] == ["L-1", "28 Aug 2026", "X", "Notice (DSA art. 16)", "38", "none"]
    assert "@user43" not in table.rows[0][6] and table.rows[0][7] == "1 of 38"
    assert picture.title == "On X 1 of 38 went offline"
    (piece,) = paper(report, [Pinned("1", {"what": "figure", "figure": "survival"})]).pieces
    assert piece.picture is not None and piece.picture.title == picture.title
