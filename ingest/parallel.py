"""The share of this machine that this process may use."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def cores() -> int:
    """Cores this process may use.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_memory() -> None:
    """Let the threads of this process have what others gave back; to be called before there are any.

    glibc keeps what is free apart for up to eight threads a core: with one part a core, `find` on a million posts holds 690 MB
    in place of 1,110, and takes 6.0 s in place of 6.5. Other C libraries keep no such parts and are left as they are.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, cores())
