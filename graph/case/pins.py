"""The basket of a briefing: pins of a run, in the order and with the captions people gave.

Read from notes, which are only ever added: the newest order and the newest caption hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.case import notes
from graph.case.notes import About
from graph.stores.base import Store


@dataclass(frozen=True)
class Pinned:
    """One thing in the basket.

    Attributes
    ----------
    id : str
        Of the note that pinned it.
    what : mapping
        What was pinned, see ``dashboards.components.pins``.
    caption, alt : str or None
        As somebody wrote them; None where nobody did.
    view : mapping
        Days and strength that were chosen when it was pinned.
    """

    id: str
    what: Mapping[str, Any] = field(default_factory=dict)
    caption: str | None = None
    alt: str | None = None
    view: Mapping[str, str] = field(default_factory=dict)


def basket(said: Iterable[Mapping[str, Any]], run_id: str) -> list[Pinned]:
    """Pins of a run in order; those made since the last ordering come last.

    Examples
    --------
    >>> pins = [{"kind": "pin", "id": k, "run_id": "r", "pin": {"what": "groups"}} for k in "abc"]
    >>> order = {"kind": "arrange", "run_id": "r", "order": ["b", "a"]}
    >>> [p.id for p in basket([*pins, order], "r")]
    ['b', 'a', 'c']
    """
    said = list(said)
    own = [note for note in notes.pinned(said) if note.get("run_id") == run_id]
    orders = [note["order"] for note in said if note.get("kind") == "arrange" and note.get("run_id") == run_id]
    place = {pin: k for k, pin in enumerate(orders[-1])} if orders else {}
    told = notes.newest((note for note in said if note.get("kind") == "caption"), "pin")
    own.sort(key=lambda note: place.get(note["id"], len(place)))
    return [_pinned(note, told.get(str(note["id"]), {})) for note in own]


def _pinned(note: Mapping[str, Any], told: Mapping[str, Any]) -> Pinned:
    what, view = note.get("pin") or {}, note.get("view") or {}
    return Pinned(str(note["id"]), what, told.get("caption"), told.get("alt"), view)


def moved(order: Sequence[str], pin: str, by: int) -> list[str]:
    """The order with one thing moved up or down.

    Examples
    --------
    >>> moved(["a", "b", "c"], "b", -1), moved(["a", "b"], "b", 1)
    (['b', 'a', 'c'], ['a', 'b'])
    """
    rest = [one for one in order if one != pin]
    at = min(max(list(order).index(pin) + by, 0), len(rest))
    return [*rest[:at], pin, *rest[at:]]


def arrange(store: Store, run_id: str, order: Sequence[str], by: str) -> None:
    """Keep an order."""
    notes.write(store, "arrange", About(run_id), by, order=list(order))


def describe(store: Store, run_id: str, pin: str, caption: str, alt: str, by: str) -> None:
    """Keep a caption and a description for people who cannot see the figure. Raises UsageError if they are too long."""
    notes.write(store, "caption", About(run_id), by, pin=pin, caption=caption, alt=alt)


def take_out(store: Store, run_id: str, pin: str, by: str) -> None:
    """Take something out of the basket; its notes stay."""
    notes.write(store, "unpin", About(run_id), by, pin=pin)
