"""``lockstep case``, ``cases``, ``runs``, ``remove`` and ``copy``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboards.commands.base import (
    CANCELLED,
    DONE,
    Command,
    add_case,
    add_yes,
    agreed,
    chosen_case,
    opened,
    source_named,
    still_held,
)
from dashboards.commands.terminal import Screen, columns
from dashboards.local import recent_cases

if TYPE_CHECKING:
    from graph.privacy.areas import Profile
    from graph.stores.base import Store

SET = "set"
EARLIER = "Earlier runs stay as they are. Run lockstep find for a new one."


def cases(args: Namespace, screen: Screen) -> int:
    """Print the cases used on this machine; those in Neo4j without asking the server."""
    found = [facts for address in recent_cases.cases() if (facts := case_facts(address)) is not None]
    screen.facts({"cases": found})
    if not found:
        screen.say("No case yet. Try an example: lockstep demo")
        return DONE
    for facts in found:
        facts["mark"] = "*" if facts is found[0] else " "
    screen.say(*columns([(f"{facts['mark']} {facts['name']}", facts["words"], facts["address"]) for facts in found]))
    screen.say("* is the case that commands use when --case is not given.")
    for facts in found:
        if "overdue" in facts:
            screen.note(f"{facts['name']}: {facts['overdue']} --case {facts['address']}")
    return DONE


def case_facts(address: str) -> dict[str, Any] | None:
    """Facts of one case; None where its folder is gone, and the case is then taken off the list."""
    from dashboards.commands.privacy import overdue_words
    from dashboards.words import counted
    from graph.stores import open_case
    from ingest.errors import LockstepError

    if recent_cases.is_server(address):
        return {"address": address, "name": address.partition("case=")[2], "words": "in Neo4j"}
    if not Path(address).is_dir():
        recent_cases.forget(address)
        return None
    name = Path(address).name
    try:
        store = open_case(address)
    except LockstepError as error:
        return {"address": address, "name": name, "words": error.message}
    try:
        sources, runs = store.sources().num_rows, len(store.runs())
        said, hint = f"{counted(sources, 'file')}, {counted(runs, 'run')}", overdue_words(store)
        facts = {"address": address, "name": store.name, "sources": sources, "runs": runs, "words": said}
        return facts | ({"overdue": hint} if hint else {})
    finally:
        store.close()


def runs(args: Namespace, screen: Screen) -> int:
    from dashboards import words

    address = chosen_case(args, screen)
    with opened(address) as store:
        records = store.runs()
    screen.facts({"case": address, "runs": records})
    if not records:
        screen.say("No run yet. Start one: lockstep find")
    rows = [
        (
            words.run_name(record),
            record["run_id"],
            words.clock(record.get("finished_at"), year=True),
            words.counted(record.get("counts", {}).get("ties"), "tie"),
            words.counted(record.get("counts", {}).get("groups"), "group"),
            words.how(record["settings"]),
        )
        for record in records
    ]
    screen.say(*columns(rows, right=[3, 4]))
    return DONE


def sources_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "source",
        nargs="?",
        metavar="SOURCE",
        help="a file's name, or the beginning of its source id; without it, all are printed",
    )
    add_case(parser)
    parser.add_argument(
        "--as", dest="role", choices=("case", "comparison"), metavar="ROLE",
        help="comparison: its accounts count in chance and are listed only where tied to one of the case; case: take that back",
    )  # fmt: skip
    parser.add_argument(
        "--chosen-beforehand", choices=("yes", "no", "ask"), metavar="ANSWER",
        help="yes: all accounts of the case were chosen beforehand, such as a takedown set; no: not so; ask: files and data decide",
    )  # fmt: skip
    parser.add_argument("--by", metavar="NAME", help="your name (default: the user logged in here)")


def sources(args: Namespace, screen: Screen) -> int:
    """Print the files of a case with their roles, or give one a role; say if all accounts were chosen beforehand."""
    from getpass import getuser

    from graph.case import beforehand
    from graph.case.comparisons import mark, useless
    from ingest.errors import UsageError

    if bool(args.source) != bool(args.role):
        raise UsageError(
            "A file and its role go together.", hint="Such as: lockstep sources public.csv --as comparison."
        )
    address = chosen_case(args, screen)
    with opened(address) as store:
        if args.source:
            source = source_named(store, args.source)
            changed = mark(store, source["source_id"], args.role, args.by or getuser())
            words = "a comparison" if args.role == "comparison" else "the case's own"
            screen.say(f"{source['file_name']} {'is now' if changed else 'was already'} {words}.")
            screen.note(*(f"Warning: {said}" for said in useless(store)))
            if changed:
                screen.note(EARLIER)
        if args.chosen_beforehand and beforehand.say(store, args.chosen_beforehand, args.by or getuser()):
            screen.note(EARLIER)
        _show_sources(store, screen)
    return DONE


def _show_sources(store: Store, screen: Screen) -> None:
    from dashboards.words import NONE, counted, days
    from dashboards.words.caveats import chosen_words
    from graph.case import beforehand
    from graph.case.comparisons import comparisons, others

    apart, records = comparisons(store), store.sources().to_pylist()
    roles = {record["source_id"]: "comparison" if record["source_id"] in apart else "case" for record in records}
    rows = [
        (
            record["file_name"],
            roles[record["source_id"]],
            counted(record["posts"], "post"),
            counted(record["accounts"], "account"),
            days(record["first_at"], record["last_at"]) or NONE,
        )
        for record in records
    ]
    screen.say(*columns(rows, right=[2, 3]) if rows else ["There is no file in this case."])
    if apart:
        screen.say(others(store).sentence())
    keys = ("source_id", "file_name", "posts", "accounts")
    told = [{**{key: record[key] for key in keys}, "as": roles[record["source_id"]]} for record in records]
    if word := beforehand.said(store):
        screen.say(chosen_words(store))
    screen.facts({"case": store.address, "sources": told, "chosen_beforehand": word.get("answer", "ask")})


def remove_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a file's name, or the beginning of its source id")
    add_case(parser)
    add_yes(parser)


def remove(args: Namespace, screen: Screen) -> int:
    from dashboards.words import counted

    address = chosen_case(args, screen)
    with opened(address) as store:
        source = source_named(store, args.source)
        name, posts = source["file_name"], counted(source["posts"], "post")
        if not agreed(args, screen, f"Remove {name} and what no other file holds ({posts} are in it)?"):
            return CANCELLED
        store.remove(source["source_id"])
        screen.say(
            f"{name} is out of the case, with what no other file holds ({posts} were in it)."
            " Accounts keep their codes. Runs made with it stay."
        )
        screen.note(*still_held(store.leftovers()))
        screen.facts({"case": store.address, "changed": True, "removed": source["source_id"], "file": name})
    return DONE


def copy_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("source", metavar="FROM", help="the case to copy: a folder or a neo4j:// address")
    parser.add_argument("target", metavar="TO", help="the case to make; it must be empty")


def copy(args: Namespace, screen: Screen) -> int:
    from dashboards.words import counted
    from graph.stores import copy_case

    origin = chosen_case(Namespace(case=args.source), screen)
    with opened(origin) as source, opened(args.target, create=True, unfinished=True) as target:
        copy_case(source, target)
        held = counted(target.sources().num_rows, "file"), counted(len(target.runs()), "run")
        screen.say(f"Copied {source.address} to {target.address}: {held[0]}, {held[1]}.")
        screen.facts({"from": source.address, "to": target.address})
    return DONE


def case_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action", nargs="?", choices=(SET,), help="set: change the harm area; without it, it is printed"
    )
    parser.add_argument("--area", metavar="AREA", help="the harm area: general, terrorism, csam, drugs or trafficking")
    parser.add_argument("--reason", default="", metavar="WORDS", help="the reason; needed to let out what was withheld")
    parser.add_argument("--by", metavar="NAME", help="your name (default: the user logged in here)")
    add_case(parser)


def case(args: Namespace, screen: Screen) -> int:
    """Print the harm area of a case, or set it."""
    from getpass import getuser

    from graph.case.area import set_area
    from graph.privacy.areas import PROFILES, profile
    from ingest.errors import UsageError

    if bool(args.action) != bool(args.area) or ((args.reason or args.by) and not args.action):
        raise UsageError(
            "Say which harm area to set.", hint=f"lockstep case set --area {'|'.join(PROFILES)} [--reason WORDS]."
        )
    with opened(chosen_case(args, screen)) as store:
        before = profile(store)
        if args.action:
            set_area(store, args.area, args.by or getuser(), args.reason)
        now = profile(store)
        if args.action:
            screen.say(f"The area is {now.name} already." if now == before else f"Area: {before.name} → {now.name}.")
        _show(store, now, screen)
    return DONE


def _show(store: Store, now: Profile, screen: Screen) -> None:
    from dashboards.words import clock
    from graph.case.area import history

    screen.say(f"{store.name}: {now.title} ({now.name})", now.about)
    screen.say(*[fact.words for fact in now.turn_to])
    changes = history(store)
    rows = [
        (clock(one["at"], "min", year=True), str(one["by"]), f"{one['from']} → {one['to']}", str(one["reason"]))
        for one in changes
    ]
    screen.say(*columns(rows))
    screen.facts({"case": store.address, "area": now.name, "withheld": withheld(now), "history": changes})


def withheld(now: Profile) -> dict[str, Any]:
    """The rules of a profile by name, for programs.

    Examples
    --------
    >>> from graph.privacy.areas import PROFILES
    >>> withheld(PROFILES["drugs"])["contacts"]
    'withheld'
    """
    return {
        name: getattr(now, name)
        for name in ("text", "links", "media", "names", "level", "minimum", "contacts", "traces")
    }


CASE = Command(
    "case",
    "Manage cases",
    "show a case's harm area and what it withholds, or set it",
    case_arguments,
    case,
    "lockstep case set --area terrorism --case my-case",
)
CASES = Command(
    "cases", "Manage cases", "list the cases used on this machine", lambda parser: None, cases, "lockstep cases"
)
RUNS = Command("runs", "Manage cases", "list the runs of a case", add_case, runs, "lockstep runs --case my-case")
SOURCES = Command(
    "sources",
    "Manage cases",
    "list the files of a case, mark one as a comparison, or say that all accounts were chosen beforehand",
    sources_arguments,
    sources,
    "lockstep sources public.csv --as comparison",
)
REMOVE = Command(
    "remove",
    "Manage cases",
    "take a file out of a case",
    remove_arguments,
    remove,
    "lockstep remove tweets.jsonl --case my-case",
)
COPY = Command(
    "copy",
    "Manage cases",
    "copy a case, from a folder to Neo4j or back",
    copy_arguments,
    copy,
    'lockstep copy my-case "neo4j://localhost?case=my-case"',
)
