"""The briefing as one web page: no script, no request to anywhere, fonts and figures inside."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import jinja2
import markupsafe

from dashboards.briefing.outline import Outline, twin
from dashboards.figures.svg import Picture, standalone
from graph.privacy.sanitize import clean

HERE = Path(__file__).parent
FONTS = HERE.parents[1] / "assets" / "fonts"
_FACES = (
    ("IBM Plex Serif", 400, "ibm-plex-serif-latin-400-normal.woff2"),
    ("IBM Plex Serif", 500, "ibm-plex-serif-latin-500-normal.woff2"),
    ("IBM Plex Sans", 400, "ibm-plex-sans-latin-400-normal.woff2"),
    ("IBM Plex Sans", 600, "ibm-plex-sans-latin-600-normal.woff2"),
    ("IBM Plex Sans Condensed", 400, "ibm-plex-sans-condensed-latin-400-normal.woff2"),
)


class WebPage:
    """One HTML file that opens anywhere, prints on A4 and cannot run or fetch anything."""

    name = "html"
    title = "Web page"
    suffix = ".html"
    media = "text/html"

    def missing(self) -> str | None:
        """Nothing is needed for it."""
        return None

    def render(self, outline: Outline) -> bytes:
        """The page."""
        style = fonts() + (HERE / "briefing.css").read_text("utf-8")
        page = environment().get_template("briefing.html.j2")
        said = page.render(document=outline, style=markupsafe.Markup(style), policy=policy_of(style))
        return said.encode("utf-8", "replace")


def policy_of(style: str) -> str:
    """Only our own style sheet, by its hash, and fonts that are inside the file."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def environment() -> jinja2.Environment:
    """Templates beside this file, and what they may do with pictures."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
    )
    made.filters["svg"] = _svg
    made.filters["plain"] = lambda mark: markupsafe.Markup(standalone(mark))
    made.filters["twin"] = twin
    made.filters["kind"] = lambda block: type(block).__name__
    made.tests["figure"] = lambda block: isinstance(block, Picture)
    return made


def _svg(picture: Picture, number: int) -> markupsafe.Markup:
    """The drawing, which escapes all its text itself; equal drawings on one page get ids of their own."""
    marks = re.search(r'id="t([0-9a-f]{10})"', picture.svg)
    svg = picture.svg.replace(marks[1], f"{marks[1]}-{number}") if marks else picture.svg
    return markupsafe.Markup(standalone(svg))


@cache
def fonts() -> str:
    """The faces the page needs as data, where the fonts are there; system fonts stand behind them."""
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;'
        f"src:url(data:font/woff2;base64,{base64.b64encode((FONTS / file).read_bytes()).decode()}) format('woff2')}}\n"
        for family, weight, file in _FACES
        if (FONTS / file).is_file()
    )
