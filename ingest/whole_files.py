"""Files that are written wholly or not at all, and leave nothing beside them, however their writer ends."""

from __future__ import annotations

import glob
import os
import re
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from ingest.locks import Lock, try_lock

_NAME = 60  # letters of a name that fit beside what is put around them, in any script
_OURS = re.compile(r"\..+\.[0-9a-f]{8}\.part")


def write_whole(path: Path, content: bytes | str, *, private: bool = False, new: bool = False) -> Path:
    """Write a file beside its place and rename it there; gives its path.

    What writers of the same file left who were killed goes first.

    Parameters
    ----------
    path : Path
        In a folder that is there.
    content : bytes or str
        Text is written as UTF-8.
    private : bool
        For its owner's eyes only.
    new : bool
        Refuse to replace a file.

    Raises
    ------
    FileExistsError
        With ``new``, if there is one already.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / ".a.csv.0123abcd.part").write_text("half")
    ...     written = write_whole(Path(folder) / "a.csv", "all of it")
    ...     written.read_text(), [path.name for path in Path(folder).iterdir()]
    ('all of it', ['a.csv'])
    """
    path = path.resolve() if path.is_symlink() else path
    if path.exists() and not path.is_file():  # a pipe, or the terminal
        path.write_bytes(_bytes(content))
        return path
    _sweep(path)
    fd, beside = _open_beside(path, 0o600 if private else 0o666)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(_bytes(content))
            file.flush()
            os.fsync(fd)
            if os.name != "nt":  # locked until it has its name: who sweeps takes what nobody locks
                _into_place(beside, path, new)
        if os.name == "nt":
            _into_place(beside, path, new)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return path


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _open_beside(path: Path, mode: int) -> tuple[int, Path]:
    """A new locked file next to a place; another one, should somebody have swept it before it was locked."""
    while True:
        beside = path.with_name(f".{path.name[:_NAME]}.{uuid4().hex[:8]}.part")
        fd = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with suppress(OSError):  # drives that know no locks
            try_lock(fd)
        if beside.exists():
            return fd, beside
        os.close(fd)


def _into_place(beside: Path, path: Path, new: bool) -> None:
    if not new:
        beside.replace(path)
        return
    if path.exists():
        raise FileExistsError(path)
    try:
        os.link(beside, path)  # fails where somebody was faster
    except FileExistsError:
        raise
    except OSError:  # drives that know no links
        beside.replace(path)
        return
    beside.unlink()


def _sweep(path: Path) -> None:
    """Delete what killed writers of a file left beside it."""
    for other in path.parent.glob(f".{glob.escape(path.name[:_NAME])}.*.part"):
        lock = Lock(other)
        with suppress(OSError):
            if _OURS.fullmatch(other.name) and lock.acquire():
                other.unlink(missing_ok=True)
        lock.release()
