"""Evidence of ties: the pairs of posts within the window behind two accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from graph.pairing.actions import named
from graph.pairing.arrays import Ints, Mask
from graph.pairing.engine import Engine
from graph.ties.layer import Layer, Tie
from graph.ties.validation import ValidatedLayer


def action_pairs(layer: Layer, a: Ints, b: Ints, engine: Engine) -> pl.DataFrame:
    """Pairs of actions within the window behind the given pairs of accounts.

    Returns
    -------
    polars.DataFrame
        ``account_a``, ``account_b`` (positions), ``object`` (position), ``row_a``, ``row_b`` (positions of the actions).
    """
    size = max(len(layer.actions.accounts), 1)
    wanted = np.sort(a * size + b)
    account = layer.actions.account
    parts: list[Mapping[str, Ints]] = []
    if len(wanted):
        among = np.zeros(size, bool)
        among[a] = among[b] = True
        for early, late in engine.rapid_pairs(layer.actions, layer.window_s, among):
            swap = account[early] > account[late]
            row_a, row_b = np.where(swap, late, early), np.where(swap, early, late)
            key = account[row_a] * size + account[row_b]
            at = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
            hit = wanted[at] == key
            parts.append({"row_a": row_a[hit], "row_b": row_b[hit]})
    row_a = np.concatenate([part["row_a"] for part in parts]) if parts else np.zeros(0, np.int64)
    row_b = np.concatenate([part["row_b"] for part in parts]) if parts else np.zeros(0, np.int64)
    return pl.DataFrame(
        {
            "account_a": account[row_a],
            "account_b": account[row_b],
            "object": layer.actions.object[row_a],
            "row_a": row_a,
            "row_b": row_b,
        }
    ).sort("account_a", "account_b", "object", "row_a", "row_b")


def post_pairs(validated: ValidatedLayer, keep: Mask, engine: Engine) -> pl.DataFrame:
    """The evidence of a layer's kept pairs, in the columns of ``POST_PAIRS`` but for the precision."""
    return _named_rows(validated.layer, validated.layer.pairs.a[keep], validated.layer.pairs.b[keep], engine)


def named_post_pairs(layer: Layer, ties: Sequence[Tie], engine: Engine) -> pl.DataFrame:
    """The evidence of pairs of accounts given by uid, in the same columns as ``post_pairs``.

    Examples
    --------
    >>> from graph.pairing.actions import Actions
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.settings import Settings
    >>> from graph.ties.layer import build_layer
    >>> from graph.toy_data import three_friends
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, Settings(), LocalEngine())
    >>> named_post_pairs(layer, [("x:ann", "x:ben")], LocalEngine()).select("object", "post_a", "post_b", "lag_s").rows()
    [('a.example/0', 'x:0', 'x:1', 20.0), ('a.example/1', 'x:3', 'x:4', 20.0), ('a.example/2', 'x:6', 'x:7', 20.0)]
    """
    position = {uid: n for n, uid in enumerate(layer.actions.accounts.to_pylist())}
    both = np.array([(position[a], position[b]) for a, b in ties], np.int64).reshape(-1, 2)
    return _named_rows(layer, both.min(axis=1, initial=2**62), both.max(axis=1, initial=-1), engine)


def _named_rows(layer: Layer, a: Ints, b: Ints, engine: Engine) -> pl.DataFrame:
    actions = layer.actions
    met = action_pairs(layer, a, b, engine)
    row_a, row_b = met["row_a"].to_numpy(), met["row_b"].to_numpy()
    return pl.DataFrame(
        {
            "account_a": named(actions.accounts, met["account_a"].to_numpy()),
            "account_b": named(actions.accounts, met["account_b"].to_numpy()),
            "object": named(actions.objects, met["object"].to_numpy()),
            "post_a": named(actions.post, row_a),
            "post_b": named(actions.post, row_b),
            "at_a": _as_times(actions.time[row_a]),
            "at_b": _as_times(actions.time[row_b]),
            "lag_s": (actions.time[row_b] - actions.time[row_a]) / 1e6,
        }
    ).select(pl.lit(layer.trace).alias("trace"), pl.lit(layer.window_s).alias("window_s"), pl.all())


def _as_times(microseconds: Ints) -> pl.Series:
    return pl.Series(microseconds, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
