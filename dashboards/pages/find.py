"""What counts as acting together? Ways, windows, what a run would cost, and the run under way."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards import running, words
from dashboards.measuring import cheap, kinds_in, roughly
from dashboards.pages import base
from dashboards.pages.base import Child, attributes
from dashboards.pages.tables import picture_key, twin
from dashboards.power_words import smallest_seen
from dashboards.ways import drawn, explained
from dashboards.windows_figure import windows_against_chance
from graph.abilities import carried_by
from graph.presets import PRESETS
from graph.settings import Settings, parse_window
from graph.sweep import WINDOWS_S
from graph.traces import TRACES
from ingest.errors import LockstepError, UsageError

PATH = "/find"
TITLE = "What counts as acting together?"
NAV = "Find"
PARENT = "/find"
NEEDS_RUN = False
OF_CASE = True

NO_PRESET = "none"
GROUP_SIZES = (3, 4, 5, 8, 10)
WORLDS = ((19, "19, to look around"), (99, "99, for a briefing"), (0, "none: no group is tested"))
FIELDS = ("ways", "windows", "other", "worlds", "min", "seed", "from", "to", "platforms", "preset")
"""What the form asks for: the names in the address, and of the parts of the form after ``find-``."""


def layout(reports: Any, state: base.State) -> Component:
    """The form; or, with ``job`` in the address, that run under way."""
    if state.get("job"):
        return running.page_of(reports, state, str(state.get("job")))
    kinds = kinds_in(reports.store)
    able = carried_by(kinds)
    if not able:
        return _nothing_to_read(reports, state)
    return base.page(
        TITLE,
        None,
        html.Div(
            [
                html.Div([_ways(state, kinds, able), _published(state)]),
                html.Div([html.Div(id="find-curve", className="curve"), _form(reports.store, state)]),
                html.Aside(
                    [
                        base.block("This run would", html.Div(id="find-size")),
                        base.block("What it cannot see", html.Div(id="find-blind")),
                        _go(reports, state),
                    ],
                    className="side",
                    **attributes(aria_label="What this run would do"),
                ),
            ],
            className="cols-find",
        ),
        dcc.Interval(id="find-tick", interval=1_000),
        dcc.Store(id="find-drawn"),
    )


def _nothing_to_read(reports: Any, state: base.State) -> Component:
    if reports.store.sources().num_rows:
        title, lead = (
            "There is nothing to act on together in these posts",
            "They name no link, text, hashtag, repost or object.",
        )
    else:
        title, lead = (
            "There is nothing to look at yet",
            "Bring files in first. Then choose here what counts as acting together.",
        )
    return base.empty(title, lead, html.P(base.button("Bring files in", state.href("/")), className="row"))


def _ways(state: base.State, kinds: Mapping[str, int], able: Sequence[str]) -> Component:
    """A card per trace the case can carry; the others by name."""
    asked = [name for name in (state.get("ways") or "").split(",") if name in able]
    chosen = asked or list(able[:1])
    cards = [_card(name, roughly(kinds, name)) for name in able]
    others = [TRACES[name].words.title for name in TRACES if name not in able]
    return html.Div(
        [
            html.P("Choose one or more", className="dim", id="find-ways-label"),
            dmc.CheckboxGroup(cards, id="find-ways", value=chosen, **attributes(aria_labelledby="find-ways-label")),
            html.Details(
                [html.Summary(f"{words.counted(len(others), 'way')} these files cannot show"), base.points(others)],
                className="twin",
            )
            if others
            else None,
        ],
        className="cards",
    )


def _card(name: str, rows: int) -> Component:
    about = f"{explained(name)} {words.counted(rows, 'row')} of these files."
    return dmc.CheckboxCard(
        html.Span(
            [
                dmc.CheckboxIndicator(),
                base.drawing(drawn(name), "inline"),
                html.Span([html.B(TRACES[name].words.title), html.Span(about)]),
            ],
            className="way-card",
        ),
        value=name,
        className="way-box",
    )


def _published(state: base.State) -> Component:
    presets = [{"value": NO_PRESET, "label": "none"}, *({"value": n, "label": p.title} for n, p in PRESETS.items())]
    return html.Div(
        _labelled(
            "Published method",
            "its ties are counted beside ours",
            _select("find-preset", presets, state.get("preset") if state.get("preset") in PRESETS else NO_PRESET),
        ),
        className="form one",
    )


def _form(store: Any, state: base.State) -> Component:
    first, last, platforms = _extent(store)
    windows = [{"value": f"{w:g}", "label": words.window(w)} for w in WINDOWS_S]
    known = {w["value"] for w in windows}
    asked = [w for w in (state.get("windows") or f"{Settings().windows_s[0]:g}").split(",") if w in known]
    sizes = [{"value": str(n), "label": words.counted(n, "account")} for n in GROUP_SIZES]
    worlds = [{"value": str(n), "label": label} for n, label in WORLDS]
    dates: dict[str, Any] = {"minDate": first, "maxDate": last, "clearable": True, "valueFormat": "D MMM YYYY"}
    return html.Div(
        [
            html.Div(
                [
                    html.P([html.B("Windows"), " ", html.Span("longest time between two posts", className="dim")]),
                    dmc.ChipGroup(
                        [dmc.Chip(w["label"], value=w["value"], size="xs") for w in windows],
                        id="find-windows",
                        value=asked,
                        multiple=True,
                    ),
                ],
                className="whole chips",
            ),
            _labelled(
                "Another window",
                "such as 90s, 15min or 2h",
                dmc.TextInput(id="find-other", value=state.get("other") or "", debounce=400),
            ),
            _labelled(
                "Smallest group",
                "fewest accounts to call a group",
                _select("find-min", sizes, _of(state.get("min"), sizes, "3")),
            ),
            _labelled(
                "Reshuffled worlds",
                "what groups are held against",
                _select("find-worlds", worlds, _of(state.get("worlds"), worlds, "19")),
            ),
            _labelled(
                "Seed",
                "so others can repeat it",
                dmc.TextInput(
                    id="find-seed",
                    value=state.get("seed") or str(Settings().seed),
                    debounce=400,
                ),
            ),
            _labelled(
                "From", "first day, UTC", dmc.DatePickerInput(id="find-from", value=_day(state.get("from")), **dates)
            ),
            _labelled("To", "last day, UTC", dmc.DatePickerInput(id="find-to", value=_day(state.get("to")), **dates)),
            html.Div(
                [
                    html.P([html.B("Platforms"), " ", html.Span("none chosen means all", className="dim")]),
                    dmc.ChipGroup(
                        [dmc.Chip(words.platform(p), value=p, size="xs") for p in platforms],
                        id="find-platforms",
                        value=[p for p in (state.get("platforms") or "").split(",") if p in platforms],
                        multiple=True,
                    ),
                ],
                className="whole chips",
                hidden=len(platforms) < 2,
            ),
        ],
        className="form",
    )


def _select(name: str, options: Sequence[Mapping[str, str]], value: str | None) -> Component:
    return dmc.Select(id=name, data=options, value=value, allowDeselect=False, comboboxProps={"withinPortal": True})


def _labelled(label: str, hint: str, field: Component) -> Component:
    return html.Label([html.Span([label, html.Span(hint, className="dim")]), field])


def _of(value: str | None, options: Sequence[Mapping[str, str]], otherwise: str) -> str:
    return str(value) if value in {option["value"] for option in options} else otherwise


def _day(text: str | None) -> str | None:
    """A day of the address; what is none is left out here and said when a run is begun."""
    try:
        return date.fromisoformat(text or "").isoformat()
    except ValueError:
        return None


def _extent(store: Any) -> tuple[str | None, str | None, list[str]]:
    sources = store.sources().select(["first_at", "last_at", "platforms"]).to_pylist()
    first = min((s["first_at"] for s in sources if s["first_at"]), default=None)
    last = max((s["last_at"] for s in sources if s["last_at"]), default=None)
    platforms = sorted({p for s in sources for p in s["platforms"] or []})
    return first and first.date().isoformat(), last and last.date().isoformat(), platforms


def _go(reports: Any, state: base.State) -> Component:
    under_way = [job for job in reports.jobs.all(reports.address) if job.kind == "find" and not job.over]
    return html.Div(
        [
            html.Button(["Find groups", html.Kbd("Ctrl ↵")], id="find-go", className="btn primary wide key-ctrl-enter"),
            html.P("Runs in the background. You can go on working.", className="dim"),
            html.P(id="find-said", className="stopword", role="alert"),
            *[html.P(dcc.Link("See the run under way", href=state.href("/find", job=job.job_id))) for job in under_way],
        ],
        className="gobox",
    )


# ---- what it would do ------------------------------------------------------------------------------------------------


def measure_job(reports: Any, narrow: Mapping[str, Any], anyway: bool = False) -> Any:
    """The job that counts pairs for this part of the case: begun where it is cheap or asked for, None where it is not."""
    store = reports.store
    kinds = kinds_in(store)
    able = carried_by(kinds)
    basis = ",".join([*sorted(store.sources()["source_id"].to_pylist()), str(len(store.tombstones())), *able])
    basis += json.dumps(narrow, sort_keys=True) if narrow else ""
    found = reports.jobs.find_keyed("measure", reports.address, basis)
    if found is None and (anyway or cheap(kinds, able)):
        try:
            job = reports.jobs.start("measure", reports.address, {"traces": able, "narrow": dict(narrow)}, key=basis)
        except UsageError:  # as many as may run do run: the next look asks again
            return None
        found = reports.jobs.of(job)
    return found


def would(store: Any, about: Mapping[str, Any], measured: Mapping[str, Any]) -> list[tuple[str, Children]]:
    """What a run of these settings would do, in numbers."""
    kinds, names = kinds_in(store), about["traces"]
    known = [measured[name] for name in names if name in measured]
    actions = sum(m["actions"] for m in known) if len(known) == len(names) else None
    rough = sum(roughly(kinds, name) for name in names)
    said: list[tuple[str, Children]] = [
        ("read", words.counted(actions, "action") if actions is not None else f"about {words.counted(rough, 'action')}")
    ]
    if known:
        family = sum(m["accounts"] * (m["accounts"] - 1) // 2 for m in known) * len(about["windows_s"])
        said.append(("pay for", f"{words.counted(family, 'pair')} of accounts"))
        rapid = [_rapid(m, window) for m in known for window in about["windows_s"]]
        if all(r is not None for r in rapid):
            said.append(("look at", f"{words.counted(sum(r or 0 for r in rapid), 'pair')} of posts within the window"))
    worlds = about["worlds"]
    said.append(
        ("reshuffle the data", f"{worlds} times; 99 for a briefing" if 0 < worlds < 99 else f"{worlds} times")
        if worlds
        else ("reshuffle the data", "never: groups are not tested")
    )
    took = _last_took(store)
    return [*said, ("last run here took", took)] if took else said


Children = base.Children


def _rapid(measured: Mapping[str, Any], window: float) -> int | None:
    return next((int(w["rapid_pairs"]) for w in measured["windows"] if w["window_s"] == window), None)


def _last_took(store: Any) -> str | None:
    run = next(iter(reversed(store.runs())), None)
    if not run or not run.get("started_at") or not run.get("finished_at"):
        return None
    took = datetime.fromisoformat(run["finished_at"]) - datetime.fromisoformat(run["started_at"])
    return words.duration(max(1.0, took.total_seconds()))


def blind(about: Mapping[str, Any]) -> list[Child]:
    """What a run of these settings cannot find."""
    widest = words.window(max(about["windows_s"]))
    worlds = about["worlds"]
    said: list[Child] = [
        f"Accounts that wait longer than {widest}.",
        "Pairs that met once: once is never evidence.",
        f"Groups of fewer than {words.counted(about['group_min'], 'account')}.",
    ]
    if worlds:
        said.append(f"With {worlds} worlds, no group gets a p below {1 / (worlds + 1):g}.")
    if len(about["windows_s"]) * len(about["traces"]) > 1:
        layers = len(about["windows_s"]) * len(about["traces"])
        said.append(f"{words.sentence(words.small(layers))} ways and windows are asked for, and all are paid for in q.")
    return said


def seen_before(reports: Any) -> str:
    """What groups planted in these data were found, where somebody tried; else how to try."""
    try:
        report = reports.of(None)
        power = report.power() if report.run is not None else None
    except LockstepError:
        power = None
    said = smallest_seen(power) if power is not None and len(power) else None
    if said is None:
        return "How small a group could be found was not tried here: lockstep power plants some and says."
    return f"Planted in run {words.run_name(report.run)} to try it: {said[:1].lower()}{said[1:]}"


def curve(measured: Mapping[str, Any], about: Mapping[str, Any]) -> list[Component]:
    """A figure per way that is chosen and counted."""
    made = []
    for name in about["traces"]:
        if name in measured and measured[name]["windows"]:
            picture = windows_against_chance(name, measured[name], about["windows_s"])
            left = measured[name]["left_out_s"]
            notes = [
                "Pairs of accounts that met on two or more objects, beside what who and when alone would give; 1× is exactly chance.",
                f"Not counted, too many pairs or too fine for these clocks: {words.listed([words.window(w) for w in left])}."
                if left
                else "",
                "The days and platforms chosen here; counted, not tested."
                if about["narrow"]
                else "Whole case; counted, not tested.",
            ]
            made.append(
                base.panel(
                    f"windows-{name}",
                    picture.title,
                    base.drawing(picture.svg),
                    twin=twin(picture.table, picture.title),
                    key=picture_key(picture.key),
                    source=" ".join(note for note in notes if note),
                )
            )
    return made


def about_run(given: Mapping[str, Any]) -> dict[str, Any]:
    """The form's answers as what a run is told.

    Raises
    ------
    UsageError
        If one of them cannot be.
    """
    traces = [name for name in TRACES if name in (given["ways"] or [])]
    if not traces:
        raise UsageError("No way of acting is chosen.", hint="Choose one or more.")
    windows = {float(w) for w in given["windows"] or []}
    if (given["other"] or "").strip():
        windows |= {parse_window(part) for part in given["other"].split(",")}
    if not windows:
        raise UsageError("No window is chosen.", hint="Choose one or more.")
    if not str(given["seed"]).strip().isdigit():
        raise UsageError(f"A seed of {given['seed']!r} is not a whole number.", hint="7 is usual.")
    narrow: dict[str, Any] = {}
    if given["from"]:
        narrow["start"] = datetime.fromisoformat(given["from"]).replace(tzinfo=UTC).isoformat()
    if given["to"]:
        narrow["end"] = (datetime.fromisoformat(given["to"]).replace(tzinfo=UTC) + timedelta(days=1)).isoformat()
    if given["from"] and given["to"] and given["to"] < given["from"]:
        raise UsageError("The last day lies before the first.")
    if given["platforms"]:
        narrow["platforms"] = sorted(given["platforms"])
    about = {
        "traces": traces,
        "windows_s": sorted(windows),
        "worlds": int(given["worlds"]),
        "group_min": int(given["min"]),
        "seed": int(given["seed"]),
        "narrow": narrow,
    }
    return {**about, "preset": given["preset"]} if given["preset"] in PRESETS else about


def register(app: Dash, reports: Any) -> None:
    """Estimates that follow the form, the address that holds it, the button, and the run under way."""
    fields = [Input(f"find-{name}", "value") for name in FIELDS]

    @app.callback(
        Output("find-curve", "children"),
        Output("find-size", "children"),
        Output("find-blind", "children"),
        Output("find-tick", "disabled"),
        Output("find-drawn", "data"),
        fields,
        Input("find-tick", "n_intervals"),
        State("find-drawn", "data"),
    )
    def estimate(*given: Any) -> Any:
        answers, drawn_before = dict(zip(FIELDS, given, strict=False)), given[-1]
        try:
            about = about_run(answers)
        except LockstepError as error:
            return [], html.P(str(error), className="warnword"), None, False, None
        job = measure_job(reports, about["narrow"])
        measured = job.result if job is not None else {}
        waiting = job is not None and not job.over
        drawn_now = f"{about} {sorted(measured)} {waiting} {job.state if job else None}"
        if drawn_now == drawn_before:
            return no_update, no_update, no_update, no_update, no_update
        pictures: list[Any] = [*curve(measured, about)]
        if not pictures:
            pictures = [_not_counted(job, reports.store, about)]
        size = base.pairs(would(reports.store, about, measured))
        return pictures, size, base.points([*blind(about), seen_before(reports)]), not waiting, drawn_now

    @app.callback(
        Output("find-tick", "disabled", allow_duplicate=True),
        Input("find-count", "n_clicks"),
        [State(f"find-{name}", "value") for name in FIELDS],
        prevent_initial_call=True,
    )
    def count_anyway(clicks: int | None, *given: Any) -> Any:
        if not clicks:
            return no_update
        try:
            narrow = about_run(dict(zip(FIELDS, given, strict=True)))["narrow"]
        except LockstepError:
            return no_update
        measure_job(reports, narrow, anyway=True)
        return False

    @app.callback(
        Output("go", "data", allow_duplicate=True),
        Output("find-said", "children"),
        Input("find-go", "n_clicks"),
        [State(f"find-{name}", "value") for name in FIELDS],
        prevent_initial_call=True,
    )
    def begin(clicks: int | None, *given: Any) -> Any:
        if not clicks:
            return no_update, no_update
        try:
            about = about_run(dict(zip(FIELDS, given, strict=True)))
            job = reports.jobs.start("find", reports.address, about)
        except LockstepError as error:
            return no_update, str(error)
        return f"{PATH}?job={job}", None

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("lockstep", "keep"),
        Output("find-ways", "data-kept"),
        fields,
        prevent_initial_call=True,
    )
    running.register(app, reports)


def _not_counted(job: Any, store: Any, about: Mapping[str, Any]) -> Component:
    """What stands where the figure will be."""
    if job is not None and job.over:
        return html.Div(html.P("Pairs could not be counted here. A run can be begun all the same."), className="card")
    if job is not None:
        bars = html.Div([html.I(), html.I(), html.I()], className="waiting", **attributes(aria_hidden="true"))
        return html.Div([html.P("Counting pairs at each window."), bars], className="card")
    rows = sum(roughly(kinds_in(store), name) for name in about["traces"])
    return html.Div(
        [
            html.P(f"Counting pairs reads {words.counted(rows, 'row')}, which takes a while in a case of this size."),
            html.P(html.Button("Count pairs at each window", id="find-count", className="btn"), className="row"),
        ],
        className="card",
    )
