"""Labels on pages: beside groups, by group against chance, on an account, a tie and the network; hidden from a blind coder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_pages import text

from dashboards.components.base import State
from dashboards.components.network_data import network_columns
from dashboards.pages.evidence import page as evidence_page
from dashboards.pages.group import page as group_page
from dashboards.pages.groups import page as groups_page
from dashboards.pages.groups.labels import by_group_block, chips, labels_csv
from graph.case.toy import toy_case
from graph.exports.writer import export
from graph.labels.given import Given, GivenLabels
from graph.labels.kept import add_labels
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.settings import Settings

MEMBERS = ("unknown:41", "unknown:42", "unknown:43")
HOSTILE = "=cmd of @user9 <b>"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    case = toy_case(tmp_path_factory.mktemp("labels"))
    find(case, Settings(traces=("link",)))
    given = [Given("account", uid, "troll", "Takedown list") for uid in (*MEMBERS, "unknown:1", "unknown:2")]
    given += [
        Given("account", "unknown:41", HOSTILE, "posts_of_user9.csv"),
        Given("post", "unknown:601", "spam", "b.csv"),
    ]
    add_labels(case, GivenLabels(tuple(given)), "Ann", "posts_of_user9.csv")
    return Report(case)


def query(report: Report, **more: str) -> dict[str, str]:
    tie = report.ties().iloc[0]
    own = {"run": "R-1", "group": str(report.groups()["group_id"][0]), "a": tie["account_a"], "b": tie["account_b"]}
    return {**own, "trace": "link", "window": "60", **more}


def test_groups_show_labels_with_counts_beside_chance(report: Report) -> None:
    said = text(groups_page.layout(report, State("/groups", {"run": "R-1"})))
    assert "of 4: troll" in said and "Labelled" in said and "Labels by group" in said
    assert (
        "3 of 5 accounts labelled 'troll' are in a group; by chance, with the same sizes, fewer than 1 would be."
        in said
    )
    assert "None is a verdict." in said and "@user9" not in said and "=cmd of @…" in said


def test_without_labels_pages_are_as_they_were(tmp_path: Path) -> None:
    case = toy_case(tmp_path)
    find(case, Settings(traces=("link",)))
    bare = Report(case)
    said = text(groups_page.layout(bare, State("/groups", {"run": "R-1"})))
    assert "Labelled" not in said and by_group_block(bare, State("/groups", {}), bare.labels_by_group()) is None
    assert labels_csv(bare.labels_by_group()).is_empty() and chips([]) == []


def test_a_blind_coder_sees_no_label(report: Report) -> None:
    blind = query(report, blind="1")
    for page, path in ((groups_page, "/groups"), (group_page, "/group")):
        assert "troll" not in text(page.layout(report, State(path, blind)))
    assert "label" not in network_columns(report, State("/data/network", blind))


def test_members_network_account_and_posts_carry_their_labels(report: Report) -> None:
    asked = query(report)
    assert "troll" in text(group_page.layout(report, State("/group", asked)))
    drawn = network_columns(report, State("/data/network", asked))["label"]
    assert drawn["names"] == ["troll", "=cmd of @… <b>"] and sorted(drawn["of"], key=str) == [0, 0, 0, None]
    assert drawn["rest"] == "no label"
    account = text(evidence_page.layout(report, State("/evidence", {"run": "R-1", "account": "unknown:41"})))
    assert "Takedown list" in account and "no date" in account and "None is a verdict." in account
    posts = text(evidence_page.layout(report, State("/evidence", {**asked, "a": "unknown:41", "b": "unknown:42"})))
    assert "troll" in posts and "spam" in posts


def test_the_csv_has_every_label_and_group(report: Report) -> None:
    rows = labels_csv(report.labels_by_group())
    assert rows.filter(label="troll").select("group", "accounts", "of").rows() == [("all", 3, 5), ("1", 3, 4)]
    assert "@user9" not in rows.write_csv()


@pytest.mark.parametrize("names", ["codes", "ids"])
def test_exports_carry_labels_and_codes_name_nobody(report: Report, names: Any, tmp_path: Path) -> None:
    files = {path.name: path for path in export(report, tmp_path / "out", names)}
    members, accounts = (files[name].read_text("utf-8") for name in ("members.csv", "accounts.csv"))
    assert "labels,label_sources" in members and "labels,label_sources" in accounts
    assert members.count("troll") == accounts.count("troll") == 3
    for name in ("network.gexf", "network.graphml"):
        assert files[name].read_text("utf-8").count("troll") == 3
    said = "".join(path.read_text("utf-8") for path in files.values())
    assert "<b>" not in files["network.gexf"].read_text("utf-8")
    assert ("user9" in said) is (names == "ids")
