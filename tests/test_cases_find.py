"""Shared cases through the whole way, from the file to the ties that ``find`` keeps."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from graph.case.load import load
from graph.runs.pipeline import find
from graph.schema import Findings
from graph.settings import Settings
from graph.stores import open_case


def found(shared: Path, tmp_path: Path, name: str) -> Findings:
    """What the default search keeps of one file."""
    store = open_case(str(tmp_path / Path(name).stem), create=True)
    try:
        (outcome,) = load(store, [shared / "cases" / name])
        assert outcome.whole
        return find(store, Settings())
    finally:
        store.close()


def test_missing_values_of_r_are_no_ties(shared: Path, tmp_path: Path) -> None:
    na, blank = (found(shared, tmp_path, f"r-na/{name}.csv") for name in ("big_na", "big_blank"))
    columns = ["account_a", "account_b", "trace", "observed", "q"]
    ties = [pl.DataFrame(one.tables["ties"]).select(columns).sort(columns[:3]) for one in (na, blank)]
    assert ties[0].equals(ties[1])
    links = ties[0].filter(pl.col("trace") == "link")
    assert links.height == 10 and len({*links["account_a"], *links["account_b"]}) == 5


def test_ones_own_repeats_are_one_meeting(shared: Path, tmp_path: Path) -> None:
    ties = pl.DataFrame(found(shared, tmp_path, "own-retweets/own.csv").tables["ties"])
    assert ties.select("trace", "observed").rows() == [("repost", 12)]


@pytest.mark.parametrize("name", ["tiny_single_tag.csv", "telegram_forwards_only.json", "only_retweets.jsonl"])
def test_a_trace_without_actions_ends_in_nothing(shared: Path, tmp_path: Path, name: str) -> None:
    assert not pl.DataFrame(found(shared, tmp_path, f"traces-without-actions/{name}").tables["ties"]).height
