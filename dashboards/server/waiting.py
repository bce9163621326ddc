"""Addresses that sent wrong tokens: each waits longer after each, and is locked out after many. No thread sleeps for it."""

from __future__ import annotations

import ipaddress
import math
import os
import time
from collections import OrderedDict
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import RLock

from ingest.locks import Lock

FREE, LONGEST_S = 5, 60
"""Wrong tokens an address may send without waiting, and the longest it then waits for its next try."""
TRIES, LOCKED_S = 20, 900
"""Wrong tokens after which an address is locked out, and for how long."""
FORGIVEN_S = 3_600
"""Quiet seconds after which the wrong tokens of an address are forgotten."""
ADDRESSES = 10_000
"""Addresses remembered; the one whose last wrong token is oldest goes first."""


class Waiting:
    """Addresses that sent wrong tokens, and how long each waits: twice as long after each.

    Parameters
    ----------
    folder : Path, optional
        Where all processes of a server count together; without it, or where it cannot be written, each counts for itself.

    Examples
    --------
    >>> waiting = Waiting()
    >>> for _ in range(FREE + 3):
    ...     locked = waiting.wrong("192.0.2.1", now=0)
    >>> waiting.left("192.0.2.1", now=1), waiting.left("192.0.2.1", now=9), waiting.left("192.0.2.2", now=1)
    (7, 0, 0)
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._until: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._until) if self._folder is None else len(self._files())

    def left(self, address: str, now: float | None = None) -> int:
        """Seconds until an address may try again; 0 where it may."""
        return max(0, math.ceil(self._known(address)[1] - _time(now)))

    def wrong(self, address: str, now: float | None = None) -> bool:
        """Count a wrong token; True where it locks the address out."""
        with self._alone():
            tries, until = self._known(address)
            tries = 1 if until + FORGIVEN_S < _time(now) else tries + 1
            self._keep(address, tries, _time(now) + wait_after(tries))
            return tries >= TRIES

    def right(self, address: str) -> None:
        """Forget an address that knows the token."""
        with self._alone():
            self._until.pop(address, None)
            if self._folder is not None:
                with suppress(OSError):
                    self._file(address).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The right to change what is known, among the threads of this process and among all of them."""
        with self._lock, ExitStack() as held:
            if self._folder is not None:
                with suppress(OSError):
                    self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                    lock = Lock(self._folder / ".lock")
                    lock.acquire(wait_s=1)
                    held.callback(lock.release)
            yield

    def _known(self, address: str) -> tuple[int, float]:
        """Wrong tokens of an address, and until when it waits; from the folder, where that could be written."""
        if self._folder is not None:
            with suppress(OSError, ValueError):
                tries, until = self._file(address).read_text("ascii").split()
                return int(tries), float(until)
        return self._until.get(address, (0, 0.0))

    def _keep(self, address: str, tries: int, until: float) -> None:
        if self._folder is not None:
            with suppress(OSError):
                new = self._folder / f".new-{os.getpid()}"
                new.write_text(f"{tries} {until!r}", "ascii")
                new.replace(self._file(address))
                known = self._files()
                for old in sorted(known, key=_changed)[: len(known) - ADDRESSES] if len(known) > ADDRESSES else ():
                    old.unlink(missing_ok=True)
                return
        self._until.pop(address, None)
        self._until[address] = (tries, until)
        while len(self._until) > ADDRESSES:
            self._until.popitem(last=False)

    def _files(self) -> list[Path]:
        """One file for each address."""
        return list(self._folder.glob("[0-9a-f]*")) if self._folder is not None else []

    def _file(self, address: str) -> Path:
        assert self._folder is not None
        return self._folder / sha256(address.encode()).hexdigest()[:32]


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns


def _time(now: float | None) -> float:
    return time.time() if now is None else now


def wait_after(tries: int) -> float:
    """Seconds to wait after so many wrong tokens.

    Examples
    --------
    >>> [wait_after(tries) for tries in (1, 5, 6, 8, 11, 19, 20, 99)]
    [0.0, 0.0, 2.0, 8.0, 60.0, 60.0, 900.0, 900.0]
    """
    if tries >= TRIES:
        return float(LOCKED_S)
    return float(min(2 ** (tries - FREE), LONGEST_S)) if tries > FREE else 0.0


def wait_words(seconds: int, now: datetime | None = None) -> str:
    """A sentence on how long an address waits.

    Examples
    --------
    >>> wait_words(2)
    'Too many wrong tokens from this address. Try again in 2 seconds.'
    >>> wait_words(900, datetime(2026, 1, 1, 9, 0, tzinfo=UTC))
    'Too many wrong tokens: this address is locked out for 15 minutes. Try again at 09:15 UTC.'
    """
    if seconds <= LONGEST_S:
        return f"Too many wrong tokens from this address. Try again in {seconds} second{'' if seconds == 1 else 's'}."
    at, minutes = (now or datetime.now(UTC)) + timedelta(seconds=seconds), math.ceil(seconds / 60)
    return (
        f"Too many wrong tokens: this address is locked out for {minutes} minutes. Try again at"
        f" {at.astimezone(UTC):%H:%M} UTC."
    )


def caller(peer: str, forwarded: str, proxies: Collection[str] = ()) -> str:
    """The address that wrong tokens count for.

    It is the one at the other end of the connection. Where that is a proxy named with ``--proxy``, it is the last one of
    ``X-Forwarded-For`` that is no such proxy: what stands before it, the caller may have written. Of an IPv6 address its
    network of 64 bits counts, which one household holds.

    Parameters
    ----------
    peer : str
        Address at the other end of the connection.
    forwarded : str
        Value of ``X-Forwarded-For``.
    proxies : collection of str
        Addresses of proxies that are believed.

    Examples
    --------
    >>> caller("192.0.2.1", "198.51.100.7"), caller("127.0.0.1", "203.0.113.9, 198.51.100.7", ["127.0.0.1"])
    ('192.0.2.1', '198.51.100.7')
    >>> caller("2001:db8::1", ""), caller("127.0.0.1", "not an address", ["127.0.0.1"])
    ('2001:db8::/64', '127.0.0.1')
    """
    said = [*(part.strip() for part in forwarded.split(",")), peer]
    while len(said) > 1 and said[-1] in proxies and _is_address(said[-2]):
        said.pop()
    with suppress(ValueError):
        address = ipaddress.ip_address(said[-1])
        if address.version == 6 and address.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(address), 64), strict=False))
    return said[-1]


def _is_address(word: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(word))
    return False
