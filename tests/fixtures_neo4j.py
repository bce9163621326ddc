"""A real Neo4j server for the tests that ask for one, found or started once a session."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import neo4j
import pytest

HERE = Path(__file__).resolve().parent
INSTALL = "apt-get install -y --no-install-recommends openjdk-17-jdk-headless maven"
_said: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the server is marked, so that ``-m 'not neo4j'`` leaves it out."""
    for item in items:
        if "neo4j_address" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.neo4j)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which server the tests ran on, or what to install."""
    for line in _said:
        terminalreporter.write_sep("=", line, bold=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of several hands on which server it used."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["neo4j"] = _said


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Takes what a worker hands on."""
    _said.extend(line for line in getattr(node, "workeroutput", {}).get("neo4j", ()) if line not in _said)


@pytest.fixture(scope="session")
def neo4j_address() -> Iterator[str]:
    """Address of a running server; its credentials are in the environment for as long as the session lasts."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        address, which = _server(stack, patch)
        _said.append(f"Neo4j tests ran on {which}")
        yield address


@pytest.fixture
def neo4j_case(neo4j_address: str) -> Iterator[str]:
    """Address of a case nobody has used; it is removed afterwards."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield f"{neo4j_address}?case={name}"
    forget(f"{neo4j_address}?case={name}")


def forget(address: str) -> None:
    """Leave nothing of a case behind: the server may be somebody's own."""
    server, _, case = address.partition("?case=")
    known = os.environ["LOCKSTEP_NEO4J_USER"], os.environ["LOCKSTEP_NEO4J_PASSWORD"]
    every = "MATCH (n) WHERE n.case = $case CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
    with neo4j.GraphDatabase.driver(server, auth=known) as driver, driver.session() as session:
        session.run(every, case=case).consume()


def _server(stack: ExitStack, patch: pytest.MonkeyPatch) -> tuple[str, str]:
    given = os.environ.get("LOCKSTEP_TEST_NEO4J")
    if given:
        return _given(given, patch)
    start = start_module()
    lacking = start.missing()
    if not lacking:
        try:
            server = stack.enter_context(start.running())
        except start.NoServer as error:
            _no_server(str(error))
        _credentials(patch, server.user, server.password)
        return server.address, f"a server started from {start.jars().name} at {server.address}"
    if _docker_works():
        return _docker(stack, patch)
    _no_server(f"no Neo4j server: set LOCKSTEP_TEST_NEO4J, or install Docker, or {' and '.join(lacking)} ({INSTALL})")


def _given(address: str, patch: pytest.MonkeyPatch) -> tuple[str, str]:
    env = os.environ
    user = env.get("LOCKSTEP_NEO4J_USER") or env.get("NEO4J_USERNAME") or "neo4j"
    password = env.get("LOCKSTEP_NEO4J_PASSWORD") or env.get("NEO4J_PASSWORD")
    if not password:
        _no_server("LOCKSTEP_TEST_NEO4J is set, but not NEO4J_PASSWORD")
    _credentials(patch, user, password)
    return address.rstrip("/"), f"LOCKSTEP_TEST_NEO4J={address}"


def _docker_works() -> bool:
    command = ["docker", "compose", "version"]
    return bool(shutil.which("docker")) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def _docker(stack: ExitStack, patch: pytest.MonkeyPatch) -> tuple[str, str]:
    port, password = start_module().free_port(), secrets.token_urlsafe(12)
    patch.setenv("NEO4J_PASSWORD", password)
    patch.setenv("NEO4J_BOLT_PORT", str(port))
    patch.setenv("NEO4J_HTTP_PORT", str(start_module().free_port()))
    project = f"lockstep-tests-{os.getpid()}"
    compose = ["docker", "compose", "-p", project, "-f", str(HERE.parent / "compose.yaml")]
    stack.callback(subprocess.run, [*compose, "down", "-v"], capture_output=True, check=False, env={**os.environ})
    done = subprocess.run([*compose, "up", "-d", "--wait"], capture_output=True, text=True, check=False)
    if done.returncode:
        _no_server(f"docker compose could not start Neo4j: {done.stderr[-400:]}")
    _credentials(patch, "neo4j", password)
    return f"bolt://127.0.0.1:{port}", "a server started by docker compose"


def _credentials(patch: pytest.MonkeyPatch, user: str, password: str) -> None:
    patch.setenv("LOCKSTEP_NEO4J_USER", user)
    patch.setenv("LOCKSTEP_NEO4J_PASSWORD", password)


def _no_server(reason: str) -> NoReturn:
    if reason not in _said:
        _said.append(f"Neo4j tests DID NOT RUN: {reason}")
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def start_module() -> ModuleType:
    """``neo4j_server/start.py``, which is a script of its own and in no package."""
    name = "lockstep_neo4j_start"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / "neo4j_server" / "start.py")
        assert spec is not None and spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]
