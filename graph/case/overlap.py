"""Warnings about two files of a case that hold the posts of one platform under two names.

A table that does not say its platform is called unknown, and its accounts are other people than those of the platform's
own export. Where both hold the same posts, every person would be tied to their own copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from graph.stores.base import Scan, Store
from ingest.normalize.platforms import UNKNOWN, name

SAMPLE = 20_000
"""Marks kept of one file, those with the smallest hashes: enough to tell shares apart, and the same for every file."""
FEWEST, SHARE, SHARE_KNOWN = 3, 0.1, 0.5
"""Equal marks it takes, and their share of the smaller file's; the larger one where both say their platforms, since people
do post the same on two."""
SAME = "under another platform's name"
"""Words that every such warning holds."""

_ID, _TEXT = 8, 20  # shorter ids are row numbers, shorter texts are said by many
_COLUMNS = ("native_id", "account_uid", "created_at", "text", "platform")
_KINDS = ("ids", "times and texts", "times and authors")


class Marks:
    """Marks of a file's posts that do not depend on the platform's name: ids, times with texts, times with authors.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = [datetime(2024, 1, 1, second=n, tzinfo=UTC) for n in range(4)]
    >>> posts = {"native_id": [f"134600000{n}" for n in range(4)], "created_at": at, "text": [None] * 4}
    >>> one, other = Marks(), Marks()
    >>> one.add(pa.table(posts | {"account_uid": ["x:7"] * 4, "platform": ["x"] * 4}))
    >>> other.add(pa.table(posts | {"account_uid": ["unknown:7"] * 4, "platform": ["unknown"] * 4}))
    >>> one.equal(other)
    (4, 4, 'ids')
    """

    def __init__(self) -> None:
        self.platforms: set[str] = set()
        self._kept = {kind: np.zeros(0, np.uint64) for kind in _KINDS}

    def add(self, posts: pa.Table | pa.RecordBatch) -> None:
        """Take in posts (columns of ``ingest.tables.POSTS``, at least those of ``_COLUMNS``)."""
        frame = pl.DataFrame(pl.from_arrow(posts.select(list(_COLUMNS))))
        self.platforms.update(frame["platform"].drop_nulls().unique().to_list())
        second = pl.col("created_at").dt.epoch("s").hash(seed=7)
        native, author, text = (pl.col(c).cast(pl.String) for c in ("native_id", "account_uid", "text"))
        author = author.str.slice(pl.col("platform").str.len_chars() + 1).str.strip_prefix("@")
        dated = pl.col("created_at").is_not_null()
        marks = frame.select(
            pl.when(native.str.len_bytes() >= _ID).then(native.hash(seed=7)).alias(_KINDS[0]),
            pl.when(dated & (text.str.len_bytes() >= _TEXT)).then(text.hash(seed=7) ^ second).alias(_KINDS[1]),
            pl.when(dated & author.is_not_null()).then(author.hash(seed=7) ^ second).alias(_KINDS[2]),
        )
        for kind in _KINDS:
            found, kept = marks[kind].drop_nulls().to_numpy(), self._kept[kind]
            if len(kept) == SAMPLE:
                found = found[found < kept[-1]]
            self._kept[kind] = np.unique(np.concatenate([kept, found]))[:SAMPLE]

    def equal(self, other: Marks) -> tuple[int, int, str]:
        """Number of marks in both, number in the smaller, and their kind: the one with the largest share."""
        best = (0, 0, _KINDS[0])
        for kind in _KINDS:
            one, two = self._kept[kind], other._kept[kind]
            if not len(one) or not len(two):
                continue
            # Beyond the largest mark that a full sample kept, nothing is known of that file.
            reach = min([marks[-1] for marks in (one, two) if len(marks) == SAMPLE], default=max(one[-1], two[-1]))
            one, two = one[one <= reach], two[two <= reach]
            both, least = len(np.intersect1d(one, two, assume_unique=True)), min(len(one), len(two))
            if least and both * max(best[1], 1) > best[0] * least:
                best = (both, least, kind)
        return best


def overlapping(mine: Marks, others: Iterable[tuple[str, Marks]]) -> list[str]:
    """One sentence for each file that holds the same posts under another platform's name.

    Parameters
    ----------
    mine : Marks
        Of the file that comes in.
    others : iterable of (str, Marks)
        Names and marks of the files beside it.
    """
    said = []
    for file, theirs in others:
        both, least, kind = mine.equal(theirs)
        share = SHARE if UNKNOWN in mine.platforms | theirs.platforms else SHARE_KNOWN
        if mine.platforms & theirs.platforms or both < FEWEST or both < share * least:
            continue
        said.append(_sentence(mine.platforms, file, theirs.platforms, both / least, kind))
    return said


def _sentence(mine: set[str], file: str, theirs: set[str], share: float, kind: str) -> str:
    here, there = (" and ".join(sorted(map(name, platforms))) for platforms in (mine, theirs))
    advice = (
        f"If they are of {there}, load this file with --platform {next(iter(theirs))} --replace"
        if UNKNOWN in mine and len(theirs) == 1 and UNKNOWN not in theirs
        else f"If they are of {here}, load that file with --platform {next(iter(mine))} --replace"
        if UNKNOWN in theirs and len(mine) == 1 and UNKNOWN not in mine
        else "If both are of one platform, load both with the same --platform"
    )
    return (
        f"It has the same {kind} as {file} {SAME}: {share:.0%} of the posts of the smaller file ({here} here, {there}"
        f" there). People in both count as two accounts each and look coordinated with themselves. {advice}."
    )


def in_case(store: Store, mine: Marks, source_id: str) -> list[str]:
    """The sentences of `overlapping` for a file that comes into a case; files of the same platform are not read.

    Parameters
    ----------
    store : Store
    mine : Marks
    source_id : str
        Of the file itself, which may be in the case already.
    """
    return overlapping(mine, _others(store, mine, source_id))


def _others(store: Store, mine: Marks, source_id: str) -> Iterable[tuple[str, Marks]]:
    for source in store.sources().to_pylist():
        if source["source_id"] != source_id and not mine.platforms & set(source["platforms"] or ()):
            theirs = Marks()
            for batch in store.scan("posts", Scan(columns=_COLUMNS, source_id=source["source_id"])):
                theirs.add(batch)
            yield str(source["file_name"]), theirs


def still_overlapping(sources: Iterable[Mapping[str, Any]]) -> list[str]:
    """The warnings of this kind that the sources of a case carry, each with its file's name; for a run to say.

    Parameters
    ----------
    sources : iterable of mapping
        Columns of ``ingest.tables.SOURCES``.

    Examples
    --------
    >>> still_overlapping([{"file_name": "a.csv", "warnings": ["It has the same ids as b.json under another platform's name: …"]}])
    []
    """
    sources = list(sources)
    names = {str(source["file_name"]) for source in sources}
    return [
        f"A file of this case, {source['file_name']}, may repeat another: {warning[0].lower()}{warning[1:]}"
        for source in sources
        for warning in source.get("warnings") or ()
        if SAME in warning and any(f" as {file} {SAME}" in warning for file in names)
    ]
