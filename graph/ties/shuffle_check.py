"""Shuffle check: the number of ties that remain when times are shuffled among those who acted on the same objects.

An object that hardly anyone else acted on has no rate of its own. Test B then uses the rate of the layer, and finds its
accounts fast whenever they act. Shuffled times keep who acted on what: ties that remain are not due to timing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from graph.pairing.engine import Engine
from graph.settings import Settings
from graph.significance.configuration_model import expected_a
from graph.significance.permutations import with_times_shuffled
from graph.significance.poisson import poisson_tail
from graph.ties.layer import Layer
from graph.ties.validation import Thresholds, ValidatedLayer, test_layer
from ingest.errors import Progress

WORLDS = 5  # at most, for a mean to set beside the real number


def with_ties_shuffled(
    validated: Sequence[ValidatedLayer], settings: Settings, engine: Engine, progress: Progress | None = None
) -> list[ValidatedLayer]:
    """Layers with the mean number of ties that remain after times were shuffled within objects.

    The number stays unknown when no worlds are asked for, when no layer holds a tie, or when the engine reads only a part of
    the actions. A pair counts when it reaches the run's thresholds of p in both tests, as false discoveries are counted with
    permutations (Tusher, Tibshirani and Chu 2001, PNAS 98:5116): what is counted is what the run's own thresholds let
    through, and who acted on what, hence the objects in common, are those of the data.

    Parameters
    ----------
    validated : sequence of ValidatedLayer
        All layers of the run, for the thresholds are pooled over them.
    settings : Settings
        At most ``WORLDS`` of its ``worlds`` are drawn.

    Examples
    --------
    >>> from graph.pairing.actions import Actions
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.ties.validation import validate_layers
    >>> from graph.ties.layer import build_layer
    >>> from graph.toy_data import three_friends
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, Settings(), LocalEngine())
    >>> [one.ties_shuffled for one in with_ties_shuffled(validate_layers([layer], Settings(), LocalEngine()), Settings(), LocalEngine())]
    [None]
    """
    if not all(one.timed for one in validated):
        timed = iter(with_ties_shuffled([one for one in validated if one.timed], settings, engine, progress))
        return [next(timed) if one.timed else one for one in validated]
    worlds = min(WORLDS, settings.worlds)
    if (
        not worlds
        or not any(one.stands.any() for one in validated)
        or any(one.layer.incidence.whole for one in validated)
    ):
        return list(validated)
    thresholds = Thresholds.of(validated, settings.alpha)
    ties = np.zeros(len(validated))
    for world in range(worlds):
        if progress:
            progress("Testing with shuffled times: ties that remain", world, worlds)
        draws = [np.random.default_rng([settings.seed, world, number]) for number in range(len(validated))]
        ties += [
            _reach(thresholds, one.layer, draw, settings, engine) for one, draw in zip(validated, draws, strict=True)
        ]
    return [replace(one, ties_shuffled=float(mean)) for one, mean in zip(validated, ties / worlds, strict=True)]


def _reach(thresholds: Thresholds, layer: Layer, draw: np.random.Generator, settings: Settings, engine: Engine) -> int:
    """Number of pairs of a layer that reach both thresholds with times shuffled; only those that reach A's are tested by B."""
    actions = with_times_shuffled(layer.actions, draw)
    shuffled = replace(layer, actions=actions, pairs=engine.pairs(actions, layer.window_s))
    reached = poisson_tail(shuffled.pairs.observed, expected_a(shuffled.pairs, shuffled.incidence)) <= thresholds.a
    return (
        int((test_layer(shuffled, reached, settings, engine, reached).p <= thresholds.b).sum()) if reached.any() else 0
    )
