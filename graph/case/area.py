"""Setting a case's harm area: tightened at any time, loosened with a reason only; both are kept with who and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.case.notes import About, write
from graph.privacy.areas import KIND, Profile, named, profile
from graph.stores.base import Store
from ingest.errors import UsageError


def set_area(store: Store, name: str, by: str, reason: str = "") -> Profile:
    """Set the harm area of a case; gives its profile.

    Parameters
    ----------
    store : Store
    name : str
        One of ``graph.privacy.areas.PROFILES``. Setting the area a case has already adds nothing.
    by : str
        Who says so.
    reason : str
        Needed where anything that was withheld would be let out again.

    Raises
    ------
    UsageError
        If there is no such area, nobody signs, or it would loosen without a reason. Nothing changes then.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> set_area(case, "csam", "Ann").name
    'csam'
    >>> set_area(case, "drugs", "Ann")
    Traceback (most recent call last):
    ingest.errors.UsageError: This lets out what the area 'csam' withholds, so it needs a reason. Add --reason WORDS; it is kept with your name and the time.
    >>> set_area(case, "drugs", "Ann", "Moderators confirmed: sellers only.").name, len(history(case))
    ('drugs', 2)
    """
    new, old, said = named(name), profile(store), " ".join(reason.split())
    if new == old:
        return new
    if not new.at_least(old) and not said:
        raise UsageError(
            f"This lets out what the area {old.name!r} withholds, so it needs a reason.",
            hint="Add --reason WORDS; it is kept with your name and the time.",
        )
    write(store, KIND, About(""), by, **{"from": old.name, "to": new.name, "reason": said})
    return new


def history(store: Store) -> list[Mapping[str, Any]]:
    """The notes that set a case's area, oldest first: ``at``, ``by``, ``from``, ``to``, ``reason``."""
    return list(store.notes(KIND))
