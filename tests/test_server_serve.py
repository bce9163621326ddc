"""Who may ask, how they prove it, and ten of them at once, on one process and on two."""

from __future__ import annotations

import http.client
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench_load import Person, crowd
from page_request import CALLBACK, asks_for

from dashboards.server.access import Access
from dashboards.server.app import create_app
from dashboards.server.login import COOKIE
from dashboards.server.serve import Beside, access_for, bound
from dashboards.server.sessions import Sessions
from dashboards.server.waiting import FREE
from graph.stores.base import Store
from ingest.errors import UsageError

TOKEN = "a-token-of-twenty-four-letters"
HOST = "lockstep.example.org"


@pytest.mark.parametrize(
    ("host", "names", "token", "words"),
    [
        ("0.0.0.0", (), None, "without a token"),
        ("192.168.1.5", (), None, "without a token"),
        ("example.org", (), None, "without a token"),
        ("127.0.0.1", (HOST,), None, "without a token"),  # behind a reverse proxy
        ("127.0.0.1", (), "short", "5 characters"),
        ("0.0.0.0", (), TOKEN, "host name that people use"),
        ("::", (), TOKEN, "host name that people use"),
    ],
)
def test_nobody_else_is_let_in_by_mistake(host: str, names: tuple[str, ...], token: str | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        access_for(host, names, token)


@pytest.mark.parametrize(
    ("host", "names", "token", "known"),
    [
        ("127.0.0.1", (), None, ()),
        ("127.0.0.1", (HOST.upper(),), TOKEN, (HOST,)),
        ("192.168.1.5", (), TOKEN, ("192.168.1.5",)),
        ("0.0.0.0", (HOST,), TOKEN, (HOST,)),
    ],
)
def test_who_may_ask(host: str, names: tuple[str, ...], token: str | None, known: tuple[str, ...]) -> None:
    access = access_for(host, names, token)
    assert access.names == known and access.local is (token is None) and TOKEN not in repr(access)


@pytest.fixture(scope="module")
def client(demo_store: Store) -> Any:
    app = create_app(demo_store, access=Access((HOST,), TOKEN))
    return app.server.test_client()


def test_without_the_token_nothing_of_the_case_is_seen(client: Any) -> None:
    at = {"Host": HOST}
    for path in ("/", "/groups?run=R-1"):
        answer = client.get(path, headers=at)
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/login?next=/")
    for path in ("/_dash-layout", "/_dash-dependencies", "/data/network", "/files/skipped.csv"):
        assert client.get(path, headers=at).status_code == 401
    for path in ("/_dash-update-component", "/files/upload", "/logout"):
        assert client.post(path, headers=at, json={}).status_code == 401
    assert client.get("/health", headers=at).status_code == 200
    wrong = client.post("/login", headers=at, data={"token": "wrong", "next": "/"})
    assert wrong.status_code == 401 and "Set-Cookie" not in wrong.headers and "token is wrong" in wrong.get_data(True)


def test_with_the_token_a_cookie_lets_in(client: Any) -> None:
    at = {"Host": HOST, "X-Forwarded-Proto": "https"}
    form = client.get("/login?next=/groups%3Frun%3DR-1", headers=at).get_data(as_text=True)
    assert 'value="/groups?run=R-1"' in form
    answer = client.post("/login", headers=at, data={"token": TOKEN, "next": "/groups?run=R-1"})
    cookie = answer.headers["Set-Cookie"]
    assert answer.headers["Location"] == "/groups?run=R-1" and TOKEN not in cookie
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=Lax"))
    assert client.get("/_dash-layout", headers=at).status_code == 200
    assert client.post("/logout", headers={**at, "Origin": "https://evil.example"}).status_code == 403
    assert client.post("/logout", headers=at).status_code == 303
    assert client.get("/_dash-layout", headers=at).status_code == 401


FORGED = Sessions({"analyst": "other token"}, Path()).begin("analyst")


@pytest.mark.parametrize("cookie", ["", "9999999999.", "9999999999." + "0" * 64, "x.y", "٣.x", FORGED])
def test_a_cookie_of_ones_own_making_does_not(client: Any, cookie: str) -> None:
    client.set_cookie(COOKIE, cookie, domain=HOST)
    assert client.get("/_dash-layout", headers={"Host": HOST}).status_code == 401
    client.delete_cookie(COOKIE, domain=HOST)


def test_wrong_tokens_make_an_address_wait_and_no_other(demo_store: Store) -> None:
    client = create_app(demo_store, access=Access((HOST,), TOKEN)).server.test_client()

    def tried(token: str, address: str) -> Any:
        return client.post(
            "/login", headers={"Host": HOST}, data={"token": token}, environ_base={"REMOTE_ADDR": address}
        )

    assert [tried("wrong", "192.0.2.1").status_code for _ in range(FREE + 1)] == [401] * (FREE + 1)
    waits = tried(TOKEN, "192.0.2.1")
    assert waits.status_code == 429 and "Try again in 2 seconds" in waits.get_data(as_text=True)
    assert tried(TOKEN, "192.0.2.2").status_code == 303


@pytest.mark.parametrize("path", ["/login", "/groups", "/_dash-update-component", "/acts/pin"])
@pytest.mark.parametrize("host", [HOST, "evil.example"])
def test_a_large_body_is_not_read_before_host_and_login_are_checked(client: Any, path: str, host: str) -> None:
    class Unread(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            raise AssertionError("the body was read")

    sent = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(1 << 30), "CONTENT_TYPE": "application/json"}
    answer = client.post(path, headers={"Host": host}, environ_overrides=sent)
    assert answer.status_code in (400, 401, 413)


@pytest.mark.parametrize(
    "wanted",
    [
        *("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"),
        *("/%09/evil.example", "/%0d%0aSet-Cookie:a=b", "/%5cevil.example", "/%2f/evil.example", "/%00"),
        *("/\t/evil.example", "/\n/evil.example", "/a\r\nSet-Cookie: a=b", "/ /evil.example", "\x00", ""),
    ],
)
def test_nobody_is_sent_elsewhere(client: Any, wanted: str) -> None:
    answer = client.post("/login", headers={"Host": HOST}, data={"token": TOKEN, "next": wanted})
    assert answer.headers["Location"] == "/"
    client.post("/logout", headers={"Host": HOST})


def test_other_cases_and_folders_are_not_spoken_of(client: Any, demo_store: Store) -> None:
    client.post("/login", headers={"Host": HOST}, data={"token": TOKEN})
    said = client.post(CALLBACK, headers={"Host": HOST}, json=asks_for("/")).get_data(as_text=True)
    assert "What do you want to find out" in said and "Log out" in said
    assert "start-open" not in said and "start-path" not in said and "start-new" not in said
    client.post("/logout", headers={"Host": HOST})


def test_a_busy_port_is_passed_over() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with bound("127.0.0.1", port) as sock:
            assert sock.getsockname()[1] > port
    with pytest.raises(UsageError):
        bound("127.0.0.1", 0)
    with pytest.raises(UsageError, match="no address"):
        bound("nowhere.invalid", 8050)


@pytest.fixture(scope="module", params=[1, 2], ids=["one process", "two workers"])
def served(request: pytest.FixtureRequest, demo_store: Store) -> Iterator[int]:
    """The command itself on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--case", demo_store.address, "--port", str(port), "--workers", str(request.param)]
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboards.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if Person(port).get("/health")[0] == 200:
                break
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
    yield port
    process.terminate()
    said, _ = process.communicate(timeout=60)
    assert "Stopped." in said and "Traceback" not in said, said


def test_ten_people_at_once_each_see_their_own_page(served: int, demo_store: Store) -> None:
    outcome = crowd(served, people=10, rounds=2)
    assert outcome.errors == [] and outcome.answers == 10 * 2 * len(Person.PATHS)


def test_a_run_of_one_is_seen_by_all(served: int, demo_store: Store) -> None:
    """Whichever process answers, the runs are those on the disk."""
    said = [json.dumps(Person(served).page("/groups", "")) for _ in range(6)]
    assert len({len(text) for text in said}) == 1


def test_threads_share_a_store_that_is_refreshed_under_them(demo_store: Store) -> None:
    wrong: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(20):
                assert demo_store.count("posts") > 0 and demo_store.link_kinds()
                demo_store.refresh()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


SERVER = """
import time
from multiprocessing import get_context
from dashboards.server import serve

if __name__ == "__main__":
    worker = get_context("spawn").Process(target=serve._end_with_server, daemon=True)
    worker.start()
    print(worker.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGKILL")
def test_a_worker_ends_with_its_server(tmp_path: Path) -> None:
    file = tmp_path / "server.py"
    file.write_text(SERVER, "utf-8")
    with subprocess.Popen([sys.executable, str(file)], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        killed.stdout.readline()  # the worker holds the pipe as well
        killed.kill()
        assert killed.stdout.read() == ""
        killed.wait(60)


def test_the_guide_stands_beside_the_code(project: Path) -> None:
    text = (project / "dashboards" / "README.md").read_text("utf-8")
    for word in ("--workers", "--name", "--host", "LOCKSTEP_TOKEN", "/health", "proxy_pass"):
        assert word in text
    assert "dashboards/README.md" in (project / "README.md").read_text("utf-8")


def test_another_case_opens_near_the_port_of_the_first_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path / "state"))
    with bound("127.0.0.1", 18_300) as taken:
        first = taken.getsockname()[1]
        beside = Beside(first)
        url = beside.open(str(tmp_path / "Spring-election"), True, "Spring / election 🌲")
    port = int(url.rstrip("/").rpartition(":")[2])
    assert first < port <= first + 50 and beside.open(str(tmp_path / "Spring-election")) == url
    (store,) = beside._stores
    assert store.name == "Spring / election 🌲" and (tmp_path / "Spring-election" / "case.json").is_file()
    beside.close()
