"""Search everywhere, and the page of one object: found by name, code, broken link, words and id; no name shown, reading bounded."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import polars as pl
import pytest
from test_pages import hrefs, text, title

from dashboards.components.base import State
from dashboards.pages import object as object_page
from dashboards.pages import search as search_page
from dashboards.server.app import create_app
from graph.report.object_activity import carried
from graph.report.report import Report
from graph.report.search import search
from graph.stores.base import Scan


@pytest.fixture(scope="module")
def report(demo_store: Any) -> Report:
    return Report(demo_store)


@pytest.fixture(scope="module")
def met(report: Report) -> dict[str, Any]:
    """The link that most members of a group met on."""
    rows = pl.DataFrame(report.store.run_table(report.run_id, "objects")).filter(pl.col("trace") == "link")
    return rows.sort("accounts", "object", descending=[True, False]).row(0, named=True)


@pytest.fixture(scope="module")
def account(report: Report) -> dict[str, Any]:
    """A tied account that has a name."""
    uid = report.ties()["account_a"].iloc[0]
    return {**report.account(uid), "account_uid": uid}


def test_an_account_is_found_by_name_id_and_code(report: Report, account: dict[str, Any]) -> None:
    for words in (account["handle"] or account["display_name"], account["code"], account["native_id"]):
        found = search(report, str(words).upper())
        assert account["account_uid"] in found.accounts["account_uid"].to_list(), words
        assert found.groups, "its group is found with it"
        assert found.accounts["tied"][0]


def test_a_link_is_found_as_people_have_it(report: Report, met: dict[str, Any]) -> None:
    for words in (f"https://www.{met['object']}", f"hxxps://{met['object'].replace('.', '[.]', 1)}", met["object"][3:]):
        found = search(report, words)
        assert met["object"] in found.objects["object"].to_list(), words
        assert met["group_id"] in found.groups


def test_a_post_is_found_by_its_words_and_its_id(report: Report) -> None:
    post = next(report.store.scan("posts", Scan(columns=("post_uid", "native_id", "text")))).to_pylist()[0]
    assert post["post_uid"] in search(report, post["post_uid"]).posts["post_uid"].to_list()
    assert post["post_uid"] in search(report, post["native_id"]).posts["post_uid"].to_list()
    assert post["text"] in search(report, post["text"][4:30].upper()).posts["text"].to_list()


@pytest.mark.parametrize("words", ["", "a", " % ", "'; DROP", ".*", "zzzzzz"])
def test_words_are_no_pattern_and_no_query(report: Report, words: str) -> None:
    found = search(report, words)
    assert not len(found.accounts) and not len(found.posts) and not len(found.objects)


def test_a_large_case_is_read_in_part_and_says_so(report: Report, met: dict[str, Any]) -> None:
    whole, part = search(report, met["object"]), search(report, met["object"], bound=10)
    assert part.narrowed and not whole.narrowed
    assert 0 < part.objects["accounts"][0] <= whole.objects["accounts"][0]
    assert not search(report, met["object"], everything=True, bound=10).narrowed
    few, all_ = carried(report, "link", met["object"], bound=10), carried(report, "link", met["object"])
    assert few.narrowed and met["accounts"] <= few.accounts <= all_.accounts


def test_who_carried_a_link_stands_in_order(report: Report, met: dict[str, Any]) -> None:
    page = object_page.layout(report, State.parse("/object", urlencode({"trace": "link", "object": met["object"]})))
    found = carried(report, "link", met["object"])
    assert found.accounts == met["accounts"] + met["others"]
    assert found.actions["at"].is_sorted()
    assert title(page).startswith(f"{found.accounts} accounts shared this link in {found.posts} posts")
    assert any(f"group={met['group_id']}" in href for href in hrefs(page))
    assert not any("://" in href for href in hrefs(page)) and met["object"] not in text(page)


def test_no_name_is_shown(report: Report, account: dict[str, Any]) -> None:
    name = str(account["handle"] or account["display_name"])
    page = search_page.layout(report, State.parse("/search", urlencode({"q": f"@{name}"})))
    assert account["code"] in text(page)
    assert name not in text(page).replace("“", "").split("Accounts")[-1]


@pytest.mark.parametrize("query", ["", "trace=link", "trace=no_such&object=a", "trace=link&object=nowhere.example%2F1"])
def test_an_object_that_is_not_there_is_said_in_words(report: Report, query: str) -> None:
    page = object_page.layout(report, State.parse("/object", query))
    assert title(page) in ("Nothing chosen", "This run has no such object")


def test_both_pages_leave_as_csv(report: Report, met: dict[str, Any]) -> None:
    client = create_app(report.store).server.test_client()
    for path, query in (("search", {"q": met["object"]}), ("object", {"trace": "link", "object": met["object"]})):
        answer = client.get(f"/files/{path}.csv?{urlencode(query)}", base_url="http://127.0.0.1")
        lines = answer.get_data(as_text=True).splitlines()
        assert answer.status_code == 200 and len(lines) > 1 and "Run R-1" in lines[1]
        assert met["object"] not in answer.get_data(as_text=True), "links leave broken"
    assert client.get("/files/object.csv?trace=link&object=no", base_url="http://127.0.0.1").status_code == 404


@pytest.mark.browser
def test_from_the_search_field_to_who_carried_a_link(
    page: Any, serve: Any, demo_store: Any, met: dict[str, Any]
) -> None:
    page.goto(serve(create_app(demo_store)) + "/groups")
    page.locator(".top .search input").fill(met["object"])
    page.keyboard.press("Enter")
    page.locator("#page h1").filter(has_text="with").wait_for()
    assert "/search?" in page.url
    page.locator("#objects [data-row] a").first.click()
    page.locator("#page h1").filter(has_text="this link").wait_for()
    assert "/object?" in page.url
    page.get_by_role("link", name="Group", exact=False).last.click()
    page.locator("#page h1").filter(has_text="accounts").wait_for()
