"""Locks of the operating system: they end with the process that holds them, however it ends.

Three files in the case are locked, never deleted: ``.writer.lock`` by whoever takes a source in or out,
``.manifest.lock`` for the instant in which ``case.json`` is replaced, and ``.readers.lock``, shared, by everyone who has the
case open, so that parts nobody names any more are deleted only when nobody reads them.
"""

from __future__ import annotations

import json
import os
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.errors import CaseError

_FAR = 0x7FFF0000  # Windows locks bytes: one far behind the text, so that the text can be read while locked


def try_lock(fd: int, *, shared: bool = False) -> bool:
    """Lock an open file without waiting; whether that worked.

    A shared lock is always given on Windows and on drives that know no locks, and guards nothing there.
    """
    if os.name == "nt":
        return shared or _try_lock_windows(fd)
    import fcntl

    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        if not shared:
            raise
    return True


def _try_lock_windows(fd: int) -> bool:
    import msvcrt

    os.lseek(fd, _FAR, os.SEEK_SET)
    try:
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True


class Lock:
    """One lock file of a case, held from ``acquire`` to ``release``.

    Parameters
    ----------
    path : Path
        The lock file; made when missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def acquire(self, *, shared: bool = False, wait_s: float = 0.0) -> bool:
        """Take the lock, waiting at most ``wait_s`` seconds; whether it was got."""
        fd = self._open(shared)
        until = time.monotonic() + wait_s
        try:
            while not try_lock(fd, shared=shared):
                if time.monotonic() >= until:
                    return False
                time.sleep(0.02)
            self._fd = fd
            return True
        finally:
            if self._fd != fd:
                os.close(fd)

    def release(self) -> None:
        """Let go; closing the file is what unlocks it."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _open(self, shared: bool) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        except PermissionError:
            if not shared:
                raise
            return os.open(self.path, os.O_RDONLY)  # somebody else's case, open to read

    def sign(self) -> None:
        """Write into the lock file who holds it."""
        if self._fd is None:
            return
        who = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        os.ftruncate(self._fd, 0)
        os.lseek(self._fd, 0, os.SEEK_SET)
        os.write(self._fd, json.dumps(who).encode())


def holder(path: Path) -> dict[str, Any]:
    """The last one who signed a lock file; empty if that cannot be read."""
    try:
        who = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return who if isinstance(who, dict) else {}


def lock_writer(case: Path) -> Lock:
    """The right to take sources in and out of a case.

    Raises
    ------
    CaseError
        If somebody else has it (the message says who), or the folder cannot be written.
    """
    lock = Lock(case / ".writer.lock")
    try:
        got = lock.acquire()
    except OSError as error:
        raise not_writable(case, error) from None
    if not got:
        who = holder(lock.path)
        raise CaseError(
            f"The case {case.name} is being written by process {who.get('pid', '?')} on {who.get('host', '?')}"
            f" since {who.get('since', '?')}.",
            hint="Wait until it is done, or end it, then run this again.",
        )
    lock.sign()
    return lock


def not_writable(case: Path, error: OSError) -> CaseError:
    """The error of a folder that cannot be written, with the system's reason."""
    return CaseError(
        f"The folder {case} cannot be written: {error.strerror or error}.",
        hint="Choose a folder you may write, or ask for the right to write this one.",
    )
