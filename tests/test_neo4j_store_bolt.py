"""A server that is gone, silent, slow, of another kind, or refuses: one sentence, soon, and no chatter of the driver."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import neo4j
import pytest
from fixtures_proxy import Proxy, proxied
from fixtures_stores import account, at, batch, post, put, rows
from neo4j.exceptions import Neo4jError

from graph.stores import open_case
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.reach import Address
from graph.stores.neo4j_store.refusals import passing, sentence
from ingest.errors import CaseError, Unreachable

HERE = Address("bolt://db.example.org", "press", "spring")


@pytest.fixture
def proxy(neo4j_address: str) -> Iterator[Proxy]:
    where = urlsplit(neo4j_address)
    assert where.hostname is not None
    with proxied((where.hostname, where.port or 7687)) as made:
        yield made


def through(proxy: Proxy, case: str) -> str:
    return f"bolt://127.0.0.1:{proxy.port}?{case.partition('?')[2]}"


def some(number: int = 1) -> Any:
    return batch(accounts=[account("x:1")], posts=[post(f"x:{number}{i}", "x:1", at(i)) for i in range(5)])


@pytest.mark.parametrize("fault", ["half_open", "close"])
def test_a_server_that_goes_in_mid_load_ends_it_with_a_sentence(
    neo4j_case: str, proxy: Proxy, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    store = open_case(through(proxy, neo4j_case), create=True)
    started = 0.0
    with pytest.raises(Unreachable, match="stopped answering"), store.writer("s1") as writer:
        writer.write(some())
        getattr(proxy, fault)()
        started = time.monotonic()
        writer.write(some(2))
    store.close()
    assert time.monotonic() - started < 30
    assert capfd.readouterr() == ("", "")
    again = wait_for(neo4j_case)
    assert rows(again, "posts") == []
    put(again, "s1", some())
    assert len(rows(again, "posts")) == 5
    again.close()


def wait_for(address: str) -> Any:
    """The case, when the server has noticed that the writer is gone."""
    store = open_case(address)
    for _ in range(100):
        try:
            with store.writer("probe"):
                pass
        except CaseError:
            time.sleep(0.1)
        else:
            break
    return store


def test_a_silent_server_ends_a_read_within_ten_seconds(neo4j_case: str, proxy: Proxy) -> None:
    store = open_case(through(proxy, neo4j_case), create=True)
    proxy.half_open()
    for most in (10.0, 1.0):  # the next one need not find out again
        started = time.monotonic()
        with pytest.raises(Unreachable, match="stopped answering"):
            store.sources()
        assert time.monotonic() - started < most
    proxy.silent = False
    time.sleep(2.1)
    assert store.sources().num_rows == 0, "it is there again"
    store.close()


def test_connections_that_were_cut_are_made_again(neo4j_case: str, proxy: Proxy) -> None:
    store = open_case(through(proxy, neo4j_case), create=True)
    proxy.cut()
    assert store.sources().num_rows == 0
    store.close()


def test_a_slow_way_is_no_dead_server(neo4j_case: str, proxy: Proxy) -> None:
    store = open_case(through(proxy, neo4j_case), create=True)
    proxy.delay_s = 0.3
    assert store.sources().num_rows == 0
    store.close()


def test_an_old_server_is_named(neo4j_address: str) -> None:
    where = urlsplit(neo4j_address)
    older = {b"Neo4j/5.": b"Neo4j/4."}
    with (
        proxied((str(where.hostname), where.port or 7687), older) as proxy,
        pytest.raises(CaseError, match=r"Neo4j/4\..*5\.23 or newer"),
    ):
        open_case(f"bolt://127.0.0.1:{proxy.port}?case=a")


@contextmanager
def saying(words: bytes) -> Iterator[int]:
    """A port where something says a few words to everybody."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    sock, _ = listening.accept()
                except OSError:
                    return
                with sock:
                    sock.recv(100)
                    sock.sendall(words)

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "web port"),
        (b"\0\0\0\0", "another age"),
        (b"SSH-2.0-x\r\n", "no Neo4j server"),
    ],
)
def test_what_is_no_server_is_named(words: bytes, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKSTEP_NEO4J_PASSWORD", "x")
    with saying(words) as port, pytest.raises(Unreachable, match=said):
        open_case(f"bolt://127.0.0.1:{port}?case=a")


@pytest.mark.parametrize("scheme", ["bolt+s", "bolt+ssc", "neo4j+s"])
def test_encryption_asked_of_a_plain_server(neo4j_address: str, scheme: str) -> None:
    address = f"{scheme}://{urlsplit(neo4j_address).netloc}?case=a"
    started = time.monotonic()
    with pytest.raises(Unreachable, match="does not encrypt"):
        open_case(address)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("code", "said", "again"),
    [
        ("ClientError.Transaction.TransactionTimedOut", "db.transaction.timeout", False),
        ("TransientError.Transaction.LockAcquisitionTimeout", "db.lock.acquisition.timeout", True),
        ("TransientError.General.MemoryPoolOutOfMemoryError", "dbms.memory.transaction.total.max", False),
        ("TransientError.General.TransactionOutOfMemoryError", "db.memory.transaction.max", False),
        ("TransientError.General.OutOfMemoryError", "ran out of memory", False),
        ("ClientError.Security.Unauthorized", "does not accept", False),
        ("ClientError.Security.AuthenticationRateLimit", "too many wrong passwords", False),
        ("ClientError.Security.CredentialsExpired", "must be changed", False),
        ("ClientError.Security.Forbidden", "forbids this user", False),
        ("ClientError.General.WriteOnReadOnlyAccessDatabase", "can only be read", False),
        ("ClientError.General.ForbiddenOnReadOnlyDatabase", "can only be read", False),
        ("ClientError.Cluster.NotALeader", "takes no writes", False),
        ("ClientError.Database.DatabaseNotFound", "no database 'press'", False),
        ("TransientError.Database.DatabaseUnavailable", "stopped or starting", True),
        ("TransientError.Transaction.DeadlockDetected", "same nodes", True),
        ("ClientError.Schema.ConstraintValidationFailed", "constraint", False),
        ("DatabaseError.Transaction.TransactionCommitFailed", "disk", False),
        ("DatabaseError.General.UnknownError", "failed", False),
    ],
)
def test_what_a_server_refuses_is_said(code: str, said: str, again: bool) -> None:
    error = Neo4jError._hydrate_neo4j(code=f"Neo.{code}", message="Node(1) with label `Post` and `uid` = 'x:secret'")
    told = sentence(error, HERE)
    assert said in str(told) and "secret" not in str(told)
    assert (passing(error), told.exit_code) == (again, 1)


def test_memory_that_is_short_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    class Full:
        def session(self, **_: object) -> Any:
            tried.append(1)
            raise Neo4jError._hydrate_neo4j(code="Neo.TransientError.General.MemoryPoolOutOfMemoryError", message="")

    with pytest.raises(CaseError, match="memory"):
        Bolt(Full(), HERE).read("RETURN 1")
    assert tried == [1]


def test_the_driver_says_nothing_by_itself() -> None:
    assert logging.getLogger("neo4j").level > logging.ERROR
    assert neo4j.__version__
