"""Actions of one trace: who acted on what and when, sorted by object and time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.pairing.arrays import Ints, Mask


@dataclass(frozen=True, eq=False)  # engines remember what they found about these very actions
class Actions:
    """Actions of one trace, sorted by object, then time.

    Attributes
    ----------
    account, object : int arrays of shape (n,)
        Positions in ``accounts`` and ``objects``.
    time : int array of shape (n,)
        Microseconds since 1970, UTC.
    post : pyarrow string array of length n
        The post each action was made with.
    accounts, objects : pyarrow string arrays, sorted
        Uids and object keys.
    """

    account: Ints
    object: Ints
    time: Ints
    post: pa.Array
    accounts: pa.Array
    objects: pa.Array

    def __len__(self) -> int:
        return len(self.account)

    def without_objects(self, drop: Ints) -> Actions:
        """The actions on all other objects; accounts and objects keep their positions."""
        return self.where(~np.isin(self.object, drop))

    def where(self, keep: Mask) -> Actions:
        """Some of the actions; accounts and objects keep their positions."""
        return Actions(
            self.account[keep],
            self.object[keep],
            self.time[keep],
            self.post.filter(pa.array(keep)),
            self.accounts,
            self.objects,
        )

    def repeats(self, other: Actions) -> bool:
        """True if these are the other's actions under other names of objects: testing both would count one thing twice."""
        return (
            np.array_equal(self.account, other.account)
            and np.array_equal(self.object, other.object)
            and np.array_equal(self.time, other.time)
            and self.accounts.equals(other.accounts)
            and self.post.equals(other.post)
        )

    @classmethod
    def from_table(cls, table: pa.Table) -> Actions:
        """Actions from a table with ``account_uid``, ``object``, ``at`` and ``post_uid``.

        Rows without an account, object or time are left out; a post that names one object twice acted once.

        Examples
        --------
        >>> from graph.toy_data import three_friends
        >>> actions = Actions.from_table(three_friends())
        >>> len(actions), actions.accounts.to_pylist()
        (9, ['x:ann', 'x:ben', 'x:cem'])
        """
        needed = [table.column(name) for name in ("account_uid", "object", "at")]
        if any(column.null_count for column in needed):
            known = [pc.is_valid(column) for column in needed]
            return cls.from_table(table.filter(pc.and_(pc.and_(known[0], known[1]), known[2])))
        account, accounts = _codes(needed[0])
        object_, objects = _codes(needed[1])
        time = needed[2].cast(pa.int64()).to_numpy().astype(np.int64)
        post = table.column("post_uid")
        order = _sorted_once(object_, time, account, post)
        posts = pa.chunked_array(post.take(pa.array(order)), pa.string()).combine_chunks()
        return cls(account[order], object_[order], time[order], posts, accounts, objects)


def _codes(values: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """Each value's position among the sorted distinct values, so that codes do not depend on the order of rows."""
    if not len(values):
        return np.zeros(0, np.int64), pa.array([], pa.string())
    # in one piece: dictionaries of many pieces take ten times as long to bring together
    encoded = pa.concat_arrays(values.cast(pa.large_string()).chunks).dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    code = encoded.indices.to_numpy(zero_copy_only=False)
    return rank[code], encoded.dictionary.take(pa.array(order)).cast(pa.string())


def _sorted_once(object_: Ints, time: Ints, account: Ints, post: pa.ChunkedArray) -> Ints:
    """The rows by object, time, account and post, each post once per object.

    Object and time in one number sort fast; accounts and posts are only looked at where both are equal.
    """
    key = _one_number(object_, time)
    order = np.argsort(key)
    sorted_key = key[order]
    again = sorted_key[1:] == sorted_key[:-1]
    tied = np.flatnonzero(np.append(again, False) | np.append(False, again)[: len(key)])
    if not len(tied):
        return order
    rows = order[tied]
    number, _ = _codes(post.take(pa.array(rows)))
    right = np.lexsort((number, account[rows], sorted_key[tied]))
    rows, number, when = rows[right], number[right], sorted_key[tied]
    order[tied] = rows
    same = (number[1:] == number[:-1]) & (account[rows[1:]] == account[rows[:-1]]) & (when[1:] == when[:-1])
    return np.delete(order, tied[1:][same])


def _one_number(object_: Ints, time: Ints) -> Ints:
    """A number per row that sorts by object, then time."""
    if not len(time):
        return time
    time = time - time.min()
    width = int(time.max()) + 1
    if (int(object_.max()) + 1) * width >= 2**63:  # times are rarely as fine as they are written
        step = max(int(np.gcd.reduce(time)), 1)
        time, width = time // step, (width - 1) // step + 1
    if (int(object_.max()) + 1) * width >= 2**63:
        values, time = np.unique(time, return_inverse=True)
        width = len(values)
    return object_ * width + time


def named(names: pa.Array, positions: Ints) -> pl.Series:
    """Names at the given positions."""
    return pl.Series(names.take(pa.array(positions)))
