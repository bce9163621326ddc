"""Sentences on files and runs that commands print, and plain values for scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards import words
from dashboards.commands.terminal import columns
from dashboards.words.caveats import caveats, first
from dashboards.words.groups import wholes
from dashboards.words.outcomes import plain, records
from dashboards.words.power import TITLES, answer_of, answered

if TYPE_CHECKING:
    from graph.case.load import Outcome, Reason
    from graph.report.report import Report

GROUPS_SHOWN = 10
REASONS_SHOWN = 5

STATUS = {
    "new": "loaded",
    "same": "loaded before; nothing changed",
    "replaced": "loaded; it replaces the earlier reading",
    "partly": "loaded in part",
    "failed": "not loaded",
    "checked": "can be loaded; nothing was loaded",
}


def outcome_lines(outcome: Outcome) -> list[str]:
    """Lines on one file: its result, its counts, reasons for skipped rows, and assumptions."""
    head = f"{outcome.name}: {STATUS[outcome.status]}"
    if outcome.error is not None:
        return [head, f"  {outcome.error}"]
    lines = [head, *(f"  {line}" for line in source_lines(outcome.source))]
    lines += [f"  {line}" for line in reason_lines(outcome.reasons)]
    if outcome.status == "checked":
        lines += [f"  {line}" for line in ability_lines(outcome.source)]
    if outcome.status != "same":
        lines += [f"  Assumed: {said}" for said in outcome.source.get("assumptions") or ()]
    counted = {f"{why.rows:,} skipped: {why.reason}" for why in outcome.reasons}
    lines += [f"  Warning: {said}" for said in outcome.source.get("warnings") or () if said not in counted]
    return lines


def ability_lines(source: Mapping[str, Any]) -> list[str]:
    """Lines on what a file holds and what it can show, as on the page Sources.

    Examples
    --------
    >>> ability_lines({"reader": "gettr", "precision": "ms", "field_coverage": '{"text": 0.5}'})[:2]
    ['Format: GETTR JSON (gogettr).', 'Filled in: text 50% of rows.']
    """
    from graph.case.coverage import abilities

    told = abilities(source)
    shares = ", ".join(f"{field} {words.share(share, 1)}" for field, share in told.coverage.items())
    held = f"Filled in: {shares} of rows." if shares else "The rows have neither texts nor links."
    return [f"Format: {told.format}.", held, *told.sentences]


def outcome_line(outcome: Outcome) -> str:
    """Line on one file."""
    if outcome.error is not None or outcome.status == "same":
        return outcome_lines(outcome)[0]
    return f"{outcome.name}: {source_lines(outcome.source)[0]}"


def source_lines(source: Mapping[str, Any]) -> list[str]:
    """Two lines with the counts of a source.

    Examples
    --------
    >>> for line in source_lines({"reader": "qut", "rows_in": 10, "rows_kept": 8, "rows_merged": 1, "rows_skipped": 1,
    ...     "posts": 8, "accounts": 2, "first_at": "2026-08-03", "last_at": "2026-08-05"}):
    ...     print(line)
    10 rows in = 8 kept + 1 merged + 1 skipped, read as qut
    8 posts by 2 accounts, 3 Aug – 5 Aug 2026
    """
    parts = " + ".join(f"{words.count(source[f'rows_{what}'])} {what}" for what in ("kept", "merged", "skipped"))
    span = words.days(source.get("first_at"), source.get("last_at"))
    return [
        f"{words.counted(source['rows_in'], 'row')} in = {parts}, read as {source['reader']}",
        f"{words.counted(source['posts'], 'post')} by {words.counted(source['accounts'], 'account')}"
        + (f", {span}" if span != words.NONE else ""),
    ]


def reason_lines(reasons: Sequence[Reason]) -> list[str]:
    """Lines on the reasons for skipped rows, the most frequent first."""
    lines = []
    for why in reasons[:REASONS_SHOWN]:
        where = ", ".join(
            part for part in (f"row {why.row}" if why.row else "", f"column {why.column}" if why.column else "") if part
        )
        found = f", found {why.found[:60]!r}" if why.found else ""
        lines.append(f"Skipped {words.count(why.rows)}: {why.reason}" + (f" (first: {where}{found})" if where else ""))
    if len(reasons) > REASONS_SHOWN:
        lines.append(f"{words.counted(len(reasons) - REASONS_SHOWN, 'further reason')} for skipped rows.")
    return lines


def run_lines(report: Report) -> list[str]:
    """Summary of a run: data, settings, ties and groups beyond chance, and caveats."""
    seen = report.overview()
    said = first(report)
    lines = [*said, *([""] if said else []), came_in(seen), looked_for(report), "", *found_lines(report, seen)]
    told = described_lines(report)
    lines += ["", *told] if told else []
    kept = caveats(report)
    if kept:
        lines += ["", "Keep in mind:", *(f"  - {said}" for said in kept)]
    return lines


def came_in(seen: Mapping[str, Any]) -> str:
    """Line on the data of a run.

    Examples
    --------
    >>> seen = {"posts": 1200, "accounts": 90, "sources": 2, "first_at": "2026-08-03", "last_at": "2026-08-05"}
    >>> came_in(seen)
    'Data: 1,200 posts by 90 accounts from 2 files, 3 Aug – 5 Aug 2026 (UTC).'
    >>> came_in(seen | {"comparison_posts": 900, "comparison_accounts": 60})
    'Data: 1,200 posts by 90 accounts from 2 files, 3 Aug – 5 Aug 2026 (UTC), of which 900 posts by 60 accounts are a comparison.'
    """
    span = words.days(seen.get("first_at"), seen.get("last_at"))
    return (
        f"Data: {words.counted(seen['posts'], 'post')} by {words.counted(seen['accounts'], 'account')}"
        f" from {words.counted(seen['sources'], 'file')}{f', {span} (UTC)' if span != words.NONE else ''}"
        f"{words.compared(seen)}."
    )


def looked_for(report: Report) -> str:
    """Line on the behaviours and windows of a run, in the words of the pages."""
    layers = [(str(t), float(w)) for t, w in report.layers()[["trace", "window_s"]].itertuples(index=False)]
    return f"Looked for: {words.how(report.run['settings'], layers)}."


def found_lines(report: Report, seen: Mapping[str, Any]) -> list[str]:
    """Lines on ties and groups beyond chance, each with the expected count, or a line that there are none."""
    if not (seen["ties"] or seen["groups"] or seen["closed"]):
        told = answer_of(report)
        nobody = "Found: nothing. No two accounts act together more often than chance explains."
        lines = [nobody] if told.kind == "nothing" else [f"{TITLES[told.kind]}. {nobody}"]
        lines += answered(told, report.power())
    else:
        lines = [found_words(seen), *group_lines(report, "groups")]
    if seen.get("combined"):
        lines.append(f"{words.counted(seen['combined'], 'tie')} of these only when several behaviours are combined.")
    if seen["closed"]:
        circles = words.counted(seen["closed"], "closed circle")
        traces = sorted({trace for some in report.groups("closed")["traces"] for trace in some})
        nobody = "share things that almost nobody else shares"
        if len(traces) == 1:
            nobody = f"{words.verb(traces)} {words.nouns(traces)} that almost nobody else {words.verb_of_one(traces)}"
        lines += [
            f"Also {circles}: these accounts {nobody}. That is the evidence, not their timing.",
            *group_lines(report, "closed"),
        ]
    if seen["aside"]:
        lines.append(f"Set aside: {words.counted(seen['aside'], 'group')} that chance or a known cause explains:")
        reasons = report.groups("aside")["reason"].head(GROUPS_SHOWN)
        lines += [f"  {reason}" for reason in reasons if words.known(reason)]
    explained = words.counted(seen["explained"], "pair")
    lines.append(f"Chance explains {explained} of accounts that shared two or more objects within the time window.")
    return lines + preset_lines(report.run.get("counts", {}).get("preset"))


def found_words(seen: Mapping[str, Any]) -> str:
    """Sentence on the ties, groups and pairs that were found.

    Examples
    --------
    >>> found_words({"ties": 90, "groups": 3, "accounts_in_groups": 24, "pairs": 1})
    'Found: 90 ties beyond chance; 3 groups of 24 accounts in all, 1 pair on its own.'
    >>> found_words({"ties": 28, "groups": 0, "accounts_in_groups": 0, "pairs": 0})
    'Found: 28 ties beyond chance; no group.'
    """
    accounts = words.counted(seen["accounts_in_groups"], "account")
    if seen["groups"]:
        parts = [f"{words.counted(seen['groups'], 'group')} of {accounts}" + (" in all" if seen["groups"] > 1 else "")]
    else:
        parts = ["no group"]
    if seen["pairs"]:
        parts.append(f"{words.counted(seen['pairs'], 'pair')} on {'its' if seen['pairs'] == 1 else 'their'} own")
    return f"Found: {words.counted(seen['ties'], 'tie')} beyond chance; {', '.join(parts)}."


def preset_lines(counts: Mapping[str, Any] | None) -> list[str]:
    """Lines on the ties of a published method, and how many of them chance explains.

    Examples
    --------
    >>> preset_lines({"name": "coortweet", "ties": 90, "accounts": 30, "kept": 40, "explained": 70, "kept_explained": 25})
    ['CooRTweet draws 90 ties among 30 accounts; chance explains 70.', 'It keeps 40 of them; chance explains 25.']
    >>> preset_lines(None)
    []
    """
    if not counts:
        return []
    from graph.presets import PRESETS

    title = PRESETS[counts["name"]].title if counts["name"] in PRESETS else counts["name"]
    ties, accounts = words.counted(counts["ties"], "tie"), words.counted(counts["accounts"], "account")
    return [
        f"{title} draws {ties} among {accounts}; chance explains {words.count(counts['explained'])}.",
        f"It keeps {words.count(counts['kept'])} of them; chance explains {words.count(counts['kept_explained'])}.",
    ]


def described_lines(report: Report) -> list[str]:
    """Lines on each method described beside the run, with its largest communities; empty where none was."""
    communities = report.described_communities()
    lines = []
    for method in report.described_methods().to_dict("records"):
        part = communities[communities["method"] == method["method"]]
        lines.append(
            f"Described, not tested: {method['title']} links {words.counted(method['ties'], 'pair')} of accounts, of which"
            f" {words.count(method['passing'])} pass our tests; {words.counted(len(part), 'community', 'communities')}."
        )
        rows = [
            (
                f"  {row['tag']}",
                words.counted(row["accounts"], "account"),
                words.counted(row["ties"], "pair"),
                f"{words.count(row['passing'])} pass",
                "" if row["name"] is None else str(row["name"]),
            )
            for row in part.head(GROUPS_SHOWN).to_dict("records")
        ]
        lines += columns(rows, right=[1, 2, 3])
        lines += [f"  {note}" for note in method["notes"]]
    return lines


def group_lines(report: Report, heading: str) -> list[str]:
    """Table of the first groups under a heading."""
    groups = report.groups(heading)
    rows = [
        (
            f"  {group['rank']}",
            words.counted(group["accounts"], "account"),
            words.counted(group["ties"], "tie"),
            f"{words.count(group['observed'])} shared together, {words.expected(group['expected'])} expected by chance",
            str(group["name"]) if words.known(group["name"]) else "",
        )
        for group in groups.head(GROUPS_SHOWN).to_dict("records")
    ]
    more = len(groups) - len(rows)
    parts = [f"  {sentence}" for sentence in wholes(groups)]
    return (
        columns(rows, right=[0, 1, 2]) + parts + ([f"  and {words.counted(more, 'further group')}"] if more > 0 else [])
    )


def run_facts(report: Report) -> dict[str, Any]:
    """A run as plain values: its record, counts, layers, groups and caveats."""
    return {
        "run": report.run,
        "overview": plain(report.overview()),
        "answer": answer_of(report).kind,
        "layers": records(report.layers()),
        "groups": records(report.groups()),
        "described": {
            "methods": records(report.described_methods()),
            "layers": records(report.described_layers()),
            "communities": records(report.described_communities()),
        },
        "caveats": [*first(report), *report.caveats()],
    }
