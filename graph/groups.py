"""Ties to groups: accounts held together, with what they met on, who goes first and how far beyond chance they are.

Groups are the components of a layer's ties. A component of more than ``crowd_min`` accounts whose ties fall when nobody
is left out of test B is a fast crowd and set aside; a smaller one whose objects are its own is a closed circle. Groups of
different layers that share at least half of the smaller set are one group with several layers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import poisson

from graph.engines.base import Actions
from graph.engines.local import gaps
from graph.results import HEADINGS, LABELS
from graph.settings import Settings
from graph.ties import Judged

OVERLAP = 0.5  # part of the smaller set that makes groups of two layers one
WINDOWS_AFTER = 5  # a member's delay counts when it comes within so many windows of the first
LAG_EDGES_S = (5.0, 10.0, 20.0, 30.0, 60.0, 300.0, 3_600.0, 86_400.0)


@dataclass(frozen=True)
class Component:
    """Accounts that one layer's ties hold together."""

    layer: int
    members: frozenset[str]
    crowd: bool


@dataclass(frozen=True)
class Group:
    """Accounts to be shown as one group, and the layers that hold them, strongest first."""

    members: tuple[str, ...]
    layers: tuple[int, ...]
    crowd: bool
    group_id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "group_id", group_id(self.members))


def group_id(members: Iterable[str]) -> str:
    """The hash of the sorted member uids, so that the same accounts are the same group in every run.

    Examples
    --------
    >>> group_id(["x:2", "x:1"]) == group_id(["x:1", "x:2"])
    True
    """
    return sha256("\n".join(sorted(members)).encode()).hexdigest()[:12]


def strength() -> pl.Expr:
    """S of the method: the sum over ties of -log10 of the larger p."""
    return -pl.max_horizontal("p_a", "p_b").clip(1e-300, 1.0).log10().sum()


def find_groups(ties: Sequence[pl.DataFrame], settings: Settings) -> list[Group]:
    """Components per layer, crowds taken out, the same accounts of several layers shown as one.

    Parameters
    ----------
    ties : sequence of polars.DataFrame
        One per layer, as ``graph.ties.tie_table`` gives them.

    Returns
    -------
    list of Group
        In no particular order; ``describe`` ranks them.
    """
    found = [part for number, table in enumerate(ties) for part in _components(number, table, settings)]
    return [
        _as_group(parts, ties) for crowd in (False, True) for parts in _merged([f for f in found if f.crowd is crowd])
    ]


def _components(layer: int, ties: pl.DataFrame, settings: Settings) -> list[Component]:
    leader = _Union()
    for a, b in ties.select("account_a", "account_b").iter_rows():
        leader.join(a, b)
    sets: dict[str, set[str]] = defaultdict(set)
    for account in leader.parent:
        sets[leader.find(account)].add(account)
    explained = (
        ties.with_columns(pl.col("account_a").map_elements(leader.find, return_dtype=pl.String).alias("root"))
        .group_by("root")
        .agg(pl.col("explained_in_sample").mean())
    )
    share: dict[str, float] = dict(explained.iter_rows())
    return [
        Component(layer, frozenset(members), len(members) > settings.crowd_min and share[root] > OVERLAP)
        for root, members in sorted(sets.items())
        if len(members) >= settings.group_min
    ]


class _Union:
    """Disjoint sets with path halving."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def find(self, item: str) -> str:
        self.parent.setdefault(item, item)
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, one: str, two: str) -> None:
        self.parent[self.find(two)] = self.find(one)


def _merged(found: Sequence[Component]) -> list[list[Component]]:
    """Components of different layers that share at least half of the smaller set, together."""
    where: dict[str, list[int]] = defaultdict(list)
    for number, part in enumerate(found):
        for account in part.members:
            where[account].append(number)
    common: dict[tuple[int, int], int] = defaultdict(int)
    for numbers in where.values():
        for i, one in enumerate(numbers):
            for two in numbers[i + 1 :]:
                common[one, two] += 1
    leader = _Union()
    for number in range(len(found)):
        leader.find(str(number))
    for (one, two), shared in sorted(common.items()):
        if shared >= OVERLAP * min(len(found[one].members), len(found[two].members)):
            leader.join(str(one), str(two))
    together: dict[str, list[Component]] = defaultdict(list)
    for number, part in enumerate(found):
        together[leader.find(str(number))].append(part)
    return list(together.values())


def _as_group(parts: Sequence[Component], ties: Sequence[pl.DataFrame]) -> Group:
    members = sorted(set().union(*(part.members for part in parts)))
    layers = {part.layer for part in parts}
    power = {n: _inside(ties[n], members).select(strength()).item() for n in layers}
    return Group(tuple(members), tuple(sorted(layers, key=lambda n: (-power[n], n))), parts[0].crowd)


def _inside(ties: pl.DataFrame, members: Sequence[str]) -> pl.DataFrame:
    names = pl.Series(members, dtype=pl.String)
    return ties.filter(pl.col("account_a").is_in(names.implode()) & pl.col("account_b").is_in(names.implode()))


@dataclass(frozen=True)
class Described:
    """Groups as tables, ranked: columns of ``GROUPS``, ``MEMBERS``, ``OBJECTS`` and ``LAGS``."""

    groups: pl.DataFrame
    members: pl.DataFrame
    objects: pl.DataFrame
    lags: pl.DataFrame


def describe(
    groups: Sequence[Group], judged: Sequence[Judged], ties: Sequence[pl.DataFrame], evidence: Sequence[pl.DataFrame]
) -> Described:
    """What each group met on, who goes first, how far beyond chance it is, ranked by heading, p and strength."""
    rows, members, objects, lags = [], [], [], []
    for group in groups:
        lead = group.layers[0]
        layer = judged[lead].layer
        met = _inside(evidence[lead], group.members)
        seen = _Seen.of(layer.actions, group.members, met["object"].unique().sort(), layer.window_s)
        rows.append(_row(group, judged, ties, met))
        members.append(_member_rows(group, ties, seen))
        objects.append(_object_rows(group, layer.trace, met, seen))
        lags.append(_lag_rows(group, seen))
    order = {heading: n for n, heading in enumerate(HEADINGS)}
    table = pl.DataFrame(rows, schema_overrides=_GROUP_TYPES, infer_schema_length=None)
    if not rows:
        return Described(table, pl.DataFrame(), pl.DataFrame(), pl.DataFrame())
    ranked = table.sort(
        pl.col("heading").replace_strict(order), pl.col("p_group").fill_null(1.0), -pl.col("strength"), "group_id"
    ).with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("rank"))
    return Described(ranked, pl.concat(members), pl.concat(objects), pl.concat(lags))


_GROUP_TYPES = {
    "p_group": pl.Float64,
    "worlds": pl.Int64,
    "label": pl.String,
    "reason": pl.String,
    "heading": pl.String,
}


def _row(group: Group, judged: Sequence[Judged], ties: Sequence[pl.DataFrame], met: pl.DataFrame) -> dict[str, object]:
    own = [_inside(ties[n], group.members) for n in group.layers]
    lead = own[0]
    expected = float(lead["expected"].sum())
    heading, label, reason = _label(group, lead)
    return {
        "group_id": group.group_id,
        "heading": heading,
        "label": label,
        "reason": reason,
        "basis": "ties",
        "traces": [judged[n].layer.trace for n in group.layers],
        "windows_s": [judged[n].layer.window_s for n in group.layers],
        "accounts": len(group.members),
        "ties": pl.concat([part.select("account_a", "account_b") for part in own]).unique().height,
        "objects": met["object"].n_unique(),
        "observed": int(lead["observed"].sum()),
        "expected": expected,
        "expected_lo": float(poisson.ppf(0.025, expected)),
        "expected_hi": float(poisson.ppf(0.975, expected)),
        "p_group": None,
        "worlds": None,
        "strength": float(lead.select(strength()).item()),
        "median_lag_s": met["lag_s"].abs().median(),
        "first_at": pl.concat([part["first_at"] for part in own]).min(),
        "last_at": pl.concat([part["last_at"] for part in own]).max(),
    }


def _label(group: Group, ties: pl.DataFrame) -> tuple[str, str | None, str | None]:
    """Heading, label and the sentence with its numbers."""
    explained, closed, number = int(ties["explained_in_sample"].sum()), int(ties["closed"].sum()), ties.height
    if group.crowd:
        reason = f"{explained:,} of {number:,} ties fall when nobody is left out: everyone who shares these objects is this fast."
        return LABELS["fast_crowd"].heading, "fast_crowd", reason
    if max(explained, closed) > OVERLAP * number:
        reason = (
            f"{closed:,} of {number:,} ties rest on objects hardly anyone else acted on: rarity, not timing, is the evidence."
            if closed > OVERLAP * number
            else f"{explained:,} of {number:,} ties fall when nobody is left out: rarity, not timing, is the evidence."
        )
        return LABELS["closed_circle"].heading, "closed_circle", reason
    return "groups", None, None


@dataclass(frozen=True)
class _Seen:
    """First actions of every account on the objects a group met on."""

    members: pl.DataFrame  # object, account, time (us), post, delay_s after the first member
    inside: Actions
    outside: Actions
    reach_s: float

    @classmethod
    def of(cls, actions: Actions, members: Sequence[str], objects: pl.Series, window_s: float) -> _Seen:
        wanted = pc.index_in(actions.objects, value_set=objects.to_arrow().cast(pa.string()))
        on = pc.is_valid(wanted).to_numpy(zero_copy_only=False)[actions.object]
        rows = np.flatnonzero(on)
        pair = actions.object[rows] * max(len(actions.accounts), 1) + actions.account[rows]
        first = rows[np.sort(np.unique(pair, return_index=True)[1])]
        member = pc.is_in(actions.accounts, value_set=pa.array(members, pa.string())).to_numpy(zero_copy_only=False)
        own = member[actions.account[first]]
        table = pl.DataFrame(
            {
                "object": pl.Series(actions.objects.take(pa.array(actions.object[first[own]]))),
                "account": pl.Series(actions.accounts.take(pa.array(actions.account[first[own]]))),
                "time": actions.time[first[own]],
                "post": pl.Series(actions.post.take(pa.array(first[own]))),
            }
        ).with_columns(((pl.col("time") - pl.col("time").min().over("object")) / 1e6).alias("delay_s"))
        return cls(table, _rows(actions, first[own]), _rows(actions, first[~own]), WINDOWS_AFTER * window_s)


def _rows(actions: Actions, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Actions:
    return Actions(
        actions.account[rows],
        actions.object[rows],
        actions.time[rows],
        actions.post.take(pa.array(rows)),
        actions.accounts,
        actions.objects,
    )


def _member_rows(group: Group, ties: Sequence[pl.DataFrame], seen: _Seen) -> pl.DataFrame:
    own = pl.concat([_inside(ties[n], group.members).select("account_a", "account_b") for n in group.layers]).unique()
    number = (
        pl.concat([own["account_a"], own["account_b"]]).value_counts().rename({"account_a": "account", "count": "ties"})
    )
    alone_first = (pl.col("delay_s") == 0) & ((pl.col("delay_s") == 0).sum().over("object") == 1)
    acted = (
        seen.members.with_columns(alone_first.alias("leads"))
        .group_by("account")
        .agg(
            pl.col("leads").sum().cast(pl.Int64).alias("first"),
            pl.len().cast(pl.Int64).alias("objects"),
            pl.col("delay_s").filter(pl.col("delay_s") <= seen.reach_s).median().alias("median_delay_s"),
        )
    )
    return (
        pl.DataFrame({"account": list(group.members)})
        .join(number, on="account", how="left")
        .join(acted, on="account", how="left")
        .select(
            pl.lit(group.group_id).alias("group_id"),
            "account",
            pl.lit(1.0).alias("share"),
            pl.col("ties").fill_null(0).cast(pl.Int64),
            pl.col("first").fill_null(0),
            pl.col("objects").fill_null(0),
            "median_delay_s",
        )
        .sort("first", "ties", "account", descending=[True, True, False])
    )


def _object_rows(group: Group, trace: str, met: pl.DataFrame, seen: _Seen) -> pl.DataFrame:
    meetings = (
        met.select("object", "account_a", "account_b").unique().group_by("object").agg(pl.len().alias("meetings"))
    )
    others = pl.Series("object", seen.outside.objects.take(pa.array(seen.outside.object)), dtype=pl.String)
    outside = others.value_counts().rename({"count": "others"})
    return (
        seen.members.sort("time", "account")
        .group_by("object")
        .agg(
            pl.len().cast(pl.Int64).alias("accounts"),
            pl.col("time").min().cast(pl.Datetime("us", "UTC")).alias("first_at"),
            pl.col("delay_s").filter(pl.col("delay_s") <= seen.reach_s).max().alias("span_s"),
            pl.col("post").first().alias("sample_post"),
        )
        .join(meetings, on="object")
        .join(outside, on="object", how="left")
        .select(
            pl.lit(group.group_id).alias("group_id"),
            pl.lit(trace).alias("trace"),
            "object",
            "accounts",
            pl.col("others").fill_null(0).cast(pl.Int64),
            pl.col("meetings").cast(pl.Int64),
            "first_at",
            "span_s",
            "sample_post",
        )
        .sort("meetings", "accounts", "object", descending=[True, True, False])
    )


def _lag_rows(group: Group, seen: _Seen) -> pl.DataFrame:
    edges = [*LAG_EDGES_S, float("inf")]
    inside, outside = (np.diff(np.array([0, *gaps(part, edges)])) for part in (seen.inside, seen.outside))
    return pl.DataFrame(
        {
            "group_id": [group.group_id] * len(edges),
            "from_s": [0.0, *LAG_EDGES_S],
            "to_s": [*LAG_EDGES_S, None],
            "group": inside.astype(np.int64),
            "others": outside.astype(np.int64),
        }
    )
