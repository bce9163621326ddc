"""Events of EU platform law, day by day: designations, proceedings and decisions, from ``law_events.csv`` beside this file.

``standing.csv`` says what held on a day; this table says what happened on one, and keeps the other day where two sources
name different ones.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from ingest.registry.standing import day_of, in_words

EVENTS = {
    "euif": "joined the EU Internet Forum",
    "designation": "designated under the Digital Services Act",
    "designation_terminated": "designation ended",
    "proceedings_opened": "formal proceedings opened",
    "preliminary_findings": "preliminary findings",
    "commitments_accepted": "commitments accepted",
    "proceedings_closed_commitments": "proceedings closed with commitments",
    "non_compliance_decision": "non-compliance decision",
}
"""Kinds of events, and what each is called."""
OPENED, DECIDED, ENDED = "proceedings_opened", "non_compliance_decision", "proceedings_closed_commitments"
THIN_AFTER = date(2026, 3, 31)
"""Events after this day may be missing from the table."""
PROCEEDINGS = (OPENED, "preliminary_findings", "commitments_accepted", ENDED, DECIDED)
"""Those that belong to formal proceedings."""


@dataclass(frozen=True)
class LawEvent:
    """One dated event.

    Attributes
    ----------
    day : date
    other_day : date, optional
        The day another source names for it.
    event : str
        A key of ``EVENTS``, or words of an analyst's own.
    platforms : tuple of str
        Ids; empty where it concerns all.
    subject, source : str
        ``subject`` is the part of a service, or the matter.
    by : str, optional
        The analyst who added it to a case; None for the shipped table.
    """

    day: date
    other_day: date | None
    event: str
    platforms: tuple[str, ...]
    subject: str
    source: str
    by: str | None = None

    @property
    def words(self) -> str:
        """The event in words, with its subject and whose it is.

        Examples
        --------
        >>> next(event for event in law_events() if event.subject == "minors").words
        'formal proceedings opened (minors)'
        """
        about = f" ({self.subject})" if self.subject and self.platforms else self.subject
        said = f"{EVENTS.get(self.event, self.event)}{about}" if self.platforms else about
        return f"{said}, added by {self.by}" if self.by else said

    @property
    def conflict(self) -> str:
        """A sentence where sources name different days; else empty.

        Examples
        --------
        >>> [event.conflict for event in law_events() if event.platforms == ("temu",)]
        ['', 'Sources conflict: 31 October 2024, or 21 October 2024.']
        """
        return f"Sources conflict: {in_words(self.day)}, or {in_words(self.other_day)}." if self.other_day else ""

    def begun(self, on: date) -> bool:
        """True if it had happened by a day."""
        return self.day <= on

    def within(self, first: date, last: date) -> bool:
        """True if it happened, by any of its sources, between two days."""
        return any(first <= day <= last for day in (self.day, self.other_day) if day)


@cache
def law_events() -> tuple[LawEvent, ...]:
    """Give the shipped events, oldest first.

    Examples
    --------
    >>> first = law_events()[0]
    >>> first.day.isoformat(), first.platforms, first.words
    ('2021-12-08', ('tiktok', 'twitch', 'yubo', 'discord'), 'joined the EU Internet Forum')
    """
    with files("ingest.registry").joinpath("law_events.csv").open(encoding="utf-8") as file:
        return tuple(
            LawEvent(
                day_of(row["date"]),
                day_of(row["other_date"]) if row["other_date"] else None,
                row["event"],
                tuple(filter(None, row["platforms"].split(";"))),
                row["subject"],
                row["source"],
            )
            for row in csv.DictReader(file)
        )
