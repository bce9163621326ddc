"""Sentences people read are plain: no word of the table below stands in the code's strings, in scripts, or on a page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import html
from dash.development.base_component import Component

from dashboards.components.base import State
from dashboards.pages import PAGES
from graph.report.report import Report
from graph.runs.describing import describe_methods

INSTEAD = {
    r"reshuffled world": "shuffled data",
    r"\b(?:pays?|paid) for\b": "is corrected for",
    r"dealt out anew": "shuffled",
    r"\ball the same\b": "still",
    r"\bmended\b": "fixed",
    r"\bput away\b": "discard",
    r"\btake out\b|\btake it with\b": "remove, download",
    r"\bways? of acting\b": "behaviour",
    r"\bmeetings\b": "coincidences",
    r"rarity, not timing|held together by rarity": "few others shared the same",
    r"\bhangs? on\b": "depends on",
    r"\blifting\b": "reposting",
    r"\bstays? out until\b": "is not loaded until",
    r"stands? (?:alone|beside|in its|there|here)\b": "say where, or what to do",
    r"\bheld against\b|\bhold groups against\b": "compared with",
    r"taking turns|drawn by lot": "chance",
    r"falls? silent": "becomes inactive",
    r"\bhole\b|\bholes\b": "gap",
    r"never evidence": "coincide only once",
    r"written down": "logged, saved",
    r"says? it all": "no assumptions needed",
    r"\bwhat both shared runs\b": "in common",
    r"its own family\b": "corrected for multiple comparisons",
    r"harder (?:one|test)": "the one that expects more",
    r"\bcarried it\b|\bcarry it\b": "posted it",
    r"strangers": "unrelated accounts",
    r"stops? making sense": "could not be read",
}
"""Words nobody should have to guess, and what to say instead."""

OURS = ("components", "figures", "network_view", "pages", "words", "briefing", "commands", "server", "jobs", "local")


def riddles(text: str) -> list[str]:
    return [f"{match.group()!r} in {text[:120]!r}: {say}" for rule, say in INSTEAD.items() if (match := re.search(rule, text, re.I))]  # fmt: skip


def strings(file: Path) -> Iterator[str]:
    """The strings of a module that are no docstring and more than one word."""
    tree = ast.parse(file.read_text("utf-8"))
    quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in quiet
            and " " in node.value
        ):
            yield node.value


@pytest.mark.parametrize("folder", OURS)
def test_no_string_of_a_page_is_a_riddle(project: Path, folder: str) -> None:
    files = [f for f in (project / "dashboards" / folder).rglob("*.py") if "node_modules" not in f.parts]
    assert files and [f"{f.name}: {one}" for f in files for text in strings(f) for one in riddles(text)] == []


def test_no_script_says_one(project: Path) -> None:
    files = [*(project / "dashboards/assets").glob("*.js"), *(project / "dashboards/network_view/src").glob("*.js")]
    quoted = [
        text for f in files for text in re.findall(r'"([^"\n]* [^"\n]*)"|`([^`\n]* [^`\n]*)`', f.read_text("utf-8"))
    ]
    assert quoted and [one for pair in quoted for text in pair for one in riddles(text)] == []


SAID = ("title", "aria-label", "label", "placeholder", "alt", "description", "svg", "caption")
"""Properties of components that people read or hear."""


def said(part: Any) -> Iterator[str]:
    if isinstance(part, list | tuple):
        for child in part:
            yield from said(child)
    elif isinstance(part, Component):
        for name in SAID:
            if isinstance(value := getattr(part, name, None), str):
                yield re.sub(r"<[^>]*>", " ", value)
        yield from said(getattr(part, "children", None))
    elif part is not None:
        yield str(part)


def test_no_page_of_a_run_says_one(own_found: Any, jobs: Any) -> None:
    report = Report(own_found)
    describe_methods(own_found, report.run, ["qut"])
    tie = report.ties().iloc[0]
    group, top = report.groups().iloc[0]["group_id"], report.objects(report.groups().iloc[0]["group_id"]).iloc[0]
    query = {
        "/group": {"group": group},
        "/evidence": {"a": tie["account_a"], "b": tie["account_b"]},
        "/object": {"trace": top["trace"], "object": top["object"]},
        "/search": {"q": "example"},
        "/described": {"method": "qut", "community": "D1"},
    }
    reports = OfCase(report, jobs)
    found = []
    for page in PAGES:
        made = page.layout(
            reports if getattr(page, "OF_CASE", False) else report, State(page.PATH, query.get(page.PATH, {}))
        )
        texts = list(said(made))
        assert len(texts) > 10, page.PATH
        found += [f"{page.PATH}: {one}" for text in texts for one in riddles(text)]
    assert found == []


class OfCase:
    """As much of a case's reports as its pages ask for."""

    local, beside = True, None

    def __init__(self, report: Report, jobs: Any) -> None:
        self._report, self.jobs = report, jobs
        self.store, self.address = report.store, report.store.address

    def of(self, run: str | None) -> Report:
        return self._report


def test_the_table_finds_what_it_is_for() -> None:
    assert riddles("A tie's q pays for every pair of accounts") and riddles("Put away")
    assert list(said(html.Div([html.P("Put away", title="mended"), "x"]))) == ["mended", "Put away", "x"]
