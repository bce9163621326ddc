"""A run to people and to other tools: ``serve``, ``brief``, ``export``."""

from __future__ import annotations

import re
import socket
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards import memory
from dashboards.commands.base import DONE, Command, add_case, add_run, chosen_case, opened, report_of
from dashboards.terminal import Screen

if TYPE_CHECKING:
    from graph.report import Report
    from graph.stores.base import Store

HOST = "127.0.0.1"
PORT = 8050
PORTS_TRIED = 50


def briefing_file(report: Report, store: Store) -> Path:
    """Where a run's briefing lies when nobody says otherwise: in the case's folder, or here for a case in Neo4j."""
    from dashboards.words import run_name

    name = re.sub(r"[^\w.-]+", "-", f"{store.name}-{run_name(report.run)}").strip("-.") + ".html"
    folder = Path() if memory.is_server(store.address) else Path(store.address) / "briefings"
    return (folder / name).resolve()


def write_briefing(report: Report, path: Path) -> Path:
    """Write the briefing and give its full path."""
    from dashboards.briefing import brief as write

    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(write(report, path)).resolve()


def brief_arguments(parser: ArgumentParser) -> None:
    add_case(parser)
    add_run(parser)
    parser.add_argument("--out", metavar="FILE", help="where to (default: into the case's folder)")


def brief(args: Namespace, screen: Screen) -> int:
    address = chosen_case(args, screen)
    with opened(address) as store:
        report = report_of(store, args, screen)
        screen.step("Writing the briefing", 0, None)
        written = write_briefing(report, Path(args.out).expanduser() if args.out else briefing_file(report, store))
        screen.say(f"Briefing: {written}")
        facts = {"case": store.address, "run": report.run["run_id"], "briefing": str(written)}
        screen.facts({**facts, "bytes": written.stat().st_size})
    return DONE


def export_arguments(parser: ArgumentParser) -> None:
    add_case(parser)
    add_run(parser)
    parser.add_argument("--out", metavar="DIR", required=True, help="the folder to write into")
    parser.add_argument(
        "--names",
        choices=("codes", "ids"),
        default="codes",
        help="codes: no account can be named without the case's key (default); ids: the platforms' own, with texts",
    )


def export(args: Namespace, screen: Screen) -> int:
    from graph.export import export as write

    address = chosen_case(args, screen)
    with opened(address) as store:
        report = report_of(store, args, screen)
        screen.step("Writing tables and networks", 0, None)
        files = write(report, Path(args.out).expanduser(), names=args.names)
        run = report.run["run_id"]
        screen.say(*(str(file) for file in files))
        screen.facts({"case": store.address, "run": run, "names": args.names, "files": [str(f) for f in files]})
    if args.names == "ids":
        screen.note("These files name accounts and hold their texts. Handle them as the case itself.")
    return DONE


def serve_arguments(parser: ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"the first port to try on this machine (default: {PORT})"
    )


def serve(args: Namespace, screen: Screen) -> int:
    from dashboards.commands.protecting import overdue_words

    address = chosen_case(args, screen)
    with opened(address) as store:
        if hint := overdue_words(store):
            screen.note(hint)
        serve_case(store, args.port, screen)
    return DONE


def serve_case(store: Store, port: int, screen: Screen) -> None:
    """Serve a case to this machine only, until the person stops it."""
    from dashboards.app import create_app
    from dashboards.app import serve as listen

    app = create_app(store)
    free = free_port(port)
    if free != port:
        screen.note(f"Port {port} is busy; using {free}.")
    url = f"http://{HOST}:{free}/"
    screen.say(f"Dashboard: {url}  (this machine only; Ctrl-C stops it)")
    screen.facts({"case": store.address, "url": url})
    with suppress(KeyboardInterrupt):  # the server takes one itself, unless it comes early
        listen(app, port=free)
    screen.note("Stopped.")


def free_port(first: int) -> int:
    """The first port from here on that nobody listens on.

    Raises
    ------
    UsageError
        If the number is none, or all that were tried are busy.
    """
    from ingest.errors import UsageError

    if not 1 <= first <= 65535:
        raise UsageError(f"There is no port {first}.", hint="Ports go from 1 to 65535; --port 8050 is usual.")
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise UsageError(f"Ports {first} to {port} are busy or closed to you.", hint="Name another one with --port.")


SERVE = Command(
    "serve",
    "Look",
    "open a case in the browser, on this machine only",
    serve_arguments,
    serve,
    "lockstep serve --case my-case",
)
BRIEF = Command(
    "brief",
    "Hand over",
    "write a briefing: one HTML file with figures, evidence and method",
    brief_arguments,
    brief,
    "lockstep brief --case my-case --out briefing.html",
)
EXPORT = Command(
    "export",
    "Hand over",
    "write tables (CSV) and networks (GEXF, GraphML), accounts as codes",
    export_arguments,
    export,
    "lockstep export --case my-case --out tables",
)
