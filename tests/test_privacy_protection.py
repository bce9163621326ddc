"""Protection of a case: the forgotten stay out of every file, and names become codes where that is asked."""

from __future__ import annotations

import polars as pl
import pytest
from fixtures_stores import account, batch, link, post

from ingest.privacy.keys import Key
from ingest.privacy.protection import CaseProtection
from ingest.privacy.pseudonyms import ASSUMPTION
from ingest.tables import Batch

KEY = Key(bytes(32))


def told() -> Batch:
    """Ann and Ben each post a link; Ben also answers Ann."""
    return batch(
        [account("x:11", handle="ann", handle_key="ann"), account("x:12", handle="ben", handle_key="ben")],
        [post("x:1", "x:11"), post("x:2", "x:12")],
        [
            link("x:1", "x:11", "url", "example.org/quay"),
            link("x:2", "x:12", "url", "example.org/quay"),
            link("x:2", "x:12", "reply", "x:1", target_account_uid="x:11"),
        ],
    )


def test_a_case_that_asks_for_nothing_changes_nothing() -> None:
    given = told()
    kept, protection = CaseProtection(KEY).apply(given), CaseProtection(KEY)
    assert kept == given and protection.assumption is None


def test_whoever_asked_to_be_forgotten_leaves_no_row() -> None:
    kept = CaseProtection(KEY, [KEY.tombstone("x:11")]).apply(told())
    assert kept.accounts["account_uid"].to_pylist() == ["x:12"]
    assert kept.posts["post_uid"].to_pylist() == ["x:2"]
    assert "x:11" not in str([kept.accounts.to_pylist(), kept.posts.to_pylist(), kept.links.to_pylist()])
    assert ("url", "example.org/quay") in zip(
        *kept.links.select(["kind", "target_key"]).to_pydict().values(), strict=True
    )


@pytest.mark.parametrize(
    ("uid", "handle", "gone"),
    [("x:11", "ann", True), ("x:@Ann", None, True), ("x:12", "ben", False), (None, None, False)],
)
def test_rows_of_the_forgotten_are_found_by_id_and_by_handle(uid: str | None, handle: str | None, gone: bool) -> None:
    protection = CaseProtection(KEY, [KEY.tombstone("x:11"), KEY.tombstone("x:@ann")])
    named = {"account_uid": uid, "platform": "x", "handle_key": handle, "native_id": None}
    assert protection.gone(pl.DataFrame([named], schema_overrides=dict.fromkeys(named, pl.String))).to_list() == [gone]


def test_names_become_codes_of_the_case_and_that_is_said() -> None:
    protection = CaseProtection(KEY, pseudonyms=True)
    kept = protection.apply(told())
    assert protection.assumption == ASSUMPTION
    assert not {"ann", "ben", "11", "12"} & {str(v) for row in kept.accounts.to_pylist() for v in row.values()}
    assert kept.posts["account_uid"].to_pylist() == kept.accounts["account_uid"].to_pylist()
    assert CaseProtection(Key(b"1" * 32), pseudonyms=True).apply(told()).accounts != kept.accounts, (
        "another case's codes"
    )
