"""A small TCP proxy inside the test's process: it delays, cuts, or falls silent while its connections stay open."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

CHUNK = 1 << 16


class Proxy:
    """Listens on a free port of 127.0.0.1 and passes on what is said, both ways.

    Parameters
    ----------
    target : (str, int)
        Host and port of the server behind it.
    replace : mapping of bytes to bytes
        Words of the server that are changed on the way; as long as what they stand for.
    """

    def __init__(self, target: tuple[str, int], replace: Mapping[bytes, bytes] | None = None) -> None:
        self.target, self.replace = target, replace or {}
        self.delay_s, self.silent, self.passed = 0.0, False, 0
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def half_open(self) -> None:
        """Keep every connection, take new ones, and pass nothing on any more."""
        self.silent = True

    def cut(self) -> None:
        """Break the connections there are; new ones work."""
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        self._open.clear()

    def close(self) -> None:
        """Break everything, and listen no more."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
                far = socket.create_connection(self.target)
            except OSError:
                return
            self._open += [near, far]
            for source, sink, back in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._pass_on, args=(source, sink, back), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, back: bool) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                time.sleep(self.delay_s)
                if self.silent:
                    continue
                for old, new in self.replace.items() if back else ():
                    data = data.replace(old, new)
                sink.sendall(data)
                self.passed += len(data)
        for sock in (source, sink):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(target: tuple[str, int], replace: Mapping[bytes, bytes] | None = None) -> Iterator[Proxy]:
    """A proxy before a server, closed at the end."""
    proxy = Proxy(target, replace)
    try:
        yield proxy
    finally:
        proxy.close()
