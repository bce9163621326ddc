"""Page Handing over without a browser: what each state says, what is refused, and what leaves."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dashboards.briefing.notice import posts_of
from dashboards.components.base import State
from dashboards.pages.handover import builder, ledger, page, parts
from dashboards.server.app import CaseReports, create_app
from graph.handover import drafts
from graph.handover import ledger as book
from graph.handover.drafts import Draft
from graph.report.report import Report
from graph.stores.base import Store

HERE = {"base_url": "http://127.0.0.1"}


@pytest.fixture
def reports(handed: Store) -> CaseReports:
    return CaseReports(handed, Report)


def said(component: Any) -> str:
    """A page as JSON: every word on it."""
    return json.dumps(
        component.to_plotly_json() if hasattr(component, "to_plotly_json") else component,
        default=_plain,
        ensure_ascii=False,
    )


def _plain(value: Any) -> Any:
    return value.to_plotly_json() if hasattr(value, "to_plotly_json") else str(value)


def test_without_a_report_it_says_where_to_start(reports: CaseReports) -> None:
    words = said(page.layout(reports, State("/handover")))
    assert (
        "No report yet" in words
        and "1 group without a verdict" in words
        and page.count(reports, Report(reports.store)) is None
    )


def test_a_group_without_a_verdict_is_locked(reports: CaseReports) -> None:
    group = str(Report(reports.store).groups().group_id[0])
    words = said(page.layout(reports, State("/handover", {"group": group, "to": "x"})))
    assert "Give a verdict on group 1" in words and '"handover-save"' not in words


def test_a_draft_shows_its_elements_and_the_posts_without_an_address(reports: CaseReports, notice: Draft) -> None:
    words = said(page.layout(reports, State("/handover", {"draft": "D-1"})))
    assert (
        "One thing is missing: 2 of 40 posts have no exact address" in words and words.count("Paste the address") == 2
    )
    assert (
        "hxxps://x[.]com/" in words
        and "https://x.com/" not in words
        and page.count(reports, Report(reports.store)) == 1
    )
    assert "Only Ann has read the 40 posts" in words and "Only an authority of a member state" in words


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"answer": ""}, "Illegal under which law?"),
        ({"answer": "life"}, "Stop here and call the police"),
        ({"good_faith": False}, "Two things are missing."),
        ({"answer": "duty", "provision": "article 16(5)"}, "Nothing is missing"),
    ],
)
def test_the_title_says_what_is_missing(
    reports: CaseReports, notice: Draft, change: dict[str, Any], title: str
) -> None:
    draft = replace(notice, **change)
    now = parts.Now(Report(reports.store), draft, posts_of(Report(reports.store), draft), False, notice, None)
    assert parts.title(now).startswith(title) and not now.saved
    assert "Save the draft" in said(parts.send(now)) or draft.document is None


def test_quotes_and_names_are_looked_at_again(reports: CaseReports, notice: Draft) -> None:
    report = Report(reports.store)
    whole = [replace(item, kind="quote", deleted=True) for item in posts_of(report, notice)]
    now = parts.Now(report, replace(notice, explanation="Ask @user43.", second="Ben"), whole, True, notice, None)
    words = said(parts.before(now, State("/handover")))
    assert "40 posts may be jokes, quotes or criticism" in words and "40 posts were deleted" in words
    assert "leave as codes, or broken" in words and "A second person read the 40 posts: Ann and Ben" in words


def test_in_an_area_that_withholds_texts_the_hotline_is_shown(reports: CaseReports, notice: Draft) -> None:
    report = Report(reports.store)
    now = parts.Now(report, notice, posts_of(report, notice), True, notice, None)
    assert "inhope[.]org" in said(parts.send(now))


def test_a_download_is_logged_and_nothing_else_is_there(handed: Store, notice: Draft) -> None:
    client = create_app(handed).server.test_client()
    answer = client.post("/files/report", data={"draft": "D-1", "as": "json.1"}, **HERE)
    assert answer.status_code == 200 and len(answer.get_json()["locations"]) == 38
    assert 'filename="notice-D-1-incomplete.json"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store" and len(handed.notes("report_exported")) == 1
    wrong = [
        {"draft": "D-9", "as": "json.1"},
        {"draft": "D-1", "as": "exe"},
        {"draft": "D-1", "as": "json.2"},
        {"draft": "<b>"},
    ]
    assert [client.post("/files/report", data=sent, **HERE).status_code for sent in wrong] == [404] * 4
    assert (
        client.post("/files/report", data=wrong[0], headers={"Origin": "https://evil.example"}, **HERE).status_code
        == 403
    )
    assert client.get("/files/report?draft=D-1&as=json.1", **HERE).mimetype == "text/html"  # the app, and no document
    assert len(handed.notes("report_exported")) == 1


def upload(text: bytes) -> str:
    return f"data:text/csv;base64,{base64.b64encode(text).decode()}"


def test_what_is_sent_is_followed_in_the_ledger(
    reports: CaseReports, notice: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.components.author.remember", lambda _: None)
    where, _ = builder.written(reports, 1, "2026-08-28", "R. S.")
    assert where == "/handover" and page.count(reports, Report(reports.store)) is None
    assert "in the ledger as L-1" in said(builder.written(reports, 1, "2026-08-28", "R. S.")[1])
    for given, words in (
        (("1", "receipt", "4 Sep", "", "Ann"), "is no day"),
        (("1", "decision", "2026-09-04", "", "Ann"), "has no words"),
        (("1", "receipt", "2026-09-04", "", " "), "Nobody signed this"),
        (("", "receipt", "2026-09-04", "", "Ann"), "is no line"),
    ):
        assert words in said(ledger.added(reports, *given)[1])
    assert ledger.added(reports, "1", "decision", "2026-09-04", "15 removed <b>", "Ann")[1] == "Added to L-1."
    code = book.entries(reports.store)[0].items[0].code
    made, told, wrong = ledger.taken(
        reports,
        upload(f"item,state,date\n{code},offline,2026-09-12\n=1+1,online,2026-09-12\n".encode()),
        "r.csv",
        reported=True,
    )
    assert told == "1 recheck taken, 1 row left out. 1 of 38 reported posts was offline on 12 Sep 2026."
    assert "=1+1" in said(wrong) and "On X 1 of 38 went offline" in said(made)
    for body, words in ((b"\xff\xfe", "no text in UTF-8"), (b"a,b\n1,2\n", "There is no column item, state, date")):
        assert words in said(ledger.taken(reports, upload(body), "r.csv", reported=True)[1])
    words = said(page.layout(reports, State("/handover")))
    assert "1 of 38 reported posts was offline" in words and "15 removed <b>" in words and "https://x.com" not in words


def test_saving_says_who_and_a_name_is_needed(
    reports: CaseReports, notice: Draft, confirm: Callable[[Store], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.components.author.remember", lambda _: None)
    new = replace(notice, number=0)
    assert "Nobody signed this" in said(builder.saved(reports, new, " ", 1, State("/handover"))[1])
    where, told, _ = builder.saved(reports, new, "Kim", 1, State("/handover"))
    assert where == "/handover?draft=D-2" and told.startswith("Saved by Kim")
    changed = builder.followed(reports, replace(notice, law="Another Act"), State("/handover"))
    assert "Save the draft to download it." in said(list(changed)) and len(drafts.drafts(reports.store)) == 2
