"""Legal facts a report rests on: the document that fits an answer, its elements, and who may do what; each with its source."""

from __future__ import annotations

from dataclasses import dataclass

MOST_POSTS = 500
"""Posts in one document: more are split, so that a person can read each."""

DSA = "Regulation (EU) 2022/2065 (DSA)"
STATEMENT = "I believe in good faith that the information and allegations in this document are accurate and complete."
"""Statement of DSA art. 16(2)(d), in the words of the article."""
NO_REMOVAL_ORDER = (
    "A removal order under the TCO Regulation. Only an authority of a member state can issue one."
    # Regulation (EU) 2021/784, art. 3(1): "The competent authority of each Member State shall have the power to issue a removal order".
)
CONTEXT = "This is context. It is not the reason for this notice."
LEGAL = "Coordination alone is legal almost everywhere."
CHILDREN = "an offence under articles 3 to 7 of Directive 2011/93/EU (sexual abuse and exploitation of children)"
HOTLINE = (
    "Do not open, copy or send the material. Report it to a hotline of the INHOPE network (inhope[.]org lists one for each"
    " country) or to the police. They may look at it; you may not."
)
POLICE = (
    "Stop here and call the police. In every member state of the European Union: 112. Lockstep writes no document for this.",
    "Say who may be in danger, where, what was written, when, and on which platform. Give your name and number.",
    "Keep the post's address at hand. Do not answer the author.",
    "Then tell the platform through its own form for emergencies. Hosting providers must inform the authorities themselves.",
)
"""Route for a danger to life. The duties are those of hosting providers: DSA art. 18, Regulation (EU) 2021/784 art. 14(5).
112: Directive (EU) 2018/1972, art. 109."""


@dataclass(frozen=True)
class Document:
    """One kind of document.

    Attributes
    ----------
    name, title, basis : str
        In the command and in notes; on screen; the article or terms it rests on.
    purpose, goes_to, gives : str
        What it is for, who gets it, what its sender gets back. ``{to}`` stands for the platform's name.
    heading : str
        Title of the document itself.
    source : str
        Where the facts are written.
    """

    name: str
    title: str
    basis: str
    purpose: str
    goes_to: str
    gives: str
    heading: str
    source: str


DOCUMENTS = {
    one.name: one
    for one in (
        Document(
            "notice",
            "Notice",
            "DSA art. 16",
            "Illegal content, post by post",
            "{to}",
            "A receipt (16(4)) and a decision (16(5)); against it, arts 20 and 21",
            f"Notice under article 16, {DSA}",
            f"{DSA}, arts 16, 20, 21",
        ),
        Document(
            "terms",
            "Report",
            "the platform's terms",
            "Breach of a rule of {to}. No law needed",
            "{to}",
            "What the terms of {to} promise",
            "Report under the terms of {to}",
            f"{DSA}, art. 14, and the platform's own terms",
        ),
        Document(
            "complaint",
            "Complaint",
            "DSA art. 53",
            "{to} itself broke the DSA",
            "Digital Services Coordinator of your country",
            "The right to be heard",
            f"Complaint under article 53, {DSA}",
            f"{DSA}, art. 53",
        ),
    )
}


@dataclass(frozen=True)
class Answer:
    """An answer to the question *illegal under which law?*, with the document it leads to; None where none fits."""

    title: str
    hint: str
    document: str | None


ANSWERS = {
    "law": Answer("This law", "Name the provision and quote it.", "notice"),
    "terms": Answer("No law that I know of", "The posts may break the platform's own terms.", "terms"),
    "duty": Answer("The platform did not do its duty", "For example: a notice was never answered.", "complaint"),
    "life": Answer("Somebody's life is in danger", "Stop here. Call the police.", None),
}
QUESTION = "Illegal under which law?"


@dataclass(frozen=True)
class Demand:
    """One element of a document, with the article that asks for it; empty where it is our own advice."""

    letter: str
    title: str
    basis: str


DEMANDS: dict[str, tuple[Demand, ...]] = {
    "notice": (
        # art. 16(2)(a): "a sufficiently substantiated explanation of the reasons why the individual or entity alleges the
        # information in question to be illegal content"
        Demand("a", "Why these posts are illegal", "DSA art. 16(2)(a)"),
        # art. 16(2)(b): "a clear indication of the exact electronic location of that information, such as the exact URL or URLs"
        Demand("b", "Where exactly", "DSA art. 16(2)(b)"),
        # art. 16(2)(c): "the name and email address ... except in the case of information considered to involve one of the
        # offences referred to in Articles 3 to 7 of Directive 2011/93/EU"
        Demand("c", "Your name and e-mail", "DSA art. 16(2)(c)"),
        # art. 16(2)(d): "a statement confirming the bona fide belief ... that the information and allegations contained therein
        # are accurate and complete"
        Demand("d", "Statement of good faith", "DSA art. 16(2)(d)"),
    ),
    "terms": (
        Demand("a", "Which rule, and why", ""),
        Demand("b", "Where exactly", ""),
        Demand("c", "Your name and e-mail", ""),
        Demand("d", "Statement of good faith", ""),
    ),
    "complaint": (
        Demand("a", "Which duty, and what happened", "DSA art. 53"),
        # the coordinator of the member state where the recipient of the service is located or established
        Demand("b", "Your country", "DSA art. 53"),
        Demand("c", "Your name and e-mail", ""),
        Demand("d", "Statement of good faith", ""),
    ),
}
"""Elements of each document, in order."""
