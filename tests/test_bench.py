"""The tables of worlds run, say what was found, and put targets beside it."""

from __future__ import annotations

from dataclasses import replace

import bench_worlds
import pytest

from graph.settings import Settings

SMALL = replace(bench_worlds.QUICK, accounts=2_000, actions=15_000, links=2_500, fans=100, groups=2)


@pytest.mark.parametrize("name", ["noise", "15 objects, half exclusive"])
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
    assert ("groups found", "5 objects, popular", "0.75 (0.75–0.75)", "at least .9") in found
