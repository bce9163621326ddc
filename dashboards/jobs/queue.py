"""Jobs: long work in processes of their own, started here and watched from any page and server process.

A job is a folder in this person's state folder. Its process writes its progress, and at the end its result. It holds a lock
of the operating system while it lives, which tells a killed process from a busy one. A job does not depend on the page, the
browser or the worker process that started it; it ends with its server.

    asked.json   the task                             now.json   progress so far
    cancel       somebody asked to stop               end.json   the result, at the end
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from ingest.errors import UsageError
from ingest.locks import Lock
from ingest.scratch import Scratch
from ingest.whole_files import write_whole

AT_ONCE = 3  # more would only slow each other down on one machine
KEPT_S = 7 * 86_400
STARTING_S = 60  # how long a process may take to come up

_ID = re.compile(r"[0-9a-f]{12}")
_NAME = "LOCKSTEP_SERVER"
_alive: list[Scratch] = []


@dataclass(frozen=True)
class Step:
    """One step of a job.

    Attributes
    ----------
    words : str
    done, total : int
        Progress; ``total`` is None where it is not known.
    seconds : float
        Time taken so far.
    """

    words: str
    done: int
    total: int | None
    seconds: float


@dataclass(frozen=True)
class Job:
    """State of a job.

    Attributes
    ----------
    state : str
        ``running``, ``stopping`` (somebody cancelled it), ``done``, ``failed``, ``cancelled`` or ``lost`` (its process
        ended and said nothing).
    about : dict
        The task.
    steps : tuple of Step
        The last one is still running.
    result : dict
        The result; while the job runs, the result so far.
    error : dict
        ``message`` and, of a bad file, ``file``, ``row``, ``column``, ``found``, ``accepted``.
    memory_mb : float, optional
        Most memory used.
    server : str
        Server that started it; the job ends with it.
    """

    job_id: str
    kind: str
    case: str
    about: dict[str, Any]
    state: str
    started: float
    steps: tuple[Step, ...] = ()
    result: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] = field(default_factory=dict)
    memory_mb: float | None = None
    server: str = ""

    @property
    def over(self) -> bool:
        """True where the job has ended."""
        return self.state not in ("running", "stopping")


class Jobs:
    """The jobs of one person on this machine.

    Parameters
    ----------
    folder : Path
        Made when missing, for nobody else to read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._tidy()

    def start(self, kind: str, case: str, about: Mapping[str, Any], key: str | None = None) -> str:
        """Start a job and return its id.

        Parameters
        ----------
        kind : str
            A name of ``dashboards.jobs.worker.WORK``.
        case : str
            The case's address.
        about : mapping
            The task, as values that JSON can hold.
        key : str, optional
            Everything the result depends on: the same key gives the job that is running or done.

        Raises
        ------
        UsageError
            If as many jobs are running as are allowed.
        """
        before = self.find_keyed(kind, case, key) if key else None
        if before is not None and before.state in ("running", "done"):
            return before.job_id
        job_id = _keyed(kind, case, key) if key else token_hex(6)
        busy = [job for job in self.all() if not job.over]
        if len(busy) >= AT_ONCE:
            raise UsageError(f"{len(busy)} jobs are running.", hint="Wait for one of them, or cancel it.")
        place = self.folder / job_id
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700, parents=True)
        asked = {"kind": kind, "case": case, "about": dict(about), "started": time.time(), "server": server()}
        write(place / "asked.json", asked)
        self._children[job_id] = subprocess.Popen(
            [sys.executable, "-m", "dashboards.jobs.worker", str(place)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return job_id

    def of(self, job_id: str) -> Job | None:
        """State of a job now; None where there is no such job."""
        if not _ID.fullmatch(job_id):
            return None
        place = self.folder / job_id
        asked, now = read(place / "asked.json"), read(place / "now.json")
        if not asked:
            return None
        end = read(place / "end.json")
        if not end and self._is_gone(place, job_id, asked["started"]):
            end = read(place / "end.json") or {"state": "lost"}  # it may have ended in between
        stopping = (place / "cancel").exists()
        return Job(
            job_id,
            asked["kind"],
            asked["case"],
            asked["about"],
            end.get("state") or ("stopping" if stopping else "running"),
            asked["started"],
            tuple(Step(*step) for step in now.get("steps", ())),
            end.get("result") or now.get("result") or {},
            end.get("error") or {},
            now.get("memory_mb"),
            asked.get("server", ""),
        )

    def find_keyed(self, kind: str, case: str, key: str) -> Job | None:
        """The job that was started with this key."""
        return self.of(_keyed(kind, case, key))

    def all(self, case: str | None = None) -> list[Job]:
        """Every job, or every job of a case, the newest first."""
        found = [job for path in self.folder.glob("*/asked.json") if (job := self.of(path.parent.name)) is not None]
        return sorted((j for j in found if case in (None, j.case)), key=lambda job: -job.started)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; it stops as soon as it can and says what it stored."""
        if self.of(job_id) is not None:
            (self.folder / job_id / "cancel").touch()

    def stop(self) -> int:
        """Ask every job of this server to stop, and return their number."""
        mine = [job for job in self.all() if not job.over and job.server == server()]
        for job in mine:
            self.cancel(job.job_id)
        return len(mine)

    def _is_gone(self, place: Path, job_id: str, started: float) -> bool:
        child = self._children.get(job_id)
        if child is not None and child.poll() is not None:
            return True
        if not (place / "alive.lock").exists():
            return child is None and time.time() - started > STARTING_S
        lock = Lock(place / "alive.lock")
        free = lock.acquire()
        lock.release()
        return free

    def _tidy(self) -> None:
        """Remove jobs that ended long ago."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in self.folder.glob("*/asked.json"):
            job = self.of(path.parent.name)
            if job is not None and job.over and time.time() - job.started > KEPT_S:
                shutil.rmtree(path.parent, ignore_errors=True)


def server() -> str:
    """Name of this server, shared with the processes it starts: a folder that is locked for as long as it lives.

    However the server ends, its jobs see that the folder is left, and stop.
    """
    if _NAME not in os.environ:
        _alive.append(Scratch("server"))
        os.environ[_NAME] = str(_alive[-1].path)
    return os.environ[_NAME]


def _keyed(kind: str, case: str, key: str) -> str:
    return sha256(f"{kind} {case} {key}".encode()).hexdigest()[:12]


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write a small JSON file, whole or not at all."""
    write_whole(path, json.dumps(content, default=str))


def read(path: Path) -> dict[str, Any]:
    """Content of a small JSON file; empty where there is none."""
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text("utf-8"))
        return found if isinstance(found, dict) else {}
    return {}
