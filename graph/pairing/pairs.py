"""Pairs of accounts that met, and the meetings of each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graph.pairing.arrays import Ints, Mask


@dataclass(frozen=True)
class Pairs:
    """Pairs of accounts that met on two or more objects, and each object's own counts.

    Attributes
    ----------
    a, b : int arrays of shape (pairs,)
        Positions of the two accounts, a < b, sorted.
    observed : int array of shape (pairs,)
        Distinct objects both acted on within the window.
    start : int array of shape (pairs + 1,)
        Where each pair's meetings begin in ``met_object`` and ``met_actions``.
    met_object, met_actions : int arrays of shape (meetings,)
        The object of each meeting and how many pairs of actions within the window it consists of.
    rapid : int array of shape (objects,)
        Pairs of actions of different accounts within the window, per object.
    meetings : int
        Pairs of accounts that met, counted once per object (M of the method), of all pairs.
    """

    a: Ints
    b: Ints
    observed: Ints
    start: Ints
    met_object: Ints
    met_actions: Ints
    rapid: Ints
    meetings: int

    def where(self, keep: Mask) -> Pairs:
        """Some of the pairs with their meetings; the counts over all pairs stay.

        Examples
        --------
        >>> from graph.pairing.actions import Actions
        >>> from graph.pairing.local import LocalEngine
        >>> from graph.toy_data import three_friends
        >>> pairs = LocalEngine().pairs(Actions.from_table(three_friends()), window_s=3600)
        >>> some = pairs.where(pairs.a > 0)
        >>> len(pairs), len(some), some.observed.tolist(), some.meetings == pairs.meetings
        (3, 1, [3], True)
        """
        rows, observed = np.repeat(keep, self.observed), self.observed[keep]
        return replace(
            self,
            a=self.a[keep],
            b=self.b[keep],
            observed=observed,
            start=np.concatenate([[0], np.cumsum(observed)]).astype(np.int64),
            met_object=self.met_object[rows],
            met_actions=self.met_actions[rows],
        )

    def __len__(self) -> int:
        return len(self.a)
