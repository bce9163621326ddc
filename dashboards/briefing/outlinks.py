"""Part of a briefing on outlinks: where the accounts of groups and pairs send people, and the standing of those hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from dashboards import words as say
from dashboards.briefing.outline import Block, Part, Sentences, Table
from dashboards.briefing.run_summary import RunSummary
from dashboards.components.outlinks.asked import Asked
from dashboards.components.outlinks.view import View, asked_of, view_of
from dashboards.figures.svg import Picture
from dashboards.words import outlinks as said
from graph.privacy.sanitize import clean, defang
from ingest.errors import LockstepError

TITLE = "Where these accounts send people"
HOSTS_SHOWN = 12
FIGURES = ("flow", "room", "weeks")
"""Figures of the page by the names of their panels."""


def sends_people(summary: RunSummary) -> list[Part]:
    """Part on the outlinks of a run; none where no post has a link.

    Examples
    --------
    >>> from graph import toy_report
    >>> (part,) = sends_people(RunSummary(toy_report()))
    >>> part.title, [type(block).__name__ for block in part.blocks]
    ('Where these accounts send people', ['Sentences', 'Table', 'Picture', 'Sentences', 'Sentences'])
    """
    view = _view(summary, asked_of(summary.report, {}))
    if not view.links:
        return []
    totals = view.found.totals
    told = said.lead(totals.accounts, view.whose(), totals.links, totals.hosts, totals.redirected)
    blocks: list[Block] = [
        Sentences([f"{view.title()}. {told}"], "lead"),
        hosts(view),
        view.flow_picture(summary.stamp()) if totals.redirected else view.weeks_picture(HOSTS_SHOWN, summary.stamp()),
        Sentences([*view.room_sentences(), *view.lookalike_sentences()], "read"),
        Sentences([_as_of(summary, view), *view.left_out(), *view.found.problems], "note"),
    ]
    return [Part(TITLE, blocks)]


def _view(summary: RunSummary, asked: Asked) -> View:
    rows = summary.groups.to_dict("records")
    groups = {str(g["group_id"]): f"{say.count(g['rank'])} {g.get('name') or ''}".strip() for g in rows}
    return view_of(summary.report, asked, said.printed_name, groups)


def _as_of(summary: RunSummary, view: View) -> str:
    """Sentence on the day of the standing and the age of the lists, counted from the run, so that a document stays the same."""
    finished = say.moment(summary.report.run.get("finished_at"))
    day = view.found.as_of
    when = f"Standing as of {say.day(day.isoformat(), year=True)}, the last day of these links. " if day else ""
    return f"{when}{said.known_on(finished.date() if finished else None)} {said.UNKNOWN_MEANS}"


def hosts(view: View) -> Table:
    """Table of the first hosts of a view, with the standing of each."""
    shown = view.hosts.head(HOSTS_SHOWN)
    rows = [
        [
            say.count(place),
            view.name(r["host"]),
            said.kind(r["kind"]),
            say.count(r["accounts"]),
            say.count(r["links"]),
            say.share(r["links"], view.links),
            say.day(r["first_at"], year=True),
            _standing(view, r),
        ]
        for place, r in enumerate(shown.to_dicts(), 1)
    ]
    left = view.hosts.height - len(rows)
    note = f"{say.counted(left, 'more host')} on the page Outlinks." if left else ""
    columns = ["Rank", "Host", "Kind", "Accounts", "Links", "Share", "First seen", "Standing"]
    return Table(columns, rows, frozenset({0, 3, 4, 5}), note, "Hosts, ranked by links")


def _standing(view: View, row: Mapping[str, Any]) -> str:
    if row["lookalike_of"] is not None:
        return f"Lookalike. {said.imitates(view.name(row['lookalike_of']), clean(row['how'] or ''))}"
    return "; ".join(" ".join(filter(None, chip[:2])) for chip in view.chips_of(row))


def pinned(summary: RunSummary, what: Mapping[str, Any]) -> dict[str, Any]:
    """A pinned view as picture and table, or one of its figures."""
    query = dict(parse_qsl(str(what["outlinks"])))
    host = query.pop("host", None)
    try:
        view = _view(summary, asked_of(summary.report, query))
    except LockstepError as error:
        return {"lead": clean(error.message)}
    if host:
        view = view.only(host)
    figure = what.get("figure")
    if figure in FIGURES:
        return {"picture": picture(view, str(figure), summary.stamp()), "lead": f"{defang(host)}." if host else ""}
    drawn = view.weeks_picture(HOSTS_SHOWN, summary.stamp()) if view.hosts.height else None
    return {"picture": drawn, "table": hosts(view), "lead": _as_of(summary, view)}


def picture(view: View, figure: str, source: str) -> Picture:
    """One of ``FIGURES`` of a view."""
    made = {"flow": view.flow_picture, "room": view.room_picture, "weeks": view.heat_picture}
    return made[figure](source)
