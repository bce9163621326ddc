"""Faults at a chosen system call: a command in a process of its own is killed, or told an error, at its n-th change of a file.

Linux lets one process decide what becomes of each system call of another (seccomp user notification, Linux 5.5): nothing is
replaced in the program, threads and libraries in C are seen, and points are counted, not timed. Only calls that change files
or talk to a server stop; where a file is changed through mapped memory, nobody is asked.
"""

from __future__ import annotations

import atexit
import ctypes
import errno
import fcntl
import multiprocessing as mp
import os
import platform
import select
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from typing import Any

START: Any = mp.get_context("forkserver" if "forkserver" in mp.get_all_start_methods() else "spawn")
"""A process that has imported the program, with no threads yet, of which every command is a copy."""

# name: (number on x86-64, on ARM 64, where it says which file: "fd", "path", or the arguments that hold folder and path)
CALLS: dict[str, tuple[int | None, int | None, str | tuple[int, int]]] = {
    "open": (2, None, "path"),
    "openat": (257, 56, (0, 1)),
    "creat": (85, None, "path"),
    "write": (1, 64, "fd"),
    "pwrite64": (18, 68, "fd"),
    "writev": (20, 66, "fd"),
    "pwritev": (296, 70, "fd"),
    "copy_file_range": (326, 285, (2, -1)),
    "sendfile": (40, 71, "fd"),
    "truncate": (76, 45, "path"),
    "ftruncate": (77, 46, "fd"),
    "fallocate": (285, 47, "fd"),
    "fsync": (74, 82, "fd"),
    "fdatasync": (75, 83, "fd"),
    "rename": (82, None, "path"),
    "renameat": (264, 38, (0, 1)),
    "renameat2": (316, 276, (0, 1)),
    "link": (86, None, "path"),
    "linkat": (265, 37, (0, 1)),
    "symlinkat": (266, 36, (1, 2)),
    "unlink": (87, None, "path"),
    "unlinkat": (263, 35, (0, 1)),
    "rmdir": (84, None, "path"),
    "mkdir": (83, None, "path"),
    "mkdirat": (258, 34, (0, 1)),
    "chmod": (90, None, "path"),
    "fchmod": (91, 52, "fd"),
    "fchmodat": (268, 53, (0, 1)),
    "sendto": (44, 206, "fd"),
    "sendmsg": (46, 211, "fd"),
}
_FLAGS_OF = {"open": 1, "openat": 2}
_MACHINES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}  # column above, name in filters, seccomp
_GROWS = ("open", "openat", "creat", "write", "pwrite64", "writev", "pwritev", "copy_file_range", "sendfile",
          "ftruncate", "fallocate", "fsync", "fdatasync", "mkdir", "mkdirat", "link", "linkat", "symlinkat")  # fmt: skip
"""Calls that a full disk refuses."""
_RECEIVE, _SEND, _GO_ON = 0xC0502100, 0xC0182101, 1
DIES_AFTER_S = 240.0


@dataclass(frozen=True)
class Call:
    """One system call that was about to change a file, or to send something."""

    name: str
    path: str

    def __str__(self) -> str:
        return f"{self.name} {Path(self.path).name}"


@dataclass(frozen=True)
class Fault:
    """What becomes of the n-th call: death, or an error; with ``stays``, of every one behind it as well."""

    at: int
    error: int | None = None
    stays: bool = False

    def meets(self, number: int, call: Call) -> bool:
        if self.error == errno.ENOSPC and call.name not in _GROWS:
            return False
        return number >= self.at if self.stays else number == self.at


@dataclass
class Ran:
    """What a command did: its exit code (negative where a signal ended it), words, and calls in order."""

    code: int = 0
    out: str = ""
    err: str = ""
    calls: list[Call] = field(default_factory=list)
    struck: Call | None = None


def works_here() -> bool:
    """True on systems where a fault can be put at a system call."""
    release = tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2] if part.isdigit())
    return sys.platform == "linux" and platform.machine() in _MACHINES and release >= (5, 9)


def preload(*modules: str) -> None:
    """Import these once, in the process that every command is a copy of."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # threads are not copied along
        os.environ.setdefault(name, "1")
    START.set_forkserver_preload(list(modules))


def run(
    work: Callable[..., object],
    args: Sequence[object],
    folder: Path,
    watched: Callable[[str], bool],
    fault: Fault | None = None,
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Call a function in a process of its own, and put a fault at one of its calls.

    Parameters
    ----------
    work : callable
        Gives an exit code.
    args : sequence
    folder : Path
        Where the process works, and where its words are kept.
    watched : callable
        Which files count: takes a path, or ``socket:[n]``.
    fault : Fault, optional
        Without one the calls are only counted.
    env : mapping of str to str, optional
    """
    ours, theirs = START.Pipe()
    process = START.Process(target=_child, args=(theirs, work, list(args), folder, dict(env or {})))
    process.start()
    theirs.close()
    ran = Ran()
    listener = recv_handle(ours)
    try:
        group = ours.recv()
        _judge(listener, ran, watched, fault, group)
    finally:
        os.close(listener)
        process.join(DIES_AFTER_S)
        if process.is_alive():
            process.kill()
            raise AssertionError(f"still busy after {DIES_AFTER_S:g} s: {args}")
        ours.close()
    ran.code = process.exitcode
    ran.out, ran.err = ((folder / name).read_text(errors="replace") for name in ("out", "err"))
    return ran


# -- the process that is watched ---------------------------------------------------------------------------------------


def _child(
    told: Connection, work: Callable[..., object], args: list[object], folder: Path, env: dict[str, str]
) -> None:
    os.setsid()
    os.chdir(folder)
    os.environ.update(env)
    sys.argv = ["lockstep", *map(str, args)]
    for name, stream in (("out", sys.stdout), ("err", sys.stderr)):
        stream.flush()
        fd = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(fd, stream.fileno())
        os.close(fd)
    _ask_before_changes(told)
    code: object = 1
    try:
        code = work(*args)
    except SystemExit as leaving:
        code = leaving.code
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(int(code or 0) if isinstance(code, int | None) else 1)


def _ask_before_changes(told: Connection) -> None:
    """From here on this thread, and all it starts, ask; a thread from before hands the right to answer on, for it need not."""
    found: list[int] = []
    ready = threading.Event()

    def hand_on() -> None:
        ready.wait()
        send_handle(told, found[0], os.getppid())
        told.send(os.getpid())
        told.close()

    telling = threading.Thread(target=hand_on)
    telling.start()
    found.append(_install())
    ready.set()
    telling.join()
    os.close(found[0])


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def _install() -> int:
    """Put the filter on this thread; gives the descriptor whose holder decides."""
    libc = ctypes.CDLL(None, use_errno=True)
    steps = b"".join(struct.pack("HBBI", *step) for step in _filter())
    held = ctypes.create_string_buffer(steps)
    program = _Program(len(steps) // 8, ctypes.cast(held, ctypes.c_void_p))
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS, without which only root may
    number = _MACHINES[platform.machine()][2]
    listener = int(libc.syscall(number, 1, 8, ctypes.byref(program)))  # SET_MODE_FILTER, NEW_LISTENER
    if listener < 0:
        raise OSError(ctypes.get_errno(), "no filter of system calls can be had here")
    return listener


def _filter() -> Iterator[tuple[int, int, int, int]]:
    """The filter as classic BPF: calls of the table are asked about, files opened only to be read are not."""
    load, equal, any_bit, back = 0x20, 0x15, 0x45, 0x06
    ask, allow = 0x7FC00000, 0x7FFF0000
    column, machine, _ = _MACHINES[platform.machine()]
    yield (load, 0, 0, 4)
    yield (equal, 1, 0, machine)
    yield (back, 0, 0, allow)
    for name, numbers in CALLS.items():
        if (number := numbers[:2][column]) is None:
            continue
        yield (load, 0, 0, 0)
        if name in _FLAGS_OF:
            yield (equal, 0, 4, number)
            yield (load, 0, 0, 16 + 8 * _FLAGS_OF[name])
            yield (any_bit, 0, 1, os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            yield (back, 0, 0, ask)
            yield (back, 0, 0, allow)
        else:
            yield (equal, 0, 1, number)
            yield (back, 0, 0, ask)
    yield (back, 0, 0, allow)


# -- the one who decides -----------------------------------------------------------------------------------------------


def _judge(listener: int, ran: Ran, watched: Callable[[str], bool], fault: Fault | None, group: int) -> None:
    """Answer every call until nobody is left to ask."""
    column = _MACHINES[platform.machine()][0]
    names = {numbers[:2][column]: (name, numbers[2]) for name, numbers in CALLS.items()}
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    until = time.monotonic() + DIES_AFTER_S
    while True:
        events = dict(poll.poll(1_000)).get(listener, 0)
        if events & select.POLLHUP:
            return
        if time.monotonic() > until:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            return
        if not events & select.POLLIN:
            continue
        said = bytearray(80)
        try:
            fcntl.ioctl(listener, _RECEIVE, said)
        except OSError:  # it died meanwhile
            continue
        ident, task, _, number, _, _, *args = struct.unpack("QIIiIQ6Q", said)
        name, where = names[number]
        call = Call(name, _path(task, where, args))
        error = 0
        if watched(call.path):
            ran.calls.append(call)
            if fault and fault.meets(len(ran.calls), call):
                ran.struck = ran.struck or call
                if fault.error is None:
                    os.killpg(group, signal.SIGKILL)
                    continue
                error = fault.error
        with suppress(OSError):
            fcntl.ioctl(listener, _SEND, struct.pack("QqiI", ident, 0, -error, 0 if error else _GO_ON))


def _path(task: int, where: str | tuple[int, int], args: Sequence[int]) -> str:
    """The file that a call is about; empty where that cannot be read any more."""
    try:
        if where == "fd":
            return str(Path(f"/proc/{task}/fd/{ctypes.c_int(args[0]).value}").readlink())
        folder, place = (None, 0) if isinstance(where, str) else where
        if place < 0:
            return str(Path(f"/proc/{task}/fd/{args[folder or 0]}").readlink())
        with Path(f"/proc/{task}/mem").open("rb", buffering=0) as memory:
            memory.seek(args[place])
            name = memory.read(4096).partition(b"\0")[0].decode(errors="surrogateescape")
        at = -100 if folder is None else ctypes.c_int(args[folder]).value
        home = Path(f"/proc/{task}/cwd" if at == -100 else f"/proc/{task}/fd/{at}").readlink()
        return str(home / name)
    except OSError:
        return ""
