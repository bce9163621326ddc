"""A run in one paragraph that can be quoted, and how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import words
from dashboards.words.power import NOT_TRIED, TITLES
from graph.settings import Narrow


def paragraph(
    run: Mapping[str, Any],
    overview: Mapping[str, Any],
    layers: pd.DataFrame,
    worlds: int,
    groups: pd.DataFrame,
    kind: str = "nothing",
) -> str:
    """Paragraph on what was searched, how, and what was found, with what it does not mean.

    Parameters
    ----------
    run : mapping
        The run's record.
    overview : mapping
        ``Report.overview()``.
    layers, groups : DataFrame
        ``graph.schema.LAYERS`` and ``GROUPS``.
    worlds : int
        Shuffles of the data that groups were compared with.
    kind : str
        Of the run's answer where nothing was found, see ``graph.runs.answer``.

    Examples
    --------
    >>> layers = pd.DataFrame({"trace": ["link"], "window_s": [60.0], "family_a": [10], "precision": ["s"]})
    >>> seen = {"posts": 90, "accounts": 5, "sources": 1, "first_at": "2026-08-03", "last_at": "2026-08-04"}
    >>> groups = pd.DataFrame({"heading": []})
    >>> paragraph({"settings": {}}, seen, layers, 0, groups).split(". ")[0]
    '90 posts by 5 accounts from 1 file (3 Aug – 4 Aug 2026) were searched for accounts that share the same links within a minute of each other more often than chance gives'
    """
    came = (
        f"{words.counted(overview['posts'], 'post')} by {words.counted(overview['accounts'], 'account')} from"
        f" {words.counted(overview['sources'], 'file')} ({words.days(overview.get('first_at'), overview.get('last_at'))})"
    )
    part = ", of which this run searched a part," if Narrow.from_dict(run["settings"].get("narrow", {})) else ""
    pairs = int(layers["family_a"].fillna(0).sum()) if len(layers) else 0
    alpha = float(run["settings"].get("alpha") or 0.05)
    said = [
        f"{came}{part} were searched for accounts that {_acts(layers)} more often than chance gives.",
        f"Each of {words.counted(pairs, 'comparison')} of two accounts had to pass two tests: one for who posts when (configuration"
        " model), one for how fast everyone else acts on the same things (timing model). Ties are kept at a false discovery rate"
        f" of {words.share(alpha, 1)}.",
        _found(overview, groups, kind),
    ]
    if worlds:
        said.append(f"Groups were also compared with {words.count(worlds)} shuffles of the data of each kind.")
    said.append(
        "Coordinated means acting together more often than chance explains. It does not say who runs the accounts, or why."
    )
    return " ".join(said)


def _acts(layers: pd.DataFrame) -> str:
    """Behaviours with their longest windows, those of one window together."""
    longest: dict[str, str] = {}
    for row in layers.sort_values("window_s", kind="stable").to_dict("records"):
        longest[str(row["trace"])] = words.within(row["window_s"], "min" if row["precision"] == "min" else None)
    order = list(dict.fromkeys(str(t) for t in layers["trace"]))
    said = []
    for close in dict.fromkeys(longest[trace] for trace in order):
        own = [trace for trace in order if longest[trace] == close]
        said.append(f"{words.verb(own)} the same {words.nouns(own)} {close}")
    return words.listed(said, "or") if said else "act together"


def _found(overview: Mapping[str, Any], groups: pd.DataFrame, kind: str) -> str:
    counts = {heading: int((groups["heading"] == heading).sum()) for heading in ("groups", "closed", "aside")}
    if not any(counts.values()) and not overview.get("pairs"):
        worth = {"too_little": f" {TITLES['too_little']}: no group could have been found.", "untested": f" {NOT_TRIED}"}
        return f"Nothing was found beyond chance.{worth.get(kind, '')}"
    first, inside = counts["groups"], overview.get("accounts_in_groups")
    found = (
        [f"{words.counted(first, 'group')} with {words.counted(inside, 'account')} in all"] if first else ["no group"]
    )
    if counts["closed"]:
        found.append(
            f"{words.counted(counts['closed'], 'closed circle')}, whose evidence is rare objects and not timing"
        )
    if overview.get("pairs"):
        found.append(f"{words.counted(overview['pairs'], 'pair')} of accounts alone")
    aside = (
        f"; {words.counted(counts['aside'], 'group')} more set aside because chance or another cause explains them"
        if counts["aside"]
        else ""
    )
    return f"Found: {words.listed(found)}{aside}."


def citation(run: Mapping[str, Any], case: str) -> str:
    """Citation of a run, so that others can find it.

    Examples
    --------
    >>> citation({"run_id": "0a1b2c3d4e5f", "number": 3, "seed": 7, "version": "0.1.0", "method": "pairs 1",
    ...     "finished_at": "2026-11-21T09:00:00+00:00"}, "larch")
    'Lockstep 0.1.0 (method: pairs 1), case “larch”, run R-3 (0a1b2c3d4e5f), seed 7, finished 21 Nov 2026.'
    """
    return (
        f"Lockstep {run.get('version') or words.NONE} (method: {run.get('method') or words.NONE}), case “{case}”, run"
        f" {words.run_name(run)} ({run.get('run_id')}), seed {run.get('seed', words.NONE)}, finished"
        f" {words.day(run.get('finished_at'), year=True)}."
    )
