"""``lockstep allow``: objects to leave out of every run, and known sources."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from dashboards.commands.base import DONE, Command, add_case, chosen_case, opened
from dashboards.commands.terminal import Screen, columns

if TYPE_CHECKING:
    from graph.schema import Allowed
    from graph.stores.base import Store


def allow_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "object",
        nargs="?",
        metavar="OBJECT",
        help="a site (news.example), a web address, '#tag #tag', a text, or a key from an export; without it, the list is printed",
    )
    add_case(parser)
    parser.add_argument("--reason", default="", metavar="WORDS", help="the reason, shown in every later run")
    parser.add_argument("--by", metavar="NAME", help="your name (default: the user logged in here)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--source",
        action="store_true",
        help="a known source: it is kept, and groups that share nothing else are set aside",
    )
    how.add_argument("--take-back", action="store_true", help="take it off the list; the entry stays in the history")


def allow(args: Namespace, screen: Screen) -> int:
    from getpass import getuser

    from graph.case import allow_list as listing
    from ingest.errors import UsageError

    if not args.object and (args.reason or args.by or args.source or args.take_back):
        raise UsageError("Name what to allow.", hint='Such as: lockstep allow news.example --reason "share button".')
    address = chosen_case(args, screen)
    with opened(address) as store:
        if not args.object:
            return _show(store, screen)
        by = args.by or getuser()
        if args.take_back:
            listing.take_back(store, args.object, args.reason, by)
            screen.say("Taken off the list. Later runs include it again.")
        else:
            entry = listing.allow(store, args.object, args.reason, by, "source" if args.source else "aside")
            screen.say(_added(entry))
        screen.note("Earlier runs stay as they are. Run lockstep find for a new one.")
        screen.facts({"case": store.address, "allowed": _facts(store)})
    return DONE


def _added(entry: Allowed) -> str:
    from dashboards.words import sentence
    from graph.case.allow_list import in_words

    if entry.use == "source":
        return f"{sentence(in_words(entry))} is a known source: groups that share nothing else are set aside as syndicated."
    return f"{sentence(in_words(entry))} is left out of every run from now on. Each run says how much was left out."


def _show(store: Store, screen: Screen) -> int:
    from dashboards.words import day
    from graph.case.allow_list import allow_list, in_words

    entries = allow_list(store)
    if not entries:
        screen.say("The list of this case is empty.")
    what = {"aside": "left out", "source": "known source"}
    screen.say(
        *columns(
            [(in_words(entry), what[entry.use], entry.reason, entry.by, day(entry.at, year=True)) for entry in entries]
        )
    )
    screen.facts({"case": store.address, "allowed": _facts(store)})
    return DONE


def _facts(store: Store) -> list[dict[str, Any]]:
    from graph.case.allow_list import allow_list

    return [vars(entry) for entry in allow_list(store)]


ALLOW = Command(
    "allow",
    "Search and look",
    "leave an object or a site out of every run, or name a known source",
    allow_arguments,
    allow,
    'lockstep allow news.example --reason "share button" --case my-case',
)
