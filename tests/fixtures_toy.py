"""The toy case with its one run, made once."""

from __future__ import annotations

import pytest

from graph import Report, Settings, find, toy_case


@pytest.fixture(scope="session")
def toy_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Its one group: accounts 41 to 44, on ten links of larkspur.example."""
    case = toy_case(tmp_path_factory.mktemp("toy"))
    return Report(case, find(case, Settings(traces=("link",), pairs=True)).run["run_id"])
