"""Figure of pairs at each window for one behaviour, observed beside expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log10
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.charts import sweep_chart
from dashboards.figures.svg import Picture, box, chance, drawing, line, observed, ornament, reach, words
from graph.significance.poisson import usual

HEIGHT, LEFT, TOP, FOOT = 300.0, 60.0, 20.0, 58.0


def windows_against_chance(
    trace: str, measured: Mapping[str, Any], chosen: Sequence[float], source: str = "", width: float = 620
) -> Picture:
    """Pairs of accounts that coincided on two or more objects at each window, over what random accounts at the same times give.

    Parameters
    ----------
    trace : str
    measured : mapping
        What ``dashboards.jobs.estimate.measured`` gave.
    chosen : sequence of float
        Windows of the run to be, in seconds; marked.
    """
    rows = [_ratio(row) for row in measured["windows"]]
    drawn = [row for row in rows if row["ratio"]]
    high = max([3.0, *(max(row["ratio"], row["hi"]) for row in drawn)]) * 1.15
    low = min([0.5, *(max(row["ratio"], 0.02) for row in drawn)])
    base, wide = HEIGHT - FOOT, (width - LEFT) / max(len(rows), 1)

    def up(ratio: float) -> float:
        return base - (base - TOP) * log10(max(ratio, low) / low) / log10(high / low)

    body = ""
    for number, row in enumerate(rows):
        if row["window_s"] in chosen:
            x = LEFT + number * wide
            body += box(x + 3, 6, wide - 6, HEIGHT - 8, "select-soft", "select", 3)
    for tick in (v for v in (0.1, 1, 3, 10, 30, 100, 300, 1000) if low <= v <= high):
        body += line(LEFT, up(tick), width, up(tick), "chance-line" if tick == 1 else "line", 1.25 if tick == 1 else 1)
        body += words(LEFT - 6, up(tick) + 4, f"{tick:g}×", "end")
    body += words(LEFT - 6, HEIGHT - 24, "observed", "end") + words(LEFT - 6, HEIGHT - 8, "expected", "end")
    for number, row in enumerate(rows):
        body += _mark(row, LEFT + (number + 0.5) * wide, up, row["window_s"] in chosen)
    title = finding(trace, rows, chosen)
    alt = "; ".join(
        f"{row['window']}: {say.count(row['observed'])} pairs observed, chance gives {say.expected(row['expected'])}"
        for row in rows
    )
    svg = drawing(width, HEIGHT, title, alt, body)
    return Picture(title, alt, _table(rows), source, svg, key=KEY, chart=sweep_chart(rows))


def swept(windows: pd.DataFrame, layers: pd.DataFrame, source: str = "") -> list[Picture]:
    """One figure per behaviour of a run with a window sweep; none for other runs.

    Parameters
    ----------
    windows, layers : DataFrame
        As ``graph.report.report.Report.windows`` and ``layers`` give them.
    """
    made = []
    for trace in dict.fromkeys(windows["trace"]) if len(windows) else ():
        rows = windows[windows["trace"] == trace].to_dict("records")
        taken = [float(w) for w in layers.loc[layers["trace"] == trace, "window_s"]]
        picture = windows_against_chance(str(trace), {"windows": rows}, taken, source)
        made.append(replace(picture, note=_taken(rows)))
    return made


def _taken(rows: Sequence[Mapping[Any, Any]]) -> str:
    """Sentence on which window was chosen, and why."""
    paid = f"{say.counted(len(rows), 'window')} were tested; q is corrected for all of them."
    best = next((row for row in rows if row["suggested"]), None)
    if best is None:
        return f"{paid} No window stands out: shuffled times give as many pairs."
    return (
        f"{paid} {say.window(best['window_s'])} was chosen: {say.counted(best['beyond'], 'pair')} beyond chance there,"
        f" {say.count(round(float(best['shuffled'])))} when times are shuffled. Shaded: the window of this run."
    )


KEY = (
    (ornament(18, 12, chance(1, 1, 16, 10)), "expected by chance, 95% range"),
    (ornament(14, 12, observed(7, 6, "far", 4.5)), "observed, above it"),
    (ornament(14, 12, observed(7, 6, "none", 4.5)), "observed, within it"),
)


def _mark(row: Mapping[str, Any], x: float, up: Any, chosen: bool) -> str:
    tone, weight = ("ink", 600) if chosen else ("ink-3", 400)
    made = words(x, HEIGHT - 40, row["window"], "middle", tone, weight)
    made += words(x, HEIGHT - 24, say.count(row["observed"]), "middle", tone)
    made += words(x, HEIGHT - 8, say.expected(row["expected"]), "middle")
    if not row["ratio"]:
        return made
    beyond = row["ratio"] > row["hi"]
    made += chance(x - 17, up(row["hi"]), 34, max(3.0, up(row["lo"]) - up(row["hi"])))
    if beyond:
        made += reach(x, up(row["hi"]), x, up(row["ratio"]), "beyond")
    return made + observed(x, up(row["ratio"]), "far" if beyond else "none")


def _ratio(row: Mapping[str, Any]) -> dict[str, Any]:
    mean = float(row["expected"] or 0)
    low, top = usual(mean)
    over = mean > 0
    return {
        "window_s": float(row["window_s"]),
        "window": say.window(row["window_s"]),
        "rapid": int(row["rapid_pairs"]),
        "observed": int(row["observed"]),
        "expected": mean,
        "usually": say.usually(low, top),
        "ratio": int(row["observed"]) / mean if over else None,
        "lo": low / mean if over else 0.0,
        "hi": top / mean if over else 0.0,
    }


def finding(trace: str, rows: Sequence[Mapping[str, Any]], chosen: Sequence[float]) -> str:
    """The title: what the first window chosen sees, against chance.

    Examples
    --------
    >>> row = {"window_s": 60.0, "window": "60 s", "observed": 174, "expected": 68.0, "ratio": 2.6, "hi": 1.3, "lo": 0.8}
    >>> finding("link", [row], [60.0])
    'Within 60 s, 174 pairs of accounts shared two or more links together; chance gives about 68'
    """
    row = next((row for row in rows if row["window_s"] in chosen), None)
    if row is None:
        return "None of the chosen windows was counted"
    did = f"{say.verb([trace], past=True)} two or more {say.noun(trace)} together"
    pairs = say.counted(row["observed"], "pair")
    mean = say.expected(row["expected"])
    if row["ratio"] and row["lo"] <= row["ratio"] <= row["hi"]:
        return f"Within {row['window']}, {pairs} of accounts {did}, as many as chance gives"
    return f"Within {row['window']}, {pairs} of accounts {did}; chance gives {'none' if not row['expected'] else f'about {mean}'}"


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Window": [row["window"] for row in rows],
            "Pairs of posts within the window": [row["rapid"] for row in rows],
            "Pairs of accounts that coincided twice or more": [row["observed"] for row in rows],
            "Expected by chance": [row["expected"] for row in rows],
            "Usually": [row["usually"] for row in rows],
        }
    )
