"""Table of labels from files by place in the run, for a briefing; printed where somebody pinned it."""

from __future__ import annotations

from typing import Any

from dashboards import words as say
from dashboards.briefing.outline import Table
from dashboards.briefing.run_summary import RunSummary
from graph.labels.by_group import NO_VERDICT
from graph.privacy.sanitize import clean, redact
from ingest.errors import UsageError

SHOWN, SAID = 20, 3
COLUMNS = ["Label", "Source and date", "In groups", "By chance", "Closed circles", "Pairs", "In no group", "All"]


def labels_table(summary: RunSummary) -> dict[str, Any]:
    """Table, and sentences that hold it against chance.

    Raises
    ------
    UsageError
        If the case has no labels any more, or its harm area lists nobody.
    """
    counts = summary.report.labels_by_group()
    if counts.totals.is_empty():
        raise UsageError("There are no labels any more.")
    rows = [_row(summary, row) for row in counts.totals.head(SHOWN).to_dicts()]
    left = counts.totals.height - len(rows)
    note = f"{say.counted(left, 'more label')} not listed. {NO_VERDICT}" if left > 0 else NO_VERDICT
    lead = " ".join(_shown(summary, sentence) for sentence in counts.sentences(SAID)[:-1])
    return {"table": Table(COLUMNS, rows, frozenset(range(2, len(COLUMNS))), note), "lead": lead}


def _row(summary: RunSummary, row: dict[str, Any]) -> list[str]:
    day = say.days(row["first_day"], row["last_day"]) if row["first_day"] else "no date"
    by_chance = say.expected(row["expected"])
    counts = [say.count(row[name]) for name in ("closed", "pairs", "none", "accounts")]
    source = f"{_shown(summary, row['source'])}, {day}"
    return [_shown(summary, row["label"]), source, say.count(row["groups"]), by_chance, *counts]


def _shown(summary: RunSummary, text: str) -> str:
    return redact(clean(text), summary.handles)
