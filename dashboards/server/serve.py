"""The dashboard on a port: one process for one person or a few, several for many, and other cases beside it."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context, parent_process
from typing import Any

from dash import Dash

from dashboards.server import connections
from dashboards.server.access import Access
from dashboards.server.login import SHORTEST
from dashboards.server.security import LOOPBACK
from ingest.errors import LockstepError, UsageError
from ingest.scratch import Scratch

HOST = "127.0.0.1"
PORT = 8050
PORTS_TRIED = 50
YOUNG_S = 10.0
"""A worker that ends sooner is not started again, since it would fail again."""


def access_for(
    host: str,
    names: tuple[str, ...],
    token: str | None,
    reader_token: str | None = None,
    proxies: tuple[str, ...] = (),
) -> Access:
    """People who may open the dashboard at an address.

    Parameters
    ----------
    host : str
        Address to listen on.
    names : tuple of str
        Host names under which people reach it, such as that of a reverse proxy.
    token, reader_token : str, optional
        Secrets of analysts and of readers.
    proxies : tuple of str
        Addresses of reverse proxies whose ``X-Forwarded-For`` is believed.

    Raises
    ------
    UsageError
        If other machines could connect without a token, a token is short, readers have the token of analysts, or no host
        name is known.
    """
    open_to_others = not is_loopback(host) or bool(names)
    _check_tokens(token, reader_token)
    if open_to_others and token is None:
        raise UsageError(
            "Other people could open this case without a token.",
            hint='Set LOCKSTEP_TOKEN first; python -c "import secrets; print(secrets.token_urlsafe(24))" makes one.',
        )
    if is_any(host) and not names:
        raise UsageError(
            f"{host} is every address of this machine, so the host name that people use is needed too.",
            hint="Name it: --name lockstep.example.org, or its address in your network.",
        )
    known = (*names, host) if not is_any(host) and not is_loopback(host) else names
    return Access(tuple(name.lower() for name in known), token, reader_token, _addresses(proxies))


def _check_tokens(token: str | None, reader_token: str | None) -> None:
    for name, given in (("LOCKSTEP_TOKEN", token), ("LOCKSTEP_READER_TOKEN", reader_token)):
        if given is not None and len(given) < SHORTEST:
            raise UsageError(f"The token has {len(given)} characters.", hint=f"Give {name} {SHORTEST} or more.")
    if reader_token is not None and token is None:
        raise UsageError("There is a token for readers, but none for analysts.", hint="Set LOCKSTEP_TOKEN too.")
    if reader_token is not None and reader_token == token:
        raise UsageError("Readers and analysts have one token.", hint="Give LOCKSTEP_READER_TOKEN another one.")


def _addresses(proxies: tuple[str, ...]) -> tuple[str, ...]:
    for proxy in proxies:
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            raise UsageError(
                f"--proxy {proxy} is no address.", hint="Give the proxy's own, such as --proxy 127.0.0.1."
            ) from None
    return proxies


def is_loopback(host: str) -> bool:
    """True for an address that only this machine can reach.

    Examples
    --------
    >>> [is_loopback(h) for h in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "192.168.1.5", "example.org")]
    [True, True, True, False, False, False]
    """
    if host in LOOPBACK:
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def is_any(host: str) -> bool:
    """True for an address that stands for every address of this machine."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_unspecified
    return False


def warm(app: Dash) -> None:
    """Answer the first requests of every page once, so that files are read before people ask for them."""
    client = app.server.test_client()
    for path in ("/", "/_dash-layout", "/_dash-dependencies"):
        client.get(path, headers={"Host": LOOPBACK[0]})


def bound(host: str, port: int) -> socket.socket:
    """A socket on the first free port from this one on.

    Raises
    ------
    UsageError
        If there is no such port, the address is not one of this machine, or all ports that were tried are busy.
    """
    if not 1 <= port <= 65535:
        raise UsageError(f"There is no port {port}.", hint="Ports go from 1 to 65535; --port 8050 is usual.")
    last = min(port + PORTS_TRIED, 65536)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, last):
        sock = socket.socket(family)
        if os.name != "nt":  # on Windows it would let two listen on one port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, number))
            sock.listen(1024)  # two may bind to one port, only one can listen
        except socket.gaierror:
            sock.close()
            raise UsageError(f"{host} is no address of this machine.", hint="127.0.0.1 is this machine only.") from None
        except OSError:
            sock.close()
            continue
        return sock
    raise UsageError(f"Ports {port} to {last - 1} are busy or not allowed.", hint="Name another one with --port.")


class Beside:
    """Dashboards of other cases in this process, each on its own port."""

    def __init__(self, port: int = PORT) -> None:
        self._port = port
        self._urls: dict[str, str] = {}
        self._stores: list[Any] = []
        self._opening = threading.Lock()

    def open(self, address: str, create: bool = False, name: str | None = None) -> str:
        """Address of a case's dashboard, which is started if need be, on the first free port after that of the first case.

        Raises
        ------
        LockstepError
            If the case cannot be opened.
        """
        from dashboards.local import recent_cases
        from dashboards.server.app import create_app
        from graph.stores import open_case
        from graph.stores.folder_store.store import FolderStore

        with self._opening:
            address = recent_cases.full(address)
            if address not in self._urls:
                store = FolderStore.open(address, create, name) if name else open_case(address, create=create)
                recent_cases.remember(store.address)
                sock = bound(HOST, self._port)
                app = create_app(store, beside=self)
                threading.Thread(target=connections.listen, args=(app, sock), daemon=True).start()
                self._stores.append(store)
                self._urls[address] = f"http://{HOST}:{sock.getsockname()[1]}/"
            return self._urls[address]

    def add(self, address: str, url: str) -> None:
        """Add a case that is served already."""
        self._urls[address] = url

    def close(self) -> None:
        """Close the cases."""
        for store in self._stores:
            store.close()


def serve_workers(address: str, sock: socket.socket, workers: int, access: Access, ready: Callable[[], None]) -> None:
    """Serve from several processes that share a socket, until interrupted.

    Everything else they share is on disk: the case, whose runs never change, the jobs, and who sent wrong tokens.

    Raises
    ------
    LockstepError
        If a worker ends right after its start.
    """
    context, counted = get_context("spawn"), Scratch("wrong-tokens")
    together = replace(access, wrong_tokens=counted.path)

    def begin() -> tuple[Any, float]:
        process = context.Process(target=_worker, args=(address, sock, together), daemon=True)
        process.start()
        return process, time.monotonic()

    team = [begin() for _ in range(workers)]
    try:
        ready()
        while True:
            time.sleep(0.5)
            for place, (process, since) in enumerate(team):
                if process.is_alive():
                    continue
                if time.monotonic() - since < YOUNG_S:
                    raise LockstepError("A server process ended right after its start.", hint="Try without --workers.")
                team[place] = begin()
    finally:
        for process, _ in team:
            process.terminate()
        for process, _ in team:
            process.join(5)
        counted.close()


def _worker(address: str, sock: socket.socket, access: Access) -> None:
    """Serve from one process of several; it opens the case for itself."""
    from dashboards.server.app import create_app
    from graph.stores import open_case

    threading.Thread(target=_end_with_server, daemon=True).start()
    with suppress(KeyboardInterrupt):
        app = create_app(open_case(address), access=access)
        warm(app)
        connections.listen(app, sock)


def _end_with_server() -> None:
    """End this process as soon as the server that started it is gone, however it went."""
    server = parent_process()
    assert server is not None
    server.join()
    os._exit(1)
