"""Protocol of a pairing engine: actions in, pairs of accounts that met out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints, Mask
from graph.pairing.pairs import Pairs


class Engine(Protocol):
    """Finds who met whom among actions that are in memory."""

    def viral(self, actions: Actions, window_s: float, limit: int) -> Ints:
        """Objects with more than ``limit`` pairs of actions within the window."""
        ...

    def pairs(self, actions: Actions, window_s: float, minimum: int = 2) -> Pairs:
        """Pairs of accounts that met on at least ``minimum`` objects."""
        ...

    def rapid_pairs(self, actions: Actions, window_s: float, among: Mask | None = None) -> Iterator[tuple[Ints, Ints]]:
        """Every pair of actions of different accounts on one object within the window, as positions, earlier first.

        Comes in blocks that never split an object. ``among`` says of each account whether it counts; all do without it.
        """
        ...
