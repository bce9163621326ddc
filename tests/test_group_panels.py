"""Panels beside a group's network: sites and hashtags with counts, and what is cut off is counted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
from test_pages import of_type, text

from dashboards.pages.group.panels import BESIDE, hashtags, sites

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
