"""Layers combined: the p-values of a pair over the traces in which both accounts act.

Two accounts that share the same links, texts and reposts may fail the test in each layer and pass it clearly together. The
layers depend on each other (a link lies on a domain), so p-values are combined by Cauchy, whose tail hardly minds, and
weights are never added. A layer's p is the larger of tests A and B; it is 1 where the two did not meet twice. Benjamini and
Hochberg then correct for all pairs of accounts of the run.
Source: Liu and Xie (2020), Journal of the American Statistical Association 115:393.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.pairing.actions import named
from graph.pairing.arrays import Floats, Ints, Mask
from graph.schema import layer_name
from graph.settings import Settings
from graph.significance.multiple_testing import benjamini_hochberg
from graph.significance.poisson import poisson_tail
from graph.ties.validation import ValidatedLayer

CEILING = 0.99  # a p of 1 would outweigh any evidence elsewhere; below it only the uppermost hundredth changes
_TINY = 1e-15  # below, tan(pi/2 - pi p) is 1 / (pi p)


def cauchy(p: Floats, start: Ints, number: Ints) -> Floats:
    """Combine p-values, each set padded with ones.

    Parameters
    ----------
    p : float array of shape (values,)
        P-values of all sets, one set after the other.
    start : int array of shape (sets + 1,)
        Where each set begins; no set is empty.
    number : int array of shape (sets,)
        How many p-values were asked for in each set; those not given are 1.

    Examples
    --------
    >>> import numpy as np
    >>> cauchy(np.array([1e-4, 1e-4, 1e-4]), np.array([0, 1, 3]), np.array([1, 2])).round(6).tolist()
    [0.0001, 0.0001]
    >>> cauchy(np.array([1e-4]), np.array([0, 1]), np.array([4])).round(4).tolist()
    [0.0004]
    """
    value = np.clip(p, 1e-300, CEILING)
    score = np.where(value < _TINY, 1.0 / (np.pi * value), np.tan((0.5 - value) * np.pi))
    given = np.diff(start)
    missing = np.tan((0.5 - CEILING) * np.pi)
    total = np.add.reduceat(score, start[:-1]) if len(given) else np.zeros(0)
    mean = (total + (number - given) * missing) / number
    with np.errstate(divide="ignore"):
        return np.where(mean > 1.0 / _TINY, 1.0 / (np.pi * mean), 0.5 - np.arctan(mean) / np.pi)


def combine(validated: Sequence[ValidatedLayer], settings: Settings) -> pl.DataFrame:
    """Pairs of accounts that are ties by all layers combined.

    Parameters
    ----------
    validated : sequence of ValidatedLayer
        All layers of a run, each trace at the same windows.
    settings : Settings
        ``alpha`` decides what is kept.

    Returns
    -------
    polars.DataFrame
        One row per kept pair, smallest q first: ``account_a``, ``account_b``, ``asked`` (layers of traces in which both act),
        ``layers`` (those in which they met twice with p <= alpha, smallest p first, such as "link 60 s"), ``observed`` and
        ``expected`` (summed over the traces of these; of several windows of one trace, that with most meetings), ``p``, ``q`` and ``alone`` (whether one layer's own tie holds the pair as well; a pair
        without is held as ``combined`` only).

    Examples
    --------
    >>> from graph.pairing.actions import Actions
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.ties.validation import validate_layers
    >>> from graph.ties.layer import build_layer
    >>> from graph.toy_data import three_friends
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, Settings(), LocalEngine())
    >>> combine(validate_layers([layer], Settings(), LocalEngine()), Settings()).height
    0
    """
    accounts = _everyone(validated)
    size = max(len(accounts), 1)
    place = [pc.index_in(part.layer.actions.accounts, value_set=accounts).to_numpy() for part in validated]
    key, layer, p, alone, met = _rows(validated, place, size)
    order = np.lexsort((p, key))
    key, layer, p, alone, met = key[order], layer[order], p[order], alone[order], met[order]
    start = np.append(np.flatnonzero(np.append(True, np.diff(key) != 0)), len(key)) if len(key) else np.zeros(1, int)
    a, b = np.divmod(key[start[:-1]], size)
    asked = np.zeros(len(a), np.int64)
    acting = np.zeros(size, bool)
    for part, where in zip(validated, place, strict=True):
        acts = np.zeros(size, bool)
        acts[where] = part.layer.incidence.breadth > 0
        asked += acts[a] & acts[b] & _askable(part, where, size, a, b)
        acting |= acts
    active = int(acting.sum())
    together = cauchy(p, start, asked)
    looked = max((part.layer.looked for part in validated), default=1)
    q = benjamini_hochberg(together, active * (active - 1) // 2 * looked)
    names = [layer_name(part.layer.trace, part.layer.window_s) for part in validated]
    kept = np.flatnonzero(q <= settings.alpha)
    bounds = list(pairwise(start.tolist()))
    traces = [part.layer.trace for part in validated]
    sums = [_over_traces(layer[f:t], met[f:t], p[f:t] <= settings.alpha, traces) for f, t in (bounds[n] for n in kept)]
    return pl.DataFrame(
        {
            "account_a": named(accounts, a[kept]),
            "account_b": named(accounts, b[kept]),
            "asked": asked[kept],
            "layers": [
                [names[n] for n, value in zip(layer[f:t], p[f:t], strict=True) if value <= settings.alpha]
                for f, t in (bounds[n] for n in kept)
            ],
            "observed": [int(observed) for observed, _ in sums],
            "expected": [expected for _, expected in sums],
            "p": together[kept],
            "q": q[kept],
            "alone": [bool(alone[f:t].any()) for f, t in (bounds[n] for n in kept)],
        },
        schema=NOTHING_COMBINED,
    ).sort("q", "p", "account_a", "account_b")


def _over_traces(layer: Ints, met: Floats, counts: Mask, traces: Sequence[str]) -> tuple[float, float]:
    """Observed and expected of a pair: a longer window of a trace has the meetings of a shorter one in it."""
    most: dict[str, tuple[float, float]] = {}
    for number, (observed, expected) in zip(layer[counts].tolist(), met[counts].tolist(), strict=True):
        most[traces[number]] = max(most.get(traces[number], (0.0, 0.0)), (observed, expected))
    return sum(one for one, _ in most.values()), sum(one for _, one in most.values())


NOTHING_COMBINED: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_a": pl.String,
    "account_b": pl.String,
    "asked": pl.Int64,
    "layers": pl.List(pl.String),
    "observed": pl.Int64,
    "expected": pl.Float64,
    "p": pl.Float64,
    "q": pl.Float64,
    "alone": pl.Boolean,
}


def _askable(part: ValidatedLayer, where: Ints, size: int, a: Ints, b: Ints) -> Mask:
    """Mask of the pairs that a layer asks about: all, or those on two platforms."""
    if part.layer.rarity is None:
        return np.ones(len(a), bool)
    platform = np.full(size, -1)
    platform[where] = part.layer.rarity.platform
    return np.asarray(platform[a] != platform[b])


def _everyone(validated: Sequence[ValidatedLayer]) -> pa.Array:
    """Uids of all layers, sorted."""
    names = pa.chunked_array([part.layer.actions.accounts.cast(pa.string()) for part in validated], pa.string())
    unique = pc.unique(names)
    return unique.take(pc.sort_indices(unique))


def _rows(
    validated: Sequence[ValidatedLayer], place: Sequence[Ints], size: int
) -> tuple[Ints, Ints, Floats, Mask, Floats]:
    """Pair, layer, p, mask of ties, and observed and expected numbers, for every pair that met twice in a layer.

    Test B is applied to every pair here: the correction is for all pairs, so no family needs to be chosen. A pair that its
    own speeds explain in a layer has p = 1 there.
    """
    keys, layers, ps, alone, met = [], [], [], [], []
    for number, (part, where) in enumerate(zip(validated, place, strict=True)):
        pairs = part.layer.pairs
        one, two = where[pairs.a].astype(np.int64), where[pairs.b].astype(np.int64)
        keys.append(np.minimum(one, two) * size + np.maximum(one, two))
        layers.append(np.full(len(pairs), number))
        p = np.maximum(part.p_a, poisson_tail(pairs.observed, part.b.expected))
        ps.append(np.where(part.own_speed, 1.0, p))
        alone.append(part.stands)
        met.append(np.column_stack([pairs.observed, part.expected]).astype(float))
    if not keys:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool), np.zeros((0, 2))
    return np.concatenate(keys), np.concatenate(layers), np.concatenate(ps), np.concatenate(alone), np.concatenate(met)


def only_together(combined: pl.DataFrame) -> dict[str, set[tuple[str, str]]]:
    """Pairs that only all layers together hold, by the layers in which they met."""
    found: dict[str, set[tuple[str, str]]] = {}
    for a, b, layers in combined.filter(~pl.col("alone")).select("account_a", "account_b", "layers").iter_rows():
        for layer in layers:
            found.setdefault(layer, set()).add((a, b))
    return found


def said_of(ties: pl.DataFrame, combined: pl.DataFrame) -> pl.DataFrame:
    """Ties of a layer, with the level ``combined`` for those that only all layers together hold."""
    pairs = combined.filter(~pl.col("alone")).select("account_a", "account_b", held=pl.lit(True))
    ties = ties.join(pairs, on=["account_a", "account_b"], how="left", maintain_order="left")
    level = pl.when(pl.col("held") & (pl.col("level") == "group")).then(pl.lit("combined")).otherwise("level")
    return ties.with_columns(level.alias("level")).drop("held")
