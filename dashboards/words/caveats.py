"""Caveats of a run and limits of every run, as sentences without names of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboards.words.numbers import sentence
from dashboards.words.times import day
from graph.case import beforehand
from graph.privacy.sanitize import redact
from graph.runs.chosen import said_first

if TYPE_CHECKING:
    from graph.report.report import Report
    from graph.stores.base import Store

LIMITS = (
    "Coordinated does not mean inauthentic. Friends, fans, newsrooms, campaigns and protest movements also act together. Who runs"
    " these accounts, and why, is a separate question that is not answered here.",
    "The data are what could be collected, not the whole platforms. Posts deleted before the collection, private accounts and posts"
    " that the search words missed are not here.",
    "Accounts that wait longer than the time window, or that act on different things, are not found.",
    "The tests treat accounts that act on the same thing as interchangeable. A habit of some of them, such as posting from one time"
    " zone or with one tool, can look like more than chance.",
)
"""Limits of every run."""


def first(report: Report) -> list[str]:
    """Sentences that a page or a document says before anything else; none for most runs.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> first(SimpleNamespace(run={"notes": []}))
    []
    """
    return said_first(report.run or {})


def chosen_words(store: Store) -> str:
    """Sentence on what people said about how the accounts of a case came together.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> chosen_words(case)
    'Nobody said whether all accounts were chosen beforehand: files and data decide.'
    >>> beforehand.say(case, "no", "Kim"), chosen_words(case).partition(", as")[0]
    (True, 'Not all accounts were chosen beforehand')
    """
    word = beforehand.said(store)
    if not word:
        return "Nobody said whether all accounts were chosen beforehand: files and data decide."
    who = "All" if word["answer"] == "yes" else "Not all"
    return f"{who} accounts were chosen beforehand, as {word['by']} said on {day(word['at'], year=True)}."


def caveats(report: Report, handles: Mapping[str, str] | None = None) -> list[str]:
    """Caveats of a run, each as a whole sentence.

    Parameters
    ----------
    report : graph.report.report.Report
    handles : mapping of str to str, optional
        Codes by handle, for documents that leave the case: a caveat may name an account without an @.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> caveats(SimpleNamespace(caveats=lambda: ["times are known to the minute", "@nora was left out."]))
    ['Times are known to the minute.', '@… was left out.']
    """
    said = [sentence(redact(str(caveat), handles)) for caveat in report.caveats()]
    return [one if one.endswith((".", "!", "?")) else f"{one}." for one in said]


def limits(report: Report, handles: Mapping[str, str] | None = None) -> list[str]:
    """Caveats of a run, then the limits of every run that they do not say already."""
    said = caveats(report, handles)
    heard = " ".join(said).casefold()
    return [*said, *(limit for limit in LIMITS if limit.split(".")[0].casefold() not in heard)]
