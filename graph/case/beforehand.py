"""Saying by hand whether all accounts of a case were chosen beforehand, such as a takedown set or a list of known bots.

Without a word on it, a run goes by its files (some readers know) and by the data. The word is a note; the last one holds, and a
run's id depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from graph.case.notes import About, write
from graph.stores.base import Store
from ingest.errors import UsageError, did_you_mean

KIND = "chosen_beforehand"
Answer = Literal["yes", "no", "ask"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)


def say(store: Store, answer: str, by: str) -> bool:
    """Say whether all accounts were chosen beforehand; True if that is news.

    Parameters
    ----------
    store : Store
    answer : {"yes", "no", "ask"}
        ``ask`` takes back what was said: files and data decide.
    by : str
        Name of who says so.

    Raises
    ------
    UsageError
        If it is none of these, or nobody signs it.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> said(case), say(case, "yes", "Kim"), say(case, "yes", "Ann"), said(case)["by"]
    ({}, True, False, 'Kim')
    >>> say(case, "ask", "Kim"), said(case)
    (True, {})
    """
    if answer not in ANSWERS:
        raise UsageError(
            f"All accounts were chosen beforehand: {' or '.join(ANSWERS)}, not {answer!r}.",
            hint=did_you_mean(answer, ANSWERS),
        )
    if said(store).get("answer", "ask") == answer:
        return False
    write(store, KIND, About(""), by, answer=answer)
    return True


def said(store: Store) -> Mapping[str, Any]:
    """The word that holds: ``answer`` (``yes`` or ``no``), ``by`` and ``at``; empty where nobody gave one."""
    last = next(reversed(store.notes(KIND)), None)
    return {} if last is None or last["answer"] == "ask" else last
