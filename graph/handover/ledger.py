"""The ledger: what was sent to whom and when, receipts and decisions. Lines are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from graph.case.notes import About, write
from graph.handover.drafts import Draft
from graph.handover.items import Item, case_of
from graph.stores.base import Store
from ingest.errors import UsageError

SENT, RECEIPT, DECISION = "report_sent", "report_receipt", "report_decision"
LATE_DAYS = 7
"""Days without a receipt after which the page says so. The law says "without undue delay" (art. 16(4)), and no number."""


@dataclass(frozen=True)
class Reported:
    """One post of a line of the ledger.

    Attributes
    ----------
    code, platform : str
    post, account : str or None
        Uids; None once the account asked to be forgotten.
    address : str or None
        As it was sent.
    """

    code: str
    platform: str
    post: str | None
    account: str | None
    address: str | None


@dataclass(frozen=True)
class Entry:
    """One line of the ledger.

    Attributes
    ----------
    number : int
        n of ``L-n``.
    draft : int
        n of the draft that was sent.
    run_id, group_id, to, document : str
    day : date
        On which it was sent.
    items : tuple of Reported
    by : str
    receipt : date, optional
        Day of the receipt (DSA art. 16(4)).
    decisions : tuple of (date, str)
        Days and words of the decisions (art. 16(5)).
    """

    number: int
    draft: int
    run_id: str
    group_id: str
    to: str
    document: str
    day: date
    items: tuple[Reported, ...]
    by: str
    receipt: date | None = None
    decisions: tuple[tuple[date, str], ...] = field(default=())

    @property
    def code(self) -> str:
        """``L-2``."""
        return f"L-{self.number}"

    def waiting(self, on: date) -> int | None:
        """Days without a receipt on a day; None where there is one, where none is owed, or while it is early."""
        days = (on - self.day).days
        return days if self.document == "notice" and self.receipt is None and days >= LATE_DAYS else None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: codes in place of uids, and no address."""
        return {
            "line": self.code,
            "draft": f"D-{self.draft}",
            "to": self.to,
            "document": self.document,
            "sent": self.day.isoformat(),
            "posts": [item.code for item in self.items],
            "receipt": self.receipt.isoformat() if self.receipt else None,
            "decisions": [{"day": day.isoformat(), "words": words} for day, words in self.decisions],
            "by": self.by,
        }


def day_of(text: str, *, what: str = "day") -> date:
    """A day that is past or today, written as ``2026-09-04``.

    Raises
    ------
    UsageError
        For anything else.

    Examples
    --------
    >>> day_of("2026-09-04")
    datetime.date(2026, 9, 4)
    """
    try:
        found = date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"{text!r} is no {what}.", hint="Write year, month and day: 2026-09-04.") from error
    if found > datetime.now(UTC).date():
        raise UsageError(f"{text} is still to come.", hint="The ledger holds what has happened.")
    return found


def sent(store: Store, draft: Draft, items: Sequence[Item], day: date, by: str) -> Entry:
    """Write down that a draft was sent.

    Parameters
    ----------
    store : Store
    draft : Draft
        Saved before.
    items : sequence of Item
        The posts it named; those without an address were not reported and are left out.
    day : date
    by : str

    Raises
    ------
    UsageError
        If it was never saved, has no document, or is in the ledger already.
    """
    if not draft.number or draft.document is None:
        raise UsageError("Only a saved draft with a document can be sent.", hint="Save it first.")
    known = entries(store)
    before = next((entry for entry in known if entry.draft == draft.number), None)
    if before is not None:
        raise UsageError(
            f"{draft.code} is in the ledger as {before.code}, sent on {before.day}.",
            hint="Begin a new draft to send more.",
        )
    posts = [] if draft.document.name == "complaint" else items
    named = [vars(_reported(item)) for item in posts if item.address]
    write(
        case_of(store), SENT, About(draft.run_id, group_id=draft.group_id), by,
        line=len(known) + 1, draft=draft.number, to=draft.to, document=draft.document.name, day=day.isoformat(), items=named,
    )  # fmt: skip
    return entries(store)[-1]


def _reported(item: Item) -> Reported:
    return Reported(item.code, item.platform, item.post, item.account, item.address)


def receipt(store: Store, line: int, day: date, by: str) -> Entry:
    """Write down that a receipt came. Raises UsageError for a line that is not there or was sent later."""
    _follows(store, RECEIPT, line, day, by, "")
    return entry_of(store, line)


def decision(store: Store, line: int, day: date, words: str, by: str) -> Entry:
    """Write down a decision in words. Raises UsageError without words, or for a line that is not there or was sent later."""
    if not words.strip():
        raise UsageError("The decision has no words.", hint='Such as "15 removed, 9 kept".')
    _follows(store, DECISION, line, day, by, words.strip())
    return entry_of(store, line)


def _follows(store: Store, kind: str, line: int, day: date, by: str, words: str) -> None:
    entry = entry_of(store, line)
    if day < entry.day:
        raise UsageError(f"{entry.code} was sent on {entry.day}, after {day}.", hint="Check the year.")
    write(store, kind, About(entry.run_id, group_id=entry.group_id), by, line=line, day=day.isoformat(), words=words)


def entries(store: Store) -> list[Entry]:
    """All lines, in the order they were written, with what came back.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> entries(toy_case())
    []
    """
    receipts = {note["line"]: date.fromisoformat(note["day"]) for note in case_of(store).notes(RECEIPT)}
    decided: dict[int, list[tuple[date, str]]] = {}
    for note in case_of(store).notes(DECISION):
        decided.setdefault(note["line"], []).append((date.fromisoformat(note["day"]), str(note["words"])))
    return [
        _entry(number, note, receipts.get(number), tuple(decided.get(number, ())))
        for number, note in enumerate(case_of(store).notes(SENT), 1)
    ]


def _entry(number: int, note: dict[str, Any], came: date | None, decided: tuple[tuple[date, str], ...]) -> Entry:
    items = tuple(Reported(**item) for item in note["items"])
    where = (str(note["run_id"]), str(note["group_id"]), str(note["to"]), str(note["document"]))
    return Entry(
        number, int(note["draft"]), *where, date.fromisoformat(note["day"]), items, str(note["by"]), came, decided
    )


def entry_of(store: Store, line: int) -> Entry:
    """A line by its number.

    Raises
    ------
    UsageError
        If there is none.
    """
    known = entries(store)
    if not 0 < line <= len(known):
        hint = f"There are {', '.join(entry.code for entry in known)}." if known else "Nothing was sent yet."
        raise UsageError(f"The ledger has no line L-{line}.", hint=hint)
    return known[line - 1]


def line_of(word: str) -> int:
    """The number of a line or a draft from what a person writes.

    Raises
    ------
    UsageError
        If it is no number.

    Examples
    --------
    >>> line_of("L-2"), line_of("d-5"), line_of("3")
    (2, 5, 3)
    """
    plain = word.strip().upper().removeprefix("L-").removeprefix("D-")
    if not (plain.isascii() and plain.isdigit()):
        raise UsageError(f"{word!r} is no line of the ledger.", hint="Write L-2.")
    return int(plain)
