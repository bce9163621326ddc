"""Block of the page Sources on comparison files: what is one, marking one, taking the mark back, a refusal in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fixtures_files import Write
from test_pages import text

from dashboards.pages.sources.comparison import chosen, comparison_block, marked
from graph.case.comparisons import comparisons
from graph.case.load import load
from graph.stores import open_case
from graph.stores.base import Store

HEADER = "post_id,author_id,created_at,text\n"


@pytest.fixture
def two_files(write: Write, tmp_path: Path) -> Iterator[Store]:
    """A case of two files, the second loaded as a comparison."""
    case = open_case(str(tmp_path / "case"), create=True)
    load(case, [write(f"{HEADER}1,1,2026-03-01T10:00:00Z,https://a.example/1\n".encode(), "own.csv")])
    public = write(f"{HEADER}2,2,2026-03-01T11:00:00Z,https://a.example/1\n".encode(), "public.csv")
    load(case, [public], role=("comparison", "Kim"))
    yield case
    case.close()


def said(case: Store) -> str:
    return text(comparison_block(case, case.sources().to_pylist()))


def test_a_file_is_marked_and_the_mark_taken_back(two_files: Store) -> None:
    reports: Any = SimpleNamespace(store=two_files)
    (public,) = comparisons(two_files)
    assert "public.csv is a comparison: 1 post by 1 account." in said(two_files)
    assert marked(reports, public, "case", "Kim").startswith("Now the case's own.")
    assert "No file is a comparison." in said(two_files)
    assert marked(reports, public, "case", "Kim") == "It was the case's own already."
    assert marked(reports, public, "comparison", None).startswith("Now a comparison.")
    assert "public.csv is a comparison: 1 post by 1 account." in said(two_files)


def test_a_file_that_is_not_there_is_refused_in_words(two_files: Store) -> None:
    reports: Any = SimpleNamespace(store=two_files)
    before = two_files.notes()
    assert "nothing" in marked(reports, "nothing", "comparison", "Kim")
    assert two_files.notes() == before


def test_the_page_reads_no_posts_and_no_links(two_files: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(two_files), "scan", lambda *_: pytest.fail("the page read the tables"))
    assert "public.csv is a comparison: 1 post by 1 account." in said(two_files)


def test_chosen_beforehand_is_kept_with_a_name_and_taken_back(two_files: Store) -> None:
    reports: Any = SimpleNamespace(store=two_files)
    assert "Nobody said whether all accounts were chosen beforehand" in said(two_files)
    assert chosen(reports, "yes", "Kim").startswith("All accounts were chosen beforehand, as Kim said on")
    assert chosen(reports, "yes", "Ann").startswith("As before: All accounts were chosen beforehand, as Kim said on")
    assert "as Kim said on" in said(two_files)
    assert "not 'perhaps'" in chosen(reports, "perhaps", "Kim")
    assert chosen(reports, "ask", "Kim").startswith("Nobody said whether all accounts were chosen beforehand")
