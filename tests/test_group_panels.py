"""Panels beside a group's network: sites and hashtags with counts, and what is cut off is counted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
from test_pages import of_type, text

from dashboards.components.base import State
from dashboards.pages.group.panels import BESIDE, across, figure_table, hashtags, sites

GROUP = {"group_id": "g1"}


def report(number: int) -> Any:
    tags = pd.DataFrame({"hashtag": [f"t{k}" for k in range(number)], "posts": 3, "accounts": 2})
    hosts = pd.DataFrame({"domain": [f"larch{k}.example" for k in range(number)], "objects": 5})
    return SimpleNamespace(hashtags=lambda group: tags, hosts=lambda group: hosts)


def test_the_first_are_shown_and_the_rest_is_counted() -> None:
    tags, hosts = hashtags(report(BESIDE + 3), GROUP), sites(report(BESIDE + 3), GROUP)
    assert len(of_type(tags, "Tr")) == BESIDE + 1 and "3 more." in text(tags)
    assert "larch0[.]example" in text(hosts) and f"Links by site, {5 * (BESIDE + 3)} in all. 3 more sites." in text(
        hosts
    )


def test_a_group_without_any_has_no_panel() -> None:
    assert hashtags(report(0), GROUP) is None and sites(report(0), GROUP) is None


def test_the_card_of_platforms_stands_only_where_there_are_several() -> None:
    row = {"platform": "telegram", "accounts": 3, "posts": 9, "first_at": pd.Timestamp("2026-03-01 09:00", tz="UTC")}
    more = {"first_code": None, "trace": "link", "objects": 4, "first": 3, "share": 0.75, "median_lead_s": 42.0}
    table = pd.DataFrame([{**row, **more}, {**row, **more, "platform": "x", "first": 0, "median_lead_s": None}])
    made: Any = SimpleNamespace(crossing=lambda group: table)
    shown = text(across(made, State.parse("/group", "?run=R-1"), GROUP, "s"))
    assert "Of 4 links that were posted on several, Telegram had 3 first, by a median of 42 s." in shown
    assert "several" in shown  # two accounts posted the first at once
    cells = figure_table(made, GROUP, "crossing", "s")
    assert cells is not None and cells["First"].tolist() == ["3", "0"]
    alone: Any = SimpleNamespace(crossing=lambda group: table.head(1))
    assert across(alone, State.parse("/group", "?run=R-1"), GROUP, "s") is None
