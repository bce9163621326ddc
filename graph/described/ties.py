"""Ties that a method's rule keeps, each with what was observed and the p and q of the run's own tests."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from graph.pairing.actions import Actions, named
from graph.pairing.arrays import Floats, Ints
from graph.pairing.engine import Engine
from graph.presets.base import Preset
from graph.schema import DESCRIBED_TIES
from graph.ties.layer import Layer
from graph.ties.validation import ValidatedLayer

MOST_TIES = 250_000  # stored per method, trace and window; the strongest
SHOWN = 5  # objects stored with each tie

UNTESTED = {
    "once": "They coincided once within the window; pairs are tested from two objects on.",
    "never": "They never coincided within the run's window; the rule does not ask for that.",
    "trace": "The run did not look at what this rule compares.",
}
"""Why a described tie has no p of ours."""

_PAIR = ("account_a", "account_b")


def undirected(edges: pl.DataFrame) -> pl.DataFrame:
    """Ties that a method keeps, one row per two accounts; without ties of an account to itself.

    Parameters
    ----------
    edges : polars.DataFrame
        As a preset's ``layers`` gives them; directed methods give a row each way.

    Returns
    -------
    polars.DataFrame
        ``account_a`` < ``account_b``, ``weight``, ``weight_back`` (null where no row came the other way); a tie whose other
        direction is not kept has both weights.

    Examples
    --------
    >>> rows = {"account_a": ["x:b", "x:a", "x:a"], "account_b": ["x:a", "x:b", "x:a"], "preset_weight": [2.0, 1.0, 9.0]}
    >>> undirected(pl.DataFrame({**rows, "preset_keeps": [True, False, True]})).rows()
    [('x:a', 'x:b', 1.0, 2.0)]
    """
    ahead = pl.col("account_a") < pl.col("account_b")
    one, two = pl.min_horizontal(_PAIR), pl.max_horizontal(_PAIR)
    rows = edges.filter(pl.col("account_a") != pl.col("account_b"))
    both = rows.group_by(one.alias("one"), two.alias("two")).agg(
        pl.col("preset_weight").filter(ahead).max().alias("there"),
        pl.col("preset_weight").filter(~ahead).max().alias("back"),
        pl.col("preset_keeps").any().alias("kept"),
    )
    directed = bool(both["there"].is_not_null().any() and both["back"].is_not_null().any())
    there, back = pl.col("there").fill_null(0.0), pl.col("back").fill_null(0.0)
    weights = [there.alias("weight"), back.alias("weight_back")] if directed else [
        pl.coalesce("there", "back").alias("weight"),
        pl.lit(None, pl.Float64).alias("weight_back"),
    ]  # fmt: skip
    kept = both.filter("kept").select(pl.col("one").alias("account_a"), pl.col("two").alias("account_b"), *weights)
    return kept.sort(_PAIR)


def tie_rows(kept: pl.DataFrame, validated: ValidatedLayer | None, engine: Engine) -> pl.DataFrame:
    """Kept ties of one trace in the columns of ``DESCRIBED_TIES`` that are about the two accounts.

    Parameters
    ----------
    kept : polars.DataFrame
        As ``undirected`` gives it.
    validated : ValidatedLayer, optional
        The run's layer of the same trace; None where a method reads something that the run did not look at.
    """
    if validated is None:
        return kept.with_columns(pl.lit("trace").alias("untested"))
    layer = validated.layer
    known = set(layer.actions.accounts.to_pylist())
    here = pl.col("account_a").is_in(known) & pl.col("account_b").is_in(known)
    rows = kept.filter(here).join(_tested(validated), on=_PAIR, how="left", maintain_order="left")
    place = pl.DataFrame({"name": named(layer.actions.accounts, np.arange(len(layer.actions.accounts)))})
    place = place.with_row_index("place")
    a, b = (
        rows.join(place, left_on=end, right_on="name", how="left", maintain_order="left")["place"]
        .to_numpy()
        .astype(np.int64)
        for end in _PAIR
    )
    rows = rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    rows = rows.join(_met(layer, a, b, engine), on="row", how="left", maintain_order="left")
    rows = rows.join(_common(layer, a, b), on="row", how="left", maintain_order="left")
    untested = pl.when(pl.col("passes").is_not_null()).then(None)
    rows = rows.with_columns(
        pl.col("observed").fill_null(0),
        pl.col("shared").fill_null(0),
        pl.coalesce("met", "common").alias("objects"),
        untested.when(pl.col("observed").fill_null(0) > 0).then(pl.lit("once")).otherwise(pl.lit("never")).alias("untested"),
    )  # fmt: skip
    return rows.drop("row", "met", "common")


def _tested(validated: ValidatedLayer) -> pl.DataFrame:
    """Our numbers of every pair that was tested in a layer."""
    layer = validated.layer
    return pl.DataFrame(
        {
            "account_a": named(layer.actions.accounts, layer.pairs.a),
            "account_b": named(layer.actions.accounts, layer.pairs.b),
            "expected": validated.expected,
            "p": np.maximum(validated.p_a, validated.b.p),
            "q": validated.q,
            "passes": validated.stands,
        }
    )


def _met(layer: Layer, a: Ints, b: Ints, engine: Engine) -> pl.DataFrame:
    """Per pair: objects on which both acted within the window, the rarest by name, the median delay, first and last time."""
    actions = layer.actions
    size = max(len(actions.accounts), 1)
    wanted = a * size + b
    order = np.argsort(wanted)
    ring = np.zeros(size, bool)
    ring[a] = ring[b] = True
    parts = []
    for early, late in engine.rapid_pairs(actions, layer.window_s, ring):
        one, two = actions.account[early], actions.account[late]
        key = np.minimum(one, two) * size + np.maximum(one, two)
        at = np.minimum(np.searchsorted(wanted, key, sorter=order), max(len(wanted) - 1, 0))
        row = order[at] if len(order) else at
        hit = wanted[row] == key if len(order) else np.zeros(len(key), bool)
        parts.append(
            pl.DataFrame(
                {
                    "row": row[hit],
                    "object": actions.object[early][hit],
                    "early": actions.time[early][hit],
                    "late": actions.time[late][hit],
                }
            )
        )
    none = dict.fromkeys(("row", "object", "early", "late"), pl.Int64)
    pairs = pl.concat(parts) if parts else pl.DataFrame(schema=none)
    moment = pl.Datetime("us", "UTC")
    seen = pairs.group_by("row").agg(
        pl.col("object").n_unique().cast(pl.Int64).alias("observed"),
        ((pl.col("late") - pl.col("early")) / 1e6).median().alias("median_lag_s"),
        pl.col("early").min().cast(moment).alias("first_at"),
        pl.col("late").max().cast(moment).alias("last_at"),
    )
    return seen.join(_rarest(layer, pairs.select("row", "object").unique(), "met"), on="row", how="left")


def _common(layer: Layer, a: Ints, b: Ints) -> pl.DataFrame:
    """Per pair: how many objects both acted on at any time, and the rarest by name."""
    pair, object_, _, _ = layer.incidence.common(a, b)
    rows = pl.DataFrame({"row": pair.astype(np.int64), "object": object_.astype(np.int64)})
    counted = rows.group_by("row").agg(pl.len().cast(pl.Int64).alias("shared"))
    return counted.join(_rarest(layer, rows, "common"), on="row", how="left")


def _rarest(layer: Layer, rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Up to five objects per row, those with the smallest audience first, by name."""
    audience: Ints | Floats = layer.incidence.audience
    number = rows["object"].to_numpy()
    few = (
        rows.with_columns(pl.Series("audience", audience[number]))
        .sort("row", "audience", "object")
        .group_by("row", maintain_order=True)
        .head(SHOWN)
    )
    words = few.with_columns(named(layer.actions.objects, few["object"].to_numpy()).alias(name))
    return words.group_by("row", maintain_order=True).agg(name)


def ties_of(
    name: str,
    method: Preset,
    options: Mapping[str, float],
    validated: Mapping[str, ValidatedLayer],
    beside: Mapping[str, Actions],
    window_s: float,
    engine: Engine,
) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    """Ties of a method at one window, and a row on each trace: what it drew, kept and why not.

    Parameters
    ----------
    validated : mapping of str to ValidatedLayer
        The run's layers at this window, by trace.
    beside : mapping of str to Actions
        What the method reads besides.
    """
    networks = {trace: one.layer.actions for trace, one in validated.items()}
    drawn = method.layers({**networks, **beside}, window_s, options)
    tables, rows = [pl.DataFrame(DESCRIBED_TIES.empty_table())], []
    for trace, edges in drawn.items():
        pairs = undirected(edges)
        kept = pairs.sort("weight", *_PAIR, descending=[True, False, False]).head(MOST_TIES).sort(_PAIR)
        ties = tie_rows(kept, validated.get(trace), engine)
        one, two = pl.min_horizontal(_PAIR).alias("one"), pl.max_horizontal(_PAIR).alias("two")
        number = edges.filter(pl.col("account_a") != pl.col("account_b")).select(one, two).unique().height
        note = None
        if pairs.height > MOST_TIES:
            note = f"Stored: the {MOST_TIES:,} strongest of {pairs.height:,} ties."
        passing = int(ties["passes"].sum() or 0) if "passes" in ties.columns else 0
        rows.append(_layer_row(trace, window_s, number, pairs.height, ties.height, passing, note))
        placed = ties.with_columns(
            pl.lit(name).alias("method"), pl.lit(trace).alias("trace"), pl.lit(window_s).alias("window_s")
        )
        tables.append(placed)
    for trace in validated:
        if trace not in drawn:
            reads = ", ".join(method.traces)
            rows.append(_layer_row(trace, window_s, None, 0, 0, 0, f"{method.title} reads {reads}; not {trace}."))
    return pl.concat(tables, how="diagonal_relaxed").select(DESCRIBED_TIES.names), rows


def _layer_row(
    trace: str, window_s: float, drawn: int | None, ties: int, stored: int, passing: int, note: str | None
) -> dict[str, object]:
    return {
        "trace": trace,
        "window_s": window_s,
        "drawn": drawn,
        "ties": ties,
        "stored": stored,
        "passing": passing,
        "note": note,
    }
