"""The part of a briefing on described methods: only when asked for, never as groups, and the same in every format."""

from __future__ import annotations

import json

import pytest
from fixtures_export import HANDLES, HandReport
from test_ways_out import words_of

from dashboards.briefing import FORMATS, gather
from dashboards.briefing.described import SHOWN, TITLE, described
from dashboards.briefing.outline import Part, Sentences, Table
from dashboards.briefing.run_summary import RunSummary
from dashboards.words.methods.described import NEVER_A_GROUP


@pytest.fixture
def part(hand_report: HandReport) -> Part:
    return described(RunSummary(hand_report))  # type: ignore[arg-type]


def _said(part: Part) -> str:
    return " ".join(words for block in part.blocks if isinstance(block, Sentences) for words in block.words)


def _table(part: Part) -> Table:
    (table,) = (block for block in part.blocks if isinstance(block, Table))
    return table


def test_it_is_printed_only_when_asked_for(hand_report: HandReport) -> None:
    plain, asked = gather(hand_report), gather(hand_report, described=True)  # type: ignore[arg-type]
    titles = [one.title for one in asked.parts]
    assert titles[titles.index("Pairs") + 1] == TITLE
    assert [one.title for one in plain.parts] == [title for title in titles if title != TITLE]
    assert (asked.title, asked.lead, asked.facts, asked.held) == (plain.title, plain.lead, plain.facts, plain.held)


def test_the_rule_its_thresholds_and_our_numbers_are_said(part: Part) -> None:
    said = _said(part)
    assert NEVER_A_GROUP in said and "min_participation 2, edge_weight 0.5" in said and "Righetti" in said
    assert "It links 9 pairs of accounts within 60 s, of which 3 are ties by our tests, and 2 communities" in said


def test_the_table_holds_communities_against_tested_groups(part: Part) -> None:
    rows = [dict(zip(_table(part).columns, row, strict=True)) for row in _table(part).rows]
    assert [row["Tag"] for row in rows] == ["D1", "D2"]
    assert rows[0]["Beside the tested groups"] == "Group 1: 3 in both, 1 described only"
    assert rows[1]["Beside the tested groups"] == "no tested group"
    assert [(row["Passing"], row["Smallest q"]) for row in rows] == [("3", "< 0.0001"), ("0", "0.4")]


def test_the_largest_are_shown_and_the_rest_counted(hand_report: HandReport) -> None:
    rows = hand_report.described_rows["communities"]
    rows += [{**rows[1], "community": n, "tag": f"D{n}"} for n in range(3, SHOWN + 4)]
    table = _table(described(RunSummary(hand_report)))  # type: ignore[arg-type]
    assert len(table.rows) == SHOWN and table.note.startswith("3 smaller communities in the export.")


def test_a_run_without_described_methods_says_how_to_get_them(empty_report: HandReport) -> None:
    assert "lockstep find --preset coortweet --describe" in _said(described(RunSummary(empty_report)))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["html", "docx", "pptx"])
def test_formats_for_people_print_it_and_name_nobody(hand_report: HandReport, name: str) -> None:
    out = words_of(FORMATS[name].render(gather(hand_report, described=True)))  # type: ignore[arg-type]
    assert TITLE in out and "3 in both, 1 described only" in out and NEVER_A_GROUP in out
    assert [handle for handle in HANDLES if handle.isidentifier() and handle.casefold() in out.casefold()] == []


def test_stix_holds_tested_findings_only(hand_report: HandReport) -> None:
    bundles = [
        FORMATS["stix"].render(gather(hand_report, described=asked))  # type: ignore[arg-type]
        for asked in (False, True)
    ]
    assert bundles[0] == bundles[1] and json.loads(bundles[0])["objects"]
