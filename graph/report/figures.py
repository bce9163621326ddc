"""Figures of a run for notebooks, as ``plotly.graph_objects.Figure`` from the numbers its tables hold.

Plotly is imported when a figure is asked for. Words on a figure are codes, sites and ranks, never names of people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from graph.privacy.sanitize import clean, redact
from graph.traces import TRACES
from ingest.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from graph.report.report import Report

COLOURS = {
    "page": "#ffffff",
    "ink": "#16181b",
    "ink-2": "#42474e",
    "line": "#deded8",
    "ev-far": "#16181b",
    "chance-fill": "#dcdee1",
    "chance-line": "#80868e",
}
"""Colours by the names of the pages' design tokens (light theme); dark ink is what was observed, grey is chance."""


HOSTS_SHOWN = 15


def figure(report: Report, name: str, colours: dict[str, str] | None = None) -> go.Figure:
    """A figure of a run: see ``graph.report.report.Report.figure``."""
    if name not in FIGURES:
        raise UsageError(f"There is no figure {name!r}.", hint=did_you_mean(name, list(FIGURES)))
    return FIGURES[name](report, COLOURS | (colours or {}))


def _groups(report: Report, colours: dict[str, str]) -> go.Figure:
    table = report.groups()
    table = table[table["heading"] != "aside"].iloc[::-1]
    if table.empty:
        raise UsageError("This run found no group to draw.", hint='Try report.figure("chance").')
    rows = [
        f"{rank} {_short(name)}"
        for rank, name in zip(table["rank"].astype(int), table["name"].astype(str), strict=True)
    ]
    title = f"{len(rows)} {'group' if len(rows) == 1 else 'groups'}: shared together, compared with chance"
    ends = [(mean - low, high - mean) for mean, low, high in _numbers(table, "expected", "expected_lo", "expected_hi")]
    made = _against_chance(
        rows, table["observed"], table["expected"], colours, "times two members shared one object", title
    )
    made.data[0].error_x = {
        "type": "data",
        "symmetric": False,
        "arrayminus": [below for below, _ in ends],
        "array": [above for _, above in ends],
        "color": colours["chance-line"],
    }
    return made


def _chance(report: Report, colours: dict[str, str]) -> go.Figure:
    table = report.layers().iloc[::-1]
    if table.empty:
        raise UsageError("This run has no layer to draw.")
    rows = [
        f"{TRACES[trace].words.title if trace in TRACES else trace}, {window:g} s"
        for trace, window in zip(table["trace"], table["window_s"], strict=True)
    ]
    return _against_chance(
        rows,
        table["pairs_met_2"],
        table["chance_met_2"],
        colours,
        "pairs of accounts that shared two or more objects within the window",
        "Pairs observed, compared with what chance expects",
    )


def _against_chance(
    rows: list[str], observed: pd.Series, expected: pd.Series, colours: dict[str, str], unit: str, title: str
) -> go.Figure:
    """One row each: a grey diamond for chance, a dark point for what was observed. On a logarithmic scale."""
    import plotly.graph_objects as go

    chance = {
        "symbol": "diamond",
        "size": 10,
        "color": colours["chance-fill"],
        "line": {"color": colours["chance-line"], "width": 1},
    }
    made = go.Figure(
        [
            go.Scatter(x=_floats(expected), y=rows, mode="markers", name="expected by chance", marker=chance),
            go.Scatter(
                x=_floats(observed),
                y=rows,
                mode="markers",
                name="observed",
                marker={"size": 11, "color": colours["ev-far"]},
            ),
        ]
    )
    made.update_xaxes(type="log", title=unit)
    made.update_yaxes(type="category")
    return _styled(made, title, colours)


def _ties(report: Report, colours: dict[str, str]) -> go.Figure:
    import plotly.graph_objects as go

    table = report.days()
    if table.empty:
        raise UsageError("This run holds no tie, so there is no day to draw.")
    bars = go.Bar(
        x=[day.isoformat() for day in table["day"]],
        y=_floats(table["meetings"]),
        name="shared together",
        marker={"color": colours["ev-far"]},
    )
    made = go.Figure([bars])
    made.update_xaxes(type="date", title="day (UTC)")
    made.update_yaxes(title="times two tied accounts shared one object")
    return _styled(made, "Evidence of all ties, day by day", colours)


def _windows(report: Report, colours: dict[str, str]) -> go.Figure:
    import plotly.graph_objects as go

    table = report.windows()
    if table.empty:
        raise UsageError("This run did not sweep windows.", hint="Run find(case, Settings(sweep=True)) first.")
    made = go.Figure()
    for trace, own in table.groupby("trace", sort=False):
        called = TRACES[str(trace)].words.title if trace in TRACES else str(trace)
        chosen = [bool(one) for one in own["suggested"]]
        seconds = _floats(own["window_s"])
        made.add_scatter(
            x=seconds,
            y=_floats(own["observed"]),
            name=f"{called}: observed",
            mode="lines+markers",
            line={"color": colours["ev-far"]},
            marker={"size": [12 if one else 6 for one in chosen]},
        )
        made.add_scatter(
            x=seconds,
            y=_floats(own["expected"]),
            name=f"{called}: expected by chance",
            mode="lines+markers",
            line={"color": colours["chance-line"], "dash": "dot"},
        )
    made.update_xaxes(type="log", title="window in seconds (large point: the window that was chosen)")
    made.update_yaxes(type="log", title="pairs of accounts that shared two or more objects")
    return _styled(made, "Pairs at each window, compared with chance", colours)


def _outlinks(report: Report, colours: dict[str, str]) -> go.Figure:
    import plotly.graph_objects as go

    from graph.outlinks.names import written

    found = report.outlinks()
    if found.hosts.is_empty():
        raise UsageError("No post of the accounts that this run ties has a link, so there is no host to draw.")
    rows = written(found).hosts.head(HOSTS_SHOWN).reverse().to_dicts()
    names = [f"{row['rank']} {_short(row['host'])}{' (lookalike)' if row['lookalike_of'] else ''}" for row in rows]
    bars = go.Bar(
        x=[row["links"] for row in rows], y=names, orientation="h", name="links", marker={"color": colours["ev-far"]}
    )
    made = go.Figure([bars])
    made.update_xaxes(title="links")
    made.update_yaxes(type="category")
    return _styled(made, f"Hosts that {found.totals.accounts:,} tied accounts send people to", colours)


FIGURES: dict[str, Callable[[Any, dict[str, str]], Any]] = {
    "groups": _groups,
    "chance": _chance,
    "ties": _ties,
    "windows": _windows,
    "outlinks": _outlinks,
}


def _styled(made: go.Figure, title: str, colours: dict[str, str]) -> go.Figure:
    axis = {"gridcolor": colours["line"], "linecolor": colours["chance-line"], "zeroline": False}
    made.update_layout(
        title=title,
        paper_bgcolor=colours["page"],
        plot_bgcolor=colours["page"],
        font={"color": colours["ink-2"]},
        title_font={"color": colours["ink"]},
        legend={"orientation": "h", "y": -0.25},
    )
    made.update_xaxes(**axis)
    made.update_yaxes(**axis)
    return made


def _floats(column: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in column]


def _numbers(table: pd.DataFrame, *names: str) -> list[tuple[float, ...]]:
    return [tuple(float(value) for value in row) for row in table[list(names)].fillna(0.0).itertuples(index=False)]


def _short(name: str, limit: int = 40) -> str:
    """A group's name without markup (plotly reads some tags), names of people or links that work."""
    plain = redact(clean(name)).replace("<", "‹").replace(">", "›")
    return plain if len(plain) <= limit else f"{plain[:limit]}…"
