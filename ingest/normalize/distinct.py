"""Work that is done once for each different value of a column, since accounts, hosts and hashtags come again and again."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

Rule = Callable[[pl.Series], pl.Series]


def changed(values: pl.Series, rule: Rule) -> pl.Series:
    """The values as a rule for columns would have them; the column itself where that changes nothing.

    Examples
    --------
    >>> changed(pl.Series([" a", "b", " a", None]), lambda some: some.str.strip_chars()).to_list()
    ['a', 'b', 'a', None]
    """
    known = values.unique()
    told = rule(known)
    other = known.ne_missing(told)
    return values.replace(known.filter(other), told.filter(other)) if other.any() else values


def keyed(values: pl.Series, rule: Callable[[str], str | None]) -> pl.Series:
    """Values of a rule for single values, worked out once for each different value; null for null.

    Examples
    --------
    >>> keyed(pl.Series(["a", None, "b", "a"]), {"a": "A"}.get).to_list()
    ['A', None, None, 'A']
    """
    known = {value: rule(value) for value in values.drop_nulls().unique().to_list()}
    if not known:
        return pl.Series(values.name, [None], dtype=pl.String).new_from_index(0, len(values))
    return values.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)


def holds(values: pl.Series, rule: Rule) -> pl.Series:
    """True for each value for which a rule for columns holds; it does not for null.

    Examples
    --------
    >>> holds(pl.Series(["a1", "b", "a1", None]), lambda some: some.str.contains("1")).to_list()
    [True, False, True, False]
    """
    known = values.unique().drop_nulls()
    those = known.filter(rule(known))
    return values.is_in(those.implode()).fill_null(False) if len(those) else nowhere(len(values))


def nowhere(size: int) -> pl.Series:
    """A column of False."""
    return pl.Series([False]).new_from_index(0, size)
