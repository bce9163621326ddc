"""Locks of the operating system: they end with the process that holds them, however it ends.

Three files in the case are locked, never deleted: ``.writer.lock`` by whoever takes a source in or out,
``.manifest.lock`` for the instant in which ``case.json`` is replaced, and ``.readers.lock``, shared, by everyone who has the
case open, so that parts nobody names any more are deleted only when nobody reads them. In ``.open/`` each of them has a
signed and locked file of its own, so that others can say who it is.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from ingest.errors import CaseError

_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
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
        except OSError as error:
            if not shared or error.errno not in _READ_ONLY:
                raise
        try:
            return os.open(self.path, os.O_RDONLY)  # somebody else's case, open to read
        except FileNotFoundError:
            return os.open(self.path.parent, os.O_RDONLY)  # nobody deletes on a read-only drive: any lock will do

    def sign(self) -> None:
        """Write into the lock file who holds it."""
        if self._fd is None:
            return
        who = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "doing": Path(sys.argv[0] or "python").name + (f" {sys.argv[1]}" if sys.argv[1:] else ""),
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


def sign_in(case: Path) -> Lock | None:
    """Say that this process has a case open, until the lock is released; None where the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     here = sign_in(Path(folder))
    ...     [who["pid"] == os.getpid() for who in signed_in(Path(folder))]
    ...     sign_out(here)
    ...     signed_in(Path(folder))
    [True]
    []
    """
    lock = Lock(case / ".open" / f"{os.getpid()}-{uuid4().hex[:8]}")
    try:
        lock.path.parent.mkdir(exist_ok=True)
        lock.acquire()
        lock.sign()
    except OSError:
        lock.release()
        return None
    return lock


def sign_out(lock: Lock | None) -> None:
    """Take back what ``sign_in`` said."""
    if lock is not None:
        with suppress(OSError):
            lock.path.unlink()
        lock.release()


def signed_in(case: Path, but: Path | None = None) -> list[dict[str, Any]]:
    """Give who has a case open: ``pid``, ``host``, ``since`` and ``doing``; files of processes that died are deleted.

    ``but`` is the caller's own file.
    """
    there = []
    for path in sorted(set((case / ".open").glob("*")) - {but}):
        lock = Lock(path)
        with suppress(OSError):
            if lock.acquire():
                path.unlink(missing_ok=True)
            else:
                there.append(holder(path))
            lock.release()
    return there


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
