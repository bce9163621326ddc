"""The answer of a run that found nothing: a result, not enough tested to say, or too little data to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from graph.settings import Settings
from graph.traces import TRACES

Kind = Literal["found", "nothing", "untested", "too_little"]
LIKELY = 0.5  # a search that finds planted groups less often than this tells nothing


@dataclass(frozen=True)
class Answer:
    """An answer, and what a group would need against what is there.

    Attributes
    ----------
    kind : {"found", "nothing", "untested", "too_little"}
        ``too_little``: no group could be found, even if there is one. ``untested``: nobody tried how small a group the
        search can find. ``nothing``: nothing was found, and planted groups were.
    needs : tuple of (what, here, needed)
        Counts for ``too_little``: accounts that act, pairs of accounts with enough objects in common, pairs that coincided
        twice within the window.
    """

    kind: Kind
    needs: tuple[tuple[str, int, int], ...] = ()


def answer(layers: pd.DataFrame, power: pd.DataFrame, found: bool, settings: Settings | None = None) -> Answer:
    """The answer of a run.

    A tie needs two accounts with ``family_b_objects`` objects in common that coincide twice, and a group of ``group_min``
    accounts needs one tie fewer than it has accounts. Where the data hold fewer such pairs in every layer, no group can be
    found. Planted groups decide where they were tried: a search that finds few of the largest ones tells nothing.

    Parameters
    ----------
    layers : DataFrame
        ``graph.schema.LAYERS``.
    power : DataFrame
        As ``Report.power()`` gives it; empty where it was not tried.
    found : bool
        Whether the run has a group, a closed circle or a pair.

    Examples
    --------
    >>> counts = {"trace": "link", "accounts": 31, "family_a": 465, "pairs_met_2": 0}
    >>> answer(pd.DataFrame([{**counts, "family_b": 1}]), pd.DataFrame(), False).needs
    (('accounts', 31, 3), ('in_common', 1, 2), ('coincided', 0, 2))
    >>> layers = pd.DataFrame([{**counts, "family_b": 90, "pairs_met_2": 12}])
    >>> answer(layers, pd.DataFrame(), False).kind
    'untested'
    >>> [answer(layers, pd.DataFrame({"planted": [10, 10], "found": [0, n]}), False).kind for n in (9, 2)]
    ['nothing', 'too_little']
    """
    if found:
        return Answer("found")
    least = settings or Settings()
    pairs = least.group_min - 1
    timed = (
        layers[~layers["trace"].map(lambda name: name in TRACES and TRACES[name].of_accounts)]
        if len(layers)
        else layers
    )
    needs = (
        ("accounts", _most(layers, "accounts"), least.group_min),
        ("in_common", _most(timed, "family_b"), pairs),
        ("coincided", _most(timed, "pairs_met_2"), pairs),
    )
    if len(timed) == len(layers) and any(here < needed for _, here, needed in needs[:2]):
        return Answer("too_little", needs)
    tried = power.dropna(subset=["found"]) if len(power) else power
    if not len(tried):
        return Answer("untested")
    best = (tried["found"] / tried["planted"]).max()
    return Answer("nothing") if best >= LIKELY else Answer("too_little", needs)


def _most(layers: pd.DataFrame, column: str) -> int:
    found = layers[column].dropna() if column in layers else pd.Series(dtype=int)
    return int(found.max()) if len(found) else 0
