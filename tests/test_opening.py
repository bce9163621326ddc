"""A page asked for the first time reads no post, link or account it does not name: it opens as fast on ten million posts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fixtures_cases import overlapping

from dashboards.app import create_app
from dashboards.pages import PAGES
from graph.load import load
from graph.pipeline import find
from graph.settings import Settings
from graph.stores import Scan, Store, open_case
from graph.stores._folder.manifest import read_manifest
from graph.stores._folder.view import View
from graph.stores.folder import FolderStore

Read = tuple[str, str]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files that have posts in common, and a run."""
    at = tmp_path_factory.mktemp("opening")
    with closing(open_case(str(at / "case"), create=True)) as store:
        load(store, overlapping(at))
        find(store, Settings(traces=("link",), windows_s=(60.0,), worlds=19))
    return at / "case"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Read]:
    """Which tables are read without naming rows, and by what."""
    seen: list[Read] = []
    scan, rows, repeated = FolderStore.scan, View._rows, View._repeated

    def scanned(self: FolderStore, table: str, what: Scan) -> Iterator[Any]:
        if what.uids is None and table != "sources":
            seen.append(("scan", table))
        return scan(self, table, what)

    def asked(self: View, table: str, entries: Any, only: str = "") -> str:
        if not only:
            seen.append(("query", table))
        return rows(self, table, entries, only)

    def overlapping(self: View, table: str, entries: Any) -> str:
        if not self.manifest.summary:
            seen.append(("overlap", table))
        return repeated(self, table, entries)

    monkeypatch.setattr(FolderStore, "scan", scanned)
    monkeypatch.setattr(View, "_rows", asked)
    monkeypatch.setattr(View, "_repeated", overlapping)
    return seen


def asked_for(store: Store, path: str) -> int:
    """The answer to a page's first callback: its status."""
    body = {
        "output": "..top.children...rail.children...page.children..",
        "outputs": [{"id": i, "property": "children"} for i in ("top", "rail", "page")],
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": ""},
        ],
        "changedPropIds": ["url.pathname"],
    }
    client = create_app(store).server.test_client()
    headers = {"Host": "127.0.0.1:8050", "Origin": "http://127.0.0.1:8050"}
    return int(client.post("/_dash-update-component", json=body, headers=headers).status_code)


# What a page is about, and nothing narrower can be asked for: hashtags of members, the names that any text may hold.
STILL_READ = {"/group": "links", "/briefing": "accounts"}


@pytest.mark.parametrize("path", [page.PATH for page in PAGES])
def test_a_first_page_reads_no_whole_table(case: Path, path: str, read: list[Read]) -> None:
    with closing(open_case(str(case))) as store:
        assert asked_for(store, path) == 200
    assert {table for _, table in read} == {STILL_READ[path]} if path in STILL_READ else not read


def test_a_case_is_summed_up_once_and_kept(case: Path, read: list[Read]) -> None:
    with closing(open_case(str(case))) as store:
        first = [store.count(name) for name in ("accounts", "posts", "links")], store.days(), store.link_kinds()
    assert not read
    kept = read_manifest(case).summary
    assert kept and set(kept.overlaps) == {"accounts", "posts"}
    (case / "case.json").write_text((case / "case.json").read_text().replace('"summary"', '"of_an_older_version"'))
    with closing(open_case(str(case))) as store:  # nobody has summed this case up
        again = [store.count(name) for name in ("accounts", "posts", "links")], store.days(), store.link_kinds()
    assert again == first
    assert {table for _, table in read} == {"accounts", "posts", "links"}
    assert read_manifest(case).summary is not None
