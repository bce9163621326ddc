"""Ctrl-C and SIGTERM, told apart from errors."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def interruptible() -> Iterator[None]:
    """Stop the block on the signals INT and TERM, always with a KeyboardInterrupt.

    A library that is interrupted may raise an error of its own instead: DuckDB ``RuntimeError: Query interrupted``, a class
    that was half made ``RuntimeError``, a module that was half loaded ``ImportError``. Any error of the block after a signal
    is taken as the interrupt. INT stays ignored where it was (a command in the background of a shell), and other
    threads than the main one, which cannot be interrupted, run the block as it is.

    Raises
    ------
    KeyboardInterrupt
        If a signal came and the block ended with an error.

    Examples
    --------
    >>> with interruptible():
    ...     sum(range(10))
    45
    """
    came: list[int] = []

    def stop(number: int, frame: Any) -> None:
        came.append(number)
        raise KeyboardInterrupt

    numbers = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) is not signal.SIG_IGN]
    before: dict[signal.Signals, Any] = {}
    try:
        try:
            for number in numbers:
                before[number] = signal.signal(number, stop)
        except ValueError:  # not the main thread
            pass
        yield
    except Exception as error:
        if came:
            raise KeyboardInterrupt from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
