"""The tables a search gives are exactly those of the schema, and their numbers agree with the summary."""

from __future__ import annotations

import polars as pl
import pytest

from graph import Report
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import search
from graph.runs.tables import SearchResult
from graph.schema import DESCRIBED, RUN_TABLES
from graph.settings import Settings
from graph.toy_data import three_friends

OF_POST = pl.DataFrame(schema={"post_uid": pl.String, "rank": pl.Int64})


@pytest.fixture(scope="module")
def nothing() -> SearchResult:
    return search({"link": Actions.from_table(three_friends())}, Settings(), LocalEngine(), lambda *a: None)


@pytest.mark.parametrize("name", [name for name in RUN_TABLES if name not in DESCRIBED])
def test_a_search_without_ties_gives_every_table_in_its_schema(nothing: SearchResult, name: str) -> None:
    table = nothing.tables("s", OF_POST)[name]
    assert table.schema.equals(RUN_TABLES[name])
    assert table.num_rows == (1 if name == "layers" else 0)


def test_counts_are_those_of_the_tables(toy_report: Report) -> None:
    counts = toy_report.run["counts"]
    assert counts["ties"] == len(toy_report.ties()) == 6 and counts["groups"] == len(toy_report.groups("groups")) == 1
    assert counts["explained"] == int(toy_report.layers()["explained"].sum())
    assert (counts["posts"], counts["accounts"], counts["pairs"], counts["closed"], counts["aside"]) == (
        720,
        44,
        0,
        0,
        0,
    )


def test_every_tie_names_its_group(toy_report: Report) -> None:
    assert set(toy_report.ties()["group_id"]) == set(toy_report.groups()["group_id"])


def test_evidence_is_as_precise_as_its_coarser_post(toy_report: Report) -> None:
    assert set(toy_report.store.run_table(toy_report.run_id, "post_pairs")["precision"].to_pylist()) == {"s"}
