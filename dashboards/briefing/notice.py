"""Documents that hand a finding over: notice, report under a platform's terms, complaint; Word, web page and JSON from one source.

Addresses leave unbroken here and nowhere else. No text of a post leaves but what the explanation quotes; accounts are codes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboards import words as say
from dashboards.briefing.formats.html import WebPage
from dashboards.briefing.formats.word import Word
from dashboards.briefing.outline import Block, Heading, Outline, Pairs, Part, Sentences, Table
from graph.handover.drafts import Draft
from graph.handover.elements import Element, elements, missing
from graph.handover.items import Item, addressed, group_accounts, group_items
from graph.handover.law import CONTEXT, DEMANDS, LEGAL, MOST_POSTS, STATEMENT, Document
from graph.handover.ledger import Entry, entries
from graph.privacy.gate import gate
from graph.privacy.sanitize import clean, redact
from ingest.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from graph.report.report import Report


@dataclass(frozen=True)
class Handed:
    """One document, before it has a layout.

    Attributes
    ----------
    draft : Draft
    document : Document
    found : sequence of Element
        Its elements, over all parts.
    items : sequence of Item
        Posts of this part.
    part, parts : int
        A document holds ``MOST_POSTS`` posts at most.
    explanation : str
        Without names: accounts are codes.
    context : str
        Statistics of the group, which are not the reason.
    about : Entry or None
        The line of the ledger a complaint is about.
    withheld : bool
        The case's harm area lets no row about an account leave: posts are named without their accounts.
    version, run : str
        Of Lockstep, and the run's name.
    """

    draft: Draft
    document: Document
    found: Sequence[Element]
    items: Sequence[Item]
    part: int
    parts: int
    explanation: str
    context: str
    about: Entry | None
    withheld: bool
    version: str
    run: str

    @property
    def lacking(self) -> list[str]:
        """Everything that is missing."""
        return missing(self.found)

    @property
    def to(self) -> str:
        """The platform's name."""
        return say.platform(self.draft.to)

    @property
    def heading(self) -> str:
        """Title of the document, marked where it is incomplete."""
        plain = self.document.heading.format(to=self.to)
        parted = f", part {self.part} of {self.parts}" if self.parts > 1 else ""
        return f"{'Incomplete: ' if self.lacking else ''}{plain}{parted}"

    @property
    def sender(self) -> str:
        """Name and e-mail address of whoever reports."""
        return ", ".join(filter(None, (self.draft.name, self.draft.email))) or "not named"


def posts_of(report: Report, draft: Draft) -> list[Item]:
    """Posts of the draft's group on its platform, with the addresses given by hand and without those left out."""
    return addressed(group_items(report, draft.group_id, draft.to), draft.addresses, draft.left_out)


def documents(
    report: Report, draft: Draft, items: Sequence[Item] | None = None, *, withheld: bool = False
) -> list[Handed]:
    """The documents of a draft: one, or one for every ``MOST_POSTS`` posts.

    Parameters
    ----------
    report : Report
        Of the draft's run.
    draft : Draft
    items : sequence of Item, optional
        ``posts_of`` when not given.
    withheld : bool
        See ``graph.handover.elements.elements``.

    Raises
    ------
    UsageError
        If its answer leads to no document.
    """
    document = draft.document
    if document is None:
        raise UsageError("No document fits this answer.", hint="For a danger to life, call the police: 112 in the EU.")
    posts = list(posts_of(report, draft) if items is None else items)
    found = elements(draft, posts, withheld=withheld)
    shown = [] if document.name == "complaint" else posts
    chunks = [shown[k : k + MOST_POSTS] for k in range(0, len(shown), MOST_POSTS)] or [[]]
    handles = handles_of(report, draft.group_id)
    about = next((entry for entry in entries(report.store) if entry.code == draft.about.upper()), None)
    return [
        Handed(
            draft, document, found, chunk, number, len(chunks), redact(clean(draft.explanation), handles),
            context(report, draft.group_id), about, withheld or gate(report.store).profile.level != "person", str(report.run.get("version") or ""), say.run_name(report.run),
        )
        for number, chunk in enumerate(chunks, 1)
    ]  # fmt: skip


def handles_of(report: Report, group_id: str) -> dict[str, str]:
    """Handles of a group's members with their codes."""
    accounts = group_accounts(report, group_id).values()
    return {handle.lstrip("@").casefold(): code for code, handle in accounts if handle}


def context(report: Report, group_id: str) -> str:
    """Sentences on the group's coordination; they give no reason."""
    row = report.group(group_id)
    traces, window = list(row["traces"])[:1], float(next(iter(row["windows_s"])))
    return (
        f"{say.counted(row['accounts'], 'account')} {say.verb(traces, past=True)} the same {say.nouns(traces)}"
        f" {say.within(window)}, two at a time {say.count(row['observed'])} times; chance gives about"
        f" {say.expected(row['expected'])}. {CONTEXT}"
    )


# --- the document ----------------------------------------------------------------------------------------------------


def outline(handed: Handed) -> Outline:
    """The document in reading order, for any format."""
    draft = handed.draft
    bodies = {"a": _why, "b": _where, "c": _who, "d": _faith}
    if handed.document.name == "complaint":
        bodies["b"] = _coordinator
    parts = [
        Part(f"({demand.letter}) {demand.title}", bodies[demand.letter](handed))
        for demand in DEMANDS[handed.document.name]
    ]
    lead = [f"To: {handed.document.goes_to.format(to=handed.to)}. From: {clean(handed.sender)}."]
    return Outline(
        title=handed.heading,
        case=f"Reference {draft.code}",
        date=say.day(draft.at, year=True) if draft.at else say.NONE,
        lead=lead,
        parts=[*_lacking(handed), *parts, *_aside(handed), _ask(handed)],
        run_line=f"Made with Lockstep {handed.version}".strip(),
        version=handed.version,
        run_id=draft.run_id,
        finished_at=say.moment(draft.at or None),
    )


def _lacking(handed: Handed) -> list[Part]:
    lacking = handed.lacking
    return [Part("Not complete: this is missing", [Sentences(lacking, "points")])] if lacking else []


def _why(handed: Handed) -> list[Block]:
    draft = handed.draft
    names = {
        "notice": (("Law", draft.law), ("Provision", draft.provision), ("Country", draft.country)),
        "terms": (("Rule", draft.law), ("Where it is written", draft.provision)),
        "complaint": (("Platform", handed.to), ("Duty", draft.provision), ("Law", draft.law)),
    }[handed.document.name]
    given = [(name, clean(value)) for name, value in names if value]
    blocks: list[Block] = [Pairs(given)] if given else []
    if draft.forbids:
        blocks += [Heading("In its own words"), Sentences([f"“{clean(draft.forbids)}”"], "plain")]
    blocks += [Heading("Explanation"), Sentences([p for p in handed.explanation.splitlines() if p.strip()], "plain")]
    return blocks


def _where(handed: Handed) -> list[Block]:
    have = [item for item in handed.items if item.address]
    bare = [item for item in handed.items if not item.address]
    note = f"{say.count(len(have))} of {say.counted(len(handed.items), 'post')}. Times are in UTC."
    blocks: list[Block] = [_table(handed, have, "Exact address", [str(item.address) for item in have], note)]
    if bare:
        reasons = [item.reason for item in bare]
        blocks += [Heading("Posts without an exact address"), _table(handed, bare, "Why", reasons, "")]
    return blocks


def _table(handed: Handed, items: Sequence[Item], head: str, last: Sequence[str], note: str) -> Table:
    heads = ["Post", "Time", head] if handed.withheld else ["Post", "Account", "Time", head]
    rows = [
        [item.code, *([] if handed.withheld else [item.says]), say.clock(item.at, "min", year=True), value]
        for item, value in zip(items, last, strict=True)
    ]
    return Table(heads, rows, note=note)


def _coordinator(handed: Handed) -> list[Block]:
    where = clean(handed.draft.country) or "not named"
    blocks: list[Block] = [Pairs([("Country", where)])]
    if handed.about is not None:
        blocks += [Heading("The report this is about"), Pairs(line_pairs(handed.about))]
    return blocks


def line_pairs(entry: Entry) -> list[tuple[str, str]]:
    """A line of the ledger as names and values, for print."""
    decided = [f"{say.day(day, year=True)}: {clean(words)}" for day, words in entry.decisions]
    return [
        ("Line", entry.code),
        ("Sent", say.day(entry.day, year=True)),
        ("To", say.platform(entry.to)),
        ("Posts", say.count(len(entry.items))),
        ("Receipt, art. 16(4)", say.day(entry.receipt, year=True) if entry.receipt else "none came"),
        ("Decision, art. 16(5)", "; ".join(decided) or "none came"),
    ]


def _who(handed: Handed) -> list[Block]:
    found = next(one for one in handed.found if one.letter == "c")
    named = handed.draft.name or handed.draft.email
    return [Sentences([clean(f"{handed.sender}." if named else found.said)], "plain")]


def _faith(handed: Handed) -> list[Block]:
    if not handed.draft.good_faith:
        return [Sentences(["The statement of good faith was not given."], "plain")]
    by = f"Given by {clean(handed.draft.name or handed.draft.by)}, {say.day(handed.draft.at, year=True)}."
    return [Sentences([STATEMENT, by], "plain")]


def _aside(handed: Handed) -> list[Part]:
    if handed.document.name == "complaint":
        return []
    return [Part("Context, not the reason", [Sentences([handed.context, LEGAL], "note")], "aside")]


def _ask(handed: Handed) -> Part:
    asks = {
        "notice": [
            "Please confirm receipt of this notice (article 16(4)) and tell me your decision and how it can be contested"
            " (article 16(5)).",
            "This is a notice by a person. It is no order, and no removal order under Regulation (EU) 2021/784.",
        ],
        "terms": [
            "Please tell me what you decide under your terms. This report does not claim that the posts are illegal."
        ],
        "complaint": ["Please tell me the status of this complaint, and hear both sides (article 53)."],
    }[handed.document.name]
    return Part("Request", [Sentences(asks, "plain")])


def as_json(handed: Handed) -> bytes:
    """The document as JSON: the elements by name, in a fixed order."""
    draft = handed.draft
    facts: dict[str, Any] = {
        "document": handed.document.name,
        "basis": handed.document.basis,
        "title": handed.heading,
        "complete": not handed.lacking,
        "missing": handed.lacking,
        "reference": draft.code,
        "date": draft.at[:10],
        "part": handed.part,
        "parts": handed.parts,
        "to": {"platform": draft.to, "name": handed.document.goes_to.format(to=handed.to)},
        "from": {"name": draft.name or None, "email": draft.email or None},
        "law": {n: getattr(draft, n) or None for n in ("law", "provision", "country", "forbids")},
        "explanation": handed.explanation,
        "locations": [_json_item(handed, item) for item in handed.items if item.address],
        "without_location": [_json_item(handed, item) for item in handed.items if not item.address],
        "good_faith": STATEMENT if draft.good_faith else None,
        "about": handed.about.as_dict() if handed.about else None,
        "context": None if handed.document.name == "complaint" else handed.context,
        "made_with": f"Lockstep {handed.version}".strip(),
    }
    return (json.dumps(_cleaned(facts), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _json_item(handed: Handed, item: Item) -> dict[str, Any]:
    who = {} if handed.withheld else {"account": item.says}
    at = item.at.isoformat().replace("+00:00", "Z") if item.at else None
    where = {"address": item.address} if item.address else {"reason": item.reason}
    return {"post": item.code, **who, "at": at, **where}


def _cleaned(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _cleaned(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    return clean(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Kind:
    """One format of a report: its name for people, ending, media type, what this machine lacks for it, and its maker."""

    title: str
    suffix: str
    media: str
    missing: Callable[[], str | None]
    render: Callable[[Handed], bytes]


_WORD, _PAGE = Word(), WebPage()
KINDS: dict[str, Kind] = {
    "docx": Kind(_WORD.title, _WORD.suffix, _WORD.media, _WORD.missing, lambda handed: _WORD.render(outline(handed))),
    "html": Kind(_PAGE.title, _PAGE.suffix, _PAGE.media, _PAGE.missing, lambda handed: _PAGE.render(outline(handed))),
    "json": Kind("JSON", ".json", "application/json", lambda: None, as_json),
}
"""Formats of a report."""


def kind_of(name: str) -> Kind:
    """A format of a report by its name.

    Raises
    ------
    UsageError
        If there is none, or this machine lacks what makes it.
    """
    if name not in KINDS:
        raise UsageError(f"There is no report as {name!r}.", hint=did_you_mean(name, list(KINDS)))
    lacking = KINDS[name].missing()
    if lacking:
        raise UsageError(f"{KINDS[name].title}: {lacking}", hint="The web page needs nothing: --format html.")
    return KINDS[name]


def file_name(handed: Handed, kind: Kind) -> str:
    """Name of a document's file: ``D-5.docx``, with its part where there are several, and marked where it is incomplete."""
    part = f"-{handed.part}-of-{handed.parts}" if handed.parts > 1 else ""
    return f"{handed.document.name}-{handed.draft.code}{part}{'-incomplete' if handed.lacking else ''}{kind.suffix}"
