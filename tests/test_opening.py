"""A page asked for the first time reads no post, link or account it does not name: it opens as fast on ten million posts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partialmethod
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fixtures_cases import overlapping
from fixtures_neo4j import forget
from fixtures_stores import account, batch, link, post, record
from page_request import CALLBACK, asks_for

from dashboards.pages import PAGES
from dashboards.server.app import create_app
from graph.case.load import load
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import Scan, Store, open_case
from graph.stores.folder_store.manifest import read_manifest
from graph.stores.folder_store.store import FolderStore
from graph.stores.folder_store.view import View
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.store import Neo4jStore

Read = tuple[str, str]


@pytest.fixture(scope="module", params=["folder", "neo4j"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two files that have posts in common, and a run."""
    at = tmp_path_factory.mktemp("opening")
    neo4j = request.param == "neo4j"
    address = (
        f"{request.getfixturevalue('neo4j_address')}?case=opening-{uuid4().hex[:8]}" if neo4j else str(at / "case")
    )
    with closing(open_case(address, create=True)) as store:
        load(store, overlapping(at))
        find(store, Settings(traces=("link",), windows_s=(60.0,), worlds=0))
        yield address
    if neo4j:
        forget(address)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Read]:
    """Which tables are read without naming rows, and by what."""
    seen: list[Read] = []

    def scanned(self: Any, table: str, what: Scan, scan: Any) -> Iterator[Any]:
        if what.uids is None and table != "sources":
            seen.append(("scan", table))
        return scan(self, table, what)

    for kind in (FolderStore, Neo4jStore):
        monkeypatch.setattr(kind, "scan", partialmethod(scanned, scan=kind.scan))
    _watch_folder(monkeypatch, seen)
    _watch_neo4j(monkeypatch, seen)
    return seen


def _watch_folder(monkeypatch: pytest.MonkeyPatch, seen: list[Read]) -> None:
    rows, repeated = View._rows, View._repeated

    def asked(self: View, table: str, entries: Any, only: str = "") -> str:
        if not only:
            seen.append(("query", table))
        return rows(self, table, entries, only)

    def overlapping(self: View, table: str, entries: Any) -> str:
        if not self.manifest.summary:
            seen.append(("overlap", table))
        return repeated(self, table, entries)

    monkeypatch.setattr(View, "_rows", asked)
    monkeypatch.setattr(View, "_repeated", overlapping)


def _watch_neo4j(monkeypatch: pytest.MonkeyPatch, seen: list[Read]) -> None:
    whole = {cypher.DAYS_ALONE: "posts", cypher.LINK_KINDS_ALONE: "links"}
    for table, kind in cypher.SPOKEN.items():
        whole |= dict.fromkeys((cypher.count_alone(kind), cypher.count_several(kind), cypher.several(kind)), table)

    def watched(self: Bolt, statement: str, ask: Any, **values: Any) -> Any:
        if statement in whole:
            seen.append(("query", whole[statement]))
        return ask(self, statement, **values)

    for name in ("read", "page"):
        monkeypatch.setattr(Bolt, name, partialmethod(watched, ask=getattr(Bolt, name)))


def asked_for(store: Store, path: str) -> int:
    """The answer to a page's first callback: its status."""
    client = create_app(store).server.test_client()
    headers = {"Host": "127.0.0.1:8050", "Origin": "http://127.0.0.1:8050"}
    return int(client.post(CALLBACK, json=asks_for(path), headers=headers).status_code)


# What a page is about, and nothing narrower can be asked for: hashtags of members, the names that any text may hold, all links.
STILL_READ = {"/group": {"links"}, "/briefing": {"accounts"}, "/outlinks": {"accounts", "links"}}


@pytest.mark.parametrize("path", [page.PATH for page in PAGES])
def test_a_first_page_reads_no_whole_table(case: str, path: str, read: list[Read]) -> None:
    with closing(open_case(case)) as store:
        assert asked_for(store, path) == 200
    assert {table for _, table in read} == STILL_READ.get(path, set())


def told(store: Store) -> tuple[Any, ...]:
    """What a summary holds, as the store says it."""
    return [store.count(name) for name in ("accounts", "posts", "links", "skipped")], store.days(), store.link_kinds()


def test_a_case_is_summed_up_once_and_kept(case: str, read: list[Read]) -> None:
    with closing(open_case(case)) as store:
        first = told(store)
        assert not read
        _lose_summary(store)
    with closing(open_case(case)) as store:  # nobody has summed this case up
        assert told(store) == first
    assert {table for _, table in read} == {"accounts", "posts", "links"}
    read.clear()
    with closing(open_case(case)) as store:
        assert told(store) == first
    assert not read


def _lose_summary(store: Store) -> None:
    """Make the case one that an older version wrote."""
    if isinstance(store, Neo4jStore):
        store._bolt.write((cypher.KEEP_SUMMARY, dict.fromkeys(("of", "counts", "days"))))
        return
    at = Path(store.address) / "case.json"
    kept = read_manifest(at.parent).summary
    assert kept and set(kept.overlaps) == {"accounts", "posts"}
    at.write_text(at.read_text().replace('"summary"', '"of_an_older_version"'))


def test_a_summary_follows_the_sources(case: str) -> None:
    with closing(open_case(case)) as store, closing(open_case(case)) as other:
        before = told(store)
        with store.writer("f" * 16) as writer:
            writer.write(batch([account("x:n")], [post("x:n1", "x:n")], [link("x:n1", "x:n", "url", "n.example")]))
            assert told(other) == before, "while a source comes in"
            writer.finish(record("f" * 16))
        assert store.count("posts") == before[0][1] + 1 and "f" * 16 in store.days().column("source_id").to_pylist()
        store.remove("f" * 16)
        assert told(store) == before
