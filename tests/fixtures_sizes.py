"""Cases of any size with one run written by hand: what pages, figures and benches are looked at with. Nothing in them is real.

The ties are made, not found: the size of a page is at question here, never the method.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from graph.networks.layout import run_layout
from graph.schema import RUN_TABLES, Findings
from graph.stores import open_case
from graph.stores.base import Store
from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, Batch, conform

START = datetime(2026, 8, 3, tzinfo=UTC)
DAYS = 40
FOUR = ("x", "telegram", "facebook", "mastodon")
FORTY = (*FOUR, *(f"board_{n:02d}" for n in range(1, 37)))
LONG = "a-name-that-goes-on-and-on-without-a-single-place-to-break-it-" * 2


def case_of(
    folder: Path,
    sizes: Sequence[int],
    *,
    accounts: int = 0,
    platforms: Sequence[str] = FOUR,
    each: int = 3,
    host: str = "larch.example",
    headings: Sequence[str] = ("groups",),
    seed: int = 1,
    minutes: bool = False,
    parts: bool = False,
) -> Store:
    """A case whose one run holds groups of these sizes, largest first.

    Parameters
    ----------
    sizes : sequence of int
        Accounts of each group.
    accounts : int
        Accounts in all; those in no group are there and tied to nobody.
    each : int
        Ties per account.
    headings : sequence of str
        Given to the groups in turn.
    minutes : bool
        Times to the minute, most members in the same one.
    parts : bool
        All groups are the parts of one large set, with a few ties between them; places are kept, as a search keeps them.
    """
    draw = np.random.default_rng(seed)
    members = _members(sizes, max(accounts, sum(sizes)), platforms)
    ties = _ties(members.filter(pl.col("group").is_not_null()), each, draw)
    ties = pl.concat([ties, _between(members, ties, draw)]) if parts else ties
    meetings = _meetings(ties, host, draw)
    meetings = _to_the_minute(meetings, draw) if minutes else meetings
    store = open_case(str(folder), create=True)
    with store.writer("s1") as writer:
        writer.write(_batch(members, meetings))
        writer.finish(_source(members, meetings, platforms))
    found = _run(members, ties, meetings, sizes, headings)
    tables = found.tables | ({"parts": _parts(found, len(sizes))} if parts else {})
    if parts:
        read = {name: pl.DataFrame(tables[name]) for name in ("ties", "groups", "members", "parts")}
        tables["layout"] = conform(run_layout(read).to_arrow(), RUN_TABLES["layout"])
    if minutes:
        layers = tables["layers"].to_pylist()
        tables["layers"] = pa.Table.from_pylist([row | {"precision": "min"} for row in layers], RUN_TABLES["layers"])
    store.write_run(Findings(found.run, tables))
    return store


def _members(sizes: Sequence[int], accounts: int, platforms: Sequence[str]) -> pl.DataFrame:
    group = np.repeat(np.arange(len(sizes)), list(sizes))
    of = pl.Series("group", [*group.tolist(), *[None] * (accounts - len(group))], dtype=pl.Int64)
    # most on the first platforms, some on every other
    weight = np.array([1 / (k + 1) for k in range(len(platforms))])
    picks = np.random.default_rng(5).choice(len(platforms), accounts, p=weight / weight.sum())
    platform = pl.Series("platform", [platforms[k] for k in picks])
    native = pl.Series("native_id", [str(100_000 + k) for k in range(accounts)])
    return pl.DataFrame([of, platform, native]).with_columns(pl.format("{}:{}", "platform", "native_id").alias("uid"))


def _ties(members: pl.DataFrame, each: int, draw: np.random.Generator) -> pl.DataFrame:
    """Everyone is tied to the one before, and to some others of the same group, most of them near the front."""
    made: list[tuple[str, str, int]] = []
    for (group,), part in members.group_by("group", maintain_order=True):
        uids, size = part["uid"].to_list(), part.height
        pairs = {(k - 1, k) for k in range(1, size)}
        for k in range(size):
            others = (int(size * draw.random() ** 2) for _ in range(each - 1))
            pairs |= {(min(k, other), max(k, other)) for other in others}
        named = (sorted((uids[a], uids[b])) for a, b in sorted(pairs) if a != b)
        made += [(first, second, int(str(group))) for first, second in named]
    frame = pl.DataFrame(made, schema=["account_a", "account_b", "group"], orient="row")
    observed = 3 + np.floor(draw.pareto(1.6, frame.height) * 2).clip(0, 20).astype(int)
    return frame.with_columns(pl.Series("observed", observed)).sort("group", "observed", descending=[False, True])


def _between(members: pl.DataFrame, ties: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """One tie in fifty more, between accounts of two groups."""
    held = members.filter(pl.col("group").is_not_null())
    picks = draw.integers(0, held.height, (max(2, ties.height // 50), 2))
    a, b = held[picks[:, 0].tolist()], held[picks[:, 1].tolist()]
    pairs = pl.DataFrame({"one": a["uid"], "two": b["uid"], "same": a["group"] == b["group"]}).filter(~pl.col("same"))
    return pairs.select(
        pl.min_horizontal("one", "two").alias("account_a"),
        pl.max_horizontal("one", "two").alias("account_b"),
        pl.lit(None, pl.Int64).alias("group"),
        pl.lit(3).cast(ties.schema["observed"]).alias("observed"),
    ).unique(["account_a", "account_b"], keep="first", maintain_order=True)


def _to_the_minute(meetings: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    late = pl.Series(draw.choice([0, 0, 0, 60, 60, 120, 300], meetings.height))
    at = pl.col("at_a").dt.truncate("1m")
    return meetings.with_columns(
        at, (at + pl.duration(seconds=pl.lit(late))).alias("at_b"), late.cast(pl.Float64).alias("lag_s")
    )


def _parts(found: Findings, parts: int) -> pa.Table:
    groups = pl.DataFrame(found.table("groups"))
    rows = [
        {
            "group_id": group,
            "part": k + 1,
            "parts": parts,
            "stability": 0.95,
            "whole_id": "w0",
            "whole_accounts": int(groups["accounts"].sum()),
            "whole_ties": found.table("ties").num_rows,
            "whole_observed": int(groups["observed"].sum()),
            "whole_expected": 100.0,
            "whole_left": 0.3,
        }
        for k, group in enumerate(groups.sort("rank")["group_id"])
    ]
    return pa.Table.from_pylist(rows, RUN_TABLES["parts"])


def _meetings(ties: pl.DataFrame, host: str, draw: np.random.Generator) -> pl.DataFrame:
    rows = ties.with_row_index("tie").select(pl.all().repeat_by("observed").explode())
    number = rows.height
    at = (draw.beta(2, 2, number) * DAYS * 86_400).astype("int64")
    lag = draw.exponential(12, number).clip(0, 59).astype("int64") * np.where(draw.random(number) < 0.3, -1, 1)
    which = rows.select(pl.int_range(pl.len()).over("tie")).to_series()
    when = pl.Series("at_a", at * 1_000_000).cast(pl.Datetime("us")).dt.replace_time_zone("UTC") + (START - _EPOCH)
    return rows.with_columns(
        when,
        (when + pl.Series(lag * 1_000_000).cast(pl.Duration("us"))).alias("at_b"),
        pl.Series("lag_s", lag.astype(float)),
        pl.concat_str(pl.lit(f"{host}/story-"), pl.col("group").fill_null(-1), pl.lit("-"), which % 90).alias("object"),
        pl.format("{}/{}", "account_a", pl.int_range(number)).alias("post_a"),
        pl.format("{}/{}", "account_b", pl.int_range(number)).alias("post_b"),
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _batch(members: pl.DataFrame, meetings: pl.DataFrame) -> Batch:
    accounts = members.select(
        pl.col("uid").alias("account_uid"), "platform", "native_id", pl.format("name{}", "native_id").alias("handle")
    )
    sides = [
        meetings.select(
            pl.col(f"post_{side}").alias("post_uid"),
            pl.col(f"account_{side}").alias("account_uid"),
            pl.col(f"at_{side}").alias("created_at"),
            pl.format("Read this: https://{}", "object").alias("text"),
            pl.col("object").alias("target_key"),
        )
        for side in ("a", "b")
    ]
    rows = pl.concat(sides)
    posts = rows.select(
        "post_uid",
        pl.col("account_uid").str.split(":").list.first().alias("platform"),
        pl.col("post_uid").alias("native_id"),
        "account_uid",
        "created_at",
        pl.lit("s").alias("created_at_precision"),
        pl.lit("original").alias("kind"),
        "text",
    )
    links = rows.select(
        "post_uid",
        "account_uid",
        pl.col("created_at").alias("at"),
        pl.lit("url").alias("kind"),
        "target_key",
        pl.format("https://{}", "target_key").alias("target_raw"),
    )
    tables = _as(accounts, ACCOUNTS), _as(posts, POSTS), _as(links, LINKS)
    return Batch(*tables, SKIPPED.empty_table(), rows.height, rows.height, 0)


def _as(frame: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    return conform(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), schema)


def _source(members: pl.DataFrame, meetings: pl.DataFrame, platforms: Sequence[str]) -> dict[str, object]:
    rows = 2 * meetings.height
    return {
        "source_id": "s1",
        "reader": "made",
        "reader_version": 1,
        "options": "{}",
        "file_name": "made.csv",
        "sha256": "0" * 64,
        "bytes": 100 * rows,
        "rows_in": rows,
        "rows_kept": rows,
        "rows_merged": 0,
        "rows_skipped": 0,
        "posts": rows,
        "accounts": members.height,
        "links": rows,
        "platforms": list(platforms),
        "first_at": START,
        "last_at": meetings["at_b"].max() if rows else START,
        "precision": "s",
        "field_coverage": '{"text": 1.0, "created_at": 1.0, "url": 1.0}',
        "assumptions": [],
        "warnings": [],
    }


def _run(
    members: pl.DataFrame, ties: pl.DataFrame, meetings: pl.DataFrame, sizes: Sequence[int], headings: Sequence[str]
) -> Findings:
    layer = [pl.lit("link").alias("trace"), pl.lit(60.0).alias("window_s")]
    group = pl.format("g{}", "group").alias("group_id")
    spans = meetings.group_by("account_a", "account_b").agg(
        pl.col("at_a").min().alias("first_at"),
        pl.col("at_b").max().alias("last_at"),
        pl.col("lag_s").abs().median().alias("median_lag_s"),
        (pl.col("lag_s") > 0).sum().alias("a_first"),
        (pl.col("lag_s") < 0).sum().alias("b_first"),
    )
    tested = ties.join(spans, on=["account_a", "account_b"], how="left", maintain_order="left").select(
        *layer,
        *(pl.col(c) for c in ("account_a", "account_b", "observed", "first_at", "last_at", "median_lag_s", "a_first")),
        "b_first",
        (pl.col("observed") + 2).alias("shared"),
        *(pl.lit(v).alias(n) for n, v in {"expected_a": 0.02, "expected_b": 0.4, "expected": 0.4}.items()),
        *((10.0 ** -(pl.col("observed") + k)).alias(n) for k, n in enumerate(("p_a", "p_b", "p_b_in_sample"))),
        *((10.0 ** -pl.col("observed")).alias(n) for n in ("q_a", "q_b", "q")),
        pl.when(pl.col("observed") > 3).then(pl.lit("far")).otherwise(pl.lit("beyond")).alias("level"),
        pl.lit(False).alias("closed"),
        group,
    )
    tables = {
        "ties": tested,
        "post_pairs": meetings.with_columns(*layer, pl.lit("s").alias("precision")),
        "groups": _groups(members, ties, meetings, sizes, headings),
        "members": _places(members, meetings),
        "objects": _objects(meetings),
        "lags": _lags(meetings),
        "layers": _layers(members, ties, meetings),
    }
    kept = {
        name: _as(frame.select(c for c in frame.columns if c in RUN_TABLES[name].names), RUN_TABLES[name])
        for name, frame in tables.items()
    }
    counts = {"posts": 2 * meetings.height, "accounts": members.height, "ties": ties.height, "groups": len(sizes)}
    record = {
        "run_id": f"{len(sizes) % 4096:03x}{sum(sizes) % 16**9:09x}",
        "settings": {"windows_s": [60.0], "traces": ["link"], "narrow": {}, "worlds": 19},
        "seed": 7,
        "version": "0.1.0",
        "method": 1,
        "source_ids": ["s1"],
        "started_at": "2026-11-20T09:00:00+00:00",
        "finished_at": "2026-11-20T09:01:00+00:00",
        "counts": {**counts, "pairs": 0, "closed": 0, "aside": 0, "explained": 12},
        "notes": [],
    }
    return Findings(record, kept)


def _groups(
    members: pl.DataFrame, ties: pl.DataFrame, meetings: pl.DataFrame, sizes: Sequence[int], headings: Sequence[str]
) -> pl.DataFrame:
    sums = ties.group_by("group").agg(pl.len().alias("ties"), pl.col("observed").sum())
    seen = meetings.group_by("group").agg(
        pl.col("object").n_unique().alias("objects"),
        pl.col("at_a").min().alias("first_at"),
        pl.col("at_b").max().alias("last_at"),
        pl.col("lag_s").abs().median().alias("median_lag_s"),
    )
    place = {h: k for k, h in enumerate(("groups", "closed", "aside"))}
    named = [headings[k % len(headings)] for k in range(len(sizes))]
    label = {"groups": "timing", "closed": "closed_circle", "aside": "fast_crowd"}
    order = sorted(range(len(sizes)), key=lambda k: (place[named[k]], k))
    base = pl.DataFrame(
        {
            "group": list(range(len(sizes))),
            "rank": [order.index(k) + 1 for k in range(len(sizes))],
            "heading": named,
            "label": [label[h] for h in named],
            "accounts": list(sizes),
        }
    )
    return (
        base.join(sums, on="group", how="left")
        .join(seen, on="group", how="left")
        .with_columns(
            pl.format("g{}", "group").alias("group_id"),
            pl.lit("both").alias("basis"),
            pl.lit(["link"]).alias("traces"),
            pl.lit([60.0]).alias("windows_s"),
            (pl.col("observed") * 0.1).alias("expected"),
            (pl.col("observed") * 0.06).alias("expected_lo"),
            (pl.col("observed") * 0.15).alias("expected_hi"),
            pl.lit(0.05).alias("p_group"),
            pl.lit(19).alias("worlds"),
            pl.lit(0.0).alias("by_chance"),
            pl.lit(0.1).alias("left"),
            pl.col("observed").cast(pl.Float64).alias("strength"),
        )
        .sort("rank")
    )


def _places(members: pl.DataFrame, meetings: pl.DataFrame) -> pl.DataFrame:
    sides = pl.concat(
        [
            meetings.select(
                pl.col(f"account_{one}").alias("account"),
                pl.col(f"account_{two}").alias("other"),
                "object",
                (pl.col(f"at_{one}") - pl.col(f"at_{two}")).dt.total_seconds().alias("late"),
            )
            for one, two in (("a", "b"), ("b", "a"))
        ]
    )
    seen = sides.group_by("account").agg(
        pl.col("other").n_unique().alias("ties"),
        pl.col("object").n_unique().alias("objects"),
        pl.col("object").filter(pl.col("late") < -40).n_unique().alias("first"),
        pl.col("late").clip(0).median().alias("median_delay_s"),
    )
    own = members.filter(pl.col("group").is_not_null())
    return own.join(seen, left_on="uid", right_on="account", how="left", maintain_order="left").select(
        pl.format("g{}", "group").alias("group_id"),
        pl.col("uid").alias("account"),
        pl.lit(1.0).alias("share"),
        *(pl.col(c).fill_null(0) for c in ("ties", "first", "objects")),
        pl.col("median_delay_s").cast(pl.Float64),
    )


def _objects(meetings: pl.DataFrame) -> pl.DataFrame:
    return (
        meetings.group_by("group", "object")
        .agg(
            pl.concat([pl.col("account_a"), pl.col("account_b")]).n_unique().alias("accounts"),
            pl.len().alias("meetings"),
            pl.col("at_a").min().alias("first_at"),
            pl.col("post_a").first().alias("sample_post"),
        )
        .sort("meetings", "object", descending=[True, False])
        .with_columns(
            pl.format("g{}", "group").alias("group_id"),
            pl.lit("link").alias("trace"),
            pl.lit(4).alias("others"),
            pl.lit(31.0).alias("span_s"),
        )
    )


def _lags(meetings: pl.DataFrame) -> pl.DataFrame:
    edges = [0.0, 5, 10, 20, 30, 60, 300, 3600, 86_400, None]
    made = []
    for low, high in pairwise(edges):
        late = pl.col("lag_s").abs()
        inside = (late >= low) & (late < high) if high is not None else late >= low
        made.append(
            meetings.group_by("group")
            .agg(inside.sum().alias("group_"))
            .select(
                pl.format("g{}", "group").alias("group_id"),
                pl.lit(float(low or 0)).alias("from_s"),
                pl.lit(high, dtype=pl.Float64).alias("to_s"),
                pl.col("group_").alias("group"),
                pl.lit(5 if (low or 0) >= 60 else 1).alias("others"),
            )
        )
    return pl.concat(made).sort("group_id", "from_s")


def _layers(members: pl.DataFrame, ties: pl.DataFrame, meetings: pl.DataFrame) -> pl.DataFrame:
    number = members.height
    return pl.DataFrame(
        {
            "trace": ["link"],
            "window_s": [60.0],
            "accounts": [number],
            "actions": [2 * meetings.height],
            "objects": [meetings["object"].n_unique() if meetings.height else 0],
            "rapid_pairs": [meetings.height],
            "meetings": [meetings.height],
            "pairs_met_2": [ties.height + 12],
            "chance_met_2": [9.5],
            "family_a": [number * (number - 1) // 2],
            "family_b": [4 * ties.height],
            "ties": [ties.height],
            "explained": [12],
            "viral": [[]],
            "precision": ["s"],
            "note": [None],
        }
    )
