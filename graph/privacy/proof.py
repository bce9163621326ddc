"""Proof that a case no longer names somebody: everything in it is read again and searched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import polars as pl
import pyarrow as pa

from graph.privacy.erasure import Person
from graph.schema import RUN_TABLES
from graph.stores.base import Leftovers, Scan, Store
from ingest.privacy.erasure import SURE

_ABOUT = re.compile("(account|post)(?:_|$)")
_PARTS = ("accounts", "posts", "links", "skipped")


@dataclass
class Proof:
    """Result of a search for somebody in a whole case.

    Attributes
    ----------
    bytes : int
        Bytes of text that were searched.
    hits : dict of str to int
        Place (a table, ``runs``, ``notes``, ``sources``, ``codes``) to the number of values that name them.
    left : Leftovers
        Files that no longer count, which others still keep in use.
    """

    bytes: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    left: Leftovers = field(default_factory=Leftovers)


def proof(store: Store, who: Person) -> Proof:
    """Search all tables of all sources, all runs, notes and codes for the names of an account.

    Parameters
    ----------
    store : Store
    who : Person
        As it was known before it was forgotten.

    Notes
    -----
    An id counts behind its platform (``x:12``), and bare from six digits on; a handle behind ``@``, ``#`` or ``/``, and
    bare where it is unmistakable (``ingest.privacy.erasure.SURE``). Posts of theirs count by their uids.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> from graph.privacy.erasure import forget, person
    >>> case = toy_case()
    >>> who = person(case, "@user1")
    >>> before = proof(case, who).hits["posts"] > 0
    >>> _ = forget(case, who)
    >>> before, proof(case, who).hits, proof(case, who).bytes > 10_000
    (True, {}, True)
    """
    found = Proof(left=store.leftovers())
    # An account may have the uid of a post, where a platform counts both from one.
    sought = {
        "account": _pattern(who, who.names),
        "post": _pattern(who, who.posts),
        "any": _pattern(who, [*who.names, *who.posts]),
    }
    for place, column, texts in _everything(store):
        found.bytes += int(texts.str.len_bytes().sum())
        about = _ABOUT.match(column)
        hits = int(texts.str.contains(sought[about[1] if about else "any"]).sum())
        if hits:
            found.hits[place] = found.hits.get(place, 0) + hits
    return found


def _everything(store: Store) -> Iterator[tuple[str, str, pl.Series]]:
    """All words of a case, with the place and the column they stand in."""
    for source in store.sources().column("source_id").to_pylist():
        for table in _PARTS:
            for batch in store.scan(table, Scan(source_id=source)):
                rows = _frame(pa.Table.from_batches([batch]))
                if table == "links":
                    to_posts = rows["kind"].is_in(["repost", "reply", "quote"]).fill_null(False)
                    yield table, "post_target", rows["target_key"].filter(to_posts).drop_nulls()
                    rows = rows.with_columns(pl.when(~to_posts).then("target_key").alias("target_key"))
                yield from ((table, texts.name, texts) for texts in _texts(rows))
    for run in store.runs():
        yield "runs", "", _as_json(run)
        for name in RUN_TABLES:
            yield from (
                ("runs", texts.name, texts) for texts in _texts(_frame(store.run_table(str(run["run_id"]), name)))
            )
    yield "notes", "", _as_json(*store.notes())
    yield "sources", "", _as_json(*store.sources().to_pylist())
    yield from (("codes", texts.name, texts) for texts in _texts(_frame(store.codes())))


def _frame(rows: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(rows))


def _texts(rows: pl.DataFrame) -> Iterator[pl.Series]:
    for column in rows.iter_columns():
        texts = column.explode() if isinstance(column.dtype, pl.List) else column
        if texts.dtype == pl.String:
            yield texts.drop_nulls()


def _as_json(*values: object) -> pl.Series:
    return pl.Series([json.dumps(value, ensure_ascii=False, default=str) for value in values], dtype=pl.String)


def _pattern(who: Person, uids: Sequence[str]) -> str:
    handles = {name.partition(":@")[2] for name in who.names if ":@" in name}
    ids = {name.partition(":")[2] for name in who.names if ":@" not in name}
    sure = [re.escape(word) for word in sorted(handles) if SURE.fullmatch(word.replace(".", "_"))]
    sure += [one for one in sorted(ids) if one.isdigit() and len(one) >= 6]
    behind = "|".join(re.escape(handle) for handle in sorted(handles))
    parts = [rf"(?:^|[^\w])(?:{'|'.join(map(re.escape, sorted(uids)))})(?:$|[^\w])"] if uids else []
    parts += [rf"[@＠#＃/](?:{behind})(?:$|[^\w])"] if behind else []
    parts += [rf"(?:^|[\W_])(?:{'|'.join(sure)})(?:$|[\W_])"] if sure else []
    return "(?i)" + "|".join(parts)
