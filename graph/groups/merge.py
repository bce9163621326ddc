"""Groups from ties: tested groups and components of ties, merged within and across layers.

Groups come from two tiers: those that shuffled data do not explain (``graph.groups.monte_carlo``), and components of three
or more accounts held by single ties. Parts that share at least half of the smaller set are one group, within a layer
and across layers. Crowds are removed first: a component of more than ``crowd_min`` accounts is a fast crowd if most of its
ties fail test B with nobody left out, or if it remains with shuffled times. Every other set of more than ``crowd_min`` accounts
is shown as its communities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import combinations

import networkx as nx
import polars as pl

from graph.groups.candidates import overlaps
from graph.groups.communities import Community, split
from graph.groups.monte_carlo import TestedGroup
from graph.schema import LABELS
from graph.settings import Settings
from graph.ties.validation import MAJORITY


@dataclass(frozen=True)
class Component:
    """Accounts that one layer holds together: by ties, or as a tested group.

    Attributes
    ----------
    tested : TestedGroup, optional
        Its test against shuffled data; None for a component of ties.
    """

    layer: int
    members: frozenset[str]
    crowd: bool
    tested: TestedGroup | None = None


@dataclass(frozen=True)
class Whole:
    """A set of more than ``crowd_min`` accounts that is shown as its communities.

    Attributes
    ----------
    layer : int
        The strongest of its layers.
    parts : int
        Communities it is shown as; 1 where no method finds any, and it is shown as it is.
    """

    members: tuple[str, ...]
    layer: int
    parts: int


@dataclass(frozen=True)
class Group:
    """Accounts shown as one group, with the layers that hold them, strongest first, and their test.

    Attributes
    ----------
    whole : Whole, optional
        The large set it is a community of; None for all others.
    share : dict of account to float
        Part of the runs that put it here, for a community of a larger group; 1 for all others.
    """

    members: tuple[str, ...]
    layers: tuple[int, ...]
    crowd: bool
    basis: str
    tested: TestedGroup | None
    share: dict[str, float] = field(default_factory=dict, hash=False)
    whole: Whole | None = None
    group_id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "group_id", group_id(self.members))


def group_id(members: Iterable[str]) -> str:
    """The hash of the sorted member uids, so that the same accounts are the same group in every run.

    Examples
    --------
    >>> group_id(["x:2", "x:1"]) == group_id(["x:1", "x:2"])
    True
    """
    return sha256("\n".join(sorted(members)).encode()).hexdigest()[:12]


def strength() -> pl.Expr:
    """S of the method: the sum over ties of -log10 of the larger p."""
    return -pl.max_horizontal("p_a", "p_b").clip(1e-300, 1.0).log10().sum()


def find_groups(
    ties: Sequence[pl.DataFrame],
    tested: Sequence[TestedGroup],
    settings: Settings,
    everybody: Set[int] = frozenset(),
) -> list[Group]:
    """Tested groups and components per layer, crowds taken out, the same accounts shown as one.

    Parameters
    ----------
    ties : sequence of polars.DataFrame
        One per layer, as ``graph.ties.table.tie_table`` gives them.
    tested : sequence of TestedGroup
        As ``graph.groups.monte_carlo.test_groups`` gives them.
    everybody : set of int
        Layers in which the tied accounts are (almost) everybody: a large set is not as fast as everyone there, it is everyone, so
        it is split before it is judged.

    Returns
    -------
    list of Group
        In no particular order; ``graph.groups.describe`` ranks them.
    """
    results = [Component(part.layer, frozenset(part.members), part.p is None, part) for part in tested]
    crowds = [part for part in results if part.crowd]
    tied = [part for number, table in enumerate(ties) for part in _components(number, table, settings, crowds)]
    found = [*results, *tied]
    whole = [parts for crowd in (False, True) for parts in _merged([part for part in found if part.crowd is crowd])]
    return [group for parts in whole for group in _split(parts, ties, settings, everybody)]


def _split(
    parts: Sequence[Component], ties: Sequence[pl.DataFrame], settings: Settings, everybody: Set[int]
) -> list[Group]:
    """One group; over ``crowd_min`` accounts, its communities, each account with its share. What is set aside is left whole."""
    whole = _as_group(parts, ties)
    aside = whole.crowd and (whole.tested is None or LABELS[whole.tested.label].heading == "aside")
    if (aside and whole.layers[0] not in everybody) or len(whole.members) <= settings.crowd_min:
        return [whole]
    found = split(_weights(whole, ties), settings.group_min, settings.seed)
    of = Whole(whole.members, whole.layers[0], max(len(found), 1))
    if of.parts == 1:
        return [replace(whole, whole=of)]
    return [_part(community, whole, of, parts, ties) for community in found]


def _weights(whole: Group, ties: Sequence[pl.DataFrame]) -> Iterable[tuple[str, str, float]]:
    """Ties of a large set with their most objects; of a crowd's accounts that have none, the pairs that met twice."""
    frames = [inside(ties[n], whole.members).select("account_a", "account_b", "observed") for n in whole.layers]
    own = pl.concat(frames).group_by("account_a", "account_b").agg(pl.col("observed").max())
    held = {*own["account_a"], *own["account_b"]}
    met = zip(whole.tested.ties, whole.tested.weights, strict=False) if whole.tested else ()
    rest = [(*sorted(pair), weight) for pair, weight in met if not held.issuperset(pair)]
    return [*own.sort("account_a", "account_b").iter_rows(), *rest]


def _part(
    community: Community, whole: Group, of: Whole, parts: Sequence[Component], ties: Sequence[pl.DataFrame]
) -> Group:
    """A community of a large group as a group, with what worlds say of those of its accounts that were tested as one."""
    members = frozenset(community.members)
    own = {n: inside(ties[n], community.members) for n in whole.layers}
    results = sorted((part.tested for part in parts if part.tested and overlaps(part.members, members)), key=_standing)
    alone = any((frame["level"] != "group").any() for frame in own.values())
    held = any(part.p is not None for part in results)
    basis = "both" if alone and held else "ties" if alone or not results else "group"
    power = {n: frame.select(strength()).item() for n, frame in own.items() if frame.height}
    order = tuple(sorted(power, key=lambda n: (-power[n], n))) or (of.layer,)
    return Group(community.members, order, False, basis, results[0] if results else None, community.share, of)


def _standing(tested: TestedGroup) -> tuple[float, float, int]:
    """The order of what worlds say of one group's parts, best first."""
    return (tested.p or 0.0, -tested.strength, -tested.rapid)


def _components(layer: int, ties: pl.DataFrame, settings: Settings, crowds: Sequence[Component]) -> list[Component]:
    """Components of single ties; one inside a crowd is part of the crowd."""
    ties = ties.filter(pl.col("level").is_in(["far", "beyond"]))
    network = nx.from_edgelist(ties.select("account_a", "account_b").iter_rows())
    sets = sorted(nx.connected_components(network), key=min)
    place = {account: number for number, members in enumerate(sets) for account in members}
    explained: dict[int, float] = dict(
        ties.group_by(pl.col("account_a").replace_strict(place, return_dtype=pl.Int64, default=None))
        .agg(pl.col("explained_in_sample").mean())
        .iter_rows()
    )
    found = []
    for number, members in enumerate(sets):
        if len(members) >= settings.group_min:
            large = len(members) > settings.crowd_min
            within = large and any(overlaps(crowd.members, members) for crowd in crowds if crowd.layer == layer)
            crowd = within or (large and explained[number] > MAJORITY)
            found.append(Component(layer, frozenset(members), crowd))
    return found


def _merged(found: Sequence[Component]) -> list[list[Component]]:
    """Components that share at least half of the smaller set, together."""
    where: dict[str, list[int]] = defaultdict(list)
    for number, part in enumerate(found):
        for account in part.members:
            where[account].append(number)
    meeting = {pair for numbers in where.values() for pair in combinations(numbers, 2)}
    together = nx.empty_graph(len(found))
    together.add_edges_from((a, b) for a, b in meeting if overlaps(found[a].members, found[b].members))
    return [[found[n] for n in sorted(numbers)] for numbers in nx.connected_components(together)]


def _as_group(parts: Sequence[Component], ties: Sequence[pl.DataFrame]) -> Group:
    members = sorted(set().union(*(part.members for part in parts)))
    layers = {part.layer for part in parts}
    power = {n: inside(ties[n], members).select(strength()).item() for n in layers}
    results = sorted((part.tested for part in parts if part.tested), key=_standing)
    basis = "ties" if not results else "both" if any(part.tested is None for part in parts) else "group"
    order = sorted(layers, key=lambda n: (-power[n], n))
    return Group(tuple(members), tuple(order), parts[0].crowd, basis, results[0] if results else None)


def inside(ties: pl.DataFrame, members: Sequence[str]) -> pl.DataFrame:
    """Rows whose ``account_a`` and ``account_b`` are both among the members."""
    names = pl.Series(members, dtype=pl.String)
    return ties.filter(pl.col("account_a").is_in(names.implode()) & pl.col("account_b").is_in(names.implode()))
