"""Monte Carlo test of groups: weak ties that repeat inside a small set, against the same search in shuffled data.

A world is one shuffled data set. The pairs of actions within the window do not depend on who acted, so they are listed once;
a world only gives the actions to other accounts, and the search (``graph.groups.candidates``) is the same. A group is kept
when worlds of two kinds rarely hold a candidate as strong: accounts shuffled over all actions; and times shuffled within
objects, after the clusters' own meetings were replaced at the rate of all others. A third kind, times shuffled with nobody
left out, does not remove a closed audience and is used for labels only. One p is corrected for all layers of a run and all
windows of a sweep: a world counts when any of its layers holds a candidate as strong at any window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.groups.candidates import Candidate, Members, Search, audience, find_candidates, overlaps, stands
from graph.groups.outside_rates import OutsideRates
from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats
from graph.pairing.engine import Engine
from graph.pairing.pair_list import Listed, listed
from graph.pairing.parallel import each
from graph.settings import Settings
from graph.significance.bipartite import Incidence
from graph.significance.permutations import with_accounts_shuffled, with_times_shuffled
from graph.significance.poisson import poisson_tail
from graph.ties.layer import Layer
from graph.ties.response_times import OWN_SPEED, own_speed, own_speeds
from ingest.errors import Progress

LEFT = 0.5  # with more than this left after shuffling times, timing is not the evidence


@dataclass(frozen=True)
class Origin:
    """Source of the shuffled data sets of one layer.

    Attributes
    ----------
    listed, others : Listed
        All pairs within the window, and those that are not inside one of the data's clusters.
    data : Search
        What the search found in the data.
    outside_rates : OutsideRates
        Rates of objects among the outsiders of each of the data's clusters.
    """

    layer: Layer
    listed: Listed
    others: Listed
    data: Search
    outside_rates: OutsideRates

    @classmethod
    def of(cls, layer: Layer, engine: Engine, settings: Settings) -> Origin:
        whole = listed(layer.actions, layer.window_s, engine)
        data = find_candidates(layer.actions, layer.incidence, whole, settings)
        cluster = data.label[layer.actions.account]
        one, two = cluster[whole.early], cluster[whole.late]
        outside = (one < 0) | (one != two)
        others = Listed.of(layer.actions, whole.early[outside], whole.late[outside])
        fast = audience(layer.actions, layer.incidence, whole, data.label, data.pairs, settings)
        return cls(layer, whole, others, data, fast)


World = tuple[Actions, Incidence, Listed]


def accounts_shuffled(origin: Origin, draw: np.random.Generator) -> World:
    """World with accounts shuffled over all actions: each account keeps its number of actions, each object its times."""
    actions = with_accounts_shuffled(origin.layer.actions, draw)
    return actions, Incidence.of(actions), origin.listed


def times_shuffled(origin: Origin, draw: np.random.Generator) -> World:
    """World with accounts shuffled among the actions on each object: who acted on what stays, when does not."""
    return with_times_shuffled(origin.layer.actions, draw), origin.layer.incidence, origin.listed


def times_without_clusters(origin: Origin, draw: np.random.Generator) -> World:
    """Times shuffled within objects, after the clusters' own meetings were replaced at the rate of all others."""
    actions, fast, others = origin.layer.actions, origin.outside_rates, origin.others
    object_ = fast.inside_key % max(fast.objects, 1)
    number = draw.poisson(fast.rate() * fast.own_possible)
    first, last = np.searchsorted(actions.object, object_), np.searchsorted(actions.object, object_, side="right")
    first, count = np.repeat(first, number), np.repeat(last - first, number)
    some = (draw.random(len(first)) * count).astype(np.int64)
    other = (some + 1 + (draw.random(len(first)) * (count - 1)).astype(np.int64)) % count
    shuffled, incidence, _ = times_shuffled(origin, draw)
    return (
        shuffled,
        incidence,
        others.with_pairs(actions, first + np.minimum(some, other), first + np.maximum(some, other)),
    )


KINDS: dict[str, Callable[[Origin, np.random.Generator], World]] = {
    "accounts": accounts_shuffled,
    "times": times_without_clusters,
    "label": times_shuffled,
}


@dataclass(frozen=True)
class TestedGroup:
    """A group that shuffled data do not explain, or a crowd.

    Attributes
    ----------
    layer : int
        Position among the layers.
    members : tuple of str
        Uids.
    ties : list of (str, str)
        The weak ties that hold it; of a crowd, all pairs of members that met twice.
    weights : tuple of int
        Of a crowd: on how many objects each of these pairs met.
    label : str
        A key of ``graph.schema.LABELS``.
    strength, p, by_chance, left : float
        S; p from the worlds; how many groups this strong a world holds on average; what shuffling times leaves of it.
        p and by_chance are None for crowds, which no world tests.
    own : float
        What its accounts' own speeds explain, see ``graph.ties.response_times``; 0 where ``left`` decides already.
    rapid : int
        Of a crowd: pairs of actions within the window among its members.
    all_left : int
        Shuffles of times that left all of it.
    """

    __test__: ClassVar[bool] = False  # a result of a statistical test, not a test for pytest

    layer: int
    members: tuple[str, ...]
    ties: tuple[tuple[str, str], ...]
    label: str
    strength: float
    p: float | None
    by_chance: float | None
    left: float
    own: float = 0.0
    rapid: int = 0
    weights: tuple[int, ...] = ()
    all_left: int = 0


def test_groups(
    layers: Sequence[Layer], settings: Settings, engine: Engine, progress: Progress | None = None
) -> list[TestedGroup]:
    """Groups of all layers that shuffled data rarely hold.

    Parameters
    ----------
    layers : sequence of Layer
    settings : Settings
        ``worlds`` of each kind are drawn; with fewer than 19 no group can reach p <= 0.05.

    Returns
    -------
    list of TestedGroup
        Groups with p <= alpha, and crowds.
    """
    origins = [Origin.of(layer, engine, settings) for layer in layers]
    if not any(origin.data.candidates or origin.data.crowds for origin in origins):
        return []
    paid = [[origin, *_at_other_windows(origin, engine, settings)] for origin in origins]
    best: dict[str, list[Floats]] = {"accounts": [], "times": []}
    remains = _Remains(origins)
    for world in range(settings.worlds):
        if progress:
            progress("Comparing groups with shuffled data", world, settings.worlds)
        open_ = [_open(origin, best, settings) for origin in origins]
        wanted = [
            (kind, n, origin) for kind in best for n, windows in enumerate(paid) for origin in windows if any(open_)
        ]
        wanted += [("label", n, origin) for n, origin in enumerate(origins) if open_[n] or origin.data.crowds]

        def searched(one: tuple[str, int, Origin]) -> list[float]:
            kind, n, origin = one
            draw = np.random.default_rng([settings.seed, list(KINDS).index(kind), world, n])  # noqa: B023
            actions, incidence, pairs = KINDS[kind](origin, draw)
            found = find_candidates(actions, incidence, pairs, settings)
            if kind == "label":
                remains.add(n, found, actions)
            return [candidate.strength for candidate in found.candidates]

        strengths = each(searched, wanted)
        for kind, worlds in best.items():
            own = [part for part, (drawn, *_) in zip(strengths, wanted, strict=True) if drawn == kind]
            worlds.append(np.array([strength for part in own for strength in part]))
    return [*_kept(origins, best, remains, settings, engine), *_crowds(origins, remains, settings, engine)]


def _p(candidate: Candidate, best: dict[str, list[Floats]], worlds: int) -> float:
    """(1 + worlds of a kind that hold a candidate as strong) / (worlds + 1), of the kind with more of them."""
    reached = [sum(bool((world >= candidate.strength).any()) for world in drawn) for drawn in best.values()]
    return (1 + max(reached)) / (worlds + 1)


def _open(origin: Origin, best: dict[str, list[Floats]], settings: Settings) -> bool:
    """True if any candidate may still be kept: more shuffled data never lower a p (Besag and Clifford 1991, Biometrika 78:301)."""
    return any(_p(candidate, best, settings.worlds) <= settings.alpha for candidate in origin.data.candidates)


def _at_other_windows(origin: Origin, engine: Engine, settings: Settings) -> list[Origin]:
    """The layer at the other windows of its sweep: a world counts when a group as strong is there at any of them."""
    layer = origin.layer
    if not layer.sweep:
        return []
    viral = np.flatnonzero(pc.is_in(layer.actions.objects, value_set=pa.array(layer.sweep.viral, pa.string())))
    actions = layer.actions.without_objects(viral)
    rest, others = (
        replace(layer, actions=actions, incidence=Incidence.of(actions)),
        layer.sweep.table["window_s"].to_list(),
    )
    return [Origin.of(replace(rest, window_s=w), engine, settings) for w in others if w != layer.window_s]


test_groups.__test__ = False  # type: ignore[attr-defined]  # a statistical test, not one for pytest


class _Remains:
    """Remainder of the candidates and crowds of the data when times are shuffled and nobody is left out."""

    def __init__(self, origins: Sequence[Origin]) -> None:
        self.origins = origins
        self.ratios: dict[tuple[int, int], list[float]] = {}
        self.rapid: dict[tuple[int, int], list[int]] = {}

    def add(self, layer: int, world: Search, actions: Actions) -> None:
        origin = self.origins[layer]
        for number, candidate in enumerate(origin.data.candidates):
            same = [c.strength for c in world.candidates if overlaps(c.members, candidate.members)]
            crowd = any(overlaps(members, candidate.members) for members in world.crowds)
            ratio = 1.0 if crowd else min(1.0, max(same, default=0.0) / candidate.strength)
            self.ratios.setdefault((layer, number), []).append(ratio)
        for number, members in enumerate(origin.data.crowds):
            self.rapid.setdefault((layer, number), []).append(_rapid_inside(actions, origin.listed, members))

    def left(self, layer: int, candidate: int) -> tuple[float, int, float]:
        """Mean ratio, the number of worlds that leave all of it, and the p of these."""
        ratios = np.array(self.ratios.get((layer, candidate), [1.0]))
        whole = int((ratios >= 1.0).sum())
        return float(ratios.mean()), whole, (1 + whole) / (len(ratios) + 1)


def _rapid_inside(actions: Actions, pairs: Listed, members: Members) -> int:
    """Pairs of actions within the window by two of the members."""
    inside = np.zeros(len(actions.accounts), bool)
    inside[list(members)] = True
    there = inside[actions.account]
    number = 0
    for early, late in pairs.blocks():
        both = np.flatnonzero(there[early] & there[late])
        number += int((actions.account[early[both]] != actions.account[late[both]]).sum())
    return number


def _kept(
    origins: Sequence[Origin], best: dict[str, list[Floats]], remains: _Remains, settings: Settings, engine: Engine
) -> list[TestedGroup]:
    kept = []
    for n, origin in enumerate(origins):
        for number, candidate in enumerate(origin.data.candidates):
            p = _p(candidate, best, settings.worlds)
            if p > settings.alpha:
                continue
            chance = max(float(np.mean([(w >= candidate.strength).sum() for w in worlds])) for worlds in best.values())
            left, whole, p_left = remains.left(n, number)
            label, own = "closed_circle", 0.0
            if left <= LEFT and p_left <= settings.alpha:
                own = own_speed(origin.layer, candidate.members, engine, settings.seed)
                label = "timing" if own <= OWN_SPEED and _beyond_own_speeds(origin, candidate) else "own_speed"
            names = _names(origin.layer, candidate.members)
            ties = tuple((names[int(a)], names[int(b)]) for a, b in candidate.ties)
            members = tuple(sorted(names.values()))
            kept.append(TestedGroup(n, members, ties, label, candidate.strength, p, chance, left, own, all_left=whole))
    return kept


def _beyond_own_speeds(origin: Origin, candidate: Candidate) -> bool:
    """True if it is still a candidate once each account is taken to be as fast as it always is.

    Of many sets of fast accounts those are found that were lucky besides, so speeds need not give most of their meetings.
    """
    pairs, size = origin.data.pairs, len(origin.layer.actions.accounts)
    ties = pairs.where(np.isin(pairs.a * size + pairs.b, candidate.ties[:, 0] * size + candidate.ties[:, 1]))
    own = own_speeds(origin.layer, ties.a, ties.b, origin.data.label, candidate.expected)
    return stands(ties, poisson_tail(ties.observed, own), own, candidate.members, size)


def _names(layer: Layer, members: Members) -> dict[int, str]:
    return {member: layer.actions.accounts[member].as_py() for member in sorted(members)}


def _crowds(origins: Sequence[Origin], remains: _Remains, settings: Settings, engine: Engine) -> list[TestedGroup]:
    found = []
    for n, origin in enumerate(origins):
        layer, pairs = origin.layer, origin.data.pairs
        for number, crowd in enumerate(origin.data.crowds):
            real = _rapid_inside(layer.actions, origin.listed, crowd)
            shuffled = float(np.mean(remains.rapid.get((n, number), [real])))
            left = min(1.0, shuffled / max(real, 1))
            if left <= LEFT:
                own = own_speed(layer, crowd, engine, settings.seed)
                label = "fast_crowd" if own > OWN_SPEED else "large_group"
            else:
                label, own = _large_label(origin, crowd, settings), 0.0
            names = _names(layer, crowd)
            inside = np.isin(pairs.a, list(crowd)) & np.isin(pairs.b, list(crowd))
            ties = zip(pairs.a[inside].tolist(), pairs.b[inside].tolist(), strict=True)
            met, weights = tuple((names[a], names[b]) for a, b in ties), tuple(pairs.observed[inside].tolist())
            members = tuple(sorted(names.values()))
            found.append(TestedGroup(n, members, met, label, 0.0, None, None, left, own, real, weights))
    return found


def _large_label(origin: Origin, members: Members, settings: Settings) -> str:
    """A closed circle when most meetings lie on objects hardly anyone outside acted on, else a fast crowd."""
    inside = np.zeros(len(origin.layer.actions.accounts), bool)
    inside[list(members)] = True
    incidence, pairs = origin.layer.incidence, origin.data.pairs
    own = inside[incidence.account]
    size = len(pairs.rapid)
    count = np.bincount(incidence.object[own], weights=incidence.times[own], minlength=size)
    repeats = np.bincount(incidence.object[own], weights=incidence.times[own].astype(float) ** 2, minlength=size)
    outside = origin.outside_rates.possible - (count**2 - repeats) / 2
    met = np.repeat(inside[pairs.a] & inside[pairs.b], pairs.observed)
    alone = outside[pairs.met_object[met]] < settings.outside_pairs
    return "large_closed_circle" if alone.mean() > LEFT else "fast_crowd"
