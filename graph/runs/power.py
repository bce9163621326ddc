"""Detection limit of a search: artificial groups planted in the data, and how many of them the same search finds.

"Nothing was found" means little without it. Accounts of the data are made to act together: a few at a time, on a few
objects, within a few seconds, beside everything they did anyway. Half of the artificial groups join objects that others act
on, half bring objects of their own. All groups of one size are planted at once and searched for in one run.
Source: calibration by planting in real organic data, methods of Nizzoli et al. (2021) and Iannucci (2025) turned around.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.case.allow_list import without
from graph.case.comparisons import others as compared_with
from graph.case.subset import resolved
from graph.engines.in_memory import windows_of
from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints, Mask
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import search
from graph.schema import Allowed
from graph.settings import Settings, settings_of
from graph.stores.base import Store
from graph.traces import TRACES
from ingest.errors import Progress, UsageError, did_you_mean

KIND = "power"
FOUND = 0.5  # Jaccard with the planted accounts


@dataclass(frozen=True)
class Size:
    """One kind of artificial group.

    Attributes
    ----------
    accounts, shares : int
        Members, and objects they act on together.
    jitter_s : float, optional
        How far apart they act at most; the run's window when not given.
    """

    accounts: int
    shares: int
    jitter_s: float | None = None


PLAN = (Size(8, 3), Size(8, 5), Size(8, 8), Size(8, 15), Size(4, 5), Size(4, 15))


def power(
    trace: str,
    actions: Actions,
    settings: Settings,
    engine: Engine,
    plan: Sequence[Size] = PLAN,
    groups: int = 10,
    join: float = 0.8,
    limit_s: float = 600.0,
    progress: Progress | None = None,
    held: Sequence[str] = (),
    others: Set[str] = frozenset(),
) -> pl.DataFrame:
    """Plant artificial groups in actions of a case and say how many of them the run's own search finds.

    Parameters
    ----------
    trace : str
        Whose actions these are.
    settings : Settings
        Those of the run; its first window, its worlds and its seed are used.
    groups : int
        Planted per size, of accounts drawn from the data without repetition; every second one on objects of its own.
    join : float
        Chance that a member takes part in one object.
    limit_s : float
        No further size is begun after so many seconds; its ``found`` stays null.
    progress : callable, optional
    held : sequence of str
        Accounts of the data's own groups: with one of them an artificial group would be shown as one with theirs.
    others : set of str
        Accounts that only a comparison knows: they count in every test and take part in no artificial group.

    Returns
    -------
    polars.DataFrame
        One row per size: ``accounts``, ``shares``, ``jitter_s``, ``planted``, ``found``, ``own`` and ``own_found`` (those on
        objects of their own), ``words``.

    Raises
    ------
    UsageError
        If there are fewer accounts than one size needs.

    Examples
    --------
    >>> power("link", actions, settings, engine)["words"][1]  # doctest: +SKIP
    '8 accounts × 5 shares: found in 9 of 10'
    """
    begun = monotonic()
    rows = []
    for number, size in enumerate(plan):
        said = partial(_said, progress, size, number, len(plan))
        said("planting", 0, None)
        late = monotonic() - begun > limit_s
        draw = np.random.default_rng([settings.seed, number])
        planted, members = plant(actions, size, groups, join, settings.windows_s[0], draw, held, others)
        found = None if late else _found(trace, planted, members, settings, engine, said, others)
        rows.append(_row(size, settings.windows_s[0], groups, found))
    return pl.DataFrame(rows, schema=_SCHEMA)


_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "accounts": pl.Int64,
    "shares": pl.Int64,
    "jitter_s": pl.Float64,
    "planted": pl.Int64,
    "found": pl.Int64,
    "own": pl.Int64,
    "own_found": pl.Int64,
    "words": pl.String,
}


def _row(size: Size, window_s: float, groups: int, found: list[bool] | None) -> dict[str, object]:
    jitter = size.jitter_s if size.jitter_s is not None else window_s
    what = f"{size.accounts:,} accounts × {size.shares:,} shares"
    return {
        "accounts": size.accounts,
        "shares": size.shares,
        "jitter_s": jitter,
        "planted": groups,
        "found": sum(found) if found is not None else None,
        "own": len(range(1, groups, 2)),
        "own_found": sum(found[1::2]) if found is not None else None,
        "words": f"{what}: found in {sum(found)} of {groups}"
        if found is not None
        else f"{what}: not tried, out of time",
    }


def plant(
    actions: Actions,
    size: Size,
    groups: int,
    join: float,
    window_s: float,
    draw: np.random.Generator,
    held: Sequence[str] = (),
    others: Set[str] = frozenset(),
) -> tuple[Actions, list[frozenset[str]]]:
    """The actions with artificial groups in them, and the members of each.

    A group joins objects drawn as often as they are acted on, at the time of one of those actions; every second group acts on
    objects of its own instead, at times at which the data has actions. Accounts that are ``held`` take part only where there are
    too few more; those of a comparison (``others``) never do.
    """
    known, other = (_among(actions.accounts, some) for some in (held, sorted(others)))
    able = np.unique(actions.account)
    able = able[~other[able]]
    if (~known[able]).sum() >= size.accounts * groups:
        able = able[~known[able]]
    if len(able) < size.accounts * groups:
        raise UsageError(
            f"{len(able):,} accounts are too few to plant {groups} groups of {size.accounts}.",
            hint="Plant fewer or smaller groups.",
        )
    members = draw.choice(able, (groups, size.accounts), replace=False)
    jitter_us = round((size.jitter_s if size.jitter_s is not None else window_s) * 1e6)
    account, object_, time = [], [], []
    fresh = len(actions.objects)
    for number, group in enumerate(members):
        row = _occasions(actions, size.shares, draw)
        if number % 2:
            objects, fresh = np.arange(fresh, fresh + len(row)), fresh + len(row)
        else:
            objects = actions.object[row]
        joins = draw.random((len(group), len(row))) < join
        late = draw.integers(0, jitter_us + 1, joins.shape)
        who, what = np.nonzero(joins)
        account.append(group[who])
        object_.append(objects[what])
        time.append(actions.time[row][what] + late[who, what])
    names = pa.concat_arrays(
        [actions.objects, pa.array([f"planted/{n}" for n in range(fresh - len(actions.objects))], actions.objects.type)]
    )
    return _with(actions, np.concatenate(account), np.concatenate(object_), np.concatenate(time), names), [
        frozenset(actions.accounts.take(pa.array(np.sort(group))).to_pylist()) for group in members
    ]


def _among(accounts: pa.Array, some: Sequence[str]) -> Mask:
    return np.asarray(pc.is_in(accounts, value_set=pa.array(some, pa.string())))


def _occasions(actions: Actions, number: int, draw: np.random.Generator) -> Ints:
    """Rows of actions on so many distinct objects, or on all there are."""
    order = draw.permutation(len(actions))
    _, first = np.unique(actions.object[order], return_index=True)
    return order[np.sort(first)[:number]]


def _with(actions: Actions, account: Ints, object_: Ints, time: Ints, objects: pa.Array) -> Actions:
    """Actions with more of them, sorted as all actions are."""
    account, object_ = np.append(actions.account, account), np.append(actions.object, object_)
    time = np.append(actions.time, time)
    new = pa.array([f"planted:{n}" for n in range(len(time) - len(actions))], actions.post.type)
    order = np.lexsort((account, time, object_))
    post = pa.concat_arrays([actions.post, new]).take(pa.array(order))
    return Actions(account[order], object_[order], time[order], post, actions.accounts, objects)


def _said(progress: Progress | None, size: Size, number: int, of: int, step: str, done: int, total: int | None) -> None:
    """The search's own steps, under the size that is tried."""
    if progress:
        progress(f"{size.accounts} accounts × {size.shares} shares: {step[:1].lower()}{step[1:]}", number, of)


def _found(
    trace: str,
    planted: Actions,
    members: Sequence[frozenset[str]],
    settings: Settings,
    engine: Engine,
    say: Progress,
    others: Set[str],
) -> list[bool]:
    """True for each planted group that the search shows, under any heading."""
    one = replace(settings, windows_s=settings.windows_s[:1], pairs=False, preset=None)
    described = search({trace: planted}, one, engine, say, others=others).described
    if not described.groups.height:
        return [False] * len(members)
    shown = [frozenset(part["account"]) for _, part in described.members.group_by("group_id")]
    return [any(len(group & own) >= FOUND * len(group | own) for own in shown) for group in members]


def try_power(
    store: Store,
    run: Mapping[str, Any],
    trace: str | None = None,
    plan: Sequence[Size] = PLAN,
    groups: int = 10,
    limit_s: float = 600.0,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """``power`` on what a run looked at, kept with the run: asked again, it gives what is kept.

    Parameters
    ----------
    store : Store
    run : mapping
        The run's record.
    trace : str, optional
        One that the run looked at; the one with most actions when not given.
    progress : callable, optional
        It may raise ``Cancelled``; nothing is kept then.

    Returns
    -------
    polars.DataFrame
        As ``power`` gives it.

    Raises
    ------
    UsageError
        If the run did not look at the trace, or there are too few accounts.
    """
    layers = pl.DataFrame(store.run_table(str(run["run_id"]), "layers")).sort("actions", descending=True)
    looked = layers["trace"].unique(maintain_order=True).to_list()
    name = trace or (looked[0] if looked else "")
    if name not in looked:
        raise UsageError(f"This run did not look at {name!r}.", hint=did_you_mean(name, looked))
    kept = kept_power(store, str(run["run_id"])).filter(pl.col("trace") == name)
    if kept.height == len(plan) and kept["planted"].unique().to_list() == [groups]:
        return kept.drop("trace")
    settings = settings_of(run)
    window = windows_of(name, settings)[0]
    actions = Actions.from_table(TRACES[name].actions(store, resolved(store, settings.narrow)))
    rest, _ = without(actions, name, [Allowed(**entry) for entry in run.get("allowed") or []])
    settings = replace(settings, windows_s=(window,))
    held = store.run_table(str(run["run_id"]), "members")["account"].to_pylist()
    compared = compared_with(store, run.get("comparison") or ()).accounts
    found = power(name, rest, settings, LocalEngine(), plan, groups, 0.8, limit_s, progress, held, compared)
    rows = [{"trace": name, **row} for row in found.to_dicts()]
    at = datetime.now(UTC).isoformat(timespec="seconds")
    store.add_note({"kind": KIND, "at": at, "by": "lockstep power", "run_id": str(run["run_id"]), "rows": rows})
    return found


def kept_power(store: Store, run_id: str) -> pl.DataFrame:
    """Power kept with a run: ``trace`` and the columns of ``power``; the newest of each trace, empty where none was tried."""
    newest: dict[str, list[dict[str, Any]]] = {}
    for note in store.notes(KIND):
        if note.get("run_id") == run_id and note.get("rows"):
            newest[str(note["rows"][0]["trace"])] = note["rows"]
    rows = [row for kept in newest.values() for row in kept]
    return pl.DataFrame(rows, schema={"trace": pl.String, **_SCHEMA})
