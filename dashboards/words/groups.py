"""Words for groups and their tests: one spelling for pages, tables and briefings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from scipy.special import bdtrc

from dashboards import words
from dashboards.words.posts import object_name
from graph.privacy.times import to_the_minute
from graph.report.ties import strongest_of_pairs
from graph.schema import LABELS
from graph.traces import TRACES

RANKS_NAMED = 12  # parts of a large set that a sentence names
CLEARLY = 0.05  # chance, over all accounts of a group, to be first that often by luck alone


def levels_of(groups: pd.DataFrame, ties: pd.DataFrame) -> dict[str, str]:
    """Level of each group: ``group`` where only the group passes, else by its ties (``far`` when at least half of them are).

    Examples
    --------
    >>> groups = pd.DataFrame({"group_id": ["g"], "basis": ["ties"], "heading": ["groups"]})
    >>> ties = pd.DataFrame({"account_a": "x:1", "account_b": ["x:2", "x:3"], "q": [0.0001, 0.01], "observed": 5})
    >>> levels_of(groups, ties.assign(group_id="g", level=["far", "beyond"]))
    {'g': 'far'}
    """
    pairs = strongest_of_pairs(ties) if not ties.empty else ties
    far: Any = pairs.assign(far=pairs["level"] == "far").groupby("group_id")["far"].mean() if not pairs.empty else {}
    made = {}
    for group, basis, heading in zip(groups["group_id"], groups["basis"], groups["heading"], strict=True):
        if heading == "aside":
            made[str(group)] = "none"
        elif basis == "group":
            made[str(group)] = "group"
        else:
            made[str(group)] = "far" if far.get(group, 1.0) >= 0.5 else "beyond"
    return made


def worlds_of(run: Mapping[str, Any], groups: pd.DataFrame | None = None) -> int:
    """Number of shuffles a run compared its groups with; 0 where groups were not tested.

    Examples
    --------
    >>> worlds_of({"settings": {"worlds": 19}}), worlds_of({"settings": {}})
    (19, 0)
    """
    asked = (run.get("settings") or {}).get("worlds")
    if asked is not None:
        return int(asked)
    held = [int(w) for w in groups["worlds"] if words.known(w)] if groups is not None and "worlds" in groups else []
    return max(held, default=0)


def in_worlds(group: Mapping[str, Any]) -> str:
    """A group's p as a sentence: shuffles with a group as strong, and groups expected by chance.

    Examples
    --------
    >>> in_worlds({"p_group": 0.05, "worlds": 19, "by_chance": 0.0})
    'none of 19 shuffles of the data held a group this strong; chance would give fewer than 0.1 such groups here'
    >>> in_worlds({"p_group": 0.03, "worlds": 99, "by_chance": 0.04})
    '2 of 99 shuffles of the data held a group this strong; chance would give about 0.04 such groups here'
    """
    worlds = int(group["worlds"])
    reached = round(float(group["p_group"]) * (worlds + 1)) - 1
    where = (
        f"none of {words.count(worlds)} shuffles of the data held a group this strong"
        if reached <= 0
        else f"{words.count(reached)} of {words.count(worlds)} shuffles of the data held a group this strong"
    )
    made = by_chance(group.get("by_chance"), worlds)
    return f"{where}; chance would give {made} such groups here" if made else where


def by_chance(value: Any, worlds: int) -> str:
    """Words for the number of groups this strong expected by chance; never zero, since only some shuffles were made.

    Examples
    --------
    >>> by_chance(0.0, 19), by_chance(0.0, 99), by_chance(0.3, 19), by_chance(None, 19)
    ('fewer than 0.1', 'fewer than 0.01', 'about 0.3', '')
    """
    if not words.known(value) or worlds < 1:
        return ""
    least = next(10.0**-k for k in range(12, -1, -1) if 10.0**-k >= 1 / (worlds + 1) - 1e-12)
    return f"fewer than {least:g}" if float(value) < 1 / (worlds + 1) else f"about {words.expected(value)}"


def chance_source(worlds: int, groups: pd.DataFrame) -> str:
    """Sentence under the ranked groups: what their p counts, or why there is none.

    Examples
    --------
    >>> chance_source(19, pd.DataFrame({"p_group": [0.05, None]}))
    'Chance: 19 shuffles of the data; none held a group this strong, so p is at most 1 in 20. A dash: only its ties were tested.'
    >>> chance_source(0, pd.DataFrame({"p_group": [None]}))
    'The band is what chance gives their ties. Groups were not compared with shuffled data in this run, so p is a dash.'
    """
    if not worlds:
        return "The band is what chance gives their ties. Groups were not compared with shuffled data in this run, so p is a dash."
    tested = [float(p) for p in groups["p_group"] if words.known(p)]
    said = f"Chance: {words.count(worlds)} shuffles of the data"
    if not tested:
        return f"{said}; no group passes as a whole, so p is a dash and the evidence is in the single ties."
    if max(tested) <= 1 / (worlds + 1) + 1e-9:
        said += f"; none held a group this strong, so p is at most 1 in {words.count(worlds + 1)}."
    else:
        said += "; p is the share of them with a group this strong."
    dash = " A dash: only its ties were tested." if len(tested) < len(groups) else ""
    return said + dash


def why(group: Mapping[str, Any], worlds: int) -> list[str]:
    """Sentences on why a group is listed under its heading: its ties, the comparison with shuffled data, the label.

    Examples
    --------
    >>> why({"basis": "ties", "p_group": None, "label": None, "reason": None, "heading": "groups"}, 0)
    ['Its ties pass the test one by one. Groups were not compared with shuffled data in this run.']
    """
    label = LABELS.get(str(group.get("label")))
    reason = group.get("reason")
    said = [_held(group, worlds)] if group.get("heading") != "aside" else []
    said += [part_of(group)] if words.known(group.get("parts")) else []
    if words.known(reason):
        said.append(str(reason))
    elif label:
        said.append(label.rule)
    return said


def _held(group: Mapping[str, Any], worlds: int) -> str:
    basis, tested = str(group.get("basis")), words.known(group.get("p_group"))
    if not tested and basis != "ties":
        ties = "No single tie passes the test. " if basis == "group" else ""
        return f"{ties}A set of over 50 accounts is not tested as one group: its numbers over all pairs of members are the evidence."
    if not tested:
        rest = (
            "As a whole it does not stand out from shuffled data."
            if worlds
            else "Groups were not compared with shuffled data in this run."
        )
        return f"Its ties pass the test one by one. {rest}"
    ties = (
        "No single tie passes the test, but the group as a whole does"
        if basis == "group"
        else "Its ties pass the test one by one, and so does the group as a whole"
    )
    return f"{ties}: {in_worlds(group)}."


def part_of(group: Mapping[str, Any]) -> str:
    """Sentence on the large set that a group is a part of, or on the parts that no method finds in it.

    Examples
    --------
    >>> part_of({"part": 2, "parts": 5, "stability": 0.97, "whole_accounts": 220, "whole_observed": 9000, "whole_expected": 300.0})
    'Part 2 of 5 of a set of 220 accounts (9,000 coincidences against 300 by chance), by who coincided with whom most. It is
    97% stable: so often its accounts were put together when that was repeated.'
    >>> part_of({"parts": 1, "whole_accounts": 70})
    'No method finds parts in this set of 70 accounts, so it is shown as it is.'
    """
    if int(group["parts"]) == 1:
        return f"No method finds parts in this set of {words.counted(group['whole_accounts'], 'account')}, so it is shown as it is."
    return (
        f"Part {words.count(group['part'])} of {words.count(group['parts'])} of a set of"
        f" {words.counted(group['whole_accounts'], 'account')} ({words.count(group['whole_observed'])} coincidences against"
        f" {words.expected(group['whole_expected'])} by chance), by who coincided with whom most. It is"
        f" {words.share(group['stability'], 1)} stable: so often its accounts were put together when that was repeated."
    )


def wholes(groups: pd.DataFrame) -> list[str]:
    """Sentences on the large sets that groups are the parts of, largest first.

    Examples
    --------
    >>> row = {"parts": 2, "whole_id": "w", "whole_accounts": 90, "whole_observed": 900, "whole_expected": 30.0, "whole_ties": 70}
    >>> wholes(pd.DataFrame([{"rank": 1, **row}, {"rank": 3, **row}]))
    ['1 and 3 are the parts of one set of 90 accounts with 70 ties: 900 coincidences against 30 by chance.']
    """
    if "parts" not in groups:
        return []
    said = []
    several = groups[groups["parts"].fillna(1) > 1].sort_values(["whole_accounts", "rank"], ascending=[False, True])
    for _, own in several.groupby("whole_id", sort=False):
        first = own.iloc[0]
        ranks = [words.count(rank) for rank in own["rank"]]
        named = words.listed(ranks) if len(ranks) <= RANKS_NAMED else f"{words.listed(ranks[:RANKS_NAMED], ', ')}, …"
        are = (
            "are the parts"
            if len(own) == int(first["parts"])
            else f"are {len(own)} of the {words.count(first['parts'])} parts"
        )
        said.append(
            f"{named} {are if len(own) > 1 else are.replace('are', 'is', 1)} of one set of"
            f" {words.counted(first['whole_accounts'], 'account')} with {words.counted(first['whole_ties'], 'tie')}:"
            f" {words.count(first['whole_observed'])} coincidences against {words.expected(first['whole_expected'])} by chance."
        )
    return said


def tie_facts(tie: Mapping[str, Any]) -> str:
    """The numbers behind a tie that print writes beside observed and expected: both p, the layers, the labels.

    Examples
    --------
    >>> tie_facts({"p_a": 1e-9, "p_b": 0.0004, "layers": ["link 60 s", "text 60 s"], "labels": ["timing", "closed"]})
    'Who-and-when test: p < 0.0001. Timing test: p = 0.0004. Behaviour: links within 60 s, texts within 60 s. Labels: timing, closed.'
    """
    tests = [
        f"{test} test: {words.named('p', tie[name])}"
        for name, test in (("p_a", "Who-and-when"), ("p_b", "Timing"))
        if words.known(tie.get(name))
    ]
    said = list(tests)
    layers = [_layer(str(one)) for one in _several(tie.get("layers"))]
    labels = [LABELS[str(one)].words if str(one) in LABELS else str(one) for one in _several(tie.get("labels"))]
    said += [f"{title} {', '.join(held)}" for title, held in (("Behaviour:", layers), ("Labels:", labels)) if held]
    return "".join(f"{part}. " for part in said).rstrip()


def _layer(name: str) -> str:
    """A layer in words, of its name in the tables."""
    trace, _, window = name.partition(" ")
    return f"{TRACES[trace].words.many} within {window}" if trace in TRACES else name


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) or hasattr(value, "tolist") else []


def group_tie(group: Mapping[str, Any] | None) -> str:
    """Sentence on a tie that is shown only because its group passes.

    Examples
    --------
    >>> group_tie({"rank": 1, "p_group": 0.05, "worlds": 19, "by_chance": 0.0})
    'On its own this tie does not pass the test: among so many pairs, some look like this by chance. Group 1 does pass: none
    of 19 shuffles of the data held a group this strong; chance would give fewer than 0.1 such groups here.'
    """
    said = "On its own this tie does not pass the test: among so many pairs, some look like this by chance."
    if group is None or not words.known(group.get("p_group")):
        return f"{said} It is shown because its group does pass."
    return f"{said} Group {words.place(group['rank'])} does pass: {in_worlds(group)}."


def clear_leaders(members: pd.DataFrame) -> list[dict[str, Any]]:
    """Members who post first more often than chance explains, most often first.

    Parameters
    ----------
    members : DataFrame
        ``first`` (times first), ``code``.

    Examples
    --------
    >>> members = pd.DataFrame({"code": ["A-1", "A-2", "A-3", "A-4"], "first": [8, 1, 1, 0]})
    >>> [m["code"] for m in clear_leaders(members)], clear_leaders(members.assign(first=[3, 2, 2, 3]))
    (['A-1'], [])
    """
    often = members["first"].fillna(0).astype(int).to_numpy()
    number = len(often)
    lucky = bdtrc(often - 1, often.sum(), 1 / max(number, 1)) * number
    rows = members[(often > 1) & (lucky < CLEARLY)].to_dict("records")
    clear = [{str(k): v for k, v in row.items()} for row in rows]
    return sorted(clear, key=lambda r: (-int(r["first"]), str(r["code"])))


NOBODY_LEADS = "No account clearly leads"

ROLE_COLUMNS = (
    *("Account", "Platform", "Leads", "Follows", "First overall", "Median delay", "Core", "Between groups"),
    "Exclusive",
)
ROLES_NOTE = (
    "Leads and follows: coincidences in which it posted first or second; equal times count for neither. First overall: share of"
    " its objects that it posted before everyone it coincided with. Median delay: behind the other account, 0 where it led. Core:"
    " k-core number. Between groups: participation coefficient, 0 = all ties inside one group. Exclusive: share of its objects"
    " that no account outside the group posted."
)


COMPARED = "comparison"
ABOUT_COMPARED = "Known from a comparison file only; listed because it is tied to an account of the case."


def of_comparison(accounts: Sequence[Mapping[Any, Any]]) -> str:
    """Sentence on the accounts of these that only a comparison knows; empty where there are none.

    Examples
    --------
    >>> of_comparison([{"code": 7, "comparison": True}, {"code": 8, "comparison": False}])
    'A-7 is known from a comparison file only and is listed because it is tied to accounts of the case.'
    >>> of_comparison([{"code": 8}])
    ''
    """
    names = [words.code(one["code"]) for one in accounts if one.get("comparison") is True]
    if not names:
        return ""
    shown = words.listed([*names[:5], *([words.counted(len(names) - 5, "other")] if len(names) > 5 else [])])
    are = (
        "is known from a comparison file only and is"
        if len(names) == 1
        else "are known from comparison files only and are"
    )
    them = "it is" if len(names) == 1 else "they are"
    return f"{shown} {are} listed because {them} tied to accounts of the case."


def role_cells(role: Mapping[str, Any], precision: str | None = None) -> list[str]:
    """A member's roles as pages and documents write them, under ``ROLE_COLUMNS``; of a comparison, its code says so.

    Examples
    --------
    >>> role_cells({"code": "A-1", "platform": "x", "leads": 4, "follows": 1, "first_share": 0.5, "median_lag_s": 0.0,
    ...     "core": 7, "participation": 0.25, "only_share": None})
    ['A-1', 'X', '4', '1', '50%', '0 s', '7', '0.25', '–']
    """
    return [
        f"{words.code(role['code'])} ({COMPARED})" if role.get("comparison") is True else words.code(role["code"]),
        words.platform(role["platform"]),
        words.count(role["leads"]),
        words.count(role["follows"]),
        words.share(role["first_share"], 1),
        words.lag(role["median_lag_s"], precision) if precision == "min" else words.duration(role["median_lag_s"]),
        words.count(role["core"]),
        f"{role['participation']:.2g}" if words.known(role["participation"]) else words.NONE,
        words.share(role["only_share"], 1) if words.known(role["only_share"]) else words.NONE,
    ]


PART = "A part is a reading of the picture, not a second test."
PART_COLUMNS = (
    ("Part", ""),
    ("Accounts", ""),
    ("Ties inside", ""),
    ("Ties out", "to the other parts"),
    ("In one step", "accounts whose usual delay falls into the step that most of them share"),
    (
        "What sets it apart",
        "hashtags, sites and words that far more of its accounts used than those of the other parts",
    ),
    ("Most ties", ""),
)
STEPS_S = {"min": (60, "minute"), "day": (86_400, "day")}  # a step of the delay layout, by precision of the times
SECOND = (1, "second")


def fullest_step(delays: Sequence[Any], precision: str | None) -> tuple[int, float]:
    """The step of usual delays that most accounts share, counted from 0, and the share of all accounts that do.

    Examples
    --------
    >>> fullest_step([0, 0, 0, 60, None], "min"), fullest_step([], "s")
    ((0, 0.6), (0, 0.0))
    """
    step, _ = STEPS_S.get(str(precision), SECOND)
    known = Counter(int(float(d) // step) for d in delays if words.known(d))
    first, most = min(known.items(), key=lambda item: (-item[1], item[0]), default=(0, 0))
    return first, most / max(len(delays), 1)


def parts_title(parts: int) -> str:
    """Heading over the table of parts.

    Examples
    --------
    >>> parts_title(7)
    'Seven parts, by rank'
    """
    return f"{words.sentence(words.small(parts))} parts, by rank"


def part_cells(part: Mapping[Any, Any], delays: Sequence[Any], precision: str | None) -> list[str]:
    """A part of a large set as pages and documents write it, under ``PART_COLUMNS``.

    Examples
    --------
    >>> part = {"rank": 1, "accounts": 78, "inside": 841, "out": 67, "stands_out": ["#ferry", "fuel.example"], "most_ties": [4, 7]}
    >>> part_cells(part, [0.0, 0.0, 60.0], "min")
    ['Group 1', '78', '841', '67', '67% in minute 0', '#ferry, fuel[.]example', 'A-4, A-7']
    """
    step, share = fullest_step(delays, precision)
    unit = STEPS_S.get(str(precision), SECOND)[1]
    return [
        f"Group {words.place(part['rank'])}",
        *(words.count(part[name]) for name in ("accounts", "inside", "out")),
        f"{share:.0%} in {unit} {step:,}" if share else words.NONE,
        ", ".join(_item(str(item)) for item in part["stands_out"]) or "nothing stands out",
        ", ".join(words.code(code) for code in part["most_ties"]),
    ]


def _item(item: str) -> str:
    return object_name("domain" if "." in item and not item.startswith("#") else "hashtags", item, 40)


CROSSING_COLUMNS = (
    ("Platform", ""),
    ("Accounts", ""),
    ("Posts", "posts behind the group's ties"),
    ("First post (UTC)", "of these posts"),
    ("By", "the account of that first post"),
    ("On both", "objects posted on this platform and on another"),
    ("First", "of these, those posted here before anywhere else"),
    ("Usual lead", "median, until the next platform had it"),
)
"""Heads of the table of platforms, each with what it means."""


def crossing(rows: Sequence[Mapping[str, Any]]) -> str:
    """Sentence on how many platforms a group is on, and which was first; empty where it is on one.

    Examples
    --------
    >>> rows = [
    ...     {"platform": "telegram", "accounts": 3, "trace": "text", "objects": 14, "first": 11, "median_lead_s": 42.0},
    ...     {"platform": "x", "accounts": 5, "trace": "text", "objects": 14, "first": 2, "median_lead_s": 5.0},
    ... ]
    >>> crossing(rows)
    'On two platforms: Telegram (3) and X (5). Of 14 texts that were posted on several, Telegram had 11 first, by a median of 42 s.'
    >>> crossing([{**row, "objects": 0, "first": 0} for row in rows])
    'On two platforms: Telegram (3) and X (5). Nothing that they shared was posted on two of them.'
    >>> crossing(rows[:1])
    ''
    """
    if len(rows) < 2:
        return ""
    named = [f"{words.platform(row['platform'])} ({words.count(row['accounts'])})" for row in rows]
    where = f"On {words.small(len(rows))} platforms: {words.listed(named)}."
    shared = max(int(row["objects"]) for row in rows)
    if not shared:
        return f"{where} Nothing that they shared was posted on two of them."
    lead, second = rows[0], rows[1]
    many = next((words.noun(row["trace"], shared) for row in rows if words.known(row["trace"])), "objects")
    said = f"{where} Of {words.count(shared)} {many} that were posted on several"
    if int(lead["first"]) == int(second["first"]):
        return f"{said}, no platform was first more often than another."
    first, by = words.count(lead["first"]), words.duration(lead["median_lead_s"])
    return f"{said}, {words.platform(lead['platform'])} had {first} first, by a median of {by}."


def crossing_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of ``Report.crossing`` as the other two take them."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def crossing_cells(row: Mapping[str, Any], precision: str | None = None) -> list[str]:
    """A platform's row in the table of ``CROSSING_COLUMNS``."""
    return [
        words.platform(row["platform"]),
        words.count(row["accounts"]),
        words.count(row["posts"]),
        words.clock(row["first_at"], to_the_minute(precision), year=True),  # the same in print, see there
        words.code(row["first_code"]) if words.known(row["first_code"]) else "several",
        words.count(row["objects"]),
        words.count(row["first"]),
        words.lag(row["median_lead_s"], precision) if words.known(row["median_lead_s"]) else words.NONE,
    ]


def called(group: Mapping[str, Any]) -> str:
    """Name of what a group mostly shared, inside a sentence: words of a post in quotes, an id as an object.

    Examples
    --------
    >>> called({"name": "Vote early.", "traces": ["text"]}), called({"name": "larch.example", "traces": ["link"]})
    ('“Vote early.”', 'larch[.]example')
    """
    traces, name = group.get("traces"), words.group_name(group)
    if words.shows(traces) in ("text", "post"):
        return f"“{name}”"
    return f"object {name}" if traces is not None and len(traces) and traces[0] == "object" else name


def group_facts(group: Mapping[str, Any], precision: str | None = None) -> dict[str, str]:
    """The numbers of one group as every page and document writes them.

    Examples
    --------
    >>> row = {"observed": 278, "expected": 0.97, "expected_lo": 0, "expected_hi": 3, "p_group": 0.05, "worlds": 19}
    >>> facts = group_facts({**row, "accounts": 8, "ties": 28, "objects": 15, "median_lag_s": 17.0})
    >>> facts["observed"], facts["expected"], facts["p"], facts["apart"]
    ('278', '1.0', '≤ 0.05', '17 s')
    """
    return {
        "observed": words.count(group["observed"]),
        "expected": words.expected(group["expected"]),
        "usually": words.usually(group["expected_lo"], group["expected_hi"]),
        "p": words.group_p(group["p_group"], group["worlds"]),
        "accounts": words.count(group["accounts"]),
        "ties": words.count(group["ties"]),
        "objects": words.count(group["objects"]),
        "apart": words.lag(group["median_lag_s"], precision),
    }
