"""All engines give the same run on the same case, tie for tie."""

from __future__ import annotations

import importlib.util
import os
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from fixtures_cases import overlapping
from polars.testing import assert_frame_equal

from graph.case.allow_list import allow, allow_list
from graph.case.load import load
from graph.engines import ENGINES
from graph.runs.pipeline import find
from graph.schema import RUN_TABLES, Findings
from graph.settings import Settings
from graph.significance import family_size
from graph.significance.bipartite import components
from graph.stores import open_case
from graph.ties.response_times import own_speeds
from ingest.errors import Cancelled, UsageError

FAR = [name for name, kind in ENGINES.items() if kind.far]
NEEDS = {"duckdb": "ibis", "spark": "pyspark"}
OPTIONS = {
    "duckdb": {"memory": "1GiB", "threads": "2"},
    "spark": {  # small data: compiling each query costs more than running it
        "master": "local[2]",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
    },
}
# Low enough that the most shared links are set aside as viral.
SETTINGS = Settings(traces=("link",), windows_s=(60.0,), worlds=0, viral_pairs=20, pairs=True)


def _need(engine: str) -> None:
    if importlib.util.find_spec(NEEDS[engine]) is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say(f"the extra {engine} is not installed: pip install '.[{engine}]'")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of two overlapping files more than the demo's, so that rows of several sources are resolved."""
    at = tmp_path_factory.mktemp("engines")
    with closing(open_case(str(at / "case"), create=True)) as store:
        load(store, overlapping(at))
        allow(store, "tidewire.example", "a wire service", "Kim")
    return at / "case"


def _found(folder: Path, beside: Path, engine: str, settings: Settings = SETTINGS) -> Findings:
    """A run on a copy of the case: a case would give back the run it has."""
    shutil.copytree(folder, beside)
    with closing(open_case(str(beside))) as store:
        return find(store, settings, engine=engine, engine_options=OPTIONS.get(engine))


@pytest.fixture(scope="module")
def local(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return _found(folder, tmp_path_factory.mktemp("local") / "case", "local")


@pytest.mark.parametrize("engine", FAR)
def test_the_same_run_tie_for_tie(engine: str, folder: Path, local: Findings, tmp_path: Path) -> None:
    _need(engine)
    far = _found(folder, tmp_path / "case", engine)
    assert local.tables["ties"].num_rows > 25
    assert any(local.tables["layers"].column("viral").to_pylist()), "the case was to have viral objects"
    assert any(local.tables["layers"].column("allowed").to_pylist()), "the list was to take something out"
    assert far.run["run_id"] == local.run["run_id"]
    assert far.tables.keys() == local.tables.keys() <= set(RUN_TABLES)
    for name in local.tables:  # sums of floats are added in another order: their last digits may differ
        assert_frame_equal(pl.DataFrame(far.tables[name]), pl.DataFrame(local.tables[name]), rel_tol=1e-9)
    for key in ("counts", "notes"):
        assert far.run[key] == local.run[key]


def test_a_family_that_is_estimated_is_the_same(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _need("duckdb")
    monkeypatch.setattr(family_size, "COUNTED", 0)
    monkeypatch.setattr(family_size, "PICKED", 40)
    here, far = (_found(folder, tmp_path / engine, engine) for engine in ("local", "duckdb"))
    assert (
        "number of pairs tested by the timing test is an upper estimate"
        in here.tables["layers"].column("note")[0].as_py()
    )
    for name in ("layers", "ties", "pairs"):
        assert_frame_equal(pl.DataFrame(far.tables[name]), pl.DataFrame(here.tables[name]), rel_tol=1e-9)


def test_own_speeds_are_the_same_from_afar(folder: Path) -> None:
    """The others' first acts come from the engine, under numbers of its own."""
    _need("duckdb")
    said = {}
    with closing(open_case(str(folder))) as store:
        for name in ("local", "duckdb"):
            with ENGINES[name].start(OPTIONS.get(name, {})) as opened:
                (layer,) = opened.layers(store, SETTINGS, allow_list(store), lambda *_: None)
                pairs, names = layer.pairs, layer.actions.accounts.to_pylist()
                strong = pairs.where(pairs.observed >= 4)
                label = components(len(names), strong.a, strong.b)
                own = own_speeds(layer, strong.a, strong.b, label, np.zeros(len(strong)))
                said[name] = {(names[a], names[b]): one for a, b, one in zip(strong.a, strong.b, own, strict=True)}
    assert said["duckdb"] == pytest.approx(said["local"])
    assert len({round(part, 2) for part in said["local"].values()}) > 3


@pytest.mark.parametrize("engine", FAR)
@pytest.mark.parametrize(
    ("options", "settings", "found"),
    [
        ({"memroy": "2GiB"}, SETTINGS, "has no option 'memroy'"),
        ({}, replace(SETTINGS, preset="coortweet"), "does not hold what the preset coortweet counts"),
    ],
)
def test_what_an_engine_cannot_do_is_said(
    engine: str, options: dict[str, str], settings: Settings, found: str, folder: Path
) -> None:
    _need(engine)
    with closing(open_case(str(folder))) as store, pytest.raises(UsageError, match=found):
        find(store, settings, engine=engine, engine_options=options)


def test_an_engine_that_is_not_there(folder: Path) -> None:
    with closing(open_case(str(folder))) as store, pytest.raises(UsageError, match="There is no engine 'dukdb'"):
        find(store, SETTINGS, engine="dukdb")


def test_a_cancelled_staging_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    _need("duckdb")

    def cancel(step: str, done: int, total: int | None) -> None:
        if step.startswith("Staging") and done:
            raise Cancelled("Stopped.")

    options = {"staging": str(tmp_path / "staged"), "temp": str(tmp_path)}
    with closing(open_case(str(folder))) as store:
        before = store.runs()
        with pytest.raises(Cancelled):
            find(store, replace(SETTINGS, seed=9), cancel, engine="duckdb", engine_options=options)
        assert store.runs() == before
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]
