"""``lockstep ingest`` loads files into a case; ``lockstep check`` reads them and loads nothing."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboards.commands.base import (
    BAD_INPUT,
    DONE,
    PARTLY,
    Command,
    add_case,
    add_reading,
    chosen_case,
    opened,
    reading_options,
)
from dashboards.commands.terminal import Screen
from dashboards.local import recent_cases
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.case.comparisons import Reach
    from graph.case.load import Outcome
    from graph.stores.base import Store


def ingest_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files, folders, gzip and zip archives")
    add_case(parser)
    add_reading(parser)
    parser.add_argument(
        "--pseudonyms",
        action="store_true",
        help="store codes in place of ids, handles and names; the case's key makes them",
    )
    parser.add_argument(
        "--replace", action="store_true", help="replace a file that was loaded with other options before"
    )
    add_role(parser, "load the files as a comparison: posts by others about the same things; they show what is usual")
    parser.add_argument("--by", metavar="NAME", help="your name, kept with the role (default: the user logged in here)")


def add_role(parser: ArgumentParser, words: str) -> None:
    parser.add_argument("--as", dest="role", choices=("case", "comparison"), metavar="ROLE", help=words)


def ingest(args: Namespace, screen: Screen) -> int:
    from dashboards.words.outcomes import outcome_facts

    address = chosen_case(args, screen, fresh=True)
    outcomes = load_files(address, args, screen)
    role = {"as": args.role} if args.role else {}
    screen.facts({"case": address, **role, "files": [outcome_facts(outcome) for outcome in outcomes]})
    if any(outcome.loaded for outcome in outcomes):
        screen.say("", "Next: lockstep find")
    return exit_code(outcomes)


def load_files(address: str, args: Namespace, screen: Screen, in_short: bool = False) -> list[Outcome]:
    """Load files into a case and print each result, ``in_short`` in one line.

    Raises
    ------
    InputError
        No file can be read and the case does not exist yet; it is not made.
    Cancelled
        The person stopped it; the message says which files are loaded.
    """
    from dashboards.commands.summary import outcome_line, outcome_lines
    from graph.case.load import load_each, readable
    from ingest.errors import Cancelled

    options = replace(reading_options(args), pseudonyms=getattr(args, "pseudonyms", False))
    new_folder = not recent_cases.is_server(address) and not Path(address).expanduser().exists()
    if (new_folder or recent_cases.is_server(address)) and not readable(args.files, options) and not _opens(address):
        outcomes = check_files(args.files, options, screen)
        screen.note("No case was made.")
        return outcomes
    outcomes = []
    try:
        with opened(address, create=True) as store:
            again, role = getattr(args, "replace", False) or asker(screen), role_of(args)
            for outcome in load_each(store, args.files, options, again, screen.step, role):
                outcomes.append(outcome)
                speak = screen.note if outcome.error else screen.say
                speak(outcome_line(outcome) if in_short else "\n".join(outcome_lines(outcome)))
            if not in_short:
                totals(store, outcomes, screen, role and role[0])
    except KeyboardInterrupt:
        done = sum(outcome.loaded for outcome in outcomes)
        kept = f"{done} of the files {'is' if done == 1 else 'are'} loaded; the rest are not." if done else ""
        raise Cancelled("Cancelled.", hint=kept or "The case is as it was before this command.") from None
    return outcomes


def _opens(address: str) -> bool:
    """True where there is such a case already."""
    from graph.stores import open_case

    try:
        open_case(address).close()
    except UsageError:
        return False
    return True


def role_of(args: Namespace) -> tuple[Any, str] | None:
    """Role that the files are given, and who says so; None where nobody does."""
    from getpass import getuser

    role = getattr(args, "role", None)
    return (role, args.by or getuser()) if role else None


def asker(screen: Screen) -> Any:
    """A function that asks a person to replace a file loaded before; False where nobody can answer."""

    def ask(name: str, before: dict[str, Any]) -> bool:
        return screen.ask(f"{name} is in the case already, read as {before['reader']} with other options. Replace it?")

    return ask


def totals(store: Store, outcomes: Iterable[Outcome], screen: Screen, role: str | None = None) -> None:
    """Print how much the case holds now, how much of it is a comparison, and where that cannot serve."""
    from dashboards.words import counted
    from graph.case.comparisons import others, useless

    outcomes = list(outcomes)
    if any(outcome.loaded for outcome in outcomes) or (role and not all(outcome.error for outcome in outcomes)):
        posts, accounts = counted(store.count("posts"), "post"), counted(store.count("accounts"), "account")
        screen.say(f"In the case now: {posts} by {accounts}, {counted(store.sources().num_rows, 'file')}.")
        compared = others(store)
        if compared.sources:
            screen.say(compared.sentence())
            screen.note(*(f"Warning: {said}" for said in useless(store)))


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """Exit code: 0 where every file is loaded whole, 4 where rows or files failed, the error's own where all failed."""
    outcomes = list(outcomes)
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    if failed and len(failed) == len(outcomes):
        codes = {error.exit_code for error in failed}
        return codes.pop() if len(codes) == 1 else BAD_INPUT
    return PARTLY if failed or any(outcome.loaded and not outcome.whole for outcome in outcomes) else DONE


def check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files, folders, gzip and zip archives")
    add_reading(parser)
    add_role(parser, "comparison: say whether the files could serve as one, beside --case")
    add_case(parser)


def check(args: Namespace, screen: Screen) -> int:
    from dashboards.words.outcomes import outcome_facts

    outcomes = check_files(args.files, reading_options(args), screen, _beside(args, screen))
    screen.facts({"files": [outcome_facts(outcome) for outcome in outcomes]})
    return exit_code(outcomes)


def _beside(args: Namespace, screen: Screen) -> Reach | None:
    """Reach of the case that the files would be a comparison for."""
    from graph.case.comparisons import comparisons, reach

    if args.role != "comparison":
        return None
    with opened(chosen_case(args, screen)) as store:
        apart = comparisons(store)
        return reach(store, [one for one in store.sources().column("source_id").to_pylist() if one not in apart])


def check_files(files: list[str], options: Any, screen: Screen, beside: Reach | None = None) -> list[Outcome]:
    """Read files to the end, load nothing, and print each result."""
    from dashboards.commands.summary import outcome_lines
    from graph.case.load import check_each

    outcomes = []
    for outcome in check_each(files, options, screen.step, beside):
        outcomes.append(outcome)
        speak = screen.note if outcome.error else screen.say
        speak(*outcome_lines(outcome))
    return outcomes


INGEST = Command(
    "ingest",
    "Load files",
    "load exports into a case",
    ingest_arguments,
    ingest,
    "lockstep ingest tweets.jsonl result.json --case my-case",
)
CHECK = Command(
    "check",
    "Load files",
    "show what files hold, without loading them",
    check_arguments,
    check,
    "lockstep check export.csv --map account=user,time=when",
)
