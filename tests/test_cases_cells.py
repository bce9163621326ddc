"""What a cell says, held against the shared cases: each test reads a case in place and expects its ``expect.md``."""

from __future__ import annotations

from fixtures_shared_cases import CaseTables, kinds, links


def test_the_export_of_one_posts_own_retweets(case_tables: CaseTables) -> None:
    tables = case_tables("own-retweets/own.csv")
    assert set(kinds(tables)) == {"original", "repost"}
    assert len(links(tables, "repost")) == kinds(tables).count("repost")
