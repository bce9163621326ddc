"""``lockstep report``: a notice, a report under a platform's terms or a complaint about one group, checked element by element."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.commands.base import DONE, PARTLY, Command, add_case, add_run, chosen_case, opened, report_of
from dashboards.commands.terminal import Screen
from dashboards.local import recent_cases

if TYPE_CHECKING:
    from dashboards.briefing.notice import Handed
    from graph.handover.drafts import Draft
    from graph.handover.items import Item
    from graph.report.report import Report
    from graph.stores.base import Store
    from ingest.errors import InputError

ANSWERS = {"law": "--law", "terms": "--terms", "duty": "--duty", "life": "--danger"}
"""Options that answer the first question, by the answer."""


def report_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``report``."""
    parser.add_argument("group", nargs="?", metavar="GROUP", help="the group's rank, such as 1, or its id")
    add_case(parser)
    add_run(parser)
    parser.add_argument("--draft", metavar="D-5", help="go on with a saved draft; what is given here is changed in it")
    parser.add_argument("--to", metavar="PLATFORM", help="the platform it goes to, such as x")
    first = parser.add_argument_group("illegal under which law? (one of these chooses the document)")
    first.add_argument("--law", metavar="WORDS", help="this law: a notice under article 16 of the DSA")
    first.add_argument(
        "--terms", metavar="RULE", help="no law, but this rule of the platform: a report under its terms"
    )
    first.add_argument(
        "--duty", metavar="ARTICLE", help="the platform did not do this duty, such as 'article 16(5)': a complaint"
    )
    first.add_argument(
        "--danger", action="store_true", help="somebody's life is in danger: shows the way to the police"
    )
    what = parser.add_argument_group("what it says")
    what.add_argument("--provision", metavar="WORDS", help="the provision, such as '§ 12'")
    what.add_argument("--country", metavar="NAME", help="whose law it is; for a complaint, your country")
    what.add_argument("--quote", metavar="WORDS", help="what the provision forbids, in its own words")
    what.add_argument("--explain", metavar="FILE", help="a text file with your explanation; - reads what you type")
    what.add_argument(
        "--address",
        action="append",
        default=[],
        metavar="CODE=URL",
        help="the exact address of a post; may be repeated",
    )
    what.add_argument("--addresses", metavar="CSV", help="addresses of many posts: columns code,address")
    what.add_argument("--leave-out", metavar="CODE,…", help="posts to leave out")
    what.add_argument("--about", metavar="L-2", help="for a complaint: the line of the ledger it is about")
    who = parser.add_argument_group("who reports")
    who.add_argument("--name", metavar="NAME", help="your name, as the receiver gets it")
    who.add_argument("--email", metavar="ADDRESS", help="your e-mail address, as the receiver gets it")
    who.add_argument(
        "--children",
        action="store_true",
        help="an offence under articles 3 to 7 of Directive 2011/93/EU: name and e-mail may be left out",
    )
    who.add_argument("--good-faith", action="store_true", help="state that you believe it to be accurate and complete")
    who.add_argument("--read-by", metavar="NAME", help="a second person who read the posts")
    who.add_argument("--by", metavar="NAME", help="who saves it here (default: who is logged in here)")
    parser.add_argument(
        "--check", action="store_true", help="show the elements and what is missing; save and write nothing"
    )
    parser.add_argument(
        "--format", metavar="FORMAT", help="docx, html or json (default: from the ending of FILE, else docx)"
    )
    parser.add_argument("--out", metavar="FILE", help="the file to write (default: in the case's folder)")


def report(args: Namespace, screen: Screen) -> int:
    """Check a report, save it as a draft, and write its document."""
    from dashboards.briefing.notice import documents, posts_of
    from graph.handover import drafts
    from graph.handover.law import POLICE

    if args.danger:
        screen.say(*POLICE)
        screen.facts({"document": None, "say": list(POLICE)})
        return DONE
    format = format_of(args)
    with opened(chosen_case(args, screen)) as store:
        found = _report_of(store, args, screen)
        draft, wrong = drafted(store, found, args)
        items = posts_of(found, draft)
        for error in wrong:
            screen.note(str(error))
        if not args.check:
            draft = drafts.save(store, draft, _by(args))
        made = documents(found, draft, items, withheld=withheld(store))
        _say_elements(made[0], items, screen)
        files = [] if args.check else written(store, made, args.out, format, _by(args))
        screen.say(*(f"Written: {file}" for file in files))
        if files:
            screen.note("Its addresses work, and that it was written is logged. Read it, then send it yourself.")
        whole = not made[0].lacking
        screen.facts(_facts(made[0], items, files, wrong, store))
    return PARTLY if wrong or not whole else DONE


def _by(args: Namespace) -> str:
    from getpass import getuser

    return str(args.by or getuser())


def withheld(store: Store) -> bool:
    """True where the case's harm area lets no text leave."""
    from graph.privacy.areas import profile

    return profile(store).text == "withheld"


def format_of(args: Namespace) -> str:
    """The format: the one named, else that of the file's ending, else Word. Raises UsageError for any other."""
    from dashboards.briefing.notice import KINDS, kind_of
    from ingest.errors import UsageError

    ending = Path(args.out).suffix.lower() if args.out else ""
    meant = next((name for name, kind in KINDS.items() if kind.suffix == ending), None)
    if ending and meant is None:
        raise UsageError(
            f"No report ends in {ending}: {args.out}.", hint="Name a file that ends in .docx, .html or .json."
        )
    if args.format and meant and args.format != meant:
        raise UsageError(f"{args.out} does not end as {args.format} does.", hint="Leave one of the two out.")
    format = str(args.format or meant or "docx")
    kind_of(format)
    return format


def _report_of(store: Store, args: Namespace, screen: Screen) -> Report:
    """The report of the draft's run, or of the run named."""
    from graph.handover import drafts
    from graph.handover.ledger import line_of
    from graph.report.report import Report

    if args.draft:
        return Report(store, drafts.of_number(store, line_of(args.draft)).run_id)
    return report_of(store, args, screen)


def group_named(report: Report, word: str) -> str:
    """Id of a group from its rank, its id or the beginning of its id.

    Raises
    ------
    UsageError
        If the run has no such group, or several that fit.
    """
    from graph.handover.law import HOTLINE
    from graph.privacy.gate import gate
    from ingest.errors import UsageError

    groups = report.groups()
    plain = word.strip().lower().removeprefix("group").strip()
    ranked = groups[groups["rank"].astype(str) == plain]
    found = ranked if len(ranked) else groups[groups["group_id"].str.startswith(plain or "?")]
    if len(found) == 1:
        return str(found["group_id"].iloc[0])
    known = ", ".join(f"{row['rank']} ({row['name']})" for row in groups.head(8).to_dict("records"))
    small = " Groups this small are not shown in this harm area." if gate(report.store).profile.minimum > 1 else ""
    hint = f"Its groups: {known}." if known else HOTLINE if withheld(report.store) else None
    raise UsageError(f"Run {report.name} has no group {word!r}.{small}", hint=hint)


def drafted(store: Store, report: Report, args: Namespace) -> tuple[Draft, list[InputError]]:
    """The draft these arguments make, and the rows of ``--addresses`` that could not be taken.

    Raises
    ------
    UsageError
        If there is no group, no answer or no platform, or an address or a code that cannot be.
    """
    from graph.handover import drafts
    from graph.handover.drafts import Draft
    from graph.handover.items import group_items
    from graph.handover.ledger import line_of
    from ingest.errors import UsageError

    if args.draft:
        base = drafts.of_number(store, line_of(args.draft))
    elif args.group:
        base = Draft(run_id=report.run_id, group_id=group_named(report, args.group))
    else:
        raise UsageError(
            "Name a group.", hint="Such as: lockstep report 1 --to x --law 'Election Act' --provision '§ 12'."
        )
    draft = _answered(base, args)
    draft = replace(draft, to=platform_named(report, draft.group_id, args.to or draft.to))
    given = {name: getattr(args, option) for name, option in _PLAIN.items() if getattr(args, option) is not None}
    given |= {"explanation": _explanation(args.explain)} if args.explain else {}
    draft = replace(
        draft,
        **given,
        children=args.children or draft.children,
        good_faith=args.good_faith or draft.good_faith,
    )
    items = {item.code: item for item in group_items(report, draft.group_id, draft.to)}
    if not items:
        raise UsageError(f"No post of this group is on {draft.to}.", hint="Another --to?")
    addresses = dict(draft.addresses) | dict(_pair(word, items) for word in args.address)
    more, wrong = _table(args.addresses, items) if args.addresses else ({}, [])
    out = {_known(code.strip(), items) for code in (args.leave_out or "").split(",") if code.strip()}
    return drafts.checked(replace(draft, addresses=addresses | more, left_out=(*draft.left_out, *out))), wrong


_PLAIN = {
    **{"provision": "provision", "country": "country", "forbids": "quote", "name": "name", "email": "email"},
    **{"second": "read_by", "about": "about"},
}
"""Fields of a draft and the options that set them."""


def _answered(draft: Draft, args: Namespace) -> Draft:
    from graph.handover.law import ANSWERS as MEANT
    from graph.handover.law import QUESTION
    from ingest.errors import UsageError

    given = [name for name in ("law", "terms", "duty") if getattr(args, name) is not None]
    if len(given) > 1:
        raise UsageError(
            f"{' and '.join(ANSWERS[name] for name in given)} lead to different documents.", hint="Choose one."
        )
    if not given and not draft.answer:
        ways = "; ".join(f"{ANSWERS[name]}: {answer.title}" for name, answer in MEANT.items())
        raise UsageError(f"{QUESTION} This decides which document fits.", hint=f"{ways}.")
    for name in given:
        value = str(getattr(args, name))
        where = replace(draft, provision=value) if name == "duty" else replace(draft, law=value)
        draft = replace(where, answer=name)
    return draft


def platform_named(report: Report, group_id: str, word: str) -> str:
    """Id of the platform a report goes to: the one named, else the only one of the group.

    Raises
    ------
    UsageError
        If the group is on several and none is named, or on none of this name.
    """
    from ingest.errors import UsageError
    from ingest.normalize.platforms import platform_id

    there = list(report.group(group_id)["platforms"])
    if not word and len(there) == 1:
        return str(there[0])
    meant = word.strip() if word.strip() in there else platform_id(word)
    if meant in there:
        return str(meant)
    said = f"This group has no account on {word!r}." if word else "This group is on several platforms."
    raise UsageError(said, hint=f"Name one with --to: {', '.join(there)}.")


def _explanation(file: str) -> str:
    from ingest.errors import InputError

    try:
        return sys.stdin.read() if file == "-" else Path(file).expanduser().read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("It is no text in UTF-8.", file=file, accepted="a plain text file") from error
    except OSError as error:
        raise InputError(f"It cannot be read: {error.strerror}.", file=file, accepted="a plain text file") from error


def _known(code: str, items: dict[str, Item]) -> str:
    from ingest.errors import UsageError, did_you_mean

    if code not in items:
        raise UsageError(f"This report has no post {code!r}.", hint=did_you_mean(code, list(items)[:20]))
    return code


def _pair(word: str, items: dict[str, Item]) -> tuple[str, str]:
    from graph.handover.items import address_problem
    from ingest.errors import UsageError

    code, equals, address = word.partition("=")
    if not equals:
        raise UsageError(f"--address {word!r} is no pair.", hint="Write --address P-7nocztex=https://x.com/…/status/….")
    problem = address_problem(address.strip(), items[_known(code.strip(), items)].platform)
    if problem:
        raise UsageError(f"The address of {code} {problem}: {address}", hint="Paste it from the browser's address bar.")
    return code.strip(), address.strip()


def _table(file: str, items: dict[str, Item]) -> tuple[dict[str, str], list[InputError]]:
    """Addresses of a CSV, and what is wrong with each of the other rows."""
    from graph.handover.items import address_problem
    from ingest.errors import InputError

    name = Path(file).name
    try:
        rows = list(csv.DictReader(Path(file).expanduser().read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"It cannot be read as a CSV: {error}", file=name) from error
    if not rows or not {"code", "address"} <= set(rows[0]):
        raise InputError("There is no column code or address.", file=name, accepted="the columns code,address")
    given, wrong = dict[str, str](), list[InputError]()
    for number, row in enumerate(rows, 2):
        code, address = (row["code"] or "").strip(), (row["address"] or "").strip()
        problem = address_problem(address, items[code].platform) if code in items else ""
        if code not in items:
            why, column, found, wanted = "This report has no such post.", "code", code, "a code of this report"
        elif problem:
            why, column, found, wanted = f"The address {problem}.", "address", address, "the address of one post"
        else:
            given[code] = address
            continue
        wrong.append(InputError(why, file=name, row=number, column=column, found=found, accepted=wanted))
    return given, wrong


def _say_elements(handed: Handed, items: Sequence[Item], screen: Screen) -> None:
    from dashboards.words import handover as said
    from graph.handover.law import HOTLINE, NO_REMOVAL_ORDER

    screen.say(f"{handed.heading}. To {handed.document.goes_to.format(to=handed.to)}.", "")
    for one in handed.found:
        screen.say(f"  {'✓' if one.there else '!'} ({one.letter}) {one.title}: {one.said}")
        screen.say(*(f"      missing: {words}" for words in one.missing))
        screen.say(*(f"      look again: {words}" for words in one.warnings))
        if one.letter == "b" and handed.document.name != "complaint":
            bare = [item for item in items if not item.address]
            screen.say(*(f"      {item.code}  {item.says}  {item.reason}" for item in bare[:20]))
            if bare:
                screen.say("      fill in with --address CODE=URL, or leave out with --leave-out CODE")
    screen.say("", f"{said.missing_words(handed.found)}.")
    if handed.draft.children or handed.withheld:
        screen.note(HOTLINE)
    screen.note(f"Lockstep does not write: {NO_REMOVAL_ORDER}")


def written(store: Store, made: Sequence[Handed], out: str | None, format: str, by: str) -> list[Path]:
    """Write the documents and log each; gives the files."""
    from dashboards.briefing.formats.base import put
    from dashboards.briefing.notice import file_name, kind_of
    from graph.handover import drafts

    kind, files = kind_of(format), []
    folder = Path() if recent_cases.is_server(store.address) else Path(store.address) / "reports"
    for handed in made:
        path = folder / file_name(handed, kind)
        if out:
            wanted = Path(out).expanduser()
            wanted = wanted if wanted.suffix else wanted.with_name(wanted.name + kind.suffix)
            path = (
                wanted
                if handed.parts == 1
                else wanted.with_name(f"{wanted.stem}-{handed.part}-of-{handed.parts}{wanted.suffix}")
            )
        files.append(put(kind.render(handed), path).resolve())
        drafts.exported(store, handed.draft, by, format, sum(item.address is not None for item in handed.items))
    return files


def _facts(
    handed: Handed, items: Sequence[Item], files: Sequence[Path], wrong: Sequence[InputError], store: Store
) -> dict[str, object]:
    elements = [{**vars(one), "there": one.there} for one in handed.found]
    bare = [{"post": item.code, "account": item.says, "reason": item.reason} for item in items if not item.address]
    return {
        "case": store.address,
        "run": handed.draft.run_id,
        "draft": handed.draft.code,
        "document": handed.document.name,
        "to": handed.draft.to,
        "complete": not handed.lacking,
        "missing": handed.lacking,
        "elements": elements,
        "posts": [
            {"post": item.code, "account": item.says, "at": item.at, "has_address": item.address is not None}
            for item in items
        ],
        "without_address": bare,
        "files": [str(file) for file in files],
        "wrong": [str(error) for error in wrong],
    }


REPORT = Command(
    "report",
    "Hand over",
    "write a notice, a report under a platform's terms or a complaint about a group, and say what is missing",
    report_arguments,
    report,
    "lockstep report 1 --to x --law 'Election Act' --provision '§ 12' --explain why.txt --check",
)
