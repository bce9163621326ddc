"""Table of the methods that can be described beside a run: the published ones, and the plain count of shared objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.described.shared_objects import SHARED
from graph.presets import PRESETS, Preset
from ingest.errors import UsageError, did_you_mean

METHODS: dict[str, Preset] = {SHARED.name: SHARED, **PRESETS}


def chosen(names: Sequence[str], options: Mapping[str, float] | None = None) -> dict[str, dict[str, float]]:
    """Methods by name, each with all its options.

    Parameters
    ----------
    names : sequence of str
        Names of ``METHODS``.
    options : mapping of str to float, optional
        ``option`` where one method is named, else ``method.option``.

    Raises
    ------
    UsageError
        If there is no such method, or it has no such option.

    Examples
    --------
    >>> chosen(["qut"], {"min_edge_weight": 3})
    {'qut': {'min_edge_weight': 3, 'loops': 0}}
    >>> list(chosen(["qut", "shared"], {"shared.rare": 10})["shared"].values())
    [2, 10]
    """
    for name in names:
        if name not in METHODS:
            raise UsageError(f"There is no preset {name!r}.", hint=did_you_mean(name, list(METHODS)))
    given: dict[str, dict[str, float]] = {name: {} for name in names}
    for option, value in (options or {}).items():
        method, dot, rest = option.rpartition(".")
        published = [name for name in given if name != SHARED.name] or list(given)
        owner = method if dot else (published[0] if len(published) == 1 else "")
        if owner not in given:
            raise UsageError(
                f"{option!r} names none of the methods to describe.",
                hint=f"Write {names[0] if names else 'coortweet'}.{rest}=1.",
            )
        given[owner][rest] = value
    return {name: METHODS[name].dials(own) for name, own in given.items()}


def said(options: Mapping[str, float]) -> str:
    """Options in words.

    Examples
    --------
    >>> said({"edge_weight": 0.5, "min_participation": 2})
    'edge_weight 0.5, min_participation 2'
    """
    return ", ".join(f"{name} {value:g}" for name, value in options.items())
