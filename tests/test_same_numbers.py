"""One group, four places: what Groups, Group, Evidence and the briefing say of it must be the same numbers."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from dash.development.base_component import Component

from dashboards import words
from dashboards.briefing import brief
from dashboards.components.base import State
from dashboards.components.outlinks.asked import Asked
from dashboards.components.outlinks.view import view_of
from dashboards.pages.evidence import page as evidence
from dashboards.pages.group import page as group
from dashboards.pages.groups import page as groups
from dashboards.pages.outlinks import page as outlinks
from dashboards.pages.outlinks.page import outlinks_csv
from dashboards.words import groups as group_words
from graph.exports.writer import export
from graph.networks.tie_network import network_of
from graph.report.report import Report
from graph.schema import RUN_TABLES, Findings


def words_of(component: Any) -> str:
    """All words of a component, in the order read."""
    if isinstance(component, list | tuple):
        return " ".join(filter(None, (words_of(child) for child in component)))
    if isinstance(component, Component):
        return words_of(getattr(component, "children", None))
    return "" if component is None else " ".join(str(component).split())


def within(component: Any, kind: str) -> list[Any]:
    found: list[Any] = []
    if isinstance(component, list | tuple):
        for child in component:
            found += within(child, kind)
    elif isinstance(component, Component):
        found += [component] if component._type == kind else []
        found += within(getattr(component, "children", None), kind)
    return found


@pytest.fixture(scope="module")
def report(demo_store: Any) -> Report:
    return Report(demo_store)


@pytest.fixture(scope="module")
def briefing(report: Report, tmp_path_factory: pytest.TempPathFactory) -> str:
    text = brief(report, tmp_path_factory.mktemp("numbers") / "briefing.html").read_text("utf-8")
    return text[text.index("<main>") :]


def on_groups(report: Report, key: str) -> dict[str, str]:
    page = groups.layout(report, State.parse("/groups", ""))
    row = next(tr for tr in within(page, "Tr") if any(key in str(a.href) for a in within(tr, "Link")))
    cells = [words_of(td) for td in within(row, "Td")]
    observed, expected = cells[4].split(" against ")
    return {"ties": cells[3], "observed": observed, "expected": expected.strip(), "p": cells[5]}


def on_group(report: Report, key: str) -> dict[str, str]:
    page = group.layout(report, State.parse("/group", f"?group={key}"))
    facts = within(next(dl for dl in within(page, "Dl") if dl.className == "facts"), "Div")
    said = {words_of(fact.children[0]): words_of(fact.children[1]) for fact in facts}
    return {"ties": said["Ties"], "observed": said["Observed"], "expected": said["Expected by chance"], "p": said["p"]}


def on_evidence(report: Report, key: str) -> dict[str, str]:
    tie = report.ties(key).iloc[0]
    page = evidence.layout(report, State("/evidence", {"a": tie["account_a"], "b": tie["account_b"]}))
    said = words_of(next(s for s in within(page, "Section") if words_of(s).startswith("Its group")))
    found = re.search(r"([\d,]+) ties? Observed ([\d,]+) Expected by chance (\S+) \(.*\) p of the group (.*)$", said)
    assert found, said
    return dict(zip(("ties", "observed", "expected", "p"), found.groups(), strict=True))


def in_briefing(text: str, rank: int) -> dict[str, str]:
    part = next(p for p in text.split('<section class="group"') if re.search(rf"<h2[^>]*>[^<]* {rank}[:<]", p))
    facts = re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd><dd class=\"u\">(.*?)</dd></div>", part)
    said = {name: (unescape(value), note) for name, value, note in facts}
    return {
        "ties": said["Accounts"][1].split()[0],
        "observed": said["Observed"][0],
        "expected": said["Expected by chance"][0],
        "p": said["p, whole group"][0],
    }


def test_a_group_has_the_same_numbers_everywhere(report: Report, briefing: str) -> None:
    rows = report.groups()
    assert len(rows)
    for key, rank in zip(rows["group_id"], rows["rank"], strict=True):
        first = on_groups(report, key)
        assert first == on_group(report, key) == on_evidence(report, key) == in_briefing(briefing, rank)


TIE = ("observed", "expected", "p_a", "p_b", "q", "level", "layers", "labels")


def test_a_tie_has_the_same_numbers_everywhere(
    report: Report, briefing: str, demo_store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One function of a notebook, the table of ties, both networks, the export, the page and the briefing agree."""
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    export(report, tmp_path / "out", names="ids")
    written = pl.read_csv(tmp_path / "out" / "ties.csv", infer_schema_length=None)
    findings = Findings(report.run, {name: demo_store.run_table(report.run_id, name) for name in RUN_TABLES})
    networks = [report.network(), network_of(findings)]
    ties = report.ties()
    assert len(ties) == written.height == networks[0].number_of_edges() == networks[1].number_of_edges()
    for row in ties.to_dict("records")[::25]:
        a, b, trace, window = (row[name] for name in ("account_a", "account_b", "trace", "window_s"))
        tie = report.tie(a, b, trace, window)
        assert {name: tie[name] for name in TIE[:6]} == {name: row[name] for name in TIE[:6]}
        edges = [network.edges[a, b, f"{trace} {window:g} s"] for network in networks]
        assert all({name: edge[name] for name in TIE} == {name: tie[name] for name in TIE} for edge in edges)
        assert edges[0]["post_pairs"] == edges[1]["post_pairs"] == tie["post_pairs"]
        assert len({pair["object"] for pair in tie["post_pairs"]}) == tie["observed"]
        posts = report.evidence(a, b, trace, window)
        assert set(zip(posts["post_a"], posts["post_b"], strict=True)) == {
            (pair["post_a"], pair["post_b"]) for pair in tie["post_pairs"]
        }
        line = written.row(by_predicate=_is(a, b, trace, window), named=True)
        assert {name: line[name] for name in TIE[:6]} == {name: tie[name] for name in TIE[:6]}
        assert (line["layers"], line["labels"]) == ("; ".join(tie["layers"]), "; ".join(tie["labels"]))
    best = report.ties(report.groups()["group_id"].iloc[0]).sort_values(["q", "observed"], ascending=[True, False])
    first = report.tie(*(best.iloc[0][name] for name in ("account_a", "account_b", "trace", "window_s")))
    part = unescape(briefing[briefing.index(f"<h4>{first['code_a']} and {first['code_b']}</h4>") :])
    said = part[: part.index("</p>")]
    assert f"{first['observed']} links" in said and f"about {words.expected(first['expected'])}" in said
    assert group_words.tie_facts(first) in said and words.named("p", first["p_b"]) in group_words.tie_facts(first)
    where = {"a": first["account_a"], "b": first["account_b"], "trace": first["trace"]}
    assert group_words.tie_facts(first) in words_of(evidence.layout(report, State("/evidence", where)))


def _is(a: str, b: str, trace: str, window_s: float) -> pl.Expr:
    pair = (pl.col("account_a") == a) & (pl.col("account_b") == b)
    return pair & (pl.col("trace") == trace) & (pl.col("window_s") == window_s)


def test_the_rank_of_a_tie_is_that_on_its_groups_page(report: Report) -> None:
    key = report.groups()["group_id"].iloc[0]
    page = group.layout(report, State.parse("/group", f"?group={key}"))
    table = next(t for t in within(page, "Table") if getattr(t, "data-name", "") == "ties")
    for row in within(table, "Tr")[1:4]:
        link = within(row, "Link")[0].href
        tie = evidence.layout(report, State.parse(*link.split("?")))
        assert f"Tie {words_of(within(row, 'Td')[0])} of {len(within(table, 'Tr')) - 1} in group 1." in words_of(tie)


def test_every_page_of_a_tested_run_says_how_groups_were_tested(report: Report, briefing: str) -> None:
    said = "none of 19 shuffles of the data held a group this strong; chance would give fewer than 0.1 such groups here"
    key = report.groups()["group_id"].iloc[0]
    assert said in words_of(group.layout(report, State.parse("/group", f"?group={key}")))
    assert "Chance: 19 shuffles of the data; none held a group this strong, so p is at most 1 in 20." in words_of(
        groups.layout(report, State.parse("/groups", ""))
    )
    assert said in briefing and "How groups are tested" in briefing
    assert "not tested" not in briefing


def test_a_group_is_read_with_its_own_caveats(report: Report) -> None:
    """The run says that rarity holds half of its ties; a timing group has none of them."""
    rarity = "would remain if posting times were shuffled"
    assert any(rarity in note for note in report.caveats())
    for group_id, label, ties in report.groups()[["group_id", "label", "ties"]].itertuples(index=False):
        page = words_of(group.layout(report, State.parse("/group", f"?group={group_id}")))
        own = f"of the {ties} ties of this group rest on things that few others shared"
        assert rarity not in page and (own in page) == (label == "closed_circle"), label


def test_the_briefing_of_minutes_says_minutes(shared: Path, tmp_path: Path) -> None:
    from graph.case.load import load
    from graph.runs.pipeline import find
    from graph.settings import Settings
    from graph.stores import open_case

    store = open_case(str(tmp_path / "case"), create=True)
    load(store, [shared / "data" / "ira_fearmonger_tweets.csv"])
    find(store, Settings(traces=("text",)))
    report = Report(store)
    text = unescape(brief(report, tmp_path / "b.html").read_text("utf-8"))
    page = words_of(group.layout(report, State.parse("/group", "")))
    for said in (text, page):
        assert "All accounts here were chosen beforehand" in said and "how they differ from the public" in said
        assert "no comparison population: all accounts here" not in said, "said once"
        assert "in the same or the neighbouring minute" in said and "same minute" in said
        assert "Hashtags in their posts" in said and "#kochfarms" in said
        assert not re.search(r"\b0 s\b", said) and "Sites they shared" not in said
    store.close()


def test_outlinks_say_one_number_on_page_in_the_table_in_the_file_and_in_print(report: Report, briefing: str) -> None:
    found = report.outlinks()
    first = found.hosts.row(0, named=True)
    page = words_of(outlinks.layout(report, State.parse("/outlinks", "")))
    lead = f"{found.totals.accounts:,} accounts in groups and pairs; {found.totals.links:,} links, {found.totals.hosts} hosts."
    told = " ".join(unescape(re.sub(r"<[^>]+>", " ", briefing)).split())
    assert lead in page and lead in told
    table = outlinks_csv(view_of(report, Asked()))
    assert table.row(0, named=True)["links"] == first["links"]
    accounts, links = f"{first['accounts']:,}", f"{first['links']:,}"
    assert f"{table['name'][0]} website {accounts} {links}" in told
    assert f"website {accounts} accounts {links}" in page
    assert int(found.flow["links"].sum()) == found.totals.links
