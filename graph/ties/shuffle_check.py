"""Ties that stand by rarity: how many are left when times are shuffled among those who acted on the same objects.

An object that hardly anyone outside acted on has no rate of its own, so test B leans on the layer's and finds its accounts
fast whenever they act. Shuffling times keeps who acted on what; what still stands then is not there by timing.
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
    """The layers with the mean number of ties that stand after times were shuffled within objects.

    It stays unknown where no worlds are asked for, no layer holds a tie, or most actions lie where an engine left them.
    A pair stands there when it reaches the p that a tie of the run has to reach in both tests, as false discoveries are
    counted with permutations (Tusher, Tibshirani and Chu 2001, PNAS 98:5116): what is counted is what the run's own bars let
    through, and who acted on what, hence the objects in common, are those of the data.

    Parameters
    ----------
    validated : sequence of ValidatedLayer
        All layers of the run: they pay for each other here as there.
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
            progress("Counting the ties that stand with times shuffled", world, worlds)
        draws = [np.random.default_rng([settings.seed, world, number]) for number in range(len(validated))]
        ties += [
            _reach(thresholds, one.layer, draw, settings, engine) for one, draw in zip(validated, draws, strict=True)
        ]
    return [replace(one, ties_shuffled=float(mean)) for one, mean in zip(validated, ties / worlds, strict=True)]


def _reach(thresholds: Thresholds, layer: Layer, draw: np.random.Generator, settings: Settings, engine: Engine) -> int:
    """How many pairs of a layer reach both bars once times are shuffled; only those that reach A's are asked of B."""
    actions = with_times_shuffled(layer.actions, draw)
    shuffled = replace(layer, actions=actions, pairs=engine.pairs(actions, layer.window_s))
    reached = poisson_tail(shuffled.pairs.observed, expected_a(shuffled.pairs, shuffled.incidence)) <= thresholds.a
    return (
        int((test_layer(shuffled, reached, settings, engine, reached).p <= thresholds.b).sum()) if reached.any() else 0
    )
