"""Numbers that every page needs first: worked out once for the sources a case has, and kept on the case's node."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa

from graph.stores.base import Scan
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.cypher import POST, SPOKEN
from graph.stores.neo4j_store.reader import KINDS, PAGE, Reader, Sources
from graph.stores.neo4j_store.rows import arrow, frame, slices
from ingest.errors import CaseError
from ingest.tables import STR

_DAYS = pa.schema([("source_id", STR), ("platform", STR), ("day", pa.date32()), ("posts", pa.int64())])


@dataclass(frozen=True)
class Summary:
    """Counts over a case.

    Attributes
    ----------
    rows : dict of str to int
        Rows per table, each account, post and link once.
    link_kinds : dict of str to int
        Rows of links per kind.
    days : pyarrow table
        Posts per source, platform and day.
    """

    rows: dict[str, int]
    link_kinds: dict[str, int]
    days: pa.Table


def summed_up(bolt: Bolt, sources: Sources) -> tuple[Summary, bool]:
    """The summary of these very sources, and whether it may be kept.

    Who finds none works it out, and leaves it for the next. The numbers of sources are never given twice, and what a
    source says never changes under its number: a summary is right for as long as the case has the sources it was made of,
    in their order. While another source comes or goes, nodes change sides between one count and the next: such a summary
    is for one look only.
    """
    if not sources.numbers:
        return Summary(dict.fromkeys((*SPOKEN, "links", "skipped"), 0), {}, _DAYS.empty_table()), True
    kept = bolt.read(cypher.SUMMARY)[0]
    if kept["of"] == sources.numbers:
        return Summary(**json.loads(kept["counts"]), days=pa.ipc.open_stream(kept["days"]).read_all()), True
    made = _worked_out(bolt, sources)
    quiet = not sources.doomed and bolt.read(cypher.SUMMARY)[0]["loads"] == kept["loads"]
    if quiet:
        with suppress(CaseError):  # a reader's user may not write
            bolt.write((cypher.KEEP_SUMMARY, {"of": sources.numbers, **_packed(made)}))
    return made, quiet


def _packed(made: Summary) -> dict[str, Any]:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, _DAYS) as stream:
        stream.write_table(made.days)
    counts = json.dumps({"rows": made.rows, "link_kinds": made.link_kinds})
    return {"counts": counts, "days": sink.getvalue().to_pybytes()}


def _worked_out(bolt: Bolt, sources: Sources) -> Summary:
    """Read every node and link once; what several rows speak of is resolved first."""
    ready, reader = sources.numbers, Reader(bolt, sources)
    rows = {"skipped": int(bolt.page(cypher.COUNT_SKIPPED, ready=ready)[0])}
    for table, kind in SPOKEN.items():
        statements = (cypher.count_alone(kind), cypher.count_several(kind))
        rows[table] = sum(int(bolt.page(statement, ready=ready)[0]) for statement in statements)
    kinds: dict[str, int] = {}
    for record in bolt.read(cypher.LINK_KINDS_ALONE, ready=ready):
        kind = KINDS.get(record["kind"], record["kind"])
        kinds[kind] = kinds.get(kind, 0) + record["rows"]
    ids = dict(zip(ready, sources.ids, strict=True))
    counted = [
        {"source_id": ids[r["n"]], "platform": r["platform"], "day": _date(r["day"]), "posts": r["posts"]}
        for r in bolt.read(cypher.DAYS_ALONE, ready=ready)
    ]
    days = [pa.Table.from_pylist(counted, schema=_DAYS)]
    for some in slices(reader.several(POST), PAGE):
        for kind in reader.several_links(list(some), Scan(), ready).column("kind").to_pylist():
            kinds[kind] = kinds.get(kind, 0) + 1
        posts = frame(reader.resolved(POST, some, ready)).drop_nulls("created_at")
        dated = posts.select("source_id", "platform", pl.col("created_at").dt.date().alias("day"), posts=pl.lit(1))
        days.append(arrow(dated, _DAYS))
    summed = frame(pa.concat_tables(days)).group_by("source_id", "platform", "day").agg(pl.col("posts").sum())
    return Summary(
        {**rows, "links": sum(kinds.values())},
        dict(sorted(kinds.items())),
        arrow(summed.sort("source_id", "platform", "day", nulls_last=True), _DAYS),
    )


def _date(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)
