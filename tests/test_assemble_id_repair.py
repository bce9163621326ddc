"""Ids that lost digits: taken from addresses, left out, or refused, and each of it said."""

from __future__ import annotations

import polars as pl
import pytest

from ingest.assemble.id_repair import BY_HANDLE, FOUND_IDS, LOST_IDS, LOST_TARGETS, SoundIds
from ingest.mapping.contract import ROW, Context, Frames
from ingest.mapping.frames import nothing
from ingest.normalize.rounded_ids import printed
from ingest.tables import Options

WHOLE = [str(1764958111222333123 + 7_919_191_919 * n) for n in range(30)]
PRINTED = [printed(int(one)) for one in WHOLE]
"""The same ids after a program that keeps every number as a double."""


def frames(posts: dict[str, list[str | None]], accounts: dict[str, list[str | None]]) -> Frames:
    def made(columns: dict[str, list[str | None]]) -> pl.DataFrame:
        return pl.DataFrame(columns).with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))

    return Frames(made(accounts), made(posts), nothing("links"), nothing("skipped"))


@pytest.fixture
def context() -> Context:
    return Context("posts.csv", Options(), "x")


def test_whole_ids_stay_as_they_are(context: Context) -> None:
    mended = SoundIds(context, "x").mended(frames({"native_id": [*WHOLE]}, {"native_id": [*WHOLE]}))
    assert mended.posts["native_id"].to_list() == mended.accounts["native_id"].to_list() == WHOLE
    assert not any(context.counted.values()) and not context.warnings


def test_an_id_is_taken_from_its_address_where_that_has_it_whole(context: Context) -> None:
    addresses: list[str | None] = [f"https://x.com/ann/status/{one}" for one in WHOLE]
    mended = SoundIds(context, "x").mended(frames({"native_id": [*PRINTED], "url": addresses}, {"handle": ["ann"]}))
    assert mended.posts["native_id"].to_list() == WHOLE
    assert context.counted[FOUND_IDS] == sum(a != b for a, b in zip(WHOLE, PRINTED, strict=True)) > 20


def test_an_id_that_cannot_be_found_again_is_left_out(context: Context) -> None:
    mended = SoundIds(context, "x").mended(frames({"native_id": [*PRINTED]}, {"handle": ["ann"]}))
    assert mended.posts["native_id"].null_count() == context.counted[LOST_IDS] == 30


def test_accounts_go_by_their_handles_and_without_one_are_refused(context: Context) -> None:
    ids = SoundIds(context, "x")
    handles = ["ann" if n % 2 else None for n in range(30)]
    mended = ids.mended(frames({"text": ["words"]}, {"native_id": [*PRINTED], "handle": handles}))
    assert mended.accounts.filter(pl.col("handle").is_not_null())["native_id"].null_count() == 15
    assert mended.accounts.filter(pl.col("handle").is_null())["native_id"].null_count() == 0
    assert set(ids.refused) == set(PRINTED) and context.counted[BY_HANDLE] == 15


@pytest.mark.parametrize(
    ("ids", "lost"),
    [
        (WHOLE, 0),
        (PRINTED, 30),
        (["9.1E+17", "914580356430536707"], 1),
    ],
)
def test_references_to_lost_ids_are_left_out(context: Context, ids: list[str], lost: int) -> None:
    keys = pl.DataFrame({"native_id": ids, "platform": ["x"] * len(ids)})
    assert int(SoundIds(context, "x").lost_targets(keys).sum()) == lost
    assert (LOST_TARGETS in context.warnings) == bool(lost)
