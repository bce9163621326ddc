"""All actions on one object, with the groups that shared it."""

from __future__ import annotations

import pytest

from graph import Report
from graph.report.object_activity import carried
from ingest.errors import UsageError

KEY = "larkspur.example/0"


def test_everybody_who_shared_it_is_there_by_time(toy_report: Report) -> None:
    found = carried(toy_report, "link", KEY)
    assert (found.posts, found.accounts, found.words, found.narrowed) == (12, 12, KEY, False)
    assert found.actions["at"].is_sorted() and found.groups.height == 1
    assert found.actions["group_id"].to_list() == [found.groups["group_id"][0]] * 4 + [None] * 8


def test_of_a_large_case_only_tied_accounts_are_read(toy_report: Report) -> None:
    found = carried(toy_report, "link", KEY, bound=10)
    assert found.narrowed and found.accounts == 4


@pytest.mark.parametrize(
    ("trace", "key", "said"),
    [("links", KEY, "no behaviour 'links'"), ("link", "no.example", "Nobody"), ("hashtag", "vote", "Nobody")],
)
def test_what_is_not_there_is_said(toy_report: Report, trace: str, key: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        carried(toy_report, trace, key)
