"""Outlinks: where accounts send people. Sums, standing day by day, redirects, what stays unknown."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fixtures_stores import T0, account, batch, link, post, put

from graph.case.area import set_area
from graph.case.load import load
from graph.case.standing import add_standing
from graph.lists.entries import DOMAINS, entries_of
from graph.lists.kept import ORIGINALS, add_to_list
from graph.outlinks import tables
from graph.outlinks.outlinks import Outlinks, outlinks
from graph.privacy.gate import gate
from graph.stores import open_case
from graph.stores.base import Store
from ingest.errors import UsageError
from ingest.registry.standing import fact_of
from ingest.tables import Options

Row = tuple[str, str, str]
"""Account, time, link of a post."""


@pytest.fixture
def case_of_links(tmp_path: Path) -> Callable[..., Store]:
    """Makes a case of posts with one link each; called again, it adds a file of another platform."""

    def make(rows: Sequence[Row], platform: str = "x") -> Store:
        path = tmp_path / f"{platform}.csv"
        with path.open("w", newline="") as file:
            written = csv.writer(file)
            written.writerow(["post_id", "account_id", "name", "created_at", "url"])
            written.writerows((n, account, account, at, link) for n, (account, at, link) in enumerate(rows, 1))
        store = open_case(str(tmp_path / "case"), create=True)
        load(store, [path], Options(platform=platform, mapping=MAPPING))
        return store

    return make


MAPPING = (("id", "post_id"), ("account", "account_id"), ("handle", "name"), ("time", "created_at"), ("url", "url"))
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


def test_roles_are_degrees_in_these_data(case_of_links: Callable[..., Store]) -> None:
    """A channel that several point to and that points to several hosts is an aggregator; a host's own posts are not known."""
    case_of_links([("kanal", DAYS[0], f"https://{host}.example/1") for host in ("fjord", "elv", "bre")], "telegram")
    case_of_links([("stille", DAYS[0], "https://t.me/kanal")], "telegram_groups_unknown")
    store = case_of_links(
        [(who, DAYS[1], "https://t.me/kanal/12") for who in "abc"] + [("a", DAYS[1], "https://fjord.example/2")]
    )
    found = outlinks(store)
    parts_and_whole(found)
    roles = {(row["kind"], row["node"]): row for row in found.roles.to_dicts()}
    kanal = roles["account", "telegram:kanal"]
    assert (kanal["role"], kanal["in_accounts"], kanal["out_hosts"]) == ("aggregator", 4, 3)
    assert roles["account", "x:a"]["role"] == "beacon" and roles["host", "fjord.example"]["role"] == "unknown"
    assert roles["host", "fjord.example"]["out_links"] is None
    assert roles["platform", "telegram"]["role"] == "beacon and store"
    passing = found.flow.filter(pl.col("how") == "aggregator").to_dicts()
    assert [(row["via"], row["host"], row["end"], row["links"]) for row in passing] == [
        ("t.me", None, "several hosts", 4)
    ]
    alone = outlinks(store, accounts=["x:a", "x:b"]).roles.filter(pl.col("node") == "telegram:kanal").to_dicts()[0]
    assert alone["role"] == "unknown" and alone["out_links"] is None, "its own posts were not read"


@pytest.mark.parametrize(
    ("link", "host", "original"),
    [
        ("https://evilfacebook.com/a", "evilfacebook.com", "facebook.com"),
        ("https://evil.com/a.facebook.com/x", "evil.com", "facebook.com"),
        ("https://facebook.com.evil.example/a", "facebook.com.evil.example", "facebook.com"),
        ("https://www.facebook.com/a", "facebook.com", None),
        ("https://nordlys.example/a", "nordlys.example", None),
    ],
)
def test_lookalikes_are_flagged_and_keep_their_name(
    case_of_links: Callable[..., Store], link: str, host: str, original: str | None
) -> None:
    found = outlinks(case_of_links([("a", DAYS[0], link)]))
    row = found.hosts.row(0, named=True)
    assert (row["host"], row["lookalike_of"]) == (host, original)
    assert (found.totals.lookalikes, found.totals.lookalike_links) == ((1, 1) if original else (0, 0))
    assert found.flow["lookalike_of"].to_list() == [original] and (row["how"] is None) == (original is None)


def test_an_unreadable_list_leaves_the_rest(
    case_of_links: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OSError("no such file")

    monkeypatch.setattr("graph.outlinks.standing.table", gone)
    found = outlinks(case_of_links(MIXED))
    assert found.problems == ("Standing is not shown: the list could not be read.",)
    assert found.hosts["euif"].null_count() == found.hosts.height and found.totals.links == len(MIXED) - 1
    euif = {row["status"]: row["links"] for row in found.room.filter(pl.col("list") == "euif").to_dicts()}
    assert euif[tables.MEMBER] == 0 and sum(euif.values()) == found.totals.links


def test_an_analysts_own_row_counts(case_of_links: Callable[..., Store]) -> None:
    store = case_of_links(MIXED)
    row = {"platform": "telegram", "scheme": "euif", "status": "member", "from": "2024-06-04", "source": "a letter"}
    add_standing(store, [fact_of(row)], "Ann")
    found = outlinks(store)
    told = found.standing.filter((pl.col("platform") == "telegram") & (pl.col("scheme") == "euif")).row(0, named=True)
    assert (told["status"], told["by"], told["changed"]) == ("member", "Ann", date(2024, 6, 4))


def test_a_harm_area_that_withholds_links_leaves_platforms(case_of_links: Callable[..., Store]) -> None:
    store = case_of_links(MIXED)
    set_area(store, "csam", "Ann")
    found = outlinks(gate(store))
    parts_and_whole(found)
    assert set(found.hosts["host"]) == {"soundcloud.com", "site", "bit.ly", "linktr.ee", "t.me"}
    assert "nordlys.example" not in str(found.as_dict()) and "soundcloud.com" in found.hosts["host"]


def test_a_site_on_the_analysts_list_is_an_original(case_of_links: Callable[..., Store]) -> None:
    """The clone of a news site that the analyst lists is flagged; the site itself is not, and neither is opened."""
    links = ["https://fjord-posten.example/a", "https://fjordposten.example/a"]
    store = case_of_links([("a", DAYS[0], link) for link in links])
    add_to_list(store, "news", DOMAINS, entries_of(DOMAINS, ["fjordposten.example"]), "Ann", role=ORIGINALS)
    rows = {row["host"]: (row["lookalike_of"], row["how"]) for row in outlinks(store).hosts.to_dicts()}
    assert rows == {
        "fjord-posten.example": ("fjordposten.example", "one hyphen added"),
        "fjordposten.example": (None, None),
    }


PLACES = (
    "nordlys.example",
    "youtube.com",
    "x.com",
    "t.me",
    "bit.ly",
    "linktr.ee",
    "soundcloud.com",
    "evilfacebook.com",
)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_part_exceeds_its_whole_in_either_store(store: Store, seed: int) -> None:
    """Posts with several links, on several platforms, some undated, some links only carried on by a repost."""
    draw = random.Random(seed)
    posts, links = [], []
    for number in range(200):
        home = draw.choice(("x", "telegram"))
        uid, by = f"{home}:{number}", f"{home}:{draw.randrange(9)}"
        when = None if draw.random() < 0.05 else T0 + timedelta(hours=draw.randrange(24 * 60))
        posts.append(post(uid, by, when))
        for position, host in enumerate(draw.sample(PLACES, draw.randrange(1, 4))):
            through = "https://l.facebook.com/l.php?u=https://" if draw.random() < 0.2 else "https://www."
            told = {"target_raw": f"{through}{host}/{number}", "position": position, "inherited": draw.random() < 0.1}
            links.append(link(uid, by, "url", f"{host}/{number}", when, **told))
    put(
        store,
        "aa",
        batch([account(f"{home}:{n}") for home in ("x", "telegram") for n in range(9)], posts, links),
        platforms=["x", "telegram"],
    )
    found = outlinks(store)
    parts_and_whole(found)
    whole = found.totals
    assert whole.links + whole.inside + whole.inherited == len(links)
    assert found.inside["links"].sum() == whole.inside and whole.undated > 0
    for home in ("x", "telegram"):
        part = outlinks(store, platform=home)
        parts_and_whole(part)
        assert part.totals.links < whole.links
    few = outlinks(store, accounts=["x:1", "telegram:1"])
    parts_and_whole(few)
    assert few.totals.links < whole.links and few.totals.accounts <= 2
    assert outlinks(store, accounts=[]).totals.links == 0
