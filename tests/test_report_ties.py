"""Ties of the toy run: the same numbers in every table that holds them."""

from __future__ import annotations

import pytest

from graph import Report
from ingest.errors import UsageError


@pytest.fixture
def two(toy_report: Report) -> tuple[str, str]:
    first = toy_report.ties().iloc[0]
    return str(first["account_a"]), str(first["account_b"])


def test_a_tie_and_its_evidence_agree(toy_report: Report, two: tuple[str, str]) -> None:
    tie, evidence = toy_report.tie(*two), toy_report.evidence(*two)
    assert tie["observed"] == evidence["object"].nunique() == len(tie["post_pairs"]) == 10
    assert evidence["lag_s"].abs().max() <= 20 and set(evidence["text_a"]) == {"read this"}
    assert toy_report.tie(two[1], two[0])["q"] == tie["q"] < 0.001
    assert toy_report.tie_layers(*two)["trace"].tolist() == ["link"]


def test_first_meetings_are_as_many_as_observed(toy_report: Report, two: tuple[str, str]) -> None:
    met = toy_report.first_meetings("link", 60.0)
    assert met.height == toy_report.ties()["observed"].sum() == 60


def test_common_objects_know_their_window(toy_report: Report, two: tuple[str, str]) -> None:
    within, never = toy_report.common(*two, "link"), toy_report.common(*two, "link", window_s=0.001)
    assert within["within"].sum() == 10 and never["within"].sum() <= 1 and len(within) == len(never)
    swapped = toy_report.common(two[1], two[0], "link")
    assert swapped["lag_s"].tolist() == (-within["lag_s"]).tolist()


def test_every_pair_is_kept_where_asked(toy_report: Report) -> None:
    pairs, ties = toy_report.all_pairs(), toy_report.ties()
    assert len(pairs) >= len(ties) and (pairs["observed"] >= 2).all()
    both = pairs.merge(ties, on=["account_a", "account_b"])
    assert len(both) == 6 and (both["observed_x"] == both["observed_y"]).all()
    assert toy_report.pairs().empty and toy_report.combined().empty


def test_two_without_a_tie_are_refused(toy_report: Report, two: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="Run R-1 has no tie between these two accounts"):
        toy_report.tie(two[0], "unknown:1")
