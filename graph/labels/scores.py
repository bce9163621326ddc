"""Scores of groups against labelled accounts: coverage, weighted precision, purity, and ordinary accounts that were grouped.

Labels never enter a search; they are what its result is held against. An account without a label counts for nothing and
against nothing, and is counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import chain

Groups = Iterable[Collection[str]]


@dataclass(frozen=True)
class Score:
    """Agreement of a method's groups with labels.

    Attributes
    ----------
    groups, accounts : int
        Groups, and the accounts in them, labelled or not.
    campaign, campaign_all : int
        Accounts with a campaign's label in groups, and in all.
    ordinary, ordinary_all : int
        Ordinary accounts in groups (falsely grouped), and in all.
    unlabelled : int
        Accounts in groups that have no label.
    weighted_precision, purity : float or None
        None where no labelled account is in a group.
    """

    groups: int
    accounts: int
    campaign: int
    campaign_all: int
    ordinary: int
    ordinary_all: int
    unlabelled: int
    weighted_precision: float | None
    purity: float | None

    @property
    def covered(self) -> float | None:
        """Part of the campaign's accounts that are in a group (recall); None where there are none."""
        return self.campaign / self.campaign_all if self.campaign_all else None


def score(groups: Groups, labels: Mapping[str, str], ordinary: Set[str] = frozenset()) -> Score:
    """All scores of some groups.

    Parameters
    ----------
    groups : iterable of collections of str
        Account uids. An account may be in several groups; it counts once in numbers of accounts.
    labels : mapping of str to str
        Account uid to label, of all accounts that could have been grouped.
    ordinary : set of str
        Labels of ordinary accounts; every other label is a campaign's.

    Examples
    --------
    By hand: a group of three of the campaign and one ordinary account, and one of two ordinary accounts.

    >>> labels = {"a": "io", "b": "io", "c": "io", "d": "io", "e": "control", "f": "control", "g": "control"}
    >>> found = score([{"a", "b", "c", "e"}, {"f", "g", "nobody knows"}], labels, {"control"})
    >>> found.campaign, found.campaign_all, found.ordinary, found.ordinary_all, found.unlabelled
    (3, 4, 3, 3, 1)
    >>> found.covered, found.weighted_precision, round(found.purity, 3)
    (0.75, 0.75, 0.833)
    """
    sets = [frozenset(group) for group in groups]
    inside = frozenset(chain.from_iterable(sets))
    known = Counter(labels[account] in ordinary for account in inside if account in labels)
    every = Counter(label in ordinary for label in labels.values())
    return Score(
        groups=len(sets),
        accounts=len(inside),
        campaign=known[False],
        campaign_all=every[False],
        ordinary=known[True],
        ordinary_all=every[True],
        unlabelled=len(inside) - known.total(),
        weighted_precision=weighted_precision(sets, labels, ordinary),
        purity=purity(sets, labels),
    )


def weighted_precision(groups: Groups, labels: Mapping[str, str], ordinary: Set[str] = frozenset()) -> float | None:
    """Precision of groups, each weighted by its accounts of a campaign: sum of n p² over sum of n p.

    n is the number of labelled accounts of a group, p the part of them that a campaign's label has. It is the precision of
    the group in which a campaign's account that was grouped finds itself, on average, so that many small pure groups do not
    make up for a large mixed one.

    Returns
    -------
    float or None
        0 to 1; 0 where only ordinary accounts are grouped, None where no labelled account is.

    References
    ----------
    Iannucci and others (2025), arXiv:2512.19677.

    Examples
    --------
    >>> labels = dict.fromkeys("abc", "io") | dict.fromkeys("xyz", "control")
    >>> weighted_precision([{"a", "b"}, {"c", "x"}], labels, {"control"})  # (2 * 1 + 2 * .25) / (2 * 1 + 2 * .5)
    0.8333333333333334
    >>> weighted_precision([{"x", "y"}], labels, {"control"}), weighted_precision([{"q"}], labels, {"control"})
    (0.0, None)
    """
    counted = [
        (len(own), sum(label not in ordinary for label in own)) for group in groups if (own := _labelled(group, labels))
    ]
    campaign = sum(those for _, those in counted)
    if not campaign:
        return 0.0 if counted else None
    return sum(those * those / size for size, those in counted) / campaign


def purity(groups: Groups, labels: Mapping[str, str]) -> float | None:
    """Part of the labelled accounts in groups that have the most frequent label of their group.

    Every label counts by itself, each campaign's and that of ordinary accounts. Many tiny groups are pure by themselves, so it is read
    together with the number of groups and the accounts covered.

    Returns
    -------
    float or None
        0 to 1; None where no labelled account is in a group.

    References
    ----------
    Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, chapter 16.3.

    Examples
    --------
    >>> labels = {"a": "left", "b": "left", "c": "right", "d": "right", "e": "right"}
    >>> purity([{"a", "b", "c"}, {"d", "e"}], labels), purity([], labels)
    (0.8, None)
    """
    counted = [Counter(own) for group in groups if (own := _labelled(group, labels))]
    most = sum(max(count.values()) for count in counted)
    return most / sum(count.total() for count in counted) if counted else None


def _labelled(group: Collection[str], labels: Mapping[str, str]) -> list[str]:
    return [labels[account] for account in group if account in labels]
