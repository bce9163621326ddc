"""Caveats: when each sentence is said, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from graph.runs.caveats import caveats, layer_note, minutes
from ingest.tables import CHOSEN_BEFOREHAND

TABLES = {"ties": pa.table({"account_a": ["x:1"], "account_b": ["x:2"], "trace": ["link"]})}


def layer(**more: Any) -> Any:
    """A validated layer as far as caveats look: ten active accounts, two of them tied."""
    own = {"window_s": more.pop("window_s", 60.0), "viral": more.pop("viral", []), "accounts": 10, "left_out": None}
    actions = SimpleNamespace(accounts=pa.array([f"x:{n}" for n in range(more.pop("active", 10))]))
    breadth = np.full(len(actions.accounts), 3)
    inner = SimpleNamespace(trace="link", actions=actions, incidence=SimpleNamespace(breadth=breadth), **own)
    known: dict[str, Any] = {
        "ties_shuffled": None,
        "stands": np.ones(4, bool),
        "own_speed": np.zeros(4, bool),
        "family_is_exact": True,
        "timed": True,
    }
    return SimpleNamespace(layer=inner, **{**known, **more})


@pytest.mark.parametrize(
    ("given", "sources", "precision", "said"),
    [
        ({}, [], "s", None),
        ({}, [{"warnings": [CHOSEN_BEFOREHAND]}], "s", "There is no comparison population: all accounts here were chosen beforehand."),
        ({}, [{"warnings": [CHOSEN_BEFOREHAND]}, {"warnings": None}], "s", None),
        ({"active": 4}, [], "s", "There may be no comparison population"),
        ({}, [], "min", "a window of 60 s means the same or the neighbouring minute"),
        ({"viral": ["a", "b"]}, [], "s", "2 objects were set aside because too many accounts used them at once."),
        ({"viral": ["a"]}, [], "s", "1 object was set aside"),
        ({"ties_shuffled": 3.2}, [], "s", "3 of 4 ties of accounts that shared the same link within 60 s would remain"),
        ({"ties_shuffled": 9.0}, [], "s", "4 of 4 ties"),
        ({"ties_shuffled": 0.2}, [], "s", None),
        ({"own_speed": np.ones(1, bool)}, [], "s", "1 more pair of accounts was not counted as tied: these accounts always post this fast."),
        ({"family_is_exact": False}, [], "s", "The number of pairs tested is an upper estimate, so q is conservative."),
    ],
)  # fmt: skip
def test_a_sentence_is_said_where_it_holds(
    given: Mapping[str, Any], sources: list[dict[str, Any]], precision: str, said: str | None
) -> None:
    notes = caveats([layer(**given)], TABLES, sources, precision)
    assert notes == [] if said is None else len(notes) == 1 and said in notes[0]


@pytest.mark.parametrize(
    ("precision", "window_s", "said"),
    [
        ("min", 600.0, "Times are known to the minute only."),
        ("day", 60.0, "Some times are known only to the day: a shorter window cannot be used for them."),
        ("approx", 60.0, "Some times are known only approximately: a shorter window cannot be used for them."),
    ],
)
def test_times_that_are_not_known_to_the_second(precision: str, window_s: float, said: str) -> None:
    assert minutes([layer(window_s=window_s)], precision) == said


def test_a_layer_says_what_holds_for_it_alone() -> None:
    assert layer_note(layer(), "s") is None
    assert layer_note(layer(viral=["a"], family_is_exact=False), "s") == (
        "1 links set aside as viral; number of pairs tested by the timing test is an upper estimate"
    )
