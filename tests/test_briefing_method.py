"""Sentences on the method follow the run: what was tested, at which level, and what was not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from dashboards.briefing.method import method

LAYERS = pd.DataFrame(
    {"trace": ["link"], "window_s": [60.0], "family_a": [10], "family_b": [4], "precision": ["s"], "viral": [[]]}
)


@pytest.mark.parametrize(
    ("settings", "columns", "worlds", "heading", "words"),
    [
        ({}, {}, 19, "How groups are tested", "19 shuffles cannot give less than 1 in 20"),
        ({}, {}, 0, "From ties to groups", "not compared with shuffled data"),
        ({"crowd_min": 80}, {}, 19, "How groups are tested", "more than 80 accounts is a fast crowd"),
        ({"alpha": 0.01}, {}, 0, "What q means", "q is at most 0.01: of ties this strong, fewer than 1 in 100"),
        ({}, {"precision": ["min"]}, 0, "What counts as acting together", "same or the next minute"),
        ({}, {"viral": [["a.example"]]}, 0, "Left out before the search", "1 object shared by almost everybody was"),
        ({"preset": "coortweet"}, {}, 0, "A published method", "“coortweet”"),
        ({}, {}, 0, "Two tests for every tie", "configuration model"),
        ({}, {"trace": ["same_handle"]}, 0, "One test for what accounts have in common", "two platforms"),
    ],
)
def test_the_method_says_what_this_run_did(
    settings: dict[str, Any], columns: dict[str, Any], worlds: int, heading: str, words: str
) -> None:
    assert words in dict(method(settings, LAYERS.assign(**columns), worlds))[heading]


def test_nothing_is_said_of_what_was_not_done() -> None:
    headings = [heading for heading, _ in method({}, LAYERS, 0)]
    assert len(headings) == 4 and "A published method" not in headings and "Left out before the search" not in headings


def test_described_methods_are_named_with_their_thresholds_as_not_tested() -> None:
    rules = pd.DataFrame([{"title": "CooRTweet", "options": "edge_weight 0.5", "window_s": [60.0, 300.0]}])
    said = dict(method({}, LAYERS, 0, described=rules))["Described, not tested"]
    assert "CooRTweet (edge_weight 0.5; window 60 s and 5 min)" in said and "described, not tested" in said
    assert "Described, not tested" not in dict(method({}, LAYERS, 0, described=rules.head(0)))
