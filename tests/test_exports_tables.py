"""Tables of an export: every row of the run, under codes or ids."""

from __future__ import annotations

import pytest

from graph import Report
from graph.exports.tables import ACCOUNTS_OPEN, Tables
from graph.privacy.codes import Names
from ingest.privacy.keys import Key


@pytest.fixture
def open_tables(toy_report: Report) -> Tables:
    return Tables.of(toy_report, Names(None))


@pytest.fixture
def coded_tables(toy_report: Report) -> Tables:
    return Tables.of(toy_report, Names(Key(b"k" * 32)))


def test_rows_are_those_of_the_run(toy_report: Report, open_tables: Tables) -> None:
    assert open_tables.ties().height == len(toy_report.ties()) == 6
    assert open_tables.evidence().height == 60
    assert open_tables.members().height == open_tables.people().height == 4
    assert open_tables.verdicts().is_empty() and open_tables.combined().is_empty()
    assert open_tables.network().number_of_edges() == 6


def test_codes_hide_ids_texts_and_handles(open_tables: Tables, coded_tables: Tables) -> None:
    assert {"text_a", "url_a"} <= {*open_tables.evidence().columns}
    assert not {"text_a", "url_a"} & {*coded_tables.evidence().columns}
    assert not {*ACCOUNTS_OPEN} & {*coded_tables.people().columns}
    for table in ("ties", "evidence", "members", "people", "groups"):
        text = getattr(coded_tables, table)().to_pandas().to_csv()
        assert "unknown:4" not in text and "user4" not in text, table
        assert "p_" in text or table == "groups"


def test_the_same_code_joins_every_table(coded_tables: Tables) -> None:
    people = {*coded_tables.people()["account"]}
    assert people == {*coded_tables.members()["account"]} == {*coded_tables.network().nodes}
    assert {*coded_tables.ties()["account_a"], *coded_tables.ties()["account_b"]} == people
    assert {*coded_tables.people()["code"]} == {"A-41", "A-42", "A-43", "A-44"}
