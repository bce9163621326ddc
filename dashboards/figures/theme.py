"""Colours, fonts and shapes for charts and Mantine, read from ``assets/tokens.css``: one place to change them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

from dashboards.figures.svg import category

TOKENS_FILE = Path(__file__).parents[1] / "assets" / "tokens.css"

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)


@cache
def tokens(theme: str = "light") -> dict[str, str]:
    """Every token of a theme, ``light`` or ``dark``, by its name without the dashes.

    Examples
    --------
    >>> tokens("light")["ink"], tokens("dark")["ink"]
    ('#16181b', '#edeeef')
    """
    css = _COMMENT.sub("", TOKENS_FILE.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for selector, body in _RULE.findall(css):
        if ":root" in selector or f'data-theme="{theme}"' in selector:
            found |= {name: value.strip() for name, value in _TOKEN.findall(body)}
    return found


@dataclass(frozen=True)
class Mark:
    """How a platform looks: colour number of the tokens and a shape of its own, so that colour never stands alone."""

    category: int
    shape: str


_SHAPES = {1: "circle", 2: "square", 3: "triangle", 4: "diamond", 5: "down", 6: "hexagon", 7: "cross", 8: "ring"}


def mark(platform: str | None) -> Mark:
    """Colour and shape of a platform; a grey ring for all without one of their own.

    Examples
    --------
    >>> mark("telegram").shape, mark("somewhere").shape, mark(None).shape
    ('square', 'ring', 'ring')
    """
    number = category(platform)
    return Mark(number, _SHAPES[number])


PLOTLY_SYMBOLS = {
    "circle": "circle",
    "square": "square",
    "triangle": "triangle-up",
    "diamond": "diamond",
    "down": "triangle-down",
    "hexagon": "hexagon",
    "cross": "cross",
    "ring": "circle-open",
}
"""Plotly's name for each shape."""


def template(theme: str = "light") -> go.layout.Template:
    """The chart template: transparent paper, Plex Condensed 12, horizontal hairlines only, no legend."""
    ink = tokens(theme)
    axis = {
        "showline": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": ink["chance-line"],
        "linecolor": ink["line-strong"],
        "gridcolor": ink["line"],
        "automargin": True,
        "title": {"font": {"size": 12}},
    }
    return go.layout.Template(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": ink["font-cond"].replace('"', "'"), "size": 12, "color": ink["ink-3"]},
            "colorway": [ink[f"cat-{n}"] for n in range(1, 9)],
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "bargap": 0.12,
            "margin": {"l": 34, "r": 8, "t": 8, "b": 24},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "ticks": "", "nticks": 5},
        }
    )


def register_template() -> None:
    """Make ``template="lockstep"`` known to plotly. Harmless to call again."""
    pio.templates["lockstep"] = template("light")


def swaps() -> dict[str, str]:
    """Light colour to dark colour, so that the browser can recolour a chart made with the light tokens.

    Examples
    --------
    >>> swaps()["#deded8"]
    '#2b3035'
    """
    light, dark = tokens("light"), tokens("dark")
    return {v.lower(): dark[k] for k, v in reversed(light.items()) if re.fullmatch(r"#[0-9a-fA-F]{6}", v)}


def mantine() -> dict[str, Any]:
    """Mantine's theme from the same tokens; what the tokens say in CSS stays in ``app.css``."""
    light = tokens("light")
    indigo = [
        "#efeefb",
        "#dcdbf5",
        "#b9b7ea",
        "#9593de",
        "#7775d3",
        "#5f5dc4",
        "#4b49b6",
        light["select"],
        "#302f8a",
        "#25246d",
    ]
    return {
        "fontFamily": light["font-ui"],
        "fontFamilyMonospace": light["font-code"],
        "headings": {"fontFamily": light["font-read"], "fontWeight": "500"},
        "colors": {"indigo": indigo},
        "primaryColor": "indigo",
        "primaryShade": {"light": 7, "dark": 2},
        "defaultRadius": light["r-1"],
        "fontSizes": {"xs": light["t-note"], "sm": light["t-table"], "md": light["t-body"], "lg": light["t-lead"]},
    }


register_template()
