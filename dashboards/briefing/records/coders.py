"""Parts of a briefing on people: agreement of coders, and attribution, which is kept apart from coordination."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import words as say
from dashboards.briefing.outline import Block, Part, Sentences, Table
from graph.coders.agreement import SOURCES, Coding
from graph.coders.attribution import KIND, NONE, attribution_words, attributions
from graph.privacy.sanitize import redact

if TYPE_CHECKING:
    from dashboards.briefing.run_summary import RunSummary

ATTRIBUTION = "Attribution, kept apart from coordination"


def coding_parts(summary: RunSummary) -> list[Part]:
    """Part on the agreement of coders; none where fewer than two coded."""
    coding = summary.report.agreement()
    if len(coding.coders) < 2:
        return []
    blocks: list[Block] = [
        Sentences([redact(sentence) for sentence in coding.sentences()]),
        _table(summary, coding),
        Sentences([SOURCES], "note"),
    ]
    return [Part("Agreement of coders", blocks)]


def _table(summary: RunSummary, coding: Coding) -> Table:
    coders = coding.coders
    rows = []
    for group in coding.groups:
        held, last = coding.of(group), coding.decisions.get(group)
        decided = f"{last.verdict}, decided by {redact(last.coder)}" if last else say.NONE
        if last is None and group in coding.disagreements():
            decided = "open: they differ"
        given = [held[coder].verdict if coder in held else say.NONE for coder in coders]
        rows.append([say.count(coding.ranks[group]), *given, decided])
    return Table(["Group", *map(redact, coders), "Decided"], rows, frozenset({0}), caption="Verdicts by coder")


def attribution_part(summary: RunSummary) -> Part:
    """Part on attribution: every claim with level and sources, or that none is made.

    Examples
    --------
    >>> from dashboards.briefing.run_summary import RunSummary
    >>> from graph import toy_report
    >>> [block.words for block in attribution_part(RunSummary(toy_report())).blocks]
    [['No attribution is made.']]
    """
    held = attributions(summary.report.store.notes(KIND), str(summary.report.run["run_id"]))
    ranks = dict(zip(summary.groups["group_id"], summary.groups["rank"], strict=True))
    rows = [
        [
            say.count(ranks[group]),
            *(redact(words, summary.handles) for words in attribution_words(note)),
            redact(str(note.get("by"))),
            say.day(note.get("at"), year=True),
        ]
        for group in sorted((group for group in held if group in ranks), key=lambda group: int(ranks[group]))
        for note in held[group]
    ]
    if not rows:
        return Part(ATTRIBUTION, [Sentences([NONE], "plain")], "aside")
    table = Table(["Group", "Claim", "Level", "Sources", "By", "Date"], rows, frozenset({0}), caption="Attributions")
    apart = "These are claims of analysts with their sources. Nothing in this document that is counted or tested rests on them."
    return Part(ATTRIBUTION, [Sentences([apart], "plain"), table], "aside")
