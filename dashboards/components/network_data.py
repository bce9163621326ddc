"""Data of the network component as columns: small to send, parsed once by the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl

from dashboards import words
from dashboards.components.base import State
from dashboards.figures.theme import mark
from graph.case.notes import About, about, write
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

LANES = 7
"""Platforms with a lane of their own; the others share one."""
MOST_ACCOUNTS = 5_000
"""Accounts of one group drawn at once; a larger group shows those with most ties."""


def period(state: State) -> tuple[datetime | None, datetime | None]:
    """The chosen days, both in, as a half-open time range in UTC.

    Raises
    ------
    UsageError
        If one of them is not a day.

    Examples
    --------
    >>> period(State("/group", {"from": "2026-08-12", "to": "2026-08-12"}))[1].isoformat()
    '2026-08-13T00:00:00+00:00'
    """
    start, end = (_day(state.get(name)) for name in ("from", "to"))
    return start, end + timedelta(days=1) if end else None


def _day(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"{text!r} is not a day.", hint="Days are written like 2026-08-12.") from None


def layer_of(group: Mapping[str, Any], state: State) -> tuple[str, float]:
    """The layer on show: the one asked for, else the group's strongest."""
    trace, window = state.get("trace"), state.get("window")
    layers = list(zip(group["traces"], group["windows_s"], strict=True))
    wanted = [(t, w) for t, w in layers if t == trace and (window is None or f"{w:g}" == window)]
    return (wanted or layers)[0]


def layer_ties(report: Report, group: Mapping[str, Any], layer: tuple[str, float]) -> pd.DataFrame:
    """The group's ties of one layer, most shared together first."""
    ties: pd.DataFrame = report.ties(group["group_id"])
    own = ties[(ties["trace"] == layer[0]) & (ties["window_s"] == layer[1])]
    return own.sort_values(
        ["observed", "q", "account_a", "account_b"], ascending=[False, True, True, True], ignore_index=True
    )


def in_days(report: Report, ties: pd.DataFrame, layer: tuple[str, float], state: State) -> pd.DataFrame:
    """Ties with their coincidences of the chosen days only; ties without any are left out."""
    start, end = period(state)
    if not (start or end):
        return ties
    days = report.first_meetings(*layer)
    days = days.filter(pl.col("day") >= start.date()) if start else days
    days = days.filter(pl.col("day") < end.date()) if end else days
    counts = {(a, b): n for a, b, n in days.group_by("account_a", "account_b").len().iter_rows()}
    met = [int(counts.get(pair, 0)) for pair in zip(ties["account_a"], ties["account_b"], strict=True)]
    return ties.assign(observed=met)[[one > 0 for one in met]]


def network_columns(report: Report, state: State) -> dict[str, Any]:
    """Accounts and ties of a group with the days they met on, for ``NetworkView``: period and strength are chosen in the browser."""
    group = report.group(state.get("group") or "")
    layer = layer_of(group, state)
    members, ties = drawn(report.members(group["group_id"])), layer_ties(report, group, layer)
    place = {uid: i for i, uid in enumerate(members["account"])}
    ties = ties[ties["account_a"].isin(place) & ties["account_b"].isin(place)]
    names = _platforms(members["platform"])
    return {
        "platforms": _lanes(names, members["platform"].fillna("unknown").nunique()),
        "nodes": _nodes(members, names),
        "ties": _ties(ties, place),
        "meetings": _meetings(report, layer, ties),
        "rows": stored_rows(report, group, layer, list(place)),
        "href": state.href("/evidence", trace=layer[0], window=f"{layer[1]:g}"),
        "words": _words(layer, precision_of_layer(report, layer)),
    }


def drawn(members: pd.DataFrame) -> pd.DataFrame:
    """The members a picture holds: all, or the ``MOST_ACCOUNTS`` with most ties."""
    return (
        members.sort_values("ties", ascending=False, kind="stable").head(MOST_ACCOUNTS)
        if len(members) > MOST_ACCOUNTS
        else members
    )


def _platforms(column: pd.Series) -> list[str]:
    """The platforms that get a lane of their own, in the order of their colours."""
    sizes = {str(k): int(v) for k, v in column.fillna("unknown").value_counts().to_dict().items()}
    kept = sorted(sizes, key=lambda name: (-sizes[name], name))[: LANES if len(sizes) > LANES + 1 else None]
    return [name for name, _ in words.in_order({name: sizes[name] for name in kept})]


def _lanes(names: Sequence[str], everywhere: int) -> list[dict[str, Any]]:
    rest = everywhere - len(names)
    styles = [(words.platform(name), mark(name)) for name in names]
    styles += [(f"{words.count(rest)} others", mark(None))] if rest else []
    return [{"name": name, "category": style.category, "shape": style.shape} for name, style in styles]


def _nodes(members: pd.DataFrame, names: Sequence[str]) -> dict[str, list[Any]]:
    number = {name: i for i, name in enumerate(names)}
    return {
        "uid": list(members["account"]),
        "code": [words.code(c) for c in members["code"]],
        "platform": [number.get(str(p), len(names)) for p in members["platform"].fillna("unknown")],
        "delay": [round(float(d), 2) if words.known(d) else None for d in members["median_delay_s"]],
        "ties": [int(v) for v in members["ties"]],
        "first": [int(v) for v in members["first"]],
    }


HELD = {"group": "as group", "combined": "combined"}  # what holds a tie that no q of its own does


def _ties(ties: pd.DataFrame, place: Mapping[str, int]) -> dict[str, list[Any]]:
    q = [None if level in HELD else value for level, value in zip(ties["level"], ties["q"], strict=True)]
    return {
        "a": [place[a] for a in ties["account_a"]],
        "b": [place[b] for b in ties["account_b"]],
        "observed": [int(v) for v in ties["observed"]],
        "expected": [words.expected(v) for v in ties["expected"]],
        "q": [HELD.get(level) or words.named("q", value) for level, value in zip(ties["level"], q, strict=True)],
        "level": list(ties["level"]),
    }


def _meetings(report: Report, layer: tuple[str, float], ties: pd.DataFrame) -> dict[str, Any]:
    """Days of each tie's coincidences: ``tie`` and ``day`` (counted from ``first``) side by side."""
    if ties.empty:
        return {"first": None, "tie": [], "day": []}
    number = pl.DataFrame(
        {"account_a": list(ties["account_a"]), "account_b": list(ties["account_b"]), "tie": range(len(ties))}
    )
    rows = report.first_meetings(*layer)
    rows = rows.join(number, on=["account_a", "account_b"]).sort("tie", "day")
    first = rows["day"].min()
    return {
        "first": str(first),
        "tie": rows["tie"].to_list(),
        "day": (rows["day"] - first).dt.total_days().to_list(),
    }


def stored_rows(
    report: Report, group: Mapping[str, Any], layer: tuple[str, float], accounts: Sequence[str]
) -> list[int] | None:
    """The order inside the lanes that somebody refined and kept, as one number per account; None where nobody did."""
    what = About(report.run["run_id"], group_id=str(group["group_id"]), trace=layer[0], window_s=layer[1])
    kept = about(report.store.notes("layout"), what)
    order = kept[-1].get("order") if kept else None
    if not isinstance(order, list) or not set(accounts) <= set(order):
        return None
    at = {uid: i for i, uid in enumerate(order)}
    return [at[uid] for uid in accounts]


def keep_rows(report: Report, group: Mapping[str, Any], layer: tuple[str, float], rows: Sequence[int], by: str) -> None:
    """Keep an order inside the lanes for everyone who opens this group.

    Raises
    ------
    UsageError
        If it does not name each account of the picture once.
    """
    accounts = list(drawn(report.members(group["group_id"]))["account"])
    if sorted(rows) != list(range(len(accounts))):
        raise UsageError("This layout is not one of this group.", hint="Load the page again and refine it once more.")
    order = [uid for _, uid in sorted(zip(rows, accounts, strict=True))]
    what = About(report.run["run_id"], group_id=str(group["group_id"]), trace=layer[0], window_s=layer[1])
    write(report.store, "layout", what, by, order=order)


def tie_key(code_a: Any, code_b: Any) -> str:
    """A tie by its accounts' codes.

    Examples
    --------
    >>> tie_key("A-1", 2)
    'A-1~A-2'
    """
    return f"{words.code(code_a)}~{words.code(code_b)}"


def tie_href(state: State, tie: Mapping[Any, Any]) -> str:
    """Address of the posts behind a tie."""
    return state.href(
        "/evidence", a=tie["account_a"], b=tie["account_b"], trace=tie["trace"], window=f"{tie['window_s']:g}"
    )


def precision_of_layer(report: Report, layer: tuple[str, float]) -> str | None:
    """Precision of the times of a layer."""
    layers = report.layers()
    row = layers[(layers["trace"] == layer[0]) & (layers["window_s"] == layer[1])]
    return str(row["precision"].iloc[0]) if len(row) and words.known(row["precision"].iloc[0]) else None


def _words(layer: tuple[str, float], precision: str | None = None) -> dict[str, Any]:
    many, one = words.noun(layer[0]), words.noun(layer[0], 1)
    article = "an" if one[0] in "aeiou" else "a"
    coarse = {"zero": "same minute", "step": 60} if precision == "min" else {}
    return {
        **coarse,
        "together": f"{many} together",
        "axis": f"Usually later: time after the group's first on {article} {one}, median",
        "axis_short": "Usually later (median)",
    }
