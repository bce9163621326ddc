"""Drafts of reports: only for a group with a verdict, added and never changed, logged when they leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from graph.case.notes import About
from graph.case.verdicts import give
from graph.handover import drafts
from graph.handover.drafts import Draft
from graph.report.report import Report
from graph.stores.base import Store
from ingest.errors import UsageError


def test_a_group_without_a_verdict_is_locked(handed: Store, confirm: Callable[[Store], str]) -> None:
    report = Report(handed)
    draft = Draft(run_id=report.run_id, group_id=str(report.groups().group_id[0]), to="x", answer="law")
    with pytest.raises(UsageError, match="no verdict yet"):
        drafts.save(handed, draft, "Ann")
    confirm(handed)
    assert drafts.save(handed, draft, "Ann").code == "D-1"
    give(
        handed,
        About(report.run_id, group_id=draft.group_id),
        "open",
        "",
        "Ann",
        after=[handed.notes("verdict")[-1]["id"]],
    )
    with pytest.raises(UsageError, match="no verdict yet"):
        drafts.save(handed, draft, "Ann")


def test_drafts_are_added_and_the_newest_holds(handed: Store, confirm: Callable[[Store], str]) -> None:
    group = confirm(handed)
    run = Report(handed).run_id
    first = drafts.save(handed, Draft(run_id=run, group_id=group, to="x", answer="law", law=" Act "), "Ann")
    said = replace(first, addresses={"P-aaaaaaaa": " https://x.com/a/1 ", "P-b": ""}, left_out=("P-2", "P-1", "P-2"))
    again = drafts.save(handed, said, "Ben")
    other = drafts.save(handed, Draft(run_id=run, group_id=group, to="telegram", answer="terms"), "Ann")
    assert (first.law, again.number, other.number) == ("Act", 1, 2)
    assert again.addresses == {"P-aaaaaaaa": "https://x.com/a/1"} and again.left_out == ("P-1", "P-2")
    kept = drafts.drafts(handed)
    assert [(d.code, d.by) for d in kept] == [("D-1", "Ben"), ("D-2", "Ann")] and kept[0].same_as(again)
    assert drafts.save(handed, replace(kept[0]), "Kim") == kept[0]  # nothing new: nothing is added
    drafts.discard(handed, 2, "Ann")
    assert [d.code for d in drafts.drafts(handed)] == ["D-1"]
    assert drafts.save(handed, Draft(run_id=run, group_id=group, to="x"), "Ann").code == "D-3"
    assert len(handed.notes("report_draft")) == 4
    with pytest.raises(UsageError, match="D-1, D-3"):
        drafts.of_number(handed, 2)


def test_what_leaves_is_logged_with_author_and_time(handed: Store, confirm: Callable[[Store], str]) -> None:
    draft = drafts.save(handed, Draft(run_id=Report(handed).run_id, group_id=confirm(handed), to="x"), "Ann")
    drafts.exported(handed, draft, "Ben", "docx", 38)
    (note,) = handed.notes("report_exported")
    assert (note["by"], note["draft"], note["format"], note["posts"], note["to"]) == (
        "Ben",
        1,
        "docx",
        38,
        "x",
    ) and note["at"]


def test_everybody_who_read_is_named_once(handed: Store, confirm: Callable[[Store, str], str]) -> None:
    group = confirm(handed, "Ann")
    draft = Draft(run_id=Report(handed).run_id, group_id=group, second="Ann")
    assert drafts.readers(handed, draft) == ["Ann"]
    confirm(handed, "Ben")
    assert drafts.readers(handed, replace(draft, second="Kim")) == ["Ann", "Ben", "Kim"]


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (Draft(answer="lw"), "Did you mean 'law'"),
        (Draft(answer="law", explanation="a" * 20_001), "explanation has 20,001 letters"),
        (Draft(answer="law", name="a" * 4_001), "name has 4,001 letters"),
    ],
)
def test_what_cannot_be_kept_is_said(draft: Draft, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        drafts.checked(draft)
