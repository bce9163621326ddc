"""Pacheco and others: accounts whose bags of objects are alike, the top half per cent.

Source: Pacheco et al. (2021), Uncovering Coordinated Networks on Social Media, ICWSM 15:455, case study 4 (co-retweets), and
its reference code. No window: the order of things plays no part. A percentile always keeps some ties, also of pure noise.
Not copied: the code compares each account with its hundred nearest only and reads the result in one direction, which loses
ties that only the other account has among its hundred; here all pairs are compared. Reposts of oneself are not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import polars as pl

from graph.networks.backbone import from_quantile
from graph.networks.projection import bags, only, products, tf_idf
from graph.pairing.actions import Actions
from graph.presets.base import Gathers, Published


class Pacheco(Published):
    """Weight is the cosine of TF-IDF vectors of accounts active enough; kept from a percentile of all cosines up.

    Options
    -------
    support : int, default 10
        Accounts have to act more often than this.
    min_df : int, default 3
        Objects have to have so many accounts; all count where none has.
    percentile : float, default 0.995
        Quantile of the cosines above 0 from which on a tie is kept.
    """

    name = "pacheco"
    title = "Pacheco et al."
    source = "Pacheco et al. (2021), ICWSM 15:455"
    behaviours: ClassVar[tuple[str, ...]] = ("repost",)
    gathers: ClassVar[Gathers] = "components"
    options: ClassVar[Mapping[str, float]] = {"support": 10, "min_df": 3, "percentile": 0.995}

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """Every pair of active accounts with an object in common. tf = 1 + ln(n), idf = ln((1 + N) / (1 + df)) + 1."""
        dials = self.dials(options)
        times = np.bincount(actions.account, minlength=len(actions.accounts))
        counts = only(bags(actions), times > dials["support"])
        counts.data = 1 + np.log(counts.data)
        edges = products(tf_idf(counts, min_df=int(dials["min_df"])))
        return edges.table(actions, from_quantile(edges.weight, dials["percentile"]))


PRESET = Pacheco()
