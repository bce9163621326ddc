"""Verdicts and notes: nothing is overwritten, two people at once lose nothing, earlier runs' words are offered."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from graph.case import verdicts
from graph.case.notes import About, about, newest, pinned, write
from ingest.errors import UsageError

GROUP = About("0a1b2c3d4e5f", group_id="g1", members=("x:1", "x:2", "x:3"))
TIE = About("0a1b2c3d4e5f", account_a="x:1", account_b="x:2", trace="link", window_s=60.0)


def test_two_people_who_did_not_see_each_other_both_stand(store: Any) -> None:
    first = verdicts.give(store, GROUP, "unsure", "Read ten pairs.", "Ann")
    verdicts.give(store, GROUP, "confirmed", "Read forty.", "Ann", after=[first["id"]], confidence="high")
    verdicts.give(store, GROUP, "rejected", "One newsroom.", "Ben", after=[first["id"]])
    stand = verdicts.standing(store.notes("verdict"), GROUP)
    assert [(v["by"], v["verdict"]) for v in stand] == [("Ann", "confirmed"), ("Ben", "rejected")]
    verdicts.give(store, GROUP, "rejected", "Ben is right.", "Ann", after=[v["id"] for v in stand])
    assert [v["reason"] for v in verdicts.by_group(store.notes(), GROUP.run_id)["g1"]] == ["Ben is right."]
    assert len(store.notes("verdict")) == 4 and store.notes("verdict")[0]["members"] == ["x:1", "x:2", "x:3"]


def test_many_at_once_lose_nothing(store: Any) -> None:
    people = [f"P{k}" for k in range(8)]
    threads = [
        threading.Thread(target=verdicts.give, args=(store, GROUP, "unsure", f"{who} looked.", who)) for who in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(v["by"] for v in verdicts.standing(store.notes("verdict"), GROUP)) == people


def test_a_tie_and_its_group_are_two_things(store: Any) -> None:
    verdicts.give(store, TIE, "confirmed", "Same wording.", "Ann")
    write(store, "check", TIE, "Ann", item="app", answer="ruled out")
    write(store, "check", TIE, "Ben", item="app", answer="open")
    assert verdicts.standing(store.notes("verdict"), GROUP) == []
    assert verdicts.standing(store.notes("verdict"), TIE)[0]["window_s"] == 60.0
    assert newest(about(store.notes("check"), TIE), "item")["app"]["by"] == "Ben"
    assert len(store.notes("check")) == 2


def test_verdicts_of_an_earlier_run_are_offered_not_applied(store: Any) -> None:
    verdicts.give(store, GROUP, "confirmed", "Read forty.", "Ann")
    assert verdicts.standing(store.notes("verdict"), About("ffff", group_id="g2")) == []
    found = verdicts.offered(store.notes("verdict"), "ffff", ["x:1", "x:2", "x:4"])
    assert [(v["by"], v["shared"], v["alike"]) for v in found] == [("Ann", 2, 0.5)]
    assert verdicts.offered(store.notes("verdict"), "ffff", ["x:1", "x:4"]) == []
    assert verdicts.offered(store.notes("verdict"), GROUP.run_id, GROUP.members) == []


def test_pins_come_and_go(store: Any) -> None:
    first = write(store, "pin", GROUP, "Ann", figure="network")
    write(store, "pin", GROUP, "Ann", figure="delays")
    write(store, "unpin", GROUP, "Ben", pin=first["id"])
    assert [pin["figure"] for pin in pinned(store.notes())] == ["delays"]
    assert len(store.notes()) == 3


@pytest.mark.parametrize(
    ("verdict", "reason", "by", "confidence", "said"),
    [
        ("guilty", "x", "Ann", None, "no verdict"),
        ("confirmed", " ", "Ann", None, "no reason"),
        ("confirmed", "x", "  ", None, "Nobody signed"),
        ("confirmed", "x" * 4001, "Ann", None, "4,001 letters"),
        ("confirmed", "x", "A" * 81, None, "81 letters"),
        ("confirmed", "x", "Ann", "certain", "no confidence"),
    ],
)
def test_what_is_not_kept(store: Any, verdict: str, reason: str, by: str, confidence: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        verdicts.give(store, GROUP, verdict, reason, by, confidence=confidence)
    assert store.notes() == []
