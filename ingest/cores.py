"""How much of this machine this process may use."""

from __future__ import annotations

import os


def cores() -> int:
    """Cores this process may use.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
