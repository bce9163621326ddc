"""Ids that went through the numbers of JavaScript, R or Python's floats: they look whole, and their last digits are wrong.

Such numbers hold 53 bits, ids of 18 and 19 digits need 60 and more. How to tell: printed by JavaScript or R, they end in zeros,
as one in ten or in a hundred does by itself; written out whole, they are all multiples of 64 and more. The second says nothing of X's
older ids: most were the first of their millisecond and so multiples of 4,096 from the start.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from ingest.normalize.distinct import nowhere

EXEMPT = frozenset({"linkedin", "mastodon"})  # their ids end in empty bits by themselves
ENOUGH = 20  # different ids, before a share of them says anything
_LOOKED_AT = 500  # of a batch
MANGLED = r"^[+-]?\d(?:[.,]\d+)?[eE]\+?\d+$|^\d+\.0+$"
_LONG = r"^\d{18,19}$"
_IN_ADDRESS = r"/(?:status(?:es)?|video|photo|posts?|@[^/]+)/(\d{18,19})(?:\D|$)"


def went_through_numbers(ids: pl.Series) -> bool:
    """True if the ids of a column lost digits on the way, judged by their endings.

    Examples
    --------
    >>> genuine = [1764958111222333123 + 7_919_191_919 * n for n in range(40)]
    >>> went_through_numbers(pl.Series(map(str, genuine)))
    False
    >>> went_through_numbers(pl.Series([str(int(float(one))) for one in genuine]))
    True
    >>> went_through_numbers(pl.Series([printed(one) for one in genuine]))
    True
    """
    long = _long(ids.head(4 * _LOOKED_AT))
    if len(long) < _LOOKED_AT < len(ids) / 4:
        long = _long(ids)
    if len(long) < ENOUGH:
        return False
    if sum(one.endswith("00") for one in long) > 0.1 * len(long) or sum(map(is_printed, long)) > 0.5 * len(long):
        return True
    longest = [int(one) for one in long if len(one) == 19]
    return len(longest) >= ENOUGH and sum(is_exact(one) for one in longest) >= 0.95 * len(longest)


def mangled(ids: pl.Series) -> pl.Series:
    """Mask of ids written as numbers with an exponent or a fraction; whole numbers are not even looked at.

    Examples
    --------
    >>> mangled(pl.Series(["9.1E+17", "914580356430536707", "12.0", "1e5", None])).to_list()
    [True, False, True, True, False]
    """
    if ids.cast(pl.Int64, strict=False).null_count() == ids.null_count():
        return nowhere(len(ids))
    return ids.str.contains(MANGLED).fill_null(False)


def _long(ids: pl.Series) -> list[str]:
    """The first different ids that are long enough to lose digits."""
    ids = ids.filter(ids.str.len_bytes().is_between(18, 19).fill_null(False))
    return ids.filter(ids.str.contains(_LONG)).unique(maintain_order=True).head(_LOOKED_AT).to_list()


class Watch:
    """Memory of the columns of a file that went through numbers: once found, that holds for the rest of the file."""

    def __init__(self) -> None:
        self._found: set[str] = set()

    def lost(self, column: str, ids: pl.Series) -> pl.Series:
        """Mask of ids of a batch that are not the ones they were; none in a column nothing is held against.

        Examples
        --------
        >>> wrong = pl.Series([printed(1764958111222333123 + 7_919_191_919 * n) for n in range(20)] + ["1764958111222333123"])
        >>> Watch().lost("posts", wrong).sum(), Watch().lost("posts", wrong.tail(1)).sum()
        (20, 0)
        """
        if column not in self._found and went_through_numbers(ids):
            self._found.add(column)
        return lost_digits(ids) if column in self._found else nowhere(len(ids))


def is_exact(number: int) -> bool:
    """True if a double holds the number to the last digit."""
    return int(float(number)) == number


def printed(number: int) -> str:
    """The number as JavaScript would write it.

    Examples
    --------
    >>> printed(914580356430536707)
    '914580356430536700'
    """
    return str(int(Decimal(repr(float(number)))))


def is_printed(native_id: str) -> bool:
    """True if an id is printed by JavaScript for some number.

    Examples
    --------
    >>> is_printed("914580356430536700"), is_printed("914580356430536707")
    (True, False)
    """
    return printed(int(native_id)) == native_id


def lost_digits(ids: pl.Series) -> pl.Series:
    """Mask of ids that are not the ones they were, in a column that went through numbers."""
    suspect = {
        one: is_printed(one) or (len(one) == 19 and is_exact(int(one)))
        for one in ids.filter(ids.str.contains(_LONG).fill_null(False)).unique().to_list()
    }
    return ids.replace_strict(suspect, default=False, return_dtype=pl.Boolean) if suspect else nowhere(len(ids))


def from_address(ids: pl.Series, addresses: pl.Series) -> pl.Series:
    """The id in a post's address, where it is the one that was rounded or written with an exponent; else null.

    Examples
    --------
    >>> from_address(pl.Series(["914580356430536700", "9.1458E+17", "9.2E+17"]), pl.Series(["https://x.com/a/status/914580356430536707"] * 3)).to_list()
    ['914580356430536707', '914580356430536707', None]
    """
    pairs = pl.DataFrame({"id": ids, "found": addresses.str.extract(_IN_ADDRESS, 1)})
    other = pairs.filter(pl.col("id") != pl.col("found")).unique()
    other = other.filter(pl.Series([_same(one, found) for one, found in other.iter_rows()], dtype=pl.Boolean))
    told = pairs.join(other.with_columns(told="found"), on=["id", "found"], how="left", maintain_order="left")
    return told["told"]


def _same(rounded: str, whole: str) -> bool:
    """True if both are the same number but for lost digits."""
    try:
        number = Decimal(rounded.replace(",", "."))
    except ArithmeticError:
        return False
    written = "e" in rounded.lower()
    lost = len(whole) - (len(number.as_tuple().digits) if written else 15)
    return abs(Decimal(whole) - number) * (2 if written else 1) <= 10**lost
