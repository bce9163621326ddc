"""Outlinks: where accounts send people. Sums, standing day by day, redirects, what stays unknown."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graph.case.load import load
from graph.outlinks import tables
from graph.outlinks.outlinks import Outlinks, outlinks
from graph.stores import open_case
from graph.stores.base import Store
from ingest.errors import UsageError
from ingest.tables import Options

Row = tuple[str, str, str]
"""Account, time, link of a post."""


@pytest.fixture
def case_of_links(tmp_path: Path) -> Callable[..., Store]:
    """Makes a case of posts with one link each; ``platforms`` gives one file for each."""

    def make(rows: Sequence[Row], platform: str = "x", **options: Any) -> Store:
        path = tmp_path / f"{platform}.csv"
        with path.open("w", newline="") as file:
            written = csv.writer(file)
            written.writerow(["post_id", "account_id", "created_at", "url"])
            written.writerows((n, account, at, link) for n, (account, at, link) in enumerate(rows, 1))
        store = open_case(str(tmp_path / "case"), create=True)
        load(
            store,
            [path],
            Options(
                platform=platform,
                mapping=(("id", "post_id"), ("account", "account_id"), ("time", "created_at"), ("url", "url")),
                **options,
            ),
        )
        return store

    return make


DAYS = ("2024-06-03T10:00:00Z", "2024-06-04T10:00:00Z")
MIXED: list[Row] = [
    ("a", DAYS[0], "https://soundcloud.com/track/1"),
    ("a", DAYS[1], "https://soundcloud.com/track/2"),
    ("b", DAYS[1], "https://www.nordlys.example/story"),
    ("b", DAYS[1], "https://l.facebook.com/l.php?u=https%3A%2F%2Fnordlys.example%2Fother"),
    ("c", DAYS[1], "https://bit.ly/3abc"),
    ("c", DAYS[1], "https://linktr.ee/somebody"),
    ("c", DAYS[1], "https://x.com/someone/status/1234567890"),
    ("d", DAYS[1], "https://t.me/channel/5"),
]  # fmt: skip


def parts_and_whole(found: Outlinks) -> None:
    """No part exceeds its whole."""
    whole = found.totals
    assert found.hosts["links"].sum() == found.flow["links"].sum() == whole.links
    assert found.weeks["links"].sum() == whole.links - whole.undated
    assert (found.hosts["accounts"] <= whole.accounts).all() and (found.hosts["posts"] <= whole.posts).all()
    assert whole.posts <= whole.links
    assert found.hosts["share"].sum() == pytest.approx(1)
    for _, rows in found.room.group_by("list"):
        assert rows["links"].sum() == whole.links and rows["share"].sum() == pytest.approx(1)


def test_parts_add_up(case_of_links: Callable[..., Store]) -> None:
    found = outlinks(case_of_links(MIXED))
    parts_and_whole(found)
    assert found.totals.inside == 1 and found.totals.links == len(MIXED) - 1
    assert found.hosts["host"].to_list()[:2] == ["nordlys.example", "soundcloud.com"]
    ends = {(r["how"], r["via"], r["host"], r["end"]): r["links"] for r in found.flow.to_dicts()}
    assert ends["redirect", "l.facebook.com", "nordlys.example", tables.HOST_END] == 1
    assert ends["redirect", "bit.ly", None, tables.UNKNOWN_END] == 1
    assert ends["link-in-bio", "linktr.ee", None, tables.UNKNOWN_END] == 1
    assert found.totals.unknown_targets == 2 and found.totals.redirected == 3
    assert found.inside.to_dicts() == [{"platform": "x", "links": 1, "accounts": 1, "posts": 1}]


def test_standing_is_that_of_the_day_of_each_link(case_of_links: Callable[..., Store]) -> None:
    """Before it joined, SoundCloud was not known to be a member; on the day itself it was one."""
    store = case_of_links(MIXED[:2])
    found = outlinks(store)
    euif = {r["status"]: r["links"] for r in found.room.filter(pl.col("list") == "euif").to_dicts()}
    assert euif == {tables.MEMBER: 1, tables.TOOK_PART: 0, tables.SITE: 0, tables.UNKNOWN: 1}
    assert found.hosts.row(0, named=True)["euif"] == "member" and found.hosts["changed"].to_list() == [True]
    row = found.standing.filter(pl.col("scheme") == "euif").row(0, named=True)
    assert (row["changed"], row["before"]) == (date(2024, 6, 4), "not known to be a member")
    before = outlinks(store, end=datetime(2024, 6, 4, tzinfo=UTC))
    assert before.hosts["euif"].to_list() == ["not known to be a member"] and before.as_of == date(2024, 6, 3)


def test_a_case_without_links_has_empty_tables(case_of_links: Callable[..., Store]) -> None:
    found = outlinks(case_of_links([("a", DAYS[0], ""), ("b", DAYS[1], "")]))
    assert found.totals.links == found.totals.hosts == 0 and found.as_of is None
    assert all(getattr(found, name).is_empty() for name in ("hosts", "weeks", "room", "flow", "standing", "inside"))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"platform": "telegran"}, "no post on 'telegran'"),
        ({"start": datetime(2030, 1, 1, tzinfo=UTC)}, "run from 2024-06-03 to 2024-06-04"),
        ({"start": datetime(2024, 6, 4, tzinfo=UTC), "end": datetime(2024, 6, 3, tzinfo=UTC)}, "before it begins"),
    ],
)
def test_what_cannot_be_asked_for(case_of_links: Callable[..., Store], asked: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        outlinks(case_of_links(MIXED), **asked)
