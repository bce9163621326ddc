"""Words for the detection limit: artificial groups planted in the data, and how many the same search finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboards import words
from graph.runs.answer import Answer, answer
from graph.settings import Settings

if TYPE_CHECKING:
    from graph.report.report import Report

NOT_TRIED = "We did not test how small a group this search can find."
HOW = (
    "Artificial groups were planted in these data. They use accounts of these data and add to what these accounts did: half of"
    " it on objects that others share too, half on objects of their own. The same search then looked for them."
)


def power_sentence(row: Mapping[str, Any]) -> str:
    """One size of group.

    Examples
    --------
    >>> power_sentence({"trace": "link", "accounts": 8, "shares": 5, "jitter_s": 60.0, "planted": 10, "found": 9})
    'A group of 8 sharing 5 links within 60 s would have been found in 9 of 10 trials.'
    >>> power_sentence({"trace": "text", "accounts": 8, "shares": 3, "jitter_s": 60.0, "planted": 10, "found": None})
    'A group of 8 and 3 texts was not tested: the time limit was reached.'
    """
    noun = words.noun(row["trace"], row["shares"])
    size = words.count(row["accounts"])
    if not words.known(row["found"]):
        return f"A group of {size} and {words.count(row['shares'])} {noun} was not tested: the time limit was reached."
    verb = {"share": "sharing", "repost": "reposting", "post": "posting", "use": "using"}.get(
        words.verb([row["trace"]]), "acting on"
    )
    what = f"{verb} {words.count(row['shares'])} {noun} within {words.window(row['jitter_s'])}"
    found = f"{words.count(row['found'])} of {words.counted(row['planted'], 'trial')}"
    return f"A group of {size} {what} would have been found in {found}."


def power_sentences(power: pd.DataFrame) -> list[str]:
    """All sizes, in the order tried.

    Examples
    --------
    >>> power_sentences(pd.DataFrame())
    []
    """
    return [power_sentence({str(k): v for k, v in row.items()}) for row in power.to_dict("records")]


def smallest_seen(power: pd.DataFrame) -> str | None:
    """Smallest group found nine times of ten; where there is none, the one found most often.

    Examples
    --------
    >>> tried = pd.DataFrame({"trace": "link", "accounts": 8, "shares": [3, 5, 8], "jitter_s": 60.0, "planted": 10, "found": [2, 9, 10]})
    >>> smallest_seen(tried)
    'A group of 8 sharing 5 links within 60 s would have been found in 9 of 10 trials.'
    """
    tried = [{str(k): v for k, v in row.items()} for row in power.to_dict("records") if words.known(row["found"])]
    sure = [row for row in tried if row["found"] >= 0.9 * row["planted"]]
    if sure:
        return power_sentence(min(sure, key=lambda row: int(row["accounts"]) * int(row["shares"])))
    return power_sentence(max(tried, key=lambda row: row["found"] / row["planted"])) if tried else None


TITLES: dict[str, str] = {
    "too_little": "Too little data to tell",
    "untested": "Not enough tested to say",
    "nothing": "Nothing found beyond chance",
}
"""Titles of runs without a finding, by the kind of their answer."""
NO_ANSWER = "No group could be found here, even if there is one. Do not report this as “no coordination”."
UNTESTED = "The search found nothing, but nobody tested what it can find in these data. Do not report this as “no coordination” yet."
_NEEDS = {
    "accounts": "Accounts that act in the way that was searched",
    "in_common": "Pairs of accounts with three or more things in common",
    "coincided": "Pairs of accounts that coincided twice or more",
}


def answer_of(report: Report) -> Answer:
    """The answer of a run, from its tables.

    Examples
    --------
    >>> from graph import toy_report
    >>> answer_of(toy_report()).kind
    'found'
    """
    found = not (report.groups().empty and report.pairs().empty)
    least = int((report.run.get("settings") or {}).get("group_min", 3))
    return answer(report.layers(), report.power(), found, replace(Settings(), group_min=least))


def needs_rows(told: Answer) -> list[tuple[str, str, str]]:
    """Counts that a group needs in the data: name, count here, least count.

    Examples
    --------
    >>> needs_rows(Answer("too_little", (("accounts", 2, 3),)))
    [('Accounts that act in the way that was searched', '2', '3')]
    """
    return [(_NEEDS[name], words.count(here), words.count(needed)) for name, here, needed in told.needs]


def needed(told: Answer) -> str:
    """Sentence on what is there against what is needed; empty where nothing is missing.

    Examples
    --------
    >>> needed(Answer("too_little", (("accounts", 2, 3), ("in_common", 40, 2))))
    'A group needs at least 3 accounts that act in the way that was searched; here: 2.'
    """
    short = [(name, here, least) for name, here, least in told.needs if here < least]
    said = [
        f"{words.count(n)} {_NEEDS[name][:1].lower()}{_NEEDS[name][1:]}; here: {words.count(h)}" for name, h, n in short
    ]
    return f"A group needs at least {', and '.join(said)}." if said else ""


def answered(told: Answer, power: pd.DataFrame) -> list[str]:
    """Sentences that stand beside the title of a run without a finding: what it is worth, and what would be needed.

    Examples
    --------
    >>> answered(Answer("untested"), pd.DataFrame())[-1]
    'We did not test how small a group this search can find.'
    >>> answered(Answer("too_little", (("accounts", 2, 3),)), pd.DataFrame())[1:]
    ['A group needs at least 3 accounts that act in the way that was searched; here: 2.', 'More days, more accounts on the same subject, or another behaviour would help.']
    """
    seen = smallest_seen(power)
    if told.kind == "too_little":
        return [NO_ANSWER, *filter(None, (needed(told), seen)), HELPS]
    if told.kind == "untested":
        return [UNTESTED, NOT_TRIED]
    return [seen] if told.kind == "nothing" and seen else []


HELPS = "More days, more accounts on the same subject, or another behaviour would help."
