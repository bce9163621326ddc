"""Ten people on one dashboard: do all get an answer, does each get their own, and how long does it take?

``python -m tests.bench_load`` serves the worked example with one process and with two, and prints a table.
"""

from __future__ import annotations

import argparse
import http.client
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from measuring import markdown, say
from page_request import CALLBACK, asks_for

HEADS = ("processes", "people", "answers", "errors", "median s", "95th s", "one person, median s")


class Person:
    """Asks a dashboard as a browser does, on one connection."""

    PATHS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("/", "What do you want to find out?"),
        ("/sources", "What came in, and what is missing?"),
        ("/find", "What counts as acting together?"),
        ("/groups", "R-1"),
        ("/group", "R-1"),
    )
    """Where people go, and what stands on that page and on no other."""

    def __init__(self, port: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        self._line.request("GET", path, headers={"Host": self._host})
        answer = self._line.getresponse()
        return answer.status, answer.read()

    def page(self, path: str, search: str) -> Any:
        """What the page callback answers."""
        return self._sent(CALLBACK, asks_for(path, search))["response"]

    def pin(self, group: str) -> bool:
        """Pin a group of the newest run, or take it out where it is pinned; gives what it is now."""
        return bool(self._sent("/acts/pin", {"pin": {"what": "group", "group": group, "title": "A group"}})["pinned"])

    def _sent(self, path: str, what: Any) -> Any:
        headers = {"Host": self._host, "Content-Type": "application/json", "Origin": f"http://{self._host}"}
        self._line.request("POST", path, json.dumps(what), headers)
        answer = self._line.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path}: status {answer.status}")
        return json.loads(said)


@dataclass
class Outcome:
    """What a crowd saw.

    Attributes
    ----------
    answers : int
    errors : list of str
        No answer, or the answer to somebody else.
    seconds : list of float
        Per answer.
    """

    answers: int = 0
    errors: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, seconds: float, wrong: str = "") -> None:
        """Count an answer."""
        with self._lock:
            self.answers += 1
            self.seconds.append(seconds)
            if wrong:
                self.errors.append(wrong)


def walk(port: int, number: int, outcome: Outcome, goes_on: Callable[[int], bool]) -> None:
    """One person who goes through all pages, beginning at another one than the next person, for as long as it goes on."""
    person, step = Person(port), 0
    while goes_on(step):
        path, sign = Person.PATHS[(number + step) % len(Person.PATHS)]
        begun = time.perf_counter()
        try:
            page = json.dumps(person.page(path, "")["page"], ensure_ascii=False)
            strangers = [s for p, s in Person.PATHS[:3] if s != sign and f'"{s}"' in page]
            wrong = "" if sign in page and not strangers else f"{path} shows another page"
        except Exception as error:
            wrong = f"{path}: {error!r}"
            person = Person(port)
        outcome.add(time.perf_counter() - begun, wrong)
        step += 1


def crowd(port: int, people: int, rounds: int) -> Outcome:
    """People who all go through all pages a few times."""
    outcome = Outcome()
    times = rounds * len(Person.PATHS)
    threads = [
        threading.Thread(target=walk, args=(port, number, outcome, lambda step: step < times))
        for number in range(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def serve(case: str, workers: int) -> tuple[subprocess.Popen[bytes], int]:
    """The command on a free port, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--case", case, "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboards.cli", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while True:
        try:
            if Person(port).get("/health")[0] == 200:
                return process, port
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)


def main(words: Sequence[str] | None = None) -> None:
    """Print the table."""
    from graph.case.load import load
    from graph.runs.pipeline import find
    from graph.stores import open_case
    from ingest.synthetic import write_demo

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round")
    args = parser.parse_args(words)
    rounds = 1 if args.quick else args.rounds
    with tempfile.TemporaryDirectory() as folder:
        store = open_case(f"{folder}/case", create=True)
        load(store, write_demo(Path(folder) / "files"))
        find(store)
        store.close()
        rows = []
        for workers in (1, 2):
            process, port = serve(f"{folder}/case", workers)
            try:
                crowd(port, 2, 1)
                alone = statistics.median(crowd(port, 1, rounds).seconds)
                seen = crowd(port, args.people, rounds)
                high = sorted(seen.seconds)[int(0.95 * len(seen.seconds))]
                middle = statistics.median(seen.seconds)
                times = [f"{seconds:.2f}" for seconds in (middle, high, alone)]
                rows.append((workers, args.people, seen.answers, len(seen.errors), *times))
                print(*sorted(set(seen.errors))[:5], sep="\n") if seen.errors else None
            finally:
                process.terminate()
                process.wait()
        say(markdown(HEADS, rows))


if __name__ == "__main__":
    main()
