"""Nizzoli and others: the busiest accounts, how alike their reposts are, and what stands out of each one's likenesses.

Source: Nizzoli, Tardelli, Avvenuti, Cresci and Tesconi (2021), Coordinated Behavior on Social Media in 2019 UK General Election,
ICWSM 15:443, and its reference code. Not copied: the shared code of the disparity filter overwrites an edge's alpha with that
of the end it visits last; here the OR rule of Serrano decides, the smaller of both, unrounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import polars as pl

from graph.networks.backbone import disparity
from graph.networks.projection import bags, only, products, tf_idf
from graph.pairing.actions import Actions
from graph.pairing.arrays import Mask
from graph.presets.base import Published


class Nizzoli(Published):
    """Weight is the cosine of TF-IDF vectors of superspreaders; kept where the disparity filter keeps it.

    Options
    -------
    superspreaders : float, default 0.01
        Part of the accounts, those that acted most; equally busy ones at the border are all taken.
    alpha : float, default 0.15
        Significance below which the disparity filter keeps a tie.
    """

    name = "nizzoli"
    title = "Nizzoli et al."
    source = "Nizzoli et al. (2021), ICWSM 15:443"
    behaviours: ClassVar[tuple[str, ...]] = ("repost",)
    options: ClassVar[Mapping[str, float]] = {"superspreaders": 0.01, "alpha": 0.15}

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """Every pair of superspreaders with an object in common. tf = n, idf = log2(N / df)."""
        dials = self.dials(options)
        edges = products(tf_idf(only(bags(actions), superspreaders(actions, dials["superspreaders"])), idf="log2"))
        return edges.table(actions, disparity(edges, len(actions.accounts)) < dials["alpha"])


def superspreaders(actions: Actions, part: float) -> Mask:
    """The busiest part of the accounts, at least one.

    Examples
    --------
    >>> from graph.toy_data import actions_table
    >>> actions = Actions.from_table(actions_table([("x:a", "o", 0), ("x:a", "p", 1), ("x:b", "o", 2), ("x:c", "o", 3)]))
    >>> superspreaders(actions, 1 / 3).tolist(), superspreaders(actions, 2 / 3).tolist()
    ([True, False, False], [True, True, True])
    """
    times = np.bincount(actions.account, minlength=len(actions.accounts))
    busy = np.sort(times[times > 0])[::-1]
    if not len(busy):
        return times > 0
    number = min(max(int(np.ceil(part * len(busy) - 1e-9)), 1), len(busy))
    return times >= busy[number - 1]


PRESET = Nizzoli()
