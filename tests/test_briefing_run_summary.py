"""A run in words: its title, its summary and what repeats it, on the hand-made run and on one that found nothing."""

from __future__ import annotations

import pytest
from fixtures_export import HANDLES, HandReport

from dashboards.briefing.run_summary import RunSummary, called, own_window


@pytest.fixture
def summary(hand_report: HandReport) -> RunSummary:
    return RunSummary(hand_report)  # type: ignore[arg-type]


def test_the_title_is_the_finding(summary: RunSummary, empty_report: HandReport) -> None:
    assert summary.title().startswith("3 accounts in one group shared the same links within a minute of each other")
    assert RunSummary(empty_report).title() == "Nothing found beyond chance"  # type: ignore[arg-type]


def test_what_the_title_does_not_count_is_one_sentence(summary: RunSummary) -> None:
    (said,) = summary.not_in_title()
    assert said.startswith("Not counted in the title: 1 closed circle, whose links almost nobody else shared")
    assert said.endswith(".") and said.count(".") == 1


def test_nothing_found_is_a_result(empty_report: HandReport) -> None:
    summary = RunSummary(empty_report)  # type: ignore[arg-type]
    assert summary.nothing and summary.not_in_title() == []
    assert any("This is a result" in sentence for sentence in summary.lead())


def test_a_group_is_called_by_rank_and_object_and_nobody_by_name(summary: RunSummary) -> None:
    (group, *_) = summary.rows("groups")
    assert called(group).startswith("Group 1") and own_window(group) == 60.0
    everything = " ".join([summary.title(), *summary.lead(), *summary.limits(), summary.name]).casefold()
    assert [name for name in HANDLES if name.casefold() in everything] == []


def test_limits_are_said_once_and_end_as_sentences(summary: RunSummary) -> None:
    limits = summary.limits()
    assert len(set(limits)) == len(limits) and all(limit[-1] in ".!?" for limit in limits)


def test_the_manifest_repeats_the_run(summary: RunSummary) -> None:
    named = dict(summary.manifest())
    assert named["Run"] == "R-7, 0123456789ab" and named["Seed"] == "7" and named["Case"] == summary.name
