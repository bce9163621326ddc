"""Locks of the operating system: they end with the process that holds them, however it ends."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
    """One lock file, held from ``acquire`` to ``release``.

    Parameters
    ----------
    path : Path
        The lock file; made when missing.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     one, other = Lock(Path(folder) / ".lock"), Lock(Path(folder) / ".lock")
    ...     got = one.acquire(), other.acquire()
    ...     one.release()
    ...     got, other.acquire()
    ...     other.release()
    ((True, False), True)
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
