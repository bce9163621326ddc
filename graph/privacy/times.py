"""Times on the way out: a post's exact second finds it in the file it came from, so files with codes hold coarser ones.

Delays between two posts stay delays, in whole seconds. How many posts can still be found again from the original file is
measured in ``tests/test_privacy_times.py``, way out by way out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import polars as pl

Step = Literal["exact", "minute", "hour", "day"]

STEPS: dict[Step, timedelta | None] = {
    "exact": None,
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
"""Steps to which times can be coarsened."""
DEFAULT: Step = "minute"

DELAYS = ("lag_s", "median_lag_s", "median_delay_s")
"""Columns of delays, in seconds."""

REMAINS = (
    "This is pseudonymous, not anonymous: whoever holds the original file can still find an account again by the minutes"
    " of its posts together, by counts and delays, and a post by its words where words are written."
)
"""What coarser times and keyed codes do not prevent."""


def coarse(frame: pl.DataFrame, step: Step = DEFAULT) -> pl.DataFrame:
    """A table whose times are at the beginning of their minute, hour or day, and whose delays are whole seconds.

    Examples
    --------
    >>> one = pl.DataFrame({"at": [datetime(2026, 3, 1, 12, 30, 59, 999)], "lag_s": [1.517]})
    >>> coarse(one).row(0), coarse(one, "exact").equals(one)
    ((datetime.datetime(2026, 3, 1, 12, 30), 2.0), True)
    """
    every = STEPS[step]
    if every is None:
        return frame
    schema = frame.schema
    times = [pl.col(name).dt.truncate(every) for name, kind in schema.items() if isinstance(kind, pl.Datetime)]
    return frame.with_columns(
        *times, *(pl.col(name).round(0) for name in DELAYS if name in schema and schema[name].is_float())
    )


def coarse_values(values: Mapping[str, Any], step: Step = DEFAULT) -> dict[str, Any]:
    """A row whose times and delays are coarsened alike.

    Examples
    --------
    >>> coarse_values({"at": datetime(2026, 3, 1, 12, 30, 59), "lag_s": None, "n": 1.5}, "hour")
    {'at': datetime.datetime(2026, 3, 1, 12, 0), 'lag_s': None, 'n': 1.5}
    """
    return {name: _coarse_value(name, value, step) for name, value in values.items()}


def coarse_time(value: datetime | None, step: Step = DEFAULT) -> datetime | None:
    """The beginning of a time's minute, hour or day."""
    every = STEPS[step]
    if value is None or every is None:
        return value
    midnight = value.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (value - midnight) // every * every


def to_the_minute(precision: object) -> str:
    """Precision with which a document says a post's time: the data's own, but never finer than a minute.

    Examples
    --------
    >>> [to_the_minute(one) for one in ("s", "min", "day", None)]
    ['min', 'min', 'day', 'min']
    """
    return "day" if precision == "day" else "min"


def in_words(step: Step = DEFAULT) -> str:
    """A sentence on the times of a file.

    Examples
    --------
    >>> in_words("hour"), in_words("exact")
    ('Times are given to the hour (UTC), delays in whole seconds.', 'Times are given as the posts have them.')
    """
    if step == "exact":
        return "Times are given as the posts have them."
    return f"Times are given to the {step} (UTC), delays in whole seconds."


def _coarse_value(name: str, value: object, step: Step) -> object:
    if isinstance(value, datetime) and str(value) != "NaT":  # pandas takes its missing time for one
        return coarse_time(value, step)
    if step != "exact" and name in DELAYS and isinstance(value, float) and math.isfinite(value):
        return float(round(value))
    return value
