"""Work of a job's process: check files, load them, count pairs, find groups, make the worked example.

``python -m dashboards.jobs.worker FOLDER`` does the task of the folder's ``asked.json``. See ``dashboards.jobs.queue``.
"""

from __future__ import annotations

import _thread
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from dashboards.jobs.queue import read, write
from dashboards.local.interrupts import interruptible
from ingest.locks import Lock
from ingest.parallel import share_memory
from ingest.scratch import is_left

SAID_EVERY_S = 0.25
ASKED_AGAIN_S = 3.0
STEPS_KEPT = 60


class Diary:
    """Writes the progress of a job and stops it when somebody asks for that."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.result: dict[str, Any] = {}
        self.over = False
        self._ending = threading.Lock()
        self._steps: list[list[Any]] = []
        self._begun = self._said = 0.0

    def say(self, words: str, done: int, total: int | None) -> None:
        """Record progress, as ``graph`` reports it."""
        now = time.monotonic()
        fresh = not self._steps or self._steps[-1][0] != words
        if fresh:
            if self._steps:
                self._steps[-1][3] = now - self._begun
            self._begun = now
            self._steps = [*self._steps, [words, done, total, 0.0]][-STEPS_KEPT:]
        self._steps[-1] = [words, done, total, now - self._begun]
        if fresh or now - self._said >= SAID_EVERY_S:
            self.keep()

    def keep(self) -> None:
        """Write the progress to disk now."""
        self._said = time.monotonic()
        write(self.place / "now.json", {"steps": self._steps, "result": self.result, "memory_mb": memory_mb()})

    def listen(self, server: Path) -> None:
        """Interrupt the work, from now on, as soon as somebody asks for it or the server is gone."""
        # a server started in the background of a shell ignores the signal, and this process would inherit that
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def wait() -> None:
            while not (self.place / "cancel").exists() and not is_left(server):
                time.sleep(SAID_EVERY_S)
            while self._interrupted():
                time.sleep(ASKED_AGAIN_S)  # a library may have swallowed the first interrupt

        threading.Thread(target=wait, daemon=True).start()

    def _interrupted(self) -> bool:
        with self._ending:
            if not self.over:
                _thread.interrupt_main()
            return not self.over

    def close(self) -> None:
        """End the work: nothing interrupts from now on."""
        with self._ending:
            self.over = True


def memory_mb() -> float | None:
    """Most memory this process has used; None where the system does not say."""
    with suppress(ImportError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used / (1024.0 * 1024.0 if sys.platform == "darwin" else 1024.0)
    return None


def check(case: str, about: Mapping[str, Any], diary: Diary) -> dict[str, Any]:
    """Check files without loading them."""
    from dashboards.words.outcomes import outcome_facts
    from graph.case.load import check_each

    files: list[dict[str, Any]] = []
    for outcome in check_each(about["paths"], _options(about), diary.say):
        files.append({**outcome_facts(outcome), **_trouble(outcome.error)})
        diary.result = {"files": files}
        diary.keep()
    return {"files": files}


def load(case: str, about: Mapping[str, Any], diary: Diary) -> dict[str, Any]:
    """Load files into the case; uploaded files are deleted afterwards."""
    from dashboards.words.outcomes import outcome_facts
    from graph.case.load import load_each
    from graph.stores import open_case

    files: list[dict[str, Any]] = []
    try:
        with closing(open_case(case)) as store:
            for outcome in load_each(store, about["paths"], _options(about), False, diary.say):
                files.append({**outcome_facts(outcome), **_trouble(outcome.error)})
                diary.result = {"files": files}
                diary.keep()
    finally:
        if about.get("uploaded"):
            shutil.rmtree(about["uploaded"], ignore_errors=True)
    return {"files": files}


def find(case: str, about: Mapping[str, Any], diary: Diary) -> dict[str, Any]:
    """Search the case and store the run; with ``of_run``, only describe methods beside that run."""
    from dashboards.words import run_name
    from graph.report.run import find_run
    from graph.runs.describing import describe_methods
    from graph.runs.pipeline import find as find_groups
    from graph.stores import open_case

    methods = tuple(about.get("describe", ()))
    with closing(open_case(case)) as store:
        if about.get("of_run"):
            run = find_run(store, about["of_run"])
            describe_methods(store, run, methods, progress=diary.say)
            return {"run": run_name(run), "run_id": run["run_id"], "counts": run.get("counts", {}), "known": False}
        before = {record["run_id"] for record in store.runs()}
        run = find_groups(store, settings_from(about), diary.say, describe=methods).run
    return {
        "run": run_name(run),
        "run_id": run["run_id"],
        "counts": run.get("counts", {}),
        "known": run["run_id"] in before,
    }


def measure(case: str, about: Mapping[str, Any], diary: Diary) -> dict[str, Any]:
    """Count actions and pairs of each behaviour at each time window, observed and expected."""
    from dashboards.jobs.estimate import measured
    from graph.stores import open_case

    with closing(open_case(case)) as store:
        for number, name in enumerate(about["traces"]):
            diary.say("Counting pairs", number, len(about["traces"]))
            diary.result = {**diary.result, name: measured(store, name, settings_from(about))}
            diary.keep()
    return diary.result


def example(case: str, about: Mapping[str, Any], diary: Diary) -> dict[str, Any]:
    """Make the worked example: its files, its case, its run."""
    from dashboards.local import recent_cases
    from graph.case.load import load as load_all
    from graph.runs.pipeline import find as find_groups
    from graph.stores import open_case
    from ingest.synthetic import write_demo

    place = recent_cases.demo_case()
    files = place.with_name(f"{place.name}-files")
    files.mkdir(parents=True, exist_ok=True)
    diary.say("Writing the worked example", 0, None)
    written = write_demo(files, recent_cases.DEMO_SEED)
    with closing(open_case(str(place), create=True)) as store:
        load_all(store, written, progress=diary.say)
        find_groups(store, progress=diary.say)
    recent_cases.remember(str(place))
    return {"case": str(place)}


Work = Callable[[str, Mapping[str, Any], Diary], dict[str, Any]]
WORK: dict[str, Work] = {"check": check, "load": load, "find": find, "measure": measure, "example": example}


def settings_from(about: Mapping[str, Any]) -> Any:
    """Settings of a run from the values a page sent."""
    from graph.settings import Narrow, Settings

    known = {name: about[name] for name in ("alpha", "group_min", "worlds", "seed", "pairs", "preset") if name in about}
    return Settings(
        traces=tuple(about.get("traces", ())),
        windows_s=tuple(float(window) for window in about.get("windows_s") or Settings().windows_s),
        narrow=Narrow.from_dict(about.get("narrow", {})),
        preset_options=tuple(sorted(about.get("preset_options", {}).items())),
        **known,
    )


def _options(about: Mapping[str, Any]) -> Any:
    from ingest.tables import Options

    given = about.get("options", {})
    pairs = tuple((field, column) for field, column in given.get("mapping", {}).items())
    return Options(platform=given.get("platform"), tz=given.get("tz"), mapping=pairs)


def _trouble(error: Exception | None) -> dict[str, Any]:
    """Parts of an error that a page shows."""
    if error is None:
        return {"trouble": None}
    named = {name: getattr(error, name, None) for name in ("message", "hint", "row", "column", "found", "accepted")}
    return {"trouble": {**named, "message": named["message"] or str(error)}}


def main(folder: str) -> int:
    """Do the task of a job's folder and write the result."""
    share_memory()
    place = Path(folder)
    alive = Lock(place / "alive.lock")
    if not alive.acquire():
        return 2
    asked, diary = read(place / "asked.json"), Diary(place)
    try:  # from here on, since it may be cancelled before it has begun
        end = _outcome(asked, diary)
    except KeyboardInterrupt:
        end = {"state": "cancelled"}
    diary.close()
    diary.keep()
    write(place / "end.json", {**end, "result": end.get("result") or diary.result})
    alive.release()
    return 0


def _outcome(asked: Mapping[str, Any], diary: Diary) -> dict[str, Any]:
    """Result of the work; raises KeyboardInterrupt where somebody cancelled it."""
    from ingest.errors import LockstepError

    try:
        diary.listen(Path(asked["server"]))
        with interruptible():
            made = WORK[asked["kind"]](asked["case"], asked["about"], diary)
        diary.close()
    except LockstepError as error:
        return {"state": "failed", "error": _trouble(error)["trouble"]}
    except MemoryError:
        return {"state": "failed", "error": {"message": "This machine's memory is full. Search a part of the case."}}
    except OSError as error:
        return {"state": "failed", "error": {"message": f"{error.strerror or error}."}}
    except Exception as error:
        from dashboards.local.crash_log import mistake_of_its_own

        return {"state": "failed", "error": {"message": mistake_of_its_own(error)}}
    return {"state": "done", "result": made}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
