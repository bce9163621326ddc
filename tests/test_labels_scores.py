"""Scores against labels: rows of groups and what was reckoned by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from graph.labels.scores import purity, score, weighted_precision

LABELS = dict.fromkeys("abcd", "left") | dict.fromkeys("efg", "right") | dict.fromkeys("uvwxyz", "control")
ORDINARY = frozenset({"control"})


@pytest.mark.parametrize(
    ("groups", "precision", "pure"),
    [
        (["abcd"], Fraction(1), Fraction(1)),
        (["abcdefg"], Fraction(1), Fraction(4, 7)),  # both are campaigns, so precision knows no difference
        (["ab", "cu"], (2 + 2 * Fraction(1, 4)) / (2 + 2 * Fraction(1, 2)), Fraction(3, 4)),
        (["abc", "uvwxyz"], Fraction(1), Fraction(1)),  # a group of ordinary accounts only weighs nothing
        (["abuv", "efgw"], (4 * Fraction(1, 4) + 4 * Fraction(9, 16)) / (2 + 3), Fraction(5, 8)),
        (["ab??"], Fraction(1), Fraction(1)),  # who has no label counts for nothing
        (["ab", "ab", "au"], (2 + 2 + Fraction(1, 2)) / 5, Fraction(5, 6)),
        (["uv"], Fraction(0), Fraction(1)),
        (["??"], None, None),
        ([], None, None),
    ],
)
def test_reckoned_by_hand(groups: list[str], precision: Fraction | None, pure: Fraction | None) -> None:
    sets = [frozenset(group) for group in groups]
    assert weighted_precision(sets, LABELS, ORDINARY) == (
        None if precision is None else pytest.approx(float(precision))
    )
    assert purity(sets, LABELS) == (None if pure is None else pytest.approx(float(pure)))


def test_an_account_in_two_groups_counts_once_in_numbers_of_accounts() -> None:
    found = score(["abu", "aev", "???"], LABELS, ORDINARY)
    assert (found.groups, found.accounts, found.campaign, found.ordinary, found.unlabelled) == (3, 6, 3, 2, 1)
    assert (found.campaign_all, found.ordinary_all) == (7, 6) and found.covered == pytest.approx(3 / 7)


def test_nothing_is_covered_where_nobody_is_labelled() -> None:
    found = score(["abc"], {})
    assert found.covered is found.weighted_precision is found.purity is None and found.unlabelled == 3
