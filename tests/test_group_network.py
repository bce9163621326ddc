"""The network of a group: its title, the tie shown first, and what the picture leaves out."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboards.components.base import State
from dashboards.pages.group.network import leading, selected

GROUP = {"objects": 31}


@pytest.mark.parametrize(
    ("first", "said"),
    [([12, 0, 0], "A-0 posted first on 12 of 31 links"), ([4, 4, 4], "No account clearly leads on their 31 links")],
)
def test_the_title_names_a_leader_only_where_there_is_one(first: list[int], said: str) -> None:
    members = pd.DataFrame({"code": [f"A-{k}" for k in range(3)], "first": first})
    assert leading(members, GROUP, ("link", 60.0)) == said


def test_the_tie_shown_is_the_one_opened_else_one_across_platforms() -> None:
    ties = pd.DataFrame({"code_a": [1, 2], "code_b": [3, 4], "platform_a": ["x", "x"], "platform_b": ["x", "telegram"]})
    assert selected(State("/group", {}), ties) == "A-2~A-4"
    assert selected(State("/group", {}), ties.head(1)) == "A-1~A-3"
    assert selected(State("/group", {"tie": "A-9~A-8"}), ties) == "A-9~A-8"
    assert selected(State("/group", {}), ties.head(0)) is None
