"""Keller, Schoch and others: the same text, or the same post reposted, within one minute.

Source: Keller, Schoch, Stier and Yang (2020), Political Communication 37:256; Schoch, Keller, Stier and Yang (2022), Scientific
Reports 12:4572. Two accounts are tied by one such message; the papers then compare how many accounts of a campaign are tied
at all (74% on average) with regular users. Not copied: their weight counts pairs of messages, so that one that repeats
itself makes a heavy tie alone; here it counts different texts or posts, which ties the same accounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from graph.networks.projection import Weighted
from graph.pairing.actions import Actions
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.presets.base import Networks, Published

TRACES = ("text", "repost", "object")


class KellerSchoch(Published):
    """Weight counts different texts or reposted posts both had within a minute; only these traces are read.

    Options
    -------
    minutes : float, default 1
        Longest time between both. The run's window is not used.
    least : int, default 1
        Weight from which on a tie is kept.
    """

    name = "keller-schoch"
    title = "Keller, Schoch et al."
    source = "Keller et al. (2020), Political Communication 37:256; Schoch et al. (2022), Scientific Reports 12:4572"
    traces: ClassVar[tuple[str, ...]] = TRACES
    behaviours: ClassVar[tuple[str, ...]] = TRACES
    options: ClassVar[Mapping[str, float]] = {"minutes": 1, "least": 1}

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """Co-tweets or co-retweets, whichever the actions are.

        Examples
        --------
        >>> from graph.toy_data import three_friends
        >>> KellerSchoch().edges(Actions.from_table(three_friends()), 3600, {})["preset_weight"].to_list()
        [3.0]
        """
        dials = self.dials(options)
        engine: Engine = LocalEngine()
        pairs = engine.pairs(actions, dials["minutes"] * 60, minimum=1)
        edges = Weighted(pairs.a, pairs.b, pairs.observed.astype(float))
        return edges.table(actions, edges.weight >= dials["least"])

    def layers(self, networks: Networks, window_s: float, options: Mapping[str, float]) -> dict[str, pl.DataFrame]:
        """Texts and reposts by themselves; of an account, being in either counts."""
        known = {trace: actions for trace, actions in networks.items() if trace in TRACES}
        return super().layers(known, window_s, options)


PRESET = KellerSchoch()
