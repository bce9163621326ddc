"""Elements of a report, checked one by one: what is there, what is missing, and what to look at again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graph.handover.drafts import Draft
from graph.handover.items import Item
from graph.handover.law import CHILDREN, DEMANDS, STATEMENT

FEWEST_WORDS = 30
"""Words of an explanation below which we warn. The law sets no number: length proves nothing, but two lines rarely explain."""
QUOTED, SHORT = 30, 12
"""Letters in a row that make a quotation of a post; a post of fewer is quoted whole, and one of very few cannot be."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_CODE = re.compile(r"\bP-[a-z2-7]{8}\b")


@dataclass(frozen=True)
class Element:
    """One element of a document as it stands.

    Attributes
    ----------
    letter, title : str
    said : str
        What is there, in a sentence.
    missing : tuple of str
        What the document cannot do without; empty where the element is there.
    warnings : tuple of str
        What to look at again; nothing is missing for it.
    """

    letter: str
    title: str
    said: str
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def there(self) -> bool:
        """True if nothing is missing."""
        return not self.missing


def elements(draft: Draft, items: Sequence[Item], *, withheld: bool = False) -> list[Element]:
    """The elements of a draft's document, in order; none before the question is answered, and none for a danger to life.

    Parameters
    ----------
    draft : Draft
    items : sequence of Item
        The posts it reports, with the addresses given by hand and without those left out (``addressed``).
    withheld : bool
        The case's harm area withholds texts: a quotation of a post is something to take out, and the name may be left out.

    Examples
    --------
    >>> notice = Draft(answer="law", law="Election Act", provision="§ 12", name="R. S.", email="rs@watch.example")
    >>> [(one.letter, one.there) for one in elements(notice, [])]
    [('a', False), ('b', False), ('c', True), ('d', False)]
    >>> elements(notice, [])[2].said
    'R. S., rs@watch.example.'
    """
    document = draft.document
    if document is None:
        return []
    checks = {
        "notice": (_illegal, _where, _who, _faith),
        "terms": (_breach, _where, _who_may, _faith),
        "complaint": (_duty, _country, _who, _faith),
    }[document.name]
    anonymous = withheld or draft.children
    return [
        Element(demand.letter, demand.title, *check(draft, items, withheld, anonymous))
        for demand, check in zip(DEMANDS[document.name], checks, strict=True)
    ]


Found = tuple[str, tuple[str, ...], tuple[str, ...]]


def missing(found: Sequence[Element]) -> list[str]:
    """Everything that is missing, in order."""
    return [one for element in found for one in element.missing]


def words_in(text: str) -> int:
    """Number of words of a text."""
    return len(text.split())


def quotes(text: str, items: Sequence[Item]) -> list[str]:
    """Codes of the posts a text quotes: a run of ``QUOTED`` letters or more that stands in the post, spaces apart.

    Parameters
    ----------
    text : str
    items : sequence of Item

    Examples
    --------
    >>> from graph.handover.items import Item
    >>> post = Item("P-aaaaaaaa", "x:1", "x:2", "A-1", "x", None, "original", "Polling stations close at six today", None, "")
    >>> quotes("It says: polling stations close  at six today.", [post]), quotes("Stations close at six.", [post])
    (['P-aaaaaaaa'], [])
    """
    said = _plain(text)
    runs = _runs(said)
    return [item.code for item in items if _quoted(_plain(item.text), said, runs)]


def _quoted(post: str, said: str, runs: set[str]) -> bool:
    return len(post) >= SHORT and post in said if len(post) < QUOTED else not runs.isdisjoint(_runs(post))


def _runs(text: str) -> set[str]:
    return {text[k : k + QUOTED] for k in range(len(text) - QUOTED + 1)}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def refers_to(text: str, items: Sequence[Item]) -> list[str]:
    """Codes of the posts an explanation names or quotes, in the order of the posts."""
    named, quoted = set(_CODE.findall(text)), set(quotes(text, items))
    return [item.code for item in items if item.code in named or item.code in quoted]


def _explained(draft: Draft, items: Sequence[Item], withheld: bool, posts: bool = True) -> Found:
    """The part of (a) that every document shares: words of one's own, about posts that are reported."""
    count = words_in(draft.explanation)
    lacking, look = list[str](), list[str]()
    if not count:
        lacking.append("The explanation is empty. Say why, in your own words.")
        return "Nothing is written yet.", tuple(lacking), ()
    named = refers_to(draft.explanation, items)
    if posts and items and not named:
        lacking.append(f"The explanation refers to no post. Name one by its code, such as {items[0].code}.")
    unknown = sorted(set(_CODE.findall(draft.explanation)) - {item.code for item in items})
    if posts and unknown:
        look.append(f"The explanation names {', '.join(unknown)}, which this document does not report.")
    if withheld and quotes(draft.explanation, items):
        lacking.append("The explanation quotes a post. In this harm area no text leaves: describe it instead.")
    if count < FEWEST_WORDS:
        look.append(f"{count} words are few for an explanation that others must follow.")
    said = f"{count:,} words" + (f", about {len(named)} of {len(items)} posts" if posts and items else "")
    return f"{said}.", tuple(lacking), tuple(look)


def _illegal(draft: Draft, items: Sequence[Item], withheld: bool, anonymous: bool) -> Found:
    said, lacking, look = _explained(draft, items, withheld)
    more = [
        *(["The law is not named."] if not draft.law else []),
        *(["The provision is not named, such as § 12 or article 5."] if not draft.provision else []),
    ]
    soft = [] if draft.country else ["The country whose law it is, is not named."]
    soft += [] if draft.forbids else ["The provision is not quoted."]
    where = ", ".join(filter(None, (draft.law, draft.provision)))
    return f"{said} Names {where}." if where else said, (*more, *lacking), (*soft, *look)


def _breach(draft: Draft, items: Sequence[Item], withheld: bool, anonymous: bool) -> Found:
    said, lacking, look = _explained(draft, items, withheld)
    more = () if draft.law else ("The rule of the platform is not named.",)
    return f"{said} Names {draft.law}." if draft.law else said, (*more, *lacking), look


def _duty(draft: Draft, items: Sequence[Item], withheld: bool, anonymous: bool) -> Found:
    said, lacking, look = _explained(draft, items, withheld, posts=False)
    more = () if draft.provision else ("The article of the DSA is not named, such as article 16(5).",)
    soft = () if draft.about else ("No line of the ledger is named: which notice is this about?",)
    return f"{said} Names {draft.provision}." if draft.provision else said, (*more, *lacking), (*soft, *look)


def _where(draft: Draft, items: Sequence[Item], withheld: bool, anonymous: bool) -> Found:
    have = [item for item in items if item.address]
    lacking = len(items) - len(have)
    said = f"{len(have):,} of {len(items):,} posts have an address."
    if not items:
        return said, ("No post is reported.",), ()
    twice = len(have) - len({item.address for item in have})
    look = (f"{twice} addresses stand twice: one address a post.",) if twice else ()
    if not lacking:
        return said, (), look
    return said, (f"{lacking:,} of {len(items):,} posts {'has' if lacking == 1 else 'have'} no exact address",), look


def _who(draft: Draft, items: Sequence[Item], withheld: bool, anonymous: bool) -> Found:
    given = ", ".join(filter(None, (draft.name, draft.email)))
    wrong = (f"{draft.email!r} is no e-mail address.",) if draft.email and not _EMAIL.fullmatch(draft.email) else ()
    if anonymous and not given:
        return f"Left out, as article 16(2)(c) allows for {CHILDREN}.", (), ()
    if anonymous:
        return f"{given}. You may leave both out: this is {CHILDREN}.", wrong, ()
    lacking = [what for what, there in (("name", draft.name), ("e-mail address", draft.email)) if not there]
    more = (f"Your {' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing.",) if lacking else ()
    return f"{given}." if given else "Nobody is named.", (*more, *wrong), ()


def _who_may(draft: Draft, items: Sequence[Item], withheld: bool, anonymous: bool) -> Found:
    given = ", ".join(filter(None, (draft.name, draft.email)))
    wrong = (f"{draft.email!r} is no e-mail address.",) if draft.email and not _EMAIL.fullmatch(draft.email) else ()
    look = () if given else ("Without a name and an e-mail address nobody can answer you.",)
    return f"{given}." if given else "Nobody is named. The platform's terms say whether that will do.", wrong, look


def _country(draft: Draft, items: Sequence[Item], withheld: bool, anonymous: bool) -> Found:
    if draft.country:
        return f"Goes to the Digital Services Coordinator of {draft.country}.", (), ()
    return (
        "No country is named.",
        ("Your country is missing: its Digital Services Coordinator takes the complaint.",),
        (),
    )


def _faith(draft: Draft, items: Sequence[Item], withheld: bool, anonymous: bool) -> Found:
    if draft.good_faith:
        return f"“{STATEMENT}”", (), ()
    return "Not ticked.", ("The statement of good faith is not ticked.",), ()
