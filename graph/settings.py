"""Settings of a run in one frozen dataclass, each with its unit and a plain sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from ingest.errors import UsageError

_UNITS = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "day": 86400.0}


def parse_window(text: str) -> float:
    """Seconds from words such as ``60s``, ``5min``, ``1h``, ``1d`` or a bare number of seconds.

    Raises
    ------
    UsageError
        If it is neither, or not above zero.

    Examples
    --------
    >>> [parse_window(w) for w in ("60s", "5min", "1h", "10")]
    [60.0, 300.0, 3600.0, 10.0]
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", text.strip().lower())
    unit = _UNITS.get(match[2] or "s") if match else None
    if match is None or unit is None or float(match[1]) <= 0:
        raise UsageError(f"A window of {text!r} cannot be read.", hint="Write 60s, 5min, 1h or 1d.")
    return float(match[1]) * unit


@dataclass(frozen=True)
class Narrow:
    """Part of a case that a run looks at. Empty means all of it; the case itself is not touched.

    Attributes
    ----------
    start, end : datetime, optional
        UTC; start is in, end is out.
    platforms, accounts : tuple of str
        Platform names; account uids, codes (``A-12``) or handles.
    most_a_day : float, optional
        Accounts with more posts a day than this, on the days they post, are left out.
    without : tuple of str
        Account uids to leave out. A run computes them from ``most_a_day`` (``graph.case.subset``) and does not keep them.
    """

    start: datetime | None = None
    end: datetime | None = None
    platforms: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    most_a_day: float | None = None
    without: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Narrow:
        """Narrow from the plain values that ``Settings.as_dict`` gives."""
        start, end = (datetime.fromisoformat(plain[k]) if plain.get(k) else None for k in ("start", "end"))
        platforms, accounts = (tuple(plain.get(k, ())) for k in ("platforms", "accounts"))
        return cls(start, end, platforms, accounts, plain.get("most_a_day"))

    def __bool__(self) -> bool:
        return any((self.start, self.end, self.platforms, self.accounts, self.most_a_day is not None, self.without))


@dataclass(frozen=True)
class Settings:
    """Settings of a run: which behaviours and windows to look at, and how to test them.

    Attributes
    ----------
    traces : tuple of str
        Behaviours to look for, names of ``graph.traces``; empty means every one that the data can show.
    windows_s : tuple of float
        Longest time between two actions on one object, in seconds, ends included.
    sweep : bool
        Test windows from 10 s to a day, choose the best one for each trace, and correct q for all of them. Where no window
        stands out, ``windows_s`` are used.
    alpha, alpha_far : float
        A tie is kept when q <= alpha; it is far beyond chance when q < alpha_far.
    family_b_objects : int
        The family of the timing model (test B): pairs that share at least this many objects at any time.
    shrink_pairs : float
        Shrinkage for rare objects: this many pairs of actions pull an object's rate towards that of the layer.
    outside_pairs : int
        With fewer pairs of actions outside the group, the rate of an object is unknown (closed).
    viral_pairs : int
        Objects with more pairs of actions within the window than this are left out, and listed by name.
    group_min, crowd_min : int
        Smallest number of accounts in a group; largest number before a group is checked for being a fast crowd.
    groups : bool
        Look for groups and test them. False gives ties and pairs only.
    worlds : int
        Shuffled data sets of each kind that groups are compared with: 19 to explore, 99 for a briefing, 0 for no test.
    seed : int
        Of the random numbers.
    narrow : Narrow
        What part of the case to look at.
    pairs : bool
        Also keep every pair with two or more meetings and its expected number, for research.
    preset : str, optional
        A published method to run as well, see ``graph.presets``.
    preset_options : tuple of (name, value)
        The preset's own options, under its own names.

    Examples
    --------
    >>> Settings(windows_s=(60.0,)).as_dict()["alpha"]
    0.05
    """

    traces: tuple[str, ...] = ()
    windows_s: tuple[float, ...] = (60.0,)
    sweep: bool = False
    alpha: float = 0.05
    alpha_far: float = 0.001
    family_b_objects: int = 3
    shrink_pairs: float = 10.0
    outside_pairs: int = 10
    viral_pairs: int = 1_000_000
    group_min: int = 3
    crowd_min: int = 50
    groups: bool = True
    worlds: int = 19
    seed: int = 7
    narrow: Narrow = field(default_factory=Narrow)
    pairs: bool = False
    preset: str | None = None
    preset_options: tuple[tuple[str, float], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, sorted by name, for the run's record and its id."""
        plain = asdict(self)
        narrow = plain.pop("narrow")
        del narrow["without"]
        plain["narrow"] = {k: (v.isoformat() if isinstance(v, datetime) else v) for k, v in narrow.items() if v}
        plain["preset_options"] = dict(self.preset_options)
        if plain["groups"]:
            del plain["groups"]  # as runs were recorded before there was a choice, so that they are found again
        return {key: list(v) if isinstance(v, tuple) else v for key, v in sorted(plain.items())}


_FIELDS = Settings.__dataclass_fields__


def settings_of(run: Mapping[str, Any]) -> Settings:
    """A run's settings back from its record.

    Examples
    --------
    >>> settings_of({"settings": Settings(windows_s=(10.0,), seed=3).as_dict()}) == Settings(windows_s=(10.0,), seed=3)
    True
    """
    plain = dict(run["settings"])
    narrow, options = Narrow.from_dict(plain.pop("narrow", {})), plain.pop("preset_options", None) or {}
    known: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in plain.items() if name in _FIELDS
    }
    return Settings(**known, narrow=narrow, preset_options=tuple(options.items()))
