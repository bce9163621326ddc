"""Form of the page Find: behaviours, windows, part of the case, and the settings they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import State, attributes
from dashboards.components.layout import drawing, points
from dashboards.figures.trace_icons import drawn, explained
from dashboards.jobs.estimate import roughly
from graph.presets import PRESETS
from graph.settings import Settings, parse_window
from graph.stores.base import Store
from graph.traces import TRACES
from graph.windows import WINDOWS_S
from ingest.errors import UsageError

NO_PRESET = "none"
GROUP_SIZES = (3, 4, 5, 8, 10)
WORLDS = ((19, "19, to look around"), (99, "99, for a briefing"), (0, "none: no group is tested"))
FIELDS = ("ways", "windows", "other", "worlds", "min", "seed", "from", "to", "most", "platforms", "preset", "describe")
"""Fields of the form: names in the address, and ids in the form after ``find-``."""


def ways(state: State, kinds: Mapping[str, int], able: Sequence[str]) -> Component:
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
                [html.Summary(f"{words.counted(len(others), 'behaviour')} these files cannot show"), points(others)],
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
                drawing(drawn(name), "inline"),
                html.Span([html.B(TRACES[name].words.title), html.Span(about)]),
            ],
            className="way-card",
        ),
        value=name,
        className="way-box",
    )


def published(state: State) -> Component:
    presets = [{"value": NO_PRESET, "label": "none"}, *({"value": n, "label": p.title} for n, p in PRESETS.items())]
    describe = dmc.CheckboxGroup(
        dmc.Checkbox(value="1", label="describe: show its communities beside the tested groups"),
        id="find-describe",
        value=["1"] if state.get("describe") else [],
        **attributes(aria_label="Describe the published method"),
    )
    return html.Div(
        [
            _labelled(
                "Published method",
                "also run this published method",
                _select("find-preset", presets, state.get("preset") if state.get("preset") in PRESETS else NO_PRESET),
            ),
            html.Div([describe, html.P(id="find-shows", className="dim", role="status")], className="describes"),
        ],
        className="form one",
    )


def form(store: Store, state: State) -> Component:
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
                "Shuffles",
                "of the data, to test groups",
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
            _labelled(
                "Exclude accounts",
                "with more posts a day than",
                dmc.TextInput(id="find-most", value=state.get("most") or "", placeholder="no limit", debounce=400),
            ),
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


def _extent(store: Store) -> tuple[str | None, str | None, list[str]]:
    sources = store.sources().select(["first_at", "last_at", "platforms"]).to_pylist()
    first = min((s["first_at"] for s in sources if s["first_at"]), default=None)
    last = max((s["last_at"] for s in sources if s["last_at"]), default=None)
    platforms = sorted({p for s in sources for p in s["platforms"] or []})
    return first and first.date().isoformat(), last and last.date().isoformat(), platforms


def about_run(given: Mapping[str, Any]) -> dict[str, Any]:
    """The form's answers as what a run is told.

    Raises
    ------
    UsageError
        If some of them cannot be; it says all of them.
    """
    if wrong := mistakes(given):
        raise UsageError(" ".join(wrong))
    about = {
        "traces": _traces(given),
        "windows_s": sorted(_windows(given)),
        "worlds": int(given["worlds"]),
        "group_min": int(given["min"]),
        "seed": _seed(given),
        "narrow": {**_days(given), **_most(given), **_platforms(given)},
    }
    if given["preset"] not in PRESETS:
        return about
    return {**about, **({"describe": [given["preset"]]} if given.get("describe") else {"preset": given["preset"]})}


def _platforms(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"platforms": sorted(given["platforms"])} if given["platforms"] else {}


def mistakes(given: Mapping[str, Any]) -> list[str]:
    """A sentence for each answer that cannot be.

    Examples
    --------
    >>> mistakes({"ways": [], "windows": [], "other": "3 potatoes", "seed": "x", "from": None, "to": None, "most": "0"})[:2]
    ['No behaviour is chosen. Choose one or more.', "A window of '3 potatoes' cannot be read. Write 60s, 5min, 1h or 1d."]
    """
    said = []
    for part in (_traces, _windows, _seed, _days, _most):
        try:
            part(given)
        except UsageError as error:
            said.append(str(error))
    return said


def _traces(given: Mapping[str, Any]) -> list[str]:
    traces = [name for name in TRACES if name in (given["ways"] or [])]
    if not traces:
        raise UsageError("No behaviour is chosen.", hint="Choose one or more.")
    return traces


def _windows(given: Mapping[str, Any]) -> set[float]:
    windows = {float(w) for w in given["windows"] or []}
    if (given["other"] or "").strip():
        windows |= {parse_window(part) for part in given["other"].split(",")}
    if not windows:
        raise UsageError("No window is chosen.", hint="Choose one or more.")
    return windows


def _seed(given: Mapping[str, Any]) -> int:
    if not str(given["seed"]).strip().isdigit():
        raise UsageError(f"A seed of {given['seed']!r} is not a whole number.", hint="The default is 7.")
    return int(given["seed"])


def _days(given: Mapping[str, Any]) -> dict[str, Any]:
    days: dict[str, Any] = {}
    if given["from"]:
        days["start"] = datetime.fromisoformat(given["from"]).replace(tzinfo=UTC).isoformat()
    if given["to"]:
        days["end"] = (datetime.fromisoformat(given["to"]).replace(tzinfo=UTC) + timedelta(days=1)).isoformat()
    if given["from"] and given["to"] and given["to"] < given["from"]:
        raise UsageError("The last day is before the first.")
    return days


def _most(given: Mapping[str, Any]) -> dict[str, Any]:
    most = (given["most"] or "").strip()
    return {"most_a_day": _number(most)} if most else {}


def _number(text: str) -> float:
    plain = text.replace(",", "")
    if not plain.replace(".", "", 1).isdigit() or not float(plain):
        raise UsageError(
            f"{text!r} posts a day is not a number above zero.", hint="200 excludes accounts that post more than that."
        )
    return float(plain)


def asked_again(about: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an address with which ``about_run`` gives the same again.

    Examples
    --------
    >>> asked_again({"traces": ["link"], "windows_s": [60.0, 90.0], "narrow": {"end": "2026-05-06T00:00:00+00:00"}})["to"]
    '2026-05-05'
    """
    narrow, known = about.get("narrow") or {}, about.get("windows_s") or ()
    end = narrow.get("end")
    return {
        "ways": ",".join(about.get("traces", ())) or None,
        "windows": ",".join(f"{w:g}" for w in known if w in WINDOWS_S) or None,
        "other": ",".join(f"{w:g}s" for w in known if w not in WINDOWS_S) or None,
        "worlds": about.get("worlds"),
        "seed": about.get("seed"),
        "min": about.get("group_min"),
        "from": str(narrow["start"])[:10] if narrow.get("start") else None,
        "to": (datetime.fromisoformat(end) - timedelta(days=1)).date().isoformat() if end else None,
        "most": f"{narrow['most_a_day']:g}" if narrow.get("most_a_day") else None,
        "platforms": ",".join(narrow.get("platforms", ())) or None,
        "preset": about.get("preset") or next(iter(about.get("describe", ())), None),
        "describe": "1" if about.get("describe") else None,
    }
