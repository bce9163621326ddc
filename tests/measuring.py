"""What the benches share: what a piece of work takes, in this process or in one of its own, and a table for people."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from threading import Timer
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Spent:
    """What a piece of work took: seconds by the clock, seconds of the processors, most memory in MB."""

    seconds: float
    busy: float
    memory: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.seconds + other.seconds, self.busy + other.busy, max(self.memory, other.memory))

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.busy:.1f} s busy)"


def spent(work: Callable[[], object]) -> Spent:
    """What the work takes in this process and those it starts; memory is the most this process ever had."""
    seconds, before = perf_counter(), busy()
    work()
    return Spent(perf_counter() - seconds, busy() - before, getrusage(RUSAGE_SELF).ru_maxrss / 1024)


def busy() -> float:
    """Seconds of the processors so far, those of processes that ended among them."""
    return sum(use.ru_utime + use.ru_stime for use in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))


def command(words: Sequence[str | Path], limit_s: float | None = None) -> Spent | None:
    """A command in a process of its own; None when it took longer than allowed.

    Raises
    ------
    RuntimeError
        If it failed, with what it said.
    """
    begun = perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=said)
        clock = Timer(limit_s, process.kill) if limit_s else None
        if clock:
            clock.start()
        _, status, usage = os.wait4(process.pid, 0)  # also counts what it started itself
        seconds = perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if clock:
            clock.cancel()
        if process.returncode == -9 and limit_s and seconds >= limit_s:
            return None
        if process.returncode:
            said.seek(0)
            raise RuntimeError(said.read().decode(errors="replace"))
    return Spent(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextmanager
def _watched(look: Callable[[], None], every_s: float) -> Iterator[None]:
    """Look every so often while the block runs, from its beginning on."""
    done = threading.Event()

    def watch() -> None:
        while True:
            look()
            if done.wait(every_s):
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


@contextmanager
def fullest(folder: Path, every_s: float = 1.0) -> Iterator[list[float]]:
    """The most MB that lay in a folder while the block ran, looked at every so often."""
    most = [0.0]

    def look() -> None:
        most[0] = max(most[0], sum(_size(path) for path in folder.rglob("*")) / 2**20)

    with _watched(look, every_s):
        yield most


@contextmanager
def helpers(every_s: float = 0.05) -> Iterator[dict[int, float]]:
    """The most MB that each process held which this one started, as last seen while the block ran; nothing where there is no /proc.

    What the system tells of children when all is over begins with what this process held when it started them.
    """
    found = dict[int, float]()

    def look() -> None:
        for children in Path("/proc/self/task").glob("*/children"):
            for pid in _read(children).split():
                if most := re.search(r"VmHWM:\s+(\d+)", _read(Path(f"/proc/{pid}/status"))):
                    found[int(pid)] = int(most[1]) / 1024

    with _watched(look, every_s):
        yield found


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # gone since it was listed
        return ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # gone since it was listed
        return 0


def alone(script: str, *words: object) -> Any:
    """What a bench says when it runs ``--one`` piece of work in a process of its own: the JSON it prints."""
    command = [sys.executable, script, "--one", *map(str, words)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table for people.

    Examples
    --------
    >>> print(markdown(["work", "s"], [["loading", 3]]), end="")
    | work | s |
    |---|---|
    | loading | 3 |
    """
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)]) + "\n"


def say(table: str, out: Path | None = None) -> None:
    """Print a table, and write it where that was asked for."""
    if out:
        out.write_text(table, "utf-8")
    print(table, flush=True)
