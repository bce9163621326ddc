"""Groups tested as groups: weak ties that repeat inside a small set, against the same search in reshuffled worlds.

The pairs of actions within the window do not depend on who acted, so they are listed once; a world only gives the actions
other accounts. The search is the same on the data and on every world: weak ties, tight clusters among them, the cluster's
own meetings left out of what is expected, triangles, components of four or more accounts of whom half met on three or more
objects. A group is kept when worlds of both kinds rarely hold a candidate as strong: with accounts shuffled over all
actions, and with times shuffled within objects after the clusters' own meetings were replaced at the rate of the others. A
third kind, times shuffled with nothing left out, leaves a closed audience standing and therefore only labels. One p pays
for all layers of a run: a world counts when any of its layers holds a candidate that strong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from graph.engines._counting import collected, from_list
from graph.engines.base import Actions, Engine, Floats, Ints, Mask, Pairs
from graph.engines.local import LocalEngine
from graph.settings import Settings
from graph.significance import Rates, Shares, expected_a, poisson_tail, rates, test_b
from graph.ties import Layer

WEAK_P = 1e-4  # test A, for a weak tie
CLUSTER_P = 1e-3  # test B, with the own cluster left out
TIGHT = 0.5  # part of their contacts that two ends of a tie must have in common
SMALLEST = 4  # accounts of a candidate
OBJECTS = (
    3  # objects that half of a candidate met on: two popular ones bring strangers together in the same two minutes
)
OVERLAP = 0.5  # part of the smaller set that makes two candidates the same
LEFT = 0.5  # with more than this left after shuffling times, rarity is the evidence, not timing

Progress = Callable[[str, int, int | None], None]
Members = frozenset[int]


@dataclass(frozen=True)
class Candidate:
    """Accounts that weak ties hold together, whether by chance or not.

    Attributes
    ----------
    members : frozenset of int
        Positions in the layer's accounts.
    ties : int array of shape (ties, 2)
        Positions of both accounts, a < b.
    strength : float
        S: the sum over the ties of -log10 of the larger p.
    """

    members: Members
    ties: Ints
    strength: float


@dataclass(frozen=True)
class Search:
    """What the search found under one labelling."""

    candidates: list[Candidate]
    crowds: list[Members]
    label: Ints  # cluster of each account, -1 for none; crowds are not clusters
    audience: Rates
    pairs: Pairs


class Listed(LocalEngine):
    """An engine over pairs of actions that were listed before; only who acted may differ."""

    def __init__(self, early: Ints, late: Ints) -> None:
        super().__init__()
        self.early, self.late = early, late

    def rapid_pairs(self, actions: Actions, window_s: float, among: Mask | None = None) -> Iterator[tuple[Ints, Ints]]:
        """The listed pairs whose actions belong to different accounts now."""
        one, two = actions.account[self.early], actions.account[self.late]
        differ = one != two if among is None else (one != two) & among[one] & among[two]
        yield self.early[differ], self.late[differ]

    def pairs(self, actions: Actions, window_s: float, minimum: int = 2) -> Pairs:
        """Pairs of accounts that met on at least ``minimum`` objects in this world."""
        ((early, late),) = self.rapid_pairs(actions, window_s)
        account, object_ = actions.account, actions.object[early]
        size = len(actions.objects)
        met = from_list(account[early], account[late], object_, len(actions.accounts), size, minimum)
        return collected(met, np.bincount(object_, minlength=size))


def listed(layer: Layer, engine: Engine) -> Listed:
    """All pairs of actions of a layer within its window, of one account too: in a world they may belong to two.

    Examples
    --------
    >>> from graph.toys import three_friends
    >>> from graph.ties import build_layer
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, Settings(), LocalEngine())
    >>> len(listed(layer, LocalEngine()).early)
    3
    """
    rows = np.arange(len(layer.actions))
    each = replace(layer.actions, account=rows, accounts=layer.actions.post)
    parts = list(engine.rapid_pairs(each, layer.window_s))
    if not parts:
        return Listed(np.zeros(0, np.int64), np.zeros(0, np.int64))
    return Listed(np.concatenate([early for early, _ in parts]), np.concatenate([late for _, late in parts]))


def look(actions: Actions, pairs_of: Listed, window_s: float, settings: Settings) -> Search:
    """The search, unchanged for data and worlds."""
    pairs, shares = pairs_of.pairs(actions, window_s), Shares.of(actions)
    size = len(actions.accounts)
    p_a = poisson_tail(pairs.observed, expected_a(pairs, shares))
    weak = _taken(pairs, p_a <= WEAK_P)
    tight, p_a = _tight(weak, size), p_a[p_a <= WEAK_P]
    label, crowds = _clusters(weak.a[tight], weak.b[tight], size, settings.crowd_min)
    kept = tight.copy()
    kept[tight] = label[weak.a[tight]] >= 0
    ties = _taken(weak, kept)
    audience = rates(pairs_of, actions, shares, pairs, window_s, label, settings.shrink_pairs)
    found = test_b(ties, shares, audience, label, 0, settings.outside_pairs)
    p = np.maximum(p_a[kept], found.p)
    stands = found.p <= CLUSTER_P
    candidates = _candidates(_taken(ties, stands), p[stands], size)
    return Search(candidates, crowds, label, audience, pairs)


def _taken(pairs: Pairs, keep: Mask) -> Pairs:
    """Some of the pairs with their meetings."""
    rows = np.repeat(keep, pairs.observed)
    observed = pairs.observed[keep]
    return replace(
        pairs,
        a=pairs.a[keep],
        b=pairs.b[keep],
        observed=observed,
        start=np.concatenate([[0], np.cumsum(observed)]).astype(np.int64),
        met_object=pairs.met_object[rows],
        met_actions=pairs.met_actions[rows],
    )


def _contacts(a: Ints, b: Ints, size: int) -> csr_array:
    ones = np.ones(2 * len(a), np.int32)
    matrix = coo_array((ones, (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(size, size)).tocsr()
    return matrix


def _common(a: Ints, b: Ints, size: int) -> tuple[Ints, Ints]:
    """Contacts two ends of each tie have in common, and how many each account has."""
    if not len(a):
        return np.zeros(0, np.int64), np.zeros(size, np.int64)
    matrix = _contacts(a, b, size)
    common = (matrix @ matrix).tocsr()[a, b]
    return np.asarray(common).ravel().astype(np.int64), np.diff(matrix.indptr).astype(np.int64)


def _tight(weak: Pairs, size: int) -> Mask:
    """Ties whose ends have most of their contacts, themselves included, in common."""
    common, degree = _common(weak.a, weak.b, size)
    own = np.sqrt((degree[weak.a] + 1.0) * (degree[weak.b] + 1.0))
    return (common >= 1) & ((common + 2) / own >= TIGHT)


def _clusters(a: Ints, b: Ints, size: int, crowd_min: int) -> tuple[Ints, list[Members]]:
    """Components as a label per account; those over ``crowd_min`` accounts apart."""
    label = np.full(size, -1, np.int64)
    crowds: list[Members] = []
    number = 0
    for members in _components(a, b, size):
        if len(members) > crowd_min:
            crowds.append(frozenset(members.tolist()))
        else:
            label[members] = number
            number += 1
    return label, crowds


def _components(a: Ints, b: Ints, size: int) -> list[Ints]:
    """Members of each component of two or more accounts, by smallest member."""
    if not len(a):
        return []
    _, part = connected_components(_contacts(a, b, size), directed=False)
    tied = np.unique(np.concatenate([a, b]))
    order = np.argsort(part[tied], kind="stable")
    cuts = np.flatnonzero(np.diff(part[tied][order])) + 1
    return sorted(np.split(tied[order], cuts), key=lambda members: int(members[0]))


def _candidates(ties: Pairs, p: Floats, size: int) -> list[Candidate]:
    """Ties in a triangle, as components of four or more accounts, half of whom met on each of three or more objects."""
    common, _ = _common(ties.a, ties.b, size)
    ties, p = _taken(ties, common > 0), p[common > 0]
    found = []
    for members in _components(ties.a, ties.b, size):
        own = np.isin(ties.a, members)
        if len(members) >= SMALLEST and _wide_objects(_taken(ties, own), len(members) / 2) >= OBJECTS:
            strength = float(-np.log10(np.clip(p[own], 1e-300, 1.0)).sum())
            found.append(Candidate(frozenset(members.tolist()), np.column_stack([ties.a[own], ties.b[own]]), strength))
    return found


def _wide_objects(ties: Pairs, least: float) -> int:
    """Objects on which at least so many accounts met."""
    ends = np.concatenate([np.repeat(ties.a, ties.observed), np.repeat(ties.b, ties.observed)])
    there = np.unique(np.column_stack([np.tile(ties.met_object, 2), ends]), axis=0)
    _, accounts = np.unique(there[:, 0], return_counts=True)
    return int((accounts >= least).sum())


# -- worlds


def _accounts_shuffled(
    actions: Actions, pairs_of: Listed, data: Search, draw: np.random.Generator
) -> tuple[Actions, Listed]:
    """Accounts permuted over all actions; each keeps how often it acts, each object how often and when."""
    return replace(actions, account=draw.permutation(actions.account)), pairs_of


def _times_shuffled(
    actions: Actions, pairs_of: Listed, data: Search, draw: np.random.Generator
) -> tuple[Actions, Listed]:
    """Accounts permuted among the actions on each object: who acted on what stays, when does not."""
    order = np.argsort((actions.object << 32) | draw.integers(0, 1 << 32, len(actions)))  # within each object
    return replace(actions, account=actions.account[order]), pairs_of


def _times_without_clusters(
    actions: Actions, pairs_of: Listed, data: Search, draw: np.random.Generator
) -> tuple[Actions, Listed]:
    """As above, after the clusters' own meetings were replaced by as many as the others' rate would give them."""
    label = data.label
    one, two = label[actions.account[pairs_of.early]], label[actions.account[pairs_of.late]]
    outside = (one < 0) | (one != two)
    audience = data.audience
    component, object_ = np.divmod(audience.inside_key, max(audience.objects, 1))
    rate = (audience.rapid[object_] - audience.inside_rapid + audience.shrink * audience.base(component)) / (
        audience.possible[object_] - audience.inside_possible + audience.shrink
    )
    number = draw.poisson(np.clip(rate, 0.0, 1.0) * audience.inside_possible)
    first, last = np.searchsorted(actions.object, object_), np.searchsorted(actions.object, object_, side="right")
    first, count = np.repeat(first, number), np.repeat(last - first, number)
    some = (draw.random(len(first)) * count).astype(np.int64)
    other = (some + 1 + (draw.random(len(first)) * (count - 1)).astype(np.int64)) % count
    early = np.concatenate([pairs_of.early[outside], first + np.minimum(some, other)])
    late = np.concatenate([pairs_of.late[outside], first + np.maximum(some, other)])
    order = np.argsort(early, kind="stable")  # rows are sorted by object, so this sorts by object
    return _times_shuffled(actions, Listed(early[order], late[order]), data, draw)


KINDS: dict[str, Callable[[Actions, Listed, Search, np.random.Generator], tuple[Actions, Listed]]] = {
    "accounts": _accounts_shuffled,
    "times": _times_without_clusters,
    "label": _times_shuffled,
}


@dataclass(frozen=True)
class Kept:
    """A group that reshuffled worlds do not explain, or a crowd.

    Attributes
    ----------
    layer : int
        Position among the layers.
    members : tuple of str
        Uids.
    ties : list of (str, str)
        The weak ties that hold it; of a crowd, all pairs of members that met twice.
    label : str
        A key of ``graph.results.LABELS``.
    strength, p, by_chance, left : float
        S; p from the worlds; how many groups this strong a world holds on average; what shuffling times leaves of it.
        p and by_chance are None for crowds, which no world tests.
    rapid, shuffled : float
        Of a crowd: pairs of actions within the window among its members, in the data and after shuffling times.
    """

    layer: int
    members: tuple[str, ...]
    ties: tuple[tuple[str, str], ...]
    label: str
    strength: float
    p: float | None
    by_chance: float | None
    left: float
    rapid: int = 0
    shuffled: float = 0.0


def test_groups(
    layers: Sequence[Layer], settings: Settings, engine: Engine, progress: Progress | None = None
) -> list[Kept]:
    """Find groups in all layers and keep those that reshuffled worlds rarely hold.

    Parameters
    ----------
    layers : sequence of Layer
    settings : Settings
        ``worlds`` of each kind are drawn; fewer than 19 can keep nothing.

    Returns
    -------
    list of Kept
        Groups with p <= alpha, and crowds.
    """
    lists = [listed(layer, engine) for layer in layers]
    data = [look(layer.actions, own, layer.window_s, settings) for layer, own in zip(layers, lists, strict=True)]
    if not any(search.candidates or search.crowds for search in data):
        return []
    best: dict[str, list[Floats]] = {"accounts": [], "times": []}
    remains = _Remains(layers, data)
    for world in range(settings.worlds):
        if progress:
            progress("Comparing groups with reshuffled worlds", world, settings.worlds)
        for number, kind in enumerate(KINDS):
            strengths: list[float] = []
            for n, layer in enumerate(layers):
                draw = np.random.default_rng([settings.seed, number, world, n])
                actions, pairs_of = KINDS[kind](layer.actions, lists[n], data[n], draw)
                if kind == "label":
                    remains.add(n, look(actions, pairs_of, layer.window_s, settings), actions, pairs_of)
                else:
                    found = look(actions, pairs_of, layer.window_s, settings)
                    strengths += [candidate.strength for candidate in found.candidates]
            if kind != "label":
                best[kind].append(np.array(strengths))
    return [*_kept(layers, data, best, remains, settings), *_crowds(layers, data, remains, lists, settings)]


test_groups.__test__ = False  # type: ignore[attr-defined]  # a statistical test, not one for pytest


class _Remains:
    """What is left of the data's candidates and crowds when times are shuffled and nothing is left out."""

    def __init__(self, layers: Sequence[Layer], data: Sequence[Search]) -> None:
        self.layers, self.data = layers, data
        self.ratios: dict[tuple[int, int], list[float]] = {}
        self.rapid: dict[tuple[int, int], list[int]] = {}

    def add(self, layer: int, world: Search, actions: Actions, pairs_of: Listed) -> None:
        for number, candidate in enumerate(self.data[layer].candidates):
            same = [c.strength for c in world.candidates if _overlap(c.members, candidate.members)]
            crowd = any(_overlap(members, candidate.members) for members in world.crowds)
            ratio = 1.0 if crowd else min(1.0, max(same, default=0.0) / candidate.strength)
            self.ratios.setdefault((layer, number), []).append(ratio)
        for number, members in enumerate(self.data[layer].crowds):
            self.rapid.setdefault((layer, number), []).append(_rapid_inside(actions, pairs_of, members))

    def left(self, layer: int, candidate: int) -> tuple[float, float]:
        """Mean ratio, and the p of the worlds that leave all of it."""
        ratios = np.array(self.ratios.get((layer, candidate), [1.0]))
        return float(ratios.mean()), (1 + int((ratios >= 1.0).sum())) / (len(ratios) + 1)


def _overlap(one: Members, two: Members) -> bool:
    return len(one & two) >= OVERLAP * min(len(one), len(two))


def _rapid_inside(actions: Actions, pairs_of: Listed, members: Members) -> int:
    inside = np.zeros(len(actions.accounts), bool)
    inside[list(members)] = True
    one, two = actions.account[pairs_of.early], actions.account[pairs_of.late]
    return int((inside[one] & inside[two] & (one != two)).sum())


def _kept(
    layers: Sequence[Layer],
    data: Sequence[Search],
    best: dict[str, list[Floats]],
    remains: _Remains,
    settings: Settings,
) -> list[Kept]:
    kept = []
    for n, search in enumerate(data):
        for number, candidate in enumerate(search.candidates):
            reached = {
                kind: sum(bool((world >= candidate.strength).any()) for world in worlds)
                for kind, worlds in best.items()
            }
            p = (1 + max(reached.values())) / (settings.worlds + 1)
            if p > settings.alpha:
                continue
            chance = max(float(np.mean([(w >= candidate.strength).sum() for w in worlds])) for worlds in best.values())
            left, p_left = remains.left(n, number)
            label = "timing" if left <= LEFT and p_left <= settings.alpha else "closed_circle"
            names = _names(layers[n], candidate.members)
            ties = tuple((names[int(a)], names[int(b)]) for a, b in candidate.ties)
            kept.append(Kept(n, tuple(sorted(names.values())), ties, label, candidate.strength, p, chance, left))
    return kept


def _names(layer: Layer, members: Members) -> dict[int, str]:
    return {member: layer.actions.accounts[member].as_py() for member in sorted(members)}


def _crowds(
    layers: Sequence[Layer], data: Sequence[Search], remains: _Remains, lists: Sequence[Listed], settings: Settings
) -> list[Kept]:
    found = []
    for n, search in enumerate(data):
        for number, members in enumerate(search.crowds):
            actions = layers[n].actions
            real = _rapid_inside(actions, lists[n], members)
            shuffled = float(np.mean(remains.rapid.get((n, number), [real])))
            left = shuffled / max(real, 1)
            label = "large_group" if left <= LEFT else _large_label(layers[n], search, members, settings)
            names = _names(layers[n], members)
            inside = np.isin(search.pairs.a, list(members)) & np.isin(search.pairs.b, list(members))
            ties = zip(search.pairs.a[inside].tolist(), search.pairs.b[inside].tolist(), strict=True)
            own = tuple((names[a], names[b]) for a, b in ties)
            found.append(Kept(n, tuple(sorted(names.values())), own, label, 0.0, None, None, left, real, shuffled))
    return found


def _large_label(layer: Layer, search: Search, members: Members, settings: Settings) -> str:
    """A closed circle when most meetings lie on objects hardly anyone outside acted on, else a fast crowd."""
    inside = np.zeros(len(layer.actions.accounts), bool)
    inside[list(members)] = True
    shares, pairs = layer.shares, search.pairs
    own = inside[shares.account]
    size = len(pairs.rapid)
    count = np.bincount(shares.object[own], weights=shares.times[own], minlength=size)
    repeats = np.bincount(shares.object[own], weights=shares.times[own].astype(float) ** 2, minlength=size)
    outside = search.audience.possible - (count**2 - repeats) / 2
    met = np.repeat(inside[pairs.a] & inside[pairs.b], pairs.observed)
    alone = outside[pairs.met_object[met]] < settings.outside_pairs
    return "large_closed_circle" if alone.mean() > LEFT else "fast_crowd"
