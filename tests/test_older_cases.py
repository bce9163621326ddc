"""A case written by an older version opens, shows its run as it was, and gets a new run where the method has changed since."""

from __future__ import annotations

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from graph.case.notes import About
from graph.case.verdicts import standing
from graph.report.report import Report
from graph.report.run import find_run
from graph.runs.pipeline import METHOD, find
from graph.schema import RUN_TABLES
from graph.settings import Settings
from graph.stores import open_case

OLDER = sorted((Path(__file__).parent / "older_cases").glob("*.zip"))
"""Made by the version each is named after, of invented data; ``key/`` holds the case's key."""


@pytest.mark.parametrize("archive", OLDER, ids=lambda file: file.stem)
def test_a_case_of_an_older_version_is_whole(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case, config = tmp_path / "case", tmp_path / "config"
    with ZipFile(archive) as packed:
        packed.extractall(case)
    shutil.move(case / "key", config / "keys")
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(config))
    store = open_case(str(case))
    try:
        run = find_run(store, None)
        report = Report(store, run["run_id"])
        assert (store.count("posts"), store.count("accounts")) == (671, 78)
        assert (run["run_id"], run["counts"]["ties"], run["counts"]["closed"]) == ("59c91f0c3286", 31, 2)
        group = report.groups()[0] if isinstance(report.groups(), list) else report.groups().iloc[0]
        (verdict,) = standing(store.notes("verdict"), About(run["run_id"], group_id=group["group_id"]))
        assert (verdict["verdict"], verdict["by"]) == ("confirmed", "Ann Example")
        before = store.runs()
        held = {name: store.run_table(run["run_id"], name) for name in RUN_TABLES}
        new = find(store, Settings(windows_s=(60.0,))).run
        assert (run["method"], new["method"]) == ("pairs and groups 3", METHOD) and new["run_id"] != run["run_id"]
        assert store.runs() == [*before, new], "the old run stays as it was, the new method's is beside it"
        assert {name: store.run_table(run["run_id"], name) for name in RUN_TABLES} == held
        assert (new["counts"]["ties"], new["counts"]["closed"]) == (31, 2)
        assert find(store, Settings(windows_s=(60.0,))).run == new and len(store.runs()) == len(before) + 1
    finally:
        store.close()
