"""One pair is one pair: every total of a run is the same on all pages, in the command, in files and in print."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import networkx as nx
import polars as pl
import pytest
from test_pages import text
from test_same_numbers import within, words_of

from dashboards.briefing import brief
from dashboards.commands.summary import run_facts, run_lines
from dashboards.components.base import State
from dashboards.figures.groups.group_timeline import of_group
from dashboards.pages import method
from dashboards.pages.evidence import page as evidence
from dashboards.pages.group import page as group
from dashboards.pages.groups import page as groups
from dashboards.words.power import TITLES
from graph.exports.writer import export
from graph.report.report import Report
from graph.stores.base import Store

CASES = (
    *("two windows and two behaviours", "a sweep", "two runs, one with a published method", "names of many scripts"),
    *("all headings on forty platforms", "minutes and parts", "a pair", "three accounts"),
)


@pytest.fixture(scope="module", params=CASES)
def report(request: pytest.FixtureRequest, many_cases: Callable[[str], Store]) -> Report:
    return Report(many_cases(request.param))


def numbers(said: str, pattern: str) -> list[int]:
    return [int(n.replace(",", "")) for n in re.findall(pattern, said)]


def pairs_of(ties: Any) -> set[tuple[str, str]]:
    return set(zip(ties["account_a"], ties["account_b"], strict=True))


def test_ties_are_counted_once_everywhere(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = pairs_of(report.ties())
    number, seen = len(pairs), report.overview()
    assert seen["ties"] == number
    found = (numbers("\n".join(run_lines(report)), r"Found: ([\d,]+) ties? beyond chance") or [0])[0]
    runs = next(
        s
        for s in within(method.layout(report, State("/method", {})), "Section")
        if s.children[0].children == "Runs of this case"
    )
    rows = {words_of(tr.children[0]): [words_of(td) for td in within(tr, "Td")] for tr in within(runs, "Tr")[1:]}
    lead = groups.lead(report.groups(), report.pairs(), seen)
    assert found == number == int(rows[report.name][3].replace(",", ""))
    assert all(one in (number, seen["ties_in_groups"]) for one in numbers(lead, r"([\d,]+) ties?")), lead
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    export(report, tmp_path / "out", names="ids")
    written = pl.read_csv(tmp_path / "out" / "ties.csv", infer_schema_length=None)
    assert pairs_of(written) == pairs == set(map(tuple, map(sorted, nx.Graph(report.network()).edges)))
    briefing = unescape(brief(report, tmp_path / "b.html").read_text("utf-8"))
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", briefing))
    assert int(facts["Ties"].replace(",", "")) == number and int(facts["Pairs"]) == seen["pairs"] == len(report.pairs())


def test_partners_of_accounts_make_up_the_ties(report: Report) -> None:
    pairs = pairs_of(report.ties())
    for uid in sorted({uid for pair in pairs for uid in pair})[:12]:
        partners = sum(uid in pair for pair in pairs)
        page = evidence.layout(report, State("/evidence", {"account": uid}))
        (said,) = numbers(text(within(page, "H1")), r"tied to ([\d,]+) accounts?")
        table = next(t for t in within(page, "Table") if getattr(t, "data-name", "") == "ties")
        assert said == partners == len(within(table, "Tr")) - 1


def test_a_group_counts_its_pairs(report: Report) -> None:
    ranked = groups.layout(report, State("/groups", {}))
    for key, ties, accounts in report.groups()[["group_id", "ties", "accounts"]].itertuples(index=False):
        own = report.ties(key)
        assert ties == len(pairs_of(own)) and accounts == len(report.members(key))
        page = group.layout(report, State("/group", {"group": key}))
        facts = {
            words_of(d.children[0]): words_of(d.children[1:])
            for d in within(next(dl for dl in within(page, "Dl") if dl.className == "facts"), "Div")
        }
        value, *levels = numbers(facts["Ties"], r"(\d[\d,]*)")
        assert value == ties and sum(levels) in (0, ties), facts
        beside = numbers(words_of(page), r"Rank among all ([\d,]+) ties? of the group")
        assert all(one == ties for one in beside), beside
        assert report.members(key)["ties"].max() <= accounts - 1
    assert len(within(ranked, "Tr")) > 0


def test_a_combined_pair_sums_its_behaviours_once(report: Report) -> None:
    rows = report.combined()
    assert len(pairs_of(rows)) == len(rows)
    ties = report.ties()
    for a, b, layers, observed in rows[["account_a", "account_b", "layers", "observed"]].itertuples(index=False):
        own = ties[(ties["account_a"] == a) & (ties["account_b"] == b)]
        most = {t: int(o) for t, o in own.sort_values("observed")[["trace", "observed"]].itertuples(index=False)}
        if {f"{t} {w:g} s" for t, w in own[["trace", "window_s"]].itertuples(index=False)} >= set(layers):
            assert observed <= sum(most.values())


def test_lists_of_a_runs_ties_have_a_row_for_a_pair(report: Report) -> None:
    page = groups.layout(report, State("/groups", {}))
    tables = {getattr(t, "data-name", ""): t for t in within(page, "Table")}
    if "pairs" in tables:
        assert len(within(tables["pairs"], "Tr")) - 1 == report.overview()["pairs"]
    for row in report.pairs().to_dict("records")[:3]:
        tie = evidence.layout(report, State("/evidence", {"a": row["account_a"], "b": row["account_b"]}))
        assert "Linked pairs" in words_of(tie)


def test_who_leads_is_said_alike_in_every_title(report: Report) -> None:
    for one in report.groups().to_dict("records")[:3]:
        page = group.layout(report, State("/group", {"group": one["group_id"]}))
        titles = [words_of(h) for h in within(page, "H2")]
        lead = [t for t in titles if "No account clearly leads" in t or re.search(r"(posted|was|goes|go) first", t)]
        first = {(re.findall(r"A-\d+", t) or [""])[0] for t in lead}
        assert len(first) <= 1, lead


def test_no_date_lies_outside_the_data(report: Report) -> None:
    seen = report.overview()
    first, last = (seen[name].date() for name in ("first_at", "last_at"))
    for one in report.groups().to_dict("records"):
        picture = of_group(report, {str(k): v for k, v in one.items()})
        if picture is None:
            continue
        for day in [*picture.table["From"], *picture.table["To"]]:
            assert first <= datetime.strptime(day, "%d %b %Y").date() <= last, picture.title


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("three posts", "too_little", "Too little data to tell"),
        ("nothing", "untested", "Not enough tested to say"),
        ("three accounts", "found", ""),
    ],
)
def test_one_answer_where_nothing_was_found(
    name: str, kind: str, title: str, many_cases: Callable[[str], Store], tmp_path: Path
) -> None:
    own = Report(many_cases(name))
    page = groups.layout(own, State("/groups", {}))
    said = {
        "page": words_of(page),
        "command": "\n".join(run_lines(own)),
        "briefing": unescape(brief(own, tmp_path / "b.html").read_text("utf-8")),
        "method": words_of(method.layout(own, State("/method", {}))),
    }
    assert run_facts(own)["answer"] == kind
    if kind == "found":
        assert not any(one in text for text in said.values() for one in TITLES.values())
        return
    assert words_of(within(page, "H1")) == title
    assert all(title in said[place] for place in ("command", "briefing"))
    assert not any("This is a result" in text for text in said.values())
    beside = "no group could have been found" if kind == "too_little" else "We did not test how small a group"
    assert beside in said["method"]
    if kind == "too_little":
        assert all(
            "Do not report this as “no coordination”" in said[place] for place in ("page", "command", "briefing")
        )
        assert all("A group needs at least 3 accounts" in said[place] for place in ("page", "command", "briefing"))
