"""``lockstep forget``, ``purge`` and ``retain``: take people and old posts out of a case."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
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

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from graph.privacy.erasure import Person
    from graph.privacy.proof import Proof
    from graph.stores.base import Leftovers, Store


def forget_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--account", required=True, metavar="WHO", help="an id (x:123), a code (A-104) or a handle (@nora)"
    )
    add_case(parser)
    add_yes(parser)


def forget(args: Namespace, screen: Screen) -> int:
    from dashboards.words import counted
    from graph.privacy import erasure
    from graph.privacy.proof import proof

    address = chosen_case(args, screen)
    with opened(address) as store:
        who = erasure.forgotten(store, args.account)
        if who is not None:
            return _again(store, who, args, screen)
        who = erasure.person(store, args.account)
        others = [name for name in who.names if name != who.uid]
        called = f"{who.uid} (also {', '.join(others)})" if others else who.uid
        posts = counted(len(who.posts), "post")
        if not agreed(args, screen, f"Forget {called}, with {posts}, their links and all mentions?"):
            return CANCELLED
        tally = erasure.forget(store, who)
        screen.say(
            f"Forgotten: {counted(tally.accounts, 'account row')}, {counted(tally.posts, 'post')},"
            f" {counted(tally.links, 'link')}; {counted(tally.runs, 'run')} and {counted(tally.notes, 'note')} were changed.",
            "A keyed hash of the account is kept, so that files loaded later leave it out too.",
        )
        found = proof(store, who)
        screen.say(_searched(found))
        screen.note(*still_held(found.left))
        screen.note("Your files, copies, exports and earlier briefings still name the account. Delete them yourself.")
        facts = {"changed": True, "names": len(who.names), **vars(tally), **_proof_facts(found)}
        screen.facts({"case": store.address, **facts})
    return DONE


def _again(store: Store, who: Person, args: Namespace, screen: Screen) -> int:
    """Say that an account is forgotten, and search for it once more; what nobody uses any more went when the case was opened."""
    from graph.privacy.proof import proof

    found = proof(store, who)
    screen.say(f"{args.account} is forgotten already.", _searched(found))
    screen.facts({"case": store.address, "changed": False, **_proof_facts(found)})
    return DONE


def _searched(found: Proof) -> str:
    """Sentences on what was searched, and on the old files that are still in use."""
    from dashboards.words import counted

    words = f"Searched {counted(found.bytes, 'byte')} of the case: {counted(sum(found.hits.values()), 'hit')}"
    words += f" ({', '.join(f'{place}: {hits:,}' for place, hits in found.hits.items())})." if found.hits else "."
    return f"{words} {_kept(found.left)}" if found.left.files else words


def _kept(left: Leftovers) -> str:
    """Sentences on old files that are still in use, and by whom."""
    from dashboards.words import counted

    users = [f"process {one.get('pid')} ({one.get('doing')}), since {one.get('since')}" for one in left.open_by]
    return (
        f"{counted(len(left.files), 'old file')} could not be deleted yet, because the case is open elsewhere:"
        f" {'; '.join(users) or 'unknown'}. They are deleted when it is closed there. Repeat this command to check."
    )


def _proof_facts(found: Proof) -> dict[str, Any]:
    left = {
        "old_files": len(found.left.files),
        "open_by": [dict(one) for one in found.left.open_by],
        "ids": found.left.ids,
    }
    return {"searched_bytes": found.bytes, "hits": found.hits, **left}


def purge_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--before", required=True, metavar="DATE", help="remove posts from before this day (UTC)")
    parser.add_argument(
        "--source", metavar="SOURCE", help="only posts of this file: its name, or the beginning of its id"
    )
    add_case(parser)
    add_yes(parser)


def purge(args: Namespace, screen: Screen) -> int:
    from dashboards.words import counted
    from graph.privacy import erasure

    before = erasure.moment(args.before)
    address = chosen_case(args, screen)
    with opened(address) as store:
        source = source_named(store, args.source) if args.source else None
        source_id = source["source_id"] if source else None
        old = posts_before(store, before, source_id)
        if not old:
            screen.say(f"There are no posts from before {before:%Y-%m-%d}.")
            screen.facts({"case": store.address, "changed": False, "posts": 0})
            return DONE
        of = f" of {source['file_name']}" if source else ""
        question = f"Purge {counted(old, 'post')}{of} from before {before:%Y-%m-%d}, with their links and accounts?"
        if not agreed(args, screen, question):
            return CANCELLED
        tally = store.purge(before, source_id)
        screen.say(
            f"Purged: {counted(tally.posts, 'post')}, {counted(tally.links, 'link')}, {counted(tally.accounts, 'account row')};"
            f" the evidence of {counted(tally.runs, 'run')} was shortened."
        )
        left = store.leftovers()
        screen.note(*([_kept(left)] if left.files else []), *still_held(left))
        facts = {"changed": True, "before": before, **vars(tally), "old_files": len(left.files), "ids": left.ids}
        screen.facts({"case": store.address, **facts})
    return DONE


def posts_before(store: Store, before: datetime, source_id: str | None) -> int:
    """Number of older posts, in the case or in one source."""
    from graph.settings import Narrow
    from graph.stores import Scan

    what = Scan(columns=("post_uid",), narrow=Narrow(end=before), source_id=source_id)
    return sum(batch.num_rows for batch in store.scan("posts", what))


def retain_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("source", nargs="?", metavar="SOURCE", help="a file's name, or the beginning of its source id")
    parser.add_argument("--until", metavar="DATE", help="the day on which the file must be removed (UTC), or never")
    parser.add_argument("--apply", action="store_true", help="remove every file whose day has come")
    add_case(parser)
    add_yes(parser)


def retain(args: Namespace, screen: Screen) -> int:
    from ingest.errors import UsageError

    if args.apply and (args.source or args.until):
        raise UsageError("--apply removes every file whose day has come.", hint="Leave SOURCE and --until out.")
    if args.source and not args.until:
        raise UsageError("The day is missing.", hint="Add --until 2027-01-31, or --until never.")
    if args.until and not args.source:
        raise UsageError(
            "The file is missing.", hint="Name a file of the case: lockstep retain tweets.jsonl --until 2027-01-31."
        )
    address = chosen_case(args, screen)
    with opened(address) as store:
        if args.apply:
            return _apply(store, args, screen)
        return _date(store, args, screen) if args.source else _list(store, screen)


def _date(store: Store, args: Namespace, screen: Screen) -> int:
    from graph.privacy import erasure

    source = source_named(store, args.source)
    until = None if args.until.strip().casefold() == "never" else erasure.moment(args.until)
    store.retain(source["source_id"], until)
    day = f"until {until:%Y-%m-%d}. After that, remove it with: lockstep retain --apply" if until else "without a limit"
    screen.say(f"{source['file_name']} is kept {day}")
    screen.facts({"case": store.address, "source": source["source_id"], "retain_until": until})
    return DONE


def _list(store: Store, screen: Screen) -> int:
    """Print the files and the day until which each is kept."""
    from dashboards.commands.terminal import columns

    sources = store.sources().to_pylist()
    dated = [(s["file_name"] or s["source_id"], _day(s)) for s in sources]
    screen.say(*columns(dated))
    screen.facts({"case": store.address, "sources": {s["source_id"]: s["retain_until"] for s in sources}})
    return DONE


def _day(source: dict[str, Any]) -> str:
    until = source["retain_until"]
    return f"until {until:%Y-%m-%d}" if until else "no day set"


def _apply(store: Store, args: Namespace, screen: Screen) -> int:
    from dashboards.words import counted
    from graph.privacy import erasure

    over = erasure.overdue(store)
    if not over:
        screen.say("No file has to be removed yet.")
        screen.facts({"case": store.address, "changed": False, "removed": []})
        return DONE
    names = ", ".join(str(source["file_name"]) for source in over)
    if not agreed(args, screen, f"Remove {counted(len(over), 'file')} whose day has come ({names})?"):
        return CANCELLED
    removed = erasure.apply_retention(store)
    screen.say(f"Removed: {names}. Accounts keep their codes. Runs made with these files stay.")
    screen.note(*still_held(store.leftovers()))
    screen.facts({"case": store.address, "changed": True, "removed": [source["source_id"] for source in removed]})
    return DONE


def seal_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "item",
        nargs="?",
        metavar="CODE",
        help="an account (A-104), a post (x:123), a group (G-2), a link or a site; without it, the seals are printed",
    )
    parser.add_argument(
        "--reason", default="", metavar="WORDS", help="the reason; it is kept with your name and the time"
    )
    parser.add_argument("--undo", action="store_true", help="show it again; needs a reason too")
    parser.add_argument("--by", metavar="NAME", help="your name (default: the user logged in here)")
    add_case(parser)


def seal(args: Namespace, screen: Screen) -> int:
    """Seal an item, undo a seal, or print all seals."""
    from getpass import getuser

    from graph.case import seals
    from graph.privacy.gate import gate

    with opened(chosen_case(args, screen)) as store:
        if args.item:
            note = seals.seal(store, args.item, args.reason, args.by or getuser(), undo=args.undo)
            done = (
                "is shown again"
                if args.undo
                else "is sealed: hidden on every page and in every export, briefing and notebook"
            )
            screen.say(f"{str(note['what']).capitalize()} {note['code']} {done}.")
        held = seals.seals(gate(store))
        screen.say(*columns([tuple(str(one.get(name) or "") for name in _SEAL) for one in held]))
        screen.say("" if args.item else f"{len(held)} sealed.")
        screen.facts({"case": store.address, "changed": bool(args.item), "sealed": [_seal_facts(one) for one in held]})
    return DONE


_SEAL = ("code", "what", "platform", "time", "reason", "by", "at")


def _seal_facts(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one.get(name) for name in (*_SEAL, "hash")}


def overdue_words(store: Store) -> str:
    """A hint where files should have been removed; empty where none should."""
    from dashboards.words import counted
    from graph.privacy import erasure

    over = len(erasure.overdue(store))
    return f"{counted(over, 'file')} should have been removed by now: lockstep retain --apply" if over else ""


FORGET = Command(
    "forget",
    "Protect people",
    "remove an account from a case for good",
    forget_arguments,
    forget,
    "lockstep forget --account @nora --case my-case",
)
PURGE = Command(
    "purge",
    "Protect people",
    "remove old posts from a case",
    purge_arguments,
    purge,
    "lockstep purge --before 2024-01-01 --case my-case",
)
RETAIN = Command(
    "retain",
    "Protect people",
    "set how long a file is kept, and remove files whose day has come",
    retain_arguments,
    retain,
    "lockstep retain tweets.jsonl --until 2027-01-31",
)
SEAL = Command(
    "seal",
    "Protect people",
    "hide an account, a post, a group or a link everywhere, or show it again",
    seal_arguments,
    seal,
    'lockstep seal A-104 --reason "may be a child" --case my-case',
)
