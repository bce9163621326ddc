"""The shared cases of what people hold of X, read in place: the right values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fixtures_shared_cases import CaseFile, CaseTables, kinds, links

import ingest
from graph.case.load import load
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from ingest import Tables
from ingest.errors import InputError

P1, P2, P3, P4 = (f"134600000000000{n}" for n in ("0001", "0102", "0203", "0304"))


def posted(tables: Tables) -> list[str]:
    """When each post was made, in the order of the file."""
    return [str(at)[:19] for at in tables.posts.sort_values("raw_row").created_at]


def ties_in(paths: list[Path], folder: Path) -> int:
    """How many ties there are in a case of these files, over every behaviour they can show."""
    store = open_case(str(folder / "case"), create=True)
    load(store, paths)
    ties = find(store, Settings()).table("ties")
    store.close()
    return ties.num_rows


@pytest.mark.parametrize("name", ["twitter.csv", "twitter.json"])
def test_twitter_web_exporter(case_tables: CaseTables, name: str) -> None:
    tables = case_tables(f"twitter-web-exporter/{name}")
    assert kinds(tables) == ["original", "repost", "reply", "quote"]
    assert posted(tables)[0] == "2018-11-06 03:26:33" and posted(tables)[-1] == "2018-11-06 03:28:43"
    first = "x:1059648201148456960"
    assert sorted(links(tables, "repost", "reply", "quote")) == [
        ("1059648201148466961", first), ("1059648201148476962", first), ("1059648201148486963", first)
    ]  # fmt: skip
    assert list(tables.accounts.account_uid) == ["x:101", "x:102", "x:103", "x:104"]


def test_twint(case_tables: CaseTables) -> None:
    tables = case_tables("twint-csv/twint.csv")
    assert kinds(tables) == ["original", "reply", "reply", "quote", "repost"]
    assert links(tables, "reply") == [], "reply_to names accounts, never a post"
    assert links(tables, "quote") == [(P4, f"x:{P1}")] and links(tables, "mention") == [(P2, "x:101")]
    assert links(tables, "url") == [(P1, "a.example/1"), (P1, "b.example/2")]
    reposts = tables.links[tables.links.kind == "repost"]
    assert list(reposts.target_account_uid) == ["x:@alfa_one"] and not reposts.resolved.any(), "which post is not said"
    assert posted(tables)[0] == "2021-01-04 08:00:05"


def test_answers_to_one_account_are_no_answers_to_one_post(case_file: CaseFile, tmp_path: Path) -> None:
    assert ties_in([case_file("twint-csv/many.csv")], tmp_path) == 0


def test_rtweet(case_tables: CaseTables) -> None:
    tables = case_tables("rtweet-csv/rtweet.csv")
    assert list(tables.posts.native_id) == [P1, P2, P3, P4] and set(tables.posts.platform) == {"x"}
    assert kinds(tables) == ["original", "repost", "reply", "quote"]
    assert sorted(links(tables, "repost", "reply", "quote")) == [(post, f"x:{P1}") for post in (P2, P3, P4)]
    assert links(tables, "url") == [(P1, "a.example/1"), (P1, "b.example/2")], "no home page is a shared link"


@pytest.mark.parametrize("name", ["hydrator.csv", "json2csv.csv"])
def test_hydrator_and_json2csv(case_tables: CaseTables, name: str) -> None:
    tables = case_tables(f"hydrator-json2csv/{name}")
    third = "reply" if name == "hydrator.csv" else "quote"
    assert kinds(tables) == ["original", "repost", third]
    assert links(tables, "repost", third) == [(P2, f"x:{P1}"), (P3, f"x:{P1}")]
    assert list(tables.accounts.handle) == ["alfa_one", "bravo_two", "carol_3"]
    assert list(tables.accounts.display_name) == ["Alfa", "Bravo", "Carol"]


def test_tags(case_tables: CaseTables) -> None:
    tables = case_tables("tags-sheet/tags.csv")
    assert kinds(tables) == ["original", "repost", "reply"] and links(tables, "reply") == [(P3, f"x:{P1}")]
    assert list(tables.accounts.account_uid) == ["x:101", "x:102", "x:103"]
    assert links(tables, "url") == [(P1, "a.example/1"), (P2, "a.example/1")]


def test_an_archive_without_its_account_is_refused_with_what_it_is(case_file: CaseFile, tmp_path: Path) -> None:
    path = case_file("x-archive/tweets.js")
    with pytest.raises(InputError, match=r"X's archive names its account in account\.js"):
        ingest.read(path)
    (tmp_path / "tweets.js").write_bytes(path.read_bytes())
    owner = '[ {"account": {"username": "alfa_one", "accountId": "101"}} ]'
    (tmp_path / "account.js").write_text(f"window.YTD.account.part0 = {owner}")
    (file,) = ingest.inputs(tmp_path)
    tables = ingest.read(file)
    assert list(tables.posts.post_uid) == [f"x:{P1}"] and list(tables.posts.account_uid) == ["x:101"]
    assert links(tables, "url") == [(P1, "a.example/1")]


def test_academictwitter(case_file: CaseFile) -> None:
    (file,) = ingest.inputs(case_file("academictwitter/data"))
    tables = ingest.read(file)
    assert kinds(tables) == ["original", "repost"] and links(tables, "repost") == [(P2, f"x:{P1}")]
    assert list(tables.accounts.handle) == ["alfa_one", "bravo_two"]


def test_two_collections_of_the_same_posts_are_one(case_file: CaseFile, tmp_path: Path) -> None:
    paths = [case_file(f"two-collections/collected_{name}") for name in ("v2.json", "hydrator.csv")]
    store = open_case(str(tmp_path / "both"), create=True)
    for path in paths:
        load(store, [path])
        assert store.count("posts") == 600 and store.count("accounts") == 40
    store.close()
    assert ties_in(paths, tmp_path) == 0


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("user_id,screen_name,statuses_count,account_created_at,followers_count", "These are accounts of X"),
        ("username,bio,join_date,join_time,private", "These are accounts of X"),
        ("id,screen_name,profile_banner_url,followed_by,can_dm", "These are accounts of X"),
        ("id,time,text,sender,recipient,conversation_id,conversation_type", "These are private messages of X"),
    ],
)
def test_what_the_same_tools_write_beside_posts_is_told_what_it_is(tmp_path: Path, columns: str, words: str) -> None:
    (tmp_path / "a.csv").write_text(f"{columns}\n{','.join('x' for _ in columns.split(','))}\n")
    with pytest.raises(InputError, match=words):
        ingest.read(tmp_path / "a.csv")
    if columns.startswith("id"):
        (tmp_path / "a.json").write_text(json.dumps([dict.fromkeys(columns.split(","), "x")]))
        with pytest.raises(InputError, match=words):
            ingest.read(tmp_path / "a.json")


def test_posts_of_api_v2_that_tweepy_kept_as_json(tmp_path: Path) -> None:
    post = {
        "id": P1,
        "text": "a",
        "author_id": "101",
        "edit_history_tweet_ids": [P1],
        "created_at": "2021-01-04T08:00:05Z",
    }
    (tmp_path / "a.json").write_text(json.dumps([post, post | {"id": P2}]))
    assert list(ingest.read(tmp_path / "a.json").posts.post_uid) == [f"x:{P1}", f"x:{P2}"]
