"""Tables of ties: what is kept of a validated layer, with the posts behind it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np
import polars as pl

from graph.pairing.actions import named
from graph.pairing.arrays import Mask
from graph.settings import Settings
from graph.ties.layer import Layer, Tie
from graph.ties.validation import ValidatedLayer

_TIMED = ("expected_b", "p_b", "p_b_in_sample", "q_b")  # unknown where there is no timing to test


@dataclass(frozen=True)
class TiedLayer:
    """A validated layer with its kept ties and the posts behind them.

    Attributes
    ----------
    validated : ValidatedLayer
    ties : polars.DataFrame
        As ``tie_table`` gives them.
    evidence : polars.DataFrame
        As ``post_pairs`` gives it.
    """

    validated: ValidatedLayer
    ties: pl.DataFrame
    evidence: pl.DataFrame

    @property
    def layer(self) -> Layer:
        """The layer, before any test."""
        return self.validated.layer


def kept_pairs(validated: ValidatedLayer, held: Set[Tie]) -> Mask:
    """Mask of the pairs to keep: ties of their own, and those that a tested group or all layers together hold."""
    if not held:
        return validated.stands
    pairs, accounts = validated.layer.pairs, validated.layer.actions.accounts
    position = {uid: n for n, uid in enumerate(accounts.to_pylist())}
    size = len(accounts)
    keys = np.array(sorted(position[a] * size + position[b] for a, b in held), np.int64)
    return validated.stands | np.isin(pairs.a * size + pairs.b, keys)


def tie_table(validated: ValidatedLayer, keep: Mask, evidence: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """A layer's ties in the columns of ``TIES``, and ``explained_in_sample`` for the groups to read.

    Parameters
    ----------
    keep : bool array of shape (pairs,)
        As ``kept_pairs`` gives it; a pair that does not stand alone gets the level ``group``.
    evidence : polars.DataFrame
        What ``post_pairs`` gave for the same layer.
    """
    layer = validated.layer
    accounts = layer.actions.accounts
    table = pl.DataFrame(
        {
            "account_a": named(accounts, layer.pairs.a[keep]),
            "account_b": named(accounts, layer.pairs.b[keep]),
            "observed": layer.pairs.observed[keep],
            "shared": validated.b.shared[keep],
            "expected_a": validated.expected_a[keep],
            "expected_b": validated.b.expected[keep],
            "p_a": validated.p_a[keep],
            "p_b": validated.b.p[keep],
            "p_b_in_sample": validated.b.p_in_sample[keep],
            "q_a": validated.q_a[keep],
            "q_b": validated.q_b[keep],
            "q": validated.q[keep],
            "expected": validated.expected[keep],
            "closed": validated.b.closed[keep],
            "explained_in_sample": validated.explained_in_sample[keep],
            "stands": validated.stands[keep],
        }
    ).with_columns(
        pl.lit(layer.trace).alias("trace"),
        pl.lit(layer.window_s).alias("window_s"),
        pl.when(~pl.col("stands"))
        .then(pl.lit("group"))
        .when(pl.col("q") < settings.alpha_far)
        .then(pl.lit("far"))
        .otherwise(pl.lit("beyond"))
        .alias("level"),
        pl.lit(None, pl.String).alias("group_id"),
    )
    if not validated.timed:
        table = table.with_columns(pl.lit(None, pl.Float64).alias(name) for name in _TIMED)
    return table.join(_when(evidence), on=["account_a", "account_b"], how="left", maintain_order="left")


def _when(evidence: pl.DataFrame) -> pl.DataFrame:
    """Per tie: first and last meeting, median lag, and on how many objects each acted first."""
    at_a, at_b = pl.col("at_a"), pl.col("at_b")
    pair = ["account_a", "account_b"]
    leads = (
        evidence.lazy()
        .group_by(*pair, "object")
        .agg(at_a.min(), at_b.min())
        .group_by(pair)
        .agg((at_a < at_b).sum().cast(pl.Int64).alias("a_first"), (at_b < at_a).sum().cast(pl.Int64).alias("b_first"))
    )
    return (
        evidence.lazy()
        .group_by(pair)
        .agg(
            pl.min_horizontal(at_a, at_b).min().alias("first_at"),
            pl.max_horizontal(at_a, at_b).max().alias("last_at"),
            pl.col("lag_s").abs().median().alias("median_lag_s"),
        )
        .join(leads, on=pair)
        .collect()
    )
