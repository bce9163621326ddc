"""Work that is done ahead in a thread of its own: the next part is made while somebody is busy with this one."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from queue import Empty, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class _Done(Exception):
    """Behind the last part."""


class _Maker(Thread, Generic[T]):
    """Puts parts, and at last the error that ended them, where the other thread takes them."""

    def __init__(self, parts: Iterable[T], most: int) -> None:
        super().__init__(daemon=True)
        self._parts = parts
        self.made: Queue[T | BaseException] = Queue(most)
        self.stop = Event()

    def run(self) -> None:
        try:
            for part in self._parts:
                self.made.put(part)
                if self.stop.is_set():
                    return
            self.made.put(_Done())
        except BaseException as error:
            self.made.put(error)


def ahead(parts: Iterable[T], most: int = 1) -> Generator[T, None, None]:
    """Parts in their order, made in another thread, at most so many in store.

    What making them raises is raised here, in its place. Whoever stops early waits until the part being made is finished.

    Examples
    --------
    >>> list(ahead(n * n for n in range(4)))
    [0, 1, 4, 9]
    """
    maker = _Maker(parts, most)
    maker.start()
    try:
        while not isinstance(part := maker.made.get(), BaseException):
            yield part
        maker.join()
        if not isinstance(part, _Done):
            raise part
    finally:
        maker.stop.set()
        while maker.is_alive():  # it may wait for room
            try:
                maker.made.get(timeout=0.02)
            except Empty:
                maker.join(timeout=0.02)
