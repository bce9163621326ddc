"""Addresses of cases, and asking whether, and how, a server answers: a handshake without a login, and a watch over calls that wait for too long."""

from __future__ import annotations

import getpass
import os
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from urllib.parse import parse_qs, quote, unquote, urlsplit

from graph.stores.address import refuse_secrets
from ingest.errors import CaseError, Unreachable, UsageError

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
EXAMPLE = "neo4j://host[:port][/database]?case=name"
BOLT = 7687
OLDEST = "5.23"
_HELLO = bytes.fromhex("6060b01700080805000404040000000300000000")  # Bolt 5.8 down to 5.0, 4.4 to 4.0, 3
_TICK_S, _IDLE_S = 0.2, 5.0

SAYS: Mapping[str, tuple[str, str]] = {  # what was found -> sentence, hint; {plain} is neo4j or bolt
    "nobody": ("No Neo4j server answers at {uri}.", "Start it (docker compose up -d --wait), or check host and port."),
    "no host": ("There is no host {host}.", "Check the name in the address."),
    "silent": (
        "{uri} takes connections and does not answer.",
        f"See that the server is well, and that the port is its Bolt port (usually {BOLT}).",
    ),
    "http": ("{uri} is a web port (HTTP), not the Bolt port.", f"Bolt is usually on port {BOLT}."),
    "tls": (
        "{uri} encrypts its connections, and the address asks for a plain one.",
        "Write {plain}+s://, or {plain}+ssc:// where nobody has signed its certificate.",
    ),
    "plain": (
        "{uri} does not encrypt its connections, and the address asks for an encrypted one.",
        "Have encryption switched on there (server.bolt.tls_level), or write {plain}:// where the way to it is safe.",
    ),
    "certificate": (
        "The certificate of {uri} is not trusted: {why}.",
        "Write {plain}+ssc:// if it is meant to be signed by nobody.",
    ),
    "too old": (
        f"{{uri}} is a Neo4j server of another age; Neo4j {OLDEST} or newer is needed.",
        "Neo4j 5.26 is the version with long-term support.",
    ),
    "other": ("What listens at {uri} is no Neo4j server.", f"Check the port; Bolt is usually on {BOLT}."),
    "bolt": (
        "{uri} answers, but no connection came about: {why}.",
        "For one server behind a tunnel or a proxy write bolt:// in place of neo4j://.",
    ),
}


@dataclass(frozen=True)
class Address:
    """A case's address in its parts.

    Examples
    --------
    >>> Address.parse("neo4j://localhost:7687/press?case=spring")
    Address(uri='neo4j://localhost:7687', database='press', case='spring')
    >>> str(Address.parse("BOLT://db.example.org/?case=a b"))
    'bolt://db.example.org?case=a%20b'
    """

    uri: str
    database: str | None
    case: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address; nothing of it is repeated in an error if it may hold a password."""
        refuse_secrets(text)
        parts = urlsplit(text.strip())
        if parts.scheme.lower() not in SCHEMES or not parts.hostname:
            raise UsageError("This is not an address of a Neo4j case.", hint=f"Write {EXAMPLE}.")
        query = parse_qs(parts.query, keep_blank_values=True)
        unknown = sorted(set(query) - {"case"})
        case = query.get("case", [""])[-1].strip()
        if unknown or not case:
            found = f"does not know {unknown[0]!r}" if unknown else "does not say which case"
            raise UsageError(f"The address {found}.", hint=f"Write {EXAMPLE}.")
        return cls(f"{parts.scheme.lower()}://{parts.netloc}", unquote(parts.path.strip("/")) or None, case)

    def __str__(self) -> str:
        database = f"/{quote(self.database, safe='')}" if self.database else ""
        return f"{self.uri}{database}?case={quote(self.case, safe='')}"


def credentials(uri: str) -> tuple[str, str]:
    """User and password from the environment, or typed where there is a terminal."""
    env = os.environ
    user = env.get("LOCKSTEP_NEO4J_USER") or env.get("NEO4J_USERNAME")
    password = env.get("LOCKSTEP_NEO4J_PASSWORD") or env.get("NEO4J_PASSWORD")
    if password:
        return user or "neo4j", password
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(
            f"The password for {uri} is not known.", hint="Set NEO4J_USERNAME and NEO4J_PASSWORD in the environment."
        )
    if not user:
        print(f"User at {uri} [neo4j]: ", end="", file=sys.stderr, flush=True)
        user = sys.stdin.readline().strip() or "neo4j"
    return user, getpass.getpass(f"Password of {user} at {uri}: ", stream=sys.stderr)


@dataclass(frozen=True)
class Place:
    """Address of a server, and its encryption.

    Examples
    --------
    >>> Place.of("neo4j+s://db.example.org")
    Place(uri='neo4j+s://db.example.org', host='db.example.org', port=7687, secure=True)
    """

    uri: str
    host: str
    port: int
    secure: bool

    @classmethod
    def of(cls, uri: str) -> Place:
        """Take an address apart."""
        parts = urlsplit(uri)
        return cls(uri, parts.hostname or "", parts.port or BOLT, parts.scheme.partition("+")[2] != "")

    def says(self, found: str, why: str = "") -> CaseError:
        """Give the error of what was found there."""
        message, hint = SAYS[found]
        words = {"uri": self.uri, "host": self.host, "plain": urlsplit(self.uri).scheme.partition("+")[0], "why": why}
        return Unreachable(message.format(**words), hint=hint.format(**words))


def look(place: Place, wait: float) -> str:
    """Name what listens at a place: a key of ``SAYS``.

    Parameters
    ----------
    place : Place
    wait : float
        Seconds to wait for each answer.

    Examples
    --------
    >>> with socket.create_server(("127.0.0.1", 0)) as listening:
    ...     port = listening.getsockname()[1]
    >>> look(Place.of(f"bolt://127.0.0.1:{port}"), 1)
    'nobody'
    """
    found = _heard(place, place.secure, wait)
    if found != "other":
        return found
    across = _heard(place, not place.secure, wait)
    if across in ("bolt", "too old"):
        return "plain" if place.secure else "tls"
    return across if across == "http" else "other"


def distrust(place: Place, wait: float) -> str | None:
    """Give the reason why a server's certificate is not trusted; None where it is, or none is asked for."""
    if not urlsplit(place.uri).scheme.endswith("+s"):
        return None
    try:
        with socket.create_connection((place.host, place.port), wait) as plain:
            ssl.create_default_context().wrap_socket(plain, server_hostname=place.host).close()
    except ssl.SSLCertVerificationError as error:
        return error.verify_message or "it cannot be verified"
    except OSError:
        return None
    return None


def _heard(place: Place, tls: bool, wait: float) -> str:
    try:
        with socket.create_connection((place.host, place.port), wait) as plain:
            plain.settimeout(wait)
            with _wrapped(plain, place.host) if tls else plain as sock:
                sock.sendall(_HELLO)
                return _kind(sock.recv(4))
    except socket.gaierror:
        return "no host"
    except TimeoutError:
        return "silent"
    except (ssl.SSLError, ConnectionResetError, BrokenPipeError):
        return "other"
    except OSError:
        return "nobody"


def _wrapped(plain: socket.socket, host: str) -> ssl.SSLSocket:
    """An encrypted connection whose certificate is not looked at: nothing is said on it but a greeting."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=host)


def _kind(answer: bytes) -> str:
    """A server's first four bytes in a word.

    Examples
    --------
    >>> [_kind(bytes(b)) for b in ((0, 0, 8, 5), (0, 0, 4, 4), (0, 0, 0, 0), b"HTTP", b"")]
    ['bolt', 'too old', 'too old', 'http', 'other']
    """
    if answer == b"HTTP":
        return "http"
    if len(answer) < 4 or answer[:2] != b"\0\0":
        return "other"
    return "bolt" if answer[3] >= 5 else "too old"


@dataclass(frozen=True)
class Patience:
    """Seconds of silence before a server is asked whether it is there, seconds it has to answer, and how often it is asked."""

    quiet: float
    answer: float
    tries: int


LOOKING = Patience(3.0, 2.0, 2)  # somebody waits for a page: at most some 8 s
LOADING = Patience(5.0, 4.0, 3)  # a server that cleans up its memory may take a while: at most some 20 s


class Watch:
    """Ends calls that wait for a server which no longer answers; a busy server may take as long as it likes.

    Parameters
    ----------
    answers : callable
        True if the server answers within so many seconds.
    cut : callable
        Breaks all connections, so that what waits for them ends.
    """

    def __init__(self, answers: Callable[[float], bool], cut: Callable[[], None]) -> None:
        self._answers, self._cut = answers, cut
        self._calls: dict[object, tuple[float, Patience]] = {}
        self._busy = threading.Event()
        self._tick = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked = 0.0
        self.lost_at = float("-inf")

    @contextmanager
    def over(self, patience: Patience) -> Iterator[None]:
        """Watch over a call."""
        call = object()
        with self._lock:
            self._calls[call] = monotonic(), patience
            self._busy.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="neo4j-watch", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                del self._calls[call]
                if not self._calls:
                    self._busy.clear()

    def _run(self) -> None:
        while self._busy.wait(_IDLE_S) or not self._done():
            self._tick.wait(_TICK_S)
            with self._lock:
                waiting = min(self._calls.values(), key=lambda call: call[0], default=None)
            if waiting and monotonic() - max(waiting[0], self._asked) > waiting[1].quiet:
                self._ask(waiting[1])

    def _done(self) -> bool:
        """True where nobody calls any more; the next call starts another thread."""
        with self._lock:
            if not self._calls:
                self._thread = None
            return not self._calls

    def _ask(self, patience: Patience) -> None:
        there = any(self._answers(patience.answer) for _ in range(patience.tries))
        self._asked = monotonic()
        if not there and self._calls:
            self.lost_at = self._asked
            self._cut()
