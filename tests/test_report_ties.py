"""Ties of the toy run: the same numbers in every table that holds them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from fixtures_described import COLUMNS
from fixtures_export import HandReport

from dashboards.pages.evidence.account import _own
from graph import Report
from graph.case.load import load
from graph.case.toy import toy_case
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from ingest.errors import UsageError
from ingest.synthetic import write_demo


@pytest.fixture
def two(toy_report: Report) -> tuple[str, str]:
    first = toy_report.ties().iloc[0]
    return str(first["account_a"]), str(first["account_b"])


def test_a_tie_and_its_evidence_agree(toy_report: Report, two: tuple[str, str]) -> None:
    tie, evidence = toy_report.tie(*two), toy_report.evidence(*two)
    assert tie["observed"] == evidence["object"].nunique() == len(tie["post_pairs"]) == 10
    assert evidence["lag_s"].abs().max() <= 20 and set(evidence["text_a"]) == {"read this"}
    assert toy_report.tie(two[1], two[0])["q"] == tie["q"] < 0.001
    assert toy_report.tie_layers(*two)["trace"].tolist() == ["link"]


def test_first_meetings_are_as_many_as_observed(toy_report: Report, two: tuple[str, str]) -> None:
    met = toy_report.first_meetings("link", 60.0)
    assert met.height == toy_report.ties()["observed"].sum() == 60


def test_common_objects_know_their_window(toy_report: Report, two: tuple[str, str]) -> None:
    within, never = toy_report.common(*two, "link"), toy_report.common(*two, "link", window_s=0.001)
    assert within["within"].sum() == 10 and never["within"].sum() <= 1 and len(within) == len(never)
    swapped = toy_report.common(two[1], two[0], "link")
    assert swapped["lag_s"].tolist() == (-within["lag_s"]).tolist()


def test_every_pair_is_kept_where_asked(toy_report: Report) -> None:
    pairs, ties = toy_report.all_pairs(), toy_report.ties()
    assert len(pairs) >= len(ties) and (pairs["observed"] >= 2).all()
    both = pairs.merge(ties, on=["account_a", "account_b"])
    assert len(both) == 6 and (both["observed_x"] == both["observed_y"]).all()
    assert toy_report.pairs().empty and toy_report.combined().empty


def test_two_without_a_tie_are_refused(toy_report: Report, two: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="Run R-1 has no tie between these two accounts"):
        toy_report.tie(two[0], "unknown:1")


@pytest.fixture(scope="module")
def two_windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Several behaviours at two windows, so that most pairs are tied in many layers."""
    home = tmp_path_factory.mktemp("windows")
    store = open_case(str(home / "case"), create=True)
    load(store, write_demo(home / "files"))
    find(store, Settings(traces=("link", "domain"), windows_s=(60.0, 600.0), worlds=0, pairs=True))
    yield Report(store)
    store.close()


def test_one_pair_is_one_pair_and_layers_are_its_attributes(two_windows: Report) -> None:
    """The record, the networks, the pairs on their own, combined ties and an account's partners count the same pairs."""
    report, ties = two_windows, two_windows.ties()
    pairs = set(zip(ties["account_a"], ties["account_b"], strict=True))
    assert len(pairs) < len(ties), "pairs tied in several layers are there to be counted twice"
    seen = report.overview()
    assert seen["ties"] == len(pairs) == report.network(combined=True).number_of_edges()
    alone = report.pairs()
    assert seen["pairs"] == len(alone) == len(set(zip(alone["account_a"], alone["account_b"], strict=True)))
    grouped = ties[ties["group_id"].isin(report.groups("groups")["group_id"])]
    assert seen["ties_in_groups"] == len(grouped.drop_duplicates(["account_a", "account_b"])) <= seen["ties"]
    busiest = ties["account_a"].value_counts().index[0]
    partners = _own(ties, busiest)
    assert len(partners) == partners["other"].nunique() == sum(busiest in pair for pair in pairs)


def test_a_longer_window_is_not_added_to_a_shorter_one(two_windows: Report) -> None:
    ties, combined = two_windows.ties(), two_windows.combined()
    most = ties.groupby(["account_a", "account_b", "trace"])["observed"].max().groupby(["account_a", "account_b"]).sum()
    network = two_windows.network(combined=True)
    assert all(network.edges[pair]["observed"] == number for pair, number in most.items())
    met = two_windows.all_pairs()
    names = met["trace"] + [f" {window:g} s" for window in met["window_s"]]
    by_layer = dict(zip(zip(met["account_a"], met["account_b"], names, strict=True), met["observed"], strict=True))
    assert len(combined)
    for row in combined.to_dict("records"):
        of_trace: dict[str, int] = {}
        for layer in row["layers"]:
            trace = str(layer).split(" ", maxsplit=1)[0]
            of_trace[trace] = max(of_trace.get(trace, 0), by_layer[row["account_a"], row["account_b"], layer])
        assert row["observed"] == sum(of_trace.values())
    posts = [
        [(p["object"], p["post_a"], p["post_b"]) for p in data["post_pairs"]] for _, _, data in network.edges(data=True)
    ]
    assert all(len(one) == len(set(one)) for one in posts)


@pytest.fixture(scope="module")
def described() -> Report:
    case = toy_case()
    find(case, Settings(traces=("link",)), describe=["shared", "qut", "keller-schoch"])
    return Report(case)


def test_described_methods_are_listed_with_what_they_read_and_gave(described: Report) -> None:
    methods = described.described_methods().set_index("method")
    assert methods["title"].tolist() == [
        "Who did the same things",
        "Coordination Network Toolkit",
        "Keller, Schoch et al.",
    ]
    assert methods.loc["qut", "options"] == "min_edge_weight 2, loops 0" and methods["traces"].map(list)["qut"] == [
        "link"
    ]
    assert methods["notes"].map(list)["keller-schoch"] == [
        "Keller, Schoch et al. reads text, repost, object; not link."
    ]
    for name, row in methods.iterrows():
        ties, found = described.described(str(name)), described.described_communities(str(name))
        pairs = ties.groupby(["account_a", "account_b"])["passes"].max()
        assert (row["ties"], row["passing"]) == (len(pairs), int(pairs.fillna(False).sum()))
        assert (row["communities"], row["accounts"]) == (len(found), found["accounts"].sum())


def test_a_described_community_is_held_against_the_tested_group(described: Report) -> None:
    first = described.described_communities("qut").iloc[0]
    (group,) = described.groups("groups").to_dict("records")
    members = described.described_members("qut", 1)
    tested = described.members(str(group["group_id"]))
    assert first["tag"] == "D1" and (first["group_id"], first["rank"], first["heading"]) == (
        group["group_id"],
        1,
        "groups",
    )
    assert first["in_both"] == len(set(members["account"]) & set(tested["account"])) == 4
    assert first["in_both"] + first["described_only"] == first["accounts"] == len(members)
    assert first["in_both"] + first["tested_only"] == len(tested) and first["platforms"] == group["platforms"]
    assert first["name"] == group["name"] == "larkspur[.]example"
    assert described.described_objects("qut", 1)["words"][0].startswith("larkspur.example/")
    (row,) = described.described_overlap("qut").to_dict("records")
    assert (row["tag"], row["rank"], row["in_both"], row["tested_only"]) == ("D1", 1, 4, first["tested_only"])
    (missed,) = described.described_overlap("keller-schoch").to_dict("records")
    assert (missed["in_both"], missed["tested_only"]) == (0, 4) and pd.isna(missed["tag"])


def test_described_ties_have_our_numbers_beside_them(described: Report) -> None:
    ours = {(r["account_a"], r["account_b"]): r for r in described.ties().to_dict("records")}
    beside = described.described("qut")
    both = [row for row in beside.to_dict("records") if (row["account_a"], row["account_b"]) in ours]
    assert both and len(both) == int(beside["passes"].fillna(False).sum())
    for row in both:
        tie = ours[row["account_a"], row["account_b"]]
        assert (row["q"], row["observed"], row["code_a"]) == (tie["q"], tie["observed"], tie["code_a"])


def test_stand_ins_have_the_columns_of_a_report(described: Report) -> None:
    made = {
        "methods": described.described_methods(),
        "layers": described.described_layers(),
        "ties": described.described(),
        "communities": described.described_communities(),
        "overlap": described.described_overlap("qut"),
        "between": described.described_between("qut"),
        "members": described.described_members("qut", 1),
        "objects": described.described_objects("qut", 1),
    }
    assert {table: sorted(frame.columns) for table, frame in made.items()} == {
        table: sorted(columns) for table, columns in COLUMNS.items()
    }
    standing = HandReport()
    assert standing.described_communities("coortweet")["tag"].tolist() == ["D1", "D2"]
    assert standing.described_members("coortweet", 2)["account"].tolist() == standing.uids[4:7]
    assert len(standing.described()) == 9 and HandReport(nothing=True).described().empty
