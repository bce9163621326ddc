"""``lockstep demo``: from files to dashboard in one command, with the worked example or with your own files."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from dashboards.commands.base import DONE, Command, add_reading, opened
from dashboards.commands.find import run, say_run
from dashboards.commands.ingest import exit_code, load_files
from dashboards.commands.publish import PORT, briefing_file, port_number, serve_case
from dashboards.commands.terminal import Screen
from dashboards.local import recent_cases

if TYPE_CHECKING:
    from graph.stores.base import Store


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="your exports (default: the worked example)")
    parser.add_argument("--case", metavar="CASE", help="the case to load your files into")
    add_reading(parser)
    parser.add_argument(
        "--replace", action="store_true", help="load files again that were loaded with other options before"
    )
    parser.add_argument("--seed", type=int, help=f"seed of the worked example (default: {recent_cases.DEMO_SEED})")
    parser.add_argument("--port", type=port_number, default=PORT, help=f"first port to try (default: {PORT})")
    parser.add_argument("--no-serve", action="store_true", help="stop after the briefing; do not start the dashboard")


def demo(args: Namespace, screen: Screen) -> int:
    """Load files, find groups, write a briefing, open the dashboard."""
    from dashboards.briefing import brief
    from graph.settings import Settings
    from ingest.errors import UsageError

    if args.files and not args.case:
        raise UsageError("Your files need a case of their own.", hint="Name one: --case my-case.")
    if args.files and args.seed is not None:
        raise UsageError("--seed is for the worked example, and you named files of your own.", hint="Leave --seed out.")
    address, outcomes = args.case, []
    if not args.case:
        address, args.files = example(args, screen)
    if args.files:
        outcomes = load_files(address, args, screen, in_short=not args.case)
        if all(outcome.error for outcome in outcomes):
            return exit_code(outcomes)
    with opened(address) as store:
        if not args.case:
            keep_only(store, [outcome.source["source_id"] for outcome in outcomes])
        report = run(store, Settings(), screen)
        screen.step("Writing the briefing", 0, None)
        written = brief(report, briefing_file(report, store))
        screen.say("")
        say_run(report, store, screen, written)
        if args.no_serve:
            return exit_code(outcomes)
        serve_case(store, args.port, screen)
    return DONE


def example(args: Namespace, screen: Screen) -> tuple[str, list[str]]:
    """Write the files of the worked example, as the platforms would write them; return its case and its files."""
    from ingest.errors import UsageError
    from ingest.synthetic import write_demo

    if args.platform or args.tz or args.map:
        raise UsageError(
            "The worked example needs no --platform, --tz or --map.", hint="Use them with files of your own."
        )
    seed = recent_cases.DEMO_SEED if args.seed is None else args.seed
    case = recent_cases.demo_case(seed)
    folder = case.with_name(f"{case.name}-files")
    folder.mkdir(parents=True, exist_ok=True)
    screen.step("Writing the worked example", 0, None)
    files = [str(path) for path in write_demo(folder, seed)]
    screen.say(f"The worked example is made up: exports with planted groups, in {folder}")
    return str(case), files


def keep_only(store: Store, source_ids: list[str]) -> None:
    """Remove files that an earlier version of the worked example left in its case."""
    for old in set(store.sources()["source_id"].to_pylist()) - set(source_ids):
        store.remove(old)


DEMO = Command(
    "demo",
    "Start",
    "try a worked example from files to dashboard, or do the same with your files",
    arguments,
    demo,
    "lockstep demo tweets.jsonl result.json --case my-case",
)
