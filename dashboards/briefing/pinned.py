"""Briefing of pinned items, in the order and with the captions that people gave them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.briefing import outlinks
from dashboards.briefing import print_words as safe
from dashboards.briefing.evidence import meetings
from dashboards.briefing.full import limits, outline
from dashboards.briefing.groups import delays, held, lead, listed, objects, pictures
from dashboards.briefing.outline import POSTS_NOTE, Block, Held, Meetings, Outline, Pairs, Part, Sentences, Table
from dashboards.briefing.records.labels import labels_table
from dashboards.briefing.run_summary import RunSummary
from dashboards.components import comparison
from dashboards.components.base import State
from dashboards.components.network_data import in_days, layer_of, layer_ties
from dashboards.components.pins import KINDS
from dashboards.components.tie import Tie
from dashboards.figures.bars import leaders
from dashboards.figures.groups.group_map import group_map
from dashboards.figures.groups.group_timeline import of_group
from dashboards.figures.groups.network import network_figure, opening
from dashboards.figures.groups.roles import roles_figure
from dashboards.figures.groups.stacked_delays import stacked_delays
from dashboards.figures.groups.who_goes_first import who_goes_first
from dashboards.figures.object_timeline import carrying
from dashboards.figures.survival import survival_figure
from dashboards.figures.svg import Picture, said
from graph.case.pins import Pinned
from graph.handover.survival import Ledger
from graph.privacy.sanitize import redact
from graph.report.object_activity import carried
from graph.report.report import Report
from graph.report.ties import strongest_of_pairs
from graph.schema import HEADINGS
from ingest.errors import UsageError

MAPPED = 1_000  # circles of the map of groups, as on its page
_LINKS = re.compile(r"<a\b|https?://(?!www\.w3\.org/)", re.IGNORECASE)
_MEDIA = re.compile(r"<(?:img|video|audio|iframe|object|embed)\b", re.IGNORECASE)
_DESC = re.compile(r"(<desc[^>]*>).*?(</desc>)", re.DOTALL)
_NAMES = re.compile(r"(?<![\w@/])@\w{2,}")


@dataclass(frozen=True)
class Piece:
    """One pinned item, as it will be printed."""

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
    """The whole document, and its pinned items in order."""

    outline: Outline
    pieces: list[Piece]
    limits: list[str]


def paper(report: Report, pins: Sequence[Pinned]) -> Paper:
    """Document of the pinned items in order, after the summary of the run and before its limits."""
    summary = RunSummary(report)
    pieces = [_piece(summary, pin) for pin in pins]
    parts = [
        *(_part(piece, summary.source) for piece in pieces),
        limits(summary),
        Part("How to repeat this run", [Pairs(summary.manifest()[:6])]),
    ]
    return Paper(outline(summary, summary.lead(), parts, _held(summary, pins)), pieces, summary.limits())


def _part(piece: Piece, stamp: str) -> Part:
    blocks: list[Block] = [Sentences([piece.lead])] if piece.lead else []
    blocks += [piece.picture] if piece.picture else []
    if piece.meetings:
        blocks += [Sentences([POSTS_NOTE], "note"), *piece.meetings]
    blocks += [replace(piece.table, caption=piece.caption or piece.title)] if piece.table else []
    # A figure names its run in its own source line.
    signed = [] if piece.picture else [Sentences([f"{stamp}."], "note")]
    return Part(piece.caption or piece.title, [*blocks, *signed])


def _held(summary: RunSummary, pins: Sequence[Pinned]) -> list[Held]:
    """Groups that pinned items are about, each once."""
    keys = {str(pin.what["group"]) for pin in pins if pin.what.get("group")}
    everything = any(pin.what.get("what") == "groups" for pin in pins)
    rows = [row for heading in HEADINGS for row in summary.rows(heading)]
    return [
        held(summary, row)
        for row in rows
        if str(row["group_id"]) in keys or (everything and row["heading"] == "groups")
    ]


def _piece(summary: RunSummary, pin: Pinned) -> Piece:
    what = pin.what
    kind = KINDS.get("tie" if what.get("figure") == "posts" else str(what.get("what")), KINDS["figure"]).title
    title = redact(str(what.get("title") or kind), summary.handles)
    caption = redact(pin.caption, summary.handles) if pin.caption is not None else title
    try:
        made = _made(summary, what, pin.view)
    except (UsageError, KeyError, StopIteration, ValueError):
        made = {"lead": "This cannot be shown any more, because its data were removed from the case."}
    picture: Picture | None = made.get("picture")
    written = redact(pin.alt, summary.handles) if pin.alt is not None else None
    alt = written if written is not None else picture.alt if picture else ""
    if picture is not None and written is not None:
        made["picture"] = replace(
            picture, alt=written, svg=_DESC.sub(lambda m: m[1] + said(written) + m[2], picture.svg, 1)
        )
    return Piece(pin.id, kind, title, caption, alt=alt, **made)


def _made(summary: RunSummary, what: Mapping[str, Any], view: Mapping[str, str]) -> dict[str, Any]:
    if what.get("group"):
        return _group(summary, what, view)
    made = next((made for name, made in MAKERS.items() if what.get(name)), _of_run)
    return made(summary, what)


def _of_run(summary: RunSummary, what: Mapping[str, Any]) -> dict[str, Any]:
    if what.get("figure") == "group-map":
        shown = summary.groups.sort_values("rank").head(MAPPED)
        return {"picture": group_map(shown, summary.levels, summary.stamp())}
    if what.get("figure") == "labels":
        return labels_table(summary)
    if what.get("figure") == "survival":
        return {"picture": survival_figure(Ledger.of(summary.report.store).curve(), summary.stamp())}
    ranked = next(iter(pictures(summary)), None)
    return {"picture": ranked} if what.get("figure") else {"picture": ranked, "table": listed(summary, "groups")}


def _tie(summary: RunSummary, what: Mapping[str, Any]) -> dict[str, Any]:
    window = str(what["window"]) if what.get("window") else None
    tie = Tie.load(summary.report, what["a"], what["b"], what.get("trace"), window)
    if what.get("figure") == "time-line":
        return {
            "picture": tie.lanes(lambda trace, name: safe.thing(trace, name, summary.handles), summary.stamp()),
            "lead": meetings(summary, tie.facts).facts,
        }
    return {"meetings": [meetings(summary, tie.facts, what.get("post"))]}


def _object(summary: RunSummary, what: Mapping[str, Any]) -> dict[str, Any]:
    trace = str(what["trace"])
    found = carried(summary.report, trace, str(what["object"]))
    name = safe.thing(trace, found.words, summary.handles)
    who = f"{say.counted(found.accounts, 'account')}, {say.counted(found.posts, 'post')}"
    return {"picture": carrying(found.actions.to_dicts(), summary.stamp(), found.posts), "lead": f"{name}: {who}."}


def _compared(summary: RunSummary, what: Mapping[str, Any]) -> dict[str, Any]:
    store, by = summary.report.store, str(what["by"])
    query = {"run": what["one"], **what} if by == "runs" else what
    sides = comparison.sides_of(lambda run: Report(store, run) if run else summary.report, query, by)
    if sides is None:
        raise UsageError("The two sides of this comparison are no longer both there.")
    return {"picture": comparison.picture_of(*sides), "lead": f"{sides[0].name} and {sides[1].name}."}


def _group(summary: RunSummary, what: Mapping[str, Any], view: Mapping[str, str]) -> dict[str, Any]:
    key, figure = str(what["group"]), what.get("figure")
    row = next(r for heading in HEADINGS for r in summary.rows(heading) if str(r["group_id"]) == key)
    if figure in _FIGURES:
        return {"picture": _FIGURES[str(figure)](summary, row)}
    members = summary.report.members(key)
    drawn = seen(summary, row, members, what, view)
    return (
        {"picture": drawn} if figure else {"picture": drawn, "lead": lead(summary, row), "table": objects(summary, key)}
    )


def seen(
    summary: RunSummary, row: Mapping[str, Any], members: pd.DataFrame, what: Mapping[str, Any], view: Mapping[str, str]
) -> Picture:
    """Network of a group as it was on the screen: the same behaviour, days and least number of shared objects."""
    layer = layer_of(row, State("/group", {k: str(v) for k, v in what.items() if k in ("trace", "window")}))
    whole = layer_ties(summary.report, row, layer)
    ties = in_days(summary.report, whole, layer, State("/group", view))
    least = int(view["min"]) if str(view.get("min") or "").isdigit() else 0
    ties = ties[ties["observed"] >= least]
    stamp = summary.stamp(f"{say.trace(layer[0])} within {say.window(layer[1])}.")
    left = (
        members[members["account"].isin({*ties["account_a"], *ties["account_b"]})]
        if len(ties) < len(whole)
        else members
    )
    opened = opening(list(members["median_delay_s"]), summary.precision).layout
    drawn = None
    if (view.get("layout") or opened) != "delay":
        drawn = network_figure(left, ties, summary.report.layout(str(row["group_id"])), source=stamp)
    drawn = drawn or stacked_delays(left, summary.precision, source=stamp)
    picture = drawn or who_goes_first(left, ties, say.noun(layer[0], 1), stamp)
    return replace(picture, note=f"{_narrowed(view, least, len(ties), len(whole), layer)}{picture.note}")


def _narrowed(view: Mapping[str, str], least: int, shown: int, whole: int, layer: tuple[str, float]) -> str:
    """Note on what the view leaves out, counted; empty where it leaves out nothing."""
    ends = [
        f"{word} {say.day(view[name], year=True)}" for name, word in (("from", "from"), ("to", "to")) if view.get(name)
    ]
    parts = [f"Only days {' '.join(ends)}." if ends else ""]
    parts.append(
        f"Only ties with {say.counted(least, say.noun(layer[0], 1), say.noun(layer[0]))} or more." if least > 1 else ""
    )
    parts.append(
        f"{say.count(whole - shown)} of {say.counted(whole, 'tie')} hidden by this view." if shown < whole else ""
    )
    said_ = " ".join(part for part in parts if part)
    return f"{said_} " if said_ else ""


def _account(summary: RunSummary, what: Mapping[str, Any]) -> dict[str, Any]:
    uid = str(what["account"])
    own = summary.ties[(summary.ties["account_a"] == uid) | (summary.ties["account_b"] == uid)]
    ties = strongest_of_pairs(own)
    rows = [
        [
            f"{say.code(t['code_a'])} and {say.code(t['code_b'])}",
            f"{say.trace(t['trace'])}, {say.window(t['window_s'])}",
            say.count(t["observed"]),
            say.expected(t["expected"]),
            say.tie_q(t),
        ]
        for t in ties.head(12).to_dict("records")
    ]
    left = len(ties) - len(rows)
    columns = ["Accounts", "Behaviour", "Observed", "Expected by chance", "q"]
    return {
        "table": Table(
            columns, rows, frozenset({2, 3, 4}), f"{say.count(left)} more in the export." if left > 0 else ""
        )
    }


_FIGURES: dict[str, Callable[[RunSummary, Mapping[str, Any]], Picture | None]] = {
    "leaders": lambda summary, row: leaders(summary.report.members(str(row["group_id"])), summary.stamp()),
    "delays": delays,
    "roles": lambda summary, row: roles_figure(
        summary.report.roles(str(row["group_id"])),
        summary.report.members(str(row["group_id"])),
        summary.stamp(),
        summary.precision,
    ),
    "change": lambda summary, row: of_group(summary.report, row, summary.stamp()),
}
"""Figures of a group besides its network, by the names of their panels."""

MAKERS: dict[str, Callable[[RunSummary, Mapping[str, Any]], dict[str, Any]]] = {
    "a": _tie,
    "account": _account,
    "object": _object,
    "by": _compared,
    "outlinks": outlinks.pinned,
}
"""Makers of pinned items that are not about a group, by the field that names the subject."""


@dataclass(frozen=True)
class Check:
    """One check of the finished document."""

    holds: bool
    words: str
    pin: str | None = None


def checks(document: Paper, html: str) -> list[Check]:
    """Checks of the finished document, each read from the document itself."""
    body = html.partition("<body>")[2]
    bare = [p for p in document.pieces if p.picture is not None and not p.alt.strip()]
    stamped = body.count(document.outline.run_line) >= 1
    found = [
        Check(
            not _NAMES.search(body),
            "Accounts appear as codes"
            if not _NAMES.search(body)
            else "A caption or text has a name that begins with @",
        ),
        Check(
            not _LINKS.search(body),
            "Links cannot be clicked" if not _LINKS.search(body) else "A link in a caption can be clicked",
        ),
        Check(not _MEDIA.search(body), "There is no media"),
        Check(stamped, "Every number names its run"),
    ]
    if bare:
        missing = f"{say.counted(len(bare), 'figure')} {'has' if len(bare) == 1 else 'have'} no alt text"
        return [*found, Check(False, missing, bare[0].id)]
    return [*found, Check(True, "Every figure has alt text")]
