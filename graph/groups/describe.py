"""Description of groups as tables: members and who goes first, shared objects, delays, label and reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import fmean

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.groups.coincidences import Coincidences, GroupCounter
from graph.groups.merge import Group, group_id, inside, strength
from graph.groups.monte_carlo import LEFT, TestedGroup
from graph.groups.other_communities import Beside, beside_others
from graph.pairing.actions import Actions
from graph.pairing.engine import Engine
from graph.pairing.local import gaps
from graph.schema import HEADINGS, LABELS
from graph.settings import Settings
from graph.significance.outside import AGAINST_COMMUNITIES, NO_PACE
from graph.significance.poisson import usual
from graph.ties.layer import Layer
from graph.ties.response_times import OWN_SPEED, own_speed
from graph.ties.table import TiedLayer
from graph.ties.validation import MAJORITY

WINDOWS_AFTER = 5  # a member's delay counts when it comes within so many windows of the first
LAG_EDGES_S = (5.0, 10.0, 20.0, 30.0, 60.0, 300.0, 3_600.0, 86_400.0)


@dataclass(frozen=True)
class Described:
    """Groups as tables, ranked: columns of ``GROUPS``, ``MEMBERS``, ``OBJECTS``, ``LAGS`` and ``PARTS``."""

    groups: pl.DataFrame
    members: pl.DataFrame
    objects: pl.DataFrame
    lags: pl.DataFrame
    parts: pl.DataFrame


def describe(groups: Sequence[Group], layers: Sequence[TiedLayer], settings: Settings, engine: Engine) -> Described:
    """Tables of the groups, ranked by heading, p and strength: members, objects, delays, and how far beyond chance they are."""
    rows, members, objects, lags = [], [], [], []
    leads = {group.layers[0] for group in groups}
    counters = {n: GroupCounter(layers[n].layer, settings.shrink_pairs, engine) for n in range(len(layers))}
    numbers = [counters[group.layers[0]].count(group.members) for group in groups]
    around = {n: layers[n].layer.acting_on(_met_on(n, groups, numbers)) for n in leads}
    beside = _beside(groups, layers, settings, engine)
    for group, counted, others in zip(groups, numbers, beside, strict=True):
        lead = group.layers[0]
        layer = layers[lead].layer
        seen = _Seen.of(around[lead], group.members, counted.objects["object"].sort(), layer.window_s)
        rows.append(_row(group, layers, counted, others, settings, engine))
        members.append(_member_rows(group, layers, seen))
        objects.append(_object_rows(group, layer.trace, counted, seen))
        lags.append(_lag_rows(group, seen))
    if not rows:
        return Described(*(pl.DataFrame() for _ in fields(Described)))
    ranked = rank_groups(pl.DataFrame(rows, schema_overrides=_GROUP_TYPES, infer_schema_length=None))
    parts = _part_rows(groups, layers, counters)
    return Described(ranked, pl.concat(members), pl.concat(objects), pl.concat(lags), parts)


def _beside(
    groups: Sequence[Group], layers: Sequence[TiedLayer], settings: Settings, engine: Engine
) -> list[Beside | None]:
    """Each group beside the other communities of its strongest layer; None where test B had another outside."""
    found: list[Beside | None] = [None] * len(groups)
    for lead in {group.layers[0] for group in groups if layers[group.layers[0]].validated.outside.name == "community"}:
        own = [n for n, group in enumerate(groups) if group.layers[0] == lead]
        numbers = beside_others(layers[lead].layer, [groups[n].members for n in own], settings, engine)
        for n, one in zip(own, numbers, strict=True):
            found[n] = one
    return found


def _part_rows(
    groups: Sequence[Group], layers: Sequence[TiedLayer], counters: Mapping[int, GroupCounter]
) -> pl.DataFrame:
    """Parts of large sets, largest first, each with the numbers of its whole."""
    rows, numbers = [], {}
    for group in sorted(groups, key=lambda one: (-len(one.members), one.group_id)):
        whole = group.whole
        if whole is None:
            continue
        if whole not in numbers:
            numbers[whole] = (counters[whole.layer].count(whole.members), count(1))
        counted, place = numbers[whole]
        own = inside(layers[whole.layer].ties, whole.members)
        rows.append(
            {
                "group_id": group.group_id,
                "part": next(place),
                "parts": whole.parts,
                "stability": fmean(group.share.values()) if group.share else 1.0,
                "whole_id": group_id(whole.members),
                "whole_accounts": len(whole.members),
                "whole_ties": own.height,
                "whole_observed": counted.observed,
                "whole_expected": counted.expected_of("large_closed_circle" if counted.left > LEFT else "large_group"),
                "whole_left": counted.left,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _met_on(layer: int, groups: Sequence[Group], numbers: Sequence[Coincidences]) -> pa.Array:
    """Objects on which the groups led by a layer met."""
    parts = [one.objects["object"] for group, one in zip(groups, numbers, strict=True) if group.layers[0] == layer]
    return pl.concat(parts).unique().sort().to_arrow()


def rank_groups(groups: pl.DataFrame) -> pl.DataFrame:
    """Groups in order with their ``rank``: by heading, p from worlds, strength."""
    order = {heading: n for n, heading in enumerate(HEADINGS)}
    p = pl.col("p_group").fill_null(1.0)
    ranked = groups.sort(pl.col("heading").replace_strict(order), p, -pl.col("strength"), "group_id")
    return ranked.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("rank"))


_GROUP_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "p_group": pl.Float64,
    "worlds": pl.Int64,
    "by_chance": pl.Float64,
    "left": pl.Float64,
    "label": pl.String,
    "reason": pl.String,
    "first_at": pl.Datetime("us", "UTC"),
    "last_at": pl.Datetime("us", "UTC"),
    "median_lag_s": pl.Float64,
}


def _row(
    group: Group,
    layers: Sequence[TiedLayer],
    counted: Coincidences,
    beside: Beside | None,
    settings: Settings,
    engine: Engine,
) -> dict[str, object]:
    own = [inside(layers[n].ties, group.members) for n in group.layers]
    lead, tested = own[0], group.tested
    of_crowd = group.whole is not None and tested is not None and tested.p is None
    label: str | None
    reason: str | None
    if beside:
        label, reason = _label_beside(group, layers[group.layers[0]].layer, counted, beside, settings, engine)
    elif of_crowd:
        label, reason = _part_label(group, layers[group.layers[0]].layer, counted, settings, engine)
    else:
        label, reason = _label(group, lead, settings)
    expected = counted.expected_of(label)
    if (
        tested and not beside and label in ("fast_crowd", "own_speed")
    ):  # what explains it stands beside it, as its reason says
        expected = max(tested.left if group.crowd else 0.0, min(tested.own, 1.0)) * counted.observed
    least, most = usual(expected)
    return {
        "group_id": group.group_id,
        "heading": LABELS[label].heading if label else "groups",
        "label": label,
        "reason": reason,
        "basis": group.basis,
        "traces": [layers[n].layer.trace for n in group.layers],
        "windows_s": [layers[n].layer.window_s for n in group.layers],
        "accounts": len(group.members),
        "ties": pl.concat([part.select("account_a", "account_b") for part in own]).unique().height,
        "objects": counted.objects.height,
        "observed": counted.observed,
        "expected": expected,
        "expected_lo": least,
        "expected_hi": most,
        "p_group": tested.p if tested else None,
        "worlds": settings.worlds if tested else None,
        "by_chance": tested.by_chance if tested else None,
        "left": counted.left if of_crowd else tested.left if tested else None,
        "strength": float(lead.select(strength()).item()),
        "median_lag_s": counted.median_lag_s,
        "first_at": _moment(counted.first_at),
        "last_at": _moment(counted.last_at),
    }


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def _label_beside(
    group: Group, layer: Layer, counted: Coincidences, beside: Beside, settings: Settings, engine: Engine
) -> tuple[str, str]:
    """Label of a group where the tied accounts are (almost) everybody, and the sentence with its outside and its numbers.

    Timing is the evidence when, on what other communities acted on as well, at most half of its meetings are to be expected, and
    half of all its coincidences at most; nor do its accounts' own speeds give more.
    """
    large = len(group.members) > settings.crowd_min
    rare = "large_closed_circle" if large else "closed_circle"
    if not beside.known:
        return rare, f"{AGAINST_COMMUNITIES} Hardly any of them acted on what this group shares{_RARE}."
    said = f"On what they shared too, {beside.met:,} pairs of its posts are within the window"
    if beside.pace is None:
        return rare, f"{AGAINST_COMMUNITIES} {said}; {NO_PACE}, so timing is not called the evidence."
    if beside.explained > LEFT:
        return rare, f"{AGAINST_COMMUNITIES} {said}, and chance gives {beside.expected:,.0f}{_RARE}."
    if counted.expected_of("timing") > LEFT * counted.observed:
        return rare, f"{AGAINST_COMMUNITIES} Their pace gives more than half of its coincidences{_RARE}."
    own = _own_speed(group, layer, settings, engine)
    if own > OWN_SPEED:
        speed = f"but given how fast each account always is, {min(own, 1.0):.0%} of its coincidences would occur anyway"
        return rare, f"{AGAINST_COMMUNITIES} {said}, {speed}{_RARE}."
    name = "large_group" if large else "timing"
    return name, f"{AGAINST_COMMUNITIES} {said}; chance gives {beside.expected:,.0f}, so the timing is the evidence."


def _own_speed(group: Group, layer: Layer, settings: Settings, engine: Engine) -> float:
    there = pc.is_in(layer.actions.accounts, value_set=pa.array(group.members, pa.string()))
    return own_speed(layer, frozenset(np.flatnonzero(there).tolist()), engine, settings.seed)


def _part_label(
    group: Group, layer: Layer, counted: Coincidences, settings: Settings, engine: Engine
) -> tuple[str, str]:
    """Label of a community of a crowd by its own numbers, and the sentence with them.

    The set as a whole is no fast crowd. Timing is the evidence of a part when shuffled times reproduce half of its coincidences or
    fewer, and its accounts' own speeds as well.
    """
    large = len(group.members) > settings.crowd_min
    said = f"Shuffled times reproduce {counted.left:.0%} of its coincidences"
    if counted.left > LEFT:
        return "large_closed_circle" if large else "closed_circle", f"{said}{_RARE}."
    own = _own_speed(group, layer, settings, engine)
    if own > OWN_SPEED:
        speed = f"but given how fast each account always is, {min(own, 1.0):.0%} of them would occur anyway"
        return "large_closed_circle" if large else "closed_circle", f"{said}, {speed}{_RARE}."
    return (
        "large_group" if large else "timing",
        f"{said.replace('reproduce', 'reproduce only')}, so the timing is the evidence.",
    )


def _label(group: Group, ties: pl.DataFrame, settings: Settings) -> tuple[str | None, str | None]:
    """Label and the sentence with its numbers."""
    if group.tested:
        return group.tested.label, _world_reason(group.tested)
    explained, closed, number = int(ties["explained_in_sample"].sum()), int(ties["closed"].sum()), ties.height
    if group.crowd:
        return "fast_crowd", f"{_in_sample(explained, number)}: everyone who shared these objects was this fast."
    if closed > MAJORITY * number:
        return (
            "closed_circle",
            f"{closed:,} of its {number:,} ties rest on objects that hardly anyone else shared{_RARE}.",
        )
    if explained > MAJORITY * number:
        return "closed_circle", f"{_in_sample(explained, number)}{_RARE}."
    return None, None


_RARE = ", so the evidence is what they share, not how fast"


def _in_sample(explained: int, number: int) -> str:
    """Ties that test B does not find once group members stay in the comparison, as the beginning of a sentence.

    Examples
    --------
    >>> _in_sample(5, 5), _in_sample(1, 5)
    ('None of its 5 ties passes when group members stay in the comparison', '1 of its 5 ties fails when group members stay in the comparison')
    """
    if explained == number:
        ties = f"None of its {number:,} ties passes"
    else:
        ties = f"{explained:,} of its {number:,} ties {'fails' if explained == 1 else 'fail'}"
    return f"{ties} when group members stay in the comparison"


def _world_reason(tested: TestedGroup) -> str:
    if tested.own > LEFT:
        return (
            f"Given how fast each account always is, {min(tested.own, 1.0):.0%} of its coincidences would occur anyway."
        )
    if tested.label == "own_speed":
        return (
            f"Given how fast each account always is, {tested.own:.0%} of its coincidences would occur anyway, and the rest of"
            " most pairs may be luck: too few ties are left for a group."
        )
    if tested.label in ("timing", "large_group"):
        return f"Shuffled times reproduce only {tested.left:.0%} of its coincidences, so the timing is the evidence."
    if tested.label == "closed_circle" and tested.left <= LEFT:
        shuffles = (
            f"{tested.all_left:,} {'shuffle' if tested.all_left == 1 else 'shuffles'} of the times left all of it"
        )
        return f"Shuffled times reproduce {tested.left:.0%} of its coincidences on average, but {shuffles}{_RARE}."
    rest = ": everyone who shared these objects was this fast" if tested.label == "fast_crowd" else _RARE
    return f"Shuffled times reproduce {tested.left:.0%} of its coincidences{rest}."


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
        inside, outside = (actions.where(np.isin(np.arange(len(actions)), first[side])) for side in (own, ~own))
        return cls(table, inside, outside, WINDOWS_AFTER * window_s)


def _member_rows(group: Group, layers: Sequence[TiedLayer], seen: _Seen) -> pl.DataFrame:
    own = pl.concat(
        [inside(layers[n].ties, group.members).select("account_a", "account_b") for n in group.layers]
    ).unique()
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
            pl.col("account").replace_strict(group.share, default=1.0, return_dtype=pl.Float64).alias("share"),
            pl.col("ties").fill_null(0).cast(pl.Int64),
            pl.col("first").fill_null(0),
            pl.col("objects").fill_null(0),
            "median_delay_s",
        )
        .sort("first", "ties", "account", descending=[True, True, False])
    )


def _object_rows(group: Group, trace: str, counted: Coincidences, seen: _Seen) -> pl.DataFrame:
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
        .join(counted.objects, on="object")
        .join(outside, on="object", how="left")
        .select(
            pl.lit(group.group_id).alias("group_id"),
            pl.lit(trace).alias("trace"),
            "object",
            "accounts",
            pl.col("others").fill_null(0).cast(pl.Int64),
            "meetings",
            "first_at",
            "span_s",
            "sample_post",
        )
        .sort("meetings", "accounts", "object", descending=[True, True, False])
    )


def _lag_rows(group: Group, seen: _Seen) -> pl.DataFrame:
    window = seen.reach_s / WINDOWS_AFTER
    edges = [*sorted({*LAG_EDGES_S, window}), float("inf")]
    inside, outside = (np.diff(np.array([0, *gaps(part, edges)])) for part in (seen.inside, seen.outside))
    return pl.DataFrame(
        {
            "group_id": [group.group_id] * len(edges),
            "from_s": [0.0, *edges[:-1]],
            "to_s": [*edges[:-1], None],
            "group": inside.astype(np.int64),
            "others": outside.astype(np.int64),
        }
    )
