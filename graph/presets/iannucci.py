"""Iannucci and others: shares weigh more the closer in time they are, and each kind of object is a layer of its own.

Source: Iannucci, Muratore, Matakos and Kivelä (2025), Detecting Coordinated Activities Through Temporal, Multiplex, and
Collaborative Analysis, arXiv 2512.19677. Only the paper's summary and a description of its method were at hand, not its
formulas in full, so this is their reading here: every pair of shares of one object adds exp(-beta dt), divided by one less than
the accounts that shared the object (Newman 2001, Physical Review E 64:016132), and the sum is divided by the geometric mean of
the shares of both accounts. Beyond dt = -ln(epsilon) / beta nothing is added. Beta is chosen for each layer by the modularity
of its communities, from half-lives between one second and half an hour; the paper tries a thousand values in units that its
summary does not name. Communities are one partition for all layers, by the sum of the layers' modularities; the paper uses
Leiden's method; here beta is chosen with it, and the one partition for all layers is found by Louvain's moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import polars as pl
from graspologic_native import leiden

from graph.networks.projection import Weighted
from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats, Ints
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.presets.base import Gathers, Published

HALF_LIVES_S = (1.0, 5.0, 15.0, 60.0, 300.0, 1800.0)
MOST_RAPID = 20_000_000  # pairs of shares looked at; longer half-lives are not tried where there are more
MOST_TIES = 200_000  # beyond, the strongest decide on beta


class Iannucci(Published):
    """Weight is the time-aware collaboration of two accounts; all ties above nothing are kept, communities span the layers.

    Options
    -------
    beta : float, default 0
        Decay per second; 0 chooses it for each layer. The run's window is not used.
    epsilon : float, default 0.01
        What a pair of shares must still weigh.
    """

    name = "iannucci"
    title = "Iannucci et al."
    source = "Iannucci et al. (2025), arXiv 2512.19677"
    gathers: ClassVar[Gathers] = "multiplex"
    options: ClassVar[Mapping[str, float]] = {"beta": 0, "epsilon": 0.01}

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """Every pair of accounts that shared an object soon enough after one another.

        Examples
        --------
        Ann and Ben share three objects, 20 s apart each, and three accounts share each object: 3 exp(-beta 20) / (3 - 1),
        divided by the three shares of each.

        >>> from graph.toy_data import three_friends
        >>> found = Iannucci().edges(Actions.from_table(three_friends()), 60, {"beta": 0.1})
        >>> found.filter(pl.col("account_b") == "x:ben")["preset_weight"].round(3).to_list()
        [0.068]
        """
        dials = self.dials(options)
        if dials["beta"]:
            found = collaboration(actions, dials["beta"], dials["epsilon"])
        else:
            found = self.chosen(actions, dials["epsilon"])
        return found.table(actions, np.ones(len(found), bool))

    def chosen(self, actions: Actions, epsilon: float) -> Weighted:
        """The collaborations by the beta whose communities have the highest modularity; the fastest one of equals."""
        best, kept = -1.0, Weighted(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        engine: Engine = LocalEngine()
        for half in HALF_LIVES_S:
            reach = -np.log(epsilon) * half / np.log(2)
            if _rapid(actions, reach, engine) > MOST_RAPID:
                break
            found = collaboration(actions, np.log(2) / half, epsilon)
            worth = _modularity(found)
            if worth > best + 1e-9:
                best, kept = worth, found
        return kept


def collaboration(actions: Actions, beta: float, epsilon: float) -> Weighted:
    """Time-aware collaborations of pairs of accounts at one decay (per second)."""
    engine: Engine = LocalEngine()
    size = max(len(actions.accounts), 1)
    rows = np.unique(actions.object * size + actions.account)
    audience = np.bincount(rows // size, minlength=max(len(actions.objects), 1))
    keys: Ints = np.zeros(0, np.int64)
    sums: Floats = np.zeros(0)
    for early, late in engine.rapid_pairs(actions, -np.log(epsilon) / beta):
        one, two = actions.account[early], actions.account[late]
        near = np.exp(-beta * (actions.time[late] - actions.time[early]) / 1e6) / (audience[actions.object[early]] - 1)
        key = np.minimum(one, two) * size + np.maximum(one, two)
        every, place = np.unique(np.concatenate([keys, key]), return_inverse=True)
        keys, sums = every.astype(np.int64), np.bincount(place, weights=np.concatenate([sums, near])).astype(float)
    shares = np.bincount(actions.account, minlength=size).astype(float)
    a, b = np.divmod(keys, size)
    return Weighted(a, b, sums / np.sqrt(shares[a] * shares[b]))


def _rapid(actions: Actions, window_s: float, engine: Engine) -> int:
    """Pairs of shares within the reach, counted up to a little over the most there may be."""
    found = 0
    for early, _ in engine.rapid_pairs(actions, window_s):
        found += len(early)
        if found > MOST_RAPID:
            break
    return found


def _modularity(found: Weighted) -> float:
    """Modularity of Leiden's communities of the collaborations, of the strongest ones where there are very many."""
    if not len(found):
        return -1.0
    strong = np.sort(np.argsort(-found.weight, kind="stable")[:MOST_TIES])
    ends = (found.a[strong].astype(str).tolist(), found.b[strong].astype(str).tolist())
    return float(leiden([*zip(*ends, found.weight[strong].tolist(), strict=True)], seed=7)[0])


PRESET = Iannucci()
