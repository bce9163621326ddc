"""Words for what accounts do together, levels of evidence, and platforms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from dashboards.words.numbers import NONE, count, known, listed, probability
from graph.privacy import sanitize
from graph.privacy.small_counts import MINIMUM, safe_parts
from graph.traces import TRACES
from graph.traces.base import Words

_Number = TypeVar("_Number", bound="int | None")

COMBINED = Words("Several behaviours together", "object", "objects")

LEVELS = {
    "far": "Far beyond chance",
    "beyond": "Beyond chance",
    "combined": "Beyond chance only with behaviours combined",
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


def level(value: Any) -> str:
    """Words for a level.

    Examples
    --------
    >>> level("far"), level(None)
    ('Far beyond chance', 'Within chance')
    """
    return LEVELS.get(str(value), LEVELS["none"])


def tie_q(tie: Mapping[Any, Any]) -> str:
    """A tie's q, or the reason it is shown without one.

    Examples
    --------
    >>> tie_q({"level": "far", "q": 0.00001}), tie_q({"level": "group", "q": 0.4})
    ('< 0.0001', 'as group')
    >>> tie_q({"level": "combined", "q": 0.4, "q_combined": 0.01})
    '0.01 combined'
    """
    if tie["level"] == "group":
        return "as group"
    if tie["level"] == "combined":
        return f"{probability(tie.get('q_combined'))} combined"
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
    """Noun for a trace's objects.

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
    """Verb for what accounts do with the objects of these traces.

    Examples
    --------
    >>> verb(["link"]), verb(["link", "text"]), verb(["repost"], past=True)
    ('share', 'act on', 'reposted')
    """
    spoken = _words_of(names)
    return spoken.past if past else spoken.verb


def verb_of_one(names: Sequence[Any]) -> str:
    """Verb for what one account does.

    Examples
    --------
    >>> verb_of_one(["link"]), verb_of_one(["link", "text"]), verb_of_one(["same_handle"])
    ('shares', 'acts on', 'has')
    """
    first, _, rest = verb(names).partition(" ")
    return " ".join(filter(None, ["has" if first == "have" else f"{first}s", rest]))


def together(names: Sequence[Any], number: int = 2) -> str:
    """Words for what groups do, for a title: one trace by its own words, several as acting together.

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
    """Kind of name shown for an object of the first of these traces, see ``graph.traces.base.Words``.

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
    return PLATFORMS.get(str(name).lower(), sanitize.clean(str(name)).replace("_", " ").capitalize()[:24])


def in_order(platforms: Mapping[str, _Number]) -> list[tuple[str, _Number]]:
    """Platforms in the order of their colours: the four with a fixed shape first, then the larger first.

    Examples
    --------
    >>> in_order({"vk": 9, "telegram": 1, "x": 2})
    [('x', 2), ('telegram', 1), ('vk', 9)]
    """
    place = {name: i for i, name in enumerate(_FIRST)}
    return sorted(platforms.items(), key=lambda item: (place.get(item[0], len(place)), -_size(item[1]), item[0]))


def _size(number: int | None) -> int:
    return number or 0


def platforms(numbers: Mapping[str, int | None]) -> str:
    """Accounts by platform; where a count is withheld, its platform says so.

    Examples
    --------
    >>> platforms({"telegram": 4, "x": 8})
    '8 X, 4 Telegram'
    """
    shown = in_order(safe_parts(numbers))
    told = ", ".join(f"{count(number)} {platform(name)}" for name, number in shown if number is not None)
    hidden = listed([platform(name) for name, number in shown if number is None])
    withheld = f"{hidden} (counts withheld: one is <{MINIMUM.get()})" if hidden else ""
    return ", ".join(filter(None, (told, withheld))) or NONE
