"""Groups of every method on one case: our search, and each published method with its paper's own settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import polars as pl

from graph.case.subset import resolved
from graph.described.communities import Edge, gathered
from graph.described.ties import undirected
from graph.networks.tie_network import PAIR
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
    reads = tuple(trace for trace in carried if trace in method.behaviours) or carried
    try:
        return _drawn(method, store, settings, reads)
    except UsageError as error:
        return Found(method.title, reads, why=str(error))


def _drawn(method: Preset, store: Store, settings: Settings, reads: Sequence[str]) -> Found:
    narrow = resolved(store, settings.narrow)
    networks = {name: Actions.from_table(TRACES[name].actions(store, narrow)) for name in reads}
    window_s = method.window_s or settings.windows_s[0]
    drawn = method.layers({**networks, **method.reads(store, narrow)}, window_s, method.dials({}))
    if not drawn:
        why = f"{method.title} read {', '.join(method.traces)}; this case has {', '.join(reads)}."
        return Found(method.title, (), why=why)
    layers = {trace: _kept(edges) for trace, edges in drawn.items()}
    pairs = {(a, b) for edges in layers.values() for a, b, _ in edges}
    tied = frozenset(chain.from_iterable(pairs))
    if len(pairs) > MOST_TIES:
        why = f"It keeps {len(pairs):,} ties among {len(tied):,} accounts: too many to find communities in."
        return Found(method.title, tuple(reads), (), tied, len(pairs), why)
    found = gathered(layers, method.gathers, settings.seed, seeds=1)  # as papers run it
    groups = tuple(frozenset(part.members) for part in found)
    return Found(method.title, tuple(reads), groups, tied, len(pairs))


def _kept(edges: pl.DataFrame) -> list[Edge]:
    """Ties that a method keeps, each two accounts once with their largest weight."""
    return undirected(edges).select(*PAIR, pl.max_horizontal("weight", "weight_back")).rows()
