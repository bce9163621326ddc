"""What an engine takes and gives: actions in, pairs of accounts that met out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

if TYPE_CHECKING:
    from graph.allow import Allowed
    from graph.settings import Settings
    from graph.stores.base import Store
    from graph.ties import Layer, Progress

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)  # engines remember what they found about these very actions
class Actions:
    """Who acted on what and when, for one trace, sorted by object, then time.

    Attributes
    ----------
    account, object : int arrays of shape (n,)
        Positions in ``accounts`` and ``objects``.
    time : int array of shape (n,)
        Microseconds since 1970, UTC.
    post : pyarrow string array of length n
        The post each action was made with.
    accounts, objects : pyarrow string arrays, sorted
        Uids and object keys.
    """

    account: Ints
    object: Ints
    time: Ints
    post: pa.Array
    accounts: pa.Array
    objects: pa.Array

    def __len__(self) -> int:
        return len(self.account)

    def without_objects(self, drop: Ints) -> Actions:
        """The actions on all other objects; accounts and objects keep their positions."""
        keep = ~np.isin(self.object, drop)
        return Actions(
            self.account[keep],
            self.object[keep],
            self.time[keep],
            self.post.filter(pa.array(keep)),
            self.accounts,
            self.objects,
        )

    def repeats(self, other: Actions) -> bool:
        """Whether this is another's actions again, under other names of objects: it would say the same and be paid for twice."""
        return (
            np.array_equal(self.account, other.account)
            and np.array_equal(self.object, other.object)
            and np.array_equal(self.time, other.time)
            and self.accounts.equals(other.accounts)
            and self.post.equals(other.post)
        )

    @classmethod
    def from_table(cls, table: pa.Table) -> Actions:
        """Actions from a table with ``account_uid``, ``object``, ``at`` and ``post_uid``.

        Rows without an account, object or time are left out; a post that names one object twice acted once.

        Examples
        --------
        >>> from graph.toys import three_friends
        >>> actions = Actions.from_table(three_friends())
        >>> len(actions), actions.accounts.to_pylist()
        (9, ['x:ann', 'x:ben', 'x:cem'])
        """
        columns = [table.column(name).combine_chunks() for name in ("account_uid", "object", "post_uid")]
        known = pc.and_(pc.and_(pc.is_valid(columns[0]), pc.is_valid(columns[1])), pc.is_valid(table.column("at")))
        if not pc.all(known, min_count=0).as_py():
            return cls.from_table(table.filter(known))
        account, accounts = _codes(columns[0])
        object_, objects = _codes(columns[1])
        time = table.column("at").cast(pa.int64()).to_numpy().astype(np.int64)
        post, _ = _codes(columns[2])
        order = np.lexsort((post, account, time, object_))
        same = np.zeros(len(order), bool)
        same[1:] = (np.diff(object_[order]) == 0) & (np.diff(post[order]) == 0) & (np.diff(account[order]) == 0)
        order = order[~same]
        return cls(account[order], object_[order], time[order], columns[2].take(pa.array(order)), accounts, objects)


def _codes(values: pa.Array) -> tuple[Ints, pa.Array]:
    """Each value's position among the sorted distinct values, so that codes do not depend on the order of rows."""
    encoded = values.dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[encoded.indices.to_numpy(zero_copy_only=False)], encoded.dictionary.take(pa.array(order))


@dataclass(frozen=True)
class Pairs:
    """Pairs of accounts that met on two or more objects, and each object's own counts.

    Attributes
    ----------
    a, b : int arrays of shape (pairs,)
        Positions of the two accounts, a < b, sorted.
    observed : int array of shape (pairs,)
        Distinct objects both acted on within the window.
    start : int array of shape (pairs + 1,)
        Where each pair's meetings begin in ``met_object`` and ``met_actions``.
    met_object, met_actions : int arrays of shape (meetings,)
        The object of each meeting and how many pairs of actions within the window it consists of.
    rapid : int array of shape (objects,)
        Pairs of actions of different accounts within the window, per object.
    meetings : int
        Pairs of accounts that met, counted once per object (M of the method), of all pairs.
    """

    a: Ints
    b: Ints
    observed: Ints
    start: Ints
    met_object: Ints
    met_actions: Ints
    rapid: Ints
    meetings: int

    def __len__(self) -> int:
        return len(self.a)


class LayerEngine(Protocol):
    """A case to layers: who met whom, per trace and window. All engines give the same ties on the same case."""

    def __enter__(self) -> LayerEngine: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def layers(self, store: Store, settings: Settings, allowed: Sequence[Allowed], say: Progress) -> Iterator[Layer]:
        """One layer per trace and window of the settings, in that order; use them before the engine is closed."""
        ...


class Engine(Protocol):
    """Finds who met whom among actions that are in memory."""

    def viral(self, actions: Actions, window_s: float, limit: int) -> Ints:
        """Objects with more than ``limit`` pairs of actions within the window."""
        ...

    def pairs(self, actions: Actions, window_s: float, minimum: int = 2) -> Pairs:
        """Pairs of accounts that met on at least ``minimum`` objects."""
        ...

    def rapid_pairs(self, actions: Actions, window_s: float) -> Iterator[tuple[Ints, Ints]]:
        """Every pair of actions of different accounts on one object within the window, as positions, earlier first.

        Comes in blocks that never split an object.
        """
        ...
