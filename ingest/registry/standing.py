"""The standing of platforms under EU and industry schemes, on any day: dated facts from ``standing.csv`` beside this file.

A row is one fact: platform, scheme, status, from, to, basis, source. Absent means *not known*, never *not a member*.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from ingest.errors import InputError, UsageError, did_you_mean
from ingest.normalize.platforms import platform_id, platforms

KNOWN_ON = date(2026, 11, 28)
"""The day on which the shipped table was last held against its sources."""


class Scheme(NamedTuple):
    """A scheme: its name on screen, and what is said where nothing is known."""

    name: str
    unknown: str
    events: bool = False
    """Its rows are events one after another, not states that hold from a day to a day."""


SCHEMES: dict[str, Scheme] = {
    "euif": Scheme("EU Internet Forum", "not known to be a member"),
    "dsa": Scheme("Digital Services Act, designation", "not known to be designated"),
    "dsa_proceedings": Scheme("Digital Services Act, formal proceedings", "no proceedings known", events=True),
    "gifct": Scheme("Global Internet Forum to Counter Terrorism", "not known to be a member"),
    "transparency_database": Scheme("DSA Transparency Database", "not known to file statements of reasons"),
}
ORGANISATIONS = ("isd", "gifct", "un_counter_terrorism_centre", "baaz")
"""Names in the table that are no platform links lead to: organisations, and services without a row in ``platforms.csv``."""
FIELDS = ("platform", "scheme", "status", "from", "to", "basis", "source", "note")
_TOOK_PART = "took part"  # in one meeting or protocol: no membership, and said with its day
_LISTED = {"listed at the end of 2021": date(2021, 12, 31)}  # rows without a day: from when their list is known


@dataclass(frozen=True)
class Fact:
    """One row: that something had a status from a day on.

    Attributes
    ----------
    platform, scheme, status : str
    since, until : date, optional
        First day, and first day on which it no longer holds. Without ``since`` only the basis says when.
    basis : str
        ``verified``, ``derived``, or in words when and where it was listed.
    source, note : str
    by : str, optional
        The analyst who added it to a case; None for the shipped table.
    """

    platform: str
    scheme: str
    status: str
    since: date | None
    until: date | None
    basis: str
    source: str
    note: str = ""
    by: str | None = None

    def holds(self, on: date) -> bool:
        """True if it held on a day; of a row without days, whether its list was out by then."""
        return (self.begins is None or self.begins <= on) and (self.until is None or on < self.until)

    @property
    def begins(self) -> date | None:
        """First day on which it is known to hold; of a row without days, the day by which its list was out."""
        return self.since or _LISTED.get(self.basis)


@dataclass(frozen=True)
class Standing:
    """Facts about a platform under a scheme on a day.

    Attributes
    ----------
    platform, scheme : str
    on : date
    status : str
        In words. Where nothing is known it says so.
    known : bool
        Whether a fact says so; False means *unknown*, never *no*.
    since : date, optional
    facts : tuple of Fact
        Behind it, oldest first: for proceedings every event up to the day.
    """

    platform: str
    scheme: str
    on: date
    status: str
    known: bool
    since: date | None
    facts: tuple[Fact, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: days in ISO 8601."""
        plain = asdict(self) | {"facts": [asdict(fact) for fact in self.facts], "as_known_on": KNOWN_ON}
        return {key: _iso(value) for key, value in plain.items()}


def standing(platform: str, scheme: str, on: date | None = None, more: Sequence[Fact] = ()) -> Standing:
    """Give what is known of a platform under a scheme on a day.

    Parameters
    ----------
    platform : str
        Id or name of a platform (``platforms.csv``) or of an organisation in the table.
    scheme : str
        A key of ``SCHEMES``.
    on : date, optional
        Today without it.
    more : sequence of Fact
        An analyst's own rows, which come before the shipped ones of the same day.

    Raises
    ------
    UsageError
        If the platform or the scheme is not known by name.

    Examples
    --------
    >>> standing("soundcloud", "euif", date(2024, 6, 3)).status
    'not known to be a member'
    >>> standing("SoundCloud", "euif", date(2024, 6, 4)).status
    'member'
    >>> standing("snapchat", "euif", date(2024, 6, 4)).status
    'not known to be a member; took part (EU Crisis Protocol) on 7 October 2019'
    >>> standing("stripchat", "dsa", date(2025, 6, 1)).status, standing("telegram", "dsa").known
    ('not known to be designated; VLOP until 27 May 2025', False)
    """
    name, how, day = known_platform(platform), known_scheme(scheme), on or date.today()
    facts = sorted(
        (fact for fact in (*table(), *more) if fact.platform == name and fact.scheme == scheme and _begun(fact, day)),
        key=lambda fact: (fact.since or date.min, fact.by is not None),
    )
    held = [fact for fact in facts if fact.holds(day) and not fact.status.startswith(_TOOK_PART)]
    if how.events:
        held = facts
    if held:
        return Standing(name, scheme, day, held[-1].status, True, held[-1].since, tuple(facts))
    before = [
        f"{fact.status} on {in_words(fact.since)}"
        if fact.until is None
        else f"{fact.status} until {in_words(fact.until)}"
        for fact in facts
    ]
    return Standing(name, scheme, day, "; ".join([how.unknown, *before]), False, None, tuple(facts))


def every_standing(platform: str, on: date | None = None, more: Sequence[Fact] = ()) -> list[Standing]:
    """Give what is known of a platform under each scheme on a day, in the order of ``SCHEMES``.

    Examples
    --------
    >>> [one.status for one in every_standing("dailymotion", date(2024, 6, 4))][:2]
    ['member', 'not known to be designated']
    """
    return [standing(platform, scheme, on, more) for scheme in SCHEMES]


@cache
def table() -> tuple[Fact, ...]:
    """Give the shipped facts, in the order of the table.

    Examples
    --------
    >>> joined = {fact.platform for fact in table() if fact.scheme == "euif" and fact.since == date(2024, 6, 4)}
    >>> sorted(joined)[:3]
    ['amazon_store', 'dailymotion', 'gifct']
    """
    with files("ingest.registry").joinpath("standing.csv").open(encoding="utf-8") as file:
        return tuple(fact_of(row) for row in csv.DictReader(file))


def read_facts(path: str | Path) -> tuple[list[Fact], list[InputError]]:
    """Read an analyst's own rows from a CSV with the columns of ``FIELDS`` (basis and note may be left out).

    Returns
    -------
    (list of Fact, list of InputError)
        The rows that are right, and what is wrong with each of the others.

    Raises
    ------
    InputError
        If there is no such file, or a column is missing.
    """
    name = Path(path).name
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        raise InputError(f"It cannot be read as a CSV: {e}", file=name) from e
    lacking = [field for field in ("platform", "scheme", "status", "from", "source") if field not in (rows or [{}])[0]]
    if lacking:
        raise InputError(
            f"There is no column {', '.join(lacking)}." if rows else "It has no rows.",
            file=name,
            accepted=f"the columns {', '.join(FIELDS)}",
        )
    return _sorted_out(name, rows)


def _sorted_out(name: str, rows: Iterable[Mapping[str, str]]) -> tuple[list[Fact], list[InputError]]:
    facts, wrong = [], list[InputError]()
    for number, row in enumerate(rows, 2):
        try:
            facts.append(checked(fact_of({field: (row.get(field) or "").strip() for field in FIELDS})))
        except UsageError as error:
            wrong.append(InputError(error.message, file=name, row=number, hint=error.hint))
    return facts, wrong


def fact_of(row: Mapping[str, str], by: str | None = None) -> Fact:
    """Make a fact of a row with the columns of ``FIELDS``. Raises UsageError for a day that is none."""
    since, until = (_day(row.get(field) or "", field) for field in ("from", "to"))
    return Fact(
        row["platform"], row["scheme"], row["status"], since, until, row.get("basis") or "the analyst's own", row["source"],
        row.get("note") or "", by,
    )  # fmt: skip


def checked(fact: Fact) -> Fact:
    """Give the fact with its platform's id. Raises UsageError where platform, scheme, status, day or source is missing or unknown."""
    known_scheme(fact.scheme)
    for field, value in (("status", fact.status), ("source", fact.source), ("from", fact.since)):
        if not value:
            raise UsageError(f"A standing needs a {field}.", hint="Unknown stays unknown: leave the row out.")
    if fact.until and fact.since and fact.until <= fact.since:
        raise UsageError(f"It ends on {fact.until}, before it begins on {fact.since}.")
    return Fact(**{**vars(fact), "platform": known_platform(fact.platform)})


def known_platform(word: str) -> str:
    """Give the id of a platform or an organisation. Raises UsageError where there is none of that name."""
    plain = word.strip().lower()
    found = plain if plain in ORGANISATIONS else platform_id(word)
    if found is None:
        raise UsageError(
            f"There is no platform {word!r} in the registry.", hint=did_you_mean(plain, [*platforms(), *ORGANISATIONS])
        )
    return found


def known_scheme(scheme: str) -> Scheme:
    """Give a scheme of the table. Raises UsageError where there is none of that name."""
    if scheme not in SCHEMES:
        raise UsageError(f"There is no scheme {scheme!r}.", hint=did_you_mean(scheme, list(SCHEMES)))
    return SCHEMES[scheme]


def day_of(text: str) -> date:
    """Give a day written as ``2024-06-04``. Raises UsageError for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as e:
        raise UsageError(f"{text!r} is no day.", hint="Write year, month and day: 2024-06-04.") from e


def _day(text: str, field: str) -> date | None:
    try:
        return day_of(text) if text.strip() else None
    except UsageError as e:
        raise UsageError(f"Column {field}: {e.message}", hint=e.hint) from e


def _begun(fact: Fact, on: date) -> bool:
    return (fact.begins or date.min) <= on


def in_words(day: date | None) -> str:
    """Write a day in full.

    Examples
    --------
    >>> in_words(date(2024, 6, 4)), in_words(None)
    ('4 June 2024', 'a day that is not known')
    """
    return f"{day.day} {day:%B %Y}" if day else "a day that is not known"


def as_known(today: date | None = None) -> str:
    """Say on which day the shipped facts were last compared with their sources, and how old that is.

    Parameters
    ----------
    today : date, optional
        The day it is read; today without it.

    Examples
    --------
    >>> as_known(date(2026, 11, 28)), as_known(date(2026, 11, 29)), as_known(date(2028, 1, 1))
    ('Lists as known on 28 November 2026', 'Lists as known on 28 November 2026 (1 day old)', 'Lists as known on 28 November 2026 (399 days old)')
    """
    days = ((today or date.today()) - KNOWN_ON).days
    old = f" ({days:,} {'day' if days == 1 else 'days'} old)" if days > 0 else ""
    return f"Lists as known on {in_words(KNOWN_ON)}{old}"


def _iso(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_iso(one) for one in value]
    return {key: _iso(one) for key, one in value.items()} if isinstance(value, dict) else value
