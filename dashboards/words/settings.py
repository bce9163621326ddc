"""Settings of a run in words: one name and one spelling for pages and briefings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboards.words.acting import platform, trace
from dashboards.words.numbers import counted, listed
from dashboards.words.times import clock, window
from graph.privacy.sanitize import clean

WORDS = {
    "traces": "Behaviours searched",
    "windows_s": "Windows",
    "alpha": "A tie is kept with q up to",
    "alpha_far": "Far beyond chance with q under",
    "family_b_objects": "Timing test for pairs with at least this many objects in common",
    "shrink_pairs": "Shrinkage for rare objects",
    "outside_pairs": "An object is a group's own below this many outside pairs",
    "viral_pairs": "A viral object is set aside above this many fast pairs",
    "group_min": "Smallest group, in accounts",
    "crowd_min": "Can be a fast crowd above this many accounts",
    "sweep": "All windows were tested",
    "worlds": "Shuffles of each kind",
    "seed": "Seed",
    "preset": "Published method also run",
    "narrow.start": "Only from",
    "narrow.end": "Only before",
    "narrow.platforms": "Only these platforms",
    "narrow.accounts": "Only these accounts",
    "narrow.most_a_day": "Without accounts that post more than this a day",
}
"""Settings in words; one that is missing is said by its name."""


SAID: dict[str, Callable[[Any], str]] = {
    "narrow.accounts": lambda value: counted(len(value), "account"),
    "narrow.platforms": lambda value: listed([platform(p) for p in value]),
    "narrow.start": lambda value: f"{clock(value, year=True)} UTC",
    "narrow.end": lambda value: f"{clock(value, year=True)} UTC",
    "windows_s": lambda value: listed([window(w) for w in value], "or"),
    "traces": lambda value: listed([trace(t) for t in value]),
}
"""Functions that write values which are not plain numbers or names."""


def settings_rows(run: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Settings of a run that are not empty: name in words, value, and the name in commands and notebooks.

    Examples
    --------
    >>> settings_rows({"settings": {"alpha": 0.05, "pairs": False, "narrow": {"platforms": ["x"]}}})
    [('A tie is kept with q up to', '0.05', 'alpha'), ('Only these platforms', 'X', 'narrow.platforms')]
    """
    plain = dict(run.get("settings") or {})
    narrow = {f"narrow.{key}": value for key, value in dict(plain.pop("narrow", None) or {}).items()}
    rows = []
    for key, value in {**plain, **narrow}.items():
        if value is None or value is False or value in ([], {}, ""):
            continue
        rows.append((WORDS.get(key, key.replace("_", " ").capitalize()), said_value(key, value), key))
    return rows


def said_value(key: str, value: Any) -> str:
    """A setting's value as people read it.

    Examples
    --------
    >>> said_value("windows_s", [60.0, 300.0]), said_value("viral_pairs", 1_000_000), said_value("seed", 7)
    ('60 s or 5 min', '1,000,000', '7')
    """
    if key in SAID:
        return SAID[key](value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return f"{value:,}" if isinstance(value, int) else clean(str(value))
