"""Who posts first: accounts from first to later, the strongest ties, and what is left out."""

from __future__ import annotations

import pandas as pd

from dashboards.figures.groups.who_goes_first import MOST_ACCOUNTS, MOST_TIES, who_goes_first


def members(number: int, first: int = 0) -> pd.DataFrame:
    rows = [
        {"account": f"x:{k}", "code": f"A-{k}", "platform": "x", "median_delay_s": float(k), "ties": 2, "objects": 9}
        | {"first": first if k == 0 else 0}
        for k in range(number)
    ]
    return pd.DataFrame(rows)


def ties(number: int) -> pd.DataFrame:
    rows = [{"account_a": "x:0", "account_b": f"x:{1 + k % 3}", "observed": k, "level": "far"} for k in range(number)]
    return pd.DataFrame(rows)


def test_a_clear_leader_is_named_and_nobody_else() -> None:
    assert who_goes_first(members(4, first=9), ties(3)).title == "A-0 usually goes first"
    assert who_goes_first(members(4), ties(3)).title == "No account clearly leads"


def test_what_is_not_drawn_is_counted_and_in_the_table() -> None:
    picture = who_goes_first(members(MOST_ACCOUNTS + 5), ties(MOST_TIES + 7))
    assert picture.note.startswith(f"{MOST_ACCOUNTS} of {MOST_ACCOUNTS + 5} accounts drawn; the table has all of them.")
    assert f"{MOST_TIES} of {MOST_TIES + 7} ties drawn, the strongest." in picture.note
    assert len(picture.table) == MOST_ACCOUNTS + 5 and picture.svg.count("<path") == MOST_TIES
