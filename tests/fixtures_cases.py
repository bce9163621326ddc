"""Cases with runs, built once a session through the same steps a person takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.case.load import load
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from graph.stores.base import Store
from ingest.synthetic import Plan, write_demo

SMALL = Plan(accounts=600, actions=5_000, links=900, fans=60, fan_links=20, fan_picks=8, groups=2)


def overlapping(folder: Path) -> list[Path]:
    """The small case's files and one more that says a part of the first again, so that rows of several sources are resolved."""
    files = write_demo(folder / "files", seed=3, plan=SMALL)
    again = folder / "again.jsonl"
    again.write_bytes(b"\n".join(files[0].read_bytes().splitlines()[:400]) + b"\n")
    return [*files, again]


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small synthetic case of four platforms with one run over every trace it can carry."""
    folder = tmp_path_factory.mktemp("demo")
    store = open_case(str(folder / "case"), create=True)
    load(store, write_demo(folder / "files", seed=3, plan=SMALL))
    find(store, Settings())
    yield store
    store.close()


@pytest.fixture(scope="session")
def quiet_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The same without anything planted: a run that finds nothing."""
    folder = tmp_path_factory.mktemp("quiet")
    store = open_case(str(folder / "case"), create=True)
    load(store, write_demo(folder / "files", seed=3, plan=SMALL.noise_only()))
    find(store, Settings())
    yield store
    store.close()


@pytest.fixture(scope="module")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small case without a run, for one module that may write to it."""
    folder = tmp_path_factory.mktemp("own")
    store = open_case(str(folder / "case"), create=True)
    load(store, write_demo(folder / "files", seed=3, plan=SMALL))
    yield store
    store.close()


@pytest.fixture(scope="module")
def own_found(own_store: Store) -> Store:
    """The same with one run over its links."""
    find(own_store, Settings(traces=("link",)))
    return own_store


@pytest.fixture
def data(shared: Path) -> Path:
    """The folder of real data sets."""
    return shared / "data"
