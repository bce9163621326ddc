"""Page Search: what it says of words, the form that keeps them out of the address, the CSV."""

from __future__ import annotations

import pytest
from test_pages import hrefs, text, title

from dashboards.components.base import State
from dashboards.pages import search as page_of
from dashboards.server.app import create_app
from graph.report.report import Report
from graph.report.search import SHORTEST
from graph.stores.base import Store

LOCAL = "http://127.0.0.1"


@pytest.mark.parametrize("typed", ["", " ", "a"])
def test_too_short_words_say_what_can_be_looked_for(demo_store: Store, typed: str) -> None:
    page = page_of.layout(Report(demo_store), State("/search", {"q": typed}))
    assert title(page) == "What are you looking for?" and f"{SHORTEST} letters or more" in text(page)


def test_words_that_are_nowhere_are_said_to_be_nowhere(demo_store: Store) -> None:
    page = page_of.layout(Report(demo_store), State("/search", {"q": "quite-unheard-of"}))
    assert title(page).startswith("Nothing here has") and "must match exactly" in text(page)


def test_an_account_is_found_by_its_code(demo_store: Store) -> None:
    report = Report(demo_store)
    code = str(report.account(str(report.ties()["account_a"].iloc[0]))["code"])
    page = page_of.layout(report, State("/search", {"q": code}))
    assert code in text(page) and "1 account" in title(page)
    assert any(href.startswith("/evidence?account=") for href in hrefs(page))


def test_the_form_sends_its_words_where_no_address_keeps_them(demo_store: Store) -> None:
    client = create_app(demo_store).server.test_client()
    answer = client.post("/search", base_url=LOCAL, data={"q": "larkspur"}, headers={"Origin": LOCAL})
    assert answer.status_code in (302, 303) and "larkspur" not in answer.headers["Location"]


def test_the_file_holds_what_the_page_counts(demo_store: Store) -> None:
    found = page_of.found_csv(Report(demo_store), "larkspur")
    assert found.columns == ["what", "name", "accounts", "posts", "at"] and found.height
    assert not found["name"].str.contains("http").any()
