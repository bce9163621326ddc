"""Briefing of a whole run: report → parts of the document, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import words as say
from dashboards.briefing import print_words as safe
from dashboards.briefing.after_reporting import after_reporting
from dashboards.briefing.described import described as described_part
from dashboards.briefing.evidence import alone_evidence, pairs, verdicts
from dashboards.briefing.groups import group, groups_note, held, in_detail, listed, pictures
from dashboards.briefing.method import method
from dashboards.briefing.outline import POSTS_NOTE, Block, Facts, Heading, Held, Outline, Pairs, Part, Sentences, Table
from dashboards.briefing.outlinks import sends_people
from dashboards.briefing.records.coders import attribution_part, coding_parts
from dashboards.briefing.records.legal import legal_part
from dashboards.briefing.run_summary import RunSummary
from dashboards.briefing.sources import came_in, files
from dashboards.figures.window_sweep import swept
from dashboards.words import power as power_words
from graph.schema import HEADINGS

if TYPE_CHECKING:
    from graph.report.report import Report

_LEADS = {
    "closed": "These accounts share things that almost nobody else shared. That is the evidence, not their timing. They are not"
    " counted as coordinated.",
    "aside": "These looked like groups, but chance or a known cause explains them. Listed for completeness.",
}


def gather(report: Report, described: bool = False) -> Outline:
    """Outline of the briefing of a run, with what published methods describe beside it where that is asked for."""
    summary = RunSummary(report)
    detailed = in_detail(summary)
    parts = [
        came_in(summary),
        _found(summary),
        *_other_headings(summary),
        *(group(summary, row) for row in detailed),
        *_pairs(summary),
        *([described_part(summary)] if described else []),
        *sends_people(summary),
        *_verdicts(summary),
        *coding_parts(summary),
        *after_reporting(summary),
        _how(summary),
        Part("Detection limit", [Sentences(power(summary))]),
        limits(summary),
        _legal(summary),
        attribution_part(summary),
        _again(summary),
    ]
    return outline(summary, summary.lead(), parts, [held(summary, row) for row in detailed], Facts(summary.facts()))


def outline(
    summary: RunSummary, lead: list[str], parts: list[Part], groups: list[Held], facts: Facts | None = None
) -> Outline:
    """A document of these parts, with the run it comes from."""
    run = summary.report.run
    info = summary.report.store.info()
    return Outline(
        title=summary.title(),
        case=safe.shortened(summary.name, 120),
        date=say.day(run.get("finished_at"), year=True),
        lead=lead,
        parts=parts,
        run_line=summary.source,
        version=str(run.get("version") or ""),
        run_id=str(run.get("run_id") or ""),
        origin=f"{info.get('created_at') or ''} {summary.report.store.name}",
        finished_at=say.moment(run.get("finished_at")),
        facts=facts,
        held=groups,
    )


def _found(summary: RunSummary) -> Part:
    found, blocks = listed(summary, "groups"), list[Block]()
    if found is None:
        nothing = "Nothing here is beyond chance: no group, no pair, and nothing set aside."
        none = "No group of three or more accounts is beyond chance."
        blocks.append(Sentences([nothing if summary.nothing else none], "plain"))
    blocks += pictures(summary)
    blocks += [found] if found else []
    note = groups_note(summary)
    blocks += [Sentences([note], "note")] if note else []
    return Part("Expected by chance, and observed" if summary.nothing else "Groups", blocks)


def _other_headings(summary: RunSummary) -> list[Part]:
    found = [(heading, listed(summary, heading)) for heading in _LEADS]
    return [
        Part(HEADINGS[heading], [Sentences([_LEADS[heading]], "plain"), table], "aside")
        for heading, table in found
        if table
    ]


def _pairs(summary: RunSummary) -> list[Part]:
    found = pairs(summary)
    if found is None:
        return []
    lead = "Pairs of accounts that act together more often than chance explains, with no third account."
    strongest = alone_evidence(summary)
    blocks: list[Block] = [Sentences([lead], "plain"), found]
    if strongest:
        blocks += [Heading("Posts of the strongest pairs"), Sentences([POSTS_NOTE], "note"), *strongest]
    return [Part("Pairs", blocks)]


def _verdicts(summary: RunSummary) -> list[Part]:
    found = verdicts(summary)
    return [Part("Verdicts of analysts", [found])] if found else []


def _how(summary: RunSummary) -> Part:
    run = summary.report.run
    said = method(
        run.get("settings") or {},
        summary.layers,
        summary.worlds,
        str(run.get("method")),
        run,
        summary.report.described_methods(),
    )
    blocks: list[Block] = []
    for heading, words in said:
        blocks += [Heading(heading), Sentences([words])]
    curves = swept(summary.report.windows(), summary.layers, summary.stamp())
    return Part("How this was found", [*blocks, *curves, layer_table(summary)])


def limits(summary: RunSummary) -> Part:
    """Part with the limits: what the results do not show."""
    return Part("What this does not show", [Sentences(summary.limits(), "points")])


def _legal(summary: RunSummary) -> Part:
    finished = say.moment(summary.report.run.get("finished_at"))
    return legal_part(summary.report.legal_position(), finished.date() if finished else None)


def _again(summary: RunSummary) -> Part:
    same = f"The same settings on the same files give the same run. {summary.source}."
    return Part("How to repeat this run", [Pairs(summary.manifest()), files(summary), Sentences([same], "note")])


def layer_table(summary: RunSummary) -> Table:
    """Table of the layers: behaviour, time window, pairs tested, ties."""
    rows = [
        [
            say.trace(r["trace"]),
            say.window(r["window_s"]),
            *(say.count(r[c]) for c in ("accounts", "actions", "objects", "pairs_met_2")),
            say.expected(r["chance_met_2"]),
            *(say.count(r.get(c)) for c in ("family_a", "family_b", "ties", "closed")),
            say.expected(r.get("ties_shuffled")),
            say.count(r["explained"]),
        ]
        for r in summary.layers.to_dict("records")
    ]
    columns = [
        *(
            "Behaviour",
            "Time window",
            "Accounts",
            "Actions",
            "Objects",
            "Pairs that share 2 or more",
            "Expected by chance",
        ),
        *(
            "Pairs in test 1",
            "Pairs in test 2",
            "Ties",
            "On rare objects",
            "With shuffled times",
            "Explained by chance",
        ),
    ]
    return Table(columns, rows, frozenset(range(2, 13)), caption="Pairs and ties by behaviour and time window")


def power(summary: RunSummary) -> list[str]:
    """Sentences on the smallest group the search can find, or that this was not tested."""
    said = power_words.power_sentences(summary.report.power())
    return [power_words.HOW, *said] if said else [f"{power_words.NOT_TRIED} Run lockstep power to test it."]
