"""Attribution stands on a sheet of its own: it is shown there and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fixtures_command import Answer
from test_pages import text

from dashboards import briefing
from dashboards.briefing.full import gather
from dashboards.components import author
from dashboards.components.base import State
from dashboards.components.verdict_form import about_group
from dashboards.pages.group import attribution as card_of
from dashboards.pages.group import page as group_page
from dashboards.pages.groups import page as groups_page
from dashboards.server.app import CaseReports
from graph import Report, Settings, find, toy_case
from graph.case.notes import About
from graph.coders.attribution import NONE, attribute, attributions
from graph.exports.writer import export
from graph.stores import open_case
from ingest.errors import UsageError

CLAIM, SOURCE = "Marchmallow Media Ltd", "Larkspur Gazette, 3 May 2026"


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setattr(author, "remember", lambda name: None)
    case = toy_case(tmp_path)
    return Report(case, find(case, Settings(traces=("link",))).run["run_id"])


@pytest.mark.parametrize(
    ("level", "claim", "sources", "why"),
    [
        ("sure", "x", (), "no level"),
        ("none", "x", (), "makes no claim"),
        ("none", "", ("a",), "makes no claim"),
        ("suspected", " ", (), "has no claim"),
        ("supported", "x", (" ",), "No source is named"),
    ],
)
def test_a_claim_needs_its_level_and_its_source(
    level: str, claim: str, sources: tuple[str, ...], why: str, tmp_path: Path
) -> None:
    case = open_case(str(tmp_path / "case"), create=True)
    with pytest.raises(UsageError, match=why):
        attribute(case, About("r", group_id="g"), level, "Ann", claim=claim, sources=sources)
    assert not case.notes()


def test_the_newest_of_each_author_holds(tmp_path: Path) -> None:
    case, about = open_case(str(tmp_path / "case"), create=True), About("r", group_id="g")
    attribute(case, about, "suspected", "Ann", claim="A fan club.")
    attribute(case, about, "suspected", "Ben", claim="A shop.")
    attribute(case, about, "none", "ann")
    assert [note["by"] for note in attributions(case.notes(), "r")["g"]] == ["Ben"]
    assert attributions(case.notes(), "another run") == {}


def test_it_is_on_its_own_sheet_and_nowhere_else(
    report: Report, tmp_path: Path, command: Callable[..., Answer]
) -> None:
    group = str(report.groups()["group_id"].iloc[0])
    reports: Any = CaseReports(report.store, Report)
    data = about_group(report, group).as_dict()
    assert "makes no claim" in text(card_of.saved(reports, data, "none", "x", "", "Ann")[1])
    shown, said = card_of.saved(reports, data, "supported", CLAIM, f"{SOURCE}\n\n", "Ann")
    assert said == "Saved." and CLAIM in text(shown) and SOURCE in text(shown)

    page = group_page.layout(report, State("/group", {"group": group}))
    card = next(part for part in page.children if getattr(part, "id", None) == "attribution")
    assert CLAIM in text(card) and text(page).count(CLAIM) == 1 and page.children[-1] is card, "below everything"
    assert CLAIM not in text(group_page.layout(report, State("/group", {"group": group, "blind": "1"})))
    assert CLAIM not in text(groups_page.layout(report, State("/groups", {})))

    outline = gather(report)
    holding = [part.title for part in outline.parts if CLAIM in repr(part)]
    assert holding == ["Attribution, kept apart from coordination"]
    assert CLAIM not in repr((outline.title, outline.lead, outline.facts, outline.held))
    stix = briefing.brief(report, tmp_path / "b.stix.json", "stix").read_text("utf-8")
    assert CLAIM not in stix and "threat-actor" not in stix
    for file in export(report, tmp_path / "tables"):
        assert CLAIM.encode() not in file.read_bytes(), file.name

    listed = command("attribution", "--case", report.store.address)
    assert CLAIM in listed.out and "kept apart from coordination" in listed.out
    more = ("--group", "1", "--level", "suspected", "--claim", "A shop.", "--by", "Ben", "--case", report.store.address)
    assert command("attribution", "add", *more).code == 0
    facts = command("attribution", "list", "--case", report.store.address, "--json").facts
    assert [(one["group"], one["by"], one["level"]) for one in facts["attributions"]] == [
        (1, "Ann", "supported"),
        (1, "Ben", "suspected"),
    ]


def test_without_one_none_is_made(report: Report, command: Callable[..., Answer]) -> None:
    part = gather(report).parts[-2]
    assert (part.title, part.blocks[0].words) == ("Attribution, kept apart from coordination", [NONE])  # type: ignore[union-attr]
    assert NONE in text(card_of.card(report, str(report.groups()["group_id"].iloc[0])))
    assert NONE in command("attribution", "--case", report.store.address).out
    assert command("attribution", "add", "--case", report.store.address).code == 2
    assert command("attribution", "list", "--claim", "x", "--case", report.store.address).code == 2
    wrong = command("attribution", "add", "--group", "9", "--level", "none", "--case", report.store.address)
    assert wrong.code == 2 and "no group '9'" in wrong.err
