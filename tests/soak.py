"""A dashboard that ten people use for an hour while somebody writes: is every answer right, and does memory stay?

    python tests/soak.py --minutes 60 --people 10 --out soak.md

Serves the worked example with as many processes as this machine has cores. The people go through the pages without a pause, each on
one connection. The writer pins and unpins every few seconds, and loads a small file every minute. Ends with 1 where an answer was
wrong, or where the processes together hold over a tenth more memory in the last part than in the first after the beginning.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench_load import Outcome, Person, serve, walk
from measuring import markdown, say

HEADS = (
    "minutes",
    "people",
    "answers",
    "errors",
    "answers/s",
    "median s",
    "95th s",
    "CPU ms each",
    "writes",
    "MB first",
    "MB last",
    "more",
    "load",
)
BEGINNING, PART = 0.2, 0.2
"""Share of the time that is not judged, and share of the rest whose median memory counts as first and as last."""
FLAT = 0.10
PIN_S, LOAD_S, LOOK_S = 4.0, 60.0, 2.0


@dataclass
class Soak:
    """What was seen.

    Attributes
    ----------
    outcome : Outcome
        Of the people.
    busy_s : float
        Seconds of the processors that the server took.
    memory : list of float
        MB of all server processes together, every few seconds.
    writes : int
    """

    outcome: Outcome = field(default_factory=Outcome)
    memory: list[float] = field(default_factory=list)
    writes: int = 0
    busy_s: float = 0.0

    def first_and_last(self) -> tuple[float, float]:
        """Median MB of the first and the last part, after the beginning.

        Examples
        --------
        >>> Soak(memory=[1.0, *[10.0] * 5, *[11.0] * 4]).first_and_last()
        (10.0, 11.0)
        """
        judged = self.memory[int(BEGINNING * len(self.memory)) :]
        part = max(1, int(PART * len(judged)))
        return statistics.median(judged[:part]), statistics.median(judged[-part:])

    def row(self, seconds: float, people: int) -> list[object]:
        """The row of the table."""
        times, (first, last) = sorted(self.outcome.seconds), self.first_and_last()
        spent = [f"{times[int(share * len(times))]:.3f}" for share in (0.5, 0.95)]
        counted = (self.outcome.answers, len(self.outcome.errors), f"{self.outcome.answers / seconds:.1f}")
        held = (f"{first:.0f}", f"{last:.0f}", f"{last / first - 1:+.1%}")
        return [
            f"{seconds / 60:.1f}",
            people,
            *counted,
            *spent,
            f"{1000 * self.busy_s / self.outcome.answers:.0f}",
            self.writes,
            *held,
            f"{os.getloadavg()[1]:.1f}",
        ]

    def failed(self) -> list[str]:
        """Sentences on what went wrong."""
        first, last = self.first_and_last()
        grown = [f"Memory grew from {first:.0f} to {last:.0f} MB."] if last > (1 + FLAT) * first else []
        return [*sorted(set(self.outcome.errors))[:10], *grown]


def held_mb(pid: int) -> float:
    """MB that a process and those it started hold for themselves; nothing where there is no /proc."""
    return sum(
        int(said[1]) / 1024 for one in _team(pid) if (said := re.search(r"RssAnon:\s+(\d+)", _read(one, "status")))
    )


def busy_s(pid: int) -> float:
    """Seconds of the processors that a process and those it started took; nothing where there is no /proc."""
    ticks = [_read(one, "stat").rpartition(")")[2].split()[11:13] for one in _team(pid)]
    return sum(int(tick) for both in ticks for tick in both) / os.sysconf("SC_CLK_TCK")


def _team(pid: int) -> list[int]:
    children = [
        int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
    ]
    return [pid, *(one for child in children for one in _team(child))]


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""


def soak(case: str, folder: Path, people: int, workers: int, seconds: float) -> Soak:
    """Let people and a writer at a dashboard for so long."""
    process, port = serve(case, workers)
    begun = busy_s(process.pid)
    seen, until, group = Soak(), time.monotonic() + seconds, _group(case)

    def write() -> None:
        person, number, loaded = Person(port), 0, time.monotonic()
        while time.monotonic() < until:
            number += 1
            try:
                person.pin(group)
                if time.monotonic() - loaded > LOAD_S:
                    loaded = time.monotonic()
                    _load(case, folder, number)
                seen.writes += 1
            except Exception as error:
                seen.outcome.errors.append(f"writer: {error!r}")
            time.sleep(PIN_S)

    def look() -> None:
        while time.monotonic() < until:
            seen.memory.append(held_mb(process.pid))
            time.sleep(LOOK_S)

    work = [
        threading.Thread(target=walk, args=(port, n, seen.outcome, lambda _: time.monotonic() < until))
        for n in range(people)
    ]
    work += [threading.Thread(target=write), threading.Thread(target=look)]
    try:
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    finally:
        seen.busy_s = busy_s(process.pid) - begun
        process.terminate()
        process.wait()
    return seen


def _group(case: str) -> str:
    from graph.report.report import Report
    from graph.stores import open_case

    store = open_case(case)
    try:
        return str(Report(store).groups()["group_id"].iloc[0])
    finally:
        store.close()


def _load(case: str, folder: Path, number: int) -> None:
    """One more small file, as another person's command would load it."""
    from graph.case.load import load
    from graph.stores import open_case

    path = folder / f"more-{number}.csv"
    path.write_text(f"post_id,user_id,created_at,text\nm{number},u{number},2026-08-01T10:00:00Z,hello {number}\n")
    store = open_case(case)
    try:
        load(store, [path])
    finally:
        store.close()


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 1 where something failed."""
    from graph.case.load import load
    from graph.runs.pipeline import find
    from graph.stores import open_case
    from ingest.synthetic import write_demo

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument(
        "--workers", type=int, default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    )
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        store = open_case(f"{folder}/case", create=True)
        load(store, write_demo(Path(folder) / "files"))
        find(store)
        store.close()
        begun = time.monotonic()
        seen = soak(f"{folder}/case", Path(folder), args.people, args.workers, 60 * args.minutes)
        say(markdown(HEADS, [seen.row(time.monotonic() - begun, args.people)]), args.out)
    failed = seen.failed()
    print(*failed, sep="\n", file=sys.stderr, end="\n" if failed else "")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
