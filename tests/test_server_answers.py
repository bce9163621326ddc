"""Answers of pages are given again while nothing has changed, and made anew for whatever changes them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from page_request import CALLBACK, asks_for

from dashboards.pages import method
from dashboards.pages.group import page as group
from dashboards.pages.sources import page as sources
from dashboards.server.access import Access
from dashboards.server.app import create_app
from graph.case.notes import About, write
from graph.case.toy import toy_case
from graph.runs.pipeline import find
from graph.stores import open_case
from graph.stores.base import Store

TOKEN, READERS = "a token of analysts", "a token of readers"


class Counting:
    """Counts how often a page is laid out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *pages: Any) -> None:
        self.made = 0
        for page in pages:
            monkeypatch.setattr(page, "layout", self._counted(page.layout))

    def _counted(self, layout: Any) -> Any:
        def counted(*given: Any) -> Any:
            self.made += 1
            return layout(*given)

        return counted


@pytest.fixture
def case(tmp_path: Path) -> Store:
    store = toy_case(str(tmp_path / "case"))
    find(store)
    return store


def ask(client: Any, path: str, search: str = "", **headers: str) -> bytes:
    answer = client.post(CALLBACK, json=asks_for(path, search), headers={"Host": "127.0.0.1", **headers})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert "Content-Security-Policy" in answer.headers and answer.headers["Cache-Control"] == "no-store"
    return bytes(answer.get_data())


def test_a_page_is_made_once_while_the_case_stays(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made, client = Counting(monkeypatch, group), create_app(case).server.test_client()
    first = ask(client, "/group")
    assert [ask(client, "/group"), ask(client, "/group")] == [first, first] and made.made == 1
    ask(client, "/group", "?run=R-1")
    assert made.made == 2, "another address is another page"


def test_people_who_ask_at_once_wait_for_one_answer(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app, layout, here = create_app(case), group.layout, threading.Barrier(2)

    def slow(*given: Any) -> Any:
        here.wait(60)
        time.sleep(0.5)
        return layout(*given)

    monkeypatch.setattr(group, "layout", slow)
    made = Counting(monkeypatch, group)
    with ThreadPoolExecutor(4) as people:
        first = people.submit(ask, app.server.test_client(), "/group")
        here.wait(60)
        others = [people.submit(ask, app.server.test_client(), "/group") for _ in range(3)]
        assert {one.result() for one in others} == {first.result()} and made.made == 1


def test_what_somebody_else_changes_shows_at_once(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made, client = Counting(monkeypatch, sources, group), create_app(case).server.test_client()
    before = ask(client, "/group"), ask(client, "/sources")
    other = open_case(case.address)
    write(other, "note", About(str(other.runs()[0]["run_id"])), "Ann", text="Same order every time.")
    ask(client, "/group")
    assert made.made == 3
    with other.writer("more") as writer:
        writer.finish({"source_id": "more", "file_name": "more.csv", "posts": 0, "rows_in": 0})
    after = ask(client, "/sources")
    assert b"more.csv" in after and b"more.csv" not in before[1]


def test_nobody_gets_what_was_made_for_another_role_or_name(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Counting(monkeypatch, group)
    app = create_app(case, access=Access(token=TOKEN, reader_token=READERS))
    clients = [app.server.test_client() for _ in range(2)]
    for client, token in zip(clients, (TOKEN, READERS), strict=True):
        client.post("/login", data={"token": token}, headers={"Host": "127.0.0.1"})
    analyst, reader = (ask(client, "/group") for client in clients)
    assert made.made == 2 and analyst != reader and b"You are logged in as reader" in reader
    clients[0].set_cookie("lockstep_by", "Ann", domain="127.0.0.1")
    ask(clients[0], "/group")
    assert made.made == 3
    stranger = app.server.test_client().post(CALLBACK, json=asks_for("/group"), headers={"Host": "127.0.0.1"})
    assert stranger.status_code == 401 and made.made == 3


def test_pages_that_show_more_than_the_case_are_always_made_anew(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made, client = Counting(monkeypatch, method), create_app(case).server.test_client()
    ask(client, "/method"), ask(client, "/method")
    assert made.made == 2


def test_a_page_that_failed_is_made_anew(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    client, layout = create_app(case).server.test_client(), group.layout
    monkeypatch.setattr(group, "layout", lambda *_: 1 / 0)
    assert b"This page cannot be shown" in ask(client, "/group")
    monkeypatch.setattr(group, "layout", layout)
    assert b"This page cannot be shown" not in ask(client, "/group")


def test_a_case_without_a_version_is_asked_each_time(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(case), "version", lambda _: None)
    made, client = Counting(monkeypatch, group), create_app(case).server.test_client()
    ask(client, "/group"), ask(client, "/group")
    assert made.made == 2


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {"output": 1},
        {**asks_for("/group"), "inputs": 7},
        {**asks_for("/group"), "outputs": [{"id": "top", "property": "children"}]},
        {**asks_for("/group"), "inputs": asks_for("/group")["inputs"][::-1]},
        {**asks_for("/group"), "inputs": [1, {"value": ["/group"]}]},
    ],
)
def test_other_requests_are_none_of_its_business(case: Store, sent: Any) -> None:
    from dashboards.server import answers

    with create_app(case).server.test_request_context(CALLBACK, method="POST", json=sent):
        assert answers._page_asked() is None
