"""Posted the same picture on another platform. Media of both have one hash, or nearly one where it is a PDQ hash.

Only media that the data name by a hash are compared (``--map media=phash_id``): 16, 32, 40, 64 or 128 hexadecimal digits. Of 64
digits a PDQ hash is assumed: two are one picture at a distance of at most 31 of 256 bits (the threshold of PDQ's authors, Meta 2019),
unless there are more than 20,000, of which only equal ones are compared. Reposts repeat others' pictures and are left out.
Tested by rarity, see ``graph.significance.rarity``; when a picture was posted does not count. Evidence are the first posts with it.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.stores.base import Store
from graph.traces.across import as_held, bundled, coded
from graph.traces.base import Words, own_links
from graph.windows import ANY_TIME_S
from ingest.errors import Progress

APART = 31  # bits of 256
COMPARED = 20_000
_HASH = r"(?i)^(?:.*:)?([0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$"


class SamePicture:
    """Trace of pictures: hashes that are near are one object."""

    name = "same_picture"
    words = Words(
        "Posted the same picture on another platform",
        "picture hash",
        "picture hashes",
        "post",
        "posted",
        "post{s} the same pictures on several platforms",
        "code",
    )
    kinds = ("media",)
    finest_s = ANY_TIME_S
    by_default = False
    of_accounts = True

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """One row per account and hash, at the first post with it."""
        links = pl.DataFrame(own_links(store, self.kinds, narrow))
        hashes = pl.col("target_key").str.extract(_HASH, 1).str.to_lowercase()
        rows = links.with_columns(hashes.alias("hash")).filter(pl.col("hash").str.contains("[a-f]"))
        centre = centres(rows["hash"].unique().sort().to_list())
        rows = rows.with_columns(pl.col("hash").replace(list(centre), list(centre.values())))
        rows = rows.with_columns(coded(store, "picture hash", rows["hash"]).alias("object"))
        return as_held(bundled(rows.select("account_uid", "object", "at", "post_uid")))


def centres(hashes: list[str], apart: int = APART) -> dict[str, str]:
    """PDQ hashes near another, each with the one it counts as; others are not in it.

    Examples
    --------
    >>> centres(["f" * 64, "f" * 63 + "e", "0" * 63 + "a"])
    {'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe': 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'}
    """
    some = [one for one in hashes if len(one) == 64]
    if not 1 < len(some) <= COMPARED:
        return {}
    bits = np.array([np.frombuffer(bytes.fromhex(one), ">u8") for one in some]).astype(np.uint64)
    found: dict[str, str] = {}
    free = np.ones(len(some), bool)
    for at, one in enumerate(some):
        if not free[at]:
            continue
        free[at] = False
        rest = np.flatnonzero(free)
        near = rest[np.bitwise_count(bits[rest] ^ bits[at]).sum(axis=1) <= apart]
        free[near] = False
        found |= {some[n]: one for n in near.tolist()}
    return found


TRACE = SamePicture()
