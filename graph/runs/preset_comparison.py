"""Ties of a published method beside ours, pair by pair, so that a run can say how many of them chance explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from graph.pairing.actions import Actions, named
from graph.presets.base import Preset
from graph.settings import Settings
from graph.ties.validation import ValidatedLayer

_NOTHING = pl.DataFrame(
    schema={
        **dict.fromkeys(("trace", "account_a", "account_b"), pl.String),
        **dict.fromkeys(("window_s", "preset_weight"), pl.Float64),
        **dict.fromkeys(("preset_keeps", "stands"), pl.Boolean),
    }
)


def pairs_table(
    validated: Sequence[ValidatedLayer],
    settings: Settings,
    preset: Preset | None = None,
    networks: Mapping[str, Actions] | None = None,
) -> pl.DataFrame:
    """Every pair with two or more meetings and, with a preset, every tie it draws (columns of ``PAIRS`` and ``stands``).

    A method whose ties have a direction gives a row each way, both with our numbers for the pair.

    Parameters
    ----------
    validated : sequence of ValidatedLayer
    settings : Settings
        ``preset_options`` are the preset's; with ``pairs``, pairs that it does not tie are in the table too.
    preset : Preset, optional
        The method whose ties are put beside ours.
    networks : mapping of str to Actions, optional
        Actions the preset reads beside the traces of the run; its ties there have no numbers of ours.

    Examples
    --------
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.presets import PRESETS
    >>> from graph.ties.layer import build_layer
    >>> from graph.ties.validation import validate_layers
    >>> from graph.toy_data import three_friends
    >>> engine, settings = LocalEngine(), Settings(preset="qut")
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, settings, engine)
    >>> pairs = pairs_table(validate_layers([layer], settings, engine), settings, PRESETS["qut"])
    >>> pairs.select("account_a", "account_b", "observed", "preset_keeps", "stands").rows()
    [('x:ann', 'x:ben', 3, True, False), ('x:ben', 'x:ann', 3, True, False)]
    """
    parts = []
    for window_s in dict.fromkeys(layer.layer.window_s for layer in validated):
        ours = {layer.layer.trace: _ours(layer) for layer in validated if layer.layer.window_s == window_s}
        tables = ours
        if preset:
            actions = {
                layer.layer.trace: layer.layer.actions for layer in validated if layer.layer.window_s == window_s
            }
            drawn = preset.layers({**actions, **(networks or {})}, window_s, dict(settings.preset_options))
            tables = {trace: _beside(edges, ours.get(trace), settings.pairs) for trace, edges in drawn.items()}
        parts += [_placed(table, trace, window_s) for trace, table in tables.items()]
    return pl.concat(parts, how="diagonal") if parts else _NOTHING


def _ours(validated: ValidatedLayer) -> pl.DataFrame:
    accounts, pairs = validated.layer.actions.accounts, validated.layer.pairs
    return pl.DataFrame(
        {
            "account_a": named(accounts, pairs.a),
            "account_b": named(accounts, pairs.b),
            "observed": pairs.observed,
            "shared": validated.b.shared,
            "expected_a": validated.expected_a,
            "expected_b": validated.b.expected,
            "p_a": validated.p_a,
            "p_b": validated.b.p,
            "stands": validated.stands,
        }
    )


def _beside(edges: pl.DataFrame, ours: pl.DataFrame | None, also_ours: bool) -> pl.DataFrame:
    if ours is None:
        return edges
    one, two = pl.min_horizontal("account_a", "account_b"), pl.max_horizontal("account_a", "account_b")
    edges = edges.with_columns(one=one, two=two)
    ours = ours.rename({"account_a": "one", "account_b": "two"})
    table = edges.join(ours, on=["one", "two"], how="left")
    if also_ours:
        rest = ours.join(edges, on=["one", "two"], how="anti").with_columns(account_a="one", account_b="two")
        table = pl.concat([table, rest], how="diagonal")
    return table.drop("one", "two")


def _placed(table: pl.DataFrame, trace: str, window_s: float) -> pl.DataFrame:
    stands = pl.col("stands").fill_null(False) if "stands" in table.columns else pl.lit(False)
    return table.with_columns(
        pl.lit(trace).alias("trace"), pl.lit(window_s).alias("window_s"), stands.alias("stands")
    ).sort("account_a", "account_b")
