"""What a cell says, held against the shared cases: each test reads a case in place and expects its ``expect.md``."""

from __future__ import annotations

import pytest
from fixtures_shared_cases import CaseTables, kinds, links, without_missing

from ingest.errors import InputError


@pytest.mark.parametrize("name", ["generic_R.csv", "qut_R.csv", "twarc_pandas_nan.csv", "big_na.csv"])
def test_na_is_nothing(case_tables: CaseTables, name: str) -> None:
    tables = case_tables(f"r-na/{name}")
    assert set(kinds(tables)) == {"original"}
    assert links(tables, "repost", "reply", "quote", "hashtag", "mention") == []
    assert not {"NA", "nan", "None", "null"} & {*without_missing(tables.accounts["handle"]), *tables.posts["text"]}
    told = [sentence for sentence in tables.sources["assumptions"].item() if "read as empty" in sentence]
    assert told and all(sentence.split(", ")[0].split()[-1] in ("NA", "nan", "None", "null") for sentence in told)


def test_na_and_blanks_are_read_alike(case_tables: CaseTables) -> None:
    na, blank = case_tables("r-na/big_na.csv"), case_tables("r-na/big_blank.csv")
    assert links(na, "url", "domain", "text") == links(blank, "url", "domain", "text") != []
    assert list(na.posts["post_uid"]) == list(blank.posts["post_uid"])


def test_na_is_no_shared_object(case_tables: CaseTables) -> None:
    tables = case_tables("r-na/coortweet_R.csv")
    assert links(tables, "object") == [
        ("1346000000000000203", "https://a.example/1"),
        ("1346000000000000304", "https://a.example/1"),
    ]
    assert "NA" not in set(case_tables("r-na/coortweet_big.csv").links["target_key"])


@pytest.mark.parametrize("name", ["export.csv", "export_en_heads.csv"])
def test_ids_that_a_german_spreadsheet_rounded_are_refused(case_tables: CaseTables, name: str) -> None:
    with pytest.raises(InputError, match=r"column (Tweet-ID|tweet_id).*digits are lost.*1,36627E\+18"):
        case_tables(f"german-excel/{name}")


def test_empty_urls_are_no_links(case_tables: CaseTables) -> None:
    tables = case_tables("qut-empty-urls/qut.csv")
    a, b = "a.example/1", "b.example/2"
    assert links(tables, "url") == [("3", a), ("4", a), ("4", b)]
    assert set(kinds(tables)) == {"original"} and links(tables, "reply", "repost") == []
    indexed = case_tables("qut-empty-urls/qut_index.csv")
    assert links(indexed, "url") == [("3", a), ("4", a), ("4", b)]


def test_one_post_collected_twice_is_one_post(case_tables: CaseTables) -> None:
    tables = case_tables("counts-and-repeats/collected_twice.csv")
    posts = tables.posts.set_index("native_id")
    assert list(posts.index) == ["9001", "9002", "9003"]
    assert posts["like_count"].to_dict() == {"9001": 7, "9002": 12_500, "9003": 1_234}
    assert posts["repost_count"].to_dict() == {"9001": 2, "9002": 3, "9003": 1_234}
    followers = tables.accounts.set_index("handle")["followers"].to_dict()
    assert followers == {"alfa": 1_240, "bravo": 1_234, "carol": 2_000_000}


def test_the_export_of_one_posts_own_retweets(case_tables: CaseTables) -> None:
    tables = case_tables("own-retweets/own.csv")
    assert set(kinds(tables)) == {"original", "repost"}
    assert len(links(tables, "repost")) == kinds(tables).count("repost")


def test_a_header_alone_has_no_rows(case_tables: CaseTables) -> None:
    with pytest.raises(InputError, match="has no rows") as caught:
        case_tables("hostile/onlyheader.csv")
    assert "No column" not in str(caught.value)
