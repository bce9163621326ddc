"""Cinus, Minici and others: links shared in the same weeks, and cuts chosen where the rest is densest.

Source: Cinus, Minici, Luceri and Ferrara (2025), Exposing Cross-Platform Coordinated Inauthentic Activity in the Run-Up to the
2024 U.S. Election, WWW, doi:10.1145/3696410.3714698. Not copied: the usual eigenvector centrality lives in one component, so
that groups apart from it are pruned; here it is worked out in each (``graph.networks.backbone.centrality``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import polars as pl

from graph.networks.backbone import at_least, centrality, least_density
from graph.networks.projection import MOST_PAIRS, Weighted, bags, products, tf_idf
from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats, Ints, Mask
from graph.presets.base import Gathers, Published
from ingest.errors import UsageError

GRID = np.arange(70, 100, 2) / 100
DAY = 86_400_000_000


class Cinus(Published):
    """Weight is the mean over weeks of the cosine of TF-IDF vectors; kept above a cut of weights and one of centrality.

    Options
    -------
    frame_days : float, default 7
        Length of the frames that are compared one by one.
    similarity : float, default 0
        Quantile of the weights from which on a tie is kept; 0 tries .70, .72 ... .98.
    centrality : float, default 0
        Quantile of the accounts' centralities both ends must reach; 0 tries the same. Of the cuts tried, that pair is taken
        after which the least dense component gains most over the centrality just below.
    """

    name = "cinus"
    title = "Cinus, Minici et al."
    source = "Cinus et al. (2025), WWW"
    behaviours: ClassVar[tuple[str, ...]] = ("link",)
    gathers: ClassVar[Gathers] = "components"
    options: ClassVar[Mapping[str, float]] = {"frame_days": 7, "similarity": 0, "centrality": 0}

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """Every pair of accounts with an object in common in some frame."""
        dials = self.dials(options)
        edges = by_frames(actions, dials["frame_days"])
        if not len(edges):
            return edges.table(actions, np.zeros(0, bool))
        central = centrality(edges, len(actions.accounts))
        central_ends = np.minimum(central[edges.a], central[edges.b])
        weights, ranks = np.quantile(edges.weight, GRID), np.quantile(central[central > 0], GRID)
        if dials["similarity"]:
            weights = np.quantile(edges.weight, [dials["similarity"]])
        if dials["centrality"]:
            ranks = np.quantile(central[central > 0], [dials["centrality"]])
        return edges.table(actions, _densest(edges, central_ends, weights, ranks, len(actions.accounts)))


def by_frames(actions: Actions, days: float) -> Weighted:
    """Cosines of each frame by itself, frames from the first action on; summed and divided by how many frames there are.

    Idf is that of the frame. An account with a single object there has a cosine of 1 with others like it.
    """
    if not len(actions):
        return Weighted(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    frame = (actions.time - actions.time.min()) // round(days * DAY)
    size = len(actions.accounts)
    frames = np.unique(frame)
    keys: Ints = np.zeros(0, np.int64)
    sums: Floats = np.zeros(0)
    for number in frames:
        own = frame == number
        part = Actions(
            actions.account[own],
            actions.object[own],
            actions.time[own],
            actions.post,
            actions.accounts,
            actions.objects,
        )
        edges = products(tf_idf(bags(part)))
        every, place = np.unique(np.concatenate([keys, edges.a * size + edges.b]), return_inverse=True)
        keys = every.astype(np.int64)
        sums = np.asarray(np.bincount(place, weights=np.concatenate([sums, edges.weight])), float)
        if len(keys) > MOST_PAIRS:
            raise UsageError(
                f"This method compares any two accounts that ever shared something: more than {MOST_PAIRS:,} pairs here.",
                hint="Look at a part of the case (--from, --to, --accounts).",
            )
    return Weighted(keys // size, keys % size, sums / (int(frame.max()) + 1))


def _densest(edges: Weighted, central: Floats, weights: Floats, ranks: Floats, accounts: int) -> Mask:
    """The edges left by the pair of cuts with the largest gain in density over the rank below; the first of equal ones."""
    best, chosen = -np.inf, np.zeros(len(edges), bool)
    for least in weights:
        heavy = at_least(edges.weight, float(least))
        before = 0.0
        for place, rank in enumerate(ranks):
            left = heavy & at_least(central, float(rank))
            density = least_density(edges.a[left], edges.b[left], accounts)
            if (place or len(ranks) == 1) and density - before > best:
                best, chosen = density - before, left
            before = density
    return chosen


PRESET = Cinus()
