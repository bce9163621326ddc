"""Groups of every method on one case: our search, and each published method with its paper's own settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import networkx as nx
import polars as pl

from graph.case.subset import resolved
from graph.pairing.actions import Actions
from graph.presets import PRESETS, Preset
from graph.runs.pipeline import chosen_traces, find
from graph.settings import Settings
from graph.stores.base import Store
from graph.traces import TRACES
from ingest.errors import Progress, UsageError, did_you_mean

OURS = "lockstep"
SHOWN: dict[str, tuple[str, ...]] = {
    "Lockstep, groups": ("groups",),
    "Lockstep, groups and closed circles": ("groups", "closed"),
}
"""Our rows, and the headings whose groups each counts; what is set aside is in none."""

WINDOWS_S = {"coortweet": 10.0, "qut": 1.0}
"""Window of a paper or its program, for methods that take one from outside; the others have their own options or none."""

BEHAVIOURS: dict[str, tuple[str, ...]] = {
    "coornet": ("link",),
    "cinus": ("link",),
    "nizzoli": ("repost",),
    "pacheco": ("repost",),
    "luceri": ("repost", "link", "text", "object"),
    "keller-schoch": ("text", "repost", "object"),
}
"""Behaviours a paper looks at. Where the case has none of them, all that the run looks at take their place."""

ONLY = ("keller-schoch",)  # reads nothing else, so without its behaviours it has no result
COMPONENTS = ("pacheco", "cinus")
"""Methods whose groups are what hangs together; those of the others are communities."""

SMALLEST = 3  # accounts of a group
MOST_TIES = 500_000  # beyond, Louvain's method in Python takes many minutes and gigabytes


@dataclass(frozen=True)
class Found:
    """Groups that a method finds in a case.

    Attributes
    ----------
    title : str
    reads : tuple of str
        Behaviours it was given.
    groups : tuple of frozenset of str
        Account uids; three or more each.
    tied : frozenset of str
        Accounts with any tie it keeps, in a group or not.
    ties : int
        Pairs of accounts it keeps.
    why : str
        The sentence that says why there is no result; empty where there is one.
    """

    title: str
    reads: tuple[str, ...] = ()
    groups: tuple[frozenset[str], ...] = ()
    tied: frozenset[str] = frozenset()
    ties: int = 0
    why: str = ""


def methods() -> list[str]:
    """Names of all methods: ours, then every member of ``graph.presets.PRESETS``."""
    return [OURS, *PRESETS]


def found_by(name: str, store: Store, settings: Settings = Settings(), progress: Progress | None = None) -> list[Found]:
    """Groups of one method; of ours a row without closed circles and one with them.

    Parameters
    ----------
    name : str
        Of ``methods()``.
    settings : Settings
        Those of our search. A published method keeps its own window, behaviours and thresholds; what it cannot say about this
        case is said in ``why`` and is no error.

    Raises
    ------
    UsageError
        If there is no such method.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> [(len(one.groups), len(one.tied)) for one in found_by("lockstep", case, Settings(traces=("link",)))]
    [(1, 4), (1, 4)]
    >>> found_by("keller-schoch", case)[0].why
    'Keller, Schoch et al. read text, repost, object; this case has link, domain.'
    """
    if name == OURS:
        return _ours(store, settings, progress)
    if name not in PRESETS:
        raise UsageError(f"There is no method {name!r}.", hint=did_you_mean(name, methods()))
    return [_published(PRESETS[name], store, settings)]


def _ours(store: Store, settings: Settings, progress: Progress | None) -> list[Found]:
    findings = find(store, replace(settings, preset=None, pairs=False), progress)
    groups = pl.DataFrame(findings.tables["groups"]).select("group_id", "heading")
    members = pl.DataFrame(findings.tables["members"]).join(groups, on="group_id")
    ties = pl.DataFrame(findings.tables["ties"]).select("account_a", "account_b").unique()
    tied = frozenset(chain.from_iterable(ties.iter_rows()))
    reads = tuple(findings.run["settings"]["traces"])
    return [
        Found(title, reads, _sets(members.filter(pl.col("heading").is_in(headings))), tied, ties.height)
        for title, headings in SHOWN.items()
    ]


def _sets(members: pl.DataFrame) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(part["account"]) for _, part in members.group_by("group_id", maintain_order=True))


def _published(method: Preset, store: Store, settings: Settings) -> Found:
    carried = chosen_traces(store, settings.traces)
    reads = tuple(trace for trace in carried if trace in BEHAVIOURS.get(method.name, carried)) or carried
    if method.name in ONLY and not set(reads) & set(BEHAVIOURS[method.name]):
        read, there = ", ".join(BEHAVIOURS[method.name]), ", ".join(carried)
        return Found(method.title, (), why=f"{method.title} read {read}; this case has {there}.")
    try:
        return _drawn(method, store, settings, reads)
    except UsageError as error:
        return Found(method.title, reads, why=str(error))


def _drawn(method: Preset, store: Store, settings: Settings, reads: Sequence[str]) -> Found:
    narrow = resolved(store, settings.narrow)
    networks = {name: Actions.from_table(TRACES[name].actions(store, narrow)) for name in reads}
    window_s = WINDOWS_S.get(method.name, settings.windows_s[0])
    drawn = method.layers({**networks, **method.reads(store, narrow)}, window_s, method.dials({}))
    layers = {trace: kept_once(edges) for trace, edges in drawn.items()}
    pairs = {(a, b) for edges in layers.values() for a, b, _ in edges}
    tied = frozenset(chain.from_iterable(pairs))
    if len(pairs) > MOST_TIES:
        why = f"It keeps {len(pairs):,} ties among {len(tied):,} accounts: too many to find communities in."
        return Found(method.title, tuple(reads), (), tied, len(pairs), why)
    groups = tuple(frozenset(part) for part in gathered(layers, method.name, settings.seed))
    return Found(method.title, tuple(reads), groups, tied, len(pairs))


def kept_once(edges: pl.DataFrame) -> list[tuple[str, str, float]]:
    """Ties that a method keeps, each two accounts once with their largest weight, without an account's tie to itself.

    Examples
    --------
    >>> rows = {"account_a": ["b", "a", "a"], "account_b": ["a", "b", "a"], "preset_weight": [2.0, 1.0, 9.0]}
    >>> kept_once(pl.DataFrame({**rows, "preset_keeps": [True, False, True]}))
    [('a', 'b', 2.0)]
    """
    one, two = pl.min_horizontal("account_a", "account_b"), pl.max_horizontal("account_a", "account_b")
    kept = edges.filter(pl.col("preset_keeps") & (pl.col("account_a") != pl.col("account_b")))
    once = kept.group_by(one.alias("one"), two.alias("two")).agg(pl.col("preset_weight").max()).sort("one", "two")
    return list(once.iter_rows())


def gathered(layers: Mapping[str, Sequence[tuple[str, str, float]]], name: str, seed: int) -> list[tuple[str, ...]]:
    """Sets of three accounts or more that a method's ties make: what hangs together, or communities.

    Communities are those of one run of Louvain's method, as papers run it.

    Examples
    --------
    >>> chain = [("a", "b", 1.0), ("b", "c", 1.0), ("d", "e", 1.0)]
    >>> [sorted(group) for group in gathered({"link": chain}, "pacheco", 7)]
    [['a', 'b', 'c']]
    """
    most: dict[tuple[str, str], float] = {}
    for edges in layers.values():
        for a, b, weight in edges:
            most[a, b] = max(weight, most.get((a, b), 0.0))
    ties = [(a, b, weight) for (a, b), weight in sorted(most.items())]
    if name in COMPONENTS or not ties:
        found = [tuple(part) for part in nx.connected_components(nx.Graph([(a, b) for a, b, _ in ties]))]
    else:
        network = nx.Graph()
        network.add_weighted_edges_from(ties)
        found = [tuple(part) for part in nx.community.louvain_communities(network, seed=seed)]
    return [part for part in found if len(part) >= SMALLEST]
