"""Pages for a run that found nothing, which is a finding, and for a case without a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, State
from dashboards.components.figure_tables import pictured
from dashboards.components.layout import block, button, caveats, columns, empty, page, points, source_line
from dashboards.components.tables import Column, table
from dashboards.figures.chance import layers_against_chance
from dashboards.jobs.estimate import kinds_in
from dashboards.words.caveats import first
from dashboards.words.groups import worlds_of
from dashboards.words.power import HELPS, NOT_TRIED, TITLES, answer_of, answered, needs_rows, power_sentences
from graph.runs.answer import Answer
from graph.traces import TRACES, carried_by
from graph.windows import WINDOWS_S

if TYPE_CHECKING:
    from graph.report.report import Report
    from graph.stores.base import Store


class NoRun:
    """Stand-in for a report while the case has no run."""

    run: None = None

    def __init__(self, store: Store) -> None:
        self.store = store


def no_run(store: Store) -> Component:
    """Page of a case without a run."""
    files = bool(store.sources().num_rows)
    return empty(
        "No search has been run yet",
        f"{'This case has files but no run' if files else 'There is no file in this case yet'}."
        " Groups appear here once a run has tested pairs and groups against chance.",
        html.P(
            [
                button("Find groups", "/find", primary=True) if files else None,
                button("Add files", "/", primary=not files),
                button("See the files", "/sources") if files else None,
            ],
            className="row",
        ),
        html.P(
            ["In a terminal: ", html.Span(f"lockstep find --case {store.address}", className="code")], className="src"
        )
        if files
        else None,
    )


def nothing_found(
    report: Report,
    state: State,
    overview: Mapping[str, Any],
    layers: pd.DataFrame,
    beside: Sequence[Child] = (),
) -> Component:
    """The Groups page of a run without ties; ``beside`` offers published methods."""
    crumbs = [("Groups", state.href("/groups")), (f"Run {words.run_name(report.run)}", None)]
    case = getattr(getattr(report, "store", None), "name", None) or "this case"
    looked = f"{words.counted(overview.get('posts'), 'post')} by {words.counted(overview.get('accounts'), 'account')}"
    if layers.empty or not int(layers["actions"].sum()):
        empty: list[Child] = [
            "In ",
            html.B(case),
            f", {looked}, no two accounts shared anything that can be compared.",
        ]
        return page("Nothing to compare", empty, _aside(report, state, layers), crumbs=crumbs)
    told = answer_of(report)
    heading = TITLES[told.kind]
    does, said = words.together(list(layers["trace"])), first(report)
    worth = "This is a result that you can report." if told.kind == "nothing" and not said else ""
    lead: list[Child] = [
        " ".join([*said, "In "]),
        html.B(case),
        f", {looked}, no two accounts {does} more often than chance gives. ",
        " ".join(filter(None, [*answered(told, report.power()), worth])),
    ]
    worlds = worlds_of(report.run)
    as_groups = (
        f"No group of four or more stands out from {words.count(worlds)} shuffles of the data." if worlds else ""
    )
    picture = layers_against_chance(layers)
    panel = pictured(
        "against-chance",
        picture,
        source_line(
            report,
            "Pairs of accounts that coincided on two or more objects within the window, compared with what random accounts at the same times would give.",
            "1× is exactly chance.",
            as_groups,
        ),
        pin=pins.pin("figure", figure="against-chance", title=picture.title),
    )
    if told.kind == "too_little":
        parts: list[Child] = [_needs(told), panel]
        return page(heading, lead, *beside, columns(parts, _aside(report, state, layers)), crumbs=crumbs)
    return page(
        heading,
        lead,
        *beside,
        columns(panel, _aside(report, state, layers)),
        crumbs=crumbs,
        actions=[pins.pin("groups", title=heading, label="Pin to briefing", main=True)],
    )


def _needs(told: Answer) -> Component:
    """Counts of the data against the least that a group needs."""
    head = [Column("In these data"), Column("Here", True), Column("Needed at least", True)]
    return block(
        "What would be needed",
        table(head, [list(row) for row in needs_rows(told)], name="needed"),
        html.P(f"{HELPS} This page cannot be pinned as a finding. The run is listed in Method.", className="src"),
    )


def _aside(report: Report, state: State, layers: pd.DataFrame) -> Component:
    return html.Div(
        [
            caveats(report),
            block("What it could have found", *_seen(report)),
            block("What it could not find", points(_unseen(report, layers))),
            block(
                "Next",
                html.Div([*_looks(report, layers), button("Add files to this case", "/")], className="stack"),
                html.P("Trying settings until something appears is not evidence. Every run is saved.", className="dim"),
            ),
        ]
    )


def _able(report: Report) -> list[str]:
    """Behaviours that these files can show."""
    sources = getattr(report.store, "sources", None)
    return carried_by(kinds_in(report.store)) if sources else []


def _looks(report: Report, layers: pd.DataFrame) -> list[Component]:
    """Buttons for other searches: behaviours not searched yet, and a longer window."""
    seen = set(layers["trace"])
    ways = [name for name in _able(report) if name not in seen][:3]
    titles = {name: TRACES[name].words.title for name in ways}
    made = [button(f"Search for: {t[:1].lower()}{t[1:]}", f"/find?ways={name}") for name, t in titles.items()]
    longer = next((w for w in WINDOWS_S if not layers.empty and w > max(layers["window_s"])), None)
    if longer:
        asked = f"/find?{urlencode({'ways': ','.join(sorted(seen)), 'windows': f'{longer:g}'})}"
        made.append(button(f"Search within {words.window(longer)}", asked))
    return made


def _seen(report: Report) -> list[Child]:
    """Detection limit of this search, or how to test it."""
    said: list[Child] = list(power_sentences(report.power()))
    if said:
        return [points(said)]
    return [
        html.P([f"{NOT_TRIED} ", html.Code("lockstep power"), " plants artificial groups here and looks for them."])
    ]


def _unseen(report: Report, layers: pd.DataFrame) -> list[str]:
    widest = words.window(max(layers["window_s"])) if not layers.empty else "the window"
    able = _able(report)
    other = [TRACES[name].words.many for name in able if name not in set(layers["trace"])]
    said = [f"Accounts that post more than {widest} after each other."]
    if other:
        said.append(f"Coordination on {words.listed(other, 'or')}: not searched.")
    if len(able) < len(TRACES):
        said.append("Anything these files do not record; the page Find lists the behaviours they cannot show.")
    return [*said, "Posts deleted before the export."]
