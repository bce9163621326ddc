"""Words for the detection limit: artificial groups planted in the data, and how many the same search finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import words

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
