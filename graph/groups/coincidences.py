"""Observed and expected coincidences of a group: one rule for every heading.

A coincidence is two accounts and one object on which both acted within the window. A group's ``observed`` counts those of
all pairs of its members, tied or not, in its strongest layer. Three numbers say what is expected of the same pairs:

* ``who_and_when``: the configuration model (test A), from how many objects each member acted on;
* ``outsiders``: the timing model (test B), at the pace of everyone else: pairs of two members are left out of an object's rate;
* ``shuffled``: the same with nobody left out, which is what shuffling times among those who acted on an object leaves.

Beside ``observed`` stands the one that the group's label is about (``expected_of``). Sums over all pairs are made in closed
form, so a group of a thousand accounts takes no list of half a million pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.pairing.actions import Actions, named
from graph.pairing.arrays import Floats, Ints
from graph.pairing.engine import Engine
from graph.significance.bipartite import Incidence
from graph.ties.layer import Layer


@dataclass(frozen=True)
class Coincidences:
    """Numbers of a group over all pairs of its members, in one layer.

    Attributes
    ----------
    observed : int
        Coincidences.
    who_and_when, outsiders, shuffled : float
        Expected by the configuration model; at the pace of outsiders; with times shuffled. See the module.
    objects : polars.DataFrame
        ``object`` and ``meetings``, the pairs of members that coincided on it; these add up to ``observed``.
    median_lag_s : float, optional
        Between the two actions of a coincidence, all pairs of actions within the window; None without any.
    first_at, last_at : int, optional
        Its first and last action, microseconds since 1970.
    """

    observed: int
    who_and_when: float
    outsiders: float
    shuffled: float
    objects: pl.DataFrame
    median_lag_s: float | None = None
    first_at: int | None = None
    last_at: int | None = None

    @property
    def left(self) -> float:
        """Part of the coincidences that shuffled times reproduce, all of them at most; 0 where there are none."""
        return min(1.0, self.shuffled / self.observed) if self.observed else 0.0

    def expected_of(self, label: str | None) -> float:
        """Expected number beside ``observed``, by the label of the group.

        A closed circle stands on rarity, so the configuration model is beside it: nearly nobody else acted on its objects, and
        there is no pace of outsiders. A fast crowd is explained by the pace of everybody there. All others must have more
        coincidences than both models give.

        Examples
        --------
        >>> one = Coincidences(60, 2.0, 5.0, 48.0, pl.DataFrame())
        >>> [one.expected_of(label) for label in ("timing", None, "closed_circle", "fast_crowd")]
        [5.0, 5.0, 2.0, 48.0]
        """
        if label in ("closed_circle", "large_closed_circle"):
            return self.who_and_when
        if label == "fast_crowd":
            return max(self.who_and_when, self.shuffled)
        return max(self.who_and_when, self.outsiders)


class GroupCounter:
    """Counts the coincidences of groups in one layer; what all groups need of the layer is made once.

    Parameters
    ----------
    layer : Layer
    shrink : float
        ``Settings.shrink_pairs``.

    Examples
    --------
    Ann and Ben met on all three objects, Cem never met anybody: 3 coincidences of the three of them, whoever is tied.

    >>> from graph.pairing.local import LocalEngine
    >>> from graph.settings import Settings
    >>> from graph.ties.layer import build_layer
    >>> from graph.toy_data import three_friends
    >>> engine = LocalEngine()
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, Settings(), engine)
    >>> found = GroupCounter(layer, 10.0, engine).count(["x:ann", "x:ben", "x:cem"])
    >>> found.observed, round(found.who_and_when, 2), found.objects["meetings"].to_list()
    (3, 2.0, [1, 1, 1])
    """

    def __init__(self, layer: Layer, shrink: float, engine: Engine) -> None:
        self._layer, self._shrink, self._engine = layer, shrink, engine

    def count(self, members: Sequence[str]) -> Coincidences:
        """Numbers of the group of these accounts."""
        own, place = self._actions_of(members)
        near = self._near(own)
        met = near.group_by("object").agg(
            pl.struct("a", "b").n_unique().cast(pl.Int64).alias("meetings"), pl.len().alias("rapid")
        )
        met = met.sort("object")
        rapid = np.zeros(len(own.objects))
        rapid[met["object"].to_numpy()] = met["rapid"].to_numpy()
        outside, everyone = self._rates(own, place, rapid)
        repeats = _repeats(own)
        return Coincidences(
            observed=int(met["meetings"].sum()),
            who_and_when=self._who_and_when(members),
            outsiders=_expected(repeats, outside),
            shuffled=_expected(repeats, everyone),
            objects=met.select(named(own.objects, met["object"].to_numpy()).alias("object"), "meetings"),
            **near.select(
                (((pl.col("late") - pl.col("early")) / 1e6).median()).alias("median_lag_s"),
                pl.col("early").min().alias("first_at"),
                pl.col("late").max().alias("last_at"),
            ).row(0, named=True),
        )

    def _who_and_when(self, members: Sequence[str]) -> float:
        incidence = self._layer.incidence
        breadth = incidence.breadth[_positions(self._layer.actions, members)].astype(float)
        pairs = breadth.sum() ** 2 - (breadth**2).sum()
        return float(self._layer.pairs.meetings * pairs / max(float(incidence.breadth.sum()), 1.0) ** 2)

    def _actions_of(self, members: Sequence[str]) -> tuple[Actions, Ints]:
        """The members' actions alone, and the positions of their objects in the layer, -1 for those it does not hold."""
        actions = self._layer.acting(members)
        here = actions is self._layer.actions
        order, start = self._by_account if here else _by_account(actions)
        parts = [order[start[n] : start[n + 1]] for n in _positions(actions, members)]
        rows = np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.int64)
        objects, object_ = np.unique(actions.object[rows], return_inverse=True)
        accounts, account = np.unique(actions.account[rows], return_inverse=True)
        names = actions.accounts.take(pa.array(accounts)), actions.objects.take(pa.array(objects))
        own = Actions(account, object_, actions.time[rows], actions.post.take(pa.array(rows)), *names)
        if here:
            return own, objects
        return own, pc.index_in(own.objects, value_set=self._layer.actions.objects).fill_null(-1).to_numpy()

    def _near(self, own: Actions) -> pl.DataFrame:
        """``a`` < ``b``, ``object``, and the times ``early`` and ``late`` of every pair of actions within the window."""
        blocks = [
            pl.DataFrame(
                {
                    "a": np.minimum(own.account[early], own.account[late]),
                    "b": np.maximum(own.account[early], own.account[late]),
                    "object": own.object[early],
                    "early": own.time[early],
                    "late": own.time[late],
                }
            )
            for early, late in self._engine.rapid_pairs(own, self._layer.window_s)
        ]
        none = dict.fromkeys(("a", "b", "object", "early", "late"), pl.Int64)
        return pl.concat(blocks) if blocks else pl.DataFrame(schema=none)

    def _rates(self, own: Actions, place: Ints, inside: Floats) -> tuple[Floats, Floats]:
        """Each object's part of pairs of actions within the window: among all others, and among everybody."""
        possible_inside = _possible(Incidence.of(own))[: len(place)]
        known = place >= 0
        rapid = np.where(known, self._layer.pairs.rapid[place], inside)
        possible = np.where(known, self._possible[place], possible_inside)
        all_rapid, all_possible = self._totals
        base = all_rapid / max(all_possible, 1.0)
        base_outside = (all_rapid - inside.sum()) / max(all_possible - possible_inside.sum(), 1.0)
        outside = (rapid - inside + self._shrink * base_outside) / (possible - possible_inside + self._shrink)
        everyone = (rapid + self._shrink * base) / (possible + self._shrink)
        return np.clip(outside, 0.0, 1.0), np.clip(everyone, 0.0, 1.0)

    @cached_property
    def _by_account(self) -> tuple[Ints, Ints]:
        return _by_account(self._layer.actions)

    @cached_property
    def _possible(self) -> Floats:
        incidence = self._layer.incidence
        return incidence.whole.possible if incidence.whole else _possible(incidence)

    @cached_property
    def _totals(self) -> tuple[float, float]:
        whole = self._layer.incidence.whole
        if whole:
            return whole.rapid_pairs, whole.possible_pairs
        return float(self._layer.pairs.rapid.sum()), float(self._possible.sum())


def _positions(actions: Actions, members: Sequence[str]) -> Ints:
    there = pc.is_in(actions.accounts, value_set=pa.array(members, pa.string()))
    return np.flatnonzero(there.to_numpy(zero_copy_only=False))


def _by_account(actions: Actions) -> tuple[Ints, Ints]:
    """The rows of every account one after the other, and where each account's begin."""
    number = np.bincount(actions.account, minlength=len(actions.accounts))
    return np.argsort(actions.account, kind="stable"), np.concatenate([[0], np.cumsum(number)])


def _repeats(actions: Actions) -> pl.DataFrame:
    """``object``, ``times``, ``accounts``: how many accounts acted so many times on an object."""
    rows = pl.DataFrame({"account": actions.account, "object": actions.object})
    return (
        rows.group_by("object", "account")
        .agg(pl.len().cast(pl.Int64).alias("times"))
        .group_by("object", "times")
        .agg(pl.len().cast(pl.Int64).alias("accounts"))
        .sort("object", "times")
    )


def _possible(incidence: Incidence) -> Floats:
    """Pairs of actions by two accounts on each object, at any time."""
    times, size = incidence.times.astype(float), incidence.objects
    count = np.bincount(incidence.object, weights=times, minlength=size)
    return np.asarray((count**2 - np.bincount(incidence.object, weights=times**2, minlength=size)) / 2)


def _expected(repeats: pl.DataFrame, rate: Floats) -> float:
    """Sum over all pairs of accounts and their objects of the chance to coincide, ``1 - (1 - rate) ** (times * times)``."""
    both = repeats.join(repeats, on="object", suffix="_b").filter(pl.col("times") <= pl.col("times_b"))
    one, two = pl.col("accounts"), pl.col("accounts_b")
    same = pl.col("times") == pl.col("times_b")
    pairs = both.select(
        "object",
        (pl.col("times") * pl.col("times_b")).alias("repeats"),
        pl.when(same).then(one * (one - 1) / 2).otherwise(one * two).alias("pairs"),
    )
    chance = 1.0 - (1.0 - rate[pairs["object"].to_numpy()]) ** pairs["repeats"].to_numpy()
    return float((pairs["pairs"].to_numpy() * chance).sum())
