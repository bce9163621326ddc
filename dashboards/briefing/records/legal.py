"""Part of a briefing on the legal position of the platforms on the last day of the data."""

from __future__ import annotations

from datetime import date

from dashboards.briefing.outline import Block, Heading, Part, Sentences, Table
from graph.privacy.sanitize import clean
from graph.records.legal_position import CHANGED, TOLD, LegalPosition

TITLE = "Legal position as of the window"


def legal_part(position: LegalPosition, made: date | None = None) -> Part:
    """Part with the sentence, what is known, what changed inside the window, conflicts, and what is unknown.

    Parameters
    ----------
    position : LegalPosition
    made : date, optional
        The day from which the age of the lists is counted: the run's, so that a document is the same whenever it is made.

    Examples
    --------
    >>> from datetime import date
    >>> from graph.records.legal_position import legal_position
    >>> part = legal_part(legal_position({"x": 1}, date(2024, 1, 1), date(2024, 6, 4)))
    >>> part.title, [type(block).__name__ for block in part.blocks]
    ('Legal position as of the window', ['Sentences', 'Table', 'Sentences'])
    """
    blocks: list[Block] = [Sentences([clean(position.sentence())], "read"), *_table("Known", TOLD, position.told())]
    if position.changes:
        blocks += [Heading("Changes inside the window"), *_table("", CHANGED, position.changed())]
    unsure = [f"{position.changes_of(event)}, {event.words}: {event.conflict}" for event in position.conflicts]
    blocks += [Heading("Sources conflict"), Sentences(unsure, "plain")] if unsure else []
    blocks += [Heading("Unknown"), Sentences(_cleaned(position.unknowns()), "plain")] if position.unknowns() else []
    return Part(TITLE, [*blocks, Sentences([position.age(made)], "note")])


def _table(caption: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[Block]:
    return [Table(list(heads), [_cleaned(row) for row in rows], caption=caption)] if rows else []


def _cleaned(words: list[str] | tuple[str, ...]) -> list[str]:
    return [clean(word) for word in words]
