"""Codes of accounts that no source names any more: they stand beside a keyed hash, so that an account that comes back has its code.

The platform's id leaves the case with the last source that holds it. What is kept cannot be undone without the case's key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from ingest.errors import KeyMissing
from ingest.privacy.keys import PREFIXES, Key

_MARK = PREFIXES["account that left"]


class Keyed(Protocol):
    """A case, as far as its key is concerned."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    def info(self) -> dict[str, Any]:
        """Its ``key_fingerprint``, among others."""
        ...

    def set_key_fingerprint(self, fingerprint: str) -> None:
        """Remember which key it uses."""
        ...


def case_key(store: Keyed) -> Key:
    """The key of a case; a case without one gets a new one and remembers its fingerprint.

    Raises
    ------
    KeyMissing
        If the case's key is not on this machine.
    """
    fingerprint = store.info().get("key_fingerprint")
    key = Key.load_or_create(store.name, fingerprint)
    if fingerprint is None:
        store.set_key_fingerprint(key.fingerprint)
        # Somebody else may have been first; what the case remembers holds.
        remembered = store.info().get("key_fingerprint")
        if remembered != key.fingerprint:
            return Key.load_or_create(store.name, remembered)
    return key


def key_here(store: Keyed) -> Key | None:
    """The key of a case; None where it is not on this machine, or none can be kept here."""
    with suppress(KeyMissing, OSError):
        return case_key(store)
    return None


def is_kept(uid: str) -> bool:
    """True for the keyed hash of an account that left; no uid looks like one.

    Examples
    --------
    >>> is_kept(kept("x:12", Key(bytes(32)))), is_kept("x:12"), is_kept("k_1:12")
    (True, False, False)
    """
    return uid.startswith(_MARK) and ":" not in uid


def kept(uid: str, key: Key) -> str:
    """The keyed hash that stands for an account that left.

    Examples
    --------
    >>> kept("x:12", Key(bytes(32)))[:8], kept("x:@Nora", Key(bytes(32))) == kept("x:@nora", Key(bytes(32)))
    ('k_ti7vjq', True)
    """
    return uid if is_kept(uid) else key.left(uid)


def any_kept(codes: pa.Table) -> bool:
    """True where an account has left, so that the key is needed to know whoever comes."""
    uids = codes["account_uid"]
    return bool(pc.any(pc.starts_with(uids, _MARK)).as_py())


def without_ids(codes: pa.Table, left: Collection[str], key: Key) -> pa.Table:
    """The codes of a case, with the keyed hash in place of the id of every account that left."""
    gone = frozenset(left)
    return _renamed(codes, {uid: kept(uid, key) for uid in codes["account_uid"].to_pylist() if uid in gone})


def with_ids(codes: pa.Table, here: Iterable[str], key: Key) -> pa.Table:
    """The codes of a case, with the ids of accounts that are here again.

    Examples
    --------
    >>> key, codes = Key(bytes(32)), pa.table({"account_uid": ["x:1", "x:2"], "code": [1, 2]})
    >>> left = without_ids(codes, ["x:1"], key)
    >>> left["account_uid"].to_pylist()[1], any_kept(left), with_ids(left, ["x:1", "x:3"], key).equals(codes)
    ('x:2', True, True)
    """
    return _renamed(codes, {kept(uid, key): uid for uid in here})


def _renamed(codes: pa.Table, names: dict[str, str]) -> pa.Table:
    uids = [names.get(uid, uid) for uid in codes["account_uid"].to_pylist()]
    place = codes.column_names.index("account_uid")
    return codes.set_column(place, "account_uid", pa.array(uids, pa.string()))
