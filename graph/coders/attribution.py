"""Attribution of a group: a sheet of its own, never merged with coordination.

That accounts act together says nothing of who is behind them. An attribution is an analyst's claim with its level and its named
sources; without one, "No attribution is made." It enters no title, label, network or machine-readable finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.case.notes import About, write
from graph.stores.base import Store
from ingest.errors import UsageError

KIND = "attribution"
NONE = "No attribution is made."
LEVELS = {
    "none": "none made",
    "suspected": "suspected by the analyst",
    "supported": "supported by named public sources",
}
"""Levels, and what each is called."""


def attribute(
    store: Store, about: About, level: str, by: str, *, claim: str = "", sources: Sequence[str] = ()
) -> dict[str, Any]:
    """Write an attribution of a group; the newest of each author holds.

    Parameters
    ----------
    store : Store
    about : About
        The group.
    level : str
        A key of ``LEVELS``.
    by : str
        Who says so.
    claim : str
        A sentence that says who is behind the group.
    sources : sequence of str
        Named public sources: publisher, title, date.

    Raises
    ------
    UsageError
        If there is no such level, a claim without a level or a level without a claim, or no source where sources are claimed.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from graph.stores import open_case
    >>> case, group = open_case(mkdtemp() + "/case", create=True), About("0a1b", group_id="g1")
    >>> note = attribute(case, group, "supported", "Ann", claim="A marketing firm.", sources=["Court filing 12/3, 2025"])
    >>> [one["claim"] for one in attributions(case.notes(), "0a1b")["g1"]]
    ['A marketing firm.']
    """
    if level not in LEVELS:
        raise UsageError(f"{level!r} is no level.", hint=f"There are {', '.join(LEVELS)}.")
    words, named = claim.strip(), [source.strip() for source in sources if source.strip()]
    if level == "none" and (words or named):
        raise UsageError("“None” makes no claim.", hint="Leave claim and sources out, or give another level.")
    if level != "none" and not words:
        raise UsageError("The attribution has no claim.", hint="Write a sentence that says who is behind the group.")
    if level == "supported" and not named:
        raise UsageError(
            "No source is named.", hint="Name a public source that others can read, or choose “suspected”."
        )
    return write(store, KIND, about, by, level=level, claim=words, sources=named)


def attributions(notes: Iterable[Mapping[str, Any]], run_id: str) -> dict[str, list[Mapping[str, Any]]]:
    """The attributions that hold, by group: the newest of each author, those that make none left out."""
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for note in notes:
        if note.get("kind") == KIND and note.get("run_id") == run_id and note.get("group_id"):
            who = " ".join(str(note.get("by")).split()).casefold()
            newest.pop((str(note["group_id"]), who), None)
            newest[str(note["group_id"]), who] = note
    found: dict[str, list[Mapping[str, Any]]] = {}
    for (group, _), note in newest.items():
        if note.get("level") != "none":
            found.setdefault(group, []).append(note)
    return found


def attribution_words(note: Mapping[str, Any]) -> tuple[str, str, str]:
    """Claim, level and sources of an attribution, as written.

    Examples
    --------
    >>> attribution_words({"level": "suspected", "claim": "A fan club.", "sources": []})
    ('A fan club.', 'suspected by the analyst', 'none named')
    """
    sources = "; ".join(str(source) for source in note.get("sources") or ()) or "none named"
    return str(note.get("claim") or NONE), LEVELS.get(str(note.get("level")), str(note.get("level"))), sources
