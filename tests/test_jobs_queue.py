"""Long work in a process of its own: done, cancelled, failed, killed; and what the case holds afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dashboards.jobs.queue import AT_ONCE, Jobs, write
from graph.stores.base import Store
from ingest.errors import UsageError


def running(jobs: Jobs, job_id: str) -> None:
    """Wait until the job's process works."""
    until = time.monotonic() + 60
    while not (jobs.folder / job_id / "now.json").exists():
        assert time.monotonic() < until
        time.sleep(0.02)


def pretend(jobs: Jobs, job_id: str, state: str | None = None, started: float | None = None) -> None:
    """A job as another process would have left it."""
    place = jobs.folder / job_id
    place.mkdir()
    write(place / "asked.json", {"kind": "find", "case": "c", "about": {}, "started": started or time.time()})
    if state:
        write(place / "end.json", {"state": state})


def test_a_run_is_the_run_the_command_would_make(jobs: Jobs, ended: Any, demo_store: Store) -> None:
    known = demo_store.runs()[0]
    about = {"traces": known["settings"]["traces"], "windows_s": [60], "seed": known["seed"]}
    job = ended(jobs, jobs.start("find", demo_store.address, about))
    assert job.state == "done" and job.result["known"] and job.result["run_id"] == known["run_id"]
    assert job.result["counts"] == known["counts"]


def test_a_cancelled_run_leaves_the_case_as_it_was(jobs: Jobs, ended: Any, demo_store: Store) -> None:
    before = demo_store.runs()
    job_id = jobs.start("find", demo_store.address, {"worlds": 999, "seed": 5})
    running(jobs, job_id)
    jobs.cancel(job_id)
    assert jobs.of(job_id).state in ("stopping", "cancelled")  # type: ignore[union-attr]
    assert ended(jobs, job_id).state == "cancelled" and demo_store.runs() == before


def test_a_run_may_be_cancelled_before_its_process_is_up(jobs: Jobs, ended: Any, demo_store: Store) -> None:
    before = demo_store.runs()
    job_id = jobs.start("find", demo_store.address, {"worlds": 999, "seed": 7})
    jobs.cancel(job_id)
    assert ended(jobs, job_id).state == "cancelled" and demo_store.runs() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGKILL")
def test_a_process_that_was_killed_is_told_from_one_that_is_busy(jobs: Jobs, ended: Any, demo_store: Store) -> None:
    job_id = jobs.start("find", demo_store.address, {"worlds": 999, "seed": 6})
    running(jobs, job_id)
    elsewhere = Jobs(jobs.folder)  # another worker, which did not start it
    assert elsewhere.of(job_id).state == "running"  # type: ignore[union-attr]
    os.kill(jobs._children[job_id].pid, signal.SIGKILL)
    assert ended(jobs, job_id).state == "lost" and ended(elsewhere, job_id).state == "lost"


SERVER = """
import sys, time
from pathlib import Path
from dashboards.jobs.queue import Jobs
print(Jobs(Path(sys.argv[1])).start("find", sys.argv[2], {"worlds": 999, "seed": 8}), flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGKILL")
def test_a_job_ends_with_its_server(jobs: Jobs, ended: Any, demo_store: Store) -> None:
    known = {name: value for name, value in os.environ.items() if name != "LOCKSTEP_SERVER"}
    call = [sys.executable, "-c", SERVER, str(jobs.folder), demo_store.address]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, env=known) as killed:
        assert killed.stdout is not None
        job_id = killed.stdout.readline().strip()
        running(jobs, job_id)
        killed.kill()
    before = demo_store.runs()
    assert ended(jobs, job_id).state == "cancelled" and demo_store.runs() == before


def test_what_cannot_be_done_is_said_in_a_sentence(jobs: Jobs, ended: Any, demo_store: Store, tmp_path: Path) -> None:
    failed = ended(jobs, jobs.start("find", demo_store.address, {"traces": ["lnk"]}))
    assert failed.state == "failed" and "lnk" in failed.error["message"] and "link" in failed.error["hint"]
    gone = ended(jobs, jobs.start("find", str(tmp_path / "nowhere"), {}))
    assert gone.state == "failed" and "no case" in gone.error["message"]


def test_files_are_checked_and_loaded_and_what_was_uploaded_goes(
    jobs: Jobs, ended: Any, demo_store: Store, tmp_path: Path
) -> None:
    from graph.stores import open_case

    uploaded = tmp_path / "uploaded"
    uploaded.mkdir()
    (uploaded / "good.csv").write_text("id,author,created_at,text\n1,a,2026-05-04T08:00:00Z,Hello\n", "utf-8")
    (uploaded / "bad.bin").write_bytes(b"\x00\x01\x02")
    paths = [str(path) for path in sorted(uploaded.iterdir())]
    bad, good = ended(jobs, jobs.start("check", "none", {"paths": paths})).result["files"]
    assert (good["status"], good["source"]["posts"]) == ("checked", 1) and bad["trouble"]["message"]
    case = open_case(str(tmp_path / "case"), create=True)
    job = ended(jobs, jobs.start("load", case.address, {"paths": paths, "uploaded": str(uploaded)}))
    case.refresh()
    assert job.state == "done" and case.count("posts") == 1 and not uploaded.exists()
    case.close()


def test_the_same_question_is_asked_once(jobs: Jobs, ended: Any, demo_store: Store) -> None:
    about = {"traces": ["link"]}
    first = jobs.start("measure", demo_store.address, about, key="k")
    assert jobs.start("measure", demo_store.address, about, key="k") == first
    found = ended(jobs, first).result["link"]
    assert found["actions"] and {w["window_s"] for w in found["windows"]} >= {60.0}
    assert jobs.start("measure", demo_store.address, about, key="k") == first


def test_only_so_many_at_once_and_old_ones_go(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    for number in range(AT_ONCE):
        pretend(jobs, f"{number:012x}")
    with pytest.raises(UsageError, match="are running"):
        jobs.start("find", "c", {})
    pretend(jobs, "f" * 12, "done", started=time.time() - 30 * 86_400)
    assert Jobs(tmp_path).of("f" * 12) is None
    assert [job.job_id for job in jobs.all("other")] == []


@pytest.mark.parametrize("name", ["../../etc", "", "F" * 12, "0" * 11])
def test_a_name_that_is_no_job_is_none(jobs: Jobs, name: str) -> None:
    assert jobs.of(name) is None


def test_a_half_written_file_is_no_answer(jobs: Jobs) -> None:
    pretend(jobs, "a" * 12, started=time.time() - 3_600)
    (jobs.folder / ("a" * 12) / "now.json").write_text(json.dumps({"steps": []})[:-2], "utf-8")
    found = jobs.of("a" * 12)
    assert found is not None and found.state == "lost" and found.steps == ()
