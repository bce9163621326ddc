"""Table formats without a sample: invented files, and exactly the posts and links that must come out of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fictional_tables import MADE, Made

import ingest
from ingest import Tables


@pytest.fixture(params=MADE, ids=lambda made: f"{made.reader}-{made.file_name.split('.')[0][:24]}")
def made(request: pytest.FixtureRequest) -> Made:
    return request.param


@pytest.fixture
def tables(made: Made, tmp_path: Path) -> Tables:
    path = tmp_path / made.file_name
    path.write_bytes(made.content)
    return ingest.read(path)


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
