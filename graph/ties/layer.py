"""Layers: one trace at one window, with the pairs of accounts that met in it, before any test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.pairing.actions import Actions
from graph.pairing.arrays import Floats, Ints
from graph.pairing.engine import Engine
from graph.pairing.pairs import Pairs
from graph.schema import SetAside
from graph.settings import Settings
from graph.significance.bipartite import Incidence
from graph.significance.rarity import Rarity
from graph.ties.window_sweep import Sweep

VIRAL_PAIRS = 1_000_000  # an object that makes more pairs of accounts is nobody's own
Tie = tuple[str, str]  # two uids, the smaller first


@dataclass(frozen=True)
class Layer:
    """One trace at one window with the pairs of accounts that met, before any test.

    Attributes
    ----------
    viral : list of str
        Objects left out, by name, because too many pairs of actions on them are within the window.
    aside : SetAside
        Objects that the case's list left out before.
    sweep : Sweep, optional
        The windows that were tested before this one was chosen; both families are corrected for all of them.
    rarity : Rarity, optional
        Only where objects belong to accounts: the pairs are those on two platforms with one object or more in common.
    left_out : str, optional
        Accounts or objects that its trace could not use, in words.
    communities : int array of shape (accounts,), optional
        Only where the tied accounts are (almost) everybody: the community of each, -1 for none. Test B leaves out a pair's
        community then, not its component.
    """

    trace: str
    window_s: float
    actions: Actions
    incidence: Incidence
    pairs: Pairs
    viral: list[str]
    aside: SetAside = field(default_factory=SetAside, kw_only=True)
    sweep: Sweep | None = field(default=None, kw_only=True)
    rarity: Rarity | None = field(default=None, kw_only=True)
    left_out: str | None = field(default=None, kw_only=True)
    communities: Ints | None = field(default=None, kw_only=True)

    @property
    def accounts(self) -> int:
        """Accounts with at least one action (N of the method)."""
        return int((self.incidence.breadth > 0).sum())

    @property
    def family_a(self) -> int:
        """Number of pairs in the family of test A (C): all pairs of accounts (on two platforms), times the windows tested."""
        if self.rarity:
            return self.rarity.family(self.incidence)
        return self.accounts * (self.accounts - 1) // 2 * self.looked

    @property
    def looked(self) -> int:
        """Number of windows that the families are corrected for."""
        return max(self.sweep.table.height, 1) if self.sweep else 1

    @property
    def size(self) -> tuple[int, int, int]:
        """Actions, objects acted on, and pairs of actions within the window, everybody's."""
        if whole := self.incidence.whole:
            return whole.actions, whole.objects, int(whole.rapid_pairs)
        return len(self.actions), int((self.incidence.audience > 0).sum()), int(self.pairs.rapid.sum())

    def acting_on(self, objects: pa.Array) -> Actions:
        """Everybody's actions on these objects at least."""
        return self.actions

    def acting(self, accounts: Sequence[str]) -> Actions:
        """All actions of these accounts at least."""
        return self.actions

    def without(self, objects: pa.Array, settings: Settings, engine: Engine) -> Layer:
        """The layer without these objects, paired again."""
        gone = pc.is_in(self.actions.objects, value_set=objects).to_numpy(zero_copy_only=False)
        rest = self.actions.without_objects(np.flatnonzero(gone))
        other = build_layer(self.trace, rest, self.window_s, settings, engine)
        return replace(other, communities=self.communities)


def build_layer(trace: str, actions: Actions, window_s: float, settings: Settings, engine: Engine) -> Layer:
    """Layer of a trace: viral objects left out, accounts paired on the rest.

    Examples
    --------
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.toy_data import three_friends
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, Settings(), LocalEngine())
    >>> layer.accounts, layer.family_a, len(layer.pairs), layer.size
    (3, 3, 1, (9, 3, 3))
    """
    viral = engine.viral(actions, window_s, settings.viral_pairs)
    kept = actions.without_objects(viral) if len(viral) else actions
    names = actions.objects.take(pa.array(viral)).to_pylist()
    return Layer(trace, window_s, kept, Incidence.of(kept), engine.pairs(kept, window_s), names)


def layer_across(trace: str, actions: Actions, chance: Floats | None, window_s: float, engine: Engine) -> Layer:
    """Layer of a trace of accounts: those on two platforms paired on every object they have in common.

    Parameters
    ----------
    chance : float array of shape (objects,), optional
        Chance that an unrelated account has each object, where its trace knows it.

    Examples
    --------
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.toy_data import actions_table
    >>> rows = [("x:ann", "o1", 0), ("x:ben", "o1", 5), ("telegram:ann", "o1", 900)]
    >>> layer = layer_across("same_handle", Actions.from_table(actions_table(rows)), None, 3600, LocalEngine())
    >>> len(layer.pairs), layer.family_a
    (2, 2)
    """
    viral = engine.viral(actions, window_s, VIRAL_PAIRS)
    kept = actions.without_objects(viral) if len(viral) else actions
    platforms = [uid.partition(":")[0] for uid in actions.accounts.to_pylist()]
    rarity = Rarity(np.unique(platforms, return_inverse=True)[1].astype(np.int64), chance)
    pairs = engine.pairs(kept, window_s, minimum=1)
    names = actions.objects.take(pa.array(viral)).to_pylist()
    across = pairs.where(rarity.across(pairs.a, pairs.b))
    return Layer(trace, window_s, kept, Incidence.of(kept), across, names, rarity=rarity)
