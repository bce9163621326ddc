"""Every dial of a run in one frozen dataclass, each with its unit and a plain sentence."""

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
    """What part of a case a run looks at. Empty means all of it; the case itself is not touched.

    Attributes
    ----------
    start, end : datetime, optional
        UTC; start is in, end is out.
    platforms, accounts : tuple of str
        Platform names; account uids, codes (``A-12``) or handles.
    most_a_day : float, optional
        Accounts with more posts a day than this, on the days they post, are left out.
    without : tuple of str
        Account uids to leave out. A run works them out from ``most_a_day`` (``graph.case.subset``) and does not keep them.
    """

    start: datetime | None = None
    end: datetime | None = None
    platforms: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    most_a_day: float | None = None
    without: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Narrow:
        """Back from what ``Settings.as_dict`` wrote."""
        start, end = (datetime.fromisoformat(plain[k]) if plain.get(k) else None for k in ("start", "end"))
        platforms, accounts = (tuple(plain.get(k, ())) for k in ("platforms", "accounts"))
        return cls(start, end, platforms, accounts, plain.get("most_a_day"))

    def __bool__(self) -> bool:
        return any((self.start, self.end, self.platforms, self.accounts, self.most_a_day is not None, self.without))


@dataclass(frozen=True)
class Settings:
    """How a run looks for coordination.

    Attributes
    ----------
    traces : tuple of str
        Ways of acting on the same thing; empty means every trace the data can carry.
    windows_s : tuple of float
        Longest time between two actions on one object, in seconds, ends included.
    sweep : bool
        Look at windows from 10 s to a day, take for each trace the one that stands out, and pay for all that were looked at.
        Where none stands out, ``windows_s`` hold.
    alpha, alpha_far : float
        A tie is kept when q <= alpha; it is far beyond chance when q < alpha_far.
    family_b_objects : int
        Test B pays for all pairs that share at least this many objects at any time.
    shrink_pairs : float
        Pairs of actions with which an object's rate is pulled to the layer's rate.
    outside_pairs : int
        With fewer pairs of actions outside the group, an object is the group's own (closed).
    viral_pairs : int
        Rapid pairs of actions on one object above which the object is set aside by name.
    group_min, crowd_min : int
        Accounts from which a component is a group, and above which it may be a fast crowd.
    groups : bool
        Whether ties are held together as groups and tested as such; without, a run gives ties and pairs only.
    worlds : int
        Reshuffled worlds of each kind that groups are compared with: 19 while exploring, 99 for a briefing, 0 for no test.
    seed : int
        For everything drawn at random.
    narrow : Narrow
        What part of the case to look at.
    pairs : bool
        Also keep every pair with two or more meetings, with what chance expects, for research.
    preset : str, optional
        A published method whose ties are counted beside ours, see ``graph.presets``.
    preset_options : tuple of (name, value)
        The preset's own dials, under its own names.

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
