"""Lines of JSON, read by several processes at once: Python makes one record at a time in each.

Blocks of lines go out, frames come back, in the order of the file; at most a few blocks are on their way. The processes are
Python's own, started anew and spoken to over pipes, so that it does not matter what else this one is doing. A small file is read here,
and so is what a process did not answer.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from queue import SimpleQueue
from typing import IO, NamedTuple

from ingest.mapping.contract import Context, Notes
from ingest.parallel import cores
from ingest.parsing import json_stream
from ingest.parsing.json_stream import Block
from ingest.parsing.record_frames import Gathered, gathered
from ingest.readers.base import RecordReader

ENOUGH = 64 << 20  # bytes that are read here, before processes are worth their start
MOST_PROCESSES = 8  # processes
_CODE = "from ingest.reading.processes import serve; serve()"


class _Answer(NamedTuple):
    parts: list[Gathered]
    notes: Notes


def in_blocks(reader: RecordReader, blocks: Iterator[Block], context: Context) -> Iterator[Gathered]:
    """Frames a reader makes of the lines of each block, in order; many blocks are shared out among processes."""
    number = 1 if getattr(reader, "in_order", False) or not sys.executable else processors()
    here = 0
    for block in blocks:
        if number > 1 and here >= ENOUGH:
            with _Pool(reader, context, number) as pool:
                for answer in pool.answers(chain([block], blocks)):
                    context.take_over(answer.notes)
                    yield from answer.parts
        else:
            yield from _read(reader, block, context)
            here += sum(map(len, block[1]))


def processors() -> int:
    """Number of processes that read a large file: one for each core this one may use, at most eight."""
    return min(MOST_PROCESSES, cores())


def _read(reader: RecordReader, block: Block, context: Context) -> Iterator[Gathered]:
    row, pieces = block
    return gathered(reader.items, json_stream.lines(pieces, row), context, sys.maxsize)


def _answer(reader: RecordReader, block: Block, context: Context) -> _Answer:
    """Frames made of a block, and remarks noted on the way."""
    own = context.apart()
    return _Answer(list(_read(reader, block, own)), own.hand_over())


class _Pool:
    """Processes that all know the reader and its file; each is asked by one thread at a time."""

    def __init__(self, reader: RecordReader, context: Context, number: int) -> None:
        self._reader, self._context, self._number = reader, context, number
        self._threads, self._closed = ThreadPoolExecutor(number), False
        self._idle: SimpleQueue[_Process | None] = SimpleQueue()
        options = replace(context.options, protection=None, short_links=None)  # not theirs to know
        setting = (reader.name, replace(context, options=options, sample=None, scan=None, memory={}))
        self._processes = [_Process(setting) for _ in range(number)]
        for process in self._processes:
            self._idle.put(process)

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        for process in self._processes:
            process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            process.close()

    def answers(self, blocks: Iterable[Block]) -> Iterator[_Answer]:
        """In the order of the blocks."""
        waiting: deque[Future[_Answer]] = deque()
        for block in blocks:
            waiting.append(self._threads.submit(self._ask, block))
            if len(waiting) > self._number:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _ask(self, block: Block) -> _Answer:
        process = self._idle.get()
        try:
            if process is not None:
                return process.ask(block)
        except (OSError, EOFError, pickle.PickleError):
            process = None  # it is no more
            if self._closed:
                raise
        finally:
            self._idle.put(process)
        return _answer(self._reader, block, self._context)


class _Process:
    """A Python of its own that answers blocks."""

    def __init__(self, setting: tuple[str, Context]) -> None:
        self._setting: tuple[str, Context] | None = setting
        room = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "POLARS_MAX_THREADS": "1"}
        command = [sys.executable, "-c", _CODE]
        self._running = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=room
        )

    def ask(self, block: Block) -> _Answer:
        assert self._running.stdin and self._running.stdout
        if self._setting:
            _send(self._running.stdin, self._setting)
            self._setting = None
        _send(self._running.stdin, block)
        return pickle.load(self._running.stdout)

    def kill(self) -> None:
        self._running.kill()
        self._running.wait()

    def close(self) -> None:
        for pipe in (self._running.stdin, self._running.stdout):
            with suppress(OSError):
                assert pipe
                pipe.close()


def _send(pipe: IO[bytes], what: object) -> None:
    pickle.dump(what, pipe, protocol=5)
    pipe.flush()


def serve() -> None:
    """Answer the blocks that come in by standard input until it ends."""
    from ingest.readers import READERS

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked is told, and stops this
    with suppress(EOFError, BrokenPipeError):
        name, context = pickle.load(sys.stdin.buffer)
        reader = next(one for one in READERS if one.name == name)
        assert isinstance(reader, RecordReader)
        while True:
            _send(sys.stdout.buffer, _answer(reader, pickle.load(sys.stdin.buffer), context))
