"""The worked example's own files and case; what it does from end to end is in test_cli."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from dashboards.commands.demo import demo, example, keep_only
from dashboards.commands.terminal import Screen
from ingest.errors import UsageError


def words(**given: Any) -> Namespace:
    plain: dict[str, Any] = {
        "files": [],
        "case": None,
        "seed": None,
        "platform": None,
        "tz": None,
        "map": None,
        "short_links": None,
    }
    return Namespace(**{**plain, **given})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"files": ["a.csv"]}, "case of their own"),
        ({"files": ["a.csv"], "case": "mine", "seed": 3}, "--seed is for the worked example"),
        ({"tz": "UTC"}, "needs no --platform, --tz or --map"),
        ({"platform": "x"}, "needs no --platform, --tz or --map"),
    ],
)
def test_words_that_do_not_go_together_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        demo(words(**given), Screen())


def test_another_seed_is_another_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path))
    monkeypatch.setattr("ingest.synthetic.write_demo", lambda folder, seed: [folder / f"{seed}.csv"])
    assert example(words(), Screen()) == (str(tmp_path / "demo"), [str(tmp_path / "demo-files" / "7.csv")])
    assert example(words(seed=3), Screen()) == (str(tmp_path / "demo-3"), [str(tmp_path / "demo-3-files" / "3.csv")])


def test_files_of_an_earlier_version_leave_its_case() -> None:
    removed: list[str] = []
    store: Any = SimpleNamespace(sources=lambda: pa.table({"source_id": ["old", "new"]}), remove=removed.append)
    keep_only(store, ["new"])
    assert removed == ["old"]
