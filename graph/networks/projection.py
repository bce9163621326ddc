"""Projection without a window: accounts as weighted bags of objects, compared by cosine.

Only pairs that share an object are ever held: products of sparse rows, a block at a time, above the diagonal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from scipy.sparse import coo_array, csr_array, triu

from graph.pairing.actions import Actions, named
from graph.pairing.arrays import Floats, Ints, Mask
from ingest.errors import UsageError

MOST_PAIRS = 20_000_000  # pairs of accounts held at once, and the most a method without a window may draw
Idf = Literal["smooth", "log2"]


@dataclass(frozen=True)
class Weighted:
    """Pairs of accounts with a weight.

    Attributes
    ----------
    a, b : int arrays of shape (pairs,)
        Positions of the accounts, a < b, sorted.
    weight : float array of shape (pairs,)
    """

    a: Ints
    b: Ints
    weight: Floats

    def __len__(self) -> int:
        return len(self.a)

    def table(self, actions: Actions, keeps: Mask) -> pl.DataFrame:
        """The columns a preset gives: both uids, ``preset_weight`` and ``preset_keeps``."""
        return pl.DataFrame(
            {
                "account_a": named(actions.accounts, self.a),
                "account_b": named(actions.accounts, self.b),
                "preset_weight": self.weight,
                "preset_keeps": keeps,
            }
        )


def bags(actions: Actions) -> csr_array:
    """Number of actions of each account on each object.

    Returns
    -------
    scipy.sparse.csr_array of shape (accounts, objects)

    Examples
    --------
    >>> from graph.toy_data import three_friends
    >>> bags(Actions.from_table(three_friends())).toarray().astype(int).tolist()
    [[1, 1, 1], [1, 1, 1], [1, 1, 1]]
    """
    shape = (len(actions.accounts), len(actions.objects))
    return csr_array(coo_array((np.ones(len(actions)), (actions.account, actions.object)), shape=shape))


def tf_idf(counts: csr_array, idf: Idf = "smooth", min_df: int = 1) -> csr_array:
    """Bags weighted by how rare their objects are, every row of length 1.

    Parameters
    ----------
    counts : scipy.sparse.csr_array of shape (accounts, objects)
        Term frequencies as they are to be used; an account without any is no document.
    idf : str
        ``smooth``: ln((1 + N) / (1 + df)) + 1, scikit-learn's; ``log2``: log2(N / df), gensim's.
    min_df : int
        Objects of fewer accounts are left out; all are kept where none is left otherwise, as the reference code does.

    Examples
    --------
    >>> tf_idf(csr_array(np.array([[3.0, 0.0], [4.0, 0.0]]))).toarray().tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    documents = int((np.diff(counts.indptr) > 0).sum())
    audience = np.bincount(counts.indices, minlength=counts.shape[1])
    if (audience >= min_df).any():
        keep = (audience >= min_df)[counts.indices]
        row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        counts = csr_array((counts.data[keep], (row[keep], counts.indices[keep])), shape=counts.shape)
    seen = np.maximum(audience, 1)
    rarity = np.log((1 + documents) / (1 + seen)) + 1 if idf == "smooth" else np.log2(np.maximum(documents, 1) / seen)
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    data = counts.data * rarity[counts.indices]
    length = np.sqrt(np.bincount(row, weights=data**2, minlength=counts.shape[0]))
    return csr_array((data / np.where(length > 0, length, 1)[row], (row, counts.indices)), shape=counts.shape)


def products(rows: csr_array) -> Weighted:
    """The inner product of every two rows that have a column in common: of unit rows, their cosine.

    Raises
    ------
    UsageError
        If more than ``MOST_PAIRS`` pairs share something.

    Examples
    --------
    >>> products(csr_array(np.array([[1.0, 2.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 1.0]]))).weight.tolist()
    [6.0]
    """
    columns = csr_array(rows.T)
    parts: list[tuple[Ints, Ints, Floats]] = []
    held = 0
    for first, last in _blocks(rows):
        above = coo_array(triu(rows[first:last] @ columns, k=first + 1))
        positive = above.data > 0
        parts.append(
            (above.row[positive].astype(np.int64) + first, above.col[positive].astype(np.int64), above.data[positive])
        )
        held += len(parts[-1][0])
        if held > MOST_PAIRS:
            raise UsageError(
                f"This method compares any two accounts that ever shared something: more than {MOST_PAIRS:,} pairs here.",
                hint="Look at a part of the case (--from, --to, --accounts), or raise the dial for activity.",
            )
    if not parts:
        return Weighted(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    a, b, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((b, a))
    return Weighted(a[order], b[order], weight[order])


def _blocks(rows: csr_array) -> Iterator[tuple[int, int]]:
    """Runs of rows whose products take about ``MOST_PAIRS`` steps each."""
    audience = np.bincount(rows.indices, minlength=rows.shape[1])
    steps = np.cumsum(np.concatenate([[0], audience[rows.indices]]))[rows.indptr]
    first, end = 0, rows.shape[0]
    while first < end:
        last = int(np.searchsorted(steps, steps[first] + MOST_PAIRS, side="right")) - 1
        last = min(max(last, first + 1), end)
        yield first, last
        first = last


def active(actions: Actions, minimum: float) -> Mask:
    """Mask of the accounts that acted at least so often."""
    return np.bincount(actions.account, minlength=len(actions.accounts)) >= minimum


def only(counts: csr_array, accounts: Mask) -> csr_array:
    """The bags of some accounts; the others' rows stay, empty."""
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    keep = accounts[row]
    return csr_array((counts.data[keep], (row[keep], counts.indices[keep])), shape=counts.shape)
