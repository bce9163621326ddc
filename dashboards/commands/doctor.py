"""``lockstep doctor``: checks of this machine and of a case's log, one row each."""

from __future__ import annotations

import os
import platform
import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dashboards.commands.base import DONE, FAILED, Command, add_case
from dashboards.commands.terminal import Screen, columns
from dashboards.local import audit, recent_cases

GOOD, MISSING, BAD = "good", "missing", "bad"
"""``missing`` is something that only some work needs; ``bad`` is a fault, and the command ends with 1."""
LITTLE = 1 << 30
"""Bytes of free disk below which there is little."""
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox", "msedge", "open", "xdg-open")


@dataclass(frozen=True)
class Found:
    """Outcome of one check: one of ``GOOD``, ``MISSING`` and ``BAD``, in words, with facts for programs."""

    state: str
    words: str
    facts: dict[str, object] | None = None


def log_of_case(case: str | None) -> Found:
    """State of the log of a case."""
    if case is None:
        return Found(GOOD, "no case was used on this machine yet")
    file = audit.log_file(case)
    chain = audit.check(file)
    facts = {"file": str(file), "lines": chain.lines, "last_hash": chain.last, "broken_line": chain.broken}
    return Found(GOOD if chain.whole else BAD, f"{chain.in_words()} ({file})", {**facts, "cut": chain.cut})


def versions(_: str | None) -> Found:
    """Versions of Lockstep and Python."""
    try:
        own = version("lockstep-workbench")
    except PackageNotFoundError:
        own = "this checkout"
    return Found(GOOD, f"Lockstep {own}, Python {platform.python_version()}, {platform.system()}")


def browser(_: str | None) -> Found:
    """The browser that would show the dashboard."""
    there = next((name for name in _BROWSERS if shutil.which(name)), None)
    if there is None and os.name != "nt":
        return Found(MISSING, "none was found on this machine; the dashboard can be opened from another one")
    return Found(GOOD, there or "that of Windows")


def java(_: str | None) -> Found:
    """Java, which only the Spark engine needs."""
    found = shutil.which("java")
    return Found(GOOD, found) if found else Found(MISSING, "not found; only --engine spark needs it")


def disk(case: str | None) -> Found:
    """Free room where the case or this machine's state is."""
    place = recent_cases.state_folder() if case is None or recent_cases.is_server(case) else Path(case)
    there = next((folder for folder in (place, *place.resolve().parents) if folder.exists()), Path())
    free = shutil.disk_usage(there).free
    return Found(GOOD if free > LITTLE else BAD, f"{free / 1e9:,.1f} GB free at {there}", {"free_bytes": free})


CHECKS: dict[str, Callable[[str | None], Found]] = {
    "log of the case": log_of_case,
    "versions": versions,
    "browser": browser,
    "Java": java,
    "disk": disk,
}
"""Every check by its name. It gets the address of the case, or None; adding one is a line here."""


def arguments(parser: ArgumentParser) -> None:
    add_case(parser)


def doctor(args: Namespace, screen: Screen) -> int:
    used = recent_cases.cases()
    case = (recent_cases.named(args.case) or args.case) if args.case else (used[0] if used else None)
    found = {name: check(case) for name, check in CHECKS.items()}
    bad = any(one.state == BAD for one in found.values())
    screen.say(*columns([(name, one.state, one.words) for name, one in found.items()]))
    facts = {name: {"state": one.state, "words": one.words, **(one.facts or {})} for name, one in found.items()}
    screen.facts({"case": case, "checks": facts, "exit_code": FAILED if bad else DONE})
    return FAILED if bad else DONE


DOCTOR = Command(
    "doctor",
    "Manage cases",
    "check a case's log of logins, reveals, exports and deletions, and what this machine has",
    arguments,
    doctor,
    "lockstep doctor --case my-case",
)
