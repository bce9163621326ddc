"""Worlds as actions, for the tests of the search itself."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pyarrow as pa

from graph.pairing.actions import Actions
from ingest.synthetic import World


def actions_of(world: World) -> Actions:
    """A world's shares as actions, without files in between."""
    shares = world.shares.with_row_index("post")
    table = shares.select(
        pl.format("x:{}", "account").alias("account_uid"),
        pl.format("link/{}", "link").alias("object"),
        (pl.col("at") * 1e6).cast(pl.Int64).cast(pl.Datetime("us", "UTC")).alias("at"),
        pl.format("x:p{}", "post").alias("post_uid"),
    ).to_arrow()
    return Actions.from_table(table.cast(pa.schema([(f.name, _plain(f.type)) for f in table.schema])))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind if pa.types.is_timestamp(kind) else pa.string()


def planted_pairs(world: World) -> set[tuple[str, str]]:
    """Every pair of accounts that was planted together."""
    return {
        (min(a, b), max(a, b))
        for members in world.groups
        for a, b in combinations([f"x:{account}" for account in members], 2)
    }


def random_actions(seed: int, rows: int = 400, accounts: int = 20, objects: int = 8, span: int = 2_000) -> Actions:
    """Small and dense, with equal times, repeats and gaps of exactly the window."""
    draw = np.random.default_rng(seed)
    return Actions.from_table(
        pa.table(
            {
                "account_uid": pa.array([f"x:{n}" for n in draw.integers(0, accounts, rows)]),
                "object": pa.array([f"o{n}" for n in draw.integers(0, objects, rows)]),
                "at": pa.array(draw.integers(0, span, rows) * 1_000_000, pa.timestamp("us", tz="UTC")),
                "post_uid": pa.array([f"x:p{n}" for n in range(rows)]),
            }
        )
    )
