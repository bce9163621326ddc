"""A tie with everything that is shown of it, on its page and in print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboards import words
from dashboards.figures.svg import Picture
from dashboards.figures.tie_timeline import two_lanes
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report


@dataclass(frozen=True)
class Tie:
    """A tie with everything its page says."""

    facts: Mapping[str, Any]
    meetings: pd.DataFrame
    """One row per pair of posts within the window, then per object shared further apart, by time: ``object_words``,
    ``at_a``, ``at_b``, ``lag_s``, ``text_a``, ``text_b``, ``within``."""

    @classmethod
    def load(cls, report: Report, a: str, b: str, trace: str | None, window: str | None) -> Tie:
        """From a report. Accounts in either order; without trace and window the strongest layer of the two."""
        span = _seconds(window)
        a, b = sorted((a, b))
        facts = dict(report.tie(a, b, trace, span))
        trace, span = str(facts["trace"]), float(facts["window_s"])
        close = report.evidence(a, b, trace, span).assign(within=True)
        common = report.common(a, b, trace, span)
        apart = common[~common["within"].astype(bool) & ~common["object"].isin(close["object"])]
        return cls(facts, _together(close, apart))

    @classmethod
    def described(cls, report: Report, facts: Mapping[str, Any]) -> Tie:
        """From a row of ``Report.described``: objects both acted on, those within the window marked; who was first is counted."""
        a, b = str(facts["account_a"]), str(facts["account_b"])
        rows = report.common(a, b, str(facts["trace"]), float(facts["window_s"]))
        lags = rows.loc[rows["within"].astype(bool), "lag_s"].astype(float)
        counted = {"a_first": int((lags > 0).sum()), "b_first": int((lags < 0).sum()), "observed": len(lags)}
        return cls({**facts, **counted}, _together(rows, rows.iloc[:0]))

    @property
    def tested(self) -> bool:
        """True for a tie of ours; a described one has no level."""
        return "level" in self.facts

    @property
    def a(self) -> str:
        """Code of the first account."""
        return words.code(self.facts["code_a"])

    @property
    def b(self) -> str:
        """Code of the second account."""
        return words.code(self.facts["code_b"])

    @property
    def window_s(self) -> float:
        """The window, in seconds."""
        return float(self.facts["window_s"])

    @property
    def precision(self) -> str | None:
        """Precision of the coarsest time."""
        if "precision" not in self.meetings or self.meetings["precision"].dropna().empty:
            return None
        seen = set(self.meetings["precision"].dropna())
        return next((p for p in ("approx", "day", "min") if p in seen), "s")

    def noun(self, number: object = 2) -> str:
        """Noun for what they shared."""
        return words.noun(self.facts["trace"], number)

    def objects(self) -> pd.Series:
        """Object of each coincidence, as written in its post where known."""
        seen = self.meetings["object"]
        if "object_words" not in self.meetings:
            return seen
        return self.meetings["object_words"].where(self.meetings["object_words"].notna(), seen)

    def lanes(self, name: Callable[[Any, Any], str], source: str = "") -> Picture:
        """Both accounts' posts on what they have in common, over time; ``name`` makes an object's words fit to be read."""
        rows = self.meetings.assign(words=[name(self.facts["trace"], value) for value in self.objects()])
        sides = [(self.a, self.facts.get("platform_a")), (self.b, self.facts.get("platform_b"))]
        return two_lanes(sides, rows, source, self.window_s, (self.noun(1), self.noun()), self.precision)


def _seconds(window: str | None) -> float | None:
    try:
        return float(window) if window else None
    except ValueError:
        raise UsageError(f"A window of {window!r} is not a number of seconds.") from None


def _together(close: pd.DataFrame, apart: pd.DataFrame) -> pd.DataFrame:
    columns = [c for c in close.columns if c in apart.columns]
    whole = pd.concat([close, apart[columns]], ignore_index=True) if len(apart) else close
    whole = whole.assign(start=whole[["at_a", "at_b"]].min(axis=1))
    return whole.sort_values(["start", "object"], ignore_index=True)
