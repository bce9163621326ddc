"""Rates of objects among outsiders: all pairs that a cluster takes part in are left out, for the test of groups.

A member that the cluster misses would meet the others on each of their objects, and raise the rate of outsiders. So every
pair with a member on either side is left out: the rate that remains is that of outsiders among themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats, Ints, Rows
from graph.significance.bipartite import Incidence
from graph.significance.timing_model import Rates

_LITTLE = 1e-9  # where a layer has no two accounts on any object


@dataclass(frozen=True)
class OutsideRates(Rates):
    """Rates whose ``inside`` is every pair with a member of the component on either side.

    q0 weights each object's rate by how far it is trusted against q0 itself, D / (D + shrink): summed over pairs alone, a few
    objects with a large audience would set the rate of all the small ones that use q0.

    Attributes
    ----------
    own_possible : float array
        Pairs of actions by two members at any time, beside ``inside_key``.
    base_all : float
        q0 of the layer.
    base_without : float array of shape (components,)
        q0 without the pairs that a component takes part in.
    """

    own_possible: Floats
    base_all: float
    base_without: Floats

    def base(self, component: Ints) -> Floats:
        """The layer's own rate without the component (q0)."""
        return np.where(component >= 0, self.base_without[component], self.base_all)

    def rate(self) -> Floats:
        """Rate at which outsiders meet on an object, per row of ``inside_key``."""
        component, object_ = np.divmod(self.inside_key, max(self.objects, 1))
        rapid = self.rapid[object_] - self.inside_rapid + self.shrink * self.base(component)
        return np.clip(rapid / (self.possible[object_] - self.inside_possible + self.shrink), 0.0, 1.0)


def outside_rates(
    rapid_pairs: Iterable[tuple[Ints | Rows, Ints | Rows]],
    actions: Actions,
    incidence: Incidence,
    rapid: Ints,
    label: Ints,
    shrink: float,
) -> OutsideRates:
    """Count each object's pairs of actions, all and with members of a component.

    Parameters
    ----------
    rapid_pairs : iterable of (early, late)
        Blocks of positions of actions on one object within the window; pairs of one account do not count.
    rapid : int array of shape (objects,)
        How many pairs of different accounts there are per object.
    label : int array of shape (accounts,)
        Component of each account, -1 for none.

    Examples
    --------
    Ann and Ben are a cluster. Every pair of the three objects has one of them, so outsiders have no pair of their own.

    >>> from graph.pairing.local import LocalEngine
    >>> from graph.pairing.pair_list import listed
    >>> from graph.toy_data import three_friends
    >>> actions, engine = Actions.from_table(three_friends()), LocalEngine()
    >>> near, rapid = listed(actions, 60, engine).blocks(), engine.pairs(actions, 60).rapid
    >>> rates = outside_rates(near, actions, Incidence.of(actions), rapid, np.array([0, 0, -1]), shrink=10.0)
    >>> rates.inside_rapid.tolist(), rates.inside_possible.tolist(), rates.rate().tolist()
    ([1.0, 1.0, 1.0], [3.0, 3.0, 3.0], [0.0, 0.0, 0.0])
    """
    size = len(rapid)
    possible, count, squares = _possible(incidence.object, incidence.times, size)
    member = label[incidence.account] >= 0
    key, row = np.unique(label[incidence.account[member]] * size + incidence.object[member], return_inverse=True)
    own_possible, own_count, own_squares = _possible(row, incidence.times[member], len(key))
    component, object_ = np.divmod(key, max(size, 1))
    rest = ((count[object_] - own_count) ** 2 - (squares[object_] - own_squares)) / 2
    left_rapid, left_possible = _touching(rapid_pairs, actions, label, key, size), possible[object_] - rest
    weight, fast = possible / (possible + shrink), rapid / (possible + shrink)
    weight_change = rest / (rest + shrink) - weight[object_]
    fast_change = (rapid[object_] - left_rapid) / (rest + shrink) - fast[object_]

    def summed(values: Floats) -> Floats:
        return np.bincount(component, weights=values, minlength=int(label.max(initial=0)) + 1).astype(float)

    return OutsideRates(
        rapid=rapid.astype(float),
        possible=possible,
        inside_key=key,
        inside_rapid=left_rapid,
        inside_possible=left_possible,
        component_rapid=summed(left_rapid),
        component_possible=summed(left_possible),
        all_rapid=float(rapid.sum()),
        all_possible=float(possible.sum()),
        shrink=shrink,
        own_possible=own_possible,
        base_all=float(fast.sum() / max(weight.sum(), _LITTLE)),
        base_without=np.maximum(fast.sum() + summed(fast_change), 0.0)
        / np.maximum(weight.sum() + summed(weight_change), _LITTLE),
    )


def _possible(where: Ints, times: Ints, size: int) -> tuple[Floats, Floats, Floats]:
    """Pairs of actions by different accounts at any time, per place; actions there, and their squares per account."""
    count = np.bincount(where, weights=times, minlength=size).astype(float)
    squares = np.bincount(where, weights=times.astype(float) ** 2, minlength=size).astype(float)
    return (count**2 - squares) / 2, count, squares


def _touching(
    rapid_pairs: Iterable[tuple[Ints | Rows, Ints | Rows]], actions: Actions, label: Ints, key: Ints, size: int
) -> Floats:
    """Rapid pairs with a member of a component on either side, once per component, in the rows of ``key``."""
    found = np.zeros(len(key))
    if not len(key):
        return found
    of_action = label[actions.account]
    member = of_action >= 0  # most pairs have no member: one byte an action stays in the processor's cache
    for early, late in rapid_pairs:
        some = np.flatnonzero(member.take(early, mode="clip") | member.take(late, mode="clip"))
        some = some[actions.account[early[some]] != actions.account[late[some]]]
        one, two, object_ = of_action[early[some]], of_action[late[some]], actions.object[early[some]]
        for side, counts in ((one, one >= 0), (two, (two >= 0) & (two != one))):
            at = np.searchsorted(key, side[counts] * size + object_[counts])
            found += np.bincount(at, minlength=len(key))
    return found
