"""Account nodes of which nothing is left but a code: they stand by a keyed hash, see ``graph.stores.kept_codes``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.stores.kept_codes import case_key, kept, key_here
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.rows import slices
from ingest.privacy.keys import PREFIXES

_MARK = PREFIXES["account that left"]


@dataclass(frozen=True)
class _Case:
    """As much of a case as ``case_key`` reads."""

    bolt: Bolt

    @property
    def name(self) -> str:
        return self.bolt.address.case

    def info(self) -> dict[str, Any]:
        return dict(self.bolt.read(cypher.CASE)[0])

    def set_key_fingerprint(self, fingerprint: str) -> None:
        self.bolt.write((cypher.SET_KEY_FINGERPRINT, {"fingerprint": fingerprint}))


def accounts_left(bolt: Bolt) -> list[str]:
    """Accounts with a code that nothing points at and no source names, by their ids."""
    found: list[str] = bolt.read(cypher.ACCOUNTS_LEFT, mark=_MARK)[0]["uids"]
    return found


def settle_codes(bolt: Bolt, *, again: bool = False) -> None:
    """Put keyed hashes in place of their ids, where that was not done or is to be done again; without the key it waits."""
    if not again and bolt.read(cypher.CASE)[0]["codes_settled"]:
        return
    left = accounts_left(bolt)
    key = key_here(_Case(bolt)) if left else None
    if key is not None:
        for some in slices([[uid, kept(uid, key)] for uid in left]):
            bolt.write((cypher.KEEP_CODE_OF_LEFT, {"rows": list(some)}))
    bolt.write((cypher.CODES_SETTLED, {"settled": key is not None or not left}))


def coming_back(bolt: Bolt, uids: Sequence[str]) -> list[list[str]]:
    """Those of these accounts that left before, each with the keyed hash its code stands by.

    Raises
    ------
    KeyMissing
        If accounts have left the case, and its key is not on this machine.
    """
    if not uids or not bolt.read(cypher.ANY_LEFT, mark=_MARK):
        return []
    key = case_key(_Case(bolt))
    known = {kept(uid, key): uid for uid in uids}
    return [[known[left], left] for left in bolt.page(cypher.ACCOUNTS_THERE, uids=list(known))[0]]
