"""Evolution of groups: windows of days over the evidence, groups of one window matched to those of the next.

A tie is active in a window when its two accounts met in it; components of active ties are the groups of that window. Groups
of two windows are the same group when they share enough members, matched so that the total is largest. A group without a
match is born or dies; a part that left is a split, a part that joined is a merge.
Source: overlapping windows of 7 days by steps of 1 as in Tardelli et al. (2024), Proceedings of the National Academy of
Sciences 121; matching and events after Greene, Doyle and Cunningham (2010), ASONAM.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.networks.roles import meetings

WINDOW_DAYS = 7
STEP_DAYS = 1
SAME = 0.3  # Jaccard from which two groups of neighbouring windows are the same one, or one a part of the other
SMALLEST = 3  # accounts
MOST_WINDOWS = 120

_TIME = pl.Datetime("us", "UTC")
TIMELINE: dict[str, pl.DataType | type[pl.DataType]] = {
    "start": _TIME,
    "end": _TIME,
    "track": pl.Int64,
    "event": pl.String,
    "other": pl.Int64,
    "accounts": pl.Int64,
    "meetings": pl.Int64,
    "joined": pl.Int64,
    "left": pl.Int64,
    "churn": pl.Float64,
    "members": pl.List(pl.String),
}

Members = frozenset[str]


@dataclass(frozen=True)
class _Alive:
    """A group of one window."""

    members: Members
    meetings: int


def evolution(
    evidence: pl.DataFrame,
    window_days: int = WINDOW_DAYS,
    step_days: int = STEP_DAYS,
    same: float = SAME,
    smallest: int = SMALLEST,
) -> pl.DataFrame:
    """Timeline of groups through the period.

    Parameters
    ----------
    evidence : polars.DataFrame
        Columns of ``POST_PAIRS``, of one layer: of the whole run, or of one group to see it form and fall apart.
    window_days, step_days : int
        Windows begin at midnight UTC; the first one ends with the first day of evidence.
    same : float
        Jaccard index of members.
    smallest : int
        Accounts from which a component is a group.

    Returns
    -------
    polars.DataFrame
        One row per window and event, in order: ``start`` (in), ``end`` (out), ``track`` (1, 2, ... the same group through
        time), ``event`` (birth, continue, split, merge, death), ``other`` (the track it split from or merged into),
        ``accounts``, ``meetings`` (pairs of accounts and objects), ``joined`` and ``left`` (members since the window before),
        ``churn`` (1 - Jaccard with the window before), ``members``. A death stands in the first window without the group; a
        split is the birth of a track, a merge the end of one.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> trio = [("x:ann", "x:ben"), ("x:ben", "x:cem"), ("x:ann", "x:cem")]
    >>> evidence = pl.DataFrame([(a, b, "1", noon, noon) for a, b in trio], orient="row",
    ...     schema=["account_a", "account_b", "object", "at_a", "at_b"])
    >>> evolution(evidence, window_days=2).select("event", "accounts").rows()
    [('birth', 3), ('continue', 3), ('death', 0)]
    """
    met = meetings(evidence).with_columns(pl.min_horizontal("at_a", "at_b").cast(_TIME).alias("at")).sort("at")
    if not met.height:
        return pl.DataFrame(schema=TIMELINE)
    tracks = _Tracks(same)
    for start in _starts(met, window_days, step_days):
        end = start + timedelta(days=window_days)
        alive = met.filter((pl.col("at") >= start) & (pl.col("at") < end))
        tracks.step(start, end, _groups(alive, smallest))
    return pl.DataFrame(tracks.rows, schema=TIMELINE, orient="row")


def days_for(first: datetime, last: datetime) -> tuple[int, int]:
    """Days of a window and of a step that suit a period.

    A week by a day; shorter windows where the period is under four weeks, longer steps where more than 120 would be walked.

    Examples
    --------
    >>> from datetime import UTC
    >>> start = datetime(2026, 3, 2, tzinfo=UTC)
    >>> [days_for(start, start + timedelta(days=days)) for days in (2, 12, 60, 700)]
    [(1, 1), (3, 1), (7, 1), (18, 6)]
    """
    days = (last.date() - first.date()).days + 1
    step = -(-days // MOST_WINDOWS)
    return max(1, min(WINDOW_DAYS, days // 4), 3 * step if step > 1 else 1), step


def named_tracks(timeline: pl.DataFrame, groups: dict[str, Members]) -> dict[int, str]:
    """Each track's group: the one that holds most of the accounts that were ever in it."""
    ever = timeline.explode("members").group_by("track").agg(pl.col("members").drop_nulls().unique())
    named = {}
    for track, members in ever.sort("track").iter_rows():
        common = {group: len(held.intersection(members)) for group, held in groups.items()}
        best = max(common, key=lambda group: (common[group], group), default=None)
        if best is not None and common[best]:
            named[track] = best
    return named


def _starts(met: pl.DataFrame, window_days: int, step_days: int) -> Sequence[datetime]:
    """Beginnings of all windows with evidence, and of one after each to see the end; gaps are not walked through."""
    day = timedelta(days=1)
    days = met.select(pl.col("at").dt.truncate("1d").unique().sort())["at"].to_list()
    first = days[0] - (window_days - 1) * day
    wanted: set[int] = set()
    for offset in ((one - first).days for one in days):
        low = max(0, -(-(offset - window_days + 1) // step_days))
        wanted.update(range(low, offset // step_days + 2))
    return [first + number * step_days * day for number in sorted(wanted)]


def _groups(met: pl.DataFrame, smallest: int) -> list[_Alive]:
    """Components of the window's meetings, largest first."""
    if not met.height:
        return []
    accounts = pl.concat([met["account_a"], met["account_b"]]).unique().sort()
    one, two = (accounts.search_sorted(met[f"account_{side}"]).to_numpy() for side in ("a", "b"))
    ties = coo_array((np.ones(len(one), np.int8), (one, two)), shape=(len(accounts), len(accounts)))
    _, part = connected_components(ties, directed=False)
    found = (
        pl.DataFrame({"account": accounts, "part": part})
        .group_by("part")
        .agg("account")
        .join(pl.DataFrame({"part": part[one]}).group_by("part").len("meetings"), on="part")
        .filter(pl.col("account").list.len() >= smallest)
        .sort(pl.col("account").list.len() * -1, pl.col("account").list.min())
    )
    return [_Alive(frozenset(held), number) for _, held, number in found.iter_rows()]


def jaccard(one: Members, two: Members) -> float:
    """Common members over all members.

    Examples
    --------
    >>> jaccard(frozenset("abc"), frozenset("bcd"))
    0.5
    """
    return len(one & two) / len(one | two)


class _Tracks:
    """Groups followed from window to window, and the rows they leave."""

    def __init__(self, same: float) -> None:
        self.same = same
        self.before: dict[int, _Alive] = {}
        self.number = 0
        self.rows: list[tuple[object, ...]] = []

    def step(self, start: datetime, end: datetime, now: Sequence[_Alive]) -> None:
        """Match a window's groups to the tracks alive before it."""
        tracks = list(self.before)
        score = np.array([[jaccard(self.before[t].members, group.members) for group in now] for t in tracks])
        paired = matched(score, self.same)
        after: dict[int, _Alive] = {}
        for place, group in enumerate(now):
            if place in paired:
                track, before = tracks[paired[place]], self.before[tracks[paired[place]]]
                after[track] = group
                self._row(start, end, track, "continue", None, group, before.members)
            else:
                self.number += 1
                after[self.number] = group
                parent = _best(score[:, place], self.same) if tracks else None
                parent = _holder(tracks, self.before, group) if parent is None else tracks[parent]
                self._row(start, end, self.number, "split" if parent else "birth", parent, group, frozenset())
        of_column = {paired[place]: place for place in paired}
        names = {id(group): track for track, group in after.items()}
        for row, track in enumerate(tracks):
            if row not in of_column:
                heir = _best(score[row], self.same) if len(now) else None
                into = names[id(now[heir])] if heir is not None else _holder(list(after), after, self.before[track])
                gone = _Alive(frozenset(), 0)
                event = "merge" if into else "death"
                self._row(start, end, track, event, into, gone, self.before[track].members)
        self.before = after

    def _row(
        self, start: datetime, end: datetime, track: int, event: str, other: int | None, group: _Alive, before: Members
    ) -> None:
        now = group.members
        churn = 1 - jaccard(before, now) if event == "continue" else None
        counts = (len(now), group.meetings, len(now - before), len(before - now))
        self.rows.append((start, end, track, event, other, *counts, churn, sorted(now)))


def matched(score: np.ndarray[tuple[int, ...], np.dtype[np.float64]], same: float) -> dict[int, int]:
    """Column to row where the best assignment scores enough (Hungarian method).

    Examples
    --------
    >>> sorted(matched(np.array([[0.2, 0.9], [0.8, 0.1]]), 0.3).items())
    [(0, 1), (1, 0)]
    """
    from scipy.optimize import linear_sum_assignment  # loads much that only this needs

    if not score.size:
        return {}
    rows, columns = linear_sum_assignment(np.where(score >= same, score, 0.0), maximize=True)
    return {int(c): int(r) for r, c in zip(rows, columns, strict=True) if score[r, c] >= same}


def _best(scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]], same: float) -> int | None:
    """The highest score if it is enough."""
    best = int(np.argmax(scores))
    return best if scores[best] >= same else None


def _holder(tracks: Sequence[int], groups: dict[int, _Alive], part: _Alive) -> int | None:
    """The track that holds most members of a small part whose Jaccard with the whole is low."""
    for track in tracks:
        if len(groups[track].members & part.members) > len(part.members) / 2:
            return track
    return None
