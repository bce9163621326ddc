"""Behaviours a file can show and those it cannot: for ``lockstep check`` before it is loaded, and for the Sources page after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.traces import TRACES

FIELDS: dict[str, str] = {
    "text": "text",
    "url": "links",
    "hashtag": "hashtags",
    "mention": "mentions",
    "repost": "what is reposted",
    "reply": "what is answered",
    "quote": "what is quoted",
    "media": "media",
    "track": "sounds",
    "object": "objects",
    "lang": "language",
    "channel_uid": "channel",
    "like_count": "likes",
    "repost_count": "reposts",
    "reply_count": "replies",
    "view_count": "views",
}
"""Name in a source's ``field_coverage``, and what a person calls it."""


@dataclass(frozen=True)
class Abilities:
    """Behaviours one file can show.

    Attributes
    ----------
    format : str
        What a person calls the format.
    coverage : dict of str to float
        Field, as a person calls it -> share of the kept rows that have it, 0..1.
    can : dict of str to float
        Trace -> share of the kept rows that have what it needs.
    absent : tuple of str
        Traces the format could carry, of which this file holds nothing.
    cannot : tuple of str
        Traces the format does not carry.
    remarks : tuple of str
        What else to know of the format and of this file's times.
    sentences : tuple of str
        All of it in words.
    """

    format: str
    coverage: dict[str, float]
    can: dict[str, float]
    absent: tuple[str, ...]
    cannot: tuple[str, ...]
    remarks: tuple[str, ...]
    sentences: tuple[str, ...]


def abilities(source: Mapping[str, Any]) -> Abilities:
    """Behaviours a file can show and those it cannot, with shares and sentences.

    Parameters
    ----------
    source : mapping
        A record of ``ingest.tables.SOURCES``.

    Examples
    --------
    >>> told = abilities({"reader": "telegram_csv", "precision": "s", "field_coverage": '{"text": 0.8, "url": 0.25, "domain": 0.2}'})
    >>> told.can["link"], "media" in told.cannot, "repost" in told.absent
    (0.25, True, True)
    >>> for sentence in told.sentences[:2]: print(sentence)
    Can show who shared the same link (25% of posts), posted the same text (80%), posted nearly the same text (80%), shared the
    same site (20%).
    Holds nothing on who reposted the same post, replied to the same post, mentioned the same account, used the same set of
    hashtags, used the same hashtags in the same order on one day.
    """
    from ingest.readers import READERS  # all of them, which no page needs to open

    reader = next((one for one in READERS if one.name == source["reader"]), None)
    given = json.loads(source["field_coverage"] or "{}")
    carried = {*(reader.carries if reader else ()), "text"}
    carried |= {"domain"} if "url" in carried else set()  # every link has its site
    can, absent, cannot = dict[str, float](), list[str](), list[str]()
    for name, trace in TRACES.items():
        if not trace.kinds:  # posts themselves, which every file has
            continue
        share = min(given.get(kind, 0.0) for kind in trace.kinds)
        if share:
            can[name] = share
        else:
            (absent if carried >= {*trace.kinds} else cannot).append(name)
    said = [_can(can)]
    said += [f"Holds nothing on who {_listed(absent)}."] if absent else []
    said += [f"This format does not say who {_listed(cannot)}."] if cannot else []
    remarks = [reader.lacks] if reader else []
    remarks += [_COARSE[source["precision"]]] if source.get("precision") in _COARSE else []
    title = reader.title if reader else str(source["reader"])
    coverage = {words: given[name] for name, words in FIELDS.items() if name in given}
    return Abilities(title, coverage, can, tuple(absent), tuple(cannot), tuple(remarks), (*said, *remarks))


_COARSE = {
    "min": "Times are to the minute: do not use a shorter window for it.",
    "day": "Times are to the day: it cannot show who acted within minutes of each other.",
    "approx": "Times are only approximate: it cannot show who acted within minutes of each other.",
}


def _can(can: Mapping[str, float]) -> str:
    if not can:
        return "Cannot show who acted together: nothing in it can be compared."
    shares = [
        f"{_did(name)} ({_percent(share)}{' of posts' if n == 0 else ''})"
        for n, (name, share) in enumerate(can.items())
    ]
    return f"Can show who {', '.join(shares)}."


def _percent(share: float) -> str:
    return "under 1%" if share < 0.01 else f"{share:.0%}"


def _listed(names: list[str]) -> str:
    return ", ".join(_did(name) for name in names)


def _did(name: str) -> str:
    title = TRACES[name].words.title
    return title[:1].lower() + title[1:]
