"""Tracebacks of Lockstep's own mistakes, each in a private file of the state folder."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime

from dashboards.local.recent_cases import state_folder


def mistake_of_its_own(error: Exception) -> str:
    """A sentence on an error that no person caused, with the file that has its traceback."""
    return f"Lockstep failed because of a mistake of its own ({type(error).__name__}). {write_crash()}"


def write_crash() -> str:
    """Write the current traceback to a private file, since it may quote the data, and return a sentence that names the file."""
    try:
        folder = state_folder() / "errors"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(traceback.format_exc())
    except OSError:
        return "Set LOCKSTEP_DEBUG=1 to see the details."
    return f"The details are in {path}; with LOCKSTEP_DEBUG=1 they are printed here."
