"""Planting and finding again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from fixtures_worlds import actions_of, random_actions

from dashboards.briefing import brief
from dashboards.components.base import State
from dashboards.pages.groups import page as groups
from graph.pairing.local import LocalEngine
from graph.report.report import Report
from graph.runs.power import Size, plant, power, try_power
from graph.settings import Settings, settings_of
from graph.stores.base import Store
from ingest.errors import Cancelled, UsageError
from ingest.synthetic import Plan, world

ENGINE = LocalEngine()
SETTINGS = Settings()
NOISE = Plan(accounts=2_000, actions=15_000, links=2_500, fans=0, groups=0)


def test_planted_groups_act_together_and_the_rest_stays() -> None:
    actions = actions_of(world(1, NOISE))
    planted, members = plant(actions, Size(6, 4), 3, 1.0, 60.0, np.random.default_rng(2))
    assert len(planted) == len(actions) + 3 * 6 * 4
    assert len(set().union(*members)) == 18
    assert len(planted.objects) == len(actions.objects) + 4  # the second group's own
    order = np.lexsort((planted.time, planted.object))
    assert np.array_equal(order, np.arange(len(planted)))
    posts = planted.post.to_pylist()
    assert {p for p in posts if not p.startswith("planted:")} == set(actions.post.to_pylist())
    names = planted.accounts.to_pylist()
    new = pl.DataFrame(
        {
            "account": [names[n] for n in planted.account],
            "object": planted.object,
            "time": planted.time,
            "new": [p.startswith("planted:") for p in posts],
        }
    ).filter("new")
    for group in members:
        own = new.filter(pl.col("account").is_in(list(group)))
        spans = own.group_by("object").agg((pl.col("time").max() - pl.col("time").min()).alias("span"), pl.len())
        assert spans.height == 4
        assert spans["len"].to_list() == [6] * 4
        assert spans["span"].max() <= 60_000_000  # type: ignore[operator]


def test_large_groups_are_found_and_tiny_ones_are_not() -> None:
    """15 shares are enough for eight accounts, 1 for nobody."""
    actions = actions_of(world(1, NOISE))
    table = power("link", actions, SETTINGS, ENGINE, plan=(Size(8, 15), Size(8, 1)), groups=4)
    assert table["found"].to_list() == [4, 0]
    assert table["own_found"].to_list() == [2, 0]
    assert table["words"][0] == "8 accounts × 15 shares: found in 4 of 4"


def test_the_same_seed_says_the_same_and_progress_is_told() -> None:
    actions = actions_of(world(1, NOISE))
    seen: list[tuple[str, int, int | None]] = []
    settings = Settings(worlds=0)
    one, two = (
        power("link", actions, settings, ENGINE, plan=(Size(4, 5),), groups=4, progress=lambda *a: seen.append(a))
        for _ in range(2)
    )
    assert one.equals(two)
    assert seen[0][1:] == (0, 1)


def test_no_size_is_begun_when_time_is_up() -> None:
    actions = actions_of(world(1, NOISE))
    table = power("link", actions, SETTINGS, ENGINE, plan=(Size(8, 15),), groups=2, limit_s=-1)
    assert table["found"].to_list() == [None]
    assert table["words"][0].endswith("out of time")


def test_too_few_accounts_are_said_so() -> None:
    with pytest.raises(UsageError, match="too few"):
        power("link", random_actions(1), SETTINGS, ENGINE, groups=10)


def test_accounts_of_the_data_s_own_groups_take_no_part_where_there_are_others() -> None:
    """With one of them an artificial group would be shown as one with theirs."""
    actions = actions_of(world(1, NOISE))
    every, held = actions.accounts.to_pylist(), actions.accounts.to_pylist()[: NOISE.accounts // 2]
    for names, others in ((held, True), (every, False)):
        _, members = plant(actions, Size(8, 5), 10, 0.8, 60.0, np.random.default_rng(1), names)
        assert set().union(*members).isdisjoint(names) is others


def test_accounts_of_a_comparison_take_no_part_and_count_in_every_test() -> None:
    """Half of the accounts are others': no artificial group has one, and groups of them alone are not found either."""
    actions = actions_of(world(1, NOISE))
    others = frozenset(actions.accounts.to_pylist()[: NOISE.accounts // 2])
    _, members = plant(actions, Size(8, 5), 10, 0.8, 60.0, np.random.default_rng(1), others=others)
    assert set().union(*members).isdisjoint(others)
    few = actions.accounts.to_pylist()[40:]
    with pytest.raises(UsageError, match="40 accounts are too few to plant 10 groups of 8"):
        plant(actions, Size(8, 5), 10, 0.8, 60.0, np.random.default_rng(1), others=frozenset(few))
    table = power("link", actions, SETTINGS, ENGINE, plan=(Size(8, 15),), groups=4, others=others)
    assert table["found"].to_list() == [4]


def test_fewer_objects_than_shares_are_all_taken() -> None:
    actions = random_actions(1)
    planted, _ = plant(actions, Size(3, 50), 1, 1.0, 10.0, np.random.default_rng(1))
    assert len(planted) == len(actions) + 3 * len(actions.objects)


PLAN = (Size(8, 12), Size(8, 1))


def test_what_was_tried_is_kept_with_the_run_and_printed(
    quiet_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked again it is read, not made; the briefing and the page of a run that found nothing say it."""
    report = Report(quiet_store)
    assert report.power().empty and "We did not test how small a group" in brief(report, tmp_path / "b.html").read_text(
        "utf-8"
    )
    steps: list[str] = []
    found = try_power(quiet_store, report.run, "link", PLAN, 4, progress=lambda step, *_: steps.append(step))
    assert found["found"].to_list() == [4, 0]
    assert any(step.startswith("8 accounts × 12 shares: ") and "shuffled data" in step for step in steps)
    monkeypatch.setattr("graph.runs.power.power", None)
    assert try_power(quiet_store, report.run, "link", PLAN, 4).equals(found)
    said = "A group of 8 sharing 12 links within 60 s would have been found in 4 of 4 trials."
    text = brief(report, tmp_path / "b.html").read_text("utf-8")
    assert text.count(said) == 2 and "would have been found in 0 of 4 trials." in text
    assert said in str(groups.layout(report, State.parse("/groups", "")))
    assert settings_of(report.run) == replace(Settings(), traces=settings_of(report.run).traces)


def test_cancelling_keeps_nothing(quiet_store: Store) -> None:
    def stop(step: str, done: int, total: int | None) -> None:
        if "shuffled data" in step:
            raise Cancelled("enough")

    before = len(quiet_store.notes("power"))
    with pytest.raises(Cancelled):
        try_power(quiet_store, Report(quiet_store).run, "domain", (Size(8, 15),), 2, progress=stop)
    assert len(quiet_store.notes("power")) == before
    with pytest.raises(UsageError, match="did not look at"):
        try_power(quiet_store, Report(quiet_store).run, "quote")
