"""Part of a briefing on described methods, printed only when asked for: what a published rule links, beside the tested groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.briefing.outline import Block, Heading, Part, Sentences, Table
from dashboards.briefing.run_summary import KINDS, RunSummary
from dashboards.words.methods.described import NEVER_A_GROUP

TITLE = "Described, not tested"
SHOWN = 20
_DIFFERENCE = (
    "Tested: beyond what chance gives. Described: what a published rule or a plain count links. The rule has no test, so our"
    " numbers are given with it."
)
_NOT_RUN = "No method was described beside this run. Run lockstep find --preset coortweet --describe to see one."
_COLUMNS = [
    *("Tag", "Main object", "Accounts", "Ties", "Passing", "Smallest q", "Observed", "Expected"),
    "Beside the tested groups",
]


def described(summary: RunSummary) -> Part:
    """Part with the communities of every described method, each held against the tested groups.

    Examples
    --------
    >>> from graph import toy_report
    >>> described(RunSummary(toy_report())).blocks[1].words[0][:46]
    'No method was described beside this run. Run l'
    """
    methods = summary.report.described_methods().to_dict("records")
    communities = summary.report.described_communities()
    blocks: list[Block] = [Sentences([_DIFFERENCE, NEVER_A_GROUP], "plain")]
    for method in methods:
        own = communities[communities["method"] == method["method"]]
        blocks += [Heading(str(method["title"])), Sentences(_said(summary, method))]
        blocks += [_table(summary, method, own)] if len(own) else []
    return Part(TITLE, blocks if methods else [*blocks, Sentences([_NOT_RUN], "plain")], "aside")


def _said(summary: RunSummary, method: Mapping[Any, Any]) -> list[str]:
    """Sentences on a method: its rule, what it links, and the tested groups of which it finds nobody."""
    beside = summary.report.described_overlap(str(method["method"]))
    missed = int(((beside["heading"] == "groups") & (beside["in_both"] == 0)).sum())
    windows = say.listed([say.window(float(one)) for one in method["window_s"]], "or")
    traces = say.listed([say.trace(str(one)).casefold() for one in method["traces"]], "or")
    links = (
        f"It links {say.counted(method['ties'], 'pair')} of accounts within {windows}, of which"
        f" {say.count(method['passing'])} {'is a tie' if method['passing'] == 1 else 'are ties'} by our tests, and"
        f" {say.counted(method['communities'], 'community', 'communities')} of three accounts or more."
    )
    none = f"Of {say.counted(missed, 'tested group')} it links no account." if missed else ""
    rule = f"Source: {method['source']}. Thresholds: {method['options']}. Read: {traces or say.NONE}."
    return [one for one in (rule, links, none, *map(str, method["notes"])) if one]


def _table(summary: RunSummary, method: Mapping[Any, Any], communities: pd.DataFrame) -> Table:
    rows = [
        [
            str(row["tag"]),
            summary.safe_name(row["name"]) or say.NONE,
            *(say.count(row[name]) for name in ("accounts", "ties", "passing")),
            say.probability(row["q"]) if say.known(row["q"]) else say.NONE,
            say.count(row["observed"]),
            say.expected(row["expected"]),
            _beside(row),
        ]
        for row in communities.head(SHOWN).to_dict("records")
    ]
    left = len(communities) - len(rows)
    more = f"{say.counted(left, 'smaller community', 'smaller communities')} in the export." if left else ""
    note = "Passing: ties that pass our tests. Expected: by chance. q is the smallest that our tests give to one of its ties: a community was not tested as a whole."
    caption = f"Communities by {method['title']}, described, not tested"
    return Table(_COLUMNS, rows, frozenset(range(2, 8)), " ".join(filter(None, [more, note])), caption)


def _beside(row: Mapping[Any, Any]) -> str:
    """Overlap of a community with the tested group that shares most accounts with it.

    Examples
    --------
    >>> _beside({"heading": "groups", "rank": 1, "in_both": 3, "tested_only": 0, "described_only": 1})
    'Group 1: 3 in both, 1 described only'
    >>> _beside({"heading": None, "rank": None, "in_both": 0, "tested_only": 0, "described_only": 4})
    'no tested group'
    """
    if not say.known(row["heading"]):
        return "no tested group"
    parts = (("in_both", "in both"), ("tested_only", "tested only"), ("described_only", "described only"))
    numbers = ", ".join(
        f"{say.count(row[name])} {words}" for name, words in parts if not say.known(row[name]) or row[name]
    )
    return f"{KINDS[str(row['heading'])]} {say.place(row['rank'])}: {numbers}"
