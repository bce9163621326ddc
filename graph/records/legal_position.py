"""The legal position of a case's platforms on the last day of its data: designations, proceedings, memberships, and what is unknown.

Facts and events are those of ``ingest/registry``, and an analyst's own, marked as theirs. Nothing states more than its source:
what no row says is unknown, which never means no.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from graph.case.standing import own_standing
from graph.settings import Narrow
from graph.stores.base import Store
from ingest.errors import UsageError
from ingest.normalize.platforms import UNKNOWN, name, rank
from ingest.registry.law_events import DECIDED, ENDED, OPENED, PROCEEDINGS, THIN_AFTER, LawEvent, law_events
from ingest.registry.standing import KNOWN_ON, SCHEMES, Fact, Standing, as_known, in_words, known_platform, standing

if TYPE_CHECKING:
    import pandas as pd

_HELD = tuple(scheme for scheme, one in SCHEMES.items() if not one.events)
_SIZES = {
    "VLOP": ("a very large online platform", "very large online platforms"),
    "VLOSE": ("a very large online search engine", "very large online search engines"),
}
SHORT = {
    "euif": "EU Internet Forum",
    "dsa": "DSA designation",
    "dsa_proceedings": "DSA proceedings",
    "gifct": "GIFCT",
    "transparency_database": "DSA Transparency Database",
}
"""Names of the schemes for tables and lists."""
TOLD = ("Platform", "Under", "Status", "Since", "Source")
CHANGED = ("Day", "Platform", "Event", "Source")
COLUMNS = ("platform", "posts", "scheme", "on", "status", "known", "since", "source", "added_by", "conflict")


@dataclass(frozen=True)
class PlatformPosition:
    """One platform of the data on a day.

    Attributes
    ----------
    platform : str
        Its id in the case.
    posts : int or None
        Posts of the window; None where they were not counted.
    registered : bool
        Whether the registry knows it; nothing is known of one it does not.
    standings : tuple of Standing
        Under each scheme but the proceedings.
    events : tuple of LawEvent
        Of its proceedings, up to the day, oldest first.
    """

    platform: str
    posts: int | None
    registered: bool
    standings: tuple[Standing, ...] = ()
    events: tuple[LawEvent, ...] = ()

    @property
    def name(self) -> str:
        """Its name on screen."""
        return name(self.platform)

    def under(self, scheme: str) -> Standing | None:
        """Its standing under a scheme; None where the registry does not know the platform."""
        return next((one for one in self.standings if one.scheme == scheme), None)

    @property
    def open(self) -> tuple[LawEvent, ...]:
        """Openings of proceedings that no later event is known to have closed."""
        closed = {event.subject for event in self.events if event.event == ENDED}
        return tuple(event for event in self.events if event.event == OPENED and event.subject not in closed)

    @property
    def unknown(self) -> list[str]:
        """Names of the schemes under which no row says anything of it."""
        said = {one.scheme for one in self.standings if one.facts} | ({"dsa_proceedings"} if self.events else set())
        return [SHORT[scheme] for scheme in SCHEMES if scheme not in said]


@dataclass(frozen=True)
class LegalPosition:
    """The legal position of the platforms of a window of data.

    Attributes
    ----------
    first, last : date or None
        First and last day with posts (UTC); None where no post has a day.
    platforms : tuple of PlatformPosition
    changes : tuple of LawEvent
        What happened inside the window, to these platforms or to all.
    conflicts : tuple of LawEvent
        Events of these platforms, up to the last day, whose day sources do not agree on.
    """

    first: date | None
    last: date | None
    platforms: tuple[PlatformPosition, ...]
    changes: tuple[LawEvent, ...] = ()
    conflicts: tuple[LawEvent, ...] = ()

    def sentence(self) -> str:
        """The position in one sentence.

        Examples
        --------
        >>> print(legal_position({"x": 9, "telegram": 4}, date(2024, 5, 1), date(2024, 6, 4)).sentence())  # doctest: +NORMALIZE_WHITESPACE
        On 4 June 2024, the last day of this data, X was designated under the Digital Services Act as a very large online platform;
        formal proceedings were open, as far as is known, against X (since 18 December 2023); nothing is known of Telegram.
        """
        if self.last is None:
            return "No post has a known day, so no legal position is given."
        parts = [_designated(self.platforms), _proceedings(self.platforms), _decided(self.platforms)]
        parts += [_members(self.platforms), _silent(self.platforms)]
        return f"On {in_words(self.last)}, the last day of this data, {'; '.join(filter(None, parts))}."

    def age(self, today: date | None = None) -> str:
        """Age of the lists; of data that end later than the lists, by how much.

        Examples
        --------
        >>> print(legal_position({"x": 1}, None, date(2024, 6, 4)).age(date(2026, 12, 8)))
        Lists as known on 28 November 2026 (10 days old). Unknown does not mean no.
        """
        later = (self.last - KNOWN_ON).days if self.last else 0
        ends = f" The data end {_days(later)} after them." if later > 0 else ""
        ends += f" Events after {in_words(THIN_AFTER)} may be missing." if self.last and self.last > THIN_AFTER else ""
        return f"{as_known(today)}.{ends} Unknown does not mean no."

    def unknowns(self) -> list[str]:
        """Sentences on what is not known, platform by platform."""
        return [_unknown(one) for one in self.platforms if one.unknown]

    def changes_of(self, event: LawEvent) -> str:
        """Names of the platforms of this data that an event concerns; empty where it concerns all."""
        ids = {_registered(one.platform): one.name for one in self.platforms}
        return _listed([ids[platform] for platform in event.platforms if platform in ids])

    def rows(self) -> list[dict[str, Any]]:
        """One mapping per platform and scheme, with the names of ``COLUMNS``; unknown ones included."""
        return [row for one in self.platforms for row in _rows(one, self.last)]

    def told(self) -> list[tuple[str, ...]]:
        """Known facts as words for a table with the headings ``TOLD``; the rest is in ``unknowns``."""
        return [
            (
                name(row["platform"]),
                SHORT[row["scheme"]],
                _with_owner(row),
                in_words(row["since"]) if row["since"] else "",
                " ".join(filter(None, (row["source"], row["conflict"]))),
            )
            for row in self.rows()
            if row["source"]
        ]

    def changed(self) -> list[tuple[str, ...]]:
        """Changes inside the window as words for a table with the headings ``CHANGED``."""
        return [
            (
                in_words(event.day),
                self.changes_of(event) or "All platforms",
                event.words,
                " ".join(filter(None, (event.source, event.conflict))),
            )
            for event in self.changes
        ]

    def frame(self) -> pd.DataFrame:
        """One row per platform and scheme, as a table.

        Returns
        -------
        pandas.DataFrame
            ``COLUMNS``: ``status`` in words, ``known`` False where nothing is known, ``since`` and ``on`` as dates.
        """
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(COLUMNS))

    def as_dict(self) -> dict[str, Any]:
        """All of it for JSON, days in ISO 8601."""
        return {
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "sentence": self.sentence(),
            "as_known_on": KNOWN_ON.isoformat(),
            "platforms": [
                {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()}
                for row in self.rows()
            ],
            "changes": [_event(event) for event in self.changes],
            "conflicts": [_event(event) for event in self.conflicts],
            "unknown": self.unknowns(),
        }


def legal_position(
    posts: Mapping[str, int | None], first: date | None, last: date | None, own: Sequence[Fact] = ()
) -> LegalPosition:
    """Give the legal position of platforms on the last day of a window.

    Parameters
    ----------
    posts : mapping of str to int or None
        Posts of each platform in the window, where they were counted.
    first, last : date, optional
        First and last day of the window (UTC), both in.
    own : sequence of Fact
        An analyst's own facts.

    Returns
    -------
    LegalPosition

    Examples
    --------
    >>> found = legal_position({"tiktok": 3}, date(2024, 4, 1), date(2024, 6, 4))
    >>> [event.words for event in found.changes], found.platforms[0].open[0].day.isoformat()
    (['formal proceedings opened (TikTok Lite)'], '2024-02-19')
    """
    if last is None:
        return LegalPosition(None, None, ())
    events = sorted((*law_events(), *_own_events(own)), key=lambda event: event.day)
    named = {platform: _registered(platform) for platform in posts}
    ids = {found for found in named.values() if found}
    ours = [event for event in events if not event.platforms or ids & set(event.platforms)]
    return LegalPosition(
        first,
        last,
        tuple(_position(one, named[one], posts[one], last, own, events) for one in sorted(posts, key=rank)),
        tuple(event for event in ours if event.within(first or last, last)),
        tuple(event for event in ours if event.other_day and min(event.day, event.other_day) <= last),
    )


def position_of(store: Store, narrow: Narrow = Narrow()) -> LegalPosition:
    """Give the legal position for the posts of a case, or of the part a run looked at.

    Parameters
    ----------
    store : Store
    narrow : Narrow
        Its days and platforms count.
    """
    rows = [
        row
        for row in store.days().to_pylist()
        if row["day"] and row["posts"] and _inside(row["day"], str(row["platform"] or UNKNOWN), narrow)
    ]
    posts = Counter[str]()
    for row in rows:
        posts[str(row["platform"] or UNKNOWN)] += int(row["posts"])
    days = [row["day"] for row in rows]
    return legal_position(posts, min(days, default=None), max(days, default=None), own_standing(store))


def _inside(day: date, platform: str, narrow: Narrow) -> bool:
    if narrow.platforms and platform not in narrow.platforms:
        return False
    begun = narrow.start is None or day >= narrow.start.date()
    return begun and (narrow.end is None or day < narrow.end.date() or _same_day(day, narrow))


def _same_day(day: date, narrow: Narrow) -> bool:
    """True on the day of an end that is not at midnight: a part of it is in."""
    end = narrow.end
    return end is not None and day == end.date() and end.time() != end.time().min


def _registered(platform: str) -> str | None:
    try:
        return known_platform(platform)
    except UsageError:
        return None


def _position(
    platform: str, found: str | None, posts: int | None, last: date, own: Sequence[Fact], events: Sequence[LawEvent]
) -> PlatformPosition:
    if found is None:
        return PlatformPosition(platform, posts, False)
    held = tuple(standing(found, scheme, last, own) for scheme in _HELD)
    past = (event for event in events if found in event.platforms and event.begun(last))
    proceedings = tuple(event for event in past if event.event in PROCEEDINGS)
    return PlatformPosition(platform, posts, True, held, proceedings)


def _own_events(own: Iterable[Fact]) -> list[LawEvent]:
    """An analyst's facts as events: of proceedings by their first word, of other schemes as they are written."""
    return [
        LawEvent(fact.since, None, *_kind(fact), fact.source, fact.by)
        for fact in own
        if fact.since is not None
    ]  # fmt: skip


def _kind(fact: Fact) -> tuple[str, tuple[str, ...], str]:
    about = fact.status.partition("(")[2].rstrip(") ")
    if fact.scheme == "dsa_proceedings":
        kinds = {"opened": OPENED, "closed": ENDED, "preliminary": "preliminary_findings", "non-compliance": DECIDED}
        kind = next((kind for word, kind in kinds.items() if fact.status.startswith(word)), None)
        if kind:
            return kind, (fact.platform,), about
    return f"{SCHEMES[fact.scheme].name}: {fact.status}", (fact.platform,), ""


def _rows(one: PlatformPosition, on: date | None) -> list[dict[str, Any]]:
    plain = {"platform": one.platform, "posts": one.posts, "on": on}
    if not one.registered:
        nothing = {"scheme": None, "status": "not in the registry", "known": False, "since": None}
        return [{**plain, **nothing, "source": "", "added_by": None, "conflict": ""}]
    made = {
        held.scheme: {
            "status": _status(held),
            "known": held.known,
            "since": held.since,
            "source": "; ".join(dict.fromkeys(fact.source for fact in held.facts)),
            "added_by": next((fact.by for fact in reversed(held.facts) if fact.by), None),
            "conflict": "",
        }
        for held in one.standings
    } | {"dsa_proceedings": _proceedings_row(one)}
    return [{**plain, "scheme": scheme, **made[scheme]} for scheme in SCHEMES]


def _with_owner(row: Mapping[str, Any]) -> str:
    return f"{row['status']} (added by {row['added_by']})" if row["added_by"] else str(row["status"])


def _status(held: Standing) -> str:
    """The status with all its row says of it: when a list is from, and its note."""
    last = held.facts[-1] if held.facts else None
    if last is None or not held.known:
        return held.status
    listed = last.basis if last.by is None and last.basis not in ("verified", "derived") else ""
    aside = "; ".join(filter(None, (listed, last.note)))
    return f"{held.status} ({aside})" if aside else held.status


def _unknown(one: PlatformPosition) -> str:
    if one.registered:
        return f"{one.name}: nothing known under {_listed(one.unknown)}."
    if one.platform == UNKNOWN:
        return "Some posts name no platform: nothing is known of theirs."
    return f"{one.name} is not in the registry: nothing is known of it."


def _proceedings_row(one: PlatformPosition) -> dict[str, Any]:
    said = [f"{event.words} on {in_words(event.day)}" for event in one.events]
    return {
        "status": "; ".join(said) or SCHEMES["dsa_proceedings"].unknown,
        "known": bool(one.events),
        "since": min((event.day for event in one.open), default=None),
        "source": "; ".join(dict.fromkeys(event.source for event in one.events)),
        "added_by": next((event.by for event in reversed(one.events) if event.by), None),
        "conflict": " ".join(event.conflict for event in one.events if event.conflict),
    }


def _event(event: LawEvent) -> dict[str, Any]:
    return {
        "day": event.day.isoformat(),
        "other_day": event.other_day and event.other_day.isoformat(),
        "event": event.event,
        "words": event.words,
        "platforms": list(event.platforms),
        "source": event.source,
        "added_by": event.by,
    }


# --- the sentence


def _designated(platforms: Iterable[PlatformPosition]) -> str:
    by_size: dict[str, list[str]] = {}
    for one in platforms:
        held = one.under("dsa")
        if held and held.known:
            by_size.setdefault(held.status, []).append(_whose(one.name, held))
    if not by_size:
        return "none of its platforms is known to have been designated under the Digital Services Act"
    return "; ".join(
        f"{_listed(names)} {'was' if len(names) == 1 else 'were'} designated under the Digital Services Act as"
        f" {_SIZES.get(size, (size, size))[len(names) > 1]}"
        for size, names in by_size.items()
    )


def _whose(platform: str, held: Standing) -> str:
    by = held.facts[-1].by if held.facts else None
    return f"{platform} (added by {by})" if by else platform


def _proceedings(platforms: Iterable[PlatformPosition]) -> str:
    against = [f"{one.name} ({'; '.join(_opened(event) for event in one.open)})" for one in platforms if one.open]
    if not against:
        return "no formal proceedings are known to have been open"
    return f"formal proceedings were open, as far as is known, against {_listed(against)}"


def _opened(event: LawEvent) -> str:
    about = f"on {event.subject} " if event.subject else ""
    other = f" or {in_words(event.other_day)}: sources conflict" if event.other_day else ""
    return f"{about}since {in_words(event.day)}{other}{f', added by {event.by}' if event.by else ''}"


def _decided(platforms: Iterable[PlatformPosition]) -> str:
    said = [
        f"{one.name} ({in_words(event.day)})" for one in platforms for event in one.events if event.event == DECIDED
    ]
    return f"a non-compliance decision had been taken against {_listed(said)}" if said else ""


def _members(platforms: Iterable[PlatformPosition]) -> str:
    named = [
        _whose(one.name, held)
        for one in platforms
        if (held := one.under("euif")) and held.known and held.status.startswith("member")
    ]
    if not named:
        return ""
    return f"{_listed(named)} {'was a member' if len(named) == 1 else 'were members'} of the EU Internet Forum"


def _silent(platforms: Iterable[PlatformPosition]) -> str:
    silent = [one.name for one in platforms if len(one.unknown) == len(SCHEMES) and one.platform != UNKNOWN]
    return f"nothing is known of {_listed(silent)}" if silent else ""


def _days(number: int) -> str:
    return f"{number} {'day' if number == 1 else 'days'}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
