"""Groups set aside after the search: fed by one source, or resting on one object."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import polars as pl
import pytest
from fixtures_worlds import actions_of

from graph.case.allow_list import allow
from graph.case.load import load
from graph.groups.set_aside import set_aside
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.report.report import Report
from graph.runs.pipeline import find, search
from graph.runs.tables import SearchResult
from graph.schema import LABELS
from graph.settings import Settings
from graph.stores import open_case
from graph.stores.base import Store
from graph.toy_data import actions_table
from ingest.synthetic import Plan, world

NOISE = Plan(accounts=1_500, actions=9_000, links=2_000, fans=0, groups=0)


def searched(rows: list[tuple[str, str, float]], worlds: int = 0, seed: int = 1) -> SearchResult:
    """The rows on top of ordinary traffic."""
    background = actions_of(world(seed, NOISE))
    names, objects = background.accounts.to_pylist(), background.objects.to_pylist()
    start = int(background.time.min())
    traffic = [
        (names[a], objects[o], (t - start) / 1e6)
        for a, o, t in zip(background.account, background.object, background.time, strict=True)
    ]
    actions = Actions.from_table(actions_table([*traffic, *rows]))
    return search({"link": actions}, Settings(worlds=worlds), LocalEngine(), lambda *_: None)


def shared(accounts: str, objects: int, repeat: str = "") -> list[tuple[str, str, float]]:
    """Accounts that share objects within seconds of each other, an hour apart."""
    tick = count()
    return [
        (f"x:{name}", f"own.example/{repeat}{n}", n * 3_600.0 + next(tick) % 20)
        for n in range(objects)
        for name in accounts
    ]


@pytest.mark.parametrize(("objects", "label"), [(3, "one_object"), (12, None)])
def test_a_group_that_needs_its_best_object_is_set_aside(objects: int, label: str | None) -> None:
    """Three objects are just enough for three accounts; with one left out, they are not."""
    groups = searched(shared("abc", objects)).described.groups
    assert groups.height == 1
    row = groups.row(0, named=True)
    if label:
        assert (row["label"], row["heading"]) == ("one_object", "aside")
        assert row["reason"].startswith(
            "Without the one link that most of its pairs have in common, none of its ties remains"
        )
    else:
        assert row["label"] != "one_object" and row["heading"] != "aside"


def test_a_tested_group_of_three_objects_stands() -> None:
    """Half of it still meets on each of two others."""
    groups = searched(shared("abcdefgh", 3), worlds=19).described.groups
    assert groups.height and "one_object" not in groups["label"].to_list()
    assert set(groups["basis"]) <= {"group", "both"}


def test_the_objects_of_others_are_not_held_against_a_group() -> None:
    """Two groups share one object; leaving out the best of both at once must not fell either."""
    rows = [*shared("abcd", 9), *shared("efgh", 9, "z")]
    rows += [(f"x:{name}", "own.example/both", 99_000.0 + n) for n, name in enumerate("abcd")]
    groups = searched(rows).described.groups
    assert groups.height == 2 and "one_object" not in groups["label"].to_list()


def test_moved_groups_are_ranked_last_and_stand_under_one_heading() -> None:
    described = searched([*shared("abcd", 12), *shared("efgh", 9, "z")]).described
    first = described.groups["group_id"][0]
    moved = set_aside(described, "syndicated", {first: "One source."}).groups
    assert moved["rank"].to_list() == [1, 2] and moved["group_id"][1] == first
    row = moved.row(1, named=True)
    assert (row["label"], row["heading"], row["reason"]) == ("syndicated", "aside", "One source.")
    assert moved["group_id"].n_unique() == moved.height


def tweets(named: int) -> pl.DataFrame:
    """Six accounts share twelve links of one site in the same minutes; so many name it in their profile."""
    ordinary = [
        {
            "user": f"u{n}",
            "time": f"2026-03-{1 + n % 27:02} {n % 24:02}:{n % 60:02}:00",
            "link": f"https://else.example/{n % 97}",
        }
        for n in range(600)
    ]
    own = [
        {"user": f"desk{a}", "time": f"2026-03-{2 + n:02} 10:00:{a:02}", "link": f"https://wire.example/{n}"}
        for n in range(12)
        for a in range(6)
    ]
    frame = pl.DataFrame([*ordinary, *own])
    says = ["News from wire.example" if u in {f"desk{a}" for a in range(named)} else "hello" for u in frame["user"]]
    return frame.with_columns(pl.Series("display_name", says), pl.lit("a text").alias("text"))


def case_of(folder: Path, named: int) -> Store:
    file = folder / "posts.csv"
    tweets(named).write_csv(file)
    store = open_case(str(folder / "case"), create=True)
    load(store, [file])
    return store


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Store]:
    store = case_of(tmp_path, 0)
    yield store
    store.close()


def test_a_known_source_sets_its_feed_aside(newsroom: Store) -> None:
    settings = Settings(traces=("link",), worlds=0)
    find(newsroom, settings)
    assert Report(newsroom).groups()["heading"].tolist() != ["aside"]
    allow(newsroom, "wire.example", "city pages of one paper", "Kim", "source")
    find(newsroom, settings)
    row = Report(newsroom).groups().iloc[0]
    assert (row["label"], row["heading"]) == ("syndicated", "aside")
    assert "wire[.]example, a known source (city pages of one paper; Kim, 20" in row["reason"]
    assert Report(newsroom).overview()["aside"] == 1 and Report(newsroom).overview()["groups"] == 0


def test_every_label_has_one_heading_words_and_a_rule() -> None:
    assert set(LABELS) == {
        *(
            "timing",
            "large_group",
            "closed_circle",
            "large_closed_circle",
            "fast_crowd",
            "own_speed",
            "syndicated",
            "one_object",
        ),
    }
    assert all(
        label.heading in ("groups", "closed", "aside") and label.words and label.rule for label in LABELS.values()
    )


@pytest.mark.parametrize(("named", "label"), [(4, "syndicated"), (3, None)])
def test_a_site_most_of_them_call_theirs_feeds_them(tmp_path: Path, named: int, label: str | None) -> None:
    """More than half must; the sentence says how many."""
    store = case_of(tmp_path, named)
    find(store, Settings(traces=("link",), worlds=0))
    row = Report(store).groups().iloc[0]
    if label:
        assert (row["label"], row["heading"]) == (label, "aside")
        assert "on wire[.]example, and 4 of 6 accounts name it in their profiles" in row["reason"]
    else:
        assert row["label"] != "syndicated" and row["heading"] != "aside"
    store.close()
