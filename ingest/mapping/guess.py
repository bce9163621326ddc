"""Columns of an unknown table and the fields they hold: by what a person says, by known names, by words inside names.

A name alone is never enough: the values must be what the field needs. Where they are not, the column is said to people
with one of its values, instead of being read wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ingest.errors import UsageError, did_you_mean
from ingest.mapping import columns, structures
from ingest.mapping.cells import says_nothing
from ingest.mapping.contract import Sample
from ingest.mapping.synonyms import (
    A_POST,
    ALIASES,
    COUNTS,
    EITHER,
    NAMES,
    OF_ACCOUNT,
    OF_OTHERS,
    OF_PROFILES,
    WORDS,
    spellings,
)
from ingest.normalize import platforms, times

_WHAT = ("text", "url", "hashtags", "mentions", "repost", "reply", "quote", "object", "domain", "media", "track")
_PERMALINK = re.compile(
    r"/status(?:es)?/\d+|/posts?/\w+|/p/\w+|/video/\d+|t\.me/\w+/\d+|/comments/\w+|watch\?v=", re.IGNORECASE
)
CLOCK = re.compile(
    r"^\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,6})?)?\s*(?:[ap]\.?\s?m\.?)?\s*(?:z|utc|(?:utc|gmt)?[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_ZONE = re.compile(r"^(?:utc|gmt|z|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?)$", re.IGNORECASE)
_FLAGS = frozenset((*columns.YES, "0", "0.0", "false", "no", "n", "f", "nein", "non", "falsch", "faux"))
_REFERENCES = ("repost", "reply", "quote")
_ALL_WORDS = {"account": "the account", "time": "the time", "text": "a text or link"}
_ACCEPTED = {
    "account": "names or ids, one a cell",
    "time": "times such as 2024-03-05 14:30:00, 05.03.2024 14:30 or seconds since 1970",
    "text": "texts or links",
}


def guess(sample: Sample) -> dict[str, str]:
    """The column of each field: what the person said, then known names, then words in names.

    Examples
    --------
    >>> guess(Sample("a.csv", "csv", ("User", "When posted", "Tweet text"), (("a", "2024-01-01 10:00", "hello"),)))
    {'account': 'User', 'time': 'When posted', 'text': 'Tweet text'}
    >>> guess(Sample("a.csv", "csv", ("Autor", "Datum", "Uhrzeit", "Inhalt"), (("a", "05.03.2024", "10:00", "Hallo"),)))
    {'account': 'Autor', 'time': 'Datum', 'clock': 'Uhrzeit', 'text': 'Inhalt'}
    """
    found = _as_told(sample)
    known = {column: spellings(column) for column in sample.header}
    for field, names in NAMES.items():
        places = {name: place for place, name in enumerate(names)}
        for column in sorted(
            (c for c in sample.header if known[c] & places.keys()),
            key=lambda c: min(places.get(p, 999) for p in known[c]),
        ):
            if field not in found and column not in found.values() and _fits(field, column, sample):
                found[field] = column
    for field, words in WORDS.items():
        if field not in found and not (field == "handle" and "account" in found):
            fitting = (c for c in _worded(field, words, known) if c not in found.values() and _fits(field, c, sample))
            if chosen := next(fitting, None):
                found[field] = chosen
    if "clock" in found and not _needs_clock(found, sample):
        del found["clock"]
    if "clock" not in found or ("clock", found.get("zone")) == ("clock", None):
        found.pop("zone", None)
    order = [*NAMES]
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0])))


def _worded(field: str, words: set[str], known: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Columns whose names hold a word of the field and are neither another post's nor, of posts' fields, the account's."""
    for column, names in known.items():
        for name in names:
            parts = name.split("_")
            others = parts[0] in OF_OTHERS or (field not in ("account", "handle") and parts[0] in OF_ACCOUNT)
            counted = field not in ("account", "handle") and parts[-1] in ("id", "ids", "hash", "count", "length")
            if words & set(parts) and not others and not counted:
                yield column
                break


def _needs_clock(found: Mapping[str, str], sample: Sample) -> bool:
    """True where the time's column holds days only and another one holds the clock."""
    values = _values(found.get("time", ""), sample)
    return bool(values) and set(times.parse_column(values).precision.drop_nulls().unique()) == {"day"}


class Missing(NamedTuple):
    """A field that no column of a table holds.

    Attributes
    ----------
    words : str
        ``the account and the time``.
    reasons : tuple of str
        Sentences on columns whose names fit and whose values do not.
    example : str or None
        A ready-made ``--map`` of columns whose values can be what it says; None where no column can be anything missing.
    nowhere : tuple of str
        What no column of the table can be.
    """

    words: str
    reasons: tuple[str, ...]
    example: str | None
    nowhere: tuple[str, ...]


def check_mapping(sample: Sample) -> None:
    """Refuse a ``--map`` with a field or a column that there is not.

    Raises
    ------
    UsageError
        With the nearest name there is.

    Examples
    --------
    >>> from dataclasses import replace
    >>> sample = Sample("a.csv", "csv", ("wer", "wann"), ())
    >>> check_mapping(replace(sample, options=replace(sample.options, mapping=(("acount", "wer"),))))
    Traceback (most recent call last):
    ingest.errors.UsageError: --map knows no field 'acount'. Did you mean 'account'?
    """
    for field, column in sample.options.mapping:
        if ALIASES.get(field, field) not in NAMES:
            raise UsageError(f"--map knows no field {field!r}.", hint=did_you_mean(field, tuple(NAMES)))
        if column not in sample.header:
            raise UsageError(
                f"--map names the column {column!r}, which the file does not have.",
                hint=did_you_mean(column, sample.header),
            )


def missing(sample: Sample) -> Missing:
    """Fields that no column is known to hold, the reasons, and a ready-made ``--map``.

    Raises
    ------
    UsageError
        If ``--map`` names a field or a column that there is not.

    Examples
    --------
    >>> missing(Sample("a.csv", "csv", ("wer", "wann", "was"), (("anna", "2024-01-01 10:00", "hello"),)))
    Missing(words='the account, the time and a text or link', reasons=(), example='account=wer,time=wann,text=was', nowhere=())
    >>> found = missing(Sample("a.csv", "csv", ("user", "date", "text"), (("a", "3h", "hello"),)))
    >>> found.reasons[0][:57], found.example, found.nowhere
    ("The column date is called like the time, but holds '3h'; ", None, ('the time',))
    """
    check_mapping(sample)
    found = guess(sample)
    needs = lacking(found, sample)
    words = [_ALL_WORDS[need] for need in needs]
    said = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    reasons = [_reason(need, sample, found) for need in needs]
    example, nowhere = _example(found, needs, sample)
    return Missing(said, tuple(reason for reason in reasons if reason), example, nowhere)


def _reason(need: str, sample: Sample, found: Mapping[str, str]) -> str | None:
    """A sentence on the column that is called like a field and holds something else."""
    for column in sample.header:
        names, values = spellings(column), _values(column, sample)
        if column in found.values() or not values or not names & set(NAMES[need]):
            continue
        wrong = next((value for value in values if not _is(need, value)), values[0])
        return (
            f"The column {column} is called like {_ALL_WORDS[need]}, but holds {wrong[:80]!r}; "
            f"what would be accepted there: {_ACCEPTED[need]}."
        )
    return None


def _example(found: Mapping[str, str], needs: list[str], sample: Sample) -> tuple[str | None, tuple[str, ...]]:
    """A ``--map`` of columns whose values can be what is asked for, and what none of them can be."""
    used, pairs, nowhere = {column for field, column in found.items() if field != "display_name"}, [], []
    for field in ("account", "time", "text"):
        given = "handle" if field == "account" and "account" not in found else field
        if field not in needs:
            pairs += [f"{given}={found[given]}"] if given in found else []
            continue
        column = next((c for c in sample.header if c not in used and _can_be(field, c, sample)), None)
        if column is None:
            nowhere.append(_ALL_WORDS[field])
        else:
            used.add(column)
            pairs.append(f"{field}={column}")
    return (",".join(pairs) if len(nowhere) < len(needs) else None), tuple(nowhere)


def _can_be(field: str, column: str, sample: Sample) -> bool:
    values = _values(column, sample)
    fits = sum(_is(field, value) for value in values)
    return bool(values) and fits > 0.5 * len(values)


def _is(field: str, value: str) -> bool:
    """True where a value can be an account, a time, or something to compare."""
    if field == "time":
        return not times.parse_column([value]).unparsed.item()
    is_time = not times.parse_column([value]).unparsed.item() and not value.isdecimal()
    if field == "account":
        return not is_time and structures.account(value) is not None
    return not is_time and not re.fullmatch(r"[\d.,%\s-]+", value)


def lacking(found: Mapping[str, str], sample: Sample) -> list[str]:
    """The fields a table cannot do without and has no column for: ``account``, ``time``, ``text``."""
    told = {column for _, column in sample.options.mapping}
    if not told <= set(sample.header):
        return ["account", "time", "text"]
    needs = [] if "account" in found or "handle" in found else ["account"]
    needs += [] if "time" in found else ["time"]
    return needs + ([] if any(what in found for what in _WHAT) else ["text"])


def _as_told(sample: Sample) -> dict[str, str]:
    told = {ALIASES.get(field, field): column for field, column in sample.options.mapping}
    return {field: column for field, column in told.items() if field in NAMES and column in sample.header}


# -- values ------------------------------------------------------------------------------------------------------------


def _values(column: str, sample: Sample) -> list[str]:
    """The cells of a column in the sample that say something, without the formulas of spreadsheets around them."""
    if column not in sample.header:
        return []
    place = sample.header.index(column)
    cells = (row[place].strip() for row in sample.rows if place < len(row))
    bare = (cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell for cell in cells)
    return [cell for cell in bare if not says_nothing(cell)]


def _most(values: list[str], holds: int) -> bool:
    return holds > 0.5 * len(values)


def _fits(field: str, column: str, sample: Sample) -> bool:  # noqa: PLR0911
    """True if the values look like the field: times must be times, ids of posts must differ, links must be links."""
    values, names = _values(column, sample), spellings(column)
    if not values:
        return field not in ("account", "time", "clock", "zone") and bool(sample.rows) and not names & A_POST
    if field in ("time", "collected_at"):
        return int(times.parse_column(values).unparsed.sum()) <= 0.5 * len(values)
    if field in _PATTERNS:
        return _most(values, sum(bool(_PATTERNS[field].match(value)) for value in values))
    if field in ("account", "handle"):
        blanks = field == "handle" and not _most(values, sum(" " not in value or value[0] in "[{" for value in values))
        return not blanks and _most(values, sum(structures.account(value) is not None for value in values))
    if field in _REFERENCES:
        return set(map(str.lower, values)) - _FLAGS != set() and _most(
            values, sum(structures.target(value) is not None for value in values)
        )
    if field == "id":  # a bare id may be anybody's; what is called a post's id may be collected many times
        if names & A_POST and not all(re.fullmatch(r"[\w.:-]*\d[\w.:-]*", value) for value in values):
            return False
        return column.strip().lower() != "id" or len(set(values)) > 0.2 * len(values)
    if field == "text" and names & A_POST:
        return not _most(values, sum(bool(re.fullmatch(r"\d+|https?://\S+", value)) for value in values))
    return _fits_otherwise(field, column, sample, values)


_PATTERNS = {"clock": CLOCK, "zone": _ZONE}


def _fits_otherwise(field: str, column: str, sample: Sample, values: list[str]) -> bool:
    either = bool(spellings(column) & EITHER)
    if field == "url":
        return any("." in value for value in values) and not (
            either and (are_permalinks(column, sample) or of_profiles(column, sample))
        )
    if field == "permalink":
        return any("://" in value for value in values) and (not either or are_permalinks(column, sample))
    if field == "is_repost":
        return all(value.lower() in _FLAGS for value in values)
    if field in COUNTS:
        return any(value[:1].isdigit() for value in values)
    return True


def of_profiles(column: str, sample: Sample) -> bool:
    """True for a column of addresses that stands among the columns of the account's profile and never changes for an account."""
    place = sample.header.index(column)
    around = [*sample.header[max(0, place - 2) : place], *sample.header[place + 1 : place + 3]]
    if sum(bool(spellings(name) & OF_PROFILES) for name in around) < 2:
        return False
    who = next((n for n, c in enumerate(sample.header) if spellings(c) & set(NAMES["account"][:20])), None)
    pairs = {(row[who], row[place]) for row in sample.rows if who is not None and max(who, place) < len(row)}
    return len(pairs) == len({account for account, _ in pairs})


def are_permalinks(column: str, sample: Sample) -> bool:
    """True for a column that holds the posts' own addresses, not what they share.

    They lie on the platform of their rows; where nobody says which that is, each is another, and all are posts of one.
    """
    place = sample.header.index(column)
    rows = [row for row in sample.rows if place < len(row) and not says_nothing(row[place])]
    values = [row[place].strip() for row in rows]
    hosts = [platforms.platform_of(value) for value in values]
    homes = [_home(row, sample) for row in rows]
    if any(homes):
        return sum(bool(host) and host == home for host, home in zip(hosts, homes, strict=True)) > 0.9 * len(rows)
    found = sum(bool(_PERMALINK.search(value)) for value in values)
    return len(rows) > 1 and len(set(hosts)) == 1 and min(found, len(set(values))) > 0.9 * len(rows)


def _home(row: tuple[str, ...], sample: Sample) -> str | None:
    """The platform of a row, as the person or a column says it."""
    if sample.options.platform:
        return sample.options.platform
    place = next((n for n, c in enumerate(sample.header) if spellings(c) & set(NAMES["platform"])), len(row))
    return platform(row[place]) if place < len(row) else None


def platform(word: str) -> str | None:
    """The id of a platform; a word nobody knows stands for itself.

    Examples
    --------
    >>> platform("Twitter"), platform(" Koo "), platform("")
    ('x', 'koo', None)
    """
    return platforms.platform_id(word) or word.strip().lower() or None
