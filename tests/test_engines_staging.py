"""Staged actions: the Parquet files hold what can be paired, in parts of a bounded size, and are gone afterwards."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fixtures_stores import account, at, batch, link, post, put

from graph.engines import staging
from graph.engines.staging import SCHEMA, staged
from graph.settings import Narrow
from graph.stores import Store, open_case
from graph.toy_data import actions_table
from graph.traces import TRACES


@pytest.fixture
def case(tmp_path: Path) -> Store:
    """Four posts of two accounts: three link to an address, of which one has no time."""
    store = open_case(str(tmp_path / "case"), create=True)
    posts = [post(f"x:p{n}", f"x:{n % 2}", at(n)) for n in range(4)]
    links = [link(f"x:p{n}", f"x:{n % 2}", "url", "a.example/1", at(n) if n else None) for n in range(3)]
    put(store, "s1", batch(accounts=[account("x:0"), account("x:1")], posts=posts, links=links))
    return store


def test_only_actions_that_can_be_paired_are_staged(case: Store, tmp_path: Path) -> None:
    at_folder, said = tmp_path / "staging", []
    with staged(TRACES["link"], case, Narrow(), str(at_folder), lambda *step: said.append(step)) as address:
        table = pq.read_table(Path(address).parent)
        assert table.schema.names == SCHEMA.names
        assert sorted(table.column("post").to_pylist()) == ["x:p1", "x:p2"]  # the third has no time
        assert set(table.column("object").to_pylist()) == {"a.example/1"}
        assert all(isinstance(value, int) for value in table.column("t").to_pylist())
    assert said[-1] == ("Staging links", 3, None)
    assert not list(at_folder.iterdir())


@pytest.mark.parametrize("trace", ["reply", "near_text"])
def test_there_is_a_file_even_without_a_row(case: Store, tmp_path: Path, trace: str) -> None:
    with staged(TRACES[trace], case, Narrow(), str(tmp_path / "staging"), lambda *step: None) as address:
        (file,) = Path(address).parent.iterdir()
        assert pq.read_table(file).num_rows == 0


def test_files_are_of_a_bounded_size(case: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is full is closed before the next batch is written."""
    monkeypatch.setattr(staging, "FILE_ROWS", 4)
    table = actions_table([("x:0", "a.example/1", n) for n in range(3)])
    monkeypatch.setattr(staging, "_batches", lambda *given: iter([table] * 5))
    with staged(TRACES["link"], case, Narrow(), str(tmp_path / "staging"), lambda *step: None) as address:
        rows = [pq.read_table(file).num_rows for file in sorted(Path(address).parent.iterdir())]
    assert rows == [6, 6, 3]
