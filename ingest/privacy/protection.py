"""Protection that a case asks for in every file: who stays out, and whether names become codes."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from ingest.privacy.erasure import Gone, without
from ingest.privacy.keys import Key
from ingest.privacy.pseudonyms import ASSUMPTION, pseudonymised
from ingest.tables import Batch


class CaseProtection:
    """See ``ingest.tables.Protection``; a file of its own needs one of its own.

    Parameters
    ----------
    key : Key
        The case's.
    tombstones : collection of str
        Of those who asked to be taken out.
    pseudonyms : bool
        Write codes in place of names.
    """

    def __init__(self, key: Key, tombstones: Collection[str] = (), pseudonyms: bool = False) -> None:
        self._key, self._pseudonyms = key, pseudonyms
        self._gone = Gone(tombstones=tombstones, key=key)

    def gone(self, accounts: pl.DataFrame) -> pl.Series:
        """Mask of the rows of accounts about somebody who asked to be forgotten."""
        return self._gone.accounts(accounts)

    def apply(self, batch: Batch) -> Batch:
        """The batch as it may be kept."""
        if self._gone:
            batch = without(batch, self._gone)
        return pseudonymised(batch, self._key) if self._pseudonyms else batch

    @property
    def assumption(self) -> str | None:
        """A sentence on what was replaced."""
        return ASSUMPTION if self._pseudonyms else None
