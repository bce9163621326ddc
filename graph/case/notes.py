"""Notes that people add to a case: verdicts, answers, remarks, pins, and names they asked to see. Notes are only ever added.

A note is a JSON-able mapping with ``kind``, ``id``, ``at``, ``by`` and what it is about; a store keeps it as it is. What
holds now is read from what was written: nobody's words are overwritten, so nobody has to wait for anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from graph.stores.base import Store
from ingest.errors import UsageError

LONGEST = 4_000
"""Letters of a reason or a remark: more belongs in a document."""


@dataclass(frozen=True)
class About:
    """The subject of a note in one run: a group, a tie, an account or a post; the run itself where none is named.

    Attributes
    ----------
    run_id : str
    group_id, account, post : str, optional
    account_a, account_b : str, optional
        A tie, with its layer: ``trace`` and ``window_s``.
    members : sequence of str
        Accounts it was said of, so that a later run's groups can be held against it.
    """

    run_id: str
    group_id: str | None = None
    account: str | None = None
    account_a: str | None = None
    account_b: str | None = None
    trace: str | None = None
    window_s: float | None = None
    post: str | None = None
    members: Sequence[str] = field(default=(), compare=False)

    @classmethod
    def of(cls, note: Mapping[str, Any]) -> About:
        """The subject of a written note."""
        plain = {name: note.get(name) for name in cls.__dataclass_fields__ if name != "members"}
        return cls(**{**plain, "run_id": str(note.get("run_id")), "members": tuple(note.get("members") or ())})  # type: ignore[arg-type]

    def as_dict(self) -> dict[str, Any]:
        """Its known fields, for a note."""
        return {name: value for name, value in asdict(self).items() if value not in (None, (), [])} | (
            {"members": list(self.members)} if self.members else {}
        )


def write(store: Store, kind: str, about: About, by: str, **said: object) -> dict[str, Any]:
    """Add a note; gives it as it was kept.

    Raises
    ------
    UsageError
        If nobody signs it, or a text is too long to be read by others.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from graph.stores import open_case
    >>> case = open_case(mkdtemp() + "/case", create=True)
    >>> note = write(case, "note", About("0a1b", group_id="g1"), "Ann", text="Same order every time.")
    >>> [n["text"] for n in about(case.notes(), About("0a1b", group_id="g1"))]
    ['Same order every time.']
    """
    name = " ".join(by.split())
    if not name:
        raise UsageError("Nobody signed this.", hint="Give a name or initials that colleagues know.")
    for what, value in {"name": name, **said}.items():
        most = 80 if what == "name" else LONGEST
        if isinstance(value, str) and len(value) > most:
            raise UsageError(f"The {what} has {len(value):,} letters.", hint=f"Up to {most:,} are kept.")
    stamp = {"kind": kind, "id": uuid4().hex, "at": datetime.now(UTC).isoformat(timespec="seconds"), "by": name}
    note = {**stamp, **about.as_dict(), **said}
    store.add_note(note)
    return note


def about(notes: Iterable[Mapping[str, Any]], what: About) -> list[Mapping[str, Any]]:
    """The notes on one thing, oldest first."""
    return [note for note in notes if About.of(note) == what]


def newest(notes: Iterable[Mapping[str, Any]], name: str) -> dict[str, Mapping[str, Any]]:
    """Of the notes that carry a field, the last for each of its values: the answer that holds for each question.

    Examples
    --------
    >>> newest([{"item": "app", "answer": "no"}, {"item": "app", "answer": "yes"}], "item")["app"]["answer"]
    'yes'
    """
    return {str(note[name]): note for note in notes if note.get(name) is not None}


def pinned(notes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The pins nobody took out again, in the order they were pinned.

    Examples
    --------
    >>> pinned([{"kind": "pin", "id": "1"}, {"kind": "pin", "id": "2"}, {"kind": "unpin", "pin": "1"}])
    [{'kind': 'pin', 'id': '2'}]
    """
    kept: dict[str, Mapping[str, Any]] = {}
    for note in notes:
        if note.get("kind") == "pin":
            kept[str(note.get("id"))] = note
        elif note.get("kind") == "unpin":
            kept.pop(str(note.get("pin")), None)
    return list(kept.values())
