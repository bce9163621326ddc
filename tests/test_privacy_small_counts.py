"""Small counts: nobody who knows every total can tell a withheld small count."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest

from dashboards import words as say
from graph.privacy.small_counts import MINIMUM, safe_counts, withheld

TABLES = [
    [[3], [9], [40]],
    [[1], [1], [9]],
    [[4], [0], [0]],
    [[3, 8, 9], [9, 7, 30], [12, 6, 6]],
    [[1, 20], [20, 1]],
    [[2, 9, 0], [0, 7, 5], [6, 6, 6]],
    [[9, 9], [7, 30]],
]


def possible(counts: list[list[int]], gone: list[list[bool]], cell: tuple[int, int]) -> set[int]:
    """The values a cell may have for somebody who sees the rest and knows every row's and column's total."""
    hidden = [(r, c) for r, row in enumerate(gone) for c, hide in enumerate(row) if hide]
    highest = [min(sum(counts[r]) if len(counts[0]) > 1 else 99, sum(row[c] for row in counts)) for r, c in hidden]
    found = set()
    for values in product(*(range(min(high, 12) + 1) for high in highest)):
        guess = dict(zip(hidden, values, strict=True))
        filled = [[guess.get((r, c), n) for c, n in enumerate(row)] for r, row in enumerate(counts)]
        columns = [sum(row[c] for row in filled) == sum(row[c] for row in counts) for c in range(len(counts[0]))]
        rows = [sum(a) == sum(b) for a, b in zip(filled, counts, strict=True)] if len(counts[0]) > 1 else []
        if all(columns) and all(rows):
            found.add(guess[cell])
    return found


@pytest.mark.parametrize("counts", TABLES)
def test_no_total_gives_a_small_count_back(counts: list[list[int]]) -> None:
    gone = withheld(counts, 5)
    small = [(r, c) for r, row in enumerate(counts) for c, n in enumerate(row) if 0 < n < 5]
    assert all(gone[r][c] for r, c in small)
    if sum(map(sum, gone)) <= 6:
        assert all(len(possible(counts, gone, cell)) > 1 for cell in small)
    if not small:
        assert not any(map(any, gone))


def test_a_table_is_written_with_words_for_what_is_withheld() -> None:
    frame = pl.DataFrame({"site": list("abc"), "rank": [1, 2, 3], "posts": [3, 9, 40], "share": [0.1, 0.2, 0.7]})
    assert safe_counts(frame, 5)["posts"].to_list() == ["<5", "…", "40"]
    assert safe_counts(frame, 5)["rank"].to_list() == [1, 2, 3] and safe_counts(frame, 1) is frame


def test_sentences_say_less_than_five() -> None:
    token = MINIMUM.set(5)
    try:
        assert say.counted(3, "account") == "<5 accounts" and say.small(3) == "<5" and say.place(3) == "3"
        assert say.count(5) == "5" and say.count(0) == "0"
    finally:
        MINIMUM.reset(token)
    assert say.counted(3, "account") == "3 accounts"
