"""Accounts and posts of a case by what a file calls them: uid, id, handle, code, or address."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import cast

import polars as pl

from graph.privacy.codes import case_key
from graph.stores.base import Scan, Store
from ingest.normalize import profiles

Found = str | tuple[str, ...] | None
"""A uid; several where a name fits several; None where it fits none."""

_KEYED = re.compile(r"(?:p|post)_[a-z2-7]{26}")


class Accounts:
    """Accounts of a case by everything they can be called.

    Parameters
    ----------
    store : Store
    names : iterable of str
        Names that will be asked for: only their accounts are kept in memory.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> known = Accounts(toy_case(), ["@user2", "unknown:@user3", "A-1", "nobody"])
    >>> [known.find(name) for name in ("@user2", "unknown:@user3", "nobody")]
    ['unknown:2', 'unknown:3', None]
    """

    def __init__(self, store: Store, names: Iterable[str]) -> None:
        wanted = {form for name in names for form in _forms(name)}
        key = case_key(store) if any(map(_KEYED.fullmatch, wanted)) else None
        self._uids: set[str] = set()
        self._called: tuple[dict[str, set[str]], ...] = (defaultdict(set), defaultdict(set), defaultdict(set))
        self._platform: dict[str, str] = {}
        columns = ("account_uid", "platform", "native_id", "handle_key", "code")
        for batch in store.scan("accounts", Scan(columns=columns)):
            for uid, platform, native, handle, code in pl.DataFrame(batch).iter_rows():
                said = None if code is None else f"a-{code}"
                names_of = [uid, native, handle, said, key.pseudonym(uid) if key else None]
                if wanted.isdisjoint(str(name).casefold() for name in names_of if name):
                    continue
                self._uids.add(uid)
                self._platform[uid] = platform or ""
                for called, known in zip((native, handle, said), self._called, strict=True):
                    if called:
                        known[str(called).casefold()].add(uid)
                if key:
                    self._called[2][key.pseudonym(uid)].add(uid)

    def find(self, name: str, platform: str = "") -> Found:
        """The account a name means, on one platform where one is given."""
        if name in self._uids:
            return name
        for form in _forms(name)[1:]:
            place, _, rest = form.partition(":")
            if rest and (found := self._fits(rest, place)):
                return found
        return self._fits(name.casefold(), platform.casefold())

    def _fits(self, name: str, platform: str) -> Found:
        for known in self._called:
            fits = known.get(name) or known.get(name.removeprefix("@")) or ()
            those = sorted(uid for uid in fits if not platform or self._platform[uid] == platform)
            if those:
                return those[0] if len(those) == 1 else tuple(those)
        return None


def _forms(name: str) -> list[str]:
    """The name, and what it may stand for: ``platform:@handle`` of the address of a profile, the name without its platform."""
    plain = name.strip().casefold()
    owner = profiles.owner(plain) if "/" in plain else None
    uid = owner.account if owner and owner.account and not owner.post else plain
    rest = uid.partition(":")[2]
    return [name.strip(), *dict.fromkeys((uid, plain, plain.removeprefix("@"), rest, rest.removeprefix("@")))]


class Posts:
    """Posts of a case by uid, id, address, or code of an export; in one pass over the case.

    Parameters
    ----------
    store : Store
    names : iterable of str
        Names that will be asked for.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> known = Posts(toy_case(), ["601", "unknown:602", "9999"])
    >>> [known.find(name) for name in ("601", "unknown:602", "9999")], known.author("unknown:601")
    (['unknown:601', 'unknown:602', None], 'unknown:41')
    """

    def __init__(self, store: Store, names: Iterable[str]) -> None:
        forms = {form for name in names for form in _post_forms(name)}
        self._called: dict[str, set[str]] = defaultdict(set)
        self._author: dict[str, str | None] = {}
        self._platform: dict[str, str] = {}
        if not forms:
            return
        key = case_key(store) if any(map(_KEYED.fullmatch, forms)) else None
        wanted = pl.Series(sorted(forms), dtype=pl.String).implode()
        columns = ("post_uid", "platform", "native_id", "url", "account_uid")
        for batch in store.scan("posts", Scan(columns=columns)):
            rows = cast(pl.DataFrame, pl.from_arrow(batch))
            if key:
                rows = rows.with_columns(pl.Series("code", [key.post(uid) for uid in rows["post_uid"]]))
            called = [name for name in ("post_uid", "native_id", "url", "code") if name in rows.columns]
            some = rows.filter(pl.any_horizontal(pl.col(name).is_in(wanted).fill_null(False) for name in called))
            for row in some.iter_rows(named=True):
                self._author[row["post_uid"]] = row["account_uid"]
                self._platform[row["post_uid"]] = row["platform"] or ""
                for name in called:
                    if row[name]:
                        self._called[row[name]].add(row["post_uid"])

    def find(self, name: str, platform: str = "") -> Found:
        """The post a name means, on one platform where one is given."""
        for form in _post_forms(name):
            fits = self._called.get(form, ())
            those = sorted(uid for uid in fits if not platform or self._platform[uid] == platform.casefold())
            if those:
                return those[0] if len(those) == 1 else tuple(those)
        return None

    def author(self, uid: str) -> str | None:
        """Uid of a post's author, where the case knows it."""
        return self._author.get(uid)


def _post_forms(name: str) -> list[str]:
    plain = name.strip()
    owner = profiles.owner(plain) if "/" in plain else None
    by_address = [owner.post] if owner and owner.post else []
    return [*by_address, plain]
