"""Temporary folders that are private, and that go also when the process that made them was killed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from ingest.locks import Lock

_LOCK = ".lock"
_OURS = re.compile(r"lockstep-.+-[0-9a-f]{12}")


class Scratch:
    """A private folder until ``close``, the end of a ``with`` block, or the end of the process.

    All of them lie in one folder of the person's own under the system's temporary folder, each with a lock: whoever makes
    the next one deletes those whose process is gone.

    Parameters
    ----------
    purpose : str
        Part of the folder's name.
    within : Path, optional
        Another folder to make it in.

    Examples
    --------
    >>> with Scratch("example") as folder:
    ...     folder.is_dir()
    True
    >>> folder.exists()
    False
    """

    def __init__(self, purpose: str, within: Path | str | None = None) -> None:
        home = Path(within) if within is not None else _home()
        sweep(home)
        self.path, self._lock = _made(home, purpose)
        self._gone = weakref.finalize(self, _remove, self.path, self._lock)

    def close(self) -> None:
        """Delete the folder."""
        self._gone()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _made(home: Path, purpose: str) -> tuple[Path, Lock]:
    """A new folder and its lock; another one, should somebody have swept it before it was locked."""
    while True:
        path = home / f"lockstep-{purpose}-{uuid4().hex[:12]}"
        path.mkdir(mode=0o700)
        lock = Lock(path / _LOCK)
        try:
            lock.acquire()
        except FileNotFoundError:
            continue
        return path, lock


def is_left(folder: Path) -> bool:
    """True where the process that made a temporary folder is gone.

    Examples
    --------
    >>> made = Scratch("example")
    >>> is_left(made.path)
    False
    >>> made.close()
    >>> is_left(made.path)
    True
    """
    lock = Lock(folder / _LOCK)
    if not lock.path.is_file():
        return True
    try:
        return lock.acquire()
    finally:
        lock.release()


def sweep(home: Path | None = None) -> None:
    """Delete temporary folders of ours whose process is gone."""
    home = home or _home()
    for folder in home.glob("lockstep-*"):
        if not _OURS.fullmatch(folder.name):
            continue
        with suppress(OSError):
            lock = Lock(folder / _LOCK)
            if lock.path.is_file():
                if lock.acquire():
                    _remove(folder, lock)
            elif any(folder.iterdir()):
                _remove(folder, lock)  # who deleted it was killed behind the lock
            else:
                folder.rmdir()  # who made it was killed before the lock, or makes another one


def _remove(folder: Path, lock: Lock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()


def _home() -> Path:
    """The person's own folder, 0700; a new one where somebody else made a folder of that name."""
    base = Path(tempfile.gettempdir())
    who = os.getuid() if hasattr(os, "getuid") else 0
    home = base / f"lockstep.{who}"
    with suppress(OSError):
        home.mkdir(mode=0o700, exist_ok=True)
        made = home.lstat()
        if not home.is_symlink() and (os.name == "nt" or (made.st_uid == who and not made.st_mode & 0o077)):
            return home
    return Path(tempfile.mkdtemp(prefix="lockstep."))
