"""A briefing of what people pinned: their order, their captions; every word from the data made fit for print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from dashboards import bars
from dashboards import words as say
from dashboards.briefing.content import limits, outline
from dashboards.briefing.evidence import meetings
from dashboards.briefing.first import who_goes_first
from dashboards.briefing.groups import group_pictures, held, lead, listed, objects, pictures
from dashboards.briefing.outline import POSTS_NOTE, Block, Held, Meetings, Outline, Pairs, Part, Sentences, Table
from dashboards.briefing.told import Told
from dashboards.drawing import Picture, said
from graph.basket import Pinned
from graph.results import HEADINGS
from graph.safe import redact
from ingest.errors import UsageError

KINDS = {
    "groups": "Groups",
    "group": "Group",
    "tie": "Posts",
    "post": "Posts",
    "account": "Account",
    "figure": "Figure",
}
_LINKS = re.compile(r"<a\b|https?://(?!www\.w3\.org/)", re.IGNORECASE)
_MEDIA = re.compile(r"<(?:img|video|audio|iframe|object|embed)\b", re.IGNORECASE)
_DESC = re.compile(r"(<desc[^>]*>).*?(</desc>)", re.DOTALL)
_NAMES = re.compile(r"(?<![\w@/])@\w{2,}")


@dataclass(frozen=True)
class Piece:
    """One pinned thing as it will be printed."""

    id: str
    kind: str
    title: str
    caption: str
    picture: Picture | None = None
    alt: str = ""
    lead: str = ""
    meetings: list[Meetings] = field(default_factory=list)
    table: Table | None = None


@dataclass(frozen=True)
class Paper:
    """The whole document, and its pieces as they are put in order."""

    outline: Outline
    pieces: list[Piece]
    limits: list[str]


def paper(report: Any, pins: Sequence[Pinned]) -> Paper:
    """What the reader gets: pieces in order, between the finding and what it does not show."""
    told = Told(report)
    pieces = [_piece(told, pin) for pin in pins]
    parts = [
        *(_part(piece, told.source) for piece in pieces),
        limits(told),
        Part("To repeat it", [Pairs(told.manifest()[:6])]),
    ]
    return Paper(outline(told, told.lead(), parts, _held(told, pins)), pieces, told.limits())


def _part(piece: Piece, stamp: str) -> Part:
    blocks: list[Block] = [Sentences([piece.lead])] if piece.lead else []
    blocks += [piece.picture] if piece.picture else []
    if piece.meetings:
        blocks += [Sentences([POSTS_NOTE], "note"), *piece.meetings]
    blocks += [replace(piece.table, caption=piece.caption or piece.title)] if piece.table else []
    return Part(piece.caption or piece.title, [*blocks, Sentences([f"{stamp}."], "note")])


def _held(told: Told, pins: Sequence[Pinned]) -> list[Held]:
    """The groups that something pinned is about, each once."""
    keys = {str(pin.what["group"]) for pin in pins if pin.what.get("group")}
    everything = any(pin.what.get("what") == "groups" for pin in pins)
    rows = [row for heading in HEADINGS for row in told.rows(heading)]
    return [
        held(told, row) for row in rows if str(row["group_id"]) in keys or (everything and row["heading"] == "groups")
    ]


def _piece(told: Told, pin: Pinned) -> Piece:
    what = pin.what
    kind = "Posts" if what.get("figure") in ("time-line", "posts") else KINDS.get(str(what.get("what")), "Figure")
    title = redact(str(what.get("title") or kind), told.handles)
    caption = redact(pin.caption, told.handles) if pin.caption is not None else title
    try:
        made = _made(told, what)
    except (UsageError, KeyError, StopIteration, ValueError):
        made = {"lead": "This is not in the run any more: somebody was taken out of the case on request."}
    picture: Picture | None = made.get("picture")
    written = redact(pin.alt, told.handles) if pin.alt is not None else None
    alt = written if written is not None else picture.alt if picture else ""
    if picture is not None and written is not None:
        made["picture"] = replace(
            picture, alt=written, svg=_DESC.sub(lambda m: m[1] + said(written) + m[2], picture.svg, 1)
        )
    return Piece(pin.id, kind, title, caption, alt=alt, **made)


def _made(told: Told, what: Any) -> dict[str, Any]:
    if what.get("a") and what.get("b"):
        window = float(what["window"]) if what.get("window") else None
        return {"meetings": [meetings(told, told.report.tie(what["a"], what["b"], what.get("trace"), window))]}
    if what.get("account"):
        return _account(told, str(what["account"]))
    if what.get("group"):
        return _group(told, str(what["group"]), what.get("figure"))
    ranked = next(iter(pictures(told)), None)
    return {"picture": ranked} if what.get("figure") else {"picture": ranked, "table": listed(told, "groups")}


def _group(told: Told, key: str, figure: str | None) -> dict[str, Any]:
    row = next(r for heading in ("groups", "closed", "aside") for r in told.rows(heading) if str(r["group_id"]) == key)
    members, ties = told.report.members(key), told.report.ties(key)
    noun = say.noun(told.traces([row])[0], 1)
    if figure == "leaders":
        return {"picture": bars.leaders(members, told.stamp())}
    drawn = group_pictures(told, row, members, ties, noun)
    if figure == "delays":
        return {"picture": drawn[-1]}
    first = drawn[0] if drawn else who_goes_first(members, ties, noun, told.stamp())
    if figure:
        return {"picture": first}
    return {"picture": first, "lead": lead(told, row), "table": objects(told, key)}


def _account(told: Told, uid: str) -> dict[str, Any]:
    ties: pd.DataFrame = told.ties[(told.ties["account_a"] == uid) | (told.ties["account_b"] == uid)]
    rows = [
        [
            f"{say.code(t['code_a'])} and {say.code(t['code_b'])}",
            f"{say.trace(t['trace'])}, {say.window(t['window_s'])}",
            say.count(t["observed"]),
            say.expected(t["expected"]),
            say.tie_q(t),
        ]
        for t in ties.sort_values(["q", "observed"], ascending=[True, False]).head(12).to_dict("records")
    ]
    left = len(ties) - len(rows)
    columns = ["Accounts", "What they did", "Observed", "Expected by chance", "q"]
    return {
        "table": Table(
            columns, rows, frozenset({2, 3, 4}), f"{say.count(left)} more in the export." if left > 0 else ""
        )
    }


@dataclass(frozen=True)
class Check:
    """Something looked at before the document leaves."""

    holds: bool
    words: str
    pin: str | None = None


def checks(document: Paper, html: str) -> list[Check]:
    """What is true of the finished document, read from it and not promised."""
    body = html.partition("<body>")[2]
    bare = [p for p in document.pieces if p.picture is not None and not p.alt.strip()]
    stamped = body.count(document.outline.run_line) >= 1
    found = [
        Check(
            not _NAMES.search(body),
            "Accounts are coded" if not _NAMES.search(body) else "A name that begins with @ is in a caption or text",
        ),
        Check(
            not _LINKS.search(body),
            "Links are broken and cannot be clicked"
            if not _LINKS.search(body)
            else "A link in a caption is not broken",
        ),
        Check(not _MEDIA.search(body), "Media is left out"),
        Check(stamped, "Every number carries its run"),
    ]
    if bare:
        missing = f"{say.counted(len(bare), 'figure')} {'has' if len(bare) == 1 else 'have'} no description"
        return [*found, Check(False, missing, bare[0].id)]
    return [*found, Check(True, "Every figure has a description")]
