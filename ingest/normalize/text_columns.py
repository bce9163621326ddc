"""`ingest.normalize.text` for whole columns of texts: the same answers, with polars looking through the letters.

What letters, spaces and marks are is taken from Python's own tables, so that both ways agree on every character; the few
texts that polars would spell otherwise (entities of HTML, final sigmas, characters newer than Python's tables) are
spelled one by one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from ingest.normalize import text as texts

_ASSIGNED = (range(0x33480), range(0xE0000, 0xE0200))  # beyond these there is only private use
_JOINERS = "_\u200c\u200d\u00b7\u30fb"
_ANY_CASE = "a-zA-Z\u0130\u0131\u017f\u212a"  # what Python takes for a letter from a to z in any case


def keys(values: pl.Series) -> pl.Series:
    """`ingest.normalize.text.key` of each text.

    Examples
    --------
    >>> found = keys(pl.Series(["We will not go back!", "RT @a: we will NOT go back 💪 https://t.co/x", "short", None]))
    >>> found[0] == found[1] == texts.key("we will not go back"), found[2:].to_list()
    (True, [None, None])
    """
    if not len(values):
        return values  # the patterns take a moment to make
    use = _patterns()
    plain, odd, one_by_one = _plain(values, use)
    spelled = _spelled(plain, odd, use)
    found = [None if one is None else texts.hashed(one) for one in spelled.to_list()]
    for place in one_by_one.arg_true().to_list():
        found[place] = texts.key(values[place])
    return pl.Series(values.name, found, dtype=pl.String)


def normal(values: pl.Series) -> pl.Series:
    """`ingest.normalize.text.normal` of each text, however short.

    Examples
    --------
    >>> normal(pl.Series(["Green SALT!", "@a Tea &amp; salt https://t.co/x", None])).to_list()
    ['green salt', 'tea salt', None]
    """
    if not len(values):
        return values
    use = _patterns()
    plain, odd, one_by_one = _plain(values, use)
    found = _normal(plain, odd, use).to_list()
    for place in one_by_one.arg_true().to_list():
        found[place] = texts.normal(values[place])
    return pl.Series(values.name, found, dtype=pl.String)


def _plain(values: pl.Series, use: _Patterns) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Texts after NFKC, which of them are odd, and which have to be spelled one by one (null among the texts)."""
    odd = _those(~_ascii(values), values, use.odd)
    plain = _where(_those(odd, values, use.changing), values, lambda some: some.str.normalize("NFKC"))
    one_by_one = (_those(odd, values, use.unknown) | plain.str.contains("[&Σ]")).fill_null(False)
    return plain.set(one_by_one, None), odd, one_by_one


def _spelled(plain: pl.Series, odd: pl.Series, use: _Patterns) -> pl.Series:
    """Normal forms, null where they say too little."""
    text = _normal(plain, odd, use)
    # at most every other letter is a space
    long = (text.str.len_chars() >= 2 * texts.GRAPHEMES) & ~_those(odd, text, use.marks)
    return _where(~long, text, lambda some: some.set(~_long_enough(some, use), None))


def _normal(plain: pl.Series, odd: pl.Series, use: _Patterns) -> pl.Series:
    """Normal forms; only ``odd`` texts can hold what is invisible, or marks."""
    text = plain.str.replace(use.repost, "")
    linked = text.str.contains("/", literal=True) | text.str.contains("www.", literal=True)
    text = _where(linked, text, lambda some: some.str.replace_all(use.url, "$1$2 "))
    text = _without_mentions(text, odd, use)
    text = _where(odd, text.str.to_lowercase(), lambda some: some.str.replace_all(use.invisible, ""))
    return text.str.replace_all(use.between, " ").str.strip_chars(" ")


def _long_enough(spelled: pl.Series, use: _Patterns) -> pl.Series:
    """`ingest.normalize.text.long_enough` of each normal form."""
    graphemes = spelled.str.replace_all(use.marks, "")
    letters = graphemes.str.replace_all(" ", "", literal=True).str.len_chars()
    return (letters >= texts.GRAPHEMES) | (graphemes.str.count_matches("[^ ]{2,}") >= texts.WORDS)


def _without_mentions(text: pl.Series, odd: pl.Series, use: _Patterns) -> pl.Series:
    """Texts with each mention and the character before it made into a space, but for marks, which only odd texts hold."""
    text, named = _apart(text), text.str.contains("@", literal=True)
    text = _where(named & odd, text, lambda some: some.str.replace_all(use.mention_behind, "$1 "))
    return _where(named & ~odd, text, lambda some: some.str.replace_all(use.mention, " "))


def _apart(text: pl.Series) -> pl.Series:
    """A mention behind a dash stands for itself."""
    dashed = text.str.contains("-@", literal=True)
    return _where(dashed, text, lambda some: some.str.replace_all("-@", "- @", literal=True))


def _ascii(values: pl.Series) -> pl.Series:
    return values.str.len_bytes() == values.str.len_chars()


def _without_links(values: pl.Series, use: _Patterns) -> pl.Series:
    linked = values.str.contains("/", literal=True) | values.str.contains(r"(?i)www\.")
    return _where(linked, values, lambda some: some.str.replace_all(use.url, "$1$2 "))


def _those(among: pl.Series, values: pl.Series, pattern: str) -> pl.Series:
    """Mask of the values that hold a pattern; only some of them can hold it.

    Examples
    --------
    >>> _those(pl.Series([True, True, False]), pl.Series(["a", None, "a"]), "a").to_list()
    [True, False, False]
    """
    holds = np.zeros(len(values), np.bool_)
    places = among.arg_true()
    holds[places.to_numpy()] = values.gather(places).str.contains(pattern).fill_null(False).to_numpy()
    return pl.Series(holds)


def _where(holds: pl.Series, values: pl.Series, rule: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The values, those for which it holds by a rule that costs too much to be tried on all.

    Examples
    --------
    >>> _where(pl.Series([True, False, None]), pl.Series(["a", "b", None]), lambda some: some.str.to_uppercase()).to_list()
    ['A', 'b', None]
    """
    places = holds.arg_true().to_numpy()
    if not len(places):
        return values
    order = np.arange(len(values))
    order[places] = len(values) + np.arange(len(places))
    return pl.concat([values, rule(values.gather(places))], rechunk=True).gather(order)


def urls_in(values: pl.Series) -> pl.DataFrame:
    """`ingest.normalize.text.urls_in` of each text: ``row`` is the place of the text, ``found`` what stands in it.

    Examples
    --------
    >>> urls_in(pl.Series(["no link", "See (t.me/chan/5), www.a.com.", None])).rows()
    [(1, 't.me/chan/5'), (1, 'www.a.com')]
    """
    pieces = (" " + values).str.extract_all(_patterns().url)
    return _found(pieces.list.eval(pl.element().str.replace("^[^Hh]", "")), texts.urls_in)


def hashtags(values: pl.Series) -> pl.DataFrame:
    """`ingest.normalize.text.hashtags` of each text, as `urls_in`.

    Examples
    --------
    >>> hashtags(pl.Series(["#One #one, ＃Two! #3 https://a.com/#four #five#six", None]))["found"].to_list()
    ['one', 'two', 'five', 'six']
    """
    use = _patterns()
    return _found(_without_links(values, use).str.extract_all(use.tags), texts.hashtags)


def mentions_in(values: pl.Series) -> pl.DataFrame:
    """`ingest.normalize.text.mentions_in` of each text, as `urls_in`.

    Examples
    --------
    >>> mentions_in(pl.Series(["@One .@two_2, @three@example.org. Not a@b.com", None]))["found"].to_list()
    ['One', 'two_2', 'three@example.org']
    """
    use = _patterns()
    text = _without_links(values, use)
    dotted = text.str.contains(".@", literal=True)
    text = _apart(_where(dotted, text, lambda some: some.str.replace_all(".@", " @", literal=True)))
    return (
        _once(text.str.extract_all(use.mention))
        .with_columns(pl.col("found").str.replace("^[^@]?@", ""))
        .unique(maintain_order=True)
    )


def _once(pieces: pl.Series) -> pl.DataFrame:
    """The pieces of each text, each once, in order."""
    numbered = pl.DataFrame({"row": pl.int_range(len(pieces), eager=True), "found": pieces})
    return numbered.explode("found").drop_nulls("found").unique(maintain_order=True)


def _found(pieces: pl.Series, rule: Callable[[str], list[str]]) -> pl.DataFrame:
    """Finds of a rule in the pieces of each text, each once, in order."""
    left = _once(pieces)
    known = [(piece, found) for piece in left["found"].unique().to_list() for found in rule(piece)]
    rules = pl.DataFrame(known, schema={"found": pl.String, "rule": pl.String}, orient="row")
    found = left.join(rules, on="found", how="inner", maintain_order="left_right")
    return found.select("row", found="rule").unique(maintain_order=True)


class _Patterns(NamedTuple):
    """The expressions of `ingest.normalize.text` as polars takes them: what stood before a match is part of it, as a group."""

    odd: str  # any of what few texts hold: the next two, what is invisible, marks, and what lower case makes marks of
    unknown: str
    changing: str  # what NFKC may write in another way, by itself or beside another
    repost: str
    url: str
    mention: str
    mention_behind: str  # with what stands before it as a group, which takes three times as long
    tags: str
    invisible: str
    between: str
    marks: str


@cache
def _patterns() -> _Patterns:
    kinds = {code: unicodedata.category(chr(code)) for codes in _ASSIGNED for code in codes}
    marks = _ranges(code for code, kind in kinds.items() if kind[0] == "M")
    alnum = _ranges(code for code in kinds if chr(code).isalnum())
    space = _ranges(code for code in kinds if chr(code).isspace())
    spelled = {code: texts.spelled_as(code) for code in kinds}
    letters = _ranges(code for code, to in spelled.items() if to == code != 32)
    known = _ranges(code for code, kind in kinds.items() if kind not in ("Cn", "Cs")) + r"\x{f0000}-\x{10ffff}"
    in_url = (
        rf"[^{space}<>\x22“”«»„\x{{3000}}-\x{{30ff}}\x{{3400}}-\x{{9fff}}\x{{ac00}}-\x{{d7af}}\x{{ff00}}-\x{{ffef}}]"
    )
    host = rf"(?:[{_ANY_CASE}0-9-]{{1,63}}\.){{1,4}}[{_ANY_CASE}]{{2,24}}"
    mention = (
        rf"(?:^|[^{alnum}_@/.])@[A-Za-z0-9_](?:[A-Za-z0-9_.-]{{0,252}}[A-Za-z0-9_])?"
        r"(?:@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)?"
    )
    changing = _ranges(_changing(kinds))
    invisible = _ranges(code for code, to in spelled.items() if to is None)
    return _Patterns(
        odd=rf"[^{known}]|[{changing}{invisible}{marks}\u0130]",
        unknown=rf"[^{known}]",
        changing=rf"[{changing}]",
        repost=rf"^[{space}]*[RrQqMm][Tt][{space}]+@[{alnum}_]+:?[{space}]",
        url=(
            rf"[Hh][Tt][Tt][Pp][Ss\x{{17f}}]?://{in_url}+|(^|[^{alnum}_.])[Ww][Ww][Ww]\.{in_url}+"
            rf"|(^|[^{alnum}_@./-]){host}/{in_url}*"
        ),
        mention=mention,
        mention_behind=mention.replace("(?:", "(", 1),
        tags=rf"(?:^|[^{alnum}_&])(?:[#＃][{alnum}{marks}{_JOINERS}]+)+",
        invisible=f"[{invisible}]+",
        between=rf" *[^ {letters}][^{letters}]*|  +",  # one space between words is how it should be
        marks=f"[{marks}]+",
    )


def _changing(codes: Iterable[int]) -> list[int]:
    """Characters that are not spelled as in NFKC, or that may join, or change places with, the one before them."""
    joining = set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))  # vowels and ends of Hangul
    found = []
    for code in codes:
        letter = chr(code)
        if parts := unicodedata.decomposition(letter):
            if not parts.startswith("<"):
                joining.update(int(part, 16) for part in parts.split()[1:])
            if not unicodedata.is_normalized("NFKC", letter):
                found.append(code)
        if unicodedata.combining(letter):
            joining.add(code)
    return sorted({*found, *joining})


def _ranges(codes: Iterable[int]) -> str:
    """Codes as the inside of a class of characters.

    Examples
    --------
    >>> _ranges([65, 66, 67, 97])
    '\\\\x{41}-\\\\x{43}\\\\x{61}-\\\\x{61}'
    """
    every = np.fromiter(codes, np.int64)
    every = every[(every < 0xD800) | (every >= 0xE000)]
    ends = np.flatnonzero(np.diff(every, append=every[-1] + 2) != 1)
    starts = np.concatenate([[0], ends[:-1] + 1])
    return "".join(rf"\x{{{every[a]:x}}}-\x{{{every[b]:x}}}" for a, b in zip(starts, ends, strict=True))
