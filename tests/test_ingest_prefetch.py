"""Reading ahead of the writer, and starting without what reading does not need."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import active_count, current_thread, main_thread

import pytest

from ingest.prefetch import ahead

HEAVY = ("pandas", "scipy", "networkx", "datasketch", "tldextract", "dash", "plotly", "neo4j", "jinja2")


def counted(most: int, made: list[int], fail_at: int = -1) -> Iterator[int]:
    for number in range(most):
        assert current_thread() is not main_thread()
        if number == fail_at:
            raise LookupError(f"number {number}")
        made.append(number)
        yield number


def test_parts_come_in_order_and_never_far_ahead() -> None:
    made: list[int] = []
    for number in ahead(counted(50, made)):
        assert made[number] == number
        assert len(made) <= number + 3  # the one at hand, the one in store, the one in the making
    assert made == list(range(50))


def test_an_error_comes_in_its_place() -> None:
    got = []
    with pytest.raises(LookupError, match="number 3"):
        for number in ahead(counted(9, [], fail_at=3)):
            got.append(number)
    assert got == [0, 1, 2]


def test_who_stops_early_leaves_no_thread_behind() -> None:
    before = active_count()
    made: list[int] = []
    with closing(ahead(counted(1_000_000, made))) as parts:
        assert next(parts) == 0
    assert active_count() == before
    assert len(made) < 10


@pytest.mark.parametrize("module", ["ingest", "graph.case.load, graph.stores", "dashboards.cli", "dashboards.words"])
def test_reading_starts_without_what_it_does_not_need(module: str) -> None:
    code = f"import sys, {module}; print(*(name for name in {HEAVY} if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert loaded.stdout.split() == []


def test_a_case_is_loaded_without_what_only_analysis_needs(tmp_path: Path) -> None:
    rows = "".join(f"o{n % 3},a{n},p{n},{1785715200 + n}\n" for n in range(9))
    (tmp_path / "posts.csv").write_text(f"object_id,account_id,content_id,timestamp_share\n{rows}", "utf-8")
    code = (
        "import sys; from graph.case.load import load; from graph.stores import open_case;"
        " twice = [load(open_case('case', create=True), ['posts.csv'])[0].status for _ in range(2)];"
        f" print(twice, *(name for name in {HEAVY} if name in sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60, cwd=tmp_path
    )
    assert said.stdout.strip() == "['new', 'same']"
