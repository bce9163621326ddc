"""Connections that drip, say nothing or send too much are closed, and keep nobody out."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from dashboards.server import connections
from dashboards.server.access import Access
from dashboards.server.app import create_app
from dashboards.server.security import LARGEST_BODY
from dashboards.server.serve import bound
from graph.stores.base import Store

TOKEN = "a-token-of-twenty-four-letters"


@pytest.fixture(scope="module")
def port(demo_store: Store) -> Iterator[int]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"IDLE_S": 2, "WHOLE_S": 1, "LOOK_S": 1, "limit": lambda: 120}.items():
            patch.setattr(connections, name, value)
        sock = bound("127.0.0.1", 18_050)
        app = create_app(demo_store, access=Access(token=TOKEN))
        threading.Thread(target=connections.listen, args=(app, sock), daemon=True).start()
        yield int(sock.getsockname()[1])


def _health(port: int) -> float:
    began = time.monotonic()
    person = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    person.request("GET", "/health")
    assert person.getresponse().status == 200
    person.close()
    return time.monotonic() - began


def _open(port: int, first: bytes) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=5)
    sock.sendall(first)
    return sock


def test_more_slow_connections_than_the_limit_keep_nobody_out(port: int) -> None:
    with ExitStack() as held:
        for number in range(150):
            held.enter_context(_open(port, b"" if number % 2 else b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "))
        assert _health(port) < 5


def test_a_request_that_drips_is_closed(port: int) -> None:
    began = time.monotonic()
    with _open(port, b"GET / HTTP/1.1\r\n") as sock, pytest.raises(OSError):
        while time.monotonic() - began < 20:
            sock.sendall(b"X")
            time.sleep(0.2)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("path", ["/files/upload?name=a.csv", "/login", "/_dash-update-component"])
@pytest.mark.parametrize("size", ["Content-Length: 1200000000", "Transfer-Encoding: chunked"])
def test_a_large_body_of_a_stranger_is_refused_before_it_is_kept(port: int, path: str, size: str) -> None:
    with _open(port, f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{size}\r\n\r\n".encode()) as sock:
        piece = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        sent = 0
        try:
            while "chunked" in size and sent < 10 * LARGEST_BODY:
                sock.sendall(piece)
                sent += len(piece)
        except OSError:
            pass  # closed on us
        assert sent < 3 * LARGEST_BODY
        if not sent:
            assert b" 413 " in sock.recv(4096)
