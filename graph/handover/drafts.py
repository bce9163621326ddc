"""Drafts of reports, kept as notes: every save is added, the newest one holds, and every document that leaves is logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from graph.case import verdicts
from graph.case.notes import About, write
from graph.handover.items import case_of
from graph.handover.law import ANSWERS, DOCUMENTS, Document
from graph.stores.base import Store
from ingest.errors import UsageError, did_you_mean

KIND, DISCARDED, EXPORTED = "report_draft", "report_discarded", "report_exported"
LONGEST = 20_000
"""Letters of an explanation; other fields hold what a note holds."""
LONGEST_FIELD = 4_000


@dataclass(frozen=True)
class Draft:
    """A report as far as somebody has written it.

    Attributes
    ----------
    number : int
        n of ``D-n``; 0 before it is saved.
    run_id, group_id, to : str
        What it reports, and the platform it goes to (about which, for a complaint).
    answer : str
        A key of ``graph.handover.law.ANSWERS``: illegal under which law?
    law, provision, country, forbids : str
        The law and its provision (for a report under the terms the rule, for a complaint the duty), the country, and what it
        forbids in its own words.
    explanation : str
    addresses : mapping of post code to address
        Those given by hand.
    left_out : tuple of str
        Codes of posts left out.
    name, email : str
        Of whoever reports.
    children : bool
        The provision is an offence under articles 3 to 7 of Directive 2011/93/EU: the name may be left out.
    good_faith : bool
    second : str
        A second person who read the posts.
    about : str
        For a complaint: the line of the ledger (``L-2``) it is about.
    by, at : str
        Who saved it last, and when (ISO).
    """

    number: int = 0
    run_id: str = ""
    group_id: str = ""
    to: str = ""
    answer: str = ""
    law: str = ""
    provision: str = ""
    country: str = ""
    forbids: str = ""
    explanation: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    children: bool = False
    good_faith: bool = False
    second: str = ""
    about: str = ""
    by: str = ""
    at: str = ""

    @property
    def document(self) -> Document | None:
        """The document its answer leads to; None for a danger to life, and before the answer."""
        answer = ANSWERS.get(self.answer)
        return DOCUMENTS[answer.document] if answer is not None and answer.document else None

    @property
    def code(self) -> str:
        """``D-5``; before it is saved ``new``."""
        return f"D-{self.number}" if self.number else "new"

    def same_as(self, other: Draft) -> bool:
        """True if both say the same, whoever saved them and when."""
        return replace(self, number=0, by="", at="") == replace(other, number=0, by="", at="")


_SAID = tuple(f.name for f in fields(Draft) if f.name not in ("number", "run_id", "group_id", "by", "at"))


def checked(draft: Draft) -> Draft:
    """The draft without space around its words.

    Raises
    ------
    UsageError
        If its answer is none of ``ANSWERS``, or a field is too long.
    """
    if draft.answer and draft.answer not in ANSWERS:
        raise UsageError(f"{draft.answer!r} is no answer.", hint=did_you_mean(draft.answer, list(ANSWERS)))
    plain = {name: value.strip() for name, value in asdict(draft).items() if isinstance(value, str)}
    for name, value in plain.items():
        most = LONGEST if name == "explanation" else LONGEST_FIELD
        if len(value) > most:
            raise UsageError(f"The field {name} has {len(value):,} letters.", hint=f"Up to {most:,} are kept.")
    given = {code: url.strip() for code, url in draft.addresses.items() if url and url.strip()}
    return replace(draft, **plain, addresses=given, left_out=tuple(sorted(set(draft.left_out))))  # type: ignore[arg-type]


def save(store: Store, draft: Draft, by: str) -> Draft:
    """Keep a draft as it is now; gives it with its number, author and time. One that says nothing new is left as it was.

    Raises
    ------
    UsageError
        If the group has no verdict yet, nobody signs, or a field is too long.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from graph.case.verdicts import give
    >>> from graph.stores import open_case
    >>> case = open_case(mkdtemp() + "/case", create=True)
    >>> verdict = give(case, About("0a1b", group_id="g1"), "confirmed", "Same order on three platforms.", "Ann")
    >>> first = save(case, Draft(run_id="0a1b", group_id="g1", to="x", answer="terms"), "Ann")
    >>> again = save(case, replace(first, law="Spam policy"), "Ben")
    >>> again.code, [(d.law, d.by) for d in drafts(case)]
    ('D-1', [('Spam policy', 'Ben')])
    """
    draft = checked(draft)
    if not judged(store, draft.run_id, draft.group_id):
        raise UsageError("This group has no verdict yet.", hint="Give one on its page, with a reason.")
    kept = next((one for one in drafts(store) if one.number == draft.number), None)
    if kept is not None and kept.same_as(draft):
        return kept
    if not draft.number:
        draft = replace(draft, number=1 + max((int(note["draft"]) for note in case_of(store).notes(KIND)), default=0))
    said = {name: getattr(draft, name) for name in _SAID} | {
        "addresses": dict(draft.addresses),
        "left_out": list(draft.left_out),
    }
    note = write(store, KIND, About(draft.run_id, group_id=draft.group_id), by, draft=draft.number, report=said)
    return replace(draft, by=note["by"], at=note["at"])


def discard(store: Store, number: int, by: str) -> None:
    """Take a draft off the list; its notes stay."""
    kept = of_number(store, number)
    write(store, DISCARDED, About(kept.run_id, group_id=kept.group_id), by, draft=number)


def exported(store: Store, draft: Draft, by: str, format: str, posts: int) -> None:
    """Log that a document left with addresses that work."""
    about = About(draft.run_id, group_id=draft.group_id)
    write(store, EXPORTED, about, by, draft=draft.number, format=format, posts=posts, to=draft.to)


def drafts(store: Store) -> list[Draft]:
    """Every draft that was not discarded, as it was saved last, in the order of their numbers."""
    gone = {note["draft"] for note in case_of(store).notes(DISCARDED)}
    newest = {note["draft"]: note for note in case_of(store).notes(KIND)}
    return [_of(note) for number, note in sorted(newest.items()) if number not in gone]


def of_number(store: Store, number: int) -> Draft:
    """A draft by its number.

    Raises
    ------
    UsageError
        If there is none.
    """
    known = drafts(store)
    for draft in known:
        if draft.number == number:
            return draft
    names = ", ".join(draft.code for draft in known)
    raise UsageError(f"There is no draft D-{number}.", hint=f"There are {names}." if known else "None was saved yet.")


def _of(note: Mapping[str, Any]) -> Draft:
    said = {name: value for name, value in note["report"].items() if name in _SAID and value is not None}
    where = {"number": int(note["draft"]), "run_id": str(note["run_id"]), "group_id": str(note["group_id"])}
    signed = {"by": str(note["by"]), "at": str(note["at"])}
    return Draft(**{**said, "left_out": tuple(said.get("left_out") or ()), **where, **signed})


def judged(store: Store, run_id: str, group_id: str) -> list[Mapping[str, Any]]:
    """The verdicts that stand on a group and say more than "open"."""
    stand = verdicts.standing(store.notes("verdict"), About(run_id, group_id=group_id))
    return [note for note in stand if note.get("verdict") != "open"]


def readers(store: Store, draft: Draft) -> list[str]:
    """Names of everybody who gave a verdict on the draft's group or is named as having read its posts, each once."""
    about = About(draft.run_id, group_id=draft.group_id)
    given: Iterable[Mapping[str, Any]] = (
        note for note in store.notes("verdict") if About.of(note) == about and note.get("verdict") != "open"
    )
    return list(dict.fromkeys(filter(None, [*(str(note.get("by") or "") for note in given), draft.second])))
