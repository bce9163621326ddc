"""Harm areas: strictness is a partial order, tightening is free, loosening is reasoned and kept."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from dashboards.cli import main
from graph.case.area import history, set_area
from graph.case.toy import toy_case
from graph.privacy.areas import GENERAL, PROFILES, profile
from graph.traces import TRACES
from ingest.errors import UsageError

PAIRS = list(product(PROFILES, PROFILES))
AT_LEAST = {  # area -> areas whose every rule it keeps
    "general": {"general"},
    "terrorism": {"general", "terrorism"},
    "csam": set(PROFILES),
    "drugs": {"general", "drugs"},
    "trafficking": {"general", "terrorism", "drugs", "trafficking"},
}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_strictness_is_as_the_table_says(one: str, other: str) -> None:
    assert PROFILES[one].at_least(PROFILES[other]) == (other in AT_LEAST[one])


def test_strictness_is_a_partial_order() -> None:
    order = {(one, other) for one, other in PAIRS if PROFILES[one].at_least(PROFILES[other])}
    assert all((name, name) in order for name in PROFILES)
    assert all(one == other for one, other in order if (other, one) in order), "two profiles that bind alike are one"
    assert all((a, d) in order for a, b in order for c, d in order if b == c)
    assert any((a, b) not in order and (b, a) not in order for a, b in PAIRS), "some areas cannot be compared"


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_only_what_lets_something_out_needs_a_reason(before: str, after: str) -> None:
    case = toy_case()
    set_area(case, before, "Ann")
    kept = len(history(case))
    looser = before not in AT_LEAST[after]
    if looser:
        with pytest.raises(UsageError, match="needs a reason"):
            set_area(case, after, "Ben", "  ")
        assert profile(case).name == before and len(history(case)) == kept
    set_area(case, after, "Ben", "Agreed with the data protection officer." if looser else "")
    assert profile(case).name == after
    last = history(case)[kept:]
    assert [(n["from"], n["to"], n["by"], bool(n["reason"])) for n in last] == (
        [] if before == after else [(before, after, "Ben", looser)]
    )
    assert all(note["at"] for note in last)


def test_every_profile_is_whole() -> None:
    assert not GENERAL.withholds and next(iter(PROFILES)) == "general"
    for name, one in PROFILES.items():
        assert one.name == name and one.about and set(one.traces) <= set(TRACES)
        assert all(fact.words and fact.source for fact in (*one.why, *one.turn_to))
        assert bool(one.why) == bool(one.turn_to) == one.withholds == (name != "general")


def test_hotlines_and_routes_are_named() -> None:
    said = {name: " ".join(fact.words for fact in one.turn_to) for name, one in PROFILES.items()}
    assert "INHOPE" in said["csam"] and "anti-trafficking line" in said["trafficking"]
    assert all("police" in said[name] for name in PROFILES if name != "general")


def test_the_command_sets_shows_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from graph.stores import open_case

    folder = str(tmp_path / "case")
    open_case(folder, create=True).close()
    assert main(["case", "--case", folder]) == 0 and "No harm area" in capsys.readouterr().out
    assert main(["case", "set", "--area", "csam", "--by", "Ann", "--case", folder]) == 0
    assert "INHOPE" in capsys.readouterr().out
    assert main(["case", "set", "--area", "drugs", "--by", "Ann", "--case", folder]) == 2
    assert "--reason" in capsys.readouterr().err
    assert main(["case", "set", "--area", "csem", "--case", folder]) == 2 and "csam" in capsys.readouterr().err
    assert main(["case", "set", "--case", folder]) == 2 and main(["case", "--reason", "x", "--case", folder]) == 2
    words = ["case", "set", "--area", "drugs", "--by", "Ann", "--reason", "Sellers only.", "--case", folder]
    assert main(words) == 0
    capsys.readouterr()
    assert main(["case", "--case", folder]) == 0
    out = capsys.readouterr().out
    assert "general → csam" in out and "csam → drugs" in out and "Sellers only." in out
