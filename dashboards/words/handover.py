"""Sentences about reports and what became of them: page, command and briefing say the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboards.words.acting import platform
from dashboards.words.numbers import NONE, count, counted, sentence, small
from dashboards.words.times import day
from graph.handover.elements import Element, missing
from graph.handover.law import DOCUMENTS
from graph.handover.ledger import Entry
from graph.handover.survival import Outcome

OFFLINE = "Offline does not say who removed it or why."
BY_HAND = "Rechecks are done by hand or by import: Lockstep opens no page."
NOTHING_SENT = "Nothing was sent yet."
LOCKED = "Give a verdict on {group} first."


def missing_words(found: Sequence[Element]) -> str:
    """Title of a draft: how much is missing, and the first of it.

    Examples
    --------
    >>> missing_words([Element("b", "Where", "", ("4 of 31 posts have no exact address",))])
    'One thing is missing: 4 of 31 posts have no exact address'
    >>> missing_words([Element("a", "Why", "", ("The law is not named.",)), Element("d", "Faith", "", ("Not ticked.",))])
    'Two things are missing. First: the law is not named'
    >>> missing_words([])
    'Nothing is missing'
    """
    lacking = [one.rstrip(".") for one in missing(found)]
    if not lacking:
        return "Nothing is missing"
    if len(lacking) == 1:
        return f"One thing is missing: {_lower(lacking[0])}"
    return f"{sentence(small(len(lacking), of_people=False))} things are missing. First: {_lower(lacking[0])}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def outcome_words(found: Outcome) -> str:
    """X of y reported posts offline on a day.

    Examples
    --------
    >>> outcome_words(Outcome(46, 46, 23, 5, 0, date(2026, 9, 12)))
    '23 of 46 reported posts were offline on 12 Sep 2026'
    >>> outcome_words(Outcome(46, 0, 0, 0, 0, None)), outcome_words(Outcome(0, 0, 0, 0, 0, None))
    ('46 posts reported, none checked since', 'Nothing was sent yet')
    """
    if not found.posts:
        return NOTHING_SENT.rstrip(".")
    if found.on is None:
        return f"{counted(found.posts, 'post')} reported, none checked since"
    return f"{count(found.offline)} of {counted(found.posts, 'reported post')} {_were(found.offline)} offline on {day(found.on, year=True)}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def outcome_notes(found: Outcome, unreported: tuple[int, int] | None) -> str:
    """Sentences that must stand beside it.

    Examples
    --------
    >>> outcome_notes(Outcome(46, 44, 23, 5, 1, date(2026, 9, 12)), (9, 181))
    'Offline does not say who removed it or why. Authors delete too: posts not reported, same accounts, same days: 9 of 181 offline. 2 were never checked. 5 are restricted: there, but not for everybody. 1 was offline once and came back.'
    """
    said = [OFFLINE]
    if unreported is not None:
        said.append(
            f"Authors delete too: posts not reported, same accounts, same days: {count(unreported[0])} of {count(unreported[1])} offline."
        )
    elif found.checked:
        said.append("Authors delete too: to compare, check posts of the same accounts that you did not report.")
    never = found.posts - found.checked
    said += [f"{count(never)} {_were(never)} never checked."] if never and found.checked else []
    said += (
        [
            f"{count(found.restricted)} {'is' if found.restricted == 1 else 'are'} restricted: there, but not for everybody."
        ]
        if found.restricted
        else []
    )
    said += [f"{count(found.back)} {_were(found.back)} offline once and came back."] if found.back else []
    return " ".join(said)


def receiver(entry: Entry) -> str:
    """The receiver of a line: the platform, or for a complaint the Digital Services Coordinator."""
    return "Digital Services Coordinator" if entry.document == "complaint" else platform(entry.to)


def document_words(entry: Entry) -> str:
    """The document of a line: ``Notice (DSA art. 16)``."""
    kind = DOCUMENTS[entry.document]
    about = f" about {platform(entry.to)}" if entry.document == "complaint" else ""
    return f"{kind.title}{about} ({kind.basis})"


def receipt_words(entry: Entry, on: date) -> str:
    """Day of the receipt, or how long it has been missing."""
    if entry.receipt is not None:
        return day(entry.receipt)
    waiting = entry.waiting(on)
    return f"none, {counted(waiting, 'day')}" if waiting is not None else "none" if entry.document == "notice" else NONE


def decision_words(entry: Entry) -> str:
    """Days and words of the decisions."""
    return "; ".join(f"{day(when)}: {words}" for when, words in entry.decisions) or "none"


def offline_words(found: Outcome) -> str:
    """``16 of 24``; a dash where nobody looked.

    Examples
    --------
    >>> offline_words(Outcome(24, 24, 16, 0, 0, date(2026, 9, 12))), offline_words(Outcome(24, 0, 0, 0, 0, None))
    ('16 of 24', '–')
    """
    return f"{count(found.offline)} of {count(found.posts)}" if found.checked else NONE
