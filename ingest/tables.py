"""The tables every reader yields and every case holds: columns, types, checks.

Ids and keys are strings from first byte to last, times are UTC timestamps in microseconds, and unknown is null, never 0.
``uid = platform:native_id``. The same tables travel as Arrow between files and cases and as pandas (Arrow types) in
notebooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import polars as pl
import pyarrow as pa

from ingest.normalize.short_links import ShortLinks

if TYPE_CHECKING:  # pandas takes a while to load, and reading into a case does without
    import pandas as pd


ROW = "__row"  # the column of a frame that says which row of the file a row comes from
STR, INT, BOOL, TIME = pa.string(), pa.int64(), pa.bool_(), pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.string())


def _schema(columns: Mapping[str, pa.DataType]) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])


ACCOUNTS = _schema(
    {
        "account_uid": STR,  # platform:native_id, or platform:@handle_key when only a handle is known
        "platform": STR,
        "native_id": STR,
        "handle": STR,
        "handle_key": STR,  # casefolded
        "display_name": STR,
        "account_type": STR,  # person, page, group, channel, bot, unknown
        "created_at": TIME,
        "followers": INT,
        "following": INT,
        "posts_count": INT,
        "verified": BOOL,
        "description": STR,
        "url": STR,
        "lang": STR,
        "location": STR,
        "first_seen": TIME,
        "last_seen": TIME,
        "is_hashed": BOOL,
        "uid_from": STR,  # id, handle, hash
        "code": INT,  # the n of A-n; given by the case on first sight, null in a reader's batch
        "source_ids": STRINGS,
    }
)

POSTS = _schema(
    {
        "post_uid": STR,
        "platform": STR,
        "native_id": STR,
        "account_uid": STR,
        "channel_uid": STR,  # group, page, chat or subreddit it stands in
        "created_at": TIME,
        "created_at_precision": STR,  # us, ms, s, min, day, approx
        "created_at_basis": STR,  # reported, id, indexed, collected
        "edited_at": TIME,
        "collected_at": TIME,
        "kind": STR,  # original, repost, quote, reply, comment
        "text": STR,
        "text_is_truncated": BOOL,
        "text_is_inherited": BOOL,  # the text of the reposted post
        "lang": STR,
        "lang_basis": STR,
        "url": STR,
        "conversation_uid": STR,
        "like_count": INT,
        "repost_count": INT,
        "reply_count": INT,
        "quote_count": INT,
        "view_count": INT,
        "is_ad": BOOL,
        "is_deleted": BOOL,
        "source_id": STR,
        "raw_row": INT,
        "extra": STR,  # JSON: what the file says and no column holds
    }
)

LINKS = _schema(
    {
        "post_uid": STR,
        "account_uid": STR,
        "at": TIME,
        "kind": STR,  # repost, reply, quote, url, domain, hashtag, mention, media, text, track, object
        "target_key": STR,  # canonical: post_uid, account_uid, url key, tag key, hash
        "target_raw": STR,
        "target_account_uid": STR,
        "resolved": BOOL,
        "inherited": BOOL,  # came from the reposted post
        "position": pa.int16(),
    }
)

SKIPPED = _schema(
    {
        "source_id": STR,
        "row": INT,  # row or line of the file, from 1
        "column": STR,
        "reason": STR,  # a sentence, the same for the same cause, so that it can be counted
        "found": STR,
    }
)

SOURCES = _schema(
    {
        "source_id": STR,  # hash of file, reader, version, options
        "reader": STR,
        "reader_version": INT,
        "options": STR,  # JSON, sorted keys
        "file_name": STR,
        "sha256": STR,
        "bytes": INT,
        "rows_in": INT,  # = kept + merged + skipped
        "rows_kept": INT,
        "rows_merged": INT,
        "rows_skipped": INT,
        "posts": INT,
        "accounts": INT,
        "links": INT,
        "platforms": STRINGS,
        "first_at": TIME,
        "last_at": TIME,
        "field_coverage": STR,  # JSON: column of posts, or kind of link -> share of kept rows that have it, 0..1
        "tz_assumed": STR,  # null when the file says its zone
        "precision": STR,  # coarsest created_at_precision in the file
        "assumptions": STRINGS,  # sentences for people
        "warnings": STRINGS,
        "licence": STR,
        "retain_until": TIME,
        "ingested_at": TIME,
    }
)

TABLES: dict[str, pa.Schema] = {
    "accounts": ACCOUNTS,
    "posts": POSTS,
    "links": LINKS,
    "skipped": SKIPPED,
    "sources": SOURCES,
}

LINK_KINDS = ("repost", "reply", "quote", "url", "domain", "hashtag", "mention", "media", "text", "track", "object")
CHOSEN_BEFOREHAND = "All accounts in this file were chosen beforehand: there is no comparison population."
PRECISIONS = ("us", "ms", "s", "min", "day", "approx")  # finest first


@dataclass(frozen=True)
class Batch:
    """Some rows of one file as tables.

    ``rows_in == rows_kept + rows_merged + rows_skipped`` holds for every batch; a merged row adds nothing that an earlier
    row of the same file did not already say.
    """

    accounts: pa.Table
    posts: pa.Table
    links: pa.Table
    skipped: pa.Table
    rows_in: int
    rows_kept: int
    rows_merged: int

    @property
    def rows_skipped(self) -> int:
        return self.skipped.num_rows


class Tables(NamedTuple):
    """Tables of a file, as DataFrames for notebooks."""

    accounts: pd.DataFrame
    posts: pd.DataFrame
    links: pd.DataFrame
    skipped: pd.DataFrame
    sources: pd.DataFrame


class Protection(Protocol):
    """Whom a case keeps out, and how it writes the others; see ``ingest.privacy.protection``."""

    def gone(self, accounts: pl.DataFrame) -> pl.Series:
        """Mask of the rows of accounts about somebody who asked to be forgotten."""
        ...

    def apply(self, batch: Batch) -> Batch:
        """The batch as it may be kept: the same rows of posts."""
        ...

    @property
    def assumption(self) -> str | None:
        """A sentence on what was replaced."""
        ...


@dataclass(frozen=True)
class Options:
    """Wishes of a person on how a file is read. All part of the source's id.

    Attributes
    ----------
    platform : str, optional
        Platform to use where the file does not say.
    tz : str, optional
        IANA name of the zone of times without one, such as ``Europe/Oslo``.
    mapping : tuple of (field, column), optional
        Which column holds which field, e.g. ``(("account", "user"), ("time", "when"))``.
    pseudonyms : bool
        Codes of the case's key in place of every name; that of ``protection``.
    short_links : ShortLinks, optional
        Where short links lead, see ``ingest.normalize.short_links``.
    protection : Protection, optional
        Who must not come in; no part of the source's id.
    """

    platform: str | None = None
    tz: str | None = None
    mapping: tuple[tuple[str, str], ...] = field(default=())
    pseudonyms: bool = False
    short_links: ShortLinks | None = None
    protection: Protection | None = field(default=None, compare=False, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Only what was set, for hashing and for the source record."""
        chosen: dict[str, Any] = {}
        if self.platform:
            chosen["platform"] = self.platform
        if self.tz:
            chosen["tz"] = self.tz
        if self.mapping:
            chosen["map"] = dict(self.mapping)
        if self.pseudonyms:
            chosen["pseudonyms"] = True
        if self.short_links:
            chosen["short_links"] = {"file": self.short_links.name, "sha256": self.short_links.sha256}
        return chosen


def to_arrow(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows as dictionaries to a table with exactly the schema's columns; what a row does not say is null.

    Examples
    --------
    >>> to_arrow([{"row": 3, "reason": "no time"}], SKIPPED).column("row").to_pylist()
    [3]
    """
    # by way of polars: Arrow loads pandas the first time it is given a list
    return pl.DataFrame(list(rows), schema=pl.Schema(schema)).to_arrow().cast(schema)


def to_rows(table: pa.Table) -> list[dict[str, Any]]:
    """A table as dictionaries, as ``to_arrow`` takes them.

    Examples
    --------
    >>> to_rows(to_arrow([{"row": 3, "reason": "no time"}], SKIPPED).select(["row", "reason"]))
    [{'row': 3, 'reason': 'no time'}]
    """
    return pl.DataFrame(table).rows(named=True)


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with exactly the schema's columns in its order, missing ones null, types cast.

    Raises
    ------
    ValueError
        If the table has a column the schema does not know: a reader's mistake, not a person's.
    """
    unknown = set(table.column_names) - set(schema.names)
    if unknown:
        raise ValueError(f"columns {sorted(unknown)} are not in the schema {schema.names}")
    columns = [
        table.column(f.name).cast(f.type) if f.name in table.column_names else pa.nulls(table.num_rows, f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """A table as a DataFrame with Arrow types: strings stay strings, integers may be missing."""
    import pandas as pd

    return table.to_pandas(types_mapper=pd.ArrowDtype)
