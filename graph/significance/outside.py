"""Outside of a layer: the accounts that a pair is compared with in test B.

Test B leaves out a pair's component, because a campaign that pushes its own links must not explain itself away. Where everybody
was chosen beforehand, as in a takedown set, tied accounts do most of what is done, and leaving them out leaves nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.pairing.arrays import Ints
from graph.significance.bipartite import Incidence

EVERYBODY = 0.5  # part of a layer's activity by tied accounts above which they are no exception but (almost) everybody
AGAINST_COMMUNITIES = "Tested against the other communities of this data, because most of what was done here is by accounts that ties hold together."
NO_PACE = "how fast ordinary accounts are is not known for this platform and behaviour"


@dataclass(frozen=True)
class Outside:
    """Outside that a layer's pairs were tested against.

    Attributes
    ----------
    name : str
        ``component``: all but the pair's component; ``community``: the other communities of a set that holds (almost)
        everybody; ``none``: nobody, only rarity can be tested.
    held : float
        Part of the layer's activity (each account counts once per object) by accounts that ties hold together.
    """

    name: str = "component"
    held: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the record of a run."""
        return {"outside": self.name, "held": round(self.held, 4)}


def held(label: Ints, incidence: Incidence, smallest: int = 4) -> float:
    """Part of a layer's activity by accounts in components of four or more; each account counts once per object.

    Parameters
    ----------
    label : int array of shape (accounts,)
        Component of each account, -1 for none.

    Examples
    --------
    >>> from graph.pairing.actions import Actions
    >>> from graph.toy_data import three_friends
    >>> incidence = Incidence.of(Actions.from_table(three_friends()))
    >>> held(np.array([0, 0, -1]), incidence), held(np.zeros(3, int), incidence, smallest=3)
    (0.0, 1.0)
    """
    tied = np.flatnonzero(label >= 0)
    large = tied[np.bincount(label[tied], minlength=1)[label[tied]] >= smallest]
    return float(incidence.breadth[large].sum() / max(float(incidence.breadth.sum()), 1.0))


def chosen_beforehand(run: Mapping[str, Any]) -> list[str]:
    """Layers of a run in which the tied accounts are (almost) everybody, so that no outside is left; empty for most runs.

    Parameters
    ----------
    run : mapping
        The record of a run. Its ``outside`` holds ``Outside.as_dict`` by layer; runs of older versions have none.

    Examples
    --------
    >>> chosen_beforehand({"outside": {"repost 60 s": {"outside": "community", "held": 0.9}, "link 60 s": Outside().as_dict()}})
    ['repost 60 s']
    """
    return [layer for layer, one in run.get("outside", {}).items() if one["outside"] != "component"]
