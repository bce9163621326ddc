"""Window sweep: the pairs that met, against chance, from seconds to a day, and the window that stands out.

One pass serves all windows. A pair of accounts meets on an object at the smallest gap between their actions on it, so the
gaps of the longest window, sorted, hold every shorter window. Per window the curve shows pairs that met on two objects
with the number that test A expects, and the pairs that test A keeps, in the data and after times were shuffled within
objects: fans and breaking news keep their pairs then, people who act together lose them. Each window is corrected for all
pairs times the windows of the grid.
Source: sweeps of the threshold in Keller et al. (2020), Political Communication 37:256, with a null beside the curve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints
from graph.pairing.engine import Engine
from graph.pairing.local import gaps
from graph.settings import Settings
from graph.significance.bipartite import Incidence
from graph.significance.configuration_model import chance_count
from graph.significance.multiple_testing import benjamini_hochberg
from graph.significance.permutations import with_times_shuffled
from graph.significance.poisson import poisson_tail
from graph.windows import WINDOWS_S, windows_for
from ingest.errors import UsageError

PAIRS = 5_000_000  # pairs of actions looked at; longer windows are left out, by name
REMAINING = 0.75  # above this part of its pairs left after shuffling times, a window is not suggested
NEARLY = 0.85  # of the best score
NOTICEABLE = 4.0  # standard deviations of a difference of two Poisson counts
_BITS = 4  # for the position of a window in the grid


@dataclass(frozen=True)
class Sweep:
    """Counts of each window, and the one that stands out.

    Attributes
    ----------
    table : polars.DataFrame
        One row per window, shortest first: ``window_s``; ``rapid_pairs`` (pairs of actions of different accounts);
        ``meetings`` (pairs of accounts, once per object); ``observed`` and ``expected`` (pairs of accounts that met on two
        or more objects, and how many test A expects); ``beyond`` (pairs that test A keeps, corrected for the grid)
        and ``shuffled`` (the same, mean over worlds with times shuffled).
    suggested_s : float, optional
        Where most pairs beyond chance go away when times are shuffled; None when no window stands out.
    viral : list of str
        Objects set aside by name at every window, because they are viral at the longest.
    left_out_s : tuple of float
        Windows of the grid that were not looked at: too fine for the data's clock, or too many pairs.
    """

    table: pl.DataFrame
    suggested_s: float | None
    viral: list[str]
    left_out_s: tuple[float, ...]

    @property
    def sentence(self) -> str:
        """The suggestion as a sentence."""
        if self.suggested_s is None:
            return "No window stands out: the pairs are still there when times are shuffled."
        row = self.table.row(by_predicate=pl.col("window_s") == self.suggested_s, named=True)
        return (
            f"{self.suggested_s:g} s stands out: {row['beyond']:,} pairs beyond chance,"
            f" {row['shuffled']:,.0f} when times are shuffled."
        )


def swept_table(swept: Mapping[str, Sweep]) -> pl.DataFrame:
    """The curves of a run's traces, one row per trace and window (columns of ``graph.schema.WINDOWS``)."""
    parts = [
        seen.table.select(
            pl.lit(trace).alias("trace"),
            pl.all(),
            (pl.col("window_s") == (seen.suggested_s or -1.0)).alias("suggested"),
        )
        for trace, seen in swept.items()
    ]
    return pl.concat(parts) if parts else pl.DataFrame()


def sweep(
    actions: Actions,
    settings: Settings,
    engine: Engine,
    precision: str = "s",
    windows_s: Sequence[float] = WINDOWS_S,
    worlds: int = 3,
    limit: int = PAIRS,
) -> Sweep:
    """Sweep of all windows in one pass over the pairs.

    Parameters
    ----------
    actions : Actions
    settings : Settings
        For ``alpha``, ``viral_pairs`` and ``seed``.
    precision : str
        The coarsest of the data's clocks, of ``ingest.tables.PRECISIONS``; no window is finer.
    windows_s : sequence of float
        At most 15, in seconds, ends included.
    worlds : int
        With times shuffled within objects.
    limit : int
        Pairs of actions held; the longest windows are left out until the rest fits.

    Raises
    ------
    UsageError
        If more than 15 windows are asked for.

    Examples
    --------
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.toy_data import three_friends
    >>> seen = sweep(Actions.from_table(three_friends()), Settings(), LocalEngine(), windows_s=(10, 60, 3600))
    >>> seen.table["observed"].to_list()
    [0, 1, 3]
    """
    if len(set(windows_s)) >= 1 << _BITS:
        raise UsageError(f"{len(set(windows_s))} windows are too many for one sweep.", hint="Ask for 15 or fewer.")
    grid, kept, viral = _bounded(actions, windows_for(precision, windows_s), settings, engine, limit)
    left_out = tuple(sorted(set(windows_s) - set(grid)))
    names = actions.objects.take(pa.array(viral)).to_pylist()
    if not grid:
        return Sweep(pl.DataFrame(schema=_SCHEMA), None, names, left_out)
    data, incidence = _Met.of(kept, grid, engine), Incidence.of(kept)
    draw = np.random.default_rng([settings.seed, len(grid)])
    chance = [
        _Met.of(with_times_shuffled(kept, draw), grid, engine).beyond(incidence, settings.alpha) for _ in range(worlds)
    ]
    table = pl.DataFrame(
        {
            "window_s": grid,
            "rapid_pairs": data.rapid,
            "meetings": data.meetings,
            "observed": data.met_twice(),
            "expected": [chance_count(incidence, int(number), 2) for number in data.meetings],
            "beyond": data.beyond(incidence, settings.alpha),
            "shuffled": np.mean(chance, axis=0) if chance else np.zeros(len(grid)),
        },
        schema=_SCHEMA,
    )
    return Sweep(table, suggested(table), names, left_out)


_SCHEMA = {
    "window_s": pl.Float64,
    "rapid_pairs": pl.Int64,
    "meetings": pl.Int64,
    "observed": pl.Int64,
    "expected": pl.Float64,
    "beyond": pl.Int64,
    "shuffled": pl.Float64,
}


def suggested(table: pl.DataFrame) -> float | None:
    """The shortest window with nearly the best score: pairs that shuffling times takes away, times their part of all.

    The part keeps a long window, which finds a few more pairs among thousands of fans, from winning. Windows where shuffling leaves nearly all pairs are passed over, and so are gains that two counts of so few pairs, which
    come in bunches, would show anyway.
    """
    gain = pl.col("beyond") - pl.col("shuffled")
    clear = gain >= NOTICEABLE * (pl.col("beyond") + pl.col("shuffled")).sqrt()
    able = table.filter(clear & (pl.col("beyond") > 0) & (pl.col("shuffled") <= REMAINING * pl.col("beyond")))
    score = gain**2 / pl.col("beyond")
    best = able.filter(score >= NEARLY * score.max())
    return float(best["window_s"].min()) if best.height else None  # type: ignore[arg-type]


def _bounded(
    actions: Actions, windows_s: Sequence[float], settings: Settings, engine: Engine, limit: int
) -> tuple[tuple[float, ...], Actions, Ints]:
    """Windows that fit the limit, the actions without objects that are viral at the longest of them, and those objects."""
    for longest in range(len(windows_s), 0, -1):
        viral = engine.viral(actions, windows_s[longest - 1], settings.viral_pairs)
        kept = actions.without_objects(viral) if len(viral) else actions
        if gaps(kept, [windows_s[longest - 1]])[0] <= limit:
            return tuple(windows_s[:longest]), kept, viral
    return (), actions, np.zeros(0, np.int64)


@dataclass(frozen=True)
class _Met:
    """Meetings of pairs that met more than once, and at which window of the grid each begins to count.

    Attributes
    ----------
    key : int array of shape (meetings of pairs with two or more,)
        Pair of accounts (a * accounts + b) and position of the window, sorted.
    rapid, meetings : int arrays of shape (windows,)
        Counted over all pairs.
    """

    key: Ints
    rapid: Ints
    meetings: Ints

    @classmethod
    def of(cls, actions: Actions, grid: Sequence[float], engine: Engine) -> _Met:
        edges = np.array([round(window * 1e6) for window in grid])
        rapid, meetings = np.zeros(len(grid), np.int64), np.zeros(len(grid), np.int64)
        parts = []
        for early, late in engine.rapid_pairs(actions, grid[-1]):
            window = np.searchsorted(edges, actions.time[late] - actions.time[early])
            rapid += np.bincount(window, minlength=len(grid))
            key = _nearest(actions, early, late, window)
            meetings += np.bincount(key & ((1 << _BITS) - 1), minlength=len(grid))
            parts.append(key)
        key = np.concatenate(parts) if parts else np.zeros(0, np.int64)
        key.sort()
        pair = key >> _BITS
        again = pair[1:] == pair[:-1]
        more = np.append(again, False) | np.append(False, again) if len(pair) else np.zeros(0, bool)
        return cls(key[more], np.cumsum(rapid), np.cumsum(meetings))

    def at(self, window: int) -> tuple[Ints, Ints]:
        """Pairs of accounts that met on two or more objects within the window, and on how many."""
        pair, number = np.unique(self.key[(self.key & ((1 << _BITS) - 1)) <= window] >> _BITS, return_counts=True)
        return pair[number >= 2], number[number >= 2].astype(np.int64)

    def met_twice(self) -> list[int]:
        return [len(self.at(window)[0]) for window in range(len(self.meetings))]

    def beyond(self, incidence: Incidence, alpha: float) -> list[int]:
        """Pairs per window that test A keeps, each window paying for all pairs of accounts times the windows of the grid.

        Not pooled: thousands of pairs of fans in a long window would raise the threshold of p for the short ones.
        """
        breadth, total = incidence.breadth.astype(float), max(float(incidence.breadth.sum()), 1.0)
        active, size = int((incidence.breadth > 0).sum()), max(len(incidence.breadth), 1)
        family = len(self.meetings) * active * (active - 1) // 2
        found = []
        for window, meetings in enumerate(self.meetings.tolist()):
            pair, number = self.at(window)
            p = poisson_tail(number, 2.0 * meetings * breadth[pair // size] * breadth[pair % size] / total**2)
            found.append(int((benjamini_hochberg(p, family) <= alpha).sum()))
        return found


def _nearest(actions: Actions, early: Ints, late: Ints, window: Ints) -> Ints:
    """One key of pair and window per pair of accounts and object of a block: the window of their smallest gap."""
    if not len(early):
        return np.zeros(0, np.int64)
    size = max(len(actions.accounts), 1)
    one, two = actions.account[early], actions.account[late]
    names, pair = None, np.minimum(one, two) * size + np.maximum(one, two)
    object_ = np.cumsum(np.append(0, np.diff(actions.object[early]) != 0))  # of this block, which splits no object
    width = size * size
    if (int(object_[-1]) + 1) * width >= 1 << (63 - _BITS):  # too wide for one 64-bit key: number the pairs first
        names, pair = np.unique(pair, return_inverse=True)
        width = len(names)
    key = (object_ * width + pair) << _BITS | window
    key.sort()
    first = np.append(True, np.diff(key >> _BITS) != 0)
    pair = (key[first] >> _BITS) % width
    return (pair if names is None else names[pair]) << _BITS | key[first] & ((1 << _BITS) - 1)
