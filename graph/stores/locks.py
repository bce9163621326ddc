"""Locks of a case in a folder, which end with the process that holds them.

Three files in the case are locked, never deleted: ``.writer.lock`` by whoever takes a source in or out,
``.manifest.lock`` for the instant in which ``case.json`` is replaced, and ``.readers.lock``, shared, by everyone who has the
case open, so that parts nobody names any more are deleted only when nobody reads them. In ``.open/`` each of them has a
signed and locked file of its own, so that others can say who it is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from ingest.errors import CaseError
from ingest.locks import Lock, holder


def sign_in(case: Path) -> Lock | None:
    """Say that this process has a case open, until the lock is released; None where the folder cannot be written.

    Files of processes that died are deleted.

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
        while not (lock.acquire(wait_s=1) and lock.path.exists()):  # deleted as nobody's before it was locked
            lock.release()
        lock.sign()
        signed_in(case, lock.path)
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
