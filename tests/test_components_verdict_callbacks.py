"""Saving verdicts and notes: both of two people's verdicts stay, one can be chosen, and nothing is saved unsigned."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update
from flask import Flask
from test_pages import text

from dashboards.components import author, verdict_callbacks, verdict_form
from graph.case import verdicts
from graph.case.notes import About
from graph.stores import open_case

ABOUT = About("0a1b2c3d4e5f", account="x:1", members=("x:1",))


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(author, "remember", lambda name: None)  # sets a cookie on an answer that is not there here
    report = SimpleNamespace(run={"run_id": ABOUT.run_id}, account=lambda uid: {"account_uid": uid})
    return SimpleNamespace(store=open_case(str(tmp_path / "case"), create=True), of=lambda run: report)


def test_a_verdict_written_meanwhile_is_not_lost(reports: Any) -> None:
    data = ABOUT.as_dict()
    verdicts.give(reports.store, ABOUT, "rejected", "One newsroom.", "Ben")
    block, said, _ = verdict_callbacks.saved(reports, data, [], "Ann", "confirmed", "Same order every time.", "high")
    assert said == "Saved." and "Ben saved a verdict while you were writing." in text(block)
    stand = verdicts.standing(reports.store.notes("verdict"), ABOUT)
    assert [v["by"] for v in stand] == ["Ben", "Ann"]
    _, said, _ = verdict_callbacks.kept_one(reports, data, [v["id"] for v in stand], "Ann", stand[0]["id"])
    (last,) = verdicts.standing(reports.store.notes("verdict"), ABOUT)
    assert "stays in the history" in said and last["reason"] == "As Ben wrote: One newsroom."


@pytest.mark.parametrize(("by", "reason", "why"), [("", "Seen.", "Nobody signed this."), ("Ann", "", "Not saved.")])
def test_without_a_name_or_a_reason_nothing_is_saved(reports: Any, by: str, reason: str, why: str) -> None:
    shown, said, _ = verdict_callbacks.saved(reports, ABOUT.as_dict(), [], by, "confirmed", reason, "")
    assert shown is no_update and why in text(said) and not reports.store.notes("verdict")


def test_notes_and_answers_are_shown_as_saved(reports: Any) -> None:
    data = ABOUT.as_dict()
    assert verdict_callbacks.remarked(reports, data, "Ann", "  ")[1] == "There is nothing to save."
    shown, said, empty = verdict_callbacks.remarked(reports, data, "Ann", " Check the clock. ")
    assert (said, empty) == ("Saved.", "") and "Check the clock." in text(shown)
    assert str(verdict_callbacks.checked_off(reports, data, "Ann", "clock", True, "")).startswith("Ruled out by Ann")
    assert verdict_callbacks.checked_off(reports, data, "Ann", "no such item", True, "as before") == "as before"
    with Flask(__name__).test_request_context():
        assert "Open again by Ann" in str(verdict_callbacks.checked_off(reports, data, "Ann", "clock", False, ""))
    assert verdict_form.about_account(reports.of(None), "x:1") == ABOUT
