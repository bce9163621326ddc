"""The ``lockstep`` command: turns words into a command, and errors into a sentence and an exit code.

No heavy library is imported here, so that the help comes at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from argparse import SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import NoReturn

from dashboards.commands import COMMANDS
from dashboards.commands.base import CANCELLED, DONE, FAILED
from dashboards.commands.terminal import Screen
from dashboards.local.crash_log import mistake_of_its_own, write_crash
from dashboards.local.interrupts import interruptible
from ingest.parallel import share_memory

HELP = ("help", "--help", "-h")
VERSION = ("version", "--version", "-V", "-v")
LOGGED = {
    **dict.fromkeys(("export", "brief", "report"), "export"),
    **dict.fromkeys(("remove", "purge", "forget", "retain"), "deletion"),
}
"""Commands that are written into the log of their case, and as what."""
_TOLD = ("run", "format", "names", "accounts", "posts", "links", "before", "removed")
"""Results of commands that the log keeps: choices, counts and ids of files."""
ABOUT = "Lockstep finds accounts on social media that act together more often than chance explains."


class _Parser(ArgumentParser):
    """A parser that raises its errors as sentences."""

    def error(self, message: str) -> NoReturn:
        from ingest.errors import UsageError

        raise UsageError(f"{message[:1].upper()}{message[1:]}.", hint=f"See {self.prog} --help.")


def version() -> str:
    """The version that is installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    with suppress(PackageNotFoundError):
        return installed("lockstep-workbench")
    return "0 (not installed)"


def overview() -> str:
    """The help of all commands, by task.

    Examples
    --------
    >>> print(overview())  # doctest: +ELLIPSIS
    Lockstep finds accounts ...
    Start
      lockstep demo ...
    """
    lines, task = [ABOUT], ""
    width = max(map(len, COMMANDS)) + 2
    for command in COMMANDS.values():
        if command.task != task:
            task = command.task
            lines += ["", task]
        lines.append(f"  lockstep {command.name:<{width}}{command.line}")
    return "\n".join(
        [
            *lines,
            "",
            "Help for one command: lockstep COMMAND --help. Version: lockstep --version.",
            "For scripts: add --json to any command.",
        ]
    )


def parser_of(name: str) -> ArgumentParser:
    """The argument parser of one command."""
    command = COMMANDS[name]
    parser = _Parser(
        prog=f"lockstep {name}",
        description=f"{command.line[:1].upper()}{command.line[1:]}.",
        epilog=f"Example:\n  {command.example}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.arguments(parser)
    parser.add_argument("--json", action="store_true", help="print results as JSON on stdout, for scripts")
    return parser


def known(name: str) -> str:
    """The name of a command, as it was given.

    Raises
    ------
    UsageError
        If there is no such command; names the nearest one.
    """
    from ingest.errors import UsageError, did_you_mean

    if name in COMMANDS:
        return name
    if name.startswith("-"):
        meant = did_you_mean(name, [*HELP, *VERSION]) if get_close_matches(name, [*HELP, *VERSION]) else ""
        hint = meant or "Options come after a command, such as lockstep find --case my-case."
        raise UsageError(f"lockstep has no option {name!r} of its own.", hint=hint)
    raise UsageError(f"There is no command {name!r}.", hint=did_you_mean(name, [*COMMANDS, "help", "version"]))


def parse(words: Sequence[str]) -> tuple[str, Namespace]:
    """The command and its arguments, from the words of the command line.

    Raises
    ------
    UsageError
        If there is no such command or option; names the nearest one.
    """
    from ingest.errors import UsageError, did_you_mean

    name, *rest = words
    parser = parser_of(known(name))
    args, left = parser.parse_known_args(rest)
    if left:
        options = [option for action in parser._actions for option in action.option_strings if action.help != SUPPRESS]
        meant = did_you_mean(left[0].partition("=")[0], options) if left[0].startswith("-") else ""
        raise UsageError(f"lockstep {name} does not know {left[0]!r}.", hint=meant or f"See lockstep {name} --help.")
    return name, args


def main(words: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    words : sequence of str, optional
        What comes after ``lockstep``; from the command line when not given.

    Returns
    -------
    int
        Exit code: 0 done, 1 failed, 2 bad use, 3 bad input, 4 partly done, 130 cancelled.
    """
    words = sys.argv[1:] if words is None else list(words)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console without all letters
    share_memory()
    screen = Screen(as_json="--json" in words)
    if words[:1] == ["--json"]:
        words = [*words[1:], "--json"]
    try:
        with interruptible():
            return _run(words, screen)
    except BrokenPipeError:
        # The reader of our output has stopped reading, as in `lockstep runs | head -1`.
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
        return DONE
    except KeyboardInterrupt:
        return _say_cancelled(screen, "Cancelled. The case is as it was before this command.")
    except ImportError as error:  # ingest.errors itself may be what cannot be imported
        where = f"a library it needs is missing or broken here: {error.name or error}. {write_crash()}"
        screen.note(f"Lockstep cannot start: {where}", "Install Lockstep again, or run make clean and make demo.")
        screen.facts({"error": str(error), "exit_code": FAILED})
        return FAILED
    except Exception as error:
        return _say_error(error, screen)


def _run(words: list[str], screen: Screen) -> int:
    name, *rest = words or ["help"]
    if name in HELP:
        return _help([word for word in rest if word not in (*HELP, *VERSION, "--json")], screen)
    if name in VERSION:
        screen.say(f"lockstep {version()}")
        screen.facts({"version": version()})
        return DONE
    try:
        name, args = parse(words)
    except SystemExit as done:  # --help of a command
        return int(done.code or DONE)
    code = COMMANDS[name].run(args, screen)
    if name in LOGGED and screen.told.get("changed") is not False and code != CANCELLED:
        _write_down(name, screen)
    return code


def _write_down(name: str, screen: Screen) -> None:
    """Add an export or deletion to the log of its case; counts and choices only, never names."""
    from getpass import getuser

    from dashboards.local import audit

    if (case := screen.told.get("case")) is None:
        return
    kept = {key: screen.told[key] for key in _TOLD if key in screen.told}
    by = "unknown user"
    with suppress(KeyError, OSError, ImportError):
        by = f"user {getuser()}"
    if not audit.record(str(case), LOGGED[name], by, "command line", command=name, **kept):
        screen.note("This could not be written into the log of the case.")


def _help(names: list[str], screen: Screen) -> int:
    """Print the help of the commands that are named, or of all by task."""
    for name in names:
        known(name)
    screen.say("\n".join(parser_of(name).format_help() for name in names) if names else overview())
    screen.facts({"commands": {name: COMMANDS[name].line for name in names or COMMANDS}})
    return DONE


def _say_cancelled(screen: Screen, message: str) -> int:
    with suppress(KeyboardInterrupt):
        screen.note(message)
        screen.facts({"error": message, "exit_code": CANCELLED})
    return CANCELLED


def _say_error(error: Exception, screen: Screen) -> int:
    from ingest.errors import LockstepError

    if isinstance(error, LockstepError):
        code, message = error.exit_code, str(error)
    elif isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        code, message = FAILED, f"{error.strerror}{where}."
    elif isinstance(error, MemoryError):
        code, message = (
            FAILED,
            "This machine's memory is full. Search a part of the case with --from, --to or --platform.",
        )
    else:
        code, message = (
            FAILED,
            mistake_of_its_own(error),
        )
    if os.environ.get("LOCKSTEP_DEBUG") == "1":
        screen.note(traceback.format_exc())
    screen.note(message)
    screen.facts({"error": message, "exit_code": code})
    return code


if __name__ == "__main__":
    sys.exit(main())
