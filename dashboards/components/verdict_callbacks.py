"""Callbacks for verdicts, answers and notes: saved with author and time; nothing is overwritten unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import author, verdict_form
from dashboards.components.base import Reports
from dashboards.local.addresses import HERE
from dashboards.words.alternatives import EXPLANATIONS
from graph.case import notes, verdicts
from graph.case.notes import About
from graph.privacy import sanitize
from ingest.errors import LockstepError


def register(app: Dash, reports: Reports) -> None:
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
        State("blind", "data"),
        prevent_initial_call=True,
    )
    def save(
        _: int,
        kept: list[int],
        choice: str,
        sure: str,
        reason: str,
        by: str,
        data: dict[str, Any],
        seen: list[str],
        blind: bool,
    ) -> Any:
        pressed = ctx.triggered_id
        if pressed == "verdict-save":
            return saved(reports, data, seen, by, choice, reason, sure, blind)
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


def _about(reports: Reports, data: Mapping[str, Any]) -> About:
    """Subject of the page, with members from the case rather than those the browser sent."""
    report = reports.of(About.of(data).run_id)
    sent = About.of(HERE.get().all_opened(data))
    if sent.group_id:
        report.group(sent.group_id)
        return verdict_form.about_group(report, sent.group_id)
    if sent.account_a:
        return verdict_form.about_tie(report, report.tie(sent.account_a, sent.account_b, sent.trace, sent.window_s))
    return verdict_form.about_account(report, str(report.account(str(sent.account))["account_uid"]))


def _signed(by: str | None) -> str:
    name = " ".join((by or "").split())
    if name:
        author.remember(name)
    return name


def saved(
    reports: Reports,
    data: dict[str, Any],
    seen: list[str],
    by: str,
    choice: str,
    reason: str,
    sure: str,
    blind: bool = False,
) -> tuple[Any, Any, Any]:
    """Write a verdict; when somebody else wrote one that was not seen, both stand and the page asks."""
    try:
        about = _about(reports, data)
        before = {str(v["id"]): v for v in verdicts.standing(reports.store.notes("verdict"), about)}
        verdicts.give(
            reports.store, about, choice, reason or "", _signed(by), confidence=sure or None, after=list(seen or [])
        )
    except LockstepError as error:
        return no_update, _not_kept(error), no_update
    others = [sanitize.clean(str(v.get("by"))) for key, v in before.items() if key not in set(seen or [])]
    met = f"{words.listed(others)} saved a verdict while you were writing." if others and not blind else None
    return verdict_form.verdict_block(reports.store.notes(), about, met), "Saved.", ""


def kept_one(reports: Reports, data: dict[str, Any], seen: list[str], by: str, chosen: str) -> tuple[Any, Any, Any]:
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
        return (
            verdict_form.verdict_block(reports.store.notes(), about),
            "Someone else decided in the meantime. This is the current verdict.",
            no_update,
        )
    return (
        verdict_form.verdict_block(reports.store.notes(), about),
        "Saved. The other verdict stays in the history.",
        no_update,
    )


def checked_off(
    reports: Reports, data: dict[str, Any], by: str, item: str, checked: bool, told: str
) -> str | Component:
    """Write down that an innocent explanation was ruled out, or is open again."""
    if item not in EXPLANATIONS:
        return told
    try:
        about = _about(reports, data)
        answer = "ruled out" if checked else "open"
        note = notes.write(reports.store, "check", about, _signed(by) or author.signature(), item=item, answer=answer)
    except LockstepError as error:
        return _not_kept(error)
    return verdict_form.answered(note, None)


def remarked(reports: Reports, data: dict[str, Any], by: str, text: str) -> tuple[Any, Any, Any]:
    """Write a note."""
    if not (text or "").strip():
        return no_update, "There is nothing to save.", no_update
    try:
        about = _about(reports, data)
        notes.write(reports.store, "note", about, _signed(by), text=text.strip())
    except LockstepError as error:
        return no_update, _not_kept(error), no_update
    return verdict_form.remarks(reports.store.notes(), about), "Saved.", ""


def _not_kept(error: LockstepError) -> Component:
    hint = getattr(error, "hint", None)
    return html.Span(f"Not saved. {error.message}{f' {hint}' if hint else ''}", className="stopword")
