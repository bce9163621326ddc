"""An analyst's own facts about the standing of platforms, kept in a case beside the shipped table and marked as theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graph.case.notes import About, write
from graph.stores.base import Store
from ingest.registry.standing import FIELDS, Fact, checked, fact_of

KIND = "standing"


def add_standing(store: Store, facts: Iterable[Fact], by: str) -> list[Fact]:
    """Keep facts in a case; those it has already are left as they are.

    Parameters
    ----------
    store : Store
    facts : iterable of Fact
    by : str
        Who says so.

    Returns
    -------
    list of Fact
        Those that are new, as they were kept.

    Raises
    ------
    UsageError
        If one names no known platform or scheme, or lacks a status, a first day or a source. Nothing is kept then.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from graph.stores import open_case
    >>> case = open_case(mkdtemp() + "/case", create=True)
    >>> row = {"platform": "reddit", "scheme": "euif", "status": "member", "from": "2026-10-01", "source": "their press release"}
    >>> [fact.by for fact in add_standing(case, [fact_of(row)], "Ann")], len(add_standing(case, [fact_of(row)], "Ben"))
    (['Ann'], 0)
    """
    known = {_row(fact) for fact in own_standing(store)}
    new = [fact for fact in map(checked, facts) if _row(fact) not in known]
    for fact in new:
        write(store, KIND, About(""), by, row=dict(zip(FIELDS, _row(fact), strict=True)))
    return [fact_of(dict(zip(FIELDS, _row(fact), strict=True)), by) for fact in new]


def own_standing(store: Store) -> list[Fact]:
    """Give the facts that people added to a case, oldest first."""
    return [fact_of(note["row"], note["by"]) for note in store.notes(KIND)]


def _row(fact: Fact) -> tuple[Any, ...]:
    days = (day.isoformat() if day else "" for day in (fact.since, fact.until))
    return (fact.platform, fact.scheme, fact.status, *days, fact.basis, fact.source, fact.note)
