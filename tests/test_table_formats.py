"""Formats without a sample: invented files, and exactly the posts and links that must come out of them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fictional_records import RECORDS
from fictional_tables import MADE, Made

import ingest
from ingest import Tables
from ingest.errors import InputError


@pytest.fixture(params=[*MADE, *RECORDS], ids=lambda made: f"{made.reader}-{made.file_name.split('.')[0][:24]}")
def made(request: pytest.FixtureRequest) -> Made:
    return request.param


@pytest.fixture
def tables(made: Made, tmp_path: Path) -> Tables:
    return ingest.read(made.write(tmp_path))


def _guesses(key: str) -> str:
    """Targets that are only guessed, so that two of the same show as one."""
    return "x:retweet:SAME" if key.startswith("x:retweet:") else key


def _plain(value: Any) -> Any:
    return None if value is pd.NA or value is None or value is pd.NaT else value


def test_an_invented_file_gives_its_posts_and_links(made: Made, tables: Tables) -> None:
    source = tables.sources.iloc[0]
    assert source.reader == made.reader
    assert list(zip(tables.posts.post_uid, tables.posts.account_uid, tables.posts.kind, strict=True)) == made.posts
    links = tables.links[~tables.links.kind.isin(["domain", "text"])]
    assert {(kind, _guesses(key)) for kind, key in zip(links.kind, links.target_key, strict=True)} == made.links
    guesses = {key for key in links.target_key if key.startswith("x:retweet:")}
    assert len(guesses) <= 1, "the same retweeted words of the same account are one target"
    assert not links[links.target_key.isin(list(guesses))].resolved.any()
    if made.at:
        assert {str(at)[:19] for at in tables.posts.created_at} == {made.at}
    for column, value in made.facts.items():
        assert _plain(tables.posts.iloc[0][column]) == value, column
    owner = tables.accounts[tables.accounts.account_uid == made.posts[0][1]].iloc[0]
    for column, value in made.about.items():
        assert _plain(owner[column]) == value, column
    assert made.says in " ".join([*source.assumptions, *source.warnings])


def test_what_the_collector_did_is_left_out(made: Made, tables: Tables) -> None:
    told = " ".join(str(words) for words in tables.posts.extra.dropna())
    assert "collected_from" not in told and "user_agent" not in told and "avatar" not in told


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("uuid,decision_visibility,category,platform_name,application_date", "DSA Transparency Database.*no post"),
        (
            "userid,user_screen_name,user_profile_description,account_creation_date,account_language",
            "without their posts",
        ),
    ],
)
def test_tables_without_posts_are_refused_with_what_they_are(tmp_path: Path, header: str, words: str) -> None:
    (tmp_path / "a.csv").write_text(header + "\n" + ",".join("x" for _ in header.split(",")) + "\n")
    with pytest.raises(InputError, match=words):
        ingest.batches(tmp_path / "a.csv")


def test_a_lone_carriage_return_in_zeeschuimer_csv_is_no_row(tmp_path: Path) -> None:
    """Zeeschuimer separates by semicolons and quotes line feeds, but not carriage returns."""
    header = "id;thread_id;timestamp;unix_timestamp;body;author;author_id;retweeted_user;quote_tweet_id;is_retweet"
    rows = [
        "1764958000000000001;1;2024-03-05 10:20:30;1709634030;one\rtwo;Ann;11;;;no",
        '1764958000000000002;2;2024-03-05 10:20:30;1709634030;"a ""b""; c\nd";Ben;12;;;no',
    ]
    (tmp_path / "a.csv").write_bytes(("\n".join([header, *rows]) + "\n").encode())
    tables = ingest.read(tmp_path / "a.csv")
    assert list(tables.posts.text) == ["one\rtwo", 'a "b"; c\nd'] and tables.sources.rows_in[0] == 2


def test_the_name_that_all_pseudonymised_nobodies_share_is_no_account(tmp_path: Path) -> None:
    nobody, ann = "ab" * 24, "cd" * 24
    header = "id,thread_id,timestamp,unix_timestamp,body,author,author_id,retweeted_user,quote_tweet_id\n"
    rows = [
        f"1,1,2024-03-05 10:20:30,1709634030,x,{nobody},{nobody},,",
        f"2,2,2024-03-05 10:20:30,1709634030,x,{'ef' * 24},{ann},,",
    ]
    (tmp_path / "a.csv").write_text(header + "\n".join(rows))
    tables = ingest.read(tmp_path / "a.csv")
    assert list(tables.posts.native_id) == ["2"] and list(tables.accounts.is_hashed) == [True]
    assert list(tables.skipped.reason) == ["There is no account."]


def test_the_archive_of_operations_in_a_zip(tmp_path: Path) -> None:
    (made,) = [made for made in MADE if made.reader == "x_io_archive"]
    with zipfile.ZipFile(tmp_path / "land.zip", "w") as archive:
        archive.writestr(made.file_name, made.content)
    tables = ingest.read(tmp_path / "land.zip")
    assert len(tables.posts) == 2 and list(tables.posts.created_at_precision) == ["ms", "ms"]
    assert not (tables.links.kind == "reply").any(), "the id of what was answered went through floats"
    assert any("spreadsheet" in words for words in tables.sources.warnings[0])
