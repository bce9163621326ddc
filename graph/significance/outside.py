"""Outside of a layer: the accounts that a pair is compared with in test B.

Test B leaves out a pair's component, because a campaign that pushes its own links must not explain itself away. Where everybody
was chosen beforehand, as in a takedown set, one component holds most of what was done, and leaving it out leaves nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.pairing.arrays import Ints
from graph.significance.bipartite import Incidence

EVERYBODY = 0.5  # part of a layer's activity above which one component leaves no outside
OUTSIDES = ("component", "community", "reference", "none")


@dataclass(frozen=True)
class Outside:
    """Outside that a layer's pairs were tested against.

    Attributes
    ----------
    name : str
        ``component``: all but the pair's component; ``community``: the other communities of a set that holds (almost)
        everybody; ``reference``: what is known of other accounts; ``none``: nobody, only rarity can be tested.
    held : float
        Part of the layer's activity (each account counts once per object) by the largest component.
    """

    name: str = "component"
    held: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the record of a run."""
        return {"outside": self.name, "held": round(self.held, 4)}


def largest(label: Ints, incidence: Incidence) -> tuple[int, float]:
    """The component that does most, and its part of the layer's activity; -1 and 0 where nobody is tied.

    Parameters
    ----------
    label : int array of shape (accounts,)
        Component of each account, -1 for none.

    Examples
    --------
    >>> from graph.pairing.actions import Actions
    >>> from graph.toy_data import three_friends
    >>> incidence = Incidence.of(Actions.from_table(three_friends()))
    >>> component, held = largest(np.array([0, 0, -1]), incidence)
    >>> component, round(held, 2)
    (0, 0.67)
    """
    tied = label >= 0
    if not tied.any():
        return -1, 0.0
    done = np.bincount(label[tied], weights=incidence.breadth[tied])
    component = int(done.argmax())
    return component, float(done[component] / max(float(incidence.breadth.sum()), 1.0))


def chosen_beforehand(run: Mapping[str, Any]) -> list[str]:
    """Layers of a run in which one connected set holds (almost) everybody, so that no outside is left; empty for most runs.

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
