"""Panels below and beside a group's network: delays, leaders, roles, change, sites, hashtags, shared objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, State, attributes
from dashboards.components.figure_tables import picture_key, twin
from dashboards.components.layout import block, drawing, panel
from dashboards.components.marks import account
from dashboards.components.tables import Cells, Column, Value, number, table
from dashboards.figures.bars import leaders
from dashboards.figures.delays import lag_histogram
from dashboards.figures.groups.group_timeline import of_group
from dashboards.figures.groups.roles import roles_figure
from dashboards.figures.svg import Picture
from dashboards.pages.group.parts import parts_csv
from dashboards.pages.groups.labels import chips
from dashboards.pages.object import link_to
from dashboards.words import groups
from dashboards.words.posts import object_name
from graph.schema import LABELS

if TYPE_CHECKING:
    from graph.report.report import Report

LISTED = 200
BESIDE = 8


def placed(
    name: str,
    picture: Picture,
    report: Report,
    group: Mapping[str, Any],
    table: Component | None = None,
    csv: str | None = None,
) -> Component:
    source: list[Child] = [
        f"{picture.note} " if picture.note else "",
        html.Span(words.run_line(report.run), className="run"),
    ]
    return panel(
        name,
        picture.title,
        drawing(picture.svg),
        twin=table or twin(picture.table, picture.title),
        csv=csv,
        key=picture_key(picture.key),
        source=source,
        pin=pins.pin("figure", group=group["group_id"], figure=name.rpartition("-")[2], title=picture.title),
        chart=picture.chart,
    )


def delays_panel(
    report: Report, group: Mapping[str, Any], layer: tuple[str, float], precision: str | None
) -> Component:
    lags = report.lags(group["group_id"])
    lead = (str(group["traces"][0]), float(group["windows_s"][0]))
    total = int(lags["group"].sum()) if len(lags) else 0
    note = f"{words.counted(total, 'pair')} of first posts by two members. Others: accounts outside the group that posted the same {words.noun(lead[0])}."
    picture = lag_histogram(
        lags, note, noun=words.noun(lead[0], 1), window_s=lead[1], precision=precision, trace=lead[0], width=430
    )
    return placed(f"group-{group['rank']}-delays", picture, report, group)


def leaders_panel(
    report: Report,
    members: pd.DataFrame,
    group: Mapping[str, Any],
    precision: str | None,
    labels: Mapping[str, Sequence[str]],
) -> Component:
    """Members by how often they were first, with their roles and labels."""
    picture = leaders(members.assign(platform=members["platform"].fillna("unknown")), width=310)
    listed = members.sort_values(["first", "objects"], ascending=False).head(LISTED)
    roles = {str(r["account"]): r for r in report.roles(group["group_id"]).to_dict("records")}
    rows: list[Cells] = [
        [
            Value(
                html.Span(
                    [
                        account(words.code(m["code"]), m["platform"], m.get("comparison") is True),
                        *chips(labels.get(str(m["account"]), ())),
                    ]
                ),
                words.code(m["code"]),
            ),
            number(m["first"]),
            number(m["objects"]),
            *(number(roles.get(str(m["account"]), {}).get(role)) for role in ("leads", "follows")),
            number(m["ties"]),
            Value(
                words.lag(m["median_delay_s"], precision),
                m["median_delay_s"] if words.known(m["median_delay_s"]) else "",
            ),
        ]
        for m in listed.to_dict("records")
    ]
    head = [
        Column("Account"),
        Column("First", True, "objects it posted before everyone else in the group"),
        Column("Took part", True),
        Column("Leads", True, "coincidences in which it posted first"),
        Column("Follows", True, "coincidences in which it posted second"),
        Column("Ties", True),
        Column("Usual delay", True, "median, after the group's first"),
    ]
    more = (
        f"{words.count(LISTED)} of {words.count(len(members))}, those first most often."
        if len(members) > LISTED
        else ""
    )
    box = html.Div(
        table(head, rows, name="members"),
        className="box",
        tabIndex=0,
        role="region",
        **attributes(aria_label="Members"),
    )
    told = html.P(
        f"{more} Leads and follows: which of two accounts posted the same object first; equal times count for neither."
        f" {groups.of_comparison(members.to_dict('records'))}",
        className="src",
    )
    return placed(f"group-{group['rank']}-leaders", picture, report, group, html.Div([box, told]))


def why(report: Report, group: Mapping[str, Any]) -> Component:
    label = LABELS.get(str(group["label"]))
    heading = {"groups": "Why it is a group", "closed": "Why it is a closed circle", "aside": "Why it is set aside"}
    said = groups.why(group, groups.worlds_of(report.run, report.groups()))
    title = heading.get(str(group["heading"]), "Why it is listed")
    named = f"{title}: {label.words}" if label and group["heading"] != "closed" else title
    return block(named, *[html.P(sentence) for sentence in said])


def across(report: Report, state: State, group: Mapping[str, Any], precision: str | None) -> Component | None:
    """Card of the platforms of a group, and which was first; None where it is on one."""
    rows = groups.crossing_rows(report.crossing(group["group_id"]))
    said = groups.crossing(rows)
    if not said:
        return None
    head = [Column(name, 0 < place != 4, note or None) for place, (name, note) in enumerate(groups.CROSSING_COLUMNS)]
    cells: list[Cells] = [list(groups.crossing_cells(row, precision)) for row in rows]
    csv = state.href("/files/group.csv", group=group["group_id"], figure="crossing")
    return block(
        "Across platforms",
        html.P(said),
        html.Div(
            table(head, cells, name="crossing"),
            className="box",
            tabIndex=0,
            role="region",
            **attributes(aria_label="Platforms of the group"),
        ),
        html.P(["Counted in the posts behind its ties. ", html.A("CSV", href=csv)], className="src"),
    )


def sites(report: Report, group: Mapping[str, Any]) -> Component | None:
    sites = report.hosts(group["group_id"])
    if sites.empty:
        return None
    most, total = int(sites["objects"].max()), int(sites["objects"].sum())
    rows = [
        html.Div(
            [
                html.Span(object_name("domain", s["domain"], 60), className="code"),
                html.Span(
                    className="b", style={"--v": f"{100 * s['objects'] / most:.0f}%"}, **attributes(aria_hidden="true")
                ),
                html.Span(words.count(s["objects"]), className="r"),
            ]
        )
        for s in sites.head(BESIDE).to_dict("records")
    ]
    rest = f" {words.count(len(sites) - BESIDE)} more sites." if len(sites) > BESIDE else ""
    return block(
        "Sites they shared",
        html.Div(rows, className="bars"),
        html.P(f"Links by site, {words.count(total)} in all.{rest}", className="src"),
    )


def hashtags(report: Report, group: Mapping[str, Any]) -> Component | None:
    tags = report.hashtags(group["group_id"])
    if tags.empty:
        return None
    rows: list[Cells] = [
        [object_name("hashtags", f"#{t['hashtag']}", 60), number(t["posts"]), number(t["accounts"])]
        for t in tags.head(BESIDE).to_dict("records")
    ]
    more = f" {words.count(len(tags) - BESIDE)} more." if len(tags) > BESIDE else ""
    return block(
        "Hashtags in their posts",
        table([Column("Hashtag"), Column("Posts", True), Column("Accounts", True)], rows),
        html.P(
            f"In all posts of its members, reposts included, not only in those that coincided.{more}", className="src"
        ),
    )


def carried(report: Report, state: State, group: Mapping[str, Any], precision: str | None) -> Component | None:
    objects = report.objects(group["group_id"])
    if objects.empty:
        return None
    top = objects.sort_values(["accounts", "meetings"], ascending=False).head(BESIDE)
    noun = words.noun(top["trace"].iloc[0])
    rows: list[Cells] = [
        [
            link_to(
                state,
                o["trace"],
                o["object"],
                html.Span(
                    object_name(o["trace"], o["words"], 90),
                    className="code" if o["trace"] in ("link", "domain", "object") else None,
                ),
            ),
            number(o["accounts"]),
            Value(words.lag(o["span_s"], precision), o["span_s"]),
        ]
        for o in top.to_dict("records")
    ]
    head = [
        Column(words.sentence(words.noun(top["trace"].iloc[0], 1))),
        Column("Accounts", True),
        Column("First to last", True),
    ]
    return block(
        f"{words.sentence(noun)} most of them posted",
        table(head, rows),
        html.P(
            [
                "First to last: within five windows of the first.",
                " The file names these objects by id only. It does not say if they are links, texts or posts."
                if top["trace"].iloc[0] == "object"
                else None,
            ],
            className="src",
        ),
    )


def roles_panel(report: Report, state: State, group: Mapping[str, Any], precision: str | None) -> Component | None:
    """Panel of roles: who leads, who follows, and core numbers."""
    return _listed("roles", _roles(report, group, precision), report, state, group)


def change_panel(report: Report, state: State, group: Mapping[str, Any]) -> Component | None:
    """Panel of change over rolling windows; None where one window holds everything."""
    return _listed("change", of_group(report, group), report, state, group)


def _roles(report: Report, group: Mapping[str, Any], precision: str | None) -> Picture | None:
    """Chance explains what was set aside, so nobody has a role there."""
    if group["heading"] == "aside":
        return None
    key = group["group_id"]
    return roles_figure(report.roles(key), report.members(key), precision=precision)


def _listed(
    figure: str, picture: Picture | None, report: Report, state: State, group: Mapping[str, Any]
) -> Component | None:
    """A figure whose table may be long: the first rows on the page, all of it as a file."""
    if picture is None:
        return None
    table = html.Div(twin(picture.table.head(LISTED), picture.title), className="box")
    whole = state.href("/files/group.csv", group=group["group_id"], figure=figure)
    csv = whole if len(picture.table) > LISTED else None
    return placed(f"group-{group['rank']}-{figure}", picture, report, group, table, csv)


def figure_table(report: Report, group: Mapping[str, Any], figure: str, precision: str | None) -> pd.DataFrame | None:
    """All numbers of one of those figures; None where there is no such figure."""
    made = CSV_FIGURES.get(figure)
    return None if made is None else made(report, group, precision)


def _crossing_csv(report: Report, group: Mapping[str, Any], precision: str | None) -> pd.DataFrame:
    rows = groups.crossing_rows(report.crossing(group["group_id"]))
    cells = [groups.crossing_cells(row, precision) for row in rows]
    return pd.DataFrame(cells, columns=[name for name, _ in groups.CROSSING_COLUMNS])


def _roles_csv(report: Report, group: Mapping[str, Any], precision: str | None) -> pd.DataFrame | None:
    picture = _roles(report, group, precision)
    return None if picture is None else picture.table


def _change_csv(report: Report, group: Mapping[str, Any], _: str | None) -> pd.DataFrame | None:
    picture = of_group(report, group)
    return None if picture is None else picture.table


CSV_FIGURES: dict[str, Callable[[Report, Mapping[str, Any], str | None], pd.DataFrame | None]] = {
    "crossing": _crossing_csv,
    "parts": parts_csv,
    "roles": _roles_csv,
    "change": _change_csv,
}
"""Figures of a group with a file of their own; those of all others are made from their tables on the page."""
