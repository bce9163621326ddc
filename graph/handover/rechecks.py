"""Rechecks of posts, by hand or from a CSV: still online on a day, or not. Nothing is ever fetched here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from graph.case.notes import About, write
from graph.handover.items import case_of, post_code, posts_as_items
from graph.handover.ledger import Entry, Reported, day_of, entries
from graph.privacy.codes import case_key
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from ingest.errors import InputError, UsageError, did_you_mean
from ingest.normalize import urls

KIND = "recheck"
STATES = ("online", "offline", "restricted", "unknown")
"""``restricted``: there, but not for everybody; counted as online. ``unknown``: looked, and could not tell; counted as nothing."""
COLUMNS = {
    "item": ("item", "address", "url", "code", "post"),
    "state": ("state", "status"),
    "day": ("date", "day", "on", "checked"),
    "by": ("by", "checked_by"),
}
"""Headings under which a column is found, the first being the one we print."""


@dataclass(frozen=True)
class Seen:
    """One post on one day.

    Attributes
    ----------
    code : str
        The post's code.
    day : date
    state : str
        One of ``STATES``.
    by : str
    reported : bool
        False for a post that was never reported and is watched for comparison.
    account : str or None
        Whose post it is, for comparison; None for a reported one, which the ledger knows.
    """

    code: str
    day: date
    state: str
    by: str
    reported: bool = True
    account: str | None = None


@dataclass(frozen=True)
class Taken:
    """Outcome of an import: rows taken, rows known before, and what is wrong with each of the others."""

    taken: int
    known: int
    wrong: list[InputError] = field(default_factory=list)


def import_rechecks(
    store: Store, path: Path | str | None, by: str, *, text: str | None = None, name: str = "", reported: bool = True
) -> Taken:
    """Take rechecks from a CSV; rows that cannot be taken are listed, the others are kept.

    Parameters
    ----------
    store : Store
    path : path
        A CSV in UTF-8; not read where ``text`` is given.
    by : str
        Who checked, where a row does not say.
    text, name : str, optional
        Content and name of a file that came in another way.
    reported : bool
        False where the rows are about posts that were not reported, by the same accounts: they are kept for comparison.

    Raises
    ------
    InputError
        If it is no CSV, or a column is missing.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> said = import_rechecks(toy_case(), None, "Ann", text="item,state,date\\nP-aaaaaaaa,gone,2026-09-12", name="r.csv")
    >>> said.taken, str(said.wrong[0])
    (0, "r.csv, row 2, column item: This post was never sent. Found 'P-aaaaaaaa'. Accepted: a post of the ledger, which is empty.")
    """
    name = name or Path(path or "").name
    rows, columns = _rows(text if text is not None else _read(path, name), name)
    there = {(seen.code, seen.day, seen.state, seen.by, seen.reported) for seen in rechecks(store)}
    known_items = _by_word(store, entries(store), reported)
    new, known, wrong = list[dict[str, Any]](), 0, list[InputError]()
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row.values()):
            continue
        try:
            seen = _seen(row, columns, known_items, by, reported, name, number)
        except InputError as error:
            wrong.append(error)
            continue
        key = (seen.code, seen.day, seen.state, seen.by, seen.reported)
        if key in there:
            known += 1
            continue
        there.add(key)
        new.append(_written(seen))
    if new:
        write(case_of(store), KIND, About(""), by, file=name, rows=new)
    return Taken(len(new), known, wrong)


def recheck(store: Store, code: str, state: str, day: date, by: str) -> Seen:
    """Write down one recheck made by hand.

    Raises
    ------
    UsageError
        If the state is none of ``STATES``, or the post was never sent.
    """
    if state not in STATES:
        raise UsageError(f"{state!r} is no state.", hint=did_you_mean(state, STATES))
    if code not in {item.code for entry in entries(store) for item in entry.items}:
        raise UsageError(f"{code} was never sent.", hint="The ledger lists what was.")
    seen = Seen(code, day, state, by)
    write(case_of(store), KIND, About(""), by, file="", rows=[_written(seen)])
    return seen


def rechecks(store: Store) -> list[Seen]:
    """Every recheck, in the order they were written."""
    return [
        Seen(
            row["code"], date.fromisoformat(row["day"]), row["state"], row["by"] or "", row["reported"], row["account"]
        )
        for note in case_of(store).notes(KIND)
        for row in note["rows"]
    ]


def _written(seen: Seen) -> dict[str, Any]:
    return {**vars(seen), "day": seen.day.isoformat()}


def _read(path: Path | str | None, name: str) -> str:
    try:
        return Path(str(path)).expanduser().read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"It cannot be read as a CSV in UTF-8: {error}", file=name) from error


def _rows(text: str, name: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Rows of a CSV with comma, semicolon or tab, and which column is which."""
    head = text.lstrip("\ufeff").partition("\n")[0]
    mark = max(",;\t", key=head.count)
    try:
        read = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=mark, restval="", restkey="more")
        rows = [{str(k): v if isinstance(v, str) else "" for k, v in row.items()} for row in read]
        heads = {str(h).strip().casefold(): str(h) for h in read.fieldnames or ()}
    except csv.Error as error:
        raise InputError(f"It cannot be read as a CSV: {error}", file=name) from error
    found = {ours: next((heads[h] for h in names if h in heads), "") for ours, names in COLUMNS.items()}
    lacking = [COLUMNS[ours][0] for ours in ("item", "state", "day") if not found[ours]]
    if lacking:
        raise InputError(
            f"There is no column {', '.join(lacking)}." if rows or heads else "It has no rows.",
            file=name,
            accepted="the columns item (a code or an address), state, date and, if you like, by",
        )
    return rows, found


def _seen(
    row: Mapping[str, str],
    columns: Mapping[str, str],
    known: Mapping[str, Reported],
    by: str,
    reported: bool,
    name: str,
    number: int,
) -> Seen:
    said = {ours: (row.get(head) or "").strip() for ours, head in columns.items()}
    item = known.get(said["item"]) or known.get(_key(said["item"]))

    def wrong(ours: str, message: str, accepted: str) -> InputError:
        return InputError(message, file=name, row=number, column=columns[ours], found=said[ours], accepted=accepted)

    if item is None:
        raise wrong("item", *_not_there(bool(known), reported))
    state = said["state"].casefold()
    if state not in STATES:
        raise wrong("state", "This is no state.", ", ".join(STATES))
    try:
        day = day_of(said["day"])
    except UsageError as error:
        raise wrong("day", error.message, "a day that is past, such as 2026-09-12") from None
    return Seen(item.code, day, state, said["by"] or by, reported, None if reported else item.account)


def _not_there(any_known: bool, reported: bool) -> tuple[str, str]:
    if not reported:
        return (
            "This is no unreported post of an account in the ledger.",
            "a post of this case, by an account whose posts were reported, that was not reported itself",
        )
    empty = "" if any_known else ", which is empty"
    return "This post was never sent.", f"a post of the ledger{empty}" if empty else (
        "a code or address of the ledger; for posts that were not reported, import them as such"
    )


def _by_word(store: Store, lines: Sequence[Entry], reported: bool) -> dict[str, Reported]:
    """Posts by everything a row may call them: code, address, and the address as a key."""
    items = [item for entry in lines for item in entry.items]
    if not reported:
        items = _unreported(store, items)
    found: dict[str, Reported] = {}
    for item in items:
        for word in (item.code, item.address, _key(item.address)):
            if word:
                found.setdefault(word, item)
    return found


def _key(address: str | None) -> str:
    """An address without what differs between two copies of it; empty for what is none."""
    return (urls.key(address) or "") if address and "." in address else ""


def _unreported(store: Store, items: Iterable[Reported]) -> list[Reported]:
    """Other posts of the case by the accounts of these."""
    accounts, sent = {i.account for i in items if i.account}, {i.code for i in items}
    if not accounts:
        return []
    key = case_key(case_of(store))
    what = Scan(columns=("post_uid",), narrow=Narrow(accounts=tuple(sorted(accounts))))
    uids = [uid for batch in case_of(store).scan("posts", what) for uid in batch.column("post_uid").to_pylist()]
    others = posts_as_items(store, [uid for uid in uids if post_code(key, uid) not in sent], {})
    return [Reported(i.code, i.platform, i.post, i.account, i.address) for i in others]
