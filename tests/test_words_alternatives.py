"""Hints for innocent explanations come from the data, and say that nobody checked."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from fixtures_pages import HandMade

from dashboards.components.verdict_form import answered
from dashboards.words.alternatives import EXPLANATIONS, hints

GROUP = {"group_id": "g1", "platforms": {"x": 3, "telegram": 2}}


def test_every_hint_is_for_an_explanation_and_claims_nothing(hand_made: HandMade) -> None:
    made = hints(hand_made, GROUP, None)  # type: ignore[arg-type]
    assert set(made) <= set(EXPLANATIONS) and all(
        answered(None, hint).endswith(". Not checked.") for hint in made.values()
    )
    assert made["person"].startswith("On X and Telegram.") and made["news"].startswith(
        "Other accounts that shared the same"
    )
    assert made["clock"].startswith("Every file names its time zone.")
    ruled = {"answer": "ruled out", "by": "Ann", "at": "2026-08-03T10:00:00+00:00"}
    assert not any("Not checked" in answered(ruled, hint) for hint in (None, *made.values())), "somebody did"


@pytest.mark.parametrize(
    ("group", "platforms", "said"), [(None, {"vk": 1}, "All on VK."), (GROUP, {"x": 2}, "All on X."), (None, {}, None)]
)
def test_the_platforms_are_those_of_the_accounts_it_is_about(
    hand_made: HandMade, group: Any, platforms: dict[str, int], said: str | None
) -> None:
    made = hints(hand_made, group, platforms)  # type: ignore[arg-type]
    assert made.get("person", "").startswith(said) if said else "person" not in made


def test_an_assumed_zone_is_named(hand_made: HandMade) -> None:
    hand_made.store.sources = lambda: pa.table({"tz_assumed": ["Europe/Oslo", "UTC"]})
    assert "Europe/Oslo and UTC is assumed" in hints(hand_made, None, None)["clock"]  # type: ignore[arg-type]
