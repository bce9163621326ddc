"""Time windows: the grid of a sweep, and the shortest window that the times of the data allow."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.tables import PRECISIONS

WINDOWS_S = (10.0, 30.0, 60.0, 300.0, 600.0, 3_600.0, 86_400.0)
ANY_TIME_S = 36_525 * 86_400.0
"""A hundred years: the window of what accounts have in common at any time, such as a name."""


FINEST_S = {"us": 0.0, "ms": 0.0, "s": 1.0, "min": 60.0, "day": 86_400.0, "approx": 86_400.0}


def windows_for(precision: str, windows_s: Sequence[float] = WINDOWS_S) -> tuple[float, ...]:
    """Windows that times of this precision allow, shortest first.

    Examples
    --------
    >>> windows_for("min")
    (60.0, 300.0, 600.0, 3600.0, 86400.0)
    """
    return tuple(sorted({window for window in windows_s if window >= FINEST_S[precision]}))


def borne(windows_s: Sequence[float], precisions: Sequence[str]) -> tuple[tuple[float, ...], str | None]:
    """Windows of a run, none shorter than the times of the sources allow, and the sentence that says so.

    Sources that know the day at best, or only roughly, raise the windows when there are no others; beside others they do not,
    and a caveat of the run speaks of them.

    Examples
    --------
    >>> borne((10.0, 600.0), ["s", "min"])
    ((60.0, 600.0), 'Times are known to the minute only in a part of the data: a window of 10 s was raised to 60 s.')
    >>> borne((10.0, 60.0), ["s"])
    ((10.0, 60.0), None)
    """
    exact = [name for name in precisions if FINEST_S[name] < FINEST_S["day"]]
    coarsest = max(exact or precisions, key=FINEST_S.__getitem__, default="s")
    finest = FINEST_S[coarsest]
    raised = [window for window in windows_s if window < finest]
    if not raised:
        return tuple(windows_s), None
    where = "" if {FINEST_S[name] for name in precisions} == {finest} else " in a part of the data"
    known = {"s": "second", "min": "minute"}.get(coarsest, "day")
    asked = ", ".join(f"{window:g} s" for window in raised)
    sentence = f"Times are known to the {known} only{where}: a window of {asked} was raised to {finest:g} s."
    return tuple(dict.fromkeys(max(window, finest) for window in windows_s)), sentence


def coarsest(precisions: Sequence[str]) -> str:
    """The least exact precision among them; to the second where there are none.

    Examples
    --------
    >>> coarsest(["s", "min", "us"]), coarsest([])
    ('min', 's')
    """
    return max(precisions, key=PRECISIONS.index, default="s")
