"""Methods of a report by the smallest thing their rows are about, so that a harm area withholds those that go too near."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast, get_args

import pandas as pd
import polars as pl

from graph.privacy.areas import Level, Profile
from graph.privacy.small_counts import PEOPLE, safe_parts, small, without_small
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.run import RunTables

LEVELS: dict[str, Level] = {
    **dict.fromkeys(
        ("account", "accounts", "members", "roles", "network", "layout", "languages", "first_meetings"), "person"
    ),
    **dict.fromkeys(("ties", "pairs", "combined", "all_pairs", "tie", "tie_layers", "evidence", "common"), "person"),
    **dict.fromkeys(("comparison_accounts", "labels", "parts"), "person"),
    **dict.fromkeys(("described", "described_members"), "person"),
    **dict.fromkeys(("described_methods", "described_layers", "described_overlap", "described_between"), "aggregate"),
    **dict.fromkeys(("described_communities", "described_objects"), "aggregate"),
    "post": "advert",
    **dict.fromkeys(
        ("groups", "group", "objects", "hosts", "hashtags", "days", "change", "lags", "figure"), "aggregate"
    ),
    **dict.fromkeys(
        ("crossing", "outlinks", "legal_position", "agreement", "list_matches", "labels_by_group"), "aggregate"
    ),
    **dict.fromkeys(("layers", "windows", "caveats", "overview", "power", "show"), "aggregate"),
}
"""Method of ``graph.report.report.Report`` to the level of its rows; a new method fails a test until it is here."""

BETWEEN = frozenset({"accounts_in", "group_of_each"})
"""Methods that give accounts, under the names the gate gives them, to the tables of counts made from them: no way out."""

_Class = TypeVar("_Class", bound="type[RunTables]")
_P = ParamSpec("_P")
_R = TypeVar("_R")


def levelled(report: _Class) -> _Class:
    """A report whose methods give no row nearer to a person than the harm area of the case allows.

    Tables are empty then, with their columns; single things are refused with a sentence.
    """
    for name, level in LEVELS.items():
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
        if profile.level == "person":
            return made
        return _without_people(made, profile.minimum) if allowed(level, profile.level) else _without_rows(made, profile)

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


_CODED = r"^[\w-]+:@?p_[a-z2-7]{26}$"
"""Uid of an account as a gate gives it where names are codes only."""


def _without_people(made: _R, minimum: int) -> _R:
    """Counts without rows about one account or about fewer than ``minimum``; lists of accounts are emptied."""
    if isinstance(made, pl.DataFrame):
        return cast(_R, _counts_only(made, minimum))
    if isinstance(made, pd.DataFrame):
        return cast(_R, _counted(made, minimum))
    if isinstance(made, dict):
        return cast(_R, {name: _field(name, value, minimum) for name, value in made.items()})
    if is_dataclass(made) and not isinstance(made, type):
        frames = {
            f.name: getattr(made, f.name) for f in fields(made) if isinstance(getattr(made, f.name), pl.DataFrame)
        }
        return cast(_R, replace(made, **{name: _counts_only(one, minimum) for name, one in frames.items()}))
    return made


def _counted(made: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """A frame for notebooks and pages without accounts and without small counts."""
    people = [name for name in made.columns if name != "accounts" and _lists(made[name])]
    made[people] = None
    if "platforms" in made:
        made["platforms"] = made["platforms"].map(lambda cell: _parts(cell, minimum))
    if "accounts" in made and pd.api.types.is_numeric_dtype(made["accounts"]):
        # a list of no truths would be taken for a list of no columns
        made = made.loc[pd.Series(_held(made, minimum), index=made.index, dtype=bool)].reset_index(drop=True)
    safe = _safe(made, minimum)
    made = made.assign(**safe)
    if "churn" in made and safe:  # made from what is withheld
        made["churn"] = None
    return made


def _held(made: pd.DataFrame, minimum: int) -> list[bool]:
    """Rows about enough accounts; of the parts of a group, none that the others would give back."""
    if made.columns[0] == "platform":
        parts = safe_parts({str(row): int(value) for row, value in enumerate(made["accounts"])}, minimum)
        return [value is not None for value in parts.values()]
    return list((made["accounts"] >= minimum).fillna(False))


def _safe(made: pd.DataFrame, minimum: int) -> dict[str, pd.Series]:
    """Columns that count people, small counts unknown."""
    names = [name for name in PEOPLE if name in made and pd.api.types.is_integer_dtype(made[name])]
    counts = pl.DataFrame(
        {name: [None if pd.isna(v) else int(v) for v in made[name]] for name in names},
        schema=dict.fromkeys(names, pl.Int64),
    )
    safe = without_small(counts, minimum)
    return {
        name: pd.Series(safe[name].to_list(), made.index, dtype="Int64")
        for name in names
        if safe[name].null_count() > counts[name].null_count()
    }


def _field(name: str, value: object, minimum: int) -> object:
    """A field of a thing that is counted, without accounts and small counts."""
    if name == "platforms":
        return _parts(value, minimum)
    if name in (*PEOPLE, "accounts") and isinstance(value, int) and small(value, minimum):
        return None
    return None if re.match(_CODED, str(value)) else value


def _parts(value: object, minimum: int) -> object:
    return safe_parts(value, minimum) if isinstance(value, dict) else value


def _counts_only(frame: pl.DataFrame, minimum: int) -> pl.DataFrame:
    words = [name for name, kind in frame.schema.items() if kind == pl.String]
    about_one = [pl.col(name).str.contains(_CODED).fill_null(False) for name in words]
    kept = frame.filter(~pl.any_horizontal(about_one)) if about_one else frame
    kept = kept.filter(pl.col("accounts").fill_null(0) >= minimum) if frame.schema.get("accounts") == pl.Int64 else kept
    lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
    return without_small(kept, minimum).with_columns(
        pl.col(name).list.eval(pl.element().filter(~pl.element().str.contains(_CODED))) for name in lists
    )


def _lists(column: pd.Series) -> bool:
    """True for a column with lists of accounts."""
    first = next(
        (cell for cell in column if hasattr(cell, "__len__") and not isinstance(cell, (str, dict)) and len(cell)), None
    )
    return first is not None and re.match(_CODED, str(next(iter(first)))) is not None
