"""``lockstep ledger``: what was sent, what came back, and rechecks from a CSV. Nothing is ever fetched."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboards.commands.base import DONE, PARTLY, Command, add_case, chosen_case, opened
from dashboards.commands.terminal import Screen, columns

if TYPE_CHECKING:
    from graph.handover.ledger import Entry
    from graph.stores.base import Store

ADD, RECHECK = "add", "recheck"


def ledger_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``ledger``."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="nothing, to show it; add sent D-5 | add receipt L-1 | add decision L-1, each with --on;"
        " recheck FILE.csv (columns item,state,date,by), or recheck CODE with --state and --on",
    )
    add_case(parser)
    parser.add_argument("--on", metavar="DAY", help="the day it happened, such as 2026-09-04")
    parser.add_argument(
        "--words", dest="said", metavar="WORDS", default="", help="a decision, such as '15 removed, 9 kept'"
    )
    parser.add_argument("--state", metavar="STATE", help="online, offline, restricted or unknown")
    parser.add_argument(
        "--not-reported",
        action="store_true",
        help="the file is about posts of the same accounts that were not reported, for comparison",
    )
    parser.add_argument("--by", metavar="NAME", help="who says so (default: who is logged in here)")


def ledger(args: Namespace, screen: Screen) -> int:
    """Show the ledger, add a line to it, or take rechecks."""
    from ingest.errors import UsageError, did_you_mean

    doing: dict[str, Callable[[Store, Namespace, Screen], int]] = {ADD: _add, RECHECK: _recheck}
    word = args.words[0] if args.words else ""
    if word and word not in doing:
        raise UsageError(f"The ledger does not know {word!r}.", hint=did_you_mean(word, list(doing)))
    with opened(chosen_case(args, screen)) as store:
        return doing[word](store, args, screen) if word else _show(store, screen)


def _by(args: Namespace) -> str:
    from getpass import getuser

    return str(args.by or getuser())


def _show(store: Store, screen: Screen) -> int:
    from datetime import UTC, datetime

    from dashboards.words import count, day
    from dashboards.words import handover as said
    from graph.handover.survival import Ledger

    held, today = Ledger.of(store), datetime.now(UTC).date()
    found = held.outcome()
    rows = [
        (
            entry.code,
            day(entry.day, year=True),
            said.receiver(entry),
            said.document_words(entry),
            count(len(entry.items)),
            said.receipt_words(entry, today),
            said.offline_words(held.outcome(entry)),
            said.decision_words(entry),
        )
        for entry in held.lines
    ]
    heads = ("Line", "Sent", "To", "Document", "Posts", "Receipt", "Offline", "Decision")
    screen.say(*columns([heads, *rows], right=[4]) if rows else [])
    screen.say(f"{said.outcome_words(found)}.", *([said.outcome_notes(found, held.unreported())] if rows else []))
    lines = [entry.as_dict() | {"offline": held.outcome(entry).offline} for entry in held.lines]
    unreported = dict(zip(("offline", "checked"), held.unreported() or (None, None), strict=True))
    screen.facts(
        {
            "case": store.address,
            "lines": lines,
            "outcome": vars(found),
            "unreported": unreported,
            "curve": held.curve().to_dicts(),
        }
    )
    return DONE


def _add(store: Store, args: Namespace, screen: Screen) -> int:
    from graph.handover import ledger as book
    from ingest.errors import UsageError, did_you_mean

    kinds: dict[str, Callable[[], Entry]] = {
        "sent": lambda: _sent(store, args),
        "receipt": lambda: book.receipt(store, book.line_of(args.words[2]), book.day_of(args.on), _by(args)),
        "decision": lambda: book.decision(
            store, book.line_of(args.words[2]), book.day_of(args.on), args.said, _by(args)
        ),
    }
    if len(args.words) != 3 or not args.on:
        raise UsageError(
            "A line needs a kind, a draft or a line, and a day.",
            hint="Such as: lockstep ledger add sent D-5 --on 2026-08-28.",
        )
    if args.words[1] not in kinds:
        raise UsageError(f"{args.words[1]!r} cannot be added.", hint=did_you_mean(args.words[1], list(kinds)))
    entry = kinds[args.words[1]]()
    screen.say(f"{entry.code}: {args.words[1]} on {args.on}, added by {_by(args).rstrip('.')}.")
    screen.facts({"case": store.address, **entry.as_dict()})
    return DONE


def _sent(store: Store, args: Namespace) -> Entry:
    from dashboards.briefing.notice import posts_of
    from graph.handover import drafts
    from graph.handover import ledger as book
    from graph.report.report import Report

    draft = drafts.of_number(store, book.line_of(args.words[2]))
    return book.sent(store, draft, posts_of(Report(store, draft.run_id), draft), book.day_of(args.on), _by(args))


def _recheck(store: Store, args: Namespace, screen: Screen) -> int:
    from dashboards.words import counted
    from dashboards.words import handover as said
    from graph.handover import rechecks
    from graph.handover.ledger import day_of
    from graph.handover.survival import Ledger
    from ingest.errors import UsageError

    if len(args.words) != 2:
        raise UsageError("Name a file.", hint="Such as: lockstep ledger recheck rechecks.csv.")
    if args.state or args.on:
        if not (args.state and args.on):
            raise UsageError("A recheck needs a state and a day.", hint="Add --state offline --on 2026-09-12.")
        rechecks.recheck(store, args.words[1], args.state, day_of(args.on), _by(args))
        found = rechecks.Taken(1, 0)
    else:
        found = rechecks.import_rechecks(store, args.words[1], _by(args), reported=not args.not_reported)
    for error in found.wrong:
        screen.note(str(error))
    known = f", {found.known} known already" if found.known else ""
    left = f", {len(found.wrong)} left out: see above" if found.wrong else ""
    screen.say(
        f"{counted(found.taken, 'recheck')} taken{known}{left}.", f"{said.outcome_words(Ledger.of(store).outcome())}."
    )
    wrong = [str(error) for error in found.wrong]
    screen.facts({"case": store.address, "taken": found.taken, "known": found.known, "wrong": wrong})
    return PARTLY if found.wrong else DONE


LEDGER = Command(
    "ledger",
    "Hand over",
    "show what was sent and what came back, add to it, and take rechecks from a CSV",
    ledger_arguments,
    ledger,
    "lockstep ledger recheck rechecks.csv --case my-case",
)
