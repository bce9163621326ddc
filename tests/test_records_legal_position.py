"""The legal position of platforms on a day, held against the registry's own tables and its sources."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fixtures_command import Answer

from dashboards.briefing.records.legal import legal_part
from graph import Report
from graph.case.standing import add_standing
from graph.records.legal_position import legal_position, position_of
from graph.settings import Narrow
from graph.stores.base import Store
from ingest.registry.law_events import EVENTS, law_events
from ingest.registry.standing import KNOWN_ON, fact_of, table

JUNE = date(2024, 6, 4)
ROOM = {"x": 9, "tiktok": 2, "aliexpress": 1, "facebook": 3, "instagram": 1, "telegram": 4, "soundcloud": 1, "temu": 1}


def test_no_event_states_more_than_its_source(shared: Path) -> None:
    with (shared / "reference" / "law_events.csv").open(encoding="utf-8", newline="") as file:
        known = {(row["event"], row["source"], row["date"][:10]) for row in csv.DictReader(file)}
    assert {(event.event, event.source, event.day.isoformat()) for event in law_events()} == known


def test_events_and_standing_say_the_same() -> None:
    """Two tables, one set of facts: every event of a platform has its row in ``standing.csv``."""
    schemes = {"euif": "euif", "designation": "dsa", "designation_terminated": "dsa"}
    rows = {(fact.platform, fact.scheme, day) for fact in table() for day in (fact.since, fact.until) if day}
    events = {
        (platform, schemes.get(event.event, "dsa_proceedings"), event.day)
        for event in law_events()
        for platform in event.platforms
    }
    assert not events - rows and set(EVENTS) == {event.event for event in law_events()}
    assert {row for row in rows if row[1] == "dsa_proceedings"} <= events


OPEN = [
    (date(2024, 6, 4), {"x", "tiktok", "aliexpress", "facebook", "instagram"}),
    (date(2023, 12, 17), set()),
    (date(2023, 12, 18), {"x"}),
    (date(2024, 10, 30), {"x", "tiktok", "aliexpress", "facebook", "instagram"}),
    (date(2024, 10, 31), {"x", "tiktok", "aliexpress", "facebook", "instagram", "temu"}),
]


@pytest.mark.parametrize(("on", "wanted"), OPEN)
def test_open_proceedings_as_of_a_day(on: date, wanted: set[str]) -> None:
    assert {one.platform for one in legal_position(ROOM, None, on).platforms if one.open} == wanted


SAID = [
    (JUNE, "SoundCloud was a member of the EU Internet Forum", True),
    (date(2024, 6, 3), "SoundCloud was a member", False),
    (JUNE, "TikTok (since 19 February 2024; on TikTok Lite since 22 April 2024)", True),
    (date(2024, 8, 5), "TikTok Lite since", False),
    (JUNE, "nothing is known of Telegram", True),
    (date(2024, 11, 1), "Temu (since 31 October 2024 or 21 October 2024: sources conflict)", True),
    (date(2025, 12, 5), "a non-compliance decision had been taken against X (5 December 2025)", True),
    (date(2023, 4, 24), "none of its platforms is known to have been designated", True),
    (date(2023, 4, 24), "no formal proceedings are known to have been open", True),
]


@pytest.mark.parametrize(("on", "words", "there"), SAID)
def test_the_sentence_as_of_a_day(on: date, words: str, there: bool) -> None:
    said = (
        legal_position(ROOM, None, on)
        .sentence()
        .replace("SoundCloud and TikTok were members", "SoundCloud was a member")
    )
    said = said.replace("TikTok and SoundCloud were members", "SoundCloud was a member")
    assert (words in said) is there, said
    assert "inauthentic" not in said and "not a member" not in said


def test_conflicting_sources_are_shown_as_conflicting() -> None:
    between = legal_position({"temu": 1}, date(2024, 10, 1), date(2024, 10, 25))
    assert not between.platforms[0].open
    assert [event.conflict for event in between.conflicts] == ["Sources conflict: 31 October 2024, or 21 October 2024."]
    assert not legal_position({"temu": 1}, None, date(2024, 10, 20)).conflicts


def test_unknown_is_said_and_never_no() -> None:
    found = legal_position({"telegram": 1, "unknown": 2, "myspace": 3}, JUNE, JUNE)
    assert found.unknowns() == [
        "Telegram: nothing known under EU Internet Forum, DSA designation, DSA proceedings, GIFCT and DSA Transparency Database.",
        "myspace is not in the registry: nothing is known of it.",
        "Some posts name no platform: nothing is known of theirs.",
    ]
    assert not found.frame()["known"].any() and found.age(KNOWN_ON).endswith("Unknown does not mean no.")
    nothing = legal_position({}, None, None)
    assert nothing.sentence() == "No post has a known day, so no legal position is given." and nothing.rows() == []


def test_a_list_without_days_says_when_it_is_from() -> None:
    rows = {row["scheme"]: row["status"] for row in legal_position({"pinterest": 1}, None, JUNE).rows()}
    assert rows["gifct"] == "member (listed at the end of 2021; current list not found)"


def test_the_analysts_own_facts_are_marked_as_theirs(own_store: Store) -> None:
    last = position_of(own_store).last
    assert last is not None
    row = {"platform": "telegram", "scheme": "dsa", "status": "VLOP", "from": "2026-08-10", "source": "OJ C 1"}
    opened = {**row, "scheme": "dsa_proceedings", "status": "opened (minors)", "from": "2026-08-11"}
    add_standing(own_store, [fact_of(row), fact_of(opened)], "Ann")
    found = position_of(own_store)
    assert "Telegram (added by Ann)" in found.sentence()
    assert "Telegram (on minors since 11 August 2026, added by Ann)" in found.sentence()
    assert [event.by for event in found.changes] == ["Ann", "Ann"]
    assert ("Telegram", "DSA designation", "VLOP (added by Ann)", "10 August 2026", "OJ C 1") in found.told()
    before = position_of(own_store, Narrow(end=datetime(2026, 8, 10, tzinfo=UTC), platforms=("telegram",)))
    assert before.last == date(2026, 8, 9) and not before.platforms[0].under("dsa").known  # type: ignore[union-attr]
    assert [one.platform for one in before.platforms] == ["telegram"]


def test_the_same_position_in_report_briefing_and_command(demo_store: Store, command: Callable[..., Answer]) -> None:
    report = Report(demo_store)
    position = report.legal_position()
    part = legal_part(position, KNOWN_ON)
    assert part.blocks[0].words == [position.sentence()]  # type: ignore[union-attr]
    said = command("standing", "--case", demo_store.address, "--run", "R-1")
    assert said.code == 0 and position.sentence() in said.out and position.age() in said.out
    facts = command("standing", "--case", demo_store.address, "--json").facts
    assert facts["sentence"] == position.sentence() and len(facts["platforms"]) == len(position.frame())
    assert command("standing", "--case", demo_store.address, "--scheme", "dsa").code == 2
    group = str(report.groups()["group_id"].iloc[0])
    assert {one.platform for one in report.legal_position(group).platforms} == set(report.group(group)["platforms"])
