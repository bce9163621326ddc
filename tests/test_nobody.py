"""Names that stand for nobody never become an account, whatever the format: rows of (name, whether it is somebody)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fictional_records import TIKTOK, apify_tweet, captured, discord

import ingest
from ingest.normalize.nobody import IDS, NAMES

SHARED = (
    "Anonymous",
    "[deleted]",
    "Deleted Account",
    "Deleted User",
    "anonymous admin",
    "@Anonymous",
    " [REMOVED] ",
    "Facebook User",
)


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("form", ["csv", "x", "tiktok", "discord"])
def test_a_shared_name_is_no_account(name: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.csv" if form == "csv" else "a.jsonl")
    if form == "csv":
        names = [name, name, *(f"person_{n}" for n in range(6))]
        rows = (f"{who},2024-01-01T10:00:0{n}Z,a\n" for n, who in enumerate(names))
        path.write_text("username,created_at,text\n" + "".join(rows))
    else:
        anybody, ann = {
            "x": lambda: (apify_tweet("1764958000000000001", name, "", "a"), apify_tweet("1764958000000000002", "ann", "11", "a")),
            "tiktok": lambda: (captured("tiktok.com", TIKTOK | {"author": {"uniqueId": name}}), captured("tiktok.com", TIKTOK | {"id": "7342800000000000002"})),
            "discord": lambda: (discord("1", "", "a") | {"author": {"id": "", "name": name}}, discord("2", "11", "a")),
        }[form]()  # fmt: skip
        path.write_text("\n".join(map(json.dumps, (anybody, ann))))
    tables = ingest.read(path)
    somebody = 6 if form == "csv" else 1
    assert len(tables.accounts) == somebody and len(tables.posts) == somebody
    assert len(tables.skipped) == (2 if form == "csv" else 1)


def test_an_id_of_its_own_is_an_account_under_a_shared_name(tmp_path: Path) -> None:
    rows = "".join(f"{number},Deleted Account,2024-01-01T10:00:0{number}Z,a\n" for number in range(1, 4))
    (tmp_path / "a.csv").write_text("user_id,username,created_at,text\n" + rows)
    tables = ingest.read(tmp_path / "a.csv", platform="telegram")
    assert list(tables.accounts.native_id) == ["1", "2", "3"] and tables.accounts.handle.isna().all()


def test_an_id_that_a_platform_gives_to_many_is_no_account(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        "\n".join(json.dumps(discord(n, who, "a")) for n, who in (("1", "456226577798135808"), ("2", "11")))
    )
    tables = ingest.read(tmp_path / "a.jsonl")
    assert list(tables.accounts.account_uid) == ["discord:11"] and len(tables.skipped) == 1


def test_the_tables_are_written_as_they_are_compared() -> None:
    assert all(name == name.strip().casefold().lstrip("@") for name in NAMES)
    assert all(platform and number for platform, _, number in (one.partition(":") for one in IDS))
