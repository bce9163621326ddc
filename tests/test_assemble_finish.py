"""Finishing of batches: every row is kept, merged or skipped, and what is made of it has its uids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from ingest.assemble.finish import NO_ACCOUNT, NO_TIME, ODD_TIME, Finisher
from ingest.errors import UsageError
from ingest.mapping.contract import ROW, Context, Frames
from ingest.mapping.frames import nothing
from ingest.tables import Batch, Options

NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
LONG = "The quay was full of boats this morning, and all of them were painted blue."


def frames(*posts: dict[str, Any], account: dict[str, Any] | None = None) -> Frames:
    """Rows of posts, each by the same account."""
    told = [{ROW: n, "created_at": NOON, "kind": "original"} | post for n, post in enumerate(posts)]
    owners = [{ROW: n} | (account if account is not None else {"native_id": "11"}) for n in range(len(posts))]
    types: dict[str, Any] = {"created_at": pl.Datetime("us", "UTC"), "native_id": pl.String, "handle": pl.String}
    return Frames(
        pl.DataFrame(owners, schema_overrides={name: types[name] for name in owners[0] if name in types}),
        pl.DataFrame(told, schema_overrides={name: types[name] for name in told[0] if name in types}),
        nothing("links"),
        nothing("skipped"),
    )


@pytest.fixture
def finisher() -> Finisher:
    return Finisher(Context("posts.csv", Options(), "x"), "s" * 16, "x")


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return batch.rows_in, batch.rows_kept, batch.rows_merged, batch.skipped.num_rows


@pytest.mark.parametrize(
    ("account", "uid", "basis"),
    [
        ({"native_id": "11"}, "x:11", "id"),
        ({"native_id": "11", "handle": "@Ann"}, "x:11", "id"),
        ({"handle": "@Ann"}, "x:@ann", "handle"),
        ({"handle": " ANN "}, "x:@ann", "handle"),
    ],
)
def test_an_account_goes_by_its_id_and_without_one_by_its_handle(
    finisher: Finisher, account: dict[str, Any], uid: str, basis: str
) -> None:
    batch = finisher.finish(frames({"native_id": "1"}, account=account))
    assert batch.posts["account_uid"].to_pylist() == batch.accounts["account_uid"].to_pylist() == [uid]
    assert batch.accounts["uid_from"].to_pylist() == [basis]


@pytest.mark.parametrize(
    ("post", "account", "reason"),
    [
        ({"native_id": "1"}, {"native_id": None}, NO_ACCOUNT),
        ({"native_id": "1", "created_at": None}, None, NO_TIME),
        ({"native_id": "1", "created_at": datetime(1925, 1, 1, tzinfo=UTC)}, None, ODD_TIME),
        ({"native_id": "1", "created_at": datetime(2125, 1, 1, tzinfo=UTC)}, None, ODD_TIME),
    ],
)
def test_a_row_that_cannot_be_kept_has_a_reason(
    finisher: Finisher, post: dict[str, Any], account: dict[str, Any] | None, reason: str
) -> None:
    batch = finisher.finish(frames(post, account=account))
    assert counts(batch) == (1, 0, 0, 1) and batch.skipped["reason"].to_pylist() == [reason]
    assert dict(finisher.reasons) == {reason: 1}


def test_a_post_that_was_there_before_is_merged_also_in_a_later_batch(finisher: Finisher) -> None:
    assert counts(finisher.finish(frames({"native_id": "1"}, {"native_id": "1"}))) == (2, 1, 1, 0)
    assert counts(finisher.finish(frames({"native_id": "1"}, {"native_id": "2"}))) == (2, 1, 1, 0)
    assert (finisher.rows_in, finisher.rows_kept, finisher.rows_merged, finisher.rows_skipped) == (4, 2, 2, 0)
    assert (finisher.posts, finisher.accounts) == (2, 1)


def test_posts_without_ids_are_told_apart_by_what_they_say(finisher: Finisher) -> None:
    batch = finisher.finish(
        frames({"text": "one"}, {"text": "two"}, {"text": "two", "created_at": NOON + timedelta(1)})
    )
    uids = batch.posts["post_uid"].to_pylist()
    assert len(set(uids)) == batch.rows_kept == 3 and batch.posts["native_id"].null_count == 3


def test_texts_become_links_and_are_counted(finisher: Finisher) -> None:
    batch = finisher.finish(frames({"native_id": "1", "text": LONG}, {"native_id": "2", "text": None}))
    assert batch.links.select(["post_uid", "kind"]).to_pylist() == [{"post_uid": "x:1", "kind": "text"}]
    assert finisher.links == 1 and finisher.coverage()["text"] == 0.5
    assert (finisher.first_at, finisher.last_at) == (NOON, NOON)


def test_codes_in_place_of_names_need_a_key() -> None:
    with pytest.raises(UsageError, match="key"):
        Finisher(Context("posts.csv", Options(pseudonyms=True), "x"), "s" * 16, "x")
