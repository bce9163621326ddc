"""A figure for print: the drawing with its key, on its own as SVG, and as PNG of 300 dots per inch.

The PNG is made by resvg with our own fonts: it looks the same on every machine, and nothing is fetched.
"""

from __future__ import annotations

import atexit
import re
import struct
import zlib
from functools import cache, lru_cache
from pathlib import Path

from dashboards.figures.svg import Picture, drawing, ink, said, standalone, words
from graph.privacy.sanitize import clean
from ingest.scratch import Scratch

FONTS = Path(__file__).parents[2] / "assets" / "fonts"
DPI = 300
_CSS_DPI = 96
_LETTER, _BOLD = 5.7, 7.4  # about how wide a letter is, in pixels, at 12 and at 15 pixels
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')


def lacking() -> str | None:
    """A sentence on a library that is missing to make PNG; None where all are there."""
    try:
        import brotli  # noqa: F401  fonts are kept compressed with it
        import fontTools  # noqa: F401
        import resvg_py  # noqa: F401
    except ImportError as error:
        return needs(error)
    return None


def needs(error: ImportError) -> str:
    """A sentence on how to install a library that is missing.

    Examples
    --------
    >>> needs(ImportError("No module named 'docx'", name="docx"))
    "needs the extra “office”: pip install 'lockstep-workbench[office]' (docx is not installed)."
    """
    return f"needs the extra “office”: pip install 'lockstep-workbench[office]' ({error.name} is not installed)."


def size(svg: str) -> tuple[float, float]:
    """Width and height of a drawing, in pixels.

    Examples
    --------
    >>> size(drawing(720, 100, "", "", ""))
    (720.0, 100.0)
    """
    found = _SIZE.search(svg)
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)


def with_key(picture: Picture) -> str:
    """The drawing and, under it, what its marks mean; no words besides, for documents that set their own."""
    return _stacked(picture, [], [])


def alone(picture: Picture) -> str:
    """The figure as a file of its own: title, drawing, key, note and source, so that it can be quoted anywhere."""
    wide = size(picture.svg)[0]
    head = _lines(picture.title, wide, _BOLD)
    feet = [line for text in (picture.note, picture.source) if text for line in _lines(text, wide, _LETTER)]
    return _stacked(picture, head, feet, 12)


def _stacked(picture: Picture, head: list[str], feet: list[str], pad: float = 0) -> str:
    wide, high = size(picture.svg)
    body, y = "", 0.0
    for line in head:
        y += 20
        body += f'<text x="0" y="{y:g}" font-size="15" font-weight="600" fill="{ink("ink")}">{said(line)}</text>'
    y += 12 if head else 0
    body += _at(picture.svg, 0, y)
    y += high
    key, tall = _key(picture, wide, y + 8)
    body, y = body + key, y + tall
    for number, line in enumerate(feet):
        y += 16 if number else 22
        body += words(0, y, line)
    across, down = wide + 2 * pad, y + 6 + 2 * pad
    paper = f'<rect width="{across:g}" height="{down:g}" fill="{ink("surface")}"/>'
    inside = f'<g transform="translate({pad:g} {pad:g})">{body}</g>'
    return standalone(drawing(across, down, clean(picture.title), clean(picture.alt), paper + inside))


def _at(svg: str, x: float, y: float) -> str:
    """A drawing inside another; the outer one has the title and the description."""
    inner = re.sub(r"<(title|desc)\b.*?</\1>", "", svg, flags=re.DOTALL)
    inner = re.sub(r' (?:role|aria-labelledby)="[^"]*"', "", inner, count=2)
    return inner.replace("<svg ", f'<svg x="{x:g}" y="{y:g}" ', 1)


def _key(picture: Picture, wide: float, y: float) -> tuple[str, float]:
    if not picture.key:
        return "", 0.0
    body, x, row = "", 0.0, 0
    for mark, text in picture.key:
        mark_wide, mark_high = size(mark)
        whole = mark_wide + 6 + len(text) * _LETTER
        if x and x + whole > wide:
            x, row = 0.0, row + 1
        top = y + row * 18
        body += _at(mark, x, top + (16 - mark_high) / 2) + words(x + mark_wide + 6, top + 12, text, tone="ink-2")
        x += whole + 20
    return body, 8 + (row + 1) * 18


def _lines(text: str, wide: float, letter: float) -> list[str]:
    """Words in lines no longer than the drawing is wide."""
    lines: list[str] = [""]
    for word in clean(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) * letter > wide and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@lru_cache(maxsize=32)  # one figure goes into several formats
def png(svg: str) -> bytes:
    """A drawing as PNG at print size: 300 dots per inch of what it measures on screen."""
    import resvg_py

    made = bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=DPI / _CSS_DPI, background="#ffffff", font_files=_faces(), font_family="IBM Plex Sans"
        )
    )
    return _measured(made)


def _measured(image: bytes) -> bytes:
    """The PNG with its dots per metre, which tells programs how large to print it."""
    per_metre = round(DPI / 0.0254)
    chunk = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    head = 8 + 25  # signature, IHDR
    return image[:head] + struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk)) + image[head:]


@cache
def _faces() -> list[str]:
    """Our fonts, unpacked into a folder that goes with the process."""
    from fontTools.ttLib import TTFont

    scratch = Scratch("fonts")
    atexit.register(scratch.close)
    folder = scratch.path
    made = []
    for packed in sorted(FONTS.glob("ibm-plex-sans*.woff2")):
        font = TTFont(packed)
        font.flavor = None
        family = re.sub(r" (Medium|SemiBold)$", "", font["name"].getDebugName(1))
        font["name"].setName(family, 16, 3, 1, 0x409)  # one family of several weights, as the drawings name it
        target = folder / f"{packed.stem}.ttf"
        font.save(target)
        made.append(str(target))
    return made
