"""Documents that hand a finding over: one source, three formats, nothing that runs, the same bytes again."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from dashboards.briefing.notice import KINDS, Handed, documents, file_name, kind_of, outline, posts_of
from graph.handover import drafts, ledger
from graph.handover.drafts import Draft
from graph.handover.items import Item
from graph.report.report import Report
from graph.stores.base import Store
from ingest.errors import UsageError

HOSTILE = '<script>alert(1)</script> =cmd|" /C calc" \u202e\x07 javascript:alert(1) @user43 and https://evil.example/a'


def made(store: Store, draft: Draft, **more: Any) -> Handed:
    return documents(Report(store), draft, **more)[0]


def text_of(kind: str, body: bytes) -> str:
    if kind != "docx":
        return body.decode()
    return zipfile.ZipFile(io.BytesIO(body)).read("word/document.xml").decode()


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_format_has_the_four_elements_and_working_addresses(handed: Store, notice: Draft, kind: str) -> None:
    if (lacking := KINDS[kind].missing()) is not None:
        pytest.skip(lacking)
    one = made(handed, notice)
    body = kind_of(kind).render(one)
    said = text_of(kind, body)
    wanted = [
        "Incomplete: Notice under article 16",
        "§ 12",
        "R. S., rs@watch.example",
        "https://x.com/user43/status/663",
    ]
    if kind == "json":
        wanted[2] = "rs@watch.example"
    wanted += ["2 of 40 posts have no exact address", "in good faith", "not the reason for this notice"]
    assert [words for words in wanted if words not in said] == []
    assert said.count("https://x.com/") == 38 and body == kind_of(kind).render(made(handed, notice))
    assert file_name(one, KINDS[kind]) == f"notice-D-1-incomplete{KINDS[kind].suffix}"


@pytest.mark.parametrize("kind", list(KINDS))
def test_hostile_words_neither_run_nor_name_nor_link(handed: Store, notice: Draft, kind: str) -> None:
    if (lacking := KINDS[kind].missing()) is not None:
        pytest.skip(lacking)
    said = {name: f"{HOSTILE} {name}" for name in ("law", "provision", "country", "forbids", "explanation", "name")}
    bare = next(item.code for item in posts_of(Report(handed), notice) if not item.address)
    bad = replace(notice, **said, addresses={bare: "javascript:alert(1)"})  # type: ignore[arg-type]
    text = text_of(kind, KINDS[kind].render(made(handed, bad)))
    assert "\u202e" not in text and "\x07" not in text
    if kind != "json":
        assert not re.search(r"<(?:script|img|iframe|a|w:hyperlink)\b", text)
    explained = text.partition("Explanation")[2] if kind != "json" else json.loads(text)["explanation"]
    assert "A-43" in explained and "evil[.]example" in explained and "@user43" not in explained.partition("(b)")[0]
    assert "The address given is no web address" in text


def test_what_is_complete_is_not_marked(handed: Store, notice: Draft) -> None:
    bare = tuple(item.code for item in posts_of(Report(handed), notice) if not item.address)
    one = made(handed, replace(notice, left_out=bare))
    assert one.lacking == [] and not one.heading.startswith("Incomplete") and len(one.items) == 38
    titles = [part.title for part in outline(one).parts]
    assert titles[:4] == [
        "(a) Why these posts are illegal",
        "(b) Where exactly",
        "(c) Your name and e-mail",
        "(d) Statement of good faith",
    ]


def test_over_five_hundred_posts_make_several_documents(handed: Store, notice: Draft) -> None:
    first = posts_of(Report(handed), notice)[0]
    many: list[Item] = [replace(first, code=f"P-{n:08}", address=f"https://x.com/a/status/{n}") for n in range(1_201)]
    found = documents(Report(handed), notice, many)
    assert [len(one.items) for one in found] == [500, 500, 201]
    assert found[2].heading.endswith("part 3 of 3") and file_name(found[0], KINDS["json"]) == "notice-D-1-1-of-3.json"
    assert found[0].found == found[2].found


def test_in_an_area_that_withholds_texts_no_row_about_an_account_leaves(handed: Store, notice: Draft) -> None:
    one = made(handed, replace(notice, name="", email=""), withheld=True)
    said = KINDS["html"].render(one).decode()
    assert "A-43" not in said and "16(2)(c)" in said and "quotes a post" in " ".join(one.lacking)
    assert all("account" not in item for item in json.loads(KINDS["json"].render(one))["locations"])


def test_a_complaint_tells_what_was_sent_and_what_came_back(handed: Store, notice: Draft) -> None:
    line = ledger.sent(handed, notice, posts_of(Report(handed), notice), ledger.day_of("2026-08-28"), "R. S.")
    complaint = drafts.save(
        handed, replace(notice, number=0, answer="duty", provision="article 16(5)", about=line.code), "R. S."
    )
    one = made(handed, complaint)
    said = KINDS["html"].render(one).decode()
    assert one.document.name == "complaint" and one.lacking == [] and one.items == []
    assert "Digital Services Coordinator of your country" in said and "none came" in said and "28 Aug 2026" in said
    assert "https://x.com" not in said


@pytest.mark.parametrize(("answer", "name"), [("life", "json"), ("", "json")])
def test_no_document_for_a_danger_to_life(handed: Store, notice: Draft, answer: str, name: str) -> None:
    with pytest.raises(UsageError, match="112"):
        documents(Report(handed), replace(notice, answer=answer))
    with pytest.raises(UsageError, match="Did you mean 'json'"):
        kind_of("jsn")
