"""Exports: whole, safe to open, and silent about who it was unless asked."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

import networkx as nx
import polars as pl
import pytest
from fixtures_export import HANDLES

from graph.case.load import load
from graph.exports import writer as module
from graph.exports.tables import COMMUNITIES, DESCRIBED, TIES, Tables
from graph.exports.writer import export
from graph.privacy.codes import Names, case_key
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from ingest.errors import KeyMissing, UsageError
from ingest.privacy.keys import key_file
from ingest.synthetic import Plan, write_demo
from ingest.tables import Options

TABLE_OF = {
    **{"ties": "ties", "groups": "groups", "members": "members", "evidence": "post_pairs"},
    **{"described_ties": "described_ties", "described_communities": "described_communities"},
}


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("names", ["codes", "ids"])
def test_counts_are_the_reports(hand_report: Any, tmp_path: Path, names: Literal["codes", "ids"]) -> None:
    files = export(hand_report, tmp_path / "out", names=names)
    assert [path.name for path in files][-1] == "run.json"
    assert {path.name for path in files} == {path.name for path in (tmp_path / "out").iterdir()}
    for name, table in TABLE_OF.items():
        assert len(rows_of(tmp_path / "out", name)) == hand_report.store.run_table("", table).num_rows, name
    assert len(rows_of(tmp_path / "out", "accounts")) == 10
    assert len(rows_of(tmp_path / "out", "verdicts")) == 1


def test_ties_have_the_promised_columns_and_exact_numbers(hand_report: Any, tmp_path: Path) -> None:
    export(hand_report, tmp_path / "out")
    rows = rows_of(tmp_path / "out", "ties")
    assert list(rows[0]) == TIES
    promised = (
        "account_a, account_b, code_a, code_b, trace, window_s, observed, shared, expected, expected_a, expected_b, p_a,"
        " p_b, p_b_in_sample, q_a, q_b, q, level, closed, first_at, last_at, median_lag_s, a_first, b_first, group,"
        " layers, q_combined, labels, comparison"
    )
    assert ", ".join(TIES) == promised
    assert float(rows[0]["p_a"]) == 1e-12 and rows[0]["closed"] == "false"
    assert rows[0]["first_at"] == "2026-08-12T10:33:00Z" and rows[0]["last_at"] == "2026-08-17T10:33:00Z"
    alone = [row for row in rows if not row["group"]]
    assert len(alone) == 1 and alone[0]["code_a"].startswith("A-")


def test_codes_name_nobody(hand_report: Any, tmp_path: Path) -> None:
    files = export(hand_report, tmp_path / "out")
    everything = "\n".join(path.read_text("utf-8") for path in files).casefold()
    posts = [row["post_uid"].split(":")[1] for row in hand_report.store._tables["posts"].to_pylist()]
    forbidden = [
        *(handle.casefold() for handle in HANDLES),
        *(uid.casefold() for uid in hand_report.uids),
        *(uid.split(":")[1] for uid in hand_report.uids),
        *posts,
        *(text.casefold() for text in hand_report.texts),
        "vote early",
        "nordlys.example/",
        "kvarn.example",
        "stranger_x",
        "/home/kim",
    ]
    assert [word for word in forbidden if word in everything] == []
    assert not re.search(r"\baaa1\b", everything)  # a group's id alone; random codes may hold its letters
    assert re.search(r"p_[a-z2-7]{26}", everything) and re.search(r"post_[a-z2-7]{26}", everything)


def test_codes_join_the_files_of_one_case(hand_report: Any, tmp_path: Path) -> None:
    export(hand_report, tmp_path / "one")
    export(hand_report, tmp_path / "two")
    one, two = tmp_path / "one", tmp_path / "two"
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes(), f"{path.name} is the same again"
    accounts = {row["account"] for row in rows_of(one, "accounts")}
    assert {row["account_a"] for row in rows_of(one, "ties")} <= accounts
    assert {row["account"] for row in rows_of(one, "members")} <= accounts
    assert set(rows_of(one, "verdicts")[0]["members"].split()) <= accounts
    assert rows_of(one, "verdicts")[0]["group"] in {row["group"] for row in rows_of(one, "groups")}
    graph = nx.read_gexf(one / "network.gexf")
    assert set(graph.nodes) <= accounts


def test_ids_write_what_the_platforms_say(hand_report: Any, tmp_path: Path) -> None:
    export(hand_report, tmp_path / "out", names="ids")
    row = rows_of(tmp_path / "out", "evidence")[0]
    assert row["account_a"] in hand_report.uids and row["object"].startswith("https://nordlys.example/")
    assert "Vote early" in row["text_a"] and row["url_b"].startswith("https://x.com/")
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["names"] == "ids" and "own ids" in record["names_say"]


@pytest.mark.parametrize("names", ["codes", "ids"])
def test_no_cell_is_a_formula_or_a_control(hand_report: Any, tmp_path: Path, names: Literal["codes", "ids"]) -> None:
    export(hand_report, tmp_path / "out", names=names)
    for path in (tmp_path / "out").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        risky = [cell for cell in cells if re.match(r"\s*[=+\-@\t\r|%]", cell) and not re.match(r"^[+-]?\d", cell)]
        assert risky == [], path.name
        assert not re.search("[\x00-\x08\x0b\x0c\u202e]", "".join(cells)), path.name


@pytest.mark.parametrize("names", ["codes", "ids"])
@pytest.mark.parametrize(("name", "read"), [("network.gexf", nx.read_gexf), ("network.graphml", nx.read_graphml)])
def test_networks_read_back(
    hand_report: Any, tmp_path: Path, names: Literal["codes", "ids"], name: str, read: Callable[[Path], nx.Graph]
) -> None:
    export(hand_report, tmp_path / "out", names=names)
    network, again = hand_report.network(), read(tmp_path / "out" / name)
    assert again.number_of_nodes() == network.number_of_nodes()
    assert again.number_of_edges() == network.number_of_edges()
    assert {data["label"] for _, data in again.nodes(data=True)} == {f"A-{n}" for n in range(1, 11)}
    assert {data["observed"] for _, _, data in again.edges(data=True)} == {6}


def test_gexf_suits_gephi_lite(hand_report: Any, tmp_path: Path) -> None:
    export(hand_report, tmp_path / "out")
    text = (tmp_path / "out" / "network.gexf").read_text()
    assert " a=" not in text and "viz:color" in text and "viz:position" in text and "viz:size" in text
    assert "None" not in text


def test_an_empty_run_is_a_whole_export(empty_report: Any, tmp_path: Path) -> None:
    files = export(empty_report, tmp_path / "out")
    assert len(files) == 13
    assert rows_of(tmp_path / "out", "ties") == []
    assert list(pl.read_csv(tmp_path / "out" / "ties.csv").columns) == TIES
    assert nx.read_gexf(tmp_path / "out" / "network.gexf").number_of_nodes() == 0


def test_the_record_says_how_to_repeat_it(hand_report: Any, tmp_path: Path) -> None:
    files = export(hand_report, tmp_path / "out")
    record = json.loads(files[-1].read_text())
    assert record["run"]["seed"] == 7 and record["run"]["version"] == "0.1.0"
    assert record["sources"][0]["sha256"] == "ab" * 32
    assert record["names"] == "codes" and record["key_fingerprint"] == hand_report.store.info()["key_fingerprint"]
    narrow = record["run"]["settings"]["narrow"]["accounts"]
    assert narrow[0].startswith("p_") and narrow[1:] == ["A-1", "A-3"]
    for file in record["files"]:
        assert hashlib.sha256((tmp_path / "out" / file["name"]).read_bytes()).hexdigest() == file["sha256"]


def test_again_into_the_same_folder_leaves_other_files(hand_report: Any, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export(hand_report, folder)
    (folder / "notes.txt").write_text("mine")
    export(hand_report, folder, names="ids")
    assert (folder / "notes.txt").read_text() == "mine"
    assert json.loads((folder / "run.json").read_text())["names"] == "ids"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config", "out"], "no temporary folder stays"


def test_a_file_that_is_not_ours_is_never_replaced(hand_report: Any, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "ties.csv").write_text("mine")
    with pytest.raises(UsageError, match="nothing was changed"):
        export(hand_report, folder)
    assert [path.name for path in folder.iterdir()] == ["ties.csv"]
    assert (folder / "ties.csv").read_text() == "mine"


def test_a_failure_leaves_nothing_half_written(
    hand_report: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(module, "write_graphml", fail)
    with pytest.raises(OSError, match="disk full"):
        export(hand_report, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config"]


def test_a_missing_key_is_said_before_anything_is_written(hand_report: Any, tmp_path: Path) -> None:
    export(hand_report, tmp_path / "out")
    key_file(hand_report.store.info()["key_fingerprint"]).unlink()
    with pytest.raises(KeyMissing, match="lockstep key import"):
        export(hand_report, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    export(hand_report, tmp_path / "open", names="ids")


def test_names_are_codes_or_ids(hand_report: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean 'codes'"):
        export(hand_report, tmp_path / "out", names="code")  # type: ignore[arg-type]


def test_described_layers_go_out_with_their_rule_and_our_numbers(hand_report: Any, tmp_path: Path) -> None:
    export(hand_report, tmp_path / "out")
    ties, communities = (rows_of(tmp_path / "out", f"described_{name}") for name in ("ties", "communities"))
    assert list(ties[0]) == DESCRIBED and list(communities[0]) == COMMUNITIES
    assert {(row["title"], row["thresholds"], row["window_s"]) for row in [*ties, *communities]} == {
        ("CooRTweet", "min_participation 2, edge_weight 0.5, remove_loops 1", "60.0")
    }
    tested = [row for row in ties if row["passes"] == "true"]
    assert len(ties) == 9 and len(tested) == 3
    assert {(float(row["p"]), float(row["q"])) for row in tested} == {(1e-6, 2e-5)}
    assert {(row["p"], row["untested"]) for row in ties if row not in tested} == {("", "once")}
    held = [(row["community"], row["rank"], row["in_both"], row["described_only"]) for row in communities]
    assert held == [("D1", "1", "3", "1"), ("D2", "", "0", "3")]
    assert [row["codes"] for row in communities] == ["A-1 A-2 A-3 A-4", "A-5 A-6 A-7"]
    own = {row["account"]: row["code"] for row in rows_of(tmp_path / "out", "accounts")}
    assert [[own[one] for one in row["members"].split()] for row in communities] == [
        row["codes"].split() for row in communities
    ]
    assert {row["community"] for row in ties} == {"D1", "D2"}
    assert communities[0]["group"] in {row["group"] for row in rows_of(tmp_path / "out", "groups")}


@pytest.mark.parametrize(("name", "read"), [("network.gexf", nx.read_gexf), ("network.graphml", nx.read_graphml)])
def test_described_ties_are_edges_of_their_own_when_asked(
    hand_report: Any, tmp_path: Path, name: str, read: Callable[[Path], nx.Graph]
) -> None:
    export(hand_report, tmp_path / "plain")
    assert "described" not in (tmp_path / "plain" / name).read_text()
    export(hand_report, tmp_path / "out", described=True)
    plain, network = read(tmp_path / "plain" / name), read(tmp_path / "out" / name)
    edges = [data for _, _, data in network.edges(data=True)]
    described = [data for data in edges if not data["tested"]]
    assert len(edges) == plain.number_of_edges() + len(described) and len(described) == 9
    assert {data["layer"] for data in described} == {"described: CooRTweet"}
    assert {data["layer"] for data in edges if data["tested"]} == {"link 60 s"}
    assert sum(data.get("passes", False) for data in described) == 3 and {data["weight"] for data in described} == {6.0}
    tags = {data["label"]: data.get("described_coortweet") for _, data in network.nodes(data=True)}
    assert [tags[f"A-{n}"] for n in range(1, 11)] == ["D1"] * 4 + ["D2"] * 3 + [None] * 3
    ties = {data["label"]: data["ties"] for _, data in network.nodes(data=True)}
    assert ties == {data["label"]: data["ties"] for _, data in plain.nodes(data=True)}, "described edges are no ties"
    dashed = (tmp_path / "out" / "network.gexf").read_text().count('shape value="dashed"')
    assert dashed == 9


def test_an_account_only_described_has_a_code_and_a_place_of_its_own(hand_report: Any) -> None:
    run = hand_report.store._run
    run["ties"], run["members"] = (run[name].slice(0, 3) for name in ("ties", "members"))
    tables = Tables.of(hand_report, Names(case_key(hand_report.store)))
    network = tables.network(described=True)
    assert tables.people().height == 3 and network.number_of_nodes() == 7
    assert {data["label"] for _, data in network.nodes(data=True)} == {f"A-{n}" for n in range(1, 8)}
    spots = {data["label"]: (data["x"], data["y"]) for _, data in network.nodes(data=True)}
    assert len({*spots.values()}) == 7
    assert min(spots[f"A-{n}"][0] for n in range(4, 8)) > max(spots[f"A-{n}"][0] for n in range(1, 4))
    assert tables.described()["code_a"].null_count() == 0


def test_without_described_layers_the_files_are_there_and_empty(empty_report: Any, tmp_path: Path) -> None:
    export(empty_report, tmp_path / "out")
    for name, columns in (("ties", DESCRIBED), ("communities", COMMUNITIES)):
        assert pl.read_csv(tmp_path / "out" / f"described_{name}.csv").columns == columns


@pytest.fixture
def planted(own_config: object, tmp_path: Path) -> Report:
    """A real run over files of four platforms with planted groups."""
    plan = Plan(accounts=400, actions=2_500, links=500, fans=0, groups=4, objects=12)
    case = open_case(str(tmp_path / "case"), create=True)
    load(case, write_demo(tmp_path / "files", plan=plan))
    find(case, Settings(traces=("link",)))
    return Report(case)


def test_a_real_run_goes_out_whole_and_unnamed(planted: Report, tmp_path: Path) -> None:
    files = export(planted, tmp_path / "out")
    assert planted.overview()["groups"] + planted.overview()["closed"] > 0
    assert len(rows_of(tmp_path / "out", "ties")) == len(planted.ties()) > 0
    assert len(rows_of(tmp_path / "out", "groups")) == len(planted.groups())
    network, again = planted.network(), nx.read_gexf(tmp_path / "out" / "network.gexf")
    assert (again.number_of_nodes(), again.number_of_edges()) == (network.number_of_nodes(), network.number_of_edges())
    everything = "\n".join(path.read_text("utf-8") for path in files)
    said = set(re.findall(r"[\w:@]+", everything)) - {"1000000"}  # a setting of the run is an id here as well
    accounts = [row for batch in planted.store.scan("accounts") for row in batch.to_pylist()]
    posts = [row for batch in planted.store.scan("posts") for row in batch.to_pylist()]
    for name in ("account_uid", "native_id", "handle"):
        assert not said & {row[name] for row in accounts if row[name] and len(row[name]) > 5}, name
    for name in ("post_uid", "native_id"):
        assert not said & {row[name] for row in posts if row[name] and len(row[name]) > 5}, name
    assert "https://" not in everything.replace("https://www.w3.org", "")
    assert not [row["text"] for row in posts if row["text"] and row["text"][:25] in everything]


def test_the_picture_is_the_one_of_the_pages(planted: Report, tmp_path: Path) -> None:
    """GEXF and GraphML hold the places kept with the run; a group stands in them as on its own page, only moved."""
    export(planted, tmp_path / "out")
    placed = planted.layout().merge(
        planted.accounts(list(planted.layout()["account"])), left_on="account", right_on="account_uid"
    )
    kept = {code: (x, y) for code, x, y in zip(placed["code"], placed["x"], placed["y"], strict=True)}
    root = ElementTree.parse(tmp_path / "out" / "network.gexf").getroot()
    space = {"g": "http://www.gexf.net/1.2draft", "viz": "http://www.gexf.net/1.2draft/viz"}
    spots = {
        node.get("label"): (float(spot.get("x", "")), float(spot.get("y", "")))
        for node in root.iterfind(".//g:node", space)
        for spot in node.iterfind("viz:position", space)
    }
    assert spots == kept and len(spots) == planted.network().number_of_nodes()
    graphml = nx.read_graphml(tmp_path / "out" / "network.graphml")
    assert {data["label"]: (data["x"], data["y"]) for _, data in graphml.nodes(data=True)} == kept
    group = planted.groups()["group_id"].iloc[0]
    both = planted.layout(group).merge(planted.layout(), on="account", suffixes=("_own", ""))
    assert len(both) == len(planted.members(group)) and (both["x"] - both["x_own"]).std() < 0.02


def test_hosts_that_name_a_person_are_codes(tmp_path: Path) -> None:
    """A registrable domain is open; a name on a host of blogs or of link-in-bio pages is a person's, and is a code unless asked."""
    path = tmp_path / "x.csv"
    hosts = ["nora.blogspot.com", "per.carrd.co", "kari.github.io", "nordlys.example"]
    rows = [
        f"{n}{who},{who},2024-06-04T10:0{n % 10}:0{who},https://{host}/a{n}"
        for n, host in enumerate(hosts * 3)
        for who in (1, 2)
    ]
    path.write_text("\n".join(["id,account,time,url", *rows]), "utf-8")
    store = open_case(str(tmp_path / "case"), create=True)
    mapping = (("id", "id"), ("account", "account"), ("time", "time"), ("url", "url"))
    load(store, [path], Options(platform="x", mapping=mapping))
    find(store, Settings(traces=("link",), alpha=1.0, worlds=0))
    accounts = pl.DataFrame(store.scan("accounts").__next__())
    for names, seen in (("codes", 1), ("ids", 4)):
        made = Tables(Report(store), Names(case_key(store) if names == "codes" else None), accounts)
        written = made.outlinks()["host"].to_list()
        assert len(written) == 4 and len(set(written)) == 4 and "nordlys.example" in written
        assert len([host for host in written if host in hosts]) == seen
