"""Parts of a briefing on groups: the ranked list with its figure, and the first groups in detail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.briefing import evidence as posts
from dashboards.briefing import print_words as safe
from dashboards.briefing.evidence import evidence
from dashboards.briefing.outline import POSTS_NOTE, Block, Facts, Heading, Held, Part, Sentences, Table
from dashboards.briefing.run_summary import KINDS, RunSummary, called, own_window
from dashboards.components.network_data import parts_of, parts_rows, whole_members, whole_of
from dashboards.figures.bars import by_day
from dashboards.figures.chance import layers_against_chance
from dashboards.figures.delays import lag_histogram
from dashboards.figures.groups.group_timeline import lifelines, period_of
from dashboards.figures.groups.network import network_figure, opening
from dashboards.figures.groups.ranked import ranked
from dashboards.figures.groups.stacked_delays import stacked_delays
from dashboards.figures.groups.who_goes_first import who_goes_first
from dashboards.figures.svg import Picture
from dashboards.words import groups as group_words
from graph.privacy.sanitize import redact
from graph.privacy.times import to_the_minute
from graph.report.ties import strongest_of_pairs
from graph.schema import HEADINGS, LABELS

GROUPS_IN_FULL, GROUPS_IN_DETAIL, GROUPS_LISTED = 5, 20, 200
OBJECTS_SHOWN, MEMBERS_SHOWN = 10, 12


def pictures(summary: RunSummary) -> list[Picture]:
    """Figures over all groups: observed beside expected counts, and groups through time."""
    groups = summary.groups[summary.groups["heading"] == "groups"].sort_values("rank").head(GROUPS_IN_DETAIL)
    if not groups.empty:
        whole = int(summary.overview["groups"])
        title = "" if whole <= len(groups) else f"The first {len(groups)} of {say.count(whole)} groups"
        return [ranked(groups, summary.levels, summary.stamp(), title), *through_time(summary)]
    if not summary.nothing:
        return []
    met = summary.layers[summary.layers["actions"].fillna(0) > 0]
    return [layers_against_chance(met, summary.stamp())] if not met.empty else []


def through_time(summary: RunSummary) -> list[Picture]:
    """Figure of the groups through time; empty where there is only one span of days."""
    rows = [row for heading in ("groups", "closed") for row in summary.rows(heading)]
    names = {str(row["group_id"]): f"{KINDS[str(row['heading'])]} {say.place(row['rank'])}" for row in rows}
    made = lifelines(summary.report.change(), names, summary.stamp(), period=period_of(summary.report))
    return [made] if made else []


def listed(summary: RunSummary, heading: str) -> Table | None:
    """Table of the groups under a heading, ranked; None where there are none."""
    rows = summary.rows(heading)
    if not rows:
        return None
    reasons = heading != "groups"
    columns = [
        "Rank",
        "Main object",
        "Accounts",
        "Observed",
        "Expected by chance",
        "Usual range",
        *(["Reason"] if reasons else ["Evidence", "Dates"]),
    ]
    made = [
        [
            say.place(row["rank"]),
            row.get("name") or say.NONE,
            say.count(row["accounts"]),
            say.count(row["observed"]),
            say.expected(row["expected"]),
            say.usually(row["expected_lo"], row["expected_hi"]).removeprefix("usually "),
            *(
                [_why(row, summary.handles)]
                if reasons
                else [wording(summary, row), say.days(row["first_at"], row["last_at"])]
            ),
        ]
        for row in rows[:GROUPS_LISTED]
    ]
    more = [f"{say.count(len(rows) - GROUPS_LISTED)} more in the export."] if len(rows) > GROUPS_LISTED else []
    note = " ".join([*more, *group_words.wholes(summary.groups[summary.groups["heading"] == heading])])
    caption = "Groups, ranked" if heading == "groups" else HEADINGS[heading]
    return Table(columns, made, frozenset({0, 2, 3, 4, 5}), note, caption)


def groups_note(summary: RunSummary) -> str:
    """Note on the groups without a part of their own; empty where each has one."""
    more = len(summary.groups) - GROUPS_IN_DETAIL
    if more <= 0:
        return ""
    return f"The first {GROUPS_IN_DETAIL} are shown in detail below, {say.counted(more, 'other group')} only in the tables."


def group_facts(
    summary: RunSummary, row: Mapping[str, Any], ties: pd.DataFrame, many: str
) -> list[tuple[str, str, str]]:
    """Numbers of a group: name, value, and the meaning of the value."""
    best, worst = (ties["q"].min(), ties["q"].max()) if len(ties) else (None, None)
    tested = say.known(row["p_group"])
    chance = (
        "p, whole group",
        say.group_p(row["p_group"], row["worlds"]),
        group_words.in_worlds(row) if tested else "",
    )
    single = (
        "q of its ties",
        _range(best, worst),
        f"{say.counted(row['ties'], 'tie')}, one by one; "
        + (
            "as a whole it does not stand out from shuffled data"
            if summary.worlds
            else "the group as a whole was not tested"
        ),
    )
    facts = group_words.group_facts(row, summary.precision)
    return [
        ("Accounts", facts["accounts"], say.counted(row["ties"], "tie")),
        ("Observed", facts["observed"], "times two of them shared the same object"),
        ("Expected by chance", facts["expected"], facts["usually"] if facts["usually"] != say.NONE else "mean"),
        (say.sentence(many), facts["objects"], "shared by two or more of them"),
        ("Median delay", facts["apart"], "between two posts of the same object"),
        chance if tested else single,
    ]


def group_pictures(
    summary: RunSummary, row: Mapping[str, Any], members: pd.DataFrame, ties: pd.DataFrame, noun: str
) -> list[Picture]:
    """Figures of one group: who goes first, posts per day, delays."""
    group_id, stamp = str(row["group_id"]), summary.stamp()
    # Where all posts of an object have the same time, an axis of delays shows nothing.
    apart = bool((members["median_delay_s"].fillna(0) > 0).any())
    layout = opening(list(members["median_delay_s"]), summary.precision).layout
    stacked = stacked_delays(members, summary.precision, source=stamp)
    made = [who_goes_first(members, ties, noun, stamp)] if apart and layout == "delay" and not stacked else []
    made += _networks(summary, row, members, ties) if layout == "network" else []
    made += [stacked] if stacked else []
    days, later = summary.report.days(group_id), delays(summary, row)
    if len(days) > 1:
        drawn = by_day(days, stamp)
        beside = f"All days together: {say.count(row['observed'])} observed, {say.expected(row['expected'])} expected by chance."
        made.append(replace(drawn, note=f"{beside} {drawn.note}".strip()))
    return [*made, later] if later else made


def _networks(summary: RunSummary, row: Mapping[str, Any], members: pd.DataFrame, ties: pd.DataFrame) -> list[Picture]:
    """Network of a group at the places kept with the run; before it, once, that of the large set it is the first part of."""
    report, stamp = summary.report, summary.stamp()
    whole = whole_of(report, row) if row.get("part") == 1 else None
    made = [network_figure(members, ties, report.layout(str(row["group_id"])), source=stamp)]
    if whole is not None:
        parts, everyone = parts_of(report, whole), whole_members(report, whole)
        inside = strongest_of_pairs(report.ties())
        inside = inside[inside["account_a"].isin(everyone["account"]) & inside["account_b"].isin(everyone["account"])]
        made = [
            network_figure(everyone, inside, report.layout(whole.key), parts, stamp),
            stacked_delays(everyone, summary.precision, parts, stamp),
            *made,
        ]
    return [picture for picture in made if picture is not None]


def delays(summary: RunSummary, row: Mapping[str, Any]) -> Picture | None:
    """Figure of the delays between members, beside those of other accounts; None where no two members shared an object."""
    lags, trace = summary.report.lags(str(row["group_id"])), summary.traces([row])[0]
    if not len(lags) or float(lags["group"].sum()) <= 0:
        return None
    return lag_histogram(
        lags,
        "",
        summary.stamp(),
        say.noun(trace, 1),
        window_s=own_window(row),
        precision=summary.precision,
        trace=trace,
    )


def roles(summary: RunSummary, row: Mapping[str, Any]) -> Table | None:
    """Table of the roles of members; None for groups set aside, since chance explains them, and where nobody has a role."""
    found = summary.report.roles(str(row["group_id"])) if row["heading"] != "aside" else pd.DataFrame()
    if found.empty:
        return None
    first = [{str(k): v for k, v in one.items()} for one in found.head(MEMBERS_SHOWN).to_dict("records")]
    rows = [group_words.role_cells(one, summary.precision) for one in first]
    left = len(found) - len(rows)
    note = group_words.ROLES_NOTE + (f" {say.counted(left, 'more account')} in the export." if left > 0 else "")
    return Table(list(group_words.ROLE_COLUMNS), rows, frozenset(range(2, 9)), note, "Roles")


def parts(summary: RunSummary, row: Mapping[str, Any]) -> Table | None:
    """Table of the parts of a large set, once: with the first of them; None for all other groups."""
    if row.get("part") != 1 or not len((found := parts_rows(summary.report, row, summary.precision))[0]):
        return None
    cells = [[redact(cell, summary.handles) for cell in line] for line in found[1]]
    heads = [name for name, _ in group_words.PART_COLUMNS]
    return Table(heads, cells, frozenset({1, 2, 3}), group_words.PART, group_words.parts_title(len(cells)))


def crossing(summary: RunSummary, group_id: str) -> Table | None:
    """Table of the platforms of a group and which was first; None where it is on one."""
    rows = group_words.crossing_rows(summary.report.crossing(group_id))
    said = group_words.crossing(rows)
    if not said:
        return None
    cells = [group_words.crossing_cells(row, summary.precision) for row in rows]
    heads = [name for name, _ in group_words.CROSSING_COLUMNS]
    return Table(
        heads, cells, frozenset({1, 2, 5, 6}), f"{said} Counted in the posts behind its ties.", "Across platforms"
    )


def hashtags(summary: RunSummary, group_id: str) -> Table | None:
    """Table of the hashtags in all posts of the members, as on the group's page; None where there are none."""
    found = summary.report.hashtags(group_id)
    if found.empty:
        return None
    rows = [
        [safe.thing("hashtag", r["hashtag"], summary.handles), say.count(r["posts"]), say.count(r["accounts"])]
        for r in found.head(OBJECTS_SHOWN).to_dict("records")
    ]
    left = len(found) - len(rows)
    note = "Counted in all posts of the members, including reposts, not only in the coordinated ones."
    return Table(
        ["Hashtag", "Posts", "Accounts"],
        rows,
        frozenset({1, 2}),
        f"{note} {say.count(left)} more." if left > 0 else note,
        "Hashtags in their posts",
    )


def objects(summary: RunSummary, group_id: str) -> Table:
    """Table of the objects that the members shared most."""
    found = summary.report.objects(group_id)
    rows = [
        [
            safe.thing(r["trace"], r["words"], summary.handles),
            say.count(r["accounts"]),
            say.count(r["meetings"]),
            say.clock(r["first_at"], to_the_minute(summary.precision), year=True),
            say.lag(r["span_s"], summary.precision),
        ]
        for r in found.head(OBJECTS_SHOWN).to_dict("records")
    ]
    left = len(found) - len(rows)
    note = f"{say.count(left)} more in the export." if left > 0 else ""
    columns = ["Object", "Accounts", "Coincidences", "First (UTC)", "Time span"]
    return Table(columns, rows, frozenset({1, 2}), note, "Objects they shared most")


def in_detail(summary: RunSummary) -> list[dict[str, Any]]:
    """The groups that get a part of their own: the first of each heading, at most ``GROUPS_IN_DETAIL`` in all."""
    rows = [row for heading in HEADINGS for row in summary.rows(heading)]
    return rows[:GROUPS_IN_DETAIL]


def group(summary: RunSummary, row: Mapping[str, Any]) -> Part:
    """Part on one group: numbers, figures, objects, roles, posts."""
    group_id, traces = str(row["group_id"]), summary.traces([row])
    members, ties = summary.report.members(group_id), strongest_of_pairs(summary.report.ties(group_id))
    shown, note = evidence(summary, ties, _ties_shown(row)) if row["heading"] != "aside" else ([], "")
    compared = [said] if (said := group_words.of_comparison(members.to_dict("records"))) else []
    blocks: list[Block] = [
        Sentences([lead(summary, row)], "lead"),
        Facts(group_facts(summary, row, ties, say.nouns(traces))),
        Sentences(
            [redact(sentence, summary.handles) for sentence in (*group_words.why(row, summary.worlds), *compared)]
        ),
        *group_pictures(summary, row, members, ties, say.nouns(traces, 1)),
    ]
    for table in (
        parts(summary, row),
        crossing(summary, group_id),
        objects(summary, group_id),
        roles(summary, row),
        hashtags(summary, group_id),
    ):
        blocks += [Heading(table.caption), replace(table, caption="")] if table else []
    if shown:
        blocks += [Heading("Posts of its strongest ties"), Sentences([POSTS_NOTE], "note"), *shown]
    return Part(called(row), [*blocks, *([Sentences([note], "note")] if note else [])], "group")


def lead(summary: RunSummary, row: Mapping[str, Any]) -> str:
    """Sentences on the dates, platforms and behaviour of a group."""
    numbers, traces = row.get("platforms"), summary.traces([row])
    ways = [say.trace(t) if n == 0 else say.trace(t)[:1].lower() + say.trace(t)[1:] for n, t in enumerate(traces)]
    where = say.platforms(numbers) if isinstance(numbers, Mapping) else ""
    when = say.days(row["first_at"], row["last_at"])
    return f"{when}. {where}. {say.listed(ways)}, {summary.within([own_window(row)])}."


def held(summary: RunSummary, row: Mapping[str, Any]) -> Held:
    """A group as plain values, for formats that machines read."""
    key = str(row["group_id"])
    members, objects_ = summary.report.members(key), summary.report.objects(key)
    facts = group_words.group_facts(row, summary.precision)
    chance = f", {facts['usually']}" if facts["usually"] != say.NONE else ""
    said = (
        f"{lead(summary, row)} {say.counted(row['accounts'], 'account')}, {say.counted(row['ties'], 'tie')}. Two of them shared"
        f" the same object {facts['observed']} times; chance gives about {facts['expected']}{chance}. {wording(summary, row)}."
    )
    why = _why(row, summary.handles) if row["heading"] != "groups" else ""
    return Held(
        key,
        called(row),
        f"{said} {why}".strip(),
        str(row["heading"]),
        [(say.code(m["code"]), m["platform"]) for m in members.to_dict("records")],
        [
            (str(o["trace"]), safe.thing(o["trace"], o["words"], summary.handles))
            for o in objects_.head(OBJECTS_SHOWN).to_dict("records")
        ],
        say.moment(row["first_at"]),
        say.moment(row["last_at"]),
        int(row["observed"]),
    )


def wording(summary: RunSummary, row: Mapping[str, Any]) -> str:
    """Evidence for a group: its p from shuffled data, else the level of its ties; never the q of a tie."""
    if say.known(row["p_group"]):
        return f"p {_equals(say.group_p(row['p_group'], row['worlds']))}"
    return say.level(summary.levels[str(row["group_id"])])


def _ties_shown(row: Mapping[str, Any]) -> int:
    """Number of ties whose posts are shown: more for the first groups, so that the document stays readable."""
    return posts.TIES_SHOWN if row["heading"] == "groups" and int(row["rank"]) <= GROUPS_IN_FULL else 1


def _why(row: Mapping[str, Any], handles: Mapping[str, str]) -> str:
    label = LABELS.get(str(row["label"]))
    reason = redact(str(row["reason"]), handles) if say.known(row["reason"]) else label.rule if label else ""
    return f"{say.sentence(label.words)}: {reason}" if label else reason


def _range(low: Any, high: Any) -> str:
    best, worst = say.probability(low), say.probability(high)
    return best if best == worst else f"{best} to {worst}"


def _equals(words: str) -> str:
    return words if words[:1] in "≤<" else f"= {words}"
