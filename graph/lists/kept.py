"""Lists that an analyst keeps in a case, as notes: entries are added and taken off, with who and when; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph.case.notes import About, write
from graph.lists.entries import DOMAINS, Entry, known_kind
from graph.stores.base import Store
from ingest.errors import UsageError, did_you_mean
from ingest.registry.lookalikes import Originals, originals

ADDED, REMOVED = "list", "list_removed"
"""Kinds of the notes."""
ORIGINALS, WATCH = "originals", "watch"
ROLES = {
    ORIGINALS: "sites that others may imitate: links to lookalikes of them are matched",
    WATCH: "domains to look out for: links to them are matched",
}
"""Uses of a list of domains. Other lists are ``watch``."""
DISTANCE = 31
"""Bits of 256 in which two PDQ hashes of one picture may differ (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ
Image-Hashing Algorithm", 2019)."""
_A_NOTE = 2_000  # entries of one note


@dataclass(frozen=True)
class OwnList:
    """A list as it holds now.

    Attributes
    ----------
    name, kind, role : str
        ``kind`` is one of ``KINDS``, ``role`` one of ``ROLES``.
    entries : tuple of Entry
        In the order they were added.
    by, at, source : str
        Who began it, when (ISO, UTC), and where its first entries are from.
    distance : int
        For PDQ hashes: bits in which one may differ.
    """

    name: str
    kind: str
    role: str
    entries: tuple[Entry, ...]
    by: str
    at: str
    source: str
    distance: int = DISTANCE


def add_to_list(
    store: Store,
    name: str,
    kind: str,
    entries: Iterable[Entry],
    by: str,
    *,
    source: str = "",
    role: str = WATCH,
    distance: int = DISTANCE,
) -> list[Entry]:
    """Add entries to a list of a case; a name that is not known yet begins a list.

    Parameters
    ----------
    store : Store
    name : str
    kind : {"domains", "keywords", "hashes"}
    entries : iterable of Entry
    by : str
        Who adds them.
    source : str
        Where they are from: a file's name, a body, a person.
    role : {"originals", "watch"}
    distance : int
        For PDQ hashes, 0 to 255; that of the first addition holds.

    Returns
    -------
    list of Entry
        Those that are new on the list.

    Raises
    ------
    UsageError
        If the list has no name, or is known with another kind or use. Nothing is added then.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> from graph.lists.entries import entries_of
    >>> case = toy_case()
    >>> len(add_to_list(case, "papers", "domains", entries_of("domains", ["fjordposten.example"]), "Ann", role="originals"))
    1
    >>> add_to_list(case, "papers", "domains", entries_of("domains", ["fjordposten.example"]), "Ben", role="originals")
    []
    """
    name = " ".join(name.split())
    _check(name, known_kind(kind), role, distance)
    known = next((one for one in own_lists(store) if one.name == name), None)
    if known and (known.kind, known.role) != (kind, role):
        raise UsageError(
            f"The list {name!r} holds {known.kind} ({known.role}), not {kind} ({role}).",
            hint="Give this one another name.",
        )
    new = [entry for entry in dict.fromkeys(entries) if known is None or entry not in known.entries]
    said = {"list_kind": kind, "role": role, "source": source, "distance": known.distance if known else distance}
    for start in range(0, len(new), _A_NOTE):
        part = [list(entry) for entry in new[start : start + _A_NOTE]]
        write(store, ADDED, About(""), by, name=name, entries=part, **said)
    return new


def _check(name: str, kind: str, role: str, distance: int) -> None:
    if not name or len(name) > 80:
        raise UsageError("A list needs a name of up to 80 letters.", hint='Such as --name "news sites".')
    if role == ORIGINALS and kind != DOMAINS:
        raise UsageError(f"Only domains can be originals, not {kind}.", hint="Leave out --originals.")
    if role not in ROLES or not 0 <= distance < 256:
        raise UsageError(f"{role!r} or the distance {distance} is unknown.", hint=f"{', '.join(ROLES)}; 0 to 255.")


def remove_from_list(store: Store, name: str, by: str, values: Sequence[str] = (), reason: str = "") -> list[Entry]:
    """Take entries off a list, or the whole list; the notes of both stay. Gives what was taken off.

    Parameters
    ----------
    values : sequence of str
        As they are compared; all where none is named.

    Raises
    ------
    UsageError
        If there is no such list or entry. Nothing is taken off then.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> from graph.lists.entries import entries_of
    >>> case = toy_case()
    >>> _ = add_to_list(case, "words", "keywords", entries_of("keywords", ["salt", "green salt"]), "Ann")
    >>> remove_from_list(case, "words", "Ann", ["salt"]), [entry.value for entry in own_lists(case)[0].entries]
    ([Entry(value='salt', method='keyword')], ['green salt'])
    """
    own = named(store, name)
    known = {entry.value: entry for entry in own.entries}
    if lacking := [value for value in values if value not in known]:
        raise UsageError(f"{lacking[0]!r} is not on the list {own.name!r}.", hint=did_you_mean(lacking[0], list(known)))
    write(store, REMOVED, About(""), by, name=own.name, values=list(values), reason=reason)
    return [known[value] for value in values] if values else list(own.entries)


def named(store: Store, name: str) -> OwnList:
    """Give a list of a case by its name. Raises UsageError where there is none."""
    lists = {one.name: one for one in own_lists(store)}
    if name not in lists:
        raise UsageError(f"This case has no list {name!r}.", hint=did_you_mean(name, list(lists)))
    return lists[name]


def own_lists(store: Store) -> list[OwnList]:
    """Give the lists of a case as they hold now, in the order they were begun; those without entries are left out."""
    lists: dict[str, OwnList] = {}
    for note in store.notes():
        if note["kind"] == ADDED:
            lists[note["name"]] = _with(lists.get(note["name"]), note)
        elif note["kind"] == REMOVED and note["name"] in lists:
            lists[note["name"]] = _without(lists[note["name"]], note["values"])
    return [one for one in lists.values() if one.entries]


def listed_originals(store: Store) -> Originals:
    """Give the domains that others may imitate: those of all platforms, and those of the case's lists of originals.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> sorted(listed_originals(toy_case()).listed)
    []
    """
    return originals(entry.value for one in own_lists(store) if one.role == ORIGINALS for entry in one.entries)


def _with(known: OwnList | None, note: Mapping[str, Any]) -> OwnList:
    new = tuple(Entry(value, method) for value, method in note["entries"])
    first = known or OwnList(
        note["name"], note["list_kind"], note["role"], (), note["by"], note["at"], note["source"], note["distance"]
    )
    return replace(first, entries=tuple(dict.fromkeys((*first.entries, *new))))


def _without(known: OwnList, values: Sequence[str]) -> OwnList:
    gone = set(values or (entry.value for entry in known.entries))
    return replace(known, entries=tuple(entry for entry in known.entries if entry.value not in gone))
