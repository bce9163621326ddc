"""Tracebacks of Lockstep's own mistakes: one private file each in the state folder."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime

from dashboards.local.recent_cases import state_folder


def write_crash() -> str:
    """Write the traceback being handled to a private file, since it may quote the data; a sentence that says where."""
    try:
        folder = state_folder() / "errors"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(traceback.format_exc())
    except OSError:
        return "Set LOCKSTEP_DEBUG=1 to see where."
    return f"Where it happened is in {path}; LOCKSTEP_DEBUG=1 shows it here."
