"""Readers and analysts: one table says who may use which route, callback and page, and it has a line for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from page_request import CALLBACK, asks_for

from dashboards import pages
from dashboards.local import audit
from dashboards.server.access import READER, Access
from dashboards.server.app import create_app
from dashboards.server.roles import CALLBACKS, LOGGED, PAGES, ROUTES, WHY, callback_name, controls
from dashboards.server.waiting import ADDRESSES, FORGIVEN_S, FREE, LOCKED_S, TRIES, Waiting
from graph.stores.base import Store

TOKEN, READERS = "a-token-of-twenty-four-letters", "another-token-of-many-letters"
AT = {"Host": "127.0.0.1"}


@pytest.fixture(scope="module")
def app(demo_store: Store) -> Dash:
    made = create_app(demo_store, access=Access(token=TOKEN, reader_token=READERS))
    made.server.test_client().get("/health", headers=AT)
    return made


@pytest.fixture
def reader(app: Dash) -> Iterator[Any]:
    with app.server.test_client() as client:
        client.post("/login", headers=AT, data={"token": READERS})
        yield client


def test_every_route_callback_and_page_has_its_line(app: Dash) -> None:
    assert {rule.endpoint for rule in app.server.url_map.iter_rules()} == set(ROUTES)
    assert {name for made in app.callback_map.values() if (name := callback_name(made))} == set(CALLBACKS)
    assert {page.PATH for page in pages.PAGES} == set(PAGES)


def _call(client: Any, output: str) -> Any:
    return client.post("/_dash-update-component", headers=AT, json={"output": output, "inputs": []})


def test_a_reader_may_call_nothing_of_analysts(app: Dash, reader: Any) -> None:
    refused = [key for key, made in app.callback_map.items() if CALLBACKS.get(callback_name(made) or "") != READER]
    assert len(refused) > 20
    for output in [*refused, "no.callback", ""]:
        answer = _call(reader, output)
        assert (answer.status_code, answer.get_data(True)) == (403, WHY), output
    for rule in app.server.url_map.iter_rules():
        if ROUTES[rule.endpoint] != READER:
            method = reader.post if "POST" in (rule.methods or ()) else reader.get
            assert method(rule.rule, headers=AT, json={}).status_code == 403, rule.rule


def _page(client: Any, path: str) -> str:
    return str(client.post(CALLBACK, headers=AT, json=asks_for(path)).get_data(as_text=True))


@pytest.mark.parametrize("path", PAGES)
def test_what_a_reader_may_not_do_is_disabled_with_the_reason(app: Dash, reader: Any, path: str) -> None:
    said = _page(reader, path)
    assert ("Only an analyst can open this page" in said) is (PAGES[path] != READER)
    live = [part for part in _parts(json.loads(said)) if _acts(part, controls(app)) and not part.get("disabled")]
    assert [part for part in live if part["_type"] in ("Button", "TextInput", "Select", "Checkbox")] == []


def _acts(props: dict[str, Any], only: frozenset[str]) -> bool:
    own = props.get("id")
    kind = own.get("type") if isinstance(own, dict) else own
    return kind in only or "data-pin" in props or "data-reveal" in props


def _parts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from _parts(one)
    elif isinstance(node, dict):
        if isinstance(node.get("props"), dict):
            yield {**node["props"], "_type": node.get("type")}
        for one in node.values():
            yield from _parts(one)


def test_a_reader_takes_files_and_the_log_says_so(reader: Any, demo_store: Store) -> None:
    before = audit.check(audit.log_file(demo_store.address)).lines
    assert reader.get("/files/groups.csv", headers=AT).status_code == 200
    assert reader.get("/files/search.csv?q=nora", headers=AT).status_code == 403
    after = audit.check(audit.log_file(demo_store.address))
    last = audit.last_lines(audit.log_file(demo_store.address))[0]
    assert after.whole and after.lines == before + 1
    assert (last["kind"], last["role"], last["file"]) == ("export", "reader", "groups.csv")


def test_every_file_and_reveal_is_logged(app: Dash) -> None:
    files = {rule.endpoint for rule in app.server.url_map.iter_rules() if rule.rule.startswith("/files/")} - {"upload"}
    assert set(LOGGED) == files | {"reveal"} and set(LOGGED.values()) <= set(audit.KINDS)


def test_logging_out_ends_the_session_everywhere(app: Dash, demo_store: Store) -> None:
    client = app.server.test_client()
    client.post("/login", headers=AT, data={"token": TOKEN})
    kept = client.get_cookie("lockstep", domain="127.0.0.1")
    assert kept is not None and client.get("/_dash-layout", headers=AT).status_code == 200
    client.post("/logout", headers=AT)
    other = create_app(demo_store, access=Access(token=TOKEN)).server.test_client()  # another process, or a later one
    for one in (client, other):
        one.set_cookie("lockstep", kept.value, domain="127.0.0.1")  # somebody copied the cookie before
        assert one.get("/_dash-layout", headers=AT).status_code == 401


def test_many_wrong_tokens_lock_an_address_out_and_no_other() -> None:
    waiting = Waiting()
    locked = [waiting.wrong("192.0.2.1", now=0) for _ in range(TRIES)]
    assert locked == [False] * (TRIES - 1) + [True] and waiting.left("192.0.2.1", now=0) == LOCKED_S
    assert waiting.left("192.0.2.2", now=0) == 0 and not waiting.wrong("192.0.2.1", now=LOCKED_S + FORGIVEN_S + 1)


def test_the_table_of_addresses_is_bounded() -> None:
    waiting = Waiting()
    for number in range(ADDRESSES + 500):
        waiting.wrong(f"192.0.2.{number}", now=0)
    assert len(waiting) == ADDRESSES


def test_processes_of_one_server_count_wrong_tokens_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.server.waiting.ADDRESSES", 3)
    one, other = Waiting(tmp_path / "wrong"), Waiting(tmp_path / "wrong")
    locked = [(one, other)[n % 2].wrong("192.0.2.1", now=0) for n in range(TRIES)]
    assert locked[-1] and not any(locked[:-1]) and one.left("192.0.2.1", now=0) == LOCKED_S
    other.right("192.0.2.1")
    assert one.left("192.0.2.1", now=0) == 0 and len(one) == 0
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: (one, other)[n % 2].wrong("192.0.2.9", now=0), range(FREE + 3)))
    assert one.left("192.0.2.9", now=0) == 8, "none is lost where they come at once"
    for number in range(6):
        one.wrong(f"192.0.2.{number}", now=0)
    assert len(other) == 3


def test_wrong_tokens_count_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    waiting = Waiting(tmp_path / "file" / "wrong")
    assert [waiting.wrong("192.0.2.1", now=0) for _ in range(TRIES)][-1] and waiting.left(
        "192.0.2.1", now=0
    ) == LOCKED_S
    waiting.right("192.0.2.1")
    assert waiting.left("192.0.2.1", now=0) == 0


def test_a_lockout_says_so_and_takes_not_even_the_right_token(demo_store: Store, monkeypatch: Any) -> None:
    client = create_app(demo_store, access=Access(token=TOKEN, proxies=("127.0.0.1",))).server.test_client()

    def tried(token: str, by: str) -> Any:
        return client.post("/login", headers={**AT, "X-Forwarded-For": by}, data={"token": token})

    monkeypatch.setattr("dashboards.server.waiting.TRIES", FREE)
    answers = [tried("wrong", "198.51.100.7") for _ in range(FREE)]
    assert [a.status_code for a in answers] == [401] * (FREE - 1) + [429]
    said = tried(TOKEN, "203.0.113.1, 198.51.100.7")  # what a caller writes before its own address counts for nothing
    assert said.status_code == 429 and int(said.headers["Retry-After"]) > LOCKED_S - 60
    assert "locked out for 15 minutes. Try again at" in said.get_data(True)
    assert tried(TOKEN, "198.51.100.8").status_code == 303
    kinds = [line["kind"] for line in audit.last_lines(audit.log_file(demo_store.address))]
    assert kinds[:3] == ["login", "lockout", "wrong token"]


def test_the_log_stands_in_the_case(demo_store: Store) -> None:
    assert audit.log_file(demo_store.address) == Path(demo_store.address) / audit.FILE
