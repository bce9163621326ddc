"""Other communities as the outside of a group, where the tied accounts of a layer are (almost) everybody.

Leaving a component out leaves nobody there, so nothing says how fast others are. Within against between does: how often two
members of a community act on one object within the window, against how often a member and somebody of another community do.
Only objects count on which enough of such pairs could have met. Source of the comparison: the degree-corrected block model
(Karrer and Newman 2011, Physical Review E 83:016107), here per object, with who acted on it how often held fixed.

Communities that live by different clocks meet less across than within, without any coordination. So the expected number is the
larger of two: the pace between communities, and what the group's own meetings within an hour would give at the pace of fast
ordinary audiences (``graph.significance.ordinary_pace``). Where that is not known, timing is not called the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.groups.candidates import OBJECTS
from graph.groups.communities import split
from graph.pairing.arrays import Floats, Ints, Mask
from graph.pairing.engine import Engine
from graph.pairing.local import gaps
from graph.settings import Settings
from graph.significance.bipartite import components
from graph.significance.ordinary_pace import HOUR_S, Pace, ordinary_pace
from graph.ties.layer import Layer

ENOUGH = (
    0.2  # part of a group's meetings that must lie on objects of others too, before their pace says something of it
)


def communities_of(layer: Layer, passed_a: Mask, settings: Settings) -> Ints:
    """Community of each account of a layer, -1 for accounts without a tie; components of few accounts are not split.

    Parameters
    ----------
    passed_a : bool array of shape (pairs,)
        The pairs that are ties by test A.

    Examples
    --------
    >>> from graph.pairing.actions import Actions
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.ties.layer import build_layer
    >>> from graph.toy_data import three_friends
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, Settings(), LocalEngine())
    >>> communities_of(layer, np.array([True]), Settings()).tolist()
    [0, 0, -1]
    """
    a, b, weight = (column[passed_a] for column in (layer.pairs.a, layer.pairs.b, layer.pairs.observed))
    label = components(len(layer.actions.accounts), a, b)
    size = np.bincount(label[label >= 0], minlength=1)
    for large in np.flatnonzero(size > settings.crowd_min).tolist():
        own = np.flatnonzero(label[a] == large)
        ties = zip(a[own].tolist(), b[own].tolist(), weight[own].tolist(), strict=True)
        parts = split([(f"{x:09}", f"{y:09}", float(w)) for x, y, w in ties], settings.group_min, settings.seed)
        for number, part in enumerate(parts[1:]):
            label[[int(name) for name in part.members]] = len(size) + number
        size = np.append(size, np.ones(max(len(parts) - 1, 0), np.int64))
    return label


@dataclass(frozen=True)
class Beside:
    """Meetings of a group on the objects that accounts of other communities acted on as well.

    Attributes
    ----------
    met : int
        Pairs of actions within the window by two members, on these objects.
    expected : float
        Such pairs at the rate between the group and other communities, object by object, or at the pace of ordinary audiences,
        whichever is more.
    part : float
        Part of all such pairs of the group that lie on these objects.
    objects : int
        Objects of these on which members met.
    pace : Pace, optional
        Of ordinary audiences; None where no public source says it.
    """

    met: int
    expected: float
    part: float
    objects: int
    pace: Pace | None = None

    @property
    def known(self) -> bool:
        """True where enough of the meetings are on objects that others acted on as well."""
        return self.part >= ENOUGH and self.objects >= OBJECTS

    @property
    def explained(self) -> float:
        """Part of the meetings on these objects that the pace between communities gives, all of them at most."""
        return min(1.0, self.expected / self.met) if self.met else 1.0


def beside_others(layer: Layer, groups: Sequence[Sequence[str]], settings: Settings, engine: Engine) -> list[Beside]:
    """Meetings of each group on what other communities of the layer acted on as well.

    Parameters
    ----------
    layer : Layer
        With its ``communities``.
    groups : sequence of sequence of str
        Uids of the members of each.
    """
    label = layer.communities
    if label is None or not groups:
        return [Beside(0, 0.0, 0.0, 0) for _ in groups]
    inside = [np.asarray(pc.is_in(layer.actions.accounts, value_set=pa.array(own, pa.string()))) for own in groups]
    sides = [(own, _others(label, own)) for own in inside]
    size = len(layer.pairs.rapid)
    within, between = ([np.zeros(size) for _ in groups] for _ in range(2))
    some = (label >= 0) | np.logical_or.reduce(inside)
    for early, late in engine.rapid_pairs(layer.actions, layer.window_s, some):
        one, two, object_ = layer.actions.account[early], layer.actions.account[late], layer.actions.object[early]
        for number, (own, others) in enumerate(sides):
            both, across = own[one] & own[two], (own[one] & others[two]) | (others[one] & own[two])
            within[number] += np.bincount(object_[both], minlength=size)
            between[number] += np.bincount(object_[across], minlength=size)
    return [
        _beside(layer, own, others, within[number], between[number], settings)
        for number, (own, others) in enumerate(sides)
    ]


def _others(label: Ints, own: Mask) -> Mask:
    """Accounts of other communities: not in the group, nor in the community that most of it is in."""
    inside = label[own & (label >= 0)]
    home = int(np.bincount(inside).argmax()) if len(inside) else -1
    return np.asarray((label >= 0) & (label != home) & ~own)


def _beside(layer: Layer, own: Mask, others: Mask, within: Floats, between: Floats, settings: Settings) -> Beside:
    incidence, size = layer.incidence, len(within)

    def acts(who: Mask, power: int) -> Floats:
        there = who[incidence.account]
        weights = incidence.times[there].astype(float) ** power
        return np.bincount(incidence.object[there], weights=weights, minlength=size).astype(float)

    mine = acts(own, 1)
    possible, across = (mine**2 - acts(own, 2)) / 2, mine * acts(others, 1)
    base = between.sum() / max(float(across.sum()), 1.0)
    rate = np.clip((between + settings.shrink_pairs * base) / (across + settings.shrink_pairs), 0.0, 1.0)
    shared = (across >= settings.outside_pairs) & (possible > 0)
    met = float(within[shared].sum())
    platforms = {uid.partition(":")[0] for uid in layer.actions.accounts.filter(pa.array(own)).to_pylist()}
    pace = ordinary_pace(platforms, layer.trace, layer.window_s)
    theirs = layer.actions.where(own[layer.actions.account] & shared[layer.actions.object])
    within_hour = gaps(theirs, [HOUR_S])[0] if pace else 0
    return Beside(
        met=int(met),
        expected=max(float((possible * rate)[shared].sum()), within_hour * pace.high if pace else 0.0),
        part=met / max(float(within.sum()), 1.0),
        objects=int((within[shared] > 0).sum()),
        pace=pace,
    )
