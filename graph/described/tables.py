"""Described layers as tables of a run: ties, communities, their members and what they shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pyarrow as pa

from graph.described.communities import Edge, gathered
from graph.described.methods import METHODS, said
from graph.described.ties import ties_of
from graph.groups.coincidences import GroupCounter
from graph.groups.communities import Community, stability
from graph.pairing.actions import Actions, named
from graph.pairing.engine import Engine
from graph.schema import DESCRIBED
from graph.settings import Settings
from graph.significance.poisson import usual
from graph.ties.layer import Layer
from graph.ties.validation import ValidatedLayer
from ingest.errors import Progress
from ingest.tables import conform

OBJECTS = 100  # stored of each community, those most pairs met on
Row = dict[str, object]


def described_tables(
    methods: Mapping[str, Mapping[str, float]],
    validated: Sequence[ValidatedLayer],
    beside: Mapping[str, Mapping[str, Actions]],
    settings: Settings,
    engine: Engine,
    say: Progress,
) -> dict[str, pa.Table]:
    """Tables of ``graph.schema.DESCRIBED`` for some methods.

    Parameters
    ----------
    methods : mapping of str to mapping
        As ``graph.described.methods.chosen`` gives them.
    validated : sequence of ValidatedLayer
        The run's layers, tested; those of what belongs to accounts are not read.
    beside : mapping of str to mapping of str to Actions
        By method, what it reads besides.

    Examples
    --------
    >>> from graph.described.methods import chosen
    >>> from graph.pairing.local import LocalEngine
    >>> from graph.ties.layer import build_layer
    >>> from graph.ties.validation import validate_layers
    >>> from graph.toy_data import three_friends
    >>> engine, settings = LocalEngine(), Settings()
    >>> layer = build_layer("link", Actions.from_table(three_friends()), 60, settings, engine)
    >>> tested = validate_layers([layer], settings, engine)
    >>> made = described_tables(chosen(["shared"]), tested, {}, settings, engine, lambda *_: None)
    >>> made["described_ties"].select(["account_a", "account_b", "weight", "observed", "passes"]).to_pylist()
    [{'account_a': 'x:ann', 'account_b': 'x:ben', 'weight': 3.0, 'observed': 3, 'passes': False}]
    """
    timed = [one for one in validated if one.timed]
    counters = {(one.layer.trace, one.layer.window_s): GroupCounter(one.layer, settings.shrink_pairs, engine) for one in timed}  # fmt: skip
    layers = {(one.layer.trace, one.layer.window_s): one.layer for one in timed}
    kept: dict[str, list[pl.DataFrame]] = {name: [] for name in DESCRIBED}
    for number, (name, options) in enumerate(methods.items()):
        method = METHODS[name]
        say(f"Describing what {method.title} links", number, len(methods))
        parts, rows = [], []
        for window_s in dict.fromkeys(one.layer.window_s for one in timed):
            here = {one.layer.trace: one for one in timed if one.layer.window_s == window_s}
            ties, told = ties_of(name, method, options, here, beside.get(name, {}), window_s, engine)
            parts.append(ties)
            rows += [{"method": name, "options": said(options), **row} for row in told]
        ties = pl.concat(parts) if parts else pl.DataFrame(DESCRIBED["described_ties"].empty_table())
        found = gathered(_edges(ties), method.gathers, settings.seed)
        ties = _in_communities(ties, found)
        kept["described_layers"].append(pl.DataFrame(rows, infer_schema_length=None))
        kept["described_ties"].append(ties)
        for table, frame in _communities(name, ties, found, layers, counters).items():
            kept[table].append(frame)
    return {name: _exactly(frames, DESCRIBED[name]) for name, frames in kept.items()}


def _edges(ties: pl.DataFrame) -> dict[str, list[Edge]]:
    """Ties by trace; of several windows, and of both directions, the largest weight."""
    weight = pl.max_horizontal("weight", "weight_back").alias("weight")
    most = ties.select("trace", "account_a", "account_b", weight).group_by("trace", "account_a", "account_b").max()
    parts = most.sort("trace", "account_a", "account_b").partition_by("trace", as_dict=True, include_key=False)
    return {str(trace): part.rows() for (trace,), part in parts.items()}


def _in_communities(ties: pl.DataFrame, found: Sequence[Community]) -> pl.DataFrame:
    place = {account: number for number, part in enumerate(found, 1) for account in part.members}
    at = [pl.col(end).replace_strict(place, default=None, return_dtype=pl.Int64) for end in ("account_a", "account_b")]
    inside = pl.when(at[0] == at[1]).then(at[0])
    return ties.with_columns((inside if place else pl.lit(None, pl.Int64)).alias("community"))


def _communities(
    method: str,
    ties: pl.DataFrame,
    found: Sequence[Community],
    layers: Mapping[tuple[str, float], Layer],
    counters: Mapping[tuple[str, float], GroupCounter],
) -> dict[str, pl.DataFrame]:
    own = ties.filter(pl.col("community").is_not_null()).partition_by("community", as_dict=True)
    rows: list[Row] = []
    members, objects = [], []
    for number, part in enumerate(found, 1):
        held = own[(number,)]
        row = {"method": method, "community": number, **_counted(part, held)}
        key = _strongest(held, layers)
        if key is not None:
            numbers, met = _coincidences(part, layers[key], counters[key])
            row |= {"trace": key[0], "window_s": key[1], **numbers}
            objects.append(
                met.with_columns(pl.lit(method).alias("method"), pl.lit(number, pl.Int64).alias("community"))
            )
        rows.append(row)
        members.append(_members(method, number, part, held))
    return {
        "described_communities": pl.DataFrame(rows, infer_schema_length=None),
        "described_members": pl.concat(members) if members else pl.DataFrame(),
        "described_objects": pl.concat(objects, how="diagonal_relaxed") if objects else pl.DataFrame(),
    }


def _counted(part: Community, held: pl.DataFrame) -> Row:
    pairs = held.group_by("account_a", "account_b").agg(
        pl.col("p").is_not_null().any().alias("tested"), pl.col("passes").any().alias("passing")
    )
    return {
        "accounts": len(part.members),
        "ties": pairs.height,
        "tested": int(pairs["tested"].sum()),
        "passing": int(pairs["passing"].sum() or 0),
        "q": held["q"].min(),
        "stability": stability([part]),
    }


def _strongest(held: pl.DataFrame, layers: Mapping[tuple[str, float], Layer]) -> tuple[str, float] | None:
    """The run's layer with most coincidences of these ties."""
    sums = held.group_by("trace", "window_s").agg(pl.col("observed").sum(), pl.len()).sort(
        "observed", "len", "trace", "window_s", descending=[True, True, False, False]
    )  # fmt: skip
    known = [(trace, window) for trace, window, *_ in sums.iter_rows() if (trace, window) in layers]
    return known[0] if known else None


def _coincidences(part: Community, layer: Layer, counter: GroupCounter) -> tuple[Row, pl.DataFrame]:
    """Observed and expected of all pairs of members, by the rule of groups; and the objects they met on."""
    counted = counter.count(part.members)
    expected = counted.expected_of(None)
    least, most = usual(expected)
    numbers: Row = {
        "objects": counted.objects.height,
        "observed": counted.observed,
        "expected": expected,
        "expected_lo": least,
        "expected_hi": most,
        "median_lag_s": counted.median_lag_s,
        "first_at": _moment(counted.first_at),
        "last_at": _moment(counted.last_at),
    }
    return numbers, _objects(part, layer, counted.objects)


def _objects(part: Community, layer: Layer, met: pl.DataFrame) -> pl.DataFrame:
    actions = layer.acting(part.members)
    names = named(actions.accounts, np.arange(len(actions.accounts)))
    inside = names.is_in(list(part.members)).to_numpy()
    shown = met.sort("meetings", "object", descending=[True, False]).head(OBJECTS)
    rows = pl.DataFrame(
        {
            "object": named(actions.objects, actions.object),
            "account": actions.account,
            "inside": inside[actions.account],
            "post": pl.Series(actions.post),
        }
    ).join(shown.select("object"), on="object", how="semi")
    counted = rows.group_by("object").agg(
        pl.col("account").filter("inside").n_unique().cast(pl.Int64).alias("accounts"),
        pl.col("account").filter(~pl.col("inside")).n_unique().cast(pl.Int64).alias("others"),
        pl.col("post").filter("inside").drop_nulls().min().alias("sample_post"),
    )
    return shown.join(counted, on="object", how="left", maintain_order="left").with_columns(
        pl.lit(layer.trace).alias("trace")
    )


def _members(method: str, number: int, part: Community, held: pl.DataFrame) -> pl.DataFrame:
    pairs = held.select("account_a", "account_b").unique()
    ties = pl.concat([pairs["account_a"], pairs["account_b"]]).value_counts(name="ties")
    table = pl.DataFrame(
        {"account": list(part.members), "share": [part.share[account] for account in part.members]}
    ).join(ties.rename({"account_a": "account"}), on="account", how="left")
    return table.with_columns(
        pl.col("ties").fill_null(0).cast(pl.Int64),
        pl.lit(method).alias("method"),
        pl.lit(number, pl.Int64).alias("community"),
    ).sort("ties", "account", descending=[True, False])


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def _exactly(frames: Sequence[pl.DataFrame], schema: pa.Schema) -> pa.Table:
    whole = [frame for frame in frames if frame.width]
    if not whole:
        return schema.empty_table()
    table = pl.concat(whole, how="diagonal_relaxed")
    return conform(table.select([n for n in schema.names if n in table.columns]).to_arrow(), schema).combine_chunks()
