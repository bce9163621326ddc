"""People are protected: who is forgotten, what is purged, until when a source is kept, and what comes in under codes.

The stores take rows out (``graph.stores.erasure``); here it is settled whom a person means, and with which key the tombstones are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import polars as pl
import pyarrow as pa

from graph.privacy.codes import case_key
from graph.stores.base import Scan, Store, Tally
from graph.stores.erasure import own_posts
from ingest.errors import UsageError, did_you_mean
from ingest.privacy.keys import Key
from ingest.privacy.protection import CaseProtection

_CODE = re.compile(r"[Aa]-(\d{1,15})")
_BY_HANDLE = pl.col("platform") + ":@" + pl.coalesce("handle_key", pl.col("native_id").str.to_lowercase())


@dataclass(frozen=True)
class Person:
    """Whom somebody means.

    Attributes
    ----------
    uid : str
        The account.
    names : tuple of str
        Every uid it has in the case: by id, by handle, under other ids with the same handle.
    posts : tuple of str
        Its posts, as any source says.
    """

    uid: str
    names: tuple[str, ...]
    posts: tuple[str, ...]


def protection_of(store: Store, pseudonyms: bool = False) -> CaseProtection | None:
    """The protection a file goes through on its way into a case; None where none is needed.

    Raises
    ------
    KeyMissing
        The case has tombstones or pseudonyms, and its key is not on this machine.
    """
    tombstones = store.tombstones()
    if not tombstones and not pseudonyms:
        return None
    return CaseProtection(case_key(store), tombstones, pseudonyms)


def person(store: Store, who: str) -> Person:
    """The account a person means by a uid (``x:12``), a code (``A-104``) or a handle (``@nora``).

    Raises
    ------
    UsageError
        If the case knows nobody of that name, or several accounts.
    """
    accounts = _accounts(store)
    found = _meant(store, accounts, who.strip())
    if not found:
        known = [f"@{handle}" for handle in accounts["handle_key"].drop_nulls().to_list()]
        near = did_you_mean(who, known)
        raise UsageError(
            f"Nobody in this case is called {who!r}.",
            hint=near
            if near.startswith("Did")
            else "Write an id such as x:123, a code such as A-104, or a handle such as @nora.",
        )
    names = [names_of(accounts, uid) for uid in sorted(found)]
    if any(set(names[0]).isdisjoint(other) for other in names[1:]):
        raise UsageError(f"{len(names)} accounts are called {who!r}.", hint=f"Name one: {', '.join(sorted(found))}.")
    every = tuple(sorted(set().union(*names)))
    return Person(sorted(found, key=lambda uid: ("@" in uid, uid))[0], every, tuple(own_posts(store, every)))


def forgotten(store: Store, who: str) -> Person | None:
    """The account a person means where the case has forgotten it already; None where it has not.

    Only by a uid (``x:12``) or a handle (``@nora``): a code is taken back with its account.
    """
    graves = frozenset(store.tombstones())
    if not graves or _CODE.fullmatch(who.strip()):
        return None
    key = case_key(store)
    platforms = {str(one) for some in store.sources().column("platforms").to_pylist() for one in some or ()}
    names = tuple(sorted(uid for uid in _forms(who.strip(), sorted(platforms), None) if key.tombstone(uid) in graves))
    return Person(names[0], names, ()) if names else None


def names_of(accounts: pl.DataFrame, uid: str) -> list[str]:
    """All uids an account has: whoever has one of its handles is taken to be it.

    Examples
    --------
    >>> rows = {"account_uid": ["x:1", "x:2"], "platform": ["x", "x"], "handle_key": ["nora", "ole"], "native_id": ["1", "2"]}
    >>> names_of(pl.DataFrame(rows), "x:1")
    ['x:1', 'x:@nora']
    """
    named = accounts.with_columns(_BY_HANDLE.alias("by_handle")).filter(
        pl.col("handle_key").is_not_null() | ~_numeric()
    )
    handles = named.filter((pl.col("account_uid") == uid) | (pl.col("by_handle") == uid))["by_handle"]
    others = named.filter(pl.col("by_handle").is_in(handles.implode()))["account_uid"]
    return sorted({uid, *handles.to_list(), *others.to_list()})


def forget(store: Store, who: Person) -> Tally:
    """Take somebody out of a case for good: nothing that names them comes in again.

    Raises
    ------
    KeyMissing
        The case's key is not on this machine: no tombstone could be made that others can read.
    """
    key = case_key(store)
    graves = [*map(key.tombstone, who.names), *map(key.post_tombstone, who.posts)]
    return store.forget(who.names, graves)


def overdue(store: Store, now: datetime | None = None) -> list[dict[str, Any]]:
    """The sources that should have left the case by now."""
    moment = now or datetime.now(UTC)
    return [s for s in store.sources().to_pylist() if s["retain_until"] is not None and s["retain_until"] <= moment]


def apply_retention(store: Store, now: datetime | None = None) -> list[dict[str, Any]]:
    """Take out every source whose time is over; gives their records."""
    over = overdue(store, now)
    for source in over:
        store.remove(source["source_id"])
    return over


def moment(words: str) -> datetime:
    """A date as a person writes it, at its first moment; UTC where it names no zone.

    Raises
    ------
    UsageError
        If it is none.

    Examples
    --------
    >>> moment("2026-01-31").isoformat()
    '2026-01-31T00:00:00+00:00'
    """
    try:
        found = datetime.fromisoformat(words.strip())
    except ValueError:
        raise UsageError(f"{words!r} is no date.", hint="Write it as 2026-01-31.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _numeric() -> pl.Expr:
    return pl.col("native_id").fill_null("0").str.contains(r"^\d+$")


def _accounts(store: Store) -> pl.DataFrame:
    """Names of accounts as every source gives them: people rename themselves."""
    columns = ("account_uid", "platform", "handle_key", "native_id")
    parts = [pl.DataFrame(schema=dict.fromkeys(columns, pl.String))]
    for source in store.sources().column("source_id").to_pylist():
        for batch in store.scan("accounts", Scan(columns=columns, source_id=source)):
            parts.append(cast(pl.DataFrame, pl.from_arrow(pa.Table.from_batches([batch]))))
    return pl.concat(parts).unique(maintain_order=True)


def _meant(store: Store, accounts: pl.DataFrame, who: str) -> set[str]:
    code = _CODE.fullmatch(who)
    if code:
        return {row["account_uid"] for row in store.codes().to_pylist() if row["code"] == int(code[1])}
    fingerprint = store.info()["key_fingerprint"]
    key = Key.load(fingerprint, store.name) if fingerprint and _coded(accounts) else None
    platforms = sorted(set(accounts["platform"].drop_nulls().to_list()))
    forms = set(_forms(who, platforms, key))
    handles = accounts.select("account_uid", _BY_HANDLE.alias("by_handle"))
    found = handles.filter(pl.col("account_uid").is_in(list(forms)) | pl.col("by_handle").is_in(list(forms)))
    return set(found["account_uid"].to_list()) or _mentioned(store, forms)


def _coded(accounts: pl.DataFrame) -> bool:
    return bool(accounts["native_id"].drop_nulls().str.contains(r"^p_[a-z2-7]{26}$").any())


def _forms(who: str, platforms: Iterable[str], key: Key | None) -> Iterable[str]:
    """The uids a name may stand for; also as a case with pseudonyms holds them."""
    plain = [who] if ":" in who else [f"{platform}:@{who.lstrip('@').casefold()}" for platform in platforms]
    yield from plain
    yield from (key.account_uid(uid) for uid in plain if key is not None)


def _mentioned(store: Store, forms: set[str]) -> set[str]:
    """Those of the uids that only others name, or that post without a row of their own."""
    found: set[str] = set()
    for table, columns in (
        ("links", ("target_key", "target_account_uid", "account_uid")),
        ("posts", ("account_uid", "channel_uid")),
    ):
        for batch in store.scan(table, Scan(columns=columns)):
            for column in batch.columns:
                found |= forms.intersection(column.unique().to_pylist())
    return found
