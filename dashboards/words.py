"""Numbers, times and names as people read them: one spelling for every page, command and document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite, isnan
from typing import Any

from graph import safe
from graph.settings import Settings
from graph.traces import TRACES
from graph.traces.base import Words

NONE = "–"

COMBINED = Words("Several ways together", "object", "objects")

LEVELS = {
    "far": "Far beyond chance",
    "beyond": "Beyond chance",
    "combined": "Beyond chance only in several ways together",
    "group": "Beyond chance only as a group",
    "none": "Within chance",
}

PLATFORMS = {
    "x": "X",
    "twitter": "X",
    "telegram": "Telegram",
    "facebook": "Facebook",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "reddit": "Reddit",
    "vk": "VK",
    "whatsapp": "WhatsApp",
    "linkedin": "LinkedIn",
    "gab": "Gab",
    "gettr": "Gettr",
    "truth_social": "Truth Social",
    "truthsocial": "Truth Social",
    "threads": "Threads",
    "unknown": "platform unknown",
}

_FIRST = ("x", "twitter", "telegram", "facebook", "mastodon")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def known(value: Any) -> bool:
    """Whether a cell says anything: not None, not NaN, not pandas' NA or NaT.

    Examples
    --------
    >>> [known(v) for v in (0, None, float("nan"), "")]
    [True, False, False, True]
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return False
    return not (isinstance(value, float) and isnan(value))


def count(value: Any) -> str:
    """A count with thousands; unknown is a dash, never 0.

    Examples
    --------
    >>> count(1324), count(0), count(None)
    ('1,324', '0', '–')
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


def small(value: int) -> str:
    """A small count as a word, for the start of a sentence or inside one.

    Examples
    --------
    >>> small(2), small(12)
    ('two', '12')
    """
    return _SMALL[value] if 0 <= value < len(_SMALL) else count(value)


def expected(value: Any) -> str:
    """What chance gives: one decimal under ten, more only where one decimal would say zero.

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


def duration(seconds: Any) -> str:
    """A length of time in its largest sensible unit.

    Examples
    --------
    >>> [duration(s) for s in (13, 64, 2460, 75600, 259200, 0, 0.4, None)]
    ['13 s', '64 s', '41 min', '21 h', '3 days', '0 s', '0.4 s', '–']
    """
    if not known(seconds) or not isfinite(seconds):
        return NONE
    length = abs(float(seconds))
    if 0 < length < 1:
        return f"{length:.1g} s"
    for unit, size, below in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172800)):
        if length < below:
            return f"{length / size:.0f} {unit}"
    return f"{length / 86400:,.0f} days"


def window(seconds: Any) -> str:
    """The window as people set it: 60 s, 5 min, 1 h, 1 day.

    Examples
    --------
    >>> [window(s) for s in (10, 60, 300, 3600, 86400, 90)]
    ['10 s', '60 s', '5 min', '1 h', '1 day', '90 s']
    """
    if not known(seconds):
        return NONE
    whole = float(seconds)
    for one, many, size in (("day", "days", 86400), ("h", "h", 3600), ("min", "min", 60)):
        if whole > 60 and whole % size == 0:
            return f"{whole / size:,.0f} {one if whole == size else many}"
    return f"{whole:,g} s"


def within(seconds: Any, precision: Any = None) -> str:
    """How close in time, in a sentence; with times known to the minute only it says so.

    Examples
    --------
    >>> within(60), within(60, "min"), within(10)
    ('within a minute of each other', 'in the same or the neighbouring minute', 'within 10 s of each other')
    """
    if precision == "min":
        minutes = int(float(seconds) // 60)
        if minutes <= 1:
            return ("in the same minute", "in the same or the neighbouring minute")[minutes]
        return f"within {minutes} minutes of each other"
    words = {60.0: "a minute", 3600.0: "an hour", 86400.0: "a day"}.get(float(seconds), window(seconds))
    return f"within {words} of each other"


def near(seconds: Any, precision: Any = None) -> str:
    """How close in time, short, for a note.

    Examples
    --------
    >>> near(60), near(60, "min"), near(600, "min")
    ('within 60 s', 'in the same or the neighbouring minute', 'within 10 min')
    """
    if precision == "min" and float(seconds) <= 60:
        return within(seconds, "min")
    return f"within {window(seconds)}"


def lag(seconds: Any, precision: Any = None) -> str:
    """The time between two posts; equal times say how exact the clock is.

    Examples
    --------
    >>> lag(-6), lag(0), lag(0, "min"), lag(None)
    ('6 s', 'same second', 'same minute', '–')
    """
    if known(seconds) and seconds == 0:
        same = {"min": "minute", "day": "day", "ms": "millisecond", "us": "microsecond", "approx": "time, roughly"}
        return f"same {same.get(str(precision), 'second')}"
    return duration(seconds)


def moment(value: Any) -> datetime | None:
    """A cell as an aware UTC time, from a timestamp or ISO words.

    Examples
    --------
    >>> moment("2026-08-14T10:33:53Z").hour
    10
    """
    if not known(value) or value == "":
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def day(value: Any, year: bool = False) -> str:
    """A day, in UTC.

    Examples
    --------
    >>> day("2026-08-14T10:33:53Z"), day("2026-08-14", year=True)
    ('14 Aug', '14 Aug 2026')
    """
    at = moment(value)
    if at is None:
        return NONE
    return f"{at.day} {at:%b} {at.year}" if year else f"{at.day} {at:%b}"


def clock(value: Any, precision: Any = None, year: bool = False) -> str:
    """A time as exact as it is known; UTC is said once per view, not here.

    Examples
    --------
    >>> clock("2026-08-14T10:33:53Z"), clock("2026-08-14T10:33:00Z", "min"), clock("2026-08-14T00:00:00Z", "day")
    ('14 Aug, 10:33:53', '14 Aug, 10:33', '14 Aug')
    """
    at = moment(value)
    if at is None:
        return NONE
    if precision == "day":
        return day(at, year)
    return f"{day(at, year)}, {at:%H:%M}" if precision == "min" else f"{day(at, year)}, {at:%H:%M:%S}"


def days(first: Any, last: Any, year: bool = True) -> str:
    """From one day to another, the year said once.

    Examples
    --------
    >>> days("2026-08-03", "2026-09-13"), days("2026-08-03", "2026-08-03"), days("2015-12-30", "2016-01-02", year=False)
    ('3 Aug – 13 Sep 2026', '3 Aug 2026', '30 Dec 2015 – 2 Jan 2016')
    """
    start, end = moment(first), moment(last)
    if start is None or end is None:
        return NONE
    if start.date() == end.date():
        return day(start, year)
    both = start.year != end.year
    return f"{day(start, both)} – {day(end, both or year)}"


def level(value: Any) -> str:
    """How far beyond chance, in words.

    Examples
    --------
    >>> level("far"), level(None)
    ('Far beyond chance', 'Within chance')
    """
    return LEVELS.get(str(value), LEVELS["none"])


def tie_q(tie: Mapping[Any, Any]) -> str:
    """A tie's q, or by what else it stands.

    Examples
    --------
    >>> tie_q({"level": "far", "q": 0.00001}), tie_q({"level": "group", "q": 0.4})
    ('< 0.0001', 'as group')
    >>> tie_q({"level": "combined", "q": 0.4, "q_combined": 0.01})
    '0.01 in several ways together'
    """
    if tie["level"] == "group":
        return "as group"
    if tie["level"] == "combined":
        return f"{probability(tie.get('q_combined'))} in several ways together"
    return probability(tie["q"])


def how_far(values: Sequence[Any]) -> str:
    """The words for several levels together: ``far`` only where all of them are.

    Examples
    --------
    >>> how_far(["far", "far"]), how_far(["far", "beyond"])
    ('far more often than chance', 'more often than chance')
    """
    return "far more often than chance" if values and set(values) == {"far"} else "more often than chance"


def trace(name: Any) -> str:
    """A trace as the sentence an analyst reads.

    Examples
    --------
    >>> trace("link"), trace("sound_alike")
    ('Shared the same link', 'Sound alike')
    """
    name = str(name)
    if name == "combined":
        return COMBINED.title
    return TRACES[name].words.title if name in TRACES else name.replace("_", " ").capitalize()


def noun(name: Any, number: Any = 2) -> str:
    """What a trace's objects are called.

    Examples
    --------
    >>> noun("link", 1), noun("text"), noun("sound_alike")
    ('link', 'texts', 'objects')
    """
    spoken = TRACES[str(name)].words if str(name) in TRACES else COMBINED
    return spoken.one if known(number) and round(number) == 1 else spoken.many


def nouns(names: Sequence[Any], number: Any = 2) -> str:
    """One noun for one trace, ``objects`` for several.

    Examples
    --------
    >>> nouns(["link"], 31), nouns(["link", "text"], 31), nouns([], 1)
    ('links', 'objects', 'object')
    """
    return noun(names[0] if len(set(names)) == 1 else "object", number)


def verb(names: Sequence[Any], past: bool = False) -> str:
    """What accounts do with the objects of these traces.

    Examples
    --------
    >>> verb(["link"]), verb(["link", "text"]), verb(["repost"], past=True)
    ('share', 'act on', 'reposted')
    """
    spoken = _words_of(names)
    return spoken.past if past else spoken.verb


def together(names: Sequence[Any], number: int = 2) -> str:
    """What groups do, for a title: one trace by its own words, several as acting together.

    Examples
    --------
    >>> together(["link"]), together(["link"], 1), together(["link", "text"], 1)
    ('share links together', 'shares links together', 'acts together')
    """
    return _words_of(names).together.format(s="s" if number == 1 else "")


def _words_of(names: Sequence[Any]) -> Words:
    """The words of one trace; of several, those of acting on anything."""
    one = str(names[0]) if len(set(names)) == 1 else ""
    return TRACES[one].words if one in TRACES else COMBINED


def shows(names: Any) -> str:
    """What stands for an object of the first of these traces, see ``graph.traces.base.Words``.

    Examples
    --------
    >>> shows(["text", "link"]), shows([])
    ('text', 'key')
    """
    first = str(names[0]) if names is not None and len(names) else ""
    return TRACES[first].words.shows if first in TRACES else COMBINED.shows


def platform(name: Any) -> str:
    """A platform's name.

    Examples
    --------
    >>> platform("x"), platform("some_board"), platform(None)
    ('X', 'Some board', 'platform unknown')
    """
    if not known(name) or not name:
        return PLATFORMS["unknown"]
    return PLATFORMS.get(str(name).lower(), safe.clean(str(name)).replace("_", " ").capitalize()[:24])


def in_order(platforms: Mapping[str, int]) -> list[tuple[str, int]]:
    """Platforms in the order of their colours: the four with a fixed shape first, then the larger first.

    Examples
    --------
    >>> in_order({"vk": 9, "telegram": 1, "x": 2})
    [('x', 2), ('telegram', 1), ('vk', 9)]
    """
    place = {name: i for i, name in enumerate(_FIRST)}
    return sorted(platforms.items(), key=lambda item: (place.get(item[0], len(place)), -item[1], item[0]))


def platforms(numbers: Mapping[str, int]) -> str:
    """Accounts by platform.

    Examples
    --------
    >>> platforms({"telegram": 4, "x": 8})
    '8 X, 4 Telegram'
    """
    return ", ".join(f"{count(number)} {platform(name)}" for name, number in in_order(numbers)) or NONE


def code(value: Any) -> str:
    """An account's code, for people to say aloud.

    Examples
    --------
    >>> code(104), code("A-104"), code(None)
    ('A-104', 'A-104', 'A-?')
    """
    if not known(value):
        return "A-?"
    return value if isinstance(value, str) else f"A-{int(value)}"


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


def run_name(run: Mapping[str, Any]) -> str:
    """What a run is called in its case.

    Examples
    --------
    >>> run_name({"number": 3, "run_id": "0a1b2c3d4e5f"}), run_name({"run_id": "0a1b2c3d4e5f"})
    ('R-3', '0a1b2c3d4e5f')
    """
    return f"R-{run['number']}" if known(run.get("number")) else str(run.get("run_id", NONE))


def run_line(run: Mapping[str, Any]) -> str:
    """The stamp under every figure and table.

    Examples
    --------
    >>> run_line({"number": 3, "finished_at": "2026-11-21T09:00:00+00:00", "version": "0.1.0"})
    'Run R-3, 21 Nov 2026, Lockstep 0.1.0'
    """
    parts = [f"Run {run_name(run)}"]
    if run.get("finished_at"):
        parts.append(day(run["finished_at"], year=True))
    if run.get("version"):
        parts.append(f"Lockstep {run['version']}")
    return ", ".join(parts)


def how(settings: Mapping[str, Any] | Settings, layers: Sequence[tuple[str, float]] = ()) -> str:
    """What a run looked for: its traces and windows in one line.

    Examples
    --------
    >>> how({"windows_s": [60.0]}, [("link", 60.0), ("text", 60.0)])
    'Shared the same link, posted the same text, within 60 s'
    """
    plain = settings.as_dict() if isinstance(settings, Settings) else settings
    names = list(dict.fromkeys(t for t, _ in layers)) or list(plain.get("traces") or [])
    spans = sorted({w for _, w in layers} or set(plain.get("windows_s") or []))
    said = [trace(name) if i == 0 else trace(name)[:1].lower() + trace(name)[1:] for i, name in enumerate(names)]
    tail = [f"within {listed([window(w) for w in spans], 'or')}"] if spans else []
    return sentence(", ".join([*said, *tail]))


def found_words(counts: Mapping[str, Any]) -> str:
    """What came of a run, in a line.

    Examples
    --------
    >>> found_words({"groups": 2}), found_words({"closed": 1}), found_words({"ties": 3}), found_words({})
    ('2 groups', '1 closed circle, no group', '3 ties, no group', 'Nothing beyond chance')
    """
    groups, circles, ties = (int(counts.get(name) or 0) for name in ("groups", "closed", "ties"))
    if groups:
        return counted(groups, "group")
    if circles:
        return f"{counted(circles, 'closed circle')}, no group"
    return f"{counted(ties, 'tie')}, no group" if ties else "Nothing beyond chance"


def group_name(group: Mapping[str, Any]) -> str:
    """What a group is called: its site or tag, or the first words of a text with names masked and links broken.

    Examples
    --------
    >>> group_name({"name": "nordlys.example/1", "traces": ["link"]})
    'nordlys[.]example/1'
    >>> group_name({"name": "ask @nora", "traces": ["text"]}), group_name({"name": None, "traces": []})
    ('ask @…', 'no name')
    """
    name = group.get("name")
    if not known(name) or not str(name).strip():
        return "no name"
    how = shows(group.get("traces"))
    if how == "address":
        return safe.defang(str(name))
    return safe.redact(str(name)) if how in ("text", "post", "account") else safe.clean(str(name))
