"""The page Find of a case that holds nothing to compare: it says what is missing and where to add it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from test_pages import hrefs, title

from dashboards.components.base import State
from dashboards.pages.find import page
from graph.stores import open_case


def test_a_case_without_files_leads_to_where_they_are_added(tmp_path: Path) -> None:
    store = open_case(str(tmp_path / "case"), create=True)
    made = page.layout(SimpleNamespace(store=store, address=store.address), State("/find", {}))
    assert title(made) == "There are no files yet" and hrefs(made) == ["/"]
