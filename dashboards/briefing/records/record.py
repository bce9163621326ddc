"""Document on what a case holds and why: tables for a data-access application and a data-protection record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboards import words as say
from dashboards.briefing.outline import Block, Heading, Outline, Part, Sentences, Table
from dashboards.briefing.records.data_flow import data_flow
from dashboards.briefing.records.legal import legal_part
from graph.privacy.sanitize import clean, redact

if TYPE_CHECKING:
    from graph.records.data_record import DataRecord
    from graph.records.variables import Variable

BLANK = "[to be filled in]"
TITLE = "What this case holds, and why"
LEAD = (
    "Tables for an application for data access (DSA art. 40(4) with Delegated Regulation (EU) 2025/2050, or art. 40(12)) and for"
    " a data-protection record (GDPR arts. 30 and 35). Art. 40 concerns designated platforms: see the legal position below. They are read from the case. What only a person can say is left open:"
    f" {BLANK}."
)
BY_PERSON = (
    ("Controller, address, contact", "GDPR 30(1)(a)"),
    ("Data protection officer", "GDPR 30(1)(a)"),
    ("Purpose of the processing", "GDPR 30(1)(b), 35(7)(a)"),
    ("Research question, and the systemic risk it concerns", "DSA 40(4)"),
    ("Legal basis (GDPR art. 6), and the condition for special categories (art. 9(2))", "GDPR 35(7)(b)"),
    ("Why the data are necessary and proportionate to that purpose", "GDPR 35(7)(b), DSA 40(8)"),
    ("Independence from commercial interests", "DSA 40(8), 40(12)"),
    ("Funding of the research", "DSA 40(8), 40(12)"),
    ("Transfers to third countries", "GDPR 30(1)(e)"),
    ("Who else receives exports and briefings", "GDPR 30(1)(d)"),
    ("Information to the people concerned, or why not (art. 14)", "GDPR 14"),
    ("Risks to the people concerned", "GDPR 35(7)(c)"),
    ("Encryption of the disk, access to the machine and rooms", "GDPR 30(1)(g)"),
)
"""What a person fills in, and the provision that asks for it."""
UNDERTAKINGS = (
    "We will not try to identify the people behind codes.",
    "We will publish aggregate or summary results only, and no data on single people.",
    "We will keep the data secure and confidential, and remove them by the days in this record.",
    "We will use the data for the purpose named above only.",
    "We will make our results public free of charge.",
)
WHERE = (
    ("Purposes", "To be filled in by a person", "GDPR 30(1)(b)"),
    ("Categories of people and of personal data", "Sources; Variables", "GDPR 30(1)(c)"),
    ("Recipients", "Recipients", "GDPR 30(1)(d)"),
    ("Time limits for erasure", "How long files are kept", "GDPR 30(1)(f)"),
    ("Security measures", "Security", "GDPR 30(1)(g), 35(7)(d)"),
    ("Description of the processing, data flow", "Data flow", "GDPR 35(7)(a)"),
    ("Necessity, variable by variable", "Variables", "GDPR 35(7)(b), DSA 40(8)"),
    ("Whether data are pseudonymised", "Pseudonymisation", "DSA recital 98"),
    ("Undertakings", "Undertakings", "DSA 40(8); guidance of Coimisiún na Meán of 25 May 2026, 6.4 and 6.5"),
)
_HEADS = ["Variable", "Holds", "Filled", "Personal data", "Special category", "Needed for"]
_MEANS = (
    "Filled: rows that say something, and their share of the table. Identifies: leads to a person or a post of theirs by itself."
    " Possible: free text may reveal, and other values may hint at, opinions, beliefs, origin, health or sex life (GDPR art. 9)."
)


def record_outline(record: DataRecord) -> Outline:
    """Outline of the document, for every format.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> from graph.records.data_record import data_record
    >>> [part.title for part in record_outline(data_record(toy_case())).parts][:3]
    ['To be filled in by a person', 'Sources', 'Variables']
    """
    changed = f"State of the case: {say.clock(record.changed_at, 'min', year=True)} UTC" if record.changed_at else ""
    return Outline(
        TITLE,
        clean(record.case),
        say.day(record.changed_at, year=True),
        [LEAD, f"Harm area of the case: {record.area}."],
        [
            _by_person(),
            _sources(record),
            _variables(record),
            Part("Data flow", [data_flow(record.flow, changed)]),
            Part("Pseudonymisation", [Sentences(_pseudonyms(record))]),
            _retention(record),
            _recipients(record),
            Part("Security", [Sentences([*record.measures], "plain"), *_listed("Open", record.open_points)]),
            legal_part(record.position, record.changed_at.date() if record.changed_at else None),
            Part("Undertakings", [Sentences([f"☐ {sentence}" for sentence in UNDERTAKINGS], "plain")]),
            Part("Where each requirement is answered", [_table(["Requirement", "Part", "Asked by"], WHERE)]),
        ],
        changed,
        "",
        finished_at=record.changed_at,
    )


def _by_person() -> Part:
    rows = [(what, BLANK, asked) for what, asked in BY_PERSON]
    return Part("To be filled in by a person", [_table(["What", "Answer", "Asked by"], rows)])


def _sources(record: DataRecord) -> Part:
    rows = [
        (
            one.name,
            one.reader,
            say.listed(list(one.platforms)) or say.NONE,
            say.count(one.rows),
            say.days(one.first, one.last),
            one.licence or say.NONE,
            one.sha256[:16],
        )
        for one in record.sources
    ]
    counts = record.counts
    held = (
        f"The case holds {say.counted(counts['accounts'], 'account')}, {say.counted(counts['posts'], 'post')} and"
        f" {say.counted(counts['links'], 'link')} of {say.counted(len(rows), 'file')}."
    )
    heads = ["File", "Read as", "Platform", "Rows", "From – to (UTC)", "Licence", "SHA-256, beginning"]
    return Part("Sources", [Sentences([held]), _table(heads, rows, frozenset({3}))])


def _variables(record: DataRecord) -> Part:
    blocks: list[Block] = []
    for table, called in (
        ("accounts", "Accounts"),
        ("posts", "Posts"),
        ("links", "Links"),
        ("kinds", "Links, by kind"),
    ):
        rows = [_variable(one) for one in record.variables if one.table == table]
        if rows:
            blocks += [Heading(called), _table(_HEADS, rows, frozenset({2}))]
    unused = [f"{one.table}.{one.name}" for one in record.variables if one.droppable]
    said = f"Not needed by any page or behaviour so far, and could be left out before loading: {', '.join(unused)}."
    special = [f"{one.table}.{one.name}" for one in record.variables if one.special]
    opinion = f"Special categories (GDPR art. 9) are possible in: {', '.join(special)}."
    return Part(
        "Variables",
        [
            Sentences([_MEANS], "note"),
            *blocks,
            Sentences([*([said] if unused else []), *([opinion] if special else [])]),
        ],
    )


def _variable(one: Variable) -> tuple[str, ...]:
    return (
        one.name,
        one.what,
        f"{say.count(one.filled)} ({say.share(one.share, 1)})",
        one.personal,
        one.special or "no",
        one.needed,
    )


def _pseudonyms(record: DataRecord) -> list[str]:
    files = len(record.sources)
    kept = f"Files that hold codes of the case's key in place of names: {record.coded} of {files}"
    if not record.coded:
        kept = "The case keeps the platforms' ids and names"
    said = [f"{kept}; what leaves it names accounts by codes (keyed hashes, HMAC-SHA-256) unless a person chooses ids."]
    if record.key is None:
        return [*said, "No code was made from a key so far, so the case has no key yet."]
    where = "is on this machine, outside the case" if record.key_here else "is not on this machine"
    return [
        *said,
        f"The key has the fingerprint {record.key} and {where}. Whoever has key and case can go back to the names.",
    ]


def _retention(record: DataRecord) -> Part:
    rows = [
        (one.name, say.day(one.kept_until, year=True) if one.kept_until else f"no day set {BLANK}")
        for one in record.sources
    ]
    said = ["Files whose day has come are removed with “lockstep retain --apply”."]
    if record.counts["forgotten"]:
        said.append(f"{say.counted(record.counts['forgotten'], 'name')} forgotten on request: keyed hashes are kept.")
    return Part("How long files are kept", [_table(["File", "Kept until"], rows), Sentences(said)])


def _recipients(record: DataRecord) -> Part:
    logged = "Exports and briefings are not logged by the case: name their recipients above."
    rows = [(one.to, say.day(one.day, year=True), say.count(one.posts), one.by) for one in record.sent]
    if not rows:
        return Part("Recipients", [Sentences(["No report is in the ledger of this case.", logged])])
    return Part("Recipients", [_table(["To", "Day", "Posts named", "By"], rows, frozenset({2})), Sentences([logged])])


def _listed(heading: str, sentences: Sequence[str]) -> list[Block]:
    return [Heading(heading), Sentences([redact(one) for one in sentences], "plain")] if sentences else []


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: frozenset[int] = frozenset()) -> Table:
    return Table(list(heads), [[clean(cell) for cell in row] for row in rows], numbers)
