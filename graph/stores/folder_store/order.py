"""A check that rows come in order and without repeats: then a part is finished with its last batch, without a sort.

Most exports are in the order of their ids, and most posts are in a file once. One batch after the other is looked at while
it is written; the links of a batch are put in order first, since readers give them kind by kind.
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

_LINK_ORDER = ("post_uid", "position", "kind", "target_key", "target_raw")


class InOrder:
    """The batches of posts, or of links, of one source.

    Parameters
    ----------
    table : str
        posts or links.

    Attributes
    ----------
    holds : bool
        So far every batch was in order within itself, behind the ones before, and said nothing twice.
    rows : int
        In all batches.

    Examples
    --------
    >>> from ingest.tables import POSTS, conform
    >>> posts = [conform(pa.table({"post_uid": uids}), POSTS) for uids in (["x:1", "x:2"], ["x:3"], ["x:3"])]
    >>> order = InOrder("posts")
    >>> [order.take(some).num_rows and order.holds for some in posts]
    [True, True, False]
    """

    def __init__(self, table: str) -> None:
        self._table = table
        self._last: pa.Scalar | None = None
        self.holds = True
        self.rows = 0

    def take(self, rows: pa.Table) -> pa.Table:
        """Look at the next batch; its rows, in an order that may be better."""
        self.rows += rows.num_rows
        if not self.holds or not rows.num_rows:
            return rows
        uids = rows.column("post_uid").combine_chunks()
        self.holds = not uids.null_count and _rises(uids, strictly=self._table == "posts")
        if self.holds and self._table == "links" and not _rises(uids, strictly=True):
            rows = _in_order(rows)
            self.holds = _each_once(rows)
        if self.holds and self._last is not None:
            self.holds = pc.less(self._last, uids[0]).as_py()
        self._last = uids[-1]
        return rows


def _rises(uids: pa.StringArray, *, strictly: bool) -> bool:
    before = pc.less if strictly else pc.less_equal
    return bool(pc.all(before(uids[:-1], uids[1:]), min_count=0).as_py())


def _in_order(links: pa.Table) -> pa.Table:
    keys = pl.DataFrame({name: links.column(name) for name in _LINK_ORDER})
    order = keys.select(pl.arg_sort_by(*_LINK_ORDER, nulls_last=True)).to_series()
    return links.take(order.to_arrow())


def _each_once(links: pa.Table) -> bool:
    """True if no post has one link twice: the same target, or the same words where there is none."""
    raw = pl.when(pl.col("target_key").is_null()).then("target_raw")
    keys = pl.DataFrame({name: links.column(name) for name in ("post_uid", "kind", "target_key", "target_raw")})
    return not keys.select(pl.struct("post_uid", "kind", "target_key", raw.alias("raw")).is_duplicated().any()).item()
