"""Contract of a command, and the arguments and checks that commands share."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboards.commands.terminal import Screen
from dashboards.local import recent_cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.report.report import Report
    from graph.stores.base import Leftovers, Store

# Exit codes. Those of failures are the ones of the classes in ingest.errors.
DONE, FAILED, BAD_USE, BAD_INPUT, PARTLY, CANCELLED = 0, 1, 2, 3, 4, 130


@dataclass(frozen=True)
class Command:
    """One word after ``lockstep``.

    Attributes
    ----------
    name, task, line : str
        The word; its heading in the help; one line on what it does.
    arguments : callable
        Adds its arguments to a parser.
    run : callable
        Does the work and returns the exit code. Imports what it needs inside, so that the help is quick.
    example : str
        A complete call, shown in the help.
    """

    name: str
    task: str
    line: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Screen], int]
    example: str


def add_case(parser: ArgumentParser) -> None:
    """Add ``--case``."""
    parser.add_argument(
        "--case", metavar="CASE", help="a folder, or neo4j://host/database?case=name (default: the case used last)"
    )


def add_run(parser: ArgumentParser) -> None:
    """Add ``--run``."""
    parser.add_argument("--run", metavar="RUN", help="a run: R-3, or the beginning of its id (default: the newest)")


def add_yes(parser: ArgumentParser) -> None:
    """Add ``--yes``."""
    parser.add_argument(
        "--yes", action="store_true", help="do not ask first; needed in scripts, where nobody can answer"
    )


def add_reading(parser: ArgumentParser) -> None:
    """Add the options for reading files: ``--platform --tz --map --short-links``."""
    group = parser.add_argument_group("how to read the files")
    group.add_argument("--platform", help="platform of the posts, for files that do not name it")
    group.add_argument(
        "--tz", metavar="ZONE", help="time zone, for times that do not name one, such as Europe/Oslo (default: UTC)"
    )
    group.add_argument(
        "--short-links",
        metavar="CSV",
        help="table of short links, with columns short,long (nothing is fetched from the web)",
    )
    group.add_argument(
        "--map", metavar="FIELD=COLUMN,…", help="meaning of the columns: account=user,time=when,text=body"
    )


def reading_options(args: Namespace) -> Any:
    """The arguments of `add_reading` as ``ingest.tables.Options``."""
    from ingest.errors import UsageError
    from ingest.tables import Options

    pairs = []
    for part in (args.map or "").split(","):
        field, equals, column = part.partition("=")
        if part.strip() and not (equals and field.strip() and column.strip()):
            raise UsageError(f"--map {part.strip()!r} is not a pair.", hint="Write --map account=user,time=when.")
        if equals:
            pairs.append((field.strip(), column.strip()))
    from ingest.normalize.short_links import read_short_links
    from ingest.normalize.times import zone

    zone(args.tz)
    short_links = read_short_links(args.short_links) if getattr(args, "short_links", None) else None
    return Options(platform=args.platform, tz=args.tz, mapping=tuple(pairs), short_links=short_links)


def chosen_case(args: Namespace, screen: Screen, fresh: bool = False) -> str:
    """Address of the case to work on: the one given, else the one used last, which is then printed.

    Parameters
    ----------
    args : Namespace
    screen : Screen
    fresh : bool
        The case may be new, since files are loaded into it. The demo's case is never taken by default.
    """
    from ingest.errors import UsageError

    if args.case is not None and not args.case.strip():
        raise UsageError(
            "--case is empty.", hint="Name a case: --case my-case. Without --case the case used last is taken."
        )
    if args.case:
        if fresh or recent_cases.is_server(args.case) or Path(args.case).expanduser().exists():
            return str(args.case)
        return recent_cases.named(args.case) or str(args.case)
    used = recent_cases.cases()
    if not used:
        raise UsageError("No case is named, and none was used before.", hint="Name one: --case my-case.")
    if fresh and Path(used[0]).parent == recent_cases.demo_case().resolve().parent:
        raise UsageError("The case used last is the worked example.", hint="Name one for your files: --case my-case.")
    screen.note(f"Case: {used[0]} (the case used last)")
    return used[0]


@contextmanager
def opened(address: str, create: bool = False, unfinished: bool = False) -> Iterator[Store]:
    """Open a case, remember it as the one used last, and close it at the end; ``unfinished`` as in ``open_case``."""
    from graph.stores import open_case

    place = address if recent_cases.is_server(address) else str(Path(address).expanduser())
    store = open_case(place, create=create, unfinished=unfinished)
    try:
        recent_cases.remember(store.address)
        yield store
    finally:
        store.close()


def report_of(store: Store, args: Namespace, screen: Screen) -> Report:
    """Report of the run to work on: the one given, else the newest, which is then printed."""
    from dashboards.words import run_line
    from graph.report.report import Report

    report = Report(store, args.run)
    if not args.run:
        screen.note(f"{run_line(report.run)} (the newest)")
    return report


def agreed(args: Namespace, screen: Screen, question: str) -> bool:
    """True where the person agrees to what cannot be undone, or gave ``--yes``; prints that nothing was changed otherwise."""
    if args.yes or screen.ask(f"{question} This cannot be undone."):
        return True
    if screen.can_ask():
        screen.note("Nothing was changed.")
    else:
        screen.note(
            f"{question} Nobody can answer here, so nothing was changed. Add --yes to do it without being asked."
        )
    screen.facts({"changed": False, "question": question, "exit_code": CANCELLED})
    return False


def source_named(store: Store, words: str) -> dict[str, Any]:
    """Record of the source with this file name, or whose id begins so.

    Raises
    ------
    UsageError
        If there is none, or more than one.
    """
    from ingest.errors import UsageError, did_you_mean

    sources = store.sources().to_pylist()
    found = [s for s in sources if words in (s["source_id"], s["file_name"])]
    found = found or [s for s in sources if len(words) >= 4 and s["source_id"].startswith(words)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(source["source_id"] for source in found)
        raise UsageError(f"{len(found)} files are called {words!r}.", hint=f"Name one by its id: {ids}.")
    names = [source["file_name"] for source in sources]
    raise UsageError(
        f"No file of this case is called {words!r}.",
        hint=did_you_mean(words, names) if names else "There is no file in this case.",
    )


def still_held(left: Leftovers) -> list[str]:
    """Sentences on what still holds the ids or words of those who left."""
    from dashboards.words import counted

    without_key = (
        f"The ids of {counted(left.ids, 'account')} that left are still kept with their codes: the case's key is not on this machine."
        " They are replaced by keyed hashes when the case is next written where the key is."
    )
    return [words for words in (without_key if left.ids else "", left.log) if words]
