"""Described methods: one body over all of them, beside a run whose own tables stay as they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from fixtures_worlds import random_actions

from graph.case.load import load
from graph.case.toy import toy_case
from graph.described.communities import gathered
from graph.described.methods import METHODS, chosen
from graph.described.tables import described_tables
from graph.described.ties import UNTESTED
from graph.pairing.local import LocalEngine
from graph.presets import PRESETS
from graph.runs.describing import describe_methods
from graph.runs.pipeline import find
from graph.schema import DESCRIBED, RUN_TABLES
from graph.settings import Settings
from graph.stores import open_case
from graph.stores.base import Store
from graph.ties.layer import build_layer
from graph.ties.validation import validate_layers
from ingest.errors import Cancelled, UsageError
from ingest.synthetic import Plan, write_demo

OPTIONS: dict[str, dict[str, float]] = {
    "shared": {},
    "coortweet": {},
    "coornet": {},
    "qut": {},
    "pacheco": {"support": 1},
    "keller-schoch": {},
    "luceri": {"centrality": 0},
    "cinus": {"similarity": 0.5, "centrality": 0.5},
    "nizzoli": {"superspreaders": 1, "alpha": 1},
    "iannucci": {"beta": 0.05},
}
"""Method to options that keep something of noise; a new method fails until it is here."""


def test_every_preset_can_be_described() -> None:
    assert set(METHODS) == {*PRESETS, "shared"} == set(OPTIONS)


@pytest.mark.parametrize("name", METHODS)
def test_a_methods_ties_are_those_its_rule_keeps_with_our_numbers_beside_them(name: str) -> None:
    engine, settings = LocalEngine(), Settings()
    noise = random_actions(2, rows=3_000, accounts=60, objects=400, span=20_000)
    layers = [build_layer(trace, noise, 300.0, settings, engine) for trace in ("link", "text")]
    validated = validate_layers(layers, settings, engine)
    made = described_tables(chosen([name], OPTIONS[name]), validated, {}, settings, engine, lambda *_: None)
    ties = pl.DataFrame(made["described_ties"])
    method = METHODS[name]
    drawn = method.layers({one.trace: one.actions for one in layers}, 300.0, method.dials(OPTIONS[name]))
    for trace, edges in drawn.items():
        one, two = pl.min_horizontal("account_a", "account_b"), pl.max_horizontal("account_a", "account_b").alias("two")
        kept = edges.filter(pl.col("preset_keeps") & (pl.col("account_a") != pl.col("account_b"))).select(one, two)
        own = ties.filter(pl.col("trace") == trace)
        assert set(own.select("account_a", "account_b").rows()) == set(kept.rows())
    assert ties.height and (ties["account_a"] < ties["account_b"]).all()
    met = dict(
        zip(
            zip(layers[0].actions.accounts.take(layers[0].pairs.a).to_pylist(), layers[0].actions.accounts.take(layers[0].pairs.b).to_pylist(), strict=True),
            zip(layers[0].pairs.observed.tolist(), validated[0].q.tolist(), strict=True),
            strict=True,
        )
    )  # fmt: skip
    for row in ties.iter_rows(named=True):
        tested = met.get((row["account_a"], row["account_b"]))
        assert (row["p"] is None) == (tested is None) == (row["untested"] is not None)
        if tested is None:
            assert row["untested"] in UNTESTED and row["observed"] < 2
        else:
            assert (row["observed"], row["q"]) == tested
        assert row["objects"] is None or 0 < len(row["objects"]) <= 5
    told = pl.DataFrame(made["described_layers"])
    assert told["ties"].sum() == ties.height and told["passing"].sum() == 0  # noise
    communities, members = pl.DataFrame(made["described_communities"]), pl.DataFrame(made["described_members"])
    assert communities["community"].to_list() == list(range(1, communities.height + 1))
    assert communities["accounts"].to_list() == sorted(communities["accounts"], reverse=True)
    assert members.group_by("community").len().sort("community")["len"].to_list() == communities["accounts"].to_list()
    objects = pl.DataFrame(made["described_objects"])
    for row in communities.iter_rows(named=True):
        assert row["accounts"] >= 3 and row["passing"] == 0
        own = objects.filter(pl.col("community") == row["community"])
        assert own.height == min(row["objects"], 100) and own["meetings"].sum() <= row["observed"]


def test_describing_changes_none_of_the_runs_own_tables() -> None:
    case = toy_case()
    plain = find(case, Settings(traces=("link",)))
    before = {name: case.run_table(plain.run["run_id"], name) for name in RUN_TABLES if name not in DESCRIBED}
    again = find(case, Settings(traces=("link",)), describe=["shared", "qut"])
    assert again.run["run_id"] == plain.run["run_id"] and len(case.runs()) == 1
    assert all(case.run_table(plain.run["run_id"], name).equals(table) for name, table in before.items())
    layers = again.table("described_layers").to_pylist()
    assert [row["method"] for row in layers] == ["shared", "qut"]
    describe_methods(case, plain.run, ["qut"], {"min_edge_weight": 99})
    rows = case.run_table(plain.run["run_id"], "described_layers").to_pylist()
    assert [(row["method"], row["options"]) for row in rows] == [
        ("shared", "least 2, rare 100"),
        ("qut", "min_edge_weight 99, loops 0"),
    ]
    ties = pl.DataFrame(case.run_table(plain.run["run_id"], "described_ties"))
    assert "qut" not in set(ties["method"])
    tested = pl.DataFrame(case.run_table(plain.run["run_id"], "ties")).select("account_a", "account_b", "q")
    both = ties.join(tested, on=["account_a", "account_b"], suffix="_tested")
    assert both.height and (both["q"] == both["q_tested"]).all() and both["passes"].all()


def test_a_method_whose_trace_is_lacking_says_so_and_the_others_go_on() -> None:
    case = toy_case()
    found = find(case, Settings(traces=("link",)), describe=["keller-schoch", "qut"])
    notes = {row["method"]: row["note"] for row in found.table("described_layers").to_pylist()}
    assert notes == {"keller-schoch": "Keller, Schoch et al. reads text, repost, object; not link.", "qut": None}
    assert found.table("described_communities").to_pylist()[0]["method"] == "qut"


def test_what_cannot_be_described_is_said_before_the_work() -> None:
    with pytest.raises(UsageError, match="Did you mean 'coortweet'"):
        find(toy_case(), describe=["coortwet"])
    with pytest.raises(UsageError, match="names none of the methods"):
        find(toy_case(), describe=["qut", "coortweet"], describe_options={"loops": 1})
    with pytest.raises(UsageError, match="does not hold what qut compares"):
        find(toy_case(), engine="duckdb", describe=["qut"])


def test_a_run_that_was_kept_and_not_yet_described_is_described_by_the_same_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: object) -> None:
        raise Cancelled("Killed.")

    small = Plan(accounts=50, actions=250, links=60, fans=0, fan_links=0, fan_picks=0, groups=4)
    store = open_case(str(tmp_path / "case"), create=True)
    load(store, [file for file in write_demo(tmp_path / "files", seed=3, plan=small) if file.name == "x.jsonl"])
    with monkeypatch.context() as patch, pytest.raises(Cancelled):
        patch.setattr("graph.runs.pipeline.describe_methods", killed)
        find(store, Settings(traces=("link",)))
    (run,) = store.runs()
    assert store.run_table(run["run_id"], "described_layers").num_rows == 0
    found = find(store, Settings(traces=("link",)))
    again = open_case(str(tmp_path / "again"), create=True)
    load(again, [tmp_path / "files" / "x.jsonl"])
    unharmed = find(again, Settings(traces=("link",)))
    for name in DESCRIBED:
        assert store.run_table(run["run_id"], name).equals(again.run_table(run["run_id"], name)), name
    assert found.run["run_id"] == unharmed.run["run_id"] == run["run_id"]
    assert found.table("described_layers").column("method").to_pylist() == ["shared"]
    store.close()
    again.close()


def test_layers_with_their_own_chance_keep_teams_apart() -> None:
    teams = ["abcd", "efgh"]
    inside = [(a, b, 1.0) for team in teams for n, a in enumerate(team) for b in team[n + 1 :]]
    found = gathered({"link": [*inside, ("d", "e", 0.5)], "text": inside}, "multiplex")
    assert ["".join(part.members) for part in found] == teams
    assert gathered({}, "louvain") == gathered({}, "multiplex") == gathered({}, "components") == []


@pytest.fixture(scope="module")
def hoaxers(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    file = shared / "data" / "ira_fearmonger_tweets.csv"
    if not file.is_file():
        pytest.skip(f"{file.name} is not here")
    store = open_case(str(tmp_path_factory.mktemp("hoaxers") / "case"), create=True)
    load(store, [file])
    return store


def test_where_everybody_was_chosen_the_hoaxes_are_shown_by_name(hoaxers: Store) -> None:
    found = find(hoaxers, Settings(traces=("hashtags", "text"), groups=False), describe=["coortweet"])
    assert set(found.table("described_layers").column("method").to_pylist()) == {"shared", "coortweet"}
    objects = pl.DataFrame(found.table("described_objects"))
    for method in ("shared", "coortweet"):
        first = objects.filter((pl.col("method") == method) & (pl.col("community") == 1)).head(5)["object"].to_list()
        assert any("kochfarms" in key for key in first)
