"""Log of logins, reveals, exports and deletions of a case: lines are only ever added, each with the hash of the one before.

It is the file ``audit.jsonl`` in the case's folder. Of a case in Neo4j, and of one on a drive that nobody can write to, it is in
this machine's state folder. It names no account of the case and holds no text of it. A line that was changed, taken out or put in
breaks the chain. Lines cut off at the end leave it whole: keep the last hash elsewhere (``lockstep doctor`` prints it). Whoever can
write the file could also write all of it anew; a hash kept elsewhere shows that too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from dashboards.local.recent_cases import full, is_server, state_folder
from ingest.locks import Lock

FILE = "audit.jsonl"
FIRST = "0" * 64
"""In place of a hash in the first line."""

KINDS = ("login", "wrong token", "lockout", "logout", "reveal", "export", "deletion")
SHOWN = 20
"""Lines that a page shows."""
_TAIL = 1 << 16  # bytes at the end in which the last line stands: a line is a few hundred
_WAIT_S = 10.0


@dataclass(frozen=True)
class Chain:
    """State of a log.

    Attributes
    ----------
    lines : int
        Whole lines.
    last : str
        Hash of the last one.
    broken : int, optional
        Number of the first line that does not fit the one before.
    why : str
    cut : bool
        True where the last line is half: its writer died.
    """

    lines: int = 0
    last: str = FIRST
    broken: int | None = None
    why: str = ""
    cut: bool = False

    @property
    def whole(self) -> bool:
        """True where every line fits the one before."""
        return self.broken is None

    def in_words(self) -> str:
        """A sentence on the state of the log.

        Examples
        --------
        >>> Chain(2, "ab" * 32).in_words()
        'The chain is whole: 2 lines, last hash abababababab….'
        >>> Chain(2, broken=2, why="its own hash is wrong").in_words()
        'The chain is broken at line 2: its own hash is wrong.'
        """
        if self.broken is not None:
            return f"The chain is broken at line {self.broken:,}: {self.why}."
        if not self.lines and not self.cut:
            return "The log is empty."
        cut = " Its last line is cut: its writer was stopped." if self.cut else ""
        count = f"{self.lines:,} line{'' if self.lines == 1 else 's'}"
        return f"The chain is whole: {count}, last hash {self.last[:12]}….{cut}"


def log_file(address: str) -> Path:
    """File of the log of a case.

    Parameters
    ----------
    address : str
        Folder of the case, or its address in Neo4j.
    """
    place = full(address)
    folder = Path(place)
    if not is_server(place) and (folder / FILE).exists() | os.access(folder, os.W_OK):
        return folder / FILE
    return _beside(place)


def _beside(place: str) -> Path:
    """File in the state folder, for a case that holds none."""
    return state_folder() / "audit" / f"{sha256(place.encode()).hexdigest()[:16]}.jsonl"


def record(address: str, kind: str, by: str, role: str, **about: object) -> bool:
    """Add a line; False where it could not be written.

    Parameters
    ----------
    address : str
        Folder of the case, or its address in Neo4j.
    kind : str
        One of ``KINDS``.
    by : str
        The person who did it, or the address they wrote from.
    role : str
    **about
        Ids of runs and groups, codes, formats, counts. Never a name or text of the data.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> case = mkdtemp()
    >>> record(case, "export", "Ann", "analyst", run="R-1"), record(case, "reveal", "Ann", "analyst", run="R-1")
    (True, True)
    >>> state = check(log_file(case))
    >>> state.lines, state.whole
    (2, True)
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    more = {name: value for name, value in about.items() if value not in (None, "")}
    line = {"at": at, "kind": kind, "by": by[:80], "role": role, **more}
    place = log_file(address)
    return _added(place, line) or (place.name == FILE and _added(_beside(full(address)), line))


def _added(path: Path, line: Mapping[str, object]) -> bool:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = Lock(path.with_name(f".{path.name}.lock"))
        if not lock.acquire(wait_s=_WAIT_S):
            return False
        try:
            return _append(path, line)
        finally:
            lock.release()
    return False


def _append(path: Path, line: Mapping[str, object]) -> bool:
    """Write a line in one piece behind the last whole one; half a line before it is named by its hash."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    try:
        size = os.fstat(file).st_size
        before, rest = _end(file, size)
        cut = {"cut": sha256(rest).hexdigest()} if rest and not _own_hash(rest) else {}
        written = _line({**line, **cut, "before": before})
        piece = (b"\n" if rest else b"") + written
        if os.write(file, piece) != len(piece):
            return False  # the disk is full: half a line, which the next one names
        os.fsync(file)
    finally:
        os.close(file)
    return True


def _end(file: int, size: int) -> tuple[str, bytes]:
    """The hash that the next line names, and half a line at the end."""
    start = max(0, size - _TAIL)
    os.lseek(file, start, os.SEEK_SET)
    tail = b""
    while piece := os.read(file, size - start - len(tail)):
        tail += piece
    *whole, rest = tail.split(b"\n")
    last = next((own for line in reversed([*whole, rest]) if (own := _own_hash(line))), FIRST)
    return last, rest


def _line(fields: Mapping[str, object]) -> bytes:
    text = json.dumps(fields, ensure_ascii=True, separators=(",", ":"), default=str)
    own = sha256(text.encode()).hexdigest()
    return f'{text[:-1]},"hash":"{own}"}}\n'.encode()


def _own_hash(line: bytes) -> str:
    """The hash in a line, where it is that of the line; empty otherwise."""
    text, mark, rest = line.rpartition(b',"hash":"')
    own = rest.removesuffix(b'"}').decode("ascii", "replace")
    return own if mark and sha256(text + b"}").hexdigest() == own else ""


def check(path: Path) -> Chain:
    """State of a log file; an empty one where there is no such file.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    state = Chain()
    half: bytes | None = None
    number = 0
    for raw in _lines(path):
        number += 1
        line = raw.removesuffix(b"\n")
        own = _own_hash(line)
        if not own and half is not None:
            return Chain(state.lines, state.last, number - 1, _HALF)
        if not own:
            half = line
            if line == raw:  # the last one, and not ended
                return Chain(state.lines, state.last, cut=True)
            continue
        if why := _misfit(json.loads(line), state.last, half):
            return Chain(state.lines, state.last, number if half is None else number - 1, why)
        state, half = Chain(state.lines + 1, own), None
    return state if half is None else Chain(state.lines, state.last, number, _HALF)


_HALF = "it is not as it was written"


def _misfit(fields: Mapping[str, Any], last: str, half: bytes | None) -> str:
    """The reason why a line does not fit what stands before it; empty where it does."""
    if half is not None and fields.get("cut") != sha256(half).hexdigest():
        return _HALF
    if half is None and fields.get("cut"):
        return "half a line that stood before it is gone"
    return "" if fields.get("before") == last else "the line before it was changed, taken out or put in"


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except FileNotFoundError:
        return


def last_lines(path: Path, many: int = SHOWN) -> list[dict[str, Any]]:
    """The last lines, newest first; those that cannot be read are left out, as ``check`` says."""
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        whole = [line for line in file.read().split(b"\n") if _own_hash(line)]
        return [json.loads(line) for line in reversed(whole[-many:])]
    return []
