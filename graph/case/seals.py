"""Sealing an item of a case: hidden everywhere at once, kept under a code, undone only with a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from graph.case.allow_list import meant
from graph.case.notes import About, write
from graph.privacy.codes import case_key
from graph.privacy.seals import KIND, SITE, Sealed, sealed_by
from graph.stores.base import Scan, Store
from ingest.errors import UsageError, did_you_mean


@dataclass(frozen=True)
class Item:
    """An item of a case as a seal keeps it.

    Attributes
    ----------
    what : str
        ``post``, ``account``, ``object`` or ``group``.
    value : str
        Its uid, id or key in the case.
    trace : str
        Of an object; empty for any.
    platform, at : str or None
        Where and when it was, as far as the case knows.
    code : str
        What people call it: ``A-104``, ``G-2``, or the beginning of its keyed hash.
    """

    what: str
    value: str
    trace: str = ""
    platform: str | None = None
    at: str | None = None
    code: str = ""


def item(store: Store, words: str) -> Item:
    """The item a person means.

    Parameters
    ----------
    store : Store
        The case itself, not its gate.
    words : str
        ``A-104``, a post's id such as ``x:123``, ``group 2`` or a group's id, or an object: a link, a site, ``#tag``.

    Raises
    ------
    UsageError
        If the case has nothing of this name.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> found = item(toy_case(), "A-41")
    >>> found.what, found.value
    ('account', 'unknown:41')
    """
    said = " ".join(words.split())
    if not said:
        raise UsageError("Which item?", hint="Name a code such as A-104, a post, a group such as G-2, or a link.")
    found = _account(store, said) or _group(store, said) or _post(store, said) or _object(store, said)
    if found is None:
        hint = did_you_mean(said, [f"A-{row['code']}" for row in store.codes().to_pylist()])
        raise UsageError(f"This case has no item {said!r}.", hint=hint)
    return found


def seal(store: Store, words: str, reason: str, by: str, *, undo: bool = False) -> dict[str, Any]:
    """Seal an item, or undo its seal; gives the note that says so.

    Parameters
    ----------
    store : Store
    words : str
        See ``item``; to undo, also the code or the keyed hash that ``seals`` lists.
    reason, by : str
        Why, and who; neither may be empty.
    undo : bool

    Raises
    ------
    UsageError
        Without a reason or a name, if there is no such item, or it is sealed already (to undo: if it is not).

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> seal(case, "A-41", "May be a child's own account.", "Ann")["what"], len(seals(case))
    ('account', 1)
    >>> seal(case, "A-41", "Checked with the hotline.", "Ann", undo=True)["undo"], len(seals(case))
    (True, 0)
    """
    if not reason.strip():
        raise UsageError(
            "A seal needs a reason." if not undo else "Undoing a seal needs a reason.", hint="--reason WORDS"
        )
    case = getattr(store, "inner", store)
    held = sealed_by(case.notes(KIND))
    one = _sealed_item(case, words) if undo else item(case, words)
    is_sealed = _is_sealed(held, one)
    if is_sealed != undo:
        raise UsageError(
            "This is sealed already." if is_sealed else "This is not sealed.", hint="lockstep seal lists all."
        )
    about = About(
        "",
        account=one.value if one.what == "account" else None,
        post=one.value if one.what == "post" else None,
        group_id=one.value if one.what == "group" else None,
    )
    key = case_key(case)
    kept: dict[str, Any] = {
        "what": one.what,
        "hash": key.code("object", f"sealed\x1f{one.what}\x1f{one.value}"),
        "code": one.code,
    }
    kept |= {"platform": one.platform, "time": one.at, "trace": one.trace, "reason": " ".join(reason.split())}
    more = {"object": one.value} if one.what == "object" else {}
    return write(store, KIND, about, by, **kept, **more, undo=undo)


def seals(store: Store) -> list[Mapping[str, Any]]:
    """The seals that hold, oldest first: ``what``, ``hash``, ``code``, ``platform``, ``time``, ``reason``, ``by``, ``at``."""
    last: dict[str, Mapping[str, Any]] = {}
    for note in store.notes(KIND):
        last.pop(str(note.get("hash")), None)
        if not note.get("undo"):
            last[str(note.get("hash"))] = note
    return list(last.values())


def _is_sealed(held: Sealed, one: Item) -> bool:
    where = {"post": held.posts, "account": held.accounts, "group": held.groups, "object": held.keys}
    return one.value in where[one.what]


def _sealed_item(store: Store, words: str) -> Item:
    """An item by what its seal gives of it, else as ``item`` finds it."""
    said = words.strip()
    for note in reversed(store.notes(KIND)):
        code, digest = str(note.get("code") or ""), str(note.get("hash"))
        if said.casefold() == code.casefold() or (len(said) >= 8 and digest.startswith(said)):
            what = str(note["what"])
            value = note.get({"group": "group_id"}.get(what, what))
            if value:
                return Item(
                    what, str(value), str(note.get("trace") or ""), note.get("platform"), note.get("time"), code
                )
    return item(store, said)


def _account(store: Store, said: str) -> Item | None:
    code = re.fullmatch(r"[Aa]-(\d{1,15})", said)
    uids = [row["account_uid"] for row in store.codes().to_pylist() if code and row["code"] == int(code[1])]
    wanted = uids or ([said] if ":" in said and " " not in said and not said.startswith("http") else [])
    if not wanted:
        return None
    columns = ("account_uid", "platform", "first_seen", "code")
    for batch in store.scan("accounts", Scan(columns=columns, uids=wanted)):
        for row in batch.to_pylist():
            return Item("account", row["account_uid"], "", row["platform"], _iso(row["first_seen"]), f"A-{row['code']}")
    return None


def _group(store: Store, said: str) -> Item | None:
    rank = re.fullmatch(r"(?:group\s?|g-?)(\d{1,6})", said, re.IGNORECASE)
    for run in reversed(store.runs()):
        rows = store.run_table(str(run["run_id"]), "groups").to_pylist()
        for row in rows:
            if row["group_id"] == said or (rank and row["rank"] == int(rank[1])):
                return Item("group", row["group_id"], "", None, _iso(row["first_at"]), f"G-{row['rank']}")
        if rank:  # a rank means the newest run
            break
    return None


def _post(store: Store, said: str) -> Item | None:
    if " " in said or ":" not in said:
        return None
    columns = ("post_uid", "platform", "created_at")
    for batch in store.scan("posts", Scan(columns=columns, uids=[said])):
        for row in batch.to_pylist():
            code = case_key(store).post(said)[:15]
            return Item("post", said, "", row["platform"], _iso(row["created_at"]), code)
    return None


def _object(store: Store, said: str) -> Item | None:
    match, key = meant(said)
    found: list[pl.DataFrame] = []
    for batch in store.scan("links", Scan(columns=("target_key", "at"))):
        rows = pl.DataFrame(pl.from_arrow(batch))
        found.append(rows.filter(pl.col("target_key") == key))
    rows = pl.concat(found) if found else pl.DataFrame(schema={"at": pl.Datetime("us", "UTC")})
    if not len(rows):
        return None
    code = case_key(store).code("object", key)[:14]
    return Item("object", key, SITE if match == "site" else "", None, _iso(rows["at"].min()), code)


def _iso(value: object) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else None
