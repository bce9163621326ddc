"""Rows, posts and links of a file that were there before, known by sums of hashes: eight bytes each, and nothing else is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from ingest.assemble.hash_set import Seen
from ingest.tables import LINKS, POSTS, ROW

Hashes = npt.NDArray[np.uint64]
# what a post says; its uid says its native_id, and where the row stood is no part of it
_SAID = tuple(name for name in POSTS.names if name not in ("post_uid", "native_id", "raw_row", "source_id"))
_LINK = ("post_uid", "kind", "target_key")
_MIX = (np.uint64(32), np.uint64(0xD6E8FEB86659FD93))


class Merged(NamedTuple):
    """A part without what it, or an earlier part of the file, said already.

    Attributes
    ----------
    kept : polars.DataFrame
        Posts of rows that say something new.
    links_of_kept : polars.DataFrame
        All links of those rows.
    posts, links : polars.DataFrame
        Each post in the last of its snapshots, each link once.
    merged : int
        Rows that say nothing new.
    """

    kept: pl.DataFrame
    links_of_kept: pl.DataFrame
    posts: pl.DataFrame
    links: pl.DataFrame
    merged: int


class Repeats:
    """Remembers the rows, posts and links of one file by their hashes, with secret numbers so that nobody can prepare any."""

    def __init__(self) -> None:
        self._secrets = {name: _Secret() for name in {*POSTS.names, *LINKS.names}}
        self._rows, self._posts, self.uids, self.links = Seen(), Seen(), Seen(), Seen()

    def merge(self, posts: pl.DataFrame, links: pl.DataFrame) -> Merged:
        """Without rows that repeat an earlier one, posts that were given already, and links of the same."""
        uids = self._sums(posts, ("post_uid",))
        first = bool(self.uids.new(_mixed(uids)).all())  # then nothing these posts say was said before
        own = _mixed(uids + self._sums(posts, _SAID))
        each = self._sums(links, _LINK)
        told = _mixed(each + self._sums(links, ("target_raw",)))
        new = self._rows.new(own + np.uint64(3) * summed(told, links[ROW], posts[ROW]), first)
        merged = int((~new).sum())
        kept = only(posts, new)
        if merged:
            stay = places(links[ROW], kept[ROW]) >= 0
            links, each = links.filter(stay), each[stay]
        fresh = only(kept, self._posts.new(own[new], first))
        if not first and fresh["post_uid"].is_duplicated().any():
            fresh = fresh.sort("collected_at", nulls_last=False, maintain_order=True).unique(
                "post_uid", keep="last", maintain_order=True
            )
        return Merged(
            kept,
            links,
            fresh if fresh[ROW].is_sorted() else fresh.sort(ROW),
            only(links, self.links.new(_mixed(each), first)),
            merged,
        )

    def _sums(self, frame: pl.DataFrame, columns: Iterable[str]) -> Hashes:
        total = np.zeros(frame.height, np.uint64)
        for name in columns:
            total += self._secrets[name].hashes(frame[name])
        return total


class _Secret:
    """The hashing of one column: a seed, and an odd number so that two columns do not make up for each other."""

    def __init__(self) -> None:
        self._seed, self._factor = secrets.randbits(63), np.uint64(secrets.randbits(64) | 1)

    def hashes(self, values: pl.Series) -> Hashes:
        """One hash for each value; one for all where there is nothing."""
        if values.null_count() == len(values):
            values = values.head(1)
        return values.hash(self._seed).to_numpy() * self._factor


def _mixed(sums: Hashes) -> Hashes:
    """The sums with their bits shuffled: hashes of numbers lie on a line, and differences of sums would be found again."""
    shift, factor = _MIX
    mixed = sums >> shift
    mixed ^= sums
    mixed *= factor
    mixed ^= mixed >> shift
    return mixed


def only(frame: pl.DataFrame, rows: npt.NDArray[np.bool_]) -> pl.DataFrame:
    """The frame's rows for which it holds."""
    return frame if rows.all() else frame.filter(rows)


def places(rows: pl.Series, among: pl.Series) -> npt.NDArray[np.int64]:
    """Place of each of these rows among different ones of the same part; -1 for those that do not.

    Examples
    --------
    >>> places(pl.Series([4, 9, 2, None]), pl.Series([2, 4, 7])).tolist()
    [1, -1, 0, -1]
    """
    known = among.to_numpy()
    if not len(known):
        return np.full(len(rows), -1)
    low, high = known.min(), known.max()
    table = np.full(high - low + 2, -1)  # the last place is that of all rows that are not among them
    table[known - low] = np.arange(len(known))
    wanted = rows.fill_null(low - 1).to_numpy() - low
    return table[np.where((wanted >= 0) & (wanted <= high - low), wanted, high - low + 1)]


def summed(values: Hashes, rows: pl.Series, among: pl.Series) -> Hashes:
    """The sum of the values of each row, 0 where it has none."""
    sums = np.zeros(len(among), np.uint64)
    np.add.at(sums, places(rows, among), values)
    return sums
