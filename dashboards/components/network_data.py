"""Data of the network component as columns: small to send, parsed once by the browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl

from dashboards import words
from dashboards.components.base import State
from dashboards.figures.theme import mark
from dashboards.local.addresses import coded
from dashboards.words.groups import STEPS_S, part_cells
from graph.case.notes import About, about, write
from graph.privacy.sanitize import clean, redact
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

_UNITS = {"min": "min", "day": "d"}  # short words for the steps of times without seconds
LANES = 7
"""Platforms with a lane of their own; the others share one."""
MOST_TIES = 50_000
"""Ties of one picture; of more, the strongest."""
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


def layer_ties(
    report: Report, group: Mapping[str, Any], layer: tuple[str, float], whole: Set | None = None
) -> pd.DataFrame:
    """Ties of one layer in a group, or in a set of several with those between them; most shared together first."""
    several = whole is not None and len(whole.groups) > 1
    ties: pd.DataFrame = report.ties(None if several else group["group_id"])
    if whole is not None and several:
        inside = {account for own in parts_of(report, whole).values() for account in own}
        ties = ties[ties["account_a"].isin(inside) & ties["account_b"].isin(inside)]
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
    """Accounts and ties of a set with the days they met on, for ``NetworkView``: all filters but the layer answer in the browser."""
    group = report.group(state.get("group") or "")
    layer, whole = layer_of(group, state), set_of(report, group, state)
    members, all_ties = whole_members(report, whole), layer_ties(report, group, layer, whole)
    everyone, members = len(members), drawn(members)
    place = {uid: i for i, uid in enumerate(members["account"])}
    inside = all_ties[all_ties["account_a"].isin(place) & all_ties["account_b"].isin(place)]
    ties = inside.head(MOST_TIES)
    names = _platforms(members["platform"])
    parts, precision, one = parts_of(report, whole), precision_of_layer(report, layer), len(whole.groups) == 1
    coarse = precision in STEPS_S  # stacked: of several groups, each account after the first of its own
    return {
        "platforms": _lanes(names, members["platform"].fillna("unknown").nunique()),
        "nodes": _nodes(members, names) | places(report, whole, list(place)),
        "ties": _ties(ties, place),
        "left": len(inside) - len(ties),
        "more": everyone - len(members),
        "meetings": _meetings(report, layer, ties),
        "rows": stored_rows(report, group, layer, list(place)) if one else None,
        "delays": (one or coarse) and bool(members["median_delay_s"].notna().any()),
        **({"part": _named(parts, list(place))} if len(whole.groups) > 1 else {}),
        **_languages(report, list(place)),
        **({} if state.get("blind") else _labels(report, list(place))),
        "href": state.href("/evidence", trace=layer[0], window=f"{layer[1]:g}"),
        "words": _words(layer, precision, not one),
    }


@dataclass(frozen=True)
class Set:
    """Accounts of one picture: a group, or all groups that a large set is shown as.

    Attributes
    ----------
    key : str
        The group's id, or the set's ``whole_id``: its places are kept under it.
    groups : tuple of (id, rank)
    """

    key: str
    groups: tuple[tuple[str, int], ...]


def whole_of(report: Report, group: Mapping[str, Any]) -> Set | None:
    """The large set that a group is a part of; None where it stands alone."""
    if not words.known(group.get("parts")) or int(group["parts"]) < 2:
        return None
    groups = report.groups()
    own = groups[groups["whole_id"] == group["whole_id"]].sort_values("part")
    rows = tuple((str(g), int(r)) for g, r in zip(own["group_id"], own["rank"], strict=True))
    return Set(str(group["whole_id"]), rows) if len(rows) > 1 else None


def set_of(report: Report, group: Mapping[str, Any], state: State) -> Set:
    """The accounts that a picture of this group is asked to show: ``set=whole`` in the address, or the group."""
    whole = whole_of(report, group) if state.get("set") == "whole" else None
    return whole or Set(str(group["group_id"]), ((str(group["group_id"]), int(group["rank"])),))


def whole_members(report: Report, shown: Set) -> pd.DataFrame:
    """Members of all groups of a set, each account once."""
    found = [report.members(group) for group, _ in shown.groups]
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True).drop_duplicates("account")


def parts_of(report: Report, shown: Set) -> dict[str, list[str]]:
    """Name of each group of a set to its members."""
    return {f"Group {rank}": list(report.members(group)["account"]) for group, rank in shown.groups}


def parts_rows(report: Report, group: Mapping[str, Any], precision: str | None) -> tuple[pd.DataFrame, list[list[str]]]:
    """Parts of the set a group belongs to, and their cells under ``PART_COLUMNS``; empty where it belongs to none."""
    whole = whole_of(report, group)
    if whole is None:
        return pd.DataFrame(), []
    parts = report.parts(whole.key)
    delays = {key: list(report.members(key)["median_delay_s"]) for key in parts["group_id"]}
    return parts, [part_cells(row, delays[str(row["group_id"])], precision) for row in parts.to_dict("records")]


def places(report: Report, shown: Set, accounts: Sequence[str]) -> dict[str, list[float]]:
    """Columns ``x`` and ``y`` of these accounts, as kept with the run; empty where one has no place."""
    kept = {
        account: (x, y) for account, x, y in report.layout(shown.key)[["account", "x", "y"]].itertuples(index=False)
    }
    if not set(accounts) <= set(kept):
        return {}
    return {"x": [float(kept[a][0]) for a in accounts], "y": [float(kept[a][1]) for a in accounts]}


def _named(parts: Mapping[str, Sequence[str]], accounts: Sequence[str]) -> dict[str, Any]:
    of = {account: k for k, own in reversed(list(enumerate(parts.values()))) for account in own}
    return {"names": list(parts), "of": [of.get(account) for account in accounts]}


def _languages(report: Report, accounts: Sequence[str]) -> dict[str, Any]:
    """Colour by language, most frequent first; absent where no language or a single one is known."""
    names, number = languages_of(report, accounts)
    if len(names) < 2:
        return {}
    return {"language": {"names": [clean(name) for name in names], "of": [number.get(account) for account in accounts]}}


def _labels(report: Report, accounts: Sequence[str]) -> dict[str, Any]:
    """Colour by label, most frequent first; absent where no account has one."""
    names, number = first_labels(report, accounts)
    if not names:
        return {}
    shown = [redact(clean(name)) for name in names]
    return {"label": {"names": shown, "of": [number.get(account) for account in accounts], "rest": "no label"}}


def first_labels(report: Report, accounts: Sequence[str]) -> tuple[list[str], dict[str, int]]:
    """Labels as the legend has them, most frequent first, and each labelled account's place in it: its most frequent label here."""
    kept = report.labels(list(accounts))
    pairs = set(zip(kept["uid"].astype(str), kept["label"].astype(str), strict=True))
    sizes = Counter(label for _, label in pairs)
    names = sorted(sizes, key=lambda label: (-sizes[label], label))
    place = {label: k for k, label in enumerate(names)}
    number: dict[str, int] = {}
    for uid, label in pairs:
        number[uid] = min(place[label], number.get(uid, place[label]))
    return names, number


def languages_of(report: Report, accounts: Sequence[str]) -> tuple[list[str], dict[str, int]]:
    """Languages as the legend has them, most frequent first, and each account's place in it where its language is known."""
    found = report.languages(accounts)
    sizes = Counter(str(lang) for lang in found["language"])
    names = sorted(sizes, key=lambda lang: (-sizes[lang], lang))
    number = {lang: k for k, lang in enumerate(names)}
    return names, {account: number[lang] for account, lang in zip(found["account"], found["language"], strict=True)}


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
        "uid": [coded("account", str(uid)) for uid in members["account"]],
        "code": [words.code(c) for c in members["code"]],
        "platform": [number.get(str(p), len(names)) for p in members["platform"].fillna("unknown")],
        "delay": [round(float(d), 2) if words.known(d) else None for d in members["median_delay_s"]],
        "ties": [int(v) for v in members["ties"]],
        "first": [int(v) for v in members["first"]],
        "compared": [k for k, one in enumerate(members.get("comparison", [])) if one],
    }


HELD = {"group": "as group", "combined": "combined"}  # what holds a tie that no q of its own does


def _ties(ties: pd.DataFrame, place: Mapping[str, int]) -> dict[str, list[Any]]:
    levels, qs, expected = (_plain(ties[name]) for name in ("level", "q", "expected"))
    q_of = {q: words.named("q", q) for q in set(qs)}  # each value once: of 50,000 ties many are alike
    expected_of = {value: words.expected(value) for value in set(expected)}
    return {
        "a": [place[a] for a in _plain(ties["account_a"])],
        "b": [place[b] for b in _plain(ties["account_b"])],
        "observed": [int(v) for v in _plain(ties["observed"])],
        "expected": [expected_of[value] for value in expected],
        "q": [HELD.get(level) or q_of[q] for level, q in zip(levels, qs, strict=True)],
        "level": levels,
    }


def _plain(column: pd.Series) -> list[Any]:
    """The values at once: one by one they take a second at 50,000 ties."""
    values: list[Any] = column.astype(object).where(column.notna(), None).tolist()
    return values


def _meetings(report: Report, layer: tuple[str, float], ties: pd.DataFrame) -> dict[str, Any]:
    """Days of each tie's coincidences: ``tie`` and ``day`` (counted from ``first``) side by side."""
    if ties.empty:
        return {"first": None, "tie": [], "day": []}
    number = pl.DataFrame(
        {"account_a": _plain(ties["account_a"]), "account_b": _plain(ties["account_b"]), "tie": range(len(ties))}
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


def _words(layer: tuple[str, float], precision: str | None = None, several: bool = False) -> dict[str, Any]:
    many, one = words.noun(layer[0]), words.noun(layer[0], 1)
    article = "an" if one[0] in "aeiou" else "a"
    coarse: dict[str, Any] = {}
    if precision in STEPS_S:
        step, name = STEPS_S[precision]
        coarse = {
            "zero": f"same {name}",
            "step": step,
            "unit": _UNITS[precision],
            "stacked": f"{name}s after the first{' of their group' if several else ''}, median",
            "coarse": f"Times here are to the {name}: within one {name} the order is not known, so accounts are stacked, not ranked.",
        }
    return {
        **coarse,
        "together": f"{many} together",
        "axis": f"Usually later: time after the group's first on {article} {one}, median",
        "axis_short": "Usually later (median)",
    }
