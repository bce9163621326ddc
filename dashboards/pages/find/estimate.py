"""Estimates beside the form of Find: pairs at each window against chance, size of the run, what it cannot find."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child, Children, Reports, attributes
from dashboards.components.figure_tables import pictured
from dashboards.figures.window_sweep import windows_against_chance
from dashboards.jobs.estimate import cheap, kinds_in, roughly
from dashboards.words.power import smallest_seen
from graph.stores.base import Store
from graph.traces import carried_by
from ingest.errors import LockstepError, UsageError


def measure_job(reports: Reports, narrow: Mapping[str, Any], anyway: bool = False) -> Any:
    """The job that counts pairs for this part of the case.

    Begun where it is cheap or asked for, and again where somebody who looked at another part cancelled it; None where it
    is neither, or while as many jobs as may run do run.
    """
    store = reports.store
    kinds = kinds_in(store)
    able = carried_by(kinds)
    basis = ",".join([*sorted(store.sources()["source_id"].to_pylist()), str(len(store.tombstones())), *able])
    basis += json.dumps(narrow, sort_keys=True) if narrow else ""
    found = reports.jobs.find_keyed("measure", reports.address, basis)
    ended = found is None or found.state in ("cancelled", "lost")
    if ended and (anyway or cheap(kinds, able)):
        try:
            job = reports.jobs.start("measure", reports.address, {"traces": able, "narrow": dict(narrow)}, key=basis)
        except UsageError:
            return None
        found = reports.jobs.of(job)
    return found


def superseded(reports: Reports, before: str | None, now: Any) -> None:
    """Cancel what this form had counted before, unless that is what it still wants: nobody waits for it here any more."""
    old = reports.jobs.of(before) if before and (now is None or before != now.job_id) else None
    if old is not None and old.kind == "measure" and not old.over:
        reports.jobs.cancel(old.job_id)


def asks_again(reports: Reports, job: Any) -> bool:
    """True while a count is running or about to start."""
    if job is not None:
        return not job.over
    kinds = kinds_in(reports.store)
    return cheap(kinds, carried_by(kinds))


def would(store: Store, about: Mapping[str, Any], measured: Mapping[str, Any]) -> list[tuple[str, Children]]:
    """Size of a run with these settings, in numbers."""
    kinds, names = kinds_in(store), about["traces"]
    known = [measured[name] for name in names if name in measured]
    actions = sum(m["actions"] for m in known) if len(known) == len(names) else None
    rough = sum(roughly(kinds, name) for name in names)
    said: list[tuple[str, Children]] = [
        ("read", words.counted(actions, "action") if actions is not None else f"about {words.counted(rough, 'action')}")
    ]
    if known:
        family = sum(m["accounts"] * (m["accounts"] - 1) // 2 for m in known) * len(about["windows_s"])
        said.append(("test", f"{words.counted(family, 'pair')} of accounts (q is corrected for all of them)"))
        rapid = [_rapid(m, window) for m in known for window in about["windows_s"]]
        if all(r is not None for r in rapid):
            said.append(("compare", f"{words.counted(sum(r or 0 for r in rapid), 'pair')} of posts within the window"))
    worlds = about["worlds"]
    said.append(
        ("shuffle the data", f"{worlds} times; use 99 for a briefing" if 0 < worlds < 99 else f"{worlds} times")
        if worlds
        else ("shuffle the data", "never: groups are not tested")
    )
    took = _last_took(store)
    return [*said, ("last run here took", took)] if took else said


def _rapid(measured: Mapping[str, Any], window: float) -> int | None:
    return next((int(w["rapid_pairs"]) for w in measured["windows"] if w["window_s"] == window), None)


def _last_took(store: Store) -> str | None:
    run = next(iter(reversed(store.runs())), None)
    if not run or not run.get("started_at") or not run.get("finished_at"):
        return None
    took = datetime.fromisoformat(run["finished_at"]) - datetime.fromisoformat(run["started_at"])
    return words.duration(max(1.0, took.total_seconds()))


def blind(about: Mapping[str, Any]) -> list[Child]:
    """Limits of a run with these settings."""
    widest = words.window(max(about["windows_s"]))
    worlds = about["worlds"]
    said: list[Child] = [
        f"Accounts that post more than {widest} after each other.",
        "Pairs that coincide only once.",
        f"Groups of fewer than {words.counted(about['group_min'], 'account')}.",
    ]
    if most := about["narrow"].get("most_a_day"):
        said.append(f"Accounts with more than {most:,g} posts a day: they are excluded and listed in the run.")
    if worlds:
        said.append(f"With {worlds} shuffles, no group gets a p below {1 / (worlds + 1):g}.")
    if len(about["windows_s"]) * len(about["traces"]) > 1:
        layers = len(about["windows_s"]) * len(about["traces"])
        said.append(f"q is corrected for all {words.small(layers)} combinations of behaviour and window.")
    return said


def seen_before(reports: Reports) -> str:
    """Sentence on the detection limit, where ``lockstep power`` was run; else how to run it."""
    try:
        report = reports.of(None)
        power = report.power() if report.run is not None else None
    except LockstepError:
        power = None
    said = smallest_seen(power) if power is not None and len(power) else None
    if said is None:
        return 'Detection limit not tested. Run "lockstep power" to estimate the smallest group this search can find.'
    return f"Tested with planted groups in run {words.run_name(report.run)}: {said[:1].lower()}{said[1:]}"


def curve(measured: Mapping[str, Any], about: Mapping[str, Any]) -> list[Component]:
    """One figure per behaviour that is chosen and counted."""
    made = []
    for name in about["traces"]:
        if name in measured and measured[name]["windows"]:
            picture = windows_against_chance(name, measured[name], about["windows_s"])
            left = measured[name]["left_out_s"]
            notes = [
                "Pairs of accounts that coincided on two or more objects, compared with what random accounts at the same times would give; 1× is exactly chance.",
                f"Not counted (too many pairs, or finer than these clocks): {words.listed([words.window(w) for w in left])}."
                if left
                else "",
                "The part of the case chosen here; counted, not tested."
                if about["narrow"]
                else "Whole case; counted, not tested.",
            ]
            made.append(pictured(f"windows-{name}", picture, " ".join(note for note in notes if note)))
    return made


def not_counted(job: Any, store: Store, about: Mapping[str, Any]) -> Component:
    """Placeholder until the figure is ready."""
    if job is not None and job.over:
        return html.Div(html.P("Pairs could not be counted here. You can still start the search."), className="card")
    if job is not None:
        bars = html.Div([html.I(), html.I(), html.I()], className="waiting", **attributes(aria_hidden="true"))
        return html.Div([html.P("Counting pairs at each window."), bars], className="card")
    kinds = kinds_in(store)
    if cheap(kinds, carried_by(kinds)):
        return html.Div(html.P("Another job is running. Pairs are counted when it is done."), className="card")
    rows = sum(roughly(kinds, name) for name in about["traces"])
    return html.Div(
        [
            html.P(f"Counting pairs reads {words.counted(rows, 'row')}, which takes a while in a case of this size."),
            html.P(html.Button("Count pairs at each window", id="find-count", className="btn"), className="row"),
        ],
        className="card",
    )
