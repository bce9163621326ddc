"""Hostile files of the shared cases: read, or refused by name; what is kept stays valid UTF-8."""

from __future__ import annotations

from fixtures_shared_cases import CaseFile, CaseTables

import ingest


def test_half_an_emoji_is_read_and_stays_valid(case_tables: CaseTables) -> None:
    tables = case_tables("hostile/lonesurr.jsonl")
    assert tables.posts["text"].tolist() == ["a\ufffdb", "ok"] and tables.skipped.empty
    for text in tables.posts["text"]:
        assert text.encode("utf-8").decode("utf-8") == text


def test_a_key_that_stands_twice_is_read_once(case_tables: CaseTables) -> None:
    tables = case_tables("hostile/dupkeys.jsonl")
    assert tables.posts[["post_uid", "account_uid", "text"]].values.tolist() == [["x:2", "x:7", "b"]]
    assert tables.sources.iloc[0][["rows_in", "rows_kept", "rows_merged"]].tolist() == [2, 1, 1]


def test_two_members_of_one_name_are_both_read(case_file: CaseFile) -> None:
    members = ingest.inputs(case_file("hostile/dupnames.zip"))
    assert [member.name for member in members] == ["dupnames.zip/a.csv", "dupnames.zip/a.csv (2)"]
    texts = [ingest.read(member).posts["text"].tolist() for member in members]
    assert texts == [[f"{word} {n}" for n in range(20)] for word in ("hello", "other")]
