"""Errors that Lockstep raises: one base, few names, the facts as attributes.

Every message says what was found, where (file, row, column), and what would be accepted, so that a person can act on it
without reading code. Commands turn these into an exit code and a sentence; nobody sees a traceback for what they can mend.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import ClassVar

Progress = Callable[[str, int, int | None], None]
"""Called with a step in words, how much is done, and of how much (None: unknown). It may raise ``Cancelled``."""


class LockstepError(Exception):
    """The base of every error a person can do something about.

    Attributes
    ----------
    exit_code : int
        What the command exits with: 1 failed, 2 bad use, 3 bad input.

    Examples
    --------
    >>> print(LockstepError("The case is locked.", hint="Close the other command, then run this one again."))
    The case is locked. Close the other command, then run this one again.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message} {hint}" if hint else message)


class UsageError(LockstepError):
    """The call is off: an unknown option, trace, case or run."""

    exit_code = 2


class InputError(LockstepError):
    """A file cannot be read as what it is said to be.

    Parameters
    ----------
    message : str
        What was found, in a sentence.
    file : str
        The file's name, as the person gave it.
    row : int, optional
        Row of the file, counted from 1 with the header as row 1 (a line number where the format has lines).
    column : str, optional
    found, accepted : str, optional
        The value found there, and what would be accepted instead.

    Examples
    --------
    >>> print(InputError("Ids went through a spreadsheet.", file="a.csv", row=2, column="id", found="9.06E+17",
    ...                  accepted="the digits in full"))
    a.csv, row 2, column id: Ids went through a spreadsheet. Found '9.06E+17'. Accepted: the digits in full.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        file: str,
        row: int | None = None,
        column: str | None = None,
        found: str | None = None,
        accepted: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.file, self.row, self.column, self.found, self.accepted = file, row, column, found, accepted
        where = ", ".join(
            part
            for part in (file, f"row {row}" if row is not None else "", f"column {column}" if column else "")
            if part
        )
        text = f"{where}: {message}"
        if found is not None:
            text += f" Found {found[:80]!r}."
        if accepted is not None:
            text += f" Accepted: {accepted}."
        super().__init__(text, hint=hint)


class CaseError(LockstepError):
    """A case cannot be opened, is of another make, or is being written by someone else."""


class Unreachable(CaseError):
    """A case's server does not answer, or stopped answering."""


class KeyMissing(CaseError):
    """The case's pseudonym key is not on this machine, or is another case's."""


class Cancelled(LockstepError):
    """The person stopped the work; what was there before is still there."""

    exit_code = 130


def did_you_mean(word: str, known: list[str] | tuple[str, ...]) -> str:
    """A sentence naming the nearest known word, or the whole list.

    Examples
    --------
    >>> did_you_mean("lnk", ["link", "text"])
    "Did you mean 'link'?"
    >>> did_you_mean("zzz", ["link", "text"])
    'Known: link, text.'
    """
    near = get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
