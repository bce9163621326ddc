"""Permutation null models: the same actions with accounts, or times, shuffled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints


def with_accounts_shuffled(actions: Actions, draw: np.random.Generator) -> Actions:
    """Actions with accounts shuffled over all of them: each account keeps its number of actions, each object its times."""
    return replace(actions, account=draw.permutation(actions.account))


def with_times_shuffled(actions: Actions, draw: np.random.Generator) -> Actions:
    """Actions with accounts shuffled among the actions on each object: who acted on what stays, when does not.

    Examples
    --------
    >>> from graph.toy_data import three_friends
    >>> actions = Actions.from_table(three_friends())
    >>> shuffled = with_times_shuffled(actions, np.random.default_rng(1))
    >>> [sorted(world.account[world.object == 0].tolist()) for world in (actions, shuffled)]
    [[0, 1, 2], [0, 1, 2]]
    """
    return replace(actions, account=actions.account[within(actions.object, draw)])


def within(rising: Ints, draw: np.random.Generator) -> Ints:
    """A random order of rows that keeps equal numbers where they are.

    Parameters
    ----------
    rising : int array, sorted

    Examples
    --------
    >>> rising = np.array([0, 0, 0, 4, 4])
    >>> rising[within(rising, np.random.default_rng(1))].tolist()
    [0, 0, 0, 4, 4]
    """
    rows = max(len(rising), 1).bit_length()
    bits = 63 - rows - int(rising.max(initial=0)).bit_length()
    if bits < 16:
        return np.lexsort((draw.random(len(rising)), rising))
    key = (((rising << bits) | draw.integers(0, 1 << bits, len(rising))) << rows) | np.arange(len(rising))
    return np.sort(key) & ((1 << rows) - 1)  # one sort of numbers that carry their row is faster than an argsort
