"""The standing of platforms under EU and industry schemes on a day: ``standing``, and ``standing add`` for a case."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from dashboards.commands.base import DONE, PARTLY, Command, add_case, add_run, chosen_case, opened
from dashboards.commands.terminal import Screen, columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ingest.errors import InputError
    from ingest.registry.standing import Fact

ADD = "add"


def standing_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``standing``."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="PLATFORM",
        help="such as soundcloud; none, with --case: the platforms of its data on their last day; or: add PLATFORM, with --scheme --status --from --source, or add --file rows.csv",
    )
    parser.add_argument("--scheme", help="one scheme only: euif, dsa, dsa_proceedings, gifct, transparency_database")
    parser.add_argument("--on", metavar="DAY", help="on which day, such as 2024-06-03 (default: today)")
    add_case(parser)
    add_run(parser)
    own = parser.add_argument_group("add a fact of your own to a case")
    own.add_argument("--status", metavar="WORDS", help="such as member")
    own.add_argument("--from", dest="since", metavar="DAY", help="the first day it holds")
    own.add_argument("--to", dest="until", metavar="DAY", help="the first day it no longer holds")
    own.add_argument("--source", metavar="WORDS", help="where it is written, so that others can look")
    own.add_argument(
        "--file", metavar="CSV", help="many facts: columns platform,scheme,status,from,to,basis,source,note"
    )
    own.add_argument("--by", metavar="NAME", help="who says so (default: who is logged in here)")


def standing(args: Namespace, screen: Screen) -> int:
    """Say the standing of platforms, or add facts to a case."""
    from ingest.errors import UsageError
    from ingest.registry.standing import as_known, day_of, every_standing, known_scheme
    from ingest.registry.standing import standing as looked_up

    if args.words[:1] == [ADD]:
        return _add(args, screen)
    if not args.words and (args.case or args.run):
        return _position(args, screen)
    if not args.words:
        raise UsageError(
            "Name a platform.",
            hint="Such as: lockstep standing soundcloud --on 2024-06-03. With --case: the platforms of its data.",
        )
    if args.scheme:
        known_scheme(args.scheme)
    on, more = day_of(args.on) if args.on else None, _own(args, screen)
    found = [
        one
        for word in args.words
        for one in ([looked_up(word, args.scheme, on, more)] if args.scheme else every_standing(word, on, more))
    ]
    screen.say(*columns([_line(one.platform, one.scheme, one.status, one.since, one.facts) for one in found]))
    screen.say(f"{as_known()}. Unknown does not mean no.")
    screen.facts({"standing": [one.as_dict() for one in found]})
    return DONE


def _position(args: Namespace, screen: Screen) -> int:
    """Print the legal position of a case's platforms, or of a run's, on the last day of the data."""
    from graph.records.legal_position import position_of
    from graph.report.run import RunTables
    from graph.settings import Narrow
    from ingest.errors import UsageError

    if args.scheme or args.on:
        raise UsageError("--scheme and --on need a platform.", hint="The data's own last day is the day that counts.")
    with opened(chosen_case(args, screen)) as store:
        narrow = RunTables(store, args.run).narrow if args.run else Narrow()
        position = position_of(store, narrow)
        screen.say(position.sentence(), *(_told(*row) for row in position.told()))
        if position.changes:
            screen.say(
                "Changes inside the window:", *(f"  {': '.join(row[:3])} ({row[3]})" for row in position.changed())
            )
        screen.say(*(f"{event.words}: {event.conflict}" for event in position.conflicts))
        screen.say(*position.unknowns(), position.age())
        screen.facts({"case": store.address, **position.as_dict()})
    return DONE


def _told(platform: str, scheme: str, status: str, since: str, source: str) -> str:
    return f"  {platform}, {scheme}: {status}{f', since {since}' if since else ''} ({source})"


def _line(platform: str, scheme: str, status: str, since: date | None, facts: Sequence[Fact]) -> tuple[str, ...]:
    from ingest.normalize.platforms import name
    from ingest.registry.standing import SCHEMES, in_words

    last = facts[-1] if facts else None
    where = "" if last is None else f"{last.source}{f' (added by {last.by})' if last.by else ''}"
    return (name(platform), SCHEMES[scheme].name, status, f"since {in_words(since)}" if since else "", where)


def _own(args: Namespace, screen: Screen) -> list[Fact]:
    """The facts of the case that is named; of none where none is."""
    if not args.case:
        return []
    from graph.case.standing import own_standing

    with opened(chosen_case(args, screen)) as store:
        return own_standing(store)


def _add(args: Namespace, screen: Screen) -> int:
    from getpass import getuser

    from graph.case.standing import add_standing

    facts, wrong = _given(args)
    with opened(chosen_case(args, screen)) as store:
        new = add_standing(store, facts, args.by or getuser())
        for error in wrong:
            screen.note(str(error))
        known = len(facts) - len(new)
        screen.say(
            f"{len(new)} added to this case"
            + (f", {known} known already" if known else "")
            + (f", {len(wrong)} left out: see above" if wrong else "")
            + ". The shipped table is unchanged."
        )
        screen.facts({"case": store.address, "added": len(new), "known": known, "wrong": [str(e) for e in wrong]})
    return PARTLY if wrong else DONE


def _given(args: Namespace) -> tuple[list[Fact], list[InputError]]:
    from ingest.errors import UsageError
    from ingest.registry.standing import checked, fact_of, read_facts

    if args.file:
        return read_facts(args.file)
    if len(args.words) != 2 or not (args.scheme and args.status and args.since and args.source):
        raise UsageError(
            "A fact needs a platform, a scheme, a status, a first day and a source.",
            hint='lockstep standing add reddit --scheme euif --status member --from 2026-10-01 --source "press release".',
        )
    row = {"platform": args.words[1], "scheme": args.scheme, "status": args.status, "source": args.source}
    return [checked(fact_of(row | {"from": args.since, "to": args.until or ""}))], []


STANDING = Command(
    "standing",
    "Search and look",
    "say what standing a platform has under the EU Internet Forum, the DSA and other schemes, on any day",
    standing_arguments,
    standing,
    "lockstep standing soundcloud --on 2024-06-03",
)
