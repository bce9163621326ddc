"""Parts of a briefing: posts behind ties, pairs with no third account, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.briefing import print_words as safe
from dashboards.briefing.outline import Meetings, Table
from dashboards.briefing.run_summary import RunSummary, called
from dashboards.words import groups
from graph.case.notes import About
from graph.case.verdicts import decided
from graph.privacy.sanitize import redact
from graph.privacy.times import to_the_minute
from graph.report.ties import strongest_of_pairs
from graph.schema import HEADINGS

TIES_SHOWN, MEETINGS_SHOWN, PAIRS_LISTED = 3, 5, 50


def evidence(summary: RunSummary, ties: pd.DataFrame, most: int) -> tuple[list[Meetings], str]:
    """Posts of the strongest ties, and a note on the ties that are left out."""
    pairs = strongest_of_pairs(ties)
    strongest = pairs.head(most)
    parts = [meetings(summary, {str(k): v for k, v in tie.items()}) for tie in strongest.to_dict("records")]
    left = len(pairs) - len(parts)
    note = (
        f"The strongest {len(parts)} of {say.counted(len(pairs), 'tie')}; the export has all of them."
        if left > 0
        else ""
    )
    return parts, note


def alone_evidence(summary: RunSummary) -> list[Meetings]:
    """Posts of the strongest pairs with no third account."""
    return evidence(summary, summary.alone, TIES_SHOWN)[0]


def meetings(summary: RunSummary, tie: Mapping[str, Any], post: str | None = None) -> Meetings:
    """Posts of one tie, side by side: those on its first shared objects, or one post and what it coincides with."""
    found = summary.report.evidence(tie["account_a"], tie["account_b"], tie["trace"], tie["window_s"])
    if post is not None:
        found = found[(found["post_a"] == post) | (found["post_b"] == post)]
    a, b = say.code(tie["code_a"]), say.code(tie["code_b"])
    shown = found.drop_duplicates("object").head(MEETINGS_SHOWN)
    rows = [
        {
            "at_a": say.clock(r["at_a"], to_the_minute(r["precision"]), year=True),
            "at_b": say.clock(r["at_b"], to_the_minute(r["precision"]), year=True),
            "lag": say.lag(r["lag_s"], r["precision"]),
            "first": ""
            if not say.known(r["lag_s"]) or r["lag_s"] == 0
            else (f"{a} first" if r["lag_s"] > 0 else f"{b} first"),
            "object": safe.thing(tie["trace"], r["object_words"], summary.handles),
            "text_a": safe.post(r["text_a"], summary.handles),
            "text_b": safe.post(r["text_b"], summary.handles),
        }
        for r in shown.to_dict("records")
    ]
    noun = say.noun(tie["trace"], tie["observed"])
    note = f"{say.count(len(rows))} of {say.counted(found['object'].nunique(), say.noun(tie['trace'], 1), say.noun(tie['trace']))}."
    return Meetings(
        title=f"{a} and {b}",
        facts=f"{say.count(tie['observed'])} {noun} {summary.within([float(tie['window_s'])])}; chance gives about {say.expected(tie['expected'])}."
        f" {say.level(tie['level'])}{'' if tie['level'] in ('group', 'combined') else ', ' + say.named('q', tie['q'])}. {groups.tie_facts(tie)}",
        rows=rows,
        note=note if found["object"].nunique() > len(rows) else "",
        codes=(a, b),
    )


def pairs(summary: RunSummary) -> Table | None:
    """Table of the pairs with no third account, strongest first; None where there are none."""
    found = summary.alone
    if found.empty:
        return None
    rows = [
        [
            f"{say.code(r['code_a'])} and {say.code(r['code_b'])}",
            say.trace(r["trace"]),
            say.count(r["observed"]),
            say.expected(r["expected"]),
            say.probability(r["q"]),
            say.level(r["level"]),
            say.days(r["first_at"], r["last_at"]),
        ]
        for r in found.head(PAIRS_LISTED).to_dict("records")
    ]
    left = len(found) - len(rows)
    note = f"{say.count(left)} more in the export." if left > 0 else ""
    columns = ["Accounts", "Behaviour", "Observed", "Expected by chance", "q", "Level", "Dates"]
    return Table(columns, rows, frozenset({2, 3, 4}), note, "Pairs, strongest first")


def verdicts(summary: RunSummary) -> Table | None:
    """Table of the verdicts on groups, ties and accounts of this run; a later verdict replaces the one its author had seen."""
    names = {str(row["group_id"]): called(row) for heading in HEADINGS for row in summary.rows(heading)}
    codes = {
        str(uid): say.code(code)
        for side in ("a", "b")
        for uid, code in zip(summary.ties[f"account_{side}"], summary.ties[f"code_{side}"], strict=True)
    }
    rows = [
        [
            _about(what, names, codes),
            str(note.get("verdict")),
            redact(str(note.get("reason") or say.NONE), summary.handles),
            redact(str(note.get("by") or say.NONE)),
            say.day(note.get("at"), year=True),
        ]
        for what, note in decided(summary.report.store.notes("verdict"), str(summary.report.run["run_id"]))
    ]
    return (
        Table(["About", "Verdict", "Reason", "By", "Date"], [row for row in rows if row[0]], caption="Verdicts")
        if rows
        else None
    )


def _about(what: About, names: Mapping[str, str], codes: Mapping[str, str]) -> str:
    if what.account_a and what.account_b:
        ends = [codes.get(uid) for uid in (what.account_a, what.account_b)]
        return f"{ends[0]} and {ends[1]}" if all(ends) else ""
    if what.account:
        return codes.get(what.account, "")
    return names.get(str(what.group_id), "")
