"""The benches run: worlds say what was found and put targets beside it, files are what they are made up to be."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import bench_calibration
import bench_chosen
import bench_engines
import bench_groups
import bench_growth
import bench_ingest
import bench_labels
import bench_neo4j
import bench_open
import bench_outlinks
import bench_pairs
import bench_worlds
import pytest
from big_files import FORMATS, write
from fixtures_neo4j import forget
from fixtures_worlds import random_actions
from measuring import markdown

import ingest
from graph.settings import Settings
from graph.stores import open_case

SMALL = replace(bench_worlds.QUICK, accounts=2_000, actions=15_000, links=2_500, fans=100, groups=2)


@pytest.mark.parametrize("name", ["noise", "15 objects, popular, 60 s"])
def test_a_world_is_measured(name: str) -> None:
    scenario = next(each for each in bench_worlds.SCENARIOS if each.name == name)
    outcome = bench_worlds.measure(scenario, 1, SMALL, Settings())
    assert outcome.found == outcome.planted == len(outcome.labels) == (0 if name == "noise" else 2)
    assert outcome.false_groups == outcome.false_ties == 0
    assert outcome.pairs_found == outcome.pairs_planted == outcome.ties
    table = bench_worlds.markdown(bench_worlds._rows([vars(outcome)]), Settings(), 1, quick=True)
    assert f"| {name} | 1 |" in table


def test_every_figure_names_a_scenario_and_has_a_target() -> None:
    names = {each.name for each in bench_worlds.SCENARIOS} | {"all", "all with groups"}
    rows = [
        bench_worlds.Outcome(name, 1, 1.0, 10, 9, 10, 0, 4, 3, 0, 0, 1, ["timing"] * 3)
        for name in names
        if "all" not in name
    ]
    found = bench_worlds.figures(bench_worlds._rows([vars(row) for row in rows]))
    assert {name for _, name, _, _ in found} <= names
    assert all(target for *_, target in found)
    assert ("groups found", "5 objects, popular, 60 s", "0.75 (0.75–0.75)", "at least .9") in found


@pytest.mark.parametrize(
    "scenario", [each for each in bench_worlds.UNTRIED if each.times == 1], ids=lambda each: each.name
)
def test_worlds_of_other_shapes_plant_what_they_say(scenario: bench_worlds.Scenario) -> None:
    outcome = bench_worlds.measure(scenario, 1, replace(SMALL, accounts=1_200, actions=8_000), Settings(worlds=0))
    planted = scenario.plan(SMALL).groups * scenario.plan(SMALL).members
    assert outcome.accounts_planted == planted and outcome.accounts_found <= outcome.accounts
    assert any(name == scenario.name for _, name, _, _ in bench_worlds.figures(bench_worlds._rows([vars(outcome)])))


def test_a_world_with_a_campaign_is_written_with_its_labels_and_every_method_is_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = bench_labels.election(tmp_path, 1, replace(SMALL, groups=2))
    labels = made.labels.read_text() if made.labels else ""
    assert labels.count("campaign") == 16 and labels.count("ordinary") > 500
    bad = tmp_path / "labels.csv"
    bad.write_text(labels + "nobody,ordinary\n")
    bench_labels.main(
        [*map(str, made.files), "--labels", str(bad), "--worlds", "0", "--method", "lockstep", "keller-schoch"]
    )
    said = capsys.readouterr().out
    assert "The case has no such account. Found 'nobody'" in said and "16 accounts of a campaign" in said
    rows = [line.split(" | ") for line in said.splitlines() if line.startswith(("| Lockstep", "| Keller"))]
    assert len(rows) == 3 and all(len(row) == len(bench_labels.HEADS) for row in rows)
    assert rows[2][5].endswith("of 16 (1.00)") and float(rows[2][6]) < 1 and int(rows[2][11].strip("| ")) > 50


@pytest.mark.parametrize("name", FORMATS)
def test_a_made_up_file_is_read_whole_by_its_own_reader(name: str, tmp_path: Path) -> None:
    path = write(name, 120, tmp_path)
    tables = ingest.read(path)
    source, reader = tables.sources.iloc[0], "generic_csv" if name == "workbook" else name
    assert (source.reader, source.rows_in, source.rows_kept, source.rows_skipped) == (reader, 120, 120, 0)
    assert len(tables.posts) == 120
    assert set(tables.links.kind) >= ({"object"} if name == "coortweet" else {"url", "domain", "hashtag", "text"})
    assert {work: bench_ingest.run(work, path)["rows"] for work in ("bare", "tables")} == {"bare": 120, "tables": 120}


def test_reading_is_held_against_the_bare_parse(tmp_path: Path) -> None:
    figures = bench_ingest.measured("coortweet", 40, tmp_path)
    assert figures["times the bare parse"] > 0 and figures["memory, MB"] > 0
    grown = bench_ingest.growth("coortweet", 40, tmp_path, figures["memory, MB"])
    assert grown["rows of the longer"] == 120 and grown["its memory, MB"] > 0
    assert bench_ingest.report([figures], [grown], 40).count("| coortweet |") == 2
    assert not list(tmp_path.iterdir())


def test_a_file_becomes_every_pair_that_brute_force_finds(tmp_path: Path) -> None:
    rows, spent = bench_pairs.end_to_end(2_000, tmp_path, 12, 60, check=True)
    assert spent.seconds > 0 and spent.memory > 0
    assert {row[4] for row in rows if row[5] == "equal"} == {"equal"}
    assert markdown(bench_pairs.HEADS, [*rows, bench_pairs.pairing(2_000)]).count("\n") == len(rows) + 3
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", bench_calibration.KINDS)
def test_chance_is_counted_over_every_pair_that_is_paid_for(kind: str) -> None:
    found = bench_calibration.measure(kind, random_actions(1), 3, Settings(windows_s=(60.0,)))
    assert found.worlds == 3 and found.asked["A"] == 3 * 20 * 19 // 2 >= found.asked["B"] > 0
    for test, asked in found.asked.items():
        assert asked >= found.passed[test][0] >= found.passed[test][-1]
        assert found.ratios(test)[0] == pytest.approx(found.passed[test][0] / asked / 0.1)
    assert max(found.passed["A"]) > 0
    found.with_ties, found.worlds = 19, 200
    assert 0.002 < found.p_ties < 0.01  # 19 of 200 are more than one in twenty, 15 of 200 are not
    found.with_ties = 15
    assert found.p_ties > 0.05
    assert bench_calibration.markdown([found]).count(kind) == 4


def test_groups_are_counted_under_their_headings_and_the_test_is_held_against_the_pairing(tmp_path: Path) -> None:
    assert bench_groups.headings("link", random_actions(1), Settings(windows_s=(60.0,), worlds=0)) == [0, 0, 0]
    assert bench_groups.real(1, tmp_path) == []
    cells = bench_groups.cost(4_000).split(" | ")
    assert cells[0] == "| 4,000" and float(cells[2].split()[0]) >= 0 and int(cells[4]) > 0


def test_engines_are_held_against_the_first_one(tmp_path: Path) -> None:
    pytest.importorskip("ibis")
    rows = bench_engines.figures([4_000], ["local", "duckdb"], tmp_path, "1GiB")
    assert [row[2] for row in rows] == ["local", "duckdb"] and rows[0][9] == rows[1][9] != "DIFFERENT"
    assert not list(tmp_path.iterdir())


def test_neo4j_is_held_against_a_bare_loop_of_the_same_rows(neo4j_case: str) -> None:
    cases = {"ours": neo4j_case, "read": neo4j_case, "cursor": neo4j_case, "bare": f"{neo4j_case}-bare"}
    found = {work: bench_neo4j.WORK[work](case, 300) for work, case in cases.items()}
    assert all(one.seconds > 0 for one in found.values())
    assert bench_neo4j.table([found], 300).count("\n") == 4
    forget(cases["bare"])
    with pytest.raises(RuntimeError, match="0 rows came back, not 300"):
        bench_neo4j.cursor(cases["bare"], 300)


def test_growth_is_an_exponent_per_piece_of_work(tmp_path: Path) -> None:
    rows = bench_growth.figures((60, 120), tmp_path)
    assert len(rows) == 5 and all(float(row[3]) < 10 for row in rows)
    ties = bench_growth.ties_of(1_000)
    assert len({name for tie in ties for name in tie[:2]}) == 1_000
    assert bench_growth.evidence_of(ties).height == len(ties) * bench_growth.MEETINGS


@pytest.mark.browser
def test_a_case_of_two_files_is_opened(browser: Any, tmp_path: Path) -> None:
    case = bench_open.write_case(tmp_path / "case", 400, people=20)
    with closing(open_case(case)) as store:
        assert (store.count("posts"), store.sources().num_rows) == (380, bench_open.FILES), "a tenth of a file twice"
    assert [row[0] for row in bench_open.measure(browser, case)] == ["/", "/find", "/sources", "/ again"]


def test_outlinks_are_those_of_the_case_that_was_written(tmp_path: Path) -> None:
    found, first, again = bench_outlinks.measure(bench_outlinks.write_case(tmp_path / "case", 3_000, hosts=40))
    assert found.totals.links == 3_000 and found.totals.hosts == 40 and first.seconds > 0 < again.seconds
    passed = found.flow.filter(found.flow["via"] == "l.facebook.com")["links"].sum()
    assert 200 < passed < 400, "one in ten goes through a redirect"


def test_the_bench_of_chosen_accounts_sets_both_rules_beside_each_other() -> None:
    table = list(bench_chosen.rows(1, "farm, accounts shuffled", Settings(traces=("repost",), worlds=0)))
    assert [row.split(" | ")[1] for row in table] == list(bench_chosen.RULES)
    assert all(row.split(" | ")[2:4] == ["0 of 1", "0 of 1"] for row in table)
    assert all(row.count("|") == bench_chosen.HEAD.partition("\n")[0].count("|") for row in table)
