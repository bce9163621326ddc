"""Estimate of a run before it starts: actions and pairs per behaviour and time window, from the engine's own counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graph.case.subset import precisions_of, resolved
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.settings import Settings
from graph.stores.base import Store
from graph.ties.window_sweep import sweep
from graph.traces import TRACES
from graph.windows import coarsest, windows_for
from ingest.tables import LINK_KINDS

AT_ONCE = 1_000_000  # actions that are counted without asking first


def measured(store: Store, name: str, settings: Settings) -> dict[str, Any]:
    """Counts of one behaviour at every time window.

    Returns
    -------
    dict
        ``actions``, ``accounts``, ``objects``; ``windows``: per window ``window_s``, ``rapid_pairs``, ``observed``,
        ``expected``, ``beyond``, ``shuffled`` (as in ``graph.ties.window_sweep``); ``suggested_s``; ``left_out_s``; ``precision``.
    """
    precision = coarsest(precisions_of(store))
    actions = Actions.from_table(TRACES[name].actions(store, resolved(store, settings.narrow)))
    seen = sweep(actions, settings, LocalEngine(), precision, windows_for(precision))
    return {
        "actions": len(actions),
        "accounts": len(actions.accounts),
        "objects": len(actions.objects),
        "windows": seen.table.to_dicts(),
        "suggested_s": seen.suggested_s,
        "left_out_s": list(seen.left_out_s),
        "precision": precision,
    }


def kinds_in(store: Store) -> dict[str, int]:
    """Estimated number of posts per kind of link, from the records of the sources, without reading posts."""
    found: dict[str, int] = {}
    for source in store.sources().to_pylist():
        shares = json.loads(source.get("field_coverage") or "{}")
        for kind in LINK_KINDS:
            posts = round((shares.get(kind) or 0) * (source.get("rows_kept") or 0))
            found[kind] = found.get(kind, 0) + max(posts, 1 if shares.get(kind) else 0)
    return {kind: posts for kind, posts in found.items() if posts}


def roughly(kinds: Mapping[str, int], name: str) -> int:
    """Estimated number of actions of a behaviour, without reading any."""
    return sum(kinds.get(kind, 0) for kind in TRACES[name].kinds)


def cheap(kinds: Mapping[str, int], names: Sequence[str]) -> bool:
    """True where counting these behaviours takes only a moment."""
    return sum(roughly(kinds, name) for name in names) <= AT_ONCE
