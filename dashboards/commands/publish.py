"""``lockstep serve``, ``brief`` and ``export``: a run for people and for other tools."""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.commands.base import DONE, Command, add_case, add_run, chosen_case, opened, report_of
from dashboards.commands.terminal import Screen
from dashboards.local import recent_cases

if TYPE_CHECKING:
    from dashboards.server.access import Access
    from graph.report.report import Report
    from graph.stores.base import Store

HOST = "127.0.0.1"
PORT, LAST_PORT = 8050, 65535


def briefing_file(report: Report, store: Store, suffix: str = ".html") -> Path:
    """Default file of a run's briefing: in the case's folder, or in the current folder for a case in Neo4j."""
    from dashboards.words import run_name

    name = re.sub(r"[^\w.-]+", "-", f"{store.name}-{run_name(report.run)}").strip("-.") + suffix
    folder = Path() if recent_cases.is_server(store.address) else Path(store.address) / "briefings"
    return (folder / name).resolve()


def brief_arguments(parser: ArgumentParser) -> None:
    add_case(parser)
    add_run(parser)
    parser.add_argument("--out", metavar="FILE", help="the file to write (default: in the case's folder)")
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        help="html, pdf, docx, pptx, images (a zip with SVG and PNG of every figure) or stix (default: from the ending of"
        " FILE, else html)",
    )
    parser.add_argument(
        "--described",
        action="store_true",
        help="add what published methods link beside the tested groups, marked as not tested (see find --describe)",
    )


def brief(args: Namespace, screen: Screen) -> int:
    from dashboards import briefing

    kind = briefing.format_of(args.out, args.format)
    address = chosen_case(args, screen)
    with opened(address) as store:
        report = report_of(store, args, screen)
        own = briefing_file(report, store, briefing.FORMATS[kind].suffix)
        path = Path(args.out).expanduser() if args.out else own
        screen.step("Writing the briefing", 0, None)
        written = briefing.brief(report, path, kind, args.described).resolve()
        if args.described and kind in ("stix", "images"):
            screen.note(f"{briefing.FORMATS[kind].title} has no described communities: it holds tested findings only.")
        screen.say(f"Briefing: {written}")
        facts = {"case": store.address, "run": report.run["run_id"], "format": kind, "briefing": str(written)}
        screen.facts({**facts, "bytes": written.stat().st_size})
    return DONE


def export_arguments(parser: ArgumentParser) -> None:
    add_case(parser)
    add_run(parser)
    parser.add_argument("--out", metavar="DIR", required=True, help="the folder to write to")
    parser.add_argument(
        "--names",
        choices=("codes", "ids"),
        default="codes",
        help="codes: accounts as codes, which only the case's key can resolve (default); ids: the platforms' ids, with texts",
    )
    parser.add_argument(
        "--times",
        choices=("exact", "minute", "hour", "day"),
        help="step to which times are coarsened; delays stay delays (default: minute with codes, exact with ids)",
    )
    parser.add_argument(
        "--described",
        action="store_true",
        help="put the ties of described methods into the networks too, marked as not tested; their tables are always written",
    )


def export(args: Namespace, screen: Screen) -> int:
    from graph.exports.writer import export as write
    from graph.exports.writer import target_folder

    folder = target_folder(Path(args.out).expanduser())
    address = chosen_case(args, screen)
    with opened(address) as store:
        report = report_of(store, args, screen)
        screen.step("Writing tables and networks", 0, None)
        files = write(report, folder, names=args.names, times=args.times, described=args.described)
        run = report.run["run_id"]
        screen.say(*(str(file) for file in files))
        screen.facts({"case": store.address, "run": run, "names": args.names, "files": [str(f) for f in files]})
    if args.names == "ids":
        screen.note("These files name accounts and hold their texts. Protect them like the case itself.")
    return DONE


def port_number(word: str) -> int:
    """Number of a port, checked before anything else is done.

    Examples
    --------
    >>> port_number("8050")
    8050
    """
    if not (word.isdecimal() and 1 <= int(word) <= LAST_PORT):
        raise ArgumentTypeError(f"there is no port {word}; ports go from 1 to {LAST_PORT}")
    return int(word)


def serve_arguments(parser: ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument(
        "--port", type=port_number, default=PORT, help=f"first port to try on this machine (default: {PORT})"
    )
    group = parser.add_argument_group(
        "for several people (see dashboards/README.md; needs LOCKSTEP_TOKEN; LOCKSTEP_READER_TOKEN lets readers in)"
    )
    group.add_argument("--host", default=HOST, help=f"address to listen on (default: {HOST}, this machine only)")
    group.add_argument(
        "--name", action="append", default=[], help="host name under which people reach it; may be repeated"
    )
    group.add_argument(
        "--proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="address of a reverse proxy that is believed when it says who asks (X-Forwarded-For); may be repeated",
    )
    group.add_argument("--workers", type=int, default=1, help="number of server processes (default: 1)")


def serve(args: Namespace, screen: Screen) -> int:
    from dashboards.commands.privacy import overdue_words
    from dashboards.server.serve import access_for
    from ingest.errors import UsageError

    if args.workers < 1:
        raise UsageError(f"--workers {args.workers} is too few.", hint="At least 1 is needed.")
    tokens = os.environ.get("LOCKSTEP_TOKEN"), os.environ.get("LOCKSTEP_READER_TOKEN")
    access = access_for(args.host, tuple(args.name), *tokens, proxies=tuple(args.proxy))
    first = not args.case and not recent_cases.cases()
    address = str(recent_cases.demo_case().with_name("my-case")) if first else chosen_case(args, screen)
    with opened(address, create=first) as store:
        if first:
            screen.note(f"No case was used before, so an empty one was made: {store.address}")
        if hint := overdue_words(store):
            screen.note(hint)
        serve_case(store, args.port, screen, args.host, access, args.workers)
    return DONE


def serve_case(
    store: Store, port: int, screen: Screen, host: str = HOST, access: Access | None = None, workers: int = 1
) -> None:
    """Serve a case until the person stops it, by default to this machine only."""
    from dashboards.jobs.queue import Jobs, server
    from dashboards.server.access import Access
    from dashboards.server.app import create_app
    from dashboards.server.connections import listen
    from dashboards.server.serve import Beside, bound, serve_workers

    server()  # named before workers start, so that the jobs of all of them carry this name
    access = access or Access()
    sock = bound(host, port)
    free = sock.getsockname()[1]
    beside = Beside(free)
    if free != port:
        screen.note(f"Port {port} is busy; using {free}.")
    url = f"http://{f'[{host}]' if ':' in host else host}:{free}/"
    who = "this machine only" if access.local else "anyone with the token"

    def ready() -> None:
        screen.say(f"Dashboard: {url}  ({who}; Ctrl-C stops it)")
        screen.facts({"case": store.address, "url": url})

    with suppress(KeyboardInterrupt):  # the server handles Ctrl-C itself, unless it comes before it listens
        if workers > 1:
            serve_workers(recent_cases.full(store.address), sock, workers, access, ready)
        else:
            beside.add(recent_cases.full(store.address), url)
            app = create_app(store, access=access, beside=beside if access.local else None)
            ready()
            listen(app, sock)
    stopped = Jobs(recent_cases.state_folder() / "jobs").stop()
    beside.close()
    screen.note("Stopped." if not stopped else f"Stopped, and {stopped} running with it. Nothing of it is kept.")


SERVE = Command(
    "serve",
    "Search and look",
    "open a case in the browser, by default on this machine only",
    serve_arguments,
    serve,
    "lockstep serve --case my-case",
)
BRIEF = Command(
    "brief",
    "Share results",
    "write a briefing with figures, evidence and method, as web page, PDF, Word, PowerPoint, figures or STIX",
    brief_arguments,
    brief,
    "lockstep brief --case my-case --out briefing.html",
)
EXPORT = Command(
    "export",
    "Share results",
    "write tables (CSV) and networks (GEXF, GraphML), with accounts as codes",
    export_arguments,
    export,
    "lockstep export --case my-case --out tables",
)
