"""The part of a case a run looks at: names become ids, busy accounts are excluded and said."""

from __future__ import annotations

import pytest

from graph import Narrow, Report
from graph.case.subset import busy, left_out, precisions_of, resolved
from ingest.errors import UsageError


@pytest.mark.parametrize("name", ["unknown:41", "A-41", "user41", "@USER41"])
def test_an_account_is_known_by_id_code_or_handle(toy_report: Report, name: str) -> None:
    assert resolved(toy_report.store, Narrow(accounts=(name,))).accounts == ("unknown:41",)


def test_accounts_that_are_not_there_are_counted_and_named(toy_report: Report) -> None:
    with pytest.raises(UsageError, match="1 of 2 accounts are not in this case, the first is 'nobody'"):
        resolved(toy_report.store, Narrow(accounts=("user41", "nobody")))


def test_busy_accounts_are_excluded_and_said(toy_report: Report) -> None:
    store = toy_report.store
    narrow = resolved(store, Narrow(most_a_day=5))
    assert narrow.without and {*narrow.without} == {*busy(store, Narrow(most_a_day=5))["account_uid"]}
    said = left_out(store, narrow)
    assert said is not None and said.startswith(f"{len(narrow.without)} account") and "more than 5 posts a day" in said
    assert left_out(store, Narrow()) is None
    assert left_out(store, resolved(store, Narrow(most_a_day=500))) == (
        "No account has more than 500 posts a day on the days they post: none was excluded."
    )


def test_the_clock_of_a_source_is_known(toy_report: Report) -> None:
    assert precisions_of(toy_report.store) == ["s"]
