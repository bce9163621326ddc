"""The analyst's lists on the page Sources: counts, and lookalikes with what they imitate, in broken addresses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboards.pages.sources import own_lists
from dashboards.pages.sources.own_lists import lists_block
from graph.case.area import set_area
from graph.case.toy import toy_case
from graph.lists.entries import entries_of
from graph.lists.kept import ORIGINALS, add_to_list
from graph.privacy.gate import gate
from graph.stores.base import Store


@pytest.fixture
def case(tmp_path: Path) -> Store:
    store = toy_case(tmp_path)
    add_to_list(store, "papers", "domains", entries_of("domains", ["new.example", "news-example.com"]), "Ann")
    add_to_list(store, "genuine", "domains", entries_of("domains", ["larkspurs.example"]), "Ann", role=ORIGINALS)
    add_to_list(store, "words", "keywords", entries_of("keywords", ["read this"]), "Ann")
    return store


def text(block: Any) -> str:
    return json.dumps(block.to_plotly_json(), default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def test_counts_and_lookalikes_stand_on_the_page(case: Store) -> None:
    said = text(lists_block(gate(case)))
    assert "imitates larkspurs[.]example: one letter left out" in said and "lookalike" in said
    assert "larkspur[.]example" in said and "larkspur.example" not in said.replace('"larkspur.example"', "")
    assert "read this" not in said, "keywords are counted, not quoted"


def test_without_lists_there_is_no_block(tmp_path: Path) -> None:
    assert lists_block(gate(toy_case(tmp_path))) is None


def test_a_large_case_names_the_command_and_a_harm_area_small_counts_only(
    case: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_area(case, "csam", "Ann")
    assert "larkspur" not in text(lists_block(gate(case)))
    monkeypatch.setattr(own_lists, "BOUND", 10)
    assert "lockstep list matches" in text(lists_block(gate(case)))
