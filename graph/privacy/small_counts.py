"""Small counts withheld, so that no row of a table is about a few people; what a total would give back is withheld too.

The minimum in force is that of the case's harm area. It is set wherever a report is opened, and read wherever a count is
written: in ``dashboards.words.count``, in tables of figures, in CSV files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    import pandas as pd

MINIMUM: ContextVar[int] = ContextVar("minimum", default=1)
"""Smallest count that is written; 1 writes all."""

NOT_COUNTS = frozenset(
    {
        "rank",
        "group",
        "window_s",
        "seed",
        "number",
        "run",
        "layer",
        "window",
        "from_s",
        "to_s",
        "hour",
        "weekday",
        "year",
        "id",
        "days since the report",
    }
)
"""Columns of whole numbers that count nobody."""


PEOPLE = (
    *("posts", "others", "joined", "left", "accounts_in_groups"),
    *("in_both", "tested_only", "described_only"),
)
"""Columns and fields of a report that count accounts or posts, where ``accounts`` does not decide already if a row leaves."""


def small(value: float, minimum: int | None = None) -> bool:
    """True for a count that is not written.

    Examples
    --------
    >>> small(3, 5), small(5, 5), small(0, 5), small(3)
    (True, False, False, False)
    """
    return 0 < value < (MINIMUM.get() if minimum is None else minimum)


def withheld(counts: Sequence[Sequence[float | None]], minimum: int) -> list[list[bool]]:
    """Cells of a table that are not written: small ones, and as many others as their rows and columns need.

    Parameters
    ----------
    counts : rows of numbers or None
        Whoever reads the table may know the total of every row and of every column.
    minimum : int

    Returns
    -------
    rows of bool
        In each line no cell or at least two, which add up to at least ``minimum``, are withheld.

    Notes
    -----
    Complementary cell suppression by the smallest cell (Willenborg and de Waal 2001, Elements of Statistical Disclosure
    Control, ch. 6). Where a line has nothing left to withhold, all of it is.

    Examples
    --------
    >>> withheld([[3], [9], [40]], 5)
    [[True], [True], [False]]
    >>> withheld([[3, 8, 9], [9, 7, 30]], 5)
    [[True, True, False], [True, True, False]]
    """
    gone = [[value is not None and small(value, minimum) for value in row] for row in counts]
    width = max(map(len, counts), default=0)
    lines = [[(r, c) for r in range(len(counts))] for c in range(width)]
    lines += [[(r, c) for c in range(width)] for r in range(len(counts))] if width > 1 else []
    while sum(_completed(counts, gone, line, minimum) for line in lines):
        pass
    return gone


def _completed(
    counts: Sequence[Sequence[float | None]], gone: list[list[bool]], line: Sequence[tuple[int, int]], minimum: int
) -> bool:
    """Withhold one more cell of a line where its total would give one back; says whether it did."""
    hidden = [(r, c) for r, c in line if gone[r][c]]
    total = sum(counts[r][c] or 0 for r, c in hidden)
    if not hidden or (len(hidden) > 1 and total >= minimum):
        return False
    left = [(value == 0, value, r, c) for r, c in line if not gone[r][c] and (value := counts[r][c]) is not None]
    if not left:
        return False
    *_, row, column = min(left)
    gone[row][column] = True
    return True


def words(value: float, is_withheld: bool, minimum: int) -> str:
    """A count as it is written: the number, ``<5``, or ``…`` where it is withheld for another's sake.

    Examples
    --------
    >>> words(3, True, 5), words(9, True, 5), words(9, False, 5)
    ('<5', '…', '9')
    """
    return f"{value:.15g}" if not is_withheld else f"<{minimum}" if small(value, minimum) else "…"


def safe_counts(frame: pl.DataFrame, minimum: int | None = None) -> pl.DataFrame:
    """A table whose small counts are withheld; its columns of whole numbers become words where any was.

    Examples
    --------
    >>> safe_counts(pl.DataFrame({"day": ["Mon", "Tue", "Wed"], "posts": [3, 9, 40], "rank": [1, 2, 3]}), 5).rows()
    [('Mon', '<5', 1), ('Tue', '…', 2), ('Wed', '40', 3)]
    """
    least = MINIMUM.get() if minimum is None else minimum
    if least <= 1:
        return frame
    frame = frame.with_columns(pl.col(name).cast(pl.Int64) for name in frame.columns if _of_digits(frame[name]))
    names = [n for n, kind in frame.schema.items() if kind.is_integer() and n.casefold() not in NOT_COUNTS]
    rows = frame.select(names).rows()
    gone = withheld(rows, least)
    new: list[pl.Series] = []
    for at, name in enumerate(names):
        hidden = [row[at] for row in gone]
        if any(hidden):
            cells: list[Any] = [
                None if row[at] is None else words(row[at], hide, least) for row, hide in zip(rows, hidden, strict=True)
            ]
            new.append(pl.Series(name, cells, dtype=pl.String))
    return frame.with_columns(new)


def _of_digits(column: pl.Series) -> bool:
    """True for whole numbers that were written as words already."""
    words = column.drop_nulls()
    return column.dtype == pl.String and len(words) > 0 and bool(words.str.contains(r"^\d{1,15}$").all())


def without_small(frame: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """A frame of a report whose small counts of accounts and posts are null, and as many others as that needs.

    Examples
    --------
    >>> without_small(pl.DataFrame({"tag": ["a", "b", "c"], "posts": [3, 9, 40]}), 5)["posts"].to_list()
    [None, None, 40]
    """
    names = [name for name in PEOPLE if name in frame.columns and frame.schema[name].is_integer()]
    gone = withheld(frame.select(names).rows(), minimum)
    hidden = {name: pl.Series([row[at] for row in gone], dtype=pl.Boolean) for at, name in enumerate(names)}
    return frame.with_columns(pl.when(~hide).then(pl.col(name)).alias(name) for name, hide in hidden.items())


def safe_parts(parts: Mapping[str, int | None], minimum: int | None = None) -> dict[str, int | None]:
    """Parts of a known total, None for the small ones and for what would give them back.

    Examples
    --------
    >>> safe_parts({"x": 9, "telegram": 3, "vk": 20}, 5), safe_parts({"x": 9}, 5)
    ({'x': None, 'telegram': None, 'vk': 20}, {'x': 9})
    """
    least = MINIMUM.get() if minimum is None else minimum
    gone = withheld([[number] for number in parts.values()], least)
    return {name: None if hide else number for (name, number), [hide] in zip(parts.items(), gone, strict=True)}


def safe_numbers(table: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """A figure's table without small counts, and True where it had any, so that nobody draws them.

    Examples
    --------
    >>> import pandas as pd
    >>> token = MINIMUM.set(5)
    >>> made, had = safe_numbers(pd.DataFrame({"Day": ["Mon", "Tue", "Wed"], "Posts": [3.0, 9.0, 40.0]}))
    >>> MINIMUM.reset(token)
    >>> made["Posts"].to_list(), had
    (['<5', '…', '40'], True)
    """
    import pandas as pd

    least, made = MINIMUM.get(), table.copy()
    if least <= 1:
        return table, False
    names = [name for name in made.columns if str(name).casefold() not in NOT_COUNTS and _whole(made[name])]
    rows = [[None if pd.isna(value) else int(value) for value in row] for row in made[names].itertuples(index=False)]
    gone = withheld(rows, least)
    for at, name in enumerate(names):
        if any(row[at] for row in gone):
            cells = [(row[at], hide[at]) for row, hide in zip(rows, gone, strict=True)]
            made[name] = pd.Series(
                [None if value is None else words(value, hide, least) for value, hide in cells],
                made.index,
                dtype=object,
            )
    told = made.select_dtypes(["object", "string"]).astype("string")
    return made, any(told[name].str.contains(f"<{least}\\b").any() for name in told.columns)


def _whole(column: pd.Series) -> bool:
    """True for a column of whole numbers, also of those that are written as words."""
    import pandas as pd

    known = column.dropna()
    if pd.api.types.is_bool_dtype(known) or not len(known):
        return False
    if pd.api.types.is_numeric_dtype(known):
        return bool((known == known.round()).all())
    return bool(known.astype("string").str.fullmatch(r"\d{1,15}").all())
