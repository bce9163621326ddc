"""CooRnet: accounts that share one address within the same stretch of time, the stretch taken from the data.

Source: Giglietto, Righetti, Rossi and Marino (2020), Information, Communication & Society 23:867; CooRnet 1.7.0. Shares of an
address are cut into bins of one interval that start with its first share, as R's ``cut()`` does: two shares a second apart
on both sides of an edge are missed, two almost an interval apart are not. Accounts with a bin in common with anybody are
coordinated on that address, and two of them are tied by it even when their bins differ. All this is the published rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import polars as pl

from graph.networks.backbone import from_quantile
from graph.networks.projection import bags, products
from graph.pairing.actions import Actions
from graph.pairing.arrays import Mask
from graph.presets.base import Published


class CooRnet(Published):
    """Weight counts addresses on which both shared in a bin with others; kept from a percentile of the weights up.

    Options
    -------
    coordination_interval : float, default 0
        Seconds of a bin; 0 estimates it from the data, as CooRnet does when none is given. The run's window is not used.
    q : float, default 0.1
        Part of the addresses, those whose second share came fastest, to estimate it from.
    p : float, default 0.5
        Part of an address's shares that have to be reached.
    percentile_edge_weight : float, default 0.9
        Quantile of the weights from which on a tie is kept.
    """

    name = "coornet"
    title = "CooRnet"
    source = "Giglietto et al. (2020), CooRnet 1.7.0"
    behaviours: ClassVar[tuple[str, ...]] = ("link",)
    options: ClassVar[Mapping[str, float]] = {
        "coordination_interval": 0,
        "q": 0.1,
        "p": 0.5,
        "percentile_edge_weight": 0.9,
    }

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """Pairs of accounts coordinated on a common address.

        Examples
        --------
        >>> from graph.toy_data import three_friends
        >>> CooRnet().edges(Actions.from_table(three_friends()), 60, {"coordination_interval": 60})["preset_weight"].to_list()
        [3.0]
        """
        dials = self.dials(options)
        interval = dials["coordination_interval"] or self.interval(actions, dials["q"], dials["p"])
        shared = bags(_rows(actions, coordinated(actions, interval)))
        shared.data[:] = 1
        edges = products(shared)
        return edges.table(actions, from_quantile(edges.weight, dials["percentile_edge_weight"]))

    def interval(self, actions: Actions, q: float = 0.1, p: float = 0.5) -> float:
        """Its ``estimate_coord_interval``: seconds within which the fastest addresses reach part ``p`` of their shares.

        Of the addresses with a second share, those whose second came within the quantile ``q`` of all seconds; the median of
        the time in which these passed part ``p`` of their shares; one second where that is nothing.

        Examples
        --------
        >>> from graph.toy_data import three_friends
        >>> CooRnet().interval(Actions.from_table(three_friends()))
        20.0
        """
        shares = np.bincount(actions.object, minlength=len(actions.objects))
        first = np.cumsum(shares) - shares
        many = shares > 1
        if not many.any():
            return 1.0
        shares, first = shares[many], first[many]
        second = actions.time[first + 1] - actions.time[first]
        quick = second <= np.quantile(second, q)
        reached = np.minimum(np.floor(p * shares + 1e-9).astype(np.int64), shares - 1)
        taken = (actions.time[first + reached] - actions.time[first])[quick]
        return float(np.median(taken)) / 1e6 or 1.0


def coordinated(actions: Actions, interval_s: float) -> Mask:
    """True for shares in a bin with another one, of addresses shared by at least two accounts.

    R's ``cut`` takes whole seconds, so a fraction of the interval is dropped.
    """
    step = max(int(interval_s), 1) * 1_000_000
    begin = np.searchsorted(actions.object, actions.object, side="left")
    bin_ = (actions.time - actions.time[begin]) // step
    together = (np.diff(actions.object) == 0) & (np.diff(bin_) == 0)
    inside = np.append(together, False) | np.append(False, together)
    pairs = np.unique(actions.object * max(len(actions.accounts), 1) + actions.account)
    audience = np.bincount(pairs // max(len(actions.accounts), 1), minlength=len(actions.objects))
    return inside[: len(actions)] & (audience[actions.object] > 1)


def _rows(actions: Actions, keep: Mask) -> Actions:
    return Actions(
        actions.account[keep], actions.object[keep], actions.time[keep], actions.post, actions.accounts, actions.objects
    )


PRESET = CooRnet()
