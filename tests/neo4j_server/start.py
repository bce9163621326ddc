"""A real Neo4j Community server without Docker or a download page: its published Java artifacts, started on a free port.

``python tests/neo4j_server/start.py`` starts one for a person and stops it on Ctrl-C; tests use ``running``.
"""

from __future__ import annotations

import ctypes
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import neo4j
import platformdirs

HERE = Path(__file__).resolve().parent
READY_S = 120.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Server:
    """Where it listens, how to log in, and its process."""

    address: str
    user: str
    password: str = field(repr=False)
    pid: int = 0


class NoServer(Exception):
    """The server cannot be had here; the message says what to install or what it last said."""


def missing() -> list[str]:
    """What this machine lacks to run the server from its jars."""
    wanted = {"java": "a JDK (17 or 21)"}
    if not jars().is_dir():
        wanted["mvn"] = "Maven"
    return [words for command, words in wanted.items() if not shutil.which(command)]


def jars() -> Path:
    """The folder of jars for the version in ``pom.xml``, whether or not it has been fetched."""
    version = re.search(r"<artifactId>neo4j</artifactId>\s*<version>([^<]+)<", (HERE / "pom.xml").read_text("utf-8"))
    assert version is not None
    return platformdirs.user_cache_path("lockstep") / f"neo4j-{version[1]}"


def fetched() -> Path:
    """The folder of jars, fetched once with Maven (some 120 MB). A fetch that breaks off leaves nothing behind."""
    folder = jars()
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
        command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
        done = subprocess.run(
            [*command, "-DincludeScope=runtime", f"-DoutputDirectory={part}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or not any(part.glob("neo4j-kernel-*.jar")):
            shutil.rmtree(part, ignore_errors=True)
            raise NoServer(f"Maven could not fetch Neo4j: {(done.stdout + done.stderr)[-800:]}")
        if folder.is_dir():  # another session was faster
            shutil.rmtree(part)
        else:
            part.rename(folder)
    return folder


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(heap: str = "1g") -> Iterator[Server]:
    """A fresh server of its own: free port, temporary home, new password; gone when the block, or this process, ends."""
    sweep_homes()
    home = Path(tempfile.mkdtemp(prefix=f"lockstep-neo4j-{os.getpid()}-"))
    process = None
    try:
        process, port = launch(home, fetched(), heap)
        yield replace(with_password(f"bolt://127.0.0.1:{port}"), pid=process.pid)
    finally:
        if process is not None:
            stop(process)
        shutil.rmtree(home, ignore_errors=True)


def launch(home: Path, classes: Path, heap: str) -> tuple[subprocess.Popen[str], int]:
    """Start the server and wait for its ready line."""
    port = free_port()
    command = ["java", f"-Xmx{heap}", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "-cp", f"{classes}/*", str(HERE / "Server.java"), str(home), str(port)],
            stdin=subprocess.PIPE,  # its end tells the server that we are gone, on every system
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
            preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one system call, no locks
        )
    if not says_ready(process):
        stop(process)
        raise NoServer(f"Neo4j did not start: {(home / 'server.log').read_text('utf-8', 'replace')[-800:]}")
    return process, port


def end_with_parent() -> None:
    """Linux: have the kernel end this process when the one that started it ends, even by ``kill -9``."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def says_ready(process: subprocess.Popen[str]) -> bool:
    """Whether the ready line came in time. What the server says after it is read and dropped, so that it never blocks."""
    ready = threading.Event()
    ended = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("ready "):
                ready.set()
                ended.set()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    ended.wait(READY_S)
    return ready.is_set()


def with_password(address: str) -> Server:
    """The server after its first login, which must change the password as on any new server."""
    server = Server(address, "neo4j", secrets.token_urlsafe(12))
    with (
        neo4j.GraphDatabase.driver(address, auth=("neo4j", "neo4j")) as driver,
        driver.session(database="system") as session,
    ):
        session.run("ALTER CURRENT USER SET PASSWORD FROM $old TO $new", old="neo4j", new=server.password).consume()
    return server


def stop(process: subprocess.Popen[str]) -> None:
    """End the server and everything in its process group."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def sweep_homes() -> None:
    """Remove the homes of servers whose starter was killed."""
    for home in Path(tempfile.gettempdir()).glob("lockstep-neo4j-*-*"):
        starter = home.name.split("-")[2]
        if sys.platform == "linux" and not Path(f"/proc/{starter}").exists():
            shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Serve a person until Ctrl-C."""
    lacking = missing()
    if lacking:
        print(f"To run Neo4j here, install {' and '.join(lacking)}.", file=sys.stderr)
        return 1
    # A terminal's window that closes, or a plain kill, must end the server like Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print("Starting Neo4j (the first time fetches about 120 MB) ...", file=sys.stderr)
    try:
        with running() as server:
            print(f"ready {server.address}")
            print(f"export NEO4J_USERNAME={server.user} NEO4J_PASSWORD={server.password}")
            print(f"lockstep ingest FILES --case '{server.address}?case=mine'")
            print("What is loaded there is gone when it stops. Ctrl-C stops it.", file=sys.stderr, flush=True)
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    except NoServer as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
