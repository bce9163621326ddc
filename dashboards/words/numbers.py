"""Numbers as people read them: counts, shares, p and q, and lists in words."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

from graph.privacy.small_counts import MINIMUM
from graph.privacy.small_counts import small as small_count

NONE = "–"

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def known(value: Any) -> bool:
    """True for a known cell: not None, not NaN, not pandas' NA or NaT.

    Examples
    --------
    >>> [known(v) for v in (0, None, float("nan"), "")]
    [True, False, False, True]
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return False
    return not (isinstance(value, float) and isnan(value))


def count(value: Any) -> str:
    """A count with thousands; unknown is a dash, never 0; a small one reads ``<5`` where the case's harm area says so.

    Examples
    --------
    >>> count(1324), count(0), count(None)
    ('1,324', '0', '–')
    """
    if not known(value):
        return NONE
    return f"<{MINIMUM.get()}" if small_count(value) else f"{round(value):,}"


def place(value: Any) -> str:
    """A rank or a position: it counts nobody.

    Examples
    --------
    >>> place(3), place(None)
    ('3', '–')
    """
    return f"{round(value):,}" if known(value) else NONE


def one(noun: str) -> str:
    """A noun with its article.

    Examples
    --------
    >>> one("link"), one("object")
    ('a link', 'an object')
    """
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def counted(value: Any, one: str, many: str | None = None) -> str:
    """A count with its noun.

    Examples
    --------
    >>> counted(1, "tie"), counted(1200, "tie"), counted(3, "box", "boxes")
    ('1 tie', '1,200 ties', '3 boxes')
    """
    noun = one if known(value) and round(value) == 1 else many or f"{one}s"
    return f"{count(value)} {noun}"


def small(value: int, of_people: bool = True) -> str:
    """A small count as a word, for the start of a sentence or inside one; one of no people or posts is never withheld.

    Examples
    --------
    >>> small(2), small(12)
    ('two', '12')
    """
    if 0 <= value < len(_SMALL) and not (of_people and small_count(value)):
        return _SMALL[value]
    return count(value)


def expected(value: Any) -> str:
    """An expected count: one decimal under ten, more only where one decimal would say zero.

    Examples
    --------
    >>> [expected(v) for v in (180.4, 2.61, 0.04, 0.0004, 0.00001, None)]
    ['180', '2.6', '0.04', '0.0004', '< 0.0001', '–']
    """
    if not known(value):
        return NONE
    number = float(value)
    if number >= 9.95:
        return f"{round(number):,}"
    if number >= 0.05 or number == 0:
        return f"{number:.1f}"
    return f"{number:.1g}" if number >= 0.0001 else "< 0.0001"


def usually(low: Any, high: Any) -> str:
    """The range chance stays in, 95 times of 100.

    Examples
    --------
    >>> usually(145.2, 215.4), usually(None, 3)
    ('usually 145 to 215', '–')
    """
    if not (known(low) and known(high)):
        return NONE
    return f"usually {count(low)} to {count(high)}"


def probability(value: Any) -> str:
    """A tie's q or p to four decimals, then ``< 0.0001``.

    Examples
    --------
    >>> [probability(v) for v in (0.0321, 0.00001, 0.05, None)]
    ['0.0321', '< 0.0001', '0.05', '–']
    """
    if not known(value):
        return NONE
    if value < 0.0001:
        return "< 0.0001"
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def named(letter: str, value: Any) -> str:
    """``q < 0.0001`` or ``q = 0.0321``; a dash when there is none.

    Examples
    --------
    >>> named("q", 0.00002), named("p", 0.0321), named("q", None)
    ('q < 0.0001', 'p = 0.0321', 'q –')
    """
    words = probability(value)
    return f"{letter} {words}" if words.startswith("<") or words == NONE else f"{letter} = {words}"


def group_p(value: Any, worlds: Any = None) -> str:
    """A group's p to two decimals; ``≤ 0.01`` when none of 99 worlds reached it, ``≤ 0.05`` for none of 19.

    Examples
    --------
    >>> group_p(0.05, 19), group_p(0.01, 99), group_p(0.1, 19), group_p(None)
    ('≤ 0.05', '≤ 0.01', '0.1', '–')
    """
    if not known(value):
        return NONE
    floor = 1 / (worlds + 1) if known(worlds) and worlds else None
    figure = f"{value:.2f}".rstrip("0").rstrip(".")
    return f"≤ {figure}" if floor is not None and value <= floor + 1e-9 else figure


def share(part: Any, whole: Any) -> str:
    """A share in whole percent; ``< 1%`` and ``> 99%`` at the ends, so that some is never none.

    Examples
    --------
    >>> share(98, 100), share(1, 1000), share(999, 1000), share(1, 0)
    ('98%', '< 1%', '> 99%', '–')
    """
    if not (known(part) and known(whole)) or not whole:
        return NONE
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "< 1%"
    return "> 99%" if 99 < percent < 100 else f"{percent:.0f}%"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Words in a row as in speech.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def sentence(words: str) -> str:
    """Words with a capital at the start and nothing else changed.

    Examples
    --------
    >>> sentence("two groups cross platforms")
    'Two groups cross platforms'
    """
    return words[:1].upper() + words[1:]
