"""Groups followed through time, on days written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import polars as pl
import pytest

from dashboards.figures.groups.group_timeline import lifelines
from graph.networks.evolution import TIMELINE, evolution, named_tracks
from graph.report.report import Report
from graph.stores.base import Store

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def days(*groups: tuple[int, str]) -> pl.DataFrame:
    """Evidence from (day, members as letters): all of them meet on one object that day."""
    rows = [
        (a, b, f"o{day}{members}", MONDAY + timedelta(days=day), MONDAY + timedelta(days=day, seconds=5))
        for day, members in groups
        for a, b in combinations(sorted(members), 2)
    ]
    names = ["account_a", "account_b", "object", "at_a", "at_b"]
    kinds = [pl.String] * 3 + [pl.Datetime("us", "UTC")] * 2
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")


def events(evidence: pl.DataFrame, window_days: int = 1) -> list[tuple[int, str, int, int | None]]:
    """(day the window ends on, event, track, other)."""
    table = evolution(evidence, window_days=window_days)
    return [
        ((end - MONDAY).days, event, track, other)
        for end, event, track, other in table.select("end", "event", "track", "other").iter_rows()
    ]


def test_birth_continuation_and_death() -> None:
    assert events(days((0, "abcd"), (1, "abce"), (2, "xyz"))) == [
        (0, "birth", 1, None),
        (1, "continue", 1, None),
        (2, "birth", 2, None),
        (2, "death", 1, None),
        (3, "death", 2, None),
    ]


def test_churn_and_who_came_and_went() -> None:
    row = evolution(days((0, "abcd"), (1, "abcef")), window_days=1).row(1, named=True)
    assert (row["joined"], row["left"], row["churn"]) == (2, 1, pytest.approx(1 - 3 / 6))
    assert row["members"] == list("abcef")
    assert row["meetings"] == 10


def test_a_split_names_where_it_came_from_and_a_merge_where_it_went() -> None:
    assert events(days((0, "abcdefgh"), (1, "abcde"), (1, "fgh"), (2, "abcdefgh"))) == [
        (0, "birth", 1, None),
        (1, "continue", 1, None),
        (1, "split", 2, 1),
        (2, "continue", 1, None),
        (2, "merge", 2, 1),
        (3, "death", 1, None),
    ]


def test_a_small_part_of_a_large_group_is_a_split_too() -> None:
    """Three of fifteen: Jaccard .2, but all of them come from there."""
    found = events(days((0, "abcdefghijklmno"), (1, "abcdefghijkl"), (1, "mno")))
    assert (1, "split", 2, 1) in found


def test_the_best_match_overall_wins() -> None:
    """Greedy matching would give abcd to the group that fits it a little better and leave the other alone."""
    found = evolution(days((0, "abcdef"), (1, "abc"), (1, "def")), window_days=1)
    assert sorted(found.filter(pl.col("track") < 3)["event"]) == ["birth", "continue", "death", "death", "split"]


def test_windows_overlap_and_begin_at_midnight() -> None:
    table = evolution(days((0, "abc"), (3, "abc")))
    assert table["start"][0] == datetime(2026, 2, 24, tzinfo=UTC)
    assert (table["end"] - table["start"]).unique().to_list() == [timedelta(days=7)]
    assert table["event"].to_list() == ["birth"] + ["continue"] * 9 + ["death"]
    assert table["meetings"].to_list() == [3] * 3 + [6] * 4 + [3] * 3 + [0]


def test_long_silence_is_not_walked_through() -> None:
    table = evolution(days((0, "abc"), (4_000, "abc")))
    assert table.height < 20
    assert table["event"].to_list().count("death") == 2


def test_order_of_rows_changes_nothing() -> None:
    rows = days((0, "abcdefgh"), (1, "abcde"), (1, "fgh"), (2, "xyz"))
    assert evolution(rows).equals(evolution(rows.reverse()))


def test_no_evidence_no_timeline() -> None:
    assert evolution(days()).schema == pl.Schema(TIMELINE)


def test_a_run_follows_its_groups_and_draws_them(demo_store: Store) -> None:
    """Every window names a group of the run; the figure has a lane per group, the table every row."""
    report = Report(demo_store)
    change = report.change()
    names = {key: f"Group {rank}" for key, rank in report.groups()[["group_id", "rank"]].itertuples(index=False)}
    assert set(change["event"]) >= {"birth", "continue"} and set(change["group_id"].dropna()) <= set(names)
    assert (change["end"] - change["start"]).nunique() == 1
    first = next(iter(names))
    alone = report.change(first)
    assert set(alone["group_id"].dropna()) == {first}
    assert alone["accounts"].max() <= report.group(first)["accounts"]
    picture = lifelines(change, names)
    assert picture is not None and len(picture.table) == len(change)
    assert all(name in picture.svg for name in set(change["group_id"].dropna().map(names)))
    assert "over time" in picture.title and lifelines(change[change["accounts"] == 0], names) is None


def test_the_end_of_the_data_is_no_death() -> None:
    """A trio that stops well before the end falls silent, one that goes on to the end does not."""
    change = pl.concat([evolution(days((0, "abc"), (12, "xyz"), (1, "abc"), (11, "xyz")), window_days=2)])
    picture = lifelines(change.with_columns(pl.lit(None, pl.String).alias("group_id")).to_pandas(), {})
    assert picture is not None
    assert picture.title == "Two groups over time: 1 forms later and 1 becomes inactive before the end"


def test_no_evidence_gives_no_timeline() -> None:
    text, time = pl.String, pl.Datetime("us", "UTC")
    none = pl.DataFrame(schema={"account_a": text, "account_b": text, "object": text, "at_a": time, "at_b": time})
    timeline = evolution(none)
    assert timeline.schema == TIMELINE and not timeline.height
    assert named_tracks(timeline, {"g": frozenset({"x:1"})}) == {}
