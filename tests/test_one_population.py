"""The people and posts of X are the same whichever tool wrote them down: a second file merges, and nobody is tied to a copy."""

from __future__ import annotations

import csv
import io
import re
from itertools import combinations
from pathlib import Path

import pytest
from fictional_people import WRITTEN, Said, population

import ingest
from graph.case.load import load
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from ingest import Tables
from ingest.errors import InputError

NO_ADDRESS = ("twarc_csv", "tweepy_csv", "tweepy_v1_csv", "academictwitter_csv")
"""Tables in which no address says an id again."""


@pytest.fixture(scope="module")
def posts() -> list[Said]:
    return population()


@pytest.fixture(scope="module")
def files(posts: list[Said], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("people")
    for name, write in WRITTEN.values():
        (folder / name).write_bytes(write(posts))
    return {way: folder / name for way, (name, _) in WRITTEN.items()}


@pytest.fixture(scope="module")
def told(files: dict[str, Path]) -> dict[str, Tables]:
    return {way: ingest.read(path) for way, path in files.items()}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_file_says_who_posted_what_and_when(way: str, told: dict[str, Tables], posts: list[Said]) -> None:
    tables = told[way]
    assert tables.sources.reader[0] == way.split(maxsplit=1)[0]
    found = {
        uid: (account, at.to_pydatetime(), kind)
        for uid, account, at, kind in zip(
            tables.posts.post_uid, tables.posts.account_uid, tables.posts.created_at, tables.posts.kind, strict=True
        )
    }
    assert found == {f"x:{post.id}": (f"x:{post.user}", post.at, post.kind) for post in posts}
    assert not len(tables.skipped)


@pytest.mark.parametrize("way", WRITTEN)
def test_a_file_says_what_was_reposted_quoted_and_shared(way: str, told: dict[str, Tables], posts: list[Said]) -> None:
    links = told[way].links
    made = {(kind, post, key) for kind, post, key in zip(links.kind, links.post_uid, links.target_key, strict=True)}
    for kind in ("repost", "quote"):
        wanted = {(kind, f"x:{post.id}", f"x:{post.target.id}") for post in posts if post.target and post.kind == kind}
        if (kind, way) != ("repost", "tags"):  # a sheet does not say which post a retweet repeats
            assert {one for one in made if one[0] == kind} == wanted
    if not way.startswith(("web_exporter", "academictwitter_csv")):  # those have short links, or none
        urls = {("url", f"x:{post.id}", str(post.link).removeprefix("https://")) for post in posts if post.link}
        assert urls <= made


@pytest.mark.parametrize(("one", "other"), list(combinations(WRITTEN, 2)))
def test_two_files_are_one_population(one: str, other: str, told: dict[str, Tables]) -> None:
    first, second = told[one], told[other]
    assert set(first.posts.post_uid) == set(second.posts.post_uid)
    assert set(first.posts.account_uid) == set(second.posts.account_uid)
    both = first.posts.merge(second.posts, on="post_uid", suffixes=("", "_other"))
    assert (both.account_uid == both.account_uid_other).all() and (both.created_at == both.created_at_other).all()


def _rounded(cell: str) -> str:
    return f"{float(cell):.5E}" if re.fullmatch(r"\d{16,}", cell) else cell


@pytest.mark.parametrize("way", [way for way, (name, _) in WRITTEN.items() if name.endswith(".csv")])
def test_what_a_spreadsheet_rounded_is_mended_or_refused(
    way: str, files: dict[str, Path], posts: list[Said], tmp_path: Path
) -> None:
    """Saved again with semicolons: ids stand in addresses, or the file is refused with place and value; nothing is made up."""
    rows = list(csv.reader(io.StringIO(files[way].read_text("utf-8-sig"))))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([list(map(_rounded, row)) for row in rows])
    (tmp_path / "again.csv").write_text(out.getvalue(), "utf-8-sig")
    try:
        tables = ingest.read(tmp_path / "again.csv")
    except InputError as error:
        assert (error.row, way in NO_ADDRESS) == (2, True) and "digits are lost" in str(error) and "E+18" in str(error)
        return
    told = {f"x:{post.id}": (f"x:{post.user}", post.at) for post in posts}
    found = tables.posts[["post_uid", "account_uid", "created_at"]].itertuples(index=False)
    assert {uid: (account, at) for uid, account, at in found}.items() <= told.items()
    lost = {"twint until 2.1.21": sum(post.kind == "repost" for post in posts)}  # only the id says whose a retweet is
    assert len(tables.posts) == len(posts) - lost.get(way, 0)
    assert not len(tables.links[tables.links.target_key.str.contains("E+", regex=False)])


def test_all_files_in_one_case_tie_nobody_to_a_copy(files: dict[str, Path], posts: list[Said], tmp_path: Path) -> None:
    store = open_case(str(tmp_path / "case"), create=True)
    for path in files.values():
        (outcome,) = load(store, [path])
        assert outcome.status == "new"
        assert store.count("posts") == len(posts) and store.count("accounts") == len({post.user for post in posts})
    found = find(store, Settings())
    assert not found.table("ties").num_rows
    store.close()
