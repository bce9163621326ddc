"""What JSON of many formats has in common: snapshots, placeholders, pseudonyms, missing fields, zstd, genuine samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import zstandard
from fictional_records import ENTITIES, RECORDS, STATUS, TIKTOK, captured, imported, v1, web_x
from fictional_tables import X1, X2, Made

import ingest
from ingest import Tables
from ingest.mapping.contract import Context, Item, Skip
from ingest.parsing.json_stream import loads
from ingest.readers.base import Accompanied, RecordReader
from ingest.tables import Options


@pytest.fixture(scope="session")
def samples(shared: Path) -> Path:
    return shared / "samples"


def read(folder: Path, *records: dict[str, Any], name: str = "a.ndjson") -> Tables:
    (folder / name).write_text("\n".join(json.dumps(record) for record in records))
    return ingest.read(folder / name)


def test_of_snapshots_the_newest_counts(tmp_path: Path) -> None:
    later = TIKTOK | {"stats": {"diggCount": 50}}
    tables = read(
        tmp_path,
        captured("tiktok.com", later, last_updated=captured("tiktok.com", TIKTOK)["last_updated"] + 60_000),
        captured("tiktok.com", TIKTOK),
        captured("tiktok.com", TIKTOK, nav_index="1:1:9", id=2),
    )
    assert list(tables.posts.like_count) == [50]
    assert tables.sources.rows_merged[0] == 1, "stored twice for two visits of one page"


def test_numbers_that_went_through_javascript_are_not_read(tmp_path: Path) -> None:
    """Of replies, Zeeschuimer's item_id and data.id are rounded; 4CAT builds its links from them."""
    exact = "1764958111222333123"
    rounded = str(int(float(exact)))
    post = web_x(exact, "ann", "11", "a") | {"id": int(rounded)}
    tables = read(tmp_path, captured("twitter.com", post, item_id=rounded), imported("twitter.com", post))
    assert list(tables.posts.native_id) == [exact]
    assert not any(rounded in str(cell) for cell in (*tables.posts.url, *tables.links.target_key))


def test_nothing_of_the_collector_is_kept(tmp_path: Path) -> None:
    tables = read(tmp_path, captured("tiktok.com", TIKTOK), imported("twitter.com", web_x(X1, "ann", "11", "a")))
    told = " ".join(str(cell) for table in tables for column in table for cell in table[column])
    assert "secret" not in told and "browser" not in told and "example.org/api" not in told


@pytest.mark.parametrize("gone", ["legacy", "core", "views"])
def test_x_posts_lacking_a_part_are_kept_where_account_and_time_remain(tmp_path: Path, gone: str) -> None:
    post = web_x(
        X1,
        "ann",
        "11",
        "a",
        extended_entities={"media": [{"id_str": "3", "expanded_url": f"https://x.com/ann/status/{X1}/photo/1"}]},
    )
    tables = read(
        tmp_path,
        captured("twitter.com", {k: v for k, v in post.items() if k != gone}),
        captured("twitter.com", web_x(X2, "ben", "12", "b")),
    )
    assert X1 in set(tables.posts.native_id)
    assert list(tables.posts[tables.posts.native_id == X1].created_at_basis) == [
        "id" if gone == "legacy" else "reported"
    ]
    assert tables.accounts.set_index("native_id").handle["11"] == "ann"


def test_a_long_post_of_x_is_read_from_its_note(tmp_path: Path) -> None:
    note = {"note_tweet_results": {"result": {"text": "all of it", "entity_set": {"hashtags": [{"text": "Note"}]}}}}
    tables = read(
        tmp_path, captured("twitter.com", web_x(X1, "ann", "11", "cut…", entities=ENTITIES) | {"note_tweet": note})
    )
    assert list(tables.posts.text) == ["all of it"]
    assert set(tables.links[tables.links.kind == "hashtag"].target_key) == {"note"}


def test_a_deleted_quoted_post_is_no_target(tmp_path: Path) -> None:
    tombstone = {"quoted_status_result": {"result": {"__typename": "TweetTombstone", "tombstone": {}}}}
    tables = read(tmp_path, captured("twitter.com", web_x(X1, "ann", "11", "a") | tombstone))
    assert list(tables.posts.kind) == ["original"]


def test_old_captures_of_x(tmp_path: Path) -> None:
    old = {
        "type": "adaptive",
        "legacy": {"id_str": X1, "full_text": "a", "user_id_str": "11", "created_at": "Tue Mar 05 10:20:30 +0000 2024"},
        "user": {"id_str": "11", "screen_name": "ann"},
    }
    tables = read(tmp_path, captured("twitter.com", old))
    assert list(tables.posts.post_uid) == [f"x:{X1}"] and list(tables.accounts.handle) == ["ann"]


@pytest.mark.parametrize("nobody", ["[deleted]", "N/A", "REDACTED", "Unknown", ""])
def test_placeholders_never_become_accounts(tmp_path: Path, nobody: str) -> None:
    anonymous = TIKTOK | {"author": {"id": nobody, "uniqueId": nobody}, "textExtra": [{"userUniqueId": nobody}]}
    tables = read(
        tmp_path, captured("tiktok.com", anonymous), captured("tiktok.com", TIKTOK | {"id": "7342800000000000002"})
    )
    assert set(tables.accounts.account_uid) == {"tiktok:61"}
    assert len(tables.posts) == 1 and list(tables.skipped.reason) == ["There is no account."]


def test_the_pseudonym_of_all_nobodies_is_no_account_and_that_of_one_person_is(tmp_path: Path) -> None:
    nobody, ann, handle = "ab" * 24, "cd" * 24, "ef" * 24
    shared = TIKTOK | {"author": {"id": nobody, "uniqueId": nobody}}
    tables = read(
        tmp_path,
        imported("tiktok.com", shared),
        imported("tiktok.com", TIKTOK | {"id": "5", "author": {"id": ann, "uniqueId": handle}}),
    )
    assert list(tables.accounts.account_uid) == [f"tiktok:{ann}"] and list(tables.accounts.is_hashed) == [True]
    assert len(tables.skipped) == 1


def test_reddit_dumps_are_opened_whatever_their_window(tmp_path: Path) -> None:
    (made,) = [made for made in RECORDS if made.file_name == "RC_2012-01.jsonl"]
    far = zstandard.ZstdCompressionParameters(window_log=28, enable_ldm=True)
    packed = zstandard.ZstdCompressor(compression_params=far).compressobj()
    (tmp_path / "RC_2012-01.zst").write_bytes(packed.compress(made.content) + packed.flush())
    tables = ingest.read(tmp_path)
    assert tables.sources.reader[0] == "reddit" and len(tables.posts) == 1
    (tmp_path / "plain.jsonl").write_bytes(made.content)
    assert ingest.batches(tmp_path / "plain.jsonl").sha256 == tables.sources.sha256[0]


def test_a_status_of_another_server_is_mastodons(tmp_path: Path) -> None:
    status = json.loads(json.dumps(STATUS).replace("truthsocial.com", "town.example"))
    del status["group"], status["quote_id"]
    status["account"]["url"] = "https://town.example/@ann"
    assert read(tmp_path, status).sources.reader[0] == "mastodon"


def test_genuine_posts_of_api_v1(samples: Path, tmp_path: Path) -> None:
    """Each is beside what twitwi makes of it."""
    cases = json.loads((samples / "twitwi/normalization.json").read_text())
    for case in cases:
        told = {row["id"]: row for row in case["normalized"]}
        tables = read(tmp_path, case["source"])
        post = tables.posts.iloc[0]
        row = told[post.native_id]
        assert post.account_uid == f"x:{row['user_id']}" and int(post.created_at.timestamp()) == row["timestamp_utc"]
        links = {kind: set(group.target_key) for kind, group in tables.links.groupby("kind")}
        assert links.get("repost", set()) == ({f"x:{row['retweeted_id']}"} if row["retweeted_id"] else set())
        if not row["retweeted_id"]:
            assert links.get("quote", set()) == ({f"x:{row['quoted_id']}"} if row["quoted_id"] else set())
        assert links.get("reply", set()) == (
            {f"x:{row['to_tweetid']}"} if row["to_tweetid"] and not row["retweeted_id"] else set()
        )
        theirs = {tag.casefold() for tag in row["hashtags"]}  # of what is quoted too
        assert links.get("hashtag", set()) == theirs or (row["quoted_id"] and links.get("hashtag", set()) <= theirs)


WRONG: tuple[object, ...] = (None, 5, "x", [], {}, [None, 5, "x", {}], {"a": None}, True, 1.5)
PARTS = [(made, place) for made in RECORDS for place in range(len(made.rows))]


@pytest.mark.parametrize(("made", "place"), PARTS, ids=[f"{m.reader}-{m.file_name}-{p}" for m, p in PARTS])
def test_any_field_may_be_missing_or_of_another_type(made: Made, place: int) -> None:
    """No record makes a reader fail, whatever stands in it; one missing optional field never costs the post."""
    (reader,) = [reader for reader in ingest.READERS if reader.name == made.reader]
    assert isinstance(reader, RecordReader)
    whole = made.rows[place]
    for wrong in WRONG:
        for key in whole:
            context = Context("a.json", Options(), str(reader.platform or "unknown"))
            if isinstance(reader, Accompanied):
                context.beside = reader.joined({n: loads(b"[" + c.partition(b"[")[2]) for n, c in made.beside.items()})
            try:
                found = list(reader.items(whole | {key: wrong}, context))
            except Skip:
                continue
            assert all(isinstance(item, Item | Skip) for item in found)


def test_fields_around_account_and_time_never_cost_a_post(tmp_path: Path) -> None:
    bare = {"id_str": X1, "user": {"id_str": "11"}, "created_at": v1(X1, "ann", "11", "a")["created_at"]}
    assert list(read(tmp_path, bare).posts.post_uid) == [f"x:{X1}"]
