"""Connections: those that send slowly or nothing are closed, and never keep others out.

A request must be whole within ``WHOLE_S`` seconds of its first byte, however slowly bytes drip in; an upload may take longer as long
as bytes come. Bodies larger than a page's state are taken only for uploads, of people whose cookie lets them in: refused at the
headers, before a byte of them is kept. Near the limit of open connections the one that waits longest without a request goes first.
"""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.utilities import RequestEntityTooLarge

from dashboards.local.uploads import LARGEST
from dashboards.server.login import COOKIE, SESSIONS
from dashboards.server.security import LARGEST_BODY, STREAMED

if TYPE_CHECKING:
    from dash import Dash

THREADS = 8
IDLE_S = 60
"""Seconds after which a connection on which nothing happens is closed."""
WHOLE_S = 20
"""Seconds within which a request must be whole, other than an upload."""
LOOK_S = 5
"""Seconds between two looks at the connections."""
CONNECTIONS, FEWEST, SPARE_FILES = 2_000, 200, 200
"""Open connections of one process where the system allows as many files, the least, and files kept for the case."""
CROWDED = 0.9
"""Share of the connections above which the one that has waited longest is closed for each new one."""
HEADERS = 64 << 10
BACKLOG = 1_024


class Request(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """A request as it comes in, whose body is refused where it is too large for what it is."""

    admitted: Callable[[str | None], bool] = staticmethod(lambda _: True)
    """Tells from a cookie header if somebody may upload."""
    streamed = False

    def received(self, data: bytes) -> int:
        """Take bytes; gives how many were used."""
        used: int = super().received(data)
        if not self.completed and not self.streamed and self.body_bytes_received > LARGEST_BODY:
            self._refuse()  # of a body sent in chunks, whose size nobody said
        return used

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers, and refuse a body too large for the path."""
        super().parse_header(header_plus)
        upload = self.path.startswith(STREAMED)
        self.streamed = upload and self.admitted(self.headers.get("COOKIE"))
        if self.content_length > LARGEST_BODY and not self.streamed:
            self._refuse()

    def _refuse(self) -> None:
        self.error = RequestEntityTooLarge(f"exceeds {LARGEST_BODY:,} bytes")
        self.completed = True


class Connection(HTTPChannel):  # type: ignore[misc]
    """A connection that is patient with people, not with what drips."""

    parser_class = Request
    last_activity: float

    def __init__(self, server: Any, sock: socket.socket, address: Any, adj: Any, map: Any = None) -> None:
        make_room(server.active_channels.values(), int(adj.connection_limit * CROWDED))
        super().__init__(server, sock, address, adj, map=map)
        self.since: float | None = None

    def handle_read(self) -> None:
        """Read, and keep the clock of a request that is not whole yet from starting anew with each byte."""
        before = self.last_activity
        super().handle_read()
        request = self.request
        if request is None:
            self.since = None
        elif not request.streamed:
            self.since = self.since or self.last_activity or before
            self.last_activity = min(self.last_activity, self.since + WHOLE_S - self.adj.channel_timeout)


def make_room(connections: Any, most: int) -> None:
    """Close the connection that has waited longest without a whole request, where there are too many."""
    if len(connections) < most:
        return
    waiting = [one for one in connections if not one.requests and not one.total_outbufs_len and not one.will_close]
    if waiting:
        oldest = min(waiting, key=lambda one: (one.last_activity, one.creation_time))
        oldest.will_close = True


def listen(app: Dash, sock: socket.socket) -> None:
    """Serve on a socket until interrupted: one process, several threads."""
    log = logging.getLogger("waitress.queue")
    log.setLevel(logging.ERROR)  # a page asks for more files than there are threads
    server = create_server(
        app.server,
        sockets=[sock],
        threads=THREADS,
        ident=None,
        clear_untrusted_proxy_headers=False,  # login.py reads them, and believes the proxies it was told of
        max_request_body_size=LARGEST + (1 << 20),
        max_request_header_size=HEADERS,
        connection_limit=limit(),
        channel_timeout=IDLE_S,
        cleanup_interval=LOOK_S,
        backlog=BACKLOG,
        asyncore_use_poll=True,  # select knows no file above 1,023
        log_socket_errors=False,
    )
    server.channel_class = type("Channel", (Connection,), {"parser_class": _parser(app)})
    server.run()


def _parser(app: Dash) -> type[Request]:
    sessions = app.server.extensions.get(SESSIONS)

    def admitted(header: str | None) -> bool:
        return sessions is None or sessions.read(cookie_of(header)) is not None

    return type("Incoming", (Request,), {"admitted": staticmethod(admitted)})


def cookie_of(header: str | None) -> str | None:
    """Our cookie in a header; None where there is none.

    Examples
    --------
    >>> cookie_of("a=b; lockstep=c"), cookie_of("a=b"), cookie_of(None)
    ('c', None, None)
    """
    with suppress(CookieError):
        found = SimpleCookie(header or "").get(COOKIE)
        return found.value if found else None
    return None


def limit() -> int:
    """Open connections that this process may hold: as many as the system allows files, with some left for the case.

    Examples
    --------
    >>> FEWEST <= limit() <= CONNECTIONS
    True
    """
    if sys.platform == "win32":
        return FEWEST  # it has no poll, and select takes 512
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE_FILES
    if 0 <= soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return CONNECTIONS if soft < 0 else max(FEWEST, min(CONNECTIONS, soft - SPARE_FILES))
