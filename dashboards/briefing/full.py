"""What a briefing says about all of a run: report → the parts of the document, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import words as say
from dashboards.briefing import print_words as safe
from dashboards.briefing.evidence import alone_evidence, pairs, verdicts
from dashboards.briefing.groups import group, groups_note, held, in_detail, listed, pictures
from dashboards.briefing.method import method
from dashboards.briefing.outline import POSTS_NOTE, Block, Facts, Heading, Held, Outline, Pairs, Part, Sentences, Table
from dashboards.briefing.run_summary import Told
from dashboards.briefing.sources import came_in, files
from dashboards.figures.window_sweep import swept
from dashboards.words import power as power_words
from graph.schema import HEADINGS

if TYPE_CHECKING:
    from graph.report.report import Report

_LEADS = {
    "closed": "They met on things that hardly anybody else acted on: that nobody else shared them is the evidence, not the"
    " timing. They are not counted as coordinated.",
    "aside": "Looked like a group, and chance or a known cause explains it. Kept here so that nothing is swept away.",
}


def gather(report: Report) -> Outline:
    """Everything a briefing says about a run."""
    told = Told(report)
    detailed = in_detail(told)
    parts = [
        came_in(told),
        _found(told),
        *_other_headings(told),
        *(group(told, row) for row in detailed),
        *_pairs(told),
        *_verdicts(told),
        _how(told),
        Part("What could have been seen", [Sentences(power(told))]),
        limits(told),
        _again(told),
    ]
    return outline(told, told.lead(), parts, [held(told, row) for row in detailed], Facts(told.facts()))


def outline(told: Told, lead: list[str], parts: list[Part], groups: list[Held], facts: Facts | None = None) -> Outline:
    """A document of these parts, signed by its run."""
    run = told.report.run
    info = told.report.store.info()
    return Outline(
        title=told.title(),
        case=safe.shortened(told.name, 120),
        date=say.day(run.get("finished_at"), year=True),
        lead=lead,
        parts=parts,
        run_line=told.source,
        version=str(run.get("version") or ""),
        run_id=str(run.get("run_id") or ""),
        origin=f"{info.get('created_at') or ''} {told.report.store.name}",
        finished_at=say.moment(run.get("finished_at")),
        facts=facts,
        held=groups,
    )


def _found(told: Told) -> Part:
    found, blocks = listed(told, "groups"), list[Block]()
    if found is None:
        nothing = "Nothing here is more than chance gives. No group, no pair, nothing set aside."
        none = "No group of three or more accounts stands beyond chance."
        blocks.append(Sentences([nothing if told.nothing else none], "plain"))
    blocks += pictures(told)
    blocks += [found] if found else []
    note = groups_note(told)
    blocks += [Sentences([note], "note")] if note else []
    return Part("What chance would give, and what was seen" if told.nothing else "Groups", blocks)


def _other_headings(told: Told) -> list[Part]:
    found = [(heading, listed(told, heading)) for heading in _LEADS]
    return [
        Part(HEADINGS[heading], [Sentences([_LEADS[heading]], "plain"), table], "aside")
        for heading, table in found
        if table
    ]


def _pairs(told: Told) -> list[Part]:
    found = pairs(told)
    if found is None:
        return []
    lead = "Two accounts that act together more than chance gives, and with nobody else."
    strongest = alone_evidence(told)
    blocks: list[Block] = [Sentences([lead], "plain"), found]
    if strongest:
        blocks += [Heading("Posts behind the strongest"), Sentences([POSTS_NOTE], "note"), *strongest]
    return [Part("Pairs", blocks)]


def _verdicts(told: Told) -> list[Part]:
    found = verdicts(told)
    return [Part("What analysts say", [found])] if found else []


def _how(told: Told) -> Part:
    said = method(told.report.run.get("settings") or {}, told.layers, told.worlds)
    blocks: list[Block] = []
    for heading, words in said:
        blocks += [Heading(heading), Sentences([words])]
    curves = swept(told.report.windows(), told.layers, told.stamp())
    return Part("How this was found", [*blocks, *curves, layer_table(told)])


def limits(told: Told) -> Part:
    """What a reader must not read into it."""
    return Part("What this does not show", [Sentences(told.limits(), "points")])


def _again(told: Told) -> Part:
    same = f"The same settings on the same files give the same run. {told.source}."
    return Part("To repeat it", [Pairs(told.manifest()), files(told), Sentences([same], "note")])


def layer_table(told: Told) -> Table:
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
        for r in told.layers.to_dict("records")
    ]
    columns = [
        *("Way of acting", "Window", "Accounts", "Actions", "Things", "Pairs that met twice", "By pure chance"),
        *("Pairs, first question", "Pairs, second", "Ties", "Closed", "At any time", "Explained"),
    ]
    return Table(columns, rows, frozenset(range(2, 13)), caption="What the search saw")


def power(told: Told) -> list[str]:
    """What these data could have shown; plainly that nobody tried where nobody did."""
    said = power_words.power_sentences(told.report.power())
    return [power_words.HOW, *said] if said else [f"{power_words.NOT_TRIED} The command lockstep power tries it."]
