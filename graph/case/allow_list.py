"""Objects that a case's analysts set aside before looking, and sources they know, each with a reason, a name and a date.

Home pages, share buttons, wire stories and quiz texts bring strangers together; whoever knows such an object says so once, and
every later run leaves it out, by name and counted. A known source is left in: groups that met on nothing else are set aside
as syndicated. The list is only ever added to; the last word about an object counts, and a run's id depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints
from graph.privacy.sanitize import defang
from graph.schema import Allowed, Match, SetAside, Use
from graph.stores.base import Store
from graph.traces import TRACES
from ingest.errors import UsageError, did_you_mean
from ingest.normalize import text, urls

KIND = "allow"
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[\w-]+\.)+[a-z][\w-]+(?:[/?#].*)?", re.IGNORECASE)


def meant(words: str) -> tuple[Match, str]:
    """The object or site a person means by their words.

    A host alone is a site with every link on it; an address, one link; ``#tags``, a set of hashtags; a sentence, a text. Anything
    else is a key as exports write it.

    Examples
    --------
    >>> meant("larkspur.example"), meant("https://www.larkspur.example/a?utm_source=x"), meant("larkspur[.]example/a")
    (('site', 'larkspur.example'), ('object', 'larkspur.example/a'), ('object', 'larkspur.example/a'))
    >>> meant("#Vote #early"), meant("x:123")
    (('object', 'early vote'), ('object', 'x:123'))
    """
    said = " ".join(words.replace("[.]", ".").replace("hxxp", "http").split())
    if not said:
        raise UsageError("Which object?", hint="Name an address, a site, hashtags, a text, or an object's key.")
    if said.startswith("#"):
        tags = {tag for word in said.split(" ") if (tag := text.hashtag_key(word))}
        return "object", " ".join(sorted(tags))
    if " " not in said and _HOST.fullmatch(said):
        address = said if "://" in said else f"https://{said}"
        key, site = urls.key(address), urls.domain(address)
        if key and site and key == site:
            return "site", site
        if key:
            return "object", key
    return "object", text.key(said) or said if " " in said else said


def allow(store: Store, words: str, reason: str, by: str, use: Use = "aside") -> Allowed:
    """Put an object, a site or a known source on the list.

    Parameters
    ----------
    words : str
        See ``meant``.
    reason, by : str
        Why, and who says so; neither may be empty.
    use : {"aside", "source"}

    Raises
    ------
    UsageError
        Without a reason or a name.

    Examples
    --------
    >>> import tempfile
    >>> from graph.stores import open_case
    >>> case = open_case(tempfile.mkdtemp(), create=True)
    >>> allow(case, "larkspur.example", "the newsroom's own site", "Kim").match, len(allow_list(case))
    ('site', 1)
    >>> take_back(case, "larkspur.example", "they share others' links too", "Kim"), allow_list(case)
    (None, [])
    """
    match, key = meant(words)
    if not reason.strip() or not by.strip():
        raise UsageError("The list keeps a reason and a name.", hint='Add --reason "share button of a news site".')
    entry = Allowed(key, match, use, reason.strip(), by.strip(), datetime.now(UTC).isoformat(timespec="seconds"))
    store.add_note({"kind": KIND, **asdict(entry), "taken_back": False})
    return entry


def take_back(store: Store, words: str, reason: str, by: str) -> None:
    """Take an entry off the list; that it was there stays written.

    Raises
    ------
    UsageError
        If it is not on the list.
    """
    match, key = meant(words)
    there = [entry for entry in allow_list(store) if (entry.match, entry.object) == (match, key)]
    if not there:
        known = [entry.object for entry in allow_list(store)]
        raise UsageError(f"{defang(key)} is not on the list.", hint=did_you_mean(key, known) if known else None)
    entry = replace(there[0], reason=reason.strip(), by=by.strip(), at=datetime.now(UTC).isoformat(timespec="seconds"))
    store.add_note({"kind": KIND, **asdict(entry), "taken_back": True})


def allow_list(store: Store) -> list[Allowed]:
    """Entries on the list now, in the order they were last written."""
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for note in store.notes(KIND):
        if note.get("object"):  # the name of one who was forgotten is gone
            key = (str(note["match"]), str(note["object"]))
            last.pop(key, None)
            last[key] = note
    fields = Allowed.__dataclass_fields__
    return [Allowed(**{k: note[k] for k in fields}) for note in last.values() if not note.get("taken_back")]


def without(actions: Actions, trace: str, entries: Sequence[Allowed]) -> tuple[Actions, SetAside]:
    """The actions of a trace without what the list sets aside, and what that was.

    Examples
    --------
    >>> from graph.toy_data import three_friends
    >>> home = Allowed("a.example/0", "object", "aside", "home page", "Kim", "2026-03-02")
    >>> left, aside = without(Actions.from_table(three_friends()), "link", [home])
    >>> len(left), aside.objects
    (6, 1)
    """
    gone, aside = left_out(actions.objects, trace, entries)
    return actions.without_objects(gone) if len(gone) else actions, aside


def left_out(objects: pa.Array, trace: str, entries: Sequence[Allowed]) -> tuple[Ints, SetAside]:
    """Positions of the objects of a trace that the list sets aside, and what that was."""
    wanted = [entry for entry in entries if entry.use == "aside"]
    held = sites(trace, objects.to_pylist()) if any(entry.match == "site" for entry in wanted) else []
    of_site = pa.array(held, pa.string())
    hits = [(entry, _positions(entry, objects if entry.match == "object" else of_site)) for entry in wanted]
    hits = [(entry, found) for entry, found in hits if len(found)]
    gone = np.unique(np.concatenate([np.zeros(0, np.int64), *(found for _, found in hits)]))
    return gone, SetAside(tuple(entry for entry, _ in hits), len(gone))


def sites(trace: str, objects: Iterable[str]) -> list[str | None]:
    """The registrable domain of each object; None where a trace's objects are no addresses."""
    if TRACES[trace].words.shows != "address":
        return [None for _ in objects]
    return urls.domains([f"https://{key}" for key in objects])


def _positions(entry: Allowed, keys: pa.Array) -> Ints:
    return np.flatnonzero(pc.fill_null(pc.equal(keys, entry.object), False).to_numpy(zero_copy_only=False))


def in_words(entry: Allowed) -> str:
    """An entry as people name it, defanged.

    Examples
    --------
    >>> in_words(Allowed("a.example", "site", "aside", "home page", "Kim", "2026-03-02"))
    'the site a[.]example'
    """
    return f"the site {defang(entry.object)}" if entry.match == "site" else defang(entry.object)


def sentence(aside: Mapping[str, SetAside]) -> str | None:
    """A sentence for a run that left something out; None where nothing was.

    Examples
    --------
    >>> home = Allowed("a.example", "site", "aside", "home page", "Kim", "2026-03-02T10:00:00+00:00")
    >>> sentence({"link": SetAside((home,), 3), "text": SetAside()})
    "By this case's list, 3 objects were excluded before the search: the site a[.]example (home page; Kim, 2026-03-02)."
    """
    number = sum(part.objects for part in aside.values())
    if not number:
        return None
    entries = dict.fromkeys(entry for part in aside.values() for entry in part.entries)
    said = "; ".join(f"{in_words(entry)} ({entry.reason}; {entry.by}, {entry.at[:10]})" for entry in entries)
    objects = "1 object was" if number == 1 else f"{number:,} objects were"
    return f"By this case's list, {objects} excluded before the search: {said}."
