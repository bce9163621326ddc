"""Work on many parts at once, on all cores: numpy releases the interpreter while it computes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ingest.parallel import cores

T = TypeVar("T")
R = TypeVar("R")


def each(work: Callable[[T], R], parts: Sequence[T], threads: int | None = None) -> list[R]:
    """The work done on every part, in order; the result does not depend on ``threads``.

    Examples
    --------
    >>> each(abs, [-1, 2, -3])
    [1, 2, 3]
    """
    threads = min(threads or cores(), len(parts))
    if threads < 2:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, parts))
