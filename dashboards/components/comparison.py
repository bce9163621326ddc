"""The two things that are compared, on their page and in print: two runs, two windows of a run, two periods of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dashboards import words
from dashboards.figures import slopegraph
from dashboards.figures.svg import Picture
from graph.report.compare import ComparedGroup, compared, of_period, of_run, of_window, period_of, windows_of
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

WAYS = (("runs", "Two runs"), ("windows", "Two windows"), ("periods", "Two periods"))
ASKED = ("by", "with", "one", "two", "from", "to", "from2", "to2")
"""Fields of an address that name the two sides."""
Of = Callable[[str | None], Any]
"""A run's name → its report, the newest for None. Raises UsageError for an unknown one."""


@dataclass(frozen=True)
class Side:
    """One of the two things compared."""

    name: str
    report: Report
    groups: Sequence[ComparedGroup]
    narrow: Mapping[str, str]
    """Query fields that lead to this side on the page Group, besides the group."""


def way_of(report: Report, query: Mapping[str, str]) -> str:
    """Name of one of ``WAYS``: the one asked for, else the first that the case can have."""
    asked = query.get("by")
    if asked in dict(WAYS):
        return str(asked)
    if len(report.store.runs()) > 1:
        return "runs"
    return "windows" if len(windows_of(report)) > 1 else "periods"


def sides_of(of: Of, query: Mapping[str, str], by: str) -> tuple[Side, Side] | None:
    """The two sides that the address names, or the nearest there are; None where there is only one.

    Raises
    ------
    UsageError
        If the address names a run, window or day that cannot be.
    """
    report = of(query.get("run"))
    if by == "runs":
        return _two_runs(of, report, query)
    return _two_windows(report, query) if by == "windows" else _two_periods(report, query)


def _two_runs(of: Of, report: Report, query: Mapping[str, str]) -> tuple[Side, Side] | None:
    others = [r for r in report.store.runs() if r["run_id"] != report.run["run_id"]]
    if not others:
        return None
    earlier = [r for r in others if r["number"] < report.run["number"]] or others
    other = of(query.get("with") or str(earlier[-1]["run_id"]))
    pair = sorted((report, other), key=lambda r: int(r.run["number"]))
    one, two = (Side(f"Run {words.run_name(r.run)}", r, of_run(r), {"run": words.run_name(r.run)}) for r in pair)
    return one, two


def _two_windows(report: Report, query: Mapping[str, str]) -> tuple[Side, Side] | None:
    there = windows_of(report)
    if len(there) < 2:
        return None
    chosen = []
    for name, usual in (("one", there[0]), ("two", there[-1])):
        asked = query.get(name)
        window = usual if asked is None else next((w for w in there if f"{w:g}" == asked), None)
        if window is None:
            raise UsageError(f"This run has no window of {asked} s.")
        chosen.append(window)
    one, two = (Side(f"Within {words.window(w)}", report, of_window(report, w), {"window": f"{w:g}"}) for w in chosen)
    return one, two


def _two_periods(report: Report, query: Mapping[str, str]) -> tuple[Side, Side] | None:
    whole = period_of(report)
    if whole is None:
        return None
    first, last = whole[0].date(), whole[1].date()
    middle = first + (last - first) / 2
    usual = {"from": first, "to": middle, "from2": min(middle + timedelta(days=1), last), "to2": last}
    days = {name: _day(query.get(name), day) for name, day in usual.items()}
    made = []
    for start, end in ((days["from"], days["to"]), (days["from2"], days["to2"])):
        if end < start:
            raise UsageError(
                f"A period from {words.day(start, year=True)} to {words.day(end, year=True)} ends before it begins."
            )
        groups = of_period(report, _midnight(start), _midnight(end + timedelta(days=1)))
        name = words.days(start, end)
        made.append(Side(name, report, groups, {"from": start.isoformat(), "to": end.isoformat()}))
    return made[0], made[1]


def _day(asked: str | None, usual: date) -> date:
    try:
        return date.fromisoformat(asked) if asked else usual
    except ValueError:
        raise UsageError(f"{asked!r} is not a day such as {usual.isoformat()}.") from None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def asked_of(one: Side, two: Side, by: str) -> dict[str, str]:
    """The fields of an address that lead to the same two again, whatever stands there by then."""
    first, second = one.narrow, two.narrow
    if by == "runs":
        return {"by": by, "one": first["run"], "with": second["run"]}
    if by == "windows":
        return {"by": by, "one": first["window"], "two": second["window"]}
    return {"by": by, "from": first["from"], "to": first["to"], "from2": second["from"], "to2": second["to"]}


def picture_of(one: Side, two: Side) -> Picture:
    """Groups of both sides beside each other, and which match."""
    lines = dict.fromkeys(words.run_line(side.report.run) for side in (one, two))
    return slopegraph.slopes(compared(one.groups, two.groups), (one.name, two.name), f"{'; '.join(lines)}.")
