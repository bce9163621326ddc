"""Blocks for decisions on a page: verdict, innocent explanations, notes; each is saved with author and time.

A page places the blocks of ``judging(report, about)``; one set of callbacks serves every page that does, since only one stands at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import author
from dashboards.components.base import Child, attributes
from dashboards.components.layout import block
from dashboards.local.addresses import HERE
from dashboards.words.alternatives import EXPLANATIONS
from graph.case import notes, verdicts
from graph.case.notes import About
from graph.privacy import sanitize

if TYPE_CHECKING:
    from graph.report.report import Report

MARKS = {"confirmed": "●", "unsure": "◐", "rejected": "○", "open": ""}

NAMES = {"confirmed": "Confirmed", "unsure": "Unsure", "rejected": "Rejected", "open": "Open"}

CONFIDENCE = {"low": "low confidence", "moderate": "moderate confidence", "high": "high confidence"}

MEANS = "Coordinated does not mean inauthentic, nor run by one person."


def about_group(report: Report, group_id: str) -> About:
    """A group as something to decide on, with its members as they are in this run."""
    return About(report.run["run_id"], group_id=group_id, members=tuple(report.members(group_id)["account"]))


def about_tie(report: Report, tie: Mapping[str, Any]) -> About:
    """A tie of one layer as something to decide on."""
    a, b = str(tie["account_a"]), str(tie["account_b"])
    layer = {"trace": str(tie["trace"]), "window_s": float(tie["window_s"])}
    return About(report.run["run_id"], account_a=a, account_b=b, members=(a, b), **layer)  # type: ignore[arg-type]


def about_account(report: Report, uid: str) -> About:
    """An account as something to decide on."""
    return About(report.run["run_id"], account=uid, members=(uid,))


@dataclass(frozen=True)
class Judging:
    """The blocks of a page on which people decide: a page places them where they belong among what it says itself."""

    verdict: Component
    checks: Component
    notes: Component


def judging(
    report: Report,
    about: About,
    thing: str,
    hints: Mapping[str, str] | None = None,
    blind: bool = False,
    switch: Child = None,
) -> Judging:
    """Verdict, could it be innocent, notes.

    Parameters
    ----------
    thing : str
        What is decided on: "group", "tie", "account".
    hints : mapping, optional
        What the data say to some of ``EXPLANATIONS``.
    blind : bool
        Whether to hide what others wrote until the person has given a verdict.
    switch : Child
        A link that turns this on or off.
    """
    said = visible(report.store.notes(), about, blind)
    verdict = html.Section(
        [
            html.H2(f"Verdict on this {thing}"),
            dcc.Store(id="about", data=HERE.get().all(replace(about, members=()).as_dict())),
            dcc.Store(id="blind", data=blind),
            html.Div(verdict_block(said, about, blind=blind), id="verdict"),
            _form(said, about),
            html.P(switch, className="src") if switch is not None else None,
        ],
        className="block verdict",
        id="judge",
    )
    written = block("Notes", html.Div(remarks(said, about), id="remarks"), _remark_form())
    return Judging(verdict, _checks(said, about, hints or {}), written)


def visible(said: Sequence[Mapping[str, Any]], about: About, blind: bool) -> list[Mapping[str, Any]]:
    """Notes a person may see: coding blind, only their own until they have given a verdict.

    Examples
    --------
    >>> visible([{"by": "Ann", "kind": "verdict", "run_id": "r", "group_id": "g"}], About("r", group_id="g"), blind=True)
    []
    """
    mine = author.own(said) if blind else []
    given = any(note.get("kind") == "verdict" for note in notes.about(mine, about))
    return list(mine) if blind and not given else list(said)


def verdict_words(stand: Sequence[Mapping[str, Any]]) -> Child:
    """The verdict of a group in a table: its mark and word; two that differ are said to differ.

    Examples
    --------
    >>> [verdict_words([{"verdict": v} for v in given]).children for given in ((), ("confirmed", "rejected"))]
    ['Open', 'Disagreement']
    """
    given = list(dict.fromkeys(str(v.get("verdict")) for v in stand))
    if not given or given == ["open"]:
        return html.Span("Open", className="dim")
    if len(given) > 1:
        return html.Span("Disagreement", className="warnword", title=" and ".join(NAMES.get(g, g) for g in given))
    return _mark(given[0])


def _mark(verdict: str) -> Component:
    sign = html.Span(MARKS.get(verdict, ""), **attributes(aria_hidden="true"))
    return html.Span([sign, " ", NAMES.get(verdict, verdict)], className="vd")


def signed(note: Mapping[str, Any]) -> str:
    """By whom and when."""
    return f"by {sanitize.clean(str(note.get('by')))}, {words.clock(note.get('at'), 'min', year=True)}"


def verdict_block(
    said: Sequence[Mapping[str, Any]], about: About, met: str | None = None, blind: bool = False
) -> list[Child]:
    """Current verdicts, offered ones, and the history; coding blind, no verdict of others is said to be missing."""
    given = [note for note in notes.about(said, about) if note.get("kind") == "verdict"]
    stand = verdicts.standing(given, about)
    made: list[Child] = [dcc.Store(id="seen", data=[str(v["id"]) for v in stand])]
    differ = len({str(v.get("verdict")) for v in stand}) > 1
    if len(stand) > 1 and not differ:
        made.append(html.P(f"{met or ''} {words.sentence(words.small(len(stand)))} people gave this verdict.".strip()))
    if differ:
        first = met or "Analysts disagree."
        made.append(
            html.P(
                [html.Span(first, className="warnword"), " Both verdicts are kept. Choose the one that applies."],
                role="status",
            )
        )
    if not stand:
        made.append(html.P("You gave no verdict yet." if blind else "Open: no verdict yet.", className="dim"))
    for note in stand:
        made.append(_one(note))
        if differ:
            label = f"Keep {sanitize.clean(str(note.get('by')))}’s: {NAMES.get(str(note.get('verdict')), '')}"
            made.append(
                html.Button(
                    label, id={"type": "keep", "id": str(note["id"])}, className="btn small", n_clicks=0, type="button"
                )
            )
    made += _offered(said, about) if about.group_id and not stand else []
    before = [note for note in given if note not in stand]
    if before:
        made.append(
            html.Details(
                [html.Summary(f"History ({len(before)})"), *[_one(note) for note in reversed(before)]],
                className="twin history",
            )
        )
    return made


def _one(note: Mapping[str, Any]) -> Component:
    sure = CONFIDENCE.get(str(note.get("confidence")))
    reason = sanitize.clean(str(note.get("reason") or ""))
    return html.Div(
        [
            html.P([_mark(str(note.get("verdict"))), f" {signed(note)}", f", {sure}" if sure else ""]),
            html.Blockquote(reason) if reason else None,
        ],
        className="given",
    )


def _offered(said: Sequence[Mapping[str, Any]], about: About) -> list[Child]:
    found = verdicts.offered(said, about.run_id, about.members)
    if not found:
        return []
    best = found[0]
    told = (
        f"From an earlier run, for a group that shares {words.counted(best['shared'], 'account')} with this one"
        f" (Jaccard {words.share(best['alike'], 1)}):"
    )
    return [html.P(told, className="src"), _one(best), html.P("It is not applied automatically.", className="src")]


def _form(said: Sequence[Mapping[str, Any]], about: About) -> Component:
    stand = verdicts.standing(said, about)
    choice = dmc.SegmentedControl(
        id="verdict-choice",
        data=[{"value": v, "label": NAMES[v]} for v in verdicts.VERDICTS],
        value=str(stand[-1].get("verdict")) if stand else "open",
        size="xs",
        fullWidth=True,
        **attributes(aria_label="Verdict"),
    )
    sure = html.Label(
        [
            "Confidence ",
            dmc.SegmentedControl(
                id="verdict-confidence",
                data=[
                    {"value": "", "label": "not stated"},
                    *({"value": c, "label": c.capitalize()} for c in verdicts.CONFIDENCE),
                ],
                value="",
                size="xs",
                **attributes(aria_label="Confidence"),
            ),
        ],
        className="sure",
    )
    body = [
        choice,
        sure,
        dmc.Textarea(
            id="verdict-reason",
            label="Reason, in a sentence someone else can check",
            autosize=True,
            minRows=2,
            maxRows=8,
        ),
        dmc.TextInput(id="by", label="Your name or initials", value=author.name(), w="14rem"),
        html.P(
            [
                html.Button(
                    ["Save verdict ", html.Kbd("Ctrl ↵")],
                    id="verdict-save",
                    className="btn primary save",
                    n_clicks=0,
                    type="button",
                ),
                html.Span("Kept with your name and the time.", className="dim"),
            ],
            className="row",
        ),
        html.P("", id="verdict-said", role="status", className="said"),
        html.P(MEANS, className="src"),
    ]
    summary = "Add another verdict" if stand else "Give a verdict"
    return html.Details([html.Summary(summary), html.Div(body)], className="judge", open=not stand)


def _checks(said: Sequence[Mapping[str, Any]], about: About, hints: Mapping[str, str]) -> Component:
    answers = notes.newest((n for n in notes.about(said, about) if n.get("kind") == "check"), "item")
    rows = [
        html.Div(
            [
                dmc.Checkbox(
                    id={"type": "check", "item": item},
                    label=label,
                    checked=answers.get(item, {}).get("answer") == "ruled out",
                    size="xs",
                ),
                html.P(answered(answers.get(item), hints.get(item)), id={"type": "checked", "item": item}),
            ],
            className="check",
        )
        for item, label in EXPLANATIONS.items()
    ]
    return block(
        "Could it be innocent?",
        html.P("Tick what you have ruled out. Answers are kept with your name and the time.", className="dim"),
        html.Div(rows, className="checks"),
    )


def answered(note: Mapping[str, Any] | None, hint: str | None) -> str:
    """Answer to an innocent explanation, with its author and day, or the hint beside it."""
    if note is None:
        return f"{hint or ''} Not checked.".strip()
    state = "Ruled out" if note.get("answer") == "ruled out" else "Open again"
    return " ".join([f"{state} {signed(note)}.", hint or ""]).strip()


def remarks(said: Sequence[Mapping[str, Any]], about: About) -> list[Child]:
    """Notes on a group or tie, newest last, or a line that invites the first."""
    own = [note for note in notes.about(said, about) if note.get("kind") == "note"]
    if not own:
        return [html.P("No notes yet. Write what you saw and what to check next.", className="dim")]
    return [
        html.Div(
            [html.Blockquote(sanitize.clean(str(note.get("text") or ""))), html.P(signed(note), className="src")],
            className="given",
        )
        for note in own
    ]


def _remark_form() -> Component:
    return html.Div(
        [
            dmc.Textarea(id="remark", label="Add a note", autosize=True, minRows=1, maxRows=8),
            html.P(
                html.Button("Save note", id="remark-save", className="btn", n_clicks=0, type="button"), className="row"
            ),
            html.P("", id="remark-said", role="status", className="said"),
        ]
    )
