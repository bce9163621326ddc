"""Colours, fonts and shapes for charts and Mantine, read from ``assets/tokens.css``: one place to change them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

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
    """Colour number of a platform and a shape of its own, so that colour is never the only sign."""

    category: int
    shape: str


# Fixed rather than by size in the case: a platform looks the same in every case, run and briefing. Others: a grey ring.
CATEGORIES = {
    "x": 1,
    "twitter": 1,
    "telegram": 2,
    "facebook": 3,
    "mastodon": 4,
    "youtube": 5,
    "bluesky": 6,
    "tiktok": 7,
}

_SHAPES = {1: "circle", 2: "square", 3: "triangle", 4: "diamond", 5: "down", 6: "hexagon", 7: "cross", 8: "ring"}


def category(platform: object) -> int:
    """Number of a platform's colour and shape: 1 to 7, and 8 for other or unknown."""
    return CATEGORIES.get(str(platform).lower(), 8)


def mark(platform: str | None) -> Mark:
    """Colour and shape of a platform; a grey ring for all without one of their own.

    Examples
    --------
    >>> mark("telegram").shape, mark("somewhere").shape, mark(None).shape
    ('square', 'ring', 'ring')
    """
    number = category(platform)
    return Mark(number, _SHAPES[number])


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
