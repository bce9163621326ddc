"""The ``lockstep`` command: words to a command, errors to a sentence and an exit code.

Nothing heavy is imported here, so that the help is there at once.
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
from dashboards.local.crash_log import write_crash
from dashboards.local.interrupts import interruptible
from ingest.parallel import share_memory

HELP = ("help", "--help", "-h")
VERSION = ("version", "--version", "-V", "-v")
ABOUT = "Lockstep finds accounts on social media that act together more than chance explains."


class _Parser(ArgumentParser):
    """Says what is wrong in a sentence, and what was probably meant."""

    def error(self, message: str) -> NoReturn:
        from ingest.errors import UsageError

        raise UsageError(f"{message[:1].upper()}{message[1:]}.", hint=f"See {self.prog} --help.")


def version() -> str:
    """What is installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    with suppress(PackageNotFoundError):
        return installed("lockstep-workbench")
    return "0 (not installed)"


def overview() -> str:
    """The help by task.

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
            "lockstep COMMAND --help says more of one command; lockstep --version says which version this is.",
            "With --json any command gives its facts to scripts.",
        ]
    )


def parser_of(name: str) -> ArgumentParser:
    """The parser of one command."""
    command = COMMANDS[name]
    parser = _Parser(
        prog=f"lockstep {name}",
        description=f"{command.line[:1].upper()}{command.line[1:]}.",
        epilog=f"Example:\n  {command.example}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.arguments(parser)
    parser.add_argument("--json", action="store_true", help="facts as JSON on stdout")
    return parser


def known(name: str) -> str:
    """The name of a command, as it was given.

    Raises
    ------
    UsageError
        If there is no such command, with the nearest one that there is.
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
    """The command and its arguments.

    Raises
    ------
    UsageError
        If there is no such command or option, with the nearest one that there is.
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
        0 done, 1 failed, 2 bad use, 3 bad input, 4 partly loaded, 130 cancelled.
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
        # Whoever read our output has seen enough, as `lockstep runs | head -1` has.
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
        return DONE
    except KeyboardInterrupt:
        return _say_cancelled(screen, "Cancelled. The case is as it was before this command.")
    except ImportError as error:  # even the errors' own names may be out of reach
        where = f"a library it needs is missing or broken here: {error.name or error}. {write_crash()}"
        screen.note(f"Lockstep cannot start; {where}", "Install it again, or run make clean and make demo.")
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
    return COMMANDS[name].run(args, screen)


def _help(names: list[str], screen: Screen) -> int:
    """Print the help of the commands that are named; of all by task where none is."""
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
        code, message = FAILED, "This machine's memory is full. Narrow the run with --from, --to or --platform."
    else:
        code, message = FAILED, f"Lockstep failed and this is its own mistake ({type(error).__name__}). {write_crash()}"
    if os.environ.get("LOCKSTEP_DEBUG") == "1":
        screen.note(traceback.format_exc())
    screen.note(message)
    screen.facts({"error": message, "exit_code": code})
    return code


if __name__ == "__main__":
    sys.exit(main())
