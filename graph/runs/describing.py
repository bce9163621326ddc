"""Described methods beside a run: read the run's layers again, test them as the run did, and store what each method links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from graph.case.subset import precisions_of, resolved
from graph.described.methods import METHODS, chosen
from graph.described.tables import described_tables
from graph.engines.in_memory import InMemory
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.runs.caveats import NO_COMPARISON
from graph.schema import Allowed
from graph.settings import settings_of
from graph.significance.outside import chosen_beforehand
from graph.stores.base import Store
from graph.ties.validation import ValidatedLayer, validate_layers
from graph.windows import borne
from ingest.errors import Progress, UsageError


def describe_methods(
    store: Store,
    run: Mapping[str, Any],
    methods: Sequence[str],
    options: Mapping[str, float] | None = None,
    progress: Progress | None = None,
    validated: Sequence[ValidatedLayer] | None = None,
) -> dict[str, pa.Table]:
    """Ties and communities by published rules beside a run, kept with it in tables of their own: described, not tested.

    A method that was described before is described anew. None of the run's own tables changes.

    Parameters
    ----------
    store : Store
    run : mapping
        The run's record.
    methods : sequence of str
        Names of ``graph.described.methods.METHODS``.
    options : mapping of str to float, optional
        Thresholds under the methods' own names: ``edge_weight``, or ``coortweet.edge_weight`` where there are several methods.
    progress : callable, optional
        It may raise ``Cancelled``; nothing is kept then.
    validated : sequence of ValidatedLayer, optional
        The run's layers, where they are at hand; read again without.

    Returns
    -------
    dict of pyarrow.Table
        The new rows of ``graph.schema.DESCRIBED``.

    Raises
    ------
    UsageError
        If a method or option is unknown, or the case has other files than the run had.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> from graph.runs.pipeline import find
    >>> from graph.settings import Settings
    >>> case = toy_case()
    >>> found = find(case, Settings(traces=("link",)))
    >>> made = describe_methods(case, found.run, ["qut"])
    >>> made["described_communities"].select(["community", "accounts", "ties", "passing"]).to_pylist()[0]
    {'community': 1, 'accounts': 4, 'ties': 6, 'passing': 6}
    """
    say = progress or (lambda step, done, total: None)
    asked = chosen(methods, options)
    settings = settings_of(run)
    engine: Engine = LocalEngine()
    if validated is None:
        validated = validated_of(store, run, engine, say)
    narrow = resolved(store, settings.narrow)
    beside = {name: METHODS[name].reads(store, narrow) for name in asked}
    tables = described_tables(asked, validated, beside, settings, engine, say)
    say("Keeping what was described", 0, None)
    store.describe_run(str(run["run_id"]), tables)
    return tables


def everybody_chosen(run: Mapping[str, Any]) -> bool:
    """True where nobody is left to compare with, so that a run is described by what its accounts shared as well.

    Examples
    --------
    >>> everybody_chosen({"notes": [f"There is {NO_COMPARISON}."]}), everybody_chosen({"notes": []})
    (True, False)
    """
    return bool(chosen_beforehand(run)) or any(NO_COMPARISON in note for note in run.get("notes") or ())


def validated_of(store: Store, run: Mapping[str, Any], engine: Engine, say: Progress) -> list[ValidatedLayer]:
    """A run's layers, read and tested again with its own settings.

    Raises
    ------
    UsageError
        If the case has other files than when the run was made.
    """
    now = sorted(source["source_id"] for source in store.sources().to_pylist())
    if now != sorted(run.get("source_ids") or []):
        raise UsageError(
            f"Files came or went since R-{run.get('number')}, so its ties cannot be compared pair by pair.",
            hint="Run lockstep find again, with --describe.",
        )
    settings = settings_of(run)
    settings = replace(
        settings,
        narrow=resolved(store, settings.narrow),
        windows_s=borne(settings.windows_s, precisions_of(store))[0],
    )
    allowed = [Allowed(**entry) for entry in run.get("allowed") or []]
    layers = list(InMemory().layers(store, settings, allowed, say))
    layers = sorted(layers, key=lambda layer: layer.rarity is not None)
    return validate_layers(layers, settings, engine, say)
