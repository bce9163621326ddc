"""The face of the packages for notebooks: names come when they are asked for, and are listed before."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

import graph
import ingest


@pytest.mark.parametrize("package", [graph, ingest])
def test_every_name_of_a_face_is_there_and_listed(package: ModuleType) -> None:
    assert set(package.__all__) <= set(dir(package))
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'finds'"):
        _ = package.finds


def test_the_face_gives_functions_and_classes_never_modules() -> None:
    """Also after the modules behind them were imported: no folder hides a name."""
    import graph.exports.writer
    import graph.report.report

    for name in ("open_case", "load", "find", "Settings", "Report", "export", "toy_case"):
        assert callable(getattr(graph, name)), name
    assert all(getattr(graph, name).__doc__ for name in graph.__all__ if name != "VERSION")


def test_a_toy_case_can_be_kept(tmp_path: Path) -> None:
    assert graph.toy_case(tmp_path / "kept").count("posts") == graph.toy_case(tmp_path / "kept").count("posts") == 720
