"""Verdicts of people on a group or a tie, kept so that two who write at once lose nothing.

A verdict names the verdicts its author had before them (``after``). The ones nobody wrote after are those that stand: one,
or several when two people wrote without seeing each other. Then both are shown, and whoever decides writes after both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.case.notes import About, about, write
from graph.stores.base import Store
from ingest.errors import UsageError

VERDICTS = ("confirmed", "unsure", "rejected", "open")
CONFIDENCE = ("low", "moderate", "high")
ALIKE = 0.5
"""From this Jaccard similarity of members on, an earlier run's verdict is offered to a group."""


def give(
    store: Store,
    what: About,
    verdict: str,
    reason: str,
    by: str,
    *,
    confidence: str | None = None,
    after: Sequence[str] = (),
) -> dict[str, Any]:
    """Write a verdict.

    Parameters
    ----------
    after : sequence of str
        Ids of the verdicts that stood when this one was thought of.

    Raises
    ------
    UsageError
        If it is none of ``VERDICTS``, or says anything but "open" without a reason.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from graph.stores import open_case
    >>> case, group = open_case(mkdtemp() + "/case", create=True), About("0a1b", group_id="g1")
    >>> first = give(case, group, "confirmed", "Same order on three platforms.", "Ann")
    >>> other = give(case, group, "rejected", "One newsroom, and it says so.", "Ben")
    >>> [v["by"] for v in standing(case.notes("verdict"), group)]
    ['Ann', 'Ben']
    >>> last = give(case, group, "rejected", "Ben is right.", "Ann", after=[first["id"], other["id"]])
    >>> [v["reason"] for v in standing(case.notes("verdict"), group)]
    ['Ben is right.']
    """
    if verdict not in VERDICTS:
        raise UsageError(f"{verdict!r} is no verdict.", hint=f"There are {', '.join(VERDICTS)}.")
    if confidence is not None and confidence not in CONFIDENCE:
        raise UsageError(f"{confidence!r} is no confidence.", hint=f"There are {', '.join(CONFIDENCE)}.")
    words = reason.strip()
    if not words and verdict != "open":
        raise UsageError("The verdict has no reason.", hint="Write a sentence that someone else can check.")
    said = {"verdict": verdict, "confidence": confidence, "reason": words, "after": list(after)}
    return write(store, "verdict", what, by, **said)


def standing(notes: Iterable[Mapping[str, Any]], what: About) -> list[Mapping[str, Any]]:
    """The verdicts on something that no other was written after, oldest first; more than one when two people differ."""
    own = [note for note in about(notes, what) if note.get("kind") == "verdict"]
    passed = {seen for note in own for seen in note.get("after") or ()}
    return [note for note in own if note.get("id") not in passed]


def by_group(notes: Iterable[Mapping[str, Any]], run_id: str) -> dict[str, list[Mapping[str, Any]]]:
    """The standing verdicts of each group of a run."""
    given: dict[str, list[Mapping[str, Any]]] = {}
    for note in notes:
        if note.get("run_id") == run_id and note.get("group_id") and note.get("kind") == "verdict":
            given.setdefault(str(note["group_id"]), []).append(note)
    return {group: standing(own, About(run_id, group_id=group)) for group, own in given.items()}


def offered(notes: Iterable[Mapping[str, Any]], run_id: str, members: Iterable[str]) -> list[dict[str, Any]]:
    """Verdicts of other runs on groups with at least half of the accounts in common; never applied by themselves.

    Returns
    -------
    list of dict
        The verdicts that stand there, most alike first, with ``alike`` (Jaccard) and ``shared`` (accounts in common).

    Examples
    --------
    >>> said = {"kind": "verdict", "id": "1", "run_id": "r1", "group_id": "g", "members": ["a", "b", "c"]}
    >>> [round(v["alike"], 2) for v in offered([said], "r2", ["a", "b", "c", "d"])], offered([said], "r2", ["d"])
    ([0.75], [])
    """
    own, found = set(members), []
    others: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for note in notes:
        if note.get("kind") == "verdict" and note.get("group_id") and note.get("run_id") != run_id:
            others.setdefault((str(note.get("run_id")), str(note["group_id"])), []).append(note)
    for (run, group), said in others.items():
        for note in standing(said, About(run, group_id=group)):
            theirs = set(note.get("members") or ())
            both = len(own & theirs)
            if both and both / len(own | theirs) >= ALIKE:
                found.append({**note, "alike": both / len(own | theirs), "shared": both})
    return sorted(found, key=lambda note: (-note["alike"], str(note.get("at"))))


def decided(notes: Iterable[Mapping[str, Any]], run_id: str) -> list[tuple[About, Mapping[str, Any]]]:
    """Every verdict of a run that stands and says more than "open", oldest first, with what it is about.

    Examples
    --------
    >>> first = {"kind": "verdict", "id": "1", "run_id": "r", "group_id": "g", "verdict": "unsure"}
    >>> last = {**first, "id": "2", "verdict": "confirmed", "after": ["1"]}
    >>> [note["verdict"] for _, note in decided([first, last], "r")]
    ['confirmed']
    """
    own = [note for note in notes if note.get("kind") == "verdict" and note.get("run_id") == run_id]
    passed = {seen for note in own for seen in note.get("after") or ()}
    standing_ = [note for note in own if note.get("id") not in passed and note.get("verdict") != "open"]
    return [(About.of(note), note) for note in standing_]
