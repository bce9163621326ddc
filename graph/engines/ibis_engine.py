"""Pairing as one Ibis expression, for data that do not fit in memory: DuckDB out of core, or Spark on a cluster.

Time is cut into buckets as long as the window, so that two actions within the window lie in the same bucket or in
neighbouring ones: the window becomes an equality join plus a filter, which every engine can spread and spill. What comes
back to this process is one row per account, and the actions of those who met twice or more; the rest stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.case.allow_list import left_out
from graph.engines.in_memory import read_across, windows_of
from graph.engines.staging import staged
from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.pairing.pairs import Pairs
from graph.schema import Allowed, SetAside
from graph.settings import Settings
from graph.significance.bipartite import Incidence, Whole
from graph.significance.family_size import pairs_of, pick
from graph.stores.base import Store
from graph.ties.layer import Layer
from graph.traces import TRACES
from ingest.errors import Progress

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Column, Table


class IbisEngine:
    """The layers of a case, worked out by a backend of Ibis; close it when the run is described.

    Parameters
    ----------
    connection : ibis backend
        Such as ``ibis.duckdb.connect()``.
    staging : str
        Folder, or address for fsspec, that the backend reads actions from. A cluster needs one all its machines can read.
    stack : contextlib.ExitStack
        Closed with the engine: connection, session, folders.
    """

    def __init__(self, connection: BaseBackend, staging: str, stack: ExitStack) -> None:
        self._connection, self._staging, self._stack = connection, staging, stack

    def __enter__(self) -> IbisEngine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def layers(self, store: Store, settings: Settings, allowed: Sequence[Allowed], say: Progress) -> Iterator[Layer]:
        """One layer per trace and window, as ``graph.engines.base.LayerEngine`` says."""
        read: list[_Numbered] = []
        for name in settings.traces:
            if TRACES[name].of_accounts:
                yield read_across(name, store, settings, allowed, say)
                continue
            many = TRACES[name].words.many
            address = self._stack.enter_context(staged(TRACES[name], store, settings.narrow, self._staging, say))
            say(f"Numbering {many}", 0, None)
            numbered = _Numbered(self._connection.read_parquet(address), self._stack)
            if any(numbered.repeats(other) for other in read):
                continue
            read.append(numbered)
            left, aside = numbered.without(name, allowed)
            windows = windows_of(name, settings)
            for number, window_s in enumerate(windows):
                say(f"Pairing {many} within {window_s:g} s", number, len(windows))
                yield replace(_layer(name, numbered, left, window_s, settings), aside=aside)


class _Numbered:
    """Actions with numbers in place of names, in the order of the names.

    Attributes
    ----------
    actions : ibis table
        ``account``, ``object``, ``t``, ``post``.
    accounts : pyarrow string array
        All names by number.
    """

    def __init__(self, raw: Table, kept: ExitStack) -> None:
        once = raw.group_by("account", "object", "post").agg(t=raw.t.min())
        accounts, self._objects = (kept.enter_context(_numbers(once[name]).cache()) for name in ("account", "object"))
        by_account = once.join(accounts, once.account == accounts.name)
        by_object = by_account.join(self._objects, by_account.object == self._objects.name, rname="object_{name}")
        actions = by_object.select(account="number", object="object_number", t="t", post="post")
        self.actions: Table = kept.enter_context(actions.cache())
        self.accounts: pa.Array = _names(accounts)

    def read(self, actions: Table) -> tuple[Actions, Ints]:
        """Some of the actions, here, and the numbers of their objects; positions of accounts are their numbers."""
        rows = actions.order_by("object", "t", "account", "post").to_pyarrow()
        numbers, object_ = np.unique(_ints(rows, "object"), return_inverse=True)
        names = _names(self._objects.semi_join(actions, self._objects.number == actions.object))
        post = rows.column("post").combine_chunks()
        return Actions(_ints(rows, "account"), object_, _ints(rows, "t"), post, self.accounts, names), numbers

    def repeats(self, other: _Numbered) -> bool:
        """As ``Actions.repeats``: another's actions again, under other names of objects."""
        if not self.accounts.equals(other.accounts) or _rows(self.actions) != _rows(other.actions):
            return False
        return _rows(self.actions.difference(other.actions)) == 0

    def without(self, trace: str, allowed: Sequence[Allowed]) -> tuple[Table, SetAside]:
        """The actions without what the case's list sets aside, and what that was."""
        if not allowed:
            return self.actions, SetAside()
        objects = self._objects.order_by("number").to_pyarrow()
        gone, aside = left_out(objects.column("name").combine_chunks(), trace, allowed)
        numbers = _ints(objects, "number")[gone].tolist()
        return (self.actions.filter(self.actions.object.notin(numbers)) if numbers else self.actions), aside

    def on(self, actions: Table, names: pa.Array) -> Actions:
        """Everybody's actions on these objects."""
        import ibis

        wanted = self._objects.semi_join(ibis.memtable(pa.table({"name": names})), "name")
        return self.read(actions.semi_join(wanted, actions.object == wanted.number))[0]

    def by(self, actions: Table, accounts: Ints) -> Actions:
        """All actions of these accounts, by number."""
        import ibis

        wanted = ibis.memtable(pa.table({"account": pa.array(accounts, pa.int64())}))
        return self.read(actions.semi_join(wanted, "account"))[0]

    def but(self, actions: Table, names: pa.Array) -> Table:
        """The actions on all other objects."""
        import ibis

        gone = self._objects.semi_join(ibis.memtable(pa.table({"name": names})), "name").to_pyarrow()
        return actions.filter(actions.object.notin(_ints(gone, "number").tolist()))

    def names(self, objects: Ints) -> list[str]:
        if not len(objects):  # mostly: a query less for each layer
            return []
        return _names(self._objects.filter(self._objects.number.isin(objects.tolist()))).to_pylist()


def _numbers(names: Column) -> Table:
    import ibis

    distinct = names.name("name").as_table().distinct()
    return distinct.mutate(number=ibis.row_number().over(order_by=distinct.name).cast("int64"))


def _names(numbered: Table) -> pa.Array:
    return numbered.order_by("number").select("name").to_pyarrow().column("name").combine_chunks()


def _rows(table: Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def _ints(rows: pa.Table, name: str) -> Ints:
    return rows.column(name).to_numpy().astype(np.int64)


def meetings(actions: Table, window_us: int) -> Table:
    """Meetings by the definition of a tie: two accounts, an object, and the number of pairs of actions within the window.

    Parameters
    ----------
    actions : ibis table
        ``account``, ``object``, ``t`` (microseconds).
    window_us : int
        Longest time between two actions, ends included.

    Returns
    -------
    ibis table
        ``a``, ``b`` (a < b), ``object``, ``number`` of pairs of actions.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"account": [1, 2, 3], "object": [7, 7, 7], "t": [0, 60, 200]})
    >>> meetings(rows, 60).to_pyarrow().to_pylist()
    [{'a': 1, 'b': 2, 'object': 7, 'number': 1}]
    """
    import ibis

    early = actions.select("account", "object", "t", bucket=actions.t // window_us)
    late = early.view().select(object="object", other="account", then="t", bucket="bucket")
    late = late.union(late.mutate(bucket=late.bucket - 1))
    both = early.join(
        late,
        [
            "object",
            "bucket",
            early.account != late.other,
            (late.then > early.t) | ((late.then == early.t) & (late.other > early.account)),
            late.then - early.t <= window_us,
        ],
    )
    pair = both.select(
        a=ibis.least(both.account, both.other), b=ibis.greatest(both.account, both.other), object=both.object
    )
    return pair.group_by("a", "b", "object").agg(number=pair.count())


def most_pairs(actions: Table, window_us: int) -> Table:
    """``object``, ``most``: a bound from above of its pairs of actions within the window, without listing them."""
    counted = actions.select("object", bucket=actions.t // window_us)
    counted = counted.group_by("object", "bucket").agg(n=counted.count())
    after = counted.view().select(object="object", bucket=lambda t: t.bucket - 1, after="n")
    both = counted.left_join(after, ["object", "bucket"])
    pairs = both.select(object=both.object, pairs=both.n * (both.n - 1) / 2 + both.n * both.after.fill_null(0))
    return pairs.group_by("object").agg(most=pairs.pairs.sum())


def _viral(numbered: _Numbered, actions: Table, window_s: float, limit: int) -> Ints:
    """Numbers of the objects with more than ``limit`` pairs of actions within the window.

    Only the few that may be above the limit are counted exactly.
    """
    most = most_pairs(actions, _microseconds(window_s))
    found, numbers = numbered.read(actions.semi_join(most.filter(most.most > limit), "object"))
    return numbers[LocalEngine().viral(found, window_s, limit)]


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)


def _layer(trace: str, numbered: _Numbered, actions: Table, window_s: float, settings: Settings) -> FarLayer:
    viral = _viral(numbered, actions, window_s, settings.viral_pairs)
    if len(viral):
        actions = actions.filter(actions.object.notin(viral.tolist()))
    with ExitStack() as kept:
        acted = kept.enter_context(actions.group_by("account", "object").agg(times=actions.count()).cache())
        met = kept.enter_context(meetings(actions, _microseconds(window_s)).cache())
        often = met.group_by("a", "b").agg(observed=met.count())
        twice = kept.enter_context(met.semi_join(often.filter(often.observed >= 2), ["a", "b"]).cache())
        near_actions = _of_those_who_met_twice(actions, acted, twice)
        near, numbers = numbered.read(near_actions)
        margins = acted.group_by("object").agg(
            audience=acted.count(), actions=acted.times.sum(), own=(acted.times * acted.times).sum()
        )
        here = _here(margins, met, near_actions)
        total = _totals(margins, met)
        return FarLayer(
            trace,
            window_s,
            near,
            _incidence(near, acted, here, total, settings.family_b_objects),
            _pairs(twice, numbers, here, total),
            numbered.names(viral),
            lambda names: numbered.on(actions, names),
            lambda accounts: numbered.by(actions, accounts),
            lambda names: _layer(trace, numbered, numbered.but(actions, names), window_s, settings),
        )


def _of_those_who_met_twice(actions: Table, acted: Table, twice: Table) -> Table:
    """Their actions, but for those on objects that nobody else acted on."""
    members = twice.select(account="a").union(twice.select(account="b"), distinct=True)
    audience = acted.group_by("object").agg(audience=acted.count())
    return actions.semi_join(members, "account").semi_join(audience.filter(audience.audience >= 2), "object")


def _here(margins: Table, met: Table, near: Table) -> pl.DataFrame:
    """``audience``, ``possible`` and ``rapid`` of the objects that are read here, by number."""
    rapid = met.group_by("object").agg(rapid=met.number.sum())
    wanted = margins.semi_join(near, "object").left_join(rapid, "object")
    wanted = wanted.select("object", "audience", "actions", "own", rapid=wanted.rapid.fill_null(0))
    table = pl.DataFrame(wanted.to_pyarrow()).sort("object")
    return table.with_columns(((pl.col("actions") ** 2 - pl.col("own")) / 2).alias("possible"))


def _totals(margins: Table, met: Table) -> dict[str, int]:
    """Sums over everybody: ``objects``, ``actions``, ``possible``, ``rapid``, ``meetings``."""
    n = margins.actions
    whole = margins.agg(objects=margins.count(), actions=n.sum(), twice=(n * n - margins.own).sum())
    pairs = met.agg(meetings=met.count(), rapid=met.number.sum())
    (first,), (second,) = whole.to_pyarrow().to_pylist(), pairs.to_pyarrow().to_pylist()
    return {name: int(value or 0) for name, value in (first | second).items()}


def _incidence(near: Actions, acted: Table, here: pl.DataFrame, total: Mapping[str, int], minimum: int) -> Incidence:
    """Incidence of the actions that were read, with the totals over all accounts."""
    breadth = np.zeros(len(near.accounts), np.int64)
    counted = acted.group_by("account").agg(objects=acted.count()).to_pyarrow()
    breadth[_ints(counted, "account")] = _ints(counted, "objects")
    whole = Whole(
        audience=here["audience"].to_numpy().astype(np.int64),
        possible=here["possible"].to_numpy().astype(float),
        objects=total["objects"],
        actions=total["actions"],
        possible_pairs=total["twice"] / 2,
        rapid_pairs=total["rapid"],
        family_b=_family_b(acted, breadth, minimum),
    )
    return replace(Incidence.of(near), breadth=breadth, whole=whole)


def _family_b(acted: Table, breadth: Ints, minimum: int) -> tuple[int, bool]:
    """As ``graph.significance.family_size.family_b``: the same accounts are picked, their partners counted by the backend."""
    import ibis

    able = acted.group_by("account").agg(breadth=acted.count())
    rows = acted.semi_join(able.filter(able.breadth >= minimum), "account").select("account", "object")
    audience = rows.group_by("object").agg(audience=rows.count())
    visited = rows.join(audience, "object").group_by("account").agg(visits=lambda t: t.audience.sum())
    visits = np.zeros(len(breadth), np.int64)
    counted = visited.to_pyarrow()
    visits[_ints(counted, "account")] = _ints(counted, "visits")
    accounts = np.flatnonzero(breadth >= minimum)
    picked = pick(visits[accounts])
    wanted = ibis.memtable(pa.table({"account": pa.array(accounts[picked], pa.int64())}))
    both = rows.semi_join(wanted, "account").join(rows.select("object", other="account"), "object")
    shared = both.filter(both.account != both.other).group_by("account", "other").agg(objects=lambda t: t.count())
    enough = shared.filter(shared.objects >= minimum)
    found = enough.group_by("account").agg(partners=enough.count()).to_pyarrow()
    partners = np.zeros(len(breadth), np.int64)
    partners[_ints(found, "account")] = _ints(found, "partners")
    return pairs_of(visits[accounts], picked, partners[accounts[picked]])


def _pairs(twice: Table, numbers: Ints, here: pl.DataFrame, total: Mapping[str, int]) -> Pairs:
    rows = twice.order_by("a", "b", "object").to_pyarrow()
    a, b = _ints(rows, "a"), _ints(rows, "b")
    new = np.ones(len(a), bool)
    new[1:] = (np.diff(a) != 0) | (np.diff(b) != 0)
    first = np.flatnonzero(new)
    start = np.append(first, len(a)).astype(np.int64)
    return Pairs(
        a=a[first],
        b=b[first],
        observed=np.diff(start),
        start=start,
        met_object=np.searchsorted(numbers, _ints(rows, "object")),
        met_actions=_ints(rows, "number"),
        rapid=here["rapid"].to_numpy().astype(np.int64),
        meetings=total["meetings"],
    )


@dataclass(frozen=True)
class FarLayer(Layer):
    """A layer that holds the actions of those who met twice or more; the others' stay with the backend."""

    fetch: Callable[[pa.Array], Actions]
    fetch_by: Callable[[Ints], Actions]
    again: Callable[[pa.Array], FarLayer]

    def acting_on(self, objects: pa.Array) -> Actions:
        """Everybody's actions on these objects, for as long as the engine is open."""
        return self.fetch(objects)

    def acting(self, accounts: Sequence[str]) -> Actions:
        """All actions of these accounts, fetched where one of them met nobody twice here."""
        wanted = np.asarray(pc.is_in(self.actions.accounts, value_set=pa.array(accounts, pa.string())))
        here = np.bincount(self.actions.account, minlength=len(wanted)) > 0
        if (here | ~wanted | (self.incidence.breadth == 0)).all():
            return self.actions
        return self.fetch_by(np.flatnonzero(wanted))

    def without(self, objects: pa.Array, settings: Settings, engine: Engine) -> Layer:
        """The layer as it were without these objects, paired again by the backend while the engine is open."""
        return self.again(objects)
