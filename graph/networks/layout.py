"""Places of a run's accounts in its pictures: communities apart, force-directed inside.

Each group is laid out by itself (``graph.networks.force_layout``). The parts of a large set, and the groups of a run, are
discs that stand beside those they have ties to and never overlap; a part turns so that its ties to others are short. The
distance between two parts, or between two groups, has no meaning. Kept with the run, so that a page, an export and a
briefing show the same picture tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import networkx as nx
import numpy as np
import polars as pl

from graph.networks.force_layout import SPACING, Floats, Ints, force_layout

ARRANGED = 400  # discs that stand beside one another by their ties; further ones stand in rows below
GAP = 1.6 * SPACING  # between two discs
PLACES = {"group_id": pl.String, "account": pl.String, "x": pl.Float64, "y": pl.Float64}
"""``group_id``: a group, or a large set (its ``whole_id``); null: all accounts of the run in one picture."""


@dataclass(frozen=True)
class Disc:
    """Accounts that stand together, around (0, 0)."""

    accounts: Sequence[str]
    places: Floats

    @property
    def radius(self) -> float:
        """Distance of the outermost account, with room for its mark."""
        return float(np.hypot(self.places[:, 0], self.places[:, 1]).max(initial=0.0)) + SPACING / 2


def network_layout(
    ties: pl.DataFrame, parts: Mapping[str, Sequence[str]], seed: int = 7, discs: Mapping[str, Disc] | None = None
) -> pl.DataFrame:
    """Places of accounts in one picture, the accounts of each part together and apart from the other parts.

    Parameters
    ----------
    ties : polars.DataFrame
        ``account_a``, ``account_b``, ``weight``: one row per pair. Ties of others are left out.
    parts : mapping of str to sequence of str
        Accounts by part, such as communities; one part where there are none. An account of several stands in the first.
    seed : int
    discs : mapping of str to Disc, optional
        Parts that are laid out already: they are moved, never turned.

    Returns
    -------
    polars.DataFrame
        ``account``, ``x``, ``y``: x to the right, y upwards, round about (0, 0), by account.

    Examples
    --------
    >>> ties = pl.DataFrame({"account_a": ["a", "b", "c"], "account_b": ["b", "c", "d"], "weight": [3, 1, 3]})
    >>> made = network_layout(ties, {"1": ["a", "b"], "2": ["c", "d"]})
    >>> made["account"].to_list(), made.equals(network_layout(ties, {"1": ["a", "b"], "2": ["c", "d"]}))
    (['a', 'b', 'c', 'd'], True)
    """
    ready, ties = discs or {}, ties.sort("account_a", "account_b")
    own = [ready.get(name) or disc(ties, accounts, seed) for name, accounts in parts.items()]
    home = {account: k for k in range(len(own) - 1, -1, -1) for account in own[k].accounts}
    across = _between(ties, home)
    centres = _arranged([one.radius for one in own], across, seed)
    if discs is None:
        own = _turned(own, centres, ties, home)
    rows = {
        account: place
        for k, one in enumerate(own)
        for account, place in zip(one.accounts, one.places + centres[k], strict=True)
        if home[account] == k
    }
    return _frame(rows)


def disc(ties: pl.DataFrame, accounts: Sequence[str], seed: int = 7) -> Disc:
    """Accounts laid out by themselves."""
    names = sorted(set(accounts))
    number = {name: k for k, name in enumerate(names)}
    rows = ties.select("account_a", "account_b", "weight").iter_rows() if len(names) > 2 else ()
    own = sorted((number[a], number[b], float(n)) for a, b, n in rows if a in number and b in number)
    ends = np.array([row[:2] for row in own], dtype=np.int64).reshape(len(own), 2)
    return Disc(names, force_layout(len(names), ends[:, 0], ends[:, 1], np.array([n for *_, n in own]), seed))


def run_layout(tables: Mapping[str, pl.DataFrame], seed: int = 7) -> pl.DataFrame:
    """Places for every picture of a run: each group, each large set with its parts, and the run as a whole.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        ``ties``, ``groups``, ``members`` and ``parts`` of the run; a pair counts with the objects of its strongest layer.
    seed : int

    Returns
    -------
    polars.DataFrame
        Columns of ``PLACES``. A group is the same in its own picture and in the others, only moved.

    Examples
    --------
    >>> from graph.schema import RUN_TABLES
    >>> empty = {name: pl.DataFrame(RUN_TABLES[name].empty_table()) for name in ("ties", "groups", "members", "parts")}
    >>> run_layout(empty).columns
    ['group_id', 'account', 'x', 'y']
    """
    groups, members, parts = (tables[name] for name in ("groups", "members", "parts"))
    pairs = tables["ties"].group_by("account_a", "account_b").agg(pl.col("observed").max().alias("weight"))
    pairs = pairs.sort("account_a", "account_b")
    held = dict(members.group_by("group_id").agg(pl.col("account").sort()).iter_rows())
    order = [group for group in groups.sort("rank")["group_id"] if group in held]
    wholes = _wholes(parts, order)
    sets = {whole: sorted({a for group in own for a in held[group]}) for whole, own in wholes.items()}
    inside = _by_group(pairs, {**held, **sets})
    cut: dict[str, Disc | None] = {}
    units: dict[str, Disc] = {}
    made = []
    for whole, own in wholes.items():
        placed = network_layout(inside[whole], {group: held[group] for group in own}, seed)
        cut |= {group: _cut(placed, held[group]) for group in own}
        made.append(placed.select(pl.lit(whole).alias("group_id"), "account", "x", "y"))
        units[whole] = _as_disc(placed)
    discs = {group: cut.get(group) or disc(inside[group], held[group], seed) for group in order}
    made += [_frame(dict(zip(one.accounts, one.places, strict=True)), group) for group, one in discs.items()]
    units |= {group: discs[group] for group in order if group not in cut}
    units |= _loose(pairs, {account for one in units.values() for account in one.accounts}, seed)
    units = dict(sorted(units.items(), key=lambda item: (-len(item[1].accounts), item[0])))
    run = network_layout(pairs, {name: one.accounts for name, one in units.items()}, seed, units)
    made.append(run.select(pl.lit(None, pl.String).alias("group_id"), "account", "x", "y"))
    return pl.concat([pl.DataFrame(schema=PLACES), *made]).with_columns(pl.col("x", "y").round(2))


def _by_group(pairs: pl.DataFrame, held: Mapping[str, Sequence[str]]) -> dict[str, pl.DataFrame]:
    """The ties inside each group, in one pass over all ties."""
    rows = [(group, account) for group, accounts in held.items() for account in accounts]
    member = pl.DataFrame(rows, schema={"group": pl.String, "account": pl.String}, orient="row")
    both = pairs.join(member, left_on="account_a", right_on="account").join(
        member, left_on=["account_b", "group"], right_on=["account", "group"]
    )
    found = both.partition_by("group", as_dict=True, include_key=False)
    return {group: found.get((group,), pairs.head(0)) for group in held}


def _wholes(parts: pl.DataFrame, order: Sequence[str]) -> dict[str, list[str]]:
    """Sets shown as several groups, each with these groups."""
    known = parts.filter((pl.col("parts") > 1) & pl.col("group_id").is_in(list(order))).sort("whole_id", "part")
    found = dict(known.group_by("whole_id", maintain_order=True).agg("group_id").iter_rows())
    return {whole: own for whole, own in found.items() if len(own) > 1}


def _cut(placed: pl.DataFrame, accounts: Sequence[str]) -> Disc | None:
    """A part as it stands in its whole, moved back to the middle; None where some of its accounts stand elsewhere there."""
    there = placed.join(pl.DataFrame({"account": accounts}), on="account", how="semi")
    return _as_disc(there) if there.height == len(accounts) else None


def _as_disc(placed: pl.DataFrame) -> Disc:
    places = placed.select("x", "y").to_numpy()
    middle = (places.min(axis=0) + places.max(axis=0)) / 2 if len(places) else 0.0
    return Disc(placed["account"].to_list(), places - middle)


def _loose(pairs: pl.DataFrame, held: set[str], seed: int) -> dict[str, Disc]:
    """Accounts of no group, with those they are tied to."""
    free = pairs.filter(~pl.col("account_a").is_in(list(held)) & ~pl.col("account_b").is_in(list(held)))
    outside = {*pairs["account_a"], *pairs["account_b"]} - held
    network = nx.Graph(free.select("account_a", "account_b").rows())
    network.add_nodes_from(sorted(outside))
    found = {min(part): sorted(part) for part in nx.connected_components(network)}
    inside = _by_group(free, {name: accounts for name, accounts in found.items() if len(accounts) > 2})
    return {f"~{name}": disc(inside.get(name, free), accounts, seed) for name, accounts in sorted(found.items())}


def _frame(rows: Mapping[str, Floats], group: str | None = None) -> pl.DataFrame:
    made = pl.DataFrame(
        [(account, float(x), float(y)) for account, (x, y) in sorted(rows.items())],
        schema={name: PLACES[name] for name in ("account", "x", "y")},
        orient="row",
    )
    return made if group is None else made.select(pl.lit(group).alias("group_id"), "account", "x", "y")


Across = tuple[Ints, Ints, Floats]


def _between(ties: pl.DataFrame, home: Mapping[str, int]) -> Across:
    """Ties between two discs: positions of both, and their weight in all."""
    number = pl.DataFrame(
        {"account": list(home), "k": list(home.values())}, schema={"account": pl.String, "k": pl.Int64}
    )
    ends = ties.join(number, left_on="account_a", right_on="account").join(
        number, left_on="account_b", right_on="account", suffix="_b"
    )
    ends = ends.filter(pl.col("k") != pl.col("k_b")).select(
        pl.min_horizontal("k", "k_b").alias("k"), pl.max_horizontal("k", "k_b").alias("k_b"), "weight"
    )
    ends = ends.group_by("k", "k_b").agg(pl.col("weight").sum()).sort("k", "k_b")
    return ends["k"].to_numpy(), ends["k_b"].to_numpy(), ends["weight"].cast(pl.Float64).to_numpy()


def _arranged(radii: Sequence[float], across: Across, seed: int) -> Floats:
    """Centres of discs: those with most ties to one another side by side, no two over one another."""
    count = min(len(radii), ARRANGED)
    room = np.array(radii[:count]) + GAP / 2
    a, b, weight = across
    near = (a < count) & (b < count)
    if count < 2:
        return np.zeros((len(radii), 2)) if count == len(radii) else _rows(np.zeros((count, 2)), radii)
    share = weight[near] / np.sqrt(room[a[near]] * room[b[near]])
    centres = force_layout(count, a[near], b[near], share, seed)
    centres *= 3 * room.max() / SPACING
    for _ in range(90):  # all move a little to the middle, then out of each other's way
        centres *= 0.94
        _unpiled(centres, room, 6)
    _unpiled(centres, room, 120)
    centres -= (((centres - room[:, None]).min(axis=0)) + ((centres + room[:, None]).max(axis=0))) / 2
    return _rows(centres, radii)


def _unpiled(centres: Floats, room: Floats, rounds: int) -> None:
    """Push discs that overlap apart, the smaller one further."""
    need = room[:, None] + room[None, :]
    np.fill_diagonal(need, 0.0)
    weight = room * room
    part = weight[None, :] / (weight[:, None] + weight[None, :])
    for _ in range(rounds):
        apart = centres[:, None, :] - centres[None, :, :]
        long = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-6)
        over = np.maximum(need - long, 0.0)
        if over.max() < 0.01:
            return
        centres += (apart * (over / long * part)[..., None]).sum(axis=1)


def _rows(centres: Floats, radii: Sequence[float]) -> Floats:
    """Discs after the first ones in rows below them, as wide as those."""
    rest = list(radii[len(centres) :])
    if not rest:
        return centres
    room = np.array(radii[: len(centres)])
    area = sum((2 * radius + GAP) ** 2 for radius in rest)
    wide = max(2 * float((np.abs(centres[:, 0]) + room).max(initial=0.0)), sqrt(area * 1.6))
    left, top = -wide / 2, float((centres[:, 1] - room).min(initial=0.0)) - GAP
    x, made = left, []
    high = 2 * rest[0]
    for radius in rest:
        if x + 2 * radius > left + wide and x > left:
            x, top, high = left, top - high - GAP / 2, 2 * radius
        made.append((x + radius, top - high / 2))
        x += 2 * radius + GAP / 2
    return np.concatenate([centres, np.array(made)])


def _turned(own: Sequence[Disc], centres: Floats, ties: pl.DataFrame, home: Mapping[str, int]) -> list[Disc]:
    """Discs turned, and mirrored where it helps, so that accounts with ties elsewhere stand on that side.

    The turn with the shortest squared ties is that of Procrustes (Gower and Dijksterhuis 2004).
    """
    at = {
        account: (k, row) for k, one in enumerate(own) for row, account in enumerate(one.accounts) if home[account] == k
    }
    sums = np.zeros((len(own), 2, 2))
    for a, b, weight in ties.select("account_a", "account_b", "weight").iter_rows():
        if a not in at or b not in at or at[a][0] == at[b][0]:
            continue
        for (k, row), (other, _) in pairwise((at[a], at[b], at[a])):
            toward = centres[other] - centres[k]
            sums[k] += weight * np.outer(own[k].places[row], toward / max(float(np.hypot(*toward)), 1e-9))
    return [Disc(one.accounts, one.places @ _turn(sums[k])) for k, one in enumerate(own)]


def _turn(sums: Floats) -> Floats:
    """Turn, or turn of the mirror image, that brings most of the products on the diagonal."""
    if not sums.any():
        return np.eye(2)
    left, _, right = np.linalg.svd(sums)
    made: Floats = left @ right
    return made
