"""Sentences that come first where everybody was chosen beforehand: what is known, what is not, and what to do; and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.runs.caveats import NO_COMPARISON
from graph.significance.outside import chosen_beforehand

TO_DO = (
    "To find out, load posts by others about the same things as a comparison (lockstep ingest --as comparison FILES), then"
    " search again."
)

MORE = (
    "The comparison is small beside them: to find out, load more posts by others about the same things (lockstep ingest --as"
    " comparison FILES), then search again."
)
_SAID = (f"There is {NO_COMPARISON}", f"There may be {NO_COMPARISON}")


def said_first(run: Mapping[str, Any]) -> list[str]:
    """Sentences for a run without anybody to compare with, the second on what to do; none for most runs.

    Parameters
    ----------
    run : mapping
        The record of a run: its ``notes``, ``counts``, ``outside``, ``chosen``, ``comparison`` and ``unfit`` are read.

    Examples
    --------
    >>> run = {"notes": [f"There is {NO_COMPARISON}. …"], "counts": {"groups": 0, "closed": 1, "pairs": 0}}
    >>> said_first(run)[0]
    'All accounts here were chosen beforehand: 1 set of them stands out from the rest, but it is not known how they differ from the public.'
    >>> said_first({"notes": [], "counts": {}})
    []
    """
    everybody = any(note.startswith(f"There is {NO_COMPARISON}") for note in run.get("notes") or ())
    if run.get("chosen") == "no" or not (everybody or chosen_beforehand(run)):
        return []
    who = (
        "All accounts here were chosen beforehand"
        if everybody
        else "Most of what was done here was done by accounts that are all tied to each other"
    )
    to_do = run.get("unfit") or [MORE if run.get("comparison") else TO_DO]
    return [f"{who}: {_known(run.get('counts') or {})}", *to_do]


def said_after(run: Mapping[str, Any]) -> list[str]:
    """Notes of a run without what ``said_first`` says already.

    Examples
    --------
    >>> said_after({"notes": [f"There is {NO_COMPARISON}. …", "Times are known to the minute only."]})
    ['Times are known to the minute only.']
    """
    first, notes = said_first(run), list(run.get("notes") or ())
    if not first:
        return notes
    return [note for note in notes if note not in first and not note.startswith(_SAID)]


def _known(counts: Mapping[str, Any]) -> str:
    number = sum(int(counts.get(name) or 0) for name in ("groups", "closed", "pairs"))
    if not number:
        return "none of them stands out from the rest, and this does not show that they act independently."
    sets = "1 set of them stands" if number == 1 else f"{number:,} sets of them stand"
    return f"{sets} out from the rest, but it is not known how they differ from the public."
