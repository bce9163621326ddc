"""Groups to set aside after the search: fed by one known source, or resting on a single object.

Both rules come after the search and only move a group to the heading Set aside, with the numbers behind it.

* ``syndicated``: every address the group met on is on one site, and that site is on the case's list of known sources, or most of
  the members name it as theirs in their profiles. For other traces, every object is on the list.
* ``one_object``: in every layer that holds the group, the object on which most of its pairs met is left out and the rest is tested
  again. It falls when no three accounts are still tied as the run's ties are. A group that was tested as one also stands when
  half of its accounts still met on each of two other objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.case.allow_list import in_words, sites
from graph.groups.candidates import OBJECTS
from graph.groups.describe import Described, rank_groups
from graph.groups.merge import inside
from graph.pairing.arrays import Floats, Mask
from graph.pairing.engine import Engine
from graph.pairing.pairs import Pairs
from graph.privacy.sanitize import defang
from graph.schema import LABELS, Allowed
from graph.settings import Settings
from graph.stores.base import Scan, Store
from graph.ties.layer import Layer
from graph.ties.table import TiedLayer
from graph.ties.validation import Thresholds, test_a, test_layer
from graph.traces import TRACES

OWN_SITE = 0.5  # part of the members above which a site that they name is theirs
_PROFILE = ("account_uid", "handle", "display_name", "description", "url")

Reasons = dict[str, str]  # by group
_Met = tuple[tuple[str, float], pl.DataFrame]  # layer and its pairs of posts


def set_aside(described: Described, label: str, reasons: Mapping[str, str]) -> Described:
    """The groups under another label with its reason, ranked again; the others as they were."""
    if not reasons:
        return described
    keys = list(reasons)
    named = pl.col("group_id").is_in(keys)
    words = pl.col("group_id").replace_strict(keys, list(reasons.values()), default=None, return_dtype=pl.String)
    moved = described.groups.with_columns(
        pl.when(named).then(pl.lit(label)).otherwise("label").alias("label"),
        pl.when(named).then(pl.lit(LABELS[label].heading)).otherwise("heading").alias("heading"),
        pl.when(named).then(words).otherwise("reason").alias("reason"),
    )
    return replace(described, groups=rank_groups(moved))


def syndicated(described: Described, layers: Sequence[TiedLayer], allowed: Sequence[Allowed], store: Store) -> Reasons:
    """Groups that one known source feeds, each with the sentence that says so."""
    known: dict[tuple[str, str], Allowed] = {
        (entry.match, entry.object): entry for entry in allowed if entry.use == "source"
    }
    found = {}
    for group, members, parts in _standing(described, layers):
        objects: dict[str, list[str]] = {}
        for (trace, _), met in parts:
            objects.setdefault(trace, []).extend(met["object"].unique(maintain_order=True))
        listed = _all_listed(objects, known)
        fed = {site for trace, keys in objects.items() for site in sites(trace, keys) if _is_address(trace)}
        site = next(iter(fed)) if len(fed) == 1 else None
        if listed:
            found[group] = f"All they share comes from a known source: {listed}."
        elif site and (entry := known.get(("site", site))):
            found[group] = f"All they share is on {_said(entry)}."
        elif site and (number := _naming(store, members, site)) > OWN_SITE * len(members):
            of = f"{number:,} of {len(members):,} accounts name it in their profiles"
            found[group] = f"All they share is on {defang(site)}, and {of}: their own site feeds them."
    return found


def _standing(described: Described, layers: Sequence[TiedLayer]) -> Iterator[tuple[str, list[str], list[_Met]]]:
    """Each group that is not set aside: its id, its members, and per layer, strongest first, what they met on."""
    if not described.groups.height:
        return
    evidence = {(one.layer.trace, one.layer.window_s): one.evidence for one in layers}
    members = dict(described.members.group_by("group_id").agg("account").iter_rows())
    kept = described.groups.filter(pl.col("heading") != "aside").select("group_id", "traces", "windows_s")
    for group, traces, windows in kept.iter_rows():
        own = members[group]
        met = [(key, inside(evidence[key], own)) for key in zip(traces, windows, strict=True)]
        yield group, own, [(key, frame) for key, frame in met if frame.height]


def _is_address(trace: str) -> bool:
    return TRACES[trace].words.shows == "address"


def _all_listed(objects: Mapping[str, Sequence[str]], known: Mapping[tuple[str, str], Allowed]) -> str | None:
    """The entries that name every object of the strongest layer; None where one is missing."""
    first = next(iter(objects.values()), [])
    entries = [known.get(("object", key)) for key in first]
    if not entries or any(entry is None for entry in entries):
        return None
    return "; ".join(dict.fromkeys(_said(entry) for entry in entries if entry))


def _said(entry: Allowed) -> str:
    return f"{in_words(entry)}, a known source ({entry.reason}; {entry.by}, {entry.at[:10]})"


def _naming(store: Store, members: Sequence[str], site: str) -> int:
    """Number of the accounts that have the site in their names, their address or their profile text."""
    there = re.compile(rf"(?<![\w-]){re.escape(site)}(?![\w-])", re.IGNORECASE)
    rows = (row for batch in store.scan("accounts", Scan(columns=_PROFILE, uids=members)) for row in batch.to_pylist())
    return sum(bool(there.search(" ".join(str(row[name] or "") for name in _PROFILE[1:]))) for row in rows)


def one_object(described: Described, layers: Sequence[TiedLayer], settings: Settings, engine: Engine) -> Reasons:
    """Groups that fall without their best object, each with the sentence that says so."""
    thresholds = Thresholds.of([one.validated for one in layers if one.validated.timed], settings.alpha)
    basis = dict(described.groups.select("group_id", "basis").iter_rows()) if described.groups.height else {}
    holds: dict[str, list[tuple[bool, int, int, str]]] = {}
    groups = list(_standing(described, layers))
    for one in layers:
        layer = (one.layer.trace, one.layer.window_s)
        mine = [(group, members, met) for group, members, parts in groups for key, met in parts if key == layer]
        best = {group: _best(met) for group, _, met in mine}
        if not one.validated.timed:  # one name is all that accounts have: it is not held against them
            for group, _, _ in mine:
                holds.setdefault(group, []).append((True, 0, 0, one.layer.trace))
            continue
        if not mine:
            continue
        everyone = sorted({member for _, members, _ in mine for member in members})
        together = _Left.without(one.layer, set(best.values()), everyone, settings, engine)
        for group, members, met in mine:
            others = set(best.values()) - {best[group]}
            left, stands = together.held(members, thresholds, settings)
            if not stands and not others.isdisjoint(met["object"]):  # others' objects were taken from it too
                left, stands = _Left.without(one.layer, {best[group]}, members, settings, engine).held(
                    members, thresholds, settings
                )
            wide = basis[group] != "ties" and _wide(met, best[group], len(members)) >= OBJECTS - 1
            ties = met.select("account_a", "account_b").n_unique()
            holds.setdefault(group, []).append((stands or wide, left, ties, one.layer.trace))
    return {group: _falls(*parts[0][1:]) for group, parts in holds.items() if not any(stands for stands, *_ in parts)}


def _falls(left: int, ties: int, trace: str) -> str:
    remain = (
        "none of its ties remains"
        if not left
        else f"{left:,} of its {ties:,} ties {'remains' if left == 1 else 'remain'}"
    )
    return f"Without the one {TRACES[trace].words.one} that most of its pairs have in common, {remain}: too few for a group."


def _best(met: pl.DataFrame) -> str:
    """The object on which most pairs met."""
    pairs = met.select("object", "account_a", "account_b").unique().group_by("object").len()
    return str(pairs.sort("len", "object", descending=[True, False])["object"][0])


def _wide(met: pl.DataFrame, best: str, members: int) -> int:
    """Objects but the best one on which at least half of the members met."""
    rest = met.filter(pl.col("object") != best)
    ends = pl.concat([rest.select("object", account=f"account_{side}") for side in ("a", "b")]).unique()
    return ends.group_by("object").len().filter(pl.col("len") >= members / 2).height


@dataclass(frozen=True)
class _Left:
    """Pairs of a few accounts, tested again without some objects."""

    accounts: pa.Array
    pairs: Pairs
    p_a: Floats
    p_b: Floats

    @classmethod
    def without(
        cls, layer: Layer, objects: set[str], members: Sequence[str], settings: Settings, engine: Engine
    ) -> _Left:
        rest = layer.without(pa.array(sorted(objects), pa.string()), settings, engine)
        _, (p_a,), (q_a,) = test_a([rest])
        own = _among(rest.actions.accounts, members)
        keep = own[rest.pairs.a] & own[rest.pairs.b]
        p_b = test_layer(rest, q_a <= settings.alpha, settings, engine, keep).p
        return cls(rest.actions.accounts, rest.pairs.where(keep), p_a[keep], p_b)

    def held(self, members: Sequence[str], thresholds: Thresholds, settings: Settings) -> tuple[int, bool]:
        """Number of ties that remain among the members, and True if they hold a group."""
        own, pairs = _among(self.accounts, members), self.pairs
        strong = own[pairs.a] & own[pairs.b] & (self.p_a <= thresholds.a) & (self.p_b <= thresholds.b)
        network = nx.Graph(zip(pairs.a[strong].tolist(), pairs.b[strong].tolist(), strict=True))
        return int(strong.sum()), max(map(len, nx.connected_components(network)), default=0) >= settings.group_min


def _among(accounts: pa.Array, members: Sequence[str]) -> Mask:
    return np.asarray(pc.is_in(accounts, value_set=pa.array(members, pa.string())))
