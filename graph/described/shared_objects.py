"""Count of who did the same things how often: pairs of accounts by the rare objects they shared within the run's window.

No paper, no threshold but two: it is what a person would count by hand. Nothing is tested, so it says nothing on chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import polars as pl

from graph.networks.projection import Weighted
from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.presets.base import Published


class SharedObjects(Published):
    """Weight counts rare objects that two accounts acted on within the window.

    Options
    -------
    least : int, default 2
        Rare objects that two accounts need in common.
    rare : int, default 100
        An object is rare when at most so many accounts acted on it.
    """

    name = "shared"
    title = "Who did the same things"
    source = "Count of shared rare objects; no publication"
    options: ClassVar[Mapping[str, float]] = {"least": 2, "rare": 100}

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """Pairs of accounts with two rare objects or more.

        Examples
        --------
        >>> from graph.toy_data import three_friends
        >>> found = SharedObjects().edges(Actions.from_table(three_friends()), 60, {})
        >>> found.select("account_a", "account_b", "preset_weight").rows()
        [('x:ann', 'x:ben', 3.0)]
        """
        dials = self.dials(options)
        engine: Engine = LocalEngine()
        pairs = engine.pairs(actions, window_s, minimum=max(int(dials["least"]), 1))
        size = max(len(actions.accounts), 1)
        rows = np.unique(actions.object * size + actions.account)
        audience = np.bincount(rows // size, minlength=max(len(actions.objects), 1))
        rare: Floats = (audience[pairs.met_object] <= dials["rare"]).astype(float)
        pair = np.repeat(np.arange(len(pairs)), np.diff(pairs.start))
        weight = np.bincount(pair, weights=rare, minlength=len(pairs)).astype(float)
        some = weight > 0
        edges = Weighted(pairs.a[some], pairs.b[some], weight[some])
        return edges.table(actions, edges.weight >= dials["least"])


SHARED = SharedObjects()
