"""Sentences that come first where everybody was chosen beforehand: what is known, what is not, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.runs.caveats import NO_COMPARISON
from graph.significance.outside import chosen_beforehand

TO_DO = (
    "To find out, load posts by others about the same things as a comparison (lockstep ingest --as comparison FILES), then"
    " search again."
)


def said_first(run: Mapping[str, Any]) -> list[str]:
    """Two sentences for a run without anybody to compare with; none for most runs.

    Parameters
    ----------
    run : mapping
        The record of a run: its ``notes``, ``counts`` and ``outside`` are read.

    Examples
    --------
    >>> run = {"notes": [f"There is {NO_COMPARISON}. …"], "counts": {"groups": 0, "closed": 1, "pairs": 0}}
    >>> said_first(run)[0]
    'All accounts here were chosen beforehand: 1 set of them stands out from the rest, but it is not known how they differ from the public.'
    >>> said_first({"notes": [], "counts": {}})
    []
    """
    everybody = any(note.startswith(f"There is {NO_COMPARISON}") for note in run.get("notes") or ())
    if not everybody and not chosen_beforehand(run):
        return []
    who = (
        "All accounts here were chosen beforehand"
        if everybody
        else "Most of what was done here was done by accounts that are all tied to each other"
    )
    return [f"{who}: {_known(run.get('counts') or {})}", TO_DO]


def _known(counts: Mapping[str, Any]) -> str:
    number = sum(int(counts.get(name) or 0) for name in ("groups", "closed", "pairs"))
    if not number:
        return "none of them stands out from the rest, and this does not show that they act independently."
    sets = "1 set of them stands" if number == 1 else f"{number:,} sets of them stand"
    return f"{sets} out from the rest, but it is not known how they differ from the public."
