"""An interrupt is an interrupt, whatever the library it struck in made of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dashboards import cli
from dashboards.commands.base import CANCELLED
from dashboards.jobs import worker
from dashboards.jobs.queue import Jobs, read, server, write
from dashboards.jobs.worker import Diary
from dashboards.local.interrupts import interruptible
from ingest.errors import UsageError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows sends itself no signals")

TURNED_INTO = [
    RuntimeError("Query interrupted"),
    ImportError("half loaded"),
    UsageError("no such thing"),
    OSError(4, "x"),
]


def struck(number: int, turned_into: Exception | None = None) -> None:
    """Be interrupted as a library is that raises an error of its own."""
    try:
        os.kill(os.getpid(), number)
        time.sleep(30)
    except KeyboardInterrupt:
        if turned_into is None:
            raise
        raise turned_into from None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("turned_into", [None, *TURNED_INTO], ids=lambda e: type(e).__name__)
def test_whatever_comes_of_a_signal_is_an_interrupt(number: int, turned_into: Exception | None) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), interruptible():
        struck(number, turned_into)
    assert signal.getsignal(number) is before


def test_a_mistake_nobody_interrupted_stays_one() -> None:
    with pytest.raises(RuntimeError, match="own"), interruptible():
        raise RuntimeError("own")


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible():
            os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_run_as_they_are() -> None:
    done = []

    def run() -> None:
        with interruptible():
            done.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert done


@pytest.fixture
def own_signals() -> Any:
    """A job's process sets its own handler for good; a test gives the one of before back."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("turned_into", TURNED_INTO, ids=lambda e: type(e).__name__)
def test_a_job_that_was_cancelled_says_so(
    jobs: Jobs, own_signals: None, monkeypatch: pytest.MonkeyPatch, turned_into: Exception
) -> None:
    place = jobs.folder / ("a" * 12)
    place.mkdir()

    def find(case: str, about: Mapping[str, Any], diary: Diary) -> dict[str, Any]:
        (place / "cancel").touch()
        try:
            for _ in range(600):
                time.sleep(0.05)
        except KeyboardInterrupt:
            raise turned_into from None
        return {}

    monkeypatch.setitem(worker.WORK, "find", find)
    write(place / "asked.json", {"kind": "find", "case": "c", "about": {}, "started": 0, "server": server()})
    assert worker.main(str(place)) == 0 and read(place / "end.json")["state"] == "cancelled"


def test_a_command_that_was_interrupted_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path))
    interrupted: Callable[..., Any] = lambda words, screen: struck(signal.SIGINT, TURNED_INTO[0])  # noqa: E731
    monkeypatch.setattr(cli, "_run", interrupted)
    assert cli.main(["find"]) == CANCELLED and "as it was" in capsys.readouterr().err
    assert not (tmp_path / "errors").exists()
