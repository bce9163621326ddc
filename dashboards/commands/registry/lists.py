"""``lockstep list``: the analyst's own lists of domains, keywords and hashes, and the posts that hold their entries."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboards.commands.base import DONE, PARTLY, Command, add_case, chosen_case, opened
from dashboards.commands.terminal import Screen, columns
from ingest.whole_files import write_whole

if TYPE_CHECKING:
    from graph.lists.entries import Entry
    from graph.lists.kept import OwnList
    from graph.lists.matching import ListMatches
    from ingest.errors import InputError

ADD, MATCHES, REMOVE = "add", "matches", "remove"
TABLES = ("posts", "entries", "accounts", "days", "lists")
SHOWN = 30
"""Entries printed at most; the CSV holds all."""


def list_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``list``."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="add FILE | matches | remove NAME [ENTRY]",
        help="without any: show the lists; a file holds one entry a line, or is a CSV with a column domain, keyword or hash",
    )
    add_case(parser)
    new = parser.add_argument_group("add entries")
    new.add_argument("--kind", help="domains, keywords or hashes")
    new.add_argument("--name", metavar="NAME", help="the list's name, such as 'news sites'")
    for option in ("domain", "keyword", "hash"):
        new.add_argument(
            f"--{option}", action="append", default=[], metavar=option.upper(), help=f"one {option}; may be repeated"
        )
    new.add_argument(
        "--originals", action="store_true", help="these domains are genuine: match links to lookalikes of them"
    )
    new.add_argument("--method", default="", help="of the hashes: md5, sha1, sha256 or pdq (default: by their length)")
    new.add_argument(
        "--distance", type=int, metavar="BITS", help="bits of 256 in which a PDQ hash may differ (default: 31)"
    )
    new.add_argument(
        "--source", default="", metavar="WORDS", help="where the entries are from (default: the file's name)"
    )
    new.add_argument("--reason", default="", metavar="WORDS", help="with remove: why")
    new.add_argument("--by", metavar="NAME", help="your name (default: the user logged in here)")
    out = parser.add_argument_group("write the matches")
    out.add_argument("--csv", metavar="FILE", help="write a table to this file")
    out.add_argument(
        "--table", choices=TABLES, default="posts", help="which one (default: posts, one row per post and entry)"
    )
    out.add_argument(
        "--names",
        choices=("codes", "ids"),
        default="codes",
        help="codes: accounts, posts, keywords and hashes as codes (default); ids: as they are",
    )


def lists(args: Namespace, screen: Screen) -> int:
    """Show, add to, match or shorten the lists of a case."""
    from ingest.errors import UsageError

    todo = {ADD: _add, MATCHES: _matches, REMOVE: _remove}
    if args.words and args.words[0] not in todo:
        raise UsageError(f"{args.words[0]!r} is nothing to do with lists.", hint="Write add, matches or remove.")
    given = [*args.domain, *args.keyword, *args.hash]
    if given and args.words[:1] != [ADD]:
        raise UsageError("Entries are named, and nothing to do with them.", hint="Write: lockstep list add --domain …")
    return todo[args.words[0]](args, screen) if args.words else _show(args, screen)


def _show(args: Namespace, screen: Screen) -> int:
    from graph.lists.kept import own_lists

    with opened(chosen_case(args, screen)) as store:
        own = own_lists(store)
        if not own:
            screen.say("This case has no lists. Add one: lockstep list add FILE --kind domains --name NAME.")
        screen.say(*columns([_line(one) for one in own], right=[2]))
        screen.facts({"case": store.address, "lists": [_facts(one) for one in own]})
    return DONE


def _line(one: OwnList) -> tuple[str, ...]:
    from dashboards.words import count, day

    return (
        one.name,
        _kinds(one.kind, one.role),
        count(len(one.entries)),
        f"added by {one.by} on {day(one.at, year=True)}",
        one.source,
    )


def _kinds(kind: str, role: str) -> str:
    return f"{kind}, {role}" if kind == "domains" else kind


def _facts(one: OwnList) -> dict[str, Any]:
    return {**vars(one), "entries": [entry.value for entry in one.entries]}


def _add(args: Namespace, screen: Screen) -> int:
    from getpass import getuser

    from graph.lists.kept import DISTANCE, ORIGINALS, WATCH, add_to_list
    from ingest.errors import UsageError

    if not args.name:
        raise UsageError("The list has no name.", hint='Add --name, such as --name "news sites".')
    kind = _kind(args)
    entries, wrong = _entries(args, kind)
    with opened(chosen_case(args, screen)) as store:
        new = add_to_list(
            store, args.name, kind, entries, args.by or getuser(),
            source=args.source or ", ".join(Path(path).name for path in args.words[1:]),
            role=ORIGINALS if args.originals else WATCH,
            distance=DISTANCE if args.distance is None else args.distance,
        )  # fmt: skip
        for error in wrong:
            screen.note(str(error))
        known = len(entries) - len(new)
        said = [f"{len(new):,} added to {args.name!r}", f"{known:,} known already" if known else ""]
        left = f"{len(wrong):,} left out: see above" if wrong else ""
        screen.say(f"{', '.join(filter(None, [*said, left]))}. Nothing was opened.")
        screen.facts({"case": store.address, "list": args.name, "added": len(new), "known": known, "wrong": [str(e) for e in wrong]})  # fmt: skip
    return PARTLY if wrong else DONE


def _kind(args: Namespace) -> str:
    from graph.lists.entries import DOMAINS, HASHES, KEYWORDS, known_kind
    from ingest.errors import UsageError

    given = {kind for kind, said in ((DOMAINS, args.domain), (KEYWORDS, args.keyword), (HASHES, args.hash)) if said}
    named = {*given, *([known_kind(args.kind)] if args.kind else [])}
    if len(named) != 1:
        raise UsageError(
            "A list holds one kind of entries, and none is named."
            if not named
            else "A list holds one kind of entries.",
            hint="Add --kind domains, keywords or hashes.",
        )
    return named.pop()


def _entries(args: Namespace, kind: str) -> tuple[list[Entry], list[InputError]]:
    from graph.lists.entries import entries_of, read_entries
    from ingest.errors import UsageError

    entries = entries_of(kind, [*args.domain, *args.keyword, *args.hash], args.method)
    wrong: list[InputError] = []
    for path in args.words[1:]:
        right, others = read_entries(path, kind, args.method)
        entries, wrong = [*entries, *right], [*wrong, *others]
    if not entries and not wrong:
        raise UsageError("There is nothing to add.", hint="Name a file, or entries: --domain fjordposten.example.")
    return list(dict.fromkeys(entries)), wrong


def _remove(args: Namespace, screen: Screen) -> int:
    from getpass import getuser

    from graph.lists.kept import remove_from_list
    from ingest.errors import UsageError

    if len(args.words) < 2:
        raise UsageError("Name the list.", hint="Such as: lockstep list remove 'news sites' fjordposten.example.")
    with opened(chosen_case(args, screen)) as store:
        gone = remove_from_list(store, args.words[1], args.by or getuser(), args.words[2:], args.reason)
        screen.say(f"{len(gone):,} taken off {args.words[1]!r}. Who added and removed them stays in the case's notes.")
        screen.facts({"case": store.address, "list": args.words[1], "removed": [entry.value for entry in gone]})
    return DONE


def _matches(args: Namespace, screen: Screen) -> int:
    from graph.lists.leaving import written
    from graph.lists.matching import list_matches
    from graph.privacy.areas import profile
    from graph.privacy.codes import Names, case_key

    with opened(chosen_case(args, screen)) as store:
        screen.step("Matching lists", 0, None)
        found, area = list_matches(store), profile(store)
        ids = args.names == "ids" and area.names == "on request"
        out = written(found, Names(None if ids else case_key(store)), area)
        if found.lists.is_empty():
            screen.say("This case has no lists. Add one: lockstep list add FILE --kind domains --name NAME.")
        screen.say(*_told(out if area.withholds else found))
        if args.csv:
            _write(out, args.table, args.csv, screen)
        tables = {name: getattr(out, name).to_dicts() for name in ("lists", "entries", "days")}
        screen.facts({"case": store.address, "names": "ids" if ids else "codes", **{k: [_plain(row) for row in rows] for k, rows in tables.items()}})  # fmt: skip
    return DONE


def _told(found: ListMatches) -> list[str]:
    from dashboards.words import counted, days

    lines = [
        (row["list"], _kinds(row["kind"], row["role"]), f"{row['matched']} of {row['entries']:,} matched", _posts(row), days(row["first_at"], row["last_at"]) if row["first_at"] else "")
        for row in found.lists.iter_rows(named=True)
    ]  # fmt: skip
    entries = [_entry(row) for row in found.entries.head(SHOWN).iter_rows(named=True)]
    left = found.entries.height - SHOWN
    more = [f"{counted(left, 'more row')}: see --csv FILE --table entries."] if left > 0 else []
    nothing = ["", *columns(entries), *more, "Nothing was opened: all of this is in the posts."] if entries else []
    return [*columns(lines), *nothing]


def _entry(row: dict[str, Any]) -> tuple[str, ...]:
    from graph.privacy.sanitize import defang

    entry, held = (defang(row[name]) if row["kind"] == "domains" else row[name] for name in ("entry", "found"))
    how = str(row["how"]).replace(str(row["entry"]), entry)
    return (row["list"], held, how, _posts(row))


def _posts(row: dict[str, Any]) -> str:
    from dashboards.words import counted

    many = (row["posts"], "post"), (row["accounts"], "account")
    posts, accounts = (f"{n} {noun}s" if isinstance(n, str) else counted(n, noun) for n, noun in many)
    return f"{posts} by {accounts}"


def _write(found: ListMatches, table: str, path: str, screen: Screen) -> None:
    from graph.privacy.sanitize import csv_safe
    from ingest.errors import UsageError

    rows = getattr(found, table)
    file = Path(path).expanduser()
    try:
        write_whole(file, "\ufeff" + csv_safe(rows).write_csv())
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror}.", hint="Name a file in a folder that is there."
        ) from error
    screen.note(f"{file}: {rows.height:,} rows of {table}.")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


LIST = Command(
    "list",
    "Search and look",
    "keep lists of your own (domains, keywords, hashes), and say which posts hold their entries",
    list_arguments,
    lists,
    'lockstep list add --domain fjordposten.example --originals --name "news sites" --case my-case',
)
