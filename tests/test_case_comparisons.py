"""Comparison sources: who they make an outsider, what a run says of them, and where they cannot serve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fixtures_stores import account, batch, link, post, put

from graph.case.comparisons import check_own, comparisons, mark, others, reach, useless
from graph.case.load import check_each, load
from graph.exports.writer import export
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.runs.power import Size, plant, try_power
from graph.settings import Settings
from graph.stores import open_case
from graph.stores.base import Store
from graph.stores.copy import copy_case
from ingest.errors import UsageError
from ingest.synthetic import START, Plan, World, world
from ingest.tables import Options

LINKS = Settings(traces=("link",), windows_s=(60.0,))
TEAMS = Plan(
    accounts=1_000, actions=10_000, links=1_500, fans=0, groups=3, members=8, objects=8, exclusive=0.0
)  # three teams, and the public that shares the same links


def written(made: World, folder: Path) -> tuple[Path, Path]:
    """The accounts of the teams as one file, all others as another."""
    chosen = pl.col("account").is_in(sorted({uid for members in made.groups for uid in members}))
    said = made.shares.with_row_index("post").with_columns(
        at=pl.lit(START) + pl.duration(milliseconds=(pl.col("at") * 1_000).cast(pl.Int64))
    )
    paths = folder / "chosen.csv", folder / "public.csv"
    for path, part in zip(paths, (chosen, ~chosen), strict=True):
        said.filter(part).select(
            pl.format("p{}", "post").alias("post_id"),
            pl.format("u{}", "account").alias("author_id"),
            pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").alias("created_at"),
            pl.format("https://news.example/{}", "link").alias("text"),
        ).write_csv(path)
    return paths


@pytest.fixture(scope="module")
def made() -> World:
    return world(3, TEAMS)


@pytest.fixture(scope="module")
def files(made: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return written(made, tmp_path_factory.mktemp("teams"))


@pytest.fixture(scope="module")
def compared(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Store:
    case = open_case(str(tmp_path_factory.mktemp("compared") / "case"), create=True)
    load(case, [files[0]])
    load(case, [files[1]], role=("comparison", "Kim"))
    return case


def hour(number: int) -> datetime:
    return datetime(2026, 3, 1, number, tzinfo=UTC)


def spoken(
    source: str, *authors: str, of: str = "x", at: datetime | None = None, key: str = "a.example/1"
) -> dict[str, object]:
    """Rows of one post a head about one link."""
    when = at or hour(1)
    names = [f"{of}:{name}" for name in authors]
    posts = [post(f"{uid}-{source}", uid, when) for uid in names]
    made = [link(f"{uid}-{source}", uid, "url", key, when) for uid in names]
    return {"batch": batch([account(uid, source_ids=[source]) for uid in names], posts, made)}


def take(
    store: Store, source: str, *authors: str, of: str = "x", at: datetime | None = None, key: str = "a.example/1"
) -> None:
    rows = spoken(source, *authors, of=of, at=at, key=key)["batch"]
    put(store, source, rows, platforms=[of], first_at=at or hour(1), last_at=at or hour(1), posts=len(authors))  # type: ignore[arg-type]


def test_an_account_of_both_is_of_the_case(store: Store) -> None:
    take(store, "own", "1", "2")
    take(store, "public", "2", "3", "4")
    assert others(store).accounts == frozenset()
    assert mark(store, "public", "comparison", "Kim") and comparisons(store) == ["public"]
    found = others(store)
    assert found.accounts == {"x:3", "x:4"} and (found.authors, found.posts) == (2, 2)
    store.remove("public")
    assert comparisons(store) == [] and others(store).accounts == frozenset()


def test_marks_travel_and_come_back(new_case: Callable[..., Store]) -> None:
    store, other = new_case("one"), new_case("two")
    take(store, "own", "1")
    take(store, "public", "2")
    mark(store, "public", "comparison", "Kim")
    copy_case(store, other)
    assert comparisons(other) == ["public"]
    assert not mark(store, "public", "comparison", "Ann") and mark(store, "public", "case", "Ann")
    assert comparisons(store) == []
    assert [note["by"] for note in store.notes("source_role")] == ["Kim", "Ann"]


def test_who_is_forgotten_or_purged_is_no_comparison(store: Store) -> None:
    take(store, "own", "1", "2", at=hour(5))
    take(store, "public", "3", at=hour(1))
    take(store, "late", "4", at=hour(9))
    for source in ("public", "late"):
        mark(store, source, "comparison", "Kim")
    store.forget(["x:4"])
    assert others(store).accounts == {"x:3"}
    store.purge(hour(3))
    assert others(store).accounts == frozenset() and comparisons(store) == ["public", "late"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"at": datetime(2025, 1, 2, tzinfo=UTC)}, "Load posts of the same days."),
        ({"of": "telegram"}, "public.csv has posts of Telegram and the case of X"),
        ({"key": "b.example/9"}, "shares no link, text, hashtag or other object with the case"),
        ({}, None),
    ],
)
def test_a_comparison_that_cannot_serve_is_said(store: Store, rows: dict[str, object], said: str | None) -> None:
    take(store, "own", "1", "2")
    take(store, "public", "3", "4", **rows)  # type: ignore[arg-type]
    mark(store, "public", "comparison", "Kim")
    found = useless(store)
    assert (not found) if said is None else (len(found) == 1 and said in found[0])


def test_a_case_of_comparisons_only_is_refused(store: Store) -> None:
    take(store, "public", "1")
    mark(store, "public", "comparison", "Kim")
    with pytest.raises(UsageError, match="Every file of this case is a comparison"):
        check_own(store)
    with pytest.raises(UsageError, match="Every file"):
        find(store, LINKS)


@pytest.mark.parametrize(("role", "by"), [("comparision", "Kim"), ("comparison", " ")])
def test_a_mark_has_a_known_role_and_a_name(store: Store, role: str, by: str) -> None:
    take(store, "own", "1")
    with pytest.raises(UsageError):
        mark(store, "own", role, by)


def test_a_file_keeps_its_role_until_it_is_new(files: tuple[Path, Path], tmp_path: Path) -> None:
    case = open_case(str(tmp_path / "case"), create=True)
    small = tmp_path / "small.csv"
    small.write_text("".join(files[1].read_text("utf-8").splitlines(keepends=True)[:50]), "utf-8")
    (first,) = load(case, [small], role=("comparison", "Kim"))
    assert load(case, [small])[0].status == "same" and comparisons(case) == [first.source["source_id"]]
    (again,) = load(case, [small], Options(platform="x"), replace=True)
    assert again.status == "replaced" and comparisons(case) == [again.source["source_id"]]
    case.remove(again.source["source_id"])
    load(case, [small], Options(platform="x"))
    assert comparisons(case) == []
    load(case, [small], Options(platform="x"), role=("comparison", "Kim"))
    assert comparisons(case) == [again.source["source_id"]]


def test_a_comparison_finds_the_teams_and_lists_nobody_else(
    files: tuple[Path, Path], made: World, compared: Store, tmp_path: Path
) -> None:
    alone = open_case(str(tmp_path / "alone"), create=True)
    load(alone, [files[0]])
    assert not find(alone, LINKS).run["counts"]["groups"], "without others nothing stands out"
    found = find(compared, LINKS)
    assert found.run["counts"]["groups"] == len(made.groups)
    held = pl.DataFrame(found.table("members")).group_by("group_id").agg("account")["account"].to_list()
    planted = [{f"unknown:u{uid}" for uid in members} for members in made.groups]
    assert all(any(len(team & set(group)) >= 0.8 * len(team) for group in held) for team in planted)
    strangers = others(compared).accounts
    ties = pl.DataFrame(found.table("ties"))
    assert not ties.filter(
        pl.col("account_a").is_in(list(strangers)) & pl.col("account_b").is_in(list(strangers))
    ).height
    assert set(found.table("comparison")["account"].to_pylist()) <= strangers
    assert found.run["notes"][0] == others(compared).sentence()
    assert found.run["counts"]["comparison_posts"] == others(compared).posts


def test_a_run_depends_on_the_marks(compared: Store) -> None:
    with_it = find(compared, LINKS)
    public = comparisons(compared)[0]
    assert with_it.run["comparison"] == [public] and find(compared, LINKS).run["run_id"] == with_it.run["run_id"]
    mark(compared, public, "case", "Kim")
    without = find(compared, LINKS)
    assert without.run["run_id"] != with_it.run["run_id"] and without.run["comparison"] == []
    mark(compared, public, "comparison", "Kim")
    again = find(compared, LINKS)
    assert again.run["run_id"] == with_it.run["run_id"]


def test_power_plants_nothing_in_a_comparison(compared: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison is that of the run, whatever is marked since."""
    strangers = others(compared).accounts
    run = find(compared, LINKS).run
    asked: list[frozenset[str]] = []

    def noted(*given: Any, **named: Any) -> Any:
        asked.append(given[-1])
        return plant(*given, **named)

    monkeypatch.setattr("graph.runs.power.plant", noted)
    (public,) = comparisons(compared)
    mark(compared, public, "case", "Kim")
    with pytest.raises(UsageError, match="too few"):
        try_power(compared, run, "link", (Size(8, 5),), 500)
    mark(compared, public, "comparison", "Kim")
    assert asked == [strangers] and len(strangers) > 500


def test_an_account_of_the_comparison_that_is_tied_is_marked(made: World, tmp_path: Path) -> None:
    """One member of a team is known from the public's file only: it stands in its group, as a comparison."""
    left = made.groups[0][0]
    moved = World(made.shares, [made.groups[0][1:], *made.groups[1:]], made.exclusive)
    case = open_case(str(tmp_path / "case"), create=True)
    one, two = written(moved, tmp_path)
    load(case, [one])
    load(case, [two], role=("comparison", "Kim"))
    run = find(case, LINKS)
    uid = f"unknown:u{left}"
    assert run.table("comparison")["account"].to_pylist() == [uid]
    report = Report(case)
    assert report.comparison_accounts() == {uid}
    members = pl.concat([pl.DataFrame(report.members(group)) for group in report.groups().group_id])
    assert members.filter(pl.col("comparison"))["account"].to_list() == [uid]
    export(report, tmp_path / "out", names="ids")
    people = pl.read_csv(tmp_path / "out" / "accounts.csv")
    assert people.filter(pl.col("comparison"))["account"].to_list() == [uid]
    ties = pl.read_csv(tmp_path / "out" / "ties.csv")
    assert ties.columns[-1] == "comparison"
    assert (
        set(ties.filter(pl.col("comparison") == uid)["account_a"]) | {uid}
        and ties["comparison"].drop_nulls().n_unique() == 1
    )


def test_check_says_where_a_file_could_not_serve(files: tuple[Path, Path], tmp_path: Path) -> None:
    case = open_case(str(tmp_path / "case"), create=True)
    load(case, [files[0]])
    beside = reach(case, case.sources().column("source_id").to_pylist())
    late = tmp_path / "late.csv"
    late.write_text("post_id,author_id,created_at,text\n1,9,2019-01-01T00:00:00Z,https://news.example/1\n", "utf-8")
    (good,), (bad,) = (list(check_each([path], beside=beside)) for path in (files[1], late))
    assert not any("cannot show" in said for said in good.source["warnings"])
    assert any("posts of 1 Jan 2019 and the case of" in said for said in bad.source["warnings"])
