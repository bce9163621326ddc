"""What people decide on a page: verdict, innocent explanations, notes. Each is written down with its author and time.

A page places the blocks of ``judging(report, about)``; one set of callbacks serves every page that does, since only one stands at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboards import who, words
from dashboards.pages import base
from dashboards.pages.base import Child, attributes
from graph import notes, safe, verdicts
from graph.notes import About
from ingest.errors import LockstepError

MARKS = {"confirmed": "●", "unsure": "◐", "rejected": "○", "open": ""}
NAMES = {"confirmed": "Confirmed", "unsure": "Unsure", "rejected": "Rejected", "open": "Open"}
CONFIDENCE = {"low": "low confidence", "moderate": "moderate confidence", "high": "high confidence"}
MEANS = "Coordinated does not mean inauthentic, nor under one command."

EXPLANATIONS: dict[str, str] = {
    "person": "One person with several accounts, openly",
    "app": "An app or a feed posts for them",
    "news": "A push alert or breaking news",
    "campaign": "A fan club or campaign that says so",
    "clock": "Clock errors or a wrong time zone",
}
"""What else could make accounts act together; a person ticks what they have ruled out."""


def about_group(report: Any, group_id: str) -> About:
    """A group as something to decide on, with its members as they are in this run."""
    return About(report.run["run_id"], group_id=group_id, members=tuple(report.members(group_id)["account"]))


def about_tie(report: Any, tie: Mapping[str, Any]) -> About:
    """A tie of one layer as something to decide on."""
    a, b = str(tie["account_a"]), str(tie["account_b"])
    layer = {"trace": str(tie["trace"]), "window_s": float(tie["window_s"])}
    return About(report.run["run_id"], account_a=a, account_b=b, members=(a, b), **layer)  # type: ignore[arg-type]


def about_account(report: Any, uid: str) -> About:
    """An account as something to decide on."""
    return About(report.run["run_id"], account=uid, members=(uid,))


# --- what stands on the page ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judging:
    """The blocks of a page on which people decide: a page places them where they belong among what it says itself."""

    verdict: Component
    checks: Component
    notes: Component


def judging(report: Any, about: About, thing: str, hints: Mapping[str, str] | None = None) -> Judging:
    """Verdict, could it be innocent, notes.

    Parameters
    ----------
    thing : str
        What is decided on: "group", "tie", "account".
    hints : mapping, optional
        What the data say to some of ``EXPLANATIONS``.
    """
    said = list(report.store.notes())
    verdict = html.Section(
        [
            html.H2(f"Verdict on this {thing}"),
            dcc.Store(id="about", data=about.as_dict()),
            html.Div(_verdict(said, about), id="verdict"),
            _form(said, about),
        ],
        className="block verdict",
        id="judge",
    )
    remarks = base.block("Notes", html.Div(_remarks(said, about), id="remarks"), _remark_form())
    return Judging(verdict, _checks(said, about, hints or {}), remarks)


def verdict_words(stand: Sequence[Mapping[str, Any]]) -> Child:
    """The verdict of a group in a table: its mark and word; two that differ are said to differ."""
    given = list(dict.fromkeys(str(v.get("verdict")) for v in stand))
    if not given or given == ["open"]:
        return html.Span("Open", className="dim")
    if len(given) > 1:
        return html.Span("Two views", className="warnword", title=" and ".join(NAMES.get(g, g) for g in given))
    return _mark(given[0])


def _mark(verdict: str) -> Component:
    sign = html.Span(MARKS.get(verdict, ""), **attributes(aria_hidden="true"))
    return html.Span([sign, " ", NAMES.get(verdict, verdict)], className="vd")


def signed(note: Mapping[str, Any]) -> str:
    """By whom and when."""
    return f"by {safe.clean(str(note.get('by')))}, {words.clock(note.get('at'), 'min', year=True)}"


def _verdict(said: Sequence[Mapping[str, Any]], about: About, met: str | None = None) -> list[Child]:
    """What stands, what was offered, and what came before it."""
    given = [note for note in notes.about(said, about) if note.get("kind") == "verdict"]
    stand = verdicts.standing(given, about)
    made: list[Child] = [dcc.Store(id="seen", data=[str(v["id"]) for v in stand])]
    if len(stand) > 1:
        first = met or "Two views stand beside each other."
        made.append(html.P([html.Span(first, className="warnword"), " Both are kept. Which one holds?"], role="status"))
    if not stand:
        made.append(html.P("Open: nobody has decided yet.", className="dim"))
    for note in stand:
        made.append(_one(note))
        if len(stand) > 1:
            label = f"Keep {safe.clean(str(note.get('by')))}’s: {NAMES.get(str(note.get('verdict')), '')}"
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
    reason = safe.clean(str(note.get("reason") or ""))
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
        f"In an earlier run, on a group that has {words.counted(best['shared'], 'account')} in common with this one"
        f" ({words.share(best['alike'], 1)} alike):"
    )
    return [html.P(told, className="src"), _one(best), html.P("It is not applied here by itself.", className="src")]


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
                    {"value": "", "label": "not said"},
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
        dmc.TextInput(id="by", label="Your name or initials", value=who.name(), w="14rem"),
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
    summary = "Add a second view" if stand else "Give a verdict"
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
                html.P(_answered(answers.get(item), hints.get(item)), id={"type": "checked", "item": item}),
            ],
            className="check",
        )
        for item, label in EXPLANATIONS.items()
    ]
    return base.block(
        "Could it be innocent?",
        html.P("Tick what you have ruled out. Answers are kept with your name and the time.", className="dim"),
        html.Div(rows, className="checks"),
    )


def _answered(note: Mapping[str, Any] | None, hint: str | None) -> str:
    if note is None:
        return hint or "Not checked."
    state = "Ruled out" if note.get("answer") == "ruled out" else "Open again"
    return " ".join([f"{state} {signed(note)}.", hint or ""]).strip()


def _remarks(said: Sequence[Mapping[str, Any]], about: About) -> list[Child]:
    own = [note for note in notes.about(said, about) if note.get("kind") == "note"]
    if not own:
        return [html.P("None yet. What you saw, what to look at next.", className="dim")]
    return [
        html.Div(
            [html.Blockquote(safe.clean(str(note.get("text") or ""))), html.P(signed(note), className="src")],
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


# --- what is done ------------------------------------------------------------------------------------------------------


def register(app: Dash, reports: base.Reports) -> None:
    """Callbacks of the blocks above: each writes one note and shows what now stands."""

    @app.callback(
        Output("verdict", "children"),
        Output("verdict-said", "children"),
        Output("verdict-reason", "value"),
        Input("verdict-save", "n_clicks"),
        Input({"type": "keep", "id": ALL}, "n_clicks"),
        State("verdict-choice", "value"),
        State("verdict-confidence", "value"),
        State("verdict-reason", "value"),
        State("by", "value"),
        State("about", "data"),
        State("seen", "data"),
        prevent_initial_call=True,
    )
    def save(
        _: int, kept: list[int], choice: str, sure: str, reason: str, by: str, data: dict[str, Any], seen: list[str]
    ) -> Any:
        pressed = ctx.triggered_id
        if pressed == "verdict-save":
            return saved(reports, data, seen, by, choice, reason, sure)
        if not any(kept):
            return no_update, no_update, no_update
        return kept_one(reports, data, seen, by, str(dict(pressed)["id"]))

    @app.callback(
        Output({"type": "checked", "item": MATCH}, "children"),
        Input({"type": "check", "item": MATCH}, "checked"),
        State("by", "value"),
        State("about", "data"),
        State({"type": "checked", "item": MATCH}, "children"),
        prevent_initial_call=True,
    )
    def check(checked: bool, by: str, data: dict[str, Any], told: str) -> Any:
        item = str(dict(ctx.triggered_id)["item"])
        return checked_off(reports, data, by, item, checked, told)

    @app.callback(
        Output("remarks", "children"),
        Output("remark-said", "children"),
        Output("remark", "value"),
        Input("remark-save", "n_clicks"),
        State("remark", "value"),
        State("by", "value"),
        State("about", "data"),
        prevent_initial_call=True,
    )
    def remark(_: int, text: str, by: str, data: dict[str, Any]) -> Any:
        return remarked(reports, data, by, text)


def _about(reports: base.Reports, data: Mapping[str, Any]) -> About:
    """What the page was about, with the members the case has for it rather than those the browser sent."""
    sent = About.of(data)
    report = reports.of(sent.run_id)
    if sent.group_id:
        report.group(sent.group_id)
        return about_group(report, sent.group_id)
    if sent.account_a:
        return about_tie(report, report.tie(sent.account_a, sent.account_b, sent.trace, sent.window_s))
    return about_account(report, str(report.account(str(sent.account))["account_uid"]))


def _signed(by: str | None) -> str:
    name = " ".join((by or "").split())
    if name:
        who.remember(name)
    return name


def saved(
    reports: base.Reports, data: dict[str, Any], seen: list[str], by: str, choice: str, reason: str, sure: str
) -> tuple[Any, Any, Any]:
    """Write a verdict; when somebody else wrote one meanwhile, both stand and the page asks."""
    try:
        about = _about(reports, data)
        before = {str(v["id"]): v for v in verdicts.standing(reports.store.notes("verdict"), about)}
        verdicts.give(
            reports.store, about, choice, reason or "", _signed(by), confidence=sure or None, after=list(seen or [])
        )
    except LockstepError as error:
        return no_update, _not_kept(error), no_update
    others = [safe.clean(str(v.get("by"))) for key, v in before.items() if key not in set(seen or [])]
    met = f"{words.listed(others)} saved first, while you were writing." if others else None
    return _verdict(reports.store.notes(), about, met), "Saved.", ""


def kept_one(
    reports: base.Reports, data: dict[str, Any], seen: list[str], by: str, chosen: str
) -> tuple[Any, Any, Any]:
    """Of several verdicts that stand, one holds: written down as a verdict after all of them."""
    try:
        about = _about(reports, data)
        note = next(v for v in verdicts.standing(reports.store.notes("verdict"), about) if v["id"] == chosen)
        reason = f"As {note['by']} wrote: {note.get('reason') or 'open'}"[: notes.LONGEST]
        verdicts.give(
            reports.store,
            about,
            str(note["verdict"]),
            reason,
            _signed(by),
            confidence=note.get("confidence"),
            after=list(seen),
        )
    except LockstepError as error:
        return no_update, _not_kept(error), no_update
    except StopIteration:
        return _verdict(reports.store.notes(), about), "Somebody decided meanwhile: this is what stands now.", no_update
    return _verdict(reports.store.notes(), about), "Saved. The other view stays in the history.", no_update


def checked_off(
    reports: base.Reports, data: dict[str, Any], by: str, item: str, checked: bool, told: str
) -> str | Component:
    """Write down that an innocent explanation was ruled out, or is open again."""
    if item not in EXPLANATIONS:
        return told
    try:
        about = _about(reports, data)
        answer = "ruled out" if checked else "open"
        note = notes.write(reports.store, "check", about, _signed(by) or who.signature(), item=item, answer=answer)
    except LockstepError as error:
        return _not_kept(error)
    return _answered(note, None)


def remarked(reports: base.Reports, data: dict[str, Any], by: str, text: str) -> tuple[Any, Any, Any]:
    """Write a note."""
    if not (text or "").strip():
        return no_update, "There is nothing to save.", no_update
    try:
        about = _about(reports, data)
        notes.write(reports.store, "note", about, _signed(by), text=text.strip())
    except LockstepError as error:
        return no_update, _not_kept(error), no_update
    return _remarks(reports.store.notes(), about), "Saved.", ""


def _not_kept(error: LockstepError) -> Component:
    hint = getattr(error, "hint", None)
    return html.Span(f"Not saved. {error.message}{f' {hint}' if hint else ''}", className="stopword")


# --- what the data say to it ------------------------------------------------------------------------------------------


def hints(report: Any, group: Mapping[str, Any] | None, platforms: Mapping[str, int] | None) -> dict[str, str]:
    """A sentence from the data for some of ``EXPLANATIONS``, so that nobody ticks blindly.

    Parameters
    ----------
    group : mapping, optional
        The group it is about, or that holds the tie.
    platforms : mapping, optional
        Accounts by platform, where they are not those of the group.
    """
    counts = platforms if platforms is not None else (group or {}).get("platforms") or {}
    made = {}
    if counts:
        where = words.listed([words.platform(p) for p, _ in words.in_order(dict(counts))][:4])
        made["person"] = f"On {where}. Not checked." if len(counts) > 1 else f"All on {where}. Not checked."
    if group is not None:
        made |= _by_others(report, group)
    zones = sorted({str(s["tz_assumed"]) for s in report.store.sources().to_pylist() if s.get("tz_assumed")})
    made["clock"] = (
        f"A file says no time zone: {words.listed(zones)} is assumed. Not checked."
        if zones
        else "Every file says its time zone. Not checked."
    )
    return made


def _by_others(report: Any, group: Mapping[str, Any]) -> dict[str, str]:
    lags = report.lags(group["group_id"])
    whole = int(lags["others"].sum()) if len(lags) else 0
    if not whole:
        return {"news": "Nobody outside the group shared these. Not checked."}
    half = lags["others"].cumsum().searchsorted(whole / 2)
    low = lags["from_s"].iloc[min(int(half), len(lags) - 1)]
    return {"news": f"Others on the same: half lie more than {words.duration(low)} apart. Not checked."}
