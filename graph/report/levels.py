"""Methods of a report by the smallest thing their rows are about, so that a harm area withholds those that go too near."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast, get_args

import pandas as pd
import polars as pl

from graph.privacy.areas import Level, Profile
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.run import RunTables

LEVELS: dict[str, Level] = {
    **dict.fromkeys(("account", "accounts", "members", "roles", "network", "first_meetings"), "person"),
    **dict.fromkeys(("ties", "pairs", "combined", "all_pairs", "tie", "tie_layers", "evidence", "common"), "person"),
    "post": "advert",
    **dict.fromkeys(
        ("groups", "group", "objects", "hosts", "hashtags", "days", "change", "lags", "figure"), "aggregate"
    ),
    **dict.fromkeys(("layers", "windows", "caveats", "overview", "power", "show"), "aggregate"),
}
"""Method of ``graph.report.report.Report`` to the level of its rows; a new method fails a test until it is here."""

_Class = TypeVar("_Class", bound="type[RunTables]")
_P = ParamSpec("_P")
_R = TypeVar("_R")


def levelled(report: _Class) -> _Class:
    """A report whose methods give no row nearer to a person than the harm area of the case allows.

    Tables are empty then, with their columns; single things are refused with a sentence.
    """
    for name, level in LEVELS.items():
        if level != "aggregate":
            setattr(report, name, _guarded(getattr(report, name), level))
    return report


def allowed(level: Level, finest: Level) -> bool:
    """True if rows of a level may leave where ``finest`` is the nearest that may.

    Examples
    --------
    >>> allowed("aggregate", "advert"), allowed("person", "advert")
    (True, False)
    """
    order = get_args(Level)
    return order.index(level) >= order.index(finest)


def _guarded(
    method: Callable[Concatenate[RunTables, _P], _R], level: Level
) -> Callable[Concatenate[RunTables, _P], _R]:
    @wraps(method)
    def guarded(self: RunTables, /, *args: _P.args, **named: _P.kwargs) -> _R:
        made = method(self, *args, **named)
        profile = self.gate.profile
        return made if allowed(level, profile.level) else _without_rows(made, profile)

    return guarded


def _without_rows(made: _R, profile: Profile) -> _R:
    """A table without its rows, a network without accounts; raises UsageError for a single thing."""
    if isinstance(made, pd.DataFrame):
        return cast(_R, made.iloc[:0])
    if isinstance(made, pl.DataFrame):
        return cast(_R, made.head(0))
    if hasattr(made, "add_node"):
        return made.__class__()
    raise UsageError(
        f"Withheld: the harm area of this case ({profile.title}) shows no single account{'' if profile.level == 'advert' else ' or post'}.",
        hint="Groups, days and counts are shown. lockstep case says what is withheld, and where to turn.",
    )
