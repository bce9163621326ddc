"""Where a test's jobs, uploads and list of cases are kept: a folder of its own, never this person's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from dashboards.jobs.queue import Job, Jobs


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No test writes into the state folder of who runs it; a test that sets its own folder still does."""
    import os

    folder = tmp_path_factory.mktemp("state")
    os.environ.setdefault("LOCKSTEP_STATE", str(folder))
    return folder


@pytest.fixture
def jobs(tmp_path: Path) -> Any:
    """Jobs of a test; those that still run at its end are stopped."""
    made = Jobs(tmp_path / "jobs")
    yield made
    made.stop()


@pytest.fixture
def ended() -> Callable[[Jobs, str], Job]:
    """Wait until a job is over."""

    def wait(jobs: Jobs, job_id: str) -> Job:
        until = monotonic() + 120
        while monotonic() < until:
            job = jobs.of(job_id)
            assert job is not None
            if job.over:
                return job
            sleep(0.05)
        raise AssertionError(f"job {job_id} is not over: {jobs.of(job_id)}")

    return wait
