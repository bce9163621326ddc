"""Figures of observed beside expected counts: of one pair of accounts, and of each layer of a run."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.bars import grid
from dashboards.figures.svg import Picture, chance, drawing, line, observed, ornament, reach, steps, words
from graph.significance.poisson import usual

CHANCE_KEY = (ornament(18, 12, chance(1, 1, 16, 10)), "expected by chance, 95% range")
OBSERVED_KEY = (ornament(14, 12, observed(7, 6, "far", 4.5)), "observed")


def chance_picture(seen: int, mean: float, noun: str, within: str, source: str = "", width: float = 352) -> Picture:
    """Bars for how often chance gives 0, 1, 2 … ; one diamond for what was observed."""
    height, left, foot, top = 210.0, 8.0, 38.0, 16.0
    low, high = usual(mean)
    most = max(seen + 3, high + 4, 8)
    size = max(1, int(most // 80) + (1 if most > 80 else 0))
    bins = [(k, sum(_pmf(j, mean) for j in range(k, k + size))) for k in range(0, int(most) + 1, size)]
    wide, peak, base = (width - 2 * left) / len(bins), max(p for _, p in bins), height - foot

    def across(value: float) -> float:
        return left + (value / size + 0.5) * wide

    bars = "".join(
        chance(across(k) - wide * 0.42, base - tall, wide * 0.84, tall)
        for k, p in bins
        for tall in [(base - top) * p / peak]
        if tall > 0.4
    )
    ticks = "".join(
        line(across(v), base, across(v), base + 4, "chance-line") + words(across(v), base + 17, say.count(v), "middle")
        for v in steps(most, 6)
        if v == int(v)
    )
    x = across(seen)
    at_right = x > width * 0.6
    note_x = min(max(across(high), across(0) + wide / 2) + 12, width - 160)
    body = (
        bars
        + line(0, base, width, base, "chance-line")
        + ticks
        + words(width, height - 4, f"{noun} both posted {within}", "end")
        + words(note_x, top + 14, f"By chance: about {say.expected(mean)},")
        + words(note_x, top + 30, f"rarely more than {say.count(high)}")
        + reach(x, base - 40, x, base - 12, "far")
        + observed(x, base - 8, "far" if seen > high else "none", 6.5)
        + words(
            x + (6 if at_right else -6),
            base - 48,
            f"Observed: {say.count(seen)}",
            "end" if at_right else "start",
            "ink",
            600,
        )
    )
    title = f"{say.count(seen)} observed; chance gives about {say.expected(mean)}"
    alt = (
        f"By chance alone, {say.count(low)} to {say.count(high)} {noun} are usual, about {say.expected(mean)} on average."
        f" {say.count(seen)} were observed."
    )
    table = pd.DataFrame(
        {noun.capitalize(): [k for k, _ in bins], "Probability by chance": [round(p, 6) for _, p in bins]}
    )
    return Picture(title, alt, table, source, drawing(width, height, title, alt, body))


def _pmf(k: int, mean: float) -> float:
    return exp(k * log(mean) - mean - lgamma(k + 1)) if mean > 0 else float(k == 0)


def layers_against_chance(layers: pd.DataFrame, source: str = "", width: float = 720) -> Picture:
    """For each layer, how many pairs of accounts met on two or more objects, over what chance gives: 1× is exactly chance.

    Parameters
    ----------
    layers : DataFrame
        ``graph.schema.LAYERS``.
    """
    rows = [_ratio(r) for r in layers.to_dict("records")]
    height, left, top, foot = 300.0, 56.0, 20.0, 58.0
    drawn = [r for r in rows if r["ratio"] is not None]
    high = min(max([2.0, *(max(r["ratio"], r["hi"]) for r in drawn)]) * 1.1, 1e9)
    base, wide = height - foot, (width - left) / max(len(rows), 1)

    def up(value: float) -> float:
        return base - (base - top) * min(value, high) / high

    body = grid([v for v in steps(high) if v != 1], high, base, top, left, width, "×")
    body += line(left, up(1), width, up(1), "chance-line", 1.25) + words(
        left - 6, up(1) + 4, "1×" if high < 12 else "", "end"
    )
    for k, r in enumerate(rows):
        x = left + (k + 0.5) * wide
        body += words(x, height - 38, r["layer"], "middle", "ink-2") + words(x, height - 22, r["window"], "middle")
        body += words(x, height - 6, f"{say.count(r['seen'])} against {say.expected(r['mean'])}", "middle")
        if r["ratio"] is None:
            body += words(x, up(1) - 8, "chance gives none", "middle")
            continue
        out = r["ratio"] > r["hi"]
        body += chance(x - 17, up(r["hi"]), 34, max(3, up(r["lo"]) - up(r["hi"])))
        body += (reach(x, up(r["hi"]), x, up(r["ratio"]), "group") if out else "") + observed(x, up(r["ratio"]), "none")
    title = _layers_title(drawn)
    alt = "; ".join(
        f"{r['layer']}, {r['window']}: {say.count(r['seen'])} pairs observed, {say.expected(r['mean'])} expected"
        for r in rows
    )
    table = pd.DataFrame(
        {
            "Behaviour": [r["layer"] for r in rows],
            "Window": [r["window"] for r in rows],
            "Pairs that coincided twice or more": [r["seen"] for r in rows],
            "Expected by chance": [r["mean"] for r in rows],
            "Usually": [say.usually(r["low"], r["top"]) for r in rows],
        }
    )
    key = (
        (ornament(18, 12, chance(1, 1, 16, 10)), "expected by chance, 95% range"),
        (ornament(14, 12, observed(7, 6, "none", 4.5)), "observed"),
    )
    return Picture(title, alt, table, source, drawing(width, height, title, alt, body), key=key)


def _ratio(row: dict[Any, Any]) -> dict[str, Any]:
    seen = int(row["pairs_met_2"]) if say.known(row["pairs_met_2"]) else 0
    mean = float(row["chance_met_2"]) if say.known(row["chance_met_2"]) else 0.0
    low, top = usual(mean)
    over = mean > 0
    return {
        "layer": say.trace(row["trace"]),
        "window": say.window(row["window_s"]),
        "seen": seen,
        "mean": mean,
        "low": low,
        "top": top,
        "ratio": seen / mean if over else None,
        "lo": low / mean if over else 0.0,
        "hi": top / mean if over else 0.0,
    }


def _layers_title(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "Too few coincidences to compare with chance"
    above = [r for r in rows if r["ratio"] > r["hi"]]
    if not above:
        layers, windows = {r["layer"] for r in rows}, {r["window"] for r in rows}
        where = (
            "At every window, the observed number"
            if len(windows) > 1
            else "For every behaviour, the observed number"
            if len(layers) > 1
            else "The observed number"
        )
        return f"{where} is what chance gives"
    return "More pairs coincide twice than chance gives, but no single pair passes the test"
