"""A run from a case: the same again is the same, it narrows without touching, and it says what it cannot do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graph.case.load import load
from graph.report.report import Report
from graph.runs.pipeline import NO_GROUPS, chosen_traces, find
from graph.schema import RUN_TABLES
from graph.settings import Narrow, Settings
from graph.stores import open_case
from graph.stores.base import Store
from graph.traces import TRACES
from ingest.errors import Cancelled, UsageError
from ingest.synthetic import START


@pytest.fixture(scope="module")
def case(own_store: Store) -> Store:
    """A case of this module's own: other modules read the newest run of the one they share."""
    find(own_store, Settings())
    return own_store


def test_the_same_settings_give_the_stored_run_back(case: Store) -> None:
    before = case.runs()
    again = find(case, Settings())
    assert case.runs() == before
    assert again.run["run_id"] == before[0]["run_id"]
    for name in RUN_TABLES:
        assert again.table(name).equals(case.run_table(again.run["run_id"], name))


def test_a_run_of_a_copy_is_equal_to_the_last_row(case: Store, tmp_path: Path) -> None:
    from graph.stores.copy import copy_case

    other = open_case(str(tmp_path / "copy"), create=True)
    copy_case(case, other)
    settings = Settings(windows_s=(61.0,))
    one, two = find(case, settings), find(other, settings)
    assert one.run["run_id"] == two.run["run_id"]
    for name in RUN_TABLES:
        assert one.table(name).equals(two.table(name)), name


def test_every_planted_group_crosses_from_file_to_report(case: Store) -> None:
    report = Report(case)
    groups = report.groups()
    large = groups[groups["accounts"] >= 6]
    assert len(large) >= 2
    assert any(len(platforms) > 1 for platforms in large["platforms"])


def test_nothing_found_is_a_result(quiet_store: Store) -> None:
    run = quiet_store.runs()[-1]
    assert run["counts"]["ties"] == run["counts"]["groups"] == 0
    assert not len(Report(quiet_store).groups())


def test_without_groups_there_are_ties_and_every_pair(case: Store) -> None:
    with_groups = find(case, Settings(traces=("link",), pairs=True, worlds=0))
    without = find(case, Settings(traces=("link",), pairs=True, groups=False))
    assert without.run["run_id"] != with_groups.run["run_id"]
    assert without.table("groups").num_rows == 0 < with_groups.table("groups").num_rows
    assert without.table("ties").num_rows > 0
    assert without.table("ties").drop_columns("group_id").equals(with_groups.table("ties").drop_columns("group_id"))
    assert without.table("pairs").equals(with_groups.table("pairs"))
    assert NO_GROUPS in without.run["notes"] and NO_GROUPS not in with_groups.run["notes"]


def test_without_traces_every_one_the_data_can_carry(case: Store) -> None:
    assert chosen_traces(case, ()) == ("link", "text", "near_text", "domain")
    assert chosen_traces(case, ("domain", "link")) == ("link", "domain")


@pytest.mark.parametrize(
    ("asked", "words"),
    [(("lnk",), "Did you mean 'link'"), (("repost",), "It can carry: link, text, near_text, domain")],
)
def test_traces_that_cannot_be(case: Store, asked: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        find(case, Settings(traces=asked))


def test_an_empty_case_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no posts in this case"):
        find(open_case(str(tmp_path / "case"), create=True))


def test_narrow_looks_at_a_part_and_leaves_the_case_alone(case: Store) -> None:
    posts = case.count("posts")
    end = START + timedelta(days=14)
    found = find(case, Settings(traces=("link",), narrow=Narrow(start=START, end=end, platforms=("x",))))
    assert case.count("posts") == posts
    assert all(row["at_a"] < end for row in found.table("post_pairs").to_pylist())
    assert all(row["account_a"].startswith("x:") for row in found.table("ties").to_pylist())
    layer = found.table("layers").to_pylist()[0]
    assert layer["actions"] < posts
    assert found.run["settings"]["narrow"]["platforms"] == ["x"] or found.run["settings"]["narrow"]["platforms"] == (
        "x",
    )
    assert Report(case, found.run["run_id"]).narrow == Narrow(START, end, ("x",), ())


def test_accounts_are_named_by_uid_code_or_handle(case: Store) -> None:
    group = Report(case).groups().iloc[0]["group_id"]
    members = Report(case).members(group)
    names = tuple(members["code"].iloc[:2]) + tuple(members["account"].iloc[2:])
    by_code = find(case, Settings(traces=("link",), narrow=Narrow(accounts=names)))
    by_uid = find(case, Settings(traces=("link",), narrow=Narrow(accounts=tuple(members["account"]))))
    assert by_code.run["run_id"] == by_uid.run["run_id"]
    with pytest.raises(UsageError, match="1 of 1 accounts"):
        find(case, Settings(narrow=Narrow(accounts=("A-999999",))))


def test_accounts_that_post_too_much_are_left_out_counted_and_named(case: Store) -> None:
    posts = pl.concat([pl.DataFrame(pl.from_arrow(b)) for b in case.scan("posts")]).drop_nulls("created_at")
    days = posts.group_by("account_uid", pl.col("created_at").dt.date()).len()
    mean = dict(days.group_by("account_uid").agg(pl.col("len").mean()).iter_rows())
    most = sorted(mean.values())[-4] - 0.001  # three or more post more
    out = {uid for uid, a_day in mean.items() if a_day > most}
    found = find(case, Settings(traces=("link",), narrow=Narrow(most_a_day=most)))
    acted = {row[f"account_{side}"] for row in found.table("post_pairs").to_pylist() for side in "ab"}
    whole = find(case, Settings(traces=("link",)))
    assert not acted & out and found.run["run_id"] != whole.run["run_id"]
    assert found.table("layers").to_pylist()[0]["accounts"] < whole.table("layers").to_pylist()[0]["accounts"]
    (said,) = [note for note in found.run["notes"] if "posts a day" in note]
    codes = {f"A-{row['code']}" for row in _accounts(case) if row["account_uid"] in out}
    assert said.startswith(f"{len(out)} accounts with more than") and all(code in said for code in sorted(codes)[:1])
    assert "without" not in found.run["settings"]["narrow"], "who posts too much is worked out again, not kept"
    assert Report(case, found.run["run_id"]).narrow == Narrow(most_a_day=most)
    none = find(case, Settings(traces=("link",), narrow=Narrow(most_a_day=1e6)))
    assert any(note.endswith("none was excluded.") for note in none.run["notes"])
    assert none.table("ties").num_rows == whole.table("ties").num_rows


def _accounts(case: Store) -> list[dict[str, Any]]:
    return [row for batch in case.scan("accounts") for row in batch.to_pylist()]


def test_cancelling_keeps_nothing(case: Store) -> None:
    before = len(case.runs())

    def stop(step: str, done: int, total: int | None) -> None:
        if step.startswith("Testing"):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        find(case, Settings(windows_s=(33.0,)), progress=stop)
    assert len(case.runs()) == before


def test_the_record_says_how_to_repeat_it(case: Store) -> None:
    run = case.runs()[0]
    assert run["settings"]["windows_s"] == [60.0]
    assert run["seed"] == 7
    assert len(run["run_id"]) == 12
    assert sorted(run["source_ids"]) == sorted(case.sources().column("source_id").to_pylist())
    assert datetime.fromisoformat(run["finished_at"]) <= datetime.now(UTC)


def test_minutes_and_no_comparison_population_are_said(data: Path, tmp_path: Path) -> None:
    store = open_case(str(tmp_path / "case"), create=True)
    source = load(store, [data / "ira_fearmonger_tweets.csv"])[0].source
    assert (source["posts"], source["accounts"], source["precision"]) == (11_140, 125, "min")
    notes = find(store).run["notes"]
    assert any("the same or the neighbouring minute" in note for note in notes)
    assert any("no comparison population: all accounts here were chosen beforehand" in note for note in notes)


@pytest.mark.parametrize("name", TRACES)
def test_every_trace_says_what_it_is(name: str) -> None:
    trace = TRACES[name]
    assert trace.name == name
    assert trace.words.title[0].isupper()
    assert trace.kinds or not trace.by_default
