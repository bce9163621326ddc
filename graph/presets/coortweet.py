"""CooRTweet: pairs of posts within the window, rule for rule.

Source: Righetti and Balluff (2025), CooRTweet 2.2.0, ``detect_groups`` followed by ``generate_coordinated_network``;
Computational Communication Research 7. Since 2.2.0 the network is by default that of the edges above the quantile
(``subgraph = 0`` gives all of them); up to 2.1.3 all came back, with a mark. Here ``preset_keeps`` is the mark, and what is
described, exported and counted as kept is the network of 2.2.0. Pairs, weights and the quantile are those of 2.1.3, whose
published figures the tests hold. Its changelog of 2.2.0 was not at hand: the change was read from that version's own test of
the default network. Its weight counts pairs of posts, so one busy account can make a heavy tie alone; and
a quantile keeps ties of pure noise as well. Both are the published rule, and what our own count beside it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import polars as pl

from graph.pairing.actions import Actions, named
from graph.pairing.arrays import Ints, Mask
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.presets.base import Published


class CooRTweet(Published):
    """Pairs of posts within the window among accounts that took part often enough; weight counts pairs of posts.

    Options
    -------
    min_participation : int, default 2
        Rows an account needs before, and coordinated posts it or its partner needs after.
    edge_weight : float, default 0.5
        Quantile of the weights above which (strictly) a tie is kept.
    remove_loops : 0 or 1, default 1
        Leave out pairs of one account with itself, of a post with its own reposts, of one post with itself.
    """

    name = "coortweet"
    title = "CooRTweet"
    source = "Righetti and Balluff, CooRTweet 2.2.0"
    window_s: ClassVar[float | None] = 10.0
    options: ClassVar[Mapping[str, float]] = {"min_participation": 2, "edge_weight": 0.5, "remove_loops": 1}

    def pairs(self, actions: Actions, window_s: float, options: Mapping[str, float] | None = None) -> pl.DataFrame:
        """Its ``detect_groups``: one row per pair of posts, older first.

        Returns
        -------
        polars.DataFrame
            ``object``, ``account``, ``account_y``, ``post``, ``post_y`` and ``delta_s``.

        Examples
        --------
        >>> from graph.toy_data import three_friends
        >>> CooRTweet().pairs(Actions.from_table(three_friends()), 60).height
        3
        """
        dials = self.dials(options or {})
        early, late = self._detect(actions, window_s, dials)
        return pl.DataFrame(
            {
                "object": named(actions.objects, actions.object[early]),
                "account": named(actions.accounts, actions.account[early]),
                "account_y": named(actions.accounts, actions.account[late]),
                "post": named(actions.post, early),
                "post_y": named(actions.post, late),
                "delta_s": (actions.time[late] - actions.time[early]) / 1e6,
            }
        )

    def _detect(self, actions: Actions, window_s: float, dials: Mapping[str, float]) -> tuple[Ints, Ints]:
        minimum = dials["min_participation"]
        active = np.bincount(actions.account, minlength=len(actions.accounts)) >= minimum
        early, late = all_rapid(actions, window_s, loops=not dials["remove_loops"])
        keep = active[actions.account[early]] & active[actions.account[late]]
        if dials["remove_loops"]:
            keep &= ~_own_object(actions)[early] & ~_own_object(actions)[late]
        early, late = early[keep], late[keep]
        post = pl.Series(actions.post).rank("dense").to_numpy().astype(np.int64)
        if dials["remove_loops"]:
            differ = post[early] != post[late]
            early, late = early[differ], late[differ]
        busy = _busy(actions, post, early, late, minimum)
        keep = busy[early] | busy[late]
        return early[keep], late[keep]

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """Its ``generate_coordinated_network``: pairs of accounts, weight = pairs of posts, kept above the quantile."""
        dials = self.dials(options)
        found = self.pairs(actions, window_s, options)
        table = (
            found.select(
                pl.min_horizontal("account", "account_y").alias("account_a"),
                pl.max_horizontal("account", "account_y").alias("account_b"),
            )
            .group_by("account_a", "account_b")
            .agg(pl.len().cast(pl.Float64).alias("preset_weight"))
            .sort("account_a", "account_b")
        )
        if not table.height:
            return table.with_columns(pl.lit(False).alias("preset_keeps"))
        limit = float(np.quantile(table["preset_weight"].to_numpy(), dials["edge_weight"]))  # R's type 7
        return table.with_columns((pl.col("preset_weight") > limit).alias("preset_keeps"))

    def counts(self, drawn: pl.DataFrame) -> dict[str, Any]:
        """Also how many pairs of posts stand behind its ties."""
        return {**super().counts(drawn), "post_pairs": int(drawn["preset_weight"].sum() or 0)}


def all_rapid(actions: Actions, window_s: float, loops: bool) -> tuple[Ints, Ints]:
    """Every pair of actions within the window; with loops, also those of one account with itself."""
    engine: Engine = LocalEngine()
    if loops:  # an account of its own for every row lets the engine list them all
        rows = np.arange(len(actions))
        actions = Actions(rows, actions.object, actions.time, actions.post, actions.post, actions.objects)
    parts = list(engine.rapid_pairs(actions, window_s))
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate([early for early, _ in parts]), np.concatenate([late for _, late in parts])


def _own_object(actions: Actions) -> Mask:
    """True where the post of an action is itself the object acted on."""
    post = pl.Series(actions.post).str.split_exact(":", 1).struct.unnest()["field_1"]
    names = named(actions.objects, actions.object)
    return ((names == post) | (names == pl.Series(actions.post))).fill_null(False).to_numpy()


def _busy(actions: Actions, post: Ints, early: Ints, late: Ints, minimum: float) -> Mask:
    """Per action, whether its account has at least ``minimum`` rows whose post is in a pair."""
    paired = np.zeros(int(post.max(initial=0)) + 1, bool)
    paired[post[early]] = paired[post[late]] = True
    rows = np.bincount(actions.account, weights=paired[post], minlength=len(actions.accounts))
    return (rows >= minimum)[actions.account]


PRESET = CooRTweet()
