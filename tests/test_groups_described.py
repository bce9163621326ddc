"""Published methods on the page Groups: the switch, tested groups beside described communities, and every state of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import polars as pl
import pytest
from dash.development.base_component import Component
from fixtures_described import coortweet
from fixtures_pages import HandMade
from test_pages import classes, hrefs, of_type, parts, text, title

from dashboards.components.base import State
from dashboards.figures.groups.described_map import described_map
from dashboards.pages import described as community_page
from dashboards.pages.groups import described, page
from dashboards.words.methods.described import NEVER_A_GROUP
from graph.privacy.small_counts import MINIMUM
from graph.report.report import Report
from graph.runs.describing import describe_methods

UIDS = [f"x:{n}" for n in range(7)]
ON = "?described=coortweet"


def show(report: Any, search: str = "") -> Component:
    return page.layout(report, State.parse("/groups", search))


def switch_of(made: Component) -> Any:
    return next(b for b in of_type(made, "Button") if "switch" in classes(b))


@pytest.fixture
def both(hand_made: HandMade) -> HandMade:
    """Group 1 of three accounts, which D1 holds with one more; D2 is within chance."""
    hand_made.add_group(1, accounts=3, ties=3, platforms={"x": 3})
    hand_made.described_rows = coortweet(UIDS, "g1", ["larch.example/1", "larch.example/2"])
    return hand_made


def test_the_switch_is_off_until_it_is_asked_for(both: HandMade) -> None:
    made = show(both)
    button = switch_of(made)
    assert getattr(button, "aria-checked") == "false" and getattr(button, "data-to") == "/groups?described=coortweet"
    assert title(made) == "1 group shares links together far more often than chance"
    assert "D1" not in text(made) and "Described for this run: CooRTweet." in text(made)


def test_on_it_shows_both_apart_and_counts_no_community_as_a_group(both: HandMade) -> None:
    made = show(both, ON)
    said = text(made)
    assert title(made) == "CooRTweet's rule finds 1 of our 1 group, and 1 community of other accounts"
    button = switch_of(made)
    assert getattr(button, "aria-checked") == "true" and getattr(button, "data-to") == "/groups"
    assert "Tested: beyond what chance gives. Described: what the published rule links." in said
    assert "Shared the same link, within 60 s. min_participation 2, edge_weight 0.5, remove_loops 1." in said
    assert "Righetti and Balluff, CooRTweet 2.2.0" in said and NEVER_A_GROUP in said
    rows = [tr for tr in of_type(made, "Tr") if getattr(tr, "data-row", None)]
    group, other = (text(row) for row in rows)
    assert "D1" in group and "3 in both, 1 described only" in group and "≤" not in other
    assert "fergevarsel[.]example" in other and "q = 0.4" in other and "3 described only" in other
    assert "No tie passes our tests. Chance gives as many." in other
    assert "hatched" in classes(rows[1]) and "hatched" not in classes(rows[0])
    dashed = [td for td in parts(rows[1]) if isinstance(td, Component) and "dtag" in classes(td)]
    assert [text(one) for one in dashed] == ["D2"]
    assert "/described?method=coortweet&community=D2" in hrefs(made) and "/group?group=g1" in hrefs(made)
    assert "/files/described.csv?described=coortweet" in hrefs(made)


def test_a_method_that_was_not_run_can_be_run_from_here(both: HandMade) -> None:
    both.run |= {"started_at": "2026-05-20T08:59:40+00:00"}
    made = show(both, "?described=cinus")
    assert title(made) == "1 group shares links together far more often than chance"
    assert "Cinus, Minici et al. was not run on R-3 yet" in text(made)
    button = next(b for b in of_type(made, "Button") if getattr(b, "id", None) == "describe-run")
    assert text(button) == "Run Cinus, Minici et al. on this case (about 20 s)"
    options = [text(o) for o in of_type(made, "Option")]
    assert options[0] == "CooRTweet" and "Cinus, Minici et al. (not run)" in options


def test_a_run_that_found_nothing_offers_the_switch_and_shows_what_is_described(hand_made: HandMade) -> None:
    assert switch_of(show(hand_made))
    hand_made.described_rows = {
        name: [row for row in rows if row.get("community") != 1]
        for name, rows in coortweet(UIDS, "g1", ["larch.example/1"]).items()
        if name != "overlap"
    }
    made = show(hand_made, ON)
    assert title(made) == "CooRTweet's rule finds 1 community; our tests find no group"
    assert "fergevarsel[.]example" in text(made)


def test_an_unknown_method_leaves_the_page_as_it_is(both: HandMade) -> None:
    made = show(both, "?described=nonsense")
    assert getattr(switch_of(made), "aria-checked") == "false"


def test_the_same_result_says_so(both: HandMade) -> None:
    rows = both.described_rows
    rows["communities"] = [rows["communities"][0] | {"accounts": 3, "described_only": 0}]
    rows["overlap"][0]["described_only"] = 0
    made = show(both, ON)
    assert title(made) == "CooRTweet's rule finds the same 1 group"
    assert "Every community of this rule is in the place of a group." in text(made)


def test_many_communities_are_the_largest_twenty_and_a_count(both: HandMade) -> None:
    found = both.described_rows["communities"]
    other = found[1]
    both.described_rows["communities"] = found[:1] + [
        other | {"community": n, "tag": f"D{n}", "accounts": 40 - n, "described_only": 40 - n} for n in range(2, 33)
    ]
    made = show(both, ON)
    rows = [tr for tr in of_type(made, "Tr") if "hatched" in classes(tr)]
    assert len(rows) == 20 and "and 11 smaller communities of 8 to 18 accounts" in text(made)
    assert "/groups?described=coortweet&described_rows=220" in hrefs(made)
    more = show(both, f"{ON}&described_rows=220")
    assert len([tr for tr in of_type(more, "Tr") if "hatched" in classes(tr)]) == 31


def test_a_rule_that_links_nobody_says_why(both: HandMade) -> None:
    rows = both.described_rows
    rows["communities"], rows["overlap"] = (
        [],
        [rows["overlap"][0] | {"community": None, "in_both": 0, "tested_only": 3, "described_only": 0}],
    )
    rows["layers"][0] |= {"ties": 0, "stored": 0, "note": "CooRTweet reads nothing here."}
    made = show(both, ON)
    assert title(made) == "CooRTweet's rule does not find our group"
    assert "CooRTweet reads nothing here." in text(made) and "not found by the rule" in text(made)


def test_a_large_community_around_a_small_group_is_listed_by_name(both: HandMade) -> None:
    found = both.described_rows["communities"]
    found[0] |= {"accounts": 78, "described_only": 75, "name": "#kochfarms #turkey", "trace": "hashtags"}
    both.described_rows["overlap"][0]["described_only"] = 75
    made = show(both, ON)
    assert title(made) == "CooRTweet's rule does not find our group, but 2 communities mostly of other accounts"
    hatched = [text(tr) for tr in of_type(made, "Tr") if "hatched" in classes(tr)]
    assert "#kochfarms #turkey" in hatched[0] and "3 in both, 75 described only" in hatched[0]


def test_names_from_data_stay_words(both: HandMade) -> None:
    both.described_rows["communities"][1]["name"] = '<script>alert(1)</script> @nora https://evil.example/a"b'
    made = show(both, ON)
    assert "https://evil" not in text(made) and all(href.startswith("/") for href in hrefs(made))
    assert all("<script" not in one.svg for one in of_type(made, "Drawing"))


def test_small_counts_are_neither_written_nor_drawn(both: HandMade) -> None:
    token = MINIMUM.set(10)
    try:
        made = show(both, ON)
        assert "<10 in both, <10 described only" in text(made)
        assert not [d for d in of_type(made, "Drawing") if "bothbar" in d.svg]
        assert "Not drawn" in next(
            d.svg for d in of_type(made, "Drawing") if "viewBox" in d.svg and "Not drawn" in d.svg
        )
    finally:
        MINIMUM.reset(token)


def test_the_file_has_the_rows_of_the_page(both: HandMade) -> None:
    frame = described.described_csv(both, "coortweet")  # type: ignore[arg-type]
    assert frame.select(
        "kind", "rank", "accounts", "in_both", "tested_only", "described_only", "q_smallest"
    ).rows() == [
        ("tested group", "1", 3, 3, 0, 1, None),
        ("described community", "D1", 4, 3, 0, 1, 2e-5),
        ("described community", "D2", 3, 0, 0, 3, 0.4),
    ]
    both.described_rows, both.rows["groups"] = {}, []
    assert described.described_csv(both, "coortweet").height == 0  # type: ignore[arg-type]


def test_the_map_draws_tested_solid_and_described_dashed_and_its_table_has_the_numbers(both: HandMade) -> None:
    held = described.Both(both, "coortweet", both.groups())  # type: ignore[arg-type]
    between = pd.DataFrame([{"community_a": 1, "community_b": 2, "ties": 9}])
    picture = described_map(held.groups, {"g1": "far"}, held.beside, held.communities, between)
    assert picture.title == "D1 outgrows group 1"
    assert picture.table.iloc[:, [0, 3, 4, 5, 6]].values.tolist() == [
        ["1", 3, 3, 0, 1],
        ["D1", 4, 3, 0, 1],
        ["D2", 3, 0, 0, 3],
    ]
    assert picture.svg.count("<line") == 2, "the dashed rule, and the ties between D1 and D2"
    assert [words for _, words in picture.key] == [
        "tested group",
        "described community",
        "ties of the rule between communities",
    ]
    assert ">D1<" in picture.svg and ">D2<" in picture.svg


def test_the_job_names_the_run_so_that_nothing_new_is_searched() -> None:
    run = {
        "run_id": "0a1b",
        "settings": {"traces": ["link"], "windows_s": [60.0], "seed": 7, "worlds": 0, "preset": "qut"},
    }
    assert described.job_of(run, "cinus") == {
        "traces": ["link"], "windows_s": [60.0], "seed": 7, "worlds": 0, "describe": ["cinus"], "of_run": "0a1b",
    }  # fmt: skip


# --- with a case -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(own_found: Any) -> Report:
    """The small case with a method described: its planted groups, and communities of everybody else."""
    report = Report(own_found)
    describe_methods(own_found, report.run, ["qut"], {"min_edge_weight": 2})
    return report


def test_page_file_and_tables_agree(found: Report) -> None:
    both = described.Both(found, "qut", found.groups())
    assert len(both.beside) and both.beside["found"].all(), "planted groups are found by the rule as well"
    assert (both.beside["in_both"] + both.beside["tested_only"] == both.beside["accounts"]).all()
    frame = described.described_csv(found, "qut")
    assert frame.height == len(both.beside) + len(both.communities)
    made = show(found, "?described=qut")
    said = text(made)
    for row in both.only.to_dict("records"):
        assert str(row["tag"]) in said
    members = {c: set(found.described_members("qut", int(c))["account"]) for c in both.communities["community"]}
    for row in both.beside.to_dict("records"):
        own = set(found.members(str(row["group_id"]))["account"])
        held = set().union(*(members[c] for c in row["communities"]))
        assert (len(own & held), len(own - held), len(held - own)) == (
            row["in_both"],
            row["tested_only"],
            row["described_only"],
        )


def test_every_community_has_its_page_with_its_ties_and_their_posts(found: Report) -> None:
    community = found.described_communities("qut").iloc[0]
    state = State.parse("/described", f"?method=qut&community={community['tag']}")
    made = community_page.layout(found, state)
    said = text(made)
    assert title(made).startswith(f"{community['tag']}: Coordination Network Toolkit's rule links")
    assert NEVER_A_GROUP in said and "min_edge_weight 2, loops 0" in said
    links = [h for h in hrefs(made) if h.startswith("/described?") and "&a=" in h]
    assert links
    tie = community_page.layout(found, State.parse(*links[0].split("?")))
    assert text(of_type(tie, "H1")[0]) and "Described, not tested" in text(tie)
    assert [d for d in of_type(tie, "Table") if getattr(d, "aria-label", None) == "Posts side by side, by time"]
    frame = community_page.ties_csv(found, "qut", int(community["community"]))
    rows = found.described("qut")
    own = rows[rows["community"] == community["community"]]
    assert frame["q"].to_list() == [q if pd.notna(q) else None for q in own["q"]]
    assert frame.height == len(own) and not any(uid in str(frame.rows()) for uid in own["account_a"])


@pytest.mark.parametrize(
    "search", ["", "?method=qut", "?method=qut&community=D999", "?method=no&community=D1", "?method=qut&community=x"]
)
def test_a_community_that_is_not_there_is_said(found: Report, search: str) -> None:
    made = community_page.layout(found, State.parse("/described", search))
    assert text(of_type(made, "H1")[0]) == "This run has no such community"


def test_a_pair_the_rule_does_not_link_is_said(found: Report) -> None:
    made = community_page.layout(found, State.parse("/described", "?method=qut&community=D1&a=x:1&b=x:2"))
    assert text(of_type(made, "H1")[0]) == "This rule has no such tie"


def test_files_are_given_and_refused(found: Report) -> None:
    from dashboards.server.app import create_app

    client = create_app(found.store).server.test_client()
    host = {"Host": "127.0.0.1"}
    assert client.get("/files/described.csv?described=qut", headers=host).status_code == 200
    assert client.get("/files/described.csv?described=no", headers=host).status_code == 404
    answer = client.get("/files/described_ties.csv?method=qut&community=D1", headers=host)
    assert answer.status_code == 200 and pl.read_csv(answer.data)["community"].unique().to_list() == ["D1"]
    assert client.get("/files/described_ties.csv?method=qut&community=1", headers=host).status_code == 404


def test_a_job_describes_a_method_beside_the_run_and_leads_back(found: Report, tmp_path: Any) -> None:
    from dashboards.jobs.queue import Job
    from dashboards.jobs.worker import Diary, find
    from dashboards.pages.find.progress import view

    about = described.job_of(found.run, "shared")
    diary = Diary(tmp_path)
    result = find(found.store.address, about, diary)
    assert result["run_id"] == found.run_id and "shared" in set(found.described_layers()["method"])
    assert "qut" in set(found.described_layers()["method"]) and len(found.store.runs()) == 1
    running = Job("a" * 12, "find", found.store.address, about, "running", 0.0)
    assert text(of_type(view(running), "H1")[0]) == "Describing what Who did the same things links"
    done = replace(running, state="done", result=result)
    assert f"/groups?run={found.name}&described=shared" in hrefs(view(done))
    ended = replace(running, state="cancelled")
    assert f"/groups?run={found.run_id}&described=shared" in hrefs(view(ended))
