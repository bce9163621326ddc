"""Elements of a report, one row a case: what is there, what is missing, what to look at again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.handover.drafts import Draft
from graph.handover.elements import Element, elements, missing
from graph.handover.items import Item, address_problem, addressed
from graph.handover.law import ANSWERS, DEMANDS, DOCUMENTS

POST = Item(
    "P-aaaaaaaa", "x:1", "x:9", "A-9", "x", None, "original", "Polling stations close at six on Sunday",
    "https://x.com/nora/status/1", "",
)  # fmt: skip
BARE = replace(POST, code="P-bbbbbbbb", post="x:2", address=None, reason="Export has no address")
WHY = (
    "The post P-aaaaaaaa says that polling stations close at six. They close at eight, as the authority announced on the first"
    " of May. Publishing a wrong hour of voting is what the provision forbids, and it keeps people from voting."
)
NOTICE = Draft(
    to="x", answer="law", law="Election Act of Kvarnsund", provision="§ 12", country="Kvarnsund", forbids="Whoever publishes …",
    explanation=WHY, name="R. S.", email="reports@watch.example", good_faith=True,
)  # fmt: skip
RULE = replace(NOTICE, answer="terms", law="Civic integrity policy", provision="", country="")
DUTY = replace(NOTICE, answer="duty", provision="article 16(5)", about="L-2")


def of(draft: Draft, letter: str, items: list[Item] | None = None, withheld: bool = False) -> Element:
    found = elements(draft, [POST] if items is None else items, withheld=withheld)
    return next(one for one in found if one.letter == letter)


@pytest.mark.parametrize("draft", [NOTICE, RULE, DUTY], ids=["notice", "terms", "complaint"])
def test_a_full_document_lacks_nothing(draft: Draft) -> None:
    found = elements(draft, [POST])
    assert [one.letter for one in found] == list("abcd") and missing(found) == []
    assert [warning for one in found for warning in one.warnings] == []


@pytest.mark.parametrize(
    ("change", "letter", "said"),
    [
        ({"explanation": ""}, "a", "The explanation is empty"),
        ({"law": ""}, "a", "The law is not named"),
        ({"provision": ""}, "a", "The provision is not named"),
        ({"explanation": WHY.replace("P-aaaaaaaa", "above")}, "a", "refers to no post"),
        ({"name": ""}, "c", "Your name is missing"),
        ({"email": ""}, "c", "Your e-mail address is missing"),
        ({"name": "", "email": ""}, "c", "Your name and e-mail address are missing"),
        ({"email": "watch.example"}, "c", "'watch.example' is no e-mail address"),
        ({"good_faith": False}, "d", "not ticked"),
        ({"answer": "terms", "law": ""}, "a", "The rule of the platform is not named"),
        ({"answer": "duty", "provision": ""}, "a", "The article of the DSA is not named"),
        ({"answer": "duty", "country": ""}, "b", "Your country is missing"),
        ({"answer": "duty", "name": ""}, "c", "Your name is missing"),
    ],
)
def test_what_is_missing_is_said(change: dict[str, str], letter: str, said: str) -> None:
    one = of(replace(NOTICE, **change), letter)  # type: ignore[arg-type]
    assert not one.there and said in " ".join(one.missing)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"explanation": "See P-aaaaaaaa."}, "2 words are few"),
        ({"country": ""}, "country whose law it is"),
        ({"forbids": ""}, "not quoted"),
        ({"explanation": f"{WHY} Also P-cccccccc."}, "P-cccccccc, which this document does not report"),
        ({"answer": "duty", "provision": "article 16(5)", "about": ""}, "which notice is this about"),
    ],
)
def test_a_warning_is_no_proof_and_stops_nothing(change: dict[str, str], said: str) -> None:
    one = of(replace(NOTICE, **change), "a")  # type: ignore[arg-type]
    assert one.there and said in " ".join(one.warnings)


@pytest.mark.parametrize(
    ("words", "refers"),
    [
        ("It says: “polling stations  close at six on sunday”.", True),
        ("Polling stations close at six.", False),
        ("Stations close at six on Sunday, it says.", True),
        ("P-aaaaaaaa", True),
        ("P-aaaaaaa", False),
        ("xP-aaaaaaaab", False),
    ],
)
def test_an_explanation_refers_to_a_post_by_code_or_quotation(words: str, refers: bool) -> None:
    assert ("refers to no post" not in " ".join(of(replace(NOTICE, explanation=words), "a").missing)) == refers


def test_posts_without_an_address_are_counted_and_can_be_filled_in_or_left_out() -> None:
    assert of(NOTICE, "b", [POST, BARE]).missing == ("1 of 2 posts has no exact address",)
    given = {"P-bbbbbbbb": "https://x.com/nora/status/2"}
    assert of(NOTICE, "b", addressed([POST, BARE], given)).there
    assert of(NOTICE, "b", addressed([POST, BARE], {}, ["P-bbbbbbbb"])).said == "1 of 1 posts have an address."
    assert of(NOTICE, "b", []).missing == ("No post is reported.",)
    twice = addressed([POST, BARE], {"P-bbbbbbbb": "https://x.com/nora/status/1"})
    assert of(NOTICE, "b", twice).warnings == ("1 addresses stand twice: one address a post.",)


@pytest.mark.parametrize(
    ("address", "platform", "said"),
    [
        ("https://x.com/nora/status/1", "x", ""),
        ("https://twitter.com/nora/status/1", "x", ""),
        ("http://t.me/nora/5", "telegram", ""),
        ("https://some.server.example/@nora/109999999999999999", "mastodon", ""),
        ("https://forum.example/t/5", "unknown", ""),
        ("https://x.com/", "x", "is the front page, not one post"),
        ("https://evilx.com/nora/status/1", "x", "is not on X"),
        ("https://x.com.evil.example/nora/status/1", "x", "is not on X"),
        ("https://x.com@evil.example/nora/status/1", "x", "is no web address"),
        ("javascript:alert(1)", "x", "is no web address"),
        ("data:text/html,<script>alert(1)</script>", "x", "is no web address"),
        ('https://x.com/a"onmouseover=alert(1)', "x", "is no web address"),
        ("https://x.com/a b", "x", "is no web address"),
        ("https://x.com/\u202eevil", "x", "is no web address"),
        ("x.com/nora/status/1", "x", "is no web address"),
        ("https://[", "x", "is no web address"),
        ("https://x.com/" + "a" * 2_000, "x", "is no web address"),
    ],
)
def test_an_address_is_one_post_on_that_platform(address: str, platform: str, said: str) -> None:
    assert address_problem(address, platform) == said
    given = addressed([replace(BARE, platform=platform)], {"P-bbbbbbbb": address})[0]
    assert (given.address == address) == (not said) and bool(given.reason) == bool(said)


@pytest.mark.parametrize(("change", "withheld"), [({"children": True}, False), ({}, True)])
def test_for_children_the_name_may_be_left_out(change: dict[str, bool], withheld: bool) -> None:
    draft = replace(NOTICE, name="", email="", **change)  # type: ignore[arg-type]
    one = of(draft, "c", withheld=withheld)
    assert one.there and "16(2)(c)" in one.said and "2011/93/EU" in one.said
    assert not of(replace(NOTICE, name="", email=""), "c").there


def test_where_texts_are_withheld_no_post_is_quoted() -> None:
    quoting = replace(NOTICE, explanation=f"{WHY} “Polling stations close at six on Sunday”")
    assert "quotes a post" in " ".join(of(quoting, "a", withheld=True).missing)
    assert of(quoting, "a").there


def test_the_answer_chooses_the_document() -> None:
    wanted = {"law": "notice", "terms": "terms", "duty": "complaint", "life": None}
    assert {name: answer.document for name, answer in ANSWERS.items()} == wanted
    assert elements(replace(NOTICE, answer="life"), [POST]) == elements(Draft(), [POST]) == []
    assert set(DEMANDS) == set(DOCUMENTS) and all(one.source for one in DOCUMENTS.values())
