"""Parts of the builder that follow the form: documents, elements, preview, checks before sending, downloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.briefing.notice import KINDS, Handed, context, documents, handles_of
from dashboards.components.base import Child, Children, State, attributes
from dashboards.components.tables import Cells, Column, Row, table
from dashboards.components.verdict_form import NAMES
from dashboards.words import handover as said
from graph.handover import drafts
from graph.handover.drafts import Draft
from graph.handover.elements import Element, elements, missing
from graph.handover.items import Item, addressed
from graph.handover.law import DOCUMENTS, HOTLINE, POLICE, STATEMENT
from graph.handover.ledger import Entry
from graph.privacy.sanitize import clean, redact

if TYPE_CHECKING:
    from graph.report.report import Report

PREVIEW_WORDS = 60
_REPEATED = ("quote", "reply", "comment", "repost")


@dataclass(frozen=True)
class Now:
    """A draft as the form stands.

    Attributes
    ----------
    draft : Draft
    whole : sequence of Item
        Posts of its group on its platform.
    withheld : bool
        The case's harm area withholds texts.
    kept : Draft or None
        As it was saved last.
    sent : Entry or None
        Its line of the ledger.
    """

    report: Report
    draft: Draft
    whole: Sequence[Item]
    withheld: bool
    kept: Draft | None
    sent: Entry | None

    @property
    def items(self) -> list[Item]:
        """The posts it reports, with the addresses given."""
        return addressed(self.whole, self.draft.addresses, self.draft.left_out)

    @property
    def found(self) -> list[Element]:
        """The elements as they stand."""
        return elements(self.draft, self.items, withheld=self.withheld)

    @property
    def locked(self) -> bool:
        """True while the group has no verdict."""
        return not drafts.judged(self.report.store, self.draft.run_id, self.draft.group_id)

    @property
    def saved(self) -> bool:
        """True if nothing was changed since it was saved."""
        return self.kept is not None and self.kept.same_as(drafts.checked(self.draft))


def title(now: Now) -> str:
    """The page's title: what is missing."""
    if now.locked:
        return "This group has no verdict yet"
    if now.draft.answer == "life":
        return "Stop here and call the police"
    if now.draft.document is None:
        return "Illegal under which law?"
    return said.missing_words(now.found)


def vehicles(now: Now) -> Component:
    """Table of the documents, with the one that fits the answer."""
    to = words.platform(now.draft.to)
    rows: list[Cells] = [
        Row(
            [
                html.Span("✓", className="okword", **attributes(aria_hidden="true")) if fits else "",
                [html.B(one.title), html.Br(), html.Span(one.basis, className="dim")],
                [one.purpose.format(to=to), html.Span(" fits your answer", className="okword") if fits else None],
                one.goes_to.format(to=to),
                one.gives.format(to=to),
            ],
            "sel" if fits else "",
        )
        for one in DOCUMENTS.values()
        for fits in [one is now.draft.document]
    ]
    return table(
        [Column(html.Span("Fits", className="vh")), "Document", "For", "Goes to", "You get"],
        rows,
        class_name="veh",
        name="documents",
        wide=True,
    )


def danger() -> list[Child]:
    """The way to the police."""
    return [html.P(html.B(POLICE[0])), html.Ul([html.Li(one) for one in POLICE[1:]], className="take")]


def element(one: Element) -> list[Child]:
    """An element as it stands: its sign and name, what is there, what is missing, what to look at again.

    Examples
    --------
    >>> shown = element(Element("b", "Where exactly", "27 of 31 posts have an address.", ("4 posts have none.",)))
    >>> shown[1].children, shown[2].children.children, shown[0].children[0].children
    ('27 of 31 posts have an address.', '4 posts have none.', '!')
    """
    sign = html.Span(
        "✓" if one.there else "!", className="okword" if one.there else "warnword", **attributes(aria_hidden="true")
    )
    state = html.Span(" is there: " if one.there else " is missing something: ", className="vh")
    return [
        html.P([sign, html.B(f" ({one.letter}) {one.title}"), state]),
        html.P(clean(one.said)) if STATEMENT not in one.said else None,  # the tick beside it says so
        *(html.P(html.Span(clean(words_), className="warnword")) for words_ in one.missing),
        *(html.P(["Look again: ", clean(words_)], className="dim") for words_ in one.warnings),
    ]


def preview(now: Now) -> list[Child]:
    """First words of the document, as its reader gets it."""
    draft = now.draft
    if draft.document is None:
        return [html.P("Nothing yet: answer the first question.", className="dim")]
    handles = handles_of(now.report, draft.group_id)
    have, to = sum(item.address is not None for item in now.items), words.platform(draft.to)
    sender = ", ".join(filter(None, (draft.name, draft.email))) or "not named"
    spoken = redact(clean(draft.explanation), handles).split()
    short = " ".join(spoken[:PREVIEW_WORDS]) + (" …" if len(spoken) > PREVIEW_WORDS else "")
    where = ", ".join(filter(None, (draft.law, draft.provision, draft.country)))
    complaint = draft.document.name == "complaint"
    return [
        html.P(draft.document.heading.format(to=to), className="kick"),
        html.P(f"To: {draft.document.goes_to.format(to=to)}. From: {clean(sender)}."),
        html.P(clean(where)) if where else None,
        html.P(short) if short else html.P("No explanation yet.", className="dim"),
        None
        if complaint
        else html.P(
            f"Addresses: {words.count(have)} of {words.count(len(now.items))}.",
            className="miss" if have < len(now.items) else None,
        ),
        None if complaint else html.P(context(now.report, draft.group_id)),
    ]


def before(now: Now, state: State) -> Component:
    """Checks before it is sent."""
    rows = [_verdict(now), _second(now), _jokes(now, state), _names(now)]
    gone = sum(item.deleted for item in now.items)
    rows += (
        [(False, f"{words.counted(gone, 'post')} {'was' if gone == 1 else 'were'} deleted before the export")]
        if gone
        else []
    )
    return html.Ul([_check(holds, told) for holds, told in rows], className="checks")


def _check(holds: bool, told: Children) -> Component:
    look = "okword" if holds else "warnword"
    sign = html.Span("✓" if holds else "!", className=look, **attributes(aria_hidden="true"))
    return html.Li([sign, html.Span(told)])


def _verdict(now: Now) -> tuple[bool, Children]:
    given = drafts.judged(now.report.store, now.draft.run_id, now.draft.group_id)
    if not given:
        return False, "No verdict yet"
    told = words.listed([f"{NAMES[str(v['verdict'])].lower()}, {clean(str(v['by']))}" for v in given])
    return all(v["verdict"] == "confirmed" for v in given), f"A verdict exists: {told}"


def _second(now: Now) -> tuple[bool, Children]:
    who = [clean(name) for name in drafts.readers(now.report.store, now.draft)]
    posts = words.counted(len(now.items), "post")
    if len(who) > 1:
        return True, f"A second person read the {posts}: {words.listed(who)}"
    one = f"Only {who[0]} has" if who else "Nobody has"
    return False, f"{one} read the {posts}. Ask a second person."


def _jokes(now: Now, state: State) -> tuple[bool, Children]:
    number = sum(item.kind in _REPEATED for item in now.items)
    if not number:
        return True, "No post is a quote, reply or repost"
    again = dcc.Link("Look again", href=state.href("/group", group=now.draft.group_id))
    return False, [f"{words.counted(number, 'post')} may be jokes, quotes or criticism. ", again]


def _names(now: Now) -> tuple[bool, Children]:
    plain = clean(now.draft.explanation)
    if redact(plain, handles_of(now.report, now.draft.group_id)) == plain:
        return True, "No name, number or link of a person in the explanation"
    return False, "Names, numbers and links in the explanation leave as codes, or broken"


def send(now: Now) -> list[Child]:
    """Downloads, where the draft is saved and has a document; what must come first elsewhere."""
    draft = now.draft
    if draft.document is None:
        return [
            html.P("No document for this answer." if draft.answer else "Answer the first question.", className="dim")
        ]
    if not now.saved:
        return [html.P("Save the draft to download it.", className="dim")]
    made = documents(now.report, draft, now.items, withheld=now.withheld)
    lacking = [html.P("Marked “incomplete” until nothing is missing.", className="warnword")] if made[0].lacking else []
    hotline = [html.P(HOTLINE, className="warnword")] if now.withheld or draft.children else []
    return [
        html.Form(
            [
                dcc.Input(id="handover-file-draft", type="hidden", name="draft", value=draft.code),
                html.Div([_download(one, name) for one in made for name in KINDS], className="row"),
            ],
            action="/files/report",
            method="post",
        ),
        *lacking,
        *hotline,
        html.P("Addresses leave unbroken in this document only. The export is logged.", className="src"),
    ]


def _download(one: Handed, name: str) -> Component:
    kind = KINDS[name]
    part = f" {one.part} of {one.parts}" if one.parts > 1 else ""
    if (lacking := kind.missing()) is not None:
        return html.Span(f"{kind.title}: {lacking}", className="src")
    first = one.part == 1 and name == next(iter(KINDS))
    return html.Button(
        f"{kind.title}{part}",
        type="submit",
        name="as",
        value=f"{name}.{one.part}",
        className="btn key-ctrl-enter" if first else "btn",
        **attributes(aria_label=f"Download as {kind.title}{part}"),
    )


def step_state(now: Now) -> Mapping[str, str]:
    """Class names of the steps: done, or now."""
    document = now.draft.document is not None
    whole = document and not missing(now.found)
    answered = bool(now.draft.answer) and not now.locked
    return {
        "1": f"step {'done' if answered else 'now'}",
        "2": f"step {'done' if answered and document else ''}",
        "3": f"step {'done' if whole else 'now' if document else ''}",
        "4": f"step {'now' if whole and now.saved else ''}",
    }
