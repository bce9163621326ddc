"""Output of commands: results on stdout, progress and remarks on stderr, or one JSON object with ``--json``."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TextIO

# Control characters and bidirectional overrides in names from files could repaint a terminal.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

QUIET_S = 10.0
"""Seconds between two lines about the same step where there is no terminal."""


def printable(text: str) -> str:
    """The text without characters that could move the cursor, change colours or turn the writing round.

    Examples
    --------
    >>> printable("a\\x1b[2Jb")
    'a�[2Jb'
    """
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def columns(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Rows as lines with aligned columns, those named in ``right`` flush right.

    Examples
    --------
    >>> columns([("a", "1"), ("bb", "10")], right=[1])
    ['a    1', 'bb  10']
    """
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(w) if i in right else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


class Screen:
    """Output of one command.

    Parameters
    ----------
    as_json : bool
        Print results as one JSON object, and no sentences.
    out, err : file, optional
        stdout and stderr when not given.
    """

    def __init__(self, as_json: bool = False, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self.out, self.err = out or sys.stdout, err or sys.stderr
        self.told: dict[str, Any] = {}
        self._bar = False
        self._step, self._said_at = "", 0.0

    def say(self, *lines: str) -> None:
        """Print results for people."""
        if not self.as_json:
            self.end_step()
            self._write(self.out, lines)

    def note(self, *lines: str) -> None:
        """Print remarks: assumptions, cancellations, failures."""
        self.end_step()
        self._write(self.err, lines)

    def facts(self, facts: Mapping[str, Any]) -> None:
        """Keep results, and print them as JSON where ``--json`` was given."""
        self.told = dict(facts)
        if self.as_json:
            self.end_step()
            self.out.write(json.dumps(facts, default=_plain, ensure_ascii=False, indent=1) + "\n")
            self.out.flush()

    def step(self, words: str, done: int, total: int | None) -> None:
        """Show progress: a bar on a terminal, elsewhere a line per step and now and then a percentage."""
        words = printable(words)
        if self.err.isatty():
            self._draw(words, done, total)
            return
        now = time.monotonic()
        if words != self._step or now - self._said_at >= QUIET_S:
            far = f", {done / total:.0%}" if total and words == self._step else ""
            self._step, self._said_at = words, now
            self._write(self.err, [f"{words}{far} …"])

    def end_step(self) -> None:
        """Clear the bar, so that a sentence gets a line of its own."""
        if self._bar:
            self._bar = False
            self.err.write("\r\x1b[K")
            self.err.flush()

    def can_ask(self) -> bool:
        """True where a person sits at a terminal and can answer."""
        return bool(sys.stdin and sys.stdin.isatty() and self.err.isatty())

    def ask(self, question: str) -> bool:
        """Answer of a person to a yes-or-no question; False where nobody can be asked."""
        self.end_step()
        if not self.can_ask():
            return False
        self.err.write(f"{printable(question)} [y/N] ")
        self.err.flush()
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def _draw(self, words: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if self._bar and words == self._step and now - self._said_at < 0.1:
            return
        self._bar, self._step, self._said_at = True, words, now
        width = shutil.get_terminal_size().columns - 1
        if total:
            share = min(done / total, 1.0)
            filled = round(share * 24)
            line = f"{'█' * filled}{'░' * (24 - filled)} {share:4.0%}  {words}"
        else:
            line = f"{words} …" + (f" {done:,}" if done else "")
        self.err.write(f"\r\x1b[K{line[:width]}")
        self.err.flush()

    def _write(self, stream: TextIO, lines: Sequence[str]) -> None:
        for line in lines:
            for part in line.split("\n"):
                stream.write(printable(part) + "\n")
        stream.flush()


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    return value.as_dict() if hasattr(value, "as_dict") else str(value)
