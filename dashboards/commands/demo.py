"""Files to dashboard in one go: ``demo``, with the worked example or with a person's own files."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from dashboards import memory
from dashboards.commands.base import DONE, FAILED, Command, add_reading, opened
from dashboards.commands.finding import run, say_run
from dashboards.commands.loading import exit_code, load_files
from dashboards.commands.showing import PORT, briefing_file, serve_case, write_briefing
from dashboards.terminal import Screen


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="your exports (default: the worked example)")
    parser.add_argument("--case", metavar="CASE", help="the case to load your files into")
    add_reading(parser)
    parser.add_argument(
        "--replace", action="store_true", help="read files anew that were read with other options before"
    )
    parser.add_argument("--seed", type=int, default=7, help="of the worked example (default: 7)")
    parser.add_argument("--port", type=int, default=PORT, help=f"the first port to try (default: {PORT})")
    parser.add_argument("--no-serve", action="store_true", help="stop after the briefing")


def demo(args: Namespace, screen: Screen) -> int:
    """Load, find, brief, serve."""
    from graph.settings import Settings

    address = args.case or str(memory.demo_folder() / "case")
    if args.files or not args.case:
        args.files = args.files or example_files(args, screen)
        outcomes = load_files(address, args, screen)
        code = exit_code(outcomes)
        if all(outcome.error for outcome in outcomes):
            return code or FAILED
    else:
        code = DONE  # a case that is there already
    with opened(address) as store:
        screen.note(f"Case: {store.address}")
        report = run(store, Settings(), screen)
        screen.step("Writing the briefing", 0, None)
        written = write_briefing(report, briefing_file(report, store))
        screen.say("")
        say_run(report, store, screen, written)
        if args.no_serve:
            return code
        serve_case(store, args.port, screen)
    return DONE


def example_files(args: Namespace, screen: Screen) -> list[str]:
    """Write the worked example's exports, as the platforms would have written them."""
    from ingest.errors import UsageError
    from ingest.synthetic import write_demo

    if args.platform or args.tz or args.map:
        raise UsageError("The worked example needs no --platform, --tz or --map.", hint="Name your files with them.")
    folder: Path = memory.demo_folder() / "files"
    folder.mkdir(parents=True, exist_ok=True)
    screen.step("Writing the worked example", 0, None)
    return [str(path) for path in write_demo(folder, args.seed)]


DEMO = Command(
    "demo",
    "Start",
    "a worked example from files to dashboard; or the same with your files",
    arguments,
    demo,
    "lockstep demo tweets.jsonl result.json --case my-case",
)
