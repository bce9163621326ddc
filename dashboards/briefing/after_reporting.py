"""Part "After reporting" of a briefing: what was sent, what came back, and how many posts are still online."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import words as say
from dashboards.briefing.outline import Block, Part, Sentences, Table
from dashboards.figures.survival import survival_figure
from dashboards.words import handover as said
from graph.handover.survival import Ledger
from graph.privacy.gate import gate
from graph.privacy.sanitize import redact

if TYPE_CHECKING:
    from dashboards.briefing.run_summary import RunSummary


def after_reporting(summary: RunSummary) -> list[Part]:
    """The part; none where nothing was sent."""
    ledger = Ledger.of(summary.report.store)
    if not ledger.lines:
        return []
    found = ledger.outcome()
    blocks: list[Block] = [Sentences([f"{said.outcome_words(found)}.", said.outcome_notes(found, ledger.unreported())])]
    picture = survival_figure(ledger.curve(), summary.stamp())
    return [Part("After reporting", [*blocks, lines(summary, ledger), *([picture] if picture else [])])]


def lines(summary: RunSummary, ledger: Ledger) -> Table:
    """Table of the ledger, a row a line."""
    rules = gate(summary.report.store).policy.rules
    spoken = rules.sentence if rules is not None else str
    last = max((one.day for one in ledger.seen), default=None)
    rows = [
        [
            entry.code,
            say.day(entry.day, year=True),
            said.receiver(entry),
            said.document_words(entry),
            say.count(len(entry.items)) if entry.items else say.NONE,
            say.day(entry.receipt) if entry.receipt else "none",
            redact(spoken(said.decision_words(entry)), summary.handles),
            said.offline_words(ledger.outcome(entry)),
        ]
        for entry in ledger.lines
    ]
    heads = ["Line", "Sent", "To", "Document", "Posts", "Receipt", "Decision", "Offline"]
    note = f"Last recheck: {say.day(last, year=True)}. {said.BY_HAND}" if last else said.BY_HAND
    return Table(heads, rows, frozenset({4, 7}), note, "What was sent, and what came back")
