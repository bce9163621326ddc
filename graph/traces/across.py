"""Shared parts of the traces that tie accounts across platforms: who has what, as keyed codes, since their first post with it.

An object of these traces is a code such as ``handle:11:obj_…``: its kind, its length and a keyed hash of the case, never the
string. Without the key nobody can tell which handle or number it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
import pyarrow as pa

from graph.pairing.arrays import Floats
from graph.privacy.codes import case_key
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from graph.traces.base import ACTIONS
from ingest.privacy.keys import Key

_FIRST: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_uid": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "post_uid": pl.String,
}
_CODE = "obj_"


def first_posts(store: Store, narrow: Narrow) -> pl.DataFrame:
    """``account_uid``, ``at``, ``post_uid``: the first dated post of each account."""
    found = [pl.DataFrame(schema=_FIRST)]
    for batch in store.scan("posts", Scan(columns=("post_uid", "account_uid", "created_at"), narrow=narrow)):
        posts = pl.DataFrame(pa.Table.from_batches([batch])).rename({"created_at": "at"})
        found.append(_earliest(posts.select(*_FIRST), "account_uid"))
    return _earliest(pl.concat(found), "account_uid")


def profiles(store: Store, narrow: Narrow, *columns: str) -> pl.DataFrame:
    """Accounts that posted, with these columns of theirs and their first post (``at``, ``post_uid``)."""
    wanted = ("account_uid", *columns)
    parts = [pl.DataFrame(pa.Table.from_batches([b])) for b in store.scan("accounts", Scan(columns=wanted))]
    accounts = pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
    return accounts.join(first_posts(store, narrow), on="account_uid", how="inner").sort("account_uid")


def coded(store: Store, kind: str, values: pl.Series) -> pl.Series:
    """Each value as ``kind:length:code`` by the key of the case; equal values give equal codes."""
    known = values.drop_nulls().unique().to_list()
    if not known:
        return values.cast(pl.String)
    key = case_key(store)
    return values.replace_strict(known, [code(key, kind, value) for value in known], default=None).cast(pl.String)


def code(key: Key, kind: str, value: str) -> str:
    """One value as an object of these traces.

    Examples
    --------
    >>> code(Key(bytes(32)), "handle", "oldharbour")[:18]
    'handle:10:obj_7fls'
    """
    return f"{kind}:{len(value)}:{key.code('object', f'{kind}{chr(31)}{value}')}"


def said(key: str) -> str:
    """Kind and length of an object, for people.

    Examples
    --------
    >>> said("handle:11:obj_abc"), said("profile link:24:obj_abc")
    ('handle, 11 letters', 'profile link, 24 letters')
    """
    kind, length, _ = (*key.split(":", 2), "", "")[:3]
    return f"{kind}, {length} letters" if length.isdecimal() else key


def as_held(
    rows: pl.DataFrame, left_out: Mapping[str, int] | None = None, chance: Mapping[str, float] | None = None
) -> pa.Table:
    """Actions of a trace of accounts: one row per account and object, at its first post with it.

    Parameters
    ----------
    rows : polars.DataFrame
        ``account_uid``, ``object``, ``at``, ``post_uid``.
    left_out : mapping of str to int, optional
        Accounts that could not be used, by reason.
    chance : mapping of object to float, optional
        Chance that an unrelated account has the object; kept in a column ``chance``.
    """
    once = _earliest(rows.drop_nulls(), "account_uid", "object").sort("post_uid", "object")
    table = once.select(ACTIONS.names).to_arrow().cast(ACTIONS)
    if chance is not None:
        table = table.append_column("chance", pa.array([chance[key] for key in once["object"]], pa.float64()))
    words = ", ".join(
        f"{number:,} account{'s' * (number > 1)} {reason}" for reason, number in (left_out or {}).items() if number
    )
    return table.replace_schema_metadata({"left_out": f"left out: {words}"} if words else None)


def left_out_of(table: pa.Table) -> str | None:
    """The remark of a trace on what it could not use; None where it used all."""
    said = (table.schema.metadata or {}).get(b"left_out")
    return said.decode() if said else None


def chances_of(table: pa.Table, objects: pa.Array) -> Floats | None:
    """Chance of each object, in the order of ``objects``; None where its trace does not know it."""
    if "chance" not in table.column_names:
        return None
    known = dict(zip(table.column("object").to_pylist(), table.column("chance").to_pylist(), strict=True))
    return np.array([known[key] for key in objects.to_pylist()], float)


def bundled(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in which objects that always come together, in the same posts by the same accounts, are one object.

    A number and an address under one text are one statement, not two.

    Examples
    --------
    >>> rows = [("x:1", "p1", "phone"), ("x:1", "p1", "mail"), ("x:2", "p2", "phone"), ("x:2", "p2", "mail"), ("x:2", "p3", "site")]
    >>> frame = pl.DataFrame(rows, schema=["account_uid", "post_uid", "object"], orient="row")
    >>> bundled(frame).sort("post_uid", "object")["object"].to_list()
    ['mail', 'mail', 'site']
    """
    where = pl.concat_str("account_uid", "post_uid", separator="\x1f")
    sets = rows.unique().group_by("object").agg(where.sort().alias("where"))
    sets = sets.with_columns(pl.col("where").list.join("\x1e"))
    named = sets.with_columns(pl.col("object").min().over("where").alias("bundle")).select("object", "bundle")
    joined = rows.join(named, on="object", how="left").with_columns(pl.col("bundle").alias("object"))
    return joined.drop("bundle").unique(maintain_order=True)


def counts(reasons: Iterable[str | None]) -> dict[str, int]:
    """Number of times each reason was given, in order of first sight; None is no reason.

    Examples
    --------
    >>> counts(["no handle", None, "no handle"])
    {'no handle': 2}
    """
    found: dict[str, int] = {}
    for reason in reasons:
        if reason:
            found[reason] = found.get(reason, 0) + 1
    return found


def _earliest(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    return rows.drop_nulls(["account_uid", "at"]).sort("at", "post_uid").unique(keys, keep="first", maintain_order=True)
