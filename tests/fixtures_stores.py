"""Cases in both kinds of stores, and small batches to put into them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from graph.stores import Scan, Store, open_case
from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, TABLES, Batch, to_arrow

T0 = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
Row = Mapping[str, Any]


def at(seconds: float) -> datetime:
    """A time after the tests' first one."""
    return T0 + timedelta(seconds=seconds)


def account(uid: str, **more: Any) -> dict[str, Any]:
    """A row of accounts."""
    platform, _, native = uid.partition(":")
    return {"account_uid": uid, "platform": platform, "native_id": native, "uid_from": "id", **more}


def post(uid: str, by: str, when: datetime | None = T0, **more: Any) -> dict[str, Any]:
    """A row of posts."""
    platform, _, native = uid.partition(":")
    own = {"post_uid": uid, "platform": platform, "native_id": native, "account_uid": by, "created_at": when}
    return {**own, "created_at_precision": "s", "kind": "original", **more}


def link(post_uid: str, by: str, kind: str, key: str, when: datetime | None = T0, **more: Any) -> dict[str, Any]:
    """A row of links."""
    own = {"post_uid": post_uid, "account_uid": by, "at": when, "kind": kind, "target_key": key}
    return {**own, "target_raw": key, "resolved": False, "inherited": False, "position": 0, **more}


def batch(
    accounts: Sequence[Row] = (), posts: Sequence[Row] = (), links: Sequence[Row] = (), skipped: Sequence[Row] = ()
) -> Batch:
    """Rows as a reader would hand them over."""
    return Batch(
        to_arrow(accounts, ACCOUNTS),
        to_arrow(posts, POSTS),
        to_arrow(links, LINKS),
        to_arrow(skipped, SKIPPED),
        rows_in=len(posts) + len(skipped),
        rows_kept=len(posts),
        rows_merged=0,
    )


def record(source_id: str, **more: Any) -> dict[str, Any]:
    """A row of sources."""
    own = {"source_id": source_id, "reader": "test", "reader_version": 1, "options": "{}", "sha256": source_id * 2}
    return {**own, "file_name": f"{source_id}.csv", "ingested_at": T0, **more}


def put(store: Store, source_id: str, *batches: Batch, replaces: str | None = None, **more: Any) -> None:
    """Take a source in."""
    with store.writer(source_id, replaces=replaces) as writer:
        for rows in batches:
            writer.write(rows)
        writer.finish(record(source_id, **more))


def table(store: Store, name: str, **what: Any) -> pa.Table:
    """All rows of a scan as one table."""
    schema = TABLES[name]
    columns = what.get("columns")
    wanted = schema if columns is None else pa.schema([schema.field(column) for column in columns])
    return pa.Table.from_batches(list(store.scan(name, Scan(**what))), schema=wanted)


def rows(store: Store, name: str, **what: Any) -> list[dict[str, Any]]:
    """All rows of a scan as dictionaries."""
    return table(store, name, **what).to_pylist()


@pytest.fixture(params=["folder", "neo4j"])
def new_case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Makes empty cases of one kind, and opens them again: ``new_case("spring")``."""
    opened: list[Store] = []
    if request.param == "neo4j":
        pytest.importorskip("graph.stores.neo4j_store.store", reason="the Neo4j store is not there")
        server, session = request.getfixturevalue("neo4j_address"), uuid.uuid4().hex[:8]

    def make(name: str = "case") -> Store:
        address = f"{server}?case=test-{session}-{name}" if request.param == "neo4j" else str(tmp_path / name)
        opened.append(open_case(address, create=True))
        return opened[-1]

    yield make
    for store in opened:
        if request.param == "neo4j":
            for source_id in store.sources().column("source_id").to_pylist():
                store.remove(source_id)
        store.close()


@pytest.fixture
def store(new_case: Callable[..., Store]) -> Store:
    """An empty case, in each kind of store."""
    return new_case()
