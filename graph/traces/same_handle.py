"""Has the same handle on another platform. Accounts on two platforms have the same name, and it is one that few would choose.

Handles are compared without case, in their compatible form (NFKC), without the separators ``_``, ``.``, ``-`` and without the
server of a Mastodon or Bluesky handle. Digits count: ``nora84`` is not ``nora``. Left out are accounts without a handle, with a
pseudonym in its place, with fewer than three letters, and with a number or code that a platform gave. There is no time window:
a handle is had, not used at a moment. Tested by rarity, see ``graph.significance.rarity``: the chance of a name follows from its
letters and from its variants in the case. Evidence are the first posts of both accounts.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.significance.name_model import chances
from graph.stores.base import Store
from graph.traces.across import as_held, coded, counts, profiles
from graph.traces.base import Words
from graph.windows import ANY_TIME_S
from ingest.errors import Progress

SHORTEST = 3
_SEPARATORS = re.compile(r"[\s_.\-‐-―]+")
_GIVEN = re.compile(  # by a platform, not chosen: numbers, hashes, YouTube channels, names for those who chose none
    r"\d+|[0-9a-f]{16,}|uc[\w-]{22}|did:.*|(?:user|guest|id|profile|account|deletedaccount)\d*|\w*user\d{5,}|p_[a-z2-7]{26}"
)


def normal(handle: str) -> str:
    """The form in which handles are compared.

    Examples
    --------
    >>> [normal(h) for h in ("Old_Harbour.News", "@oldharbournews@social.example", "oldharbournews.bsky.social", "Ｎｏｒａ84")]
    ['oldharbournews', 'oldharbournews', 'oldharbournews', 'nora84']
    """
    name = unicodedata.normalize("NFKC", handle).casefold().strip().lstrip("@")
    name = name.split("@")[0].removesuffix(".bsky.social")
    return _SEPARATORS.sub("", name)


def unfit(handle: str | None, hashed: bool | None) -> str | None:
    """Reason why a handle cannot be compared; None where it can.

    Examples
    --------
    >>> unfit(None, False), unfit("n", False), unfit("1234567", False), unfit("nora", True), unfit("nora", None)
    ('without a handle', 'with a handle of under 3 letters', 'with a handle that the platform gave', 'with a pseudonym for a handle', None)
    """
    if not handle or not handle.strip("@ "):
        return "without a handle"
    name = normal(handle)
    if hashed:
        return "with a pseudonym for a handle"
    if _GIVEN.fullmatch(handle.casefold().lstrip("@")) or _GIVEN.fullmatch(name):
        return "with a handle that the platform gave"
    return f"with a handle of under {SHORTEST} letters" if len(name) < SHORTEST else None


class SameHandle:
    """Trace of names: the handle in its normal form is the object."""

    name = "same_handle"
    words = Words(
        "Has the same handle on another platform",
        "handle",
        "handles",
        "have",
        "had",
        "ha{s} the same handles on several platforms",
        "code",
    )
    kinds = ()
    finest_s = ANY_TIME_S
    by_default = False
    of_accounts = True

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """One row per account that posted and has a handle to compare, with the chance of the handle."""
        accounts = profiles(store, narrow, "handle", "is_hashed")
        reasons = [unfit(*row) for row in accounts.select("handle", "is_hashed").iter_rows()]
        fit = accounts.filter(pl.Series([reason is None for reason in reasons], dtype=pl.Boolean))
        fit = fit.with_columns(pl.Series("name", [normal(h) for h in fit["handle"]], dtype=pl.String))
        fit = fit.with_columns(coded(store, "handle", fit["name"]).alias("object"))
        return as_held(fit.select("account_uid", "object", "at", "post_uid"), counts(reasons), _chance(fit))


def _chance(fit: pl.DataFrame) -> dict[str, float]:
    """Chance of each object, by the name behind it."""
    names, name = np.unique(fit["name"].to_numpy().astype(str), return_inverse=True)
    platform = np.unique([uid.partition(":")[0] for uid in fit["account_uid"]], return_inverse=True)[1]
    by_name = dict(zip(names.tolist(), chances(names.tolist(), name, platform).tolist(), strict=True))
    return {key: by_name[name] for key, name in fit.select("object", "name").unique().iter_rows()}


TRACE = SameHandle()
